//! The metrics of the selected node as rows: value, peak, limit, and where the value stands among those of the call.

use crate::app::session_detail::{OpenStream, SessionDetail};
use crate::call::distribution::{Distribution, Profile, Rank};
use crate::call::{Call, Place, Row, Traffic};
use crate::metrics::{self, Metric, Unit};
use crate::model::{Field, Media, Node, NodePath, Timestamp};
use crate::triage::legs::SegmentParties;
use crate::triage::rules::Side;
use crate::triage::verdict::{Bound, limits};
use crate::triage::{RuleSet, Verdict};

/// The metrics of a node.
#[derive(Debug, Default)]
pub struct Panel {
    /// The session, and the stream or medium whose metrics these are. Of a session or segment it is the worst stream.
    pub of: Option<(Place, NodePath)>,
    /// The names of the two value columns.
    pub columns: [&'static str; 2],
    /// The rows, those with a limit first.
    pub rows: Vec<PanelRow>,
    /// The row to look at first.
    pub main: usize,
    /// The kind and direction of the streams among which the values are ranked.
    pub traffic: Option<Traffic>,
    /// The stream's verdict and the reason in words; `None` for a medium.
    pub verdict: Option<(Verdict, String)>,
}

/// One metric.
#[derive(Debug)]
pub struct PanelRow {
    pub metric: &'static Metric,
    /// The values in the two columns; `None` where the metric does not apply.
    pub values: [Option<Field<f64>>; 2],
    /// The limit of the rule set.
    pub limit: Option<Limit>,
    /// Whether the value is on the poor side of the limit, in a stream that is judged.
    pub is_poor: bool,
    /// The value among those of the call; `None` if it was not measured or is not compared.
    pub standing: Option<Standing>,
    /// The metric over the person's streams of the same kind and direction in time order, if there are several.
    pub moments: Vec<Moment>,
    /// The worse side's share of what is possible, from 0 to 1; only for a medium.
    pub share: Option<f64>,
}

/// A limit of the rule set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The side on which a value is poor.
    pub side: Side,
    /// The limit, in the metric's unit.
    pub value: f64,
    /// Whether the verdict depends on it. In a rule set where the first measured metric decides, others have no effect.
    pub is_used: bool,
}

/// A value among those of the call.
#[derive(Debug)]
pub struct Standing {
    /// The value.
    pub value: f64,
    /// All values.
    pub among: Distribution,
    pub rank: Rank,
}

/// A metric of the person at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// When the session or segment began.
    pub start: Option<Timestamp>,
    /// The worst value; `None` if not measured.
    pub value: Option<f64>,
    /// Whether it is that of the selected stream.
    pub is_here: bool,
}

/// The call around the session.
pub struct InCall<'a> {
    pub call: &'a Call,
    /// The session's row.
    pub row: u32,
    pub profile: &'a mut Profile,
}

impl InCall<'_> {
    fn row(&self) -> Option<&Row> {
        self.call.rows().get(self.row as usize)
    }
}

/// How the lines of the pane are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lines {
    /// Column names.
    pub heading: usize,
    /// Rows of the table.
    pub table: usize,
    /// The distribution of the row with the cursor.
    pub chart: usize,
    /// The person's streams in time order.
    pub moments: usize,
}

impl Lines {
    /// The fewest lines of a chart: caption, two lines of bars, axis and its labels.
    const CHART: usize = 5;
    /// More lines would show nothing more.
    const HIGHEST_CHART: usize = 12;
    /// The rows that the table keeps beside a chart.
    const TABLE: usize = 6;

    /// Shares out the lines of a pane.
    pub fn of(panel: &Panel, height: usize) -> Lines {
        let has_moments = height >= 6 && panel.rows.iter().any(|row| !row.moments.is_empty());
        let has_chart = panel.rows.iter().any(|row| row.standing.is_some());
        let (heading, moments) = (height.min(1), usize::from(has_moments));
        let room = height - heading - moments;
        // Rows without a value may be scrolled to.
        let measured = panel.rows.iter().filter(|row| row.is_measured()).count();
        let chart = if has_chart && room >= panel.rows.len().min(Lines::TABLE) + Lines::CHART {
            room.saturating_sub(measured.max(Lines::TABLE)).clamp(Lines::CHART, Lines::HIGHEST_CHART)
        } else {
            0
        };
        Lines { heading, table: room - chart, chart, moments }
    }
}

