//! How moments are shown: in UTC or in the user's local time, in the same few forms everywhere.

use chrono::{Datelike, FixedOffset, NaiveDateTime, Timelike};

use super::time::Timestamp;

/// Which times are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    #[default]
    Utc,
    /// The user's local time.
    Local,
}

impl Zone {
    /// The zones by the names that users write.
    pub const NAMES: [(&str, Zone); 2] = [("utc", Zone::Utc), ("local", Zone::Local)];

    /// Returns the zone with a name.
    pub fn named(name: &str) -> Option<Zone> {
        Zone::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, zone)| zone)
    }
}

/// Shows moments in UTC or in local time, and says which. It knows no time zone itself: the offset is looked up by a
/// function that the program passes in, for each moment anew, because it changes when daylight saving time does.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    local: fn(i64) -> i32,
    zone: Zone,
}

impl Clock {
    /// Shows UTC and knows no other zone.
    pub const UTC: Clock = Clock { local: |_| 0, zone: Zone::Utc };

    /// Creates a clock. `local` returns the user's offset east of UTC in seconds, at a time in seconds since 1970.
    pub fn new(local: fn(i64) -> i32, zone: Zone) -> Clock {
        Clock { local, zone }
    }

    /// Returns the clock that shows local time if this one shows UTC, and the other way round.
    pub fn switched(self) -> Clock {
        let zone = if self.is_local() { Zone::Utc } else { Zone::Local };
        Clock { zone, ..self }
    }

    /// Returns whether it shows local time.
    pub fn is_local(self) -> bool {
        self.zone == Zone::Local
    }

    /// Returns the offset east of UTC of what it shows, in seconds, at a time in seconds since 1970.
    pub fn offset(self, seconds: i64) -> i32 {
        if self.is_local() { (self.local)(seconds) } else { 0 }
    }

    /// Returns what a clock on the wall would show, and its offset. Where there is no such time or offset, it is UTC.
    fn wall(self, moment: Timestamp) -> (NaiveDateTime, i32) {
        let utc = moment.utc();
        let offset = self.offset(utc.timestamp());
        let shown = FixedOffset::east_opt(offset).and_then(|zone| utc.naive_utc().checked_add_offset(zone));
        shown.map_or((utc.naive_utc(), 0), |shown| (shown, offset))
    }

    /// Formats the time of day to the second: `09:00:21`. The zone has to be said nearby.
    pub fn second(self, moment: Timestamp) -> String {
        self.wall(moment).0.format(SECONDS).to_string()
    }

    /// Formats the time of day to the minute: `09:00`. The zone has to be said nearby.
    pub fn minute(self, moment: Timestamp) -> String {
        self.wall(moment).0.format(MINUTES).to_string()
    }

    /// Names the zone at a moment: `UTC`, or `local (UTC+1)`.
    pub fn zone(self, moment: Timestamp) -> String {
        self.zone_words(self.wall(moment).1)
    }

    fn zone_words(self, offset: i32) -> String {
        if self.is_local() { format!("local ({})", offset_words(offset)) } else { "UTC".to_owned() }
    }

    /// Formats the time of day to the second, with the zone: `09:18:03 UTC`.
    pub fn second_and_zone(self, moment: Timestamp) -> String {
        format!("{} {}", self.second(moment), self.zone(moment))
    }

    /// Formats a day: `20 Nov 2026`.
    pub fn day(self, moment: Timestamp) -> String {
        day(self.wall(moment).0)
    }

    /// Formats a day and the time to the minute: `20 Nov 2026 09:00 UTC`.
    pub fn day_and_minute(self, moment: Timestamp) -> String {
        format!("{} {} {}", self.day(moment), self.minute(moment), self.zone(moment))
    }

    /// Formats a day and the time to the minute for a column, with the offset instead of the zone:
    /// `20 Nov 2026 09:00 UTC+1`.
    pub fn in_column(self, moment: Timestamp) -> String {
        format!("{} {} {}", self.day(moment), self.minute(moment), self.offset_name(moment))
    }

    /// Formats the time of day to the second for a narrow place, with the offset instead of the zone: `09:00:21 UTC+1`.
    pub fn second_in_column(self, moment: Timestamp) -> String {
        format!("{} {}", self.second(moment), self.offset_name(moment))
    }

