//! Timeouts and retry limits.

use std::time::Duration;

use backon::BackoffBuilder as _;

/// Timeouts, retries and limits for one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Timeout for connecting.
    pub connection: Duration,
    /// Timeout for the first byte of a response. A page of 60 sessions with segments takes the service some seconds.
    pub first_byte: Duration,
    /// Timeout for each further part of a response.
    pub next_bytes: Duration,
    /// Minimum bytes per second of a response, averaged over the timeout for further parts. 0: no minimum.
    pub least_speed: u64,
    /// Pages in a row without a new session after which the service is considered endless. 0: never.
    pub idle_pages: u32,
    /// Delay before the first retry; each further one doubles it.
    pub first_delay: Duration,
    /// Upper bound of that delay.
    pub longest_delay: Duration,
    /// Attempts for the same request before giving up.
    pub attempts: usize,
    /// The same for broken responses, which seldom get better.
    pub broken_attempts: usize,
    /// A longer wait requested by the service means "not today".
    pub longest_wait: Duration,
}

impl RetryPolicy {
    /// What a user in front of the screen accepts: about three minutes for a service with problems.
    pub const USUAL: RetryPolicy = RetryPolicy {
        connection: Duration::from_secs(10),
        first_byte: Duration::from_secs(60),
        next_bytes: Duration::from_secs(30),
        // Our own figures: the worst mobile network delivers ten times as much, and Graph's pages are never all
        // repeats.
        least_speed: 1000,
        idle_pages: 20,
        first_delay: Duration::from_secs(1),
        longest_delay: Duration::from_secs(60),
        attempts: 8,
        broken_attempts: 3,
        longest_wait: Duration::from_secs(3600),
    };

    /// Returns how many bytes must arrive during one timeout.
    pub fn least_bytes(&self) -> u64 {
        (self.least_speed as f64 * self.next_bytes.as_secs_f64()) as u64
    }

    /// Returns the minimum delays between attempts: 1, 2, 4, … seconds, slightly randomised to spread many clients.
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

/// Formats a length of time roughly, as people say it: `16 minutes`.
pub fn length(duration: Duration) -> String {
    match duration.as_secs() {
        1 => "1 second".to_owned(),
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7200 => format!("{} minutes", seconds / 60),
        seconds @ 7200..172_800 => format!("{} hours", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

/// Formats a wait that a service asks for, never shorter than it is: `2 hours 30 minutes`.
pub fn wait_length(duration: Duration) -> String {
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    let words = |number: u64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match (seconds, seconds.div_ceil(60)) {
        (0..120, _) => words(seconds, "second"),
        (_, minutes @ 0..120) => words(minutes, "minute"),
        (_, minutes @ 120..2880) if minutes % 60 == 0 => words(minutes / 60, "hour"),
        (_, minutes @ 120..2880) => format!("{} {}", words(minutes / 60, "hour"), words(minutes % 60, "minute")),
        (_, minutes) => words(minutes.div_ceil(1440), "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_in_words_is_never_too_short() {
        for (seconds, words) in [
            (1, "1 second"),
            (90, "90 seconds"),
            (120, "2 minutes"),
            (3601, "61 minutes"),
            (7200, "2 hours"),
            (9000, "2 hours 30 minutes"),
            (7201, "2 hours 1 minute"),
            (180_000, "3 days"),
        ] {
            assert_eq!(wait_length(Duration::from_secs(seconds)), words);
        }
        assert_eq!(wait_length(Duration::from_millis(1500)), "2 seconds");
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = RetryPolicy::USUAL.delays().collect();
        assert_eq!(waits.len(), 7);
        for (at, wait) in waits.iter().enumerate() {
            let least = Duration::from_secs(1 << at).min(Duration::from_secs(60));
            assert!((least..least * 2 + Duration::from_secs(1)).contains(wait), "{at}: {wait:?}");
        }
    }
}
