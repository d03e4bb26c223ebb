//! The counted days of spaces.

use crate::{
    Store,
    audience::counts::day_money,
    catalogue::spaces,
    db::{
        connections::Db,
        sql::{Row, args, decode_error, statements},
    },
};
use domain::{
    audience::{
        days::LocalDay,
        figures::{CountedDay, DayFigures, MOST_DAYS},
    },
    catalogue::offer::Space,
    error::StoreError,
    id::SpaceId,
    time::Millis,
};
use std::collections::HashMap;

statements! {
    /// Spaces of which there is something to count, with the last day that was counted; after the space $1.
    SPACES = concat!("SELECT ", spaces::columns!("s."), ", (SELECT MAX(d.day) FROM space_days d WHERE d.space_id = s.id) AS through
        FROM spaces s WHERE s.id > $1 AND (EXISTS (SELECT 1 FROM grants g WHERE g.space_id = s.id)
            OR EXISTS (SELECT 1 FROM space_visits v WHERE v.space_id = s.id)
            OR EXISTS (SELECT 1 FROM checkouts c WHERE c.space_id = s.id)) ORDER BY s.id LIMIT $2");
    /// Days of which the ledger learned something after they were counted.
    STALE = "SELECT d.day AS day FROM space_days d WHERE d.space_id = $1 AND EXISTS (
            SELECT 1 FROM ledger_sets l JOIN purchases p ON p.id = l.purchase_id
            WHERE p.space_id = $1 AND l.team_id = $2 AND l.at >= d.began AND l.at < d.ended AND l.written_at >= d.counted_at)
        ORDER BY d.day DESC LIMIT $3";
    DAYS = "SELECT day, began, ended, visitors, lookers, begun, paid, joined, subscribed, unsubscribed, viewers, watched, members, passes
        FROM space_days WHERE space_id = $1 AND day >= $2 AND day <= $3 ORDER BY day LIMIT $4";
    MONEY = "SELECT day, currency, sold, refunded, fees, own FROM space_day_money
        WHERE space_id = $1 AND day >= $2 AND day <= $3 ORDER BY day, currency LIMIT 1000";
    KEEP = "INSERT INTO space_days (space_id, day, began, ended, visitors, lookers, begun, paid, joined, subscribed, unsubscribed,
            viewers, watched, members, passes, counted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (space_id, day) DO UPDATE SET began = excluded.began, ended = excluded.ended, visitors = excluded.visitors,
            lookers = excluded.lookers, begun = excluded.begun, paid = excluded.paid, joined = excluded.joined,
            subscribed = excluded.subscribed, unsubscribed = excluded.unsubscribed, viewers = excluded.viewers,
            watched = excluded.watched, members = excluded.members, passes = excluded.passes, counted_at = excluded.counted_at";
    FORGET_MONEY = "DELETE FROM space_day_money WHERE space_id = $1 AND day = $2";
    KEEP_MONEY = "INSERT INTO space_day_money (space_id, day, currency, sold, refunded, fees, own)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (space_id, day, currency) DO UPDATE SET sold = excluded.sold, refunded = excluded.refunded,
            fees = excluded.fees, own = excluded.own";
}

/// A space and the last of its days that was counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncountedSpace {
    pub space: Space,
    pub through: Option<LocalDay>,
}

pub struct SpaceDays<'a>(pub(crate) &'a Db);

impl SpaceDays<'_> {
    /// Some spaces of which there is something to count, in the order of their ids; after this one.
    pub async fn spaces(
        &self,
        after: Option<SpaceId>,
        limit: usize,
    ) -> Result<Vec<UncountedSpace>, StoreError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = self.0.rows(SPACES, args![after, limit as i64]).await?;
        let found = |row: &Row| {
            let through = row.get::<Option<String>>("through")?;
            let through = through.as_deref().map(parsed).transpose()?;
            Ok(UncountedSpace { space: spaces::read(row)?, through })
        };
        rows.iter().map(found).collect()
    }

    /// Counted days about which the ledger has learned something since, the newest first.
    pub async fn stale(&self, space: &Space) -> Result<Vec<LocalDay>, StoreError> {
        let rows = self.0.rows(STALE, args![space.id, space.team, MOST_DAYS]).await?;
        rows.iter().map(day).collect()
    }

    /// The counted days from the first to the last, both included, in their order.
    pub async fn of_space(
        &self,
        space: SpaceId,
        first: LocalDay,
        last: LocalDay,
    ) -> Result<Vec<CountedDay>, StoreError> {
        let (first, last) = (first.to_string(), last.to_string());
        let mut reader = self.0.reader().await?;
        let days = reader.rows(DAYS, args![space, &first, &last, MOST_DAYS]).await?;
        let mut money = HashMap::<LocalDay, Vec<_>>::new();
        for row in reader.rows(MONEY, args![space, &first, &last]).await? {
            money.entry(day(&row)?).or_default().push(day_money(&row)?);
        }
        let counted = |row: &Row| {
            let day = day(row)?;
            let money = money.remove(&day).unwrap_or_default();
            let bounds = row.get("began")?..row.get("ended")?;
            Ok(CountedDay { day, bounds, figures: figures(row)?, money })
        };
        days.iter().map(counted).collect()
    }

    /// Keeps what was counted of a day in place of what was counted before. `now`: before it was counted, so that whatever the
    /// ledger learns meanwhile is counted again.
    pub async fn keep(&self, space: SpaceId, counted: &CountedDay, now: Millis) -> Result<(), StoreError> {
        let (f, day) = (&counted.figures, counted.day.to_string());
        let row = args![
            space,
            &day,
            counted.bounds.start,
            counted.bounds.end,
            f.visitors,
            f.lookers,
            f.begun,
            f.paid,
            f.joined,
            f.subscribed,
            f.unsubscribed,
            f.viewers,
            f.watched.0,
            f.members,
            f.passes,
            now,
        ];
        let mut tx = self.0.begin().await?;
        tx.run(KEEP, row).await?;
        tx.run(FORGET_MONEY, args![space, &day]).await?;
        for one in &counted.money {
            let code = one.currency.code();
            let row = args![space, &day, code, one.sold, one.refunded, one.fees, one.own];
            tx.run(KEEP_MONEY, row).await?;
        }
        tx.commit().await
    }
}

fn parsed(text: &str) -> Result<LocalDay, StoreError> {
    text.parse().map_err(|_| decode_error("day", text))
}

fn day(row: &Row) -> Result<LocalDay, StoreError> {
    parsed(&row.get::<String>("day")?)
}

/// Reads the figures of a day, as they are counted and as they are kept.
pub(super) fn figures(row: &Row) -> Result<DayFigures, StoreError> {
    Ok(DayFigures {
        visitors: row.get("visitors")?,
        lookers: row.get("lookers")?,
        begun: row.get("begun")?,
        paid: row.get("paid")?,
        joined: row.get("joined")?,
        subscribed: row.get("subscribed")?,
        unsubscribed: row.get("unsubscribed")?,
        viewers: row.get("viewers")?,
        watched: row.get("watched")?,
        members: row.get("members")?,
        passes: row.get("passes")?,
    })
}

impl Store {
    pub fn space_days(&self) -> SpaceDays<'_> {
        SpaceDays(self.db())
    }
}
