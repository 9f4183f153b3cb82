//! What was loaded: calls with their rows, the pages they came in, and whether that is everything.
//!
//! | file | contents |
//! |---|---|
//! | `row`, `rows` | what is kept of every session, and how rows are sorted |
//! | `filter` | which sessions to show |
//! | `arrival` | what a source reports while it reads |
//! | `page`, `gaps` | pages of sessions, and signs that some are missing
//! | `loaded` | the calls in what was opened, growing as pages arrive |
//! | `completeness` | is this all of the call? |
//! | `problem` | what was skipped, repaired or odd |

pub mod arrival;
pub mod completeness;
pub mod filter;
pub mod gaps;
pub mod known;
pub mod listing;
pub mod loaded;
pub mod page;
pub mod problem;
pub mod request;
pub mod row;
pub mod rows;
pub mod saving;

pub use arrival::{LoadEvent, LoadOutcome, ReceivedRecord, UserError, UserErrorKind, Wait, reason};
pub use completeness::Completeness;
pub use filter::Filter;
pub use gaps::{Gap, Proof};
pub use known::{ParticipantNames, SessionNames};
pub use listing::Listing;
pub use loaded::{AssessmentInput, Call, Dataset};
pub use page::{Manifest, Page, RecordVersion};
pub use problem::{Foreign, Oddities, Origin, Problem, ProblemLevel, Problems};
pub use request::Request;
pub use row::{MediaSet, Order, PageId, Place, Row, SessionId, SessionRef, SortKey, Stretch, fingerprint_of};
pub use rows::Rows;
pub use saving::{CallExport, SavedPage};
