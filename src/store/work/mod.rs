//! The outbox.

pub(crate) mod backlog;
pub(crate) mod jobs;
pub(crate) mod prune;

pub use backlog::{Backlog, FailedJob, FailedJobs, LaneBacklog};
pub use jobs::{ClaimedJob, Fate, Jobs, MOST_ATTEMPTS, Outlook};
pub use prune::Pruned;

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [backlog::STATEMENTS, jobs::STATEMENTS, prune::STATEMENTS].concat()
}
