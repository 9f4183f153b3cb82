//! The columns of each end: the party, its client, network and device, and what the person there said.

use std::borrow::Cow;

use crate::model::{Endpoint, NetworkInfo, Text, TraceRouteHop, UserAgent};

use super::Origin::{self, Cri, Own};
use super::cell::Cell;
use super::cell::Kind::{self, List, Text as Words, Whole};
use super::place::EndPlace;

/// A column that both ends have: `Caller_` and `Callee_` are put before its name.
pub(super) struct EndDefinition {
    pub name: &'static str,
    pub kind: Kind,
    pub origin: Origin,
    /// Graph's member with the same meaning; the glossary says what it is.
    pub member: &'static str,
    /// What it is, where it is no member of Graph's.
    pub meaning: &'static str,
    pub read: for<'a> fn(&EndPlace<'a>) -> Cell<'a>,
}

type Read = for<'a> fn(&EndPlace<'a>) -> Cell<'a>;

/// A column that is a member of Graph's.
const fn member(name: &'static str, kind: Kind, origin: Origin, member: &'static str, read: Read) -> EndDefinition {
    EndDefinition { name, kind, origin, member, meaning: "", read }
}

/// Any other column.
const fn column(name: &'static str, kind: Kind, origin: Origin, meaning: &'static str, read: Read) -> EndDefinition {
    EndDefinition { name, kind, origin, member: "", meaning, read }
}

fn endpoint<'a>(it: &EndPlace<'a>, read: fn(&'a Endpoint) -> Cell<'a>) -> Cell<'a> {
    it.endpoint.map_or(Cell::Missing, read)
}

fn agent<'a>(it: &EndPlace<'a>, read: fn(&'a UserAgent) -> Cell<'a>) -> Cell<'a> {
    it.endpoint.and_then(|endpoint| endpoint.user_agent.value()).map_or(Cell::Missing, read)
}

fn network<'a>(it: &EndPlace<'a>, read: fn(&'a NetworkInfo) -> Cell<'a>) -> Cell<'a> {
    it.network.map_or(Cell::Missing, read)
}

fn device<'a>(it: &EndPlace<'a>, read: fn(&'a crate::model::DeviceInfo) -> Cell<'a>) -> Cell<'a> {
    it.device.map_or(Cell::Missing, read)
}

/// The party and its client.
pub(super) const PARTY: &[EndDefinition] = &[
    column("DisplayName", Words, Cri, "the party's name; from the call record if the session has only the ID", |it| {
        Cell::maybe(it.display_name())
    }),
    column("Id", Words, Cri, "the party's ID: a directory ID, a telephone number, a guest's key", |it| {
        Cell::maybe(it.identity(|identity| &identity.id))
    }),
    column("UserPrincipalName", Words, Cri, "the party's sign-in name", |it| {
        Cell::maybe(it.identity(|identity| &identity.user_principal_name))
    }),
    column("TenantId", Words, Cri, "the party's tenant", |it| Cell::maybe(it.identity(|identity| &identity.tenant_id))),
    column("IdType", Words, Cri, "Graph's type of the identity", |it| {
        Cell::maybe(it.identity(|identity| &identity.odata_type))
    }),
    column(
        "IdentityKind",
        Words,
        Own,
        "`user`, `phone`, `guest`, `applicationInstance` …, where the record says it",
        |it| {
            let set = it.endpoint.and_then(|endpoint| endpoint.identity.value());
            Cell::maybe(set.and_then(|set| set.first()).map(|(kind, _)| kind))
        },
    ),
    column("EndpointType", Words, Cri, "Graph's type of the endpoint", |it| {
        endpoint(it, |endpoint| Cell::of(&endpoint.odata_type))
    }),
    column("EndpointKind", Words, Own, "`participant`, `service` or `unknown`", |it| {
        endpoint(it, |endpoint| Cell::text(endpoint.kind().code()))
    }),
    member("MachineName", Words, Own, "name", |it| endpoint(it, |endpoint| Cell::of(&endpoint.name))),
    member("CpuName", Words, Own, "cpuName", |it| endpoint(it, |endpoint| Cell::of(&endpoint.cpu_name))),
    member("CpuCoresCount", Whole, Own, "cpuCoresCount", |it| {
        endpoint(it, |endpoint| Cell::whole(&endpoint.cpu_cores_count))
    }),
    member("CpuProcessorSpeedInMhz", Whole, Own, "cpuProcessorSpeedInMhz", |it| {
        endpoint(it, |endpoint| Cell::whole(&endpoint.cpu_processor_speed_in_mhz))
    }),
    member("ProductFamily", Words, Cri, "productFamily", |it| agent(it, |agent| Cell::word(&agent.product_family))),
    member("Platform", Words, Cri, "platform", |it| agent(it, |agent| Cell::word(&agent.platform))),
    member("UserAgentHeaderValue", Words, Cri, "headerValue", |it| agent(it, |agent| Cell::of(&agent.header_value))),
    member("ApplicationVersion", Words, Cri, "applicationVersion", |it| {
        agent(it, |agent| Cell::of(&agent.application_version))
    }),
    member("ServiceRole", Words, Cri, "role", |it| agent(it, |agent| Cell::word(&agent.role))),
    member("AzureAdAppId", Words, Cri, "azureADAppId", |it| agent(it, |agent| Cell::of(&agent.azure_ad_app_id))),
    member("CommunicationServiceId", Words, Cri, "communicationServiceId", |it| {
        agent(it, |agent| Cell::of(&agent.communication_service_id))
    }),
    member("FeedbackRating", Words, Cri, "rating", |it| Cell::maybe(it.said.and_then(|said| said.rating))),
    member("FeedbackText", Words, Cri, "text", |it| Cell::maybe(it.said.and_then(|said| said.text))),
    column("FeedbackTokens", List, Cri, "the complaints that the person ticked", |it| match it.said {
        Some(said) if !said.tokens.is_empty() => Cell::list(said.tokens.iter().copied()),
        _ => Cell::Missing,
    }),
];

