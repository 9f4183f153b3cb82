//! What every markup writes, and that no text of a record becomes anything else in it.

use unicode_width::UnicodeWidthStr as _;

use super::text::FACT_WIDTH;
use super::*;
use crate::formats::document::{Block, Column, Fact, Point, Table};
use crate::text::sanitize;

fn document() -> Document {
    let columns = vec![Column::text("who", 12), Column::number("loss", 8)];
    let rows = vec![
        vec!["Ana_Lima".to_owned(), "14 %".to_owned()],
        vec!["<b>Bo | *Chen* the first</b>".to_owned(), "1.4 %".to_owned()],
    ];
    Document(vec![
        Block::Title("call x".to_owned()),
        Block::Paragraph("word ".repeat(30).trim().to_owned()),
        Block::Heading("whose side".to_owned()),
        Block::List(vec![Point { text: "one".to_owned(), under: vec!["more".to_owned()], about: None }]),
        Block::Table(Table { columns, rows, about: Vec::new() }),
    ])
}

fn written(document: &Document, markup: Markup) -> String {
    let mut out = Vec::new();
    document.write(&markup, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("UTF-8")
}

/// A document with a text in every place that a text can be in.
fn everywhere(text: &str) -> Document {
    let columns = vec![Column::text("who", 1000), Column::number("loss", 8)];
    Document(vec![
        Block::Title(text.to_owned()),
        Block::Facts(vec![Fact::new("Call", text)]),
        Block::Heading(text.to_owned()),
        Block::Paragraph(text.to_owned()),
        Block::List(vec![Point { text: text.to_owned(), under: vec![text.to_owned()], about: None }]),
        Block::Table(Table { columns, rows: vec![vec![text.to_owned(), "1 %".to_owned()]], about: Vec::new() }),
    ])
}

fn named(name: &str) -> Markup {
    Markup::named(name).expect("there is such a markup")
}

#[test]
fn a_terminal_gets_wrapped_paragraphs_and_aligned_columns() {
    let text = written(&document(), TEXT);
    assert!(text.lines().all(|line| line.width() <= FACT_WIDTH), "{text}");
    assert!(text.contains("WHOSE SIDE\n\n  one\n      more\n"), "{text}");
    assert!(text.contains("  who            loss\n  Ana_Lima       14 %\n  <b>Bo | *Ch…  1.4 %\n"), "{text}");
}

proptest::proptest! {
    #[test]
    fn nothing_in_a_report_controls_a_terminal(text in "[\u{0}-\u{9f}\u{200b}-\u{206f}a-z|]*") {
        let written: String = MARKUPS.iter().map(|markup| written(&everywhere(&text), *markup)).collect();
        let hostile = written.chars().find(|letter| *letter != '\n' && (letter.is_control() || ('\u{202a}'..='\u{202e}').contains(letter)));
        proptest::prop_assert_eq!(hostile, None);
    }
}

/// Parses a text in every part of a document as CommonMark with GitHub's extensions; returns the text shown, and any
/// kinds of nodes that text must not become.
fn rendered(text: &str) -> (Vec<String>, Vec<String>) {
    use comrak::nodes::NodeValue;
    let markdown = written(&everywhere(text), MARKDOWN);
    let mut options = comrak::Options::default();
    let extension = &mut options.extension;
    (extension.autolink, extension.table, extension.strikethrough, extension.tasklist) = (true, true, true, true);
    (extension.footnotes, extension.math_dollars, extension.tagfilter) = (true, true, false);
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, &markdown, &options);
    let (mut texts, mut odd) = (Vec::new(), Vec::new());
    for node in root.descendants() {
        let is_leaf_of_text =
            matches!(node.data.borrow().value, NodeValue::Heading(_) | NodeValue::Paragraph | NodeValue::TableCell);
        if is_leaf_of_text {
            let own = node.descendants().filter_map(|inner| match &inner.data.borrow().value {
                NodeValue::Text(text) => Some(text.to_string()),
                NodeValue::Code(code) => Some(code.literal.clone()),
                _ => None,
            });
            let own = own.collect::<String>();
            texts.push(own.strip_prefix("Call: ").unwrap_or(&own).to_owned());
        }
        let value = &node.data.borrow().value;
        let is_ours = matches!(
            value,
            NodeValue::Document
                | NodeValue::Heading(_)
                | NodeValue::Paragraph
                | NodeValue::List(_)
                | NodeValue::Item(_)
                | NodeValue::Table(_)
                | NodeValue::TableRow(_)
                | NodeValue::TableCell
                | NodeValue::Text(_)
                | NodeValue::Code(_)
        );
        // Of a fact, the label is bold.
        let is_label = matches!(value, NodeValue::Strong)
            && node
                .descendants()
                .any(|inner| matches!(&inner.data.borrow().value, NodeValue::Text(text) if text == "Call:"));
        if !is_ours && !is_label {
            odd.push(format!("{value:?}"));
        }
    }
    let lists = root.descendants().filter(|node| matches!(node.data.borrow().value, NodeValue::List(_))).count();
    if lists != 3 {
        odd.push(format!("{lists} lists"));
    }
    (texts, odd)
}