    /// Names the offset at a moment: `UTC`, or `UTC+1`.
    fn offset_name(self, moment: Timestamp) -> String {
        if self.is_local() { offset_words(self.wall(moment).1) } else { "UTC".to_owned() }
    }

    /// Formats a time with every digit received: `2026-11-20 09:00:21.2169889 UTC`.
    pub fn exact(self, moment: Timestamp) -> String {
        let (shown, offset) = self.wall(moment);
        let text = shown.format("%Y-%m-%d %H:%M:%S%.9f").to_string();
        format!("{} {}", text.trim_end_matches('0').trim_end_matches('.'), self.zone_words(offset))
    }

    /// Formats a mark of a time axis: `09:00`, with seconds if asked for, or the day where one begins: `21 Nov`. The zone
    /// has to be said nearby.
    pub fn mark(self, moment: Timestamp, has_seconds: bool) -> String {
        let shown = self.wall(moment).0;
        let form = match (shown.num_seconds_from_midnight(), has_seconds) {
            (0, _) => return format!("{} {}", shown.day(), shown.format("%b")),
            (_, true) => SECONDS,
            (_, false) => MINUTES,
        };
        shown.format(form).to_string()
    }

    /// Formats two times of day to the second: `09:02:05–09:47:58 UTC`, with their days if they are not of one day.
    pub fn seconds(self, from: Timestamp, to: Timestamp) -> String {
        let (early, late) = (self.day(from), self.day(to));
        match early == late {
            true => self.pair(from, to, i64::MAX, "–"),
            false => format!("{early} {}", self.pair(from, to, i64::MAX, &format!(" – {late} "))),
        }
    }

    /// Formats two times of one day for a sentence: `09:20 and 09:30 UTC`. Two minutes or less are told to the second.
    pub fn and(self, from: Timestamp, to: Timestamp) -> String {
        self.pair(from, to, 120, " and ")
    }

    /// Formats a time span: `20 Nov 2026 09:00–09:48 UTC`, or
    /// `20 Nov 2026 23:59:21 – 21 Nov 2026 00:00:46 local (UTC+1)`. Where the clocks change within it, each of its ends
    /// has its own offset.
    pub fn range(self, from: Timestamp, to: Timestamp) -> String {
        // Minutes are enough for a meeting; a short call needs its seconds.
        const SHORT: i64 = 600;
        if self.day(from) == self.day(to) {
            return format!("{} {}", self.day(from), self.pair(from, to, SHORT, "–"));
        }
        let day = format!(" – {} ", self.day(to));
        format!("{} {}", self.day(from), self.pair(from, to, SHORT, &day))
    }

    /// Formats two times of day with the zone. Less than `short` seconds apart, they have their seconds.
    fn pair(self, from: Timestamp, to: Timestamp, short: i64, between: &str) -> String {
        let form = if (to.utc() - from.utc()).num_seconds().abs() < short { SECONDS } else { MINUTES };
        let ((from, early), (to, late)) = (self.wall(from), self.wall(to));
        let (from, to) = (from.format(form), to.format(form));
        if early == late {
            return format!("{from}{between}{to} {}", self.zone_words(late));
        }
        format!("{from} {}{between}{to} {} local", offset_words(early), offset_words(late))
    }
}

const SECONDS: &str = "%H:%M:%S";
const MINUTES: &str = "%H:%M";

fn day(shown: NaiveDateTime) -> String {
    format!("{} {}", shown.day(), shown.format("%b %Y"))
}

