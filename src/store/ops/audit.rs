//! The audit log: append-only, each line's hash covering the one before it, so that a change or a hole in it shows.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::AccountId, time::Millis};
use sha2::{Digest as _, Sha256};

statements! {
    LAST = "SELECT * FROM audit ORDER BY seq DESC LIMIT $1";
    AFTER = "SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT 1000";
    APPEND = "INSERT INTO audit (seq, at, actor_id, action, target, detail, previous, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (seq) DO NOTHING";
}

/// Who did what to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// `None`: from the command line, or the program itself.
    pub actor: Option<AccountId>,
    /// An imperative, like `restart`.
    pub action: String,
    pub target: String,
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: Millis,
    pub act: Act,
    previous: String,
    hash: String,
}

impl AuditLine {
    fn computed(&self) -> String {
        let Act { actor, action, target, detail } = &self.act;
        let actor = actor.map(|a| a.to_string());
        // A JSON array: no text can be mistaken for the border between two.
        let covered = serde_json::json!([self.seq, self.at.0, actor, action, target, detail, self.previous]);
        hex::encode(Sha256::digest(covered.to_string().as_bytes()))
    }
}

pub struct Audit<'a>(pub(crate) &'a Db);

fn read(row: &Row) -> Result<AuditLine, StoreError> {
    let act = Act {
        actor: row.get("actor_id")?,
        action: row.get("action")?,
        target: row.get("target")?,
        detail: row.get("detail")?,
    };
    let (previous, hash) = (row.get("previous")?, row.get("hash")?);
    Ok(AuditLine { seq: row.get("seq")?, at: row.get("at")?, act, previous, hash })
}

impl Audit<'_> {
    /// Writes a line that belongs to no other change and answers its number.
    pub async fn append(&self, act: Act, now: Millis) -> Result<i64, StoreError> {
        let mut tx = self.0.begin().await?;
        let seq = write(&mut tx, &act, now).await?;
        tx.commit().await?;
        Ok(seq)
    }

    /// The newest first.
    pub async fn last(&self, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
        self.0.rows(LAST, args![limit as i64]).await?.iter().map(read).collect()
    }

    /// The number of the first line that was changed, or comes after one that is missing; `None` when all is well.
    pub async fn verify(&self) -> Result<Option<i64>, StoreError> {
        let (mut seq, mut previous) = (0, String::new());
        loop {
            let page = self.0.rows(AFTER, args![seq]).await?;
            if page.is_empty() {
                return Ok(None);
            }
            for row in &page {
                let line = read(row)?;
                if line.seq != seq + 1 || line.previous != previous || line.hash != line.computed() {
                    return Ok(Some(line.seq));
                }
                (seq, previous) = (line.seq, line.hash);
            }
        }
    }
}

/// Writes a line as a part of a transaction and answers its number.
pub(crate) async fn write(tx: &mut Tx<'_>, act: &Act, now: Millis) -> Result<i64, StoreError> {
    // Where writers run beside each other, one of two takes the number and the other the next.
    for _ in 0..50 {
        let last = tx.row(LAST, args![1_i64]).await?.as_ref().map(read).transpose()?;
        let (seq, previous) = last.map_or((1, String::new()), |line| (line.seq + 1, line.hash));
        let mut line = AuditLine { seq, at: now, act: act.clone(), previous, hash: String::new() };
        line.hash = line.computed();
        let Act { actor, action, target, detail } = &line.act;
        let row = args![seq, now, *actor, action, target, detail, &line.previous, &line.hash];
        if tx.run(APPEND, row).await? == 1 {
            return Ok(seq);
        }
    }
    Err(StoreError::Conflict("audit"))
}
