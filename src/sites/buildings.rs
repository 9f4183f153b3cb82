//! The building data file of Call Quality Dashboard: networks with their buildings, as tab- or comma-separated values
//! without a header.
//!
//! The columns, in Microsoft's order ("Upload tenant and building data in Call Quality Dashboard"): NetworkIP,
//! NetworkName, NetworkRange, BuildingName, OwnershipType, BuildingType, BuildingOfficeType, City, ZipCode, Country,
//! State, Region, InsideCorp, ExpressRoute, VPN. The last one is optional.

use std::collections::HashMap;
use std::net::IpAddr;

use foldhash::fast::FixedState;

use super::networks::{Network, Networks, address};
use super::rows::{LONGEST_NAME, Remark, Remarks, Rows, Unusable, shown};

/// A building, as far as the file says something that is used.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Building {
    /// The name that people know it by: the building's, or the network's if it has none; with the city where two cities
    /// have a building of that name.
    pub site: Box<str>,
    pub city: Box<str>,
    pub country: Box<str>,
    /// Whether the file calls the network a part of the corporate network.
    pub is_inside: bool,
    /// Whether the file calls the network a VPN: its people are elsewhere.
    pub is_vpn: bool,
    /// Whether routers for homes come with all of its networks.
    pub is_home: bool,
}

/// The networks of a file with their buildings.
#[derive(Debug, Default)]
pub struct Buildings {
    buildings: Vec<Building>,
    networks: Networks<Entry>,
}

/// A network's building, and the line that says so.
#[derive(Debug, Clone, Copy)]
struct Entry {
    building: u32,
    line: usize,
}

/// The columns of a row, where they stand.
const COLUMNS: [&str; 15] = [
    "NetworkIP",
    "NetworkName",
    "NetworkRange",
    "BuildingName",
    "OwnershipType",
    "BuildingType",
    "BuildingOfficeType",
    "City",
    "ZipCode",
    "Country",
    "State",
    "Region",
    "InsideCorp",
    "ExpressRoute",
    "VPN",
];

/// Number of columns without the optional one.
const LEAST_COLUMNS: usize = 14;

/// Shortest prefix in bits. Call Quality Dashboard takes supernets from 8 bits; a shorter one would make a site of the
/// internet.
const SHORTEST: u8 = 8;

/// What to do about an empty file.
const FORMAT: &str = "it needs a line for each network, in the format of Call Quality Dashboard's building data";

/// A row that can be used.
struct Row {
    network: Network,
    address: IpAddr,
    length: u8,
    building: Building,
}

impl Buildings {
    /// Reads a file. The remarks name every line that is left out or needs a look; an error if none can be used.
    pub fn read(bytes: &[u8]) -> Result<(Buildings, Vec<Remark>), Unusable> {
        let mut all = Buildings::default();
        let mut remarks = Remarks::default();
        let mut known: HashMap<Building, u32, FixedState> = HashMap::default();
        let mut lines = Vec::new();
        let mut are_homes = Vec::new();
        for (line, fields) in Rows::new(bytes)? {
            let row = match fields.and_then(|fields| row(&fields)) {
                Ok(row) => row,
                Err(what) => {
                    remarks.left_out(line, what);
                    continue;
                }
            };
            if let Some(entry) = all.networks.at(row.network) {
                remarks.left_out(line, twice(&row, entry.line, &all.buildings[entry.building as usize]));
                continue;
            }
            let building = *known.entry(row.building.clone()).or_insert_with(|| {
                all.buildings.push(row.building);
                are_homes.push(true);
                all.buildings.len() as u32 - 1
            });
            let is_home = super::is_home_subnet(&row.address.to_string());
            are_homes[building as usize] &= is_home;
            if is_home && !all.buildings[building as usize].is_vpn {
                remarks.say(
                    line,
                    format!(
                        "routers for homes come with {}/{}, so people at home may count as {}: leave it out if you can",
                        row.address,
                        row.length,
                        shown(&all.buildings[building as usize].site)
                    ),
                );
            }
            all.networks.insert(row.network, Entry { building, line });
            lines.push((line, row.address, row.length, building));
        }
        all.remark_overlaps(&lines, &mut remarks);
        let remarks = remarks.finish(all.networks.count(), FORMAT)?;
        all.buildings.iter_mut().zip(are_homes).for_each(|(building, is_home)| building.is_home = is_home);
        all.tell_apart();
        Ok((all, remarks))
    }

