//! Draws a terminal's screen as an SVG picture.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// The size of a cell, in pixels.
const CELL: (f64, f64) = (8.4, 18.0);
/// The margin around the screen, in pixels.
const MARGIN: f64 = 14.0;

/// The colours of a terminal.
pub struct Palette {
    background: &'static str,
    foreground: &'static str,
    /// The sixteen ANSI colours, in the terminal's order.
    sixteen: [&'static str; 16],
}

/// A dark terminal.
pub const DARK: Palette = Palette {
    background: "#16181d",
    foreground: "#d7dae0",
    sixteen: [
        "#16181d", "#e06c75", "#8cc570", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0", "#5c6370", "#ff7b85",
        "#a5e075", "#f0d197", "#7ac3ff", "#de9bf0", "#6fd3e0", "#ffffff",
    ],
};

/// A light terminal.
pub const LIGHT: Palette = Palette {
    background: "#fbfbf9",
    foreground: "#24292f",
    sixteen: [
        "#24292f", "#c0202a", "#1a7f37", "#9a6700", "#0550ae", "#8250df", "#1b7c83", "#57606a", "#57606a", "#cf222e",
        "#2da44e", "#bf8700", "#0969da", "#a475f9", "#3192aa", "#24292f",
    ],
};

/// Draws a screen.
pub fn svg(screen: &Screen, palette: &Palette, title: &str) -> String {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let mut out = opening(columns, rows, palette, title, "");
    for row in 0..rows {
        out.push_str(&row_of(screen, row, palette));
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// A screen of a recording, how long it stays, in seconds, and what is said below it.
pub struct Frame {
    pub screen: Screen,
    pub seconds: f64,
    pub caption: String,
}

/// Draws a recording that repeats itself. Only lines that change are drawn more than once; where motion is unwanted,
/// only the last screen is shown.
pub fn recording(frames: &[Frame], palette: &Palette, title: &str) -> String {
    let Some(first) = frames.first() else { return String::new() };
    let (rows, columns) = (first.screen.size().0.get(), first.screen.size().1.get());
    let mut lines: Vec<(usize, usize, String)> = Vec::new();
    // An empty line, and then the caption.
    for row in 0..=rows {
        let drawn = |frame: &Frame| match row < rows {
            true => row_of(&frame.screen, row, palette),
            false => caption_of(&frame.caption, rows, palette),
        };
        let all: Vec<String> = frames.iter().map(drawn).collect();
        let mut start = 0;
        for end in 1..=all.len() {
            if end == all.len() || all[end] != all[start] {
                lines.push((start, end, all[start].clone()));
                start = end;
            }
        }
    }
    let mut out = opening(columns, rows + 2, palette, title, &styles(frames, &lines));
    for (start, end, drawn) in lines.iter().filter(|(_, _, drawn)| !drawn.is_empty()) {
        if (*start, *end) == (0, frames.len()) {
            out.push_str(drawn);
        } else {
            let _ = write!(out, "<g class=\"f{start}-{end}\">\n{drawn}</g>\n");
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// The style sheet that shows each line while its frames last.
fn styles(frames: &[Frame], lines: &[(usize, usize, String)]) -> String {
    let ends: Vec<f64> = frames
        .iter()
        .scan(0.0, |sum, frame| {
            *sum += frame.seconds;
            Some(*sum)
        })
        .collect();
    let whole = ends.last().copied().unwrap_or_default();
    let percent = |at: usize| if at == 0 { 0.0 } else { ends[at - 1] / whole * 100.0 };
    let spans: std::collections::BTreeSet<(usize, usize)> =
        lines.iter().map(|(start, end, _)| (*start, *end)).collect();
    let mut out = String::from("<style>\n");
    for (start, end) in spans.into_iter().filter(|span| *span != (0, frames.len())) {
        let still = if end == frames.len() { "visible" } else { "hidden" };
        let before = if start == 0 { "" } else { "0%{visibility:hidden}" };
        let after =
            if end == frames.len() { String::new() } else { format!("{:.2}%{{visibility:hidden}}", percent(end)) };
        let _ = writeln!(
            out,
            ".f{start}-{end}{{visibility:{still};animation:a{start}-{end} {whole}s step-end infinite}}\n\
             @keyframes a{start}-{end}{{{before}{:.2}%{{visibility:visible}}{after}}}",
            percent(start)
        );
    }
    out.push_str("@media (prefers-reduced-motion:reduce){g{animation:none!important}}\n</style>\n");
    out
}

fn opening(columns: u16, rows: u16, palette: &Palette, title: &str, style: &str) -> String {
    let (width, height) = (f64::from(columns) * CELL.0 + 2.0 * MARGIN, f64::from(rows) * CELL.1 + 2.0 * MARGIN);
    let title = escaped(title);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}" role="img" aria-label="{title}">
{style}<rect width="100%" height="100%" rx="8" fill="{}"/>
<g font-family="'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="14" fill="{}">
"#,
        palette.background, palette.foreground
    )
}

fn row_of(screen: &Screen, row: u16, palette: &Palette) -> String {
    let columns = screen.size().1.get();
    let (mut out, mut column) = (String::new(), 0);
    while column < columns {
        let run = Run::at(screen, row, column, columns);
        run.draw(&mut out, row, palette);
        column = run.end;
    }
    out
}

fn caption_of(text: &str, rows: u16, palette: &Palette) -> String {
    let y = MARGIN + f64::from(rows + 1) * CELL.1 + 13.5;
    let ink = palette.sixteen[4];
    format!("<text x=\"{MARGIN}\" y=\"{y:.1}\" font-weight=\"bold\" fill=\"{ink}\">{}</text>\n", escaped(text))
}

/// A run of neighbouring cells that look alike.
struct Run {
    start: u16,
    end: u16,
    text: String,
    look: Look,
}

#[derive(Clone, Copy, PartialEq)]
struct Look {
    foreground: Color,
    background: Color,
    is_bold: bool,
    is_dim: bool,
    is_underlined: bool,
    is_reversed: bool,
}

impl Look {
    fn of(cell: &Cell) -> Look {
        Look {
            foreground: cell.fgcolor(),
            background: cell.bgcolor(),
            is_bold: cell.bold(),
            is_dim: cell.dim(),
            is_underlined: cell.underline(),
            is_reversed: cell.inverse(),
        }
    }
}

impl Run {
    fn at(screen: &Screen, row: u16, start: u16, columns: u16) -> Run {
        let cell = |column| screen.cell(row, column).expect("a cell of the screen");
        // The foreground style of a space is invisible, and not always the same.
        let is_blank = |column| {
            let (cell, look) = (cell(column), Look::of(cell(column)));
            matches!(cell.contents(), "" | " ")
                && !look.is_reversed
                && look.background == Color::Default
                && !cell.is_wide_continuation()
        };
        let begins_blank = is_blank(start);
        let look = Look::of(cell(start));
        let (mut end, mut text) = (start, String::new());
        let belongs =
            |column| if begins_blank { is_blank(column) } else { is_blank(column) || Look::of(cell(column)) == look };
        while end < columns && belongs(end) {
            if !cell(end).is_wide_continuation() {
                let contents = cell(end).contents();
                text.push_str(if contents.is_empty() { " " } else { contents });
            }
            end += 1;
        }
        // Trailing spaces are not part of the run.
        while !begins_blank && is_blank(end - 1) {
            end -= 1;
            text.pop();
        }
        Run { start, end, text, look }
    }

    fn draw(&self, out: &mut String, row: u16, palette: &Palette) {
        let (mut ink, mut paper) = (
            colour(self.look.foreground, palette, palette.foreground),
            colour(self.look.background, palette, palette.background),
        );
        if self.look.is_reversed {
            std::mem::swap(&mut ink, &mut paper);
        }
        let (x, y) = (MARGIN + f64::from(self.start) * CELL.0, MARGIN + f64::from(row) * CELL.1);
        let width = f64::from(self.end - self.start) * CELL.0;
        if paper != palette.background {
            let _ =
                writeln!(out, r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{}" fill="{paper}"/>"#, CELL.1);
        }
        if self.text.trim().is_empty() {
            return;
        }
        let mut style = String::new();
        if ink != palette.foreground {
            let _ = write!(style, r#" fill="{ink}""#);
        }
        if self.look.is_bold {
            style.push_str(r#" font-weight="bold""#);
        }
        if self.look.is_dim {
            style.push_str(r#" opacity="0.62""#);
        }
        if self.look.is_underlined {
            style.push_str(r#" text-decoration="underline""#);
        }
        // Browsers collapse ordinary spaces, so these are non-breaking; the length keeps columns aligned in any font.
        let text = escaped(&self.text).replace(' ', "\u{a0}");
        let _ = writeln!(
            out,
            r#"<text x="{x:.1}" y="{:.1}" textLength="{width:.1}" lengthAdjust="spacingAndGlyphs"{style}>{text}</text>"#,
            y + 13.5
        );
    }
}

fn colour(colour: Color, palette: &Palette, otherwise: &str) -> String {
    match colour {
        Color::Idx(index) if usize::from(index) < 16 => palette.sixteen[usize::from(index)].to_owned(),
        Color::Idx(index) => indexed(index),
        Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
        Color::Default => otherwise.to_owned(),
    }
}

/// A colour of xterm's cube of 216, or of its 24 greys.
fn indexed(index: u8) -> String {
    let [red, green, blue] = match index {
        232.. => [8 + (index - 232) * 10; 3],
        _ => [36, 6, 1].map(|step| match (index - 16) / step % 6 {
            0 => 0,
            level => 55 + 40 * level,
        }),
    };
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
