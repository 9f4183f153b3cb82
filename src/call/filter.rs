//! Session filters: words and tokens, all of which must match. `poor user:owen net:wifi loss>5% !test`.
//!
//! A word is searched for in everything a row knows; a token checks one thing. Lower case matches both cases, upper
//! case only itself. Mistakes are reported with their position, and the other tokens still apply.

use std::ops::Range;

use crate::metrics::{self, Metric};
use crate::model::MediumKind;
use crate::settings::nearest;
use crate::triage::factors::{FACTORS, by_id as factor_by_id};
use crate::triage::findings::RULES;
use crate::triage::{Interner, SessionStatus};

use super::row::{MediaSet, Row, SessionId};

/// A filter as typed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    text: String,
    terms: Vec<Term>,
    /// Mistakes, with their position in the text, in bytes.
    pub mistakes: Vec<(Range<usize>, String)>,
}

#[derive(Debug, Clone)]
struct Term {
    is_inverted: bool,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Standing(SessionStatus),
    Poor,
    Flag(Flag),
    Kind(MediumKind),
    Rule(usize),
    Rating(String),
    Figure(&'static Metric, Comparison, f64),
    Length(Comparison, f64),
    Person(Needle),
    /// A complaint that a user ticked, or their free text.
    Said(Needle),
    Id(Needle),
    /// A value of one of these factors, as bits by index.
    Value(u32, Needle),
    Anything(Box<Anything>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Tcp,
    Test,
    Rated,
    Complained,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Over,
    AtLeast,
    Under,
    AtMost,
    Equal,
}

impl Comparison {
    /// As written, longest first.
    const ALL: &[(&str, Comparison)] = &[
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        (">", Comparison::Over),
        ("<", Comparison::Under),
        ("=", Comparison::Equal),
    ];

    fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Comparison::Over => value > than,
            Comparison::AtLeast => value >= than,
            Comparison::Under => value < than,
            Comparison::AtMost => value <= than,
            // A value shown as 14 % may be 13.8 %.
            Comparison::Equal => (value - than).abs() <= than.abs() * 1e-6,
        }
    }
}

/// A text to search for, and which of a call's names contain it.
#[derive(Debug, Clone)]
struct Needle {
    text: String,
    is_exact: bool,
    found: Vec<bool>,
    /// The value of [`Interner::retold`] at that time.
    retold: u32,
}

impl Needle {
    fn new(text: &str) -> Needle {
        let is_exact = text.chars().any(char::is_uppercase);
        let text = if is_exact { text.to_owned() } else { text.to_lowercase() };
        Needle { text, is_exact, found: Vec::new(), retold: 0 }
    }

    fn is_in(&self, text: &str) -> bool {
        if self.is_exact || (text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_uppercase())) {
            return memchr::memmem::find(text.as_bytes(), self.text.as_bytes()).is_some();
        }
        text.to_lowercase().contains(&self.text)
    }

    fn prepare(&mut self, names: &Interner) {
        let mut found = std::mem::take(&mut self.found);
        if found.len() > names.count() || self.retold != names.retold() {
            found.clear();
        }
        found.extend(names.from(found.len()).map(|name| self.is_in(name)));
        (self.found, self.retold) = (found, names.retold());
    }

    fn found(&self, name: crate::triage::Name) -> bool {
        self.found.get(name.number()).copied().unwrap_or(false)
    }
}

/// A text to search for in everything a row knows. Checks shared by many rows are made once.
#[derive(Debug, Clone)]
struct Anything {
    needle: Needle,
    standings: Vec<SessionStatus>,
    metrics: Vec<&'static Metric>,
    kinds: Vec<MediumKind>,
    /// It could be part of a session ID: nearly all of those are hexadecimal digits and dashes.
    may_be_id: bool,
}

impl Anything {
    fn new(needle: Needle) -> Anything {
        const STANDINGS: [SessionStatus; 5] = [
            SessionStatus::Failed,
            SessionStatus::Poor,
            SessionStatus::Noted,
            SessionStatus::Good,
            SessionStatus::Unclassified,
        ];
        Anything {
            standings: STANDINGS.into_iter().filter(|it| needle.is_in(it.name())).collect(),
            metrics: metrics::STREAM.iter().filter(|it| needle.is_in(it.label)).collect(),
            kinds: MediaSet::KINDS.into_iter().filter(|it| needle.is_in(it.name())).collect(),
            may_be_id: needle.text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
            needle,
        }
    }