/// The network, without the numbers that are metrics.
pub(super) const NETWORK: &[EndDefinition] = &[
    member("ConnectionType", Words, Cri, "connectionType", |it| network(it, |own| Cell::word(&own.connection_type))),
    member("NetworkTransportProtocol", Words, Cri, "networkTransportProtocol", |it| {
        network(it, |own| Cell::word(&own.network_transport_protocol))
    }),
    member("IpAddress", Words, Cri, "ipAddress", |it| network(it, |own| Cell::of(&own.ip_address))),
    member("Port", Whole, Cri, "port", |it| network(it, |own| Cell::whole(&own.port))),
    member("Subnet", Words, Cri, "subnet", |it| network(it, |own| Cell::of(&own.subnet))),
    member("ReflexiveIPAddress", Words, Cri, "reflexiveIPAddress", |it| {
        network(it, |own| Cell::of(&own.reflexive_ip_address))
    }),
    member("RelayIPAddress", Words, Cri, "relayIPAddress", |it| network(it, |own| Cell::of(&own.relay_ip_address))),
    member("RelayPort", Whole, Cri, "relayPort", |it| network(it, |own| Cell::whole(&own.relay_port))),
    member("MacAddress", Words, Cri, "macAddress", |it| {
        network(it, |own| Cell::maybe(own.mac_address.value().map(|mac| mac.0.as_str())))
    }),
    member("DnsSuffix", Words, Cri, "dnsSuffix", |it| network(it, |own| Cell::of(&own.dns_suffix))),
    member("BSSID", Words, Cri, "basicServiceSetIdentifier", |it| {
        network(it, |own| Cell::maybe(own.basic_service_set_identifier.value().map(|mac| mac.0.as_str())))
    }),
    member("WifiBand", Words, Cri, "wifiBand", |it| network(it, |own| Cell::word(&own.wifi_band))),
    member("WifiRadioType", Words, Cri, "wifiRadioType", |it| network(it, |own| Cell::word(&own.wifi_radio_type))),
    member("WifiMicrosoftDriver", Words, Cri, "wifiMicrosoftDriver", |it| {
        network(it, |own| Cell::of(&own.wifi_microsoft_driver))
    }),
    member("WifiMicrosoftDriverVersion", Words, Cri, "wifiMicrosoftDriverVersion", |it| {
        network(it, |own| Cell::of(&own.wifi_microsoft_driver_version))
    }),
    member("WifiVendorDriver", Words, Cri, "wifiVendorDriver", |it| {
        network(it, |own| Cell::of(&own.wifi_vendor_driver))
    }),
    member("WifiVendorDriverVersion", Words, Cri, "wifiVendorDriverVersion", |it| {
        network(it, |own| Cell::of(&own.wifi_vendor_driver_version))
    }),
    column(
        "TraceRouteHops",
        List,
        Cri,
        "the hops into the network, each as `number address seconds`, with `-` for what is missing",
        |it| {
            network(it, |own| match own.trace_route_hops.items() {
                [] => Cell::Missing,
                _ => Cell::List(own.trace_route_hops.readable().map(|(_, hop)| Cow::Owned(hop_words(hop))).collect()),
            })
        },
    ),
];

/// What the user's files say about the party's networks; missing without files.
pub(super) const LISTED: &[EndDefinition] = &[
    column("Site", Words, Own, "the building by `--buildings`", |it| it.listed("site")),
    column("City", Words, Own, "its city by `--buildings`", |it| it.listed("city")),
    column("CorporateNetwork", Words, Own, "`inside` or `outside` by `--buildings`", |it| it.listed("corp")),
    column("Provider", Words, Own, "the provider behind the public address by `--providers`", |it| it.listed("isp")),
    column("AccessPointName", Words, Own, "the access point by `--access-points`", |it| it.listed("ap")),
];

/// The device, without the numbers that are metrics.
pub(super) const DEVICE: &[EndDefinition] = &[
    member("CaptureDeviceName", Words, Cri, "captureDeviceName", |it| {
        device(it, |own| Cell::of(&own.capture_device_name))
    }),
    member("CaptureDeviceDriver", Words, Cri, "captureDeviceDriver", |it| {
        device(it, |own| Cell::of(&own.capture_device_driver))
    }),
    member("RenderDeviceName", Words, Cri, "renderDeviceName", |it| {
        device(it, |own| Cell::of(&own.render_device_name))
    }),
    member("RenderDeviceDriver", Words, Cri, "renderDeviceDriver", |it| {
        device(it, |own| Cell::of(&own.render_device_driver))
    }),
];

fn hop_words(hop: &TraceRouteHop) -> String {
    let number = hop.hop_count.value().map_or("-".to_owned(), ToString::to_string);
    let address = hop.ip_address.value().map_or("-", Text::as_str);
    let seconds = hop.round_trip_time.value().map_or("-".to_owned(), |span| span.seconds().to_string());
    format!("{number} {address} {seconds}")
}
