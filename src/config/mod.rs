//! The config file: its location and contents, and the table of all settings.

pub mod table;

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::app::Keymap;
use crate::app::own::{self, OwnCommand};
use crate::app::views::sessions::columns::Column;
use crate::call::{NamedFilters, Request, reason};
use crate::disk;
use crate::formats::markup::{MARKUPS, Markup};
use crate::graph::{Api, Cloud};
use crate::model::Zone;
use crate::privacy::Level;
use crate::settings;
use crate::text::sanitize;
use crate::triage::RuleSets;
use crate::ui::theme::MEANINGS;
use crate::ui::{OwnColours, ThemeChoice};

/// The contents of the config file.
#[derive(Debug, Clone)]
pub struct Config {
    /// The built-in rule sets and the user's own.
    pub sets: RuleSets,
    /// All other settings.
    pub settings: Settings,
}

/// Settings that apply unless the command line overrides them.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Name of the rule set to start with.
    pub judge_by: Option<String>,
    /// The cloud that calls are in.
    pub cloud: Option<Cloud>,
    /// Graph API version.
    pub api: Option<Api>,
    /// Options of the request for a call's sessions.
    pub request: Request,
    /// Tenant to sign in to.
    pub tenant: Option<String>,
    /// Application to sign in as.
    pub client: Option<String>,
    /// Command that prints a token.
    pub token_command: Option<String>,
    /// Colours.
    pub theme: Option<ThemeChoice>,
    /// The zone of the times shown.
    pub zone: Option<Zone>,
    /// What of a call is hidden.
    pub privacy: Option<Level>,
    /// Draw with ASCII characters only.
    pub is_ascii: Option<bool>,
    /// Take clicks and the wheel from the terminal.
    pub uses_mouse: bool,
    /// Remember nothing between runs.
    pub forgets: bool,
    /// Key bindings.
    pub keys: Keymap,
    /// Commands of the user's own, in the order of their actions.
    pub own_commands: Vec<OwnCommand>,
    /// What tickets are written in.
    pub ticket_markup: Markup,
    /// Colours of the user's own.
    pub colours: OwnColours,
    /// The columns of the list of sessions, by name; empty for the usual ones.
    pub columns: Vec<String>,
    /// Leave the title of the terminal's window alone.
    pub keeps_title: bool,
    /// Do not ring the terminal's bell at the end of a long load.
    pub is_silent: bool,
    /// The user's own filters.
    pub filters: NamedFilters,
    /// The building data file.
    pub buildings: Option<PathBuf>,
    /// The file with the names of access points.
    pub access_points: Option<PathBuf>,
    /// The database of providers.
    pub providers: Option<PathBuf>,
    /// Disk space for cached pages of earlier calls, in bytes; 0 keeps nothing.
    pub cache_limit: Option<u64>,
    /// Limit on temporary files, in bytes.
    pub spool_limit: Option<u64>,
}

/// Why a config file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadConfig {
    /// It could not be read.
    #[error("the config file {path} could not be read: {error}")]
    Unreadable {
        /// Path of the file.
        path: String,
        /// The system's error message.
        error: String,
    },
    /// It contains a mistake.
    #[error("the config file {path}, {mistake}")]
    Mistaken {
        /// Path of the file.
        path: String,
        /// The mistake and its line.
        mistake: settings::Mistake,
    },
}

/// Size limit in bytes: a config file has some dozens of lines.
pub const LARGEST: u64 = 1 << 20;

/// Returns the path of the config file: `CALLSCOPE_CONFIG`, or the user's config folder. `None` if there is no such
/// folder or the variable is empty.
pub fn path(environment: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    if let Some(path) = environment("CALLSCOPE_CONFIG") {
        return (!path.is_empty()).then(|| path.into());
    }
    use etcetera::BaseStrategy as _;
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("callscope").join("config.toml"))
}

