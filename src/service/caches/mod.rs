//! Caches of recent reads that crowds repeat. Only [`crate::Services::changed`] removes live entries.

pub mod access;
pub mod documents;
pub mod programme;
pub mod sessions;
pub mod sitemap;
mod ttl;

use access::AccessCache;
use documents::VersionCache;
use domain::time::Millis;
use programme::ProgrammeCache;
use sessions::SessionCache;
use sitemap::SitemapCache;

#[derive(Default)]
pub struct Caches {
    pub sessions: SessionCache,
    pub access: AccessCache,
    pub terms: VersionCache,
    pub refunds: VersionCache,
    pub sitemap: SitemapCache,
    pub programme: ProgrammeCache,
}

impl Caches {
    /// Removes all entries that a change could make untrue.
    pub(crate) fn forget_all(&self) {
        self.sessions.forget_all();
        self.access.forget_all();
        self.forget_public();
    }

    /// Removes what everybody finds, because some of it is no longer public.
    pub(crate) fn forget_public(&self) {
        self.sitemap.forget_all();
        self.programme.forget_all();
    }

    /// Removes expired entries.
    pub fn sweep(&self, now: Millis) {
        self.sessions.sweep(now);
        self.access.sweep(now);
        self.sitemap.sweep(now);
    }
}
