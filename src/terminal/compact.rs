//! Drawing with few bytes, for slow connections: sends only what changed, moves the cursor the shortest way, erases
//! runs of blanks at once, repeats a character where the terminal can, and sets attributes only where they differ.
//!
//! crossterm's own backend sends every colour in its long form and a position for every gap; this one needs about a
//! third of its bytes for the same frame, and a tenth of them for lines and bars. Everything but drawing is crossterm's.
//!
//! There is little left to gain: the cheapest encoding that a search through all of them finds, with tabs and erasing to
//! the end of the line as well, is 5 % shorter.

use std::fmt::Write as _;
use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use super::repetition;

/// The payload of one network packet, less protocol headers.
const PACKET: usize = 1200;

/// A backend that sends few bytes.
#[derive(Debug)]
pub struct Lean<W: Write> {
    inner: CrosstermBackend<W>,
    /// The terminal's contents, row by row, as far as they are known.
    cells: Vec<Option<Cell>>,
    columns: u16,
    /// The terminal's cursor position, if it is certain.
    cursor: Option<(u16, u16)>,
    style: Option<Look>,
    is_hidden: Option<bool>,
    /// The terminal repeats a character on request.
    repeats: bool,
}

/// The look of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Look {
    const PLAIN: Look = Look { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    fn of(cell: &Cell) -> Look {
        Look { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Whether a blank in this look is invisible.
    fn is_blank(self) -> bool {
        const SEEN: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);
        self.bg == Color::Reset && !self.modifier.intersects(SEEN)
    }
}

impl<W: Write> Lean<W> {
    /// Makes a backend for a terminal whose contents are unknown.
    pub fn new(writer: W) -> Lean<W> {
        let inner = CrosstermBackend::new(writer);
        Lean { inner, cells: Vec::new(), columns: 0, cursor: None, style: None, is_hidden: None, repeats: false }
    }

    fn forget(&mut self) {
        self.cells.clear();
        (self.columns, self.cursor, self.style, self.is_hidden) = (0, None, None, None);
    }

    fn cell(&self, x: u16, y: u16) -> Option<&Cell> {
        self.cells.get(usize::from(y) * usize::from(self.columns) + usize::from(x))?.as_ref()
    }

    /// The bytes for changed cells.
    fn encode(&mut self, changes: &[(u16, u16, Cell)]) -> String {
        let mut out = String::new();
        let mut at = 0;
        while let Some((x, y, cell)) = changes.get(at) {
            let (taken, run) = self.blanks(&changes[at..]);
            if run > 0 {
                at += taken;
                self.blank(&mut out, (*x, *y), run, changes.get(at).map(|(x, y, _)| (*x, *y)));
            } else {
                self.go(&mut out, *x, *y);
                self.print(&mut out, *x, *y, cell);
                at += 1 + self.repeat(&mut out, (*x, *y), cell, &changes[at + 1..]);
            }
        }
        out
    }

    /// How many changes at the start are invisible blanks, and how many columns they span: cells between two of them
    /// that are already blank do no harm.
    fn blanks(&self, changes: &[(u16, u16, Cell)]) -> (usize, usize) {
        let Some((x, y, _)) = changes.first() else { return (0, 0) };
        let (mut taken, mut columns) = (0, 0);
        for (column, line, cell) in changes {
            let is_blank = line == y && cell.symbol() == " " && Look::of(cell).is_blank();
            let between = usize::from(*x) + columns..usize::from(*column);
            let stands_blank = |at: usize| {
                self.cell(at as u16, *y).is_some_and(|cell| cell.symbol() == " " && Look::of(cell).is_blank())
            };
            if !is_blank || !between.into_iter().all(stands_blank) {
                break;
            }
            taken += 1;
            columns = usize::from(*column - *x) + 1;
        }
        (taken, columns)
    }

    /// A run of invisible blanks: written, or erased if that is shorter.
    fn blank(&mut self, out: &mut String, (x, y): (u16, u16), run: usize, next: Option<(u16, u16)>) {
        self.go(out, x, y);
        let style = self.style.filter(|style| style.is_blank());
        if style.is_none() {
            self.look(out, Look::PLAIN);
        }
        // Erasing leaves the cursor in place, so anything that follows in the line needs a cursor movement.
        let follows = next.is_some_and(|(_, line)| line == y);
        let erased = 3 + digits(run) + if follows { 3 + digits(run) } else { 0 };
        if run > erased {
            let _ = write!(out, "\x1b[{run}X");
        } else {
            out.extend(std::iter::repeat_n(' ', run));
            self.moved(x, y, run);
        }
    }

    /// Prints a cell at the cursor.
    fn print(&mut self, out: &mut String, x: u16, y: u16, cell: &Cell) {
        self.look(out, Look::of(cell));
        let symbol = cell.symbol();
        out.push_str(symbol);
        self.moved(x, y, symbol.width().max(1));
        // Terminals disagree about the width of such characters.
        if symbol.chars().count() > 1 || symbol.width() != 1 {
            self.cursor = None;
        }
    }

    /// Repeats the cell that was just printed at a position, as often as it follows and if that is shorter than to print it
    /// again. Returns how many of the changes that follow are thereby made.
    fn repeat(&mut self, out: &mut String, (x, y): (u16, u16), cell: &Cell, changes: &[(u16, u16, Cell)]) -> usize {
        // After anything but a character of one column, it is uncertain what a terminal repeats.
        if !self.repeats || self.cursor.is_none() {
            return 0;
        }
        let is_next = |(at, (column, line, other)): &(u16, &(u16, u16, Cell))| {
            *line == y && u32::from(*column) == u32::from(x) + 1 + u32::from(*at) && other == cell
        };
        let run = (0u16..).zip(changes).take_while(is_next).count();
        let command = 3 + digits(run);
        if run * cell.symbol().len() <= command {
            return 0;
        }
        let _ = write!(out, "\x1b[{run}b");
        self.moved(x, y, 1 + run);
        run
    }

    /// The cursor advanced by this many columns; at the right edge, terminals disagree about where it is.
    fn moved(&mut self, x: u16, y: u16, by: usize) {
        let next = usize::from(x) + by;
        self.cursor = if next < usize::from(self.columns) { Some((next as u16, y)) } else { None };
    }

    /// Moves the cursor to a position.
    fn go(&mut self, out: &mut String, x: u16, y: u16) {
        if self.cursor == Some((x, y)) {
            return;
        }
        let gap = match self.cursor {
            Some((from, line)) if line == y && from < x => Some((from, usize::from(x - from))),
            _ => None,
        };
        match gap {
            Some((from, gap)) => {
                // Reprinting a small gap is shorter than a command to skip it.
                match self
                    .standing(from, x, y)
                    .filter(|text| text.len() <= 2 + if gap > 1 { digits(gap) + 1 } else { 1 })
                {
                    Some(text) => out.push_str(&text),
                    None if gap == 1 => out.push_str("\x1b[C"),
                    None => _ = write!(out, "\x1b[{gap}C"),
                }
            }
            None => out.push_str(&self.way_to(x, y)),
        }
        self.cursor = Some((x, y));
    }

    /// The shorter way to a position in another line: by its numbers, or through the beginning of the next line.
    fn way_to(&self, x: u16, y: u16) -> String {
        let direct = if x == 0 { format!("\x1b[{}H", y + 1) } else { format!("\x1b[{};{}H", y + 1, x + 1) };
        let is_next_line = self.cursor.is_some_and(|(_, line)| line + 1 == y);
        // Windows returns to the first column for a line feed alone, too.
        let by_line = match x {
            0 => "\r\n".to_owned(),
            1 => "\r\n\x1b[C".to_owned(),
            _ => format!("\r\n\x1b[{x}C"),
        };
        if is_next_line && by_line.len() < direct.len() { by_line } else { direct }
    }

    /// The existing text between two columns of a line, if it has the same look as the next cell and is plain ASCII.
    fn standing(&self, from: u16, to: u16, y: u16) -> Option<String> {
        let style = self.style?;
        let mut text = String::new();
        for x in from..to {
            let cell = self.cell(x, y)?;
            let looks_right =
                Look::of(cell) == style || (cell.symbol() == " " && style.is_blank() && Look::of(cell).is_blank());
            if !cell.symbol().is_ascii() || cell.symbol().len() != 1 || !looks_right {
                return None;
            }
            text.push_str(cell.symbol());
        }
        Some(text)
    }

    /// Changes the attributes to those of a cell in the shorter way: from scratch, or only what differs.
    fn look(&mut self, out: &mut String, to: Look) {
        let Some(from) = self.style else {
            self.style = Some(to);
            let _ = write!(out, "\x1b[{}m", codes(None, to));
            return;
        };
        if from == to {
            return;
        }
        let (anew, changed) = (codes(None, to), codes(Some(from), to));
        let _ = write!(out, "\x1b[{}m", if anew.len() <= changed.len() { anew } else { changed });
        self.style = Some(to);
    }
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Attributes with the codes that set and unset them. Bold and dim share the code that unsets them.
const ATTRIBUTES: &[(Modifier, &str, &str)] = &[
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// The codes of an SGR sequence from one look to another; from scratch it begins with a reset, which is an empty code.
fn codes(from: Option<Look>, to: Look) -> String {
    let mut out = String::new();
    let mut push = |code: &str| {
        if from.is_none() || !out.is_empty() {
            out.push(';');
        }
        out.push_str(code);
    };
    let mut have = from.unwrap_or(Look::PLAIN);
    let gone = have.modifier - to.modifier;
    for (modifier, _, unset) in ATTRIBUTES {
        if gone.contains(*modifier) && have.modifier.contains(*modifier) {
            push(unset);
            // Attributes that share the code are unset with it.
            for (other, _, its) in ATTRIBUTES {
                if its == unset {
                    have.modifier -= *other;
                }
            }
        }
    }
    for (modifier, set, _) in ATTRIBUTES {
        if to.modifier.contains(*modifier) && !have.modifier.contains(*modifier) {
            push(set);
        }
    }
    if to.fg != have.fg {
        push(&colour(to.fg, 30));
    }
    if to.bg != have.bg {
        push(&colour(to.bg, 40));
    }
    out
}

/// A colour's code; `base` is 30 for the foreground and 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let number = match colour {
        Color::Reset => return (base + 9).to_string(),
        Color::Rgb(red, green, blue) => return format!("{};2;{red};{green};{blue}", base + 8),
        Color::Indexed(number) => number,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    match number {
        0..8 => (base + number).to_string(),
        8..16 => (base + 60 + number - 8).to_string(),
        _ => format!("{};5;{number}", base + 8),
    }
}

impl<W: Write> Write for Lean<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

impl<W: Write> Backend for Lean<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let changes: Vec<(u16, u16, Cell)> = content.map(|(x, y, cell)| (x, y, cell.clone())).collect();
        if changes.is_empty() {
            return Ok(());
        }
        if self.columns == 0 {
            let Size { width, height } = self.inner.size()?;
            self.columns = width;
            // A screen that was just taken or cleared is blank.
            self.cells = vec![Some(Cell::default()); usize::from(width) * usize::from(height)];
        }
        self.repeats |= repetition::is_supported();
        let mut out = self.encode(&changes);
        for (x, y, cell) in changes {
            let place = usize::from(y) * usize::from(self.columns) + usize::from(x);
            let width = cell.symbol().width();
            // The second half of a wide character cannot be relied on.
            if width > 1
                && let Some(second) = self.cells.get_mut(place + 1)
            {
                *second = None;
            }
            if let Some(kept) = self.cells.get_mut(place) {
                *kept = (width == 1).then_some(cell);
            }
        }
        // The terminal may show a frame of several packets in pieces, unless it knows that it is one frame.
        if out.len() > PACKET {
            out = format!("\x1b[?2026h{out}\x1b[?2026l");
        }
        self.inner.write_all(out.as_bytes())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.is_hidden == Some(true) {
            return Ok(());
        }
        self.is_hidden = Some(true);
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.is_hidden == Some(false) {
            return Ok(());
        }
        self.is_hidden = Some(false);
        // Ratatui shows the cursor last, and prints errors to standard error, which panics if the terminal is gone.
        // Anything else drawn there fails too, and is reported.
        let _ = self.inner.show_cursor();
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor == Some((position.x, position.y)) {
            return Ok(());
        }
        self.cursor = Some((position.x, position.y));
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.forget();
        // Erased cells take the background of the current attributes.
        self.inner.write_all(b"\x1b[0m")?;
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex, PoisonError};

    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    const SIZE: (u16, u16) = (24, 4);

    /// A writer of bytes with two owners.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        fn take(&self) -> Vec<u8> {
            std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Writes out what the terminal is asked to repeat, which the emulator does not do.
    fn repeated(bytes: &[u8]) -> Vec<u8> {
        let text = std::str::from_utf8(bytes).expect("frames are UTF-8");
        let (mut out, mut rest) = (String::new(), text);
        while let Some((before, after)) = rest.split_once("\x1b[") {
            out.push_str(before);
            let end = after.find(|letter: char| letter.is_ascii_alphabetic()).expect("a whole sequence");
            let (sequence, behind) = after.split_at(end + 1);
            match sequence.strip_suffix('b') {
                Some(number) => {
                    let last = before.chars().last().expect("nothing stands between a character and its repetition");
                    out.extend(std::iter::repeat_n(last, number.parse().expect("a number")));
                }
                None => out.extend(["\x1b[", sequence]),
            }
            rest = behind;
        }
        out.push_str(rest);
        out.into_bytes()
    }

    /// Draws frames one after the other; returns what a terminal then shows, and the number of bytes of the last one.
    fn shown(frames: &[Buffer], draw: impl Fn(Shared) -> Box<dyn FnMut(&Buffer, &Buffer)>) -> (Vec<String>, usize) {
        let size = |number: u16| std::num::NonZeroU16::new(number).expect("a size");
        let mut terminal = vt100::Parser::new(size(SIZE.1), size(SIZE.0), 0);
        let written = Shared::default();
        let mut draw = draw(written.clone());
        let mut before = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        let mut bytes = 0;
        for frame in frames {
            draw(&before, frame);
            let written = written.take();
            bytes = written.len();
            terminal.process(&repeated(&written));
            before = frame.clone();
        }
        let look = |cell: &vt100::Cell| {
            let contents = if cell.contents().is_empty() { " " } else { cell.contents() };
            let marks = (cell.inverse(), cell.underline(), cell.bgcolor());
            // The foreground look of a blank is invisible.
            let letters = if contents == " " { None } else { Some((cell.bold(), cell.dim(), cell.fgcolor())) };
            format!("{contents}{marks:?}{letters:?}")
        };
        let screen = terminal.screen();
        let line =
            |row| (0..SIZE.0).filter_map(|column| screen.cell(row, column).map(look)).collect::<Vec<_>>().join("|");
        ((0..SIZE.1).map(line).collect(), bytes)
    }

    fn by_lean(frames: &[Buffer]) -> (Vec<String>, usize) {
        drawn_by(frames, false)
    }

    fn drawn_by(frames: &[Buffer], repeats: bool) -> (Vec<String>, usize) {
        shown(frames, |written| {
            let mut lean = Lean { repeats, ..Lean::new(written) };
            let blank = Some(Cell::default());
            (lean.columns, lean.cells) = (SIZE.0, vec![blank; usize::from(SIZE.0) * usize::from(SIZE.1)]);
            Box::new(move |before, frame| lean.draw(before.diff(frame).into_iter()).expect("memory does not fail"))
        })
    }

    fn by_crossterm(frames: &[Buffer]) -> (Vec<String>, usize) {
        shown(frames, |written| {
            let mut other = CrosstermBackend::new(written);
            Box::new(move |before, frame| other.draw(before.diff(frame).into_iter()).expect("memory does not fail"))
        })
    }

    fn frame(lines: &[(&str, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (at, (text, style)) in lines.iter().enumerate() {
            buffer.set_stringn(0, at as u16, text, usize::from(SIZE.0), *style);
        }
        buffer
    }

    #[test]
    fn only_what_changed_is_sent_and_blanks_are_erased() {
        let (plain, red) = (Style::new(), Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD));
        let one = frame(&[("a line that is rather long", plain), ("loss 14 %", red)]);
        let other = frame(&[("a line", plain), ("loss 15 %", red)]);
        let (lines, bytes) = by_lean(&[one.clone(), other.clone()]);
        assert_eq!((lines, true), (by_crossterm(&[one, other]).0, bytes <= 24), "{bytes}");
    }

    #[test]
    fn a_frame_takes_less_than_two_thirds_of_what_crossterms_own_backend_sends() {
        let dim = Style::new().add_modifier(Modifier::DIM);
        let red = Style::new().fg(Color::LightRed).add_modifier(Modifier::BOLD);
        let one = frame(&[
            ("│ ✖ Ana   wifi  12 m", red),
            ("│ ✓ Bo    wired 47 m", dim),
            ("│", dim),
            ("╰─ 2 sessions ─────╯", dim),
        ]);
        let other = frame(&[
            ("│ ✖ Bo    wifi  47 m", dim),
            ("│ ✓ Ana   wired 12 m", red),
            ("│ none", red),
            ("╰─ 3 sessions ─────╯", dim),
        ]);
        let (lean, other) = (by_lean(&[one.clone(), other.clone()]), by_crossterm(&[one, other]));
        assert_eq!(lean.0, other.0);
        assert!(lean.1 * 3 <= other.1 * 2, "{} of {}", lean.1, other.1);
    }

    #[test]
    fn a_line_is_one_character_and_how_often_to_repeat_it_if_the_terminal_can() {
        let rule = frame(&[("├──────────────────────┤", Style::new())]);
        let (lines, bytes) = drawn_by(std::slice::from_ref(&rule), true);
        assert_eq!((lines, bytes), (by_crossterm(std::slice::from_ref(&rule)).0, "\x1b[1H\x1b[m├─\x1b[21b┤".len()));
        let (lines, bytes) = by_lean(std::slice::from_ref(&rule));
        assert_eq!((lines, bytes), (by_crossterm(&[rule]).0, 7 + 24 * "─".len()));
    }

    fn any_style() -> impl Strategy<Value = Style> {
        let colours = [Color::Reset, Color::LightRed, Color::Blue, Color::Indexed(208), Color::Rgb(1, 2, 3)];
        let colour = || proptest::sample::select(colours.to_vec());
        let modifiers = proptest::sample::select(vec![
            Modifier::empty(),
            Modifier::BOLD,
            Modifier::DIM,
            Modifier::REVERSED,
            Modifier::BOLD.union(Modifier::REVERSED),
            Modifier::UNDERLINED,
        ]);
        (colour(), prop_oneof![4 => Just(Color::Reset), 1 => colour()], modifiers)
            .prop_map(|(fg, bg, modifier)| Style::reset().fg(fg).bg(bg).add_modifier(modifier))
    }

    fn any_frame() -> impl Strategy<Value = Buffer> {
        let piece =
            ("[a-d ]{0,9}|[ ]{0,20}|[─]{0,24}|[a]{0,20}|[─│✖▁山é]{0,6}", any_style(), 0u16..SIZE.0, 0u16..SIZE.1);
        proptest::collection::vec(piece, 0..10).prop_map(|pieces| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
            for (text, style, x, y) in pieces {
                buffer.set_stringn(x, y, text, usize::from(SIZE.0 - x), style);
            }
            buffer
        })
    }

    proptest! {
        #[test]
        fn whatever_is_drawn_looks_as_crossterms_own_backend_draws_it(
            frames in proptest::collection::vec(any_frame(), 1..5), repeats: bool
        ) {
            let (lean, other) = (drawn_by(&frames, repeats), by_crossterm(&frames));
            prop_assert_eq!(lean.0, other.0);
        }
    }
}
