//! Makes calls from causes: who is where, what is wrong, what that does to figures, and what of it the record has. It
//! knows nothing of the rules that judge the figures.

use std::fmt::Write as _;

use super::dice::Dice;

/// What is wrong in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plant {
    OwnWifi,
    OwnUplink,
    OwnDevice,
    OwnMachine,
    Subnet,
    Egress,
    AccessPoint,
    Vpn,
    Mobile,
    Client,
    Relay,
    Region,
    Everybody,
    Window,
    TwoCauses,
    Chance,
    Telephone,
}

impl Plant {
    pub const ALL: [Plant; 17] = [
        Plant::OwnWifi,
        Plant::OwnUplink,
        Plant::OwnDevice,
        Plant::OwnMachine,
        Plant::Subnet,
        Plant::Egress,
        Plant::AccessPoint,
        Plant::Vpn,
        Plant::Mobile,
        Plant::Client,
        Plant::Relay,
        Plant::Region,
        Plant::Everybody,
        Plant::Window,
        Plant::TwoCauses,
        Plant::Chance,
        Plant::Telephone,
    ];

    /// The factor whose value is the cause, by its ID in reports.
    fn factor(self) -> Option<&'static str> {
        Some(match self {
            Plant::Subnet => "subnet",
            Plant::Egress => "public",
            Plant::AccessPoint => "bssid",
            Plant::Vpn | Plant::Mobile => "net",
            Plant::Client => "client",
            Plant::Relay => "relay",
            Plant::Region => "service",
            _ => return None,
        })
    }
}

/// Trouble that is a person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    Network,
    Uplink,
    Downlink,
    Machine,
    Microphone,
}

/// The factors of a person, in the order of [`FACTORS`].
pub const FACTORS: [&str; 7] = ["subnet", "public", "bssid", "net", "client", "relay", "service"];

pub struct Person {
    /// What is true.
    truth: [Option<String>; 7],
    /// What the record has.
    pub recorded: [Option<String>; 7],
    pub own: Option<Own>,
    /// Bad for a while because of something between the person and the service that is neither's.
    pub is_path: bool,
    /// Whether a common cause covers the person.
    pub is_covered: bool,
    /// Start and end, in minutes.
    span: (f64, f64),
}

