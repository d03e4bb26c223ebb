//! Passes that are bought for somebody else's address: the order of the buyer, and what waits for the receiver.

use crate::{
    access::{
        grants::{self, GrantMove},
        stock::{self, Keeper},
    },
    db::{
        connections::Tx,
        sql::{args, statements},
    },
    money::{checkouts::Opened, purchases},
    work::jobs,
};
use domain::{
    access::jobs::SendComp,
    error::StoreError,
    id::*,
    money::{
        buying::guests::{REMINDED_AFTER, SendGuestReminder},
        checkout::{Checkout, OPEN_FOR},
        settlement::{Hold, RefundReason},
    },
    time::Millis,
};

statements! {
    /// As an order of one's own, at the pass's current price.
    OPEN_GIFT = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, price_id, title, amount, currency,
            state, attempt, created_at, expires_at, terms_version, access_for, access_until, discount, questions, gift_to)
        SELECT $1, $2, a.id, a.email, p.space_id, p.id, r.id, p.title, r.amount, r.currency, 'held', 1, $5, $6,
            a.terms_version, p.access_for, p.access_until, 0, p.questions, $7
        FROM accounts a CROSS JOIN passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE a.id = $3 AND p.id = $4 AND r.kind = 'once' AND p.withdrawn_at IS NULL ON CONFLICT DO NOTHING";
    WAITING_FOR = "SELECT id FROM comps WHERE pass_id = $1 AND email = $2 AND claimed_at IS NULL AND revoked_at IS NULL LIMIT 1";
    GIVE_BOUGHT = "INSERT INTO comps (id, pass_id, space_id, email, by_id, created_at, purchase_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    DROP = "DELETE FROM comps WHERE id = $1";
    END_BOUGHT = "UPDATE comps SET revoked_at = $2 WHERE purchase_id = $1 AND claimed_at IS NULL AND revoked_at IS NULL
        RETURNING id, pass_id";
    /// Of a space that is closed since this moment.
    UNTAKEN = "SELECT c.purchase_id, c.pass_id FROM spaces s JOIN comps c ON c.space_id = s.id WHERE s.id = $1 AND s.closed_at = $2
        AND c.purchase_id IS NOT NULL AND c.claimed_at IS NULL AND c.revoked_at IS NULL ORDER BY c.id LIMIT $3";
    /// Its refund came back, unless the address has been given another one.
    RESTORE_BOUGHT = "UPDATE comps SET revoked_at = NULL WHERE purchase_id = $1 AND claimed_at IS NULL AND revoked_at IS NOT NULL
        AND email <> '' AND NOT EXISTS (SELECT 1 FROM comps c WHERE c.pass_id = comps.pass_id AND c.email = comps.email
            AND c.claimed_at IS NULL AND c.revoked_at IS NULL) RETURNING id, pass_id";
    HOLDER = "SELECT account_id FROM grants WHERE purchase_id = $1";
    PAID_FOR = "SELECT purchase_id FROM comps WHERE email = $1 AND claimed_at IS NULL AND revoked_at IS NULL AND purchase_id IS NOT NULL
        ORDER BY id";
    /// The invoice of a visitor names the same address.
    FORGET_BILLED = "UPDATE purchases SET billed_email = '' WHERE id = $1";
    /// The order of a visitor has it twice, and in what was sent to the payment provider. An open one may have to send that again.
    FORGET_RECEIVER = "UPDATE checkouts SET gift_to = '', email = CASE WHEN guest = 1 THEN '' ELSE email END,
            request = CASE WHEN guest = 1 AND state NOT IN ('held', 'paying') THEN NULL ELSE request END
        WHERE gift_to = $1 RETURNING purchase_id, guest";
}

