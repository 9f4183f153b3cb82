//! What was asked of Graph for a call, for other tools: never with a token in it.

use crate::call::{Call, Loaded};

/// A way of writing the request down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For curl, with the token from the environment.
    Curl,
    /// For Microsoft's PowerShell module.
    PowerShell,
    /// For Graph Explorer and for documents.
    Path,
}

/// The service that records come from when a page does not say.
const ROOT: &str = "https://graph.microsoft.com/v1.0";

/// The request for a call's sessions. `None` when the call has no id.
pub fn sessions(call: &Call, loaded: &Loaded, form: Form) -> Option<String> {
    let id = call.id.as_deref()?;
    // A saved page tells its service by its context: `ROOT/$metadata#…`.
    let context = loaded.pages_of(call).find_map(|page| page.context.as_deref());
    let root = context.and_then(|context| context.split_once("/$metadata")).map_or(ROOT, |(root, _)| root);
    Some(written(root, id, form))
}

fn written(root: &str, id: &str, form: Form) -> String {
    // An id is foreign, and a shell is no place for anything but its letters.
    let id: String =
        id.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')).collect();
    let root: String =
        root.chars().filter(|letter| letter.is_ascii_graphic() && !matches!(letter, '\'' | '"')).collect();
    let path = format!("/communications/callRecords/{id}/sessions?$expand=segments");
    match form {
        Form::Path => format!("GET {path}"),
        Form::Curl => format!("curl -H \"Authorization: Bearer $CALLSCOPE_TOKEN\" '{root}{path}'"),
        Form::PowerShell => format!("Invoke-MgGraphRequest -Method GET -Uri '{root}{path}'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_written_for_each_tool_without_a_token_and_without_a_way_out_of_its_quotes() {
        let told = |form| written("https://graph.microsoft.us/v1.0'; rm", "e523'$(x)", form);
        let path = "/communications/callRecords/e523x/sessions?$expand=segments";
        assert_eq!(told(Form::Path), format!("GET {path}"));
        let curl = told(Form::Curl);
        assert!(curl.contains(&format!("'https://graph.microsoft.us/v1.0;rm{path}'")), "{curl}");
        assert!(curl.contains("Bearer $CALLSCOPE_TOKEN"), "{curl}");
        assert!(told(Form::PowerShell).starts_with("Invoke-MgGraphRequest -Method GET -Uri 'https://"));
    }
}
