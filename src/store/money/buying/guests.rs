//! Orders of visitors who prove their address after they have paid. Until then they wait as gifts to that address.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    money::{
        buying::gifts,
        checkouts::{self, Opened},
        purchases,
    },
};
use domain::{
    error::StoreError, id::*, money::settlement::RefundReason, people::account::Account, time::Millis,
};

/// The account `a` of a visitor holds nothing and owes nothing since `$1`: nobody can pay its order any more, and what was paid has gone back
/// or was taken back.
macro_rules! idle {
    () => {
        "a.guest_since <= $1 AND NOT EXISTS (SELECT 1 FROM checkouts o WHERE o.account_id = a.id
            AND (o.state IN ('held', 'paying') OR o.settled_at > $1))
        AND NOT EXISTS (SELECT 1 FROM purchases p WHERE p.account_id = a.id AND p.refunded < p.amount
            AND (p.dispute IS NULL OR p.dispute <> 'lost'))"
    };
}

statements! {
    IDLE = concat!("SELECT a.id FROM accounts a WHERE ", idle!(), " ORDER BY a.guest_since, a.id LIMIT $2");
    STILL_IDLE = concat!("SELECT a.id FROM accounts a WHERE ", idle!(), " AND a.id = $2");
    /// What was sent to the payment provider names the address, too.
    FORGET_ORDERS = "UPDATE checkouts SET email = '', request = NULL, answers = NULL,
            gift_to = CASE WHEN gift_to IS NULL THEN NULL ELSE '' END
        WHERE account_id = $1";
    FORGET_WAITED = "UPDATE comps SET email = '' WHERE by_id = $1 AND claimed_at IS NULL AND revoked_at IS NOT NULL
        AND purchase_id IN (SELECT p.id FROM purchases p WHERE p.account_id = $1)";
    MARK = "UPDATE checkouts SET guest = 1, email = $2 WHERE id = $1";
    WAITING = "SELECT c.id, p.id AS purchase_id FROM comps c JOIN purchases p ON p.id = c.purchase_id
        JOIN checkouts o ON o.id = p.checkout_id
        WHERE c.email = $1 AND c.claimed_at IS NULL AND c.revoked_at IS NULL AND o.guest = 1 ORDER BY c.id LIMIT 20";
    ADDRESS = "SELECT email FROM checkouts WHERE account_id = $1 AND guest = 1 AND email <> '' LIMIT 1";
    ADOPT_ORDER = "UPDATE checkouts SET account_id = $2, email = $3, gift_to = NULL, guest = 0 WHERE purchase_id = $1 AND guest = 1";
    ADOPT_PURCHASE = "UPDATE purchases SET account_id = $2 WHERE id = $1";
}

/// Visitors that are forgotten in one transaction.
const MOST_FORGOTTEN: i64 = 100;

pub struct Guests<'a>(pub(crate) &'a Db);

impl Guests<'_> {
    /// What visitors have paid for this address and nobody has taken: what waits, and its purchase.
    pub async fn waiting_for(&self, email: &str) -> Result<Vec<(CompId, PurchaseId)>, StoreError> {
        let rows = self.0.rows(WAITING, args![email]).await?;
        rows.iter().map(|row| Ok((row.get("id")?, row.get("purchase_id")?))).collect()
    }

    /// What a visitor gave for the address of their order; `None` for every other account.
    pub async fn address(&self, guest: AccountId) -> Result<Option<String>, StoreError> {
        self.0.row(ADDRESS, args![guest]).await?.map(|row| row.get("email")).transpose()
    }
}

impl Tx<'_> {
    /// As [`Tx::open_gift`], for the buyer's own address, which nobody has proven yet.
    pub async fn open_guest(
        &mut self,
        guest: AccountId,
        pass: PassId,
        email: &str,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        match self.open_gift(guest, pass, email, now).await? {
            Some(Opened::New(order)) => {
                self.run(MARK, args![order.id, email]).await?;
                Ok(Some(Opened::New(checkouts::by_id(self, order.id).await?)))
            }
            other => Ok(other),
        }
    }

    /// What a visitor bought is now this person's, who has proven the address: order, purchase and invoice.
    pub async fn adopt_guest_order(
        &mut self,
        purchase: PurchaseId,
        owner: &Account,
    ) -> Result<(), StoreError> {
        self.run(ADOPT_ORDER, args![purchase, owner.id, &owner.email]).await?;
        self.run(ADOPT_PURCHASE, args![purchase, owner.id]).await?;
        purchases::bill(self, purchase).await
    }

    /// The same where the pass cannot be theirs: the money goes back by itself. Returns false if it does not wait any more: then it is
    /// theirs already, or its money has gone back.
    pub async fn return_guest_order(
        &mut self,
        purchase: PurchaseId,
        owner: &Account,
        reason: RefundReason,
        now: Millis,
    ) -> Result<bool, StoreError> {
        if !gifts::end_waiting(self, purchase, now).await? {
            return Ok(false);
        }
        self.adopt_guest_order(purchase, owner).await?;
        purchases::owe_refund(self, purchase, reason, now).await?;
        Ok(true)
    }

    /// Forgets some of the visitors whose orders came to nothing by `before`. Of their accounts nothing is left but the rows that the
    /// audit log refers to. Returns how many.
    pub async fn forget_guests(&mut self, before: Millis, now: Millis) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        for row in self.rows(IDLE, args![before, MOST_FORGOTTEN]).await? {
            let guest: AccountId = row.get("id")?;
            self.lock_account(guest).await?;
            // Another process may have been faster.
            if self.row(STILL_IDLE, args![before, guest]).await?.is_none() {
                continue;
            }
            self.run(FORGET_ORDERS, args![guest]).await?;
            self.run(FORGET_WAITED, args![guest]).await?;
            self.forget_buyer(guest).await?;
            self.erase_customer(guest, now).await?;
            self.blank_account(guest, now).await?;
            forgotten += 1;
        }
        Ok(forgotten)
    }
}
