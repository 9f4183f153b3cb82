//! Which key does what, as one table: dispatch, footer, help and the README read it. To add a key, add a row.

use super::key::Key;

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Anywhere but in the filter line.
    Everywhere,
    /// In the panes and texts of a call.
    Call,
    /// In the panes of a call.
    Panes,
    /// In a text that lies over the panes.
    Text,
    /// In any list, tree or text.
    Moving,
    /// In the list of calls.
    Calls,
    /// In the list of sessions.
    Sessions,
    /// In the tree of a session.
    Tree,
    /// In the metrics.
    Metrics,
    /// In what was found.
    Why,
    /// In the matrix.
    Matrix,
    /// In the findings of the call.
    Findings,
    /// In the details of a node.
    Details,
    /// In the raw view of a node.
    Raw,
    /// In the status view.
    Status,
    /// In the help.
    Help,
    /// In the filter line.
    Filter,
    /// In the line for a file's name.
    SaveAs,
}

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave.
    Quit,
    /// Leave at once, as interrupted.
    Interrupt,
    /// Stop the process, to be continued with `fg`.
    Suspend,
    /// Open or close the help.
    Help,
    /// One step back.
    Back,
    /// To the next pane.
    NextPane,
    /// To the pane before.
    PreviousPane,
    /// One up.
    Up,
    /// One down.
    Down,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
    /// Into what is selected.
    Open,
    /// Out of it.
    Close,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Begin to filter.
    Filter,
    /// Take what was typed.
    Accept,
    /// Drop what was typed.
    Dismiss,
    /// Save the call.
    Save,
    /// Sort by the next key.
    NextSort,
    /// Turn the order round.
    ReverseSort,
    /// Show everything of the selected node.
    Details,
    /// Show the node's JSON.
    Raw,
    /// Show the JSON as it stands in the file, or indented.
    Layout,
    /// Show what was skipped, mended and waited for.
    Status,
    /// Stop loading.
    StopLoading,
    /// Go on where something stopped it.
    GoOn,
    /// Back to the list of calls.
    Calls,
    /// To the sessions.
    Triage,
    /// To the people.
    Matrix,
    /// To the findings.
    Findings,
    /// Judge by the next rule set.
    NextRules,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where.
    pub scope: Scope,
    /// Which keys; the first one stands in the footer.
    pub keys: &'static [Key],
    /// What they mean.
    pub action: Action,
    /// What that is, in a word or two.
    pub label: &'static str,
    /// Does it stand in the footer?
    pub in_footer: bool,
}

const fn bind(scope: Scope, keys: &'static [Key], action: Action, label: &'static str, in_footer: bool) -> Binding {
    Binding { scope, keys, action, label, in_footer }
}

