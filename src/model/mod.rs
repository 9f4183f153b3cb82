//! Call records as Microsoft Graph sends them, read leniently: no content can make a record unreadable.
//!
//! | file | content |
//! |---|---|
//! | `field` | one value: absent, null, empty, placeholder, unreadable or present |
//! | `time`, `spelling`, `words`, `values` | durations and times, in OData's and other spellings, enumerations, values with placeholders, open maps |
//! | `clock` | how moments are shown, in UTC or local time |
//! | `record` | how a record type is defined and walked |
//! | `shape` | what every member may hold, for walks over JSON |
//! | `types` | every record type with its members |
//! | `endpoint` | participant, service or neither; its display name |
//! | `medium` | audio, video, screen sharing or data |
//! | `path` | the place of a node in its session |
//! | `walk` | a session's streams with their context |
//! | `envelope` | everything around the sessions of a page |
//! | `session` | one session from JSON, valid or broken |

pub mod asked;
pub mod clock;
pub mod endpoint;
pub mod envelope;
pub mod field;
pub mod medium;
pub mod path;
pub mod record;
pub mod session;
pub mod shape;
mod spelling;
pub mod time;
pub mod types;
pub mod values;
pub mod walk;
pub mod words;

pub use asked::Asked;
pub use clock::{Clock, Zone};
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
