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
    WRITTEN_IN = "SELECT room_id AS id FROM journal WHERE author_id = $1 AND room_id > $2 ORDER BY room_id LIMIT 1";
    /// Others' entries name the person, too: a ban, and a restored line.
    NAMED_IN = "SELECT room_id AS id FROM journal WHERE kind IN ('restored', 'banned') AND payload LIKE $1 AND room_id > $2
        ORDER BY room_id LIMIT 1";
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
    /// The next room after `room` whose journal may name `account`, in the order of their ids.
    pub async fn room_after(
        &self,
        account: AccountId,
        room: Option<RoomId>,
    ) -> Result<Option<RoomId>, StoreError> {
        let after = room.map(|room| room.to_string()).unwrap_or_default();
        let written = self.0.row(WRITTEN_IN, args![account, &after]).await?;
        // In a payload, an id has hyphens.
        let named = self.0.row(NAMED_IN, args![format!("%\"{}\"%", account.0), &after]).await?;
        let rooms = written.iter().chain(&named).map(|row| row.get("id"));
        let rooms = rooms.collect::<Result<Vec<RoomId>, _>>()?;
        Ok(rooms.into_iter().min())
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
