//! The ports of restreams: their rows, and what sends.

use super::{Restream, RestreamAddress, RestreamAddressError, RestreamFailure};
use crate::{clock::BoxFuture, error::StoreError, id::*};

/// Restreams as rows: which destinations are switched on.
pub trait RestreamStore: Send + Sync {
    /// `NotFound` once it was switched off.
    fn load(&self, id: RestreamId) -> BoxFuture<'_, Result<Restream, StoreError>>;
    /// Those of streams that are on air.
    fn wanted(&self) -> BoxFuture<'_, Result<Vec<RestreamId>, StoreError>>;
}

/// Called once a second while something is sent, with its bits per second.
pub type Progress = Box<dyn Fn(u64) + Send + Sync>;

/// Sends shows to other platforms.
pub trait Restreamer: Send + Sync {
    /// Whether the service would send there.
    ///
    /// # Errors
    /// `Private` of an address, `Unknown` of a name.
    fn check<'a>(&'a self, address: &'a RestreamAddress) -> BoxFuture<'a, Result<(), RestreamAddressError>>;
    /// Sends what is published in its room to its destination, until that fails. Dropping the future ends it at once.
    fn send(&self, restream: Restream, progress: Progress) -> BoxFuture<'_, RestreamFailure>;
}
