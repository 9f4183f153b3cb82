//! What users read is plain English: words that read as translated, and keys spelled in sentences, are listed here.

use std::fs;
use std::path::Path;

/// Words and turns of phrase that have a plainer word in this trade. Add one when you rewrite it.
const SUSPICIOUS: &[&str] = &[
    "somebody",
    "nobody",
    "whoever",
    "anew",
    "so many",
    "so long",
    "stands",
    "is none",
    "in vain",
    "turn round",
    "way out",
    "for ever",
    "gives back",
    "mended",
    "not told",
    "tells of",
    "as was asked for",
    "was meant?",
];

/// Keys as people write them. Sentences name keys by the keymap, so that remapped keys are shown as they are.
const KEYS: &[&str] = &[
    "press Enter",
    "press Esc",
    "press R",
    "press E ",
    "Esc clears",
    "Enter opens",
    "Ctrl-C to",
    "R tries",
    "R reads",
];

#[test]
fn sentences_are_plain_and_spell_no_keys() {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.is_empty(), "rewrite these:\n{}", found.join("\n"));
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let own = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in own.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
                for sentence in line.split('"').skip(1).step_by(2).filter(|text| text.contains(' ')) {
                    let has_word = |word: &&&str| {
                        sentence.match_indices(**word).any(|(at, _)| {
                            let before = sentence[..at].chars().next_back();
                            let after = sentence[at + word.len()..].chars().next();
                            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
                        })
                    };
                    if let Some(word) = SUSPICIOUS.iter().chain(KEYS).find(has_word) {
                        found.push(format!("{}:{}: “{word}” in “{sentence}”", path.display(), number + 1));
                    }
                }
            }
        }
    }
}
