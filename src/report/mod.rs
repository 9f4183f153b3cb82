//! What is said of a call, on screen and off it.
//!
//! | file | what it has |
//! |---|---|
//! | `clean` | foreign text made safe to show, and text cut to a width |
//! | `sentences` | words and sentences that screen and reports share |
//! | `findings`, `story` | what findings say; the whole call in a few sentences |
//! | `ticket`, `document` | the triage of a call as a document, for a terminal or as Markdown |
//! | `difference` | two versions of a call |
//! | `json` | the same as JSON, a contract |
//! | `meanings`, `explain` | what every member means; values, verdicts and findings explained |
//! | `way` | one direction from device to device |
//! | `request` | what was asked of Graph, for other tools |

pub mod clean;
pub mod difference;
pub mod document;
pub mod explain;
pub mod findings;
pub mod json;
pub mod meanings;
pub mod request;
pub mod sentences;
pub mod story;
pub mod ticket;
pub mod way;
