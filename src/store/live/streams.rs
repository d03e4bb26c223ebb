//! The rows of streams, which are authoritative for their state. A change names the version that it is based on.

use crate::{
    Store,
    db::{
        connections::{Db, Tx, named},
        sql::{Row, args, code, row, statements},
    },
    live::participants,
    ops::{
        audit::{self, Act},
        changes,
    },
    work::jobs::enqueue,
};
use domain::{
    catalogue::quota,
    change::Change,
    clock::BoxFuture,
    error::StoreError,
    id::*,
    live::{
        jobs::{RemindAll, TellAll},
        notices::{self, Notice},
        participants::{Participant, StageChange},
        passes::Plane,
        recording::Recorded,
        store::StreamStore,
        stream::{EndReason, Stream, StreamChange, StreamState},
        viewership::{Viewership, Viewing},
    },
    time::Millis,
};

row! {
    pub(crate) fn read -> Stream {
        id: "id",
        room: => room,
        space: "space_id",
        experience: "experience_id",
        series: "series_id",
        title: "title",
        state: "state" => code(StreamState::from_code),
        version: "version",
        scheduled_at: "scheduled_at",
        started_at: "started_at",
        grace_until: "grace_until",
        empty_since: "empty_since",
        ended_at: "ended_at",
        end_reason: "end_reason" => end_reason,
        peak: "peak",
        count_hidden: "count_hidden",
        recorded: "recorded" => code(Recorded::from_code),
        plane: "plane" => plane,
        clips_by_team: "clips_by_team",
    }
}

/// A column with the id of a stream's room. Rooms made by an earlier release that runs beside this one have no owner;
/// they share the stream's id.
macro_rules! room_column {
    ($table:literal) => {
        concat!(
            ", COALESCE((SELECT r.id FROM rooms r WHERE r.kind = 'stream' AND r.owner_id = ",
            $table,
            "id), ",
            $table,
            "id) AS room_id"
        )
    };
}
pub(crate) use room_column;

/// The columns of a stream and its room.
macro_rules! shown {
    () => {
        concat!(columns!(), room_column!("streams."))
    };
}

