//! Colours and attributes by meaning. Nothing depends on colour alone: every state also has a sign and a word.

use ratatui::style::{Color, Modifier, Style};

use crate::app::details::ValueKind;
use crate::app::entry_list::EntryKind;
use crate::triage::{SessionStatus, Severity, Verdict};

/// Styles by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Poor, failed, lost.
    pub poor: Style,
    pub good: Style,
    /// Worth checking.
    pub noted: Style,
    /// Unclassified, missing or less important.
    pub dim: Style,
    /// Headings, keys and the program's name.
    pub accent: Style,
    /// Body text.
    pub body: Style,
    /// The answer at the top.
    pub answer: Style,
    /// The frame of the focused pane.
    pub focused: Style,
    /// The frames of the other panes.
    pub frame: Style,
    /// The line with the cursor, in the focused pane.
    pub cursor: Style,
    /// The line with the cursor, in other panes.
    pub resting: Style,
    /// Added to what a filter or a search matched. Attributes only, so that it shows on any line and without colour.
    pub matched: Style,
    /// Whether to draw ASCII characters only.
    pub is_ascii: bool,
}

/// The user's choice of theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ThemeChoice {
    /// Depends on NO_COLOR and, where it can be detected, the terminal's background
    #[default]
    Auto,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// Orange and blue instead of red and green, for colour-blind users
    Safe,
    /// Without colour
    Mono,
}

impl Theme {
    /// For a dark background. Uses the terminal's own sixteen colours, so that it follows the terminal's colour scheme.
    pub const DARK: Theme = Theme::coloured(Color::LightRed, Color::Green, Color::Yellow, Color::Cyan);

    /// For a light background, on which yellow and cyan are unreadable.
    pub const LIGHT: Theme = Theme::coloured(Color::Red, Color::Green, Color::Magenta, Color::Blue);

    /// For a dark background, in colours that colour-blind people can distinguish. Source: the palette of Okabe and
    /// Ito, mapped to the nearest of the 256 colours.
    pub const SAFE_DARK: Theme =
        Theme::coloured(Color::Indexed(208), Color::Indexed(75), Color::Indexed(228), Color::Indexed(152));

    /// The colour-blind palette for a light background.
    pub const SAFE_LIGHT: Theme =
        Theme::coloured(Color::Indexed(166), Color::Indexed(25), Color::Indexed(94), Color::Indexed(60));

    /// No colour, only attributes.
    pub const MONO: Theme = Theme {
        poor: Style::new().add_modifier(Modifier::BOLD),
        good: Style::new(),
        noted: Style::new().add_modifier(Modifier::BOLD),
        dim: Style::new().add_modifier(Modifier::DIM),
        accent: Style::new().add_modifier(Modifier::BOLD),
        body: Style::new(),
        answer: Style::new().add_modifier(Modifier::BOLD),
        focused: Style::new().add_modifier(Modifier::BOLD),
        frame: Style::new().add_modifier(Modifier::DIM),
        cursor: Style::new().add_modifier(Modifier::REVERSED),
        resting: Style::new().add_modifier(Modifier::BOLD),
        matched: Style::new().add_modifier(Modifier::BOLD).add_modifier(Modifier::UNDERLINED),
        is_ascii: false,
    };

    const fn coloured(poor: Color, good: Color, noted: Color, accent: Color) -> Theme {
        Theme {
            poor: Style::new().fg(poor).add_modifier(Modifier::BOLD),
            good: Style::new().fg(good),
            noted: Style::new().fg(noted),
            accent: Style::new().fg(accent),
            focused: Style::new().fg(accent),
            ..Theme::MONO
        }
    }

    /// Returns the variant of this theme for a light or dark background; a theme without variants stays as it is.
    pub fn on_background(self, is_light: bool) -> Theme {
        let pairs = [(Theme::DARK, Theme::LIGHT), (Theme::SAFE_DARK, Theme::SAFE_LIGHT)];
        let plain = Theme { is_ascii: false, ..self };
        let pair = pairs.into_iter().find(|(dark, light)| plain == *dark || plain == *light);
        pair.map_or(self, |(dark, light)| Theme { is_ascii: self.is_ascii, ..if is_light { light } else { dark } })
    }

