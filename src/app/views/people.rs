//! The people view: everyone with the audio they received and how others heard them, alongside the attributions and
//! what affected participants share.

use crate::call::Call;
use crate::model::{Clock, NodePath};
use crate::triage::call_analysis::Who;
use crate::triage::{Assessment, Interner, Person, Severity};
use crate::wording::complaints::{self, ComplaintWords};
use crate::wording::sides;
use crate::wording::summary;

use super::Behavior;
use crate::app::bindings::Action;
use crate::app::bindings::Scope;
use crate::app::entry_list::{self, Entry, EntryKind, Items, Target};
use crate::app::layout::{Area, Half};
use crate::app::session_detail::SessionDetail;
use crate::app::viewport::Viewport;
use crate::app::{App, Effect, View};
use crate::wording::explain::Explained;

/// The state of the people view.
#[derive(Debug, Default)]
pub struct PeopleView {
    /// The cursor in the list of people.
    pub list: Viewport,
    /// Attributions and shared factors.
    pub items: Items,
    /// The half that keys go to: the people, or what affected ones share.
    pub half: Half,
    /// The person under the cursor, once the user has moved it. Until then it is on the first.
    chosen: Option<Person>,
}

impl PeopleView {
    /// Fixes the person under the cursor, so that another order or filter does not change it. `shown` are the people
    /// in the list, as indexes into the assessment.
    pub fn choose(&mut self, assessment: &Assessment, shown: &[u32]) {
        let person = shown.get(self.list.at).and_then(|at| assessment.people.get(*at as usize));
        self.chosen = person.map(|it| it.person).or(self.chosen);
    }

    /// Puts the cursor on its person in another list.
    pub fn settle(&mut self, assessment: &Assessment, shown: &[u32]) {
        let person = |at: &u32| assessment.people.get(*at as usize).map(|it| it.person);
        if let Some(chosen) = self.chosen {
            let place = shown.iter().position(|at| person(at) == Some(chosen));
            self.list.at = place.unwrap_or(self.list.at);
        }
        self.list.set_len(shown.len());
    }
}

/// The number of lines above the people: the column names.
const HEADINGS: usize = 1;

/// What the people view does.
pub(super) struct People;

impl Behavior for People {
    fn name(&self) -> &'static str {
        "people"
    }

    fn action(&self) -> Action {
        Action::People
    }

    fn scope(&self, _app: &App) -> Scope {
        Scope::People
    }

    fn on_action(&self, app: &mut App, action: Action, _effects: &mut Vec<Effect>) {
        let view = &mut app.views.people;
        match action {
            Action::NextPane | Action::PreviousPane => view.half = view.half.other(),
            Action::Open if view.half == Half::Second => {
                let target = view.items.selected().map_or(Target::Nowhere, |entry| entry.target);
                app.go_to_target(target);
            }
            Action::Open => {
                if let Some(row) = app.shown_row() {
                    app.go_to_row(row, None);
                }
            }
            Action::Mark => app.mark(),
            _ if view.half == Half::Second => _ = view.items.apply(action),
            _ => {
                if view.list.apply(action) {
                    choose(app);
                }
            }
        }
    }

    fn focus_at(&self, app: &mut App, x: u16, y: u16) -> Option<Area> {
        let (half, area) = app.half_at(x, y)?;
        app.views.people.half = half;
        Some(area.inside())
    }

    fn on_click(&self, app: &mut App, line: usize) {
        if let (Half::First, Some(line)) = (app.views.people.half, line.checked_sub(HEADINGS)) {
            app.views.people.list.click(line);
            choose(app);
        }
    }

    fn back(&self, app: &mut App) {
        match app.views.people.half {
            Half::Second => app.views.people.half = Half::First,
            Half::First => {
                if !app.clear_filter() {
                    app.go_to(View::Sessions);
                }
            }
        }
    }

    fn is_list(&self, app: &App) -> bool {
        app.views.people.half == Half::First
    }

    fn fit(&self, app: &mut App) {
        // Without an assessment, which another rule set asks for, the cursor waits for the people to come back.
        if app.assessment().is_none() {
            return;
        }
        let people = app.matching.people().len();
        let height = app.half_height(Half::First).saturating_sub(HEADINGS);
        app.views.people.list.fit(people, height);
    }

    fn focused_half(&self, app: &App) -> Half {
        app.views.people.half
    }

    fn selected_row(&self, app: &App) -> Option<u32> {
        let at = *app.matching.people().get(app.views.people.list.at)?;
        app.assessment()?.people.get(at as usize).map(|person| person.row)
    }

    fn copyable(&self, app: &App, open: &SessionDetail, add: &mut dyn FnMut(&'static str, String)) {
        match app.views.people.half {
            Half::Second => {
                add("what is said", app.views.people.items.selected().map(entry_list::text).unwrap_or_default());
            }
            Half::First => super::copyable_of_session(app, open, add),
        }
    }

    fn explained(&self, app: &App, open: &SessionDetail) -> Option<Explained> {
        match app.views.people.half {
            Half::Second => app.explained_entry(open, app.views.people.items.selected()?),
            Half::First => app.explained_verdict(open, NodePath::SESSION),
        }
    }
}

