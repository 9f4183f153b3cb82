//! What the program says of its version: `-V` the number, `--version` also what it was built from.

use std::sync::LazyLock;

/// The version.
pub const NUMBER: &str = env!("CARGO_PKG_VERSION");

/// The commit it was built from, with its date; `unknown` in debug builds and without git.
pub const COMMIT: &str = env!("CALLSCOPE_BUILD_COMMIT");

/// The kind of machine it was built for.
pub const TARGET: &str = env!("CALLSCOPE_BUILD_TARGET");

/// The profile it was built with.
pub const PROFILE: &str = env!("CALLSCOPE_BUILD_PROFILE");

/// The features of Cargo.toml, each with whether it is on.
pub const FEATURES: &[(&str, bool)] = &[("pfx", cfg!(feature = "pfx")), ("parquet", cfg!(feature = "parquet"))];

/// Lists the features that are on.
pub fn features() -> String {
    let on: Vec<&str> = FEATURES.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| *name).collect();
    if on.is_empty() { "none".to_owned() } else { on.join(", ") }
}

/// Returns the long text, in lines.
pub fn long() -> &'static str {
    static LONG: LazyLock<String> = LazyLock::new(|| {
        format!("{NUMBER}\ncommit: {COMMIT}\ntarget: {TARGET}\nprofile: {PROFILE}\nfeatures: {}", features())
    });
    &LONG
}
