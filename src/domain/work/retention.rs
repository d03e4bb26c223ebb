//! Retention of rows that only follow-up questions need. Journals, purchases and the audit log are never deleted.

use crate::{
    time::Span,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// The retention of each kind of row, counted from when it was last needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Sign-in codes, and the counts of requests and tries.
    pub codes: Span,
    /// Sessions that were revoked or have expired.
    pub sessions: Span,
    /// Webhooks as received.
    pub inbox: Span,
    /// Finished jobs, and with them their deduplication keys.
    pub jobs: Span,
    /// Reports that were decided, and letters that were answered.
    pub reports: Span,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            codes: Span::days(1),
            sessions: Span::days(30),
            inbox: Span::days(90),
            jobs: Span::days(30),
            reports: Span::days(365),
        }
    }
}

/// Deletes rows older than their retention. Enqueued once a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prune {}

impl Job for Prune {
    const NAME: &'static str = "prune";
    const LANE: Lane = Lane::Upkeep;
}

/// Deletes the files of pictures that nothing shows any more. Enqueued once a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrunePictures {}

impl Job for PrunePictures {
    const NAME: &'static str = "prune_pictures";
    const LANE: Lane = Lane::Upkeep;
}
