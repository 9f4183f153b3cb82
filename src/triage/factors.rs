//! Factors that people can share and that may explain a common problem: a subnet, an access point, a relay, a driver, a
//! version. All are in one table; to add one, add a row.

use std::borrow::Cow;

use crate::model::{
    ConnectionType, DeviceInfo, Endpoint, EndpointKind, Field, MediumKind, NetworkInfo, Session, Text, Word,
};
use crate::sites::{Addresses, Listed, Sites, is_home_subnet};

use super::interner::{Interner, Name};
use super::legs::SegmentParties;
use super::priors::FACTOR_PRIORS;

/// Something people can share.
#[derive(Debug)]
pub struct Factor {
    /// Unique ID, used in reports and filters.
    pub id: &'static str,
    /// Label written before the value: `subnet 10.150.0.0`.
    pub label: &'static str,
    /// Whose side the problem is on if it explains one.
    pub of: FactorOf,
    /// Whether shared values are searched for; a local address, for example, is unique to each person.
    pub is_compared: bool,
    read: Read,
}

/// The side a factor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorOf {
    /// A site network: its internet egress, access points or VPN.
    Site,
    /// Those who manage clients and devices.
    Client,
    Service,
}

/// What a file of the user's says, and what it means.
type Told<'a> = (Nature, Cow<'a, str>);

enum Read {
    Network(fn(&NetworkInfo) -> Option<Cow<'_, str>>),
    /// Read from voice media only.
    Device(fn(&DeviceInfo) -> Option<Cow<'_, str>>),
    Endpoint(fn(&Endpoint) -> Option<Cow<'_, str>>),
    /// Read from the network at the service's end.
    Service(fn(&NetworkInfo) -> Option<Cow<'_, str>>),
    /// What the user's files say about a person's network.
    Listed(for<'a> fn(&'a NetworkInfo, &'a Sites) -> Option<Told<'a>>),
}

impl std::fmt::Debug for Read {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a reader")
    }
}

fn text(field: &Field<Text>) -> Option<Cow<'_, str>> {
    field.value().map(|text| Cow::Borrowed(text.as_str()))
}

fn word<T: Word>(field: &Field<T>) -> Option<Cow<'_, str>> {
    field.value().map(Word::as_str).filter(|word| !matches!(*word, "unknown" | "unknownFutureValue")).map(Cow::Borrowed)
}

fn together<'a>(one: &'a Field<Text>, other: &'a Field<Text>) -> Option<Cow<'a, str>> {
    match (one.value(), other.value()) {
        (Some(one), Some(other)) => Some(Cow::Owned(format!("{one} {other}"))),
        (Some(only), None) | (None, Some(only)) => Some(Cow::Borrowed(only)),
        (None, None) => None,
    }
}

impl Factor {
    /// Returns whether its values come from the user's files, so that without them there are none.
    pub fn is_listed(&self) -> bool {
        matches!(self.read, Read::Listed(_))
    }
}

const fn factor(id: &'static str, label: &'static str, of: FactorOf, is_compared: bool, read: Read) -> Factor {
    Factor { id, label, of, is_compared, read }
}

use FactorOf::{Client, Service, Site};

/// The table of factors. If two values explain the same people, the first factor in the table is named.
pub const FACTORS: &[Factor] = &[
    factor("site", "site", Site, true, Read::Listed(site)),
    factor("subnet", "subnet", Site, true, Read::Network(|it| text(&it.subnet))),
    factor("public", "public address", Site, true, Read::Network(|it| text(&it.reflexive_ip_address))),
    factor("isp", "provider", Site, true, Read::Listed(provider)),
    factor("ap", "access point name", Site, true, Read::Listed(access_point)),
    factor(
        "bssid",
        "access point",
        Site,
        true,
        Read::Network(|it| it.basic_service_set_identifier.value().map(|mac| Cow::Borrowed(mac.0.as_str()))),
    ),
    factor("net", "connection", Site, true, Read::Network(|it| word(&it.connection_type))),
    factor("transport", "transport", Site, true, Read::Network(|it| word(&it.network_transport_protocol))),
    factor("band", "Wi-Fi band", Site, true, Read::Network(|it| word(&it.wifi_band))),
    factor("dns", "DNS suffix", Site, true, Read::Network(|it| text(&it.dns_suffix))),
    factor("relay", "relay", Service, true, Read::Network(|it| text(&it.relay_ip_address))),
    factor("service", "service endpoint", Service, true, Read::Service(|it| text(&it.ip_address))),
    factor(
        "wifi-driver",
        "Wi-Fi driver",
        Client,
        true,
        Read::Network(|it| together(&it.wifi_vendor_driver, &it.wifi_vendor_driver_version)),
    ),
    factor("device", "microphone", Client, true, Read::Device(|it| text(&it.capture_device_name))),
    factor("speaker", "loudspeaker", Client, true, Read::Device(|it| text(&it.render_device_name))),
    factor("driver", "device driver", Client, true, Read::Device(|it| text(&it.capture_device_driver))),
    factor("client", "client version", Client, true, Read::Endpoint(client)),
    factor("platform", "platform", Client, true, Read::Endpoint(|it| word(&it.user_agent.value()?.platform))),
    factor("ip", "local address", Site, false, Read::Network(|it| text(&it.ip_address))),
    factor("machine", "machine", Client, false, Read::Endpoint(|it| text(&it.name))),
    factor("city", "city", Site, false, Read::Listed(city)),
    factor("corp", "corporate network", Site, false, Read::Listed(corporate_network)),
];

fn client(endpoint: &Endpoint) -> Option<Cow<'_, str>> {
    let agent = endpoint.user_agent.value()?;
    text(&agent.application_version).or_else(|| text(&agent.header_value))
}

