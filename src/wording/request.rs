//! The Graph request for a call, written for other tools like the tabs in the documentation; never contains a token.
//!
//! Source: Microsoft Graph, list callRecord sessions, tabs of the examples.

use crate::call::request::CLOUDS;
use crate::call::{Call, Dataset, Request};
use crate::model::Asked;

use crate::text::{cut, sanitize};

/// A format for writing the request. To add one, add a row.
pub struct Form {
    /// Label in the menu.
    pub label: &'static str,
    /// What it is for, or what it needs.
    pub about: &'static str,
    write: fn(&Written) -> String,
}

/// The available formats.
pub const FORMS: &[Form] = &[
    Form { label: "the request as HTTP", about: "the address and its headers", write: http },
    Form { label: "the request for curl", about: "with the token in CALLSCOPE_TOKEN", write: curl },
    Form { label: "the request for PowerShell", about: "Invoke-MgGraphRequest", write: powershell },
    Form { label: "the request for Graph Explorer", about: "the address", write: |it| it.address() },
    Form { label: "the request in C#", about: "Microsoft.Graph 5", write: csharp },
    Form { label: "the request in Go", about: "msgraph-sdk-go", write: go },
    Form { label: "the request in Java", about: "microsoft-graph 6", write: java },
    Form { label: "the request in JavaScript", about: "@microsoft/microsoft-graph-client", write: javascript },
    Form { label: "the request in PHP", about: "microsoft/microsoft-graph 2", write: php },
    Form { label: "the request in Python", about: "msgraph-sdk", write: python },
];

/// The service assumed if a page does not name one.
const ROOT: &str = "https://graph.microsoft.com/v1.0";

/// A request that is safe to put in quotes in any shell or language.
struct Written {
    /// The service with its API version.
    root: String,
    id: String,
    request: Request,
}

/// Writes the request for a call's sessions. `None` if the call has no ID. A fetched call is requested with the same
/// options again; for a saved one, segments are requested whether or not the file has them.
pub fn sessions(call: &Call, loaded: &Dataset, form: &Form) -> Option<String> {
    let id = call.id.as_deref()?;
    let page = loaded.pages_of(call).next();
    let asked = page.map(|page| page.asked.clone()).unwrap_or_default();
    let is_fetched = page.is_some_and(|page| page.is_fetched);
    Some((form.write)(&Written::new(&root(call, loaded).0, id, &asked, is_fetched)))
}

/// Returns the service named by a saved page if it is untrusted: running a request for it would send a token there.
pub fn unknown_service(call: &Call, loaded: &Dataset) -> Option<String> {
    root(call, loaded).1
}

/// Returns the service to ask, with its API version: the one in use, or the one a saved page names if it is one of
/// Microsoft's; otherwise Microsoft's default, together with the untrusted one the page names.
fn root(call: &Call, loaded: &Dataset) -> (String, Option<String>) {
    if let Some(service) = loaded.service() {
        return (service.to_owned(), None);
    }
    // A saved page names its service in its context: `ROOT/$metadata#…`.
    let context = loaded.pages_of(call).find_map(|page| page.context.as_deref());
    let Some((named, _)) = context.and_then(|context| context.split_once("/$metadata")) else {
        return (ROOT.to_owned(), None);
    };
    let is_known = |(_, cloud): &(&str, &str)| {
        named.strip_prefix(cloud).is_some_and(|version| matches!(version, "/v1.0" | "/beta"))
    };
    match CLOUDS.iter().any(is_known) {
        true => (named.to_owned(), None),
        false => (ROOT.to_owned(), Some(cut(&sanitize(named), 60).into_owned())),
    }
}

/// Returns the request that includes a call's segments, for a sentence: `GET /communications/…`.
pub fn with_segments(call: &Call) -> String {
    let mut written = Written::new(ROOT, call.id.as_deref().unwrap_or_default(), &Asked::default(), false);
    if written.id.is_empty() {
        written.id = "{id}".to_owned();
    }
    format!("GET {}", written.address().trim_start_matches(ROOT))
}

