//! A report as HTML: one file that loads nothing and runs nothing, whatever the call contains, and that anyone can read.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use callscope::demo;
use serde_json::Value;

use crate::support::fixtures;
use crate::support::html::{Element, read};

const STYLE: &str = include_str!("../../assets/report.css");

/// Reports on a call given on standard input.
fn report(call: &str, format: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callscope"));
    command
        .args(["report", "-", "--format", format])
        .env_clear()
        .env("CALLSCOPE_CONFIG", "")
        .env("CALLSCOPE_CACHE", "");
    let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut input = program.stdin.take().expect("an input");
    let call = call.to_owned();
    let writer = std::thread::spawn(move || input.write_all(call.as_bytes()));
    let output = program.wait_with_output().expect("it ends");
    writer.join().expect("it was written").expect("it was read");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn html(call: &Value) -> (String, Vec<Element>) {
    let html = report(&call.to_string(), "html");
    let elements = read(&html, STYLE).unwrap_or_else(|wrong| panic!("{wrong}\n{html}"));
    (html, elements)
}

/// The demo meeting in one page.
fn demo_meeting() -> Value {
    let call = demo::by_name("meeting").expect("it is built in");
    let mut record = (call.record)();
    record["sessions"] = (0..call.sessions).map(call.session).collect();
    record
}

fn of<'a>(elements: &'a [Element], tag: &str) -> Vec<&'a Element> {
    elements.iter().filter(|element| element.tag == tag).collect()
}

#[test]
fn a_report_says_what_the_others_say_and_draws_it() {
    let (html, elements) = html(&demo_meeting());
    let text = report(&demo_meeting().to_string(), "text");
    let answer = text.lines().nth(4).expect("an answer");
    let shown = &elements.last().expect("a document").text;
    assert!(shown.contains(answer.split(';').next().expect("a sentence")), "{answer}\n{shown}");
    for heading in ["Whose side it is", "The call over time", "How the metrics are spread", "Sessions, worst first"] {
        assert!(of(&elements, "h2").iter().any(|element| element.text == heading), "{heading}");
    }
    let pictures: Vec<_> = of(&elements, "title").iter().map(|title| title.text.clone()).collect();
    assert!(
        pictures.iter().any(|title| title.starts_with("180 sessions, worst first: 5 failed, 18 poor")),
        "{pictures:#?}"
    );
    assert!(pictures.iter().any(|title| title.starts_with("Mira Nakamura: 09:")), "{pictures:#?}");
    assert!(pictures.iter().any(|title| title == "loss of audio sent: 13 of 160 sessions over 10 %"), "{pictures:#?}");
    assert!(html.len() < 400_000, "{}", html.len());
}

#[test]
fn a_report_can_be_read_by_ear_and_without_colour() {
    let (_, elements) = html(&demo_meeting());
    assert_eq!(of(&elements, "html")[0].get("lang"), Some("en"));
    assert_eq!(of(&elements, "h1").len(), 1);
    // Elements are in the order in which they end, which for headings is the order of reading.
    let levels = elements.iter().filter_map(|it| it.tag.strip_prefix('h')?.parse::<u8>().ok());
    let levels: Vec<u8> = levels.collect();
    assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{levels:?}");
    for head in of(&elements, "th") {
        assert!(matches!(head.get("scope"), Some("col" | "row")), "{head:?}");
    }
    for picture in of(&elements, "svg") {
        let is_told = picture.get("role") == Some("img") && !picture.text.trim().is_empty();
        assert!(is_told || picture.get("aria-hidden") == Some("true"), "{picture:?}");
    }
    // A sign is not read out, and so its word is.
    for cell in of(&elements, "td").iter().filter(|cell| cell.get("data-head") == Some("State")) {
        assert!(cell.text.contains(|letter: char| letter.is_ascii_lowercase()), "{cell:?}");
    }
    let parts = ["✖ poor", "! noted", "◘ failed"];
    let cells: Vec<&str> = of(&elements, "td").iter().map(|cell| cell.text.as_str()).collect();
    assert!(parts.iter().all(|part| cells.contains(part)));
}

/// What an attacker could put into a name.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "\"><svg onload=alert(1)>",
    "<!--",
    "--><b>",
    "]]><![CDATA[",
    "&lt;b&gt; &amp; &#60;b&#62; &colon;",
    "javascript:alert(1)",
    "<a href=\"https://evil.example\">x</a>",
    "x\u{202e}gnp.exe",
    "\u{0}\u{1b}[2J\u{7}<b>",
    "}</style>{background:url(https://evil.example)}",
    "expression(alert(1))",
    "`${alert(1)}`",
    "✖ poor",
    "next: <b>do</b>: this (severe)",
    "7d3c1f00-0000-4000-8000-000000000180<b>",
    "10.0.0.1/24\"<b>",
];

/// Puts a text in place of every text that the service does not define.
fn planted(value: &mut Value, texts: &mut dyn Iterator<Item = &'static str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let is_defined =
                    name.starts_with('@') || name.ends_with("DateTime") || name == "streamDirection" || name == "label";
                match value {
                    Value::String(text) if !is_defined && !text.starts_with("PT") => {
                        *text = texts.next().expect("there is always another").to_owned();
                    }
                    other => planted(other, texts),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| planted(item, texts)),
        _ => {}
    }
}

