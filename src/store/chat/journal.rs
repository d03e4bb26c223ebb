//! The journals of the rooms: every visible change in order. The same transaction also writes what each change implies
//! elsewhere.

use crate::{
    Store,
    access::bans,
    db::{
        connections::{Db, Tx},
        sql::{BulkInsert, Row, Value, args, decode_error, statements},
    },
    ops::{
        audit::{self, Act},
        changes,
    },
    work::jobs,
};
use domain::{
    access::{ban::BanKind, jobs::EnforceBan},
    chat::{
        journal::JournalStore,
        room::{Batch, ChatLine, JournalEntry, Modes, Removal, RoomChange, RoomRecord, UNDO},
    },
    clock::BoxFuture,
    error::StoreError,
    id::*,
    time::{Millis, Span},
};
use std::{ops::Range, sync::Arc};

statements! {
    ROOM = "SELECT r.space_id AS space_id, r.modes AS modes, r.slow_mode AS slow_mode, (
            SELECT COALESCE(MAX(j.seq), 0) FROM journal j WHERE j.room_id = r.id) AS seq
        FROM rooms r WHERE r.id = $1";
    LAST_LINES = "SELECT room_id, seq, at, kind, payload, body, removed_body, removed_by, removed_at FROM journal
        WHERE room_id = $1 AND seq <= $2 AND kind IN ('said', 'restored') ORDER BY seq DESC LIMIT $3";
    SINCE = "SELECT room_id, seq, at, kind, payload, body FROM journal WHERE room_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    LAST = "SELECT COALESCE(MAX(seq), 0) AS seq FROM journal WHERE room_id = $1";
    MADE = "SELECT seq, at FROM journal WHERE room_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1";
    /// What was said in a stretch of time and still stands, after the entry $4 and before the entry $5.
    SAID_BETWEEN = "SELECT room_id, seq, at, kind, payload, body FROM journal WHERE room_id = $1 AND seq > $4 AND seq < $5
        AND at >= $2 AND at < $3 AND kind = 'said' AND body IS NOT NULL ORDER BY seq LIMIT $6";
    FIND = "SELECT room_id, seq, at, kind, payload, body FROM journal
        WHERE room_id = $1 AND author_id = $2 AND client_id = $3";
    LINE = "SELECT room_id, seq, at, kind, payload, body FROM journal WHERE room_id = $1 AND seq = $2 AND kind = 'said'";
    /// Sixteen lines at a time; a shorter list repeats its last one.
    REMOVE = "UPDATE journal SET removed_body = body, body = NULL, removed_by = $2, removed_at = $3
        WHERE room_id = $1 AND body IS NOT NULL
        AND seq IN ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    LINE_OF_OTHERS = "SELECT seq FROM journal WHERE room_id = $1 AND author_id <> $2 AND kind = 'said'
        AND seq IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) LIMIT 1";
    REMOVED_WORDS = "SELECT removed_body FROM journal WHERE room_id = $1 AND seq = $2";
    RESTORE = "UPDATE journal SET body = removed_body, removed_body = NULL, removed_by = NULL, removed_at = NULL
        WHERE room_id = $1 AND seq = $2 AND body IS NULL AND removed_body IS NOT NULL";
    /// The previous release only knows slow mode and may run at the same time, so both columns are written.
    MODES = "UPDATE rooms SET modes = $2, slow_mode = $3 WHERE id = $1";
}
const REMOVED_AT_ONCE: usize = 16;
/// Entries that are looked through for the first and the last ones of a stretch of time. There is no index by time: each line would pay
/// for it, and only replays ask.
const LOOKED_THROUGH: i64 = 1_000;
/// By how much an entry may be older than one before it: clocks are set now and then.
const SET_BACK: Span = Span::secs(10);

pub(crate) static ENTRIES: BulkInsert = BulkInsert::new(
    "INSERT INTO journal (room_id, seq, at, kind, author_id, client_id, payload, body) VALUES",
    8,
);

pub struct Journal<'a>(pub(crate) &'a Db);