/// Reads the config file; without one, all defaults apply. A file that was named explicitly must exist.
pub fn load(path: Option<&Path>, is_named: bool) -> Result<Config, BadConfig> {
    let Some(path) = path else { return Ok(Config::default()) };
    let name = path.display().to_string();
    let read = disk::read(path, LARGEST).and_then(|bytes| String::from_utf8(bytes).map_err(std::io::Error::other));
    match read {
        Ok(text) => {
            let read = Config::read(&text).map_err(|mistake| BadConfig::Mistaken { path: name, mistake });
            read.map(|config| config.beside(path))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_named => Ok(Config::default()),
        Err(error) => Err(BadConfig::Unreadable { path: name, error: reason(&error) }),
    }
}

impl Default for Config {
    fn default() -> Config {
        Config { sets: RuleSets::built_in().clone(), settings: Settings::default() }
    }
}

impl Config {
    /// Takes the files it names as being beside the config file, unless their paths are absolute or begin with `~/`.
    fn beside(mut self, path: &Path) -> Config {
        let folder = path.parent().unwrap_or(Path::new(""));
        let files = [&mut self.settings.buildings, &mut self.settings.access_points, &mut self.settings.providers];
        for file in files.into_iter().flatten() {
            *file = folder.join(disk::from_home(file));
        }
        self
    }

    /// Parses the text of a config file.
    pub fn read(text: &str) -> Result<Config, settings::Mistake> {
        settings::read(text, |file| {
            let sets = RuleSets::built_in().clone();
            let sets = match file.section("rules")? {
                Some(rules) => sets.with(&rules)?,
                None => sets,
            };
            let judge_by = file.text("judge-by")?;
            if let Some(name) = &judge_by
                && sets.by_id(name.value).is_none()
            {
                return Err(name.mistake(no_such_set(name.value, &sets)));
            }
            let path = |key| Ok(file.text(key)?.map(|written| PathBuf::from(written.value)));
            let text = |key| Ok(file.text(key)?.map(|written| written.value.to_owned()));
            let markups = || MARKUPS.iter().map(|markup| markup.name);
            let zones = || Zone::NAMES.into_iter().map(|(name, _)| name);
            let mut keys = keys(file)?;
            let megabytes = file.number("cache-megabytes")?;
            if let Some(limit) = megabytes.as_ref().filter(|limit| !(0.0..=1e9).contains(&limit.value)) {
                return Err(limit.mistake("cache-megabytes must be 0 (keep nothing) or more"));
            }
            let spool = file.number("spool-megabytes")?;
            if let Some(limit) = spool.as_ref().filter(|limit| !(1.0..=1e9).contains(&limit.value)) {
                return Err(limit.mistake("spool-megabytes must be 1 or more"));
            }
            let settings = Settings {
                judge_by: judge_by.map(|name| name.value.to_owned()),
                cloud: variant(file, "cloud", "cloud")?,
                api: variant(file, "api", "API version")?,
                request: request(file)?,
                tenant: text("tenant")?,
                client: text("client")?,
                token_command: text("token-command")?,
                theme: variant(file, "theme", "theme")?,
                zone: choice(file, "time", "time zone", Zone::named, zones())?,
                privacy: choice(file, "privacy", "privacy level", Level::named, Level::ALL.map(Level::name))?,
                ticket_markup: choice(file, "ticket-markup", "markup", Markup::named, markups())?.unwrap_or_default(),
                is_ascii: file.flag("ascii")?,
                uses_mouse: file.flag("mouse")?.unwrap_or(false),
                forgets: !file.flag("remember")?.unwrap_or(true),
                own_commands: own_commands(file, &mut keys)?,
                keys,
                colours: colours(file)?,
                columns: columns(file)?,
                keeps_title: !file.flag("title")?.unwrap_or(true),
                is_silent: !file.flag("bell")?.unwrap_or(true),
                filters: filters(file)?,
                buildings: path("buildings")?,
                access_points: path("access-points")?,
                providers: path("providers")?,
                cache_limit: megabytes.map(|limit| (limit.value * 1e6) as u64),
                spool_limit: spool.map(|limit| (limit.value * 1e6) as u64),
            };
            Ok(Config { sets, settings })
        })
    }
}

/// Reads the name of one of several things; `what` it names, and all `names`, are for the mistake.
fn choice<'n, T>(
    file: &settings::Section<'_>,
    key: &'static str,
    what: &str,
    named: impl Fn(&str) -> Option<T>,
    names: impl IntoIterator<Item = &'n str>,
) -> Result<Option<T>, settings::Mistake> {
    let Some(name) = file.text(key)? else { return Ok(None) };
    match named(name.value) {
        Some(one) => Ok(Some(one)),
        None => Err(name.mistake(unknown(what, name.value, names))),
    }
}

/// Reads a name that the command line takes as well.
fn variant<T: ValueEnum>(
    file: &settings::Section<'_>,
    key: &'static str,
    what: &str,
) -> Result<Option<T>, settings::Mistake> {
    let values: Vec<_> = T::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
    let names = values.iter().map(|value| value.get_name());
    choice(file, key, what, |name| T::from_str(name, true).ok(), names)
}

/// Says that a name is not one of those there are.
fn unknown<'n>(what: &str, name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    format!("unknown {what} {name}: choose one of {}", names.into_iter().collect::<Vec<_>>().join(", "))
}

