//! What is sold or given away, and what it opens.

use crate::{
    catalogue::{
        prices,
        slugs::{self, Target},
    },
    db::{
        connections::{Db, Tx, named},
        sql::{Row, args, decode_error, statements},
    },
};
use domain::{
    catalogue::{
        offer::{Pass, PriceKind},
        quota,
        slug::Wanted,
    },
    error::StoreError,
    id::*,
    money::{
        asking::AskedQuestion,
        selling::{Lasting, Selling, Waitlist, Window},
    },
    time::Millis,
};

/// How many of the pass `p` are left, NULL without a stock: those who hold it and those for whom one is kept are counted, and those
/// who stand in its queue. With the argument that has the time, what has run out by then is not, and neither is the queue.
macro_rules! left {
    () => {
        "CASE WHEN p.stock IS NULL THEN NULL ELSE p.stock
            - (SELECT COUNT(*) FROM grants g WHERE g.pass_id = p.id AND g.closed_at IS NULL)
            - (SELECT COUNT(*) FROM stock_holds h WHERE h.pass_id = p.id)
            - CASE WHEN p.waitlist = 'queue'
                THEN (SELECT COUNT(*) FROM waitlist_entries w WHERE w.pass_id = p.id AND w.state = 'line') ELSE 0 END END"
    };
    ($now:literal) => {
        concat!(
            "(p.stock - (SELECT COUNT(*) FROM grants g WHERE g.pass_id = p.id AND g.closed_at IS NULL
                AND (g.expires_at IS NULL OR g.expires_at > ",
            $now,
            ")) - (SELECT COUNT(*) FROM stock_holds h WHERE h.pass_id = p.id AND (h.until IS NULL OR h.until > ",
            $now,
            ")))"
        )
    };
}
pub(crate) use left;

/// The columns that [`selling`] reads.
macro_rules! selling_columns {
    () => {
        "p.stock, p.sales_open_at, p.sales_close_at, p.hidden, p.access_for, p.access_until, p.waitlist"
    };
}

/// One row for each experience that a pass includes or has included, or one row without an experience.
macro_rules! passes {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.space_id, p.slug, p.title, p.about, p.position, p.withdrawn_at, i.experience_id, i.removed_at, ",
            selling_columns!(),
            ", p.questions, ",
            left!(),
            " AS seats, ",
            prices::columns!("r." as "price_"),
            " FROM passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
            LEFT JOIN (SELECT pass_id, experience_id, CAST(NULL AS BIGINT) AS removed_at FROM pass_includes
                UNION ALL SELECT pass_id, experience_id, removed_at FROM pass_includes_before) i ON i.pass_id = p.id
            LEFT JOIN experiences e ON e.id = i.experience_id ",
            $rest
        )
    };
}

statements! {
    BY_ID = passes!("WHERE p.id = $1 ORDER BY e.position, e.id");
    LIST = passes!("WHERE p.space_id = $1 ORDER BY p.position, p.id, e.position, e.id");
    INSERT = "INSERT INTO passes (id, space_id, slug, title, about, position, created_at)
        SELECT $1, $2, $3, $4, $5, COALESCE(MAX(position), 0) + 1, $6 FROM passes WHERE space_id = $2
        HAVING COUNT(*) < $7";
    ANY_OF = "SELECT id FROM passes WHERE space_id = $1 LIMIT 1";
    SPACE_OF = "SELECT space_id FROM passes WHERE id = $1";
    UPDATE = "UPDATE passes SET slug = $2, title = $3, about = $4 WHERE id = $1";
    REMEMBER = "INSERT INTO pass_includes_before (pass_id, experience_id, removed_at)
        SELECT pass_id, experience_id, $2 FROM pass_includes WHERE pass_id = $1
        ON CONFLICT (pass_id, experience_id) DO UPDATE SET removed_at = $2";
    EXCLUDE_ALL = "DELETE FROM pass_includes WHERE pass_id = $1";
    FORGET_INCLUDED = "DELETE FROM pass_includes_before
        WHERE pass_id = $1 AND experience_id IN (SELECT experience_id FROM pass_includes WHERE pass_id = $1)";
    /// A pass can only include experiences of its own space.
    INCLUDE = "INSERT INTO pass_includes (pass_id, experience_id)
        SELECT p.id, e.id FROM passes p JOIN experiences e ON e.space_id = p.space_id WHERE p.id = $1 AND e.id = $2";
    SELL = "UPDATE passes SET stock = $2, sales_open_at = $3, sales_close_at = $4, hidden = $5, access_for = $6, access_until = $7,
        waitlist = $8 WHERE id = $1";
    PLACE = "UPDATE passes SET position = $3 WHERE space_id = $1 AND id = $2";
    WITHDRAW = "UPDATE passes SET withdrawn_at = COALESCE(withdrawn_at, $2) WHERE id = $1";
    HOLDERS = "SELECT COUNT(*) AS holders FROM grants
        WHERE pass_id = $1 AND closed_at IS NULL AND (expires_at IS NULL OR expires_at > $2)";
    OFFER = "UPDATE passes SET withdrawn_at = NULL WHERE id = $1";
}