impl Panel {
    /// Builds the panel for a node of the open session.
    pub fn new(open: &SessionDetail, path: NodePath, rules: &RuleSet, in_call: Option<InCall<'_>>) -> Panel {
        match path.find(&open.session) {
            Some(Node::Media(media)) => Panel::of_medium(open, path, media),
            Some(Node::Unusable(_)) | None => Panel::default(),
            Some(_) => match open.worst_under(path) {
                Some(stream) => Panel::of_stream(open, stream, rules, in_call),
                None => Panel::default(),
            },
        }
    }

    fn of_stream(open: &SessionDetail, shown: &OpenStream, rules: &RuleSet, in_call: Option<InCall<'_>>) -> Panel {
        let (path, kind) = (shown.path, shown.kind);
        let Some(Node::Stream(stream)) = path.find(&open.session) else { return Panel::default() };
        let segment = path.positions().next().and_then(|at| open.session.segments.items().get(at)?.value());
        let (caller, callee) = open.session.ends(segment);
        let limits = limits(rules, kind, Bound::of(stream, caller, callee), stream);
        let mut others = in_call.and_then(|it| Others::of(open, path, it));
        let rows =
            metrics::STREAM.iter().filter(|metric| metric.peak_of.is_none() && metric.is_on(kind)).map(|metric| {
                let value = metric.of_stream(stream);
                let limit = limits.iter().find(|(condition, _)| condition.metric == metric);
                let figure = value.value().copied().filter(|value| metric.is_plausible(*value));
                PanelRow {
                    metric,
                    limit: limit.map(|(it, is_used)| Limit { side: it.side, value: it.limit, is_used: *is_used }),
                    is_poor: shown.judgement.breaches().any(|breach| breach.metric == metric),
                    standing: others.as_mut().and_then(|others| others.standing(metric, figure?)),
                    moments: others.as_ref().map_or_else(Vec::new, |others| others.moments(metric)),
                    values: [Some(value), metrics::peak_of(metric.id).map(|peak| peak.of_stream(stream))],
                    share: None,
                }
            });
        let mut rows: Vec<PanelRow> = rows.collect();
        rows.sort_by_key(|row| match row.limit {
            Some(limit) => u8::from(!limit.is_used),
            None => 2 + u8::from(!row.is_measured()),
        });
        let worst = shown.judgement.worst().map(|breach| breach.metric);
        Panel {
            of: Some((open.place, path)),
            columns: ["average", "peak"],
            main: rows.iter().position(|row| Some(row.metric) == worst).unwrap_or(0),
            rows,
            traffic: others.map(|others| others.traffic),
            verdict: Some((shown.judgement.verdict, shown.why.clone())),
        }
    }

    /// Builds the panel for the networks and devices of both sides.
    fn of_medium(open: &SessionDetail, path: NodePath, media: &Media) -> Panel {
        let rows = metrics::NETWORK.iter().chain(metrics::DEVICE).map(|metric| {
            let values = sides(metric, media);
            let whole = match metric.unit {
                Unit::Ratio => Some(1.0),
                Unit::Percent => Some(100.0),
                _ => None,
            };
            let measured = values.iter().filter_map(|value| value.value().copied());
            let worse = measured.reduce(|one, other| if metric.is_worse(other, one) { other } else { one });
            let worse = worse.filter(|value| metric.is_plausible(*value));
            PanelRow {
                metric,
                values: values.map(Some),
                limit: None,
                is_poor: false,
                standing: None,
                moments: Vec::new(),
                share: worse.zip(whole).map(|(worse, whole)| worse / whole),
            }
        });
        let mut rows: Vec<PanelRow> = rows.collect();
        // Metrics without a measured value go below those that have one.
        rows.sort_by_key(|row| !row.is_measured());
        Panel { of: Some((open.place, path)), columns: ["caller", "callee"], rows, ..Panel::default() }
    }
}

