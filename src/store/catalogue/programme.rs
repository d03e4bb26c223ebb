//! Read models of the shows that are to come: of all published spaces, of what a person holds, and of what their calendar
//! has.

use crate::{
    catalogue::spaces::{self, Spaces},
    db::sql::{Row, args, statements},
    live::streams,
};
use domain::{
    catalogue::{explore::LATE, topics::Category},
    error::StoreError,
    id::AccountId,
    live::{calendar::KEPT, stream::Stream},
    time::Millis,
};

/// Shows that a calendar of one person has at most.
pub const MOST_IN_A_CALENDAR: i64 = 500;

/// Shows of published spaces, as the account `$viewer` finds them; `$rest` continues the condition.
macro_rules! shows {
    ($viewer:literal $($rest:expr),+) => {
        concat!(
            "SELECT ",
            streams::columns!("t."),
            streams::room_column!("t."),
            ", e.slug AS experience_slug, s.slug AS space_slug, s.name AS space_name, s.published_at AS space_published_at, ",
            spaces::kept_out_until!($viewer),
            " AS kept_out_until FROM streams t JOIN experiences e ON e.id = t.experience_id JOIN spaces s ON s.id = t.space_id
            WHERE s.published_at IS NOT NULL AND ",
            $($rest),+
        )
    };
}

/// The spaces in which the account $1 holds a pass at the time $3.
macro_rules! held_spaces {
    () => {
        "SELECT g.space_id FROM grants g WHERE g.account_id = $1 AND g.closed_at IS NULL AND g.suspended_at IS NULL
            AND (g.expires_at IS NULL OR g.expires_at > $3)"
    };
}

statements! {
    COMING = shows!("''" "t.state IN ('scheduled', 'rehearsal') AND t.scheduled_at > $1 AND ($2 = '' OR s.category = $2)
        ORDER BY t.scheduled_at, t.id LIMIT $3");
    HELD = shows!("$1" "t.state IN ('scheduled', 'rehearsal') AND t.scheduled_at > $2 AND t.space_id IN (", held_spaces!(), ")
        AND EXISTS (SELECT 1 FROM grants o
            JOIN (SELECT pass_id, experience_id, CAST(NULL AS BIGINT) AS removed_at FROM pass_includes
                UNION ALL SELECT pass_id, experience_id, removed_at FROM pass_includes_before) i
                ON i.pass_id = o.pass_id AND (i.removed_at IS NULL OR o.starts_at <= i.removed_at)
            WHERE o.account_id = $1 AND i.experience_id = t.experience_id AND o.closed_at IS NULL AND o.suspended_at IS NULL
                AND (o.expires_at IS NULL OR o.expires_at > $3))
        ORDER BY t.scheduled_at, t.id LIMIT $4");
    CALENDAR = shows!("$1" "t.scheduled_at > $2 AND t.space_id IN (
            SELECT f.space_id FROM follows f WHERE f.account_id = $1 UNION ", held_spaces!(), ")
        ORDER BY t.scheduled_at DESC, t.id LIMIT $4");
}

/// A planned show, with where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    pub stream: Stream,
    pub experience_slug: String,
    pub space_slug: String,
    pub space_name: String,
    /// Since when everybody may see the space.
    pub published_at: Option<Millis>,
}

impl Spaces<'_> {
    /// What comes next in published spaces, as everybody finds it, in one category or in all.
    pub async fn coming_shows(
        &self,
        category: Option<Category>,
        now: Millis,
        limit: usize,
    ) -> Result<Vec<Show>, StoreError> {
        let (category, since) = (category.map_or("", Category::code), Millis(now.0 - LATE.0));
        let rows = self.0.rows(COMING, args![since, category, limit as i64]).await?;
        open(&rows, now)
    }

    /// What comes next of that which a person's passes open.
    pub async fn held_shows(
        &self,
        account: AccountId,
        now: Millis,
        limit: usize,
    ) -> Result<Vec<Show>, StoreError> {
        let rows = self.0.rows(HELD, args![account, Millis(now.0 - LATE.0), now, limit as i64]).await?;
        open(&rows, now)
    }

    /// The shows of all spaces that a person follows or holds a pass for, the last to come first.
    pub async fn calendar_shows(&self, account: AccountId, now: Millis) -> Result<Vec<Show>, StoreError> {
        let since = Millis(now.0 - KEPT.0);
        let rows = self.0.rows(CALENDAR, args![account, since, now, MOST_IN_A_CALENDAR]).await?;
        open(&rows, now)
    }
}

/// Without those from which a ban keeps the viewer out.
fn open(rows: &[Row], now: Millis) -> Result<Vec<Show>, StoreError> {
    let mut shows = Vec::with_capacity(rows.len());
    for row in rows {
        if spaces::kept_out(row, now)?.is_none() {
            shows.push(show(row)?);
        }
    }
    Ok(shows)
}

fn show(row: &Row) -> Result<Show, StoreError> {
    Ok(Show {
        stream: streams::read(row)?,
        experience_slug: row.get("experience_slug")?,
        space_slug: row.get("space_slug")?,
        space_name: row.get("space_name")?,
        published_at: row.get("space_published_at")?,
    })
}
