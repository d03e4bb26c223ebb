//! The sitemaps as they were read last. Search engines read all of them at once, and they may be a little old, except for what
//! is no longer public.

use super::ttl::TtlCache;
use domain::time::{Millis, Span};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How old they may be.
const LASTS: Span = Span::minutes(10);

/// By the number of the sitemap; 0 is the list of where they begin.
#[derive(Default)]
pub struct SitemapCache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    pages: TtlCache<usize, Arc<Vec<String>>>,
    /// Counts how often all was forgotten: what was read before is not kept.
    forgotten: u64,
}

impl SitemapCache {
    pub(crate) fn get(&self, page: usize, now: Millis) -> Option<Arc<Vec<String>>> {
        self.kept().pages.get(&page, now)
    }

    /// To be asked before a page is read, and passed to [`Self::store`].
    pub(crate) fn version(&self) -> u64 {
        self.kept().forgotten
    }

    pub(crate) fn store(&self, page: usize, lines: Arc<Vec<String>>, version: u64, now: Millis) {
        let mut kept = self.kept();
        if kept.forgotten == version {
            kept.pages.insert(page, lines, now, now + LASTS);
        }
    }

    pub(crate) fn forget_all(&self) {
        let mut kept = self.kept();
        *kept = Kept { pages: TtlCache::default(), forgotten: kept.forgotten + 1 };
    }

    pub(crate) fn sweep(&self, now: Millis) {
        self.kept().pages.sweep(now);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