/// Names that mean something in one markup or another.
const NAMES: &[&str] = &[
    "&lt;b&gt; &amp; &#64;",
    "- a list",
    "+ a list",
    "* a list",
    "1. a list",
    "12) a list",
    "    code",
    "# heading",
    "> quote",
    "---",
    "===",
    "***",
    "[x] task",
    "[a](https://evil.example)",
    "![a](b)",
    "<b>bold</b>",
    "<https://evil.example>",
    "`code`",
    "~~gone~~",
    "https://evil.example/x",
    "HTTP://evil.example",
    "www.evil.example",
    "ana@example.com",
    "(ana@example.com)",
    "@octocat",
    "#17",
    "org/repo#17",
    "a|b|c",
    "$x$",
    "[^1]",
    "[^1]: note",
    "a\\",
    "\\",
    "mailto:ana@example.com",
    "x`@`y",
    "@`",
    "``@``",
    "a@b|c",
    "xmpp:a@b.c",
    "\u{a0}ana@example.com",
    "- [ ] x@y.z",
    "https://a.b/|c",
    "ftp://x.y",
    "|",
    "| --- |",
    "___",
    ":tada:",
    "9.",
    "-",
    "<!-- -->",
    "&copy;",
    "\t- x",
    "=",
    "{code}x{code}",
    "{noformat}",
    "h1. heading",
    "bq. quote",
    "----",
    "!img.png!",
    "[~admin]",
    "[~accountid:5b10]",
    "{{mono}}",
    "??cited??",
    "||head||",
    "\\\\server\\share",
    "CONTOSO\\ana",
    "x\\{code}",
    "PROJ-17",
    "(!) :) (off)",
    "+49 30 1234",
    "{color:red}x{color}",
    "[/code]<script>x</script>",
    "[code]",
    "</p>",
    "&#91;/code&#93;",
];

