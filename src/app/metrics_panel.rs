//! The metrics of the selected node as rows: values, limit, and the same metric across its neighbours.

use crate::call::{Call, Row};
use crate::metrics::{self, Metric};
use crate::model::{Field, Media, MediumKind, Node, NodePath, Session};
use crate::triage::rules::Side;
use crate::triage::{RuleSet, Verdict};

use super::session_detail::SessionDetail;

/// The metrics of a node.
#[derive(Debug, Default)]
pub struct Panel {
    /// What the two columns of values are called.
    pub columns: [&'static str; 2],
    /// The rows, those with a limit first.
    pub rows: Vec<PanelRow>,
    /// Across what the pictures run, in phrases from the longest to the shortest.
    pub across: Vec<String>,
    /// The place of the selected node in the pictures.
    pub here: Option<usize>,
    /// How the node was judged and why, in words; empty where there is nothing to judge.
    pub verdict: Option<(Verdict, String)>,
}

/// One metric.
#[derive(Debug)]
pub struct PanelRow {
    /// Which.
    pub metric: &'static Metric,
    /// Its values in the two columns; none where the metric has nothing to stand there.
    pub values: [Option<Field<f64>>; 2],
    /// The limit that the rule set has for it.
    pub limit: Option<(Side, f64)>,
    /// The value is on the poor side of the limit, in a stream that was judged.
    pub is_poor: bool,
    /// The metric across the neighbours; a gap where one has none.
    pub series: Vec<Option<f64>>,
}

/// How many sessions stand behind one bar when a picture runs across a whole call.
const BARS: usize = 60;

/// A call's sessions as pictures, one for each metric of streams.
#[derive(Debug, Default)]
pub struct Profile {
    series: Vec<Vec<Option<f64>>>,
    /// How many sessions it is of.
    pub sessions: usize,
}

impl Profile {
    /// Of a call's rows in the order of the list; neighbours share a bar, which shows the worst of them.
    pub fn new<'a>(rows: impl ExactSizeIterator<Item = &'a Row> + Clone) -> Self {
        let sessions = rows.len();
        let per_bar = sessions.div_ceil(BARS).max(1);
        let bars = sessions.div_ceil(per_bar);
        let mut series = vec![vec![None; bars]; metrics::STREAM.len()];
        for (at, row) in rows.enumerate() {
            for (bars, (metric, value)) in series.iter_mut().zip(row.figures()) {
                let bar: &mut Option<f64> = &mut bars[at / per_bar];
                if let Some(value) = value
                    && bar.is_none_or(|worst| metric.is_worse(value, worst))
                {
                    *bar = Some(value);
                }
            }
        }
        Profile { series, sessions }
    }
}

impl Panel {
    /// Of a node of the open session. `profile` is of the call's sessions, for a session with a lone stream;
    /// `place` is the session's place in the list.
    pub fn new(
        open: &SessionDetail,
        path: NodePath,
        rules: &RuleSet,
        profile: Option<&Profile>,
        place: usize,
    ) -> Panel {
        match path.find(&open.session) {
            Some(Node::Media(media)) => Panel::of_medium(&open.session, path, media),
            Some(Node::Unusable(_)) | None => Panel::default(),
            Some(_) => Panel::of_streams(open, path, rules, profile, place),
        }
    }

