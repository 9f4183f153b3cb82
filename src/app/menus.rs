//! Menus: available commands, copyable texts, sort keys, and columns.

use crate::call::SortKey;
use crate::formats::Detail;
use crate::formats::markup::MARKUPS;
use crate::metrics;
use crate::text::sanitize;
use crate::triage::factors::{FACTORS, Factor, by_id};
use crate::wording::request;

use super::bindings::Binding;
use super::commands;
use super::details;
use super::effect::Ticket;
use super::layout::Area;
use super::menu::{Menu, MenuEntry, Pick};
use super::overlays::Overlay;
use super::pages;
use super::prompt::Notice;
use super::views::sessions::columns::Column;
use super::{Action, App, DetailState, Effect, Layer, Scope};

/// How many commands chosen from the palette come first when it is opened again. Our own choice.
const RECENT: usize = 5;

impl App {
    pub(super) fn open_palette(&mut self) {
        let scope = self.scope();
        let bindings = self.keys.bindings_of(scope).filter(|it| it.action != Action::Palette && self.offers(it.action));
        // Movement commands are rarely looked up in a menu.
        let (moving, others): (Vec<_>, Vec<_>) = bindings.partition(|it| it.scope == Scope::Navigation);
        let bindings = others.into_iter().chain(moving);
        let entry = |it: &Binding| {
            let (about, synonyms) = commands::words(it.action);
            let keys = it.keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("  ");
            MenuEntry { keys, synonyms, ..MenuEntry::new(it.label, about, Pick::Do(it.action)) }
        };
        let mut entries: Vec<MenuEntry> = bindings.map(entry).collect();
        // What was chosen lately is likely to be chosen again.
        let age = |entry: &MenuEntry| {
            let is_it = |action: &Action| entry.pick == Pick::Do(*action);
            self.recent_commands.iter().position(is_it).unwrap_or(RECENT)
        };
        entries.sort_by_key(age);
        let filters = self.named_filters.iter().filter(|_| self.view.is_of_call() && self.layers.is_empty());
        let pick = |name: &str| Pick::Filter(format!("@{name}"));
        entries.extend(filters.map(|(name, text)| MenuEntry::new(format!("filter @{name}"), text, pick(name))));
        self.layers.open(Layer::Menu(Menu::new("Commands", entries)));
    }

    pub(super) fn open_sort(&mut self) {
        let keys = SortKey::ALL.iter().copied();
        let figures = metrics::STREAM.iter().map(|metric| SortKey::Figure(metric.id));
        let factors = FACTORS.iter().filter(|factor| self.has_any(factor)).map(|factor| SortKey::Factor(factor.id));
        let mut all: Vec<SortKey> = Vec::new();
        for key in keys.chain(figures).chain(factors) {
            if !all.contains(&key) {
                all.push(key);
            }
        }
        let now = self.views.sessions.list.sort.key;
        let entries =
            all.into_iter().map(|key| MenuEntry::new(key.name(), if key == now { "now" } else { "" }, Pick::Sort(key)));
        self.layers.open(Layer::Menu(Menu::new("Sort the sessions", entries.collect())));
    }

    /// Returns whether a factor has values: those of the user's files are offered only where a file says something.
    fn has_any(&self, factor: &Factor) -> bool {
        let mut rows = self.data.loaded.calls().iter().flat_map(|call| call.rows().iter());
        !factor.is_listed() || rows.any(|row| row.facts.all_values().iter().any(|value| value.factor().id == factor.id))
    }

    pub(super) fn open_columns(&mut self) {
        let is_empty = |column: &Column| by_id(column.id).is_some_and(|factor| !self.has_any(factor));
        let entries = Column::all().filter(|column| !is_empty(column)).map(|column| {
            let detail = if self.views.sessions.columns.has(column) { "shown" } else { "" };
            MenuEntry::new(column.title, detail, Pick::Column(column))
        });
        self.layers.open(Layer::Menu(Menu::new("Columns of the sessions", entries.collect())));
    }

    pub(super) fn open_copy(&mut self) {
        let entries = self.copyable();
        if entries.is_empty() {
            self.layers.notice = Some(Notice::trouble("nothing to copy here"));
        } else {
            self.layers.open(Layer::Menu(Menu::new("Copy", entries)));
        }
    }

    /// Returns where the open menu is, its border included.
    pub fn menu_area(&self) -> Option<Area> {
        /// The widest menu, in columns: names and details are no longer than that. Our own choice.
        const WIDEST: u16 = 96;
        /// The narrowest strip of the panes worth leaving in sight beside a menu, in columns; half as many lines below it.
        /// Our own choice.
        const SLIVER: u16 = 24;
        /// The lines of a menu that are no entries: its border, and the line that is typed into.
        const BESIDE: u16 = 3;
        const LOWEST: u16 = 6;
        let (menu, body) = (self.layers.menu()?, self.layout()?.body);
        // What would only show slivers of the panes beside or below it fills the body.
        let width = if body.width < WIDEST + 2 * SLIVER { body.width } else { WIDEST };
        let wanted = u16::try_from(menu.entries.len()).unwrap_or(u16::MAX).saturating_add(BESIDE).max(LOWEST);
        let height = if wanted.saturating_add(SLIVER / 2) > body.height { body.height } else { wanted };
        Some(Area { x: body.x + (body.width - width) / 2, y: body.y, width, height })
    }

    /// Chooses the entry at a point of the screen, if there is one.
    pub(super) fn click_menu(&mut self, x: u16, y: u16, effects: &mut Vec<Effect>) {
        let Some(inside) = self.menu_area().map(Area::inside).filter(|inside| inside.has(x, y)) else { return };
        let Some(menu) = self.layers.menu_mut() else { return };
        // The first line is the one that is typed into.
        let Some(line) = usize::from(y - inside.y).checked_sub(1) else { return };
        if menu.viewport.top + line < menu.shown.len() {
            menu.viewport.go_to(menu.viewport.top + line);
            self.choose(effects);
        }
    }

