//! Pseudonyms: equal values get the same one, different values get different ones.

use std::collections::{HashMap, HashSet};

use super::guard::Guard;
use super::table::Kind;
use crate::model::MediumKind;
use crate::model::endpoint::identifies_somebody;
use crate::sites::{HOME, is_home_subnet};

/// What is counted together: two values of one pool never get the same pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Pool {
    Person,
    Account,
    Phone,
    Id,
    Comment,
    Link,
    Message,
    Machine,
    Mac,
    LocalAddress,
    PublicAddress,
    Subnet,
    AccessPoint,
    Dns,
    Device,
    Driver,
    DriverVersion,
    Processor,
    Agent,
    Label,
    Option,
    Identity,
    Reason,
    Other,
    Name,
    Path,
}

/// The pseudonyms given so far.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    pools: HashMap<Pool, Numbers>,
    /// Addresses that are public somewhere; elsewhere they may be called local.
    public: HashSet<Box<str>>,
}

/// Numbers of values, each used once.
#[derive(Debug, Default)]
struct Numbers {
    by_value: HashMap<Box<str>, u32>,
    taken: HashSet<u32>,
    next: u32,
}

impl Numbers {
    fn of(&mut self, value: &str, wish: Option<u32>) -> u32 {
        if let Some(number) = self.by_value.get(value) {
            return *number;
        }
        let number = wish.filter(|wish| !self.taken.contains(wish)).unwrap_or_else(|| {
            while self.taken.contains(&self.next) {
                self.next += 1;
            }
            self.next
        });
        self.taken.insert(number);
        self.by_value.insert(value.into(), number);
        number
    }
}

impl Pseudonyms {
    /// Learns that an address is public, before any is given a pseudonym.
    pub fn learn(&mut self, kind: Kind, value: &str) {
        if kind == Kind::PublicAddress && !self.public.contains(value) {
            self.public.insert(value.into());
        }
    }

    /// Learns the names by which one person is known, so that they get one number.
    pub fn learn_person(&mut self, id: Option<&str>, name: Option<&str>, accounts: &[&str]) {
        let id = id.filter(|id| identifies_somebody(id));
        let name = name.filter(|name| identifies_somebody(name)).map(normal);
        let numbered = |pools: &Pseudonyms, pool: Pool, value: &str| {
            pools.pools.get(&pool).and_then(|pool| pool.by_value.get(value)).copied()
        };
        let known = (name.as_deref().and_then(|name| numbered(self, Pool::Person, name)))
            .or_else(|| id.and_then(|id| numbered(self, id_pool(id), id)));
        let number = match (&name, known) {
            (Some(name), wish) => self.number(Pool::Person, name, wish),
            (None, Some(number)) => number,
            // A person without a name has a number all the same.
            (None, None) => match id.or(accounts.first().copied()) {
                Some(other) => self.number(Pool::Person, other, None),
                None => return,
            },
        };
        if let Some(id) = id {
            self.number(id_pool(id), id, Some(number));
        }
        for account in accounts {
            self.number(Pool::Account, &normal(account), Some(number));
        }
    }

