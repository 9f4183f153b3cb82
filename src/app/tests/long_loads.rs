//! What the end of a load does, by how long it took.

use super::*;
use crate::app::progress::LONG;

fn ended_after(seconds: u32) -> Vec<Effect> {
    let mut bench = Bench::new((120, 36));
    bench.arrive(0, &[(1, "Ana Lima", 0.0)]);
    (0..seconds).for_each(|_| _ = bench.app.update(Event::Second));
    assert!(bench.app.counts_seconds(), "a load counts seconds");
    let ending = Event::Arrival(bench.app.load_number(), LoadEvent::End(LoadOutcome::AllRead));
    let effects = bench.app.update(ending);
    assert!(!bench.app.counts_seconds(), "nothing ticks after it");
    effects
}

#[test]
fn the_end_of_a_long_load_rings_the_bell_and_that_of_a_short_one_does_not() {
    let rings = |seconds| ended_after(seconds).iter().any(|effect| matches!(effect, Effect::Bell));
    assert!(rings(LONG));
    assert!(!rings(LONG - 1));
}

#[test]
fn the_title_says_how_far_a_load_is_in_steps() {
    let mut bench = Bench::new((120, 36));
    assert_eq!(bench.app.title(), "callscope: loading");
    for (read, title) in
        [(0, "callscope: loading 0 %"), (499, "callscope: loading 40 %"), (1000, "callscope: loading 100 %")]
    {
        bench.tell(LoadEvent::Progress { read, of: Some(1000) });
        assert_eq!(bench.app.title(), title);
    }
    bench.tell(LoadEvent::End(LoadOutcome::AllRead));
    assert_eq!(bench.app.title(), "callscope");
}