statements! {
    BY_ID = concat!("SELECT ", shown!(), " FROM streams WHERE id = $1");
    /// What the experience's page shows: the running one, else the next, else the last.
    CURRENT = concat!("SELECT ", shown!(), " FROM streams WHERE experience_id = $1 ORDER BY
        CASE state WHEN 'live' THEN 0 WHEN 'interrupted' THEN 0 WHEN 'rehearsal' THEN 1 WHEN 'scheduled' THEN 2 ELSE 3 END,
        CASE WHEN state = 'ended' THEN -ended_at ELSE COALESCE(scheduled_at, created_at) END, id LIMIT 1");
    LIST = concat!("SELECT ", shown!(), " FROM streams WHERE space_id = $1 ORDER BY created_at DESC, id DESC");
    NOT_ENDED = concat!("SELECT ", shown!(), " FROM streams
        WHERE space_id = $1 AND state <> 'ended' ORDER BY created_at DESC, id DESC");
    OF_EXPERIENCE = concat!("SELECT ", shown!(), " FROM streams WHERE experience_id = $1 ORDER BY created_at DESC, id DESC");
    DATED = concat!("SELECT ", shown!(), " FROM streams WHERE space_id = $1 AND scheduled_at > $2
        ORDER BY scheduled_at DESC, id LIMIT 500");
    /// Changes nothing, but waits for changes that are not committed yet, and lets later ones wait.
    LOCK = "UPDATE streams SET version = version WHERE id = $1";
    LOCK_ALL_OF = concat!("UPDATE streams SET version = version WHERE experience_id = $1 RETURNING ", shown!());
    RUNNING = concat!("SELECT ", shown!(), " FROM streams WHERE state IN ('rehearsal', 'live', 'interrupted') ORDER BY id");
    INSERT = "INSERT INTO streams (id, space_id, experience_id, title, state, scheduled_at, created_at, series_id, count_hidden,
            planned_at)
        SELECT $1, e.space_id, e.id, $3, 'scheduled', $4, $5, $9, $10, $11 FROM experiences e WHERE e.id = $2 AND e.kind = 'show'
            AND $6 > (SELECT COUNT(*) FROM streams s WHERE s.space_id = e.space_id AND s.state = 'scheduled')
            AND $7 > (SELECT COUNT(*) FROM streams s WHERE s.space_id = e.space_id AND s.created_at > $8)
        RETURNING space_id";
    OF_ROOM = concat!("SELECT ", shown!(), " FROM streams WHERE id = (
        SELECT COALESCE(owner_id, id) FROM rooms WHERE id = $1 AND kind = 'stream')");
    ROOM_OF = "SELECT COALESCE((SELECT r.id FROM rooms r WHERE r.kind = 'stream' AND r.owner_id = s.id), s.id) AS room_id
        FROM streams s WHERE s.id = $1";
    /// Only shows have streams.
    SPACE_OF_SHOW = "SELECT space_id FROM experiences WHERE id = $1 AND kind = 'show'";
    SPACE_OF = "SELECT space_id FROM streams WHERE id = $1";
    PLANNED = "SELECT COUNT(*) AS planned FROM streams WHERE space_id = $1 AND state = 'scheduled'";
    AWAITED = "SELECT s.id FROM streams s WHERE s.id = $1 AND s.state = 'scheduled'
        AND EXISTS (SELECT 1 FROM reminders r WHERE r.stream_id = s.id)";
    /// Keeps a room whose journal has entries.
    DELETE_ROOM = "DELETE FROM rooms WHERE (id = $1 OR (kind = 'stream' AND owner_id = $1)) AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.room_id = rooms.id)";
    DELETE = "DELETE FROM streams WHERE id = $1 AND started_at IS NULL AND state IN ('scheduled', 'ended')";
    INSERT_ROOM = "INSERT INTO rooms (id, space_id, kind, owner_id) VALUES ($1, $2, 'stream', $3)";
    CHANGE = "UPDATE streams SET title = $3, state = $4, version = $5, scheduled_at = $6, started_at = $7, grace_until = $8,
        ended_at = $9, end_reason = $10, empty_since = $11 WHERE id = $1 AND version = $2";
    RESCHEDULE = concat!("UPDATE streams SET title = $2, scheduled_at = $3, version = version + 1
        WHERE id = $1 AND state = 'scheduled' RETURNING ", shown!());
    PEAK = "UPDATE streams SET peak = $2 WHERE id = $1 AND peak < $2";
    EMPTY = "UPDATE streams SET empty_since = $2 WHERE id = $1";
}

/// Streams to plan: one for each moment, or one without a date.
#[derive(Clone, Copy, Debug)]
pub struct NewStreams<'a> {
    pub title: &'a str,
    /// More than one make a series.
    pub at: &'a [Millis],
    pub count_hidden: bool,
}

/// One of them.
struct NewStream<'a> {
    title: &'a str,
    at: Option<Millis>,
    series: Option<SeriesId>,
    count_hidden: bool,
}

pub struct Streams<'a>(pub(crate) &'a Db);

/// The column that `room_column!` adds.
fn room(row: &Row) -> Result<RoomId, StoreError> {
    row.get("room_id")
}

/// `None` for a reason that only a newer release knows.
fn end_reason(row: &Row, column: &str) -> Result<Option<EndReason>, StoreError> {
    let reason: Option<String> = row.get(column)?;
    Ok(reason.as_deref().and_then(EndReason::from_code))
}

fn plane(row: &Row, column: &str) -> Result<Option<Plane>, StoreError> {
    let plane: Option<String> = row.get(column)?;
    Ok(plane.as_deref().and_then(Plane::from_code))
}

fn one(mut rows: Vec<Row>) -> Result<Stream, StoreError> {
    read(&rows.pop().ok_or(StoreError::NotFound)?)
}