impl Written {
    fn new(root: &str, id: &str, asked: &Asked, is_fetched: bool) -> Written {
        // Untrusted text goes inside quotes: keep only characters that cannot end them.
        let word = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        let members = asked.members.iter().flat_map(|members| members.iter());
        let members = members.map(|name| name.chars().filter(word).collect::<String>()).filter(|name| !name.is_empty());
        Written {
            root: root.chars().filter(|letter| letter.is_ascii_alphanumeric() || ":/.-_[]".contains(*letter)).collect(),
            id: id.chars().filter(word).collect(),
            request: Request {
                segments: !is_fetched || asked.segments.unwrap_or(true),
                page_size: asked.page_size,
                omit_nulls: asked.omits_nulls,
                select: members.collect(),
            },
        }
    }

    fn path(&self) -> String {
        format!("/communications/callRecords/{}/sessions", self.id)
    }

    fn address(&self) -> String {
        let query = self.request.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{}{query}", self.root, self.path())
    }

    fn is_beta(&self) -> bool {
        self.root.ends_with("/beta")
    }

    /// Returns a comment for a snippet that needs another library for the beta API.
    fn remark(&self, sign: &str, library: &str) -> String {
        if self.is_beta() { format!("{sign} with {library}\n") } else { String::new() }
    }

    /// Returns the options that are lists of names, with each name in quotes.
    fn lists(&self) -> Vec<(&'static str, String)> {
        let quoted = |names: &[String]| names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let expand = self.request.segments.then(|| ("expand", quoted(&["segments".to_owned()])));
        let select = (!self.request.select.is_empty()).then(|| ("select", quoted(&self.request.select)));
        expand.into_iter().chain(select).collect()
    }
}

fn http(it: &Written) -> String {
    format!("GET {}\nPrefer: {}", it.address(), it.request.preferences())
}

fn curl(it: &Written) -> String {
    // curl treats brackets as a glob.
    let glob = if it.root.contains('[') { "-g " } else { "" };
    format!(
        "curl {glob}-H \"Authorization: Bearer $CALLSCOPE_TOKEN\" -H 'Prefer: {}' '{}'",
        it.request.preferences(),
        it.address()
    )
}

fn powershell(it: &Written) -> String {
    let preferences = it.request.preferences();
    format!("Invoke-MgGraphRequest -Method GET -Uri '{}' -Headers @{{ Prefer = '{preferences}' }}", it.address())
}

fn csharp(it: &Written) -> String {
    let lists = it.lists().into_iter().map(|(name, names)| {
        let name = name[..1].to_ascii_uppercase() + &name[1..];
        format!("    requestConfiguration.QueryParameters.{name} = new string[] {{ {names} }};\n")
    });
    format!(
        "{}var result = await graphClient.Communications.CallRecords[\"{}\"].Sessions.GetAsync((requestConfiguration) =>\n{{\n\
         {}    requestConfiguration.Headers.Add(\"Prefer\", \"{}\");\n}});",
        it.remark("//", "Microsoft.Graph.Beta"),
        it.id,
        lists.collect::<String>(),
        it.request.preferences()
    )
}

fn go(it: &Written) -> String {
    let lists = it.lists().into_iter().map(|(name, names)| {
        let name = name[..1].to_ascii_uppercase() + &name[1..];
        format!("        {name}: []string{{{names}}},\n")
    });
    let builder = "graphcommunications.CallRecordsItemSessionsRequestBuilder";
    format!(
        "{}headers := abstractions.NewRequestHeaders()\nheaders.Add(\"Prefer\", \"{}\")\n\
         configuration := &{builder}GetRequestConfiguration{{\n    Headers: headers,\n    \
         QueryParameters: &{builder}GetQueryParameters{{\n{}    }},\n}}\n\
         sessions, err := graphClient.Communications().CallRecords().ByCallRecordId(\"{}\").Sessions().\
         Get(context.Background(), configuration)",
        it.remark("//", "msgraph-beta-sdk-go"),
        it.request.preferences(),
        lists.collect::<String>(),
        it.id
    )
}

