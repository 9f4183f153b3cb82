//! The raw view: folded, searched, gone through by path, by structure and by problem.

use super::*;
use crate::app::session_detail::Judge;
use crate::call::Place;
use crate::triage::RuleSets;

const NODE: &str = r#"{"id":"x","media":[{"label":"main-audio","streams":[{"streamId":"1","odd name":[1,2]},{"streamId":"2"}]},null,{"label":"LOUD"}],"end":{}}"#;

fn raw() -> Raw {
    Raw::of(NodePath::segment(0), NODE.to_owned(), None, Problems::default(), 80)
}

fn shown(raw: &Raw) -> Vec<String> {
    let line = |line: ShownLine<'_>| format!("{}{}", line.text, line.folded.unwrap_or_default());
    (0..raw.shown.len()).filter_map(|place| raw.line(place)).map(line).collect()
}

#[test]
fn what_is_inside_folds_away_and_comes_back() {
    let mut raw = raw();
    let all = shown(&raw);
    assert!(raw.jump("media"));
    raw.fold();
    assert_eq!(shown(&raw), ["{", "  \"id\": \"x\",", "  \"media\": [ 3 ],", "  \"end\": {}", "}"]);
    raw.fold();
    assert_eq!(shown(&raw), all);
    // On a line without contents, the element around it folds.
    assert!(raw.jump("media/0/streams/0/streamId"));
    raw.fold();
    assert!(shown(&raw).iter().any(|line| line.contains("{ 2 members },")), "{:#?}", shown(&raw));
    raw.fold_all(true);
    assert_eq!(shown(&raw).len(), 5);
    raw.fold_all(false);
    assert_eq!(shown(&raw), all);
}

#[test]
fn the_cursor_knows_its_path_and_value_and_goes_to_a_path() {
    let mut raw = raw();
    for (path, plain, jq, value) in [
        ("", "segments/0", ".segments[0]", NODE),
        ("media/0/label", "segments/0/media/0/label", ".segments[0].media[0].label", "\"main-audio\""),
        (".media[1]", "segments/0/media/1", ".segments[0].media[1]", "null"),
        (
            "segments/0/media/0/streams/1",
            "segments/0/media/0/streams/1",
            ".segments[0].media[0].streams[1]",
            "{\"streamId\":\"2\"}",
        ),
        (
            "media[0].streams[0].\"odd name\"[1]",
            "segments/0/media/0/streams/0/odd name/1",
            ".segments[0].media[0].streams[0][\"odd name\"][1]",
            "2",
        ),
        ("end", "segments/0/end", ".segments[0].end", "{}"),
    ] {
        assert!(raw.jump(path), "{path}");
        assert_eq!((raw.plain_path().as_str(), raw.jq_path().as_str(), raw.value()), (plain, jq, value));
    }
    assert!(!raw.jump("media/7") && !raw.jump("nothing"));
}

#[test]
fn what_is_looked_for_is_found_inside_of_what_is_folded_and_round_and_round() {
    let mut raw = raw();
    raw.fold_all(true);
    raw.seek("streamid");
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/0/streamId");
    assert_eq!(raw.search_words(), Some(("streamid", "1 of 2".to_owned())));
    raw.next_found(true);
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/1/streamId");
    raw.next_found(true);
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/0/streamId");
    raw.next_found(false);
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/1/streamId");
    raw.seek("LOUD");
    assert_eq!(raw.value(), "\"LOUD\"");
    raw.seek("Loud");
    assert_eq!(raw.search_words(), Some(("Loud", "no match".to_owned())));
}

#[test]
fn a_node_of_a_broken_session_is_shown_with_all_around_it() {
    let bytes = b"{\"segments\":[{\"id\":\"M\xfcller\"}]}";
    let read = crate::model::session::read(bytes).expect("mended");
    let open = SessionDetail::new(
        Place { part: 0, offset: 0, length: 0 },
        bytes.to_vec(),
        read.session,
        &Default::default(),
        RuleSets::built_in(),
        Judge { set: 0, base: 0 },
    );
    let raw = Raw::new(&open, NodePath::segment(0), 40);
    assert!(raw.note.is_some());
    assert_eq!(raw.lines[0].text, "{");
}

proptest::proptest! {
    #[test]
    fn no_moves_in_no_text_make_it_panic(text in "[\\[\\]{}:,\"a1 ]{0,40}", path in "[a0/.\\[\\]]{0,8}") {
        let mut raw = Raw::of(NodePath::SESSION, text, None, Problems::default(), 20);
        for _ in 0..6 {
            raw.fold();
            raw.viewport.apply(crate::app::Action::Down);
            let _ = (raw.plain_path(), raw.jq_path(), raw.value().len(), raw.jump(&path));
            let _ = (raw.suggestions(&path), raw.complete(&path), raw.go_to_sibling(true), raw.go_to_parent());
            raw.begin_search();
            raw.search_as_typed("1");
            raw.end_search(false);
            raw.seek("a");
            raw.next_found(true);
        }
        raw.fold_all(true);
        raw.toggle(10);
    }
}

