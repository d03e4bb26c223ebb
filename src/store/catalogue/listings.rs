//! The read model of what the public finds: each published space with its words, its lowest price and its place in every
//! order. It is written in the transaction of each change: [`Tx::lock_space`] begins a change of a space, and
//! [`Tx::commit`] lists the space again.

use crate::{
    catalogue::{prices, spaces},
    db::{
        connections::{Db, Tx},
        sql::{Row, Sql, Value, args, statements},
    },
};
use domain::{
    amount::Currency,
    catalogue::{
        cover::Seed,
        explore::LATE,
        offer::{PriceKind, Space},
        places::Places,
        search,
        topics::Category,
    },
    error::StoreError,
    id::{AccountId, SpaceId},
    time::Millis,
};

/// Spaces listed, or moved, per transaction.
const AT_ONCE: i64 = 200;
/// The amount of a space that offers nothing.
pub(crate) const NOTHING: i64 = -1;

/// Everybody is shown the pass `p`, if it includes something: [`domain::catalogue::offer::Pass::is_listed`].
macro_rules! listed {
    () => {
        "p.withdrawn_at IS NULL AND p.hidden = 0"
    };
}
pub(crate) use listed;

/// What `c` costs in all, as [`PriceKind::minor`]: lists compare prices by it.
macro_rules! whole_price {
    () => {
        "COALESCE(c.amount * COALESCE(c.instalments, 1)
                + CASE WHEN c.instalments IS NULL THEN 0 ELSE COALESCE(c.setup_fee, 0) END, 0)"
    };
}
pub(crate) use whole_price;

/// The id of the lowest price of the passes that `s` offers.
macro_rules! lowest_price {
    () => {
        concat!(
            "(SELECT c.id FROM prices c JOIN passes p ON p.id = c.pass_id
            WHERE p.space_id = s.id AND c.withdrawn_at IS NULL AND ",
            $crate::catalogue::listings::listed!(),
            "
                AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)
            ORDER BY ",
            $crate::catalogue::listings::whole_price!(),
            ", c.id LIMIT 1)"
        )
    };
}
pub(crate) use lowest_price;

/// The id of the lowest price of the passes on offer that open the experience of the stream `t`.
macro_rules! lowest_price_of_show {
    () => {
        concat!(
            "(SELECT c.id FROM prices c JOIN passes p ON p.id = c.pass_id
            WHERE p.space_id = t.space_id AND c.withdrawn_at IS NULL AND ",
            $crate::catalogue::listings::listed!(),
            "
                AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id AND i.experience_id = t.experience_id)
            ORDER BY ",
            $crate::catalogue::listings::whole_price!(),
            ", c.id LIMIT 1)"
        )
    };
}
pub(crate) use lowest_price_of_show;

/// The same for all experiences that are on air, in one read: their ids and those of the prices.
macro_rules! lowest_prices_on_air {
    () => {
        concat!(
            "(SELECT o.experience_id, o.price_id FROM (
            SELECT i.experience_id, c.id AS price_id,
                ROW_NUMBER() OVER (PARTITION BY i.experience_id ORDER BY ",
            $crate::catalogue::listings::whole_price!(),
            ", c.id) AS place
            FROM pass_includes i JOIN passes p ON p.id = i.pass_id JOIN prices c ON c.pass_id = p.id
            WHERE c.withdrawn_at IS NULL AND ",
            $crate::catalogue::listings::listed!(),
            " AND i.experience_id IN (
                SELECT a.experience_id FROM streams a WHERE a.state IN ('live', 'interrupted'))) o
        WHERE o.place = 1)"
        )
    };
}
pub(crate) use lowest_prices_on_air;

/// The id of the first owner of the team of `s`, who stands for the space.
macro_rules! first_owner {
    () => {
        "(SELECT m.account_id FROM team_members m WHERE m.team_id = s.team_id AND m.role = 'owner'
            ORDER BY m.created_at, m.account_id LIMIT 1)"
    };
}
pub(crate) use first_owner;

