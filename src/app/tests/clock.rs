//! One choice of time zone for the whole program.

use super::*;
use crate::app::views::calls::columns;
use crate::call::listing::{CallsAsked, ListedCall, ListingNews};
use crate::model::{CallType, Timestamp, Zone};

#[test]
fn one_key_shows_every_time_in_the_other_zone_and_says_which_it_is() {
    let mut bench = Bench::new((120, 36));
    let effects = bench.arrive(0, &[(1, "Greta", 0.0)]);
    bench.answer(&effects);
    bench.app.clock = Clock::new(|_| 19_800, Zone::Utc);
    bench.act(Action::Details);
    bench.act(Action::Zone);
    assert!(bench.app.clock.is_local());
    let Some(Overlay::Details(details)) = bench.app.layers.overlay() else { panic!("no details") };
    let times = details.lines.iter().filter_map(|line| match line {
        details::DetailLine::Member { values, .. } => Some(values.iter().map(|value| value.text.as_str())),
        _ => None,
    });
    let times: Vec<&str> = times.flatten().filter(|text| text.contains("local (UTC+5:30)")).collect();
    assert_eq!(times, ["2026-11-20 14:30:01 local (UTC+5:30)", "2026-11-20 14:40:00 local (UTC+5:30)"]);
    assert_eq!(bench.app.layers.notice.as_ref().map(|it| it.text.as_str()), Some("times are local (UTC+5:30)"));
    bench.act(Action::Zone);
    assert!(!bench.app.clock.is_local());
}

#[test]
fn the_list_of_calls_is_shown_and_filtered_in_the_zone_of_the_choice() {
    let at = |text| Timestamp::parse(text);
    let asked = CallsAsked { since: at("2026-11-20T00:00:00Z"), ..CallsAsked::default() };
    let mut app = App::new(RuleSets::built_in(), 0, CallList::listing(asked), (120, 36));
    app.clock = Clock::new(|_| 7200, Zone::Utc);
    let call = ListedCall {
        id: "7d3c1f00".to_owned(),
        start: at("2026-11-20T23:00:00Z"),
        end: at("2026-11-20T23:48:00Z"),
        kind: Some(CallType::GroupCall),
        modalities: Vec::new(),
        organizer: None,
    };
    app.update(Event::Listed(ListingNews::Calls(vec![call])));
    app.views.calls.set_filter(crate::call::Filter::new("21 nov"), app.clock, &|_| String::new());
    assert_eq!(app.views.calls.shown().len(), 0, "it was on the 20th in UTC");
    app.update(Event::Action(Action::Zone));
    assert_eq!(app.views.calls.shown().len(), 1, "it was on the 21st by local time");
    let Entries::Listed(listing) = &app.views.calls.entries else { panic!("a list") };
    assert_eq!(columns(&listing.calls()[0], app.clock, app.privacy.level)[0], "21 Nov 2026 01:00 UTC+2");
    assert_eq!(listing.asked_for.words(app.clock), "since 20 Nov 2026 02:00 local (UTC+2)");
}
