//! All members of a node's record, caller and callee side by side, with each kind of missing value shown differently.

use crate::call::Row;
use crate::metrics;
use crate::model::record::List;
use crate::model::{Asked, Clock, Node, NodePath, Record, Session, Shown, Timestamp};
use crate::text::sanitize;
use crate::triage::factors::{FACTORS, Factor, Value};
use crate::triage::{End, Interner};

use super::viewport::Viewport;

/// The details of a node.
#[derive(Debug)]
pub struct Details {
    /// The node.
    pub path: NodePath,
    pub lines: Vec<DetailLine>,
    /// The cursor and the window.
    pub viewport: Viewport,
}

#[derive(Debug, Clone, PartialEq)]
pub enum DetailLine {
    /// The heading of the lines below, and the column names when there are several columns.
    Heading(&'static str, Vec<String>),
    Member {
        /// The member's name, with its parents: `userAgent.platform`.
        name: String,
        /// The values, one per column of the heading above; a single value if that has no columns.
        values: Vec<DetailValue>,
    },
    /// Members that are absent from the record.
    NotSent(String),
    /// Members absent from the record because null members were left out.
    Omitted(String),
    /// Members that were not requested.
    NotAsked(String),
}

/// A value as text, and its kind.
#[derive(Debug, Clone, PartialEq)]
pub struct DetailValue {
    /// The text, safe to display.
    pub text: String,
    /// The kind of value.
    pub kind: ValueKind,
}

/// What a text on screen represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    Value,
    /// A time, whose text depends on the clock.
    Moment(Timestamp),
    /// A value on the poor side of its threshold.
    Poor,
    /// A number that cannot be true.
    Implausible,
    /// `null`.
    Null,
    /// The member is absent.
    Absent,
    /// `""`.
    Empty,
    /// The service's placeholder for "not known".
    Placeholder,
    /// A value of the wrong type or format.
    Unreadable,
    /// A word or member that is not in the schema.
    Unknown,
}

/// Returns the values that are present, each with its column.
pub fn told(values: &[(&str, &DetailValue)]) -> Vec<String> {
    let told = values.iter().filter(|(_, value)| !value.text.is_empty());
    told.map(|(column, value)| format!("{column} {}", value.text).trim().to_owned()).collect()
}

impl Details {
    /// Returns the member under the cursor, with its values and their column names.
    pub fn selected(&self) -> Option<(&str, Vec<(&str, &DetailValue)>)> {
        let Some(DetailLine::Member { name, values }) = self.lines.get(self.viewport.at) else { return None };
        let columns = self.columns_at(self.viewport.at);
        let named = values.iter().enumerate();
        Some((name, named.map(|(at, value)| (columns.get(at).map_or("", String::as_str), value)).collect()))
    }

    /// Adds what the user's files say about the networks of a session's ends, where networks are shown.
    pub fn listed(mut self, row: Option<&Row>, names: &Interner) -> Details {
        let is_of_networks = self.path == NodePath::SESSION
            || self.lines.iter().any(|line| matches!(line, DetailLine::Heading("networks", _)));
        let Some(row) = row.filter(|_| is_of_networks) else { return self };
        let rows = listed_values([row.listed(End::Caller).collect(), row.listed(End::Callee).collect()], names);
        if !rows.is_empty() {
            let sides = vec!["caller".to_owned(), "callee".to_owned()];
            self.lines.push(DetailLine::Heading("by your files", sides));
            let members = rows.into_iter().map(|(name, values)| DetailLine::Member { name, values: values.into() });
            self.lines.extend(members);
        }
        self
    }

    /// Shows the times by a clock.
    pub fn with(mut self, clock: Clock) -> Details {
        self.set_clock(clock);
        self
    }

    /// Shows the times by another clock.
    pub fn set_clock(&mut self, clock: Clock) {
        for line in &mut self.lines {
            let DetailLine::Member { values, .. } = line else { continue };
            for value in values {
                if let ValueKind::Moment(moment) = value.kind {
                    value.text = clock.exact(moment);
                }
            }
        }
    }

    /// Returns the column names that apply at a line.
    pub fn columns_at(&self, line: usize) -> &[String] {
        let above = self.lines.iter().take(line + 1).rev().find_map(|line| match line {
            DetailLine::Heading(_, columns) => Some(columns.as_slice()),
            _ => None,
        });
        above.unwrap_or_default()
    }

