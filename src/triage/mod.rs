//! What a record's numbers mean: verdicts by named rule sets, findings, and whose side it is.
//!
//! | file | what it has |
//! |---|---|
//! | `rules` | the rule sets, each limit with its source |
//! | `verdict` | judging a stream and a session by a rule set |
//! | `findings` | everything else that can be said of a session, as a table |
//! | `scene`, `checks`, `examine` | what those rules look at, how, and going through a session with all of them |
//! | `factors` | what people can share, as a table |
//! | `facts`, `names` | what is kept of every session to judge the whole call by |
//! | `whole` | looking at the whole call: its people, what they share, whose side it is |

pub mod checks;
pub mod examine;
pub mod factors;
pub mod facts;
pub mod findings;
pub mod names;
pub mod rules;
pub mod scene;
pub mod verdict;
pub mod whole;

pub use examine::{Evidence, EvidenceValue, Finding, examine};
pub use facts::{Failure, Party, Person, Rating, SessionFacts, Standing};
pub use findings::{PointsTo, RULES, Rule, Severity};
pub use names::{Name, Names};
pub use rules::{RuleSet, RuleSets};
pub use scene::End;
pub use verdict::{Breach, Counts, Flow, Judgement, Reason, SessionVerdict, Verdict, judge_stream};
pub use whole::{Assessment, assess};
