//! Removes names, networks and devices from a call, so that it can be shared with others and is still
//! judged the same.
//!
//! | file | contents |
//! |---|---|
//! | `level` | how much is removed |
//! | `table` | every member that may hold something sensitive, and what becomes of it at each level |
//! | `pseudonyms` | replacements for values, the same for equal values |
//! | `redactor` | one piece of JSON, member by member |
//! | `lexer` | strings, numbers and words of JSON that may be broken |
//! | `guard` | the second check: searches what is about to leave for everything that was removed |
//! | `checked` | the same for JSON while it is written |
//! | `vocabulary` | words of the schema and of our own sentences, which are no secret |

mod checked;
mod guard;
mod level;
mod lexer;
mod pseudonyms;
mod redactor;
mod table;
mod vocabulary;

pub use checked::{CheckedJson, Leaked};
pub use guard::{Guard, Leak};
pub use level::Level;
pub use pseudonyms::letters;
pub use redactor::Redactor;
pub use table::Kind;
