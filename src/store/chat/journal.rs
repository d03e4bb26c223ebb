//! The journals of the rooms: every visible change in order, and with it, in the same transaction, what it means elsewhere.

use crate::{
    Store,
    access::bans,
    db::{
        connections::{Db, Tx},
        sql::{BulkInsert, Row, Value, args, decode_error, statements},
    },
    work::jobs,
};
use domain::{
    access::jobs::EnforceBan,
    chat::{
        journal::JournalStore,
        room::{Batch, Change, Entry, Line, Modes, RoomRecord},
    },
    clock::BoxFuture,
    error::StoreError,
    id::*,
    time::Millis,
};

statements! {
    ROOM = "SELECT r.space_id AS space_id, r.slow_mode AS slow_mode, (
            SELECT COALESCE(MAX(j.seq), 0) FROM journal j WHERE j.room_id = r.id) AS seq
        FROM rooms r WHERE r.id = $1";
    LAST_LINES = "SELECT room_id, seq, at, payload, body FROM journal
        WHERE room_id = $1 AND seq <= $2 AND kind = 'said' ORDER BY seq DESC LIMIT $3";
    SINCE = "SELECT room_id, seq, at, payload, body FROM journal WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    FIND = "SELECT room_id, seq, at, payload, body FROM journal WHERE room_id = $1 AND author_id = $2 AND client_id = $3";
    /// Sixteen lines at a time; a shorter list repeats its last one.
    REMOVE = "UPDATE journal SET removed_body = body, body = NULL, removed_by = $2, removed_at = $3
        WHERE room_id = $1 AND body IS NOT NULL
        AND seq IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    REMOVED_WORDS = "SELECT removed_body FROM journal WHERE room_id = $1 AND seq = $2";
    SLOW_MODE = "UPDATE rooms SET slow_mode = $2 WHERE id = $1";
}
const REMOVED_AT_ONCE: usize = 16;

pub(crate) static ENTRIES: BulkInsert = BulkInsert::new(
    "INSERT INTO journal (room_id, seq, at, kind, author_id, client_id, payload, body) VALUES",
    8,
);

pub struct Journal<'a>(pub(crate) &'a Db);

impl Journal<'_> {
    /// What a removed line said: for moderators who judge an appeal.
    pub async fn removed_words(&self, room: RoomId, seq: u64) -> Result<Option<String>, StoreError> {
        let row = self.0.row(REMOVED_WORDS, args![room, seq as i64]).await?;
        row.ok_or(StoreError::NotFound)?.get("removed_body")
    }

    async fn load(&self, room: RoomId, lines: usize, now: Millis) -> Result<RoomRecord, StoreError> {
        let row = self.0.row(ROOM, args![room]).await?.ok_or(StoreError::NotFound)?;
        let (space, seq): (SpaceId, i64) = (row.get("space_id")?, row.get("seq")?);
        let modes = Modes { slow_mode: row.get("slow_mode")? };
        let mut lines = entries(&self.0.rows(LAST_LINES, args![room, seq, lines as i64]).await?)?;
        lines.reverse();
        let bans = bans::Bans(self.0).in_force(space, now).await?;
        Ok(RoomRecord { room, space, seq: seq as u64, lines, modes, bans })
    }
}

impl JournalStore for Store {
    fn load(&self, room: RoomId, lines: usize, now: Millis) -> BoxFuture<'_, Result<RoomRecord, StoreError>> {
        Box::pin(async move { self.journal().load(room, lines, now).await })
    }

    /// `Conflict("seq")`: the numbers are taken, or have a gap. `Conflict("client_id")`: a line of it was stored before.
    /// `Conflict("reference")`: it names somebody who is not there.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.committer.commit(batch).await })
    }

    fn find(
        &self,
        room: RoomId,
        author: AccountId,
        client: ClientId,
    ) -> BoxFuture<'_, Result<Option<Entry>, StoreError>> {
        Box::pin(async move { Ok(entries(&self.db().rows(FIND, args![room, author, client]).await?)?.pop()) })
    }

    fn since(&self, room: RoomId, since: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Entry>, StoreError>> {
        Box::pin(
            async move { entries(&self.db().rows(SINCE, args![room, since as i64, limit as i64]).await?) },
        )
    }
}

