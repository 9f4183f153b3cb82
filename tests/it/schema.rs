//! `report --schema` describes every member of every report, and nothing that no report has.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use callscope::demo::server::{self, ServedCall, TOKEN};
use callscope::demo::weather::Weather;
use serde_json::Value;

fn callscope(arguments: &[&str], folder: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).current_dir(folder).env_clear().stdin(Stdio::null());
    command.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "").env("CALLSCOPE_TOKEN", TOKEN);
    String::from_utf8(command.output().expect("the program starts").stdout).expect("UTF-8")
}

/// The reports of all calls at hand: the smaller ones built in, those of odd shapes, and those whose cause is known.
fn reports(root: &str, sites: &str) -> Vec<(String, Value)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut targets: Vec<(PathBuf, String)> = Vec::new();
    for folder in ["input", "answer"].map(|name| cases.join(name)) {
        let entries = fs::read_dir(&folder).expect("the cases are there");
        targets.extend(
            entries.map(|entry| (folder.clone(), entry.expect("an entry").file_name().to_string_lossy().into_owned())),
        );
    }
    // The largest has nothing that these lack.
    let small = callscope::demo::CALLS.iter().filter(|call| call.name != "town-hall");
    targets.extend(small.map(|call| (cases.clone(), call.id.to_string())));
    let one = |(folder, name): (PathBuf, String)| {
        let usual =
            ["report", &name, "--format", "json", "--page-size", "60", "--buildings", sites, "--graph-url", root];
        // Members about a selection are there with a filter only.
        let filter: &[&str] = if name == "p2p.json" { &["--filter", "poor"] } else { &[] };
        let text = callscope(&[&usual[..], filter].concat(), &folder);
        let calls = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        calls.map(move |call| (name.clone(), call.expect("JSON"))).collect::<Vec<_>>()
    };
    let threads: Vec<_> = targets.chunks(targets.len().div_ceil(4)).map(<[_]>::to_vec).collect();
    std::thread::scope(|scope| {
        let running: Vec<_> = threads
            .into_iter()
            .map(|some| scope.spawn(move || some.into_iter().flat_map(one).collect::<Vec<_>>()))
            .collect();
        running.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_keeps_to_the_schema_and_every_member_is_described_and_seen() {
    let weather = Weather::named("calm").expect("one of the table");
    let running = server::start(ServedCall::all_demo(), weather, 0).await.expect("a free port");
    let root = running.root.clone();
    // Members about sites are there with a building file only.
    let mut sites = tempfile::NamedTempFile::new().expect("a temporary file");
    writeln!(sites, "10.150.0.0,Floor,24,Office,Owner,Type,,City,,DE,,,1,0,0").expect("it takes a line");
    let file = sites.path().to_str().expect("UTF-8").to_owned();
    let reports = tokio::task::spawn_blocking(move || reports(&root, &file)).await.expect("no panic");
    assert!(reports.len() > 50, "{} reports", reports.len());
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&callscope(&["report", "--schema"], here)).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");

    let mut members = Members { schema: &schema, seen: BTreeSet::new(), wrong: BTreeSet::new() };
    for (name, report) in &reports {
        members.walk("report", &schema, report);
        assert!(members.wrong.is_empty(), "{name} does not keep to the schema: {:?}", members.wrong);
    }
    let unseen: Vec<String> = described(&schema).into_iter().filter(|name| !members.seen.contains(name)).collect();
    assert!(unseen.is_empty(), "described, but in no report: {unseen:?}");
}

/// Holds values against the schema, and notes which members occur. It knows the keywords that the schema uses, and
/// refuses others; a full validator costs forty seconds of compiling, most of it for formats and patterns.
struct Members<'a> {
    schema: &'a Value,
    /// By type and name, if a report has a value there.
    seen: BTreeSet<String>,
    /// What breaks the schema.
    wrong: BTreeSet<String>,
}

/// The keywords that are checked, and those that say nothing about the value.
const KEYWORDS: [&str; 11] = [
    "$ref",
    "type",
    "const",
    "enum",
    "minimum",
    "maximum",
    "anyOf",
    "properties",
    "additionalProperties",
    "required",
    "items",
];
const REMARKS: [&str; 5] = ["$schema", "$defs", "title", "description", "format"];

