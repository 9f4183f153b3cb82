//! What each command does in a sentence, and the other words by which people look for it: for the palette and the help.

use super::bindings::Action;

/// A command in words.
pub struct Command {
    pub action: Action,
    /// What it does, shown beside its name.
    pub about: &'static str,
    /// Other words for it, found by the palette and the help but not shown.
    pub synonyms: &'static str,
}

const fn command(action: Action, about: &'static str, synonyms: &'static str) -> Command {
    Command { action, about, synonyms }
}

/// Returns the words for an action; empty ones for an action that needs none, such as moving the cursor.
pub fn words(action: Action) -> (&'static str, &'static str) {
    COMMANDS.iter().find(|one| one.action == action).map_or(("", ""), |one| (one.about, one.synonyms))
}

/// The table.
pub const COMMANDS: &[Command] = &[
    command(Action::Quit, "leave callscope", "exit close bye"),
    command(Action::Redraw, "draw the whole screen again", "refresh repaint clear garbled"),
    command(Action::Interrupt, "leave callscope, whatever is open", "exit kill abort"),
    command(Action::Suspend, "back to the shell; fg resumes", "background stop shell"),
    command(Action::Help, "the keys that work here, and the signs", "keys shortcuts legend manual"),
    command(Action::Back, "one step back along the top line", "return up leave escape"),
    command(Action::NextPane, "go to the next pane", "focus switch"),
    command(Action::PreviousPane, "go to the previous pane", "focus switch"),
    command(Action::Open, "go into what is selected", "enter expand choose show"),
    command(Action::Close, "leave or fold what is selected", "collapse parent"),
    command(Action::Left, "move left", "earlier scroll"),
    command(Action::Right, "move right", "later scroll"),
    command(Action::Filter, "show only what matches", "find search grep only narrow"),
    command(
        Action::Save,
        "write the call, its report or its streams to a file, after asking for its name",
        "export download write store html csv markdown report",
    ),
    command(Action::Sort, "choose what the sessions are sorted by", "order rank by worst"),
    command(Action::ReverseSort, "turn the order round", "ascending descending invert"),
    command(Action::Columns, "choose what the list shows", "fields headings"),
    command(Action::Mark, "compare with another session: mark one, then the other", "compare diff pin"),
    command(
        Action::CompareHealthy,
        "with the median good session of the same kind",
        "compare diff good normal baseline",
    ),
    command(Action::Details, "every member of the record, both ends side by side", "properties fields all inspect"),
    command(Action::Raw, "the JSON as received", "source record text"),
    command(Action::ToggleLayout, "as received or indented", "pretty format indent"),
    command(Action::Status, "how the call was loaded, and what is missing", "completeness progress pages problems"),
    command(Action::StopLoading, "keep what is there", "cancel abort"),
    command(Action::GoOn, "continue loading, or read a changed file", "reload refresh resume again"),
    command(Action::Segments, "request what was left out", "download expand streams"),
    command(Action::Calls, "go back to the list of calls", "home other open"),
    command(Action::Sessions, "the list, the tree, the metrics and why", "list home main triage"),
    command(Action::Timeline, "everybody over time: joins, drops, returns", "time gantt when since history"),
    command(Action::People, "who heard what, and whose side it is", "participants users persons attribution cause"),
    command(Action::Findings, "what was found in the whole call", "problems issues rules causes answer"),
    command(Action::NextRules, "judge by other thresholds", "thresholds limits cqd judge verdict"),
    command(Action::Explain, "what this means, and where the limit comes from", "why meaning definition glossary what"),
    command(Action::MediaPath, "from device to device, hop by hop", "route network relay wifi path ip"),
    command(Action::Copy, "choose what to copy", "clipboard yank"),
    command(
        Action::CopyTicket,
        "the triage in at most 15 lines",
        "clipboard yank report incident jira servicenow markdown",
    ),
    command(Action::Pager, "read what is shown in your pager", "less more external pipe"),
    command(Action::Editor, "open a copy of what is shown in your editor", "vi vim nano external"),
    command(Action::Palette, "find any command by its name", "menu actions"),
    command(Action::ZoomPane, "give the pane the whole screen, and back", "maximize fullscreen full"),
    command(Action::Wider, "give the pane more columns", "resize larger grow"),
    command(Action::Narrower, "give the pane fewer columns", "resize smaller shrink"),
    command(Action::Fold, "fold or unfold the node", "collapse expand"),
    command(Action::FoldAll, "show the outline only", "collapse"),
    command(Action::UnfoldAll, "show everything", "expand"),
    command(Action::Search, "go to a text", "search grep"),
    command(Action::NextMatch, "next match or, without a search, next problem", "again forward poor"),
    command(Action::PreviousMatch, "previous match or, without a search, previous problem", "again backward poor"),
    command(Action::NextProblem, "go to the next problem", "poor failed error drop marked jump"),
    command(Action::PreviousProblem, "go to the previous problem", "poor failed error drop marked jump"),
    command(Action::Jump, "go to a path such as segments/0/media/1", "goto pointer"),
    command(Action::NextSibling, "next element of the same list or object", "skip over element member"),
    command(Action::PreviousSibling, "previous element of the same list or object", "skip over element member"),
    command(Action::Parent, "the element around this one", "up out enclosing outer"),
    command(Action::Complete, "finish the word being typed", "tab suggest autocomplete"),
    command(Action::ZoomIn, "show less time, larger", "enlarge magnify"),
    command(Action::ZoomOut, "show more time, smaller", "shrink"),
    command(Action::ZoomFit, "show the whole call", "reset all"),
    command(Action::Group, "choose what the timeline is grouped by", "subnet state cluster"),
    command(
        Action::Privacy,
        "hide people, then networks and devices as well, for sharing the screen",
        "privacy redact anonymize hide names tier1 tier2 share",
    ),
    command(Action::Zone, "show times in UTC or in local time", "clock timezone hours"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::bindings::BINDINGS;

    #[test]
    fn no_command_is_described_twice_and_every_one_has_a_key() {
        for (at, one) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS[at + 1..].iter().all(|other| other.action != one.action), "{:?}", one.action);
            assert!(BINDINGS.iter().any(|binding| binding.action == one.action), "{:?}", one.action);
            assert!(!one.about.is_empty() && !one.synonyms.is_empty(), "{:?}", one.action);
        }
    }
}