#[test]
fn no_text_of_a_call_becomes_markup_a_style_or_a_script() {
    let shape = demo_meeting();
    // Each time other texts are in the same places.
    for shift in [0, 5, 11, 16] {
        let mut call = shape.clone();
        let mut texts = HOSTILE.iter().copied().cycle().skip(shift);
        planted(&mut call, &mut texts);
        let (_, elements) = html(&call);
        let shown = &elements.last().expect("a document").text;
        let is_shown = HOSTILE.iter().filter(|text| shown.contains(&*callscope::text::sanitize(text)));
        assert!(is_shown.count() > 4, "{shown}");
    }
}

#[test]
fn the_policy_lets_a_file_load_and_run_nothing_and_fits_its_own_style() {
    let (html, elements) = html(&fixtures::small_call());
    let policy = of(&elements, "meta").iter().find_map(|meta| {
        (meta.get("http-equiv") == Some("Content-Security-Policy"))
            .then(|| meta.get("content").unwrap_or_default().to_owned())
    });
    let policy = policy.expect("a policy");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, STYLE.as_bytes());
    let hash = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, hash);
    assert_eq!(policy, format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"));
    let outside = ["http://", "https://", "url(//", "@import", "src="];
    assert!(outside.iter().all(|word| !html.contains(word)), "{html}");
    assert!(!STYLE.contains("url(") || STYLE.matches("url(").count() == STYLE.matches("url(#").count());
}

#[test]
fn several_calls_are_parts_of_one_file_with_a_list_of_them() {
    let calls: Vec<String> = (1..=3)
        .map(|at| {
            fixtures::small_call()
                .to_string()
                .replace(fixtures::CALL, &format!("0c0ffee0-0000-4000-8000-00000000000{at}"))
        })
        .collect();
    let html = report(&calls.join("\n"), "html");
    let elements = read(&html, STYLE).unwrap_or_else(|wrong| panic!("{wrong}\n{html}"));
    assert_eq!(of(&elements, "h1").iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["3 calls"]);
    assert_eq!(of(&elements, "article").len(), 3);
    assert!(html.contains("href=\"#call-3-top\""), "{html}");
}

#[test]
fn what_a_file_leaves_out_it_says() {
    let sessions: Vec<Value> = (0..1_300).map(|at| fixtures::session(at, &format!("Person {at}"), 0.001)).collect();
    let (html, elements) = html(&fixtures::page(&sessions, None));
    let rest = of(&elements, "p").iter().map(|it| it.text.clone()).find(|text| text.contains("left out of this file"));
    assert_eq!(rest.as_deref(), Some("The 300 that follow are left out of this file; the CSV has them all."));
    let not_drawn = of(&elements, "p").iter().any(|it| it.text == "Not drawn: 1,300 people, 1,300 good.");
    assert!(not_drawn, "{html}");
}

/// A colour of the style sheet, as red, green and blue.
type Colour = [u8; 3];

/// Reads the table of colours of a theme.
fn colours(css: &str) -> HashMap<&str, Colour> {
    let lines = css.lines().filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #"));
    let channel = |hex: &str, at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour");
    lines.map(|(name, hex)| (name, [0, 2, 4].map(|at| channel(hex, at)))).collect()
}

/// The contrast of two colours. Source: WCAG 2.2, "contrast ratio" and "relative luminance".
fn contrast(one: Colour, other: Colour) -> f64 {
    let light = |colour: Colour| {
        let linear = colour.map(|channel| {
            let part = f64::from(channel) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05
    };
    let (one, other) = (light(one), light(other));
    one.max(other) / one.min(other)
}

#[test]
fn every_text_and_every_picture_stands_out_in_both_themes() {
    let (light, dark) = STYLE.split_once("prefers-color-scheme: dark").expect("two themes");
    let dark = dark.split("\n}\n").next().expect("a table");
    for (theme, css) in [("light", light), ("dark", dark)] {
        let colours = colours(css);
        assert_eq!(colours.len(), 12, "{theme}: {colours:?}");
        for ground in ["ground", "panel"] {
            for text in ["ink", "soft", "link", "poor", "failed", "noted", "good", "unclassified"] {
                let contrast = contrast(colours[text], colours[ground]);
                assert!(contrast >= 4.5, "{theme}: {text} on {ground} is {contrast:.2}");
            }
            let contrast = contrast(colours["there"], colours[ground]);
            assert!(contrast >= 3.0, "{theme}: pictures on {ground} are {contrast:.2}");
        }
    }
}

#[test]
fn the_style_sheet_has_a_rule_for_every_class() {
    let (_, elements) = html(&demo_meeting());
    let classes = elements.iter().filter_map(|element| element.get("class")).flat_map(str::split_whitespace);
    for class in classes {
        assert!(STYLE.contains(&format!(".{class}")), "{class}");
    }
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/report.css").is_file());
}