#[test]
fn siblings_and_parents_are_a_key_away() {
    let mut raw = raw();
    assert!(raw.jump("media/0/streams/0/streamId"));
    assert!(raw.go_to_sibling(true));
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/0/odd name");
    assert!(!raw.go_to_sibling(true), "it is the last one");
    assert!(raw.go_to_sibling(false) && raw.go_to_parent());
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/0");
    assert!(raw.go_to_sibling(true));
    assert_eq!(raw.plain_path(), "segments/0/media/0/streams/1");
    assert!(raw.jump("") && !raw.go_to_parent() && !raw.go_to_sibling(true));
}

#[test]
fn a_search_follows_what_is_typed_and_is_given_up_without_a_trace() {
    let mut raw = raw();
    raw.fold_all(true);
    let before = (shown(&raw), raw.plain_path());
    raw.begin_search();
    raw.search_as_typed("lo");
    assert_eq!(raw.value(), "\"LOUD\"");
    raw.search_as_typed("loz");
    assert_eq!((raw.plain_path().as_str(), raw.search_words()), ("segments/0", Some(("loz", "no match".to_owned()))));
    raw.end_search(false);
    assert_eq!((shown(&raw), raw.plain_path()), before);
    assert_eq!(raw.search_words(), None);
}

#[test]
fn a_match_far_to_the_right_is_scrolled_to() {
    let json = format!(r#"{{"a":"{}needle"}}"#, "x".repeat(300));
    let mut raw = Raw::of(NodePath::SESSION, json, None, Problems::default(), 80);
    raw.seek("needle");
    assert!((236..307).contains(&raw.left), "{}", raw.left);
    raw.seek("\"a\"");
    assert_eq!(raw.left, 0);
}

#[test]
fn a_path_is_completed_as_far_as_there_is_one_way_to_go_on() {
    let raw = raw();
    for (typed, completed) in [
        ("m", Some("media/")),
        ("segments/0/me", Some("segments/0/media/")),
        ("segments/", Some("segments/0/")),
        ("media/0/streams/0/", None),
        ("media/0/streams/0/o", Some("media/0/streams/0/odd name/")),
        (".media[0].streams[0].o", Some(".media[0].streams[0][\"odd name\"][")),
        (".segments[0].media[0].L", Some(".segments[0].media[0].label")),
        ("nothing", None),
    ] {
        assert_eq!(raw.complete(typed).as_deref(), completed, "{typed}");
    }
    assert_eq!(raw.suggestions("media/0/streams/0/"), ["streamId", "odd name"]);
    assert_eq!(raw.suggestions(".media["), ["0", "1", "2"]);
}

fn opened(json: &str) -> SessionDetail {
    let read = crate::model::session::read(json.as_bytes()).expect("a session");
    let (place, sets) = (Place { part: 0, offset: 0, length: 0 }, RuleSets::built_in());
    let bytes = json.as_bytes().to_vec();
    SessionDetail::new(place, bytes, read.session, &Default::default(), sets, Judge { set: 0, base: 0 })
}

#[test]
fn values_that_something_points_at_are_marked_and_gone_to() {
    let open = opened(
        r#"{"caller":{"associatedIdentity":{"displayName":"Ana"}},"segments":[{"media":[{"label":"main-audio",
            "callerNetwork":{"sentQualityEventRatio":0.46,"linkSpeed":4294967295,"dnsSuffix":7},
            "streams":[{"streamDirection":"callerToCallee","packetUtilization":900,"averagePacketLossRate":0.2,
            "averageJitter":"PT0.007S"}]}]}]}"#,
    );
    let mut raw = Raw::new(&open, NodePath::SESSION, 80);
    let mut seen = Vec::new();
    for _ in 0..raw.marked.len() {
        assert_eq!(raw.go_to_problem(true), Some(false));
        let (_, problem) = raw.problem().expect("there is one");
        seen.push((raw.plain_path(), problem.kind));
    }
    let media = "segments/0/media/0";
    let warning = ProblemKind::Found(crate::triage::Severity::Warning);
    for place in [
        (format!("{media}/callerNetwork/sentQualityEventRatio"), warning),
        (format!("{media}/callerNetwork/linkSpeed"), ProblemKind::Placeholder),
        (format!("{media}/callerNetwork/dnsSuffix"), ProblemKind::Unreadable),
        (format!("{media}/streams/0/averagePacketLossRate"), ProblemKind::Poor),
    ] {
        assert!(seen.contains(&place), "{place:?} in {seen:#?}");
    }
    assert!(!seen.iter().any(|(path, _)| path.ends_with("averageJitter")));
    raw.fold_all(true);
    let folded = raw.line(2).expect("the segments");
    assert_eq!(folded.problem.map(|it| it.kind), Some(ProblemKind::Poor), "{folded:?}");
    let stream = Raw::new(&open, NodePath::segment(0).child(0).child(0), 60);
    assert_eq!(stream.marked.len(), 1);
}
