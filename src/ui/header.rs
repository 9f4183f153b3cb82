//! The top line: which call, when, its status, and whether it was read completely.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;
use unicode_width::UnicodeWidthStr as _;

use crate::app::bindings::Scope;
use crate::app::views::calls::Entries;
use crate::app::{Action, App, View};
use crate::call::listing::ListingEnd;
use crate::call::{Call, Completeness};
use crate::metrics::count;
use crate::text::{cut, sanitize, wrapped};
use crate::triage::{SessionStatus, Verdict};
use crate::wording;

use super::progress;
use super::theme::Theme;

/// Draws the line. The right side takes precedence: it is never cut to make room for the left.
pub fn draw(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let width = usize::from(area.width);
    let right = match (app.view, app.call()) {
        (View::Calls, _) => listing(app, theme),
        (_, Some(call)) => {
            // Leaves some room for the name of the call, or up to half of the line for the way from it to here.
            let way = app.breadcrumbs().iter().map(|crumb| STEP.width() + crumb.width()).sum::<usize>();
            let room = width.saturating_sub((ROOT.width() + way + 3).min(width / 2).max(16));
            let of = |detail| standing(app, call, detail, theme);
            let fitting = Detail::ALL.into_iter().map(of).find(|spans| size(spans) <= room);
            cut_to(fitting.unwrap_or_else(|| of(Detail::Signs)), width.saturating_sub(2))
        }
        (_, None) => vec![Span::raw(waiting(app))],
    };
    let taken = size(&right);
    let sign = app.privacy_sign().map(|_| format!(" [{}]", app.privacy.level));
    let room = width.saturating_sub(taken + 3 + sign.as_deref().map_or(0, str::len));
    let mut spans: Vec<Span<'static>> = sign.map(|sign| Span::styled(sign, theme.noted)).into_iter().collect();
    match (app.view, app.call()) {
        (view, Some(call)) if view.is_of_call() => {
            let which = breadcrumbs(app, call, room);
            if which.width() + BRAND.width() <= room {
                spans.push(Span::styled(BRAND, theme.accent));
            }
            spans.push(Span::raw(format!(" {which}")));
        }
        _ => spans.push(Span::styled(BRAND, theme.accent)),
    }
    let left = size(&spans);
    spans.push(Span::raw(" ".repeat(width.saturating_sub(left + taken + 1))));
    spans.extend(right);
    frame.render_widget(Line::from(spans), area);
}

/// Draws the line while nothing of the call may be shown.
pub fn draw_cover(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let sign = app.privacy_sign().unwrap_or_default();
    frame.render_widget(Line::from(vec![Span::styled(BRAND, theme.accent), Span::styled(sign, theme.noted)]), area);
}

/// How much the summary says, the most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    Words,
    /// Numbers with fewer words.
    Numbers,
    /// The same, with the completeness in a word or two.
    Short,
    /// Signs in place of words.
    Signs,
}

impl Detail {
    const ALL: [Detail; 4] = [Detail::Words, Detail::Numbers, Detail::Short, Detail::Signs];
}

fn size(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| span.content.width()).sum()
}

/// Cuts a line to a number of columns, and marks where it was cut.
fn cut_to(spans: Vec<Span<'static>>, width: usize) -> Vec<Span<'static>> {
    let mut room = width;
    let mut kept = Vec::new();
    for span in spans {
        let text = cut(&span.content, room).into_owned();
        let is_cut = text != span.content;
        room = room.saturating_sub(text.width());
        kept.push(Span::styled(text, span.style));
        if is_cut {
            break;
        }
    }
    kept
}

/// Says which calls are listed, and whether the list is complete.
fn listing(app: &App, theme: &Theme) -> Vec<Span<'static>> {
    let Entries::Listed(listing) = &app.views.calls.entries else { return Vec::new() };
    let is_all = matches!(listing.end(), Some(ListingEnd::All));
    let mut words = sanitize(&listing.words()).into_owned();
    if matches!(listing.end(), Some(ListingEnd::Paused | ListingEnd::Cancelled)) {
        words += &format!("; press {} to load more", app.keys.key_hint_in(Scope::Calls, Action::GoOn));
    }
    let calls = crate::wording::number(listing.calls().len(), "call");
    vec![
        Span::raw(format!("{calls} {} · ", listing.asked_for.words(app.clock))),
        Span::styled(words, if is_all { Style::new() } else { theme.noted }),
    ]
}

