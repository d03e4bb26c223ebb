//! The rows of recordings and of their segments.

use crate::{
    Store,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, code, row, statements},
    },
    live::streams,
    work::jobs::enqueue,
};
use domain::{
    catalogue::offer::REOPEN_WITHIN,
    error::StoreError,
    id::*,
    live::{
        media::Codec,
        recording::{
            NewSegment, PruneRecordings, Recorded, Recording, RecordingState, Segment, StopReason,
            outside::BYTES_PER_MS,
        },
        stream::{LONGEST, Stream},
    },
    time::{Millis, Span},
};
use std::ops::Range;

/// Recordings of a space that its page lists, the newest first.
const LISTED: i64 = 200;
/// Streams whose recordings begin in one pass.
const BEGUN: i64 = 50;
/// Segments of a read.
const READ: i64 = 32;
/// More segments than a clip and what stands before it have.
const MOST_BETWEEN: i64 = 100;

row! {
    fn read -> Recording {
        stream: "stream_id",
        space: "space_id",
        title: "title",
        state: "state" => code(RecordingState::from_code),
        hidden: "hidden",
        began_at: "began_at",
        length: "length",
        width: "width",
        height: "height",
        codec: "codec" => code(Codec::from_code),
        setup: "setup" => code(|text| hex::decode(text).ok()),
        segments: "segments",
        bytes: "bytes",
        head: "head",
        lost: "lost",
        expires_at: "expires_at",
        outside: "outside",
    }
}

/// The bytes that recordings take: with what is deleted, until its bytes are gone, and with what an outside plane may have written by the
/// moment $1 of a file that is not counted, $2 bytes in a millisecond, for as long as a show lasts.
macro_rules! taken {
    () => {
        "CAST(COALESCE(SUM(CASE WHEN outside IS NOT NULL AND segments = 0 AND began_at < $1
            THEN CASE WHEN $1 - began_at < $3 THEN $1 - began_at ELSE $3 END * $2 ELSE head + bytes END), 0) AS BIGINT)"
    };
}