/// The streams of an experience, which nobody else changes until the end of the transaction.
pub(crate) async fn lock_all_of(
    tx: &mut Tx<'_>,
    experience: ExperienceId,
) -> Result<Vec<Stream>, StoreError> {
    tx.rows(LOCK_ALL_OF, args![experience]).await?.iter().map(read).collect()
}

/// What people are told of a stream that has changed.
fn news(stream: &Stream, now: Millis) -> Option<Notice> {
    let cancelled = stream.end_reason == Some(EndReason::Cancelled) && stream.scheduled_at.is_some();
    match stream.state {
        // It is also live again after an interruption; the notice has one key.
        StreamState::Live => Some(Notice::Live { stream: stream.id, at: now }),
        StreamState::Ended if cancelled => Some(Notice::Cancelled { stream: stream.id, at: now }),
        _ => None,
    }
}

/// Tells everybody whom it concerns, when it is due.
pub(crate) async fn tell(tx: &mut Tx<'_>, notice: Notice) -> Result<(), StoreError> {
    enqueue(tx, &TellAll { notice }, Some(&notice.key()), notice.due()).await.map(drop)
}

impl Streams<'_> {
    /// Creates a scheduled stream and its chat room, for seeding. [`Tx::schedule_streams`] also enforces the quotas.
    pub async fn schedule(
        &self,
        experience: ExperienceId,
        title: &str,
        at: Option<Millis>,
        now: Millis,
    ) -> Result<Stream, StoreError> {
        let mut tx = self.0.begin().await?;
        let made = tx.seed_streams(experience, &[(title.into(), at)], now).await?.pop();
        tx.commit().await?;
        made.ok_or(StoreError::NotFound)
    }

    pub async fn by_id(&self, id: StreamId) -> Result<Stream, StoreError> {
        one(self.0.rows(BY_ID, args![id]).await?)
    }

    /// The stream that a room belongs to.
    pub async fn of_room(&self, room: RoomId) -> Result<Stream, StoreError> {
        one(self.0.rows(OF_ROOM, args![room]).await?)
    }

    /// The room of a stream; it never changes.
    pub async fn room_of(&self, id: StreamId) -> Result<RoomId, StoreError> {
        self.0.row(ROOM_OF, args![id]).await?.ok_or(StoreError::NotFound)?.get("room_id")
    }

    /// The stream that an experience's page shows: the one on air, else the rehearsing one, else the next scheduled
    /// one, else the last ended one.
    pub async fn current(&self, experience: ExperienceId) -> Result<Option<Stream>, StoreError> {
        self.0.row(CURRENT, args![experience]).await?.as_ref().map(read).transpose()
    }

    /// The streams of a space that are planned, rehearsing or on air, newest first.
    pub async fn not_ended(&self, space: SpaceId) -> Result<Vec<Stream>, StoreError> {
        self.0.rows(NOT_ENDED, args![space]).await?.iter().map(read).collect()
    }

    /// Those of a space that have a date after `since`, whatever became of them: at most 500, the last to come first.
    pub async fn dated(&self, space: SpaceId, since: Millis) -> Result<Vec<Stream>, StoreError> {
        self.0.rows(DATED, args![space, since]).await?.iter().map(read).collect()
    }

    pub async fn of_experience(&self, experience: ExperienceId) -> Result<Vec<Stream>, StoreError> {
        self.0.rows(OF_EXPERIENCE, args![experience]).await?.iter().map(read).collect()
    }

    /// Streams that rehearse, are live or are interrupted: those that a restarted process resumes.
    pub async fn running(&self) -> Result<Vec<Stream>, StoreError> {
        self.0.rows(RUNNING, args![]).await?.iter().map(read).collect()
    }

    /// Writes a change, with its audit line if a person asked for it. Changes that follow from the clock or from the
    /// publisher's media have none.
    async fn change(
        &self,
        StreamChange { from, to }: StreamChange,
        by: Option<AccountId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let reason = to.end_reason.map(EndReason::code);
        let Stream { scheduled_at, started_at, grace_until, ended_at, .. } = to;
        let row = args![
            to.id,
            from,
            &to.title,
            to.state.code(),
            to.version,
            scheduled_at,
            started_at,
            grace_until,
            ended_at,
            reason,
            to.empty_since,
        ];
        let mut tx = self.0.begin().await?;
        tx.lock_space(to.space).await?;
        if tx.run(CHANGE, row).await.map_err(|e| named(e, "live"))? == 0 {
            drop(tx);
            return self.by_id(to.id).await.and(Err(StoreError::Conflict("version")));
        }
        if let Some(actor) = by {
            let state = to.state.code();
            let detail = reason.map_or(state.into(), |reason| format!("{state}, {reason}"));
            let target = to.id.to_string();
            let act = Act { actor: Some(actor), action: "stream.state".into(), target, detail };
            audit::write(&mut tx, &act, now).await?;
            changes::write(&mut tx, &[Change::Space { space: to.space }]).await?;
        }
        if let Some(notice) = news(&to, now) {
            tell(&mut tx, notice).await?;
        }
        tx.commit().await
    }
}

