//! Text that is safe to show, and fits.
//!
//! | file | contents |
//! |---|---|
//! | `sanitize` | untrusted text made safe |
//! | `width` | text cut, padded and wrapped to a width |

mod sanitize;
mod width;

pub use sanitize::{is_plain, is_unsafe, sanitize, unicode_escape};
pub use width::{cut, fit, fit_right, is_unit, shortened, wrapped};
