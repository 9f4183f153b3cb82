//! Test support: synthetic sessions, a screen to inspect while the event loop runs, a database of providers, and a pseudo-terminal.

#![allow(dead_code, reason = "every test uses another part of it")]

pub mod drive;
pub mod fixtures;
pub mod html;
pub mod mmdb;
#[cfg(unix)]
pub mod picture;
#[cfg(unix)]
pub mod pty;