    /// Names networks inside networks of other buildings.
    fn remark_overlaps(&self, lines: &[(usize, IpAddr, u8, u32)], remarks: &mut Remarks) {
        for (line, address, length, building) in lines {
            let Some(wider) = self.networks.longest(*address, *length).filter(|wider| wider.building != *building)
            else {
                continue;
            };
            let [own, other] = [*building, wider.building].map(|at| shown(&self.buildings[at as usize].site));
            let what = format!(
                "{address}/{length} ({own}) lies inside the network of line {} ({other}): the longer prefix is used",
                wider.line
            );
            remarks.say(*line, what);
        }
    }

    /// Adds the city to the names of buildings that several cities have.
    fn tell_apart(&mut self) {
        let mut cities: HashMap<&str, &str, FixedState> = HashMap::default();
        let mut several: Vec<Box<str>> = Vec::new();
        for building in &self.buildings {
            let city = cities.entry(&building.site).or_insert(&building.city);
            if *city != &*building.city {
                several.push(building.site.clone());
            }
        }
        several.sort_unstable();
        several.dedup();
        for building in self.buildings.iter_mut().filter(|building| !building.city.is_empty()) {
            if several.binary_search(&building.site).is_ok() {
                building.site = format!("{}, {}", building.site, building.city).into();
            }
        }
    }

    /// Returns the building of an address: that of the longest prefix.
    pub fn of(&self, text: &str) -> Option<&Building> {
        let entry = self.networks.longest(address(text)?, u8::MAX)?;
        self.buildings.get(entry.building as usize)
    }

    /// Returns the number of networks.
    pub fn networks(&self) -> usize {
        self.networks.count()
    }
}

/// Says that a network is in the file already.
fn twice(row: &Row, line: usize, other: &Building) -> String {
    let is_same = other.site == row.building.site;
    let as_whom = if is_same { String::new() } else { format!(", as {}: that one is used", shown(&other.site)) };
    format!("{}/{} is already in line {line}{as_whom}; remove one of the two", row.address, row.length)
}

/// Reads a row.
fn row(fields: &[String]) -> Result<Row, String> {
    let fields = match fields.len() {
        // Spreadsheets end lines with separators.
        more if more > COLUMNS.len() && fields[COLUMNS.len()..].iter().all(String::is_empty) => {
            &fields[..COLUMNS.len()]
        }
        _ => fields,
    };
    if !(LEAST_COLUMNS..=COLUMNS.len()).contains(&fields.len()) {
        let hint = match fields {
            [one] if one.contains(';') => ": separate them by commas or tabs, not semicolons",
            _ => ": from NetworkIP to ExpressRoute, or to VPN",
        };
        return Err(format!("it has {}, not 14 or 15{hint}", columns(fields.len())));
    }
    let column = |name: &str| {
        let at = COLUMNS.iter().position(|column| *column == name);
        at.and_then(|at| fields.get(at)).map_or("", String::as_str)
    };
    let network = column("NetworkIP");
    if ["networkip", "network"].contains(&network.to_lowercase().as_str()) {
        return Err("it is a header, which the format does not have: remove it".to_owned());
    }
    let Some(address) = address(network) else {
        return Err(format!(
            "NetworkIP {} is no address: write one such as 10.60.0.0, without its range",
            shown(network)
        ));
    };
    let most: u8 = if address.is_ipv4() { 32 } else { 128 };
    let range = column("NetworkRange");
    let length = range.parse::<u8>().ok().filter(|length| *length <= most);
    let Some(length) = length else {
        return Err(format!(
            "NetworkRange {} is no length of a prefix: write a number from {SHORTEST} to {most}",
            shown(range)
        ));
    };
    if length < SHORTEST {
        return Err(format!(
            "{address}/{length} is larger than any site: write its networks with {SHORTEST} bits or more"
        ));
    }
    let name = [column("BuildingName"), column("NetworkName")].into_iter().find(|name| !name.is_empty());
    let Some(name) = name else {
        return Err("it has neither BuildingName nor NetworkName: give it one".to_owned());
    };
    let texts = [name, column("City"), column("Country")];
    if texts.iter().any(|text| text.chars().count() > LONGEST_NAME) {
        return Err(format!("a name in it has more than {LONGEST_NAME} characters: shorten it"));
    }
    let [site, city, country] = texts.map(Box::from);
    let (is_inside, is_vpn) = (flag("InsideCorp", column("InsideCorp"))?, flag("VPN", column("VPN"))?);
    flag("ExpressRoute", column("ExpressRoute"))?;
    let network = Network::of(address, length).ok_or("its network cannot be read")?;
    Ok(Row { network, address, length, building: Building { site, city, country, is_inside, is_vpn, is_home: false } })
}