    /// Returns the theme for a choice and an environment. `is_light` queries the terminal's background; it is called
    /// only if the result depends on it.
    pub fn chosen(
        choice: ThemeChoice,
        environment: impl Fn(&str) -> Option<String>,
        is_light: impl FnOnce() -> Option<bool>,
    ) -> Theme {
        // Set by rxvt, Konsole and others: the numbers of the foreground and background colours; 7 and 15 are white.
        let told = || match environment("COLORFGBG")?.rsplit(';').next()? {
            "7" | "15" => Some(true),
            number => number.parse::<u8>().ok().map(|_| false),
        };
        // https://no-color.org: set, and not empty.
        let is_colourless = environment("NO_COLOR").is_some_and(|value| !value.is_empty())
            || environment("TERM").as_deref() == Some("dumb");
        let is_on_light = || told().or_else(is_light).unwrap_or(false);
        match choice {
            ThemeChoice::Dark => Theme::DARK,
            ThemeChoice::Light => Theme::LIGHT,
            ThemeChoice::Mono => Theme::MONO,
            ThemeChoice::Auto if is_colourless => Theme::MONO,
            ThemeChoice::Auto => {
                if is_on_light() {
                    Theme::LIGHT
                } else {
                    Theme::DARK
                }
            }
            ThemeChoice::Safe => {
                if is_on_light() {
                    Theme::SAFE_LIGHT
                } else {
                    Theme::SAFE_DARK
                }
            }
        }
    }

    /// Returns the style of a verdict.
    pub fn verdict(&self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Poor => self.poor,
            Verdict::Good => self.good,
            Verdict::Unclassified => self.dim,
        }
    }

    /// Returns the style of a session's status.
    pub fn standing(&self, standing: SessionStatus) -> Style {
        match standing {
            SessionStatus::Failed | SessionStatus::Poor => self.poor,
            SessionStatus::Noted => self.noted,
            SessionStatus::Good => self.good,
            SessionStatus::Unclassified => self.dim,
        }
    }

    /// Returns the style of a finding by its severity.
    pub fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Severe => self.poor,
            Severity::Warning => self.noted,
            Severity::Hint => Style::new(),
            Severity::Note => self.dim,
        }
    }

    /// Returns the style of an entry's sign.
    pub fn entry(&self, kind: EntryKind) -> Style {
        match kind {
            EntryKind::Heading | EntryKind::Side | EntryKind::Shared => self.accent,
            EntryKind::Finding(severity) => self.severity(severity),
            EntryKind::Nothing => self.dim,
        }
    }

    /// Returns the style of a value in the details.
    pub fn value(&self, kind: ValueKind) -> Style {
        match kind {
            ValueKind::Value | ValueKind::Moment(_) => Style::new(),
            ValueKind::Poor | ValueKind::Implausible | ValueKind::Unreadable => self.poor,
            ValueKind::Unknown => self.noted,
            ValueKind::Null | ValueKind::Absent | ValueKind::Empty | ValueKind::Placeholder => self.dim,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_decides_when_nobody_chose() {
        let chosen = |choice, pairs: &'static [(&str, &str)], is_light| {
            let environment =
                |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
            Theme::chosen(choice, environment, || is_light)
        };
        let theme = |pairs| chosen(ThemeChoice::Auto, pairs, None);
        assert_eq!(chosen(ThemeChoice::Auto, &[], Some(true)), Theme::LIGHT);
        assert_eq!(chosen(ThemeChoice::Auto, &[("COLORFGBG", "15;0")], Some(true)), Theme::DARK);
        assert_eq!(chosen(ThemeChoice::Safe, &[], Some(true)), Theme::SAFE_LIGHT);
        assert_eq!(chosen(ThemeChoice::Safe, &[("NO_COLOR", "1")], None), Theme::SAFE_DARK, "somebody asked for it");
        assert_eq!(theme(&[]), Theme::DARK);
        assert_eq!(theme(&[("COLORFGBG", "0;15")]), Theme::LIGHT);
        assert_eq!(theme(&[("COLORFGBG", "15;default;0")]), Theme::DARK);
        assert_eq!(theme(&[("COLORFGBG", "0;15"), ("NO_COLOR", "1")]), Theme::MONO);
        assert_eq!(theme(&[("NO_COLOR", "")]), Theme::DARK);
        assert_eq!(theme(&[("TERM", "dumb")]), Theme::MONO);
    }

    #[test]
    fn without_colour_there_is_no_colour() {
        let styles = [
            Theme::MONO.poor,
            Theme::MONO.good,
            Theme::MONO.noted,
            Theme::MONO.dim,
            Theme::MONO.accent,
            Theme::MONO.answer,
            Theme::MONO.focused,
            Theme::MONO.frame,
            Theme::MONO.cursor,
            Theme::MONO.resting,
        ];
        assert!(styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
    }
}
