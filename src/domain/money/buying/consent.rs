//! What a buyer agrees to by paying.

use crate::time::Millis;

/// Whoever begins to pay asks for the pass at once, and has been told that a right to withdraw can end with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillConsent {
    /// The version of the text on refunds and withdrawal at that moment.
    pub version: i64,
    pub at: Millis,
}
