//! One pass over the journals of all rooms, for what one person wrote or is named in. Lines have no index by author, so each
//! statement reads a bounded number of entries, whoever wrote them: none can take as long as a journal is large.

use crate::db::{
    connections::Db,
    sql::{args, statements},
};
use domain::{
    error::StoreError,
    id::{AccountId, RoomId},
};

/// Entries that one statement looks at.
const LOOKED_AT: i64 = 5000;

statements! {
    /// The rooms of the next $3 entries after the place $1, $2, and whether one of these entries concerns the account $4: it is
    /// theirs, or, as a ban and a restored line do, it may name somebody else than its author.
    PASSAGES = "SELECT e.room_id AS id, MIN(e.seq) AS head, MAX(e.seq) AS tail, COUNT(*) AS entries,
            MAX(CASE WHEN e.author_id = $4 OR e.kind IN ('restored', 'banned') THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END) AS concerns
        FROM (SELECT room_id, seq, author_id, kind FROM journal WHERE (room_id, seq) > ($1, $2)
            ORDER BY room_id, seq LIMIT $3) e
        GROUP BY e.room_id ORDER BY e.room_id";
}

/// Where a pass over the journals has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalPlace {
    pub(crate) room: String,
    /// The entry that was looked at last.
    pub(crate) seq: i64,
}

impl Default for JournalPlace {
    /// Before everything.
    fn default() -> Self {
        Self { room: String::new(), seq: i64::MIN }
    }
}

/// Entries of one room, some of which may concern a person: not many, whatever the room has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    pub room: RoomId,
    /// The numbers of the first one and the last one.
    pub head: i64,
    pub tail: i64,
}

/// What the next entries of the journals have to say of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passages {
    /// In the order of their rooms.
    pub found: Vec<Passage>,
    /// Where to go on; `None` at the end of the last journal.
    pub next: Option<JournalPlace>,
}

/// Looks at the next entries after a place, in the order of the ids of their rooms.
pub(crate) async fn look(db: &Db, account: AccountId, from: &JournalPlace) -> Result<Passages, StoreError> {
    let rows = db.rows(PASSAGES, args![&from.room, from.seq, LOOKED_AT, account]).await?;
    let (mut found, mut entries, mut last) = (Vec::new(), 0, None);
    for row in &rows {
        let passage = Passage { room: row.get("id")?, head: row.get("head")?, tail: row.get("tail")? };
        entries += row.get::<i64>("entries")?;
        if row.get::<i64>("concerns")? == 1 {
            found.push(passage);
        }
        last = Some(JournalPlace { room: row.get("id")?, seq: passage.tail });
    }
    Ok(Passages { found, next: last.filter(|_| entries == LOOKED_AT) })
}
