//! What was loaded: calls with their rows, the pages they came in, and whether that is all.
//!
//! | file | what it has |
//! |---|---|
//! | `row`, `rows` | what is kept of every session, and how rows are sorted |
//! | `filter` | which sessions to show |
//! | `arrival` | what a source tells while it reads |
//! | `loaded` | the calls that a target turned out to hold, growing as pages arrive |
//! | `completeness` | is this all of the call? |
//! | `problem` | what was skipped, mended or odd |

pub mod arrival;
pub mod completeness;
pub mod filter;
pub mod known;
pub mod listing;
pub mod loaded;
pub mod problem;
pub mod row;
pub mod rows;
pub mod saving;

pub use arrival::{Arrival, Ending, ReceivedRecord, Trouble, TroubleKind, Wait};
pub use completeness::Completeness;
pub use filter::Filter;
pub use known::KnownNames;
pub use listing::Listing;
pub use loaded::{Call, Loaded, Page, ToAssess};
pub use problem::{Foreign, Oddities, Origin, Problem, Problems, Weight};
pub use row::{MediaSet, Order, PageId, Place, Row, SessionId, SortKey, Stretch};
pub use rows::Rows;
pub use saving::{SavedPage, ToSave};
