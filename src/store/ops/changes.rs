//! Changes made by committed transactions, for other processes that use the same database.

use crate::db::{
    connections::{Db, Tx},
    sql::{args, decode_error, statements},
};
use domain::{change::Change, error::StoreError};
use std::collections::HashSet;
use uuid::Uuid;

/// Rows become visible when their transaction commits, which may be later than their id says. Each read therefore
/// repeats the rows of this many seconds before the newest one.
const WINDOW_SECS: u64 = 10;

statements! {
    INSERT = "INSERT INTO changes (id, origin, body) VALUES ($1, $2, $3)";
    OF_OTHERS = "SELECT id, body FROM changes WHERE id >= $1 AND origin <> $2 ORDER BY id LIMIT 1000";
    FORGET = "DELETE FROM changes WHERE id < $1";
}

pub struct Changes<'a>(pub(crate) &'a Db);

/// What other processes have committed since the last reading.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// In the order of ids, each once.
    pub changes: Vec<Change>,
    /// Rows that were read but not understood: a newer release beside this one writes kinds of changes that this one does
    /// not know.
    pub unknown: u64,
}

/// How far a reader has read.
pub struct Position {
    from: Uuid,
    /// Rows from `from` on that were already read.
    read: HashSet<String>,
}

impl Changes<'_> {
    /// The position for reading from now on.
    pub fn position(&self) -> Position {
        Position { from: lower_bound(WINDOW_SECS), read: HashSet::new() }
    }

    /// What other processes have committed since the last call. A change that is not understood counts as read, so that
    /// those after it are not held back.
    pub async fn of_others(&self, position: &mut Position) -> Result<News, StoreError> {
        let next = lower_bound(WINDOW_SECS);
        let from = position.from.simple().to_string();
        let mut news = News::default();
        let mut read = HashSet::new();
        for row in self.0.rows(OF_OTHERS, args![from, self.0.origin()]).await? {
            let (id, body): (String, String) = (row.get("id")?, row.get("body")?);
            if !position.read.contains(&id) {
                match serde_json::from_str(&body) {
                    Ok(change) => news.changes.push(change),
                    Err(error) => {
                        tracing::error!(%error, change = id, "a change of another process was not understood");
                        news.unknown += 1;
                    }
                }
            }
            read.insert(id);
        }
        *position = Position { from: next, read };
        Ok(news)
    }

    /// Deletes rows that are older than `seconds`. Returns their number.
    pub async fn forget(&self, seconds: u64) -> Result<u64, StoreError> {
        self.0.run(FORGET, args![lower_bound(seconds).simple().to_string()]).await
    }
}

pub(crate) async fn write(tx: &mut Tx<'_>, changes: &[Change]) -> Result<(), StoreError> {
    for change in changes {
        let body = serde_json::to_string(change).map_err(|e| decode_error("body", e))?;
        let origin = tx.origin().to_owned();
        tx.run(INSERT, args![Uuid::now_v7().simple().to_string(), origin, body]).await?;
    }
    Ok(())
}

/// The smallest possible id of a row written `seconds` ago.
fn lower_bound(seconds: u64) -> Uuid {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let millis = now.saturating_sub(std::time::Duration::from_secs(seconds)).as_millis() as u64;
    Uuid::from_u64_pair(millis << 16, 0)
}