/// Draws the answer below the top line. If it does not fit, it ends with the key that shows all of it.
pub fn draw_answer(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let (width, height) = (usize::from(area.width).saturating_sub(2), usize::from(area.height));
    if app.view == View::Calls || height == 0 {
        return;
    }
    let mut lines: Vec<String> = app.analysis.answer.iter().take(height).cloned().collect();
    if app.analysis.answer.len() > height
        && let Some(last) = lines.last_mut()
    {
        let key = app.keys.key_hint(Action::Status);
        let whole = format!(" … press {key} for all of it");
        let more = if whole.width() * 2 > width { format!(" … ({key})") } else { whole };
        // Cut between words, so that no number or name is mistaken for another.
        let room = width.saturating_sub(more.width());
        let whole = wrapped(last, room).into_iter().next().unwrap_or_default();
        *last = format!("{whole}{more}");
    }
    let lines: Vec<Line> =
        lines.into_iter().map(|line| Line::from(Span::styled(format!(" {line}"), theme.answer))).collect();
    frame.render_widget(Paragraph::new(lines), area);
}

const BRAND: &str = " callscope ";

/// What stands between two breadcrumbs.
const STEP: &str = " ▸ ";

/// Shows the way from the call to what is on screen. What does not fit into `room` columns is left out from the front:
/// the last step says where one is.
fn breadcrumbs(app: &App, call: &Call, room: usize) -> String {
    let crumbs = app.breadcrumbs();
    if crumbs.is_empty() {
        return which(app, call, room);
    }
    let way = crumbs.join(STEP);
    let begin = room.saturating_sub(way.width() + STEP.width());
    if begin >= ROOT.width() {
        // The call is named in as much detail as the way to here leaves room for.
        let name = which(app, call, begin);
        let name = if name.ends_with('…') { ROOT.to_owned() } else { name };
        return format!("{name}{STEP}{way}");
    }
    let ends = (1..crumbs.len()).map(|from| format!("…{STEP}{}", crumbs[from..].join(STEP)));
    let fitting = ends.into_iter().find(|end| end.width() <= room);
    fitting.unwrap_or_else(|| crumbs.last().map_or_else(String::new, |last| cut(last, room).into_owned()))
}

/// The call, where there is no room for its name.
const ROOT: &str = "call";

/// Names the call, in as much detail as fits into `room` columns.
fn which(app: &App, call: &Call, room: usize) -> String {
    let (start, end) = call.span();
    let span = wording::span(start, end, app.clock);
    let name = wording::call_name(call);
    let short = match &call.id {
        Some(id) => name.replace(sanitize(id).as_ref(), id.get(..8).unwrap_or(id)),
        None => name.clone(),
    };
    let place = match app.data.loaded.calls().len() {
        0 | 1 => String::new(),
        many => format!(" · one of {many} calls"),
    };
    let time = span.split(" · ").next().unwrap_or_default();
    let begin = start.map_or_else(String::new, |start| format!(" · {}", app.clock.day_and_minute(start)));
    let choices = [
        format!("{name} · {span}{place}"),
        format!("{short} · {span}{place}"),
        format!("{short} · {span}"),
        format!("{short} · {time}"),
        format!("{short}{begin}"),
        short,
    ];
    let fitting = choices.iter().find(|choice| choice.width() <= room);
    fitting.map_or_else(|| cut(&choices[5], room).into_owned(), Clone::clone)
}

