//! The layers of the library: each module may use those below it, and none of our others.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those it may use. A new dependency is added to the table in the commit that needs it and says why.
const MAY_USE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("model", &[]),
    ("metrics", &["model"]),
    // The program's own files, for any layer that has some.
    ("disk", &[]),
    // Below the rule sets, which are read with it.
    ("settings", &[]),
    // What files of the user's own say about networks; whoever has their bytes may read them.
    ("sites", &[]),
    ("triage", &["model", "metrics", "settings", "sites"]),
    // Complaints and home networks are known by what they are called.
    ("privacy", &["model", "sites", "triage"]),
    ("call", &["model", "metrics", "settings", "sites", "triage"]),
    ("wording", &["text", "model", "metrics", "triage", "call"]),
    // What the screen and reports draw of a call over time.
    ("timeline", &["text", "model", "metrics", "triage", "call", "wording"]),
    // Cells are searched for what is hidden before they are written.
    ("formats", &["text", "model", "metrics", "triage", "privacy", "call", "wording", "timeline"]),
    // What was done and when, by whoever does something outside.
    ("log", &["disk"]),
    ("graph", &["disk", "log", "model", "call", "programs"]),
    ("source", &["disk", "log", "model", "metrics", "sites", "triage", "privacy", "call", "graph"]),
    // What can be copied is offered in every markup. Keys are read like settings, with suggestions for typing mistakes.
    ("app", &["model", "metrics", "settings", "triage", "privacy", "call", "text", "wording", "formats", "timeline"]),
    ("ui", &["text", "model", "metrics", "triage", "call", "wording", "timeline", "app"]),
    // Messages are made safe as in reports.
    ("stderr", &["call", "text"]),
    // A panic is reported on standard error.
    ("terminal", &["stderr"]),
    // Started without secrets, by whoever starts one.
    ("programs", &[]),
    // Sizes and system errors are worded as everywhere else.
    ("clipboard", &["call", "wording", "programs"]),
    ("demo", &["model", "call", "graph", "source"]),
    (
        "run",
        &[
            "log",
            "model",
            "privacy",
            "call",
            "wording",
            "formats",
            "source",
            "app",
            "ui",
            "terminal",
            "clipboard",
            "text",
            "disk",
            "programs",
        ],
    ),
    // The options of a request are checked where they are written; shells complete the names of rule sets.
    ("cli", &["model", "triage", "privacy", "call", "formats", "graph", "ui", "demo"]),
    ("config", &["disk", "model", "privacy", "settings", "triage", "call", "formats", "graph", "app", "ui", "text"]),
    (
        "commands",
        &[
            "log",
            "disk",
            "model",
            "metrics",
            "sites",
            "triage",
            "privacy",
            "call",
            "text",
            "wording",
            "formats",
            "graph",
            "source",
            "app",
            "ui",
            "stderr",
            "terminal",
            "clipboard",
            "programs",
            "demo",
            "run",
            "cli",
            "config",
            // A misspelt command is suggested like a misspelt setting.
            "settings",
        ],
    ),
];

/// Libraries that only some layers may use: the domain knows nothing of terminals or HTTP, and state has no I/O.
const KEPT_OUT: &[(&str, &[&str])] = &[
    ("toml", &["settings"]),
    ("ratatui", &["ui", "run", "terminal", "commands"]),
    ("crossterm", &["run", "terminal", "commands"]),
    ("reqwest", &["graph"]),
    ("axum", &["demo"]),
    ("tokio", &["graph", "source", "demo", "run", "terminal", "commands"]),
    // The terminal opens only `/dev/tty`.
    ("std::fs", &["disk", "log", "source", "terminal", "commands"]),
    // Only one place opens and creates files that only their owner may read.
    ("tempfile", &["disk"]),
    ("OpenOptions", &["disk"]),
    ("std::time", &["graph", "source", "demo", "run", "terminal", "commands"]),
    // The domain has nothing to log, and libraries' events stay out.
    ("tracing", &["log", "graph", "source", "run", "commands"]),
    ("clap", &["cli", "config", "commands", "graph", "ui"]),
];

#[test]
fn every_module_uses_only_what_is_below_it() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let module = module_of(&file);
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            assert!(["lib", "main"].contains(&module.as_str()), "{module} is not in any layer; add it to the table");
            continue;
        };
        for used in uses(&text) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that point up:\n{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_layers() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let module = module_of(&file);
        for (library, layers) in KEPT_OUT {
            let is_used = text.contains(&format!("{library}::"));
            if is_used && !layers.contains(&module.as_str()) {
                wrong.push(format!("{} uses {library}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "libraries outside their layers:\n{}", wrong.join("\n"));
}

/// A permission that is not used would let an arrow come back unnoticed.
#[test]
fn no_module_may_use_what_it_does_not() {
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    for (file, text) in sources() {
        let module = module_of(&file);
        used.extend(uses(&text).into_iter().map(|other| (module.clone(), other)));
    }
    let mut stale = Vec::new();
    for (module, allowed) in MAY_USE {
        for other in *allowed {
            if !used.contains(&((*module).to_owned(), (*other).to_owned())) {
                stale.push(format!("{module} does not use {other}"));
            }
        }
    }
    assert!(stale.is_empty(), "unused permissions:\n{}", stale.join("\n"));
}

/// Operations confined to one file each, and how to recognise them.
const ONE_PLACE: &[(&str, &str)] = &[
    ("request.send()", "graph/http.rs"),
    ("reqwest::Client::builder", "graph/http.rs"),
    ("io::stderr()", "stderr.rs"),
    ("tempfile::", "disk.rs"),
    ("custom_flags", "disk.rs"),
    (".create(true)", "disk.rs"),
    ("process::Command::new", "programs.rs"),
    // Times for people have one form each, and always a zone.
    ("\"%H:%M", "model/clock.rs"),
    ("%b %Y", "model/clock.rs"),
];

#[test]
fn what_has_one_place_has_no_other() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        for (sign, place) in ONE_PLACE {
            if text.contains(sign) && !file.ends_with(place) {
                wrong.push(format!("{} has {sign}, which belongs in {place}", file.display()));
            }
        }
        for macro_of_stderr in ["eprintln!", "eprint!", "dbg!"] {
            assert!(!text.contains(macro_of_stderr), "{} prints past stderr.rs", file.display());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_opens_with_a_sentence() {
    for (file, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not say what it is for", file.display());
    }
}

/// All source files, without their tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 30, "the sources are there");
    found
}

fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("a text");
            // Dependencies of tests do not count.
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            found.push((path, code));
        }
    }
}

/// The top-level module that a file belongs to.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("a file of ours");
    let first = inside.iter().next().expect("a name").to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules that a text names by `crate::`.
fn uses(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let name: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        used.insert(name);
    }
    used
}
