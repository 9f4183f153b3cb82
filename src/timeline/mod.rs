//! A call over time, for the screen and for reports: a lane for each person with their sessions, and what surrounds it.
//!
//! | file | contents |
//! |---|---|
//! | `scale` | time as columns, and the marks of the axis |
//! | `lanes` | the people and their sessions |
//! | `groups` | what lanes can be grouped by |
//! | `overview` | people present, joins and failures over time |

pub mod groups;
pub mod lanes;
pub mod overview;
pub mod scale;
