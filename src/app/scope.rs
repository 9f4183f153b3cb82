//! The contexts in which keys are pressed: one row each, with its names and what else applies there.

/// The context in which a key is pressed, in the order of the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere except in the filter line.
    Everywhere,
    /// In any list, tree or text page.
    Navigation,
    /// In the panes and text pages of a call.
    Call,
    /// In the panes of a call.
    Panes,
    /// In the list of sessions.
    Sessions,
    /// In the filter line.
    Filter,
    /// In the prompt for a file name.
    SaveAs,
    /// In the tree of a session.
    Tree,
    /// In the findings of the selected node.
    Why,
    /// In the timeline.
    Timeline,
    /// In the people view.
    People,
    /// In the findings view.
    Findings,
    /// In a text page over the panes.
    Text,
    /// In the raw view of a node.
    Raw,
    /// In the prompt for a JSON search.
    Search,
    /// In the prompt for a JSON path.
    Jump,
    /// In a menu.
    Menu,
    /// In the list of calls.
    Calls,
    /// In the metrics.
    Metrics,
    /// In the details of a node.
    Details,
    /// In the status view.
    Status,
    /// In the comparison of two sessions.
    Comparison,
    /// In an explanation, or the media path of a stream.
    TextPage,
    /// In the help.
    Help,
}

/// A context: what it is called, and the more general ones whose keys apply there too, the most specific first.
struct Row {
    scope: Scope,
    id: &'static str,
    name: &'static str,
    also: &'static [Scope],
}

const fn row(scope: Scope, id: &'static str, name: &'static str, also: &'static [Scope]) -> Row {
    Row { scope, id, name, also }
}

/// What is typed is text: no other keys apply.
const ALONE: &[Scope] = &[];
const EVERYWHERE: &[Scope] = &[Scope::Everywhere];
const IN_CALLS: &[Scope] = &[Scope::Navigation, Scope::Everywhere];
const IN_VIEW: &[Scope] = &[Scope::Navigation, Scope::Panes, Scope::Call, Scope::Everywhere];
const IN_PAGE: &[Scope] = &[Scope::Navigation, Scope::Text, Scope::Call, Scope::Everywhere];
const IN_HELP: &[Scope] = &[Scope::Navigation, Scope::Text, Scope::Everywhere];

/// The table, in the order of [`Scope`].
const SCOPES: &[Row] = &[
    row(Scope::Everywhere, "everywhere", "everywhere", EVERYWHERE),
    row(Scope::Navigation, "navigation", "navigation", EVERYWHERE),
    row(Scope::Call, "call", "in a call", EVERYWHERE),
    row(Scope::Panes, "panes", "panes", EVERYWHERE),
    row(Scope::Sessions, "sessions", "sessions", IN_VIEW),
    row(Scope::Filter, "filter-line", "filter line", ALONE),
    row(Scope::SaveAs, "save-line", "file name", ALONE),
    row(Scope::Tree, "tree", "tree", IN_VIEW),
    row(Scope::Why, "why", "why", IN_VIEW),
    row(Scope::Timeline, "timeline", "timeline", IN_VIEW),
    row(Scope::People, "people", "people", IN_VIEW),
    row(Scope::Findings, "findings", "findings", IN_VIEW),
    row(Scope::Text, "text", "text pages", EVERYWHERE),
    row(Scope::Raw, "raw-json", "raw JSON", IN_PAGE),
    row(Scope::Search, "search-line", "search line", ALONE),
    row(Scope::Jump, "path-line", "path line", ALONE),
    row(Scope::Menu, "menu", "menu", ALONE),
    row(Scope::Calls, "calls", "list of calls", IN_CALLS),
    row(Scope::Metrics, "metrics", "metrics", IN_VIEW),
    row(Scope::Details, "details", "details", IN_PAGE),
    row(Scope::Status, "status", "status", IN_PAGE),
    row(Scope::Comparison, "comparison", "comparison", IN_PAGE),
    row(Scope::TextPage, "text-page", "text page", IN_PAGE),
    row(Scope::Help, "help", "help", IN_HELP),
];

impl Scope {
    /// Iterates over every scope, in the order of the help.
    pub fn all() -> impl Iterator<Item = Scope> {
        SCOPES.iter().map(|row| row.scope)
    }

    /// Returns the name in the config file: stable, even if the help calls it something else.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// Returns the name in the help.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Iterates over the scopes whose keys apply here, the most specific first.
    pub fn with_general(self) -> impl Iterator<Item = Scope> {
        std::iter::once(self).chain(self.row().also.iter().copied().filter(move |other| *other != self))
    }

    fn row(self) -> &'static Row {
        &SCOPES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_its_row_at_its_place() {
        for (at, row) in SCOPES.iter().enumerate() {
            assert_eq!(row.scope as usize, at, "{:?}", row.scope);
        }
        assert_eq!(SCOPES.len(), Scope::Help as usize + 1, "the last scope has a row");
    }
}
