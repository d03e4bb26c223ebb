//! What a buyer agrees to by paying.

use crate::{text::language::Language, time::Millis};

/// What the page with a button that pays has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownTill {
    pub language: Language,
    /// The version of the text on refunds that it leads to; `None` if the request does not say it.
    pub refunds: Option<i64>,
}

impl ShownTill {
    /// A page that says nothing of a version.
    pub const fn of(language: Language) -> Self {
        Self { language, refunds: None }
    }
}

/// Whoever begins to pay asks for the pass at once, and has been told that a right to withdraw can end with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillConsent {
    /// The version of the text on refunds and withdrawal that the page led to.
    pub version: i64,
    /// The language of the page with the button; `None` if that was not kept yet.
    pub shown: Option<Language>,
    pub at: Millis,
}
