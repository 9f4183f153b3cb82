//! Durations and times as other programs spell them when they save a record: Python, .NET, Java, Go, PowerShell,
//! spreadsheets. Only unambiguous ones are read; a number without a unit, a date without an offset and a clock without
//! seconds are not.

use chrono::{DateTime, FixedOffset};
use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::time::{SECOND, Span, Timestamp};

const DAY: i128 = 86_400 * SECOND;

/// A tick of .NET's `TimeSpan`, in nanoseconds. Source: .NET, `TimeSpan.TicksPerSecond` is 10,000,000.
const TICK: i64 = 100;

/// Units as people and Go write them, each with its length in nanoseconds.
const UNITS: &[(&[&str], i128)] = &[
    (&["h", "hour", "hours"], 3_600 * SECOND),
    (&["m", "min", "mins", "minute", "minutes"], 60 * SECOND),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["ms", "msec", "msecs", "millisecond", "milliseconds"], SECOND / 1_000),
    (&["us", "µs", "μs", "microsecond", "microseconds"], SECOND / 1_000_000),
    (&["ns", "nanosecond", "nanoseconds"], 1),
];

/// Reads a duration in any of the spellings.
pub(super) fn span(text: &str) -> Option<Span> {
    let text = text.trim();
    let nanos = iso(text).or_else(|| clock(text)).or_else(|| with_units(text))?;
    i64::try_from(nanos).ok().map(Span::from_nanos)
}

/// ISO 8601 beyond OData's form: lower case, a decimal comma, weeks.
fn iso(text: &str) -> Option<i128> {
    let text = text.to_ascii_uppercase().replace(',', ".");
    if let Some(weeks) = text.strip_prefix('P').and_then(|rest| rest.strip_suffix('W')) {
        return decimal(weeks, 7 * DAY);
    }
    Span::parse(&text).map(|span| i128::from(span.nanos()))
}

/// A clock: `0:00:00.045` and `-1 day, 23:59:59.9` (Python), `1.02:03:04.5000000` (.NET), `-1 days +23:59:59` (pandas).
fn clock(text: &str) -> Option<i128> {
    let (sign, rest) = signed(text);
    // A sign before the days applies to the days alone, except in .NET, which separates them with a point.
    if let Some((days, clock)) = rest.split_once(" day") {
        let clock = clock.strip_prefix('s').unwrap_or(clock);
        let clock = clock.strip_prefix(',').unwrap_or(clock).trim_start();
        let clock = clock.strip_prefix('+').unwrap_or(clock);
        return Some(sign * whole(days)?.checked_mul(DAY)? + hours(clock, 24)?);
    }
    let (days, clock) = match rest.split_once(':')?.0.split_once('.') {
        Some((days, _)) => (whole(days)?.checked_mul(DAY)?, hours(&rest[days.len() + 1..], 24)?),
        None => (0, hours(rest, i128::MAX)?),
    };
    Some(sign * (days.checked_add(clock)?))
}

/// `H:MM:SS` with a fraction; fewer than the given number of hours.
fn hours(clock: &str, fewer_than: i128) -> Option<i128> {
    let mut parts = clock.split(':');
    let (hours, minutes, seconds) = (whole(parts.next()?)?, parts.next()?, parts.next()?);
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds_digits = seconds.split(['.', ',']).next()?;
    if parts.next().is_some() || hours >= fewer_than || !two_digits(minutes) || !two_digits(seconds_digits) {
        return None;
    }
    let (minutes, seconds) = (whole(minutes)?, decimal(&seconds.replace(',', "."), SECOND)?);
    if minutes >= 60 || seconds >= 60 * SECOND {
        return None;
    }
    hours.checked_mul(3_600 * SECOND)?.checked_add(minutes * 60 * SECOND + seconds)
}

/// Numbers with their units, largest first: `45ms`, `1m2.5s`, `0.7 s`.
fn with_units(text: &str) -> Option<i128> {
    let (sign, mut rest) = signed(text);
    let (mut sum, mut last) = (0i128, usize::MAX);
    while !rest.is_empty() {
        let number = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        let after = rest[number..].trim_start();
        let letters = after.find(|sign: char| !sign.is_alphabetic()).unwrap_or(after.len());
        let unit = UNITS.iter().position(|(names, _)| names.contains(&&after[..letters]))?;
        if last != usize::MAX && unit <= last {
            return None;
        }
        last = unit;
        sum = sum.checked_add(decimal(&rest[..number], UNITS[unit].1)?)?;
        rest = after[letters..].trim_start();
    }
    (last != usize::MAX).then_some(sign * sum)
}

