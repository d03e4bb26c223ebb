//! The rows of captions, and the key with which they are sent.

use crate::{
    Store,
    db::{
        connections::{Db, Tx},
        sql::{BulkInsert, MOST_ROWS, Row, args, statements},
    },
};
use domain::{
    error::StoreError,
    id::*,
    live::captions::{Caption, MOST},
};
use std::ops::Range;

statements! {
    /// Only of what is being recorded, and so many.
    KEEP = "INSERT INTO captions (id, stream_id, said_at, line) SELECT $1, r.stream_id, $3, $4 FROM recordings r
        WHERE r.stream_id = $2 AND r.state = 'recording' AND r.deleted_at IS NULL
        AND $5 > (SELECT COUNT(*) FROM captions c WHERE c.stream_id = r.stream_id)";
    OF_STREAM = "SELECT said_at, until_at, line FROM captions WHERE stream_id = $1 ORDER BY said_at, id LIMIT $2 OFFSET $3";
    /// Changes nothing, but is there only for a complete recording, and waits while it is deleted.
    LOCK = "UPDATE recordings SET title = title WHERE stream_id = $1 AND deleted_at IS NULL AND state = 'ready'";
    FORGET = "DELETE FROM captions WHERE stream_id = $1";
    ANY = "SELECT id FROM captions WHERE stream_id = $1 LIMIT 1";
    /// A suspended space has no keys.
    KEYS = "SELECT whip_key_version, caption_key_version FROM streams t WHERE t.id = $1
        AND NOT EXISTS (SELECT 1 FROM suspensions x WHERE x.subject_id = t.space_id AND x.lifted_at IS NULL)";
    ROTATE_KEY = "UPDATE streams SET caption_key_version = caption_key_version + 1 WHERE id = $1 RETURNING caption_key_version";
}

pub(crate) static CAPTIONS: BulkInsert =
    BulkInsert::new("INSERT INTO captions (id, stream_id, said_at, until_at, line) VALUES", 5);

fn read(row: &Row) -> Result<Caption, StoreError> {
    Ok(Caption { at: row.get("said_at")?, until: row.get("until_at")?, text: row.get("line")? })
}

/// The versions from which the keys of a stream are derived. Incrementing one invalidates earlier keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyVersions {
    pub whip: i64,
    pub captions: i64,
}

pub struct Captions<'a>(&'a Db);

impl Store {
    pub fn captions(&self) -> Captions<'_> {
        Captions(self.db())
    }
}

impl Captions<'_> {
    /// Keeps a line for the replay. Returns false if the stream is not recorded now, or has as many as are kept.
    pub async fn keep(&self, stream: StreamId, caption: &Caption) -> Result<bool, StoreError> {
        let row = args![CaptionId::new(), stream, caption.at, &caption.text, MOST];
        Ok(self.0.run(KEEP, row).await? == 1)
    }

    /// Some of a stream, in the order in which they were sent. `lines`: which of them, counted from zero.
    pub async fn of_stream(&self, stream: StreamId, lines: Range<i64>) -> Result<Vec<Caption>, StoreError> {
        let args = args![stream, lines.end - lines.start, lines.start];
        self.0.rows(OF_STREAM, args).await?.iter().map(read).collect()
    }

    /// Whether there are any of a stream.
    pub async fn exist(&self, stream: StreamId) -> Result<bool, StoreError> {
        Ok(self.0.row(ANY, args![stream]).await?.is_some())
    }

    /// The keys of programs: that of captions, and that of encoders beside it. `NotFound` while the space is suspended.
    pub async fn key_versions(&self, stream: StreamId) -> Result<KeyVersions, StoreError> {
        let row = self.0.row(KEYS, args![stream]).await?.ok_or(StoreError::NotFound)?;
        Ok(KeyVersions { whip: row.get("whip_key_version")?, captions: row.get("caption_key_version")? })
    }
}

impl Tx<'_> {
    /// Keeps these captions in place of those that a recorded stream has.
    ///
    /// # Errors
    /// `NotFound` without a complete recording.
    pub async fn replace_captions(
        &mut self,
        stream: StreamId,
        captions: &[Caption],
    ) -> Result<(), StoreError> {
        if self.run(LOCK, args![stream]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        self.run(FORGET, args![stream]).await?;
        for some in captions.chunks(MOST_ROWS) {
            let row = |c: &Caption| args![CaptionId::new(), stream, c.at, c.until, &c.text];
            self.insert_many(&CAPTIONS, some.iter().map(row).collect()).await?;
        }
        Ok(())
    }

    /// Creates a new key. Returns its version.
    pub async fn rotate_caption_key(&mut self, stream: StreamId) -> Result<i64, StoreError> {
        let row = self.row(ROTATE_KEY, args![stream]).await?;
        row.ok_or(StoreError::NotFound)?.get("caption_key_version")
    }
}
