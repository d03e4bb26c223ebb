//! The port to mail: a message to one person, the sender, and the jobs that send.

use crate::{
    clock::BoxFuture,
    id::*,
    time::Millis,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// A message to one person, as text and optionally as HTML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// The address to which a POST stops such mail (RFC 8058). Mail that a person has to get has none.
    #[serde(default)]
    pub unsubscribe: Option<String>,
}

/// Mail that a person may switch off. The codes are stored and stand in links, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// Shows that a followed space has planned.
    Planned,
    /// A day and an hour before a show, if one asked for it.
    Reminders,
    /// A show has gone live.
    Live,
    /// A show was moved or cancelled. Whoever has paid for it is told in any case.
    Changes,
    /// A space has published posts.
    Posts,
}

impl MailKind {
    /// In the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Planned, Self::Reminders, Self::Live, Self::Changes, Self::Posts];

    /// Without a hyphen, which separates the parts of a link.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Reminders => "reminders",
            Self::Live => "live",
            Self::Changes => "changes",
            Self::Posts => "posts",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Debug, thiserror::Error)]
pub enum MailError {
    /// Worth a retry: a time-out, or a server that is unreachable or busy.
    #[error("the mail was not taken: {0}")]
    Away(String),
    /// Permanent: the server would refuse this message again, or it cannot be composed.
    #[error("the mail was refused for good: {0}")]
    Refused(String),
}

pub trait Mailer: Send + Sync {
    /// Resolves within 20 seconds. `key` is the job's id. The message id is derived from it, so that a repeated send is
    /// one message to its reader.
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}

/// A message without an expiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    pub mail: Mail,
}

impl Job for SendMail {
    const NAME: &'static str = "send_mail";
    const LANE: Lane = Lane::Notices;
}

/// A message with a sign-in code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendCode {
    pub mail: Mail,
    /// When the code expires.
    pub expires_at: Millis,
}

impl Job for SendCode {
    const NAME: &'static str = "send_code";
    const LANE: Lane = Lane::Codes;

    fn expires_at(&self) -> Option<Millis> {
        Some(self.expires_at)
    }
}