fn signed(text: &str) -> (i128, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn whole(digits: &str) -> Option<i128> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // No duration that occurs in a record has more digits.
    if is_number && digits.len() <= 18 { digits.parse().ok() } else { None }
}

/// `12` or `12.5` times a unit, cut off below a nanosecond.
fn decimal(text: &str, unit: i128) -> Option<i128> {
    let (before, after) = text.split_once('.').map_or((text, None), |(before, after)| (before, Some(after)));
    let after = match after {
        Some(after) if after.bytes().all(|byte| byte.is_ascii_digit()) => &after[..after.len().min(18)],
        Some(_) => return None,
        None => "0",
    };
    let fraction = whole(after)?;
    whole(before)?.checked_mul(unit)?.checked_add(fraction * unit / 10i128.pow(after.len() as u32))
}

/// Reads a point in time. The offset in `/Date(1795165200000+0100)/` gives the zone of display and changes nothing.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        let (millis, offset) = match inner.rfind(['+', '-']).filter(|at| *at > 0) {
            Some(at) => (&inner[..at], &inner[at + 1..]),
            None => (inner, "0000"),
        };
        let is_offset = offset.len() == 4 && offset.bytes().all(|byte| byte.is_ascii_digit());
        return if is_offset { Timestamp::from_millis(millis.parse().ok()?) } else { None };
    }
    let text = match text.strip_suffix(" UTC").or_else(|| text.strip_suffix(['Z', 'z'])) {
        // Go prints both the offset and the zone's name.
        Some(rest) if rest.ends_with("+0000") => rest.to_owned(),
        Some(rest) => format!("{rest}+0000"),
        None => text.to_owned(),
    };
    // Python's and Go's space between date and time, offsets with and without a colon; then the formats of mail and
    // HTTP.
    const FORMS: &[&str] = &["%Y-%m-%d %H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%dT%H:%M:%S%.f%z"];
    let read = |form: &&str| DateTime::<FixedOffset>::parse_from_str(&text, form).ok();
    let moment = FORMS.iter().find_map(read).or_else(|| DateTime::parse_from_rfc2822(&text).ok())?;
    Some(Timestamp::from_utc(moment.to_utc()))
}

/// Reads a duration saved as an object: PowerShell's `TimeSpan`, with its ticks.
pub(super) fn span_in<'de, A: MapAccess<'de>>(map: A) -> Result<Option<Span>, A::Error> {
    let ticks = first_member(map, &["ticks"])?;
    let ticks = ticks.and_then(|raw| raw.get().parse::<i64>().ok());
    Ok(ticks.and_then(|ticks| ticks.checked_mul(TICK)).map(Span::from_nanos))
}

/// Reads a time saved as an object: Windows PowerShell's `DateTime`, whose `value` is the time and whose `DateTime` is
/// the same in local wording; a MongoDB date.
pub(super) fn moment_in<'de, A: MapAccess<'de>>(map: A) -> Result<Option<Timestamp>, A::Error> {
    let Some(raw) = first_member(map, &["value", "$date"])? else { return Ok(None) };
    Ok(serde_json::from_str::<String>(raw.get()).ok().and_then(|text| Timestamp::parse(&text)))
}

