//! The table of causes: what each is called, whose side it is on, and the next step. Every cause has its own words: what
//! helps against a firewall does not help against a radio.

use crate::triage::factors::{Nature, Value};

/// A cause of a problem.
#[derive(Debug)]
pub struct Cause {
    /// Unique, stable ID, used in reports.
    pub id: &'static str,
    /// ID of the group of causes it belongs to, as reported before there were causes.
    pub pattern: &'static str,
    /// The side it names.
    pub side: &'static str,
    /// Next step for first-line support.
    pub advice: &'static str,
}

impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

const fn cause(id: &'static str, pattern: &'static str, side: &'static str, advice: &'static str) -> Cause {
    Cause { id, pattern, side, advice }
}

const CABLE: &str = "use a cable instead of Wi-Fi, no VPN, no one else on the line; then check the line itself";
const VERSION: &str = "change it on one machine; if that helps, change it for all";
const OTHER_CALLS: &str =
    "weak evidence from one call: compare with other calls from that hour before opening a ticket with Microsoft";

/// The table of causes, those of many people first.
pub const CAUSES: &[Cause] = &[
    cause(
        "cannot-separate",
        "cannot-separate",
        "one of these, which cannot be told apart",
        "change one of them for one person: give them another network, device or version, and see whether that helps",
    ),
    cause(
        "access-point",
        "access-point",
        "this access point: its radio, its channel or its cable",
        "have one of them use a cable; if that helps, have the access point's channel, load and cable checked",
    ),
    cause(
        "site",
        "site",
        "the network of this site, as far as its internet egress",
        "give the site's network team its subnets and the times; check the load on its line, its firewall and its proxy",
    ),
    cause(
        "subnet",
        "site",
        "the network of this site, as far as its internet egress",
        "give the site's network team the subnet and the times; check the load on its line, its firewall and its proxy",
    ),
    cause(
        "egress",
        "site",
        "the internet egress with this address, or the VPN or proxy behind it",
        "give the site's network team the address and the times; check the load on the line, its firewall and its proxy",
    ),
    cause(
        "provider",
        "provider",
        "the provider behind their public addresses, or its path to Microsoft",
        "weak evidence from one call: compare with other calls of people with this provider, then give it addresses and times",
    ),
    cause(
        "dns-suffix",
        "site",
        "the network with this DNS suffix",
        "give the network team the suffix and the times; check the load on its line, its firewall and its proxy",
    ),
    cause(
        "mobile",
        "mobile",
        "the mobile networks they are on",
        "use Wi-Fi or a cable where there is one; otherwise turn off video and stay where reception is good",
    ),
    cause(
        "wifi",
        "wifi",
        "Wi-Fi, wherever they are",
        "have one of them use a cable; if that helps, look at signal, band and neighbours of each one's Wi-Fi",
    ),
    cause("wifi-band", "wifi", "the Wi-Fi band they are on", "use the network name of the 5 GHz band, or a cable"),
    cause(
        "vpn",
        "vpn",
        "the VPN they go through",
        "let media bypass the VPN (split tunnel); first have one of them try without it",
    ),
    cause(
        "connection",
        "connection",
        "the kind of connection they have",
        "have one of them use another kind of connection",
    ),
    cause(
        "tcp",
        "tcp",
        "media over TCP; UDP seems to be blocked on the media path",
        "open UDP 3478 to 3481 to Microsoft's addresses, past the proxy",
    ),
    cause("relay", "service", "the service's relay, or the path to it", OTHER_CALLS),
    cause("service-endpoint", "service", "the service's media endpoint, or the path to it", OTHER_CALLS),
    cause("client-version", "client", "the client version they share", VERSION),
    cause("wifi-driver", "client", "the Wi-Fi driver they share", VERSION),
    cause("microphone-model", "client", "the microphone model they share", VERSION),
    cause("loudspeaker-model", "client", "the loudspeaker model they share", VERSION),
    cause("device-driver", "client", "the device driver they share", VERSION),
    cause("platform", "client", "the platform they share", "compare with other calls of people on that platform"),
    cause(
        "time-window",
        "time-window",
        "a common cause in those minutes, not each one's own connection",
        "check the service health page and changes to the network for those minutes; ask what else failed then",
    ),
    cause(
        "one-network",
        "one-network",
        "the network they all share, or the service: no one elsewhere can be compared",
        "compare with a call from that hour that has people on other networks",
    ),
    cause(
        "everywhere",
        "everywhere",
        "the service or its region, or something else they share; this cannot be told from this call",
        "check the service health page for that hour, and compare with other calls",
    ),
    cause(
        "dropped-together",
        "dropped-together",
        "one event with a common cause",
        "check the service health page and changes to the network for that second; ask whether the organiser ended the call",
    ),
    cause("own-network", "access-network", "this person's access network", CABLE),
    cause(
        "own-wifi",
        "access-network",
        "this person's Wi-Fi",
        "move closer to the access point or use a cable; then look at its channel and neighbours",
    ),
    cause(
        "own-mobile",
        "access-network",
        "this person's mobile network",
        "use Wi-Fi or a cable if there is one; otherwise turn off video and stay where reception is good",
    ),
    cause(
        "own-vpn",
        "access-network",
        "this person's VPN, or the network below it",
        "let media bypass the VPN (split tunnel), or try once without it",
    ),
    cause(
        "own-machine",
        "machine",
        "this person's machine",
        "close other programs, turn off background effects, plug in the power; then check the machine itself",
    ),
    cause(
        "own-microphone",
        "device",
        "this person's microphone",
        "check which microphone Teams uses; try another headset or port and the latest driver",
    ),
    cause(
        "own-loudspeaker",
        "device",
        "this person's loudspeaker",
        "check which loudspeaker Teams uses, its volume and mute; then try another headset or port",
    ),
    cause(
        "own-device",
        "device",
        "this person's microphone, loudspeaker or camera",
        "check which devices Teams uses; try another headset or port and the latest driver",
    ),
    cause(
        "own-uplink",
        "uplink",
        "this person's uplink",
        "use a cable instead of Wi-Fi, stop other uploads; everyone else hears this person badly",
    ),
    cause(
        "own-downlink",
        "downlink",
        "this person's downlink",
        "use a cable instead of Wi-Fi, stop other downloads; this person hears everyone badly but is heard well",
    ),
    cause(
        "unclear",
        "unclear",
        "cannot be told: trouble of their own, or something they share",
        "compare with other calls of the same people, and see which of them are poor there",
    ),
    cause(
        "own-pictures",
        "pictures",
        "this person's bandwidth or machine",
        "turn off video or use a smaller window; check bandwidth policies and the graphics driver",
    ),
    cause(
        "pair-uplink",
        "uplink",
        "this person's network, or the path between the two",
        "have each try a call with someone else: the one whose call is bad again has the problem",
    ),
    cause(
        "pair-downlink",
        "downlink",
        "this person's network, or the path between the two",
        "have each try a call with someone else: the one whose call is bad again has the problem",
    ),
    cause(
        "between-two",
        "between-two",
        "the path between the two; which end is not known",
        "have each try a call with someone else: the one whose call is bad again has the problem",
    ),
    cause(
        "own-telephone",
        "telephone-leg",
        "this person's telephone line, or the gateway or carrier before it",
        "give the telephony team the number and the times; check the gateway and the carrier's trunk",
    ),
    cause(
        "telephone-leg",
        "telephone-leg",
        "the telephone leg, beyond the gateway",
        "give the telephony team the number and the times; check the gateway and the carrier's trunk",
    ),
    cause(
        "other-leg",
        "other-leg",
        "a leg between other parties",
        "look at that segment of the session: its parties and its streams",
    ),
    cause(
        "direction-unknown",
        "direction-unknown",
        "cannot be determined: the record does not say in which direction",
        "ask whether this person heard badly or was heard badly; fetch the record again in a few hours",
    ),
    cause(
        "between-services",
        "between-services",
        "cannot be determined: no person is at either end",
        "look at these sessions: the names and roles of the services at their ends",
    ),
    cause(
        "person-unknown",
        "person-unknown",
        "cannot be determined: the record does not say whose sessions these are",
        "request the sessions with all their members, or fetch the record again in a few hours",
    ),
    cause(
        "setup",
        "setup",
        "signalling, firewall or policy, not quality",
        "check firewall and proxy for UDP 3478 to 3481, numbers, policies and licences",
    ),
    cause(
        "dropped",
        "dropped",
        "the connection of the person who dropped, at that minute",
        "ask about sleep, a Wi-Fi change or a VPN reconnect",
    ),
    cause(
        CANNOT_TELL,
        CANNOT_TELL,
        "cannot be determined from this record",
        "ask exactly what was heard; fetch the record again in a few hours, as clients report late",
    ),
];