/// The texts, price and contents of a pass, validated by the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassText {
    pub slug: Wanted,
    pub title: String,
    pub about: String,
    pub price: PriceKind,
    pub includes: Vec<ExperienceId>,
}

pub struct Passes<'a>(pub(crate) &'a Db);

/// One row of a pass.
fn read(row: &mut Row) -> Result<Pass, StoreError> {
    let price = prices::read(row.part("price_"))?;
    let row = row.part("");
    let experience: Option<ExperienceId> = row.get("experience_id")?;
    let removed_at: Option<Millis> = row.get("removed_at")?;
    Ok(Pass {
        id: row.get("id")?,
        space: row.get("space_id")?,
        slug: row.get("slug")?,
        title: row.get("title")?,
        about: row.get("about")?,
        price,
        position: row.get("position")?,
        includes: experience.filter(|_| removed_at.is_none()).into_iter().collect(),
        included_until: experience.zip(removed_at).into_iter().collect(),
        withdrawn_at: row.get("withdrawn_at")?,
        selling: selling(row)?,
        asked: asked(row)?,
        left: row.get("seats")?,
    })
}

/// What whoever gets a pass is asked.
pub(crate) fn asked(row: &Row) -> Result<Vec<AskedQuestion>, StoreError> {
    match row.get::<String>("questions")?.as_str() {
        "[]" => Ok(Vec::new()),
        text => serde_json::from_str(text).map_err(|error| decode_error("questions", error)),
    }
}

/// How a pass is sold, from its columns.
fn selling(row: &Row) -> Result<Selling, StoreError> {
    Ok(Selling {
        stock: row.get("stock")?,
        window: Window { opens_at: row.get("sales_open_at")?, closes_at: row.get("sales_close_at")? },
        hidden: row.get("hidden")?,
        lasting: Lasting::from_columns(row.get("access_for")?, row.get("access_until")?),
        waitlist: row.code("waitlist", Waitlist::from_code)?,
    })
}

/// Gathers the rows of each pass, which stand together.
fn gathered(rows: Vec<Row>) -> Result<Vec<Pass>, StoreError> {
    let mut passes: Vec<Pass> = Vec::new();
    for mut row in rows {
        let pass = read(&mut row)?;
        match passes.last_mut().filter(|last| last.id == pass.id) {
            Some(last) => {
                last.includes.extend(pass.includes);
                last.included_until.extend(pass.included_until);
            }
            None => passes.push(pass),
        }
    }
    Ok(passes)
}

impl Passes<'_> {
    pub async fn by_id(&self, id: PassId) -> Result<Pass, StoreError> {
        gathered(self.0.rows(BY_ID, args![id]).await?)?.pop().ok_or(StoreError::NotFound)
    }

    /// The passes of a space in their order, including withdrawn ones.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<Pass>, StoreError> {
        gathered(self.0.rows(LIST, args![space]).await?)
    }

    /// [`Tx::create_pass`] in its own transaction, for seeding.
    pub async fn create(&self, space: SpaceId, text: &PassText, now: Millis) -> Result<Pass, StoreError> {
        let mut tx = self.0.begin().await?;
        let id = tx.create_pass(space, text, now).await?;
        tx.commit().await?;
        self.by_id(id).await
    }

    /// The number of people who hold it now.
    pub async fn holders(&self, id: PassId, now: Millis) -> Result<u64, StoreError> {
        let row = self.0.row(HOLDERS, args![id, now]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("holders")?.unsigned_abs())
    }

    /// Offers a withdrawn pass again.
    pub async fn offer(&self, id: PassId) -> Result<Pass, StoreError> {
        let mut tx = self.0.begin().await?;
        tx.lock_space_of(SPACE_OF, id).await?;
        tx.run(OFFER, args![id]).await?;
        tx.commit().await?;
        self.by_id(id).await
    }
}

