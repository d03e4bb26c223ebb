//! The port to mail: a message to one person, and who sends it.

use crate::{clock::BoxFuture, id::*};

/// A message to one person, in both forms.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
}

#[derive(Clone, Debug, thiserror::Error)]
#[error("the mail was not taken: {0}")]
pub struct MailError(pub String);

pub trait Mailer: Send + Sync {
    /// `key` is the job's id: the message id is made of it, so that a repeated send is one message to its reader.
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>>;
}
