//! What callscope says about a call, on screen and in reports.
//!
//! | file | contents |
//! |---|---|
//! | `clean` | makes untrusted text safe to show, and cuts text to a width |
//! | `wording` | words and sentences shared by screens and reports |
//! | `findings`, `summary` | the sentences of findings; the whole call in a few sentences |
//! | `feedback`, `complaints` | quotes what people said about the call; says how it was tested |
//! | `ticket`, `document` | the triage of a call as a document, for a terminal or as Markdown |
//! | `difference` | compares two versions of a call |
//! | `json` | the triage as JSON, with a stable schema |
//! | `glossary`, `explain` | the meaning of every member; explanations of values, verdicts and findings |
//! | `media_path` | the media path of one direction, device to device |
//! | `request` | the Graph request for a call, for other tools |

pub mod clean;
pub mod complaints;
pub mod difference;
pub mod document;
pub mod explain;
pub mod feedback;
pub mod findings;
pub mod glossary;
pub mod json;
pub mod media_path;
pub mod request;
pub mod sides;
pub mod summary;
pub mod ticket;
pub mod wording;