impl Tx<'_> {
    async fn add_stream(
        &mut self,
        experience: ExperienceId,
        new: &NewStream<'_>,
        now: Millis,
        (planned, recent): (i64, i64),
    ) -> Result<Option<Stream>, StoreError> {
        let since = Millis(now.0 - quota::STREAMS_WINDOW.0);
        let id = StreamId::new();
        let NewStream { title, at, series, count_hidden } = *new;
        let planned_at = at.map(|_| now);
        let row =
            args![id, experience, title, at, now, planned, recent, since, series, count_hidden, planned_at];
        let Some(row) = self.row(INSERT, row).await? else { return Ok(None) };
        let space: SpaceId = row.get("space_id")?;
        self.run(INSERT_ROOM, args![RoomId::new(), space, id]).await?;
        Ok(Some(one(self.rows(BY_ID, args![id]).await?)?))
    }

    /// Creates scheduled streams with these titles, of which nobody is told and which no quota bounds.
    pub(crate) async fn seed_streams(
        &mut self,
        experience: ExperienceId,
        new: &[(String, Option<Millis>)],
        now: Millis,
    ) -> Result<Vec<Stream>, StoreError> {
        self.lock_space_of(SPACE_OF_SHOW, experience).await?;
        let mut streams = Vec::with_capacity(new.len());
        for (title, at) in new {
            let one = NewStream { title, at: *at, series: None, count_hidden: false };
            let made = self.add_stream(experience, &one, now, (i64::MAX, i64::MAX)).await?;
            streams.push(made.ok_or(StoreError::NotFound)?);
        }
        Ok(streams)
    }

    /// Creates scheduled streams, each with its chat room, in the order of their moments. Returns `Conflict("planned")` or
    /// `Conflict("recent")` if the space has created too many.
    pub async fn schedule_streams(
        &mut self,
        experience: ExperienceId,
        new: &NewStreams<'_>,
        now: Millis,
    ) -> Result<Vec<Stream>, StoreError> {
        let space = self.lock_space_of(SPACE_OF_SHOW, experience).await?;
        if !new.at.is_empty() {
            tell(self, Notice::Planned { space, until: notices::told_at(now) }).await?;
        }
        let limits = (quota::PLANNED_STREAMS, quota::STREAMS_PER_WINDOW);
        let (series, count_hidden) = ((new.at.len() > 1).then(SeriesId::new), new.count_hidden);
        let moments = if new.at.is_empty() { vec![None] } else { new.at.iter().copied().map(Some).collect() };
        let mut streams = Vec::with_capacity(moments.len());
        for at in moments {
            let one = NewStream { title: new.title, at, series, count_hidden };
            match self.add_stream(experience, &one, now, limits).await? {
                Some(made) => streams.push(made),
                None => return Err(self.why_not_planned(experience, space).await?),
            }
        }
        Ok(streams)
    }

    /// Which quota the space has reached.
    async fn why_not_planned(
        &mut self,
        experience: ExperienceId,
        space: SpaceId,
    ) -> Result<StoreError, StoreError> {
        // It may have been deleted before the lock.
        self.row(SPACE_OF_SHOW, args![experience]).await?.ok_or(StoreError::NotFound)?;
        let row = self.row(PLANNED, args![space]).await?.ok_or(StoreError::NotFound)?;
        let full = row.get::<i64>("planned")? >= quota::PLANNED_STREAMS;
        Ok(StoreError::Conflict(if full { "planned" } else { "recent" }))
    }

    /// The streams of a space, newest first.
    pub async fn streams_of(&mut self, space: SpaceId) -> Result<Vec<Stream>, StoreError> {
        self.rows(LIST, args![space]).await?.iter().map(read).collect()
    }

    /// Changes the title or time. People are told of another time. Returns `Conflict("state")` if it has begun.
    pub async fn reschedule_stream(
        &mut self,
        id: StreamId,
        title: &str,
        at: Option<Millis>,
        now: Millis,
    ) -> Result<Stream, StoreError> {
        self.lock_space_of(SPACE_OF, id).await?;
        let from = self.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?.get("scheduled_at")?;
        let row = self.row(RESCHEDULE, args![id, title, at]).await?.ok_or(StoreError::Conflict("state"))?;
        for job in at.into_iter().flat_map(|at| RemindAll::each(id, at)) {
            enqueue(self, &job, Some(&job.key()), job.due()).await?;
        }
        if from != at {
            tell(self, Notice::Moved { stream: id, from, until: notices::told_at(now) }).await?;
        }
        read(&row)
    }

    /// Deletes a stream that was never on air. `Conflict("lines")` if something was said or decided in its chat,
    /// `Conflict("state")` if it is or was running, `Conflict("reminders")` if it is planned and people are reminded of it:
    /// only a cancellation tells them.
    pub async fn delete_stream(&mut self, id: StreamId) -> Result<(), StoreError> {
        self.lock_space_of(SPACE_OF, id).await?;
        // The stream first, then its room, as when its experience is deleted: otherwise each could wait for the other.
        if self.run(LOCK, args![id]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        if self.row(AWAITED, args![id]).await?.is_some() {
            return Err(StoreError::Conflict("reminders"));
        }
        if self.run(DELETE_ROOM, args![id]).await? == 0 {
            return Err(StoreError::Conflict("lines"));
        }
        match self.run(DELETE, args![id]).await? {
            0 => Err(StoreError::Conflict("state")),
            _ => Ok(()),
        }
    }
}

