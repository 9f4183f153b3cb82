//! What files of the user's own say about networks: the building of a subnet, the name of an access point, the provider
//! behind a public address. The files are read once; looking something up costs a few hashes.
//!
//! | file | contents |
//! |---|---|
//! | `buildings` | the building data file of Call Quality Dashboard |
//! | `access_points` | names of access points |
//! | `providers` | a database in MaxMind's format |
//! | `networks` | the longest prefix that covers an address |
//! | `rows` | lines of separated values, with remarks on those that cannot be used |

pub mod access_points;
pub mod buildings;
mod networks;
pub mod providers;
mod rows;

use access_points::AccessPoints;
use buildings::{Building, Buildings};
use providers::Providers;
pub use rows::{Remark, Unusable};

/// What the user's files say; empty without files.
#[derive(Debug, Default)]
pub struct Sites {
    pub buildings: Option<Buildings>,
    pub access_points: Option<AccessPoints>,
    pub providers: Option<Providers>,
}

/// Without files nothing is known.
static NONE: Sites = Sites { buildings: None, access_points: None, providers: None };

/// Subnets that routers for homes come with. Source: the defaults of common makes; our own selection.
const HOME_SUBNETS: [&str; 4] = ["192.168.", "10.0.0.0", "10.0.1.0", "172.16.0.0"];

/// Follows the letter that stands for such a subnet where networks are hidden, so that it is still known as one.
pub const HOME: &str = " (home)";

/// Returns whether routers for homes come with a subnet, so that it exists in every other home.
pub fn is_home_subnet(subnet: &str) -> bool {
    subnet.ends_with(HOME) || HOME_SUBNETS.iter().any(|home| subnet.starts_with(home))
}

/// Something that a file was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed<T> {
    /// There is no such file, or the record has nothing to look up.
    Unknown,
    /// The file does not have it.
    Not,
    /// The file has it.
    As(T),
}

/// The addresses of one end, as the record has them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Addresses<'a> {
    /// The address on the local network.
    pub local: Option<&'a str>,
    /// The subnet of that address.
    pub subnet: Option<&'a str>,
    /// The address that the service saw.
    pub public: Option<&'a str>,
}

impl Sites {
    /// Returns what is known without files.
    pub fn none() -> &'static Sites {
        &NONE
    }

    /// Returns whether there are no files.
    pub fn is_empty(&self) -> bool {
        self.buildings.is_none() && self.access_points.is_none() && self.providers.is_none()
    }

    /// Returns the building of an end: by its local address, by its subnet, and if neither is listed by its public
    /// address. Local addresses come first, as one internet egress may serve several buildings.
    pub fn building(&self, addresses: Addresses<'_>) -> Listed<&Building> {
        let Some(buildings) = &self.buildings else { return Listed::Unknown };
        let all = [addresses.local, addresses.subnet, addresses.public];
        match all.into_iter().flatten().find_map(|address| buildings.of(address)) {
            Some(building) => Listed::As(building),
            // A file of local subnets says nothing about a public address that is not in it.
            None if addresses.local.or(addresses.subnet).and_then(networks::address).is_none() => Listed::Unknown,
            None => Listed::Not,
        }
    }

    /// Returns the name of the access point with a BSSID.
    pub fn access_point(&self, bssid: &str) -> Listed<&str> {
        self.access_points.as_ref().map_or(Listed::Unknown, |names| names.of(bssid))
    }

    /// Returns the provider behind a public address.
    pub fn provider(&self, public: &str) -> Option<String> {
        self.providers.as_ref()?.of(networks::address(public)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "10.60.0.0,,24,Munich North,,,,Munich,,DE,,,1,0,0\n203.0.113.0,,28,Oslo,,,,Oslo,,NO,,,1,0,0\n";

    #[test]
    fn a_local_address_is_more_than_a_public_one() {
        let buildings = Buildings::read(FILE.as_bytes()).expect("it has good rows").0;
        let sites = Sites { buildings: Some(buildings), ..Sites::default() };
        let building = |local, subnet, public| match sites.building(Addresses { local, subnet, public }) {
            Listed::As(building) => building.site.as_ref(),
            Listed::Not => "not listed",
            Listed::Unknown => "unknown",
        };
        let public = Some("203.0.113.5");
        assert_eq!(building(Some("10.60.0.7"), None, public), "Munich North");
        assert_eq!(building(None, Some("10.60.0.0"), public), "Munich North");
        assert_eq!(building(Some("192.168.1.2"), Some("192.168.1.0"), public), "Oslo");
        assert_eq!(building(Some("192.168.1.2"), None, Some("198.51.100.1")), "not listed");
        assert_eq!(building(None, None, Some("198.51.100.1")), "unknown");
        assert_eq!(building(Some("not an address"), None, None), "unknown");
        assert_eq!(
            Sites::none().building(Addresses { local: Some("10.60.0.7"), ..Addresses::default() }),
            Listed::Unknown
        );
    }
}
