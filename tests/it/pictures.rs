//! The pictures in `screenshots/` match the current program: each is taken again from the program in a terminal, and
//! compared. `screenshots/make.sh` writes them.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use crate::support::picture::{DARK, LIGHT, Palette, svg};
use crate::support::pty::Pty;

const PROGRAM: &str = env!("CARGO_BIN_EXE_callscope");

/// A picture: its name, its subject, and how to get there: the arguments, the size, and keys, each with a text to wait
/// for.
struct Picture {
    name: &'static str,
    title: &'static str,
    arguments: &'static [&'static str],
    size: (u16, u16),
    palette: &'static Palette,
    way: &'static [(&'static str, &'static str)],
}

const PICTURES: &[Picture] = &[
    Picture {
        name: "triage",
        title: "callscope with a meeting of 180 sessions, worst first; the tree, the metrics and the findings of one of them",
        arguments: &["demo", "meeting"],
        size: (120, 34),
        palette: &DARK,
        way: &[
            ("", "complete: 3 pages"),
            ("", "12 share subnet 10.150.0.0"),
            ("\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B", "Metrics · Quynh spoke → service"),
        ],
    },
    Picture {
        name: "people",
        title: "everybody of the meeting, audio they received and were heard, and what affected participants share",
        arguments: &["demo", "meeting"],
        size: (120, 34),
        palette: &DARK,
        way: &[
            ("", "complete: 3 pages"),
            ("", "12 share subnet 10.150.0.0"),
            ("3", "People 176"),
            ("\t", "12 of 12 people in this"),
        ],
    },
    Picture {
        name: "timeline",
        title: "the call over time: who came when, who came back, who failed",
        arguments: &["demo", "meeting"],
        size: (120, 34),
        palette: &DARK,
        way: &[
            ("", "complete: 3 pages"),
            ("", "12 share subnet 10.150.0.0"),
            ("2", "Timeline · 176 people"),
            ("k", "Kaya Dvořák · session 1 of 2"),
        ],
    },
    Picture {
        name: "details",
        title: "caller and callee side by side, with every kind of missing told apart",
        arguments: &["demo", "pair"],
        size: (110, 34),
        palette: &DARK,
        way: &[
            ("", "Metrics · Odile spoke → Mira heard"),
            ("\t\x1b[D", "Metrics · main-audio"),
            ("d", "Details · main-audio"),
        ],
    },
    Picture {
        name: "light-80x24",
        title: "a call of two people on a light terminal of 80 by 24",
        arguments: &["demo", "pair", "--theme", "light"],
        size: (80, 24),
        palette: &LIGHT,
        way: &[("", "No stream between"), ("", "own end")],
    },
];

#[test]
fn the_pictures_are_of_today() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots");
    let writes = std::env::var_os("CALLSCOPE_WRITE_PICTURES").is_some();
    for picture in PICTURES {
        let mut pty = Pty::start(PROGRAM, picture.arguments, &[], picture.size);
        for (keys, text) in picture.way {
            pty.send(keys);
            pty.wait_for(text);
        }
        // The last frame may still be in transit.
        std::thread::sleep(std::time::Duration::from_millis(150));
        let taken = svg(&pty.screen(), picture.palette, picture.title);
        pty.send("q");
        pty.wait_end();
        let path = folder.join(format!("{}.svg", picture.name));
        if writes {
            fs::write(&path, taken).expect("the folder takes pictures");
        } else {
            let kept = fs::read_to_string(&path).unwrap_or_default();
            assert!(kept == taken, "{} is out of date: run screenshots/make.sh", path.display());
        }
    }
}

#[test]
fn the_readme_shows_every_picture() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README");
    for picture in PICTURES {
        assert!(readme.contains(&format!("screenshots/{}.svg", picture.name)), "{}", picture.name);
    }
}
