//! How long to wait for what, and how often to try again.

use std::time::Duration;

use backon::BackoffBuilder as _;

/// How patient a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection.
    pub connection: Duration,
    /// For the first byte of an answer. A page of 60 sessions with their segments takes the service some seconds.
    pub first_byte: Duration,
    /// For the next bytes of an answer.
    pub next_bytes: Duration,
    /// How many bytes of an answer have to come in each second, on average over as long as the next bytes are waited for. 0:
    /// however few.
    pub least_speed: u64,
    /// After so many pages in a row without a session that is new, the service is taken for one that does not end. 0: never.
    pub idle_pages: u32,
    /// Before the first attempt after one that failed; each later one waits twice as long.
    pub first_delay: Duration,
    /// But no longer than this.
    pub longest_delay: Duration,
    /// After so many attempts that failed for the same request, the next one has to be asked for.
    pub attempts: usize,
    /// The same for answers that came and are broken: they seldom get better.
    pub broken_attempts: usize,
    /// A service that asks for a longer wait means "not today".
    pub longest_wait: Duration,
}

impl Patience {
    /// What a person who looks at the screen bears: about three minutes for a service in trouble.
    pub const USUAL: Patience = Patience {
        connection: Duration::from_secs(10),
        first_byte: Duration::from_secs(60),
        next_bytes: Duration::from_secs(30),
        // Our own figures: the worst mobile network brings ten times as much, and Graph's pages are never all repeats.
        least_speed: 1000,
        idle_pages: 20,
        first_delay: Duration::from_secs(1),
        longest_delay: Duration::from_secs(60),
        attempts: 8,
        broken_attempts: 3,
        longest_wait: Duration::from_secs(3600),
    };

    /// How many bytes have to come while the next ones would be waited for.
    pub fn least_bytes(&self) -> u64 {
        (self.least_speed as f64 * self.next_bytes.as_secs_f64()) as u64
    }

    /// The least waits between attempts: 1, 2, 4, … seconds, a little at random so that many clients spread.
    pub fn delays(&self) -> impl Iterator<Item = Duration> {
        backon::ExponentialBuilder::default()
            .with_min_delay(self.first_delay)
            .with_factor(2.0)
            .with_max_delay(self.longest_delay)
            .with_max_times(self.attempts.saturating_sub(1))
            .with_jitter()
            .build()
    }
}

/// A length of time, roughly, as people say it: `16 minutes`.
pub fn length(duration: Duration) -> String {
    match duration.as_secs() {
        1 => "1 second".to_owned(),
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds / 60),
        seconds @ 7200..172_800 => format!("{} hours", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = Patience::USUAL.delays().collect();
        assert_eq!(waits.len(), 7);
        for (at, wait) in waits.iter().enumerate() {
            let least = Duration::from_secs(1 << at).min(Duration::from_secs(60));
            assert!((least..least * 2 + Duration::from_secs(1)).contains(wait), "{at}: {wait:?}");
        }
    }
}
