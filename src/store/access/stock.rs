//! Seats of a pass that are kept for somebody who does not hold it yet. What an order holds is freed when the order ends: soon if no
//! payment begins ([`domain::money::checkout::HELD_FOR`]), and else when the provider has confirmed that nobody can pay any more.

use crate::{
    catalogue::passes::left,
    db::{
        connections::Tx,
        sql::{Value, args, statements},
    },
};
use domain::{
    error::StoreError,
    id::{CheckoutId, CompId, PassId, WaitlistEntryId},
    time::Millis,
};

statements! {
    /// Takes one of what is left in the statement that counts it.
    HOLD = concat!("INSERT INTO stock_holds (id, pass_id, holder, until, created_at)
        SELECT $1, p.id, CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($3 AS BIGINT) FROM passes p
        WHERE p.id = $2 AND (p.stock IS NULL OR ", left!("$3"), " > 0)");
    /// Of what is paid and opens again: also if none is left, so that what is freed later is not sold once more.
    KEEP = "INSERT INTO stock_holds (id, pass_id, holder, until, created_at) VALUES ($1, $2, 'comp', NULL, $3) ON CONFLICT DO NOTHING";
    FREE = "DELETE FROM stock_holds WHERE id = $1";
}

/// What keeps a seat.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keeper {
    Order(CheckoutId),
    /// Until it is taken or revoked.
    Comp(CompId),
    /// Until a moment.
    Offer(WaitlistEntryId, Millis),
}

/// Keeps a seat; false if none is left. The space must be locked: on PostgreSQL concurrent statements do not see each other's rows.
pub(crate) async fn hold(
    tx: &mut Tx<'_>,
    keeper: Keeper,
    pass: PassId,
    now: Millis,
) -> Result<bool, StoreError> {
    let row = match keeper {
        Keeper::Order(id) => args![id, pass, now, "checkout", None::<Millis>],
        Keeper::Comp(id) => args![id, pass, now, "comp", None::<Millis>],
        Keeper::Offer(id, until) => args![id, pass, now, "offer", until],
    };
    Ok(tx.run(HOLD, row).await? == 1)
}

/// Keeps a seat for a comp although none may be left: then more hold the pass than its team wanted, and nobody else gets one before as
/// many have gone.
pub(crate) async fn keep(tx: &mut Tx<'_>, comp: CompId, pass: PassId, now: Millis) -> Result<(), StoreError> {
    tx.run(KEEP, args![comp, pass, now]).await.map(drop)
}

/// Frees what an order, a comp or an entry keeps. Returns whether it kept a seat.
pub(crate) async fn free(tx: &mut Tx<'_>, keeper: impl Into<Value>) -> Result<bool, StoreError> {
    Ok(tx.run(FREE, vec![keeper.into()]).await? == 1)
}