/// Summarises the call's status and completeness. Nothing in it looks final until it is.
fn standing(app: &App, call: &Call, detail: Detail, theme: &Theme) -> Vec<Span<'static>> {
    let completeness = Completeness::of(call, &app.data.loaded);
    let set = app.judge().set;
    let (failed, noted) = (call.standing(SessionStatus::Failed, set), call.standing(SessionStatus::Noted, set));
    let verdicts = call.session_counts(set);
    let is_narrow = detail > Detail::Words;
    let total = match call.rows().len() {
        many if is_narrow => count(many),
        1 => "1 session".to_owned(),
        many => format!("{} sessions", count(many)),
    };
    let mut parts = Vec::new();
    if failed > 0 {
        let word = if is_narrow { "" } else { " failed" };
        parts.push(Span::styled(
            format!("{} {}{word}", wording::standing_glyph(SessionStatus::Failed), count(failed)),
            theme.failed,
        ));
    }
    if !call.rows().is_empty() {
        let sign = wording::verdict_glyph(call.verdict(set));
        parts.push(match call.verdict(set) {
            Verdict::Poor if detail == Detail::Signs => {
                Span::styled(format!("{sign} {}/{total}", count(verdicts.poor as usize)), theme.poor)
            }
            Verdict::Poor => {
                Span::styled(format!("{sign} {} of {total} poor", count(verdicts.poor as usize)), theme.poor)
            }
            Verdict::Good if completeness.is_final() => Span::styled(format!("{sign} {total}, none poor"), theme.good),
            Verdict::Good => Span::raw(format!("{total}, none poor")),
            Verdict::Unclassified if call.unexpanded == call.rows().len() => {
                Span::styled(format!("{sign} {total}, segments not asked for"), theme.noted)
            }
            Verdict::Unclassified if call.unexpanded > 0 => {
                Span::styled(format!("{sign} {total}, {} without segments", count(call.unexpanded)), theme.noted)
            }
            Verdict::Unclassified if verdicts.good > 0 => Span::styled(
                format!("{sign} {} of {total} not judged", count(verdicts.unclassified as usize)),
                theme.noted,
            ),
            Verdict::Unclassified => Span::styled(format!("{sign} {total}, none could be judged"), theme.dim),
        });
    }
    if noted > 0 && verdicts.poor == 0 {
        parts.push(Span::styled(
            format!("{} {} noted", wording::standing_glyph(SessionStatus::Noted), count(noted)),
            theme.noted,
        ));
    }
    if app.judge().set != app.judge().base {
        let flips = match app.flips() {
            0 => "no verdict changed".to_owned(),
            1 => "1 verdict changed".to_owned(),
            many => format!("{} verdicts changed", count(many)),
        };
        let words = if is_narrow { app.rules().id.clone() } else { format!("by {}: {flips}", app.rules().id) };
        parts.push(Span::styled(words, theme.noted));
    }
    if let (Completeness::Arriving { wait: None, pages, .. }, Some(pace)) = (&completeness, app.pace()) {
        return joined(parts.into_iter().map(|part| vec![part]).chain([progress::spans(
            pace,
            *pages,
            is_narrow,
            detail > Detail::Numbers,
            theme,
        )]));
    }
    let style = if completeness.is_final() { Style::new() } else { theme.noted };
    let words = if detail > Detail::Numbers { completeness.short_words() } else { completeness.words() };
    parts.push(Span::styled(sanitize(&words).into_owned(), style));
    joined(parts.into_iter().map(|part| vec![part]))
}

fn joined(parts: impl Iterator<Item = Vec<Span<'static>>>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for part in parts {
        if !spans.is_empty() {
            spans.push(Span::raw(" · "));
        }
        spans.extend(part);
    }
    spans
}

fn waiting(app: &App) -> String {
    match app.data.loaded.wait() {
        Some(wait) => sanitize(&wait.words()).into_owned(),
        None => "reading …".to_owned(),
    }
}