/// ID of the cause that names no side.
pub const CANNOT_TELL: &str = "cannot-tell";

/// Returns the cause with an ID, which must be in the table.
pub(super) fn by_id(id: &str) -> &'static Cause {
    CAUSES.iter().find(|cause| cause.id == id).unwrap_or(&CAUSES[CAUSES.len() - 1])
}

/// Returns the cause that a shared value is.
pub fn of_value(value: Value) -> &'static Cause {
    let id = match (value.factor().id, value.nature()) {
        ("net", Nature::Mobile) => "mobile",
        ("net", Nature::Wifi) => "wifi",
        ("net", Nature::Vpn) | (_, Nature::ListedVpn) => "vpn",
        ("net", _) => "connection",
        ("public", _) => "egress",
        ("isp", _) => "provider",
        ("bssid" | "ap", _) => "access-point",
        ("dns", _) => "dns-suffix",
        ("transport", _) => "tcp",
        ("band", _) => "wifi-band",
        ("service", _) => "service-endpoint",
        ("device", _) => "microphone-model",
        ("speaker", _) => "loudspeaker-model",
        ("driver", _) => "device-driver",
        ("client", _) => "client-version",
        (factor, _) => factor,
    };
    by_id(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::factors::FACTORS;
    use crate::triage::priors::FACTOR_PRIORS;
    use crate::triage::{Interner, Name};

    fn name() -> Name {
        Interner::default().add("x")
    }

    #[test]
    fn ids_are_unique_and_every_factor_that_can_be_named_has_a_cause() {
        for cause in CAUSES {
            assert_eq!(CAUSES.iter().filter(|other| other.id == cause.id).count(), 1, "{}", cause.id);
        }
        for prior in FACTOR_PRIORS {
            let place = FACTORS.iter().position(|factor| factor.id == prior.factor).expect("the factor is there");
            let cause = of_value(Value::new(place, Nature::Plain, name()));
            assert_ne!(cause.id, CANNOT_TELL, "{}", prior.factor);
        }
    }

    #[test]
    fn nobody_is_sent_to_a_firewall_because_of_a_radio() {
        for id in ["mobile", "wifi", "wifi-band", "access-point", "wifi-driver", "own-wifi", "own-mobile"] {
            let cause = by_id(id);
            let words = format!("{} {} {}", cause.pattern, cause.side, cause.advice);
            assert!(!["firewall", "site", "office", "egress"].iter().any(|word| words.contains(word)), "{words}");
        }
    }
}
