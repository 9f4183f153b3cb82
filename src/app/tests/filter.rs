//! The filter line, and the one filter that all views of a call share.

use super::*;

impl Bench {
    fn filter(&mut self, text: &str) {
        self.act(Action::Filter);
        self.type_filter(text);
        self.act(Action::Accept);
    }

    fn people(&self) -> Vec<&str> {
        let (call, assessment) = (self.app.call().expect("a call"), self.app.assessment().expect("an assessment"));
        let people = self.app.matching.people().iter().map(|at| &assessment.people[*at as usize]);
        people.map(|it| call.rows()[it.row as usize].name(it.end, self.app.data.loaded.names())).collect()
    }
}

#[test]
fn esc_goes_back_to_the_filter_before_and_enter_keeps_the_new_one() {
    let mut bench = loaded();
    bench.filter("poor");
    assert_eq!(bench.names(), ["Bo", "Dario"]);
    bench.act(Action::Filter);
    bench.type_filter(" bo");
    assert_eq!(bench.names(), ["Bo"]);
    bench.act(Action::Dismiss);
    assert_eq!((bench.names(), bench.app.views.sessions.list.filter().text()), (vec!["Bo", "Dario"], "poor"));
    bench.act(Action::Back);
    assert_eq!(bench.names().len(), 4, "Esc in the list clears it before anything else");
}

#[test]
fn a_filter_with_a_mistake_is_not_applied_by_half() {
    let mut bench = loaded();
    bench.filter("loss>5");
    assert_eq!(bench.app.scope(), Scope::Filter, "the line stays open");
    bench.type_filter("%");
    bench.act(Action::Accept);
    assert_eq!((bench.app.scope(), bench.names()), (Scope::Sessions, vec!["Bo", "Dario"]));
}

#[test]
fn earlier_filters_come_back_and_so_does_what_was_typed() {
    let mut bench = loaded();
    for text in ["poor", "ana"] {
        bench.filter(text);
        bench.act(Action::Back);
    }
    bench.act(Action::Filter);
    bench.type_filter("gre");
    let mut texts = Vec::new();
    for action in [Action::Up, Action::Up, Action::Up, Action::Down, Action::Down] {
        bench.act(action);
        texts.push(bench.app.views.sessions.list.filter().text().to_owned());
    }
    assert_eq!(texts, ["ana", "poor", "poor", "ana", "gre"]);
}

#[test]
fn every_view_of_a_call_shares_one_filter_with_the_same_counts() {
    let mut bench = loaded();
    bench.filter("poor");
    let words = |bench: &Bench| bench.app.filter_words().map(|[filter, counts, _]| format!("{filter} · {counts}"));
    let counts = "/poor · 2 of 4 sessions, 2 of 4 people";
    for view in [Action::Sessions, Action::Timeline, Action::People, Action::Findings] {
        if bench.app.offers(view) {
            bench.act(view);
        }
        assert_eq!(words(&bench).as_deref(), Some(counts), "{view:?}");
    }
    assert_eq!(bench.people(), ["Bo", "Dario"]);
    let found = bench.app.views.findings.rows.iter().find(|row| row.rule.id == "audio-poor").expect("it is poor");
    assert_eq!(found.count, 2);
    bench.act(Action::Timeline);
    assert_eq!(bench.app.views.timeline.shown, 2);
    bench.act(Action::People);
    bench.act(Action::Filter);
    bench.type_filter(" !bo");
    assert_eq!((bench.people(), bench.names()), (vec!["Dario"], vec!["Dario"]));
    bench.act(Action::Accept);
    bench.act(Action::Back);
    assert_eq!((bench.people().len(), bench.app.view), (4, View::People), "the filter is cleared, and the view stays");
}

#[test]
fn clearing_the_filter_stays_on_the_session() {
    let mut bench = loaded();
    bench.filter("greta");
    bench.act(Action::Back);
    assert_eq!(bench.selected(), "Greta");
}

#[test]
fn another_rule_set_leaves_the_cursor_on_its_person() {
    let mut bench = loaded();
    bench.act(Action::People);
    bench.act(Action::Down);
    let who =
        |bench: &Bench| bench.app.shown().map(|row| row.name(End::Caller, bench.app.data.loaded.names()).to_owned());
    let before = who(&bench);
    for _ in 0..3 {
        bench.act(Action::NextRules);
        assert_eq!(who(&bench), before);
    }
}

#[test]
fn a_filter_with_a_name_is_offered_among_the_commands() {
    let mut bench = loaded();
    bench.app.named_filters.add("vip", "user:ana or user:bo").expect("it is right");
    bench.act(Action::Palette);
    let menu = bench.app.layers.menu_mut().expect("a menu");
    menu.viewport.at = menu.entries.iter().position(|entry| entry.label == "filter @vip").expect("it is offered");
    bench.act(Action::Accept);
    assert_eq!(bench.names(), ["Bo", "Ana"]);
}
