//! The records of payments.

use crate::{
    catalogue::prices::money,
    db::{
        connections::{Db, Tx},
        sql::{args, maybe_code, row, statements},
    },
    money::settlements::refund_key,
    work::jobs,
};
use domain::{
    amount::Money,
    error::StoreError,
    id::*,
    money::{
        checkout::Checkout,
        jobs::RefundPayment,
        payments::Dispute,
        settlement::{Known, PaidMoney, RefundReason},
    },
    time::Millis,
};

row! {
    fn read -> Purchase {
        id: "id",
        checkout: "checkout_id",
        account: "account_id",
        space: "space_id",
        pass: "pass_id",
        title: "title",
        amount: "amount" | "currency" => money,
        provider_session: "provider_session",
        provider_intent: "provider_intent",
        refunded: "refunded",
        refund_reason: "refund_reason" => maybe_code(RefundReason::from_code),
        refund_failed_at: "refund_failed_at",
        dispute: "dispute" => maybe_code(Dispute::from_code),
        paid_at: "paid_at",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM purchases WHERE id = $1");
    OF_CHECKOUT = concat!("SELECT ", columns!(), " FROM purchases WHERE checkout_id = $1");
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM purchases WHERE account_id = $1 ORDER BY paid_at DESC, id DESC");
    OWED = concat!("SELECT ", columns!(), " FROM purchases WHERE refund_reason IS NOT NULL AND refunded = 0 ORDER BY paid_at, id");
    REFUND_FAILED = concat!("SELECT ", columns!(), " FROM purchases
        WHERE refund_failed_at > $1 ORDER BY refund_failed_at DESC, id DESC LIMIT $2");
    REFUND_FAILED_IN = concat!("SELECT ", columns!(), " FROM purchases
        WHERE space_id = $1 AND refund_failed_at IS NOT NULL ORDER BY refund_failed_at DESC, id DESC");
    INSERT = "INSERT INTO purchases (id, checkout_id, account_id, space_id, pass_id, title, amount, currency, provider_session,
            provider_intent, paid_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    OWE = "UPDATE purchases SET refund_reason = $2, surplus = $3 WHERE id = $1";
    MARK_REFUND_FAILURE = "UPDATE purchases SET refund_failed_at = $2 WHERE id = $1";
    MIRROR = "UPDATE purchases SET refunded = $2, dispute = $3 WHERE id = $1";
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub id: PurchaseId,
    pub checkout: CheckoutId,
    pub account: AccountId,
    pub space: SpaceId,
    pub pass: PassId,
    /// The pass's title at the time of the purchase.
    pub title: String,
    pub amount: Money,
    pub provider_session: Option<String>,
    pub provider_intent: Option<String>,
    /// The amount refunded, in minor units.
    pub refunded: i64,
    /// Why all of it is refunded automatically, if it is.
    pub refund_reason: Option<RefundReason>,
    /// The buyer's bank returned the last refund.
    pub refund_failed_at: Option<Millis>,
    pub dispute: Option<Dispute>,
    pub paid_at: Millis,
}

impl Purchase {
    pub fn money(&self) -> PaidMoney {
        PaidMoney {
            paid: self.amount,
            refunded: Money { minor: self.refunded, ..self.amount },
            owed: self.refund_reason,
            refund_failed: self.refund_failed_at.is_some(),
            dispute: self.dispute,
        }
    }
}

pub struct Purchases<'a>(pub(crate) &'a Db);

impl Purchases<'_> {
    pub async fn by_id(&self, id: PurchaseId) -> Result<Purchase, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// A person's purchases, newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    /// The purchase that resulted from a checkout.
    pub async fn of_checkout(&self, checkout: CheckoutId) -> Result<Option<Purchase>, StoreError> {
        self.0.row(OF_CHECKOUT, args![checkout]).await?.as_ref().map(read).transpose()
    }

    /// Purchases that are to be refunded and are not yet, oldest first.
    pub async fn owed(&self) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(OWED, args![]).await?.iter().map(read).collect()
    }

    /// Purchases whose refund was returned after `since`, newest first, at most `limit`.
    pub async fn refund_failed(&self, since: Millis, limit: usize) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(REFUND_FAILED, args![since, limit as i64]).await?.iter().map(read).collect()
    }

    /// The same for one space, without a time limit.
    pub async fn refund_failed_in(&self, space: SpaceId) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(REFUND_FAILED_IN, args![space]).await?.iter().map(read).collect()
    }

    /// Enqueues the refunds that are owed. Those recorded by an earlier release have no job yet.
    pub async fn enqueue_owed_refunds(&self, now: Millis) -> Result<(), StoreError> {
        for Purchase { id, .. } in self.owed().await? {
            let mut tx = self.0.begin().await?;
            jobs::enqueue(&mut tx, &RefundPayment { purchase: id }, Some(&refund_key(id)), now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

pub(crate) async fn of_checkout(
    tx: &mut Tx<'_>,
    checkout: CheckoutId,
) -> Result<Option<Purchase>, StoreError> {
    tx.row(OF_CHECKOUT, args![checkout]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    order: &Checkout,
    intent: Option<&str>,
    now: Millis,
) -> Result<(), StoreError> {
    let Checkout { id, purchase, account, space, pass, title, amount, provider_session, .. } = order;
    let row = args![
        *purchase,
        *id,
        *account,
        *space,
        *pass,
        title,
        amount.minor,
        amount.currency.code(),
        provider_session.as_deref(),
        intent,
        now,
    ];
    tx.run(INSERT, row).await.map(drop)
}

/// Records that the whole amount is to be refunded. `surplus` is what the previous release reads.
pub(crate) async fn owe_refund(
    tx: &mut Tx<'_>,
    id: PurchaseId,
    reason: RefundReason,
) -> Result<(), StoreError> {
    let surplus = reason == RefundReason::Surplus;
    tx.run(OWE, args![id, reason.code(), surplus]).await.map(drop)
}

/// `at`: when the bank returned a refund; `None` if another one has arrived.
pub(crate) async fn mark_refund_failure(
    tx: &mut Tx<'_>,
    id: PurchaseId,
    at: Option<Millis>,
) -> Result<(), StoreError> {
    tx.run(MARK_REFUND_FAILURE, args![id, at]).await.map(drop)
}

/// Records the provider's state of the payment.
pub(crate) async fn mirror(tx: &mut Tx<'_>, id: PurchaseId, known: &Known) -> Result<(), StoreError> {
    tx.run(MIRROR, args![id, known.refunded, known.dispute.map(Dispute::code)]).await.map(drop)
}