impl Tx<'_> {
    /// Creates a pass, last in the order. Returns `Conflict("slug")` if an experience or another pass of the space has
    /// the slug, `Conflict("includes")` if it would open something of another space, `Conflict("quota")` if the space
    /// is full.
    pub async fn create_pass(
        &mut self,
        space: SpaceId,
        text: &PassText,
        now: Millis,
    ) -> Result<PassId, StoreError> {
        self.lock_space(space).await?;
        let id = PassId::new();
        let slug = slugs::take(self, space, &text.slug, Target::Pass(id), now).await?;
        let row = args![id, space, slug, &text.title, &text.about, now, quota::PASSES];
        if self.run(INSERT, row).await? == 0 {
            return Err(StoreError::Conflict("quota"));
        }
        prices::set(self, id, text.price, now).await?;
        include(self, id, &text.includes).await?;
        Ok(id)
    }

    /// Whether the space has a pass, on offer or withdrawn. Creating one locks the space, so the answer stays true in a
    /// transaction that has locked it.
    pub async fn has_passes(&mut self, space: SpaceId) -> Result<bool, StoreError> {
        Ok(self.row(ANY_OF, args![space]).await?.is_some())
    }

    /// Holders keep their pass. From now on it opens exactly what it now includes. Returns its slug.
    pub async fn update_pass(
        &mut self,
        id: PassId,
        text: &PassText,
        now: Millis,
    ) -> Result<String, StoreError> {
        // Publishing counts what is on offer.
        let space = self.lock_space_of(SPACE_OF, id).await?;
        let slug = slugs::take(self, space, &text.slug, Target::Pass(id), now).await?;
        self.run(UPDATE, args![id, &slug, &text.title, &text.about]).await?;
        prices::set(self, id, text.price, now).await?;
        self.run(REMEMBER, args![id, now]).await?;
        self.run(EXCLUDE_ALL, args![id]).await?;
        include(self, id, &text.includes).await?;
        self.run(FORGET_INCLUDED, args![id]).await?;
        Ok(slug)
    }

    /// Says how a pass is sold beside its price. What people hold already is not affected.
    pub async fn sell_pass(&mut self, id: PassId, selling: &Selling) -> Result<(), StoreError> {
        self.lock_space_of(SPACE_OF, id).await?;
        let Selling { stock, window, hidden, lasting, waitlist } = *selling;
        let (millis, until, waitlist) = (lasting.millis(), lasting.until(), waitlist.code());
        self.run(SELL, args![id, stock, window.opens_at, window.closes_at, hidden, millis, until, waitlist])
            .await
            .map(drop)
    }

    /// Sets the order of these passes, starting at 1. Those of other spaces are not changed.
    pub async fn reorder_passes(&mut self, space: SpaceId, order: &[PassId]) -> Result<(), StoreError> {
        for (place, id) in (1_i64..).zip(order) {
            self.run(PLACE, args![space, *id, place]).await?;
        }
        Ok(())
    }

    /// Stops offering it. Its holders keep it.
    pub async fn withdraw_pass(&mut self, id: PassId, now: Millis) -> Result<(), StoreError> {
        self.lock_space_of(SPACE_OF, id).await?;
        self.run(WITHDRAW, args![id, now]).await.map(drop)
    }
}

async fn include(tx: &mut Tx<'_>, pass: PassId, experiences: &[ExperienceId]) -> Result<(), StoreError> {
    for experience in experiences {
        let included = tx.run(INCLUDE, args![pass, *experience]).await.map_err(|e| named(e, "includes"))?;
        if included == 0 {
            return Err(StoreError::Conflict("includes"));
        }
    }
    Ok(())
}
