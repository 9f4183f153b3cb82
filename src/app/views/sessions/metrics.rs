//! The metrics of the selected node as rows: values, threshold, and the same metric across its neighbours.

use crate::call::{Call, Row};
use crate::metrics::{self, Metric};
use crate::model::{Field, Media, MediumKind, Node, NodePath, Session};
use crate::triage::rules::Side;
use crate::triage::{RuleSet, Verdict};

use crate::app::session_detail::SessionDetail;

/// The metrics of a node.
#[derive(Debug, Default)]
pub struct Panel {
    /// The names of the two value columns.
    pub columns: [&'static str; 2],
    /// The rows, those with a threshold first.
    pub rows: Vec<PanelRow>,
    /// What the sparklines run across, as phrases from longest to shortest.
    pub across: Vec<String>,
    /// The position of the selected node in the sparklines.
    pub here: Option<usize>,
    /// The node's verdict and the reason in words; `None` where there is nothing to classify.
    pub verdict: Option<(Verdict, String)>,
}

/// One metric.
#[derive(Debug)]
pub struct PanelRow {
    pub metric: &'static Metric,
    /// The values in the two columns; `None` where the metric does not apply.
    pub values: [Option<Field<f64>>; 2],
    /// The threshold of the rule set, and which side of it is poor.
    pub limit: Option<(Side, f64)>,
    /// Whether the value is on the poor side of the threshold, in a classified stream.
    pub is_poor: bool,
    /// The metric across the neighbours; `None` where one has no value.
    pub series: Vec<Option<f64>>,
}

/// The maximum number of bars in a sparkline across a whole call; sessions share bars beyond that.
const BARS: usize = 60;

/// Sparklines of a call's sessions, one for each stream metric.
#[derive(Debug, Default)]
pub struct Profile {
    series: Vec<Vec<Option<f64>>>,
    /// The number of sessions covered.
    pub sessions: usize,
}

impl Profile {
    /// Builds the sparklines from a call's rows in list order; neighbours share a bar, which shows the worst of them.
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
    /// Builds the panel for a node of the open session. `profile` covers the call's sessions, for a session with a
    /// single stream; `place` is the session's index in the list.
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

    /// Builds the panel for the networks and devices of both sides.
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
        // Metrics without a measured value go below those that have one.
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

/// Returns a call's rows in the order of a list, for a [`Profile`].
pub fn in_order<'a>(call: &'a Call, order: &'a [u32]) -> impl ExactSizeIterator<Item = &'a Row> + Clone {
    order.iter().map(|at| &call.rows()[*at as usize])
}
