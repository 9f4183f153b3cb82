//! The search in a raw view: which lines match, and where in a line.

use std::ops::Range;

use memchr::memmem::Finder;

/// A text to search for: lowercase letters match either case; with an uppercase letter, every letter matches only itself.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The text.
    pub sought: String,
    /// The indexes of the lines that match, in order.
    pub found: Vec<u32>,
}

impl Search {
    /// Searches lines for a text.
    pub fn set<'a>(&mut self, sought: &str, lines: impl Iterator<Item = &'a str>) {
        sought.clone_into(&mut self.sought);
        self.found.clear();
        if sought.is_empty() {
            return;
        }
        let finder = Finder::new(sought);
        let mut folded = String::new();
        for (at, line) in lines.enumerate() {
            let has = match self.is_exact() {
                true => finder.find(line.as_bytes()).is_some(),
                // One buffer for all lines: most of them are short, and there may be a million.
                false if line.is_ascii() => {
                    folded.clear();
                    folded.push_str(line);
                    folded.make_ascii_lowercase();
                    finder.find(folded.as_bytes()).is_some()
                }
                false => finder.find(line.to_lowercase().as_bytes()).is_some(),
            };
            if has {
                self.found.push(at as u32);
            }
        }
    }

    /// Returns where the text occurs in a line, in bytes.
    pub fn places(&self, line: &str) -> Vec<Range<usize>> {
        if self.sought.is_empty() {
            return Vec::new();
        }
        if self.is_exact() {
            return Finder::new(&self.sought).find_iter(line.as_bytes()).map(|at| at..at + self.sought.len()).collect();
        }
        // A letter and its lowercase form may differ in length.
        let mut folded = String::with_capacity(line.len());
        let mut starts: Vec<(usize, usize)> = Vec::new();
        for (at, letter) in line.char_indices() {
            starts.push((folded.len(), at));
            folded.extend(letter.to_lowercase());
        }
        starts.push((folded.len(), line.len()));
        let original = |place: usize| match starts.binary_search_by_key(&place, |(folded, _)| *folded) {
            Ok(found) => starts[found].1,
            Err(next) => starts.get(next).map_or(line.len(), |(_, at)| *at),
        };
        let found: Vec<usize> = Finder::new(&self.sought).find_iter(folded.as_bytes()).collect();
        found.into_iter().map(|at| original(at)..original(at + self.sought.len())).collect()
    }

    fn is_exact(&self) -> bool {
        self.sought.chars().any(char::is_uppercase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_in_either_case_unless_an_uppercase_letter_is_typed() {
        let search = |sought: &str| Search { sought: sought.to_owned(), found: Vec::new() };
        assert_eq!(search("jit").places("\"maxJitter\": \"jit\""), [4..7, 14..17]);
        assert_eq!(search("Jit").places("\"maxJitter\": \"jit\"").first(), Some(&(4..7)));
        let line = "İstanbul é É";
        let found: Vec<&str> = search("é").places(line).into_iter().map(|range| &line[range]).collect();
        assert_eq!(found, ["é", "É"]);
        assert!(search("").places("x").is_empty());
    }
}
