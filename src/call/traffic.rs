//! The metrics of a session kept apart by kind of media and direction, so that they can be compared across a call.

use crate::metrics::{self, Metric};
use crate::model::{Field, MediaStream, MediumKind, Session, StreamDirection};
use crate::triage::End;
use crate::triage::legs::{Parties, SegmentParties};

/// One kind of media in one direction, as seen from the session's own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// The kind: audio, video or screen sharing.
    pub kind: MediumKind,
    /// Whether the session's own end sent it.
    pub is_sent: bool,
}

/// The metrics that are kept of each kind: those that describe the network of any stream, those that a built-in rule set
/// judges the kind by, and those that describe what was heard or seen. Peaks are not kept: they say more about the
/// length of a stream than about its quality.
const KEPT: [(MediumKind, &[&Metric]); 3] = [
    (
        MediumKind::Audio,
        &[
            metrics::of("averagePacketLossRate"),
            metrics::of("averageJitter"),
            metrics::of("averageRoundTripTime"),
            metrics::of("averageAudioNetworkJitter"),
            metrics::of("averageAudioDegradation"),
            metrics::of("averageRatioOfConcealedSamples"),
            metrics::of("averageBandwidthEstimate"),
        ],
    ),
    (
        MediumKind::Video,
        &[
            metrics::of("averagePacketLossRate"),
            metrics::of("averageJitter"),
            metrics::of("averageRoundTripTime"),
            metrics::of("averageVideoFrameLossPercentage"),
            metrics::of("averageVideoFrameRate"),
            metrics::of("postForwardErrorCorrectionPacketLossRate"),
            metrics::of("lowFrameRateRatio"),
            metrics::of("averageFreezeDuration"),
            metrics::of("averageBandwidthEstimate"),
        ],
    ),
    (
        MediumKind::ScreenSharing,
        &[
            metrics::of("averagePacketLossRate"),
            metrics::of("averageJitter"),
            metrics::of("averageRoundTripTime"),
            metrics::of("averageVideoFrameLossPercentage"),
            metrics::of("averageVideoFrameRate"),
            metrics::of("postForwardErrorCorrectionPacketLossRate"),
        ],
    ),
];

/// The number of values kept of a session.
const VALUES: usize = 2 * (KEPT[0].1.len() + KEPT[1].1.len() + KEPT[2].1.len());

impl Traffic {
    /// Every kind in every direction.
    pub fn all() -> impl Iterator<Item = Traffic> {
        KEPT.into_iter().flat_map(|(kind, _)| [true, false].map(|is_sent| Traffic { kind, is_sent }))
    }

    /// Determines which traffic of a session a stream belongs to; `None` if it is of another kind, has no direction, or is
    /// part of a leg between other parties than the session's.
    pub fn of(kind: MediumKind, stream: &MediaStream, parties: Parties, own: End) -> Option<Traffic> {
        let sender = match stream.stream_direction.value()? {
            StreamDirection::CallerToCallee => End::Caller,
            StreamDirection::CalleeToCaller => End::Callee,
            _ => return None,
        };
        let is_sent = parties.end_of_session(sender)? == own;
        KEPT.iter().any(|(kept, _)| *kept == kind).then_some(Traffic { kind, is_sent })
    }

    /// Returns the metrics that are kept of it.
    pub fn metrics(self) -> &'static [&'static Metric] {
        KEPT.iter().find(|(kind, _)| *kind == self.kind).map_or(&[], |(_, metrics)| metrics)
    }

    /// Returns the index of the first of its values.
    fn first(self) -> usize {
        let before = KEPT.iter().take_while(|(kind, _)| *kind != self.kind).map(|(_, metrics)| 2 * metrics.len());
        before.sum::<usize>() + if self.is_sent { 0 } else { self.metrics().len() }
    }

    fn place(self, metric: &Metric) -> Option<usize> {
        Some(self.first() + self.metrics().iter().position(|kept| kept.id == metric.id)?)
    }
}

