//! How the metrics that a rule set judges by are spread over the sessions: a picture for each, with the limit, and the names
//! of those beyond it.

use std::io;

use crate::call::distribution::{Profile, Scale};
use crate::call::{Rough, Row, Traffic};
use crate::formats::Triage;
use crate::metrics::{Metric, count};
use crate::triage::rules::{Applies, Condition, Method, Side};
use crate::wording::{self, capitalised, number};

use super::place::Place;
use super::signs;
use super::writer::{Html, percent};

/// Parts that the axis is divided into. Our own choice: more would mostly hold one session or none.
const PARTS: usize = 30;

/// Height of the bars in pixels, and of the picture with its labels.
const BARS: f64 = 64.0;
const HEIGHT: usize = 90;

/// People named at most beside a picture; the list of sessions has the others.
const NAMED: usize = 5;

/// Its heading.
pub const HEADING: &str = "how the metrics are spread";

/// A metric of one kind of media in one direction, over all sessions.
pub struct Picture<'a> {
    metric: &'static Metric,
    limit: &'a Condition,
    scale: Scale,
    /// The worst value of each session that measured it.
    values: Vec<Measured>,
}

/// The worst value of a session.
#[derive(Clone, Copy)]
struct Measured {
    /// The number of its row.
    row: u32,
    value: Rough,
    is_beyond: bool,
}

/// Returns whether a session's value is beyond a limit. `exact` is what the row still has of it, as a float of 32 bits. Where
/// it has nothing, a value that cannot be told from the limit is not beyond it.
fn is_beyond(limit: &Condition, value: Rough, exact: Option<f64>) -> bool {
    let at_limit = Rough::new(limit.limit);
    match (exact, limit.side) {
        (Some(exact), side) => side.holds(exact, f64::from(limit.limit as f32)),
        (None, Side::Over) => at_limit.is_some_and(|limit| value > limit),
        (None, Side::Under) => at_limit.is_some_and(|limit| value < limit),
    }
}

/// Returns a session's value exactly, if it is its worst value of the metric whatever the kind of media and direction.
fn exact(row: &Row, metric: &Metric, value: Rough) -> Option<f64> {
    row.figure(metric).filter(|figure| Rough::new(*figure) == Some(value))
}

impl Picture<'_> {
    /// Formats the value of a session: exactly where the row still has it, otherwise as it was rounded.
    fn words(&self, row: &Row, value: Rough) -> String {
        match exact(row, self.metric, value) {
            Some(exact) => self.metric.unit.format_beside(exact, self.limit.limit),
            None => format!("about {}", self.metric.unit.format(value.value())),
        }
    }

    /// Returns the sessions beyond the limit, worst first.
    fn beyond(&self) -> Vec<Measured> {
        let mut beyond: Vec<Measured> = self.values.iter().copied().filter(|it| it.is_beyond).collect();
        beyond.sort_by_key(|it| it.value);
        if self.limit.side == Side::Over {
            beyond.reverse();
        }
        beyond
    }
}

/// The pictures of one kind of media in one direction.
pub type Pictures<'a> = (Traffic, Vec<Picture<'a>>);

/// Returns the pictures of all metrics that the rule set has a limit for.
pub fn pictures<'a>(triage: &Triage<'a>) -> Vec<Pictures<'a>> {
    let all = Traffic::all().map(|traffic| (traffic, of_traffic(triage, traffic)));
    all.filter(|(_, pictures)| !pictures.is_empty()).collect()
}

/// Writes the pictures.
pub fn write(all: &[Pictures<'_>], triage: &Triage<'_>, place: &Place, html: &mut Html<'_>) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    place.section(HEADING, html, |html| {
        html.leaf("p", &[("class", "note")], &about(all, triage))?;
        for (traffic, pictures) in all {
            place.subheading(&capitalised(&wording::traffic(*traffic)), html)?;
            let method = triage.rules.classifier(traffic.kind).map(|classifier| classifier.method);
            if method == Some(Method::FirstMeasured) && pictures.len() > 1 {
                let words = "Of a stream, the first of these that was measured decides, whatever the others are.";
                html.leaf("p", &[("class", "note")], words)?;
            }
            html.within("div", &[("class", "pictures")], |html| {
                pictures.iter().try_for_each(|picture| draw(picture, *traffic, triage, place, html))
            })?;
        }
        Ok(())
    })
}

