//! Hiding names on screen: nothing of the call is shown or leaves before they are hidden.

use super::*;
use crate::app::Privacy;
use crate::privacy::Level;

#[test]
fn nothing_of_a_call_is_shown_or_leaves_before_what_was_asked_for_is_hidden() {
    let mut bench = Bench::new((120, 36));
    let effects = bench.arrive(0, &[(1, "Greta", 0.0)]);
    bench.answer(&effects);
    let wants = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::ShowAt(Level::Tier2)));
    assert!(!bench.app.is_covered());
    assert!(!wants(&bench.act(Action::Privacy)), "the call is not read yet");
    assert!(bench.app.is_covered());
    assert!(wants(&bench.tell(LoadEvent::End(LoadOutcome::AllRead))));
    assert!(bench.app.is_covered());
    for action in [Action::Pager, Action::Editor, Action::CopyTicket, Action::Raw, Action::Save, Action::People] {
        let effects = bench.app.update(Event::Action(action));
        assert!(effects.iter().all(Effect::only_reads), "{action:?}: {effects:?}");
        assert!(bench.app.is_covered() && bench.app.layers.is_empty());
    }
    bench.app.view = View::People;
    bench.app.update(Event::Reloaded(Some(Level::Tier2)));
    assert_eq!(bench.app.view, View::People, "one stays where one was");
    assert!(!bench.app.is_covered());
    assert_eq!(bench.app.privacy, Privacy { level: Level::Tier2, shown: Level::Tier2, is_replay: true });
}