    fn is_in(&self, row: &Row, set: usize) -> bool {
        let facts = &row.facts;
        let is_in_id = || match &row.id {
            Some(SessionId::Other(id)) => self.needle.is_in(id),
            Some(id) => self.may_be_id && self.needle.is_in(&id.to_string()),
            None => false,
        };
        is_named(row, &self.needle)
            || is_said(row, &self.needle)
            || facts.all_values().iter().any(|value| self.needle.found(value.name()))
            || (!self.standings.is_empty() && self.standings.contains(&facts.standing(set)))
            || (!self.metrics.is_empty()
                && facts.verdict(set).worst().is_some_and(|worst| self.metrics.contains(&worst.metric)))
            || facts.rating().is_some_and(|rating| self.needle.is_in(rating.word()))
            || self.kinds.iter().any(|kind| row.media.contains(*kind))
            || is_in_id()
    }
}

/// A word with a meaning of its own.
struct Word {
    word: &'static str,
    test: fn() -> Test,
    about: &'static str,
}

const fn word(word: &'static str, test: fn() -> Test, about: &'static str) -> Word {
    Word { word, test, about }
}

const WORDS: &[Word] = &[
    word("poor", || Test::Poor, "with a poor stream"),
    word("failed", || Test::Standing(SessionStatus::Failed), "that failed"),
    word("good", || Test::Standing(SessionStatus::Good), "judged, nothing poor"),
    word(
        "noted",
        || Test::Standing(SessionStatus::Noted),
        "nothing poor, but a user complained, or a device or machine failed",
    ),
    word("unclassified", || Test::Standing(SessionStatus::Unclassified), "that could not be judged"),
    word("tcp", || Test::Flag(Flag::Tcp), "with media over TCP"),
    word("test", || Test::Flag(Flag::Test), "test call (echo service)"),
    word("rated", || Test::Flag(Flag::Rated), "rated by a user"),
    word("complained", || Test::Flag(Flag::Complained), "a user rated it badly or ticked a complaint"),
];

/// Names before a colon that are not a factor, or cover several.
const KEYS: &[(&str, &str)] = &[
    ("user:", "a person's name"),
    ("ip:", "any address"),
    ("kind:", "audio, video, sharing, data"),
    ("finding:", "a finding by name"),
    ("rated:", "bad, poor, fair, good, excellent"),
    ("said:", "a complaint or words from the survey: said:echo"),
    ("id:", "the session ID"),
];

/// Short names of metrics in comparisons, besides Graph's own names and those of the list's columns.
const FIGURES: &[(&str, &str)] = &[
    ("loss", "averagePacketLossRate"),
    ("maxloss", "maxPacketLossRate"),
    ("jitter", "averageJitter"),
    ("rtt", "averageRoundTripTime"),
    ("netjitter", "averageAudioNetworkJitter"),
    ("degradation", "averageAudioDegradation"),
    ("concealed", "averageRatioOfConcealedSamples"),
    ("bandwidth", "averageBandwidthEstimate"),
    ("frameloss", "averageVideoFrameLossPercentage"),
    ("fps", "averageVideoFrameRate"),
    ("packets", "packetUtilization"),
    ("freeze", "averageFreezeDuration"),
];

/// The length of a session in comparisons.
const LENGTH: &str = "length";

impl Filter {
    /// Parses a filter. Never fails: mistakes are in [`Filter::mistakes`].
    pub fn new(text: &str) -> Filter {
        let mut filter = Filter { text: text.to_owned(), ..Filter::default() };
        for range in tokens(text) {
            let token = &text[range.clone()];
            let (is_inverted, token) = match token.strip_prefix('!') {
                Some(rest) if !rest.is_empty() => (true, rest),
                _ => (false, token),
            };
            match test(&token.replace('"', "")) {
                Ok(test) => filter.terms.push(Term { is_inverted, test }),
                Err(mistake) => filter.mistakes.push((range, mistake)),
            }
        }
        filter
    }

    /// Returns the text as typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Searches the names added since the last call. Must be called before rows are checked.
    pub fn prepare(&mut self, names: &Interner) {
        for term in &mut self.terms {
            match &mut term.test {
                Test::Person(needle) | Test::Said(needle) | Test::Value(_, needle) => needle.prepare(names),
                Test::Anything(anything) => anything.needle.prepare(names),
                _ => {}
            }
        }
    }

    /// Returns whether a row matches, by the verdicts of the rule set at an index.
    pub fn passes(&self, row: &Row, set: usize) -> bool {
        self.terms.iter().all(|term| term.test.holds(row, set) != term.is_inverted)
    }

