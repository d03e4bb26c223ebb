//! Which mails were sent to an account, for its export.

use crate::db::{
    connections::Db,
    sql::{args, statements},
};
use domain::{error::StoreError, id::JobId, mail::Mail, people::export::kept_subject, time::Millis};

statements! {
    /// Mail to an address without an account is not kept.
    KEEP = "INSERT INTO sent_mails (id, account_id, email, subject, sent_at)
        SELECT $1, a.id, a.email, $3, $4 FROM accounts a WHERE a.email = $2 ON CONFLICT DO NOTHING";
}

pub struct SentMails<'a>(pub(crate) &'a Db);

impl SentMails<'_> {
    /// Keeps that a mail was sent, if it went to an account.
    pub async fn keep(&self, id: JobId, mail: &Mail, now: Millis) -> Result<(), StoreError> {
        self.0.run(KEEP, args![id, &mail.to, kept_subject(&mail.subject), now]).await.map(drop)
    }
}
