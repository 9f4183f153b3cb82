//! Sites, access points and providers, from the user's files to what is said.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use callscope::sites::Sites;
use callscope::sites::buildings::Buildings;
use callscope::sites::providers::Providers;
use serde_json::{Value, json};

use crate::support::mmdb;

/// Runs the program in a folder; returns what it prints, its notes and its exit code.
fn run(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command.args(arguments).env_clear().stdin(Stdio::null()).current_dir(folder);
    command.env("CALLSCOPE_CONFIG", "").env("CALLSCOPE_CACHE", "");
    let output = command.output().expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&output.stdout), text(&output.stderr), output.status.code().expect("an exit code"))
}

/// The words of a text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A person in a meeting: name, local address, public address, BSSID, connection, loss.
struct P<'a>(&'a str, &'a str, &'a str, &'a str, &'a str, f64);

fn meeting(people: &[P<'_>]) -> String {
    let sessions: Vec<Value> = people
        .iter()
        .enumerate()
        .map(|(at, P(name, local, public, bssid, kind, loss))| {
            let subnet = format!("{}.0", local.rsplit_once('.').expect("an address").0);
            let stream = |direction: &str| {
                json!({"streamDirection": direction, "packetUtilization": 9000, "averagePacketLossRate": loss})
            };
            json!({
                "id": format!("00000000-0000-4000-8000-{at:012}"),
                "startDateTime": "2026-11-20T09:00:00Z", "endDateTime": "2026-11-20T09:30:00Z",
                "caller": {"@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
                           "associatedIdentity": {"id": name, "displayName": name}},
                "callee": {"@odata.type": "#microsoft.graph.callRecords.serviceEndpoint"},
                "modalities": ["audio"],
                "segments": [{"media": [{"label": "main-audio",
                    "callerNetwork": {"ipAddress": local, "subnet": subnet, "reflexiveIPAddress": public,
                        "connectionType": kind, "basicServiceSetIdentifier": bssid},
                    "calleeNetwork": {"ipAddress": "203.0.113.250", "reflexiveIPAddress": "203.0.113.250"},
                    "streams": [stream("callerToCallee"), stream("calleeToCaller")]}]}],
            })
        })
        .collect();
    json!({"value": sessions}).to_string()
}

fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("it takes files");
    }
    folder
}

/// Twenty people elsewhere, each on a network of their own, without trouble.
fn well() -> Vec<[String; 3]> {
    (0..20).map(|at| [format!("Well {at}"), format!("10.{}.0.9", 100 + at), format!("198.51.100.{at}")]).collect()
}

#[test]
fn the_readmes_building_file_names_the_demos_office() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("it is there");
    let file = readme.split("```csv\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let folder = folder_with(&[("buildings.csv", file.as_bytes())]);
    let (out, notes, code) = run(folder.path(), &["demo", "meeting", "--buildings", "buildings.csv"]);
    let out = flat(&out);
    assert_eq!(code, 0);
    assert!(!notes.contains("building file"), "{notes}");
    assert!(out.contains("12 people at site Harbour Office: the network of this site"), "{out}");
    assert!(out.contains("the same people also share subnet 10.150.0.0"), "{out}");
}

#[test]
fn a_site_of_several_subnets_is_named_with_them() {
    let well = well();
    let mut people: Vec<P<'_>> =
        well.iter().map(|[name, local, public]| P(name, local, public, "", "wired", 0.0)).collect();
    let names = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let locals =
        ["10.60.0.1", "10.60.0.2", "10.60.1.1", "10.60.1.2", "10.60.2.1", "10.60.2.2", "10.60.3.1", "10.60.3.2"];
    for (name, local) in names.iter().zip(locals) {
        people.push(P(name, local, if local.ends_with('1') { "203.0.113.1" } else { "203.0.113.2" }, "", "wired", 0.2));
    }
    let folder = folder_with(&[
        ("call.json", meeting(&people).as_bytes()),
        ("b.tsv", b"10.60.0.0\tx\t22\tMunich North\t\t\t\tMunich\t\tDE\t\t\t1\t0\n"),
    ]);
    let (without, ..) = run(folder.path(), &["report", "call.json"]);
    assert!(!without.contains("Munich"), "{without}");
    let (out, notes, _) = run(folder.path(), &["report", "call.json", "--buildings", "b.tsv"]);
    let out = flat(&out);
    assert!(out.contains("8 people at site Munich North: the network of this site"), "{notes}{out}");
    assert!(out.contains("they are on the subnets 10.60.0.0, 10.60.1.0, 10.60.2.0 and 1 more"), "{out}");
}

