//! Redacts one piece of JSON at a time, member by member, and remembers everything that it removed.
//!
//! A call is read twice: first to learn what there is to hide, then to hide it. So a name is also found where it should not
//! be, and one person's name, ID and account get the same number.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::guard::{Guard, is_guid};
use super::level::Level;
use super::lexer::{self, Lexeme};
use super::pseudonyms::Pseudonyms;
use super::table::{self, Fate, Kind};
use super::vocabulary;
use crate::model::endpoint::identifies_somebody;
use crate::model::envelope::is_link_to_sessions;
use crate::model::field::Lenient as _;
use crate::model::record::letters_of;
use crate::model::shape::{OUTERMOST, RecordShape, Shape};
use crate::model::{Field, MacAddress, Text};
use crate::triage::complaints;

/// Removes what a level hides.
#[derive(Debug)]
pub struct Redactor {
    level: Level,
    guard: Arc<Guard>,
    pseudonyms: Pseudonyms,
}

/// What is known about a value before it is read.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Outside any record: a page, a record, a session, or a part of one.
    Outermost,
    /// A member of a record, or an element of a list of such.
    Member { shape: &'static Shape, kind: Kind },
    /// A member that the schema does not have, or something inside one.
    Unknown,
    /// The same, but it links to the service.
    Link,
}

/// How far a piece of JSON was read.
#[derive(Default)]
struct Open {
    frames: Vec<Frame>,
    /// Its only value is over: whatever follows is not in its place.
    is_over: bool,
}

/// A list or an object that is open.
struct Frame {
    place: Place,
    is_object: bool,
    /// The next string is the name of a member.
    awaits_name: bool,
    /// Where the value of the member that was just named is.
    value: Place,
    /// The member that was just named, if this is an identity.
    name: &'static str,
    /// The names by which a person is known, if this is an identity.
    known_as: KnownAs,
}

#[derive(Default)]
struct KnownAs {
    id: Option<String>,
    name: Option<String>,
    accounts: Vec<String>,
}

