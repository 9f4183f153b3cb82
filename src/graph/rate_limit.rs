//! How often a call may be requested, and whether the next request may go out: exceeding the limits costs longer waits
//! than our own.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The service limit that a request counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// A first page, or the record.
    First,
    /// A page reached through a link.
    Later,
}

/// A number of requests allowed within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub requests: usize,
    /// Length of the period.
    pub within: Duration,
}

/// How often a call may be requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Limit for first pages.
    pub first: Window,
    /// Limit for later pages.
    pub later: Window,
}

impl Limits {
    /// Graph's limits for one call record. Source: Microsoft Graph service-specific throttling limits, call records.
    pub const GRAPH: Limits = Limits {
        first: Window { requests: 10, within: Duration::from_secs(20) },
        later: Window { requests: 50, within: Duration::from_secs(300) },
    };

    /// Returns the window that a request counts against.
    pub fn window(&self, share: Share) -> Window {
        match share {
            Share::First => self.first,
            Share::Later => self.later,
        }
    }
}

/// Recent requests, counted against the limits.
#[derive(Debug)]
pub struct RateLimiter {
    limits: Option<Limits>,
    first: VecDeque<Instant>,
    later: VecDeque<Instant>,
}

impl RateLimiter {
    /// Starts with no requests. Without limits, nothing ever waits.
    pub fn new(limits: Option<Limits>) -> RateLimiter {
        RateLimiter { limits, first: VecDeque::new(), later: VecDeque::new() }
    }

    /// Returns how long to wait before the next request; zero if it may go now.
    pub fn wait(&self, share: Share, now: Instant) -> Duration {
        let Some(limits) = self.limits else { return Duration::ZERO };
        let window = limits.window(share);
        let asked = self.asked(share);
        // The oldest request in a full window must expire first.
        let Some(&oldest) = asked.len().checked_sub(window.requests).and_then(|at| asked.get(at)) else {
            return Duration::ZERO;
        };
        (oldest + window.within).saturating_duration_since(now)
    }

    /// Records that a request goes out.
    pub fn spend(&mut self, share: Share, now: Instant) {
        let Some(limits) = self.limits else { return };
        let window = limits.window(share);
        let asked = match share {
            Share::First => &mut self.first,
            Share::Later => &mut self.later,
        };
        asked.push_back(now);
        while asked.len() > window.requests {
            asked.pop_front();
        }
    }

    /// Returns how many requests of a share still count, and the window they count in.
    pub fn spent(&self, share: Share, now: Instant) -> Option<(usize, Window)> {
        let window = self.limits?.window(share);
        let counts = self.asked(share).iter().filter(|&&at| at + window.within > now).count();
        Some((counts, window))
    }

    fn asked(&self, share: Share) -> &VecDeque<Instant> {
        match share {
            Share::First => &self.first,
            Share::Later => &self.later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifty_first_later_page_waits_until_the_first_is_five_minutes_old() {
        let (mut budget, start) = (RateLimiter::new(Some(Limits::GRAPH)), Instant::now());
        let second = Duration::from_secs(1);
        for at in 0..50 {
            assert_eq!(budget.wait(Share::Later, start + second * at), Duration::ZERO, "{at}");
            budget.spend(Share::Later, start + second * at);
        }
        let now = start + second * 50;
        assert_eq!(budget.wait(Share::Later, now), second * 250);
        assert_eq!(budget.wait(Share::First, now), Duration::ZERO, "first pages have a limit of their own");
        assert_eq!(budget.spent(Share::Later, now).map(|spent| spent.0), Some(50));
        let then = start + second * 300;
        assert_eq!(budget.wait(Share::Later, then), Duration::ZERO);
        budget.spend(Share::Later, then);
        assert_eq!(budget.wait(Share::Later, then), second, "then the second one is the oldest");
        assert_eq!(budget.spent(Share::Later, then).map(|spent| spent.0), Some(50));
    }

    #[test]
    fn without_limits_nothing_waits() {
        let mut budget = RateLimiter::new(None);
        let now = Instant::now();
        (0..1000).for_each(|_| budget.spend(Share::First, now));
        assert_eq!((budget.wait(Share::First, now), budget.spent(Share::First, now)), (Duration::ZERO, None));
    }
}