/// Reads the user's own keys.
fn keys(file: &settings::Section<'_>) -> Result<Keymap, settings::Mistake> {
    let mut keys = Keymap::default();
    for (place, bindings) in file.section("keys")?.map(|keys| keys.sections()).transpose()?.unwrap_or_default() {
        for (what, new) in bindings.lists()? {
            let texts: Vec<&str> = new.iter().map(|key| key.value).collect();
            keys.put(place.value, what.value, &texts).map_err(|mistake| what.mistake(mistake))?;
        }
    }
    Ok(keys)
}

/// Reads the user's own filters.
fn filters(file: &settings::Section<'_>) -> Result<NamedFilters, settings::Mistake> {
    let mut filters = NamedFilters::default();
    for (name, text) in file.section("filters")?.map(|it| it.named_texts()).transpose()?.unwrap_or_default() {
        filters.add(name, text.value).map_err(|mistake| text.mistake(mistake))?;
    }
    Ok(filters)
}

/// Reads the user's own colours.
fn colours(file: &settings::Section<'_>) -> Result<OwnColours, settings::Mistake> {
    let mut own = OwnColours::default();
    if let Some(section) = file.section("colors")? {
        for (at, meaning) in MEANINGS.into_iter().enumerate() {
            if let Some(colour) = section.text(meaning)? {
                own.set(at, colour.value).map_err(|mistake| colour.mistake(mistake))?;
            }
        }
        section.finish()?;
    }
    Ok(own)
}

/// Reads the names of the columns of the list of sessions.
fn columns(file: &settings::Section<'_>) -> Result<Vec<String>, settings::Mistake> {
    let names = file.texts("columns")?.unwrap_or_default();
    let known = |name: &settings::Written<'_, &str>| {
        let hint = match settings::nearest(name.value, Column::all().map(|column| column.id)) {
            Some(meant) => format!("; did you mean `{meant}`?"),
            None => {
                let ids: Vec<&str> = Column::all().map(|column| column.id).collect();
                format!("; possible values: {}", ids.join(", "))
            }
        };
        match Column::by_id(name.value) {
            Some(column) => Ok(column.id.to_owned()),
            None => Err(name.mistake(format!("there is no column `{}`{hint}", name.value))),
        }
    };
    names.iter().map(known).collect()
}