#[test]
fn what_markdown_or_github_could_make_of_a_name_it_stays_a_name() {
    for name in NAMES.iter().copied() {
        let (texts, odd) = rendered(name);
        assert_eq!(odd, [""; 0], "{name}");
        // In code a bar is replaced, because it would end a table cell.
        let shown = sanitize(name).trim().replace('|', "¦");
        let same = texts.iter().filter(|text| text.replace('|', "¦").eq_ignore_ascii_case(&shown)).count();
        assert_eq!(same, 7, "{name}: {texts:#?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_becomes_anything_else_in_markdown(text in "[-+=*_`~#|<>&@:/.!()0-9a-z\\[\\]\\\\$ ]{1,24}") {
        let (texts, odd) = rendered(&text);
        proptest::prop_assert_eq!(odd, Vec::<String>::new());
        let shown = text.trim().replace('|', "¦");
        let same = texts.iter().filter(|text| text.replace('|', "¦").eq_ignore_ascii_case(&shown)).count();
        proptest::prop_assert!(same == 7 || shown.is_empty(), "{:?}", texts);
    }
}

#[test]
fn names_make_no_markdown_and_no_html() {
    let markdown = written(&document(), MARKDOWN);
    assert!(markdown.contains("# call x\n"), "{markdown}");
    assert!(markdown.contains("| Ana\\_Lima | 14 % |"), "{markdown}");
    assert!(markdown.contains(r"| \<b\>Bo \| \*Chen\* the first\</b\> | 1.4 % |"), "{markdown}");
}

/// Reads Jira's wiki markup back: the text that a piece of it shows, or what is in it that Jira would act upon.
fn shown_by_jira(piece: &str) -> Result<String, String> {
    const ACTIVE: &str = "*_^~{}[]|!@#";
    let letters: Vec<char> = piece.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < letters.len() {
        let rest: String = letters[at..].iter().collect();
        if let Some((number, _)) = rest.strip_prefix("&#").and_then(|rest| rest.split_once(';')) {
            let code = number.parse().ok().and_then(char::from_u32).ok_or_else(|| rest.clone())?;
            out.push(code);
            at += 3 + number.len();
            continue;
        }
        let is_inside =
            at > 0 && letters[at - 1].is_alphanumeric() && letters.get(at + 1).is_some_and(|it| it.is_alphanumeric());
        match (letters[at], letters.get(at + 1)) {
            ('\\', Some(next)) if "-#*_+?^~|%{}[]()!@".contains(*next) && (at == 0 || letters[at - 1] != '\\') => {
                out.push(*next);
                at += 1;
            }
            ('\\', Some('\\')) => return Err(format!("a line break in {piece}")),
            ('_', _) if is_inside => out.push('_'),
            (letter, _) if ACTIVE.contains(letter) => return Err(format!("{letter} in {piece}")),
            ('-' | '+', _) if !is_inside => return Err(format!("{} in {piece}", letters[at])),
            ('<' | '>', _) => return Err(format!("{} in {piece}", letters[at])),
            (':', Some('/' | ')' | '(')) => return Err(format!("a link or a face in {piece}")),
            (letter, _) => out.push(letter),
        }
        at += 1;
    }
    let begins = ["h1.", "h2.", "h3.", "h4.", "h5.", "h6.", "bq."];
    if begins.iter().any(|begin| piece.starts_with(begin)) || piece.contains("??") {
        return Err(format!("a heading or a quotation: {piece}"));
    }
    Ok(out)
}

/// Returns the text in each place of a document as Jira shows it.
fn jira(text: &str) -> Result<Vec<String>, String> {
    let all = written(&everywhere(text), named("jira"));
    let lines: Vec<&str> = all.lines().filter(|line| !line.is_empty()).collect();
    let places = ["h2. ", "* *Call:* ", "h3. ", "", "* ", "** ", "|| who || loss ||", "| "];
    if lines.len() != places.len() {
        return Err(format!("{} lines: {all}", lines.len()));
    }
    let piece = |(line, place): (&&str, &&str)| {
        let piece = line.strip_prefix(place).ok_or_else(|| format!("{line} does not begin with {place}"))?;
        shown_by_jira(piece.strip_suffix(" | 1 % |").unwrap_or(piece))
    };
    lines.iter().zip(&places).map(piece).collect()
}

#[test]
fn what_jira_could_make_of_a_name_it_stays_a_name() {
    for name in NAMES {
        let texts = jira(name).unwrap_or_else(|active| panic!("{name}: {active}"));
        let shown = sanitize(name).trim().replace('\\', "∖");
        let same = texts.iter().filter(|text| text.replace('\\', "∖").eq_ignore_ascii_case(&shown)).count();
        assert_eq!(same, 7, "{name}: {texts:#?}");
    }
}

/// Returns the text in each place of a document as ServiceNow shows it.
fn servicenow(text: &str) -> Result<Vec<String>, String> {
    let all = written(&everywhere(text), named("servicenow"));
    let inside =
        all.strip_prefix("[code]").and_then(|all| all.strip_suffix("[/code]\n")).ok_or("no [code] around it")?;
    if inside.contains(['[', ']', '\n', '@']) {
        return Err(format!("a sign that means something: {inside}"));
    }
    let mut texts = Vec::new();
    for (at, piece) in inside.split('<').enumerate() {
        let (tag, rest) = piece.split_once('>').unwrap_or(("", piece));
        let tags = ["p", "b", "ul", "li", "br", "tr", "td", "th", "table", "table border=\"1\"", ""];
        if at > 0 && !tags.contains(&tag.trim_start_matches('/')) {
            return Err(format!("<{tag}>"));
        }
        let mut shown = String::new();
        let mut rest = rest;
        while let Some((before, after)) = rest.split_once("&#") {
            let (number, after) = after.split_once(';').ok_or("a reference without an end")?;
            shown.push_str(before);
            shown.extend(number.parse().ok().and_then(char::from_u32));
            rest = after;
        }
        shown.push_str(rest);
        if rest.contains(['&', '"', '\'']) {
            return Err(format!("a sign that means something in {rest}"));
        }
        texts.push(shown.trim().to_owned());
    }
    Ok(texts)
}

#[test]
fn what_servicenow_could_make_of_a_name_it_stays_a_name() {
    for name in NAMES {
        let texts = servicenow(name).unwrap_or_else(|active| panic!("{name}: {active}"));
        let shown = sanitize(name).trim().to_owned();
        let same = texts.iter().filter(|text| text.eq_ignore_ascii_case(&shown)).count();
        assert_eq!(same, 7, "{name}: {texts:#?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_becomes_anything_else_in_jira(text in "[-+=*_`~#|<>&@:/.!?(){}0-9a-zA-Z\\[\\]\\\\$; ]{1,24}") {
        proptest::prop_assume!(!text.trim().is_empty());
        let texts = jira(&text).map_err(proptest::test_runner::TestCaseError::fail)?;
        let shown = text.trim().replace('\\', "∖");
        let same = texts.iter().filter(|text| text.replace('\\', "∖").eq_ignore_ascii_case(&shown)).count();
        proptest::prop_assert!(same == 7 || shown.is_empty(), "{:?}", texts);
    }

    #[test]
    fn no_text_becomes_anything_else_in_servicenow(text in "[-+=*_`~#|<>&@:/.!?(){}0-9a-z\\[\\]\\\\\"'$; ]{1,24}") {
        let texts = servicenow(&text).map_err(proptest::test_runner::TestCaseError::fail)?;
        let shown = text.trim();
        let same = texts.iter().filter(|text| text.eq_ignore_ascii_case(shown)).count();
        proptest::prop_assert!(same >= 7 || shown.is_empty(), "{:?}", texts);
    }
}

#[test]
fn every_markup_has_a_name_of_its_own_and_is_found_by_it() {
    for markup in MARKUPS {
        assert_eq!(MARKUPS.iter().filter(|other| other.name == markup.name).count(), 1, "{}", markup.name);
        assert_eq!(Markup::named(markup.name), Some(*markup));
    }
}