/// What to do with what is read.
enum Task<'a> {
    /// Learn what there is to hide.
    Learn(&'a mut Guard),
    /// Write it without that.
    Write(&'a mut Vec<u8>),
}

impl Redactor {
    /// Creates a redactor that has learned nothing yet.
    pub fn new(level: Level) -> Redactor {
        Redactor { level, guard: Arc::default(), pseudonyms: Pseudonyms::default() }
    }

    /// Returns the level.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Learns what there is to hide in a piece of JSON: a page without its sessions, or one session.
    pub fn learn(&mut self, json: &[u8], guard: &mut Guard) {
        self.walk(json, Task::Learn(guard));
    }

    /// Hides everything learned from now on. Returns what was learned, for the second check.
    pub fn begin(&mut self, guard: Guard) -> Arc<Guard> {
        self.guard = Arc::new(guard);
        self.guard.clone()
    }

    /// Returns a piece of JSON without what the level hides. Broken JSON stays as broken as it was.
    pub fn redacted(&mut self, json: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(json.len());
        self.walk(json, Task::Write(&mut out));
        out
    }

    /// Returns a sentence without what was removed: if anything of it is there, all data-like words go.
    pub fn sentence(&mut self, text: &str) -> String {
        let words = text.split(' ').map(|word| {
            // Accounts, paths, telephone numbers, addresses and IDs; our own words have none of it. Our own rule.
            let is_data = word.contains(['@', '\\', '/', '*', '_', '=', '"'])
                || word.bytes().filter(u8::is_ascii_digit).count() > 4 && !word.contains(',')
                || word.matches(['.', ':']).count() > 1
                || word.matches('-').count() > 2;
            match is_data || self.guard.find(word).is_some() {
                true => "•••",
                false => word,
            }
        });
        let text = words.collect::<Vec<_>>().join(" ");
        if self.guard.find(&text).is_some() { "•••".to_owned() } else { text }
    }

    fn walk(&mut self, json: &[u8], mut task: Task<'_>) {
        let mut rest = json;
        let mut open = Open::default();
        while let Some(lexeme) = lexer::next(&mut rest) {
            match lexeme {
                Lexeme::Blank(blank) => task.copy(blank),
                Lexeme::Sign(sign) => {
                    task.copy(&[sign]);
                    self.take_sign(sign, &mut open, &task);
                }
                Lexeme::Text(text, is_closed) => self.take_text(text, is_closed, &mut open, &mut task),
                Lexeme::Word(word) => self.take_word(word, &mut open, &mut task),
            }
        }
    }

    fn take_sign(&mut self, sign: u8, open: &mut Open, task: &Task<'_>) {
        match sign {
            b'{' | b'[' => {
                let place = open.place_of_next();
                let is_object = sign == b'{';
                open.frames.push(Frame {
                    place,
                    is_object,
                    awaits_name: is_object,
                    value: Place::Unknown,
                    name: "",
                    known_as: KnownAs::default(),
                });
            }
            b'}' | b']' => {
                let closed = open.frames.pop();
                open.is_over |= open.frames.is_empty();
                if let (Some(Frame { known_as, .. }), Task::Learn(_)) = (closed, task) {
                    let accounts: Vec<&str> = known_as.accounts.iter().map(String::as_str).collect();
                    self.pseudonyms.learn_person(known_as.id.as_deref(), known_as.name.as_deref(), &accounts);
                }
                open.value_is_over();
            }
            b',' => {
                if let Some(frame) = open.frames.last_mut() {
                    frame.awaits_name = frame.is_object;
                }
            }
            _ => {}
        }
    }

    fn take_text(&mut self, raw: &[u8], is_closed: bool, open: &mut Open, task: &mut Task<'_>) {
        let text = lexer::said(raw);
        let name_of = open.frames.last_mut().filter(|frame| frame.awaits_name);
        let instead = match name_of {
            Some(frame) => {
                frame.awaits_name = false;
                let (place, kept) = self.place_of(frame, &text);
                frame.value = place;
                self.name(&text, kept, task)
            }
            None => {
                let place = open.place_of_next();
                if let (Some(frame), Task::Learn(_)) = (open.frames.last_mut(), &task) {
                    frame.known_as.take(frame.place, frame.name, &text);
                }
                open.value_is_over();
                self.value(&text, place, task)
            }
        };
        let Task::Write(out) = task else { return };
        match instead {
            None => {
                out.push(b'"');
                out.extend_from_slice(raw);
                out.extend_from_slice(if is_closed { b"\"" } else { b"" });
            }
            Some(instead) => {
                let json = serde_json::to_string(&instead).unwrap_or_default();
                out.extend_from_slice(if is_closed { json.as_bytes() } else { json.trim_end_matches('"').as_bytes() });
            }
        }
    }

    fn take_word(&mut self, word: &[u8], open: &mut Open, task: &mut Task<'_>) {
        let place = open.place_of_next();
        open.value_is_over();
        let is_number = lexer::is_number(word);
        let stays = lexer::is_literal(word)
            || is_number
                && match place {
                    Place::Member { shape, .. } => may_be_number(shape),
                    Place::Outermost | Place::Unknown | Place::Link => false,
                };
        if stays {
            return task.copy(word);
        }
        match task {
            Task::Learn(guard) => guard.add(Kind::Unknown, &String::from_utf8_lossy(word)),
            // A number in place of a text cannot be read either way, and must not become one that can.
            Task::Write(out) if is_number && !matches!(place, Place::Unknown) => out.push(b'0'),
            Task::Write(out) if is_number => {
                let instead = self.pseudonyms.of(Kind::Unknown, &String::from_utf8_lossy(word), &self.guard);
                out.extend_from_slice(serde_json::to_string(&instead).unwrap_or_default().as_bytes());
            }
            Task::Write(out) => out.push(b'x'),
        }
    }

    /// Returns where the value of a member is, and the kind of its name if that may be data.
    fn place_of(&self, frame: &mut Frame, name: &str) -> (Place, Option<Kind>) {
        frame.name = "";
        let of_record = |record: &'static RecordShape| {
            record.member(name).map(|(member, shape)| (*member, member_place(record.name, member, shape)))
        };
        let found = match frame.place {
            Place::Outermost if is_container(name) => return (Place::Outermost, None),
            Place::Outermost => OUTERMOST.iter().find_map(|record| of_record(record)),
            Place::Member { shape, kind } => match in_list(shape) {
                Shape::Record(record) => match of_record(record) {
                    None if name == "value" && matches!(shape, Shape::List(_)) => return (frame.place, None),
                    found => found,
                },
                Shape::Named(..) if name == "@odata.type" => {
                    return (Place::Member { shape: &Shape::Text, kind: Kind::TypeName }, None);
                }
                Shape::Named(of, inner) => {
                    let place = Place::Member { shape: inner, kind: Kind::Unknown };
                    return (place, Some(table::kind_of(of, "")));
                }
                // A duration or a time that a program saved as an object.
                Shape::Value(_) if VALUE_NAMES.contains(&name) => return (Place::Member { shape, kind }, None),
                _ => None,
            },
            Place::Unknown | Place::Link => None,
        };
        if let Some((member, place)) = found {
            frame.name = member;
            return (place, None);
        }
        let place = match name {
            // Our own reports are known by it.
            "schema" => Place::Member { shape: &Shape::Text, kind: Kind::TypeName },
            name if is_link(name) => Place::Link,
            _ => Place::Unknown,
        };
        let is_known = is_annotation(name) || is_link_to_sessions(name) || is_known_name(name);
        (place, (!is_known).then_some(Kind::UnknownName))
    }

    /// Returns the replacement for a member's name; `None` to keep it.
    fn name(&mut self, name: &str, kind: Option<Kind>, task: &mut Task<'_>) -> Option<String> {
        let kind = kind?;
        let known = match kind {
            Kind::SurveyOption => complaints::known_name(name),
            Kind::IdentityKind => table::IDENTITY_KINDS.iter().find(|known| known.eq_ignore_ascii_case(name)).copied(),
            _ => None,
        };
        let plain = name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase);
        if name.is_empty() || is_annotation(name) || known.is_some_and(|known| plain.eq(known.to_lowercase().chars())) {
            return None;
        }
        match task {
            Task::Learn(guard) => {
                guard.add(kind, name);
                None
            }
            Task::Write(_) => Some(match known {
                Some(known) => known.to_owned(),
                None => {
                    let instead = self.pseudonyms.of(kind, name, &self.guard);
                    // Annotations are no deviation from the schema, and a link shows that something is elsewhere.
                    let end = if is_link(name) {
                        "@odata.nextLink"
                    } else if name.contains('@') {
                        "@removed"
                    } else {
                        ""
                    };
                    format!("{}{end}", if kind == Kind::UnknownName { instead } else { instead.replace(' ', "-") })
                }
            }),
        }
    }

    /// Returns the replacement for a text; `None` to keep it.
    fn value(&mut self, text: &str, place: Place, task: &mut Task<'_>) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let kind = match place {
            Place::Member { shape, kind } => match in_list(shape) {
                Shape::Text => kind,
                Shape::Value(is_read) if is_read(text) => return None,
                _ => Kind::Unknown,
            },
            Place::Link => Kind::ServiceLink,
            Place::Outermost | Place::Unknown => Kind::Unknown,
        };
        if matches!(kind, Kind::MacAddress | Kind::AccessPoint)
            && matches!(MacAddress::from_text(text), Field::Placeholder(_))
        {
            return None;
        }
        let fate = kind.fate(self.level);
        let stays = match fate {
            Fate::Goes => false,
            Fate::Stays => true,
            Fate::StaysIfKnown => is_known_value(kind, text),
        };
        match task {
            Task::Learn(guard) => {
                self.pseudonyms.learn(kind, text);
                let names_nobody =
                    matches!(kind, Kind::PersonName | Kind::Account | Kind::Id) && !identifies_somebody(text);
                if !stays && !names_nobody {
                    guard.add(kind, text);
                }
                None
            }
            Task::Write(_) => {
                let is_id = kind == Kind::CallId;
                let is_clean = || if is_id { !self.guard.is_value(text) } else { self.guard.find(text).is_none() };
                if stays && is_clean() {
                    return None;
                }
                Some(self.instead(kind, text))
            }
        }
    }

    fn instead(&mut self, kind: Kind, text: &str) -> String {
        match kind {
            Kind::TypeName => {
                let end = TYPE_ENDS.iter().find(|end| text.ends_with(*end)).copied().unwrap_or(".removed");
                format!("#removed{end}")
            }
            Kind::ServiceLink => self.link(text),
            // What PowerShell cut off is still known as such.
            Kind::Unknown if text.starts_with("@{") => "@{removed}".to_owned(),
            Kind::Unknown if text.starts_with("System.") => "System.removed".to_owned(),
            kind => self.pseudonyms.of(kind, text, &self.guard),
        }
    }

    /// A link to the service without the service's address and whatever is in it besides the call and the options of the
    /// request.
    fn link(&mut self, text: &str) -> String {
        let other = self.pseudonyms.of(Kind::ServiceLink, text, &self.guard);
        let Some(at) = text.find("callRecords") else { return other };
        let before = if text[..at].contains('#') { "$metadata#communications/" } else { "communications/" };
        let (path, query) = text[at..].split_once('?').unwrap_or((&text[at..], ""));
        // The names of requested members, and the call's ID. Anything else may be data.
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_/()'*,$@.".contains(letter);
        let mut parts = path.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
        let is_known =
            |part: &str| part.is_empty() || is_guid(part) || part == "entity" || vocabulary::is_made_of_known(part);
        let stays = path.chars().all(is_part) && parts.all(is_known) && self.guard.find(path).is_none();
        let path = if stays { path } else { "callRecords" };
        let expands = query.to_ascii_lowercase().contains("expand=segments");
        let options = match (query.is_empty(), expands) {
            (true, _) => String::new(),
            (false, true) => format!("?$expand=segments&$skiptoken={}", other.rsplit('/').next().unwrap_or_default()),
            (false, false) => format!("?$skiptoken={}", other.rsplit('/').next().unwrap_or_default()),
        };
        format!("https://removed.invalid/{before}{path}{options}")
    }
}

