//! Takes the name of a deleted account out of the journals, in which every line carries the name of its author. Words and
//! numbers of the lines stay.

use crate::db::{
    connections::{Db, Tx},
    sql::{args, decode_error, statements},
};
use domain::{
    chat::room::Change,
    error::StoreError,
    id::{AccountId, RoomId},
};

/// Entries that are read and rewritten in one transaction.
const ENTRIES: i64 = 500;

statements! {
    ROOM_AFTER = "SELECT id FROM rooms WHERE id > $1 ORDER BY id LIMIT 1";
    /// Others' entries name the person, too: a ban, and a restored line.
    NAMED = "SELECT seq, payload FROM journal WHERE room_id = $1 AND seq > $2
        AND (author_id = $3 OR kind IN ('restored', 'banned')) ORDER BY seq LIMIT $4";
    REWRITE = "UPDATE journal SET payload = $3 WHERE room_id = $1 AND seq = $2";
}

/// Entries of one room that name a person, after some number.
pub struct NamedEntries {
    /// Their number, with what they are to be.
    pub rewritten: Vec<(i64, String)>,
    /// The last number that was looked at; `None` at the end of the room.
    pub next: Option<i64>,
}

pub struct Names<'a>(pub(crate) &'a Db);

impl Names<'_> {
    /// The room after `room`, in the order of their ids.
    pub async fn room_after(&self, room: Option<RoomId>) -> Result<Option<RoomId>, StoreError> {
        let after = room.map(|room| room.to_string()).unwrap_or_default();
        self.0.row(ROOM_AFTER, args![after]).await?.map(|row| row.get("id")).transpose()
    }

    /// The next entries of a room that name `account`.
    pub async fn named(
        &self,
        room: RoomId,
        account: AccountId,
        after: i64,
    ) -> Result<NamedEntries, StoreError> {
        let rows = self.0.rows(NAMED, args![room, after, account, ENTRIES]).await?;
        let mut rewritten = Vec::new();
        for row in &rows {
            let payload: String = row.get("payload")?;
            let mut change: Change =
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