    /// Builds the details of a node of a session; `asked` is what was requested of the service. `None` when there is no
    /// such node.
    pub fn new(session: &Session, path: NodePath, asked: &Asked) -> Option<Details> {
        let mut lines = Vec::new();
        let sides = || vec!["caller".to_owned(), "callee".to_owned()];
        match path.find(session)? {
            Node::Session(session) => {
                lines.push(DetailLine::Heading("session", Vec::new()));
                own_members(session, &["caller", "callee", "segments"], &mut lines);
                tell_not_asked(session, asked, &mut lines);
                lines.push(DetailLine::Heading("endpoints", sides()));
                side_by_side(session.caller.show(), session.callee.show(), &mut lines);
            }
            Node::Segment(segment) => {
                lines.push(DetailLine::Heading("segment", Vec::new()));
                own_members(segment, &["caller", "callee", "media"], &mut lines);
                lines.push(DetailLine::Heading("endpoints", sides()));
                side_by_side(segment.caller.show(), segment.callee.show(), &mut lines);
            }
            Node::Media(media) => {
                lines.push(DetailLine::Heading("medium", Vec::new()));
                let apart = ["callerNetwork", "calleeNetwork", "callerDevice", "calleeDevice", "streams"];
                own_members(media, &apart, &mut lines);
                lines.push(DetailLine::Heading("networks", sides()));
                side_by_side(media.caller_network.show(), media.callee_network.show(), &mut lines);
                lines.push(DetailLine::Heading("devices", sides()));
                side_by_side(media.caller_device.show(), media.callee_device.show(), &mut lines);
            }
            Node::Stream(stream) => {
                lines.push(DetailLine::Heading("stream", Vec::new()));
                own_members(stream, &[], &mut lines);
            }
            Node::Unusable(_) => {
                lines.push(DetailLine::Heading("not an object; the raw view shows what was received", Vec::new()));
            }
        }
        if asked.omits_nulls {
            for line in &mut lines {
                if let DetailLine::NotSent(names) = line {
                    *line = DetailLine::Omitted(std::mem::take(names));
                }
            }
        }
        Some(Details { path, lines, viewport: Viewport::default() })
    }
}

/// Puts what the user's files say about two ends side by side, by factor.
pub(super) fn listed_values(ends: [Vec<Value>; 2], names: &Interner) -> Vec<(String, [DetailValue; 2])> {
    let of_factor = |values: &[Value], factor: &Factor| {
        let texts = values.iter().filter(|value| value.factor().id == factor.id);
        let texts: Vec<_> = texts.map(|value| sanitize(names.get(value.name())).into_owned()).collect();
        let kind = if texts.is_empty() { ValueKind::Absent } else { ValueKind::Value };
        DetailValue { text: texts.join(", "), kind }
    };
    let listed = FACTORS.iter().filter(|factor| factor.is_listed());
    let rows = listed.map(|factor| {
        let [one, other] = &ends;
        (factor.label.to_owned(), [of_factor(one, factor), of_factor(other, factor)])
    });
    rows.filter(|(_, values)| values.iter().any(|value| value.kind != ValueKind::Absent)).collect()
}

/// Pushes the members of a record in one column, except those in `apart`.
fn own_members(record: &dyn Record, apart: &[&str], lines: &mut Vec<DetailLine>) {
    let mut flat = Flat::default();
    flat.record("", record, apart);
    push_members(flat.0.into_iter().map(|(name, value)| (name, vec![value])), lines);
}

/// Separates session members that were not requested from those that are absent from the record.
fn tell_not_asked(session: &Session, asked: &Asked, lines: &mut Vec<DetailLine>) {
    let is_not_asked = |name: &str| match name.split('.').next().unwrap_or(name) {
        "segments" => asked.lacks_segments(session),
        member => !asked.has(member),
    };
    let mut not_asked = Vec::new();
    if let Some(DetailLine::NotSent(names)) = lines.last_mut() {
        let (apart, sent): (Vec<&str>, Vec<&str>) = names.split(", ").partition(|name| is_not_asked(name));
        not_asked.extend(apart.into_iter().map(str::to_owned));
        *names = sent.join(", ");
    }
    if matches!(lines.last(), Some(DetailLine::NotSent(names)) if names.is_empty()) {
        lines.pop();
    }
    let ends = [("caller", session.caller.show()), ("callee", session.callee.show())];
    let ends = ends.into_iter().chain([("segments", session.segments.show())]);
    not_asked.extend(
        ends.filter(|(name, shown)| matches!(shown, Shown::Absent) && is_not_asked(name))
            .map(|(name, _)| name.to_owned()),
    );
    if !not_asked.is_empty() {
        lines.push(DetailLine::NotAsked(not_asked.join(", ")));
    }
}

