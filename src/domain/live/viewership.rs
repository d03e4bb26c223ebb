//! Who watched a stream, and for how long.

use crate::{
    id::AccountId,
    time::{Millis, Span},
};

/// One person's stay before a stream on air. While it lasts it is stored again with a later end; the person and its begin name it,
/// so storing it twice is storing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewing {
    pub account: AccountId,
    pub since: Millis,
    pub until: Millis,
}

/// The viewings of a stream, added up as far as they are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewership {
    /// People, each counted once however often they came.
    pub people: u64,
    /// The most at once.
    pub peak: u64,
    /// What all of them watched together.
    pub watched: Span,
}
