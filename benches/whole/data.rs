//! The data to measure: calls of any size, generated like the demo, and a server for them.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use callscope::demo;

use super::faults;

/// The token that the server expects.
pub const TOKEN: &str = callscope::demo::server::TOKEN;

/// What the sessions are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As in a meeting, with every member of the schema, most of them null: 18 kB and a few findings each.
    Usual,
    /// As in the example of Microsoft's documentation: 12 kB and some 37 findings each.
    Faulty,
}

impl Kind {
    /// Both.
    pub const ALL: [Kind; 2] = [Kind::Usual, Kind::Faulty];

    /// Its name in the table, and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Usual => "usual",
            Kind::Faulty => "faulty",
        }
    }

    /// The sessions that are repeated.
    fn sessions(self, meeting: &demo::DemoCall) -> Vec<String> {
        let session = |at: usize| match self {
            Kind::Usual => (meeting.session)(at),
            Kind::Faulty => faults::session(meeting, at),
        };
        (0..meeting.sessions).map(|at| session(at).to_string()).collect()
    }
}

/// Second names, so that the copies of a person differ.
const GIVEN: [&str; 8] = ["Alba", "Birk", "Cora", "Dirk", "Enya", "Finn", "Gaia", "Hauk"];

/// A saved call of this many sessions, made once.
pub fn saved(folder: &Path, kind: Kind, sessions: usize) -> PathBuf {
    let path = folder.join(format!("{}-{sessions}.json", kind.name()));
    if path.exists() {
        return path;
    }
    fs::create_dir_all(folder).expect("a folder");
    let meeting = demo::by_name("meeting").expect("a built-in call");
    let originals = kind.sessions(meeting);
    let unfinished = path.with_extension("part");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&unfinished).expect("a file"));
    write!(
        out,
        r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#communications/callRecords('{}')/sessions(segments())","value":["#,
        meeting.id
    )
    .expect("it takes bytes");
    for at in 0..sessions {
        let original = &originals[at % originals.len()];
        // Every copy is a separate session and person, with names of their own: rows that look alike cost nothing to scroll.
        let round = at / originals.len();
        let text = original
            .replace("00000000-0000-4000-8000-00000000", &format!("00000000-0000-4000-8000-{round:04x}0000"))
            .replacen("\"id\":\"", &format!("\"id\":\"{round:04x}-"), 2)
            .replace("\"displayName\":\"", &format!("\"displayName\":\"{} ", GIVEN[round % GIVEN.len()]));
        let comma = if at == 0 { "" } else { "," };
        write!(out, "{comma}{text}").expect("it takes bytes");
    }
    out.write_all(b"]}").expect("it takes bytes");
    out.flush().expect("it takes bytes");
    fs::rename(&unfinished, &path).expect("it can be named");
    path
}

/// Reads a file, so that every program finds it in the page cache.
pub fn read(path: &Path) {
    let mut file = File::open(path).expect("it is there");
    let mut piece = vec![0; 1 << 20];
    while file.read(&mut piece).expect("it can be read") > 0 {}
}

/// A server for a file's call: the process, its address, the call's ID.
pub fn server(program: &str, file: &Path) -> (Child, String, String) {
    let mut command = Command::new(program);
    command.args(["serve", "--port", "0"]).arg(file).env("CALLSCOPE_CONFIG", "");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut said = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut said).expect("it says how to ask");
    let words: Vec<&str> = said.split_whitespace().collect();
    let root = words.iter().position(|word| *word == "--graph-url").map(|at| words[at + 1]).expect("an address");
    (child, root.to_owned(), words.last().expect("an id").to_string())
}

/// Stops a server.
pub fn stop(mut server: Child) {
    let _ = server.kill();
    let _ = server.wait();
}
