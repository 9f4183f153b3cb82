//! The kind of medium that a label names: audio, video, screen sharing, data.

use super::field::Field;
use super::types::{Media, MediaStream};

/// The kind of a medium, which decides which rules judge its streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MediumKind {
    /// Voice.
    Audio,
    /// Camera video.
    Video,
    /// A shared screen, sent as video.
    ScreenSharing,
    /// Messages of the call itself, without quality metrics.
    Data,
    /// Neither the label nor the streams' metrics say which.
    Other,
}

impl MediumKind {
    /// Returns the name shown to users.
    pub fn name(self) -> &'static str {
        match self {
            MediumKind::Audio => "audio",
            MediumKind::Video => "video",
            MediumKind::ScreenSharing => "screen sharing",
            MediumKind::Data => "data",
            MediumKind::Other => "unknown medium",
        }
    }

    /// By the label. The order matters: `applicationsharing-video` contains two of the words. (The rule of Microsoft's
    /// Call Record Insights; `data` is ours, as seen in a saved record of 2025.)
    pub fn of_label(label: &str) -> Option<MediumKind> {
        let has =
            |word: &str| label.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        [
            ("audio", MediumKind::Audio),
            ("applicationsharing", MediumKind::ScreenSharing),
            ("video", MediumKind::Video),
            ("data", MediumKind::Data),
        ]
        .into_iter()
        .find_map(|(word, kind)| has(word).then_some(kind))
    }

    /// By the metrics that are set, if the label says nothing.
    fn of_figures(stream: &MediaStream) -> Option<MediumKind> {
        let video = [
            &stream.average_video_frame_rate,
            &stream.average_received_frame_rate,
            &stream.average_video_frame_loss_percentage,
            &stream.low_frame_rate_ratio,
            &stream.average_video_packet_loss_rate,
        ];
        if video.iter().any(|figure| figure.value().is_some()) {
            return Some(MediumKind::Video);
        }
        let audio = stream.average_audio_degradation.value().is_some()
            || stream.average_ratio_of_concealed_samples.value().is_some()
            || stream.average_audio_network_jitter.value().is_some();
        audio.then_some(MediumKind::Audio)
    }
}

impl Media {
    /// Returns the kind of this medium, by its label or else by its streams' metrics.
    pub fn kind(&self) -> MediumKind {
        self.by_label().or_else(|| self.by_metrics()).unwrap_or(MediumKind::Other)
    }

    /// Returns what the kind was found by: `label` or `metrics`; `None` for an unknown medium.
    pub fn kind_found_by(&self) -> Option<&'static str> {
        let by_metrics = || self.by_metrics().map(|_| "metrics");
        self.by_label().map(|_| "label").or_else(by_metrics)
    }

    fn by_label(&self) -> Option<MediumKind> {
        self.label.value().and_then(|label| MediumKind::of_label(label))
    }

    fn by_metrics(&self) -> Option<MediumKind> {
        self.streams.items().iter().filter_map(Field::value).find_map(MediumKind::of_figures)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(json: &str) -> MediumKind {
        let media: Field<Media> = serde_json::from_str(json).expect("valid JSON always reads");
        media.value().expect("a medium").kind()
    }

    #[test]
    fn the_label_says_the_kind() {
        for (label, expected) in [
            ("main-audio", MediumKind::Audio),
            ("main-video", MediumKind::Video),
            ("applicationsharing-video", MediumKind::ScreenSharing),
            ("data", MediumKind::Data),
            ("panoramic-VIDEO", MediumKind::Video),
            ("hologram", MediumKind::Other),
        ] {
            assert_eq!(kind(&format!(r#"{{"label":"{label}"}}"#)), expected, "{label}");
        }
    }

    #[test]
    fn without_a_telling_label_the_figures_say_it() {
        assert_eq!(kind(r#"{"streams":[null,{"averageVideoFrameRate":25}]}"#), MediumKind::Video);
        assert_eq!(kind(r#"{"label":"x","streams":[{"averageAudioDegradation":0.1}]}"#), MediumKind::Audio);
        assert_eq!(kind(r#"{"label":"","streams":[{"averageJitter":"PT0.1S"}]}"#), MediumKind::Other);
    }
}
