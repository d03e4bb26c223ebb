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
/// New posts of a space that one notice looks at.
const MOST_POSTED: i64 = 50;

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

statements! {
    FOLLOWERS = concat!("SELECT x.account_id AS account_id FROM follows x WHERE x.space_id = $1",
        people!("$2" "$3" "$4"));
    /// Whoever is reminded of the stream $1 or holds a pass that opens it, and, if $5 is not 0, follows its space. A grant
    /// counts that opened it once: who may enter now is not decided here.
    CONCERNED = concat!("SELECT x.account_id AS account_id FROM (
            SELECT r.account_id FROM reminders r WHERE r.stream_id = $1
            UNION SELECT g.account_id FROM streams s JOIN grants g ON g.space_id = s.space_id
                AND g.closed_at IS NULL AND g.suspended_at IS NULL JOIN (
                    SELECT i.pass_id, i.experience_id FROM pass_includes i
                    UNION SELECT b.pass_id, b.experience_id FROM pass_includes_before b) o
                ON o.pass_id = g.pass_id AND o.experience_id = s.experience_id WHERE s.id = $1
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
            UNION SELECT g.account_id FROM (
                    SELECT DISTINCT p.experience_id FROM posts p
                    WHERE p.space_id = $1 AND p.told_at = $5 AND p.published_at IS NOT NULL) e JOIN (
                    SELECT i.pass_id, i.experience_id FROM pass_includes i
                    UNION SELECT b.pass_id, b.experience_id FROM pass_includes_before b) o
                ON o.experience_id = e.experience_id JOIN grants g ON g.pass_id = o.pass_id AND g.space_id = $1
                AND g.closed_at IS NULL AND g.suspended_at IS NULL) x
        WHERE 1 = 1", people!("$2" "$3" "$4"));
    POSTED = "SELECT id, experience_id, author_id, title FROM posts
        WHERE space_id = $1 AND told_at = $2 AND published_at IS NOT NULL ORDER BY published_at, id LIMIT $3";
}

/// A post of which people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    pub id: PostId,
    pub experience: ExperienceId,
    pub author: AccountId,
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

    /// What a space has published for the first time in the period that ended then and is still public, the oldest first.
    pub async fn posted(&self, space: SpaceId, until: Millis) -> Result<Vec<Posted>, StoreError> {
        let rows = self.0.rows(POSTED, args![space, until, MOST_POSTED]).await?;
        let posted = |row: &Row| {
            Ok(Posted {
                id: row.get("id")?,
                experience: row.get("experience_id")?,
                author: row.get("author_id")?,
                title: row.get("title")?,
            })
        };
        rows.iter().map(posted).collect()
    }
}
