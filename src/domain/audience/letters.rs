//! A message that a team writes to the holders of some of its passes. Each of them gets it once, by mail, unless they want none of
//! this space.

use crate::{
    id::{AccountId, HolderMessageId, PassId, SpaceId},
    text::{self, TextError},
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Messages of one space within a day.
pub const MOST_A_DAY: i64 = 3;
/// Messages that one account sends within a day, in all of its spaces: anybody may open as many spaces as they like.
pub const MOST_BY_ACCOUNT: i64 = 9;
pub const A_DAY: Span = Span::days(1);
pub const LONGEST_SUBJECT: usize = 120;
pub const LONGEST_BODY: usize = 5000;
/// Passes that one message may name.
pub const MOST_PASSES: usize = 100;
/// How long it is worth a mail.
const WORTH_FOR: Span = Span::days(2);

/// What is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHolderMessage {
    /// Chosen when it was previewed: sending it twice sends it once.
    pub id: HolderMessageId,
    pub space: SpaceId,
    pub passes: Vec<PassId>,
    pub subject: String,
    pub body: String,
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HolderMessage {
    pub id: HolderMessageId,
    pub space: SpaceId,
    pub by: AccountId,
    pub subject: String,
    pub body: String,
    /// To how many people it went.
    pub people: i64,
    pub created_at: Millis,
}

pub fn subject(typed: &str) -> Result<String, TextError> {
    text::line(typed, 1..=LONGEST_SUBJECT)
}

pub fn body(typed: &str) -> Result<String, TextError> {
    text::paragraphs(typed, 1..=LONGEST_BODY)
}

/// Enqueues a [`SendHolderMessage`] for each person whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpreadHolderMessage {
    pub message: HolderMessageId,
    pub sent_at: Millis,
}

impl Job for SpreadHolderMessage {
    const NAME: &'static str = "spread_holder_message";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.sent_at + WORTH_FOR)
    }
}

/// The mail to one person. Whether they get it is decided again when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendHolderMessage {
    pub message: HolderMessageId,
    pub account: AccountId,
    pub sent_at: Millis,
}

impl SendHolderMessage {
    /// Under this key it is enqueued once, so the person gets one mail, with one message id.
    pub fn key(&self) -> String {
        format!("holder_message:{}:{}", self.message, self.account)
    }
}

impl Job for SendHolderMessage {
    const NAME: &'static str = "send_holder_message";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.sent_at + WORTH_FOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_gets_one_mail_of_a_message() {
        let (message, account, sent_at) = (HolderMessageId::new(), AccountId::new(), Millis(7));
        let one = SendHolderMessage { message, account, sent_at };
        assert_eq!(one.key(), SendHolderMessage { sent_at: Millis(9), ..one.clone() }.key());
        assert_ne!(one.key(), SendHolderMessage { account: AccountId::new(), ..one.clone() }.key());
        assert_eq!(one.expires_at(), Some(Millis(7) + Span::days(2)));
    }

    #[test]
    fn words_are_needed_and_bounded() {
        assert_eq!(subject(" Friday\nnight "), Ok("Friday night".into()));
        assert_eq!(subject(" "), Err(TextError::Empty));
        assert!(subject(&"x".repeat(LONGEST_SUBJECT + 1)).is_err());
        assert_eq!(body("a\n\n\n\nb"), Ok("a\n\nb".into()));
        assert!(body("").is_err() && body(&"x".repeat(LONGEST_BODY + 1)).is_err());
    }
}
