//! What support engineers come for, and how many keys it takes them.

use crate::support::drive::{Driver, parse};
use callscope::demo::weather::Weather;

const SIZE: (u16, u16) = (80, 24);

/// A user at work, whose keys are counted.
struct Job {
    driver: Driver,
    keys: usize,
}

impl Job {
    async fn in_the_meeting() -> Job {
        let driver = Driver::demo_call("meeting", SIZE, Weather::default()).await;
        driver.wait_for("complete: 3 pages").await;
        driver.wait_for("12 share subnet 10.150.0.0").await;
        Job { driver, keys: 0 }
    }

    async fn press(&mut self, keys: &str, text: &str) {
        self.keys += parse(keys).len();
        self.driver.press(keys).await;
        self.driver.wait_for(text).await;
    }

    async fn done_in(self, keys: usize) {
        assert!(self.keys <= keys, "it took {} keys, not {keys}", self.keys);
        self.driver.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_cause_with_its_people_listed_takes_four_keys() {
    let mut job = Job::in_the_meeting().await;
    job.press("3", "whose side it is").await;
    job.press("<tab>", "→ 12 people on subnet 10.150.0.0").await;
    job.press("<enter>", "People 12 of 176").await;
    for name in ["Quynh Nakamura", "Zoltán Brandt", "Ximena Ionescu"] {
        job.driver.wait_for(name).await;
    }
    job.done_in(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_me_with_the_reason_and_a_healthy_session_takes_nine_keys() {
    let mut job = Job::in_the_meeting().await;
    job.press("/petre<enter>j", "microphone did not work").await;
    job.press("H", "Comparison · Jonas Petrescu and").await;
    job.driver.wait_for("mic/cam failing · device").await;
    job.done_in(9).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ticket_in_the_clipboard_takes_four_keys_from_the_list_of_calls() {
    let driver = Driver::demo_list(SIZE, Weather::default()).await;
    driver.wait_for("Town hall").await;
    let mut job = Job { driver, keys: 0 };
    job.press("<enter>", "complete: 3 pages").await;
    job.driver.wait_for("12 share subnet 10.150.0.0").await;
    job.press("Y", "sent the triage for a ticket").await;
    let ticket = job.driver.copied().expect("it was copied");
    assert!(ticket.contains("12 of 12 people"), "{ticket}");
    job.done_in(4).await;
}
