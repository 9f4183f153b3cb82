//! Colours and attributes by meaning. Nothing depends on colour alone: every state also has a sign and a word.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::app::details::ValueKind;
use crate::app::entry_list::EntryKind;
use crate::app::raw::{ProblemKind, Token};
use crate::triage::{SessionStatus, Severity, Verdict};

/// Styles by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Poor, severe, unreadable.
    pub poor: Style,
    /// Not set up, or dropped.
    pub failed: Style,
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
    /// A string in JSON.
    pub text: Style,
    /// A number, `true` or `false` in JSON.
    pub number: Style,
    /// Added to what a filter or a search matched. Attributes only, so that it shows on any line and without colour.
    pub matched: Style,
    /// Whether to draw ASCII characters only.
    pub is_ascii: bool,
    /// The user's own colours, in place of the theme's.
    pub own: OwnColours,
}

/// The meanings that have colours of one's own in the config file: their names, and where they go.
pub const MEANINGS: [&str; 5] = ["poor", "failed", "noted", "good", "accent"];

/// The user's own colours, in the order of [`MEANINGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwnColours([Option<Color>; MEANINGS.len()]);

impl OwnColours {
    /// Sets the colour of the meaning at an index. The error says how colours are written.
    pub fn set(&mut self, meaning: usize, colour: &str) -> Result<(), String> {
        let known = colour.parse().map_err(|_| {
            format!("unknown color {colour}: use #rrggbb, a name such as red or light-blue, or a number from 0 to 255")
        })?;
        if let Some(own) = self.0.get_mut(meaning) {
            *own = Some(known);
        }
        Ok(())
    }

    /// Returns the colours as a terminal with 256 of them can show them.
    pub fn of_256(self) -> OwnColours {
        OwnColours(self.0.map(|own| own.map(nearest)))
    }
}

