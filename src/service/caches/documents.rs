//! The numbers of current texts that many pages ask for: the terms every page of a signed-in person, the one on refunds every page
//! that sells.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

/// The current version of a text.
#[derive(Default)]
pub struct VersionCache(AtomicI64);

impl VersionCache {
    pub fn current(&self) -> i64 {
        self.0.load(SeqCst)
    }

    /// The current version, if this person has accepted only an older one or none.
    pub fn to_accept(&self, accepted: i64) -> Option<i64> {
        Some(self.current()).filter(|current| accepted < *current)
    }

    /// Versions only grow.
    pub fn learn(&self, version: i64) {
        self.0.fetch_max(version, SeqCst);
    }
}
