//! Read models of what the public finds: the published spaces, and what is on air in them.

use crate::{
    catalogue::{
        prices,
        spaces::{self, Spaces, Viewer},
    },
    db::sql::{Row, args, statements},
    live::streams,
};
use domain::{
    access::ban::KeptOut,
    catalogue::offer::{PriceKind, Space},
    error::StoreError,
    id::{AccountId, SpaceId},
    live::stream::Stream,
    picture::PictureId,
    time::Millis,
};
use std::{fmt, str::FromStr};

/// Published spaces, as the account `$viewer` finds them. The team's first owner stands for the space.
macro_rules! listings {
    ($viewer:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            spaces::columns!("s."),
            ", a.name AS owner_name, a.username AS owner_username, r.kind AS price_kind, r.amount AS price_amount,
                r.currency AS price_currency, (
                SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air, ",
            spaces::kept_out_until!($viewer),
            " AS kept_out_until
            FROM spaces s JOIN accounts a ON a.id = (
                SELECT m.account_id FROM team_members m WHERE m.team_id = s.team_id AND m.role = 'owner'
                ORDER BY m.created_at, m.account_id LIMIT 1)
            LEFT JOIN prices r ON r.id = (
                SELECT c.id FROM prices c JOIN passes p ON p.id = c.pass_id
                WHERE p.space_id = s.id AND p.withdrawn_at IS NULL AND c.withdrawn_at IS NULL
                    AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)
                ORDER BY COALESCE(c.amount, 0), c.id LIMIT 1)
            WHERE s.published_at IS NOT NULL AND ",
            $rest
        )
    };
}

/// Streams on air in published spaces, as the account `$viewer` finds them.
macro_rules! on_air {
    ($viewer:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            streams::columns!("t."),
            streams::room_column!("t."),
            ", e.slug AS experience_slug, s.slug AS space_slug, s.name AS space_name, s.cover AS space_cover, s.logo AS space_logo, ",
            spaces::kept_out_until!($viewer),
            " AS kept_out_until
            FROM streams t JOIN experiences e ON e.id = t.experience_id JOIN spaces s ON s.id = t.space_id
            WHERE t.state IN ('live', 'interrupted') AND s.published_at IS NOT NULL ",
            $rest
        )
    };
}

statements! {
    EXPLORE = listings!("$5", "s.search LIKE $1 ESCAPE '!' AND (s.published_at < $2 OR (s.published_at = $2 AND s.id < $3))
        ORDER BY s.published_at DESC, s.id DESC LIMIT $4");
    OF_OWNER = listings!("$2", "s.team_id IN (SELECT m.team_id FROM team_members m WHERE m.account_id = $1 AND m.role = 'owner')
        ORDER BY s.created_at, s.id");
    ON_AIR = on_air!("$1", "ORDER BY t.id");
    ON_AIR_OF_OWNER = on_air!("$2", "AND s.team_id IN (
            SELECT m.team_id FROM team_members m WHERE m.account_id = $1 AND m.role = 'owner')
        ORDER BY s.created_at, s.id, t.created_at DESC, t.id DESC");
}

/// A published space in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    pub space: Space,
    pub owner: String,
    pub username: String,
    /// One of its streams is on air.
    pub live: bool,
    /// The lowest price of a pass on offer; `None` where nothing is offered.
    pub from: Option<PriceKind>,
    /// A ban keeps the viewer out.
    pub kept_out: Option<KeptOut>,
}

/// A stream on air, with where it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnAir {
    pub stream: Stream,
    pub experience_slug: String,
    pub space_slug: String,
    pub space_name: String,
    pub cover: Option<PictureId>,
    pub logo: Option<PictureId>,
    /// A ban keeps the viewer out.
    pub kept_out: Option<KeptOut>,
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
        viewer: Viewer,
    ) -> Result<(Vec<Listing>, Option<Cursor>), StoreError> {
        let start = after.map_or((i64::MAX, String::new()), |c| (c.published_at.0, c.id.to_string()));
        let args = args![pattern(search), start.0, start.1, limit as i64 + 1, viewer.account];
        let rows = self.0.rows(EXPLORE, args).await?;
        let mut listings = rows.iter().map(|row| listing(row, viewer)).collect::<Result<Vec<_>, _>>()?;
        let more = listings.len() > limit;
        listings.truncate(limit);
        let last = listings.last().filter(|_| more);
        let next = last.and_then(|l| Some(Cursor { published_at: l.space.published_at?, id: l.space.id }));
        Ok((listings, next))
    }

    /// The published spaces that a person owns, the oldest first: what their profile shows.
    pub async fn of_owner(&self, owner: AccountId, viewer: Viewer) -> Result<Vec<Listing>, StoreError> {
        let rows = self.0.rows(OF_OWNER, args![owner, viewer.account]).await?;
        rows.iter().map(|row| listing(row, viewer)).collect()
    }

    /// What is on air in published spaces.
    pub async fn on_air(&self, viewer: Viewer) -> Result<Vec<OnAir>, StoreError> {
        let rows = self.0.rows(ON_AIR, args![viewer.account]).await?;
        rows.iter().map(|row| on_air(row, viewer)).collect()
    }

    /// What is on air in the published spaces that a person owns.
    pub async fn on_air_of_owner(&self, owner: AccountId, viewer: Viewer) -> Result<Vec<OnAir>, StoreError> {
        let rows = self.0.rows(ON_AIR_OF_OWNER, args![owner, viewer.account]).await?;
        rows.iter().map(|row| on_air(row, viewer)).collect()
    }
}

fn on_air(row: &Row, viewer: Viewer) -> Result<OnAir, StoreError> {
    Ok(OnAir {
        stream: streams::read(row)?,
        experience_slug: row.get("experience_slug")?,
        space_slug: row.get("space_slug")?,
        space_name: row.get("space_name")?,
        cover: row.get("space_cover")?,
        logo: row.get("space_logo")?,
        kept_out: spaces::kept_out(row, viewer.now)?,
    })
}

fn listing(row: &Row, viewer: Viewer) -> Result<Listing, StoreError> {
    let priced = row.get::<Option<String>>("price_kind")?.is_some();
    let from =
        priced.then(|| prices::kind(row, "price_kind", "price_amount", "price_currency")).transpose()?;
    Ok(Listing {
        from,
        space: spaces::read(row)?,
        owner: row.get("owner_name")?,
        username: row.get("owner_username")?,
        live: row.get("on_air")?,
        kept_out: spaces::kept_out(row, viewer.now)?,
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