fn java(it: &Written) -> String {
    let lists = it
        .lists()
        .into_iter()
        .map(|(name, names)| format!("    requestConfiguration.queryParameters.{name} = new String[] {{{names}}};\n"));
    format!(
        "{}SessionCollectionResponse result = graphClient.communications().callRecords().byCallRecordId(\"{}\").sessions()\
         .get(requestConfiguration -> {{\n{}    requestConfiguration.headers.add(\"Prefer\", \"{}\");\n}});",
        it.remark("//", "microsoft-graph-beta"),
        it.id,
        lists.collect::<String>(),
        it.request.preferences()
    )
}

fn javascript(it: &Written) -> String {
    let version = if it.is_beta() { "\n    .version('beta')" } else { "" };
    let lists = it.lists().into_iter().map(|(name, names)| format!("\n    .{name}([{names}])"));
    format!(
        "const sessions = await client.api('{}'){version}{}\n    .header('Prefer', '{}')\n    .get();",
        it.path(),
        lists.collect::<String>(),
        it.request.preferences()
    )
}

fn php(it: &Written) -> String {
    let lists = it.lists().into_iter().map(|(name, names)| format!("$queryParameters->{name} = [{names}];\n"));
    format!(
        "{}$requestConfiguration = new SessionsRequestBuilderGetRequestConfiguration();\n\
         $queryParameters = SessionsRequestBuilderGetRequestConfiguration::createQueryParameters();\n{}\
         $requestConfiguration->queryParameters = $queryParameters;\n\
         $requestConfiguration->headers = ['Prefer' => '{}'];\n\
         $result = $graphServiceClient->communications()->callRecords()->byCallRecordId('{}')->sessions()\
         ->get($requestConfiguration)->wait();",
        it.remark("//", "microsoft-graph-beta"),
        lists.collect::<String>(),
        it.request.preferences(),
        it.id
    )
}

