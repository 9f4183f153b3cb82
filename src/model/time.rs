//! Points in time and durations, parsed exactly: OData's `DateTimeOffset` and `Duration`.

use chrono::{DateTime, Datelike, Utc};
use serde::de::MapAccess;

use super::field::{Field, Lenient};
use super::spelling;

pub(super) const SECOND: i128 = 1_000_000_000;

/// A length of time in nanoseconds; may be negative, which no metric should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(i64);

impl Span {
    /// Makes a span of this many nanoseconds.
    pub const fn from_nanos(nanos: i64) -> Self {
        Span(nanos)
    }

    /// Returns the length in nanoseconds.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Returns the length in seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// Reads a duration as OData writes it, or as other programs do if it is unambiguous.
    pub fn read(text: &str) -> Option<Span> {
        Span::parse(text).or_else(|| spelling::span(text))
    }

    /// Reads `[-|+]P[nD][T[nH][nM][n[.n]S]]`, the form of OData 4.01, allowing a fraction on the last part, whichever
    /// it is. Digits below a nanosecond are cut off. `None` for years, months, weeks (which have no fixed length or do
    /// not occur), for a text without any part, and beyond 292 years.
    pub fn parse(text: &str) -> Option<Span> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let mut rest = rest.strip_prefix('P')?.as_bytes();
        let mut nanos: i128 = 0;
        let (mut in_time, mut parts, mut fraction_seen) = (false, 0, false);
        // The units in the order in which they may appear; each is used at most once.
        let mut left: &[(u8, bool, i128)] = &[
            (b'D', false, 86_400 * SECOND),
            (b'H', true, 3_600 * SECOND),
            (b'M', true, 60 * SECOND),
            (b'S', true, SECOND),
        ];
        while let Some(&first) = rest.first() {
            if first == b'T' {
                if in_time || rest.len() == 1 {
                    return None;
                }
                in_time = true;
                rest = &rest[1..];
                continue;
            }
            if fraction_seen {
                return None;
            }
            let whole = digits(rest);
            let mut after = &rest[whole.len()..];
            let fraction = match after.first() {
                Some(b'.') => {
                    let fraction = digits(&after[1..]);
                    if fraction.is_empty() {
                        return None;
                    }
                    after = &after[1 + fraction.len()..];
                    fraction_seen = true;
                    fraction
                }
                _ => &[],
            };
            if whole.is_empty() {
                return None;
            }
            let unit = *after.first()?;
            let at = left.iter().position(|&(letter, time, _)| letter == unit && time == in_time)?;
            let (_, _, size) = left[at];
            left = &left[at + 1..];
            nanos = nanos.checked_add(number(whole)?.checked_mul(size)?)?;
            nanos = nanos.checked_add(part_of(size, fraction))?;
            parts += 1;
            rest = &after[1..];
        }
        if parts == 0 {
            return None;
        }
        i64::try_from(if negative { -nanos } else { nanos }).ok().map(Span)
    }
}