/// The table. What is more special stands first; footers take the order.
pub const BINDINGS: &[Binding] = &[
    bind(Scope::Call, &[Key::Char('R')], Action::GoOn, "try again", true),
    bind(Scope::Calls, &[Key::Enter, Key::Right, Key::Char('l')], Action::Open, "open", true),
    bind(Scope::Calls, &[Key::Char('/')], Action::Filter, "filter", true),
    bind(Scope::Calls, &[Key::Esc, Key::Backspace], Action::Back, "all calls", false),
    bind(Scope::Calls, &[Key::Char('R')], Action::GoOn, "read on", true),
    bind(Scope::Calls, &[Key::Char('X')], Action::StopLoading, "stop reading", false),
    bind(Scope::Sessions, &[Key::Right, Key::Enter, Key::Char('l')], Action::Open, "open", true),
    bind(Scope::Sessions, &[Key::Char('/')], Action::Filter, "filter", true),
    bind(Scope::Sessions, &[Key::Char('o')], Action::NextSort, "order", true),
    bind(Scope::Sessions, &[Key::Char('O')], Action::ReverseSort, "turn round", false),
    bind(Scope::Tree, &[Key::Right, Key::Enter, Key::Char('l')], Action::Open, "unfold", true),
    bind(Scope::Tree, &[Key::Left, Key::Char('h')], Action::Close, "fold", true),
    bind(Scope::Why, &[Key::Enter, Key::Right, Key::Char('l')], Action::Open, "show where", true),
    bind(Scope::Matrix, &[Key::Enter, Key::Right, Key::Char('l')], Action::Open, "show sessions", true),
    bind(Scope::Findings, &[Key::Enter, Key::Right, Key::Char('l')], Action::Open, "show sessions", true),
    bind(Scope::Filter, &[Key::Enter], Action::Accept, "keep", true),
    bind(Scope::Filter, &[Key::Esc], Action::Dismiss, "drop", true),
    bind(Scope::Filter, &[Key::Up], Action::Up, "up", false),
    bind(Scope::Filter, &[Key::Down], Action::Down, "down", false),
    bind(Scope::Filter, &[Key::Ctrl('c')], Action::Interrupt, "quit", false),
    bind(Scope::SaveAs, &[Key::Enter], Action::Accept, "save", true),
    bind(Scope::SaveAs, &[Key::Esc], Action::Dismiss, "not now", true),
    bind(Scope::SaveAs, &[Key::Ctrl('c')], Action::Interrupt, "quit", false),
    bind(Scope::Raw, &[Key::Left, Key::Char('h')], Action::Left, "left", false),
    bind(Scope::Raw, &[Key::Right, Key::Char('l')], Action::Right, "right", true),
    bind(Scope::Raw, &[Key::Char('w')], Action::Layout, "layout", true),
    bind(Scope::Call, &[Key::Char('1')], Action::Triage, "sessions", true),
    bind(Scope::Call, &[Key::Char('3')], Action::Matrix, "people", true),
    bind(Scope::Call, &[Key::Char('4')], Action::Findings, "findings", true),
    bind(Scope::Moving, &[Key::Down, Key::Char('j')], Action::Down, "down", false),
    bind(Scope::Moving, &[Key::Up, Key::Char('k')], Action::Up, "up", false),
    bind(Scope::Moving, &[Key::PageDown, Key::Ctrl('f'), Key::Char(' ')], Action::PageDown, "page down", false),
    bind(Scope::Moving, &[Key::PageUp, Key::Ctrl('b')], Action::PageUp, "page up", false),
    bind(Scope::Moving, &[Key::Home, Key::Char('g')], Action::First, "first", false),
    bind(Scope::Moving, &[Key::End, Key::Char('G')], Action::Last, "last", false),
    bind(Scope::Panes, &[Key::Tab], Action::NextPane, "next pane", true),
    bind(Scope::Panes, &[Key::BackTab], Action::PreviousPane, "pane before", false),
    bind(Scope::Panes, &[Key::Esc, Key::Backspace], Action::Back, "back", false),
    bind(Scope::Text, &[Key::Esc, Key::Backspace], Action::Back, "back", true),
    bind(Scope::Call, &[Key::Char('d')], Action::Details, "details", true),
    bind(Scope::Call, &[Key::Char('r')], Action::Raw, "raw JSON", true),
    bind(Scope::Call, &[Key::Char('i')], Action::Status, "status", true),
    bind(Scope::Call, &[Key::Char('s')], Action::Save, "save", true),
    bind(Scope::Call, &[Key::Char('v')], Action::NextRules, "next rule set", false),
    bind(Scope::Call, &[Key::Char('c')], Action::Calls, "list of calls", false),
    bind(Scope::Call, &[Key::Char('X')], Action::StopLoading, "stop loading", false),
    bind(Scope::Everywhere, &[Key::Char('?')], Action::Help, "help", true),
    bind(Scope::Everywhere, &[Key::Char('q')], Action::Quit, "quit", true),
    bind(Scope::Everywhere, &[Key::Ctrl('c')], Action::Interrupt, "quit at once", false),
    bind(Scope::Everywhere, &[Key::Ctrl('z')], Action::Suspend, "suspend", false),
];

/// What a key means where it is pressed: in the pane itself, in anything that moves, or everywhere.
pub fn meaning(scope: Scope, key: Key) -> Option<Action> {
    scopes(scope).iter().find_map(|scope| {
        let binding = BINDINGS.iter().find(|binding| binding.scope == *scope && binding.keys.contains(&key))?;
        Some(binding.action)
    })
}

