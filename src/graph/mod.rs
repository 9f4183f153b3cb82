//! A Graph service: which one to contact, how to sign in, and how to retry until it responds or there is no hope.
//!
//! | file | contents |
//! |---|---|
//! | `service`, `call_id` | the service and its addresses; call IDs |
//! | `sign_in`, `token`, `claims`, `challenge` | sign-in methods, what a token contains, and claims challenges |
//! | `client` | one request until it is answered: waits, retries, token renewal |
//! | `http` | the only module that makes requests: proxies, certificates, size limits |
//! | `secrets` | masks secrets in responses |
//! | `retry`, `rate_limit` | timeouts, and how often to request |
//! | `failure` | what can go wrong, in sentences |
//! | `links` | finds the next page |

pub mod call_id;
pub mod challenge;
pub mod claims;
pub mod client;
pub mod failure;
pub mod http;
pub mod links;
pub mod rate_limit;
pub mod retry;
pub mod secrets;
pub mod service;
pub mod sign_in;
pub mod token;

pub use call_id::CallId;
pub use client::{Answer, Cancelled, Client, HeadStart, ProgressListener};
pub use failure::{Asked, Failed};
pub use links::{Links, Next};
pub use rate_limit::{Limits, Share, Window};
pub use retry::RetryPolicy;
pub use secrets::Secrets;
pub use service::{Api, Cloud, Service, ServiceUrlError};
pub use sign_in::{CredentialOptions, TokenProvider, Way};
pub use token::Token;