    fn of_streams(
        open: &SessionDetail,
        path: NodePath,
        rules: &RuleSet,
        profile: Option<&Profile>,
        place: usize,
    ) -> Panel {
        let under: Vec<_> = open.streams_under(path).collect();
        let only = open.stream(path);
        let kinds: Vec<MediumKind> = under.iter().map(|stream| stream.kind).collect();
        let read = |metric: &Metric, path: NodePath| match path.find(&open.session) {
            Some(Node::Stream(stream)) => metric.of_stream(stream),
            _ => Field::Absent,
        };
        let worst = |metric: &'static Metric| {
            let values = under.iter().map(|stream| read(metric, stream.path));
            values.reduce(|one, other| match (&one, &other) {
                (Field::Value(value), Field::Value(than)) if !metric.is_worse(*than, *value) => one,
                (Field::Value(_), Field::Value(_)) => other,
                (Field::Value(_), _) => one,
                _ => other,
            })
        };
        let mut rows: Vec<PanelRow> = metrics::STREAM
            .iter()
            .filter(|metric| metric.peak_of.is_none() && kinds.iter().any(|kind| metric.is_on(*kind)))
            .map(|metric: &'static Metric| {
                let peak = metrics::peak_of(metric.id);
                let condition = kinds.iter().find_map(|kind| {
                    rules.classifier(*kind)?.conditions.iter().find(|condition| condition.metric == metric)
                });
                let is_poor =
                    under.iter().any(|stream| stream.judgement.breaches().any(|breach| breach.metric == metric));
                PanelRow {
                    metric,
                    values: [Some(worst(metric).unwrap_or_default()), peak.map(|peak| worst(peak).unwrap_or_default())],
                    limit: condition.map(|condition| (condition.side, condition.limit)),
                    is_poor,
                    series: open.streams.iter().map(|stream| read(metric, stream.path).value().copied()).collect(),
                }
            })
            .collect();
        rows.sort_by_key(|row| row.limit.is_none());

        let mut panel = Panel {
            columns: if only.is_some() { ["average", "max"] } else { ["worst", "worst max"] },
            rows,
            across: across(open.streams.len(), "streams", "of this session"),
            here: open.streams.iter().position(|stream| stream.path == path),
            verdict: only.map(|stream| (stream.judgement.verdict, stream.why.clone())),
        };
        if let (0..=1, Some(profile)) = (open.streams.len(), profile.filter(|profile| profile.sessions > 1)) {
            for row in &mut panel.rows {
                let at = metrics::STREAM.iter().position(|metric| metric.id == row.metric.id);
                row.series = at.map(|at| profile.series[at].clone()).unwrap_or_default();
            }
            let per_bar = profile.sessions.div_ceil(BARS).max(1);
            panel.across = across(profile.sessions, "sessions", "of the list");
            panel.here = Some(place / per_bar);
        }
        panel
    }

    /// Networks and devices of both sides.
    fn of_medium(session: &Session, path: NodePath, media: &Media) -> Panel {
        let all: Vec<(NodePath, &Media)> = session
            .segments
            .readable()
            .flat_map(|(segment, it)| {
                it.media.readable().map(move |(at, media)| (NodePath::segment(segment).child(at), media))
            })
            .collect();
        let sides = |metric: &Metric, media: &Media| {
            let network = |side: &Field<_>| side.value().map(|network| metric.of_network(network));
            let device = |side: &Field<_>| side.value().map(|device| metric.of_device(device));
            let is_network = metrics::NETWORK.iter().any(|one| one.id == metric.id);
            let [caller, callee] = if is_network {
                [network(&media.caller_network), network(&media.callee_network)]
            } else {
                [device(&media.caller_device), device(&media.callee_device)]
            };
            [caller.unwrap_or_default(), callee.unwrap_or_default()]
        };
        let worse = |metric: &Metric, values: [Field<f64>; 2]| {
            let values = values.iter().filter_map(|value| value.value().copied());
            values.reduce(|one, other| if metric.is_worse(other, one) { other } else { one })
        };
        let rows = metrics::NETWORK.iter().chain(metrics::DEVICE).map(|metric| PanelRow {
            metric,
            values: sides(metric, media).map(Some),
            limit: None,
            is_poor: false,
            series: all.iter().map(|(_, media)| worse(metric, sides(metric, media))).collect(),
        });
        let mut rows: Vec<PanelRow> = rows.collect();
        // What nobody measured stands below what somebody did.
        rows.sort_by_key(|row| row.values.iter().flatten().all(|value| value.value().is_none()));
        Panel {
            columns: ["caller", "callee"],
            rows,
            across: across(all.len(), "media", "of this session, the worse side"),
            here: all.iter().position(|(one, _)| *one == path),
            verdict: None,
        }
    }
}

fn across(number: usize, of: &str, more: &str) -> Vec<String> {
    let short = format!("{} {of}", metrics::count(number));
    vec![format!("{short} {more}"), short]
}

/// A call's rows in the order of a list, for a [`Profile`].
pub fn in_order<'a>(call: &'a Call, order: &'a [u32]) -> impl ExactSizeIterator<Item = &'a Row> + Clone {
    order.iter().map(|at| &call.rows()[*at as usize])
}
