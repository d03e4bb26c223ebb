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
        explore::{LATE, MOST_COUNTED, Query, Sort, WEEK},
        offer::{PriceKind, Space},
        places::{Cursor, SortKey},
        search::{self, SearchTerms},
        topics::Category,
    },
    error::StoreError,
    id::{AccountId, SpaceId},
    live::stream::Stream,
    picture::PictureId,
    time::Millis,
};
use std::{fmt::Display, iter::repeat};

/// Published spaces as the account `$viewer` finds them, each with what its card shows. `$from` names `spaces s`.
macro_rules! cards {
    ($viewer:literal [$($more:tt)*] [$($from:tt)*] [$($rest:tt)*]) => {
        concat!(
            "SELECT ",
            spaces::columns!("s."),
            ", a.name AS owner_name, a.username AS owner_username, r.kind AS price_kind, r.amount AS price_amount,
                r.currency AS price_currency, r.charged_every AS price_every, r.instalments AS price_instalments,
                r.setup_fee AS price_setup_fee, (SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id
                    AND t.state IN ('live', 'interrupted')) AS on_air, ",
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

/// Where `l` stands by its next show: as it is stored, while that show is after the moment `$since`.
macro_rules! by_soonest {
    ($since:literal) => {
        concat!(
            "CASE WHEN l.by_soonest > 0 AND l.by_soonest <= ",
            $since,
            " THEN COALESCE((SELECT MIN(t.scheduled_at) FROM streams t WHERE t.space_id = l.space_id
                AND t.state IN ('scheduled', 'rehearsal') AND t.scheduled_at > ",
            $since,
            "), l.by_live) ELSE l.by_soonest END"
        )
    };
}

macro_rules! place {
    (live $since:literal) => {
        "l.by_live"
    };
    (soonest $since:literal) => {
        by_soonest!($since)
    };
    (newest $since:literal) => {
        "l.by_newest"
    };
    (name $since:literal) => {
        "l.by_name"
    };
    (price $since:literal) => {
        "l.by_price"
    };
}

/// What narrows the list beside words: $1 a category, $2 whether only what is live, $4 until when planned shows count and 0
/// if they need not be planned, $5 and $6 amounts, $7 their currency. Planned shows count from $3 on.
macro_rules! narrowed {
    () => {
        concat!(
            "($1 = '' OR l.category = $1) AND (CAST($2 AS BIGINT) = 0 OR l.by_live <= 0) AND (CAST($4 AS BIGINT) = 0 OR ",
            by_soonest!("$3"),
            " < $4) AND l.amount BETWEEN $5 AND $6 AND ($7 = '' OR l.amount = 0 OR l.currency = $7)"
        )
    };
}

/// How many listings satisfy a condition. It stops counting at one more than [`MOST_COUNTED`], because common words are in
/// most texts.
macro_rules! counted {
    ($($where:tt)*) => {
        concat!("(SELECT COUNT(*) FROM (SELECT 1 FROM listings l WHERE ", $($where)*, " LIMIT 1001) n)")
    };
}

const _: () = assert!(MOST_COUNTED + 1 == 1001, "`counted!` has this number in its text");

/// Beginnings of words, $11 to $14; those not used are empty. `first`: $11 is used, so an index may find it.
macro_rules! begun {
    (first) => {
        concat!("l.beginnings LIKE $11 AND ", begun!(further))
    };
    () => {
        concat!("($11 = '' OR l.beginnings LIKE $11) AND ", begun!(further))
    };
    (further) => {
        "($12 = '' OR l.beginnings LIKE $12)
            AND ($13 = '' OR l.beginnings LIKE $13) AND ($14 = '' OR l.beginnings LIKE $14)"
    };
}

/// Listings that satisfy a condition, after a place and an id, at most so many. The order's index has what narrows them.
macro_rules! walk {
    ([$($place:tt)*] [$($where:tt)*] $key:literal $id:literal $limit:literal) => {
        concat!(
            "(SELECT l.space_id, ", $($place)*, " AS place FROM listings l WHERE ", $($where)*, " AND (", $($place)*,
            ", l.space_id) > (", $key, ", ", $id, ") ORDER BY place, l.space_id LIMIT ", $limit, ")"
        )
    };
}

/// The same in an order by its name. Of those by their next show, the few whose place has passed are placed anew, and join the
/// others.
macro_rules! ordered {
    (soonest [$($where:tt)*] $key:literal $id:literal $limit:literal $since:literal) => {
        concat!(
            "(SELECT u.space_id, u.place FROM (SELECT c.space_id, c.place FROM ",
            walk!(["l.by_soonest"] [$($where)*, " AND (l.by_soonest <= 0 OR l.by_soonest > ", $since, ")"] $key $id $limit),
            " c UNION ALL SELECT o.space_id, o.place FROM ",
            walk!([by_soonest!($since)] [$($where)*, " AND l.by_soonest > 0 AND l.by_soonest <= ", $since] $key $id $limit),
            " o) u ORDER BY u.place, u.space_id LIMIT ", $limit, ")"
        )
    };
    ($order:ident [$($where:tt)*] $key:literal $id:literal $limit:literal $since:literal) => {
        walk!([place!($order $since)] [$($where)*] $key $id $limit)
    };
}

/// A page of the listings `f`. `CROSS JOIN` makes SQLite read them first.
macro_rules! page {
    ($viewer:literal [$($total:tt)*] [$($listings:tt)*]) => {
        cards!(
            $viewer [", f.place AS place, ", $($total)*, " AS total"]
            [$($listings)*, " f CROSS JOIN spaces s"]
            ["s.id = f.space_id ORDER BY f.place, f.space_id"]
        )
    };
}

/// All spaces, after the place $1 and the id $2, at most $3 rows. $4 is the viewer, and $5 is used by the soonest alone.
macro_rules! all {
    ($order:ident) => {
        page!("$4" [counted!("1 = 1")] [ordered!($order ["1 = 1"] "$1" "$2" "$3" "$5")])
    };
}

/// Those that filters leave, after the place $8 and the id $9, at most $10 rows. $11 is the viewer.
macro_rules! filtered {
    ($order:ident) => {
        page!(
            "$11" [counted!(narrowed!())]
            [ordered!($order [narrowed!()] "$8" "$9" "$10" "$3")]
        )
    };
}

/// The same of what has words with these beginnings, which are often many; the viewer is $15.
macro_rules! beginning {
    ($order:ident) => {
        page!(
            "$15" [counted!(begun!(first), " AND ", narrowed!())]
            [ordered!($order [begun!(first), " AND ", narrowed!()] "$8" "$9" "$10" "$3")]
        )
    };
}

/// The same of what also contains the words $15 to $19, the first of which is used; the viewer is $20. They are often few, so
/// all texts are read once.
macro_rules! containing {
    ($order:ident) => {
        page!(
            "$20" ["f.total"]
            ["(WITH m AS MATERIALIZED (SELECT l.space_id, ", place!($order "$3"), " AS place FROM listings l
                WHERE l.words LIKE $15 AND ($16 = '' OR l.words LIKE $16) AND ($17 = '' OR l.words LIKE $17)
                    AND ($18 = '' OR l.words LIKE $18) AND ($19 = '' OR l.words LIKE $19) AND ", begun!(), " AND ", narrowed!(), ")
                SELECT m.space_id, m.place, (SELECT COUNT(*) FROM m) AS total FROM m
                WHERE (m.place, m.space_id) > ($8, $9) ORDER BY m.place, m.space_id LIMIT $10)"]
        )
    };
}

/// Streams on air in published spaces, as the account `$viewer` finds them. `$price` joins the lowest price `r` of each.
macro_rules! on_air {
    ($viewer:literal [$($price:tt)*] $rest:literal) => {
        concat!(
            "SELECT ",
            streams::columns!("t."),
            streams::room_column!("t."),
            ", e.slug AS experience_slug, s.slug AS space_slug, s.name AS space_name, s.cover AS space_cover, s.logo AS space_logo,
                s.category AS space_category, r.kind AS price_kind, r.amount AS price_amount, r.currency AS price_currency,
                r.charged_every AS price_every, r.instalments AS price_instalments, r.setup_fee AS price_setup_fee, ",
            spaces::kept_out_until!($viewer),
            " AS kept_out_until
            FROM streams t JOIN experiences e ON e.id = t.experience_id JOIN spaces s ON s.id = t.space_id ",
            $($price)*,
            " WHERE t.state IN ('live', 'interrupted') AND s.published_at IS NOT NULL ",
            $rest
        )
    };
}

statements! {
    ALL_LIVE = all!(live);
    ALL_SOONEST = all!(soonest);
    ALL_NEWEST = all!(newest);
    ALL_NAME = all!(name);
    ALL_PRICE = all!(price);
    FILTERED_LIVE = filtered!(live);
    FILTERED_SOONEST = filtered!(soonest);
    FILTERED_NEWEST = filtered!(newest);
    FILTERED_NAME = filtered!(name);
    FILTERED_PRICE = filtered!(price);
    BEGINNING_LIVE = beginning!(live);
    BEGINNING_SOONEST = beginning!(soonest);
    BEGINNING_NEWEST = beginning!(newest);
    BEGINNING_NAME = beginning!(name);
    BEGINNING_PRICE = beginning!(price);
    CONTAINING_LIVE = containing!(live);
    CONTAINING_SOONEST = containing!(soonest);
    CONTAINING_NEWEST = containing!(newest);
    CONTAINING_NAME = containing!(name);
    CONTAINING_PRICE = containing!(price);
    OF_OWNER = cards!("$2" [""] ["spaces s"] ["s.team_id IN (
            SELECT m.team_id FROM team_members m WHERE m.account_id = $1 AND m.role = 'owner')
        ORDER BY s.created_at, s.id"]);
    ON_AIR = on_air!("$1" ["LEFT JOIN ", listings::lowest_prices_on_air!(), " l ON l.experience_id = t.experience_id
        LEFT JOIN prices r ON r.id = l.price_id"] "ORDER BY t.id");
    ON_AIR_OF_OWNER = on_air!("$2" ["LEFT JOIN prices r ON r.id = ", listings::lowest_price_of_show!()] "AND s.team_id IN (
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
    pub lowest_price: Option<PriceKind>,
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
    pub lowest_price: Option<PriceKind>,
    /// A ban keeps the viewer out.
    pub kept_out: Option<KeptOut>,
}

/// A page of what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    pub spaces: Vec<Listing>,
    /// On all pages together, at most one more than [`MOST_COUNTED`]. Unknown, and 0, on a page without spaces.
    pub total: u64,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// What a query uses to narrow the list. Each also takes what those before it take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Narrowing {
    Nothing,
    Filters,
    Beginnings,
    Words,
}

impl Narrowing {
    fn of(query: &Query, terms: &SearchTerms) -> Self {
        if terms.inside().next().is_some() {
            Self::Words
        } else if !terms.is_empty() {
            Self::Beginnings
        } else if !query.filters().is_empty() {
            Self::Filters
        } else {
            Self::Nothing
        }
    }
}

const fn statement(narrowing: Narrowing, sort: Sort) -> Sql {
    match (narrowing, sort) {
        (Narrowing::Nothing, Sort::Live) => ALL_LIVE,
        (Narrowing::Nothing, Sort::Soonest) => ALL_SOONEST,
        (Narrowing::Nothing, Sort::Newest) => ALL_NEWEST,
        (Narrowing::Nothing, Sort::Name) => ALL_NAME,
        (Narrowing::Nothing, Sort::Price) => ALL_PRICE,
        (Narrowing::Filters, Sort::Live) => FILTERED_LIVE,
        (Narrowing::Filters, Sort::Soonest) => FILTERED_SOONEST,
        (Narrowing::Filters, Sort::Newest) => FILTERED_NEWEST,
        (Narrowing::Filters, Sort::Name) => FILTERED_NAME,
        (Narrowing::Filters, Sort::Price) => FILTERED_PRICE,
        (Narrowing::Beginnings, Sort::Live) => BEGINNING_LIVE,
        (Narrowing::Beginnings, Sort::Soonest) => BEGINNING_SOONEST,
        (Narrowing::Beginnings, Sort::Newest) => BEGINNING_NEWEST,
        (Narrowing::Beginnings, Sort::Name) => BEGINNING_NAME,
        (Narrowing::Beginnings, Sort::Price) => BEGINNING_PRICE,
        (Narrowing::Words, Sort::Live) => CONTAINING_LIVE,
        (Narrowing::Words, Sort::Soonest) => CONTAINING_SOONEST,
        (Narrowing::Words, Sort::Newest) => CONTAINING_NEWEST,
        (Narrowing::Words, Sort::Name) => CONTAINING_NAME,
        (Narrowing::Words, Sort::Price) => CONTAINING_PRICE,
    }
}

/// The terms of a query that a statement takes: its words and a tag.
const TERMS: usize = search::MOST_WORDS + 1;

/// The arguments of `narrowed!`.
fn filters(query: &Query, since: Millis, now: Millis) -> Vec<Value> {
    let until = if query.week { now.0 + WEEK.0 } else { 0 };
    let (least, most) = query.amounts().unwrap_or((listings::NOTHING, i64::MAX));
    let currency = query.least.or(query.most).map_or("", |money| money.currency.code());
    let category = query.category.map_or("", Category::code);
    args![category, query.live, since, until, least, most, currency]
}

/// Patterns that find terms, and empty ones after them.
fn patterns(terms: impl Iterator<Item = impl Display>, most: usize) -> impl Iterator<Item = Value> {
    terms.map(|term| format!("%{term}%")).chain(repeat(String::new())).take(most).map(Value::from)
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
        let (by, since) = (Narrowing::of(query, &terms), Millis(viewer.now.0 - LATE.0));
        let mut args = if by == Narrowing::Nothing { args![] } else { filters(query, since, viewer.now) };
        args.push(match key {
            SortKey::Number(place) => Value::from(*place),
            SortKey::Text(name) => Value::from(listings::name_key(name)),
        });
        args.extend(args![id, limit as i64 + 1]);
        if matches!(by, Narrowing::Beginnings | Narrowing::Words) {
            args.extend(patterns(terms.beginnings(), search::MOST_WORDS));
        }
        if by == Narrowing::Words {
            args.extend(patterns(terms.inside(), TERMS));
        }
        args.push(viewer.account.into());
        if (by, query.sort) == (Narrowing::Nothing, Sort::Soonest) {
            args.push(since.into());
        }
        let sql = statement(by, query.sort);
        let rows = match by {
            Narrowing::Nothing | Narrowing::Filters => self.0.rows(sql, args).await?,
            Narrowing::Beginnings | Narrowing::Words => self.0.rows_planned_anew(sql, args).await?,
        };
        let mut spaces = rows.iter().map(|row| listing(row, viewer)).collect::<Result<Vec<_>, _>>()?;
        let more = spaces.len() > limit;
        spaces.truncate(limit);
        let last = spaces.last().zip(rows.get(limit.saturating_sub(1))).filter(|_| more);
        let next = last.map(|(listing, row)| cursor(row, query.sort, listing.space.id)).transpose()?;
        let total = rows.first().map(|row| row.get::<i64>("total")).transpose()?.unwrap_or(0);
        Ok(Discovery { spaces, total: total.unsigned_abs().min(MOST_COUNTED + 1), next })
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
        lowest_price: listings::lowest(row)?,
        kept_out: spaces::kept_out(row, viewer.now)?,
    })
}

fn listing(row: &Row, viewer: Viewer) -> Result<Listing, StoreError> {
    Ok(Listing {
        lowest_price: listings::lowest(row)?,
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
        Sort::Name => SortKey::Text(name(row.get("place")?)?),
        _ => SortKey::Number(row.get("place")?),
    };
    Ok(Cursor { key, id: id.to_string() })
}