impl Tx<'_> {
    /// As [`Tx::open_checkout`], for this address. The buyer may hold the pass. Returns `Conflict("given")` if one waits for the
    /// address already.
    pub async fn open_gift(
        &mut self,
        account: AccountId,
        pass: PassId,
        email: &str,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        self.lock_space_of_pass(pass).await?;
        if self.row(WAITING_FOR, args![pass, email]).await?.is_some() {
            return Err(StoreError::Conflict("given"));
        }
        let id = CheckoutId::new();
        let row = args![id, PurchaseId::new(), account, pass, now, now + OPEN_FOR, email];
        let new = self.run(OPEN_GIFT, row).await? == 1;
        self.opened_for_anybody(new, id, (account, pass), now).await
    }

    /// What was bought for an address in a space that is closed since this moment, and nobody has taken, goes back: some of it at a time.
    /// Returns their passes. Locks the space.
    pub async fn return_untaken(
        &mut self,
        space: SpaceId,
        closed_at: Millis,
        now: Millis,
    ) -> Result<Vec<PassId>, StoreError> {
        self.lock_space(space).await?;
        let mut passes = Vec::new();
        for row in self.rows(UNTAKEN, args![space, closed_at, jobs::BATCH]).await? {
            let purchase: PurchaseId = row.get("purchase_id")?;
            end_waiting(self, purchase, now).await?;
            purchases::owe_refund(self, purchase, RefundReason::Untaken, now).await?;
            passes.push(row.get("pass_id")?);
        }
        Ok(passes)
    }

    /// Takes an address out of the orders of gifts to it. What was paid for it and waits goes back: nobody can take it any more. Only
    /// before what waits is forgotten.
    pub(crate) async fn forget_receiver(&mut self, email: &str, now: Millis) -> Result<(), StoreError> {
        // Orders before purchases, like whoever applies what the provider says.
        for row in self.rows(FORGET_RECEIVER, args![email]).await? {
            if row.get("guest")? {
                self.run(FORGET_BILLED, args![row.get::<PurchaseId>("purchase_id")?]).await?;
            }
        }
        for row in self.rows(PAID_FOR, args![email]).await? {
            let purchase: PurchaseId = row.get("purchase_id")?;
            purchases::owe_refund(self, purchase, RefundReason::NoReceiver, now).await?;
        }
        Ok(())
    }
}

/// What was paid waits for whoever proves the address, with a seat, and a mail unless the receipt says it; or why the money goes back.
/// The order's own seat must be free, and the space locked.
pub(crate) async fn give(
    tx: &mut Tx<'_>,
    order: &Checkout,
    email: &str,
    now: Millis,
) -> Result<Option<RefundReason>, StoreError> {
    if email.is_empty() {
        // The account of the address was deleted: nobody can take it.
        return Ok(Some(RefundReason::NoReceiver));
    }
    let id = CompId::new();
    let Checkout { pass, space, account, purchase, .. } = order;
    let row = args![id, *pass, *space, email, *account, now, *purchase];
    if tx.run(GIVE_BOUGHT, row).await? == 0 {
        // Another one was paid for the same address meanwhile.
        return Ok(Some(RefundReason::Surplus));
    }
    if !stock::hold(tx, Keeper::Comp(id), *pass, now).await? {
        tx.run(DROP, args![id]).await?;
        return Ok(Some(RefundReason::SoldOut));
    }
    if !order.guest {
        jobs::enqueue(tx, &SendComp { comp: id }, Some(&format!("comp:{id}")), now).await?;
        return Ok(None);
    }
    for (n, span) in REMINDED_AFTER.into_iter().enumerate() {
        let reminder = SendGuestReminder { comp: id };
        jobs::enqueue(tx, &reminder, Some(&format!("guest-reminder:{id}:{n}")), now + span).await?;
    }
    Ok(None)
}

/// Ends what waits for its receiver, and frees its seat. Returns false if nothing waits: it was taken, or has ended before.
pub(crate) async fn end_waiting(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    now: Millis,
) -> Result<bool, StoreError> {
    let ended = tx.rows(END_BOUGHT, args![purchase, now]).await?;
    for row in &ended {
        let id: CompId = row.get("id")?;
        stock::free(tx, id).await?;
    }
    Ok(!ended.is_empty())
}

/// What becomes of a purchase's grant, and of what waits for its receiver. Returns what changed of the grant, with its holder.
pub(crate) async fn set_hold(
    tx: &mut Tx<'_>,
    order: &Checkout,
    hold: Hold,
    now: Millis,
) -> Result<Option<(GrantMove, AccountId)>, StoreError> {
    let moved = grants::set_hold(tx, order.purchase, hold, now).await?;
    if order.gift.is_none() {
        return Ok(moved.map(|moved| (moved, order.account)));
    }
    match hold {
        Hold::Revoked(_) => {
            end_waiting(tx, order.purchase, now).await?;
        }
        Hold::InForce => {
            for row in tx.rows(RESTORE_BOUGHT, args![order.purchase]).await? {
                let (id, pass): (CompId, PassId) = (row.get("id")?, row.get("pass_id")?);
                // Its seat may be somebody else's by now. Then one more holds the pass than its team wanted: it is paid.
                stock::keep(tx, id, pass, now).await?;
            }
        }
        Hold::Suspended => {}
    }
    let Some(moved) = moved else { return Ok(None) };
    let row = tx.row(HOLDER, args![order.purchase]).await?.ok_or(StoreError::NotFound)?;
    Ok(Some((moved, row.get("account_id")?)))
}