/// Pushes two values of one type, member by member.
fn side_by_side(caller: Shown<'_>, callee: Shown<'_>, lines: &mut Vec<DetailLine>) {
    push_members(paired(caller, callee).into_iter(), lines);
}

/// Returns the members of two values of one type, each with both of its values.
pub(super) fn paired(caller: Shown<'_>, callee: Shown<'_>) -> Vec<(String, Vec<DetailValue>)> {
    let flatten = |shown: Shown<'_>| {
        let mut flat = Flat::default();
        match shown {
            Shown::Record(record) => flat.record("", record, &[]),
            other => flat.0.push(("(all of it)".to_owned(), detail_value("", other))),
        }
        flat.0
    };
    let (mut left, mut right) = (flatten(caller), flatten(callee));
    // Both sides keep the order of the type; a name that only one side has keeps its position there.
    let absent = || DetailValue { text: String::new(), kind: ValueKind::Absent };
    let mut members = Vec::new();
    left.reverse();
    right.reverse();
    while let Some((name, _)) = left.last().or(right.last()) {
        let name = name.clone();
        let of_right = right.iter().rposition(|(other, _)| *other == name);
        if let (Some(at), Some((other, _))) = (of_right, right.last())
            && at + 1 < right.len()
            && !left.iter().any(|(one, _)| one == other)
        {
            if let Some((name, value)) = right.pop() {
                members.push((name, vec![absent(), value]));
            }
            continue;
        }
        let take = |side: &mut Vec<(String, DetailValue)>| {
            let at = side.iter().rposition(|(other, _)| *other == name)?;
            Some(side.remove(at).1)
        };
        let (one, other) = (take(&mut left), take(&mut right));
        members.push((name, vec![one.unwrap_or_else(absent), other.unwrap_or_else(absent)]));
    }
    members
}

/// Pushes lines for members; those absent on every side are listed together below.
fn push_members(members: impl Iterator<Item = (String, Vec<DetailValue>)>, lines: &mut Vec<DetailLine>) {
    let mut not_sent = Vec::new();
    for (name, values) in members {
        if values.iter().all(|value| value.kind == ValueKind::Absent) {
            if !name.contains('@') {
                not_sent.push(name);
            }
        } else {
            lines.push(DetailLine::Member { name, values });
        }
    }
    if !not_sent.is_empty() {
        lines.push(DetailLine::NotSent(not_sent.join(", ")));
    }
}

/// Members, with those of nested records, as a flat list.
#[derive(Default)]
struct Flat(Vec<(String, DetailValue)>);

impl Flat {
    fn record(&mut self, above: &str, record: &dyn Record, apart: &[&str]) {
        record.members(&mut |name, shown| {
            if !apart.contains(&name) {
                self.member(&format!("{above}{}", sanitize(name)), name, shown);
            }
        });
        for (name, raw) in record.extra() {
            let value = DetailValue { text: sanitize(raw.get()).into_owned(), kind: ValueKind::Unknown };
            self.0.push((format!("{above}{}", sanitize(name)), value));
        }
    }

    fn member(&mut self, path: &str, name: &str, shown: Shown<'_>) {
        match shown {
            Shown::Record(record) => self.record(&format!("{path}."), record, &[]),
            Shown::List(list) => self.list(path, name, list),
            _ => self.0.push((path.to_owned(), detail_value(name, shown))),
        }
    }

    /// Puts a list of words on one line, and the items of a list of records one below the other.
    fn list(&mut self, path: &str, name: &str, list: &dyn List) {
        let items = (0..list.count()).map(|at| list.at(at));
        if items.clone().any(|item| matches!(item, Shown::Record(_))) {
            for (at, item) in items.enumerate() {
                self.member(&format!("{path}[{at}]"), name, item);
            }
            return;
        }
        let values: Vec<DetailValue> = items.map(|item| detail_value(name, item)).collect();
        let odd = values.iter().map(|value| value.kind).find(|kind| *kind != ValueKind::Value);
        let text = match values.is_empty() {
            true => "(empty list)".to_owned(),
            false => values.into_iter().map(|value| value.text).collect::<Vec<_>>().join(", "),
        };
        let kind = odd.unwrap_or(if list.count() == 0 { ValueKind::Empty } else { ValueKind::Value });
        self.0.push((path.to_owned(), DetailValue { text, kind }));
    }
}

