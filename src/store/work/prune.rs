//! Deletes rows older than their retention, in small batches, so that no writer waits long.

use crate::db::{
    connections::Db,
    sql::{Sql, args, statements},
};
use domain::{
    access::team::EXPIRED_KEPT, error::StoreError, people::recovery::TAKEN_BACK_WITHIN, time::Millis,
    work::retention::Retention,
};

/// Rows per transaction.
const ROWS: i64 = 500;

statements! {
    CODES = "DELETE FROM sign_in_codes WHERE id IN (SELECT id FROM sign_in_codes WHERE created_at < $1 LIMIT $2)";
    USES = "DELETE FROM sign_in_uses WHERE (subject, span, began) IN (
        SELECT subject, span, began FROM sign_in_uses WHERE began + span < $1 LIMIT $2)";
    SESSIONS = "DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE expires_at < $1 OR revoked_at < $1 LIMIT $2)";
    /// Of devices whose sessions are deleted.
    SEATS = "DELETE FROM device_seats WHERE (grant_id, session_id) IN (SELECT d.grant_id, d.session_id FROM device_seats d
        WHERE d.taken_at < $1 AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = d.session_id) LIMIT $2)";
    INBOX = "DELETE FROM webhook_inbox WHERE (provider, event_id) IN (
        SELECT provider, event_id FROM webhook_inbox WHERE received_at < $1 LIMIT $2)";
    REMINDERS = "DELETE FROM reminders WHERE (stream_id, account_id) IN (SELECT r.stream_id, r.account_id
        FROM reminders r JOIN streams s ON s.id = r.stream_id WHERE s.ended_at < $1 LIMIT $2)";
    RESTREAMS = "DELETE FROM restreams WHERE id IN (SELECT r.id FROM restreams r LEFT JOIN streams s ON s.id = r.stream_id
        WHERE s.id IS NULL OR s.ended_at < $1 LIMIT $2)";
    /// Kept as long as the jobs that sent them.
    MAILS = "DELETE FROM sent_mails WHERE id IN (SELECT id FROM sent_mails WHERE sent_at < $1 LIMIT $2)";
    INVITATIONS = "DELETE FROM invitations WHERE id IN (SELECT id FROM invitations WHERE expires_at < $1 LIMIT $2)";
    /// Neither brings an account back any more.
    ADDRESSES = "DELETE FROM former_addresses WHERE id IN (SELECT id FROM former_addresses WHERE changed_at <= $1 LIMIT $2)";
    RECOVERY = "DELETE FROM recovery_codes WHERE id IN (SELECT id FROM recovery_codes WHERE replaced_at <= $1 LIMIT $2)";
    /// What nobody has decided stays.
    REPORTS = "DELETE FROM reports WHERE id IN (SELECT id FROM reports WHERE decided_at < $1 LIMIT $2)";
    JOBS = "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE done_at < $1 LIMIT $2)";
}

/// The numbers of deleted rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Sign-in codes and their counters, recovery codes that were replaced, and former addresses.
    pub codes: u64,
    /// With the seats of their devices.
    pub sessions: u64,
    pub inbox: u64,
    pub jobs: u64,
    pub mails: u64,
    /// Of streams that are over.
    pub reminders: u64,
    /// Of streams that are over, or were deleted.
    pub restreams: u64,
    /// Into teams, that expired long ago.
    pub invitations: u64,
    /// Decided reports and answered letters.
    pub reports: u64,
    /// Changes that every process has read.
    pub changes: u64,
}

pub(crate) async fn prune(db: &Db, retention: &Retention, now: Millis) -> Result<Pruned, StoreError> {
    let before = |span: domain::time::Span| Millis(now.0.saturating_sub(span.0));
    Ok(Pruned {
        codes: delete(db, CODES, before(retention.codes)).await?
            + delete(db, USES, before(retention.codes)).await?
            + delete(db, RECOVERY, before(TAKEN_BACK_WITHIN)).await?
            + delete(db, ADDRESSES, before(TAKEN_BACK_WITHIN)).await?,
        sessions: delete(db, SESSIONS, before(retention.sessions)).await?
            + delete(db, SEATS, before(retention.sessions)).await?,
        inbox: delete(db, INBOX, before(retention.inbox)).await?,
        jobs: delete(db, JOBS, before(retention.jobs)).await?,
        mails: delete(db, MAILS, before(retention.jobs)).await?,
        reminders: delete(db, REMINDERS, before(retention.jobs)).await?,
        restreams: delete(db, RESTREAMS, before(retention.jobs)).await?,
        invitations: delete(db, INVITATIONS, before(EXPIRED_KEPT)).await?,
        reports: delete(db, REPORTS, before(retention.reports)).await?,
        changes: 0,
    })
}

async fn delete(db: &Db, sql: Sql, before: Millis) -> Result<u64, StoreError> {
    let mut deleted = 0;
    loop {
        let rows = db.run(sql, args![before, ROWS]).await?;
        deleted += rows;
        if rows < ROWS.unsigned_abs() {
            return Ok(deleted);
        }
    }
}
