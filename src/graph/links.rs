//! Finds the next page: links are followed as they are, only to the configured service, and never twice.

use std::collections::HashSet;

use url::{Position, Url};

use crate::model::call_id_in;
use crate::model::envelope::brief;

/// What to do about a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Follow(Url),
    /// Follow this address: the link itself could not have worked.
    Mended(Url),
    /// Stop. What was loaded is kept.
    Refuse(Refusal),
}

/// Why a link is not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not a valid address.
    NotAnAddress,
    /// Points to another service, which must not see the token; holds that service's address.
    OtherOrigin(String),
    /// Leads to a page that was already read.
    Visited,
    /// Has its address after a `#`, which servers never see, and cannot be repaired.
    Fragment,
}

impl Refusal {
    /// Describes the refusal as a sentence without its full stop.
    pub fn words(&self) -> String {
        match self {
            Refusal::NotAnAddress => "the link to the next page is not a valid address".to_owned(),
            Refusal::OtherOrigin(origin) => {
                format!(
                    "the link to the next page points to another service ({}), which must not see the token",
                    brief(origin)
                )
            }
            Refusal::Visited => "the link to the next page leads back to a page already read".to_owned(),
            Refusal::Fragment => {
                "the link to the next page has its address after a #, which servers never see".to_owned()
            }
        }
    }
}

/// Follows the links of one call.
#[derive(Debug)]
pub struct Links {
    first: Url,
    visited: HashSet<String>,
}

impl Links {
    /// Starts with the address of the first page.
    pub fn new(first: Url) -> Self {
        let visited = HashSet::from([key(&first)]);
        Links { first, visited }
    }

    /// FindingFlags an address as already requested.
    pub fn visit(&mut self, url: &Url) {
        self.visited.insert(key(url));
    }

    /// Decides what to do about a link found on the page at the address `on`. A link that is followed counts as visited
    /// from then on.
    pub fn next(&mut self, link: &str, on: &Url) -> Next {
        let next = self.resolve(link, on);
        match &next {
            Next::Follow(url) | Next::Mended(url) if !self.visited.insert(key(url)) => Next::Refuse(Refusal::Visited),
            _ => next,
        }
    }

    /// Returns where a link leads that was not followed yet, without following it. `None` if it will not be followed.
    pub fn ahead(&self, link: &str, on: &Url) -> Option<Url> {
        match self.resolve(link, on) {
            Next::Follow(url) | Next::Mended(url) => Some(url).filter(|url| !self.visited.contains(&key(url))),
            Next::Refuse(_) => None,
        }
    }

    /// Where a link leads, without following it.
    pub fn resolve(&self, link: &str, on: &Url) -> Next {
        let Ok(url) = on.join(link) else { return Next::Refuse(Refusal::NotAnAddress) };
        if !same_origin(&url, &self.first) {
            return Next::Refuse(Refusal::OtherOrigin(url.origin().ascii_serialization()));
        }
        match url.fragment() {
            None => Next::Follow(url),
            Some(_) => self.mend(&url).map_or(Next::Refuse(Refusal::Fragment), Next::Mended),
        }
    }

    /// Repairs links as the documentation prints them:
    /// `…/$metadata#communications/callRecords('ID')/sessions?$skiptoken=abc`. This works if the link is for this call
    /// and has a token: its query is added to the address of the first page. Options of the first page that the link
    /// leaves out are added again.
    fn mend(&self, link: &Url) -> Option<Url> {
        let fragment = link.fragment()?;
        let (path, query) = fragment.split_once('?')?;
        let is_sessions = path.ends_with("/sessions") || path.contains("/sessions(");
        if !is_sessions || call_id_in(path)? != call_id_in(self.first.path())? {
            return None;
        }
        let tokens =
            query.split('&').filter(|part| part.starts_with("$skiptoken=") || part.starts_with("%24skiptoken="));
        if tokens.count() != 1 {
            return None;
        }
        let mut url = self.first.clone();
        let name = |part: &str| part.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let own: Vec<String> = query.split('&').map(name).collect();
        let asked = self.first.query().unwrap_or_default().split('&').filter(|part| !part.is_empty());
        let left_out: Vec<&str> = asked.filter(|part| !own.contains(&name(part))).collect();
        let query: Vec<&str> = left_out.into_iter().chain([query]).collect();
        url.set_query(Some(&query.join("&")));
        Some(url)
    }
}

/// Returns whether two addresses belong to the same service. This decides who sees the token.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.origin().is_tuple() && one.origin() == other.origin() && one.username().is_empty() && one.password().is_none()
}