impl Journal<'_> {
    /// The text of a removed line, which is kept for appeals. No page shows it; tests read it.
    pub async fn removed_words(&self, room: RoomId, seq: u64) -> Result<Option<String>, StoreError> {
        let row = self.0.row(REMOVED_WORDS, args![room, seq as i64]).await?;
        row.ok_or(StoreError::NotFound)?.get("removed_body")
    }

    /// A line in its current form: without text if it was removed.
    pub async fn line(&self, room: RoomId, seq: u64) -> Result<JournalEntry, StoreError> {
        entry(&self.0.row(LINE, args![room, seq as i64]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The first lines of a stretch of time, after an entry: what was said in it and was not removed.
    pub async fn said_between(
        &self,
        room: RoomId,
        time: Range<Millis>,
        after: u64,
        limit: usize,
    ) -> Result<Vec<JournalEntry>, StoreError> {
        let last = self.0.row(LAST, args![room]).await?.ok_or(StoreError::NotFound)?.get("seq")?;
        let (start, end) = (time.start.0.saturating_sub(SET_BACK.0), time.end.0.saturating_add(SET_BACK.0));
        let first = self.around(room, Millis(start), last).await?.start.max(after as i64);
        let until = self.around(room, Millis(end), last).await?.end;
        let args = args![room, time.start, time.end, first, until, limit as i64];
        entries(&self.0.rows(SAID_BETWEEN, args).await?)
    }

    /// Some entries, of which `last` is the newest, between which those of a moment begin: all up to the first are older, and none from
    /// the end on is.
    async fn around(&self, room: RoomId, at: Millis, last: i64) -> Result<Range<i64>, StoreError> {
        let mut some = 0..last + 1;
        while some.end - some.start > LOOKED_THROUGH && at < Millis(i64::MAX) {
            let middle = some.start + (some.end - some.start) / 2;
            let row = self.0.row(MADE, args![room, middle]).await?.ok_or(StoreError::NotFound)?;
            match row.get::<Millis>("at")? < at {
                true => some.start = row.get::<i64>("seq")?.clamp(middle, some.end - 1),
                false => some.end = middle,
            }
        }
        Ok(some)
    }

    /// Whether nothing was ever said or decided in the room.
    pub async fn is_empty(&self, room: RoomId) -> Result<bool, StoreError> {
        let row = self.0.row(ROOM, args![room]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("seq")? == 0)
    }

    async fn load(&self, room: RoomId, lines: usize, now: Millis) -> Result<RoomRecord, StoreError> {
        let row = self.0.row(ROOM, args![room]).await?.ok_or(StoreError::NotFound)?;
        let (space, seq): (SpaceId, i64) = (row.get("space_id")?, row.get("seq")?);
        let mut rows = self.0.rows(LAST_LINES, args![room, seq, lines as i64]).await?;
        rows.reverse();
        let (lines, removals) = (entries(&rows)?, removals(&rows, now)?);
        let bans = bans::Bans(self.0).in_force(space, now).await?;
        Ok(RoomRecord { room, space, seq: seq as u64, lines, removals, modes: modes(&row)?, bans })
    }
}

/// `slow_mode` has its own column, the only one that the previous release writes.
fn modes(room: &Row) -> Result<Modes, StoreError> {
    let stored: Option<String> = room.get("modes")?;
    let read = stored.map(|json| serde_json::from_str::<Modes>(&json)).transpose();
    let mut modes = read.map_err(|e| decode_error("modes", e))?.unwrap_or_default();
    modes.slow_mode = room.get("slow_mode")?;
    Ok(modes)
}

/// The lines among `rows` whose removal may still be undone, in order of removal.
fn removals(rows: &[Row], now: Millis) -> Result<Vec<Removal>, StoreError> {
    let mut removals = Vec::new();
    for row in rows {
        let (by, at): (Option<AccountId>, Option<Millis>) = (row.get("removed_by")?, row.get("removed_at")?);
        let (Some(by), Some(at)) = (by, at) else { continue };
        if now - at > UNDO || row.get::<String>("kind")? != "said" {
            continue;
        }
        let mut line = entry(row)?;
        fill(&mut line.change, row.get("removed_body")?);
        removals.push(Removal { line: Arc::new(line), by, at });
    }
    removals.sort_by_key(|removal| removal.at);
    Ok(removals)
}

impl JournalStore for Store {
    fn load(&self, room: RoomId, lines: usize, now: Millis) -> BoxFuture<'_, Result<RoomRecord, StoreError>> {
        Box::pin(async move { self.journal().load(room, lines, now).await })
    }

    /// Returns `Conflict("seq")` if the numbers are taken or have a gap, `Conflict("client_id")` if one of its lines
    /// was stored before, and `Conflict("reference")` if it names an account that does not exist.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.committer.commit(batch).await })
    }

    fn find(
        &self,
        room: RoomId,
        author: AccountId,
        client: ClientId,
    ) -> BoxFuture<'_, Result<Option<JournalEntry>, StoreError>> {
        Box::pin(async move { Ok(entries(&self.db().rows(FIND, args![room, author, client]).await?)?.pop()) })
    }

    fn since(
        &self,
        room: RoomId,
        since: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<JournalEntry>, StoreError>> {
        Box::pin(
            async move { entries(&self.db().rows(SINCE, args![room, since as i64, limit as i64]).await?) },
        )
    }
}

