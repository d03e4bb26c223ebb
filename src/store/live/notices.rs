//! Whom a notice concerns, and what it tells. Whether each of them gets it is decided when it is sent.

use crate::{
    db::{
        connections::Db,
        sql::{Row, args, statements},
    },
    live::streams,
    work::jobs::{BATCH, enqueue_for_each},
};
use domain::{
    error::StoreError,
    id::{AccountId, ExperienceId, PostId, SpaceId},
    live::{
        jobs::Tell,
        notices::{Notice, PERIOD},
        stream::Stream,
    },
    time::Millis,
};

/// Shows that a mail names; more were planned if there is one more.
pub const NAMED: usize = 5;

/// The rest of a statement that lists people a batch at a time. Those who have switched the kind of mail off are left out;
/// `''` stands for mail that they may have to get anyway.
macro_rules! people {
    ($kind:literal $last:literal $limit:literal) => {
        concat!(
            " AND NOT EXISTS (SELECT 1 FROM mail_preferences p WHERE p.account_id = x.account_id AND p.kind = ",
            $kind,
            ") AND x.account_id > ",
            $last,
            " ORDER BY x.account_id LIMIT ",
            $limit
        )
    };
}

/// The experiences in which something was published for the first time in a period.
macro_rules! told_of {
    ($space:literal $until:literal) => {
        concat!(
            "SELECT p.experience_id FROM posts p WHERE p.space_id = ",
            $space,
            " AND p.told_at = ",
            $until,
            " AND p.published_at IS NOT NULL"
        )
    };
}

statements! {
    FOLLOWERS = concat!("SELECT x.account_id AS account_id FROM follows x WHERE x.space_id = $1",
        people!("$2" "$3" "$4"));
    /// Whoever is reminded of the stream $1 or holds a pass that opens it, and, if $5 is not 0, follows its space. A grant
    /// counts that opened it once: who may enter now is not decided here.
    CONCERNED = concat!("SELECT x.account_id AS account_id FROM (
            SELECT r.account_id FROM reminders r WHERE r.stream_id = $1
            UNION SELECT g.account_id FROM streams s JOIN grants g ON g.space_id = s.space_id WHERE s.id = $1
                AND g.closed_at IS NULL AND g.suspended_at IS NULL AND g.pass_id IN (
                    SELECT i.pass_id FROM streams t JOIN passes q ON q.space_id = t.space_id
                        JOIN pass_includes i ON i.pass_id = q.id AND i.experience_id = t.experience_id WHERE t.id = $1
                    UNION SELECT b.pass_id FROM streams t JOIN passes q ON q.space_id = t.space_id
                        JOIN pass_includes_before b ON b.pass_id = q.id AND b.experience_id = t.experience_id WHERE t.id = $1)
            UNION SELECT f.account_id FROM streams s JOIN follows f ON f.space_id = s.space_id
                WHERE s.id = $1 AND CAST($5 AS BIGINT) <> 0) x
        WHERE 1 = 1", people!("$2" "$3" "$4"));
    PLANNED = concat!("SELECT ", streams::columns!(), streams::room_column!("streams."), " FROM streams
        WHERE space_id = $1 AND planned_at >= $2 AND planned_at < $3 AND state = 'scheduled' AND scheduled_at > $4
        ORDER BY scheduled_at, id LIMIT $5");
    /// Whoever follows the space $1 or holds a pass that opens what was published there for the first time in the period that
    /// ends at $5.
    READERS = concat!("SELECT x.account_id AS account_id FROM (
            SELECT f.account_id FROM follows f WHERE f.space_id = $1
            UNION SELECT g.account_id FROM grants g WHERE g.space_id = $1
                AND g.closed_at IS NULL AND g.suspended_at IS NULL AND g.pass_id IN (
                    SELECT i.pass_id FROM passes q JOIN pass_includes i ON i.pass_id = q.id
                        WHERE q.space_id = $1 AND i.experience_id IN (", told_of!("$1" "$5"), ")
                    UNION SELECT b.pass_id FROM passes q JOIN pass_includes_before b ON b.pass_id = q.id
                        WHERE q.space_id = $1 AND b.experience_id IN (", told_of!("$1" "$5"), "))) x
        WHERE 1 = 1", people!("$2" "$3" "$4"));
    /// A few of each experience: however many there are in one, they hide none of another that the person may see alone.
    POSTED = "SELECT t.id, t.experience_id, t.title FROM (
            SELECT p.id, p.experience_id, p.title, p.published_at,
                ROW_NUMBER() OVER (PARTITION BY p.experience_id ORDER BY p.published_at, p.id) AS place
            FROM posts p WHERE p.space_id = $1 AND p.told_at = $2 AND p.published_at IS NOT NULL AND p.author_id <> $3) t
        WHERE t.place <= $4 ORDER BY t.published_at, t.id";
}

/// A post of which people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    pub id: PostId,
    pub experience: ExperienceId,
    pub title: String,
}

pub struct Notices<'a>(pub(crate) &'a Db);

impl Notices<'_> {
    /// Enqueues the mails to everybody whom it concerns. A second time it enqueues those that are missing.
    pub async fn spread(&self, notice: Notice, now: Millis) -> Result<(), StoreError> {
        let page = |last: &str| match notice {
            Notice::Planned { space, .. } => (FOLLOWERS, args![space, notice.kind().code(), last, BATCH]),
            Notice::Live { stream, .. } => {
                (CONCERNED, args![stream, notice.kind().code(), last, BATCH, true])
            }
            Notice::Moved { stream, .. } | Notice::Cancelled { stream, .. } => {
                (CONCERNED, args![stream, "", last, BATCH, notice.concerns_followers()])
            }
            Notice::Posted { space, until } => {
                (READERS, args![space, notice.kind().code(), last, BATCH, until])
            }
        };
        enqueue_for_each(self.0, page, |account| Tell { notice, account }, Tell::key, now).await
    }

    /// What a space has planned in the period that ended then and is still to come: [`NAMED`] shows and one more, if there are
    /// more.
    pub async fn planned(
        &self,
        space: SpaceId,
        until: Millis,
        now: Millis,
    ) -> Result<Vec<Stream>, StoreError> {
        let since = Millis(until.0 - PERIOD.0);
        let rows = self.0.rows(PLANNED, args![space, since, until, now, NAMED as i64 + 1]).await?;
        rows.iter().map(streams::read).collect()
    }

    /// What a space has published for the first time in the period that ended then and is still public, the oldest first: of each
    /// experience [`NAMED`] posts and one more, if there are more. Without what this person wrote.
    pub async fn posted(
        &self,
        space: SpaceId,
        until: Millis,
        reader: Option<AccountId>,
    ) -> Result<Vec<Posted>, StoreError> {
        let reader = reader.map(|reader| reader.to_string()).unwrap_or_default();
        let rows = self.0.rows(POSTED, args![space, until, reader, NAMED as i64 + 1]).await?;
        let posted = |row: &Row| {
            Ok(Posted { id: row.get("id")?, experience: row.get("experience_id")?, title: row.get("title")? })
        };
        rows.iter().map(posted).collect()
    }
}
