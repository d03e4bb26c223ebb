//! Who watched a stream, and for how long.

use crate::{
    id::AccountId,
    time::{Millis, Span},
};

/// One person's stay at a stream on air. While it lasts it is stored repeatedly with a later end. Person and start are
/// its key, so storing it twice is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewing {
    pub account: AccountId,
    pub since: Millis,
    pub until: Millis,
}

/// The totals of a stream's stored viewings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewership {
    /// People, each counted once however often they came.
    pub people: u64,
    /// The most people at once.
    pub peak: u64,
    /// The total time watched by everybody.
    pub watched: Span,
}
