//! Reads a filter: its tokens, and what each of them checks.

use std::ops::Range;

use crate::metrics::{self, Metric, Unit};
use crate::model::MediumKind;
use crate::settings::nearest;
use crate::triage::factors::{FACTORS, by_id as factor_by_id};
use crate::triage::findings::RULES;

use super::named::MARK;
use super::needle::Needle;
use super::vocabulary::{FIGURES, KEYS, LENGTH, RATINGS, WORDS};
use super::{Anything, Comparison, NamedFilters, Term, Test};

/// A mistake, with its place in the text in bytes.
pub(super) type Mistake = (Range<usize>, String);

/// What separates the two sides of an `or`.
const OR: [&str; 2] = ["or", "OR"];

/// Reads a filter: the terms on each side of every `or`, without sides that say nothing, and the mistakes.
/// `allows` says which of the checks can be made at all.
pub(super) fn sides(
    text: &str,
    named: &NamedFilters,
    allows: impl Fn(&Test) -> Result<(), String>,
) -> (Vec<Vec<Term>>, Vec<Mistake>) {
    let (mut sides, mut mistakes) = (vec![Vec::new()], Vec::new());
    for range in tokens(text) {
        let token = &text[range.clone()];
        if OR.contains(&token) {
            sides.push(Vec::new());
            continue;
        }
        let (is_inverted, token) = match token.strip_prefix('!') {
            Some(rest) if !rest.is_empty() => (true, rest),
            _ => (false, token),
        };
        let test = test(token, named).and_then(|test| allows(&test).map(|()| test));
        match (test, sides.last_mut()) {
            (Ok(test), Some(side)) => side.push(Term { is_inverted, test }),
            (Ok(_), None) => {}
            (Err(mistake), _) => mistakes.push((range, mistake)),
        }
    }
    sides.retain(|side| !side.is_empty());
    (sides, mistakes)
}

/// Adds a token to each side of every `or`.
pub(super) fn with_token(text: &str, token: &str) -> String {
    let tokens: Vec<&str> = tokens(text).into_iter().map(|range| &text[range]).collect();
    let sides = tokens.split(|token| OR.contains(token));
    let sides = sides.map(|side| {
        let has_it = side.contains(&token);
        side.iter().copied().chain((!has_it).then_some(token)).collect::<Vec<_>>().join(" ")
    });
    sides.collect::<Vec<_>>().join(" or ")
}

/// Returns the ranges of the tokens in a text: separated by spaces, except inside quotes.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let (mut start, mut is_quoted) = (None, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => {
                is_quoted = !is_quoted;
                start.get_or_insert(at);
            }
            letter if letter.is_whitespace() && !is_quoted => {
                tokens.extend(start.take().map(|start| start..at));
            }
            _ => _ = start.get_or_insert(at),
        }
    }
    tokens.extend(start.map(|start| start..text.len()));
    tokens
}

fn test(token: &str, named: &NamedFilters) -> Result<Test, String> {
    let plain = token.replace('"', "");
    let anything = || Ok(Test::Anything(Box::new(Anything::new(Needle::new(&plain)))));
    if token.starts_with('"') {
        // In quotes, a word loses its meaning and is searched for.
        return anything();
    }
    if let Some(name) = plain.strip_prefix(MARK) {
        return named.get(name).map(|filter| Test::Named(Box::new(filter)));
    }
    if let Some(word) = WORDS.iter().find(|it| it.word == plain) {
        return Ok((word.test)());
    }
    if let Some((name, comparison, value)) = comparison(&plain) {
        let is_whole = comparison.1 == Comparison::Equal;
        return match keyed(&name.to_lowercase(), value, is_whole).filter(|_| is_whole) {
            Some(test) => test,
            None => compare(name, comparison, value),
        };
    }
    match plain.split_once(':').filter(|(key, _)| is_key(key)) {
        Some((key, value)) => keyed(&key.to_lowercase(), value, false).unwrap_or_else(|| Err(no_key(key))),
        None => anything(),
    }
}

