//! The number of the current terms, which every page of a signed-in person asks for.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

#[derive(Default)]
pub struct TermsCache(AtomicI64);

impl TermsCache {
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
