//! The search of texts, and the way to the next problem.

use super::*;

impl Bench {
    fn searched(&self) -> Option<(String, String)> {
        self.app.search_words().map(|(text, found)| (text.to_owned(), found))
    }

    fn notice(&self) -> Option<&str> {
        self.app.layers.notice.as_ref().map(|notice| notice.text.as_str())
    }
}

fn words(text: &str, found: &str) -> Option<(String, String)> {
    Some((text.to_owned(), found.to_owned()))
}

#[test]
fn a_slash_in_a_text_searches_it_as_one_types() {
    let mut bench = loaded();
    bench.act(Action::Open);
    let before = bench.app.views.sessions.tree.selected();
    bench.press('/');
    assert_eq!(bench.app.scope(), Scope::Search);
    "segment".chars().for_each(|letter| _ = bench.press(letter));
    assert_eq!(bench.searched(), words("segment", "1 of 1"));
    assert_eq!(bench.app.views.sessions.tree.selected().to_string(), "segments/0");
    bench.act(Action::Dismiss);
    assert_eq!((bench.searched(), bench.app.views.sessions.tree.selected()), (None, before), "as before");
    assert!(bench.app.layers.is_empty(), "no letter was a command");
}

#[test]
fn n_goes_round_the_matches_and_esc_ends_the_search() {
    let mut bench = loaded();
    bench.act(Action::Details);
    bench.press('/');
    "displayname".chars().for_each(|letter| _ = bench.press(letter));
    bench.act(Action::Accept);
    let Some((_, found)) = bench.searched() else { panic!("a search") };
    assert!(found.starts_with("1 of "), "{found}");
    let at = |bench: &Bench| match bench.app.layers.overlay() {
        Some(Overlay::Details(details)) => details.viewport.at,
        other => panic!("{other:?}"),
    };
    let first = at(&bench);
    bench.press('n');
    while at(&bench) != first {
        bench.press('n');
    }
    assert_eq!(bench.notice(), Some("back at the first match"));
    bench.act(Action::Back);
    assert!(bench.searched().is_none() && bench.app.layers.overlay().is_some(), "the page stays");
    bench.act(Action::Back);
    assert!(bench.app.layers.overlay().is_none());
}

#[test]
fn without_a_search_n_goes_to_the_next_poor_one_and_says_when_there_is_none() {
    let mut bench = loaded();
    bench.press('n');
    assert_eq!((bench.selected(), bench.notice()), ("Dario", None));
    bench.press('n');
    assert_eq!((bench.selected(), bench.notice()), ("Bo", Some("back at the first poor or failed session")));
    bench.press('N');
    assert_eq!((bench.selected(), bench.notice()), ("Dario", Some("back at the last poor or failed session")));
    bench.act(Action::Last);
    bench.act(Action::Open);
    bench.press(']');
    assert_eq!(bench.notice(), Some("no poor stream or failed segment here"));
}

#[test]
fn problems_in_the_tree_are_found_in_what_is_folded() {
    let mut bench = loaded();
    bench.act(Action::Open);
    let worst = bench.app.views.sessions.tree.selected();
    for _ in 0..4 {
        bench.act(Action::Close);
    }
    assert_ne!(bench.app.views.sessions.tree.selected(), worst);
    bench.press(']');
    assert_eq!(bench.app.views.sessions.tree.selected(), worst);
}
