//! callscope: a terminal explorer for the sessions of a Microsoft Teams call record.
//!
//! ```text
//!   file · folder · stdin ─┐                         ┌──────── keys, resize, signals
//!                          ├─► source ─ LoadEvent ► run┤
//!   Graph · demo server ───┘   (bounded channel)     └─► App::update ─► ui::draw(&App) ─► frame
//! ```
//!
//! The modules are layers; each may use those below it, and `tests/it/layers.rs` holds us to that.
//!
//! | layer | what it has |
//! |---|---|
//! | [`commands`], [`cli`], [`config`] | words in, exit code out |
//! | [`run`], [`terminal`], [`demo`] | the loop; borrowing the terminal; built-in calls and their server |
//! | [`stderr`] | the one door to standard error |
//! | [`ui`] | drawing |
//! | [`app`] | state, events, keys: no input or output, no clock |
//! | [`source`] | pages from HTTP, files, standard input |
//! | [`graph`] | a Graph service: whom to ask, as whom, and how |
//! | [`report`] | what is said of a call, on screen and off it |
//! | [`call`] | what was loaded: calls, pages, rows, completeness |
//! | [`triage`] | rule sets and verdicts, findings, whose side it is |
//! | [`settings`] | settings as people write them |
//! | [`metrics`] | every number we can read, as a table |
//! | [`model`] | Graph's records, leniently read |

pub mod app;
pub mod call;
pub mod cli;
pub mod clipboard;
pub mod commands;
pub mod config;
pub mod demo;
pub mod disk;
pub mod graph;
pub mod metrics;
pub mod model;
pub mod report;
pub mod run;
pub mod settings;
pub mod source;
pub mod stderr;
pub mod terminal;
pub mod triage;
pub mod ui;