fn python(it: &Written) -> String {
    let lists: Vec<String> = it.lists().into_iter().map(|(name, names)| format!("{name}=[{names}]")).collect();
    format!(
        "{}query_params = SessionsRequestBuilder.SessionsRequestBuilderGetQueryParameters({})\n\
         request_configuration = RequestConfiguration(query_parameters=query_params)\n\
         request_configuration.headers.add(\"Prefer\", \"{}\")\n\
         result = await graph_client.communications.call_records.by_call_record_id(\"{}\").sessions.get(\
         request_configuration=request_configuration)",
        it.remark("#", "msgraph-beta-sdk"),
        lists.join(", "),
        it.request.preferences(),
        it.id
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::LoadEvent;
    use crate::model::{Envelope, Field};

    fn all(it: &Written) -> Vec<(&'static str, String)> {
        FORMS.iter().map(|form| (form.label, (form.write)(it))).collect()
    }

    #[test]
    fn the_request_is_written_for_each_tool_without_a_token_and_without_a_way_out_of_its_quotes() {
        let members = ["id", "caller'; rm \"$(x)\""].map(Into::into);
        let asked = Asked { members: Some(members.into()), ..Asked::default() };
        let hostile = Written::new("https://graph.microsoft.us/v1.0'; rm \"`", "e523'$(x)\\", &asked, false);
        for (label, text) in all(&hostile) {
            for bad in ["rm ", "$(", "`", "\\", "';"] {
                assert!(!text.replace("');", "").contains(bad), "{label}: {bad}: {text}");
            }
            assert!(text.contains("e523x"), "{label}: {text}");
        }
    }

    #[test]
    fn a_request_goes_to_a_known_service_whatever_a_file_names() {
        let written = |root: &str, service: Option<&str>| {
            let context = format!("{root}/$metadata#communications/callRecords('e523')/sessions(segments())");
            let json = format!(r#"{{"@odata.context":{}}}"#, serde_json::Value::from(context));
            let envelope: Field<Envelope> = serde_json::from_str(&json).expect("JSON");
            let mut loaded = Dataset::default();
            if let Some(service) = service {
                loaded.take(LoadEvent::Service(service.to_owned()), 0);
            }
            loaded.take(
                LoadEvent::Page {
                    page: 0,
                    origin: "page.json".into(),
                    envelope: Box::new(envelope.value().expect("an object").clone()),
                    record: None,
                    content: Vec::new(),
                    is_whole: true,
                    is_fetched: false,
                    asked: Asked::default(),
                    is_list: true,
                },
                0,
            );
            let call = &loaded.calls()[0];
            let text = sessions(call, &loaded, &FORMS[1]).expect("it has an id");
            (
                text.rsplit_once(" '").map(|(_, address)| address.to_owned()).unwrap_or_default(),
                unknown_service(call, &loaded),
            )
        };
        for known in [
            "https://graph.microsoft.com/v1.0",
            "https://graph.microsoft.us/beta",
            "https://dod-graph.microsoft.us/v1.0",
        ] {
            let (address, unknown) = written(known, None);
            assert!(address.starts_with(&format!("{known}/communications/")) && unknown.is_none(), "{address}");
        }
        for hostile in [
            "https://graph.microsoft.com.evil.example/v1.0",
            "https://graph.microsoft.com@evil.example/v1.0",
            "https://graph.microsoft.com/v1.0/../../evil",
            "http://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com:8443/v1.0",
            "-K/tmp/x",
            "https://{a,b}.example/v1.0",
            "https://x.example/'; rm -rf ~; '",
            "",
        ] {
            let (address, unknown) = written(hostile, None);
            assert!(address.starts_with(&format!("{ROOT}/communications/")), "{hostile}: {address}");
            assert!(unknown.is_some_and(|unknown| hostile.starts_with(unknown.trim_end_matches('…'))), "{hostile}");
        }
        let (address, unknown) = written("https://evil.example/v1.0", Some("http://[::1]:8080/v1.0"));
        assert!(address.starts_with("http://[::1]:8080/v1.0/communications/") && unknown.is_none(), "{address}");
    }

    #[test]
    fn every_form_has_every_option() {
        let request = Request {
            segments: true,
            page_size: Some(30),
            omit_nulls: true,
            select: vec!["id".to_owned(), "caller".to_owned()],
        };
        let it = Written::new("https://graph.microsoft.com/v1.0", "e523", &request.asked(), true);
        for (label, text) in all(&it) {
            assert!(text.contains("e523") && text.contains("segments") && text.contains("caller"), "{label}: {text}");
            let has_header = text.contains("include-unknown-enum-members, odata.maxpagesize=30, omit-values=nulls");
            assert!(has_header || label.contains("Explorer"), "{label}: {text}");
            assert!(text.lines().count() <= 10, "{label} is short: {text}");
        }
        assert_eq!(
            it.address(),
            "https://graph.microsoft.com/v1.0/communications/callRecords/e523/sessions?$expand=segments&$select=id,caller"
        );
    }

    #[test]
    fn what_was_fetched_without_segments_is_asked_for_so_and_what_was_saved_is_asked_for_with_them() {
        let asked = Asked { segments: Some(false), ..Asked::default() };
        let address = |is_fetched| Written::new(ROOT, "e523", &asked, is_fetched).address();
        assert!(address(true).ends_with("/e523/sessions"));
        assert!(address(false).ends_with("/e523/sessions?$expand=segments"));
        let plain = Written::new("https://graph.microsoft.com/beta", "e523", &asked, true);
        for (label, text) in all(&plain) {
            assert!(!text.contains("segments"), "{label}: {text}");
            assert!(text.contains("beta") || text.contains("Beta"), "{label}: {text}");
        }
    }
}