statements! {
    PUBLISHED = concat!("SELECT ", spaces::columns!("s."), ", a.name AS owner_name, a.username AS owner_username,
            r.kind AS price_kind, r.amount AS price_amount, r.currency AS price_currency, r.charged_every AS price_every,
            r.instalments AS price_instalments, r.setup_fee AS price_setup_fee,
            (SELECT COUNT(*) FROM streams t WHERE t.space_id = s.id AND t.state IN ('live', 'interrupted')) AS on_air,
            (SELECT MIN(t.scheduled_at) FROM streams t WHERE t.space_id = s.id AND t.state IN ('scheduled', 'rehearsal')) AS next_at
        FROM spaces s JOIN accounts a ON a.id = ", first_owner!(), " LEFT JOIN prices r ON r.id = ", lowest_price!(),
        " WHERE s.id = $1 AND s.published_at IS NOT NULL");
    /// What else is shown of a space to everybody.
    TITLES = concat!("SELECT e.title AS title FROM experiences e WHERE e.space_id = $1
        UNION ALL SELECT p.title FROM passes p WHERE p.space_id = $1 AND ", listed!(), "
            AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)
        UNION ALL SELECT t.title FROM streams t WHERE t.space_id = $1 AND t.state <> 'ended'");
    WRITE = "INSERT INTO listings (space_id, category, amount, currency, by_live, by_soonest, by_newest, by_name, by_price, seed,
            beginnings, words)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT (space_id) DO UPDATE SET category = $2, amount = $3, currency = $4, by_live = $5, by_soonest = $6,
            by_newest = $7, by_name = $8, by_price = $9, seed = $10, beginnings = $11, words = $12";
    DRAWN = "SELECT space_id FROM listings WHERE seed = $1 LIMIT 1";
    REMOVE = "DELETE FROM listings WHERE space_id = $1";
    /// Published or unpublished by a release that knows no listings, or no seeds or words in them.
    OUT_OF_DATE = "SELECT o.id FROM (
            SELECT s.id FROM spaces s WHERE s.published_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM listings l WHERE l.space_id = s.id)
            UNION ALL SELECT s.id FROM spaces s JOIN listings l ON l.space_id = s.id
                WHERE s.published_at IS NULL OR l.seed = '' OR l.words = '') o
        WHERE o.id > $1 ORDER BY o.id LIMIT $2";
    /// Placed by a show that is announced no longer.
    PASSED = "SELECT l.space_id FROM listings l WHERE l.by_soonest > 0 AND l.by_soonest <= $1 ORDER BY l.space_id LIMIT $2";
    MOVE_ON = "UPDATE listings SET by_soonest = COALESCE((SELECT MIN(t.scheduled_at) FROM streams t
            WHERE t.space_id = listings.space_id AND t.state IN ('scheduled', 'rehearsal') AND t.scheduled_at > $2), by_live)
        WHERE space_id = $1 AND by_soonest > 0 AND by_soonest <= $2";
    OF_OWNER = "SELECT s.id FROM spaces s JOIN team_members m ON m.team_id = s.team_id
        WHERE m.account_id = $1 AND m.role = 'owner' ORDER BY s.id";
    LOCK = "UPDATE spaces SET created_at = created_at WHERE id = $1";
}

/// The order of names as it is stored.
pub(crate) fn name_key(name_order: &str) -> String {
    hex::encode(name_order)
}

/// Reads back what [`name_key`] made.
pub(crate) fn name_order(key: &str) -> Option<String> {
    String::from_utf8(hex::decode(key).ok()?).ok()
}

impl Tx<'_> {
    /// Begins a change of what the public sees of a space, and locks the space until the end of this transaction. What is
    /// counted after it stays true until then, if whatever changes it locks the space first. A condition in the statement
    /// alone does not achieve this on PostgreSQL, because concurrent statements do not see each other's rows.
    pub(crate) async fn lock_space(&mut self, id: SpaceId) -> Result<(), StoreError> {
        self.changed_spaces.insert(id);
        self.run(LOCK, args![id]).await.map(drop)
    }

    /// The same for the space of something, which the statement finds as `space_id`.
    pub(crate) async fn lock_space_of(
        &mut self,
        space_of: Sql,
        id: impl Into<Value>,
    ) -> Result<SpaceId, StoreError> {
        let space =
            self.row(space_of, vec![id.into()]).await?.ok_or(StoreError::NotFound)?.get("space_id")?;
        self.lock_space(space).await?;
        Ok(space)
    }

    /// The same for all spaces that an account owns.
    pub(crate) async fn lock_spaces_of(&mut self, owner: AccountId) -> Result<(), StoreError> {
        for space in self.spaces_of_owner(owner).await? {
            self.lock_space(space).await?;
        }
        Ok(())
    }

    /// The spaces that an account owns, the oldest first: a new account has one.
    pub(crate) async fn spaces_of_owner(&mut self, owner: AccountId) -> Result<Vec<SpaceId>, StoreError> {
        self.rows(OF_OWNER, args![owner]).await?.iter().map(|row| row.get("id")).collect()
    }

    /// Writes the listings of the spaces that this transaction has changed.
    pub(crate) async fn list_changed_spaces(&mut self) -> Result<(), StoreError> {
        while let Some(id) = self.changed_spaces.pop_first() {
            match self.row(PUBLISHED, args![id]).await? {
                Some(row) => list(self, &row).await?,
                None => {
                    self.run(REMOVE, args![id]).await?;
                }
            }
        }
        Ok(())
    }
}