statements! {
    OF_STREAM = concat!("SELECT ", columns!(), " FROM recordings WHERE stream_id = $1 AND deleted_at IS NULL");
    LIST = concat!("SELECT ", columns!(), " FROM recordings WHERE space_id = $1 AND deleted_at IS NULL
        ORDER BY began_at DESC, stream_id LIMIT $2");
    OF_EXPERIENCE = concat!("SELECT ", columns!("r."), " FROM recordings r JOIN streams s ON s.id = r.stream_id
        WHERE s.experience_id = $1 AND r.deleted_at IS NULL AND r.state = 'ready' AND r.hidden = 0 AND r.expires_at > $2
        ORDER BY r.began_at DESC, r.stream_id LIMIT 20");
    USED = concat!("SELECT ", taken!(), " AS bytes FROM recordings WHERE space_id = $4");
    USED_IN_ALL = concat!("SELECT ", taken!(), " AS bytes FROM recordings");
    /// On air and to be recorded, but without a recording.
    AWAITED = "SELECT s.id AS id, s.space_id AS space_id, s.title AS title FROM streams s
        WHERE s.recorded IN ('on', 'asked', 'elsewhere') AND s.state IN ('live', 'interrupted')
        AND NOT EXISTS (SELECT 1 FROM recordings r WHERE r.stream_id = s.id) ORDER BY s.id LIMIT $1";
    BEGIN_RECORDING = "INSERT INTO recordings (stream_id, space_id, title, state, began_at) VALUES ($1, $2, $3, 'recording', $4)
        ON CONFLICT (stream_id) DO NOTHING";
    RUNNING = concat!("SELECT ", columns!(), " FROM recordings WHERE state = 'recording' AND deleted_at IS NULL
        ORDER BY stream_id");
    /// Only the segment whose turn it is.
    KEEP = "INSERT INTO recording_segments (stream_id, number, begins, until, keyed, position, bytes)
        SELECT r.stream_id, r.segments, $3, $4, $5, r.bytes, $6 FROM recordings r
        WHERE r.stream_id = $1 AND r.segments = $2 AND r.state = 'recording'";
    PASS_OVER = "UPDATE recordings SET segments = segments + 1 WHERE stream_id = $1 AND segments = $2 AND state = 'recording'";
    GROW = "UPDATE recordings SET segments = segments + 1, bytes = bytes + $2,
        length = CASE WHEN length < $3 THEN $3 ELSE length END,
        width = CASE WHEN width = 0 THEN $4 ELSE width END, height = CASE WHEN height = 0 THEN $5 ELSE height END,
        setup = CASE WHEN width = 0 THEN $6 ELSE setup END, codec = $7 WHERE stream_id = $1";
    STOP = "UPDATE streams SET recorded = $2, version = version + 1 WHERE id = $1 AND recorded IN ('on', 'asked', 'elsewhere')";
    MOVE_RECORDED = "UPDATE streams SET recorded = $3, version = version + 1 WHERE id = $1 AND recorded = $2";
    BEGIN_OUTSIDE = "UPDATE recordings SET outside = $2, began_at = $3 WHERE stream_id = $1 AND state = 'recording' AND segments = 0";
    /// Before its file is counted.
    FORGET_OUTSIDE = "UPDATE recordings SET outside = NULL WHERE stream_id = $1 AND segments = 0";
    SET_CLOCK = "UPDATE recordings SET began_at = $2 WHERE stream_id = $1 AND segments = 0";
    LOSE = "UPDATE recordings SET lost = lost + $2 WHERE stream_id = $1";
    CLOSE_RECORDING = "UPDATE recordings SET state = 'ready', head = $2, expires_at = $3 WHERE stream_id = $1 AND state = 'recording'";
    SEGMENTS = "SELECT number, begins, until, keyed, position, bytes FROM recording_segments WHERE stream_id = $1 ORDER BY number";
    /// The one with the byte $2. It is the last that begins before that, so it is found without a look at the others.
    SEGMENT_AT = "SELECT number, begins, until, keyed, position, bytes FROM recording_segments
        WHERE stream_id = $1 AND position <= $2 AND position + bytes > $2 ORDER BY position DESC LIMIT 1";
    SEGMENTS_FROM = "SELECT number, begins, until, keyed, position, bytes FROM recording_segments
        WHERE stream_id = $1 AND number >= $2 ORDER BY number LIMIT $3";
    SEGMENTS_BETWEEN = "SELECT number, begins, until, keyed, position, bytes FROM recording_segments
        WHERE stream_id = $1 AND begins >= $2 AND begins < $3 ORDER BY number LIMIT $4";
    /// The last one that begins with a picture at or before a moment, else the first that does.
    KEYED_AT = "SELECT COALESCE((SELECT number FROM recording_segments WHERE stream_id = $1 AND keyed = 1 AND begins <= $2
            ORDER BY begins DESC, number DESC LIMIT 1),
        (SELECT number FROM recording_segments WHERE stream_id = $1 AND keyed = 1 AND begins > $2 ORDER BY begins, number LIMIT 1))
        AS number";
    RENAME = "UPDATE recordings SET title = $2 WHERE stream_id = $1 AND deleted_at IS NULL";
    HIDE = "UPDATE recordings SET hidden = $2 WHERE stream_id = $1 AND deleted_at IS NULL";
    DELETE_RECORDING = "UPDATE recordings SET deleted_at = $2 WHERE stream_id = $1 AND deleted_at IS NULL AND state = 'ready'";
    /// Deleted, over, without their stream, or of a space that nobody opens again: closed for too long, or without an owner.
    DOOMED = concat!("SELECT ", columns!("r."), " FROM recordings r LEFT JOIN spaces s ON s.id = r.space_id
        WHERE r.deleted_at IS NOT NULL OR r.expires_at <= $1 OR s.id IS NULL OR s.closed_at < $2
        OR NOT EXISTS (SELECT 1 FROM streams t WHERE t.id = r.stream_id) OR NOT EXISTS (
            SELECT 1 FROM team_members m JOIN accounts a ON a.id = m.account_id
            WHERE m.team_id = s.team_id AND m.role = 'owner' AND a.deleted_at IS NULL)
        ORDER BY r.stream_id LIMIT $3");
    FORGET_SEGMENTS = "DELETE FROM recording_segments WHERE stream_id = $1";
    FORGET_CAPTIONS = "DELETE FROM captions WHERE stream_id = $1";
    FORGET_CLIPS = "DELETE FROM clips WHERE stream_id = $1";
    FORGET_RECORDING = "DELETE FROM recordings WHERE stream_id = $1";
}

pub struct Recordings<'a>(&'a Db);

impl Store {
    pub fn recordings(&self) -> Recordings<'_> {
        Recordings(self.db())
    }
}

