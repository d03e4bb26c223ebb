//! What passes cost. A price is never changed: another one replaces it, so orders keep the price that they were opened for.

use crate::db::{
    connections::Tx,
    sql::{Row, args, decode_error, row, statements},
};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::{Price, PriceKind},
    error::StoreError,
    id::*,
    time::Millis,
};

row! {
    pub(crate) fn read -> Price {
        id: "id",
        kind: "kind" | "amount" | "currency" => kind,
    }
}

statements! {
    /// Withdraws the current price of a pass unless it equals the new one.
    WITHDRAW_OTHERS = "UPDATE prices SET withdrawn_at = $2 WHERE pass_id = $1 AND withdrawn_at IS NULL
        AND NOT (kind = $3 AND amount IS NOT DISTINCT FROM $4 AND currency IS NOT DISTINCT FROM $5)";
    ADD = "INSERT INTO prices (id, pass_id, kind, amount, currency, created_at) SELECT $1, $2, $3, $4, $5, $6
        WHERE NOT EXISTS (SELECT 1 FROM prices r WHERE r.pass_id = $2 AND r.withdrawn_at IS NULL)";
}

/// How a price is paid, from the columns that hold its kind, its amount and its currency.
pub(crate) fn kind(row: &Row, kind: &str, amount: &str, currency: &str) -> Result<PriceKind, StoreError> {
    match row.get::<String>(kind)?.as_str() {
        "free" => Ok(PriceKind::Free),
        "once" => Ok(PriceKind::Once(money(row, amount, currency)?)),
        other => Err(decode_error(kind, other)),
    }
}

/// An amount and its currency, each from its column.
pub(crate) fn money(row: &Row, amount: &str, currency: &str) -> Result<Money, StoreError> {
    let currency = row.code(currency, |code| code.parse::<Currency>().ok())?;
    Ok(Money { minor: row.get(amount)?, currency })
}

/// Makes this the current price of a pass; an equal price stays. The transaction must have written the pass's row: its lock
/// keeps others from replacing the price at the same time.
pub(crate) async fn set(
    tx: &mut Tx<'_>,
    pass: PassId,
    price: PriceKind,
    now: Millis,
) -> Result<(), StoreError> {
    let (amount, currency) = match price {
        PriceKind::Free => (None, None),
        PriceKind::Once(money) => (Some(money.minor), Some(money.currency.code())),
    };
    tx.run(WITHDRAW_OTHERS, args![pass, now, price.code(), amount, currency]).await?;
    tx.run(ADD, args![PriceId::new(), pass, price.code(), amount, currency, now]).await.map(drop)
}
