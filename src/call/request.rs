//! The options of a request for a call's sessions.
//!
//! Sources: Microsoft Graph, list callRecord sessions (`$expand=segments`, `Prefer: include-unknown-enum-members`,
//! pages of at most 60); OData 4.01, `odata.maxpagesize`, `omit-values=nulls`, `$select`.

use serde::{Deserialize, Serialize};

use crate::model::{Asked, Session};

/// Microsoft's clouds that have call records, and the Graph root of each. The China cloud has none. Source: Microsoft
/// Graph, national cloud deployments.
pub const CLOUDS: [(&str, &str); 3] = [
    ("global", "https://graph.microsoft.com"),
    ("usgov", "https://graph.microsoft.us"),
    ("dod", "https://dod-graph.microsoft.us"),
];

/// The options of a request for a call's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Request segments, without which nothing can be judged.
    pub segments: bool,
    /// Maximum sessions per page, from 1 to [`Request::LARGEST_PAGE`]; the service's default if `None`.
    pub page_size: Option<u8>,
    /// Omit null members.
    pub omit_nulls: bool,
    /// Only these members of sessions; all if empty.
    pub select: Vec<String>,
}

impl Default for Request {
    fn default() -> Request {
        Request { segments: true, page_size: None, omit_nulls: false, select: Vec::new() }
    }
}

impl Request {
    /// The service's largest page of sessions.
    pub const LARGEST_PAGE: u8 = 60;

    /// Parses the members named in `A,B`. The error lists the valid ones.
    pub fn members(text: &str) -> Result<Vec<String>, String> {
        let known = Request::known_members();
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        for name in &names {
            if !known.contains(&name.as_str()) {
                let told = if name.is_empty() { "an empty name".to_owned() } else { format!("`{name}`") };
                return Err(format!("{told} is not a member of sessions: choose from {}", known.join(", ")));
            }
        }
        Ok(names)
    }

    /// Returns the members of sessions that can be selected. Segments are not among them: they are expanded.
    fn known_members() -> Vec<&'static str> {
        Session::MEMBERS.iter().copied().filter(|name| !name.contains('@') && *name != "segments").collect()
    }

    /// Returns the options in the address, after its `?`.
    pub fn query(&self) -> Option<String> {
        let expand = self.segments.then(|| "$expand=segments".to_owned());
        let select = (!self.select.is_empty()).then(|| format!("$select={}", self.select.join(",")));
        let options: Vec<String> = expand.into_iter().chain(select).collect();
        (!options.is_empty()).then(|| options.join("&"))
    }

    /// Returns the value of the `Prefer` header, for this request and its later pages.
    pub fn preferences(&self) -> String {
        let mut preferences = vec!["include-unknown-enum-members".to_owned()];
        preferences.extend(self.page_size.map(|size| format!("odata.maxpagesize={size}")));
        preferences.extend(self.omit_nulls.then(|| "omit-values=nulls".to_owned()));
        preferences.join(", ")
    }

    /// Returns the same options as they are recorded with pages.
    pub fn asked(&self) -> Asked {
        let members = self.select.iter().map(|name| name.as_str().into());
        Asked {
            segments: Some(self.segments),
            members: (!self.select.is_empty()).then(|| members.collect()),
            omits_nulls: self.omit_nulls,
            page_size: self.page_size,
        }
    }

    /// Returns the request behind recorded options; `None` if they say nothing.
    pub fn of(asked: &Asked) -> Option<Request> {
        let select = asked.members.iter().flat_map(|members| members.iter()).map(ToString::to_string);
        (*asked != Asked::default()).then(|| Request {
            segments: asked.segments.unwrap_or(true),
            page_size: asked.page_size,
            omit_nulls: asked.omits_nulls,
            select: select.collect(),
        })
    }

    /// Returns the request limited to what a service accepts: a file may contain anything.
    pub fn checked(&self) -> Request {
        let known = Request::known_members();
        Request {
            page_size: self.page_size.filter(|size| (1..=Request::LARGEST_PAGE).contains(size)),
            select: self.select.iter().filter(|name| known.contains(&name.as_str())).cloned().collect(),
            ..self.clone()
        }
    }

    /// Returns the same request with segments.
    pub fn with_segments(&self) -> Request {
        Request { segments: true, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_where_odata_has_them() {
        let usual = Request::default();
        assert_eq!(usual.query().as_deref(), Some("$expand=segments"));
        assert_eq!(usual.preferences(), "include-unknown-enum-members");
        let select = vec!["id".to_owned(), "caller".to_owned()];
        let all = Request { segments: true, page_size: Some(30), omit_nulls: true, select: select.clone() };
        assert_eq!(all.query().as_deref(), Some("$expand=segments&$select=id,caller"));
        assert_eq!(all.preferences(), "include-unknown-enum-members, odata.maxpagesize=30, omit-values=nulls");
        assert_eq!(Request { segments: false, ..usual.clone() }.query(), None);
        assert_eq!(Request { segments: false, select, ..usual }.query().as_deref(), Some("$select=id,caller"));
    }

    #[test]
    fn only_members_of_sessions_can_be_chosen() {
        assert_eq!(Request::members("id, caller"), Ok(vec!["id".to_owned(), "caller".to_owned()]));
        let error = Request::members("id,colour").expect_err("there is no such member");
        assert!(
            error.starts_with("`colour` is not a member of sessions: choose from id, modalities, startDateTime,"),
            "{error}"
        );
        assert!(Request::members("").is_err() && Request::members("segments").is_err());
    }
}