    /// Returns the possible completions of a partial token, each with its meaning.
    pub fn suggestions(begun: &str) -> Vec<(String, &'static str)> {
        let begun = begun.trim_start_matches('!').to_lowercase();
        let words = WORDS.iter().map(|it| (it.word.to_owned(), it.about));
        let keys = KEYS.iter().map(|(key, about)| ((*key).to_owned(), *about));
        let factors = FACTORS.iter().map(|factor| (format!("{}:", factor.id), factor.label));
        let figures = FIGURES.iter().map(|(name, id)| {
            let label = metrics::by_id(id).map_or("", |metric| metric.label);
            (format!("{name}>"), label)
        });
        let length = [(format!("{LENGTH}>"), "session length")];
        let rules = RULES.iter().map(|rule| (format!("finding:{}", rule.id), rule.title));
        let all = words.chain(keys).chain(factors).chain(figures).chain(length);
        let rules = rules.filter(|_| begun.starts_with("finding:"));
        let mut seen = std::collections::HashSet::new();
        all.chain(rules)
            .filter(|(name, _)| name.starts_with(&begun) && *name != begun && seen.insert(name.clone()))
            .collect()
    }

    /// Extends a partial token as far as it is unambiguous; `None` if it cannot be extended.
    pub fn complete(begun: &str) -> Option<String> {
        let written = begun.trim_start_matches('!');
        let inverted = &begun[..begun.len() - written.len()];
        let all = Filter::suggestions(written);
        let (first, _) = all.first().filter(|_| !written.is_empty())?;
        let common = all.iter().fold(first.len(), |common, (name, _)| {
            first.bytes().zip(name.bytes()).take(common).take_while(|(one, other)| one == other).count()
        });
        let common = first.get(..common).filter(|common| common.len() > written.len())?;
        // A complete word ends with a space; a name before an operator continues with its value.
        let is_done = all.len() == 1 && !common.ends_with([':', '>']);
        Some(format!("{inverted}{common}{}", if is_done { " " } else { "" }))
    }
}

/// Returns the ranges of the tokens in a text: separated by spaces, except inside quotes.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let (mut start, mut is_quoted) = (None, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                start.get_or_insert(at);
            }
            letter if letter.is_whitespace() && !is_quoted => {
                tokens.extend(start.take().map(|start| start..at));
            }
            _ => _ = start.get_or_insert(at),
        }
    }
    tokens.extend(start.map(|start| start..text.len()));
    tokens
}

fn test(token: &str) -> Result<Test, String> {
    if let Some(word) = WORDS.iter().find(|it| it.word == token) {
        return Ok((word.test)());
    }
    if let Some((name, comparison, value)) = comparison(token) {
        return compare(name, comparison, value);
    }
    let Some((key, value)) = token.split_once(':').filter(|(key, _)| is_key(key)) else {
        return Ok(Test::Anything(Box::new(Anything::new(Needle::new(token)))));
    };
    let key = key.to_lowercase();
    match key.as_str() {
        "user" => Ok(Test::Person(Needle::new(value))),
        "id" => Ok(Test::Id(Needle::new(value))),
        "said" => Ok(Test::Said(Needle::new(value))),
        "rated" => Ok(Test::Rating(value.to_lowercase())),
        "kind" => match value {
            "audio" => Ok(Test::Kind(MediumKind::Audio)),
            "video" => Ok(Test::Kind(MediumKind::Video)),
            "sharing" | "screen" => Ok(Test::Kind(MediumKind::ScreenSharing)),
            "data" => Ok(Test::Kind(MediumKind::Data)),
            _ => Err("kinds are audio, video, sharing, data".to_owned()),
        },
        "finding" => RULES.iter().position(|rule| rule.id == value).map(Test::Rule).ok_or_else(|| {
            let meant = nearest(value, RULES.iter().map(|rule| rule.id));
            let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            format!("no such finding{meant}")
        }),
        "ip" => Ok(Test::Value(bits(&["ip", "subnet", "public", "relay", "service"]), Needle::new(value))),
        "device" => Ok(Test::Value(bits(&["device", "speaker", "driver"]), Needle::new(value))),
        _ => match factor_by_id(&key) {
            Some(factor) => Ok(Test::Value(bits(&[factor.id]), Needle::new(value))),
            None => {
                let known = KEYS.iter().map(|(key, _)| key.trim_end_matches(':')).chain(FACTORS.iter().map(|it| it.id));
                let meant = nearest(&key, known).map(|meant| format!("; did you mean {meant}:?"));
                Err(format!("{key}: is not a filter{}", meant.unwrap_or_default()))
            }
        },
    }
}

/// Returns whether a word before a colon is a token name rather than part of an address or a time.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-') && key.len() > 1
}