    /// Returns the pseudonym for a value. Text that identifies nobody (zeros, `anonymous`) still identifies nobody.
    pub fn of(&mut self, kind: Kind, value: &str, guard: &Guard) -> String {
        let is_of_person = matches!(kind, Kind::PersonName | Kind::Account | Kind::Id);
        if is_of_person && !identifies_somebody(value) {
            return nobody(value);
        }
        let pool = match kind {
            Kind::PersonName => Pool::Person,
            Kind::Account => Pool::Account,
            Kind::Id => id_pool(value),
            Kind::LocalAddress | Kind::PublicAddress if self.public.contains(value) => Pool::PublicAddress,
            Kind::LocalAddress => Pool::LocalAddress,
            Kind::PublicAddress => Pool::PublicAddress,
            Kind::Subnet => Pool::Subnet,
            Kind::AccessPoint => Pool::AccessPoint,
            Kind::DnsSuffix => Pool::Dns,
            Kind::DeviceName => Pool::Device,
            Kind::Driver => Pool::Driver,
            Kind::DriverVersion => Pool::DriverVersion,
            Kind::Processor => Pool::Processor,
            Kind::UserAgent | Kind::Version => Pool::Agent,
            Kind::Label => Pool::Label,
            Kind::Reason => Pool::Reason,
            Kind::JoinLink | Kind::ServiceLink => Pool::Link,
            Kind::Comment => Pool::Comment,
            Kind::SurveyOption => Pool::Option,
            Kind::MachineName => Pool::Machine,
            Kind::MacAddress => Pool::Mac,
            Kind::Message => Pool::Message,
            Kind::IdentityKind => Pool::Identity,
            Kind::UnknownName => Pool::Name,
            Kind::Path => Pool::Path,
            Kind::CallId | Kind::StreamId | Kind::TypeName | Kind::Moment | Kind::Unknown => Pool::Other,
        };
        let key = if matches!(pool, Pool::Person | Pool::Account) { normal(value) } else { value.to_owned() };
        let number = self.number(pool, &key, None);
        let mut text = written(pool, number, value);
        // A real name may be `Person 1`.
        while guard.is_value(&text) {
            text.push_str(" *");
        }
        text
    }

    fn number(&mut self, pool: Pool, value: &str, wish: Option<u32>) -> u32 {
        self.pools.entry(pool).or_default().of(value, wish)
    }
}

fn written(pool: Pool, number: u32, value: &str) -> String {
    let letters = |number: u32| letters(number as usize);
    let count = number + 1;
    match pool {
        Pool::Person => format!("Person {count}"),
        Pool::Account => format!("person-{count}@removed.invalid"),
        Pool::Phone => format!("Phone {count}"),
        Pool::Id => format!("facade00-0000-4000-8000-{count:012x}"),
        Pool::Comment => format!("(comment {count} not shown)"),
        Pool::Link => format!("https://removed.invalid/{count}"),
        Pool::Message => format!("(message {count} not shown)"),
        Pool::Machine => format!("machine {count}"),
        Pool::Mac => {
            let [.., a, b, c] = count.to_be_bytes();
            format!("02-FA-CA-{a:02X}-{b:02X}-{c:02X}")
        }
        Pool::LocalAddress => count.to_string(),
        Pool::Subnet if is_home_subnet(value) => format!("{}{HOME}", letters(number)),
        Pool::PublicAddress
        | Pool::Subnet
        | Pool::AccessPoint
        | Pool::Dns
        | Pool::Device
        | Pool::Driver
        | Pool::Processor
        | Pool::Agent => letters(number),
        Pool::DriverVersion => format!("version {count}"),
        Pool::Label => match MediumKind::of_label(value) {
            Some(MediumKind::Audio) => format!("audio {}", letters(number)),
            Some(MediumKind::Video) => format!("video {}", letters(number)),
            Some(MediumKind::ScreenSharing) => format!("applicationsharing {}", letters(number)),
            Some(MediumKind::Data) => format!("data {}", letters(number)),
            Some(MediumKind::Other) | None => format!("label {}", letters(number)),
        },
        Pool::Option => format!("option {}", letters(number)),
        // Applications are told from people by this word.
        Pool::Identity if value.to_ascii_lowercase().contains("application") => format!("application{count}"),
        Pool::Identity => format!("identity{count}"),
        Pool::Reason => format!("reason {}", letters(number)),
        Pool::Other => format!("removed {count}"),
        Pool::Name => format!("removed{count}"),
        Pool::Path => format!("file {}", letters(number)),
    }
}

/// Returns the letters that stand for a number, counted from 0: `A` to `Z`, then `AA` and so on.
pub fn letters(number: usize) -> String {
    let (before, last) = (number / 26, (b'A' + (number % 26) as u8) as char);
    match before {
        0 => last.to_string(),
        before => format!("{}{last}", letters(before - 1)),
    }
}

