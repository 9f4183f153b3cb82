//! A strict reader of HTML: it accepts only what an HTML report may consist of, and says what a browser would make of it.

use std::collections::HashSet;

/// The elements of a report.
const TAGS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "article",
    "header",
    "footer",
    "section",
    "nav",
    "figure",
    "figcaption",
    "div",
    "span",
    "p",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "h1",
    "h2",
    "h3",
    "h4",
    "a",
    "code",
    "time",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "strong",
    "svg",
    "defs",
    "pattern",
    "g",
    "use",
    "rect",
    "line",
    "circle",
    "text",
];

/// The attributes of a report: none of them runs or loads anything, except a link, which must stay in the file.
const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "id",
    "class",
    "aria-labelledby",
    "aria-label",
    "aria-hidden",
    "role",
    "href",
    "scope",
    "datetime",
    "data-head",
    "width",
    "height",
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "r",
    "rx",
    "patternUnits",
    "patternTransform",
    "text-anchor",
];

/// An element as it began.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    pub tag: String,
    pub attributes: Vec<(String, String)>,
    /// The text directly in it and in what it contains.
    pub text: String,
}

impl Element {
    /// Returns an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a report: all its elements in the order in which they end. The error says what does not belong there.
pub fn read(html: &str, style: &str) -> Result<Vec<Element>, String> {
    let mut rest = html.strip_prefix("<!doctype html>\n").ok_or("no document type")?;
    let (mut open, mut done): (Vec<Element>, Vec<Element>) = (Vec::new(), Vec::new());
    while let Some(at) = rest.find('<') {
        add_text(&rest[..at], &mut open)?;
        let tag_end = rest[at..].find('>').ok_or("a tag without an end")? + at;
        let tag = &rest[at + 1..tag_end];
        rest = &rest[tag_end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let element =
                open.pop().filter(|element| element.tag == name).ok_or(format!("</{name}> closes nothing"))?;
            if let Some(parent) = open.last_mut() {
                parent.text.push_str(&element.text);
            }
            done.push(element);
            continue;
        }
        let (tag, is_closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let element = begun(tag)?;
        match element.tag.as_str() {
            "style" => {
                rest =
                    rest.strip_prefix(style).and_then(|rest| rest.strip_prefix("</style>")).ok_or("a foreign style")?;
                done.push(element);
            }
            "meta" => done.push(element),
            _ if is_closed => done.push(element),
            _ => open.push(element),
        }
    }
    add_text(rest, &mut open)?;
    match open.last() {
        Some(element) => Err(format!("{} is not closed", element.tag)),
        None => stay_inside(done),
    }
}

fn add_text(text: &str, open: &mut [Element]) -> Result<(), String> {
    let text = decoded(text)?;
    match open.last_mut() {
        Some(element) => element.text.push_str(&text),
        None if text.trim().is_empty() => {}
        None => return Err(format!("text outside the document: {text}")),
    }
    Ok(())
}

fn begun(tag: &str) -> Result<Element, String> {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    if !TAGS.contains(&name) {
        return Err(format!("<{name}> does not belong in a report"));
    }
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (attribute, value) = rest.split_once("=\"").ok_or(format!("an attribute without a value in <{tag}>"))?;
        let (value, after) = value.split_once('"').ok_or(format!("a value without an end in <{tag}>"))?;
        if !ATTRIBUTES.contains(&attribute) {
            return Err(format!("{attribute} does not belong in a report"));
        }
        attributes.push((attribute.to_owned(), decoded(value)?));
        rest = after.strip_prefix(' ').unwrap_or(after);
        if rest == after && !after.is_empty() {
            return Err(format!("attributes without a space between them in <{tag}>"));
        }
    }
    Ok(Element { tag: name.to_owned(), attributes, text: String::new() })
}

/// Replaces references by what they stand for; everything else that could mean something is an error.
fn decoded(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (name, after) = rest[at + 1..].split_once(';').ok_or("a reference without an end")?;
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => return Err(format!("&{other};")),
        });
        rest = after;
    }
    out.push_str(rest);
    match rest.find(['"', '\'', '>']) {
        Some(at) => Err(format!("a sign that means something: {}", &rest[at..])),
        None => Ok(out),
    }
}

/// Checks that every link and reference leads to one part of the same file.
fn stay_inside(elements: Vec<Element>) -> Result<Vec<Element>, String> {
    let mut ids = HashSet::new();
    for id in elements.iter().filter_map(|element| element.get("id")) {
        if !ids.insert(id.to_owned()) {
            return Err(format!("{id} stands twice"));
        }
    }
    for element in &elements {
        let links = [element.get("href").map(|link| link.strip_prefix('#')), element.get("aria-labelledby").map(Some)];
        for link in links.into_iter().flatten() {
            match link {
                Some(part) if ids.contains(part) => {}
                _ => return Err(format!("a link that leads out of the file: {element:?}")),
            }
        }
    }
    Ok(elements)
}
