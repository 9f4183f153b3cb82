//! The table of keys, shared by dispatch, the footer, help and docs/keys.md, and the table of the contexts they are pressed
//! in. To add a key or a context, add a row.

use std::borrow::Cow;

use crate::settings::nearest;

use super::key::Key;

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
    /// In the line that filters the help.
    HelpFilter,
    /// In any menu.
    Menu,
    /// In a menu of anything but commands.
    Choices,
    /// In the list of calls.
    Calls,
    Metrics,
    /// In the details of a node.
    Details,
    /// In the status view.
    Status,
    /// In the comparison of two sessions.
    Comparison,
    /// In an explanation.
    Explanation,
    /// In the media path of a stream.
    MediaPath,
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
const IN_MENU: &[Scope] = &[Scope::Menu];
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
    row(Scope::HelpFilter, "help-line", "help filter line", ALONE),
    row(Scope::Menu, "menu", "menu", ALONE),
    row(Scope::Choices, "choices", "menu of choices", IN_MENU),
    row(Scope::Calls, "calls", "list of calls", IN_CALLS),
    row(Scope::Metrics, "metrics", "metrics", IN_VIEW),
    row(Scope::Details, "details", "details", IN_PAGE),
    row(Scope::Status, "status", "status", IN_PAGE),
    row(Scope::Comparison, "comparison", "comparison", IN_PAGE),
    row(Scope::Explanation, "explanation", "explanation", IN_PAGE),
    row(Scope::MediaPath, "media-path", "media path", IN_PAGE),
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

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Quit,
    /// Draw the whole screen again, over whatever else was written to the terminal.
    Redraw,
    /// Quit immediately, as if interrupted.
    Interrupt,
    /// Suspend the process; `fg` resumes it.
    Suspend,
    /// Open or close the help.
    Help,
    /// Go one step back.
    Back,
    /// Go to the next pane.
    NextPane,
    /// Go to the previous pane.
    PreviousPane,
    /// Move up one line.
    Up,
    /// Move down one line.
    Down,
    /// Move up one page.
    PageUp,
    /// Move down one page.
    PageDown,
    HalfPageUp,
    HalfPageDown,
    /// Go to the first line.
    First,
    /// Go to the last line.
    Last,
    /// Open or enter the selected item.
    Open,
    /// Close or leave the selected item.
    Close,
    /// Move left.
    Left,
    /// Move right.
    Right,
    /// Open the filter line.
    Filter,
    /// Accept the typed text.
    Accept,
    /// Discard the typed text.
    Dismiss,
    /// Save the call.
    Save,
    /// Reverse the sort order.
    ReverseSort,
    /// Show all members of the selected node.
    Details,
    /// Show the node's JSON.
    Raw,
    /// Switch the JSON between its original layout and an indented one.
    ToggleLayout,
    /// Show what was skipped and repaired, and time spent waiting.
    Status,
    StopLoading,
    /// Resume an interrupted load.
    GoOn,
    /// Load the segments of a call that was requested without them.
    Segments,
    /// Go back to the list of calls.
    Calls,
    /// Go to the sessions.
    Sessions,
    /// Go to the people view.
    People,
    /// Go to the findings view.
    Findings,
    /// Classify with the next rule set.
    NextRules,
    /// Go to the timeline.
    Timeline,
    /// Explain the item under the cursor.
    Explain,
    /// Show a stream's media path, device to device.
    MediaPath,
    /// Choose what to copy.
    Copy,
    /// Copy the triage, for a ticket.
    CopyTicket,
    /// Open what is shown in the pager.
    Pager,
    /// Open what is shown in the editor.
    Editor,
    /// Run a command of the user's own: its place among them.
    Own(u8),
    /// Choose from all available commands.
    Palette,
    /// Mark a session, or compare it with the marked one.
    Mark,
    /// Compare the session on screen with a good one.
    CompareHealthy,
    /// Choose the sort key.
    Sort,
    /// Choose the columns of the list.
    Columns,
    /// Maximize or restore the pane.
    ZoomPane,
    /// Widen the pane.
    Wider,
    /// Narrow the pane.
    Narrower,
    /// Complete the word being typed.
    Complete,
    /// Fold or unfold a node.
    Fold,
    /// Fold every node.
    FoldAll,
    /// Unfold every node.
    UnfoldAll,
    /// Search for text.
    Search,
    /// Go to the next match or, without a search, to the next poor item.
    NextMatch,
    /// Go to the previous match or, without a search, to the previous poor item.
    PreviousMatch,
    /// Go to the next problem.
    NextProblem,
    /// Go to the previous problem.
    PreviousProblem,
    /// Go to a path.
    Jump,
    /// Go to the next element of the same list or object.
    NextSibling,
    PreviousSibling,
    /// Go to the element around.
    Parent,
    ZoomIn,
    ZoomOut,
    /// Zoom to fit the whole call.
    ZoomFit,
    /// Switch between UTC and local time.
    Zone,
    /// Hide more, or show everything again.
    Privacy,
    /// Group the lanes by something else.
    Group,
}