/// Reads a metric from the networks or devices of both sides of a medium.
fn sides(metric: &Metric, media: &Media) -> [Field<f64>; 2] {
    let network = |side: &Field<_>| side.value().map(|network| metric.of_network(network));
    let device = |side: &Field<_>| side.value().map(|device| metric.of_device(device));
    let sides = if metrics::NETWORK.contains(metric) {
        [network(&media.caller_network), network(&media.callee_network)]
    } else {
        [device(&media.caller_device), device(&media.callee_device)]
    };
    sides.map(Option::unwrap_or_default)
}

impl PanelRow {
    /// Returns whether there is a value in either column.
    pub fn is_measured(&self) -> bool {
        self.values.iter().flatten().any(|value| value.value().is_some())
    }

    /// Returns the value divided by the limit, if the verdict depends on the limit.
    pub fn of_limit(&self) -> Option<f64> {
        let limit = self.limit.filter(|limit| limit.is_used && limit.value > 0.0)?;
        let value = self.values[0].as_ref()?.value().filter(|value| self.metric.is_plausible(**value))?;
        Some(value / limit.value)
    }
}

/// The streams of the same kind and direction as the selected one.
struct Others<'a> {
    traffic: Traffic,
    in_call: InCall<'a>,
    /// The streams of this session with the start of their segment.
    own: Vec<(Option<Timestamp>, NodePath)>,
    open: &'a SessionDetail,
    here: NodePath,
    /// The other sessions of the person.
    sessions: Vec<u32>,
}

impl<'a> Others<'a> {
    fn of(open: &'a SessionDetail, here: NodePath, in_call: InCall<'a>) -> Option<Others<'a>> {
        let own_end = in_call.row()?.facts.own_end();
        let parties = SegmentParties::of(&open.session);
        let (mut traffic, mut all) = (None, Vec::new());
        open.session.streams(|place, stream| {
            let one = Traffic::of(place.kind, stream, parties.at(place.path), own_end);
            if place.path == here {
                traffic = one;
            }
            all.push((one, place.segment.start.value().copied(), place.path));
        });
        let traffic = traffic?;
        let own = all.into_iter().filter(|(one, ..)| *one == Some(traffic)).map(|(_, start, path)| (start, path));
        let person = in_call.row()?.facts.party(own_end).person;
        let sessions = person.map(|person| in_call.profile.sessions_of(in_call.call, person)).unwrap_or_default();
        let sessions = sessions.into_iter().filter(|row| *row != in_call.row).collect();
        Some(Others { traffic, own: own.collect(), open, here, sessions, in_call })
    }

    fn standing(&mut self, metric: &'static Metric, value: f64) -> Option<Standing> {
        let own = self.in_call.row().and_then(|row| row.traffic.get(self.traffic, metric));
        let among = self.in_call.profile.distribution(self.in_call.call, self.traffic, metric)?;
        // With nobody to compare with, there is no rank.
        let rank = among.rank(value, own).filter(|rank| rank.of > 1)?;
        Some(Standing { value, among, rank })
    }

    /// Returns the metric in every segment of this session and in the person's other sessions; empty if there is only one.
    fn moments(&self, metric: &'static Metric) -> Vec<Moment> {
        let mut moments: Vec<Moment> = Vec::new();
        let segment = |path: NodePath| path.positions().next();
        for in_segment in self.own.chunk_by(|one, other| segment(one.1) == segment(other.1)) {
            let value = |path: NodePath| match path.find(&self.open.session) {
                Some(Node::Stream(stream)) => metric.of_stream(stream).value().copied(),
                _ => None,
            };
            let is_here = in_segment.iter().any(|(_, path)| *path == self.here);
            let values = in_segment.iter().filter_map(|(_, path)| value(*path));
            let worst = values.reduce(|one, other| if metric.is_worse(other, one) { other } else { one });
            let value = if is_here { value(self.here) } else { worst };
            moments.push(Moment { start: in_segment.first().and_then(|(start, _)| *start), value, is_here });
        }
        let rows = self.sessions.iter().filter_map(|row| self.in_call.call.rows().get(*row as usize));
        moments.extend(rows.map(|row| Moment {
            start: row.facts.start,
            value: row.traffic.get(self.traffic, metric).map(|value| value.value()),
            is_here: false,
        }));
        if moments.len() < 2 || moments.iter().all(|moment| moment.value.is_none()) {
            return Vec::new();
        }
        moments.sort_by_key(|moment| (moment.start.is_none(), moment.start));
        moments
    }
}
