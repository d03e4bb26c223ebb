//! What passes cost. A price is never changed: another one replaces it, so orders keep the price that they were opened for.

use crate::db::{
    connections::Tx,
    sql::{Row, args, decode_error, maybe_code, row, statements},
};
use domain::{
    amount::{Currency, Money},
    catalogue::offer::{Price, PriceKind},
    error::StoreError,
    id::*,
    money::{billing::Interval, buying::chosen::ChosenPrice, recurring::plan::Plan},
    time::Millis,
};

row! {
    pub(crate) fn stored -> Stored {
        id: "id",
        kind: "kind",
        amount: "amount",
        currency: "currency" => maybe_code(currency_of),
        every: "charged_every" => maybe_code(Interval::from_code),
        yearly: "yearly",
        trial_days: "trial_days",
        setup_fee: "setup_fee",
        instalments: "instalments",
        suggested: "suggested",
    }
}

statements! {
    /// Withdraws the current price of a pass unless it equals the new one.
    WITHDRAW_OTHERS = "UPDATE prices SET withdrawn_at = $2 WHERE pass_id = $1 AND withdrawn_at IS NULL
        AND NOT (kind = $3 AND amount IS NOT DISTINCT FROM $4 AND currency IS NOT DISTINCT FROM $5
            AND charged_every IS NOT DISTINCT FROM $6 AND yearly IS NOT DISTINCT FROM $7
            AND trial_days IS NOT DISTINCT FROM $8 AND setup_fee IS NOT DISTINCT FROM $9
            AND instalments IS NOT DISTINCT FROM $10 AND suggested IS NOT DISTINCT FROM $11)";
    ADD = "INSERT INTO prices (id, pass_id, created_at, kind, amount, currency, charged_every, yearly, trial_days, setup_fee,
            instalments, suggested)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        WHERE NOT EXISTS (SELECT 1 FROM prices r WHERE r.pass_id = $2 AND r.withdrawn_at IS NULL)";
}

/// The columns of a price.
pub(crate) struct Stored {
    id: PriceId,
    kind: String,
    amount: Option<i64>,
    currency: Option<Currency>,
    every: Option<Interval>,
    yearly: Option<i64>,
    trial_days: Option<i64>,
    setup_fee: Option<i64>,
    instalments: Option<i64>,
    suggested: Option<i64>,
}

pub(crate) fn currency_of(code: &str) -> Option<Currency> {
    code.parse().ok()
}

pub(crate) fn read(row: &Row) -> Result<Price, StoreError> {
    let stored = stored(row)?;
    let money = stored.amount.zip(stored.currency).map(|(minor, currency)| Money { minor, currency });
    let kind = match (stored.kind.as_str(), money, stored.every) {
        ("free", ..) => PriceKind::Free,
        ("once", Some(money), _) => PriceKind::Once(money),
        ("chosen", Some(least), _) => PriceKind::Chosen(ChosenPrice { least, suggested: stored.suggested }),
        ("recurring", Some(amount), Some(every)) => {
            let Stored { yearly, trial_days, setup_fee, instalments, .. } = stored;
            PriceKind::Recurring(Plan { amount, every, yearly, trial_days, setup_fee, instalments })
        }
        (other, ..) => return Err(decode_error("kind", other)),
    };
    Ok(Price { id: stored.id, kind })
}

/// A price that lists show, from the columns that they select. Of one that recurs this is what is charged each time, how often, and with
/// it at the beginning.
pub(crate) fn listed(row: &Row, kind: &str) -> Result<PriceKind, StoreError> {
    match kind {
        "free" => Ok(PriceKind::Free),
        "once" => Ok(PriceKind::Once(money(row, "price_amount", "price_currency")?)),
        "chosen" => {
            let least = money(row, "price_amount", "price_currency")?;
            Ok(PriceKind::Chosen(ChosenPrice { least, suggested: None }))
        }
        "recurring" => {
            let amount = money(row, "price_amount", "price_currency")?;
            let every = row.code("price_every", Interval::from_code)?;
            let (instalments, setup_fee) = (row.get("price_instalments")?, row.get("price_setup_fee")?);
            Ok(PriceKind::Recurring(Plan { instalments, setup_fee, ..Plan::of(amount, every) }))
        }
        other => Err(decode_error("price_kind", other)),
    }
}

/// An amount and its currency, each from its column.
pub(crate) fn money(row: &Row, amount: &str, currency: &str) -> Result<Money, StoreError> {
    let currency = row.code(currency, currency_of)?;
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
    let plan = price.plan();
    let columns = || {
        args![
            price.code(),
            price.money().map(|money| money.minor),
            price.money().map(|money| money.currency.code()),
            plan.map(|plan| plan.every.code()),
            plan.and_then(|plan| plan.yearly),
            plan.and_then(|plan| plan.trial_days),
            plan.and_then(|plan| plan.setup_fee),
            plan.and_then(|plan| plan.instalments),
            price.chosen().and_then(|chosen| chosen.suggested),
        ]
    };
    tx.run(WITHDRAW_OTHERS, [args![pass, now], columns()].concat()).await?;
    tx.run(ADD, [args![PriceId::new(), pass, now], columns()].concat()).await.map(drop)
}
