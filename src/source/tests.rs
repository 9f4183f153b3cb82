//! Texts of every form and with every fault, from bytes to what was loaded.

use std::fs;
use std::path::Path;

use crate::call::{Completeness, Dataset, LoadOutcome, UserErrorKind};
use crate::triage::RuleSets;

use super::*;

/// Loads paths to the end.
fn loaded(paths: &[&Path]) -> (Dataset, Arc<Store>) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut load = load(Source::Paths(paths.iter().map(|path| path.to_path_buf()).collect()), RuleSets::built_in());
        let mut loaded = Dataset::default();
        while let Some(arrival) = load.next().await {
            loaded.take(arrival, 0);
        }
        assert!(loaded.ending().is_some(), "a load ends by saying so");
        (loaded, load.store.clone())
    })
}

fn loaded_text(text: &[u8]) -> (Dataset, Arc<Store>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    fs::write(&path, text).expect("it takes files");
    loaded(&[&path])
}

fn wanted(row: &crate::call::Row) -> SessionRef {
    SessionRef { place: row.place, fingerprint: row.fingerprint, names: Default::default() }
}

/// Returns the IDs of all sessions, call by call, each read again from the store.
fn ids(loaded: &Dataset, store: &Store) -> Vec<Vec<String>> {
    let id = |row: &crate::call::Row| {
        let full = read_session(store, &wanted(row)).expect("a session can be read again");
        let id = full.read.session.id.value().map(ToString::to_string).unwrap_or_default();
        assert_eq!(row.id.as_ref().map(ToString::to_string).unwrap_or_default(), id);
        id
    };
    loaded.calls().iter().map(|call| call.rows().iter().map(id).collect()).collect()
}

fn completeness(loaded: &Dataset) -> String {
    Completeness::of(&loaded.calls()[0], loaded).words()
}

