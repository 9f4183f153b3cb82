//! A Graph service: whom to ask, as whom, and how to ask until an answer comes or there is no hope.
//!
//! | file | what it has |
//! |---|---|
//! | `service`, `call_id` | the service and its addresses; a call's id |
//! | `sign_in`, `token`, `claims`, `challenge` | as whom to ask, what a token says of itself, and what it should say |
//! | `client` | one request, asked until it is answered: waits, retries, renewed tokens |
//! | `http` | the one place that makes requests: proxies, certificates, answers without end |
//! | `secrets` | what answers may not repeat |
//! | `patience`, `budget` | how long to wait for what, and how often to ask |
//! | `failure` | what can go wrong, in sentences |
//! | `links` | where the next page is |

pub mod budget;
pub mod call_id;
pub mod challenge;
pub mod claims;
pub mod client;
pub mod failure;
pub mod http;
pub mod links;
pub mod patience;
pub mod secrets;
pub mod service;
pub mod sign_in;
pub mod token;

pub use budget::{Limits, Share, Window};
pub use call_id::CallId;
pub use client::{Answer, Client, Hushed, Listener};
pub use failure::{Asked, Failed};
pub use links::{Links, Next};
pub use patience::Patience;
pub use secrets::Secrets;
pub use service::{Api, BadRoot, Cloud, Service};
pub use sign_in::{SignIn, Way, Wish};
pub use token::Token;