#[test]
fn names_in_a_building_file_are_inert_in_every_format() {
    let well = well();
    let mut people: Vec<P<'_>> =
        well.iter().map(|[name, local, public]| P(name, local, public, "", "wired", 0.0)).collect();
    for name in ["A", "B", "C", "D", "E", "F"] {
        people.push(P(name, "10.60.0.7", "203.0.113.1", "", "wired", 0.2));
    }
    let file = "10.60.0.0,x,24,\"=HYPERLINK(\"\"x\"\")<script>|*a*@b\x1b[31m\u{202e}\",,,,=1+1,,DE,,,1,0\n";
    let folder = folder_with(&[("call.json", meeting(&people).as_bytes()), ("b.csv", file.as_bytes())]);
    for format in ["text", "markdown", "html", "json", "jsonl", "csv"] {
        let arguments = ["report", "call.json", "--buildings", "b.csv", "--format", format];
        let (out, notes, code) = run(folder.path(), &arguments);
        assert_eq!(code, 0, "{notes}");
        assert!(out.contains("HYPERLINK"), "{format} names the site: {out}");
        assert!(!out.contains('\x1b') && !out.contains('\u{202e}'), "{format}");
        match format {
            "html" => assert!(!out.contains("<script>|"), "{out}"),
            // What could be markup stands between backticks, in which nothing is.
            "markdown" => assert_eq!(out.matches("HYPERLINK").count(), out.matches("`=HYPERLINK").count(), "{out}"),
            "csv" => assert!(!out.contains(",=1+1") && !out.contains("\"=HYPER"), "{out}"),
            _ => {}
        }
    }
}

/// At tier1 addresses are letters, so no file has anything to say about them.
#[test]
fn sites_are_named_only_where_networks_are_shown() {
    let well = well();
    let mut people: Vec<P<'_>> =
        well.iter().map(|[name, local, public]| P(name, local, public, "", "wired", 0.0)).collect();
    for name in ["A", "B", "C", "D", "E", "F"] {
        people.push(P(name, "10.60.0.7", "203.0.113.1", "02-00-5e-10-00-01", "wifi", 0.2));
    }
    let isp = mmdb::database("GeoLite2-ASN", &[("203.0.113.0", 24, &[("isp", "Example Fibre")])]);
    let folder = folder_with(&[
        ("call.json", meeting(&people).as_bytes()),
        ("b.csv", b"10.60.0.0,x,24,Munich North,,,,Munich,,DE,,,1,0\n"),
        ("ap.csv", b"02-00-5e-10-00-01,Lobby\n"),
        ("isp.mmdb", &isp),
    ]);
    let files = ["--buildings", "b.csv", "--access-points", "ap.csv", "--providers", "isp.mmdb"];
    for (level, is_named) in [("full", true), ("tier2", true), ("tier1", false)] {
        for format in ["text", "json", "csv"] {
            let arguments = [&["report", "call.json", "--privacy", level, "--format", format][..], &files].concat();
            let (out, notes, _) = run(folder.path(), &arguments);
            for name in ["Munich", "Lobby", "Example Fibre"] {
                // The text names what explains the trouble; the others everything.
                let is_told = is_named && (format != "text" || name == "Lobby");
                let is_told = is_told || is_named && format == "text" && out.contains(name);
                assert_eq!(out.contains(name), is_told, "{name} in {format} at {level}: {notes}{out}");
            }
        }
    }
}