impl<'a> Members<'a> {
    fn walk(&mut self, name: &str, schema: &'a Value, value: &Value) {
        for keyword in schema.as_object().into_iter().flat_map(|schema| schema.keys()) {
            let is_known = KEYWORDS.contains(&keyword.as_str()) || REMARKS.contains(&keyword.as_str());
            assert!(is_known, "{name}: this check does not know `{keyword}`; teach it");
        }
        let all = self.schema;
        if let Some(to) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
            self.walk(to, &all["$defs"][to], value);
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            // They differ in type; what is defined elsewhere is an object or a choice among others than null.
            let fits = |one: &&Value| match one["type"].as_str() {
                Some(name) => has_type(value, Some(name)),
                None => !value.is_null(),
            };
            match choices.iter().find(fits) {
                Some(choice) => self.walk(name, choice, value),
                None => _ = self.wrong.insert(format!("{name}: no choice for {value}")),
            }
        }
        let types = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
        let is_right = types.iter().any(|one| has_type(value, one.as_str()));
        let in_range = value.as_f64().is_none_or(|number| {
            schema["minimum"].as_f64().is_none_or(|least| number >= least)
                && schema["maximum"].as_f64().is_none_or(|most| number <= most)
        });
        let is_listed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
        let is_const = schema.get("const").is_none_or(|only| only == value);
        if !(is_right && in_range && is_listed && is_const) {
            self.wrong.insert(format!("{name}: {value} is not {schema}"));
        }
        for member in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(member).is_none() {
                self.wrong.insert(format!("{name} has no {member}"));
            }
        }
        if let (Some(members), Some(described)) = (value.as_object(), schema["properties"].as_object()) {
            self.members(name, described, members);
        }
        if let Some(any) = schema.get("additionalProperties") {
            value.as_object().into_iter().flatten().for_each(|(_, inner)| self.walk(name, any, inner));
        }
        if let Some(items) = schema.get("items") {
            value.as_array().into_iter().flatten().for_each(|element| self.walk(name, items, element));
        }
    }

    fn members(
        &mut self,
        name: &str,
        described: &'a serde_json::Map<String, Value>,
        members: &serde_json::Map<String, Value>,
    ) {
        for (member, inner) in members {
            let place = format!("{name}.{member}");
            match described.get(member) {
                Some(schema) => self.walk(&place, schema, inner),
                None => _ = self.wrong.insert(format!("{place} is not described")),
            }
            if !inner.is_null() {
                self.seen.insert(place);
            }
        }
    }
}

/// Returns whether a value has a type by its name; without a name, any.
fn has_type(value: &Value, name: Option<&str>) -> bool {
    match name {
        None => true,
        Some("null") => value.is_null(),
        Some("boolean") => value.is_boolean(),
        Some("string") => value.is_string(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("number") => value.is_number(),
        Some("integer") => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        Some(other) => panic!("there is no type {other}"),
    }
}

/// Every member that the schema describes, by type and name.
fn described(schema: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let definitions = schema["$defs"].as_object().expect("definitions").iter();
    for (name, definition) in definitions.map(|(name, it)| (name.as_str(), it)).chain([("report", schema)]) {
        for (member, described) in definition["properties"].as_object().into_iter().flatten() {
            let words = described["description"].as_str().unwrap_or_default();
            assert!(!words.is_empty(), "{name}.{member} needs a doc comment, which the schema shows");
            all.push(format!("{name}.{member}"));
            for inner in described["properties"].as_object().into_iter().flatten() {
                all.push(format!("{name}.{member}.{}", inner.0));
            }
        }
    }
    all
}

#[test]
fn the_documents_name_every_member_of_the_schema() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&callscope(&["report", "--schema"], here)).expect("JSON");
    let documented = fs::read_to_string(here.join("docs/json.md")).expect("it is there");
    let (_, table) = documented.split_once("## The report as JSON").expect("a section");
    let table = table.split("\n## ").next().unwrap_or_default();
    let missing: Vec<String> = described(&schema)
        .into_iter()
        // The metrics have Graph's own names.
        .filter(|name| !name.contains(".metrics."))
        .filter(|name| !table.contains(&format!("`{}`", name.rsplit('.').next().unwrap_or_default())))
        .collect();
    assert!(missing.is_empty(), "docs/json.md does not name {missing:?}");
}