/// The site of people whose network is not in the building file, though the record has it: they are at none of its sites.
pub const ELSEWHERE: &str = "elsewhere";

/// The connection of people whose network the building file calls a VPN; the record may call it a cable.
pub const LISTED_VPN: &str = "VPN by the building file";

fn addresses(network: &NetworkInfo) -> Addresses<'_> {
    let [local, subnet, public] = [&network.ip_address, &network.subnet, &network.reflexive_ip_address]
        .map(|field| field.value().map(|text| text.as_str()));
    Addresses { local, subnet, public }
}

fn site<'a>(network: &'a NetworkInfo, sites: &'a Sites) -> Option<Told<'a>> {
    match sites.building(addresses(network)) {
        Listed::As(building) => {
            let nature = match building {
                it if it.is_vpn => Nature::ListedVpn,
                it if it.is_home => Nature::Home,
                _ => Nature::Plain,
            };
            Some((nature, Cow::Borrowed(&*building.site)))
        }
        Listed::Not => Some((Nature::Normal, Cow::Borrowed(ELSEWHERE))),
        Listed::Unknown => None,
    }
}

fn city<'a>(network: &'a NetworkInfo, sites: &'a Sites) -> Option<Told<'a>> {
    let Listed::As(building) = sites.building(addresses(network)) else { return None };
    (!building.city.is_empty()).then_some((Nature::Plain, Cow::Borrowed(&*building.city)))
}

/// As Call Quality Dashboard has it, a network that is not in the file is outside.
fn corporate_network<'a>(network: &'a NetworkInfo, sites: &'a Sites) -> Option<Told<'a>> {
    let word = match sites.building(addresses(network)) {
        Listed::As(building) if building.is_inside => "inside",
        Listed::As(_) | Listed::Not => "outside",
        Listed::Unknown => return None,
    };
    Some((Nature::Plain, Cow::Borrowed(word)))
}

fn provider<'a>(network: &'a NetworkInfo, sites: &'a Sites) -> Option<Told<'a>> {
    let public = network.reflexive_ip_address.value()?;
    Some((Nature::Plain, Cow::Owned(sites.provider(public)?)))
}

/// An access point that the file does not have is none of those it has.
fn access_point<'a>(network: &'a NetworkInfo, sites: &'a Sites) -> Option<Told<'a>> {
    match sites.access_point(&network.basic_service_set_identifier.value()?.0) {
        Listed::As(name) => Some((Nature::Plain, Cow::Borrowed(name))),
        Listed::Not => Some((Nature::Normal, Cow::Borrowed("not listed"))),
        Listed::Unknown => None,
    }
}