/// Returns the nearest of the fixed 256 colours. The steps of a channel are 0, 95, 135, 175, 215 and 255. Source: xterm.
fn nearest(colour: Color) -> Color {
    let Color::Rgb(red, green, blue) = colour else { return colour };
    let step = |part: u8| match part {
        0..48 => 0,
        48..115 => 1,
        _ => (part - 35) / 40,
    };
    Color::Indexed(16 + 36 * step(red) + 6 * step(green) + step(blue))
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

/// The colours of a theme, by meaning.
struct Palette {
    poor: Color,
    failed: Color,
    noted: Color,
    good: Color,
    accent: Color,
    text: Color,
    number: Color,
}

impl Theme {
    /// For a dark background. Uses the terminal's own sixteen colours, so that it follows the terminal's colour scheme.
    pub const DARK: Theme = Theme::coloured(Palette {
        poor: Color::LightRed,
        failed: Color::LightMagenta,
        noted: Color::Yellow,
        good: Color::Green,
        accent: Color::Cyan,
        text: Color::Indexed(151),
        number: Color::LightBlue,
    });

    /// For a light background, on which yellow and cyan are unreadable: brown is the fixed colour 94 of the 256.
    pub const LIGHT: Theme = Theme::coloured(Palette {
        poor: Color::Red,
        failed: Color::Magenta,
        noted: Color::Indexed(94),
        good: Color::Green,
        accent: Color::Blue,
        text: Color::Indexed(22),
        number: Color::Indexed(23),
    });

    /// For a dark background, in colours that colour-blind people can distinguish: of the 256 colours, those that stay
    /// farthest apart in the simulation that tests them.
    pub const SAFE_DARK: Theme = Theme::coloured(Palette {
        poor: Color::Indexed(209),
        failed: Color::Indexed(171),
        noted: Color::Indexed(220),
        good: Color::Indexed(110),
        accent: Color::Indexed(86),
        text: Color::Indexed(187),
        number: Color::Indexed(153),
    });

    /// The colour-blind palette for a light background.
    pub const SAFE_LIGHT: Theme = Theme::coloured(Palette {
        poor: Color::Indexed(88),
        failed: Color::Indexed(162),
        noted: Color::Indexed(94),
        good: Color::Indexed(26),
        accent: Color::Indexed(18),
        text: Color::Indexed(58),
        number: Color::Indexed(23),
    });

    /// No colour, only attributes.
    pub const MONO: Theme = Theme {
        poor: Style::new().add_modifier(Modifier::BOLD),
        failed: Style::new().add_modifier(Modifier::BOLD),
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
        text: Style::new(),
        number: Style::new(),
        matched: Style::new().add_modifier(Modifier::BOLD).add_modifier(Modifier::UNDERLINED),
        is_ascii: false,
        own: OwnColours([None; MEANINGS.len()]),
    };

    const fn coloured(palette: Palette) -> Theme {
        Theme {
            poor: Style::new().fg(palette.poor).add_modifier(Modifier::BOLD),
            failed: Style::new().fg(palette.failed).add_modifier(Modifier::BOLD),
            good: Style::new().fg(palette.good),
            noted: Style::new().fg(palette.noted),
            accent: Style::new().fg(palette.accent),
            focused: Style::new().fg(palette.accent),
            text: Style::new().fg(palette.text),
            number: Style::new().fg(palette.number),
            ..Theme::MONO
        }
    }

    /// Returns the variant of this theme for a light or dark background; a theme without variants stays as it is.
    pub fn on_background(self, is_light: bool) -> Theme {
        let pairs = [(Theme::DARK, Theme::LIGHT), (Theme::SAFE_DARK, Theme::SAFE_LIGHT)];
        let is_now = |theme: Theme| Theme { is_ascii: self.is_ascii, ..theme }.with(self.own) == self;
        let pair = pairs.into_iter().find(|(dark, light)| is_now(*dark) || is_now(*light));
        pair.map_or(self, |(dark, light)| {
            Theme { is_ascii: self.is_ascii, ..if is_light { light } else { dark } }.with(self.own)
        })
    }

    /// Returns this theme with the user's own colours; without colour, it stays without.
    pub fn with(mut self, own: OwnColours) -> Theme {
        if self.accent.fg.is_none() {
            return self;
        }
        self.own = own;
        let styles = [&mut self.poor, &mut self.failed, &mut self.noted, &mut self.good, &mut self.accent];
        for (style, colour) in styles.into_iter().zip(own.0) {
            style.fg = colour.or(style.fg);
        }
        self.focused.fg = self.accent.fg;
        self
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

    /// Returns the style of a focused pane's title: reversed, so that one sees it without colour and in ASCII, too.
    pub fn focused_title(&self) -> Style {
        self.accent.add_modifier(Modifier::REVERSED | Modifier::BOLD)
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
            SessionStatus::Failed => self.failed,
            SessionStatus::Poor => self.poor,
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
            EntryKind::Fact => self.body,
            EntryKind::Nothing => self.dim,
        }
    }

    /// Returns the style of a part of JSON.
    pub fn token(&self, token: Token) -> Style {
        match token {
            Token::Name => self.accent,
            Token::Text => self.text,
            Token::Number | Token::Bool => self.number,
            Token::Null | Token::Sign => self.dim,
            Token::Other => self.body,
        }
    }

    /// Returns the style of a problem's sign in JSON.
    pub fn problem(&self, kind: ProblemKind) -> Style {
        match kind {
            ProblemKind::Poor => self.poor,
            ProblemKind::Unreadable => self.noted,
            ProblemKind::Found(severity) => self.severity(severity),
            ProblemKind::Placeholder => self.dim,
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

/// Gives selected lines their full contrast: what is reversed or bold is not dim. Otherwise the dim parts of a selected
/// line are grey on white, or grey on black. Terminals disagree about bold and dim together anyway.
pub fn undim(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.modifier.intersects(Modifier::REVERSED | Modifier::BOLD) {
            cell.modifier.remove(Modifier::DIM);
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
    fn own_colours_replace_the_themes_on_any_background_but_not_where_there_are_none() {
        let mut own = OwnColours::default();
        own.set(0, "#ff8800").expect("a colour");
        own.set(4, "light-blue").expect("a colour");
        let dark = Theme::DARK.with(own);
        assert_eq!((dark.poor.fg, dark.good.fg), (Some(Color::Rgb(255, 136, 0)), Theme::DARK.good.fg));
        assert_eq!(dark.focused.fg, Some(Color::LightBlue));
        let light = dark.on_background(true);
        assert_eq!(
            (light.poor.fg, light.good.fg, light.noted.fg),
            (dark.poor.fg, Theme::LIGHT.good.fg, Theme::LIGHT.noted.fg)
        );
        assert_eq!(Theme::MONO.with(own), Theme::MONO);
        assert_eq!(Theme::DARK.with(own.of_256()).poor.fg, Some(Color::Indexed(214 - 6)));
        assert!(own.set(0, "orangish").expect_err("no colour").contains("#rrggbb"));
    }

    #[test]
    fn without_colour_there_is_no_colour() {
        let styles = [
            Theme::MONO.poor,
            Theme::MONO.failed,
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
