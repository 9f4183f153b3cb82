//! What is said of a call, on screen and off it.
//!
//! | file | what it has |
//! |---|---|
//! | `clean` | foreign text made safe to show, and text cut to a width |
//! | `sentences` | words and sentences that screen and reports share |
//! | `text` | a call as plain text |

pub mod clean;
pub mod sentences;
pub mod text;