/// Reads a yes or no; only VPN may be empty, which is no.
fn flag(column: &str, text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        "" if column == "VPN" => Ok(false),
        _ => {
            Err(format!("{column} is {}: write 1 or 0", if text.is_empty() { "empty".to_owned() } else { shown(text) }))
        }
    }
}

fn columns(count: usize) -> String {
    if count == 1 { "1 column".to_owned() } else { format!("{count} columns") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Buildings, Vec<String>) {
        let (all, remarks) = Buildings::read(text.as_bytes()).expect("it has a good row");
        (all, remarks.iter().map(ToString::to_string).collect())
    }

    /// A row of the network with a building of this name in this city.
    fn line(network: &str, range: &str, name: &str, city: &str) -> String {
        format!("{network},net,{range},{name},,,,{city},,DE,,,1,0\n")
    }

    #[test]
    fn the_documented_row_is_read_with_and_without_vpn_by_commas_and_by_tabs() {
        let row = "192.0.2.0,USA/Seattle/SEATTLE-SEA-1,26,SEATTLE-SEA-1,Contoso,IT Termination,Engineering,Seattle,98001,US,WA,MSUS,1,0,0";
        let short = row.strip_suffix(",0").expect("it ends so");
        let by_tabs = row.replace(',', "\t");
        let with_bom = format!("\u{feff}{row}\r\n");
        let of_excel = format!("{row},,,");
        for text in [row, short, &by_tabs, &with_bom, &of_excel] {
            let (all, remarks) = read(text);
            let building = all.of("192.0.2.60").expect("it is in the network");
            assert_eq!((&*building.site, &*building.city, &*building.country), ("SEATTLE-SEA-1", "Seattle", "US"));
            assert!(building.is_inside && !building.is_vpn && remarks.is_empty(), "{remarks:?}");
            assert_eq!(all.of("192.0.2.64"), None);
        }
    }

    #[test]
    fn the_longest_prefix_wins_and_an_overlap_is_named() {
        let text = [line("10.60.0.0", "22", "Munich North", ""), line("10.60.1.0", "24", "Lab", "")].concat();
        let (all, remarks) = read(&text);
        assert_eq!(all.of("10.60.1.9").map(|it| &*it.site), Some("Lab"));
        assert_eq!(all.of("10.60.2.9").map(|it| &*it.site), Some("Munich North"));
        assert_eq!(
            remarks,
            [
                "line 2: 10.60.1.0/24 (`Lab`) lies inside the network of line 1 (`Munich North`): the longer prefix is used"
            ]
        );
        let same = [line("10.60.0.0", "22", "Munich", ""), line("10.60.1.0", "24", "Munich", "")].concat();
        assert!(read(&same).1.is_empty(), "a floor of the same building is no mistake");
    }

    #[test]
    fn of_two_rows_for_one_network_the_first_is_used() {
        let text = [line("10.1.0.0", "24", "A", ""), line("10.1.0.7", "24", "B", ""), line("10.1.0.0", "24", "A", "")];
        let (all, remarks) = read(&text.concat());
        assert_eq!(all.of("10.1.0.9").map(|it| &*it.site), Some("A"));
        assert_eq!(remarks.len(), 2);
        assert!(
            remarks[0].starts_with("line 2: 10.1.0.7/24 is already in line 1, as `A`: that one is used"),
            "{remarks:?}"
        );
        assert_eq!(remarks[1], "line 3: 10.1.0.0/24 is already in line 1; remove one of the two");
    }

    #[test]
    fn ipv6_networks_and_single_addresses_are_networks_as_well() {
        let text = [line("2001:db8:60::", "48", "Munich", ""), line("10.9.0.7", "32", "VPN", "")].concat();
        let (all, _) = read(&text);
        assert_eq!(all.of("2001:db8:60:1::5").map(|it| &*it.site), Some("Munich"));
        assert_eq!(all.of("10.9.0.7").map(|it| &*it.site), Some("VPN"));
        assert_eq!((all.of("10.9.0.8"), all.networks()), (None, 2));
    }

    #[test]
    fn bad_rows_are_named_with_what_to_do_and_cost_nothing_else() {
        let good = line("10.60.0.0", "24", "Munich", "");
        for (bad, told) in [
            ("Network,NetworkName,Range,B,,,,,,,,,1,0", "it is a header, which the format does not have: remove it"),
            (
                "10.1.0.0;x;24;B;;;;;;;;;1;0",
                "it has 1 column, not 14 or 15: separate them by commas or tabs, not semicolons",
            ),
            ("10.1.0.0,x,24,B", "it has 4 columns, not 14 or 15: from NetworkIP to ExpressRoute, or to VPN"),
            (
                "10.1.0.0/24,x,24,B,,,,,,,,,1,0",
                "NetworkIP `10.1.0.0/24` is no address: write one such as 10.60.0.0, without its range",
            ),
            (
                "10.1.0.0,x,/24,B,,,,,,,,,1,0",
                "NetworkRange `/24` is no length of a prefix: write a number from 8 to 32",
            ),
            ("10.1.0.0,x,33,B,,,,,,,,,1,0", "NetworkRange `33` is no length of a prefix: write a number from 8 to 32"),
            ("0.0.0.0,x,0,B,,,,,,,,,1,0", "0.0.0.0/0 is larger than any site: write its networks with 8 bits or more"),
            ("10.1.0.0,,24,,,,,,,,,,1,0", "it has neither BuildingName nor NetworkName: give it one"),
            ("10.1.0.0,x,24,B,,,,,,,,,,0", "InsideCorp is empty: write 1 or 0"),
            ("10.1.0.0,x,24,B,,,,,,,,,1,0,maybe", "VPN is `maybe`: write 1 or 0"),
            ("10.1.0.0,x,24,\"B,,,,,,,,,1,0", "a quotation mark is never closed: close it, or remove it"),
        ] {
            let (all, remarks) = read(&format!("{bad}\n{good}"));
            assert_eq!(remarks, [format!("line 1: {told}")]);
            assert_eq!((all.networks(), all.of("10.60.0.1").is_some()), (1, true), "{bad}");
            let error = Buildings::read(bad.as_bytes()).expect_err("nothing is left").to_string();
            assert_eq!(error, format!("its only line cannot be used; line 1: {told}"));
        }
        assert!(
            Buildings::read(b"").expect_err("nothing is there").to_string().starts_with("it is empty: it needs a line")
        );
    }

    #[test]
    fn buildings_of_one_name_in_two_cities_are_two() {
        let text = [
            line("10.1.0.0", "24", "HQ", "Munich"),
            line("10.2.0.0", "24", "HQ", "Oslo"),
            line("10.3.0.0", "24", "Lab", "Oslo"),
        ];
        let (all, _) = read(&text.concat());
        let site = |address| all.of(address).map(|it| it.site.to_string());
        assert_eq!(site("10.1.0.1").as_deref(), Some("HQ, Munich"));
        assert_eq!(site("10.2.0.1").as_deref(), Some("HQ, Oslo"));
        assert_eq!(site("10.3.0.1").as_deref(), Some("Lab"));
    }

    #[test]
    fn networks_that_homes_have_are_used_and_said() {
        let text = [line("192.168.1.0", "24", "Small office", ""), line("10.60.0.0", "24", "Munich", "")].concat();
        let (all, remarks) = read(&text);
        assert_eq!(remarks.len(), 1);
        assert!(remarks[0].starts_with("line 1: routers for homes come with 192.168.1.0/24"), "{remarks:?}");
        assert!(
            all.of("192.168.1.5").is_some_and(|it| it.is_home) && all.of("10.60.0.5").is_some_and(|it| !it.is_home)
        );
    }

    #[test]
    fn any_bytes_are_read_without_harm() {
        let row = line("10.60.0.0", "24", "Munich", "Munich");
        for at in 0..row.len() {
            for byte in [b'"', b',', b'\t', b'\n', 0, 0xff, b'9'] {
                let mut bytes = row.clone().into_bytes();
                bytes[at] = byte;
                if let Ok((all, _)) = Buildings::read(&bytes) {
                    let _ = all.of("10.60.0.1");
                }
            }
        }
    }
}