impl App {
    /// Goes to the session, or to the sessions with the value, that an entry about the call leads to.
    pub(in crate::app) fn go_to_target(&mut self, target: Target) {
        match target {
            Target::Value(value) => self.go_to_people_with(value),
            Target::People(place) => self.go_to_people_of(place),
            Target::Row(row) => self.go_to_row(row, None),
            Target::Nowhere | Target::Node(_) => {}
        }
    }
}

/// Keeps the cursor on the person that it was moved to.
fn choose(app: &mut App) {
    if let Some(assessment) = app.analysis.assessment.clone() {
        app.views.people.choose(&assessment, app.matching.people());
    }
}

/// Returns the entries of the second half.
pub fn entries(call: &Call, names: &Interner, assessment: &Assessment, clock: Clock) -> Vec<Entry> {
    let heading = |text: &str| Entry {
        kind: EntryKind::Heading,
        text: text.to_owned(),
        under: Vec::new(),
        target: Target::Nowhere,
    };
    let mut entries = vec![heading("whose side it is")];
    for side in sides::sides(assessment, call, names, clock) {
        let one = &assessment.attributions[side.place];
        let row = |at: &u32| Target::Row(assessment.people[*at as usize].row);
        entries.push(Entry {
            kind: EntryKind::Side,
            target: match one.who {
                Who::Value(value) => Target::Value(value),
                Who::Person(at) => row(&at),
                _ if (2..=MOST_NAMED).contains(&one.people.len()) => Target::People(side.place as u32),
                Who::Sessions(_) | Who::Window(_) | Who::Leg(_) => {
                    let session = one.rows.first().map(|row| Target::Row(*row));
                    one.people.first().map(row).or(session).unwrap_or(Target::Nowhere)
                }
            },
            under: std::iter::once(side.evidence.clone()).chain(side.under()).collect(),
            text: side.text,
        });
    }
    if assessment.attributions.is_empty() {
        entries.push(nothing(match assessment.complaints.is_empty() {
            true => "no one's: nothing was poor, nothing failed, no complaints",
            false => "nothing was poor, and nothing failed",
        }));
    }
    if !assessment.complaints.is_empty() {
        entries.push(heading("what people complained about"));
        entries.extend(complaints::all(assessment, call, names).take(LISTED).map(|words| complaint(words, true)));
        let more = assessment.complaints.len().saturating_sub(LISTED);
        if more > 0 {
            entries.push(nothing(&format!("and {} more", crate::metrics::count(more))));
        }
    }
    entries.push(heading("what affected participants share"));
    for one in &assessment.shared {
        entries.push(Entry {
            kind: EntryKind::Shared,
            text: format!(
                "{}: {} of {} poor, without it {} of {}",
                summary::value_words(one.value, names),
                one.with.0,
                one.with.1,
                one.without.0,
                one.without.1
            ),
            under: {
                let mut under = vec![sides::strength(one)];
                if !one.also.is_empty() {
                    let also: Vec<String> = one.also.iter().map(|value| summary::value_words(*value, names)).collect();
                    under.push(format!("the same people also share {}", also.join(", ")));
                }
                under
            },
            target: Target::Value(one.value),
        });
    }
    if assessment.shared.is_empty() {
        entries.push(nothing("nothing specific to them, or too few people to tell"));
    }
    entries
}

/// The most people to filter by their names: more make a filter that cannot be read. Our own choice.
const MOST_NAMED: usize = 8;

/// Complaints listed; more would hide what follows.
const LISTED: usize = 50;

/// Returns the entry of a complaint.
pub(in crate::app) fn complaint(words: ComplaintWords, leads_there: bool) -> Entry {
    let under = words.tested.into_iter().chain(words.next.iter().map(|next| format!("next: {next}")));
    Entry {
        kind: EntryKind::Finding(Severity::Warning),
        text: format!("{}; {}", words.text, words.brief),
        under: under.collect(),
        target: if leads_there { Target::Row(words.row) } else { Target::Node(NodePath::SESSION) },
    }
}

fn nothing(text: &str) -> Entry {
    Entry { kind: EntryKind::Nothing, text: text.to_owned(), under: Vec::new(), target: Target::Nowhere }
}
