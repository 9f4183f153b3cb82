//! The provider behind a public address, from a database in MaxMind's format: GeoLite2-ASN, GeoIP2-ISP, or another one
//! that names the organisation of an address.

use std::net::IpAddr;

use maxminddb::Reader;
use serde::Deserialize;

use super::Unusable;
use super::rows::LONGEST_NAME;

/// A database of providers, in memory.
pub struct Providers {
    database: Reader<Vec<u8>>,
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a database of providers")
    }
}

/// The members that name a provider: the provider itself (GeoIP2-ISP) before the operator of its network (GeoLite2-ASN).
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    isp: Option<&'a str>,
    #[serde(borrow, default)]
    autonomous_system_organization: Option<&'a str>,
    #[serde(borrow, default)]
    organization: Option<&'a str>,
    /// As IPinfo's databases call it.
    #[serde(borrow, default)]
    as_name: Option<&'a str>,
}

impl Providers {
    /// Opens a database. An error if it is none.
    pub fn read(bytes: Vec<u8>) -> Result<Providers, Unusable> {
        match Reader::from_source(bytes) {
            Ok(database) => Ok(Providers { database }),
            Err(_) => Err(Unusable("it is no database in MaxMind's format (.mmdb), or it is cut off".to_owned())),
        }
    }

    /// Returns the kind of database, as it calls itself: `GeoLite2-ASN`.
    pub fn kind(&self) -> &str {
        &self.database.metadata().database_type
    }

    /// Returns the provider of an address. A damaged entry is none.
    pub(super) fn of(&self, address: IpAddr) -> Option<String> {
        let entry: Entry<'_> = self.database.lookup(address).ok()?.decode().ok()??;
        let names = [entry.isp, entry.autonomous_system_organization, entry.organization, entry.as_name];
        let name = names.into_iter().flatten().map(str::trim).find(|name| !name.is_empty())?;
        Some(name.chars().take(LONGEST_NAME).collect())
    }
}
