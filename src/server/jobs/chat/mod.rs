//! Follow-up jobs of chat rooms.

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{access::jobs::EnforceBan, id::JobId};

pub const JOBS: &[Entry] = &[Entry::of::<EnforceBan>()];

/// Repeats the eject that follows a ban's commit, in case the process died in between.
impl RunJob for EnforceBan {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        service::chat::enforce_ban(&app.services, &self.ban);
        Ok(())
    }
}
