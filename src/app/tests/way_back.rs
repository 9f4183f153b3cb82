//! Going back, one step at a time, to where one was.

use super::*;

fn bench() -> Bench {
    let mut bench = Bench::new((120, 40));
    let people: Vec<(usize, String, f64)> =
        (0..40).map(|at| (at, format!("Person {at:02}"), if at < 6 { 0.3 } else { 0.0 })).collect();
    let sessions: Vec<(usize, &str, f64)> = people.iter().map(|(id, name, loss)| (*id, name.as_str(), *loss)).collect();
    let effects = bench.arrive(0, &sessions);
    bench.answer(&effects);
    bench
}

fn crumbs(bench: &Bench) -> String {
    bench.app.breadcrumbs().join(" ▸ ")
}

fn notice(bench: &Bench) -> &str {
    bench.app.layers.notice.as_ref().map_or("", |notice| notice.text.as_str())
}

#[test]
fn a_jump_from_the_findings_is_undone_with_the_list_as_it_was() {
    let mut bench = bench();
    bench.act(Action::Last);
    bench.act(Action::Up);
    let before = (bench.selected().to_owned(), bench.app.views.sessions.list.viewport);
    bench.act(Action::Findings);
    bench.act(Action::Down);
    let finding = bench.app.views.findings.viewport;
    bench.act(Action::Open);
    assert_eq!(crumbs(&bench), format!("findings ▸ {}", bench.selected()));
    assert_ne!(bench.app.views.sessions.list.filter().text(), "");
    bench.act(Action::Down);
    bench.act(Action::Open);
    bench.act(Action::Raw);
    assert!(crumbs(&bench).ends_with("main-audio ▸ raw"), "{}", crumbs(&bench));
    for steps in ["raw", "tree", "list"] {
        assert_eq!(bench.app.view, View::Sessions, "{steps}");
        bench.act(Action::Back);
    }
    assert_eq!((bench.app.view, bench.app.views.findings.viewport), (View::Findings, finding));
    bench.act(Action::Back);
    assert_eq!(bench.app.view, View::Sessions);
    assert_eq!((bench.selected().to_owned(), bench.app.views.sessions.list.viewport), before);
    assert_eq!((bench.app.views.sessions.list.filter().text(), crumbs(&bench)), ("", String::new()));
}

#[test]
fn a_jump_into_the_tree_returns_to_the_finding_that_it_began_at() {
    let mut bench = bench();
    bench.act(Action::PreviousPane);
    let leads = |app: &App| {
        app.views
            .sessions
            .why
            .selected()
            .is_some_and(|it| matches!(it.target, entry_list::Target::Node(path) if path != NodePath::SESSION))
    };
    while !leads(&bench.app) {
        let before = bench.app.views.sessions.why.at;
        bench.act(Action::Down);
        assert_ne!(before, bench.app.views.sessions.why.at, "no finding leads anywhere");
    }
    let before = (bench.app.views.sessions.why.at, bench.app.views.sessions.tree.selected());
    bench.act(Action::Open);
    assert_eq!(bench.app.scope(), Scope::Tree);
    bench.act(Action::Open);
    assert!(crumbs(&bench).ends_with("metrics"), "{}", crumbs(&bench));
    bench.act(Action::Back);
    bench.act(Action::Back);
    assert_eq!(bench.app.scope(), Scope::Why);
    assert_eq!((bench.app.views.sessions.why.at, bench.app.views.sessions.tree.selected()), before);
    bench.act(Action::Back);
    assert_eq!((bench.app.scope(), crumbs(&bench)), (Scope::Sessions, String::new()));
}

#[test]
fn pages_over_a_view_are_left_one_by_one_with_their_cursors() {
    let mut bench = bench();
    bench.act(Action::Details);
    bench.act(Action::Down);
    bench.act(Action::Down);
    bench.act(Action::Raw);
    bench.act(Action::Explain);
    assert!(crumbs(&bench).ends_with("details ▸ raw ▸ explanation"), "{}", crumbs(&bench));
    // A page that is already there is returned to.
    bench.act(Action::Raw);
    assert!(crumbs(&bench).ends_with("details ▸ raw"), "{}", crumbs(&bench));
    bench.act(Action::Back);
    let Some(Overlay::Details(details)) = bench.app.layers.overlay() else { panic!("{}", crumbs(&bench)) };
    assert_eq!(details.viewport.at, 2);
    bench.act(Action::Back);
    assert!(bench.app.layers.is_empty());
}

#[test]
fn going_back_clears_the_filter_and_the_mark_before_it_leaves_the_call() {
    let mut bench = bench();
    bench.act(Action::Mark);
    bench.app.set_filter("person");
    bench.act(Action::Back);
    assert_eq!(notice(&bench), "filter removed: /person");
    bench.act(Action::Back);
    assert_eq!(notice(&bench), format!("mark removed from {}", bench.selected()));
    bench.act(Action::Back);
    assert_eq!(notice(&bench), "nothing to go back to; press q to quit");
    assert_eq!(bench.app.view, View::Sessions);
}