#[test]
fn a_vpn_of_the_building_file_is_one_whatever_the_record_says() {
    let well = well();
    let mut people: Vec<P<'_>> =
        well.iter().map(|[name, local, public]| P(name, local, public, "", "wired", 0.0)).collect();
    for (name, local) in [("A", "10.9.0.1"), ("B", "10.9.0.2"), ("C", "10.9.1.3"), ("D", "10.9.1.4"), ("E", "10.9.1.5")]
    {
        people.push(P(name, local, "203.0.113.1", "", "wired", 0.2));
    }
    let folder = folder_with(&[
        ("call.json", meeting(&people).as_bytes()),
        ("b.csv", b"10.9.0.0,r,16,Remote access,,,,,,,,,1,0,1\n"),
        ("config.toml", b"buildings = \"b.csv\"\n"),
    ]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    // Files of the config file are beside it, wherever the program is started.
    command.args(["report", folder.path().join("call.json").to_str().expect("UTF-8"), "--format", "json"]).env_clear();
    command.env("CALLSCOPE_CONFIG", folder.path().join("config.toml")).env("CALLSCOPE_CACHE", "");
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let first = &report["attribution"][0];
    assert_eq!((&first["cause"], &first["factor"]["value"]), (&json!("vpn"), &json!("Remote access")));
    assert_eq!(first["who"], "5 people at site Remote access, a VPN by the building file");
    let listed = &report["sessions"][24]["listed"]["caller"];
    assert_eq!(*listed, json!({"site": ["Remote access"], "corp": ["inside"]}));
    assert_eq!(report["sessions"][0]["listed"]["caller"], json!({"corp": ["outside"]}), "no site is left out");
}

#[test]
fn access_points_are_named_over_all_their_radios_and_providers_from_their_addresses() {
    let well = well();
    let mut people: Vec<P<'_>> =
        well.iter().map(|[name, local, public]| P(name, local, public, "", "wired", 0.0)).collect();
    let radios = ["02-00-5e-10-00-01", "02-00-5e-10-00-02"];
    let names = ["A", "B", "C", "D", "E", "F"];
    for (at, name) in names.iter().enumerate() {
        people.push(P(name, "10.60.0.7", "203.0.113.1", radios[at % 2], "wifi", 0.2));
    }
    for name in ["G", "H", "I", "J"] {
        people.push(P(name, "10.60.0.8", "203.0.113.1", "02-00-5e-10-00-09", "wifi", 0.0));
    }
    let isp = mmdb::database(
        "GeoLite2-ASN",
        &[
            ("203.0.113.0", 24, &[("autonomous_system_organization", "Example Fibre")]),
            ("198.51.100.0", 25, &[("isp", "Home Net"), ("autonomous_system_organization", "Other")]),
        ],
    );
    let folder = folder_with(&[
        ("call.json", meeting(&people).as_bytes()),
        ("ap.csv", b"0200.5E10.0001,\"AP 3, west\"\n02:00:5E:10:00:02,\"AP 3, west\"\n"),
        ("asn.mmdb", &isp),
    ]);
    let files = ["--access-points", "ap.csv", "--providers", "asn.mmdb"];
    let (out, notes, _) = run(folder.path(), &[&["report", "call.json"][..], &files].concat());
    let out = flat(&out);
    assert!(out.contains("6 people on access point AP 3, west: this access point"), "{notes}{out}");
    let (json, ..) = run(folder.path(), &[&["report", "call.json", "--format", "json"][..], &files].concat());
    let report: Value = serde_json::from_str(&json).expect("JSON");
    let sessions = report["sessions"].as_array().expect("sessions");
    let of = |name: &str| sessions.iter().find(|session| session["caller"] == name).expect("the person is there");
    assert_eq!(of("A")["listed"], json!({"caller": {"isp": ["Example Fibre"], "ap": ["AP 3, west"]}}));
    assert_eq!(of("G")["listed"], json!({"caller": {"isp": ["Example Fibre"]}}), "its access point has no name");
    assert_eq!(of("Well 1")["listed"], json!({"caller": {"isp": ["Home Net"]}}));
    let (plain, ..) = run(folder.path(), &["report", "call.json", "--format", "json"]);
    assert!(!plain.contains("listed") && !plain.contains("\"site\":"), "without files nothing is added");
}

#[test]
fn without_a_file_about_them_nothing_is_said_about_sites() {
    let folder = folder_with(&[]);
    let plain = run(folder.path(), &["demo", "meeting"]);
    for (file, text) in [("b.csv", "172.31.0.0,x,24,Nowhere,,,,,,,,,1,0"), ("a.csv", "02-00-00-00-00-01,Nowhere")] {
        fs::write(folder.path().join(file), text).expect("it takes files");
    }
    let report = |files: &[&str]| flat(&run(folder.path(), &[&["demo", "meeting"][..], files].concat()).0);
    assert_eq!(report(&["--buildings", "b.csv", "--access-points", "a.csv"]), flat(&plain.0), "nobody is at that site");
}

#[test]
fn a_file_that_cannot_be_used_is_an_error_that_says_what_to_do() {
    let database = mmdb::database("Test", &[("203.0.113.0", 24, &[("isp", "X")])]);
    let folder = folder_with(&[
        ("bad.csv", b"10.0.0.0;x\n"),
        ("mixed.csv", b"10.60.0.0,x,24,Munich\x1b[31m,,,,,,,,,1,0\nNetworkIP,b\n"),
        ("cut.mmdb", &database[..database.len() - 40]),
    ]);
    for (option, file, told) in [
        ("--buildings", "none.csv", "the building file none.csv cannot be used: "),
        ("--buildings", "bad.csv", "its only line cannot be used; line 1: it has 1 column, not 14 or 15"),
        ("--access-points", "bad.csv", "the access point file bad.csv cannot be used: its only line"),
        ("--providers", "bad.csv", "the provider file bad.csv cannot be used: it is no database in MaxMind's format"),
        ("--providers", "cut.mmdb", "it is no database in MaxMind's format (.mmdb), or it is cut off"),
    ] {
        let (out, error, code) = run(folder.path(), &["report", "call.json", option, file]);
        assert_eq!((out.as_str(), code), ("", 2), "{error}");
        assert!(error.contains(told) && error.contains(&format!("hint: name another file with {option}")), "{error}");
    }
    let (_, notes, code) = run(folder.path(), &["demo", "meeting", "--buildings", "mixed.csv"]);
    assert_eq!(code, 0, "{notes}");
    assert!(notes.contains("building file mixed.csv, line 2: it has 2 columns") && !notes.contains('\x1b'), "{notes}");
}

#[test]
fn a_damaged_database_of_providers_does_no_harm() {
    let whole = mmdb::database(
        "GeoIP2-ISP",
        &[("203.0.113.0", 24, &[("isp", "Example Fibre")]), ("198.51.100.0", 24, &[("organization", "Other")])],
    );
    let isp = |bytes: Vec<u8>| {
        let providers = Providers::read(bytes).ok()?;
        Sites { providers: Some(providers), ..Sites::default() }.provider("203.0.113.9")
    };
    assert_eq!(isp(whole.clone()).as_deref(), Some("Example Fibre"));
    for at in 0..whole.len() {
        let _ = isp(whole[..at].to_vec());
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            let _ = isp(bytes);
        }
        let mut bytes = whole.clone();
        bytes[at..].fill(0xff);
        let _ = isp(bytes);
    }
}

#[test]
fn a_hundred_thousand_networks_are_read_and_looked_up() {
    let line = |at: u32| {
        format!("10.{}.{}.{},n,32,Site {},,,,City,,DE,,,1,0,1\n", at >> 16, at >> 8 & 255, at & 255, at / 256)
    };
    let text: String = (0..100_000).map(line).collect();
    let (buildings, remarks) = Buildings::read(text.as_bytes()).expect("it has good rows");
    assert_eq!((buildings.networks(), remarks.len()), (100_000, 0));
    assert_eq!(buildings.of("10.1.2.3").map(|it| &*it.site), Some("Site 258"));
}