pub struct Call {
    pub plant: Plant,
    pub people: Vec<Person>,
    /// The planted values as factor and value.
    pub values: Vec<(&'static str, String)>,
    /// The window in minutes.
    pub window: Option<(f64, f64)>,
    pub is_complete: bool,
    /// Share of values that the record lacks, from 0 to 1.
    pub missing: f64,
    /// The sessions as JSON.
    pub sessions: Vec<String>,
}

/// Length of a call in minutes.
const LENGTH: f64 = 60.0;

/// Makes the call of a seed.
pub fn call(plant: Plant, seed: u64, largest: f64) -> Call {
    let dice = &mut Dice::new(seed ^ (plant as u64) << 40);
    let least: f64 = if plant == Plant::Telephone { 2.0 } else { 4.0 };
    let count = least * (largest / least).powf(dice.share());
    let count = if dice.chance(0.03) { 2 } else { count as usize };
    let mut people = topology(count, plant, dice);
    let mut call = Call {
        plant,
        people: Vec::new(),
        values: Vec::new(),
        window: None,
        is_complete: !dice.chance(0.08),
        missing: dice.pick(&[0.0, 0.0, 0.0, 0.1, 0.2, 0.4, 0.6]),
        sessions: Vec::new(),
    };
    match plant {
        Plant::TwoCauses => {
            let first = dice.pick(&[Plant::Egress, Plant::AccessPoint, Plant::Subnet]);
            let second = dice.pick(&[Plant::Client, Plant::Vpn, Plant::Mobile]);
            for one in [first, second] {
                call.values.extend(plant_value(one, &mut people, dice));
            }
        }
        Plant::Everybody => people.iter_mut().for_each(|it| it.is_covered = true),
        Plant::Window => {
            let from = dice.between(0.1, 0.7) * LENGTH;
            let window = (from, from + dice.between(0.1, 0.2) * LENGTH);
            call.window = Some(window);
            for it in &mut people {
                it.is_covered = in_window(it.span, window) >= 0.5;
            }
        }
        one => call.values.extend(plant_value(one, &mut people, dice)),
    }
    own_troubles(plant, &mut people, dice);
    hide(&mut people, call.missing, dice);
    let strength = dice.between(0.5, 1.0);
    let flow = if plant == Plant::Client { dice.pick(&[0, 1, 1]) } else { dice.pick(&[0, 0, 0, 0, 0, 1, 2]) };
    for (at, it) in people.iter().enumerate() {
        call.sessions.push(session(at, it, plant, strength, flow, call.missing, dice));
    }
    if !call.is_complete {
        let kept = (people.len() as f64 * dice.between(0.3, 0.8)) as usize + 1;
        call.sessions.truncate(kept);
        people.truncate(kept);
    }
    call.people = people;
    call
}

/// Returns the share of a session that is in a window.
fn in_window(span: (f64, f64), window: (f64, f64)) -> f64 {
    ((span.1.min(window.1) - span.0.max(window.0)) / (span.1 - span.0)).max(0.0)
}

/// Decides who is where, with what.
fn topology(count: usize, plant: Plant, dice: &mut Dice) -> Vec<Person> {
    let offices = 1 + dice.below(count / 10 + 1);
    let office_share = dice.between(0.2, 0.8);
    let versions = 2 + dice.below(3);
    let relays = 2 + count / 8;
    let regions = 1 + dice.below(4);
    let is_managed = dice.chance(0.3);
    (0..count)
        .map(|at| {
            let office = dice.below(offices);
            let version = |dice: &mut Dice| {
                let skewed = dice.share() * dice.share();
                format!("27/{}", (skewed * versions as f64) as usize)
            };
            let mut truth: [Option<String>; 7] = std::array::from_fn(|_| None);
            let region;
            if dice.chance(office_share) {
                let floor = dice.below(1 + office % 3);
                truth[0] = Some(format!("10.{office}.{floor}.0"));
                truth[1] = Some(format!("203.0.113.{office}"));
                truth[3] = Some("wired".to_owned());
                if dice.chance(0.6) {
                    truth[2] = Some(format!("aa-{office:02x}-{floor:02x}-{:02x}", dice.below(1 + office % 4)));
                    truth[3] = Some("wifi".to_owned());
                }
                truth[4] = Some(if is_managed { format!("27/{}", office % versions) } else { version(dice) });
                region = office % regions;
            } else {
                // Homes use the same few private subnets.
                truth[0] = Some(dice.pick(&["192.168.0.0", "192.168.1.0", "192.168.178.0", "10.0.0.0"]).to_owned());
                if dice.chance(0.3) {
                    truth[0] = Some(format!("192.168.{}.0", 2 + dice.below(170)));
                }
                truth[1] = Some(format!("198.51.{}.{}", at / 250, at % 250));
                truth[2] = Some(format!("bb-{at:04x}"));
                let net = dice.share();
                let kind = match net {
                    mobile if mobile < 0.15 => "mobile",
                    vpn if vpn < 0.30 => "tunnel",
                    wired if wired < 0.45 => "wired",
                    _ => "wifi",
                };
                truth[3] = Some(kind.to_owned());
                if kind != "wifi" {
                    truth[2] = None;
                }
                truth[4] = Some(version(dice));
                region = dice.below(regions);
            }
            truth[5] = Some(format!("52.114.1.{}", dice.below(relays)));
            truth[6] = Some(format!("52.115.{region}.9"));
            let is_short = dice.chance(if plant == Plant::Window { 0.7 } else { 0.25 });
            let from = if is_short { dice.between(0.0, 0.75) * LENGTH } else { 0.0 };
            let to = if is_short { from + dice.between(0.1, 0.3) * LENGTH } else { LENGTH };
            let recorded = truth.clone();
            Person { truth, recorded, own: None, is_path: false, is_covered: false, span: (from, to.min(LENGTH)) }
        })
        .collect()
}

/// Plants a value as a cause, preferring one that several people have.
fn plant_value(plant: Plant, people: &mut [Person], dice: &mut Dice) -> Option<(&'static str, String)> {
    let factor = plant.factor()?;
    let place = FACTORS.iter().position(|one| *one == factor)?;
    let fits = |value: &str| match plant {
        Plant::Vpn => value == "tunnel",
        Plant::Mobile => value == "mobile",
        Plant::Subnet => !value.starts_with("192.168.") && value != "10.0.0.0",
        _ => true,
    };
    let values: Vec<String> =
        people.iter().filter_map(|it| it.truth[place].clone()).filter(|value| fits(value)).collect();
    if values.is_empty() {
        return None;
    }
    let members = |value: &str| people.iter().filter(|it| it.truth[place].as_deref() == Some(value)).count();
    let chosen = (0..4).map(|_| &values[dice.below(values.len())]).find(|value| members(value) >= 3);
    let chosen = chosen.unwrap_or(&values[0]).clone();
    let is_alone = members(&chosen) == 1 && !matches!(plant, Plant::Client | Plant::Relay | Plant::Region);
    for it in people.iter_mut().filter(|it| it.truth[place].as_deref() == Some(chosen.as_str())) {
        // What only one person has is that person's own.
        it.is_covered = !is_alone;
        it.own = is_alone.then_some(Own::Network);
    }
    if is_alone {
        return None;
    }
    Some((factor, chosen))
}

/// Gives some people trouble of their own: the planted ones, and in every call a few by chance.
fn own_troubles(plant: Plant, people: &mut [Person], dice: &mut Dice) {
    let background = dice.between(0.01, 0.12);
    for it in people.iter_mut() {
        if dice.chance(background) {
            match dice.share() {
                path if path < 0.05 => it.is_path = true,
                both if both < 0.60 => it.own = Some(Own::Network),
                up if up < 0.80 => it.own = Some(Own::Uplink),
                _ => it.own = Some(Own::Downlink),
            }
        }
    }
    let own = match plant {
        Plant::OwnWifi => Own::Network,
        Plant::OwnUplink => Own::Uplink,
        Plant::OwnDevice => Own::Microphone,
        Plant::OwnMachine => Own::Machine,
        _ => return,
    };
    let at = dice.below(people.len());
    people[at].own = Some(own);
}

/// Removes what the record lacks.
fn hide(people: &mut [Person], missing: f64, dice: &mut Dice) {
    for it in people {
        // A client that reports nothing about its network, or only some members.
        let is_network_gone = dice.chance(missing * 0.5);
        for (place, value) in it.recorded.iter_mut().enumerate() {
            let is_network = !matches!(FACTORS[place], "client" | "service");
            if (is_network && is_network_gone) || dice.chance(missing * 0.5) {
                *value = None;
            }
        }
    }
}

/// A loss rate that is over 10 % in a given share of cases.
fn bad_loss(strength: f64, dice: &mut Dice) -> f64 {
    (0.10 + (dice.share() - (1.0 - strength)) * 0.25).max(0.004)
}

fn session(at: usize, it: &Person, plant: Plant, strength: f64, flow: usize, missing: f64, dice: &mut Dice) -> String {
    let fine = |dice: &mut Dice| 0.02 * dice.share() * dice.share();
    let (mut said, mut heard) = (fine(dice), fine(dice));
    if it.is_covered {
        let loss = bad_loss(strength, dice);
        if flow != 2 {
            said = loss;
        }
        if flow != 1 {
            heard = loss * dice.between(0.9, 1.1);
        }
    }
    let mut signs = String::new();
    let mut device = String::new();
    let has_bad_network = it.is_covered && !matches!(plant, Plant::Client | Plant::Everybody | Plant::Window);
    match it.own {
        Some(Own::Network) => (said, heard) = (bad_loss(0.9, dice), bad_loss(0.9, dice)),
        Some(Own::Uplink) => said = bad_loss(0.9, dice),
        Some(Own::Downlink) => heard = bad_loss(0.9, dice),
        Some(Own::Machine) => {
            let ratio = dice.between(0.15, 0.9);
            let _ = write!(device, r#","cpuInsufficentEventRatio":{ratio}"#);
            if dice.chance(0.6) {
                (said, heard) = (bad_loss(0.8, dice), bad_loss(0.6, dice));
            }
        }
        Some(Own::Microphone) => {
            let ratio = dice.between(0.12, 1.0);
            let _ = write!(
                device,
                r#","captureNotFunctioningEventRatio":{ratio},"micGlitchRate":{}"#,
                dice.between(0.0, 400.0)
            );
        }
        None => {}
    }
    if it.is_path {
        (said, heard) = (bad_loss(0.9, dice), if dice.chance(0.5) { bad_loss(0.9, dice) } else { heard });
    }
    let tells = match it.own {
        Some(Own::Network | Own::Uplink | Own::Downlink) => 0.6,
        _ if has_bad_network => 0.4,
        _ => 0.03,
    };
    if dice.chance(tells) {
        let _ = write!(
            signs,
            r#","sentQualityEventRatio":{},"receivedQualityEventRatio":{}"#,
            dice.between(0.12, 0.6),
            dice.between(0.12, 0.6)
        );
    }
    let is_wifi = it.truth[3].as_deref() == Some("wifi");
    if is_wifi && !dice.chance(missing) {
        let is_weak = dice.chance(if it.own == Some(Own::Network) { 0.5 } else { 0.05 });
        let _ = write!(signs, r#","wifiSignalStrength":{}"#, if is_weak { 25 } else { 80 });
    }
    let member = |name: &str, place: usize| match &it.recorded[place] {
        Some(value) => format!(r#","{name}":"{value}""#),
        None => String::new(),
    };
    let network: String = [
        ("subnet", 0),
        ("reflexiveIPAddress", 1),
        ("basicServiceSetIdentifier", 2),
        ("connectionType", 3),
        ("relayIPAddress", 5),
    ]
    .into_iter()
    .map(|(name, place)| member(name, place))
    .collect();
    let agent = it.recorded[4]
        .as_ref()
        .map_or_else(String::new, |version| format!(r#","userAgent":{{"applicationVersion":"{version}"}}"#));
    let far = it.recorded[6].as_ref().map_or_else(String::new, |ip| format!(r#""ipAddress":"{ip}""#));
    let stream = |direction: &str, loss: f64, dice: &mut Dice| {
        let packets = if dice.chance(missing * 0.4) { 60 } else { 40_000 };
        format!(
            r#"{{"streamDirection":"{direction}","packetUtilization":{packets},"averagePacketLossRate":{loss},"averageJitter":"PT0.005S"}}"#
        )
    };
    let (up, down) = (stream("callerToCallee", said, dice), stream("calleeToCaller", heard, dice));
    let time = |minutes: f64| {
        format!(
            "2026-11-20T{:02}:{:02}:{:02}Z",
            9 + (minutes / 60.0) as u32,
            minutes as u32 % 60,
            (minutes * 60.0) as u32 % 60
        )
    };
    let caller = format!(
        r##"{{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint","associatedIdentity":{{"id":"u{at}","displayName":"P {at}"}}{agent}}}"##
    );
    let service = r##"{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}"##;
    let leg = if plant == Plant::Telephone && at == 0 {
        let phone = r##"{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint","userAgent":{"role":"gateway"},"identity":{"phone":{"id":"+12065550100"}}}"##;
        format!(
            r#",{{"id":"l","caller":{service},"callee":{phone},"media":[{{"label":"main-audio","streams":[{}]}}]}}"#,
            stream("calleeToCaller", 0.3, dice)
        )
    } else {
        String::new()
    };
    format!(
        r#"{{"id":"s{at}","startDateTime":"{}","endDateTime":"{}","caller":{caller},"callee":{service},"segments":[{{"id":"s{at}","caller":{caller},"callee":{service},"media":[{{"label":"main-audio","callerNetwork":{{"linkSpeed":1{network}{signs}}},"calleeNetwork":{{{far}}},"callerDevice":{{"renderMuteEventRatio":0{device}}},"streams":[{up},{down}]}}]}}{leg}]}}"#,
        time(it.span.0),
        time(it.span.1)
    )
}
