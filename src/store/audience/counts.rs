//! Counts one day of a space from the rows that say what happened. Nothing is kept while it happens.

use crate::{
    audience::space_days::{SpaceDays, figures},
    catalogue::prices::currency_of,
    db::sql::{Row, args, statements},
};
use domain::{
    audience::{
        days::LocalDay,
        figures::{CountedDay, DayMoney},
    },
    catalogue::{offer::Space, zone::Zone},
    error::StoreError,
};

/// A column within the day.
macro_rules! within {
    ($column:literal) => {
        concat!($column, " >= $2 AND ", $column, " < $3")
    };
}

/// The grant `g` was in force when the day ended. How long it did not count while a bank decided is not kept, only since when.
macro_rules! held_at_the_end {
    () => {
        "g.space_id = $1 AND g.starts_at < $3 AND (g.closed_at IS NULL OR g.closed_at >= $3)
            AND (g.expires_at IS NULL OR g.expires_at >= $3) AND (g.suspended_at IS NULL OR g.suspended_at >= $3)"
    };
}

statements! {
    /// Of the space $1, from $2 until $3, which is the day $4.
    FIGURES = concat!("SELECT
        (SELECT COUNT(*) FROM space_visits v WHERE v.space_id = $1 AND v.day = $4 AND v.step = 'space') AS visitors,
        (SELECT COUNT(*) FROM space_visits v WHERE v.space_id = $1 AND v.day = $4 AND v.step = 'pass') AS lookers,
        (SELECT COUNT(DISTINCT c.account_id) FROM checkouts c WHERE c.space_id = $1 AND ", within!("c.created_at"), ") AS begun,
        (SELECT COUNT(DISTINCT c.account_id) FROM checkouts c
            WHERE c.space_id = $1 AND c.state = 'paid' AND ", within!("c.settled_at"), ") AS paid,
        (SELECT COUNT(*) FROM (SELECT g.account_id FROM grants g WHERE g.space_id = $1 GROUP BY g.account_id
            HAVING MIN(g.starts_at) >= $2 AND MIN(g.starts_at) < $3) n) AS joined,
        (SELECT COUNT(*) FROM subscriptions b WHERE b.space_id = $1 AND b.refused IS NULL AND ", within!("b.created_at"), ") AS subscribed,
        (SELECT COUNT(*) FROM subscriptions b WHERE b.space_id = $1 AND b.refused IS NULL AND ", within!("b.ended_at"), ") AS unsubscribed,
        (SELECT COUNT(DISTINCT v.account_id) FROM streams s JOIN viewings v ON v.stream_id = s.id
            WHERE s.space_id = $1 AND v.since < $3 AND v.until > $2) AS viewers,
        (SELECT CAST(COALESCE(SUM(CASE WHEN v.until > $3 THEN $3 ELSE v.until END - CASE WHEN v.since < $2 THEN $2 ELSE v.since END), 0) AS BIGINT)
            FROM streams s JOIN viewings v ON v.stream_id = s.id
            WHERE s.space_id = $1 AND v.since < $3 AND v.until > $2) AS watched,
        (SELECT COUNT(DISTINCT g.account_id) FROM grants g WHERE ", held_at_the_end!(), ") AS members,
        (SELECT COUNT(*) FROM grants g WHERE ", held_at_the_end!(), ") AS passes");
    /// From the ledger alone: what was paid and refunded, and what of it was the platform's ($4: the team) and the team's.
    MONEY = concat!("SELECT x.currency AS currency, CAST(SUM(x.sold) AS BIGINT) AS sold, CAST(SUM(x.refunded) AS BIGINT) AS refunded,
            CAST(SUM(x.fees) AS BIGINT) AS fees, CAST(SUM(x.own) AS BIGINT) AS own FROM (
        SELECT l.currency AS currency, CASE WHEN l.kind = 'payment' THEN l.amount ELSE 0 END AS sold,
            CASE WHEN l.kind = 'refund' THEN l.amount WHEN l.kind = 'refund_returned' THEN -l.amount ELSE 0 END AS refunded,
            0 AS fees, 0 AS own
        FROM ledger_sets l JOIN purchases p ON p.id = l.purchase_id
        WHERE p.space_id = $1 AND l.team_id = $4 AND ", within!("l.at"), " AND (l.note IS NULL OR l.note <> 'covered')
            AND l.kind IN ('payment', 'refund', 'refund_returned')
        UNION ALL
        SELECT e.currency AS currency, 0 AS sold, 0 AS refunded,
            CASE WHEN e.account = 'platform:fees' THEN -e.amount ELSE 0 END AS fees,
            CASE WHEN e.account LIKE 'seller:%' THEN -e.amount ELSE 0 END AS own
        FROM ledger_sets l JOIN purchases p ON p.id = l.purchase_id JOIN ledger_entries e ON e.kind = l.kind AND e.object = l.object
        WHERE p.space_id = $1 AND l.team_id = $4 AND ", within!("l.at"), " AND (e.account = 'platform:fees' OR e.account LIKE 'seller:%')
        ) x GROUP BY x.currency ORDER BY x.currency");
}

impl SpaceDays<'_> {
    /// What is known now of a day of a space, in its zone.
    pub async fn count(&self, space: &Space, day: LocalDay) -> Result<CountedDay, StoreError> {
        let bounds = day.bounds(space.zone.as_ref().unwrap_or(&Zone::UTC));
        let mut reader = self.0.reader().await?;
        let of_day = args![space.id, bounds.start, bounds.end, day.to_string()];
        let found = reader.rows(FIGURES, of_day).await?;
        let figures = figures(found.first().ok_or(StoreError::NotFound)?)?;
        let of_team = args![space.id, bounds.start, bounds.end, space.team];
        let money = reader.rows(MONEY, of_team).await?;
        let money = money.iter().map(day_money).collect::<Result<_, _>>()?;
        Ok(CountedDay { day, bounds, figures, money })
    }
}

/// Reads a row of [`MONEY`], or of the table.
pub(super) fn day_money(row: &Row) -> Result<DayMoney, StoreError> {
    Ok(DayMoney {
        currency: row.code("currency", currency_of)?,
        sold: row.get("sold")?,
        refunded: row.get("refunded")?,
        fees: row.get("fees")?,
        own: row.get("own")?,
    })
}