/// Says what the pictures show, and when a value beyond a limit makes nothing poor.
fn about(all: &[Pictures<'_>], triage: &Triage<'_>) -> String {
    let rules = triage.rules;
    let counts_packets = |(traffic, _): &Pictures<'_>| {
        rules.classifier(traffic.kind).is_some_and(|classifier| classifier.more_packets_than.is_some())
    };
    let few = if all.iter().any(counts_packets) { " A stream with few packets is not judged." } else { "" };
    format!(
        "The worst stream of each session, best on the left. The broken line is the limit of {}, and what is beyond it is \
         hatched.{few}",
        rules.id
    )
}

/// Returns whether a limit is for streams in a direction. Which received streams are H264S is not known of sessions.
fn is_for(limit: &Condition, traffic: Traffic) -> bool {
    match limit.applies {
        Applies::Always => true,
        Applies::InboundOtherThanH264s => !traffic.is_sent,
        Applies::OutboundOrH264s => traffic.is_sent,
    }
}

/// Returns the pictures of one kind of media in one direction: of each metric with a limit that two sessions measured.
fn of_traffic<'a>(triage: &Triage<'a>, traffic: Traffic) -> Vec<Picture<'a>> {
    let rows = triage.call.rows();
    let mut profile = Profile::new(rows.len());
    let conditions = triage.rules.classifier(traffic.kind).map_or(&[][..], |classifier| &classifier.conditions);
    let picture = |limit: &'a Condition| {
        let metric = limit.metric;
        let measured = |(at, row): (u32, &Row)| {
            let value = row.traffic.get(traffic, metric)?;
            let is_beyond = is_beyond(limit, value, exact(row, metric, value));
            Some(Measured { row: at, value, is_beyond })
        };
        let values: Vec<Measured> = (0..).zip(rows.iter()).filter_map(measured).collect();
        let scale = profile.distribution(triage.call, traffic, metric)?.scale(None, Some(limit.limit));
        (values.len() > 1).then_some(Picture { metric, limit, scale, values })
    };
    conditions.iter().filter(|limit| is_for(limit, traffic)).filter_map(picture).collect()
}

fn draw(
    picture: &Picture<'_>,
    traffic: Traffic,
    triage: &Triage<'_>,
    place: &Place,
    html: &mut Html<'_>,
) -> io::Result<()> {
    let beyond = picture.beyond();
    let unit = picture.metric.unit;
    let sign = if picture.limit.side == Side::Over { "over" } else { "under" };
    let limit = format!("{sign} {}", unit.format(picture.limit.limit));
    let sessions = number(picture.values.len(), "session");
    let many = match beyond.len() {
        0 => format!("none of {sessions} {limit}"),
        many => format!("{} of {sessions} {limit}", count(many)),
    };
    html.within("figure", &[("class", "metric")], |html| {
        html.within("figcaption", &[], |html| {
            html.leaf("strong", &[], &capitalised(picture.metric.label))?;
            html.leaf("span", &[], &many)
        })?;
        let height = HEIGHT.to_string();
        html.within("svg", &[("role", "img"), ("width", "100%"), ("height", &height)], |html| {
            let title = format!("{} of {}: {many}", picture.metric.label, wording::traffic(traffic));
            html.leaf("title", &[], &title)?;
            bars(picture, html)?;
            axis(picture, html)
        })?;
        named(picture, &beyond, triage, place, html)
    })
}

