//! The lines of the audit log. Each is written in the transaction of the change that it describes, so neither exists
//! without the other.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::AccountId, time::Millis};
use uuid::Uuid;

statements! {
    WRITE = "INSERT INTO audit_pending (id, at, actor_id, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6)";
    /// Lines that wait for the sealer come before the chained ones.
    LAST = "SELECT l.seq, l.at, l.actor_id, l.action, l.target, l.detail, a.name AS actor_name FROM (
            SELECT p.seq, p.id, p.at, p.actor_id, p.action, p.target, p.detail FROM (
                SELECT CAST(NULL AS BIGINT) AS seq, id, at, actor_id, action, target, detail FROM audit_pending
                ORDER BY id DESC LIMIT $1) p
            UNION ALL SELECT c.seq, c.id, c.at, c.actor_id, c.action, c.target, c.detail FROM (
                SELECT seq, '' AS id, at, actor_id, action, target, detail FROM audit ORDER BY seq DESC LIMIT $1) c) l
        LEFT JOIN accounts a ON a.id = l.actor_id
        ORDER BY CASE WHEN l.seq IS NULL THEN 0 ELSE 1 END, l.id DESC, l.seq DESC LIMIT $1";
    /// What was done to something or by somebody: waiting lines first.
    ABOUT = "SELECT l.seq, l.at, l.actor_id, l.action, l.target, l.detail, a.name AS actor_name FROM (
            SELECT CAST(NULL AS BIGINT) AS seq, p.id, p.at, p.actor_id, p.action, p.target, p.detail FROM audit_pending p
                WHERE (p.target = $1 OR p.actor_id = $1) AND CAST($2 AS BIGINT) = 9223372036854775807
            UNION ALL SELECT c.seq, '' AS id, c.at, c.actor_id, c.action, c.target, c.detail FROM audit c
                WHERE c.seq < $2 AND (c.target = $1 OR c.actor_id = $1)) l
        LEFT JOIN accounts a ON a.id = l.actor_id
        ORDER BY CASE WHEN l.seq IS NULL THEN 0 ELSE 1 END, l.id DESC, l.seq DESC LIMIT $3";
    BEFORE = "SELECT l.seq, l.at, l.actor_id, l.action, l.target, l.detail, a.name AS actor_name
        FROM audit l LEFT JOIN accounts a ON a.id = l.actor_id WHERE l.seq < $1 ORDER BY l.seq DESC LIMIT $2";
}

/// Who did what to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// `None` for the command line or the service itself.
    pub actor: Option<AccountId>,
    /// Noun and verb, like `actor.restart`.
    pub action: String,
    pub target: String,
    pub detail: String,
}

/// What a use case did, by the things that it did it to; there is at least one.
#[derive(Clone, Debug)]
pub struct Acts(pub(super) Vec<Act>);

impl From<Act> for Acts {
    fn from(act: Act) -> Self {
        Self(vec![act])
    }
}

impl<const N: usize> From<[Act; N]> for Acts {
    fn from(acts: [Act; N]) -> Self {
        const { assert!(N > 0, "nothing was done") };
        Self(acts.into())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// From 1, without gaps; `None` until the line is sealed.
    pub seq: Option<i64>,
    pub at: Millis,
    pub act: Act,
    /// Of the actor, where there is one.
    pub actor_name: Option<String>,
}

pub struct Audit<'a>(pub(crate) &'a Db);

/// Writes a line in the caller's transaction.
pub(crate) async fn write(tx: &mut Tx<'_>, act: &Act, now: Millis) -> Result<(), StoreError> {
    let Act { actor, action, target, detail } = act;
    let id = Uuid::now_v7().simple().to_string();
    tx.run(WRITE, args![id, now, *actor, action, target, detail]).await?;
    tx.wakes_sealer = true;
    Ok(())
}

pub(super) fn read_act(row: &Row) -> Result<Act, StoreError> {
    Ok(Act {
        actor: row.get("actor_id")?,
        action: row.get("action")?,
        target: row.get("target")?,
        detail: row.get("detail")?,
    })
}

impl Audit<'_> {
    /// Writes a line about something that has no transaction of its own.
    pub async fn append(&self, act: &Act, now: Millis) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        write(&mut tx, act, now).await?;
        tx.commit().await
    }

    /// Newest first: lines that are not sealed yet, then sealed ones.
    pub async fn last(&self, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
        // One statement sees each line in exactly one of the two tables, also while it is sealed.
        self.0.rows(LAST, args![limit as i64]).await?.iter().map(read_line).collect()
    }

    /// What was done to this target, or by this person, with numbers below `seq`; newest first.
    pub async fn about(
        &self,
        id: &str,
        seq: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let rows = self.0.rows(ABOUT, args![id, seq.unwrap_or(i64::MAX), limit as i64]).await?;
        rows.iter().map(read_line).collect()
    }

    /// Sealed lines with a number below `seq`, newest first.
    pub async fn before(&self, seq: i64, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
        self.0.rows(BEFORE, args![seq, limit as i64]).await?.iter().map(read_line).collect()
    }
}

fn read_line(row: &Row) -> Result<AuditLine, StoreError> {
    Ok(AuditLine {
        seq: row.get("seq")?,
        at: row.get("at")?,
        act: read_act(row)?,
        actor_name: row.get("actor_name")?,
    })
}
