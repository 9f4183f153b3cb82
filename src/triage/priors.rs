//! What is assumed about the causes of poor calls before looking at one: the rates each explanation expects, and how
//! likely each is. The calibration bench (`cargo bench --bench attribution`) shows what a change does.
//!
//! All numbers are our own estimates, tuned on the bench's tuning seeds and reported on others.

/// A Beta distribution over a rate from 0 to 1: what is assumed about the rate of poor people.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    /// Number of poor people that the assumption is worth.
    pub poor: f64,
    /// Number of good people that the assumption is worth.
    pub good: f64,
}

/// People whom no common cause covers: 5 % are poor on average, as in calls in which nothing is wrong.
pub const BACKGROUND: Beta = Beta { poor: 0.5, good: 9.5 };

/// People whom a cause covers: two thirds are poor on average, as averages over a session hide short trouble.
pub const COVERED: Beta = Beta { poor: 2.0, good: 1.0 };

/// Everybody, if the service or its region has a problem: more than half are poor on average.
pub const EVERYBODY_RATE: Beta = Beta { poor: 1.5, good: 1.0 };

/// People for whom the record lacks a factor: they may or may not be covered by a cause of that factor, so they are as
/// likely to be poor as not to be.
pub const UNKNOWN: Beta = Beta { poor: 1.0, good: 2.0 };

/// Everybody who is poor is so for a reason of their own: true of most calls.
pub const BY_THEMSELVES: f64 = 0.7;

/// The service or a region fails everybody: rare, and usually in the news.
pub const EVERYBODY: f64 = 0.02;

/// Something happened to those who were there in some minutes: an outage or a change, as likely as a bad access point.
pub const WINDOW: f64 = 0.02;

/// What is assumed about one factor.
#[derive(Debug)]
pub struct FactorPrior {
    /// ID of the factor.
    pub factor: &'static str,
    /// Probability that the cause is one of its values, divided among those that at least two people have.
    pub weight: f64,
    /// Values that are no cause: the normal state.
    pub normal: &'static [&'static str],
    /// Why it has this weight.
    pub reason: &'static str,
}

const fn prior(
    factor: &'static str,
    weight: f64,
    normal: &'static [&'static str],
    reason: &'static str,
) -> FactorPrior {
    FactorPrior { factor, weight, normal, reason }
}

/// The table of factors. A factor that is not listed is never named as a cause.
pub const FACTOR_PRIORS: &[FactorPrior] = &[
    prior("site", 0.01, &[], "a whole building; most of its weight is that of its subnets and its egress"),
    prior("subnet", 0.025, &[], "offices and their floors are the most common shared cause"),
    prior("public", 0.025, &[], "the internet egress of an office is as common a cause as its subnet"),
    prior("net", 0.025, &["wired", "other"], "mobile networks, Wi-Fi and VPNs fail more often than cables"),
    prior("isp", 0.005, &[], "a provider fails now and then, for everybody in a region; many people share a large one"),
    prior("ap", 0.02, &[], "as for an access point known by its BSSID, which is then not compared"),
    prior("bssid", 0.02, &[], "a crowded or broken access point is common, but serves few people"),
    prior("client", 0.02, &[], "a bad version happens, but is usually withdrawn"),
    prior("transport", 0.005, &["udp"], "a proxy that forces media over TCP"),
    prior("band", 0.005, &["frequency50GHz", "frequency60GHz"], "the 2.4 GHz band is crowded"),
    prior("dns", 0.005, &[], "a site, where its subnet is not known"),
    prior("wifi-driver", 0.005, &[], "a bad driver happens, and hurts only those on Wi-Fi"),
    prior("relay", 0.015, &[], "relays are allocated whether or not they are used"),
    prior("service", 0.01, &[], "a media endpoint of the service is rarely broken for some only"),
    prior("device", 0.002, &[], "a microphone's model does not lose packets, but its driver can slow a machine"),
    prior("speaker", 0.002, &[], "as for the microphone"),
    prior("driver", 0.002, &[], "as for the microphone"),
    prior("platform", 0.005, &[], "a whole platform is rarely to blame"),
];

/// Weight of each aspect by which explanations are compared: any poor stream, voice received, voice sent, video and
/// sharing. Most causes hurt both directions; an overloaded uplink only what is sent.
pub const ASPECTS: [f64; 4] = [0.5, 0.2, 0.2, 0.1];

/// Explanations with less than this probability change nothing that is said.
pub const NEGLIGIBLE: f64 = 0.001;

/// Number of explanations that are also tried in pairs: more never made a difference, and cost time.
pub const PAIRED: usize = 8;

/// Number of equal parts of the call from which time windows are made.
pub const PARTS: usize = 24;

/// Longest time window, in such parts: a window of more than a third of the call explains little.
pub const LONGEST_WINDOW: usize = 8;

/// How likely one person's trouble is of each kind before their record is looked at, when both directions are poor: the
/// person's access network, ...
pub const OWN_NETWORK: f64 = 0.90;

/// ... their machine, ...
pub const OWN_MACHINE: f64 = 0.04;

/// ... or something between them and the service that is not theirs.
pub const OWN_PATH: f64 = 0.06;

/// With one direction poor, the path is likelier: an access network usually hurts both.
pub const ONE_DIRECTION_PATH: f64 = 0.20;

/// How many times likelier the access network becomes if the client itself reports that its network was bad, or its Wi-Fi
/// weak: clients with good networks hardly ever do.
pub const NETWORK_SIGN: f64 = 10.0;

/// How many times likelier the machine becomes if it was too slow for voice: machines of people with good calls hardly
/// ever are.
pub const MACHINE_SIGN: f64 = 200.0;
