//! Reads a filter: its tokens, and what each of them checks.

use std::ops::Range;

use crate::metrics;
use crate::model::MediumKind;
use crate::settings::nearest;
use crate::triage::factors::{FACTORS, by_id as factor_by_id};
use crate::triage::findings::RULES;

use super::needle::Needle;
use super::vocabulary::{FIGURES, KEYS, LENGTH, WORDS};
use super::{Anything, Comparison, Test};

/// Returns the ranges of the tokens in a text: separated by spaces, except inside quotes.
pub(super) fn tokens(text: &str) -> Vec<Range<usize>> {
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

pub(super) fn test(token: &str) -> Result<Test, String> {
    if let Some(word) = WORDS.iter().find(|it| it.word == token) {
        return Ok((word.test)());
    }
    if let Some((name, comparison, value)) = comparison(token) {
        return compare(name, comparison, value);
    }
    let Some((key, value)) = token.split_once(':').filter(|(key, _)| is_key(key)) else {
        return Ok(Test::Anything(Box::new(Anything::new(Needle::new(token)))));
    };
    let key = key.to_lowercase();
    match key.as_str() {
        "user" => Ok(Test::Person(Needle::new(value))),
        "id" => Ok(Test::Id(Needle::new(value))),
        "said" => Ok(Test::Said(Needle::new(value))),
        "rated" => Ok(Test::Rating(value.to_lowercase())),
        "kind" => match value {
            "audio" => Ok(Test::Kind(MediumKind::Audio)),
            "video" => Ok(Test::Kind(MediumKind::Video)),
            "sharing" | "screen" => Ok(Test::Kind(MediumKind::ScreenSharing)),
            "data" => Ok(Test::Kind(MediumKind::Data)),
            _ => Err("kinds are audio, video, sharing, data".to_owned()),
        },
        "finding" => RULES.iter().position(|rule| rule.id == value).map(Test::Rule).ok_or_else(|| {
            let meant = nearest(value, RULES.iter().map(|rule| rule.id));
            let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            format!("no such finding{meant}")
        }),
        "ip" => Ok(Test::Value(bits(&["ip", "subnet", "public", "relay", "service"]), Needle::new(value))),
        "device" => Ok(Test::Value(bits(&["device", "speaker", "driver"]), Needle::new(value))),
        _ => match factor_by_id(&key) {
            Some(factor) => Ok(Test::Value(bits(&[factor.id]), Needle::new(value))),
            None => {
                let known = KEYS.iter().map(|(key, _)| key.trim_end_matches(':')).chain(FACTORS.iter().map(|it| it.id));
                let meant = nearest(&key, known).map(|meant| format!("; did you mean {meant}:?"));
                Err(format!("{key}: is not a filter{}", meant.unwrap_or_default()))
            }
        },
    }
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

fn comparison(token: &str) -> Option<(&str, Comparison, &str)> {
    let at = token.find(['>', '<', '='])?;
    let (written, comparison) = Comparison::ALL.iter().find(|(written, _)| token[at..].starts_with(written))?;
    let name = &token[..at];
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_name.then(|| (name, *comparison, &token[at + written.len()..]))
}

fn compare(name: &str, comparison: Comparison, value: &str) -> Result<Test, String> {
    if name == LENGTH {
        return metrics::Unit::Seconds.parse(value).map(|seconds| Test::Length(comparison, seconds));
    }
    let short = FIGURES.iter().find(|(short, _)| *short == name.to_lowercase()).map_or(name, |(_, id)| id);
    let metric = metrics::STREAM.iter().find(|metric| metric.id == short).ok_or_else(|| {
        let known =
            FIGURES.iter().map(|(short, _)| *short).chain([LENGTH]).chain(metrics::STREAM.iter().map(|it| it.id));
        let meant = nearest(name, known).map(|meant| format!("; did you mean {meant}?"));
        format!("unknown metric {name}{}", meant.unwrap_or_default())
    })?;
    metric.unit.parse(value).map(|limit| Test::Figure(metric, comparison, limit))
}