fn key(url: &Url) -> String {
    url[..Position::AfterQuery].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "e523d2ed-2966-4b6b-925b-754a88034cc5";

    fn first() -> Url {
        let url = format!("https://graph.microsoft.com/v1.0/communications/callRecords/{ID}/sessions?$expand=segments");
        Url::parse(&url).expect("an address")
    }

    fn next(link: &str) -> Next {
        Links::new(first()).next(link, &first())
    }

    #[test]
    fn a_link_is_followed_as_it_is() {
        let link = format!(
            "https://graph.microsoft.com/v1.0/communications/callRecords/{ID}/sessions?$expand=segments&$skiptoken=abc"
        );
        assert_eq!(next(&link), Next::Follow(Url::parse(&link).expect("an address")));
    }

    #[test]
    fn the_token_goes_to_no_other_service() {
        for (link, origin) in [
            ("https://graph.microsoft.com.example.org/v1.0/x", "https://graph.microsoft.com.example.org"),
            ("http://graph.microsoft.com/v1.0/x", "http://graph.microsoft.com"),
            ("https://graph.microsoft.com:8443/x", "https://graph.microsoft.com:8443"),
            ("https://graph.microsoft.com@example.org/x", "https://example.org"),
            ("//example.org/x", "https://example.org"),
            ("file:///etc/passwd", "null"),
        ] {
            assert_eq!(next(link), Next::Refuse(Refusal::OtherOrigin(origin.to_owned())), "{link}");
        }
        assert!(matches!(next("https://user@graph.microsoft.com/x"), Next::Refuse(_)));
    }

    #[test]
    fn a_link_that_was_followed_is_not_followed_again() {
        let mut links = Links::new(first());
        let second = format!("{}&$skiptoken=abc", first());
        assert!(matches!(links.next(&second, &first()), Next::Follow(_)));
        assert_eq!(links.next(&second, &first()), Next::Refuse(Refusal::Visited));
        assert_eq!(links.next(first().as_str(), &first()), Next::Refuse(Refusal::Visited));
    }

    #[test]
    fn a_link_that_was_only_looked_at_can_still_be_followed() {
        let mut links = Links::new(first());
        let second = format!("{}&$skiptoken=abc", first());
        assert_eq!(links.ahead(&second, &first()).as_ref().map(Url::as_str), Some(second.as_str()));
        assert!(matches!(links.next(&second, &first()), Next::Follow(_)));
        assert_eq!(links.ahead(&second, &first()), None, "it was followed");
        assert_eq!(links.ahead("https://example.org/x", &first()), None);
    }

    #[test]
    fn the_documentations_link_is_mended() {
        let expanded = format!(
            "https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/sessions?$expand=segments&$skiptoken=abc"
        );
        let plain = format!(
            "https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/sessions?$skiptoken=abc"
        );
        let mended = Url::parse(&format!("{}&$skiptoken=abc", first())).expect("an address");
        assert_eq!(next(&expanded), Next::Mended(mended.clone()));
        assert_eq!(next(&plain), Next::Mended(mended));
    }

    #[test]
    fn a_link_behind_a_hash_that_does_not_tell_enough_is_refused() {
        for link in [
            "https://graph.microsoft.com/beta/$metadata#communications/callRecords('00000000-0000-0000-0000-000000000000')/sessions?$skiptoken=abc".to_owned(),
            format!("https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/sessions"),
            format!("https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/sessions?$expand=segments"),
            format!("https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/participants_v2?$skiptoken=abc"),
            format!("https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/sessions?$skiptoken=a&$skiptoken=b"),
        ] {
            assert_eq!(next(&link), Next::Refuse(Refusal::Fragment), "{link}");
        }
    }

    #[test]
    fn a_mended_link_that_comes_again_is_a_loop() {
        let mut links = Links::new(first());
        let link = format!(
            "https://graph.microsoft.com/beta/$metadata#communications/callRecords('{ID}')/sessions?$skiptoken=abc"
        );
        assert!(matches!(links.next(&link, &first()), Next::Mended(_)));
        assert_eq!(links.next(&link, &first()), Next::Refuse(Refusal::Visited));
    }

    proptest::proptest! {
        #[test]
        fn no_link_leads_the_token_elsewhere(link in "\\PC{0,60}") {
            match next(&link) {
                Next::Follow(url) | Next::Mended(url) => proptest::prop_assert!(same_origin(&url, &first())),
                Next::Refuse(_) => {}
            }
        }
    }
}
