//! Interprets a record's metrics: verdicts by named rule sets, findings, and whose side a problem is on.
//!
//! | file | contents |
//! |---|---|
//! | `rules` | the rule sets, each limit with its source |
//! | `verdict` | judges a stream and a session by a rule set |
//! | `findings` | all other findings about a session, as a table |
//! | `scene`, `checks`, `sound`, `examine` | what those rules check, how, and running all of them on a session |
//! | `factors` | factors people can share, as a table |
//! | `facts`, `interner` | what is kept of every session to assess the whole call |
//! | `feedback`, `complaints`, `signs` | what people said about the call; what could explain it, tested against the whole call |
//! | `legs` | segments whose parties are not the session's |
//! | `priors` | what is assumed about causes before looking at a call, with reasons |
//! | `thresholds` | every number that the assessment of the whole call decides by, with its reason |
//! | `call_analysis` | assesses the whole call: its people, what they share, whose side problems are on |

pub mod call_analysis;
pub mod checks;
pub mod complaints;
pub mod examine;
pub mod factors;
pub mod facts;
pub mod feedback;
pub mod findings;
pub mod interner;
pub mod legs;
pub mod priors;
pub mod rules;
pub mod scene;
pub mod signs;
pub mod sound;
pub mod thresholds;
pub mod verdict;

pub use call_analysis::{Assessment, assess};
pub use examine::{Evidence, EvidenceValue, Finding, examine};
pub use facts::{EndpointSummary, Failure, Person, Rating, SessionStatus, SessionSummary};
pub use feedback::Said;
pub use findings::{PointsTo, RULES, Rule, Severity};
pub use interner::{Interner, Name};
pub use rules::{RuleSet, RuleSets};
pub use scene::End;
pub use verdict::{Breach, Classification, Counts, Flow, Reason, SessionVerdict, Verdict, judge_stream};
