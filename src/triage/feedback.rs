//! What a person said about a call in the survey after it: the rating, the complaints that were ticked, and free text.

use crate::model::{Endpoint, FeedbackRating, UserFeedback, Word};

use super::complaints::topic_of;
use super::facts::Rating;
use super::interner::{Interner, Name};

/// Complaints kept of one person: a survey offers about a dozen, but a hostile record could have a million.
const MOST_TOKENS: usize = 100;

/// Characters kept of the free text; the session itself has all of it.
const LONGEST_TEXT: usize = 1_000;

/// The answers of one person about one session, with texts as they were received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// The rating, in the schema's word; `None` if the person gave none.
    pub rating: Option<&'a str>,
    /// The names of the complaints that were ticked. The service's names are not stable.
    pub tokens: Vec<&'a str>,
    /// The free text.
    pub text: Option<&'a str>,
}

impl<'a> Said<'a> {
    /// Reads the answers at an end of a session from all of its endpoint objects: they may be in that of the session or
    /// of any segment.
    pub fn of(endpoints: &[&'a Endpoint]) -> Said<'a> {
        let answers = endpoints.iter().filter_map(|endpoint| endpoint.feedback.value());
        answers.fold(Said::default(), Said::with)
    }

    /// Reads the answers of one endpoint.
    pub fn of_feedback(feedback: &'a UserFeedback) -> Said<'a> {
        Said::default().with(feedback)
    }

    /// Adds answers: the worse rating, all complaints, the first text.
    fn with(mut self, feedback: &'a UserFeedback) -> Said<'a> {
        let place =
            |word: &str| FeedbackRating::MEMBERS.iter().position(|member| *member == word).unwrap_or(usize::MAX);
        let new = feedback.rating.value().filter(|word| Rating::of(word).is_some()).map(Word::as_str);
        self.rating = match (self.rating, new) {
            (Some(known), Some(new)) if place(known) <= place(new) => Some(known),
            (known, new) => new.or(known),
        };
        let ticked = feedback.tokens.value().into_iter().flat_map(|tokens| &tokens.0);
        for (name, _) in ticked.filter(|(_, value)| value.value() == Some(&true)) {
            if self.tokens.len() < MOST_TOKENS && !self.tokens.contains(&name.as_str()) {
                self.tokens.push(name);
            }
        }
        let text = feedback.text.value().map(|text| text.trim()).filter(|text| !text.is_empty());
        self.text = self.text.or(text);
        self
    }

    /// Returns whether the person said nothing.
    pub fn is_empty(&self) -> bool {
        self.rating.is_none() && self.tokens.is_empty() && self.text.is_none()
    }

    /// Returns whether it is a complaint: a bad or poor rating, or anything ticked. Free text alone may be praise.
    pub fn is_complaint(&self) -> bool {
        !self.tokens.is_empty() || self.has_bad_rating()
    }

    /// Returns whether the rating is bad or poor.
    pub fn has_bad_rating(&self) -> bool {
        let bad = [FeedbackRating::Bad, FeedbackRating::Poor];
        self.rating.is_some_and(|rating| bad.iter().any(|bad| bad.as_str() == rating))
    }
}

/// The answers of one person, kept for the whole call: texts are numbered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    rating: Option<Name>,
    /// The complaints that were ticked, each with its kind.
    tokens: Box<[(Name, Option<u8>)]>,
    /// The beginning of the free text.
    text: Option<Name>,
    /// Whether it is a complaint.
    is_complaint: bool,
}

impl Feedback {
    /// Keeps what was said at an end of a session; `None` if nothing was.
    pub fn of(endpoints: &[&Endpoint], names: &mut Interner) -> Option<Feedback> {
        let said = Said::of(endpoints);
        if said.is_empty() {
            return None;
        }
        let text = said.text.map(|text| match text.char_indices().nth(LONGEST_TEXT) {
            Some((at, _)) => names.add(&format!("{}…", &text[..at])),
            None => names.add(text),
        });
        Some(Feedback {
            rating: said.rating.map(|word| names.add(word)),
            tokens: said.tokens.iter().map(|token| (names.add(token), topic_of(token).map(|at| at as u8))).collect(),
            text,
            is_complaint: said.is_complaint(),
        })
    }

    /// Returns it in words.
    pub fn said<'n>(&self, names: &'n Interner) -> Said<'n> {
        Said {
            rating: self.rating.map(|rating| names.get(rating)),
            tokens: self.tokens.iter().map(|(token, _)| names.get(*token)).collect(),
            text: self.text.map(|text| names.get(text)),
        }
    }

    /// Returns whether it is a complaint.
    pub fn is_complaint(&self) -> bool {
        self.is_complaint
    }

    /// Iterates over the complaints that were ticked and the free text.
    pub fn words(&self) -> impl Iterator<Item = Name> {
        self.tokens.iter().map(|(token, _)| *token).chain(self.text)
    }

    /// Iterates over the complaints that were ticked, each with its place in `complaints::TOPICS`, if it is known.
    pub fn tokens(&self) -> impl Iterator<Item = (Name, Option<usize>)> {
        self.tokens.iter().map(|(token, topic)| (*token, topic.map(usize::from)))
    }

    /// Replaces the numbers of its texts.
    pub fn renumber(&mut self, new: impl Fn(Name) -> Name) {
        self.rating = self.rating.map(&new);
        self.tokens = self.tokens.iter().map(|(token, topic)| (new(*token), *topic)).collect();
        self.text = self.text.map(&new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Session;
    use crate::triage::End;
    use crate::triage::examine::endpoints;
    use crate::triage::legs::SegmentParties;

    fn at(session: &Session, end: End) -> Vec<&Endpoint> {
        endpoints(session, &SegmentParties::of(session), end)
    }

    fn said(feedback: &str) -> (Option<String>, Vec<String>, Option<String>, bool) {
        let json = format!(r#"{{"caller":{{"feedback":{feedback}}}}}"#);
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let said = Said::of(&at(&session, End::Caller));
        let owned = |text: &str| text.to_owned();
        let tokens = said.tokens.iter().map(|token| owned(token)).collect();
        (said.rating.map(owned), tokens, said.text.map(owned), said.is_complaint())
    }

    #[test]
    fn only_what_was_ticked_counts_whatever_it_is_called() {
        let (rating, tokens, text, is_complaint) = said(
            r#"{"rating":"good","text":" it hissed ","tokens":{"Echo":false,"Hissing":true,"NoSound":null,"Noisy":"x"}}"#,
        );
        assert_eq!((rating.as_deref(), text.as_deref()), (Some("good"), Some("it hissed")));
        assert_eq!(tokens, ["Hissing"]);
        assert!(is_complaint);
    }

    #[test]
    fn a_bad_rating_is_a_complaint_and_praise_is_not() {
        assert!(said(r#"{"rating":"poor"}"#).3 && said(r#"{"rating":"bad","tokens":null}"#).3);
        for praise in [r#"{"rating":"excellent","text":"lovely"}"#, r#"{"rating":"notRated"}"#, "null", "{}"] {
            assert!(!said(praise).3, "{praise}");
        }
    }

    #[test]
    fn texts_are_renumbered_and_read_back() {
        let json = r#"{"caller":{"feedback":{"rating":"bad","text":"a","tokens":{"Echo":true}}}}"#;
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        let mut names = Interner::default();
        let mut feedback = Feedback::of(&at(&session, End::Caller), &mut names).expect("something was said");
        let mut all = Interner::default();
        all.add("somebody else");
        let numbers: Vec<Name> = names.from(0).map(|text| all.add(text)).collect();
        feedback.renumber(|name| numbers[name.number()]);
        assert_eq!(feedback.said(&all), Said { rating: Some("bad"), tokens: vec!["Echo"], text: Some("a") });
        assert_eq!(Feedback::of(&at(&session, End::Callee), &mut names), None);
    }
}
