//! Checks of what could be heard beyond the averages: short bursts, and levels of voice and noise.

use crate::metrics::{self, Metric};
use crate::model::MediumKind;

use super::scene::{Answer, Reading, Said, SideScene, StreamScene};
use super::thresholds;

/// Triggers if the maximum is far over the limit of the average while the average is within it. `limit` is that of the
/// average, `far` that of the maximum.
fn burst<'a>(scene: &StreamScene<'a>, average: &'static Metric, limit: f64, far: f64) -> Answer<'a> {
    if scene.place.kind != MediumKind::Audio {
        return Answer::NotApplicable;
    }
    let Some(peak) = metrics::peak_of(average.id) else { return Answer::NotApplicable };
    let read = |metric: &'static Metric| {
        metric.of_stream(scene.stream).value().copied().filter(|value| metric.is_plausible(*value))
    };
    match (read(peak), read(average)) {
        (Some(most), Some(mean)) if most > far && mean <= limit => Answer::Speaks(Said::two(
            most / far,
            Reading::metric(None, peak, most, Some(far)),
            Reading::metric(None, average, mean, Some(limit)),
        )),
        (Some(_), Some(_)) => Answer::Quiet,
        _ => Answer::Unknown,
    }
}

/// Triggers on short bursts of loss.
pub fn loss_bursts<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    burst(scene, const { metrics::of("averagePacketLossRate") }, thresholds::LOSS_LIMIT, thresholds::LOSS_BURST)
}

/// Triggers on short bursts of jitter.
pub fn jitter_bursts<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    burst(scene, const { metrics::of("averageJitter") }, thresholds::JITTER_LIMIT, thresholds::JITTER_BURST)
}

/// Triggers on a round trip that is long for a short time.
pub fn round_trip_bursts<'a>(scene: &StreamScene<'a>) -> Answer<'a> {
    burst(
        scene,
        const { metrics::of("averageRoundTripTime") },
        thresholds::ROUND_TRIP_LIMIT,
        thresholds::ROUND_TRIP_BURST,
    )
}

/// Checks a level of voice or noise in decibels below full scale. 0 dB is a placeholder: nothing is that loud on average.
fn level<'a>(scene: &SideScene<'a>, metric: &'static Metric, limit: f64, is_bad: fn(f64, f64) -> bool) -> Answer<'a> {
    if scene.kind != MediumKind::Audio {
        return Answer::NotApplicable;
    }
    let Some(device) = scene.device else { return Answer::Unknown };
    let value = metric.of_device(device).value().copied();
    match value.filter(|value| metric.is_plausible(*value) && *value < 0.0) {
        None => Answer::Unknown,
        Some(value) if is_bad(value, limit) => {
            let weight = 1.0 + (value - limit).abs() / 10.0;
            Answer::Speaks(Said::one(weight, Reading::metric(Some(scene.end), metric, value, Some(limit))))
        }
        Some(_) => Answer::Quiet,
    }
}

fn is_under(value: f64, limit: f64) -> bool {
    value < limit
}

fn is_over(value: f64, limit: f64) -> bool {
    value > limit
}

/// Triggers if the voice that was sent is quiet.
pub fn sent_quietly<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    level(scene, const { metrics::of("sentSignalLevel") }, thresholds::QUIET_VOICE, is_under)
}

/// Triggers if the voice that arrived is quiet.
pub fn received_quietly<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    level(scene, const { metrics::of("receivedSignalLevel") }, thresholds::QUIET_VOICE, is_under)
}

/// Triggers if the noise that was sent is loud.
pub fn noise_sent<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    level(scene, const { metrics::of("sentNoiseLevel") }, thresholds::LOUD_NOISE, is_over)
}

/// Triggers if the noise that arrived is loud.
pub fn noise_received<'a>(scene: &SideScene<'a>) -> Answer<'a> {
    level(scene, const { metrics::of("receivedNoiseLevel") }, thresholds::LOUD_NOISE, is_over)
}