/// Draws the number of sessions in each part of the axis, those beyond the limit on top and hatched.
fn bars(picture: &Picture<'_>, html: &mut Html<'_>) -> io::Result<()> {
    let mut parts = [(0usize, 0usize); PARTS];
    for it in &picture.values {
        let (within, beyond) = &mut parts[picture.scale.bin(it.value.value(), PARTS)];
        *if it.is_beyond { beyond } else { within } += 1;
    }
    let most = parts.iter().map(|(within, beyond)| within + beyond).max().unwrap_or(0).max(1) as f64;
    // Even one session among thousands shows.
    let height = |sessions: usize| if sessions == 0 { 0.0 } else { (sessions as f64 / most * BARS).max(3.0) };
    let width = percent(0.84 / PARTS as f64);
    for (at, (within, beyond)) in parts.into_iter().enumerate() {
        let x = percent((at as f64 + 0.08) / PARTS as f64);
        let mut bottom = BARS;
        for (sessions, class) in [(within, "bar there"), (beyond, "bar poor")] {
            let height = height(sessions);
            if height > 0.0 {
                bottom -= height;
                let (y, height) = (format!("{:.1}", bottom.max(0.0)), format!("{height:.1}"));
                html.shape("rect", &[("class", class), ("x", &x), ("y", &y), ("width", &width), ("height", &height)])?;
            }
        }
    }
    Ok(())
}

/// Draws the axis with its ends and the limit.
fn axis(picture: &Picture<'_>, html: &mut Html<'_>) -> io::Result<()> {
    let unit = picture.metric.unit;
    let (left, right) = picture.scale.ends();
    let limit = picture.scale.place(picture.limit.limit);
    let bottom = BARS.to_string();
    html.shape("line", &[("class", "tick"), ("x1", "0"), ("x2", "100%"), ("y1", &bottom), ("y2", &bottom)])?;
    // At the very edge half of its width would be cut off.
    let x = percent(limit.clamp(0.004, 0.996));
    html.shape("line", &[("class", "limit"), ("x1", &x), ("x2", &x), ("y1", "0"), ("y2", "69")])?;
    let label = |x: &str, anchor: &str, words: &str, html: &mut Html<'_>| {
        html.leaf("text", &[("x", x), ("y", "83"), ("text-anchor", anchor)], words)
    };
    // An end gives way to the limit where the two would overlap.
    if limit > 0.3 {
        label("0", "start", &unit.format(left), html)?;
    }
    if limit < 0.7 {
        let log = if picture.scale.is_log() { " (log)" } else { "" };
        label("100%", "end", &format!("{}{log}", unit.format(right)), html)?;
    }
    let anchor = if limit < 0.15 {
        "start"
    } else if limit > 0.85 {
        "end"
    } else {
        "middle"
    };
    label(&x, anchor, &format!("limit {}", unit.format(picture.limit.limit)), html)
}

/// Names the sessions beyond the limit, each with its sign: not all of them are judged poor.
fn named(
    picture: &Picture<'_>,
    beyond: &[Measured],
    triage: &Triage<'_>,
    place: &Place,
    html: &mut Html<'_>,
) -> io::Result<()> {
    if beyond.is_empty() {
        return Ok(());
    }
    let (set, names) = (triage.assessment.set, triage.loaded.names());
    html.within("ul", &[("class", "beyond")], |html| {
        for Measured { row: at, value, .. } in beyond.iter().take(NAMED) {
            let Some(row): Option<&Row> = triage.call.rows().get(*at as usize) else { continue };
            html.within("li", &[], |html| {
                signs::status(row.facts.standing(set), html)?;
                place.linked(*at, &wording::people(row, names), html)?;
                html.text(" ")?;
                html.leaf("span", &[("class", "value")], &picture.words(row, *value))
            })?;
        }
        match beyond.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => html.leaf("li", &[("class", "value")], &format!("and {} more", count(more))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::RuleSets;

    #[test]
    fn a_value_at_the_limit_is_not_beyond_it_and_one_just_over_it_is_where_that_is_known() {
        let rules = RuleSets::built_in().at(0);
        let audio = rules.classifier(crate::model::MediumKind::Audio).expect("it judges audio");
        let limit = audio.conditions.iter().find(|it| it.metric.id == "averagePacketLossRate").expect("a limit");
        for (value, is_over, is_known_to_be) in
            [(0.0, false, false), (0.1, false, false), (0.1001, false, true), (0.102, true, true), (1.0, true, true)]
        {
            let rough = Rough::new(value).expect("a size");
            assert_eq!(is_beyond(limit, rough, None), is_over, "{value}");
            assert_eq!(is_beyond(limit, rough, Some(f64::from(value as f32))), is_known_to_be, "{value}");
        }
    }
}
