//! Tells the program what it was built from: commit, target and profile, for `--version` and for reports of faults.
//!
//! Names no path, user or time of the builder, so the same commit gives the same program. Without git, or in a folder
//! that is not the repository itself, the commit is unknown. A debug build does not look: each commit would compile the
//! program again.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    let variable = |name: &str| env::var(name).unwrap_or_default();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CALLSCOPE_COMMIT");
    let given = variable("CALLSCOPE_COMMIT");
    let commit = match variable("PROFILE").as_str() {
        _ if !given.is_empty() => Some(given),
        "release" => packaged_commit().or_else(commit),
        _ => None,
    };
    println!("cargo:rustc-env=CALLSCOPE_BUILD_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
    println!("cargo:rustc-env=CALLSCOPE_BUILD_TARGET={}", variable("TARGET"));
    println!("cargo:rustc-env=CALLSCOPE_BUILD_PROFILE={}", profile(&variable("OUT_DIR"), &variable("PROFILE")));
}

/// Returns the profile by name. Cargo tells only whether it is like `debug` or `release`, but names a folder after it.
fn profile(folder: &str, like: &str) -> String {
    let known = ["dist", "bench", "release", "debug"];
    let named = Path::new(folder).ancestors().nth(3).and_then(Path::file_name).and_then(|name| name.to_str());
    named.filter(|name| known.contains(name)).unwrap_or(like).to_owned()
}

/// Returns the commit that `cargo package` wrote down.
fn packaged_commit() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let sha = text.split("\"sha1\"").nth(1)?.split('"').nth(1)?;
    sha.get(..12).map(str::to_owned)
}

/// Returns the commit in this repository with its date, and whether files differ from it.
fn commit() -> Option<String> {
    // Inside another project's repository, its commit says nothing about us.
    let at_the_top = git(&["rev-parse", "--show-prefix"])?.is_empty();
    let commit = at_the_top.then(|| git(&["show", "-s", "--abbrev=12", "--format=%h of %cs", "HEAD"]))??;
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if Path::new(&path).exists() {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    ["src", "assets", "Cargo.toml", "Cargo.lock"].iter().for_each(|path| println!("cargo:rerun-if-changed={path}"));
    let is_changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Some(format!("{commit}{}", if is_changed { ", modified" } else { "" }))
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
