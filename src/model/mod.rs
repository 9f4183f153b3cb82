//! Call records as Microsoft Graph sends them, read leniently: nothing a record holds can make it unreadable.
//!
//! | file | what it has |
//! |---|---|
//! | `field` | one value: absent, null, empty, placeholder, unreadable or there |
//! | `time`, `spelling`, `words`, `values` | durations and moments, in their own and in others' spelling, enumerations, values with placeholders and open maps |
//! | `record` | how a record type is written down and walked |
//! | `types` | every record type with its members |
//! | `endpoint` | participant, service or neither; what to call it |
//! | `medium` | audio, video, screen sharing or data |
//! | `path` | where a node stands in its session |
//! | `walk` | a session's streams with what surrounds them |
//! | `envelope` | what surrounds the sessions of a page |
//! | `session` | one session out of JSON, broken or not |

pub mod asked;
pub mod endpoint;
pub mod envelope;
pub mod field;
pub mod medium;
pub mod path;
pub mod record;
pub mod session;
mod spelling;
pub mod time;
pub mod types;
pub mod values;
pub mod walk;
pub mod words;

pub use asked::Asked;
pub use endpoint::{EndpointKind, NameBasis, Who};
pub use envelope::{Envelope, ErrorBody, NextLink, call_id_in};
pub use field::{Field, Text};
pub use medium::MediumKind;
pub use path::{Node, NodePath, UnusableNode};
pub use record::{Record, Shown};
pub use time::{Span, Timestamp};
pub use types::*;
pub use values::{FeedbackTokens, IdentitySet, LinkSpeed, MacAddress};
pub use walk::StreamPlace;
pub use words::*;
