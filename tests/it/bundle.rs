//! `callscope bundle`: what is in the archive, that it opens like any call, and what is said of one that was changed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter};
use serde_json::{Value, json};

use crate::support::fixtures::{CALL, page, session, small_call};

fn run(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callscope"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("CALLSCOPE_CONFIG", "")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn report(name: &str, folder: &Path) -> (Option<i32>, Value) {
    let output = run(&["report", name, "--format", "json"], folder);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    (output.status.code(), report)
}

/// The files of an archive, by name.
fn unpacked(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let bytes = fs::read(path).expect("it was written");
    let archive = ZipArchive::from_slice(&bytes).expect("an archive");
    let mut entries = archive.entries();
    let mut files = BTreeMap::new();
    while let Some(entry) = entries.next_entry().expect("an entry") {
        let name = String::from_utf8(entry.file_path().as_bytes().to_vec()).expect("UTF-8");
        let packed = archive.get_entry(entry.wayfinder()).expect("it is there");
        let mut bytes = Vec::new();
        let reader = DeflateDecoder::new(packed.data());
        packed.verifying_reader(reader).read_to_end(&mut bytes).expect("its checksum is right");
        files.insert(name, bytes);
    }
    files
}

/// Writes an archive of these files.
fn pack<'a>(path: &Path, files: impl IntoIterator<Item = (&'a str, &'a [u8])>) {
    let mut archive = ZipArchiveWriter::new(fs::File::create(path).expect("a file"));
    for (name, bytes) in files {
        let file = archive.new_file(name).compression_method(CompressionMethod::DEFLATE);
        let (mut entry, config) = file.start().expect("an entry");
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
        writer.write_all(bytes).expect("it takes bytes");
        let (encoder, descriptor) = writer.finish().expect("it ends");
        encoder.finish().expect("it ends");
        entry.finish(descriptor).expect("it ends");
    }
    archive.finish().expect("it ends");
}

/// A folder with a call of two pages.
fn two_pages() -> (tempfile::TempDir, [Vec<u8>; 2]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("pages")).expect("a folder");
    let link = format!("https://graph.microsoft.com/v1.0/communications/callRecords/{CALL}/sessions?$skiptoken=a");
    let first = page(&[session(1, "Greta Quist", 0.01), session(2, "Dario Lima", 0.2)], Some(&link));
    let second = page(&[session(3, "Ana Lima", 0.0)], None);
    // Not as any program of ours would write it.
    let pages = [serde_json::to_vec_pretty(&first).expect("JSON"), format!("{second}\r\n\r\n").into_bytes()];
    for (at, page) in pages.iter().enumerate() {
        fs::write(folder.path().join(format!("pages/page-{}.json", at + 1)), page).expect("it takes files");
    }
    (folder, pages)
}

/// A report without where its call was read, and what proves it whole.
fn judged(mut report: Value) -> Value {
    for member in ["completeness", "problems"] {
        report[member] = Value::Null;
    }
    report
}

#[test]
fn a_bundle_holds_the_pages_byte_for_byte_and_opens_like_them() {
    let (folder, pages) = two_pages();
    let output = run(&["bundle", "pages", "-o", "call.zip"], folder.path());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "call.zip\n", "{}", String::from_utf8_lossy(&output.stderr));
    let files = unpacked(&folder.path().join("call.zip"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["manifest.json", "pages/0001.json", "pages/0002.json", "report.json", "report.md"]);
    assert_eq!([&files["pages/0001.json"], &files["pages/0002.json"]], [&pages[0], &pages[1]]);
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).expect("JSON");
    for (file, bytes) in manifest["pages"].as_array().expect("a list").iter().zip(&pages) {
        assert_eq!(file["sha256"], json!(callscope::source::hash::of(bytes)));
        assert_eq!(file["bytes"], json!(bytes.len()));
    }
    assert!(manifest["saved_by"].as_str().expect("a text").starts_with("callscope "), "{manifest}");
    let (code, opened) = report("call.zip", folder.path());
    assert_eq!((code, &opened["completeness"]["proof"]), (Some(0), &json!("manifest")));
    assert_eq!(judged(opened), judged(report("pages", folder.path()).1));
    assert!(String::from_utf8_lossy(&files["report.md"]).contains(CALL));
}