/// A value that is not negative, in two bytes: the exponent and eight bits of the mantissa of a float, which is 0.2 % off
/// at most. Sorted as the values are. No verdict is made from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rough(u16);

impl Rough {
    /// Stands for a value that was not measured.
    const NOTHING: Rough = Rough(u16::MAX);

    /// Rounds a value; `None` if it is negative or not a number.
    pub fn new(value: f64) -> Option<Rough> {
        const HALF: u32 = 1 << 14;
        (value >= 0.0).then(|| Rough((((value as f32).abs().to_bits() + HALF) >> 15) as u16))
    }

    /// Returns the value.
    pub fn value(self) -> f64 {
        f32::from_bits(u32::from(self.0) << 15).into()
    }

    fn measured(self) -> Option<Rough> {
        (self != Rough::NOTHING).then_some(self)
    }
}

/// The worst value of every kept metric over the streams of each traffic of a session.
#[derive(Debug, Clone)]
pub struct TrafficFigures([Rough; VALUES]);

impl TrafficFigures {
    /// Collects them from the streams of a session.
    pub(super) fn of(session: &Session, own: End) -> TrafficFigures {
        let parties = SegmentParties::of(session);
        let mut figures = TrafficFigures([Rough::NOTHING; VALUES]);
        session.streams(|place, stream| {
            let Some(traffic) = Traffic::of(place.kind, stream, parties.at(place.path), own) else { return };
            let values = &mut figures.0[traffic.first()..];
            for (kept, metric) in values.iter_mut().zip(traffic.metrics()) {
                let Field::Value(value) = metric.of_stream(stream) else { continue };
                let is_worse = kept.measured().is_none_or(|kept| metric.is_worse(value, kept.value()));
                if let Some(value) = Rough::new(value).filter(|_| is_worse && metric.is_plausible(value)) {
                    *kept = value;
                }
            }
        });
        figures
    }

    /// Returns the worst value of a metric; `None` if it is not kept or was not measured.
    pub fn get(&self, traffic: Traffic, metric: &Metric) -> Option<Rough> {
        self.0.get(traffic.place(metric)?)?.measured()
    }

