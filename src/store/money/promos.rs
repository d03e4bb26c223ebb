//! Codes that make passes cheaper, and their uses. A use belongs to an order, or to the grant of a pass that a code made free.

use crate::{
    catalogue::prices::money,
    db::{
        connections::{Db, Tx, named},
        sql::{Row, args, decode_error, row, statements},
    },
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        checkout::Checkout,
        promo::{MOST_CODES, Off, PromoCode},
        selling::Window,
    },
    time::Millis,
};

row! {
    fn read -> PromoCode {
        id: "id",
        team: "team_id",
        space: "space_id",
        code: "code",
        off: "percent" | "amount" | "currency" => off,
        passes: "passes" => passes,
        most_uses: "most_uses",
        window: "starts_at" | "ends_at" => window,
        ended_at: "ended_at",
    }
}

statements! {
    /// Those of a space and of its team, the newest first, those that have ended last.
    OF_SPACE = concat!("SELECT ", columns!("c."), ", (SELECT COUNT(*) FROM promo_uses u WHERE u.promo_id = c.id) AS uses
        FROM promo_codes c JOIN spaces s ON s.team_id = c.team_id
        WHERE s.id = $1 AND (c.space_id IS NULL OR c.space_id = s.id)
        ORDER BY CASE WHEN c.ended_at IS NULL THEN 0 ELSE 1 END, c.created_at DESC, c.id DESC LIMIT $2");
    BY_CODE = concat!("SELECT ", columns!("c."), " FROM promo_codes c JOIN spaces s ON s.team_id = c.team_id
        WHERE s.id = $1 AND c.code = $2 AND (c.space_id IS NULL OR c.space_id = s.id) AND c.ended_at IS NULL");
    /// Whoever counts its uses waits for those who took one.
    LOCK = "UPDATE promo_codes SET created_at = created_at WHERE id = $1";
    LOCK_TEAM = "UPDATE teams SET created_at = created_at WHERE id = $1";
    ADD = "INSERT INTO promo_codes (id, team_id, space_id, code, percent, amount, currency, passes, most_uses, starts_at, ends_at,
            created_at)
        SELECT $1, CAST($2 AS TEXT), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        WHERE (SELECT COUNT(*) FROM promo_codes c WHERE c.team_id = $2 AND c.ended_at IS NULL) < $13";
    END = "UPDATE promo_codes SET ended_at = $3 WHERE id = $1 AND ended_at IS NULL
        AND EXISTS (SELECT 1 FROM spaces s WHERE s.id = $2 AND s.team_id = promo_codes.team_id
            AND (promo_codes.space_id IS NULL OR promo_codes.space_id = s.id))";
    /// Takes a use in the statement that counts them.
    USE = "INSERT INTO promo_uses (id, promo_id, created_at) SELECT $1, c.id, $3 FROM promo_codes c
        WHERE c.id = $2 AND c.ended_at IS NULL
            AND (c.most_uses IS NULL OR c.most_uses > (SELECT COUNT(*) FROM promo_uses u WHERE u.promo_id = c.id))";
    KEEP = "INSERT INTO promo_uses (id, promo_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    FREE = "DELETE FROM promo_uses WHERE id = $1";
}

/// Codes on a page.
const SHOWN: i64 = 500;

fn off(row: &Row, percent: &str, amount: &str, currency: &str) -> Result<Off, StoreError> {
    match row.get::<Option<i64>>(percent)? {
        Some(percent) => Ok(Off::Percent(percent)),
        None => Ok(Off::Amount(money(row, amount, currency)?)),
    }
}

fn passes(row: &Row, column: &str) -> Result<Vec<PassId>, StoreError> {
    serde_json::from_str(&row.get::<String>(column)?).map_err(|error| decode_error("passes", error))
}

fn window(row: &Row, starts: &str, ends: &str) -> Result<Window, StoreError> {
    Ok(Window { opens_at: row.get(starts)?, closes_at: row.get(ends)? })
}

pub struct Promos<'a>(pub(crate) &'a Db);

impl Promos<'_> {
    /// The codes that hold in a space, each with how often it was used.
    pub async fn of_space(&self, space: SpaceId) -> Result<Vec<(PromoCode, i64)>, StoreError> {
        let rows = self.0.rows(OF_SPACE, args![space, SHOWN]).await?;
        rows.iter().map(|row| Ok((read(row)?, row.get("uses")?))).collect()
    }
}

impl Tx<'_> {
    /// Returns `Conflict("code")` if the team has this code, and `Conflict("quota")` if it has as many as a team can have.
    pub async fn add_promo(&mut self, promo: &PromoCode, now: Millis) -> Result<(), StoreError> {
        let (percent, amount) = match promo.off {
            Off::Percent(percent) => (Some(percent), None),
            Off::Amount(money) => (None, Some(money)),
        };
        let passes = serde_json::to_string(&promo.passes).map_err(|error| decode_error("passes", error))?;
        self.run(LOCK_TEAM, args![promo.team]).await?;
        let row = args![
            promo.id,
            promo.team,
            promo.space,
            &promo.code,
            percent,
            amount.map(|money| money.minor),
            amount.map(|money| money.currency.code()),
            passes,
            promo.most_uses,
            promo.window.opens_at,
            promo.window.closes_at,
            now,
            MOST_CODES,
        ];
        match self.run(ADD, row).await.map_err(|error| named(error, "code"))? {
            1 => Ok(()),
            _ => Err(StoreError::Conflict("quota")),
        }
    }

    /// Ends a code that holds in this space. Orders that it made cheaper keep that. False if there is none, or it has ended.
    pub async fn end_promo(&mut self, id: PromoId, space: SpaceId, now: Millis) -> Result<bool, StoreError> {
        Ok(self.run(END, args![id, space, now]).await? == 1)
    }

    /// The code that holds in a space. Locks it until the end of the transaction; call this before anything locks the space.
    pub async fn lock_promo(&mut self, space: SpaceId, code: &str) -> Result<Option<PromoCode>, StoreError> {
        let Some(found) = self.row(BY_CODE, args![space, code]).await? else { return Ok(None) };
        let promo = read(&found)?;
        self.run(LOCK, args![promo.id]).await?;
        Ok(Some(promo))
    }

    /// Takes a use for an order or a grant, named by its id; false if none is left. The code must be locked.
    pub async fn use_promo(
        &mut self,
        id: impl ToString + Send,
        promo: PromoId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        Ok(self.run(USE, args![id.to_string(), promo, now]).await? == 1)
    }
}

/// An order that ended unpaid gives its use back.
pub(crate) async fn free(tx: &mut Tx<'_>, order: CheckoutId) -> Result<(), StoreError> {
    tx.run(FREE, args![order]).await.map(drop)
}

/// Money that came after the use was given back was paid at the price of the code: it counts, however many there are.
pub(crate) async fn keep(tx: &mut Tx<'_>, order: &Checkout, now: Millis) -> Result<(), StoreError> {
    match &order.discount {
        Some(discount) => tx.run(KEEP, args![order.id, discount.promo, now]).await.map(drop),
        None => Ok(()),
    }
}