    /// Does what an action means in a menu.
    pub(super) fn act_in_menu(&mut self, action: Action, effects: &mut Vec<Effect>) {
        match action {
            Action::Accept => self.choose(effects),
            Action::Dismiss => _ = self.layers.take_menu(),
            _ => _ = self.layers.menu_mut().map(|menu| menu.apply(action)),
        }
    }

    /// Runs the chosen entry.
    pub(super) fn choose(&mut self, effects: &mut Vec<Effect>) {
        let Some(menu) = self.layers.take_menu() else { return };
        let Some(entry) = menu.selected() else { return };
        match entry.pick.clone() {
            Pick::Do(action) => {
                if menu.is_of_commands() {
                    self.recent_commands.retain(|recent| *recent != action);
                    self.recent_commands.insert(0, action);
                    self.recent_commands.truncate(RECENT);
                }
                self.act(action, effects);
            }
            Pick::Filter(filter) => self.set_filter(&filter),
            Pick::Copy(what, text) => effects.push(Effect::Copy(what, text)),
            Pick::Ticket(ticket) => effects.push(Effect::CopyTicket(ticket)),
            Pick::Sort(key) => self.sort_by(key),
            Pick::Column(column) => {
                self.views.sessions.columns.toggle(column);
                // Keep the menu open: users who choose one column often choose another.
                let (typed, viewport) = (menu.input, menu.viewport);
                self.open_columns();
                if let Some(menu) = self.layers.menu_mut() {
                    menu.input = typed;
                    menu.type_in([]);
                    menu.viewport = viewport;
                }
            }
        }
    }

    /// Returns the tickets that can be copied: the short one as usual, and the long one in every markup.
    fn tickets(&self) -> impl Iterator<Item = MenuEntry> {
        let short = format!("{}: at most 15 lines", self.ticket_markup.about);
        let short = MenuEntry::new("the triage for a ticket", short, Pick::Do(Action::CopyTicket));
        let long = MARKUPS.iter().map(|markup| {
            let what = format!("the long ticket ({})", markup.name);
            let detail = format!("{}: everyone affected, every complaint, cause and finding", markup.about);
            MenuEntry::new(what, detail, Pick::Ticket(Ticket { detail: Detail::Long, markup: *markup }))
        });
        std::iter::once(short).chain(long)
    }

    /// Returns the ticket that is copied by key and that the user's own commands get.
    pub fn ticket(&self) -> Ticket {
        Ticket { detail: Detail::Short, markup: self.ticket_markup }
    }

    /// Returns what can be copied, the item under the cursor first.
    fn copyable(&self) -> Vec<MenuEntry> {
        let mut entries = Vec::new();
        let mut add = |what: &'static str, text: String| {
            // Strip control characters, so that the text is inert wherever it is pasted.
            let text = text.lines().map(sanitize).collect::<Vec<_>>().join("\n");
            if !text.is_empty() {
                let shown: String = text.chars().take(120).collect();
                let shown = sanitize(&shown.replace('\n', " ")).into_owned();
                entries.push(MenuEntry::new(what, shown, Pick::Copy(what, text)));
            }
        };
        match self.layers.overlay() {
            Some(Overlay::Raw(raw)) => {
                add("the value", raw.safe_value());
                add("the text without quotes", raw.value_text().unwrap_or_default());
                add("its path", raw.plain_path());
                add("its path for jq", raw.jq_path());
            }
            Some(Overlay::Details(details)) => {
                if let Some((name, values)) = details.selected() {
                    if let [(_, value)] = values.as_slice() {
                        add("the value", value.text.clone());
                    }
                    add("the line", format!("{name}: {}", details::told(&values).join(", ")));
                }
            }
            Some(Overlay::Compared(comparison)) => {
                add("the line", comparison.selected().map(|row| row.words(&comparison.names)).unwrap_or_default());
                add("the comparison", comparison.words());
            }
            Some(Overlay::Text(page)) => add("this text", pages::plain(self.text_lines(&page.subject))),
            None => {
                if let DetailState::Ready(open) = &self.detail {
                    self.view.behavior().copyable(self, open, &mut add);
                    let said: Vec<&str> = open.findings.iter().map(|said| said.sentence.as_str()).collect();
                    add("all findings of the session", said.join("\n"));
                }
            }
        }
        if self.layers.overlay().is_none()
            && let DetailState::Ready(open) = &self.detail
        {
            let path = self.node();
            add("the node's path", path.to_string());
            add("the node's path for jq", path.jq(&String::from_utf8_lossy(&open.bytes)).to_string());
        }
        if let Some(id) = self.shown().and_then(|row| row.id.as_ref()) {
            add("the session's id", id.to_string());
        }
        if let Some(call) = self.call() {
            add("the call's id", call.id.as_deref().unwrap_or_default().to_owned());
            add("the answer in a sentence or two", self.analysis.summary.clone());
            if self.assessment().is_some() {
                entries.extend(self.tickets());
            }
            entries.extend(request::FORMS.iter().filter_map(|form| {
                let text = request::sessions(call, &self.data.loaded, form)?;
                let detail = match request::unknown_service(call, &self.data.loaded) {
                    Some(unknown) => format!("for Microsoft's service, and not for {unknown}, which the file names"),
                    None => form.about.to_owned(),
                };
                Some(MenuEntry::new(form.label, detail, Pick::Copy(form.label, text)))
            }));
        }
        entries
    }
}
