//! Interns text that many sessions share (names, subnets, devices): each is kept once and referred to by number.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// The number of a text in [`Interner`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

impl Name {
    /// Returns its number, from 0 in the order the texts were added.
    pub fn number(self) -> usize {
        self.0 as usize
    }

    /// Creates a name from a number, which must come from [`Name::number`].
    pub fn of_number(number: u32) -> Name {
        Name(number)
    }
}

/// All texts, stored one after another.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    text: String,
    /// Where each text ends.
    ends: Vec<u32>,
    by_text: HashTable<u32>,
    /// Texts shown as other texts, sorted by number.
    aliases: Vec<(u32, u32)>,
    /// Number of changes to the aliases.
    retold: u32,
}

impl Interner {
    /// Returns the number of a text, adding the text if it is new. Once the storage is full, new texts become the first.
    pub fn add(&mut self, text: &str) -> Name {
        let hash = hash(text);
        let known = self.by_text.find(hash, |&at| slice(&self.text, &self.ends, at) == text);
        if let Some(&at) = known {
            return Name(at);
        }
        let (at, Ok(end)) = (self.ends.len() as u32, u32::try_from(self.text.len() + text.len())) else {
            return Name(0);
        };
        self.text.push_str(text);
        self.ends.push(end);
        let (text, ends) = (&self.text, &self.ends);
        self.by_text.insert_unique(hash, at, |&at| self::hash(slice(text, ends, at)));
        Name(at)
    }

    /// Gives back the room for further texts.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Shows a text as another one from now on, such as an ID as its person's name.
    pub fn tell_as(&mut self, text: &str, other: &str) {
        let (Name(from), Name(to)) = (self.add(text), self.add(other));
        match self.aliases.binary_search_by_key(&from, |alias| alias.0) {
            Ok(at) if self.aliases[at].1 == to => return,
            Ok(at) => self.aliases[at].1 = to,
            Err(at) => self.aliases.insert(at, (from, to)),
        }
        self.retold += 1;
    }

    /// Changes whenever an existing text is shown as another one; callers that cached anything about texts must then
    /// re-read all of them.
    pub fn retold(&self) -> u32 {
        self.retold
    }

    /// Returns the text of a name, or the one it is shown as.
    pub fn get(&self, name: Name) -> &str {
        let told = match self.aliases.is_empty() {
            true => name.0,
            false => match self.aliases.binary_search_by_key(&name.0, |alias| alias.0) {
                Ok(at) => self.aliases[at].1,
                Err(_) => name.0,
            },
        };
        slice(&self.text, &self.ends, told)
    }

    /// Returns the number of texts.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Iterates over the texts from a number on, as shown.
    pub fn from(&self, number: usize) -> impl Iterator<Item = &str> {
        (number..self.count()).map(|at| self.get(Name(at as u32)))
    }
}

fn slice<'a>(text: &'a str, ends: &[u32], at: u32) -> &'a str {
    let at = at as usize;
    let start = if at == 0 { 0 } else { ends.get(at - 1).map_or(0, |&end| end as usize) };
    ends.get(at).and_then(|&end| text.get(start..end as usize)).unwrap_or_default()
}

fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_once() {
        let mut names = Interner::default();
        let (ana, empty, bo) = (names.add("Ana"), names.add(""), names.add("Bo"));
        assert_eq!((names.add("Ana"), names.add("Bo"), names.add("")), (ana, bo, empty));
        assert_eq!((names.get(ana), names.get(empty), names.get(bo), names.count()), ("Ana", "", "Bo", 3));
        assert_eq!(names.from(1).collect::<Vec<_>>(), ["", "Bo"]);
    }

    #[test]
    fn a_text_can_be_told_as_another_one() {
        let mut names = Interner::default();
        let (id, other) = (names.add("id-1"), names.add("id-2"));
        names.tell_as("id-1", "Ana");
        assert_eq!(names.add("id-1"), id);
        assert_eq!((names.get(id), names.get(other)), ("Ana", "id-2"));
        assert_eq!(names.from(0).collect::<Vec<_>>(), ["Ana", "id-2", "Ana"]);
    }

    #[test]
    fn many_texts_keep_their_numbers() {
        let mut names = Interner::default();
        let numbers: Vec<Name> = (0..10_000).map(|at| names.add(&format!("name {at}"))).collect();
        for (at, name) in numbers.into_iter().enumerate() {
            assert_eq!(names.get(name), format!("name {at}"));
        }
    }
}