impl StreamStore for Store {
    fn load(&self, id: StreamId) -> BoxFuture<'_, Result<Stream, StoreError>> {
        Box::pin(async move { self.streams().by_id(id).await })
    }

    /// Returns `Conflict("live")` if another stream of the experience is on air.
    fn change(
        &self,
        change: StreamChange,
        by: Option<AccountId>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.streams().change(change, by, now).await })
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<StreamId>, StoreError>> {
        Box::pin(async move { Ok(self.streams().running().await?.into_iter().map(|s| s.id).collect()) })
    }

    fn peak(&self, id: StreamId, people: i64) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.db().run(PEAK, args![id, people]).await.map(drop) })
    }

    fn empty(&self, id: StreamId, since: Option<Millis>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.db().run(EMPTY, args![id, since]).await.map(drop) })
    }

    fn participants(&self, id: StreamId) -> BoxFuture<'_, Result<Vec<Participant>, StoreError>> {
        Box::pin(participants::of_stream(self, id))
    }

    fn change_stage(
        &self,
        id: StreamId,
        change: StageChange,
        by: Option<AccountId>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(participants::change(self, id, change, by, now))
    }

    fn clear_stage(&self, id: StreamId) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(participants::clear(self, id))
    }

    fn viewed(&self, id: StreamId, viewings: Vec<Viewing>) -> BoxFuture<'_, Result<Viewership, StoreError>> {
        Box::pin(async move {
            self.viewings().store(id, &viewings).await?;
            self.viewings().sum(id).await
        })
    }
}