fn bits(factors: &[&str]) -> u32 {
    FACTORS
        .iter()
        .enumerate()
        .filter(|(_, factor)| factors.contains(&factor.id))
        .fold(0, |bits, (at, _)| bits | 1 << at)
}

fn comparison(token: &str) -> Option<(&str, Comparison, &str)> {
    let at = token.find(['>', '<', '='])?;
    let (written, comparison) = Comparison::ALL.iter().find(|(written, _)| token[at..].starts_with(written))?;
    let name = &token[..at];
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| (name, *comparison, &token[at + written.len()..]))
}

fn compare(name: &str, comparison: Comparison, value: &str) -> Result<Test, String> {
    if name == LENGTH {
        return metrics::Unit::Seconds.parse(value).map(|seconds| Test::Length(comparison, seconds));
    }
    let short = FIGURES.iter().find(|(short, _)| *short == name.to_lowercase()).map_or(name, |(_, id)| id);
    let metric = metrics::STREAM.iter().find(|metric| metric.id == short).ok_or_else(|| {
        let known =
            FIGURES.iter().map(|(short, _)| *short).chain([LENGTH]).chain(metrics::STREAM.iter().map(|it| it.id));
        let meant = nearest(name, known).map(|meant| format!("; did you mean {meant}?"));
        format!("unknown metric {name}{}", meant.unwrap_or_default())
    })?;
    metric.unit.parse(value).map(|limit| Test::Figure(metric, comparison, limit))
}

impl Test {
    fn holds(&self, row: &Row, set: usize) -> bool {
        let facts = &row.facts;
        match self {
            Test::Standing(standing) => facts.standing(set) == *standing,
            Test::Poor => facts.verdict(set).streams().poor > 0,
            Test::Flag(Flag::Test) => row.is_test,
            Test::Flag(Flag::Rated) => facts.rating().is_some(),
            Test::Flag(Flag::Complained) => facts.has_complaint(),
            Test::Flag(Flag::Tcp) => {
                RULES.iter().position(|rule| rule.id == "tcp").is_some_and(|place| facts.speaking(set).contains(place))
            }
            Test::Kind(kind) => row.media.contains(*kind),
            Test::Rule(place) => facts.speaking(set).contains(*place),
            Test::Rating(word) => facts.rating().is_some_and(|rating| rating.word() == word),
            Test::Figure(metric, comparison, than) => {
                // Stored with seven digits, and compared in the same form.
                row.figure(metric).is_some_and(|value| comparison.holds(value, f64::from(*than as f32)))
            }
            Test::Length(comparison, than) => facts.seconds().is_some_and(|value| comparison.holds(value, *than)),
            Test::Id(needle) => row.id.as_ref().is_some_and(|id| needle.is_in(&id.to_string())),
            Test::Person(needle) => is_named(row, needle),
            Test::Said(needle) => is_said(row, needle),
            Test::Value(factors, needle) => {
                facts.all_values().iter().any(|value| factors >> value.place() & 1 == 1 && needle.found(value.name()))
            }
            Test::Anything(anything) => anything.is_in(row, set),
        }
    }
}

/// Our own labels are not searched as names: everyone in a meeting has "service" at the other end.
fn is_named(row: &Row, needle: &Needle) -> bool {
    [crate::triage::End::Caller, crate::triage::End::Callee].into_iter().any(|end| {
        let party = row.facts.party(end);
        party.is_named && needle.found(party.name)
    })
}

