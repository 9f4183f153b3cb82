//! The fictitious people of the demo, their machines and their networks.

use serde_json::{Value, json};

use super::dice::Dice;
pub use super::shape::Link;

const TENANT: &str = "5a1e0000-0000-4000-8000-00000000c0de";

const FIRST: &[&str] = &[
    "Ana",
    "Bo",
    "Cléo",
    "Dario",
    "Edda",
    "Farid",
    "Greta",
    "Hugo",
    "Imani",
    "Jonas",
    "Kaya",
    "Liam",
    "Mira",
    "Nils",
    "Odile",
    "Paolo",
    "Quynh",
    "Ruth",
    "Søren",
    "Tomás",
    "Uma",
    "Viktor",
    "Wanda",
    "Ximena",
    "Yara",
    "Zoltán",
    "Åsa",
    "Łukasz",
    "さくら",
    "志明",
];

const LAST: &[&str] = &[
    "Lima",
    "Chen",
    "Marchetti",
    "Okonjo",
    "Brandt",
    "Haddad",
    "Lindqvist",
    "Nakamura",
    "Petrescu",
    "Quist",
    "Rahman",
    "Salas",
    "Tanaka",
    "Ulrich",
    "Varga",
    "Wójcik",
    "Ximenes",
    "Yilmaz",
    "Zeman",
    "Achterberg",
    "Bianchi",
    "Castellanos",
    "Dvořák",
    "Eriksen",
    "Fontaine",
    "Grünwald",
    "Horváth",
    "Ionescu",
    "Jansen",
];

/// How a person is known to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A user of the tenant.
    User,
    /// A guest without an account.
    Guest,
    /// A telephone number.
    Phone,
    /// A user of Azure Communication Services.
    Acs,
    /// Not identified by the service.
    Nobody,
}

/// A person with a machine.
#[derive(Debug, Clone)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// How the service knows the person.
    pub known: Known,
    /// The client's platform.
    pub platform: &'static str,
    /// The machine's name.
    pub machine: String,
    /// The network connection.
    pub link: Link,
    number: usize,
}

impl Person {
    /// Creates the person with a number. The first 870 have names of their own.
    pub fn new(number: usize, dice: &mut Dice) -> Person {
        let first = FIRST[number % FIRST.len()];
        let last = LAST[(number * 7 + number / FIRST.len()) % LAST.len()];
        let round = number / (FIRST.len() * LAST.len());
        let name = match round {
            0 => format!("{first} {last}"),
            _ => format!("{first} {last} {}", round + 1),
        };
        let platform =
            *dice.pick(&["windows", "windows", "windows", "windows", "macOS", "macOS", "iOS", "android", "web"]);
        Person {
            name,
            known: Known::User,
            platform,
            machine: format!("PC-{number:04}"),
            link: home(number, dice),
            number,
        }
    }

    fn id(&self) -> String {
        format!("00000000-0000-4000-8000-{:012x}", self.number + 1)
    }

    /// Returns the person's end of a session.
    pub fn endpoint(&self, feedback: Option<&Value>) -> Value {
        let mut endpoint = json!({
            "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
            "name": if self.known == Known::Phone { Value::Null } else { json!(self.machine) },
            "cpuName": if self.platform == "windows" { json!("Example Core 7 @ 2.60GHz") } else { Value::Null },
            "cpuCoresCount": if self.platform == "windows" { json!(8) } else { Value::Null },
            "cpuProcessorSpeedInMhz": if self.platform == "windows" { json!(2611) } else { Value::Null },
            "userAgent": self.user_agent(),
            "identity": null,
            "associatedIdentity": null,
        });
        let id = self.id();
        match self.known {
            Known::User => {
                let mail = format!("user{:04}@example.com", self.number + 1);
                endpoint["associatedIdentity"] = json!({
                    "@odata.type": "#microsoft.graph.callRecords.userIdentity",
                    "id": id, "displayName": self.name, "tenantId": TENANT, "userPrincipalName": mail,
                });
            }
            Known::Guest => {
                let guest = json!({ "id": format!("teamsvisitor:{id}"), "displayName": format!("{} (Guest)", self.name), "tenantId": null });
                endpoint["identity"] = json!({ "user": null, "guest": guest });
            }
            Known::Phone => {
                let phone = json!({ "id": format!("+1555555{:04}", 100 + self.number % 100), "displayName": null, "tenantId": null });
                endpoint["identity"] = json!({ "user": null, "phone": phone });
            }
            Known::Acs => {
                let user = json!({ "id": format!("8:acs:{id}"), "displayName": self.name });
                endpoint["identity"] = json!({ "user": null, "acsUser": user });
            }
            Known::Nobody => endpoint["identity"] = json!({ "user": null }),
        }
        if let Some(feedback) = feedback {
            endpoint["feedback"] = feedback.clone();
        }
        endpoint
    }

