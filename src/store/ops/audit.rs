//! The lines of the audit log. Each is written in the transaction of the change that it describes, so neither exists
//! without the other.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::AccountId, time::Millis};
use std::collections::HashSet;
use uuid::Uuid;

statements! {
    WRITE = "INSERT INTO audit_pending (id, at, actor_id, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6)";
    LAST_PENDING = "SELECT id, at, actor_id, action, target, detail FROM audit_pending ORDER BY id DESC LIMIT $1";
    LAST_CHAINED = "SELECT a.seq, a.at, a.actor_id, a.action, a.target, a.detail, s.id
        FROM audit a LEFT JOIN audit_seals s ON s.seq = a.seq WHERE a.seq < $1 ORDER BY a.seq DESC LIMIT $2";
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// From 1, without gaps; `None` until the line is sealed.
    pub seq: Option<i64>,
    pub at: Millis,
    pub act: Act,
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
        // The pending ones are read first: a line that is sealed meanwhile is found twice, never missed.
        let pending = self.0.rows(LAST_PENDING, args![limit as i64]).await?;
        let chained = self.0.rows(LAST_CHAINED, args![i64::MAX, limit as i64]).await?;
        let sealed: HashSet<Option<String>> =
            chained.iter().map(|row| row.get("id")).collect::<Result<_, _>>()?;
        let mut lines = Vec::new();
        for row in &pending {
            if !sealed.contains(&Some(row.get("id")?)) {
                lines.push(AuditLine { seq: None, at: row.get("at")?, act: read_act(row)? });
            }
        }
        for row in &chained {
            lines.push(read_chained(row)?);
        }
        lines.truncate(limit);
        Ok(lines)
    }

    /// Sealed lines with a number below `seq`, newest first.
    pub async fn before(&self, seq: i64, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
        self.0.rows(LAST_CHAINED, args![seq, limit as i64]).await?.iter().map(read_chained).collect()
    }
}

fn read_chained(row: &Row) -> Result<AuditLine, StoreError> {
    Ok(AuditLine { seq: Some(row.get("seq")?), at: row.get("at")?, act: read_act(row)? })
}
