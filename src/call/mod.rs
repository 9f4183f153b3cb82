//! What was loaded: calls with their rows, the pages they came in, and whether that is everything.
//!
//! | file | contents |
//! |---|---|
//! | `row`, `rows` | what is kept of every session, and how rows are sorted |
//! | `traffic` | the metrics of a session by kind of media and direction |
//! | `distribution` | how a metric is distributed over the sessions, and where a value stands |
//! | `strip` | all sessions in one strip, the worst of each cell |
//! | `filter` | which sessions to show |
//! | `healthy` | the session to compare another one with |
//! | `load_event` | what a source reports while it reads |
//! | `page`, `gaps` | pages of sessions, and signs that some are missing
//! | `loaded` | the calls in what was opened, growing as pages arrive |
//! | `completeness` | is this all of the call? |
//! | `problem` | what was skipped, repaired or odd |

pub mod completeness;
pub mod distribution;
pub mod filter;
pub mod gaps;
pub mod healthy;
pub mod listing;
pub mod load_event;
pub mod loaded;
pub mod page;
pub mod participant_names;
pub mod problem;
pub mod request;
pub mod row;
pub mod rows;
pub mod saving;
pub mod selection;
pub mod strip;
pub mod traffic;

pub use completeness::Completeness;
pub use filter::{Filter, NamedFilters, Needle, Part};
pub use gaps::{Gap, Proof};
pub use healthy::{Healthy, healthy};
pub use listing::Listing;
pub use load_event::{LoadEvent, LoadOutcome, ReceivedRecord, UserError, UserErrorKind, Wait, reason};
pub use loaded::{AssessmentInput, Call, Dataset};
pub use page::{Manifest, Page, RecordVersion, version_words};
pub use participant_names::{ParticipantNames, SessionNames};
pub use problem::{Foreign, Oddities, Origin, Problem, ProblemLevel, Problems};
pub use request::Request;
pub use row::{MediaSet, Order, PageId, Place, Row, SessionId, SessionRef, SortKey, Stretch, fingerprint_of};
pub use rows::Rows;
pub use saving::{CallExport, SavedPage, file_name, plain_name};
pub use selection::Selection;
pub use traffic::{Rough, Traffic, TrafficFigures};
