//! The integration tests, as one program: linked once, not twelve times, with the shared parts compiled once.

mod support;

mod answer;
mod benchmark;
mod binary;
mod bundle;
mod calls;
mod cases;
mod command_line;
mod complaints;
mod export;
mod findings;
mod html;
mod jobs;
mod keeping;
mod layers;
mod live;
mod log;
mod pictures;
mod privacy;
mod properties;
mod readme;
mod request;
mod rows;
mod safety;
mod schema;
mod screens;
mod sites;
mod terminal;
mod tickets;
mod typing;
mod weather;
mod wording;