fn digits(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

fn number(digits: &[u8]) -> Option<i128> {
    digits.iter().try_fold(0i128, |sum, digit| sum.checked_mul(10)?.checked_add(i128::from(digit - b'0')))
}

/// `size * 0.<fraction>`, cut off below a nanosecond.
fn part_of(size: i128, fraction: &[u8]) -> i128 {
    // Eighteen digits cover every fraction of a day of a nanosecond or more; the rest is cut off.
    let fraction = &fraction[..fraction.len().min(18)];
    let scale = 10i128.pow(fraction.len() as u32);
    number(fraction).unwrap_or(0) * size / scale
}

impl Lenient for Span {
    fn from_text(text: &str) -> Field<Self> {
        Span::read(text).map_or_else(|| Field::unreadable(text), Field::Value)
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Field<Self>, A::Error> {
        Ok(spelling::span_in(map)?.map_or_else(|| Field::unreadable("an object"), Field::Value))
    }
}

/// A point in time, in UTC, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Reads RFC 3339 with 0 to 9 fraction digits and any offset, or what other programs write if it is unambiguous. A
    /// time without an offset is not a point in time: `None`.
    pub fn parse(text: &str) -> Option<Timestamp> {
        // chrono accepts a space in place of the `T`; the service never writes one.
        if matches!(text.as_bytes().get(10), Some(b'T' | b't'))
            && let Ok(moment) = DateTime::parse_from_rfc3339(text)
        {
            return Some(Timestamp(moment.to_utc()));
        }
        spelling::moment(text)
    }

    /// From milliseconds since 1970.
    pub(super) fn from_millis(millis: i64) -> Option<Timestamp> {
        DateTime::from_timestamp_millis(millis).map(Timestamp)
    }

    /// From chrono's type.
    pub fn from_utc(moment: DateTime<Utc>) -> Timestamp {
        Timestamp(moment)
    }

    /// Returns the time in chrono's type.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Returns the span from this time to a later one; negative if that one is earlier. Limited to 292 years either
    /// way.
    pub fn until(self, later: Timestamp) -> Span {
        let delta = later.0 - self.0;
        Span(delta.num_nanoseconds().unwrap_or(if delta.num_seconds() < 0 { i64::MIN } else { i64::MAX }))
    }
}

impl Lenient for Timestamp {
    /// The service writes the year 1 for "never".
    fn from_text(text: &str) -> Field<Self> {
        match Timestamp::parse(text) {
            Some(moment) if moment.0.year() <= 1 => Field::placeholder(text),
            Some(moment) => Field::Value(moment),
            None => Field::unreadable(text),
        }
    }

    fn from_map<'de, A: MapAccess<'de>>(map: A) -> Result<Field<Self>, A::Error> {
        Ok(match spelling::moment_in(map)? {
            Some(moment) if moment.0.year() <= 1 => Field::placeholder("a time in the year 1"),
            Some(moment) => Field::Value(moment),
            None => Field::unreadable("an object"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_exact_to_the_nanosecond() {
        for (text, nanos) in [
            ("PT0.016S", 16_000_000),
            ("PT0.0160001S", 16_000_100),
            ("PT0.123456789S", 123_456_789),
            ("PT0.1234567899S", 123_456_789),
            ("PT0.00000000000000000000000000000000000000001S", 0),
            ("PT0S", 0),
            ("P0D", 0),
            ("PT1M2.5S", 62_500_000_000),
            ("PT1.5M", 90_000_000_000),
            ("P1DT2H", 93_600_000_000_000),
            ("-PT1S", -1_000_000_000),
            ("+PT1S", 1_000_000_000),
            ("PT25H", 90_000_000_000_000),
            ("PT100000S", 100_000_000_000_000),
        ] {
            assert_eq!(Span::parse(text), Some(Span(nanos)), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_refused() {
        for text in [
            "",
            "P",
            "PT",
            "-P",
            "PT1",
            "1S",
            "PT1S ",
            " PT1S",
            "PT1H30",
            "PT.5S",
            "PT1.S",
            "PT1.5M2S",
            "P1Y",
            "P1M",
            "P1W",
            "PT1S1M",
            "PT1S1S",
            "P1DT",
            "PTT1S",
            "P1H",
            "PT1D",
            "PT99999999999999999999S",
            "pt1s",
            "PT-1S",
            "PT1,5S",
            "00:00:01",
        ] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps_keep_every_digit_and_any_offset() {
        for (text, nanos) in [
            ("2026-11-20T09:00:21Z", 0),
            ("2026-11-20T09:00:21.5Z", 500_000_000),
            ("2026-11-20T09:00:21.2169889Z", 216_988_900),
            ("2026-11-20T09:00:21.123456789Z", 123_456_789),
            ("2026-11-20T10:30:21.2169889+01:30", 216_988_900),
        ] {
            let moment = Timestamp::parse(text).expect(text);
            assert_eq!(moment.0.timestamp(), 1_795_165_221, "{text}");
            assert_eq!(moment.0.timestamp_subsec_nanos(), nanos, "{text}");
        }
    }

    #[test]
    fn year_one_means_never_and_a_time_without_offset_is_unreadable() {
        assert_eq!(Timestamp::from_text("0001-01-01T00:00:00Z"), Field::placeholder("0001-01-01T00:00:00Z"));
        assert_eq!(Timestamp::from_text("2026-11-20T09:00:21"), Field::unreadable("2026-11-20T09:00:21"));
        assert_eq!(Timestamp::from_text("yesterday"), Field::unreadable("yesterday"));
    }

    #[test]
    fn an_end_before_its_start_is_a_negative_span() {
        let (early, late) = ("2026-11-20T09:00:00Z", "2026-11-20T09:00:01.5Z");
        let (early, late) = (Timestamp::parse(early).expect("a time"), Timestamp::parse(late).expect("a time"));
        assert_eq!(early.until(late).nanos(), 1_500_000_000);
        assert_eq!(late.until(early).nanos(), -1_500_000_000);
        let (first, last) = ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z");
        let (first, last) = (Timestamp::parse(first).expect("a time"), Timestamp::parse(last).expect("a time"));
        assert_eq!(first.until(last).nanos(), i64::MAX);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_parsing_panic(text in "\\PC*") {
            let _ = (Span::parse(&text), Timestamp::parse(&text));
        }

        #[test]
        fn nearly_durations_do_not_panic(text in "[-+]?P?[0-9.DTHMS]{0,40}") {
            let _ = Span::parse(&text);
        }
    }
}