impl Task<'_> {
    fn copy(&mut self, bytes: &[u8]) {
        if let Task::Write(out) = self {
            out.extend_from_slice(bytes);
        }
    }
}

impl KnownAs {
    fn take(&mut self, place: Place, member: &str, text: &str) {
        let Place::Member { shape, .. } = place else { return };
        if text.is_empty() || !matches!(in_list(shape), Shape::Record(record) if record.name == "identity") {
            return;
        }
        match member {
            "id" => self.id = Some(text.to_owned()),
            "displayName" => self.name = Some(text.to_owned()),
            "userPrincipalName" | "email" => self.accounts.push(text.to_owned()),
            _ => {}
        }
    }
}

/// Names of members of a duration or a time that a program saved as an object.
const VALUE_NAMES: &[&str] = &["value", "ticks", "Ticks", "$date"];

/// Ends of type names by which endpoints are told apart.
const TYPE_ENDS: &[&str] = &[".participantEndpoint", ".serviceEndpoint", ".serviceUserAgent"];

impl Open {
    fn place_of_next(&self) -> Place {
        match self.frames.last() {
            None if self.is_over => Place::Unknown,
            None => Place::Outermost,
            Some(frame) if frame.is_object => frame.value,
            Some(frame) => match frame.place {
                Place::Member { shape: Shape::List(inner), kind } => Place::Member { shape: inner, kind },
                place => place,
            },
        }
    }