async fn list(tx: &mut Tx<'_>, row: &Row) -> Result<(), StoreError> {
    let space = spaces::read(row)?;
    let Space { id, slug, name, tagline, about, topics, .. } = &space;
    let published_at = space.published_at.ok_or(StoreError::NotFound)?;
    let price = lowest(row)?.map(|kind| (kind.minor(), kind.money().map(|money| money.currency)));
    let (amount, currency) = price.unwrap_or((NOTHING, None));
    let places = Places::of(name, published_at, row.get("on_air")?, row.get("next_at")?, price);
    let titles = tx.rows(TITLES, args![*id]).await?;
    let titles = titles.iter().map(|row| row.get("title")).collect::<Result<Vec<String>, _>>()?;
    let (owner, username): (String, String) = (row.get("owner_name")?, row.get("owner_username")?);
    let texts = [name, slug, tagline, about, &owner, &username];
    let texts: Vec<&str> = texts.into_iter().chain(&titles).map(String::as_str).collect();
    let words = search::indexed(&texts, &topics.tags);
    let listing = args![
        *id,
        topics.category.map_or("", Category::code),
        amount,
        currency.map_or("", Currency::code),
        places.live,
        places.soonest,
        places.newest,
        name_key(&places.name),
        places.price,
        Seed::of(name).to_string(),
        search::beginnings(&words),
        words,
    ];
    tx.run(WRITE, listing).await.map(drop)
}

/// The upkeep of the read model.
pub struct Listings<'a>(pub(crate) &'a Db);

impl Listings<'_> {
    /// Places spaces whose next show is announced no longer by the one after it. Lists are right without it, but have to look
    /// at the shows of each such space. Returns the number of spaces.
    pub async fn move_on(&self, now: Millis) -> Result<u64, StoreError> {
        let (since, mut moved) = (Millis(now.0 - LATE.0), 0);
        loop {
            let rows = self.0.rows(PASSED, args![since, AT_ONCE]).await?;
            if rows.is_empty() {
                return Ok(moved);
            }
            let mut tx = self.0.begin().await?;
            for row in &rows {
                let space: SpaceId = row.get("space_id")?;
                // Only locks: listing the space anew would place it by its first show again.
                tx.run(LOCK, args![space]).await?;
                moved += tx.run(MOVE_ON, args![space, since]).await?;
            }
            tx.commit().await?;
        }
    }
}

/// The lowest price on offer, from the columns of the price that was joined.
pub(crate) fn lowest(row: &Row) -> Result<Option<PriceKind>, StoreError> {
    let kind = row.get::<Option<String>>("price_kind")?;
    kind.map(|kind| prices::listed(row, &kind)).transpose()
}

/// Whether a published space has this drawn cover.
pub(crate) async fn is_drawn(db: &Db, seed: Seed) -> Result<bool, StoreError> {
    Ok(db.row(DRAWN, args![seed.to_string()]).await?.is_some())
}

/// Lists the spaces that were published by an earlier release.
pub(crate) async fn fill(db: &Db) -> Result<(), StoreError> {
    let mut last = String::new();
    loop {
        let rows = db.rows(OUT_OF_DATE, args![&last, AT_ONCE]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        for row in &rows {
            tx.lock_space(row.get("id")?).await?;
            last = row.get("id")?;
        }
        tx.commit().await?;
    }
}
