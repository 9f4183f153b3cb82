//! The id of a call, and what people give instead of one.

use std::fmt;

/// The id of a call: a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId(u128);

impl CallId {
    /// Reads a GUID as people copy it: any capitals, with or without braces.
    pub fn parse(text: &str) -> Option<CallId> {
        let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
        let parts: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        let is_hex = parts.iter().all(|part| part.bytes().all(|digit| digit.is_ascii_hexdigit()));
        (is_hex && lengths == [8, 4, 4, 4, 12]).then(|| u128::from_str_radix(&parts.concat(), 16).ok().map(CallId))?
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hex = format!("{:032x}", self.0);
        write!(formatter, "{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_id_is_a_guid() {
        for id in ["e523d2ed-2966-4b6b-925b-754a88034cc5", "{E523D2ED-2966-4B6B-925B-754A88034CC5}"] {
            assert_eq!(
                CallId::parse(id).map(|id| id.to_string()).as_deref(),
                Some("e523d2ed-2966-4b6b-925b-754a88034cc5")
            );
        }
        for other in [
            "",
            "e523d2ed",
            "e523d2ed-2966-4b6b-925b-754a88034ccg",
            "e523d2ed29664b6b925b754a88034cc5",
            "call.json",
            "19:meeting_x@thread.v2",
        ] {
            assert_eq!(CallId::parse(other), None, "{other}");
        }
    }
}