    fn user_agent(&self) -> Value {
        let (header, family) = match self.known {
            Known::Phone => (Value::Null, "unknown"),
            Known::Acs => (json!("ACSCalling/1.18.0 (web)"), "azureCommunicationServices"),
            _ => (
                json!(format!("CallSignalingAgent (27/49/25072403801//;release/CL2026.R40; {})", self.platform)),
                "teams",
            ),
        };
        json!({
            "@odata.type": "#microsoft.graph.callRecords.clientUserAgent",
            "headerValue": header,
            "applicationVersion": null,
            "platform": if self.known == Known::Phone { "unknown" } else { self.platform },
            "productFamily": family,
            "communicationServiceId": null,
            "azureADAppId": null,
        })
    }
}

/// A connection at home: each with a public address of its own.
pub fn home(number: usize, dice: &mut Dice) -> Link {
    let wifi = dice.percent(70);
    Link {
        kind: if wifi { "wifi" } else { "wired" },
        speed: Some(if wifi { *dice.pick(&[300_000_000, 526_500_000, 866_700_000]) } else { 1_000_000_000 }),
        transport: "udp",
        address: format!("192.168.{}.{}", number % 3, 20 + number % 200),
        subnet: format!("192.168.{}.0", number % 3),
        public: format!("198.51.100.{}", 1 + number % 254),
        signal: wifi.then(|| dice.whole(62, 99)),
        band: if dice.percent(80) { "frequency50GHz" } else { "frequency24GHz" },
        access_point: wifi.then(|| format!("00-00-5E-00-53-{:02X}", number % 256)),
    }
}

impl Link {
    /// By telephone: the network is the telephone company's and unknown.
    pub fn telephone() -> Link {
        Link {
            kind: "unknown",
            speed: None,
            transport: "udp",
            address: String::new(),
            subnet: String::new(),
            public: String::new(),
            signal: None,
            band: "unknown",
            access_point: None,
        }
    }
}

/// A connection in an office: one subnet, one public address, a few access points.
pub fn office(subnet: &str, public: &str, desk: usize, wifi: bool, dice: &mut Dice) -> Link {
    let network = subnet.rsplit_once('.').map_or(subnet, |(network, _)| network);
    Link {
        kind: if wifi { "wifi" } else { "wired" },
        speed: Some(if wifi { 866_700_000 } else { 1_000_000_000 }),
        transport: "udp",
        address: format!("{network}.{}", 10 + desk),
        subnet: subnet.to_owned(),
        public: public.to_owned(),
        signal: wifi.then(|| dice.whole(70, 98)),
        band: "frequency50GHz",
        access_point: wifi.then(|| format!("00-00-5E-00-53-{:02X}", 0xA0 + desk % 3)),
    }
}

/// Returns the service's end of a session.
pub fn service(role: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint",
        "userAgent": {
            "@odata.type": "#microsoft.graph.callRecords.serviceUserAgent",
            "headerValue": null,
            "applicationVersion": null,
            "role": role,
        },
    })
}

/// Returns an end without any details.
pub fn bare_endpoint() -> Value {
    json!({
        "userAgent": {
            "headerValue": null,
            "applicationVersion": null,
            "platform": "unknown",
            "productFamily": "unknown",
            "communicationServiceId": null,
            "azureADAppId": null,
        },
    })
}

/// Returns a user's answer to "how was your call?".
pub fn feedback(rating: &str, ticked: &[&str]) -> Value {
    let names = ["NoSound", "OtherNoSound", "Echo", "Noisy", "LowVolume", "Stopped", "DistortedSound", "Interruptions"];
    let tokens: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!(ticked.contains(name)))).collect();
    json!({ "rating": rating, "text": null, "tokens": tokens })
}