/// Formats an offset east of UTC: `UTC+5:30`.
fn offset_words(offset: i32) -> String {
    let sign = if offset < 0 { '−' } else { '+' };
    let (hours, minutes) = (offset.unsigned_abs() / 3600, offset.unsigned_abs() / 60 % 60);
    let minutes = if minutes == 0 { String::new() } else { format!(":{minutes:02}") };
    format!("UTC{sign}{hours}{minutes}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    /// Berlin, which put its clocks back on 25 October 2026 at 01:00 UTC.
    fn berlin(seconds: i64) -> i32 {
        if seconds < 1_792_890_000 { 7200 } else { 3600 }
    }

    const BERLIN: Clock = Clock { local: berlin, zone: Zone::Local };

    #[test]
    fn a_span_says_its_zone_and_the_day_that_it_is_there() {
        let meeting = (at("2026-11-20T09:00:00Z"), at("2026-11-20T09:48:41Z"));
        assert_eq!(Clock::UTC.range(meeting.0, meeting.1), "20 Nov 2026 09:00–09:48 UTC");
        assert_eq!(BERLIN.range(meeting.0, meeting.1), "20 Nov 2026 10:00–10:48 local (UTC+1)");
        let late = (at("2026-11-20T22:50:00Z"), at("2026-11-20T23:20:00Z"));
        assert_eq!(Clock::UTC.range(late.0, late.1), "20 Nov 2026 22:50–23:20 UTC");
        assert_eq!(BERLIN.range(late.0, late.1), "20 Nov 2026 23:50 – 21 Nov 2026 00:20 local (UTC+1)");
        let short = (at("2026-11-20T23:59:21Z"), at("2026-11-21T00:00:46Z"));
        assert_eq!(Clock::UTC.range(short.0, short.1), "20 Nov 2026 23:59:21 – 21 Nov 2026 00:00:46 UTC");
        assert_eq!(BERLIN.range(short.0, short.1), "21 Nov 2026 00:59:21–01:00:46 local (UTC+1)");
    }

    #[test]
    fn where_the_clocks_change_within_a_call_both_ends_have_their_offset() {
        let (from, to) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:45:00Z"));
        assert_eq!(BERLIN.range(from, to), "25 Oct 2026 02:30 UTC+2–02:45 UTC+1 local");
        assert_eq!(BERLIN.day_and_minute(from), "25 Oct 2026 02:30 local (UTC+2)");
        assert_eq!(BERLIN.day_and_minute(to), "25 Oct 2026 02:45 local (UTC+1)");
    }

    #[test]
    fn moments_keep_every_digit_in_either_zone() {
        let moment = at("2026-11-20T09:00:21.2169889Z");
        assert_eq!(Clock::UTC.exact(moment), "2026-11-20 09:00:21.2169889 UTC");
        assert_eq!(BERLIN.exact(moment), "2026-11-20 10:00:21.2169889 local (UTC+1)");
        assert_eq!(BERLIN.switched().exact(moment), "2026-11-20 09:00:21.2169889 UTC");
    }

    #[test]
    fn an_axis_says_the_day_where_one_begins() {
        let midnight = at("2026-11-20T23:00:00Z");
        assert_eq!(
            (Clock::UTC.mark(midnight, false), BERLIN.mark(midnight, true)),
            ("23:00".to_owned(), "21 Nov".to_owned())
        );
        let late = at("2026-11-20T23:30:00Z");
        assert_eq!(Clock::UTC.seconds(midnight, late), "23:00:00–23:30:00 UTC");
        assert_eq!(
            BERLIN.seconds(at("2026-11-20T22:59:59Z"), late),
            "20 Nov 2026 23:59:59 – 21 Nov 2026 00:30:00 local (UTC+1)"
        );
    }

    #[test]
    fn where_room_is_short_the_offset_alone_tells_the_zone() {
        let moment = at("2026-11-20T09:00:21Z");
        assert_eq!(Clock::UTC.in_column(moment), "20 Nov 2026 09:00 UTC");
        assert_eq!(BERLIN.in_column(moment), "20 Nov 2026 10:00 UTC+1");
        assert_eq!(BERLIN.second_in_column(moment), "10:00:21 UTC+1");
    }

    #[test]
    fn offsets_are_told_in_hours_and_minutes_where_there_are_any() {
        for (offset, words) in [(0, "UTC+0"), (3600, "UTC+1"), (19_800, "UTC+5:30"), (-12_600, "UTC−3:30")] {
            assert_eq!(offset_words(offset), words);
        }
    }

    #[test]
    fn an_impossible_offset_or_a_time_at_the_end_of_all_time_is_shown_in_utc() {
        let clock = Clock::new(|_| i32::MIN, Zone::Local);
        assert_eq!(clock.second_and_zone(at("2026-11-20T09:00:21Z")), "09:00:21 local (UTC+0)");
        let last = Timestamp::from_utc(chrono::DateTime::<chrono::Utc>::MAX_UTC);
        assert!(BERLIN.exact(last).ends_with("local (UTC+0)"));
    }
}
