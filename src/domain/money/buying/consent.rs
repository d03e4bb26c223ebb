//! What a buyer agrees to by paying.

use crate::{text::language::Language, time::Millis};

/// Whoever begins to pay asks for the pass at once, and has been told that a right to withdraw can end with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillConsent {
    /// The version of the text on refunds and withdrawal at that moment.
    pub version: i64,
    /// The language of the page with the button; `None` if that was not kept yet.
    pub shown: Option<Language>,
    pub at: Millis,
}
