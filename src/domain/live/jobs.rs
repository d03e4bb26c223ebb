//! Follow-up jobs about streams: the mail that reminds people of one before it begins.

use crate::{
    id::{AccountId, StreamId},
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// How long before a stream begins people are reminded of it.
pub const AHEAD: Span = Span::hours(1);

/// Enqueues a [`SendReminder`] for each person who asked to be reminded of a stream, if it still begins at `at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindAll {
    pub stream: StreamId,
    pub at: Millis,
}

impl RemindAll {
    /// Under this key it is enqueued once for each time that the stream is planned for.
    pub fn key(&self) -> String {
        format!("remind:{}:{}", self.stream, self.at.0)
    }

    pub fn due(&self) -> Millis {
        Millis(self.at.0 - AHEAD.0)
    }
}

impl Job for RemindAll {
    const NAME: &'static str = "remind_all";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.at)
    }
}

/// The mail to one person. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReminder {
    pub stream: StreamId,
    pub account: AccountId,
    pub at: Millis,
}

impl SendReminder {
    /// Under this key it is enqueued once, so the person gets one mail, with one message id.
    pub fn key(&self) -> String {
        format!("reminder:{}:{}:{}", self.stream, self.account, self.at.0)
    }
}

impl Job for SendReminder {
    const NAME: &'static str = "send_reminder";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.at)
    }
}
