//! Takes the name of a deleted account out of the journals, in which every line carries the name of its author. Words and
//! numbers of the lines stay.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, decode_error, statements},
    },
    people::export::passages::{self, JournalPlace, Passage, Passages},
};
use domain::{
    chat::room::RoomChange,
    error::StoreError,
    id::{AccountId, RoomId},
};

/// Entries that are read and rewritten in one transaction.
const ENTRIES: i64 = 500;

statements! {
    /// Others' entries name the person, too: a ban, and a restored line.
    NAMED = "SELECT seq, payload FROM journal WHERE room_id = $1 AND seq > $2 AND seq <= $3
        AND (author_id = $4 OR kind IN ('restored', 'banned')) ORDER BY seq LIMIT $5";
    REWRITE = "UPDATE journal SET payload = $3 WHERE room_id = $1 AND seq = $2";
}

/// Entries of a passage that name a person, after some number.
pub struct NamedEntries {
    /// Their number, with what they are to be.
    pub rewritten: Vec<(i64, String)>,
    /// The last number that was looked at; `None` at the end of the passage.
    pub next: Option<i64>,
}

pub struct Names<'a>(pub(crate) &'a Db);

impl Names<'_> {
    /// The next passages of the journals that may name `account`.
    pub async fn passages(&self, account: AccountId, from: &JournalPlace) -> Result<Passages, StoreError> {
        passages::look(self.0, account, from).await
    }

    /// The next entries of a passage that name `account`.
    pub async fn named(
        &self,
        passage: Passage,
        account: AccountId,
        after: i64,
    ) -> Result<NamedEntries, StoreError> {
        let rows = self.0.rows(NAMED, args![passage.room, after, passage.tail, account, ENTRIES]).await?;
        let mut rewritten = Vec::new();
        for row in &rows {
            let payload: String = row.get("payload")?;
            let mut change: RoomChange =
                serde_json::from_str(&payload).map_err(|e| decode_error("payload", e))?;
            if change.forget_name(account) {
                let payload = serde_json::to_string(&change).map_err(|e| decode_error("payload", e))?;
                rewritten.push((row.get("seq")?, payload));
            }
        }
        let last = rows.last().filter(|_| rows.len() as i64 == ENTRIES);
        Ok(NamedEntries { rewritten, next: last.map(|row| row.get("seq")).transpose()? })
    }
}

impl Tx<'_> {
    pub async fn rewrite_entries(
        &mut self,
        room: RoomId,
        entries: &[(i64, String)],
    ) -> Result<(), StoreError> {
        for (seq, payload) in entries {
            self.run(REWRITE, args![room, *seq, payload]).await?;
        }
        Ok(())
    }
}
