//! The file that remembers how calls were left: read at the start, written at the end.

use std::path::PathBuf;

use crate::app::saved_state::Memory;
use crate::disk;

/// Size limit in bytes: the file describes some dozens of calls.
const LARGEST: u64 = 1 << 20;

/// Returns the path of the file: `CALLSCOPE_STATE`, or the user's state folder. `None` if there is no such folder or
/// the variable is empty.
pub fn path(environment: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    if let Some(path) = environment("CALLSCOPE_STATE") {
        return (!path.is_empty()).then(|| path.into());
    }
    use etcetera::BaseStrategy as _;
    let strategy = etcetera::choose_base_strategy().ok()?;
    let folder = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Some(folder.join("callscope").join("memory.json"))
}

/// Reads the file. An unreadable one counts as empty: it is only a convenience.
pub fn load(path: Option<&PathBuf>) -> Memory {
    let text = path.and_then(|path| disk::read_private(path, LARGEST).ok());
    text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

/// Writes the file completely or not at all, readable by its owner alone: a filter can contain a person's name.
pub fn store(path: Option<&PathBuf>, memory: &Memory) {
    let Some((path, folder)) = path.and_then(|path| Some((path, path.parent()?))) else { return };
    let written = || -> std::io::Result<()> {
        if !folder.as_os_str().is_empty() && !folder.is_dir() {
            disk::private_folder(folder)?;
        }
        disk::write_private(path, &serde_json::to_vec_pretty(memory)?)
    };
    // Without a place to store it, nothing is remembered.
    let _ = written();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::saved_state::CallState;

    #[test]
    fn what_was_remembered_is_there_again_and_rubbish_is_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("inside").join("memory.json");
        assert_eq!(load(Some(&path)), Memory::default());
        let left = CallState { call: "c".to_owned(), filter: "poor".to_owned(), ..CallState::default() };
        let memory = Memory { columns: vec!["start".to_owned()], calls: vec![left] };
        store(Some(&path), &memory);
        assert_eq!(load(Some(&path)), memory);
        std::fs::write(&path, "{\"calls\":7").expect("it takes bytes");
        assert_eq!(load(Some(&path)), Memory::default());
    }
}
