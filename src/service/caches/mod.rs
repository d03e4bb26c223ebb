//! What was read lately and is read again by crowds. Only [`crate::Services::changed`] forgets anything here.

pub mod access;
pub mod sessions;
mod ttl;

use access::AccessCache;
use domain::time::Millis;
use sessions::SessionCache;

#[derive(Default)]
pub struct Caches {
    pub sessions: SessionCache,
    pub access: AccessCache,
}

impl Caches {
    /// Removes expired entries.
    pub fn sweep(&self, now: Millis) {
        self.sessions.sweep(now);
        self.access.sweep(now);
    }
}