    /// Iterates over the kept metrics of a traffic in the order of [`Traffic::metrics`].
    pub fn values(&self, traffic: Traffic) -> impl Iterator<Item = Option<Rough>> {
        self.0.iter().skip(traffic.first()).take(traffic.metrics().len()).map(|value| value.measured())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PERSON: &str = r##"{"@odata.type":"#microsoft.graph.callRecords.participantEndpoint","associatedIdentity":{"id":"a","displayName":"Ana Lima"}}"##;
    const SERVICE: &str = r##"{"@odata.type":"#microsoft.graph.callRecords.serviceEndpoint"}"##;

    fn figures(ends: [&str; 2], own: End, segments: &str) -> TrafficFigures {
        let json = format!(r#"{{"caller":{},"callee":{},"segments":[{segments}]}}"#, ends[0], ends[1]);
        let session = crate::model::session::read(json.as_bytes()).expect("a session").session;
        TrafficFigures::of(&session, own)
    }

    fn segment(label: &str, streams: &str) -> String {
        format!(r#"{{"media":[{{"label":"{label}","streams":[{streams}]}}]}}"#)
    }

    fn stream(direction: &str, members: &str) -> String {
        format!(r#"{{"streamDirection":"{direction}",{members}}}"#)
    }

    #[track_caller]
    fn assert_about(figure: Option<Rough>, value: f64) {
        let figure = figure.expect("a figure").value();
        assert!((figure - value).abs() <= value * 0.002, "{figure} is not about {value}");
    }

    #[test]
    fn what_a_person_heard_is_kept_apart_from_what_they_spoke_and_saw() {
        let audio = segment(
            "main-audio",
            &[
                stream("callerToCallee", r#""averagePacketLossRate":0.19"#),
                stream("calleeToCaller", r#""averagePacketLossRate":0.01"#),
                stream("calleeToCaller", r#""averagePacketLossRate":0.02"#),
            ]
            .join(","),
        );
        let video = segment("main-video", &stream("calleeToCaller", r#""averageVideoFrameRate":5.2"#));
        let figures = figures([PERSON, SERVICE], End::Caller, &format!("{audio},{video}"));
        let loss = metrics::of("averagePacketLossRate");
        let rate = metrics::of("averageVideoFrameRate");
        let get = |kind, is_sent, metric| figures.get(Traffic { kind, is_sent }, metric);
        assert_about(get(MediumKind::Audio, true, loss), 0.19);
        assert_about(get(MediumKind::Audio, false, loss), 0.02);
        assert_about(get(MediumKind::Video, false, rate), 5.2);
        assert_eq!(get(MediumKind::Video, true, rate), None, "not measured is not zero");
        assert_eq!(get(MediumKind::Audio, true, rate), None, "audio has no frames");
        assert_eq!(get(MediumKind::Data, true, loss), None);
    }

    #[test]
    fn the_direction_is_that_of_the_sessions_own_end() {
        let audio = segment("main-audio", &stream("callerToCallee", r#""averageJitter":"PT0.03S""#));
        let figures = figures([SERVICE, PERSON], End::Callee, &audio);
        let jitter = metrics::of("averageJitter");
        let of_audio = |is_sent| Traffic { kind: MediumKind::Audio, is_sent };
        assert_about(figures.get(of_audio(false), jitter), 0.03);
        assert_eq!(figures.get(of_audio(true), jitter), None);
    }

    #[test]
    fn the_lowest_frame_rate_and_no_impossible_value_is_kept() {
        let streams = ["24", "5", "9", "-3"]
            .map(|rate| stream("calleeToCaller", &format!(r#""averageVideoFrameRate":{rate}"#)))
            .join(",");
        let figures = figures([PERSON, SERVICE], End::Caller, &segment("main-video", &streams));
        let seen = Traffic { kind: MediumKind::Video, is_sent: false };
        assert_about(figures.get(seen, metrics::of("averageVideoFrameRate")), 5.0);
    }

    #[test]
    fn every_metric_that_a_built_in_rule_set_judges_by_is_kept() {
        for set in crate::triage::RuleSets::built_in().iter() {
            for (kind, metrics) in KEPT {
                let conditions = set.classifier(kind).map_or(&[][..], |classifier| &classifier.conditions);
                for condition in conditions {
                    assert!(metrics.contains(&condition.metric), "{kind:?} {}", condition.metric.id);
                }
            }
        }
    }

    #[test]
    fn every_kept_value_has_a_place_of_its_own() {
        let mut places: Vec<usize> = Traffic::all()
            .flat_map(|traffic| traffic.metrics().iter().filter_map(move |metric| traffic.place(metric)))
            .collect();
        places.sort_unstable();
        assert_eq!(places, (0..VALUES).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn a_rough_value_is_close_and_keeps_the_order(one in 0.0f64..1e12, other in 0.0f64..1e12, small in 0.0f64..1.0) {
            for value in [one, small] {
                let rough = Rough::new(value).expect("it is not negative");
                prop_assert!((rough.value() - value).abs() <= value * 0.002 + 1e-37);
                prop_assert!(rough.measured().is_some());
            }
            let [one_rough, other_rough] = [one, other].map(|value| Rough::new(value).expect("it is not negative"));
            prop_assert!(one_rough == other_rough || (one < other) == (one_rough < other_rough));
        }
    }

    #[test]
    fn a_value_that_is_no_size_is_not_kept() {
        assert_eq!(Rough::new(-0.1), None);
        assert_eq!(Rough::new(f64::NAN), None);
        assert_eq!(Rough::new(-0.0).map(Rough::value), Some(0.0));
        assert!(Rough::new(f64::INFINITY).is_some_and(|value| value.measured().is_some()));
    }
}