/// The first member with one of these names, ignoring case. Reads the whole object.
fn first_member<'de, A: MapAccess<'de>>(mut map: A, names: &[&str]) -> Result<Option<Box<RawValue>>, A::Error> {
    let mut found = None;
    while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
        if found.is_none() && names.iter().any(|one| one.eq_ignore_ascii_case(&name)) {
            found = Some(value);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;

    #[test]
    fn letters_where_digits_should_be_are_no_duration() {
        for text in ["0:00:00.a€€€€€€€€", "00:00:00.€", "1.€s", "0.4€5s", ".", "0:00:00.", "1.s"]
        {
            assert_eq!(span(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_read_in_every_spelling_that_can_mean_one_thing() {
        for (text, millis) in [
            ("0:00:00.045000", 45),
            ("00:00:00.0450000", 45),
            ("0:00:00,045", 45),
            ("1 day, 0:00:01", 86_401_000),
            ("-1 day, 23:59:59.955000", -45),
            ("0 days 00:00:00.045000", 45),
            ("-1 days +23:59:59.955000", -45),
            ("1.02:03:04.5000000", 93_784_500),
            ("-00:00:00.0450000", -45),
            ("-1.00:00:00", -86_400_000),
            ("25:00:00", 90_000_000),
            ("45ms", 45),
            ("45 ms", 45),
            ("0.045s", 45),
            ("0.045 s", 45),
            ("1m2.5s", 62_500),
            ("1h0m0s", 3_600_000),
            ("45000µs", 45),
            ("pt0.045s", 45),
            ("PT0,045S", 45),
            (" PT0.045S ", 45),
            ("P0DT0H0M0.045S", 45),
            ("P1W", 604_800_000),
        ] {
            assert_eq!(Span::read(text).map(Span::nanos), Some(millis * 1_000_000), "{text}");
        }
    }

    #[test]
    fn durations_that_could_mean_several_things_are_not_read() {
        for text in [
            "",
            "0.045",
            "45",
            "0:45",
            "00:45.0",
            "1:2:3",
            "00:60:00",
            "00:00:61",
            "1 day",
            "1 day, 25:00:00",
            "2.24:00:00",
            "45 m/s",
            "1s2m",
            "s",
            "ms45",
            "P1M",
            "P1Y",
            "4 5ms",
            "1e3ms",
            "--1s",
            "99999999999999999999h",
            "12:00:00 AM",
        ] {
            assert_eq!(Span::read(text), None, "{text}");
        }
    }

    #[test]
    fn moments_are_read_in_every_spelling_that_has_an_offset() {
        for text in [
            "2026-11-20T09:00:21Z",
            "2026-11-20 09:00:21Z",
            "2026-11-20 09:00:21+00:00",
            "2026-11-20 10:00:21+01:00",
            "2026-11-20T10:00:21.0+0100",
            "2026-11-20 09:00:21 +0000 UTC",
            "2026-11-20 09:00:21 UTC",
            "2026-11-20 10:00:21 +0100",
            "Fri, 20 Nov 2026 09:00:21 GMT",
            "Fri, 20 Nov 2026 10:00:21 +0100",
            "/Date(1795165221000)/",
            "/Date(1795165221000+0100)/",
            "/Date(1795165221000-0500)/",
        ] {
            let moment = Timestamp::parse(text).map(|moment| moment.utc().timestamp());
            assert_eq!(moment, Some(1_795_165_221), "{text}");
        }
    }

    #[test]
    fn moments_without_an_offset_or_in_a_local_order_are_not_read() {
        for text in [
            "2026-11-20T09:00:21",
            "2026-11-20 09:00:21",
            "11/20/2026 09:00:21",
            "20.11.2026 09:00:21",
            "Friday, 20 November 2026 09:00:21",
            "2026-11-20",
            "1795165221000",
            "/Date(soon)/",
            "/Date(1795165221000+01)/",
            "/Date(1795165221000",
            "",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_powershell_saves_as_objects_is_read() {
        let read = |json: &str| serde_json::from_str::<Field<Timestamp>>(json).expect("JSON");
        let moment = Timestamp::parse("2026-11-20T09:00:00Z").expect("a moment");
        for json in [
            r#"{"value":"\/Date(1795165200000)\/","DisplayHint":2,"DateTime":"Friday, 20 November 2026 09:00:00"}"#,
            r#"{"DisplayHint":2,"DateTime":"Friday","Value":"2026-11-20T09:00:00Z"}"#,
            r#"{"$date":"2026-11-20T09:00:00Z"}"#,
        ] {
            assert_eq!(read(json), Field::Value(moment), "{json}");
        }
        assert_eq!(read(r#"{"DateTime":"Friday, 20 November 2026 09:00:00"}"#), Field::unreadable("an object"));
        let read = |json: &str| serde_json::from_str::<Field<Span>>(json).expect("JSON");
        let ticks = r#"{"Ticks":450000,"Days":0,"TotalMilliseconds":45.0}"#;
        assert_eq!(read(ticks), Field::Value(Span::from_nanos(45_000_000)));
        assert_eq!(read(r#"{"Days":0}"#), Field::unreadable("an object"));
    }

    proptest::proptest! {
        #[test]
        fn no_spelling_makes_reading_panic(text in "[-+]?[0-9.,:dayhmsµPTDW /()UTCZ]{0,40}") {
            let _ = (Span::read(&text), Timestamp::parse(&text));
        }

        #[test]
        fn every_whole_millisecond_reads_alike_in_all_spellings(millis in 0..100_000_000i64) {
            let (h, m, s, f) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1_000 % 60, millis % 1_000);
            let expected = Some(Span::from_nanos(millis * 1_000_000));
            for text in [
                format!("{h}:{m:02}:{s:02}.{f:03}000"),
                format!("{h}h{m}m{s}.{f:03}s"),
                format!("{millis} ms"),
                format!("PT{h}H{m}M{s}.{f:03}S"),
            ] {
                proptest::prop_assert_eq!(Span::read(&text), expected, "{}", text);
            }
        }
    }
}