/// Reads the user's own commands and binds their keys.
fn own_commands(file: &settings::Section<'_>, keys: &mut Keymap) -> Result<Vec<OwnCommand>, settings::Mistake> {
    let mut all = Vec::new();
    for (name, section) in file.section("commands")?.map(|all| all.sections()).transpose()?.unwrap_or_default() {
        let run = section.texts("run")?.filter(|run| !run.is_empty());
        let run = run.ok_or_else(|| name.mistake(format!("commands.{}: `run` is missing: a program and its arguments, such as run = [\"jira-create\", \"{{call}}\"]", name.value)))?;
        for argument in &run {
            own::check(argument.value).map_err(|mistake| argument.mistake(mistake))?;
        }
        let key = section.text("key")?;
        let key = key.ok_or_else(|| name.mistake(format!("commands.{}: `key` is missing", name.value)))?;
        let about = section.text("description")?.map_or(name.value, |about| about.value);
        let seconds = section.number("timeout-seconds")?;
        if let Some(seconds) = seconds.as_ref().filter(|seconds| !(1.0..=3600.0).contains(&seconds.value)) {
            return Err(seconds.mistake("timeout-seconds must be from 1 to 3600"));
        }
        section.finish()?;
        // The table of keys holds texts for as long as the program runs; these are read once.
        let [id, label]: [&'static str; 2] = [name.value, about].map(|text| &*sanitize(text).into_owned().leak());
        let at = u8::try_from(all.len()).map_err(|_| name.mistake("there are too many commands"))?;
        keys.add_own(at, id, label, key.value).map_err(|mistake| key.mistake(mistake))?;
        all.push(OwnCommand {
            name: id,
            run: run.iter().map(|argument| argument.value.to_owned()).collect(),
            seconds: seconds.map_or(own::USUAL_SECONDS, |seconds| seconds.value as u64),
        });
    }
    Ok(all)
}

/// Reads the options of the request for a call's sessions.
fn request(file: &settings::Section<'_>) -> Result<Request, settings::Mistake> {
    let usual = Request::default();
    let page_size = match file.number("page-size")? {
        None => None,
        Some(size) if (1.0..=f64::from(Request::LARGEST_PAGE)).contains(&size.value) && size.value.fract() == 0.0 => {
            Some(size.value as u8)
        }
        Some(size) => {
            return Err(size.mistake(format!("page-size must be a whole number from 1 to {}", Request::LARGEST_PAGE)));
        }
    };
    let mut select = Vec::new();
    for name in file.texts("select")?.unwrap_or_default() {
        select.extend(Request::members(name.value).map_err(|mistake| name.mistake(mistake))?);
    }
    Ok(Request {
        segments: file.flag("segments")?.unwrap_or(usual.segments),
        page_size,
        omit_nulls: file.flag("omit-nulls")?.unwrap_or(usual.omit_nulls),
        select,
    })
}

/// Reports an unknown rule set and lists the known ones.
pub fn no_such_set(name: &str, sets: &RuleSets) -> String {
    unknown("rule set", name, sets.iter().map(|set| set.id.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_changes_nothing() {
        let config = Config::read("").expect("nothing is wrong with it");
        assert_eq!((config.sets.count(), config.settings.judge_by, config.settings.theme), (3, None, None));
    }

    #[test]
    fn own_rule_sets_join_the_built_in_ones_and_may_judge_first() {
        let text = "judge-by = \"strict\"\n[rules.strict.audio]\npoor-if-any = [\"averageJitter > 20 ms\"]\n";
        let config = Config::read(text).expect("nothing is wrong with it");
        assert_eq!((config.sets.count(), config.settings.judge_by.as_deref()), (4, Some("strict")));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, told) in [
            ("judge-by = \"cqdd\"", "line 1: unknown rule set cqdd: choose one of cqd, cqd-2020, cri"),
            ("cloud = \"mars\"", "line 1: unknown cloud mars: choose one of global, usgov, dod"),
            ("\njudgeby = 1", "line 2: unknown key `judgeby`; did you mean `judge-by`?"),
            ("privacy = \"tier3\"", "line 1: unknown privacy level tier3: choose one of full, tier2, tier1"),
            ("theme = \"pink\"", "line 1: unknown theme pink: choose one of auto, dark, light, safe, mono"),
            ("ticket-markup = \"html\"", "line 1: unknown markup html: choose one of text, markdown, jira, servicenow"),
            ("time = \"CET\"", "line 1: unknown time zone CET: choose one of utc, local"),
            ("mouse = 1", "line 1: mouse: expected true or false, found integer"),
            (
                "[keys.sessions]\nmark = [\"M\"]\nfiltr = [\"f\"]",
                "line 3: there is no command `filtr` in `sessions`; did you mean `filter`?",
            ),
            (
                "[colors]\npoor = \"orangish\"",
                "line 2: unknown color orangish: use #rrggbb, a name such as red or light-blue, or a number from 0 to 255",
            ),
            ("[colors]\npor = \"red\"", "line 2: unknown key `por` in [colors]; did you mean `poor`?"),
            ("columns = [\n\"subnett\"]", "line 2: there is no column `subnett`; did you mean `subnet`?"),
            (
                "[commands.ticket]\nkey = \"T\"",
                "line 1: commands.ticket: `run` is missing: a program and its arguments, such as run = [\"jira-create\", \"{call}\"]",
            ),
            ("[commands.ticket]\nrun = [\"a\"]", "line 1: commands.ticket: `key` is missing"),
            (
                "[commands.ticket]\nkey = \"y\"\nrun = [\"a\"]",
                "line 2: y is already bound to `copy` in `call`; choose another key",
            ),
            (
                "[commands.ticket]\nkey = \"T\"\nrun = [\n\"a\",\n\"{cal}\"]",
                "line 5: there is no {cal}: use {call} (the call's ID), {session} (the selected session's ID), {start} (the call's start), {verdict} (the call's verdict), {failed} (the number of failed sessions)",
            ),
            (
                "[commands.a]\nkey = \"T\"\nrun = [\"a\"]\n[commands.b]\nkey = \"T\"\nrun = [\"b\"]",
                "line 5: T is already bound to `a` in `call`; choose another key",
            ),
            (
                "[filters]\nvip = \"user:ada or user:bo\"\nbad = \"poor usr:x\"",
                "line 3: filter bad, `usr:x`: usr: is not a filter; did you mean user:?",
            ),
            ("[filters]\nvip = 1", "line 2: filters.vip: expected text in quotes, found integer"),
            ("rules = 1", "line 1: rules: expected a table, found integer"),
        ] {
            assert_eq!(Config::read(text).expect_err("a mistake").to_string(), told);
        }
    }

    #[test]
    fn a_named_file_has_to_be_there_and_the_usual_one_need_not() {
        let missing = Path::new("/no/such/config.toml");
        assert!(load(Some(missing), false).is_ok());
        assert!(matches!(load(Some(missing), true), Err(BadConfig::Unreadable { .. })));
        assert_eq!(path(|_| Some("/x/y.toml".to_owned())), Some("/x/y.toml".into()));
        assert_eq!(path(|_| Some(String::new())), None, "set to nothing it means none");
    }
}