/// The scopes that count in a pane, the more special first.
fn scopes(scope: Scope) -> &'static [Scope] {
    match scope {
        Scope::Filter => &[Scope::Filter],
        Scope::SaveAs => &[Scope::SaveAs],
        Scope::Calls => &[Scope::Calls, Scope::Moving, Scope::Everywhere],
        Scope::Sessions => &[Scope::Sessions, Scope::Moving, Scope::Panes, Scope::Call, Scope::Everywhere],
        Scope::Tree => &[Scope::Tree, Scope::Moving, Scope::Panes, Scope::Call, Scope::Everywhere],
        Scope::Metrics => &[Scope::Moving, Scope::Panes, Scope::Call, Scope::Everywhere],
        Scope::Why => &[Scope::Why, Scope::Moving, Scope::Panes, Scope::Call, Scope::Everywhere],
        Scope::Matrix => &[Scope::Matrix, Scope::Moving, Scope::Panes, Scope::Call, Scope::Everywhere],
        Scope::Findings => &[Scope::Findings, Scope::Moving, Scope::Panes, Scope::Call, Scope::Everywhere],
        Scope::Raw => &[Scope::Raw, Scope::Moving, Scope::Text, Scope::Call, Scope::Everywhere],
        Scope::Details | Scope::Status => &[Scope::Moving, Scope::Text, Scope::Call, Scope::Everywhere],
        Scope::Help => &[Scope::Moving, Scope::Text, Scope::Everywhere],
        Scope::Moving | Scope::Panes | Scope::Text | Scope::Call | Scope::Everywhere => &[Scope::Everywhere],
    }
}

/// The bindings that work in a pane, in the table's order.
pub fn bindings_of(scope: Scope) -> impl Iterator<Item = &'static Binding> {
    BINDINGS.iter().filter(move |binding| scopes(scope).contains(&binding.scope))
}

impl Scope {
    /// Every scope, in the order in which help lists them.
    pub const ALL: &[Scope] = &[
        Scope::Everywhere,
        Scope::Moving,
        Scope::Call,
        Scope::Panes,
        Scope::Sessions,
        Scope::Filter,
        Scope::SaveAs,
        Scope::Tree,
        Scope::Why,
        Scope::Matrix,
        Scope::Findings,
        Scope::Text,
        Scope::Raw,
        Scope::Calls,
    ];

    /// What help calls it.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Everywhere => "everywhere",
            Scope::Moving => "moving",
            Scope::Call => "in a call",
            Scope::Panes => "panes",
            Scope::Text => "texts",
            Scope::Calls => "list of calls",
            Scope::Sessions => "sessions",
            Scope::Tree => "tree",
            Scope::Metrics => "metrics",
            Scope::Why => "why",
            Scope::Matrix => "people",
            Scope::Findings => "findings",
            Scope::Details => "details",
            Scope::Raw => "raw",
            Scope::Status => "status",
            Scope::Help => "help",
            Scope::Filter => "filter line",
            Scope::SaveAs => "file name",
        }
    }
}

/// The table as Markdown, for the README.
pub fn markdown() -> String {
    let mut out = String::from("| where | keys | what |\n|---|---|---|\n");
    for scope in Scope::ALL {
        for binding in BINDINGS.iter().filter(|binding| binding.scope == *scope) {
            let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
            out.push_str(&format!("| {} | {} | {} |\n", scope.name(), keys.join(" "), binding.label));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn every_scope_with_keys_of_its_own_is_in_the_help() {
        for binding in BINDINGS {
            assert!(Scope::ALL.contains(&binding.scope), "{:?}", binding.scope);
        }
    }

    #[test]
    fn a_panes_own_keys_come_before_those_of_everywhere() {
        assert_eq!(meaning(Scope::Tree, Key::Left), Some(Action::Close));
        assert_eq!(meaning(Scope::Raw, Key::Left), Some(Action::Left));
        assert_eq!(meaning(Scope::Sessions, Key::Left), None);
        assert_eq!(meaning(Scope::Details, Key::Char('q')), Some(Action::Quit));
        assert_eq!(meaning(Scope::Filter, Key::Char('q')), None, "letters are typed into the filter");
    }

    #[test]
    fn ctrl_c_quits_in_every_pane() {
        for scope in [
            Scope::Calls,
            Scope::Sessions,
            Scope::Tree,
            Scope::Metrics,
            Scope::Why,
            Scope::Matrix,
            Scope::Findings,
            Scope::Details,
            Scope::Raw,
            Scope::Status,
            Scope::Help,
            Scope::Filter,
            Scope::SaveAs,
        ] {
            assert_eq!(meaning(scope, Key::Ctrl('c')), Some(Action::Interrupt), "{scope:?}");
        }
    }
}