/// Whether [`write_alone`] stores all of it: lines, as many as one statement carries.
pub(crate) fn is_one_statement(entries: &[&Entry]) -> bool {
    ENTRIES.carries(entries.len()) && entries.iter().all(|entry| matches!(entry.change, Change::Said(_)))
}

/// Lines mean nothing elsewhere: one statement is a transaction, and one way to the database instead of three.
pub(crate) async fn write_alone(db: &Db, entries: &[&Entry]) -> Result<(), StoreError> {
    db.insert_at_once(&ENTRIES, entries.iter().map(|entry| row(entry)).collect::<Result<_, _>>()?).await
}

/// Writes entries of any number of rooms and all that they mean.
pub(crate) async fn write(tx: &mut Tx<'_>, entries: &[&Entry]) -> Result<(), StoreError> {
    let rows = entries.iter().map(|entry| row(entry)).collect::<Result<Vec<_>, _>>()?;
    tx.insert_many(&ENTRIES, rows).await?;
    for entry in entries {
        apply(tx, entry).await?;
    }
    Ok(())
}

/// The last number that a room has used.
pub(crate) async fn last_seq(db: &Db, room: RoomId) -> Result<u64, StoreError> {
    let row = db.row(ROOM, args![room]).await?.ok_or(StoreError::NotFound)?;
    Ok(row.get::<i64>("seq")? as u64)
}

fn row(entry: &Entry) -> Result<Vec<Value>, StoreError> {
    let (author, client, payload, body) = match &entry.change {
        Change::Said(line) => {
            let wordless = Line { name: line.name.clone(), body: String::new(), ..*line };
            (Some(line.author), Some(line.client), json(&Change::Said(wordless))?, Some(&line.body))
        }
        change => (None, None, json(change)?, None),
    };
    Ok(args![entry.room, entry.seq as i64, entry.at, entry.change.code(), author, client, payload, body])
}

fn json(change: &Change) -> Result<String, StoreError> {
    serde_json::to_string(change).map_err(|e| decode_error("payload", e))
}

fn entries(rows: &[Row]) -> Result<Vec<Entry>, StoreError> {
    rows.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let payload: String = row.get("payload")?;
    let mut change = serde_json::from_str(&payload).map_err(|e| decode_error("payload", e))?;
    if let Change::Said(line) = &mut change {
        let body: Option<String> = row.get("body")?;
        line.removed = body.is_none();
        line.body = body.unwrap_or_default();
    }
    Ok(Entry { room: row.get("room_id")?, seq: row.get::<i64>("seq")? as u64, at: row.get("at")?, change })
}

async fn apply(tx: &mut Tx<'_>, entry: &Entry) -> Result<(), StoreError> {
    match &entry.change {
        Change::Said(_) => Ok(()),
        Change::Removed { targets, by } => remove(tx, entry, targets, *by).await,
        Change::Banned(ban) => {
            bans::insert(tx, ban).await?;
            let key = format!("enforce_ban:{}", ban.id);
            jobs::enqueue(tx, &EnforceBan { ban: ban.clone() }, Some(&key), entry.at).await.map(drop)
        }
        Change::Lifted { ban, by, .. } => bans::lift(tx, *ban, *by, entry.at).await,
        Change::SlowMode { seconds, .. } => tx.run(SLOW_MODE, args![entry.room, *seconds]).await.map(drop),
    }
}

async fn remove(tx: &mut Tx<'_>, entry: &Entry, targets: &[u64], by: AccountId) -> Result<(), StoreError> {
    for some in targets.chunks(REMOVED_AT_ONCE) {
        let mut args = args![entry.room, by, entry.at];
        let padded = some.iter().chain(std::iter::repeat(&some[some.len() - 1]));
        args.extend(padded.take(REMOVED_AT_ONCE).map(|seq| Value::from(*seq as i64)));
        tx.run(REMOVE, args).await?;
    }
    Ok(())
}
