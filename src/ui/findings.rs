//! The findings for the whole call: the rules that triggered, and the details of the selected one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::search::Surface;
use crate::app::{App, Half};
use crate::metrics::count;
use crate::text::{fit, fit_right};
use crate::wording;

use super::theme::Theme;
use super::{Visible, draw_nothing, frame_of, scroll_bar, text};

/// Draws the halves that there is room for.
pub fn draw(frame: &mut Frame, rules: Option<Rect>, account: Option<Rect>, app: &App, theme: &Theme) {
    if let Some(area) = rules {
        draw_rules(frame, area, app, theme);
    }
    if let Some(area) = account {
        text::draw(
            frame,
            area,
            ("Finding and next step", &app.account()),
            app.views.findings.account,
            app.views.findings.half == Half::Second,
            Some(Surface::Account),
            (app, theme),
        );
    }
}

fn draw_rules(frame: &mut Frame, area: Rect, app: &App, theme: &Theme) {
    let has_focus = app.views.findings.half == Half::First;
    let title = match app.views.sessions.list.filter().is_empty() {
        true => format!("Findings {}", count(app.views.findings.rows.len())),
        false => {
            format!("Findings {} of {}", count(app.views.findings.rows.len()), count(app.views.findings.total))
        }
    };
    let block = frame_of(area.width, &title, "most important first", has_focus, theme);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    if app.views.findings.rows.is_empty() {
        let words = match app.assessment() {
            Some(_) if !app.views.sessions.list.filter().is_empty() => "no findings in the sessions that match",
            Some(_) => "no findings",
            None => "analysing the call …",
        };
        return draw_nothing(frame, inside, words, theme.dim);
    }
    const COUNT: usize = 15;
    let title = usize::from(inside.width).saturating_sub(4 + COUNT);
    let shown = app
        .views
        .findings
        .rows
        .iter()
        .enumerate()
        .skip(app.views.findings.viewport.top)
        .take(usize::from(inside.height));
    let lines: Vec<Line> = shown
        .map(|(at, row)| {
            let is_selected = at == app.views.findings.viewport.at;
            let of_sessions = match row.sentence {
                None => wording::number(row.count, "session"),
                Some(_) if row.count > 1 => count(row.count),
                Some(_) => String::new(),
            };
            let line = Line::from(vec![
                Span::raw(if is_selected { "▌" } else { " " }),
                Span::styled(wording::severity_glyph(row.rule.severity), theme.severity(row.rule.severity)),
                Span::raw(format!(" {}", fit(row.rule.title, title))),
                Span::styled(format!(" {}", fit_right(&of_sessions, COUNT)), theme.dim),
            ]);
            match (is_selected, has_focus) {
                (true, true) => line.patch_style(theme.cursor),
                (true, false) => line.patch_style(theme.resting),
                _ => line,
            }
        })
        .collect();
    frame.render_widget(Paragraph::new(lines), inside);
    let rows = &app.views.findings.rows;
    let top = app.views.findings.viewport.top;
    let visible = Visible { top, shown: usize::from(inside.height), total: rows.len() };
    scroll_bar(frame, area, visible, has_focus, theme);
}