/// A name as it is compared: by letters, whatever their case and the blanks between them.
fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn id_pool(id: &str) -> Pool {
    let number = id.strip_prefix("tel:").or_else(|| id.strip_prefix("4:")).unwrap_or(id);
    let is_part = |letter: char| letter.is_ascii_digit() || "+-() .".contains(letter);
    match number.chars().all(is_part) && number.bytes().filter(u8::is_ascii_digit).count() >= 3 {
        true => Pool::Phone,
        false => Pool::Id,
    }
}

/// The replacement for text that could be anyone's: the same word, or a masked number.
fn nobody(value: &str) -> String {
    let is_plain = |letter: char| letter == '0' || !letter.is_ascii_digit() && !matches!(letter, '@' | ':');
    match value.chars().all(is_plain) {
        true => value.to_owned(),
        false if value.contains('@') => "anonymous".to_owned(),
        false => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn one_person_has_one_number_and_two_people_have_two() {
        let (mut all, guard) = (Pseudonyms::default(), Guard::default());
        all.learn_person(Some("a-1"), Some("Ana Lima"), &["ana@x.example"]);
        all.learn_person(Some("b-1"), Some("Bo Chen"), &["bo@x.example"]);
        all.learn_person(Some("c-1"), Some("Ana  LIMA"), &["other@x.example"]);
        let mut of = |kind, value| all.of(kind, value, &guard);
        assert_eq!(of(Kind::PersonName, "Bo Chen"), "Person 2");
        assert_eq!(of(Kind::Account, "bo@x.example"), "person-2@removed.invalid");
        assert!(of(Kind::Id, "b-1").ends_with("000000000002"));
        assert_eq!(of(Kind::PersonName, "ana lima"), "Person 1");
        assert_ne!(of(Kind::Id, "a-1"), of(Kind::Id, "c-1"));
        assert_ne!(of(Kind::Account, "ana@x.example"), of(Kind::Account, "other@x.example"));
    }

    #[test]
    fn what_identifies_nobody_still_identifies_nobody_and_shows_no_digit() {
        let (mut all, guard) = (Pseudonyms::default(), Guard::default());
        for value in
            ["+1206555****", "+1206555XXXX", "anonymous", "tel:anonymous", "0000-0000", "anonymous@contoso.example"]
        {
            let instead = all.of(Kind::Id, value, &guard);
            assert!(!identifies_somebody(&instead), "{value}: {instead}");
            assert!(!instead.contains("1206") && !instead.contains("contoso"), "{value}: {instead}");
        }
        for (kind, value) in
            [(Kind::PersonName, "Ana"), (Kind::Id, "a"), (Kind::Id, "+12065550100"), (Kind::Account, "a@b")]
        {
            assert!(identifies_somebody(&all.of(kind, value, &guard)), "{value}");
        }
    }

    #[test]
    fn a_home_network_is_still_known_as_one() {
        let (mut all, guard) = (Pseudonyms::default(), Guard::default());
        assert_eq!(all.of(Kind::Subnet, "10.150.0.0", &guard), "A");
        assert_eq!(all.of(Kind::Subnet, "192.168.1.0", &guard), "B (home)");
        assert!(is_home_subnet("B (home)") && !is_home_subnet("A"));
    }

    #[test]
    fn an_address_is_one_wherever_it_is() {
        let (mut all, guard) = (Pseudonyms::default(), Guard::default());
        all.learn(Kind::PublicAddress, "203.0.113.9");
        assert_eq!(all.of(Kind::LocalAddress, "10.1.2.3", &guard), "1");
        assert_eq!(all.of(Kind::LocalAddress, "203.0.113.9", &guard), "A");
        assert_eq!(all.of(Kind::PublicAddress, "203.0.113.9", &guard), "A");
    }
}