impl Action {
    /// Returns whether the action applies to the session on screen.
    pub fn needs_session(self) -> bool {
        matches!(
            self,
            Action::Details
                | Action::Raw
                | Action::Explain
                | Action::MediaPath
                | Action::Mark
                | Action::CompareHealthy
                | Action::Copy
        )
    }
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Binding {
    /// Where the keys work.
    pub scope: Scope,
    /// The keys; the footer shows the first one.
    pub keys: Cow<'static, [Key]>,
    /// What the keys do.
    pub action: Action,
    /// The command's name in the config file: unique in its scope and stable. The label may change; this must not.
    pub id: &'static str,
    /// The command's name in the footer, help and palette.
    pub label: &'static str,
    /// Whether the footer shows it.
    pub in_footer: bool,
}

const fn bind(
    scope: Scope,
    keys: &'static [Key],
    action: Action,
    id: &'static str,
    label: &'static str,
    in_footer: bool,
) -> Binding {
    Binding { scope, keys: Cow::Borrowed(keys), action, id, label, in_footer }
}

/// The table. More specific bindings come first; footers keep this order.
pub const BINDINGS: &[Binding] = &[
    bind(Scope::Call, &[Key::Char('R')], Action::GoOn, "retry", "retry", true),
    bind(Scope::Call, &[Key::Char('E')], Action::Segments, "fetch-segments", "fetch segments", true),
    bind(Scope::Calls, &[Key::Enter, Key::Right, Key::Char('l')], Action::Open, "open", "open", true),
    bind(Scope::Calls, &[Key::Char('/')], Action::Filter, "filter", "filter", true),
    bind(Scope::Calls, &[Key::Esc, Key::Backspace], Action::Back, "clear-filter", "all calls", false),
    bind(Scope::Calls, &[Key::Char('R')], Action::GoOn, "load-more", "load more", true),
    bind(Scope::Calls, &[Key::Char('u')], Action::Zone, "toggle-time-zone", "UTC or local", false),
    bind(Scope::Calls, &[Key::Char('X')], Action::StopLoading, "stop-loading", "stop loading", false),
    bind(Scope::Sessions, &[Key::Right, Key::Enter, Key::Char('l')], Action::Open, "open", "open", true),
    bind(Scope::Sessions, &[Key::Char('/')], Action::Filter, "filter", "filter", true),
    bind(Scope::Sessions, &[Key::Char('o')], Action::Sort, "sort", "sort", true),
    bind(Scope::Sessions, &[Key::Char('O')], Action::ReverseSort, "reverse-sort", "reverse order", false),
    bind(Scope::People, &[Key::Char('/')], Action::Filter, "filter", "filter or search", true),
    bind(Scope::Findings, &[Key::Char('/')], Action::Filter, "filter", "filter or search", true),
    bind(Scope::Timeline, &[Key::Char('/')], Action::Filter, "filter", "filter", true),
    bind(Scope::Tree, &[Key::Char('/')], Action::Search, "search", "search", true),
    bind(Scope::Metrics, &[Key::Char('/')], Action::Search, "search", "search", true),
    bind(Scope::Why, &[Key::Char('/')], Action::Search, "search", "search", true),
    bind(Scope::Tree, &[Key::Char(']')], Action::NextProblem, "next-problem", "next problem", false),
    bind(Scope::Tree, &[Key::Char('[')], Action::PreviousProblem, "previous-problem", "previous problem", false),
    bind(Scope::Panes, &[Key::Char('n')], Action::NextMatch, "next-match", "next poor", true),
    bind(Scope::Panes, &[Key::Char('N')], Action::PreviousMatch, "previous-match", "previous poor", false),
    bind(Scope::Tree, &[Key::Right, Key::Enter, Key::Char('l')], Action::Open, "expand", "expand", true),
    bind(Scope::Tree, &[Key::Left, Key::Char('h')], Action::Close, "collapse", "collapse", true),
    bind(Scope::Why, &[Key::Enter, Key::Right, Key::Char('l')], Action::Open, "go-to-source", "show where", true),
    bind(
        Scope::People,
        &[Key::Enter, Key::Right, Key::Char('l')],
        Action::Open,
        "show-sessions",
        "show sessions",
        true,
    ),
    bind(
        Scope::Findings,
        &[Key::Enter, Key::Right, Key::Char('l')],
        Action::Open,
        "show-sessions",
        "show sessions",
        true,
    ),
    bind(Scope::Sessions, &[Key::Char('C')], Action::Columns, "choose-columns", "columns", false),
    bind(Scope::People, &[Key::Char('m')], Action::Mark, "mark", "mark", true),
    bind(Scope::Timeline, &[Key::Enter], Action::Open, "show-session", "show session", true),
    bind(Scope::Timeline, &[Key::Left, Key::Char('h')], Action::Left, "earlier", "earlier", false),
    bind(Scope::Timeline, &[Key::Right, Key::Char('l')], Action::Right, "later", "later", false),
    bind(Scope::Timeline, &[Key::Char('+'), Key::Char('=')], Action::ZoomIn, "zoom-in", "zoom in", true),
    bind(Scope::Timeline, &[Key::Char('-')], Action::ZoomOut, "zoom-out", "zoom out", false),
    bind(Scope::Timeline, &[Key::Char('0')], Action::ZoomFit, "zoom-to-fit", "zoom to fit", false),
    bind(Scope::Timeline, &[Key::Char('b')], Action::Group, "group", "group by", true),
    bind(Scope::Timeline, &[Key::Char(']')], Action::NextProblem, "next-problem", "next problem", true),
    bind(Scope::Timeline, &[Key::Char('[')], Action::PreviousProblem, "previous-problem", "previous problem", false),
    bind(Scope::Timeline, &[Key::Char('m')], Action::Mark, "mark", "mark", false),
    bind(Scope::Filter, &[Key::Enter], Action::Accept, "apply", "apply", true),
    bind(Scope::Filter, &[Key::Tab], Action::Complete, "complete", "complete", true),
    bind(Scope::Filter, &[Key::Esc], Action::Dismiss, "cancel", "cancel", true),
    bind(Scope::Filter, &[Key::Up], Action::Up, "earlier-filter", "earlier filter", true),
    bind(Scope::Filter, &[Key::Down], Action::Down, "later-filter", "later filter", false),
    bind(Scope::Filter, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit", false),
    bind(Scope::SaveAs, &[Key::Enter], Action::Accept, "save", "save", true),
    bind(Scope::SaveAs, &[Key::Tab], Action::Complete, "other-kind", "another kind of file", true),
    bind(Scope::SaveAs, &[Key::Esc], Action::Dismiss, "cancel", "cancel", true),
    bind(Scope::SaveAs, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit", false),
    bind(Scope::Search, &[Key::Enter], Action::Accept, "find", "find", true),
    bind(Scope::Search, &[Key::Esc], Action::Dismiss, "cancel", "cancel", true),
    bind(Scope::Search, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit", false),
    bind(Scope::Jump, &[Key::Enter], Action::Accept, "go", "go", true),
    bind(Scope::Jump, &[Key::Tab], Action::Complete, "complete", "complete", true),
    bind(Scope::Jump, &[Key::Esc], Action::Dismiss, "cancel", "cancel", true),
    bind(Scope::Jump, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit", false),
    bind(Scope::Help, &[Key::Char('/')], Action::Filter, "filter", "filter", true),
    bind(Scope::HelpFilter, &[Key::Enter], Action::Accept, "apply", "apply", true),
    bind(Scope::HelpFilter, &[Key::Esc], Action::Dismiss, "clear", "clear", true),
    bind(Scope::HelpFilter, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit", false),
    bind(Scope::Comparison, &[Key::Enter], Action::Fold, "toggle-same", "same values", true),
    bind(Scope::Raw, &[Key::Enter], Action::Fold, "toggle-fold", "fold", true),
    bind(Scope::Raw, &[Key::Char('/')], Action::Search, "find", "find", true),
    bind(Scope::Raw, &[Key::Char('n')], Action::NextMatch, "next-match", "next match", false),
    bind(Scope::Raw, &[Key::Char('N')], Action::PreviousMatch, "previous-match", "previous match", false),
    bind(Scope::Raw, &[Key::Char('p')], Action::Jump, "go-to-path", "go to path", true),
    bind(Scope::Raw, &[Key::Char(']')], Action::NextProblem, "next-problem", "next problem", true),
    bind(Scope::Raw, &[Key::Char('[')], Action::PreviousProblem, "previous-problem", "previous problem", false),
    bind(Scope::Raw, &[Key::Char('J')], Action::NextSibling, "next-sibling", "next sibling", false),
    bind(Scope::Raw, &[Key::Char('K')], Action::PreviousSibling, "previous-sibling", "previous sibling", false),
    bind(Scope::Raw, &[Key::Char('H')], Action::Parent, "parent", "parent", false),
    bind(Scope::Raw, &[Key::Char('-')], Action::FoldAll, "fold-all", "fold all", false),
    bind(Scope::Raw, &[Key::Char('+'), Key::Char('=')], Action::UnfoldAll, "unfold-all", "unfold all", false),
    bind(Scope::Raw, &[Key::Left, Key::Char('h')], Action::Left, "left", "left", false),
    bind(Scope::Raw, &[Key::Right, Key::Char('l')], Action::Right, "right", "right", false),
    bind(Scope::Raw, &[Key::Char('w')], Action::ToggleLayout, "toggle-layout", "layout", true),
    bind(Scope::Call, &[Key::Char('1')], Action::Sessions, "show-sessions", "sessions", true),
    bind(Scope::Panes, &[Key::Tab], Action::NextPane, "next-pane", "next pane", true),
    bind(Scope::Call, &[Key::Char('2')], Action::Timeline, "show-timeline", "timeline", true),
    bind(Scope::Call, &[Key::Char('3')], Action::People, "show-people", "people", true),
    bind(Scope::Call, &[Key::Char('4')], Action::Findings, "show-findings", "findings", true),
    bind(Scope::Navigation, &[Key::Down, Key::Char('j')], Action::Down, "down", "down", false),
    bind(Scope::Navigation, &[Key::Up, Key::Char('k')], Action::Up, "up", "up", false),
    bind(
        Scope::Navigation,
        &[Key::PageDown, Key::Ctrl('f'), Key::Char(' ')],
        Action::PageDown,
        "page-down",
        "page down",
        false,
    ),
    bind(Scope::Navigation, &[Key::PageUp, Key::Ctrl('b')], Action::PageUp, "page-up", "page up", false),
    bind(Scope::Navigation, &[Key::Ctrl('d')], Action::HalfPageDown, "half-page-down", "half a page down", false),
    bind(Scope::Navigation, &[Key::Ctrl('u')], Action::HalfPageUp, "half-page-up", "half a page up", false),
    bind(Scope::Navigation, &[Key::Home, Key::Char('g')], Action::First, "first", "first", false),
    bind(Scope::Navigation, &[Key::End, Key::Char('G')], Action::Last, "last", "last", false),
    bind(Scope::Menu, &[Key::Enter], Action::Accept, "choose", "choose", true),
    bind(Scope::Menu, &[Key::Esc], Action::Dismiss, "cancel", "cancel", true),
    bind(Scope::Menu, &[Key::Up, Key::Ctrl('p')], Action::Up, "up", "up", false),
    bind(Scope::Menu, &[Key::Down, Key::Ctrl('n')], Action::Down, "down", "down", false),
    bind(Scope::Menu, &[Key::PageUp], Action::PageUp, "page-up", "page up", false),
    bind(Scope::Menu, &[Key::PageDown], Action::PageDown, "page-down", "page down", false),
    bind(Scope::Menu, &[Key::Ctrl('d')], Action::HalfPageDown, "half-page-down", "half a page down", false),
    bind(Scope::Menu, &[Key::Ctrl('u')], Action::HalfPageUp, "half-page-up", "half a page up", false),
    bind(Scope::Choices, &[Key::Char('q')], Action::Dismiss, "cancel", "cancel", false),
    bind(Scope::Menu, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit", false),
    bind(Scope::Panes, &[Key::BackTab], Action::PreviousPane, "previous-pane", "previous pane", false),
    bind(Scope::Panes, &[Key::Esc, Key::Backspace], Action::Back, "back", "back", false),
    bind(Scope::Panes, &[Key::Char('z')], Action::ZoomPane, "zoom-pane", "zoom pane", false),
    bind(Scope::Panes, &[Key::Char('>')], Action::Wider, "widen-pane", "widen pane", false),
    bind(Scope::Panes, &[Key::Char('<')], Action::Narrower, "narrow-pane", "narrow pane", false),
    bind(Scope::Text, &[Key::Char('/')], Action::Search, "search", "search", true),
    bind(Scope::Text, &[Key::Char('n')], Action::NextMatch, "next-match", "next match", false),
    bind(Scope::Text, &[Key::Char('N')], Action::PreviousMatch, "previous-match", "previous match", false),
    bind(Scope::Text, &[Key::Esc, Key::Backspace, Key::Char('q')], Action::Back, "back", "back", true),
    bind(Scope::Call, &[Key::Char('x')], Action::Explain, "explain", "explain", true),
    bind(Scope::Call, &[Key::Char('y')], Action::Copy, "copy", "copy", true),
    bind(Scope::Sessions, &[Key::Char('m')], Action::Mark, "mark", "mark", true),
    bind(Scope::Panes, &[Key::Char('H')], Action::CompareHealthy, "compare-healthy", "compare with healthy", true),
    bind(Scope::Call, &[Key::Char('d')], Action::Details, "show-details", "details", true),
    bind(Scope::Call, &[Key::Char('r')], Action::Raw, "show-raw-json", "raw JSON", true),
    bind(Scope::Call, &[Key::Char('p')], Action::MediaPath, "show-media-path", "media path", true),
    bind(Scope::Call, &[Key::Char('i')], Action::Status, "show-status", "status", true),
    bind(Scope::Call, &[Key::Char('s')], Action::Save, "save", "save", true),
    bind(Scope::Call, &[Key::Char('Y')], Action::CopyTicket, "copy-for-ticket", "copy for a ticket", false),
    bind(Scope::Call, &[Key::Char('v')], Action::NextRules, "next-rule-set", "next rule set", false),
    bind(Scope::Call, &[Key::Char('u')], Action::Zone, "toggle-time-zone", "UTC or local", false),
    bind(Scope::Call, &[Key::Char('c')], Action::Calls, "show-calls", "list of calls", false),
    bind(Scope::Call, &[Key::Char('X')], Action::StopLoading, "stop-loading", "stop loading", false),
    bind(
        Scope::Everywhere,
        &[Key::Char(':'), Key::Ctrl('p')],
        Action::Palette,
        "command-palette",
        "all commands",
        false,
    ),
    bind(Scope::Everywhere, &[Key::Char('P')], Action::Privacy, "privacy", "hide names", false),
    bind(Scope::Everywhere, &[Key::Char('|')], Action::Pager, "open-in-pager", "open in pager", false),
    bind(Scope::Everywhere, &[Key::Char('e')], Action::Editor, "open-in-editor", "open in editor", false),
    bind(Scope::Everywhere, &[Key::Char('?')], Action::Help, "help", "help", true),
    bind(Scope::Everywhere, &[Key::Char('q')], Action::Quit, "quit", "quit", true),
    bind(Scope::Everywhere, &[Key::Ctrl('c')], Action::Interrupt, "quit-now", "quit at once", false),
    bind(Scope::Everywhere, &[Key::Ctrl('l')], Action::Redraw, "redraw", "redraw the screen", false),
    bind(Scope::Everywhere, &[Key::Ctrl('z')], Action::Suspend, "suspend", "suspend", false),
];

/// The key bindings: the table with the user's own keys applied.
#[derive(Debug, Clone)]
pub struct Keymap(Vec<Binding>);

impl Default for Keymap {
    fn default() -> Keymap {
        Keymap(BINDINGS.to_vec())
    }
}

impl Keymap {
    /// Binds a command to other keys: `scope` and `command` are their ids. The error says what is wrong and suggests a
    /// correction.
    pub fn put(&mut self, scope: &str, command: &str, keys: &[&str]) -> Result<(), String> {
        let known = self.scopes().find(|one| one.id() == scope);
        let scope = known.ok_or_else(|| {
            let ids: Vec<&str> = self.scopes().map(Scope::id).collect();
            format!("there is no key scope `{scope}`{}", suggestion(scope, &ids))
        })?;
        let ids: Vec<&str> = self.of_scope(scope).map(|binding| binding.id).collect();
        if !ids.contains(&command) {
            return Err(format!("there is no command `{command}` in `{}`{}", scope.id(), suggestion(command, &ids)));
        }
        let keys: Vec<Key> = keys.iter().map(|key| Key::parse(key)).collect::<Result<_, _>>()?;
        let taken = self.of_scope(scope).find(|one| one.id != command && keys.iter().any(|key| one.keys.contains(key)));
        if let Some(taken) = taken {
            let key = keys.iter().find(|key| taken.keys.contains(key)).map(ToString::to_string).unwrap_or_default();
            return Err(format!(
                "{key} is already bound to `{}` there; bind that command to another key first",
                taken.id
            ));
        }
        for binding in self.0.iter_mut().filter(|it| it.scope == scope && it.id == command) {
            binding.keys = Cow::Owned(keys.clone());
        }
        Ok(())
    }

    /// Adds a command of the user's own, at this place among them, to everything in a call.
    pub fn add_own(&mut self, at: u8, name: &'static str, label: &'static str, key: &str) -> Result<(), String> {
        let key = Key::parse(key)?;
        let is_heard = |scope: Scope| scope.with_general().any(|general| general == Scope::Call);
        let together = Scope::all().filter(|scope| is_heard(*scope)).flat_map(Scope::with_general);
        let scopes: Vec<Scope> = together.collect();
        if let Some(taken) = self.0.iter().find(|one| scopes.contains(&one.scope) && one.keys.contains(&key)) {
            let (id, scope) = (taken.id, taken.scope.id());
            return Err(format!("{key} is already bound to `{id}` in `{scope}`; choose another key"));
        }
        let keys = Cow::Owned(vec![key]);
        self.0.push(Binding { scope: Scope::Call, keys, action: Action::Own(at), id: name, label, in_footer: true });
        Ok(())
    }

    /// Returns the key to show in a hint for an action, in any scope; empty when no key is bound to it.
    pub fn key_hint(&self, action: Action) -> String {
        let first = self.0.iter().find(|binding| binding.action == action).and_then(|binding| binding.keys.first());
        first.map(ToString::to_string).unwrap_or_default()
    }

    /// Returns the key to show in a hint for an action in a pane; empty when no key is bound to it there.
    pub fn key_hint_in(&self, scope: Scope, action: Action) -> String {
        let mut bound = self.bindings_of(scope).filter(|binding| binding.action == action);
        bound.find_map(|binding| self.live_key(scope, binding)).map(|key| key.to_string()).unwrap_or_default()
    }

    /// Returns the first key of a binding that a more specific scope does not take for something else.
    pub fn live_key(&self, scope: Scope, binding: &Binding) -> Option<Key> {
        binding.keys.iter().copied().find(|key| self.meaning(scope, *key) == Some(binding.action))
    }

    /// Returns the first binding of a key among those that do not work nearly everywhere.
    pub fn elsewhere(&self, key: Key) -> Option<&Binding> {
        let is_typed = |scope: Scope| scope.row().also.iter().all(|it| *it == Scope::Menu);
        let is_general = |scope: Scope| matches!(scope, Scope::Everywhere | Scope::Navigation);
        let mut scopes = Scope::all().filter(|scope| !is_typed(*scope) && !is_general(*scope));
        scopes.find_map(|scope| self.of_scope(scope).find(|binding| binding.keys.contains(&key)))
    }

    /// Iterates over the scopes that have keys of their own, in the order of the help.
    fn scopes(&self) -> impl Iterator<Item = Scope> {
        Scope::all().filter(|scope| self.of_scope(*scope).next().is_some())
    }

    fn of_scope(&self, scope: Scope) -> impl Iterator<Item = &Binding> {
        self.0.iter().filter(move |binding| binding.scope == scope)
    }

    /// Returns the action of a key: in the pane itself, in anything that scrolls, or everywhere.
    pub fn meaning(&self, scope: Scope, key: Key) -> Option<Action> {
        scope
            .with_general()
            .find_map(|scope| Some(self.of_scope(scope).find(|binding| binding.keys.contains(&key))?.action))
    }

    /// Returns the bindings that work in a pane, in the table's order.
    pub fn bindings_of(&self, scope: Scope) -> impl Iterator<Item = &Binding> {
        self.0.iter().filter(move |binding| scope.with_general().any(|it| it == binding.scope))
    }

    /// Returns the table as Markdown, for docs/keys.md.
    pub fn markdown(&self) -> String {
        let mut out = String::from("| where | keys | what | scope and command in the config |\n|---|---|---|---|\n");
        for scope in self.scopes() {
            for binding in self.of_scope(scope) {
                let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`").replace('|', "\\|")).collect();
                let ids = format!("`{}` `{}`", scope.id(), binding.id);
                out.push_str(&format!("| {} | {} | {} | {ids} |\n", scope.name(), keys.join(" "), binding.label));
            }
        }
        out
    }
}

/// Suggests the closest name, or else lists all possible ones.
fn suggestion(name: &str, possible: &[&str]) -> String {
    match nearest(name, possible.iter().copied()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => format!("; possible values: {}", possible.join(", ")),
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

    #[test]
    fn no_key_stands_twice_in_one_scope() {
        for (at, binding) in BINDINGS.iter().enumerate() {
            for other in &BINDINGS[at + 1..] {
                let shared = binding.keys.iter().find(|key| other.keys.contains(key));
                assert!(binding.scope != other.scope || shared.is_none(), "{shared:?} twice in {:?}", binding.scope);
            }
        }
    }

    #[test]
    fn a_panes_own_keys_come_before_those_of_everywhere() {
        assert_eq!(Keymap::default().meaning(Scope::Tree, Key::Left), Some(Action::Close));
        assert_eq!(Keymap::default().meaning(Scope::Raw, Key::Left), Some(Action::Left));
        assert_eq!(Keymap::default().meaning(Scope::Sessions, Key::Left), None);
        assert_eq!(Keymap::default().meaning(Scope::Sessions, Key::Char('q')), Some(Action::Quit));
        assert_eq!(Keymap::default().meaning(Scope::Details, Key::Char('q')), Some(Action::Back));
        assert_eq!(Keymap::default().meaning(Scope::Filter, Key::Char('q')), None, "letters are typed into the filter");
    }

    #[test]
    fn an_id_and_a_label_name_one_command_in_their_scope() {
        for (at, binding) in BINDINGS.iter().enumerate() {
            let is_plain = binding.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            assert!(is_plain && !binding.id.is_empty(), "{}", binding.id);
            let again = BINDINGS[at + 1..].iter().find(|it| it.scope == binding.scope && it.id == binding.id);
            assert!(again.is_none(), "{} twice in {:?}", binding.id, binding.scope);
            let twice = BINDINGS[at + 1..].iter().find(|it| it.scope == binding.scope && it.label == binding.label);
            assert!(twice.is_none(), "{} twice in {:?}", binding.label, binding.scope);
        }
    }

    #[test]
    fn keys_can_be_put_elsewhere_and_mistakes_are_named() {
        let mut keys = Keymap::default();
        keys.put("sessions", "mark", &["M", "Ctrl-K"]).expect("it is right");
        assert_eq!(keys.meaning(Scope::Sessions, Key::Char('M')), Some(Action::Mark));
        assert_eq!(keys.meaning(Scope::Sessions, Key::Ctrl('k')), Some(Action::Mark));
        assert_eq!(keys.meaning(Scope::Sessions, Key::Char('m')), None);
        for (place, what, key, says) in [
            ("sesions", "mark", "M", "did you mean `sessions`?"),
            ("sessions", "marc", "M", "did you mean `mark`?"),
            ("sessions", "mark", "Hyper-M", "unknown key Hyper-M"),
            ("sessions", "mark", "/", "/ is already bound to `filter` there"),
        ] {
            let told = keys.put(place, what, &[key]).expect_err("a mistake");
            assert!(told.contains(says), "{told}");
        }
    }

    #[test]
    fn ctrl_c_quits_in_every_pane() {
        for scope in Scope::all().filter(|scope| *scope != Scope::Everywhere) {
            assert_eq!(Keymap::default().meaning(scope, Key::Ctrl('c')), Some(Action::Interrupt), "{scope:?}");
        }
    }
}
