//! Read models of what the public finds: the published spaces, and what is on air in them.

use crate::{
    catalogue::{
        listings,
        spaces::{self, Spaces, Viewer},
    },
    db::sql::{Row, Sql, Value, args, decode_error, statements},
    live::streams,
};
use domain::{
    access::ban::KeptOut,
    catalogue::{
        explore::{LATE, Query, Sort, WEEK},
        offer::{PriceKind, Space},
        places::{Cursor, Key},
        search,
        topics::Category,
    },
    error::StoreError,
    id::{AccountId, SpaceId},
    live::stream::Stream,
    picture::PictureId,
    time::Millis,
};
use std::iter::repeat;

/// Published spaces as the account `$viewer` finds them, each with what its card shows. `$from` names `spaces s`.
macro_rules! cards {
    ($viewer:literal [$($more:tt)*] [$($from:tt)*] [$($rest:tt)*]) => {
        concat!(
            "SELECT ",
            spaces::columns!("s."),
            ", a.name AS owner_name, a.username AS owner_username, r.kind AS price_kind, r.amount AS price_amount,
                r.currency AS price_currency, (
                SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air, ",
            spaces::kept_out_until!($viewer),
            " AS kept_out_until",
            $($more)*,
            " FROM ",
            $($from)*,
            " JOIN accounts a ON a.id = ",
            listings::first_owner!(),
            " LEFT JOIN prices r ON r.id = ",
            listings::lowest_price!(),
            " WHERE s.published_at IS NOT NULL AND ",
            $($rest)*
        )
    };
}

/// What narrows the list beside words: $1 a category, $2 whether only what is live, $4 until when planned shows count and 0
/// if they need not be planned, $5 and $6 amounts, $7 their currency. Planned shows count from $3 on.
macro_rules! narrowed {
    () => {
        "($1 = '' OR l.category = $1)
            AND (CAST($2 AS BIGINT) = 0 OR l.space_id IN (
                SELECT t.space_id FROM streams t WHERE t.state IN ('live', 'interrupted')))
            AND (CAST($4 AS BIGINT) = 0 OR l.space_id IN (
                SELECT t.space_id FROM streams t WHERE t.state IN ('live', 'interrupted')) OR l.space_id IN (
                SELECT t.space_id FROM streams t WHERE t.state IN ('scheduled', 'rehearsal')
                    AND t.scheduled_at > $3 AND t.scheduled_at < $4))
            AND l.amount BETWEEN $5 AND $6 AND ($7 = '' OR l.amount = 0 OR l.currency = $7)"
    };
}

/// A page of the list in one order, after the place $8 and the id $9, at most $10 rows. `CROSS JOIN` makes SQLite read the
/// page first. $11 is the viewer.
macro_rules! page {
    ($place:literal $join:literal) => {
        cards!(
            "$11" [", f.place AS place, (SELECT COUNT(*) FROM listings l WHERE ", narrowed!(), ") AS total"]
            ["(SELECT l.space_id, ", $place, " AS place FROM listings l ", $join, " WHERE ", narrowed!(),
                " AND (", $place, ", l.space_id) > ($8, $9) ORDER BY place, l.space_id LIMIT $10) f CROSS JOIN spaces s"]
            ["s.id = f.space_id ORDER BY f.place, f.space_id"]
        )
    };
}

/// The same of what contains the words $11 to $15; the viewer is $16. It counts while it searches, so the words are read once.
macro_rules! page_with_words {
    ($place:literal $join:literal) => {
        cards!(
            "$16" [", f.place AS place, f.total AS total"]
            ["(SELECT m.space_id, m.place, m.total FROM (SELECT l.space_id, ", $place, " AS place, COUNT(*) OVER () AS total
                FROM listing_words w CROSS JOIN listings l ", $join, " WHERE l.space_id = w.space_id AND ", narrowed!(),
                " AND w.words LIKE $11 AND w.words LIKE $12 AND w.words LIKE $13 AND w.words LIKE $14 AND w.words LIKE $15) m
                WHERE (m.place, m.space_id) > ($8, $9) ORDER BY m.place, m.space_id LIMIT $10) f CROSS JOIN spaces s"]
            ["s.id = f.space_id ORDER BY f.place, f.space_id"]
        )
    };
}

/// Both statements of the order that moves with the time.
macro_rules! soonest {
    ($page:ident) => {
        $page!("CASE WHEN l.by_live > 0 THEN COALESCE(n.begins, l.by_live) ELSE l.by_live END"
            "LEFT JOIN (SELECT t.space_id, MIN(t.scheduled_at) AS begins FROM streams t
                WHERE t.state IN ('scheduled', 'rehearsal') AND t.scheduled_at > $3 GROUP BY t.space_id) n
            ON n.space_id = l.space_id")
    };
}

/// Streams on air in published spaces, as the account `$viewer` finds them.
macro_rules! on_air {
    ($viewer:literal, $rest:literal) => {
        concat!(
            "SELECT ",
            streams::columns!("t."),
            streams::room_column!("t."),
            ", e.slug AS experience_slug, s.slug AS space_slug, s.name AS space_name, s.cover AS space_cover, s.logo AS space_logo,
                s.category AS space_category, r.kind AS price_kind, r.amount AS price_amount, r.currency AS price_currency, ",
            spaces::kept_out_until!($viewer),
            " AS kept_out_until
            FROM streams t JOIN experiences e ON e.id = t.experience_id JOIN spaces s ON s.id = t.space_id
            LEFT JOIN prices r ON r.id = ",
            listings::lowest_entry!(),
            " WHERE t.state IN ('live', 'interrupted') AND s.published_at IS NOT NULL ",
            $rest
        )
    };
}

statements! {
    LIVE = page!("l.by_live" "");
    NEWEST = page!("l.by_newest" "");
    NAME = page!("l.by_name" "");
    PRICE = page!("l.by_price" "");
    SOONEST = soonest!(page);
    LIVE_WITH_WORDS = page_with_words!("l.by_live" "");
    NEWEST_WITH_WORDS = page_with_words!("l.by_newest" "");
    NAME_WITH_WORDS = page_with_words!("l.by_name" "");
    PRICE_WITH_WORDS = page_with_words!("l.by_price" "");
    SOONEST_WITH_WORDS = soonest!(page_with_words);
    OF_OWNER = cards!("$2" [""] ["spaces s"] ["s.team_id IN (
            SELECT m.team_id FROM team_members m WHERE m.account_id = $1 AND m.role = 'owner')
        ORDER BY s.created_at, s.id"]);
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
    /// Of its space.
    pub category: Option<Category>,
    /// The lowest price of a pass that opens it; `None` where none is offered.
    pub from: Option<PriceKind>,
    /// A ban keeps the viewer out.
    pub kept_out: Option<KeptOut>,
}

/// A page of what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    pub spaces: Vec<Listing>,
    /// On all pages together. Unknown, and 0, on a page without spaces.
    pub total: u64,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// The statement for an order, for a query with or without words.
const fn statement(sort: Sort, words: bool) -> Sql {
    match (sort, words) {
        (Sort::Live, false) => LIVE,
        (Sort::Newest, false) => NEWEST,
        (Sort::Name, false) => NAME,
        (Sort::Price, false) => PRICE,
        (Sort::Soonest, false) => SOONEST,
        (Sort::Live, true) => LIVE_WITH_WORDS,
        (Sort::Newest, true) => NEWEST_WITH_WORDS,
        (Sort::Name, true) => NAME_WITH_WORDS,
        (Sort::Price, true) => PRICE_WITH_WORDS,
        (Sort::Soonest, true) => SOONEST_WITH_WORDS,
    }
}

/// The terms of a query that a statement takes: its words and a tag.
const TERMS: usize = search::MOST_WORDS + 1;

/// The arguments of `narrowed!`.
fn filters(query: &Query, now: Millis) -> Vec<Value> {
    let until = if query.week { now.0 + WEEK.0 } else { 0 };
    let (least, most) = query.amounts().unwrap_or((listings::NOTHING, i64::MAX));
    let currency = query.least.or(query.most).map_or("", |money| money.currency.code());
    let category = query.category.map_or("", Category::code);
    args![category, query.live, Millis(now.0 - LATE.0), until, least, most, currency]
}

impl Spaces<'_> {
    /// A page of the published spaces that a query finds, after the cursor of the page before it.
    pub async fn discover(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        viewer: Viewer,
        limit: usize,
    ) -> Result<Discovery, StoreError> {
        let Some(terms) = query.terms() else { return Ok(Discovery::default()) };
        let start = Cursor::start(query.sort);
        let Cursor { key, id } = after.unwrap_or(&start);
        let mut args = filters(query, viewer.now);
        args.push(match key {
            Key::Number(place) => Value::from(*place),
            Key::Text(name) => Value::from(listings::name_key(name)),
        });
        args.extend(args![id, limit as i64 + 1]);
        if !terms.is_empty() {
            let patterns = terms.each().map(|term| format!("%{term}%"));
            args.extend(patterns.chain(repeat("%".into())).take(TERMS).map(Value::from));
        }
        args.push(viewer.account.into());
        let rows = self.0.rows(statement(query.sort, !terms.is_empty()), args).await?;
        let mut spaces = rows.iter().map(|row| listing(row, viewer)).collect::<Result<Vec<_>, _>>()?;
        let more = spaces.len() > limit;
        spaces.truncate(limit);
        let last = spaces.last().zip(rows.get(limit.saturating_sub(1))).filter(|_| more);
        let next = last.map(|(listing, row)| cursor(row, query.sort, listing.space.id)).transpose()?;
        let total = rows.first().map(|row| row.get::<i64>("total")).transpose()?.unwrap_or(0);
        Ok(Discovery { spaces, total: total.unsigned_abs(), next })
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
        category: Category::from_code(&row.get::<String>("space_category")?),
        from: listings::lowest(row)?,
        kept_out: spaces::kept_out(row, viewer.now)?,
    })
}

fn listing(row: &Row, viewer: Viewer) -> Result<Listing, StoreError> {
    Ok(Listing {
        from: listings::lowest(row)?,
        space: spaces::read(row)?,
        owner: row.get("owner_name")?,
        username: row.get("owner_username")?,
        live: row.get("on_air")?,
        kept_out: spaces::kept_out(row, viewer.now)?,
    })
}

/// Where a row stands in the list.
fn cursor(row: &Row, sort: Sort, id: SpaceId) -> Result<Cursor, StoreError> {
    let name = |key: String| listings::name_order(&key).ok_or_else(|| decode_error("place", &key));
    let key = match sort {
        Sort::Name => Key::Text(name(row.get("place")?)?),
        _ => Key::Number(row.get("place")?),
    };
    Ok(Cursor { key, id: id.to_string() })
}