/// Reads a value by the name before it: `user:ana` for one that contains it, `user=Ana` for one that is it. `None` if
/// there is no such name.
fn keyed(key: &str, value: &str, is_whole: bool) -> Option<Result<Test, String>> {
    let needle = || if is_whole { Needle::whole(value) } else { Needle::new(value) };
    Some(Ok(match key {
        "user" => Test::Person(needle()),
        "id" => Test::Id(needle()),
        "said" => Test::Said(needle()),
        "rated" => match one_of("rating", &value.to_lowercase(), &RATINGS) {
            Ok(word) => Test::Rating(word.to_owned()),
            Err(mistake) => return Some(Err(mistake)),
        },
        "kind" => Test::Kind(match value {
            "audio" => MediumKind::Audio,
            "video" => MediumKind::Video,
            "sharing" | "screen" => MediumKind::ScreenSharing,
            "data" => MediumKind::Data,
            _ => return Some(Err("kinds are audio, video, sharing, data".to_owned())),
        }),
        "finding" => match RULES.iter().position(|rule| rule.id == value) {
            Some(place) => Test::Rule(place),
            None => {
                let meant = nearest(value, RULES.iter().map(|rule| rule.id));
                let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
                return Some(Err(format!("no such finding{meant}")));
            }
        },
        "ip" => Test::Value(bits(&["ip", "subnet", "public", "relay", "service"]), needle()),
        "device" if !is_whole => Test::Value(bits(&["device", "speaker", "driver"]), needle()),
        _ => Test::Value(bits(&[factor_by_id(key)?.id]), needle()),
    }))
}

fn no_key(key: &str) -> String {
    let known = KEYS.iter().map(|(key, _)| key.trim_end_matches(':')).chain(FACTORS.iter().map(|it| it.id));
    let meant = nearest(key, known).map(|meant| format!("; did you mean {meant}:?"));
    format!("{key}: is not a filter{}", meant.unwrap_or_default())
}

/// Returns a word if it is one of the known ones.
fn one_of(what: &str, word: &str, known: &[&'static str]) -> Result<&'static str, String> {
    known.iter().find(|one| **one == word).copied().ok_or_else(|| format!("{what}s are {}", known.join(", ")))
}

/// Returns whether a word before a colon is a token name rather than part of an address or a time.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-') && key.len() > 1
}

fn bits(factors: &[&str]) -> u32 {
    FACTORS
        .iter()
        .enumerate()
        .filter(|(_, factor)| factors.contains(&factor.id))
        .fold(0, |bits, (at, _)| bits | 1 << at)
}

/// Splits a comparison: the name, the sign as written with its meaning, and the value.
fn comparison(token: &str) -> Option<(&str, (&'static str, Comparison), &str)> {
    let at = token.find(['>', '<', '='])?;
    let sign = Comparison::ALL.iter().find(|(written, _)| token[at..].starts_with(written))?;
    let name = &token[..at];
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_name = is_name || factor_by_id(&name.to_lowercase()).is_some();
    is_name.then(|| (name, *sign, &token[at + sign.0.len()..]))
}

fn compare(name: &str, (sign, comparison): (&str, Comparison), value: &str) -> Result<Test, String> {
    if name == LENGTH {
        let seconds = parse(name, sign, value, Unit::Seconds, "m")?;
        return if seconds < 0.0 { Err(never_below(name)) } else { Ok(Test::Length(comparison, seconds)) };
    }
    let short = FIGURES.iter().find(|(short, _)| *short == name.to_lowercase()).map_or(name, |(_, id)| id);
    let metric = metrics::STREAM.iter().find(|metric| metric.id == short).ok_or_else(|| {
        let known =
            FIGURES.iter().map(|(short, _)| *short).chain([LENGTH]).chain(metrics::STREAM.iter().map(|it| it.id));
        let meant = nearest(name, known).map(|meant| format!("; did you mean {meant}?"));
        format!("unknown metric {name}{}", meant.unwrap_or_default())
    })?;
    let limit = parse(name, sign, value, metric.unit, "ms")?;
    possible(name, metric, limit).map(|limit| Test::Figure(metric, comparison, limit))
}

/// Reads a value with its unit. `usual` is the unit of a time that most people mean when they write none.
fn parse(name: &str, sign: &str, value: &str, unit: Unit, usual: &str) -> Result<f64, String> {
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
    match (unit, number) {
        // A share is 1 at most: a number from 1 on was meant in percent.
        (Unit::Ratio, Some(number)) if number.abs() >= 1.0 => {
            Err(format!("{name}{sign}{value} is {}: did you mean {name}{sign}{value}%?", unit.format(number)))
        }
        (Unit::Seconds, Some(_)) => {
            Err(format!("{name}{sign}{value} has no unit: did you mean {name}{sign}{value}{usual}?"))
        }
        _ => unit.parse(value),
    }
}

/// Returns a limit if the metric can have it as its value.
fn possible(name: &str, metric: &Metric, limit: f64) -> Result<f64, String> {
    let (least, most) = metric.range;
    if limit > most {
        return Err(format!("{name} is never over {}", metric.unit.format(most)));
    }
    match limit < least {
        true if least == 0.0 => Err(never_below(name)),
        true => Err(format!("{name} is never below {}", metric.unit.format(least))),
        false => Ok(limit),
    }
}

fn never_below(name: &str) -> String {
    format!("{name} is never below 0")
}
