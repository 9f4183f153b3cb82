//! callscope: a terminal explorer for the sessions of a Microsoft Teams call record.
//!
//! ```text
//!   file · folder · stdin ─┐                         ┌──────── keys, resize, signals
//!                          ├─► source ─ LoadEvent ► run┤
//!   Graph · demo server ───┘   (bounded channel)     └─► App::update ─► ui::draw(&App) ─► frame
//! ```
//!
//! The modules are layers: each may use only those below it, which `tests/it/layers.rs` enforces.
//!
//! | layer | contents |
//! |---|---|
//! | [`commands`], [`cli`], [`config`] | command line and configuration in, exit code out |
//! | [`run`], [`terminal`], [`demo`] | the event loop; terminal setup and restore; demo calls and their server |
//! | [`log`] | what the program did and when, in a file |
//! | [`stderr`], [`disk`] | the only access to standard error, and to the program's own files |
//! | [`programs`], [`clipboard`] | starting other programs without secrets; copying text |
//! | [`ui`] | drawing |
//! | [`app`] | state, events, keys; no I/O, no clock |
//! | [`source`] | pages from HTTP, files and standard input |
//! | [`graph`] | a Graph service: endpoint, credentials and requests |
//! | [`formats`] | reports as documents in several markups, HTML and JSON; rows as CSV, lines of JSON and Parquet |
//! | [`timeline`] | a call over time, for the screen and for reports |
//! | [`wording`] | what is said about a call, on screen and in reports |
//! | [`call`] | loaded data: calls, pages, rows, completeness |
//! | [`triage`] | rule sets and verdicts, findings, attribution |
//! | [`privacy`] | removes what names people, networks and devices |
//! | [`sites`] | what the user's files say about networks |
//! | [`settings`] | settings as users write them |
//! | [`metrics`] | the table of all known metrics |
//! | [`model`] | Graph's records, read leniently |
//! | [`text`] | text made safe and cut to a width |

pub mod app;
pub mod call;
pub mod cli;
pub mod clipboard;
pub mod commands;
pub mod config;
pub mod demo;
pub mod disk;
pub mod formats;
pub mod graph;
pub mod log;
pub mod metrics;
pub mod model;
pub mod privacy;
pub mod programs;
pub mod run;
pub mod settings;
pub mod sites;
pub mod source;
pub mod stderr;
pub mod terminal;
pub mod text;
pub mod timeline;
pub mod triage;
pub mod ui;
pub mod wording;