fn detail_value(name: &str, shown: Shown<'_>) -> DetailValue {
    let value = |text: String| DetailValue { text, kind: ValueKind::Value };
    match shown {
        Shown::Absent => DetailValue { text: String::new(), kind: ValueKind::Absent },
        Shown::Null => DetailValue { text: "null".to_owned(), kind: ValueKind::Null },
        Shown::Empty => DetailValue { text: "\"\" (empty)".to_owned(), kind: ValueKind::Empty },
        Shown::Placeholder(raw) => {
            DetailValue { text: format!("{} (placeholder for unknown)", sanitize(raw)), kind: ValueKind::Placeholder }
        }
        Shown::Unreadable(raw) => {
            DetailValue { text: format!("unreadable: {}", sanitize(raw)), kind: ValueKind::Unreadable }
        }
        Shown::Word { word, known } => DetailValue {
            text: sanitize(word).into_owned(),
            kind: if known { ValueKind::Value } else { ValueKind::Unknown },
        },
        Shown::Text(text) => value(sanitize(text).into_owned()),
        Shown::Bool(is) => value(is.to_string()),
        Shown::Moment(moment) => DetailValue { text: Clock::UTC.exact(moment), kind: ValueKind::Moment(moment) },
        Shown::Number(number) => measured(name, number),
        Shown::Integer(number) => measured(name, number as f64),
        Shown::Span(span) => measured(name, span.seconds()),
        Shown::Record(_) | Shown::List(_) => value("…".to_owned()),
    }
}

/// Formats a number with its unit, if it is in the table of metrics.
fn measured(name: &str, number: f64) -> DetailValue {
    match metrics::by_id(name) {
        Some(metric) if metric.is_plausible(number) => {
            DetailValue { text: metric.unit.format(number), kind: ValueKind::Value }
        }
        Some(metric) => {
            let text = format!("{} (out of range)", metric.unit.format(number));
            DetailValue { text, kind: ValueKind::Implausible }
        }
        None => DetailValue { text: number.to_string(), kind: ValueKind::Value },
    }
}