    /// Whatever follows a value without a comma is a name: the comma is missing.
    fn value_is_over(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.awaits_name = frame.is_object;
        }
    }
}

fn member_place(record: &'static str, member: &'static str, shape: &'static Shape) -> Place {
    Place::Member { shape, kind: table::kind_of(record, member) }
}

/// What is in a list: one element in place of a list is a list of one.
fn in_list(shape: &'static Shape) -> &'static Shape {
    match shape {
        Shape::List(inner) => in_list(inner),
        shape => shape,
    }
}

/// Whether a number in this place can be read, and is a figure.
fn may_be_number(shape: &'static Shape) -> bool {
    matches!(in_list(shape), Shape::Value(is_read) if is_read("1") || is_read("PT1S"))
}

/// Members that hold pages, records and sessions.
fn is_container(name: &str) -> bool {
    ["value", "sessions", "responses", "body"].iter().any(|container| container.eq_ignore_ascii_case(name))
}

fn is_link(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("nextlink") || name.ends_with("odata.context")
}

/// Whether it is an annotation of a member in the schema.
fn is_annotation(name: &str) -> bool {
    let Some((of, annotation)) = name.split_once('@') else { return false };
    let annotation = annotation.to_ascii_lowercase();
    let ends = ["context", "nextlink", "count", "type", "id", "etag", "error", "deltalink"];
    let is_odata = annotation.strip_prefix("odata.").is_some_and(|end| ends.contains(&end));
    is_odata && (of.is_empty() || is_known_name(of))
}

/// Whether a name is one of the schema, wherever it is, or one by which other objects are known.
fn is_known_name(name: &str) -> bool {
    // A record may have any number of members that the schema does not have, so a name is looked up, not compared.
    static SPELLINGS: OnceLock<HashSet<Text>> = OnceLock::new();
    let spellings = SPELLINGS.get_or_init(|| {
        all_records().iter().flat_map(|record| record.names).filter_map(|name| letters_of(name)).collect()
    });
    table::OTHER_NAMES.contains(&name)
        || table::IDENTITY_KINDS.contains(&name)
        || letters_of(name).is_some_and(|letters| spellings.contains(&letters))
}

/// Every record type.
fn all_records() -> &'static [&'static RecordShape] {
    static ALL: OnceLock<Vec<&'static RecordShape>> = OnceLock::new();
    fn collect(shape: &'static Shape, all: &mut Vec<&'static RecordShape>) {
        match in_list(shape) {
            Shape::Record(record) if !all.iter().any(|known| known.name == record.name) => {
                all.push(record);
                record.members.iter().for_each(|(_, shape)| collect(shape, all));
            }
            Shape::Named(_, inner) => collect(inner, all),
            _ => {}
        }
    }
    ALL.get_or_init(|| {
        let mut all = OUTERMOST.to_vec();
        OUTERMOST.iter().for_each(|record| record.members.iter().for_each(|(_, shape)| collect(shape, &mut all)));
        all
    })
}

/// Whether a value is made of what nobody needs to hide.
fn is_known_value(kind: Kind, text: &str) -> bool {
    match kind {
        Kind::StreamId => text.len() <= 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'),
        Kind::Version => {
            let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'-' | b'_');
            text.bytes().all(is_part) && (text.len() < 7 || !text.bytes().all(|byte| byte.is_ascii_digit()))
        }
        Kind::Moment => crate::model::Timestamp::parse(text).is_some(),
        Kind::TypeName => {
            let name = text.strip_prefix("#microsoft.graph.").or_else(|| text.strip_prefix("microsoft.graph."));
            let own = text.strip_prefix("callscope.").and_then(|own| own.split_once('/'));
            name.is_some_and(vocabulary::is_made_of_known)
                || own.is_some_and(|(name, version)| {
                    vocabulary::is_made_of_known(name)
                        && version.len() < 4
                        && version.bytes().all(|byte| byte.is_ascii_digit())
                })
        }
        _ => vocabulary::is_made_of_known(text),
    }
}

#[cfg(test)]
mod tests;
