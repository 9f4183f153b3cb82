//! How fast a load is, how long it will take, and what the terminal's title says. Seconds arrive as events.

use crate::privacy::Level;
use std::collections::VecDeque;

use super::{App, View};

/// Rates are means over this many seconds. Our own choice: shorter ones jump about, longer ones hide that a service slows
/// down.
const WINDOW: usize = 10;

/// Rates of fewer seconds than this say little.
const LEAST: usize = 2;

/// A load that took this many seconds ends with the terminal's bell. Our own choice: by then people look elsewhere.
pub const LONG: u32 = 15;

/// The title changes at every tenth of a load: each change costs bytes.
const STEP: u64 = 10;

/// The speed of the load in progress.
#[derive(Debug, Default)]
pub struct Progress {
    /// Seconds since it began.
    seconds: u32,
    /// Bytes and sessions at the end of each of the last seconds, the oldest first.
    marks: VecDeque<(u64, usize)>,
}

/// A load in progress: how far it is, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How much has been read, in thousandths, if the size is known.
    pub thousandths: Option<u16>,
    /// Bytes and sessions in a second; `None` before that can be said.
    pub rate: Option<(u64, u64)>,
    /// Seconds left, if the size is known.
    pub left: Option<u64>,
}

impl Progress {
    /// Counts one second, given the bytes and sessions that have arrived by its end.
    fn tick(&mut self, bytes: u64, sessions: usize) {
        self.seconds = self.seconds.saturating_add(1);
        if self.marks.len() > WINDOW {
            self.marks.pop_front();
        }
        self.marks.push_back((bytes, sessions));
    }

    /// Returns bytes and sessions in a second.
    fn rate(&self) -> Option<(u64, u64)> {
        let ((first, last), seconds) = (self.marks.front().zip(self.marks.back())?, self.marks.len() - 1);
        let per_second = |from: u64, to: u64| to.saturating_sub(from) / seconds as u64;
        (seconds >= LEAST).then(|| (per_second(first.0, last.0), per_second(first.1 as u64, last.1 as u64)))
    }

    fn pace(&self, (read, of): (u64, Option<u64>)) -> Pace {
        let of = of.filter(|of| *of > 0);
        let rate = self.rate();
        let left = of.zip(rate).and_then(|(of, (bytes, _))| of.saturating_sub(read).checked_div(bytes));
        let thousandths = of.map(|of| (u128::from(read.min(of)) * 1000 / u128::from(of)) as u16);
        Pace { thousandths, rate, left }
    }

    /// Returns whether it took so long that people look elsewhere.
    pub fn is_long(&self) -> bool {
        self.seconds >= LONG
    }
}

impl App {
    /// Counts a second of the load.
    pub(super) fn tick(&mut self) {
        if self.is_reading() {
            self.progress.tick(self.data.loaded.progress().0, self.data.loaded.session_count());
        }
    }

    /// Returns whether a call is being loaded, be it that the load waits.
    pub fn is_reading(&self) -> bool {
        self.data.load > 0 && self.data.loaded.ending().is_none()
    }

    /// Returns how far the load in progress is.
    pub fn pace(&self) -> Option<Pace> {
        self.is_reading().then(|| self.progress.pace(self.data.loaded.progress()))
    }

    /// Returns the title of the terminal's window. Others may see it: it has no names and no addresses.
    pub fn title(&self) -> String {
        let state = match self.pace() {
            _ if self.view == View::Calls => None,
            Some(pace) => Some(match pace.thousandths {
                Some(done) => format!("loading {} %", u64::from(done) / 10 / STEP * STEP),
                None => "loading".to_owned(),
            }),
            // Anything else in the place of an ID may be a name.
            None => self
                .call()
                .and_then(|call| call.id.as_deref()?.get(..8))
                .and_then(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| format!("call {id} loaded"))),
        };
        let title = state.map_or_else(|| "callscope".to_owned(), |state| format!("callscope: {state}"));
        if self.privacy.level == Level::Full { title } else { format!("{title} [{}]", self.privacy.level) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_time_is_that_of_the_last_seconds_speed() {
        let mut progress = Progress::default();
        assert_eq!(progress.pace((0, Some(1000))), Pace { thousandths: Some(0), rate: None, left: None });
        progress.tick(100, 10);
        progress.tick(200, 20);
        assert_eq!(progress.pace((200, Some(1000))).rate, None, "a second says little");
        progress.tick(300, 30);
        let pace = progress.pace((300, Some(1000)));
        assert_eq!(pace, Pace { thousandths: Some(300), rate: Some((100, 10)), left: Some(7) });
        (0..20).for_each(|_| progress.tick(300, 30));
        assert_eq!(progress.pace((300, Some(1000))).left, None, "it stands still: nothing can be said");
        assert_eq!(progress.pace((300, None)), Pace { thousandths: None, rate: Some((0, 0)), left: None });
        assert!(progress.is_long());
    }
}
