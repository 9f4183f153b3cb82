//! What a record's numbers mean: verdicts by named rule sets, each with its reasons.
//!
//! | file | what it has |
//! |---|---|
//! | `rules` | the rule sets as data, each limit with its source |
//! | `verdict` | judging a stream, a session and a call by a rule set |

pub mod rules;
pub mod verdict;

pub use rules::{CQD, RuleSet};
pub use verdict::{Counts, Judgement, Reason, SessionVerdict, Verdict, judge_session, judge_stream};
