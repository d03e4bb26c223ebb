//! Who is reminded of a stream before it begins.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    live::streams,
    work::jobs::{BATCH, enqueue, enqueue_for_each},
};
use domain::{
    error::StoreError,
    id::{AccountId, StreamId},
    live::{
        calendar,
        jobs::{RemindAll, SendReminder},
    },
    time::{Millis, Span},
};

/// Reminders that one account may have at a time.
pub const MOST_REMINDERS: i64 = 200;
/// Whoever asks this shortly before everybody is reminded is reminded apart: the list may have been read already.
const MARGIN: Span = Span::minutes(1);
statements! {
    STREAM = concat!("SELECT ", streams::columns!(), streams::room_column!("streams."), " FROM streams WHERE id = $1");
    HAS = "SELECT COUNT(*) AS reminders FROM reminders WHERE stream_id = $1 AND account_id = $2";
    ADD = "INSERT INTO reminders (stream_id, account_id, created_at) SELECT s.id, $2, $3 FROM streams s WHERE s.id = $1
        AND $4 > (SELECT COUNT(*) FROM reminders r WHERE r.account_id = $2) ON CONFLICT DO NOTHING";
    REMOVE = "DELETE FROM reminders WHERE stream_id = $1 AND account_id = $2";
    REMOVE_ALL = "DELETE FROM reminders WHERE account_id = $1";
    OF_STREAM = "SELECT account_id FROM reminders WHERE stream_id = $1 AND account_id > $2 ORDER BY account_id LIMIT $3";
}

pub struct Reminders<'a>(pub(crate) &'a Db);

impl Reminders<'_> {
    /// Whether this person is reminded of the stream.
    pub async fn has(&self, stream: StreamId, account: AccountId) -> Result<bool, StoreError> {
        let row = self.0.row(HAS, args![stream, account]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("reminders")? > 0)
    }

    /// Enqueues the mails to everybody who is reminded of the stream. A second time it enqueues those that are missing.
    pub async fn spread(&self, job: &RemindAll, now: Millis) -> Result<(), StoreError> {
        let page = |last: &str| (OF_STREAM, args![job.stream, last, BATCH]);
        enqueue_for_each(self.0, page, |account| job.mail_to(account), SendReminder::key, now).await
    }
}

impl Tx<'_> {
    /// Reminds a person of a stream. Returns false if that was so before. `Conflict("over")` if it has no date or has begun,
    /// `Conflict("reminders")` if the person has too many.
    pub async fn remind(
        &mut self,
        stream: StreamId,
        account: AccountId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let row = self.row(STREAM, args![stream]).await?.ok_or(StoreError::NotFound)?;
        let row = streams::read(&row)?;
        let Some(at) = row.scheduled_at.filter(|_| calendar::is_coming(&row, now)) else {
            return Err(StoreError::Conflict("over"));
        };
        if self.run(ADD, args![stream, account, now, MOST_REMINDERS]).await? == 0 {
            let has = self.row(HAS, args![stream, account]).await?.ok_or(StoreError::NotFound)?;
            let has = has.get::<i64>("reminders")? > 0;
            return if has { Ok(false) } else { Err(StoreError::Conflict("reminders")) };
        }
        for all in RemindAll::each(stream, at) {
            if now + MARGIN < all.due() {
                enqueue(self, &all, Some(&all.key()), all.due()).await?;
            } else if all.is_last() {
                let mail = all.mail_to(account);
                enqueue(self, &mail, Some(&mail.key()), now.max(all.due())).await?;
            }
        }
        Ok(true)
    }

    /// Returns false if there was none.
    pub async fn forget_reminder(
        &mut self,
        stream: StreamId,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        Ok(self.run(REMOVE, args![stream, account]).await? == 1)
    }

    /// Returns how many there were.
    pub async fn forget_reminders(&mut self, account: AccountId) -> Result<u64, StoreError> {
        self.run(REMOVE_ALL, args![account]).await
    }
}