/// Returns whether a complaint that a user ticked, or their free text, contains a text.
fn is_said(row: &Row, needle: &Needle) -> bool {
    [crate::triage::End::Caller, crate::triage::End::Callee]
        .into_iter()
        .filter_map(|end| row.facts.feedback(end))
        .any(|feedback| feedback.words().any(|word| needle.found(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::Place;
    use crate::triage::RuleSets;

    const SESSION: &str = r##"{"id":"e523d2ed-2966-4b6b-925b-754a88034cc5","isTest":false,
        "startDateTime":"2026-11-20T09:00:00Z","endDateTime":"2026-11-20T09:10:00Z",
        "caller":{"associatedIdentity":{"displayName":"Åsa Öberg"},"userAgent":{"platform":"iOS","headerValue":"Client/27"},"feedback":{"rating":"poor","text":"It hissed","tokens":{"Echo":true,"Noisy":false}}},
        "callee":{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"},
        "segments":[{"media":[{"label":"main-audio","callerNetwork":{"connectionType":"wifi","subnet":"10.150.0.0",
            "reflexiveIPAddress":"203.0.113.7","networkTransportProtocol":"tcp"},
          "streams":[{"streamDirection":"callerToCallee","packetUtilization":900,"averagePacketLossRate":0.14,"averageRoundTripTime":"PT0.3S"}]}]}]}"##;

    fn passes(filter: &str) -> bool {
        let session = crate::model::session::read(SESSION.as_bytes()).expect("a session").session;
        let mut names = Interner::default();
        let place = Place { part: 0, offset: 0, length: 0 };
        let row = Row::new(&session, SESSION.as_bytes(), place, 0, RuleSets::built_in(), &mut names);
        let mut filter = Filter::new(filter);
        assert_eq!(filter.mistakes, [], "{}", filter.text);
        filter.prepare(&names);
        filter.passes(&row, 0)
    }

    #[test]
    fn tokens_look_at_one_thing_and_words_at_everything() {
        for filter in [
            "",
            "åsa",
            "öberg poor",
            "user:åsa net:wifi",
            "ip:203.0",
            "ip:10.150",
            "subnet:10.150.0.0",
            "platform:ios",
            "client:client/27",
            "kind:audio",
            "!kind:video",
            "loss>0.05",
            "loss>5%",
            "loss=14%",
            "rtt>=300ms rtt<=0.3s",
            "averagePacketLossRate>10%",
            "length>9m",
            "length<=600s",
            "tcp",
            "rated",
            "rated:poor",
            "complained",
            "said:echo",
            "said:hissed",
            "hissed",
            "!said:noisy",
            "finding:tcp",
            "finding:audio-poor",
            "!failed",
            "!good",
            "!test",
            "id:e523",
            "\"Åsa Öberg\"",
            "user:\"Åsa Ö\"",
            "10.150",
            "packets>500",
        ] {
            assert!(passes(filter), "{filter}");
        }
        for filter in [
            "ÅSA",
            "user:wifi",
            "net:wired",
            "ip:wifi",
            "loss>15%",
            "loss<14%",
            "fps>1",
            "length>10m",
            "!poor",
            "good",
            "test",
            "service",
            "kind:sharing",
            "finding:vpn",
            "rated:bad",
            "said:noisy",
            "said:öberg",
            "poor net:wired",
        ] {
            assert!(!passes(filter), "{filter}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told_with_its_place_and_the_rest_still_counts() {
        let mistakes = |text: &str| {
            let filter = Filter::new(text);
            filter.mistakes.iter().map(|(range, what)| format!("{}: {what}", &text[range.clone()])).collect::<Vec<_>>()
        };
        assert_eq!(mistakes("poor usr:x"), ["usr:x: usr: is not a filter; did you mean user:?"]);
        assert_eq!(mistakes("los>5%"), ["los>5%: unknown metric los; did you mean loss?"]);
        assert_eq!(mistakes("rtt>300"), ["rtt>300: `300`: expected a value such as 7 ms or 7 s or 7 m"]);
        assert_eq!(mistakes("kind:smell"), ["kind:smell: kinds are audio, video, sharing, data"]);
        assert_eq!(mistakes("finding:wifi-weka"), ["finding:wifi-weka: no such finding; did you mean wifi-weak?"]);
        assert_eq!(mistakes("09:00 fe80::1"), Vec::<String>::new(), "times and addresses are words");
        assert_eq!(Filter::new("poor usr:x").terms.len(), 1);
    }

    #[test]
    fn what_may_be_typed_is_offered() {
        let offered = |begun: &str| Filter::suggestions(begun).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(offered("po"), ["poor"]);
        assert_eq!(offered("!us"), ["user:"]);
        assert!(offered("").contains(&"loss>".to_owned()) && offered("").contains(&"subnet:".to_owned()));
        assert!(offered("finding:wi").contains(&"finding:wifi-weak".to_owned()));
    }

    #[test]
    fn a_begun_token_is_finished_as_far_as_there_is_one_way() {
        for (begun, completed) in [
            ("us", Some("user:")),
            ("!us", Some("!user:")),
            ("poo", Some("poor ")),
            ("finding:wifi-w", Some("finding:wifi-weak ")),
            ("finding:wifi", Some("finding:wifi-")),
            ("", None),
            ("zzz", None),
            ("user:", None),
        ] {
            assert_eq!(Filter::complete(begun).as_deref(), completed, "{begun}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_filter_panic(text in "\\PC{0,40}|[a-z:<>=!\" 0-9.%]{0,40}") {
            let filter = Filter::new(&text);
            for (range, _) in &filter.mistakes {
                proptest::prop_assert!(text.get(range.clone()).is_some());
            }
            let _ = (Filter::suggestions(&text), Filter::complete(&text));
        }
    }
}
