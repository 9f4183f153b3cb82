//! The rule sets by which streams are judged, as data, with the source of every limit.

use crate::model::MediumKind;

/// A way of judging streams, published by somebody.
#[derive(Debug)]
pub struct RuleSet {
    /// Its name on the command line, on screen and in reports.
    pub id: &'static str,
    /// What it is, in one line.
    pub title: &'static str,
    /// Where it is published.
    pub source: &'static str,
    /// What a reader must know before taking a verdict for the truth.
    pub caution: &'static str,
    audio: Classifier,
    video: Classifier,
    screen_sharing: Classifier,
}

/// How the streams of one kind of medium are judged.
#[derive(Debug)]
pub struct Classifier {
    /// Streams with this many packets or fewer are not judged.
    pub more_packets_than: Option<f64>,
    /// What is looked at.
    pub method: Method,
    /// The conditions, in their order.
    pub conditions: &'static [Condition],
}

/// How conditions add up to a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Poor when any condition is met; good when at least one could be looked at and none is met.
    Any,
    /// The first condition whose metric was measured decides alone.
    FirstMeasured,
}

/// One limit. The comparison is strict: a value at the limit is not over it.
#[derive(Debug)]
pub struct Condition {
    /// Graph's name of the metric.
    pub metric: &'static str,
    /// On which side of the limit a value is poor.
    pub side: Side,
    /// The limit, in the metric's unit.
    pub limit: f64,
    /// To which streams it applies.
    pub applies: Applies,
}

/// On which side of a limit a value is poor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Above it.
    Over,
    /// Below it.
    Under,
}

/// To which streams of its medium a condition applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// To all.
    Always,
    /// To streams that a client receives and that are not H264S.
    InboundOtherThanH264s,
    /// To streams that a client sends, and to every H264S stream.
    OutboundOrH264s,
}

impl RuleSet {
    /// How streams on a kind of medium are judged; `None` when the set has no rule for it.
    pub fn classifier(&self, kind: MediumKind) -> Option<&Classifier> {
        match kind {
            MediumKind::Audio => Some(&self.audio),
            MediumKind::Video => Some(&self.video),
            MediumKind::ScreenSharing => Some(&self.screen_sharing),
            MediumKind::Data | MediumKind::Other => None,
        }
    }
}

const fn over(metric: &'static str, limit: f64) -> Condition {
    Condition { metric, side: Side::Over, limit, applies: Applies::Always }
}

const fn under(metric: &'static str, limit: f64) -> Condition {
    Condition { metric, side: Side::Under, limit, applies: Applies::Always }
}

/// Microsoft's classification of 2024, as its Call Quality Dashboard has it.
///
/// Screen sharing that is no video (the dashboard's tiles and one-way delay) has no figures in Graph.
pub static CQD: RuleSet = RuleSet {
    id: "cqd",
    title: "Call Quality Dashboard, 2024",
    source: "learn.microsoft.com/microsoftteams/stream-classification-in-call-quality-dashboard (2024-10-22)",
    caution: "Poor speaks of the network's conditions and not of what people heard. For video Microsoft looks at a \
              freeze score first, which Graph does not give.",
    audio: Classifier {
        more_packets_than: Some(500.0),
        method: Method::Any,
        conditions: &[
            over("averageRoundTripTime", 0.5),
            over("averagePacketLossRate", 0.1),
            over("averageJitter", 0.03),
        ],
    },
    video: Classifier {
        more_packets_than: Some(500.0),
        method: Method::FirstMeasured,
        conditions: &[
            over("averageVideoFrameLossPercentage", 50.0),
            under("averageVideoFrameRate", 7.0),
            over("postForwardErrorCorrectionPacketLossRate", 0.15),
        ],
    },
    screen_sharing: Classifier {
        more_packets_than: None,
        method: Method::FirstMeasured,
        conditions: &[
            Condition { applies: Applies::InboundOtherThanH264s, ..over("averageVideoFrameLossPercentage", 50.0) },
            Condition { applies: Applies::OutboundOrH264s, ..under("averageVideoFrameRate", 1.0) },
        ],
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;

    #[test]
    fn every_condition_is_about_a_metric_of_streams_within_its_range() {
        for kind in [MediumKind::Audio, MediumKind::Video, MediumKind::ScreenSharing] {
            for condition in CQD.classifier(kind).expect("a classifier").conditions {
                let metric = metrics::STREAM.iter().find(|metric| metric.id == condition.metric);
                let metric = metric.unwrap_or_else(|| panic!("{} is no metric of streams", condition.metric));
                assert!(metric.is_plausible(condition.limit), "{}", condition.metric);
                let expected = if metric.is_worse(1.0, 0.0) { Side::Over } else { Side::Under };
                assert_eq!(condition.side, expected, "{} gets worse the other way", condition.metric);
            }
        }
    }
}