/// Whether [`write_alone`] can store all of it: only lines, and no more than one statement holds.
pub(crate) fn is_one_statement(entries: &[&JournalEntry]) -> bool {
    ENTRIES.carries(entries.len()) && entries.iter().all(|entry| matches!(entry.change, RoomChange::Said(_)))
}

/// Lines have no effects elsewhere, so a single statement is the transaction: one round trip to the database instead of
/// three.
pub(crate) async fn write_alone(db: &Db, entries: &[&JournalEntry]) -> Result<(), StoreError> {
    db.insert_at_once(&ENTRIES, entries.iter().map(|entry| row(entry)).collect::<Result<_, _>>()?).await
}

/// Writes entries of any number of rooms, and their effects.
pub(crate) async fn write(tx: &mut Tx<'_>, entries: &[&JournalEntry]) -> Result<(), StoreError> {
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

fn row(entry: &JournalEntry) -> Result<Vec<Value>, StoreError> {
    let (author, client, payload, body) = match &entry.change {
        RoomChange::Said(line) => {
            let wordless = ChatLine { name: line.name.clone(), body: String::new(), ..*line };
            (Some(line.author), Some(line.client), json(&RoomChange::Said(wordless))?, Some(&line.body))
        }
        RoomChange::Restored { line, by } => {
            let body = line.line().map(|line| &line.body);
            let mut wordless = RoomChange::Restored { line: line.clone(), by: *by };
            fill(&mut wordless, Some(String::new()));
            (None, None, json(&wordless)?, body)
        }
        change => (None, None, json(change)?, None),
    };
    Ok(args![entry.room, entry.seq as i64, entry.at, entry.change.code(), author, client, payload, body])
}

fn json(change: &RoomChange) -> Result<String, StoreError> {
    serde_json::to_string(change).map_err(|e| decode_error("payload", e))
}

fn entries(rows: &[Row]) -> Result<Vec<JournalEntry>, StoreError> {
    rows.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<JournalEntry, StoreError> {
    let (kind, payload): (String, String) = (row.get("kind")?, row.get("payload")?);
    let mut change =
        if kind == "slow_mode" { earlier_slow_mode(&payload) } else { serde_json::from_str(&payload) }
            .map_err(|e| decode_error("payload", e))?;
    fill(&mut change, row.get("body")?);
    let (room, seq) = (row.get("room_id")?, row.get::<i64>("seq")? as u64);
    Ok(JournalEntry { room, seq, at: row.get("at")?, change })
}

/// Journals of earlier releases have a separate entry for slow mode.
fn earlier_slow_mode(payload: &str) -> serde_json::Result<RoomChange> {
    #[derive(serde::Deserialize)]
    struct SlowMode {
        seconds: i64,
        by: AccountId,
    }
    let SlowMode { seconds, by } = serde_json::from_str(payload)?;
    Ok(RoomChange::Modes { from: Modes::default(), to: Modes::slow(seconds), by })
}

/// The text of a line is stored outside its payload. `None` after the line was removed.
fn fill(change: &mut RoomChange, body: Option<String>) {
    match change {
        RoomChange::Said(line) => {
            line.removed = body.is_none();
            line.body = body.unwrap_or_default();
        }
        RoomChange::Restored { line, .. } => fill(&mut line.change, body),
        _ => {}
    }
}

/// The audit line of an action in a room; posting has none.
fn act(entry: &JournalEntry) -> Option<Act> {
    let room = || entry.room.to_string();
    let lines =
        |seqs: &[u64]| format!("lines {}", seqs.iter().map(u64::to_string).collect::<Vec<_>>().join(", "));
    let (by, action, target, detail) = match &entry.change {
        RoomChange::Said(_) => return None,
        RoomChange::Removed { targets, by } => (by, "message.remove", room(), lines(targets)),
        RoomChange::Restored { line, by } => (by, "message.restore", room(), lines(&[line.seq])),
        RoomChange::Banned(ban) => {
            (&ban.by, "ban.make", ban.account.to_string(), format!("{}, room {}", ban.kind.code(), room()))
        }
        RoomChange::Lifted { account, by, .. } => {
            (by, "ban.lift", account.to_string(), format!("room {}", room()))
        }
        RoomChange::Modes { to, by, .. } => (by, "room.modes", room(), modes_on(*to)),
    };
    Some(Act { actor: Some(*by), action: action.into(), target, detail })
}

fn modes_on(modes: Modes) -> String {
    let names = modes.names();
    if names.is_empty() { "all modes off".into() } else { names.join(", ") }
}

/// Applies the entry's effects elsewhere, its audit line, and the notices to other processes.
async fn apply(tx: &mut Tx<'_>, entry: &JournalEntry) -> Result<(), StoreError> {
    if let Some(act) = act(entry)
        && !on_own_lines(tx, entry).await?
    {
        audit::write(tx, &act, entry.at).await?;
    }
    match &entry.change {
        RoomChange::Said(_) => Ok(()),
        RoomChange::Removed { targets, by } => remove(tx, entry, targets, *by).await,
        RoomChange::Banned(ban) => {
            bans::insert(tx, ban).await?;
            let (space, account) = (ban.space, ban.account);
            changes::write(
                tx,
                &[match ban.kind {
                    BanKind::Ban => domain::change::Change::Banned { space, account },
                    BanKind::Mute => domain::change::Change::Access { space, account },
                }],
            )
            .await?;
            let key = format!("enforce_ban:{}", ban.id);
            jobs::enqueue(tx, &EnforceBan { ban: ban.clone() }, Some(&key), entry.at).await?;
            if ban.kind == BanKind::Ban && ban.until.is_none() {
                tx.end_subscriptions_with_period(account, Some(space), entry.at).await?;
            }
            Ok(())
        }
        RoomChange::Lifted { ban, account, by } => {
            let space = bans::lift(tx, *ban, *by, entry.at).await?;
            changes::write(tx, &[domain::change::Change::Access { space, account: *account }]).await
        }
        RoomChange::Restored { line, .. } => {
            tx.run(RESTORE, args![entry.room, line.seq as i64]).await.map(drop)
        }
        RoomChange::Modes { to, .. } => {
            let modes = serde_json::to_string(to).map_err(|e| decode_error("modes", e))?;
            tx.run(MODES, args![entry.room, modes, to.slow_mode]).await.map(drop)
        }
    }
}

async fn remove(
    tx: &mut Tx<'_>,
    entry: &JournalEntry,
    targets: &[u64],
    by: AccountId,
) -> Result<(), StoreError> {
    for some in targets.chunks(REMOVED_AT_ONCE) {
        tx.run(REMOVE, with_lines(args![entry.room, by, entry.at], some)).await?;
    }
    Ok(())
}

/// Whether the entry only removes or restores lines of the person who did it. That is no moderation, so it has no audit
/// line.
async fn on_own_lines(tx: &mut Tx<'_>, entry: &JournalEntry) -> Result<bool, StoreError> {
    match &entry.change {
        RoomChange::Removed { targets, by } if targets.len() <= REMOVED_AT_ONCE => {
            Ok(tx.row(LINE_OF_OTHERS, with_lines(args![entry.room, *by], targets)).await?.is_none())
        }
        RoomChange::Restored { line, by } => Ok(line.line().is_some_and(|line| line.author == *by)),
        _ => Ok(false),
    }
}

/// Adds one to [`REMOVED_AT_ONCE`] lines; the last one is repeated.
fn with_lines(mut args: Vec<Value>, lines: &[u64]) -> Vec<Value> {
    let padded = lines.iter().chain(std::iter::repeat(&lines[lines.len() - 1]));
    args.extend(padded.take(REMOVED_AT_ONCE).map(|seq| Value::from(*seq as i64)));
    args
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_mode_of_an_earlier_release_is_read_as_modes() {
        let by = AccountId::new();
        let payload = format!(r#"{{"change":"slow_mode","seconds":30,"by":"{by}"}}"#);
        let to = Modes::slow(30);
        let read = earlier_slow_mode(&payload).expect("as that release wrote it");
        assert_eq!(read, RoomChange::Modes { from: Modes::default(), to, by });
    }
}