#[test]
fn the_same_call_makes_the_same_bundle_but_for_the_time() {
    let (folder, _) = two_pages();
    let files = ["a.zip", "b.zip"].map(|name| {
        assert!(run(&["bundle", "pages", "-o", name], folder.path()).status.success());
        let mut files = unpacked(&folder.path().join(name));
        files.remove("manifest.json");
        files
    });
    assert_eq!(files[0], files[1]);
}

#[test]
fn an_existing_file_is_kept_unless_told_and_several_calls_are_no_bundle() {
    let (folder, _) = two_pages();
    fs::write(folder.path().join("call.zip"), "mine").expect("it takes files");
    assert_eq!(run(&["bundle", "pages", "-o", "call.zip"], folder.path()).status.code(), Some(2));
    assert_eq!(fs::read(folder.path().join("call.zip")).expect("it is there"), b"mine");
    assert!(run(&["bundle", "pages", "-o", "call.zip", "--force"], folder.path()).status.success());
    let other = small_call().to_string().replace(CALL, "0c0ffee0-0000-4000-8000-0000000000ff");
    fs::write(folder.path().join("other.json"), other).expect("it takes files");
    let output = run(&["bundle", "pages", "other.json", "-o", "two.zip"], folder.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a bundle holds one"));
    assert!(!folder.path().join("two.zip").exists());
}

#[test]
fn without_a_name_given_a_bundle_is_written_here_whatever_the_id_of_the_call_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let here = folder.path().join("here");
    fs::create_dir_all(here.join("call-")).expect("it takes folders");
    let sessions = [session(1, "Ana Lima", 0.0)];
    let odd = json!({ "version": 1, "type": "groupCall", "id": "/../../up\u{1b}]0;x\u{7}", "sessions": sessions });
    fs::write(here.join("odd.json"), odd.to_string()).expect("it takes files");
    let output = run(&["bundle", "odd.json"], &here);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "call-_______up__0_x_.zip\n");
    assert!(here.join("call-_______up__0_x_.zip").exists());
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
}

/// Makes a bundle of two pages, changes its files, and reports on it.
fn report_on_changed(change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> (Option<i32>, String) {
    let (folder, _) = two_pages();
    assert!(run(&["bundle", "pages", "-o", "call.zip"], folder.path()).status.success());
    let path: PathBuf = folder.path().join("call.zip");
    let mut files = unpacked(&path);
    change(&mut files);
    pack(&path, files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let (code, report) = report("call.zip", folder.path());
    (code, report["completeness"].to_string())
}

#[test]
fn the_ticket_of_a_changed_bundle_says_that_it_was_changed() {
    let (folder, _) = two_pages();
    assert!(run(&["bundle", "pages", "-o", "call.zip"], folder.path()).status.success());
    let path: PathBuf = folder.path().join("call.zip");
    let ticket = || String::from_utf8(run(&["report", "call.zip", "--format", "ticket"], folder.path()).stdout);
    assert!(!ticket().expect("UTF-8").contains("changed after saving"));
    let mut files = unpacked(&path);
    let page = files.get_mut("pages/0002.json").expect("it is there");
    *page = String::from_utf8_lossy(page).replace("Ana Lima", "Ana Lime").into_bytes();
    pack(&path, files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())));
    let ticket = ticket().expect("UTF-8");
    assert!(ticket.contains("· 1 file changed after saving"), "{ticket}");
}

