//! Reads the user's files about networks, and says on standard error which of their lines cannot be used.

use std::path::{Path, PathBuf};

use crate::call::{UserError, UserErrorKind, reason};
use crate::cli::SiteFiles;
use crate::config::Settings;
use crate::disk;
use crate::sites::access_points::AccessPoints;
use crate::sites::buildings::Buildings;
use crate::sites::providers::Providers;
use crate::sites::{Remark, Sites};
use crate::stderr;

/// Largest building or access point file in bytes: 100,000 networks take some 10 MB.
const LARGEST_TEXT: u64 = 64 << 20;

/// Largest database of providers in bytes: those of all providers take some 10 to 100 MB.
const LARGEST_DATABASE: u64 = 512 << 20;

/// Number of lines named before the rest is counted.
const NAMED: usize = 5;

/// Reads the files named on the command line, or else in the config file.
pub fn read(files: &SiteFiles, settings: &Settings) -> Result<Sites, UserError> {
    let text = |named: &Option<PathBuf>, setting: &Option<PathBuf>, what: &'static str| {
        let path = named.as_ref().or(setting.as_ref()).filter(|path| !path.as_os_str().is_empty());
        path.map(|path| bytes(path, LARGEST_TEXT, what).map(|bytes| (path.clone(), bytes))).transpose()
    };
    let mut sites = Sites::default();
    if let Some((path, bytes)) = text(&files.buildings, &settings.buildings, BUILDINGS)? {
        let read = Buildings::read(&bytes).map_err(|error| unusable(&path, BUILDINGS, error.to_string()))?;
        sites.buildings = Some(said(&path, BUILDINGS, read));
    }
    if let Some((path, bytes)) = text(&files.access_points, &settings.access_points, ACCESS_POINTS)? {
        let read = AccessPoints::read(&bytes).map_err(|error| unusable(&path, ACCESS_POINTS, error.to_string()))?;
        sites.access_points = Some(said(&path, ACCESS_POINTS, read));
    }
    let providers = files.providers.as_ref().or(settings.providers.as_ref());
    if let Some(path) = providers.filter(|path| !path.as_os_str().is_empty()) {
        let bytes = bytes(path, LARGEST_DATABASE, PROVIDERS)?;
        let read = Providers::read(bytes).map_err(|error| unusable(path, PROVIDERS, error.to_string()))?;
        sites.providers = Some(read);
    }
    Ok(sites)
}

/// What each file is called, and by which option it is named.
const BUILDINGS: &str = "building file";
const ACCESS_POINTS: &str = "access point file";
const PROVIDERS: &str = "provider file";

fn bytes(path: &Path, most: u64, what: &'static str) -> Result<Vec<u8>, UserError> {
    disk::read(path, most).map_err(|error| unusable(path, what, reason(&error)))
}

fn unusable(path: &Path, what: &str, why: String) -> UserError {
    let option = match what {
        BUILDINGS => "--buildings",
        ACCESS_POINTS => "--access-points",
        _ => "--providers",
    };
    UserError {
        kind: UserErrorKind::Usage,
        what: format!("the {what} {} cannot be used: {why}", path.display()),
        hint: Some(format!(
            "name another file with {option} or in the config file, or none; the README's section \"Sites\" shows the format"
        )),
    }
}

/// Says what is wrong with single lines: those that are left out come first.
fn said<T>(path: &Path, what: &str, (read, mut remarks): (T, Vec<Remark>)) -> T {
    remarks.sort_by_key(|remark| !remark.is_left_out);
    let left_out = remarks.iter().filter(|remark| remark.is_left_out).count();
    for remark in remarks.iter().take(NAMED) {
        let ending = if remark.is_left_out { " (line left out)" } else { "" };
        stderr::note(&format!("{what} {}, {remark}{ending}", path.display()));
    }
    let more = remarks.len().saturating_sub(NAMED);
    if more > 0 {
        stderr::note(&format!(
            "{what} {}: {more} more such lines; {left_out} in all are left out, the others are used",
            path.display()
        ));
    }
    read
}