fn session(id: &str) -> String {
    format!(r#"{{"id":"{id}","modalities":["audio"],"caller":{{"associatedIdentity":{{"displayName":"{id}"}}}}}}"#)
}

const CALL: &str = "e523d2ed-2966-4b6b-925b-754a88034cc5";

fn page(call: &str, ids: &[&str], link: Option<&str>) -> String {
    let sessions: Vec<String> = ids.iter().map(|id| session(id)).collect();
    let link = link.map(|link| format!(r#","@odata.nextLink":"{link}""#)).unwrap_or_default();
    format!(
        r#"{{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#communications/callRecords('{call}')/sessions","value":[{}]{link}}}"#,
        sessions.join(",")
    )
}

fn record(call: &str, ids: &[&str], more: &str) -> String {
    let sessions: Vec<String> = ids.iter().map(|id| session(id)).collect();
    format!(r#"{{"id":"{call}","version":2,"type":"groupCall","sessions":[{}]{more}}}"#, sessions.join(","))
}

#[test]
fn every_shape_gives_the_same_rows() {
    let (a, b) = (session("a"), session("b"));
    let utf16: Vec<u8> = page(CALL, &["a", "b"], None).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let shapes: Vec<(&str, Vec<u8>)> = vec![
        ("a page", page(CALL, &["a", "b"], None).into()),
        ("a record", record(CALL, &["a", "b"], "").into()),
        ("a list of records", format!(r#"{{"value":[{}]}}"#, record(CALL, &["a", "b"], "")).into()),
        ("a bare list", format!("[{a},{b}]").into()),
        ("a list of pages", format!("[{},{}]", page(CALL, &["a"], None), page(CALL, &["b"], None)).into()),
        ("NDJSON", format!("{a}\n{b}\n").into()),
        ("documents in a row", format!("{a}{b}").into()),
        ("pages in a row", format!("{}\n{}", page(CALL, &["a"], Some("x")), page(CALL, &["b"], None)).into()),
        (
            "a batch",
            format!(
                r#"{{"responses":[{{"id":"2","status":200,"body":{}}},{{"id":"1","status":200,"body":{}}}]}}"#,
                page(CALL, &["a"], None),
                page(CALL, &["b"], None)
            )
            .into(),
        ),
        ("a mark first", format!("\u{feff}[{a},{b}]").into()),
        ("UTF-16", utf16),
        ("headers first", format!("HTTP/1.1 200 OK\r\nContent-type: application/json\r\n\r\n[{a},{b}]").into()),
    ];
    for (shape, text) in shapes {
        let (loaded, store) = loaded_text(&text);
        assert_eq!(ids(&loaded, &store), [["a", "b"]], "{shape}");
        assert_eq!(loaded.nothing_to_show(), None, "{shape}");
        assert!(completeness(&loaded).starts_with("complete"), "{shape}: {}", completeness(&loaded));
    }
    let (loaded, store) = loaded_text(a.as_bytes());
    assert_eq!(ids(&loaded, &store), [["a"]], "one session");
}

#[test]
fn the_last_page_missing_is_said_and_never_fetched() {
    let (loaded, _) =
        loaded_text(page(CALL, &["a"], Some("https://graph.microsoft.com/v1.0/x?$skiptoken=1")).as_bytes());
    assert_eq!(completeness(&loaded), "1 page saved, more on the server");
    let more = r#","sessions@odata.nextLink":"https://graph.microsoft.com/v1.0/x?$skiptoken=1""#;
    let (loaded, _) = loaded_text(record(CALL, &["a"], more).as_bytes());
    assert_eq!(completeness(&loaded), "1 page saved, more on the server");
}

#[test]
fn a_folder_of_pages_is_one_call_with_each_session_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("it takes files");
    write("call-11.json", page(CALL, &["d", "a"], None));
    write("call-10.json", page(CALL, &["b", "c"], Some("x")));
    write("call-9.json", page(CALL, &["a", "b"], Some("y")));
    write("notes.txt", "the call was bad".to_owned());
    write("photo.png", "not looked at".to_owned());
    let (loaded, store) = loaded(&[folder.path()]);
    assert_eq!(ids(&loaded, &store), [["a", "b", "c", "d"]]);
    assert_eq!(loaded.calls()[0].repeated, 2);
    assert_eq!(completeness(&loaded), "complete: 3 pages");
    let notes = loaded.foreign()[0].words();
    assert!(notes.ends_with("notes.txt is text that is not JSON"), "{notes}");
}

#[test]
fn files_of_different_calls_are_several_calls() {
    let other = "00000000-0000-4000-8000-000000000001";
    let text = [page(CALL, &["a"], None), page(other, &["b"], None), page(CALL, &["c"], None)].join("\n");
    let (loaded, store) = loaded_text(text.as_bytes());
    assert_eq!(ids(&loaded, &store), [vec!["a", "c"], vec!["b"]]);
    assert_eq!(loaded.calls().iter().map(|call| call.id.as_deref()).collect::<Vec<_>>(), [Some(CALL), Some(other)]);
}

#[test]
fn a_page_that_tells_its_call_at_its_end_moves_there() {
    let late =
        format!(r#"{{"value":[{}],"@odata.context":"communications/callRecords('{CALL}')/sessions"}}"#, session("z"));
    let other = page("00000000-0000-4000-8000-000000000001", &["b"], None);
    let text = [page(CALL, &["a"], None), other, late].join("\n");
    let (loaded, store) = loaded_text(text.as_bytes());
    assert_eq!(ids(&loaded, &store), [vec!["a", "z"], vec!["b"]]);
}

#[test]
fn a_session_that_comes_again_changed_is_shown_once_as_it_came_last() {
    let revised = session("a").replace("audio", "video");
    let (loaded, store) = loaded_text(format!("[{},{revised},{}]", session("a"), session("b")).as_bytes());
    assert_eq!(ids(&loaded, &store), [["a", "b"]]);
    assert_eq!((loaded.calls()[0].repeated, loaded.calls()[0].revised), (0, 1));
    let full = read_session(&store, &wanted(&loaded.calls()[0].rows()[0])).expect("it can be read");
    assert_eq!(full.bytes, revised.as_bytes());
}

#[test]
fn sessions_without_an_id_are_all_shown() {
    let (loaded, _) =
        loaded_text(br#"[{"caller":null},{"caller":null},{"id":null,"segments":[]},{"id":"","segments":[]}]"#);
    assert_eq!(loaded.session_count(), 4);
}

#[test]
fn a_cut_file_shows_its_whole_sessions_and_the_byte_where_it_broke() {
    let text = page(CALL, &["a", "b", "c"], None);
    let cut = &text[..text.find(r#""displayName":"c""#).expect("it is there")];
    let (loaded, store) = loaded_text(cut.as_bytes());
    assert_eq!(ids(&loaded, &store), [["a", "b"]]);
    assert_eq!(completeness(&loaded), "incomplete: the data is truncated");
    let problem = loaded.problems.iter().next().expect("it is said");
    assert_eq!(problem.at, Some(cut.len() as u64));
    assert!(problem.what.starts_with("truncated here"), "{}", problem.what);
}

#[test]
fn a_session_that_is_no_json_is_skipped_and_counted() {
    let text = format!("[{},{{\"id\":\"b\" oops}},{}]", session("a"), session("c"));
    let (loaded, store) = loaded_text(text.as_bytes());
    assert_eq!(ids(&loaded, &store), [["a", "c"]]);
    assert_eq!(completeness(&loaded), "1 could not be read");
    let problem = loaded.problems.iter().next().expect("it is said");
    assert_eq!(problem.at, Some(text.find("oops").expect("it is there") as u64));
}

#[test]
fn what_is_no_call_is_named_with_the_next_step() {
    for (text, what) in [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("Name,Start,Loss,Jitter\nAna,1,2,3\n", "is a table (CSV)"),
        ("\u{89}PNG", "is text that is not JSON"),
        (r#"{"value":["#, "is JSON that ends before its first session"),
        ("{oops}", "byte 1: invalid here: expected a member's name"),
        (r#"{"value":[]}"#, "has an empty list of sessions"),
        (r#"{"value":[{"id":"a","version":1,"organizer_v2":{}}]}"#, "holds a call record without its sessions"),
        (
            r#"{"value":[{"id":"1","calleeNumber":"+1","charge":1},{"id":"2","calleeNumber":"+1","charge":1}]}"#,
            "holds 2 PSTN call log rows",
        ),
        (r#"{"error":{"code":"Forbidden","message":"no"}}"#, "holds an error from the service: Forbidden: no"),
        (r#"{"value":["@{id=a}","@{id=b}"]}"#, "a null, string or number appears where a session should be"),
        (r#"{"hello":"world"}"#, "holds an object that is not a session"),
    ] {
        let (loaded, _) = loaded_text(text.as_bytes());
        let trouble = loaded.nothing_to_show().unwrap_or_else(|| panic!("{text} is no call"));
        assert_eq!(trouble.kind, UserErrorKind::Input, "{text}");
        assert!(trouble.what.ends_with(what), "{text}: {}", trouble.what);
        assert!(trouble.hint.is_some(), "{text}");
    }
}

#[test]
fn powershells_depth_is_recognised_in_sessions() {
    let text = r#"[{"id":"a","caller":"@{name=PC}","segments":["System.Collections.Hashtable"]}]"#;
    let (loaded, _) = loaded_text(text.as_bytes());
    assert_eq!(loaded.session_count(), 1);
    let problem = loaded.problems.iter().next().expect("it is said");
    assert!(problem.what.contains("ConvertTo-Json -Depth 20"), "{}", problem.what);
}

#[test]
fn what_the_schema_does_not_have_is_counted() {
    let text =
        r#"[{"id":"a","mood":1,"caller":{"userAgent":{"platform":"visionOS"}}},{"id":"b","mood":2,"caller":null}]"#;
    let (loaded, _) = loaded_text(text.as_bytes());
    let oddities: Vec<_> = loaded.oddities.iter().collect();
    assert_eq!(oddities, [("unknown member session.mood", 2), ("unknown value userAgent.platform = visionOS", 1)]);
}

#[test]
fn a_missing_file_ends_the_load_with_what_to_do() {
    let (loaded, _) = loaded(&[Path::new("/no/such/file.json")]);
    let Some(LoadOutcome::Stopped(trouble)) = loaded.ending() else { panic!("{:?}", loaded.ending()) };
    assert_eq!(trouble.kind, UserErrorKind::Input);
    assert_eq!(trouble.what, "no such file or folder: /no/such/file.json");
}

#[test]
fn packed_files_open_from_their_unpacked_bytes() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(page(CALL, &["a", "b"], None).as_bytes()).expect("memory takes everything");
    fs::write(folder.path().join("1.json.gz"), encoder.finish().expect("it ends")).expect("it takes files");
    let zstd = ruzstd::encoding::compress_to_vec(
        page(CALL, &["c"], None).as_bytes(),
        ruzstd::encoding::CompressionLevel::Fastest,
    );
    fs::write(folder.path().join("2.json.zst"), zstd).expect("it takes files");
    let (loaded, store) = loaded(&[folder.path()]);
    assert_eq!(ids(&loaded, &store), [["a", "b", "c"]]);
}

#[test]
fn a_thousand_sessions_come_in_the_order_of_the_file() {
    let names: Vec<String> = (0..1000).map(|at| format!("s{at:04}")).collect();
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    let filler = format!(r#","filler":"{}"}}"#, "x".repeat(3000));
    let text = page(CALL, &refs, None).replace(r#""}}}"#, &format!(r#""}}}}{filler}"#));
    let (loaded, store) = loaded_text(text.as_bytes());
    assert_eq!(ids(&loaded, &store), [names]);
}

#[test]
fn a_load_can_be_cancelled_in_the_middle() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("call.json");
    let names: Vec<String> = (0..200_000).map(|at| at.to_string()).collect();
    let refs: Vec<&str> = names.iter().map(String::as_str).collect();
    fs::write(&path, page(CALL, &refs, None)).expect("it takes files");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut load = load(Source::Paths(vec![path]), RuleSets::built_in());
        let mut loaded = Dataset::default();
        while loaded.session_count() == 0 {
            loaded.take(load.next().await.expect("more comes"), 0);
        }
        load.stop.for_good();
        while let Some(arrival) = load.next().await {
            loaded.take(arrival, 0);
        }
        assert_eq!(loaded.ending(), Some(&LoadOutcome::Cancelled));
        assert!(loaded.session_count() < 200_000);
    });
}

#[test]
fn a_session_that_both_versions_have_alike_is_shown_when_the_older_one_goes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // The version comes after the sessions, so that these are read before it is known.
    let record = |version: u8, ids: &[&str]| {
        let sessions: Vec<String> = ids.iter().map(|id| session(id)).collect();
        format!(r#"{{"id":"{CALL}","sessions":[{}],"version":{version}}}"#, sessions.join(","))
    };
    fs::write(folder.path().join("1.json"), record(1, &["a", "b"])).expect("it takes files");
    fs::write(folder.path().join("2.json"), record(2, &["a"])).expect("it takes files");
    let (loaded, store) = loaded(&[folder.path()]);
    assert_eq!(ids(&loaded, &store), [["a"]]);
    let call = &loaded.calls()[0];
    assert_eq!((call.superseded(), call.repeated), (2, 0));
}
