//! The published spaces, for those who look around.

use crate::{
    catalogue::spaces::{self, Spaces},
    db::sql::{args, statements},
};
use domain::{catalogue::offer::Space, error::StoreError, id::SpaceId, time::Millis};
use std::{fmt, str::FromStr};

statements! {
    /// The team's first owner stands for the space.
    EXPLORE = "SELECT s.*, a.name AS owner_name, a.username AS owner_username, (
            SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air
        FROM spaces s JOIN accounts a ON a.id = (
            SELECT m.account_id FROM team_members m WHERE m.team_id = s.team_id AND m.role = 'owner'
            ORDER BY m.created_at, m.account_id LIMIT 1)
        WHERE s.published_at IS NOT NULL AND s.search LIKE $1 ESCAPE '!'
            AND (s.published_at < $2 OR (s.published_at = $2 AND s.id < $3))
        ORDER BY s.published_at DESC, s.id DESC LIMIT $4";
}

/// A published space in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    pub space: Space,
    pub owner: String,
    pub username: String,
    /// One of its streams is on air.
    pub live: bool,
}

/// Where a page of the list ended; part of the next page's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    published_at: Millis,
    id: SpaceId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.published_at.0, self.id)
    }
}

impl FromStr for Cursor {
    type Err = domain::id::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, id) = text.split_once('-').ok_or(domain::id::BadId)?;
        Ok(Self { published_at: Millis(at.parse().map_err(|_| domain::id::BadId)?), id: id.parse()? })
    }
}

impl Spaces<'_> {
    /// Published spaces, newest first, at most `limit`, and the cursor of the next page if there is one. The search
    /// text must occur as a whole in the slug, name, tagline or description. An empty search matches all.
    pub async fn explore(
        &self,
        search: &str,
        after: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Listing>, Option<Cursor>), StoreError> {
        let start = after.map_or((i64::MAX, String::new()), |c| (c.published_at.0, c.id.to_string()));
        let rows = self.0.rows(EXPLORE, args![pattern(search), start.0, start.1, limit as i64 + 1]).await?;
        let mut listings = rows.iter().map(listing).collect::<Result<Vec<_>, _>>()?;
        let more = listings.len() > limit;
        listings.truncate(limit);
        let last = listings.last().filter(|_| more);
        let next = last.and_then(|l| Some(Cursor { published_at: l.space.published_at?, id: l.space.id }));
        Ok((listings, next))
    }
}

fn listing(row: &crate::db::sql::Row) -> Result<Listing, StoreError> {
    Ok(Listing {
        space: spaces::read(row)?,
        owner: row.get("owner_name")?,
        username: row.get("owner_username")?,
        live: row.get("on_air")?,
    })
}

/// A `LIKE` pattern that matches the search text literally.
fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for c in search.trim().to_lowercase().chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
