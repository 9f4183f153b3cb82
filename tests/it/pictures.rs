//! The pictures in `screenshots/` match the current program: each is taken again from the program in a terminal, and
//! compared. `screenshots/make.sh` writes them.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use crate::support::picture::{DARK, Frame, LIGHT, Palette, recording, svg};
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
            ("\x1b[B", "Metrics · Quynh spoke → service"),
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
        title: "the call over time, by subnet: who came when, who came back, who failed",
        arguments: &["demo", "meeting"],
        size: (120, 34),
        palette: &DARK,
        way: &[
            ("", "complete: 3 pages"),
            ("", "12 share subnet 10.150.0.0"),
            ("2", "Timeline · 176 people"),
            ("b", "by subnet"),
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
        name: "wide",
        title: "the same meeting on a screen of 200 by 50",
        arguments: &["demo", "meeting"],
        size: (200, 50),
        palette: &DARK,
        way: &[
            ("", "complete: 3 pages"),
            ("", "12 share subnet 10.150.0.0"),
            ("\x1b[B", "Metrics · Quynh spoke → service"),
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

/// What a newcomer does with a bad call: the text to wait for after each key, and what the caption says.
struct Scene {
    keys: &'static str,
    text: &'static str,
    caption: &'static str,
    /// How long it stays, in seconds.
    seconds: f64,
}

const RECORDING: &str = "first-minute";

const SCENES: &[Scene] = &[
    Scene {
        keys: "",
        text: "12 share subnet 10.150.0.0",
        caption: "callscope demo meeting · the answer, every session at a glance, and the first poor one",
        seconds: 5.0,
    },
    Scene {
        keys: "3\t",
        text: "12 of 12 people in this",
        caption: "3 · who was affected, and whose side it is",
        seconds: 4.0,
    },
    Scene { keys: "\r", text: "People 12 of 176", caption: "Enter · the twelve of that site", seconds: 3.0 },
    Scene { keys: "2", text: "Timeline · 12 of 176", caption: "2 · since when", seconds: 4.0 },
    Scene { keys: "1H", text: "Comparison", caption: "H · beside a healthy session of the same kind", seconds: 5.0 },
    Scene { keys: "Y", text: "the triage for a ticket", caption: "Y · the answer for the ticket", seconds: 4.0 },
];

/// Takes a picture of a screen that has come to rest.
fn still(pty: &Pty) -> vt100::Screen {
    // The last frame may still be in transit.
    std::thread::sleep(std::time::Duration::from_millis(150));
    pty.screen()
}

/// Writes a picture, or compares it with the one that is kept.
fn keep_or_compare(name: &str, taken: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("screenshots").join(format!("{name}.svg"));
    if std::env::var_os("CALLSCOPE_WRITE_PICTURES").is_some() {
        fs::write(&path, taken).expect("the folder takes pictures");
    } else {
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == taken, "{} is out of date: run screenshots/make.sh", path.display());
    }
}

#[test]
fn the_pictures_are_of_today() {
    for picture in PICTURES {
        let mut pty = Pty::start(PROGRAM, picture.arguments, &[], picture.size);
        for (keys, text) in picture.way {
            pty.send(keys);
            pty.wait_for(text);
        }
        let taken = svg(&still(&pty), picture.palette, picture.title);
        // Ends it whatever lies over the view.
        pty.send("\x03");
        pty.wait_end();
        keep_or_compare(picture.name, &taken);
    }
}

#[test]
fn the_recording_is_of_today() {
    let mut pty = Pty::start(PROGRAM, &["demo", "meeting"], &[], (120, 34));
    let mut frames = Vec::new();
    for scene in SCENES {
        pty.send(scene.keys);
        pty.wait_for(scene.text);
        frames.push(Frame { screen: still(&pty), seconds: scene.seconds, caption: scene.caption.to_owned() });
    }
    pty.send("\x03");
    pty.wait_end();
    let title = "the first minute with a bad call: the answer, the people, the timeline, the ticket";
    keep_or_compare(RECORDING, &recording(&frames, &DARK, title));
}

#[test]
fn the_readme_shows_every_picture() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("a README");
    for name in PICTURES.iter().map(|picture| picture.name).chain([RECORDING]) {
        assert!(readme.contains(&format!("screenshots/{name}.svg")), "{name}");
    }
}
