//! How many people watched a show, minute by minute, and how long people stay members.

use crate::{
    audience::space_days::SpaceDays,
    catalogue::prices::money,
    db::sql::{Row, args, statements},
};
use domain::{
    amount::Money,
    audience::curve::{MOST_MINUTES, Membership, MinuteStays},
    error::StoreError,
    id::{SpaceId, StreamId},
    time::{Millis, Span},
};

/// Members of whom retention is counted.
const MOST_MEMBERS: i64 = 50_000;

statements! {
    SHOWS = "SELECT x.id, x.title, x.started_at, x.ended_at, x.peak,
            (SELECT COUNT(DISTINCT v.account_id) FROM viewings v WHERE v.stream_id = x.id) AS people,
            (SELECT CAST(COALESCE(SUM(v.until - v.since), 0) AS BIGINT) FROM viewings v WHERE v.stream_id = x.id) AS watched
        FROM (SELECT s.id, s.title, s.started_at, s.ended_at, s.peak FROM streams s
            WHERE s.space_id = $1 AND s.started_at IS NOT NULL ORDER BY s.started_at DESC, s.id LIMIT $2) x
        ORDER BY x.started_at DESC, x.id";
    SHOW = "SELECT s.id, s.title, s.started_at, s.ended_at, s.peak,
            (SELECT COUNT(DISTINCT v.account_id) FROM viewings v WHERE v.stream_id = s.id) AS people,
            (SELECT CAST(COALESCE(SUM(v.until - v.since), 0) AS BIGINT) FROM viewings v WHERE v.stream_id = s.id) AS watched
        FROM streams s WHERE s.id = $1 AND s.started_at IS NOT NULL";
    /// What was said while a stream was on air and still stands; and between which segments of its recording nothing was published.
    SAID = "SELECT (SELECT COUNT(*) FROM journal j JOIN rooms r ON r.id = j.room_id
            WHERE (r.owner_id = $1 OR r.id = $1) AND r.kind = 'stream' AND j.kind = 'said' AND j.body IS NOT NULL
            AND j.at >= $2 AND j.at < $3) AS lines,
        (SELECT COUNT(*) FROM recordings c WHERE c.stream_id = $1) AS recorded, COUNT(x.gap) AS drops,
        CAST(COALESCE(SUM(x.gap), 0) AS BIGINT) AS silence
        FROM (SELECT g.begins - LAG(g.until) OVER (ORDER BY g.number) AS gap FROM recording_segments g WHERE g.stream_id = $1) x
        WHERE x.gap > 2000";
    /// Of passes that were paid for while it was on air, less what went back.
    INCOME = "SELECT currency, COUNT(*) AS passes, CAST(SUM(amount - refunded) AS BIGINT) AS amount FROM purchases
        WHERE space_id = $1 AND paid_at >= $2 AND paid_at < $3 AND surplus = 0 GROUP BY currency ORDER BY currency";
    /// Stays that begin and end in each minute from $2 on.
    MINUTES = "SELECT x.minute AS minute, CAST(SUM(x.begun) AS BIGINT) AS begun, CAST(SUM(x.ended) AS BIGINT) AS ended FROM (
            SELECT CASE WHEN v.since < CAST($2 AS BIGINT) THEN 0 ELSE (v.since - $2) / 60000 END AS minute, 1 AS begun, 0 AS ended
            FROM viewings v WHERE v.stream_id = $1
            UNION ALL
            SELECT CASE WHEN v.until < CAST($2 AS BIGINT) THEN 0 ELSE (v.until - $2) / 60000 END AS minute, 0 AS begun, 1 AS ended
            FROM viewings v WHERE v.stream_id = $1) x
        GROUP BY x.minute ORDER BY x.minute LIMIT $3";
    /// From the first pass to the end of the last one, of those who joined since $2.
    MEMBERSHIPS = "SELECT MIN(g.starts_at) AS since, MAX(COALESCE(g.closed_at, g.expires_at, 9223372036854775807)) AS until
        FROM grants g WHERE g.space_id = $1 GROUP BY g.account_id HAVING MIN(g.starts_at) >= $2 ORDER BY 1 LIMIT $3";
}

/// A stream that is or was on air, with what was watched of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownStream {
    pub id: StreamId,
    pub title: String,
    pub started_at: Millis,
    pub ended_at: Option<Millis>,
    pub peak: i64,
    pub people: i64,
    pub watched: Span,
}

/// What else became of a show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShowReport {
    /// Lines of its chat.
    pub lines: i64,
    /// Passes that were bought meanwhile, and what was paid for them, by currency.
    pub income: Vec<(i64, Money)>,
    /// How often nothing was published, and for how long in all; `None` if it was not recorded.
    pub drops: Option<(i64, Span)>,
}

impl SpaceDays<'_> {
    /// What was said and sold while a stream was on air, and how often its picture was gone.
    pub async fn report(
        &self,
        space: SpaceId,
        show: &ShownStream,
        now: Millis,
    ) -> Result<ShowReport, StoreError> {
        let (id, from, until) = (show.id, show.started_at, show.ended_at.unwrap_or(now));
        let said = self.0.row(SAID, args![id, from, until]).await?.ok_or(StoreError::NotFound)?;
        let income = |row: &Row| Ok::<_, StoreError>((row.get("passes")?, money(row, "amount", "currency")?));
        let sold = self.0.rows(INCOME, args![space, from, until]).await?;
        let income = sold.iter().map(income).collect::<Result<_, _>>()?;
        let recorded = said.get::<i64>("recorded")? > 0;
        let drops = recorded.then_some((said.get("drops")?, said.get("silence")?));
        Ok(ShowReport { lines: said.get("lines")?, income, drops })
    }

    /// The last shows of a space, the newest first.
    pub async fn shows(&self, space: SpaceId, limit: usize) -> Result<Vec<ShownStream>, StoreError> {
        self.0.rows(SHOWS, args![space, limit as i64]).await?.iter().map(shown).collect()
    }

    /// One that is or was on air.
    pub async fn show(&self, stream: StreamId) -> Result<ShownStream, StoreError> {
        shown(&self.0.row(SHOW, args![stream]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Stays at a stream, by the minutes from its begin on.
    pub async fn minutes(&self, stream: StreamId, began: Millis) -> Result<Vec<MinuteStays>, StoreError> {
        let rows = self.0.rows(MINUTES, args![stream, began, MOST_MINUTES as i64]).await?;
        let stays = |row: &Row| {
            Ok(MinuteStays { minute: row.get("minute")?, begun: row.get("begun")?, ended: row.get("ended")? })
        };
        rows.iter().map(stays).collect()
    }

    /// Who joined a space since then, and until when they were members.
    pub async fn memberships(&self, space: SpaceId, since: Millis) -> Result<Vec<Membership>, StoreError> {
        let rows = self.0.rows(MEMBERSHIPS, args![space, since, MOST_MEMBERS]).await?;
        let membership = |row: &Row| {
            let until: Millis = row.get("until")?;
            let until = Some(until).filter(|until| *until < Millis(i64::MAX));
            Ok(Membership { since: row.get("since")?, until })
        };
        rows.iter().map(membership).collect()
    }
}

fn shown(row: &Row) -> Result<ShownStream, StoreError> {
    Ok(ShownStream {
        id: row.get("id")?,
        title: row.get("title")?,
        started_at: row.get("started_at")?,
        ended_at: row.get("ended_at")?,
        peak: row.get("peak")?,
        people: row.get("people")?,
        watched: row.get("watched")?,
    })
}
