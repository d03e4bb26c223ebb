//! What follows from operators' decisions, and the sealer of the audit log.

pub mod seal_audit;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    id::JobId,
    live::media::MediaEnd,
    ops::jobs::{EndSuspendedShows, TellOfSuspension},
};
use service::ops::suspensions;

pub(super) const JOBS: &[Entry] = &[Entry::of::<EndSuspendedShows>(), Entry::of::<TellOfSuspension>()];

impl RunJob for EndSuspendedShows {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        for stream in suspensions::end_shows(&app.services, self.space).await? {
            // An encoder attends nothing, so no eject has ended it.
            for session in app.media_sessions.opened_with_key(stream.room) {
                app.media.end(session, MediaEnd::Ejected);
                app.media_sessions.close(session);
            }
        }
        Ok(())
    }
}

impl RunJob for TellOfSuspension {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(suspensions::spread(&app.services, &self).await?)
    }
}