fn segment(row: &Row) -> Result<Segment, StoreError> {
    Ok(Segment {
        number: row.get("number")?,
        begins: row.get("begins")?,
        until: row.get("until")?,
        keyed: row.get("keyed")?,
        position: row.get("position")?,
        bytes: row.get("bytes")?,
    })
}

const fn found(changed: u64) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

impl Recordings<'_> {
    /// The recording of a stream, complete or not.
    pub async fn of_stream(&self, stream: StreamId) -> Result<Recording, StoreError> {
        read(&self.0.row(OF_STREAM, args![stream]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Those of a space, the newest first.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<Recording>, StoreError> {
        self.0.rows(LIST, args![space, LISTED]).await?.iter().map(read).collect()
    }

    /// The newest of an experience that its people may watch.
    pub async fn shown(&self, experience: ExperienceId, now: Millis) -> Result<Vec<Recording>, StoreError> {
        self.0.rows(OF_EXPERIENCE, args![experience, now]).await?.iter().map(read).collect()
    }

    /// Bytes that the recordings of a space take now.
    pub async fn used(&self, space: SpaceId, now: Millis) -> Result<i64, StoreError> {
        let args = args![now, BYTES_PER_MS, LONGEST.0, space];
        self.0.row(USED, args).await?.ok_or(StoreError::NotFound)?.get("bytes")
    }

    /// The same of all spaces.
    pub async fn used_in_all(&self, now: Millis) -> Result<i64, StoreError> {
        let args = args![now, BYTES_PER_MS, LONGEST.0];
        self.0.row(USED_IN_ALL, args).await?.ok_or(StoreError::NotFound)?.get("bytes")
    }

    /// Begins a recording for each stream that is on air and to be recorded.
    pub async fn begin_awaited(&self, now: Millis) -> Result<(), StoreError> {
        for row in self.0.rows(AWAITED, args![BEGUN]).await? {
            let (stream, space): (StreamId, SpaceId) = (row.get("id")?, row.get("space_id")?);
            let title: String = row.get("title")?;
            self.0.run(BEGIN_RECORDING, args![stream, space, &title, now]).await?;
        }
        Ok(())
    }

    /// Those that are not complete, each with its stream; without one if that was deleted.
    pub async fn running(&self) -> Result<Vec<(Recording, Option<Stream>)>, StoreError> {
        let found: Vec<Recording> =
            self.0.rows(RUNNING, args![]).await?.iter().map(read).collect::<Result<_, _>>()?;
        let mut running = Vec::with_capacity(found.len());
        for recording in found {
            let stream = match streams::Streams(self.0).by_id(recording.stream).await {
                Err(StoreError::NotFound) => None,
                stream => Some(stream?),
            };
            running.push((recording, stream));
        }
        Ok(running)
    }

    /// Counts a segment whose bytes are stored. Returns false if it is not the next one, or is counted already.
    pub async fn keep(&self, stream: StreamId, new: &NewSegment) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
        let row = args![stream, new.number, new.begins.0, new.until.0, new.keyed, new.bytes];
        if tx.run(KEEP, row).await? == 0 {
            return Ok(false);
        }
        let (width, height) = new.size.unwrap_or_default();
        let (setup, codec) = (hex::encode(&new.setup), new.codec.code());
        let (width, height) = (i64::from(width), i64::from(height));
        tx.run(GROW, args![stream, new.bytes, new.until.0, width, height, &setup, codec]).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Goes on behind a segment of which nothing can be kept, if it is its turn.
    pub async fn pass_over(&self, stream: StreamId, number: i64) -> Result<(), StoreError> {
        self.0.run(PASS_OVER, args![stream, number]).await.map(drop)
    }

    /// Notes why a stream is not recorded any more. Its actor must then reload the row.
    pub async fn stop(&self, stream: StreamId, why: StopReason) -> Result<(), StoreError> {
        self.0.run(STOP, args![stream, why.code()]).await.map(drop)
    }

    /// Notes that what becomes of a host's wish has changed, unless the wish has. Its actor must then reload the row. Returns false if
    /// nothing changed.
    pub async fn follow_wish(
        &self,
        stream: StreamId,
        from: Recorded,
        to: Recorded,
    ) -> Result<bool, StoreError> {
        Ok(self.0.run(MOVE_RECORDED, args![stream, from.code(), to.code()]).await? == 1)
    }

    /// An outside plane makes it from now on. `id`: that plane's name for it.
    pub async fn begin_outside(&self, stream: StreamId, id: &str, now: Millis) -> Result<(), StoreError> {
        self.0.run(BEGIN_OUTSIDE, args![stream, id, now]).await.map(drop)
    }

    /// The outside plane has made nothing of it. It may be asked again.
    pub async fn forget_outside(&self, stream: StreamId) -> Result<(), StoreError> {
        self.0.run(FORGET_OUTSIDE, args![stream]).await.map(drop)
    }

    /// Sets when its clock began, before anything of it is counted.
    pub async fn set_clock(&self, stream: StreamId, began_at: Millis) -> Result<(), StoreError> {
        self.0.run(SET_CLOCK, args![stream, began_at]).await.map(drop)
    }

    /// Counts frames that were not recorded.
    pub async fn lose(&self, stream: StreamId, frames: i64) -> Result<(), StoreError> {
        self.0.run(LOSE, args![stream, frames]).await.map(drop)
    }

    /// From now on it can be watched. `head`: the bytes of what stands before its segments.
    pub async fn complete(&self, stream: StreamId, head: i64, until: Millis) -> Result<(), StoreError> {
        self.0.run(CLOSE_RECORDING, args![stream, head, until]).await.map(drop)
    }

    /// All segments, in order.
    pub async fn segments(&self, stream: StreamId) -> Result<Vec<Segment>, StoreError> {
        self.0.rows(SEGMENTS, args![stream]).await?.iter().map(segment).collect()
    }

    /// The segment with this byte of all their bytes.
    pub async fn segment_at(&self, stream: StreamId, byte: i64) -> Result<Segment, StoreError> {
        segment(&self.0.row(SEGMENT_AT, args![stream, byte]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Some segments from this number on.
    pub async fn segments_from(&self, stream: StreamId, number: i64) -> Result<Vec<Segment>, StoreError> {
        self.0.rows(SEGMENTS_FROM, args![stream, number, READ]).await?.iter().map(segment).collect()
    }

    /// The segments that begin within these moments.
    pub async fn segments_between(
        &self,
        stream: StreamId,
        moments: Range<Span>,
    ) -> Result<Vec<Segment>, StoreError> {
        let args = args![stream, moments.start.0, moments.end.0, MOST_BETWEEN];
        self.0.rows(SEGMENTS_BETWEEN, args).await?.iter().map(segment).collect()
    }

    /// The number of the segment from which to play to see this moment.
    pub async fn keyed_at(&self, stream: StreamId, moment: Span) -> Result<Option<i64>, StoreError> {
        self.0.row(KEYED_AT, args![stream, moment.0]).await?.ok_or(StoreError::NotFound)?.get("number")
    }

    /// Recordings whose bytes nobody needs any more.
    pub async fn doomed(&self, now: Millis, most: i64) -> Result<Vec<Recording>, StoreError> {
        let closed = Millis(now.0.saturating_sub(REOPEN_WITHIN.0));
        self.0.rows(DOOMED, args![now, closed, most]).await?.iter().map(read).collect()
    }

    /// After everything of it was deleted. Its clips and captions go with it.
    pub async fn forget(&self, stream: StreamId) -> Result<(), StoreError> {
        self.0.run(FORGET_CAPTIONS, args![stream]).await?;
        self.0.run(FORGET_CLIPS, args![stream]).await?;
        self.0.run(FORGET_SEGMENTS, args![stream]).await?;
        self.0.run(FORGET_RECORDING, args![stream]).await.map(drop)
    }
}

impl Tx<'_> {
    pub async fn rename_recording(&mut self, stream: StreamId, title: &str) -> Result<(), StoreError> {
        found(self.run(RENAME, args![stream, title]).await?)
    }

    /// Shows it to the team only, or to all who may enter its show.
    pub async fn hide_recording(&mut self, stream: StreamId, hidden: bool) -> Result<(), StoreError> {
        found(self.run(HIDE, args![stream, hidden]).await?)
    }

    /// Deletes a recording. Its bytes go soon after.
    ///
    /// # Errors
    /// `Conflict("recording")` while it is not complete.
    pub async fn delete_recording(&mut self, stream: StreamId, now: Millis) -> Result<(), StoreError> {
        if self.run(DELETE_RECORDING, args![stream, now]).await? == 0 {
            self.row(OF_STREAM, args![stream]).await?.ok_or(StoreError::NotFound)?;
            return Err(StoreError::Conflict("recording"));
        }
        enqueue(self, &PruneRecordings {}, None, now).await.map(drop)
    }
}