#[test]
fn a_bundle_that_was_changed_says_what_was() {
    let changed = "was changed after the bundle was made: its hash differs from the manifest's";
    let (code, said) = report_on_changed(|files| {
        let page = files.get_mut("pages/0002.json").expect("it is there");
        *page = String::from_utf8_lossy(page).replace("Ana Lima", "Ana Lime").into_bytes();
    });
    assert!(said.contains(&format!("call.zip/pages/0002.json: {changed}")), "{code:?} {said}");
    assert!(!said.contains("\"manifest\""), "the manifest proves nothing any more: {said}");
    let (_, said) = report_on_changed(|files| files.get_mut("report.md").expect("it is there").push(b' '));
    assert!(said.contains(&format!("call.zip/report.md: {changed}")), "{said}");
    let (code, said) = report_on_changed(|files| _ = files.remove("pages/0002.json"));
    assert!(code == Some(6) && said.contains("pages/0002.json: is missing from the bundle"), "{said}");
    let (_, said) = report_on_changed(|files| _ = files.insert("../evil.json".to_owned(), b"{}".to_vec()));
    assert!(said.contains("has files that its manifest does not name; they were not opened"), "{said}");
    let (_, said) = report_on_changed(|_| {});
    assert!(!said.contains("changed"), "{said}");
}

#[test]
fn a_bundle_that_unpacks_to_more_than_it_says_is_read_no_further() {
    let (_, said) = report_on_changed(|files| {
        let page = files.get_mut("pages/0002.json").expect("it is there");
        page.extend(std::iter::repeat_n(b' ', 64 << 20));
    });
    assert!(said.contains("pages/0002.json: was changed"), "{said}");
}

#[test]
fn archives_that_are_no_bundle_or_name_files_elsewhere_are_said_to_be_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("x.zip");
    let call = small_call().to_string();
    let said = || String::from_utf8_lossy(&run(&["report", "x.zip"], folder.path()).stderr).into_owned();
    pack(&path, [("call.json", call.as_bytes())]);
    assert!(said().contains("a ZIP archive or an Office document"), "{}", said());
    let manifest = |page: &str| {
        json!({ "schema": "callscope.manifest/1", "saved_at": "", "saved_by": "", "complete": true, "sessions": 1,
            "bytes": 1, "sha256": "", "pages": [{ "origin": page, "sessions": 1, "bytes": call.len(), "sha256": "" }] })
        .to_string()
    };
    let elsewhere = manifest("../../etc/passwd");
    pack(&path, [("manifest.json", elsewhere.as_bytes()), ("../../etc/passwd", call.as_bytes())]);
    assert!(said().contains("a bundle that has a manifest that names other files as pages"), "{}", said());
    let own = manifest("pages/0001.json");
    let twice = [("manifest.json", own.as_bytes()), ("pages/0001.json", b"[]"), ("pages/0001.json", call.as_bytes())];
    pack(&path, twice);
    assert!(said().contains("a bundle that has two files named pages/0001.json"), "{}", said());
    let again = manifest("pages/0001.json")
        .replace("}]", "}],\"files\":[{\"name\":\"pages/0001.json\",\"bytes\":1,\"sha256\":\"\"}]");
    pack(&path, [("manifest.json", again.as_bytes()), ("pages/0001.json", call.as_bytes())]);
    assert!(said().contains("a bundle that has a manifest that names a file twice"), "{}", said());
    fs::write(&path, b"PK\x03\x04 and nothing else").expect("it takes files");
    assert!(said().contains("a ZIP archive or an Office document"), "{}", said());
}

#[test]
fn a_bundle_without_names_opens_and_is_judged_the_same() {
    let (folder, _) = two_pages();
    let (_, full) = report("pages", folder.path());
    for level in ["tier2", "tier1"] {
        let name = format!("{level}.zip");
        let output = run(&["bundle", "pages", "-o", &name, "--privacy", level], folder.path());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for (file, bytes) in unpacked(&folder.path().join(&name)) {
            let text = String::from_utf8_lossy(&bytes);
            for hidden in ["Greta", "Quist", "Lima", "user-1", "page-1"] {
                assert!(!text.contains(hidden), "{level}: {file} has {hidden}: {text}");
            }
            assert_eq!(text.contains("192.0.2.7"), level == "tier2" && file.starts_with("pages/"), "{file}");
        }
        let (code, report) = report(&name, folder.path());
        assert_eq!(code, Some(0));
        for member in ["verdict", "counts", "session_counts"] {
            assert_eq!(report[member], full[member], "{level}");
        }
        assert_eq!(report["call"]["id"], full["call"]["id"]);
        assert_eq!(report["findings"].as_array().map(Vec::len), full["findings"].as_array().map(Vec::len));
    }
}