/// Finds a factor by its ID.
pub fn by_id(id: &str) -> Option<&'static Factor> {
    FACTORS.iter().find(|factor| factor.id == id)
}

/// What a value means, where its text decides about causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Nothing in particular.
    Plain,
    /// The normal state, which is no cause: a cable, UDP.
    Normal,
    /// A connection over Wi-Fi.
    Wifi,
    /// A connection over a mobile network.
    Mobile,
    /// A connection through a VPN.
    Vpn,
    /// A subnet that routers for homes come with, so that it exists in every other home.
    Home,
    /// A network that the building file calls a VPN.
    ListedVpn,
}

impl Nature {
    fn of(factor: &str, text: &str) -> Nature {
        let is_normal = FACTOR_PRIORS.iter().any(|prior| prior.factor == factor && prior.normal.contains(&text));
        match (factor, text) {
            _ if is_normal => Nature::Normal,
            ("net", "wifi") => Nature::Wifi,
            ("net", "mobile") => Nature::Mobile,
            ("net", "tunnel") => Nature::Vpn,
            ("subnet", subnet) if is_home_subnet(subnet) => Nature::Home,
            _ => Nature::Plain,
        }
    }
}

/// A value of a factor: the factor, its nature and the text, in four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(u32);

/// Number of bits for the text: 16 million names.
const NAME_BITS: u32 = 24;

/// Number of bits for text and nature; the factor is in the bits above.
const SHIFT: u32 = 27;

impl Value {
    /// Creates a value of the factor at an index of the table.
    pub fn new(factor: usize, nature: Nature, name: Name) -> Value {
        let number = (name.number() as u32).min((1 << NAME_BITS) - 1);
        Value((factor as u32) << SHIFT | (nature as u32) << NAME_BITS | number)
    }

    pub fn nature(self) -> Nature {
        match self.0 >> NAME_BITS & 7 {
            1 => Nature::Normal,
            2 => Nature::Wifi,
            3 => Nature::Mobile,
            4 => Nature::Vpn,
            5 => Nature::Home,
            6 => Nature::ListedVpn,
            _ => Nature::Plain,
        }
    }

    pub fn factor(self) -> &'static Factor {
        &FACTORS[self.place()]
    }

    /// Returns the index of its factor in the table.
    pub fn place(self) -> usize {
        ((self.0 >> SHIFT) as usize).min(FACTORS.len() - 1)
    }

    /// Returns the name that holds its text.
    pub fn name(self) -> Name {
        Name::of_number(self.0 & ((1 << NAME_BITS) - 1))
    }
}

/// Maximum number of values kept per end; no real session has more.
const MOST: usize = 64;

