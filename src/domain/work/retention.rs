//! How long rows are kept that only follow-up questions need. Journals, purchases and the audit log are never deleted.

use crate::{
    time::Span,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// How long each kind of row is kept after it was needed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Sign-in codes, and counts of how often they were asked for and tried.
    pub codes: Span,
    /// Sessions that were signed out or have expired.
    pub sessions: Span,
    /// Webhooks as they came.
    pub inbox: Span,
    /// Finished jobs, and with them the memory of their keys.
    pub jobs: Span,
}

impl Default for Retention {
    fn default() -> Self {
        Self { codes: Span::days(1), sessions: Span::days(30), inbox: Span::days(90), jobs: Span::days(30) }
    }
}

/// Deletes what is older than the retention. Enqueued once a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prune {}

impl Job for Prune {
    const NAME: &'static str = "prune";
    const LANE: Lane = Lane::Upkeep;
}