/// Returns a line of the details in full; `columns` are the headings of its values.
pub fn in_full(line: &DetailLine, columns: &[String]) -> String {
    match line {
        DetailLine::Heading(..) => String::new(),
        DetailLine::NotSent(names) => format!("not in the record: {names}"),
        DetailLine::Omitted(names) => format!("null or not in the record: {names}"),
        DetailLine::NotAsked(names) => format!("not asked for: {names}"),
        DetailLine::Member { name, values } => {
            let values = values.iter().enumerate().map(|(at, value)| {
                let note = match value.kind {
                    ValueKind::Absent => "not in the record",
                    ValueKind::Unknown => "not in the schema known to callscope",
                    _ => "",
                };
                let text = match (value.text.as_str(), note) {
                    ("", note) => note.to_owned(),
                    (text, "") => text.to_owned(),
                    (text, note) => format!("{text} ({note})"),
                };
                columns.get(at).map_or(text.clone(), |column| format!("{column} {text}"))
            });
            format!("{name}: {}", values.collect::<Vec<_>>().join(" · "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(json: &str, path: NodePath) -> Vec<String> {
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let details = Details::new(&session, path, &Asked::default()).expect("there is such a node");
        let line = |line: &DetailLine| match line {
            DetailLine::Heading(heading, _) => format!("# {heading}"),
            DetailLine::Member { name, values } => {
                let values: Vec<String> =
                    values.iter().map(|value| format!("{} [{:?}]", value.text, value.kind)).collect();
                format!("{name}: {}", values.join(" | "))
            }
            DetailLine::NotSent(names) => format!("not sent: {names}"),
            DetailLine::Omitted(names) => format!("omitted: {names}"),
            DetailLine::NotAsked(names) => format!("not asked: {names}"),
        };
        details.lines.iter().map(line).collect()
    }

    #[test]
    fn every_kind_of_missing_reads_differently() {
        let media = r#"{"callerNetwork":{"ipAddress":"","linkSpeed":4294967295,"port":0,"subnet":null,"dnsSuffix":7,
            "sentQualityEventRatio":0,"receivedQualityEventRatio":1.5,"wifiBand":"frequency6GHz","vpn":"x"}}"#;
        let json = format!(r#"{{"segments":[{{"media":[{media}]}}]}}"#);
        let lines = details(&json, NodePath::segment(0).child(0));
        for expected in [
            "ipAddress: \"\" (empty) [Empty] |  [Absent]",
            "linkSpeed: 4294967295 (placeholder for unknown) [Placeholder] |  [Absent]",
            "port: 0 [Value] |  [Absent]",
            "subnet: null [Null] |  [Absent]",
            "dnsSuffix: unreadable: 7 [Unreadable] |  [Absent]",
            "sentQualityEventRatio: 0 % [Value] |  [Absent]",
            "receivedQualityEventRatio: 150 % (out of range) [Implausible] |  [Absent]",
            "wifiBand: frequency6GHz [Unknown] |  [Absent]",
            "vpn: \"x\" [Unknown] |  [Absent]",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:#?}");
        }
        assert!(lines.iter().any(|line| line.starts_with("not sent: connectionType, ")), "{lines:#?}");
    }

    #[test]
    fn caller_and_callee_stand_side_by_side_whatever_each_has() {
        let json = r#"{"caller":{"name":"PC","identity":{"user":null,"phone":{"id":"+1"}}},
            "callee":{"identity":{"guest":{"id":"g"},"phone":{"id":"+2"}},"userAgent":{"role":"mediationServer"}}}"#;
        let lines = details(json, NodePath::SESSION);
        let from = lines.iter().position(|line| line == "# endpoints").expect("there are endpoints") + 1;
        assert_eq!(
            lines[from..lines.len() - 1],
            [
                "name: PC [Value] |  [Absent]",
                "userAgent.role:  [Absent] | mediationServer [Value]",
                "identity.user: null [Null] |  [Absent]",
                "identity.guest.id:  [Absent] | g [Value]",
                "identity.phone.id: +1 [Value] | +2 [Value]",
            ]
        );
    }

    #[test]
    fn a_side_that_is_null_is_said_to_be_null() {
        let lines = details(r#"{"caller":null,"callee":{"name":"PC"}}"#, NodePath::SESSION);
        assert!(lines.iter().any(|line| line == "(all of it): null [Null] |  [Absent]"), "{lines:#?}");
    }

    #[test]
    fn a_stream_is_told_in_units() {
        let stream = r#"{"averageJitter":"PT0.016S","packetUtilization":1709,"streamDirection":"callerToCallee"}"#;
        let json = format!(r#"{{"segments":[{{"media":[{{"streams":[{stream}]}}]}}]}}"#);
        let lines = details(&json, NodePath::segment(0).child(0).child(0));
        assert!(lines.contains(&"averageJitter: 16 ms [Value]".to_owned()), "{lines:#?}");
        assert!(lines.contains(&"packetUtilization: 1,709 [Value]".to_owned()), "{lines:#?}");
    }

    #[test]
    fn moments_keep_every_digit_and_no_more() {
        let json = r#"{"startDateTime":"2026-11-20T09:00:21.2169889Z","endDateTime":"2026-11-20T09:00:30Z"}"#;
        let lines = details(json, NodePath::SESSION);
        for start in ["startDateTime: 2026-11-20 09:00:21.2169889 UTC [", "endDateTime: 2026-11-20 09:00:30 UTC ["] {
            assert!(lines.iter().any(|line| line.starts_with(start)), "{lines:#?}");
        }
    }

    #[test]
    fn lists_of_words_stand_in_a_line_and_lists_of_records_below_one_another() {
        let hops = r#"[{"hopCount":1},{"hopCount":2,"ipAddress":"192.0.2.1"}]"#;
        let json = format!(
            r#"{{"modalities":["audio","telepathy",null],"segments":[{{"media":[{{"callerNetwork":{{"traceRouteHops":{hops}}}}}]}}]}}"#
        );
        let lines = details(&json, NodePath::SESSION);
        assert!(lines.contains(&"modalities: audio, telepathy, null [Unknown]".to_owned()), "{lines:#?}");
        let lines = details(&json, NodePath::segment(0).child(0));
        assert!(lines.contains(&"traceRouteHops[1].ipAddress: 192.0.2.1 [Value] |  [Absent]".to_owned()), "{lines:#?}");
    }
}