/// Collects the values of one end of a session over all media, each once; with those that the user's files add.
pub fn values_of(
    session: &Session,
    parties: &SegmentParties,
    is_callee: bool,
    sites: &Sites,
    names: &mut Interner,
    values: &mut Vec<Value>,
) {
    let from = values.len();
    let mut add = |place: usize, nature: Option<Nature>, text: &str| {
        let name = names.add(text);
        // Every medium says the same about its end, and what a text means takes longer to find out than its number.
        let is_same = |one: &Value| one.place() == place && one.name() == name;
        if nature.is_none() && values[from..].iter().any(is_same) {
            return;
        }
        let nature = nature.unwrap_or_else(|| Nature::of(FACTORS[place].id, text));
        let value = Value::new(place, nature, name);
        if values.len() < from + MOST && !values[from..].contains(&value) {
            values.push(value);
        }
    };
    let ends = session.ends(session.segments.readable().next().map(|(_, segment)| segment));
    let (own, other) = if is_callee { (ends.1, ends.0) } else { ends };
    let other_is_service = other.is_some_and(|end| end.kind() != EndpointKind::Participant);
    // The service is at no site of the user's.
    let has_site = !sites.is_empty() && !own.is_some_and(|end| end.kind() == EndpointKind::Service);
    for (place, factor) in FACTORS.iter().enumerate() {
        if let (Read::Endpoint(read), Some(end)) = (&factor.read, own)
            && let Some(text) = read(end)
        {
            add(place, None, &text);
        }
    }
    let net = FACTORS.iter().position(|factor| factor.id == "net");
    // Nearly every medium of an end says the same as the one before it.
    let mut before: [Option<(Option<Nature>, Cow<'_, str>)>; FACTORS.len()] = [const { None }; FACTORS.len()];
    for (at, segment) in session.segments.readable() {
        // The network of a leg between others is not this end's.
        let Some(is_callee) = parties.of_segment(at).end_of_segment(is_callee) else { continue };
        for (_, media) in segment.media.readable() {
            let caller = (media.caller_network.value(), media.caller_device.value());
            let callee = (media.callee_network.value(), media.callee_device.value());
            let ((network, device), (others, _)) = if is_callee { (callee, caller) } else { (caller, callee) };
            // For video and sharing, the device names are those of cameras and screens.
            let device = device.filter(|_| media.kind() == MediumKind::Audio);
            let (mut is_vpn, mut is_listed_vpn) = (false, false);
            for (place, factor) in FACTORS.iter().enumerate() {
                let read = match &factor.read {
                    Read::Network(read) => network.and_then(read).map(|text| (None, text)),
                    Read::Device(read) => device.and_then(read).map(|text| (None, text)),
                    Read::Service(read) if other_is_service => others.and_then(read).map(|text| (None, text)),
                    Read::Listed(read) if has_site => {
                        network.and_then(|it| read(it, sites)).map(|(nature, text)| (Some(nature), text))
                    }
                    Read::Service(_) | Read::Endpoint(_) | Read::Listed(_) => None,
                };
                let Some((nature, text)) = read else { continue };
                // People near a named access point share its name, not only one of its radios.
                let is_named = factor.id == "bssid" && matches!(sites.access_point(&text), Listed::As(_));
                let nature = nature.or(is_named.then_some(Nature::Normal));
                is_listed_vpn |= nature == Some(Nature::ListedVpn);
                is_vpn |= factor.id == "net" && text == ConnectionType::Tunnel.as_str();
                let said = Some((nature, text));
                if before[place] != said {
                    add(place, nature, said.as_ref().map_or("", |(_, text)| text));
                    before[place] = said;
                }
            }
            if let Some(net) = net.filter(|_| is_listed_vpn && !is_vpn) {
                add(net, Some(Nature::ListedVpn), LISTED_VPN);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(json: &str, is_callee: bool) -> Vec<String> {
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let (mut names, mut values) = (Interner::default(), Vec::new());
        let parties = SegmentParties::of(&session);
        values_of(&session, &parties, is_callee, Sites::none(), &mut names, &mut values);
        values.iter().map(|value| format!("{}={}", value.factor().id, names.get(value.name()))).collect()
    }

    #[test]
    fn the_table_fits_in_a_value_and_names_are_its_own() {
        assert!(FACTORS.len() < 1 << (32 - SHIFT));
        for factor in FACTORS {
            assert_eq!(FACTORS.iter().filter(|other| other.id == factor.id).count(), 1, "{}", factor.id);
        }
    }

    #[test]
    fn an_end_has_the_values_of_its_own_side_each_once() {
        let json = r##"{"caller":{"name":"PC-1","userAgent":{"platform":"windows","headerValue":"A/1"}},
            "callee":{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"},
            "segments":[{"media":[
              {"label":"main-audio","callerNetwork":{"subnet":"10.1.0.0","connectionType":"wifi","basicServiceSetIdentifier":"00-00-00-00-00-00"},
               "callerDevice":{"captureDeviceName":"Mic"},"calleeNetwork":{"ipAddress":"203.0.113.9","subnet":"203.0.113.0"}},
              {"label":"main-video","callerNetwork":{"subnet":"10.1.0.0","connectionType":"unknown","relayIPAddress":""},
               "callerDevice":{"captureDeviceName":"Camera"}}]}]}"##;
        assert_eq!(
            values(json, false),
            [
                "client=A/1",
                "platform=windows",
                "machine=PC-1",
                "subnet=10.1.0.0",
                "net=wifi",
                "service=203.0.113.9",
                "device=Mic"
            ]
        );
        assert_eq!(values(json, true), ["subnet=203.0.113.0", "ip=203.0.113.9"]);
    }
}
