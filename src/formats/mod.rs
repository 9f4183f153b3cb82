//! Reports in the formats they are written in.
//!
//! | file | contents |
//! |---|---|
//! | `document` | a document of headings, lists and tables, for a terminal or as Markdown |
//! | `ticket` | the triage of a call as a document |
//! | `difference` | what differs between two versions of a call, as a document |
//! | `json` | the triage as JSON, with a stable schema |

pub mod difference;
pub mod document;
pub mod json;
pub mod ticket;
