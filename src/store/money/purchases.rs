//! The records of payments.

use crate::{
    catalogue::prices::money,
    db::{
        connections::{Db, Tx},
        sql::{args, maybe_code, row, statements},
    },
    money::{back::refund_wishes, ledger, settlements::refund_key},
    work::jobs,
};
use domain::{
    amount::Money,
    error::StoreError,
    id::*,
    money::{
        checkout::Checkout,
        jobs::{ApplyPayment, RefundPayment},
        ledger::FeeShare,
        number::InvoiceNumber,
        payments::{Dispute, ProviderObject},
        settlement::{Known, PaidMoney, RefundReason},
    },
    time::Millis,
};

row! {
    pub(crate) fn read -> Purchase {
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
        fee: "platform_fee",
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
            provider_intent, paid_at, team_id, platform_fee, number, invoice_year, invoice_number, subscription_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// The next number of a series of a seller, `$3` for the first. Whoever draws at the same time waits for the end of this
    /// transaction; if it fails, the number is drawn again.
    DRAW = "INSERT INTO seller_counters (team_id, series, last) VALUES ($1, $2, $3)
        ON CONFLICT (team_id, series) DO UPDATE SET last = seller_counters.last + 1 RETURNING last";
    /// Names the parties of the invoice as they are called now.
    BILL = "UPDATE purchases SET
            seller_name = (SELECT s.name FROM spaces s WHERE s.id = purchases.space_id),
            seller_slug = (SELECT s.slug FROM spaces s WHERE s.id = purchases.space_id),
            billed_name = (SELECT a.name FROM accounts a WHERE a.id = purchases.account_id),
            billed_email = COALESCE(
                (SELECT o.email FROM checkouts o WHERE o.purchase_id = purchases.id AND o.guest = 1),
                (SELECT CASE WHEN a.deleted_at IS NULL THEN a.email ELSE '' END FROM accounts a WHERE a.id = purchases.account_id))
        WHERE id = $1";
    /// The account is deleted, and nobody sees its invoices any more.
    FORGET_BUYER = "UPDATE purchases SET billed_name = NULL, billed_email = NULL, billed_company = NULL,
            billed_address = NULL, billed_tax_id = NULL
        WHERE account_id = $1";
    /// Recorded by a release before numbers, while both ran.
    NOBODYS = concat!("SELECT ", columns!(), " FROM purchases WHERE team_id IS NULL ORDER BY paid_at, id LIMIT $1");
    ADOPT = "UPDATE purchases SET team_id = $2, number = $3, invoice_year = $4, invoice_number = $5 WHERE id = $1 AND team_id IS NULL";
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
    /// The platform's part of the amount, in minor units.
    pub fee: i64,
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

/// Purchases that get their numbers in one round.
const MOST_ADOPTED: i64 = 500;

impl Purchases<'_> {
    /// Gives the next numbers of their sellers to purchases that an earlier release recorded during an upgrade, and has them written to
    /// the ledger. Returns how many.
    pub async fn adopt(&self, now: Millis) -> Result<usize, StoreError> {
        let mut adopted = 0;
        for row in self.0.rows(NOBODYS, args![MOST_ADOPTED]).await? {
            let mut tx = self.0.begin().await?;
            if adopt(&mut tx, read(&row)?, now).await? {
                tx.commit().await?;
                adopted += 1;
            }
        }
        refund_wishes::adopt(self.0).await?;
        Ok(adopted)
    }
}

/// False if somebody else was faster: then nothing of it may be committed.
async fn adopt(tx: &mut Tx<'_>, purchase: Purchase, now: Millis) -> Result<bool, StoreError> {
    let (team, year) = (ledger::seller(tx, purchase.space).await?, InvoiceNumber::year_of(purchase.paid_at));
    let number = draw(tx, team, "orders".into(), FIRST_ORDER).await?;
    let invoice = draw(tx, team, format!("invoices:{year}"), 1).await?;
    if tx.run(ADOPT, args![purchase.id, team, number, year, invoice]).await? == 0 {
        return Ok(false);
    }
    tx.run(BILL, args![purchase.id]).await?;
    if let Some(session) = purchase.provider_session {
        let job = ApplyPayment { object: ProviderObject::session(session) };
        jobs::enqueue(tx, &job, Some(&format!("adopted:{}", purchase.id)), now).await?;
    }
    Ok(true)
}

pub(crate) async fn of_checkout(
    tx: &mut Tx<'_>,
    checkout: CheckoutId,
) -> Result<Option<Purchase>, StoreError> {
    tx.row(OF_CHECKOUT, args![checkout]).await?.as_ref().map(read).transpose()
}

/// The first number of a seller's orders.
const FIRST_ORDER: i64 = 1001;

async fn draw(tx: &mut Tx<'_>, team: TeamId, series: String, first: i64) -> Result<i64, StoreError> {
    tx.row(DRAW, args![team, series, first]).await?.ok_or(StoreError::NotFound)?.get("last")
}

/// Records a payment under the next numbers of its seller. Numbers are drawn before the grant is written, always in this order,
/// so that no two transactions wait for each other. `subscription`: what has charged for it.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    order: &Checkout,
    intent: Option<&str>,
    subscription: Option<SubscriptionId>,
    share: FeeShare,
    now: Millis,
) -> Result<(), StoreError> {
    let (team, year) = (ledger::seller(tx, order.space).await?, InvoiceNumber::year_of(now));
    let number = draw(tx, team, "orders".into(), FIRST_ORDER).await?;
    let invoice = draw(tx, team, format!("invoices:{year}"), 1).await?;
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
        team,
        share.of(*amount),
        number,
        year,
        invoice,
        subscription,
    ];
    tx.run(INSERT, row).await?;
    bill(tx, *purchase).await
}

/// Names the parties of an invoice as they are called now.
pub(crate) async fn bill(tx: &mut Tx<'_>, purchase: PurchaseId) -> Result<(), StoreError> {
    tx.run(BILL, args![purchase]).await.map(drop)
}

impl Tx<'_> {
    /// Takes a person out of their invoices.
    pub(crate) async fn forget_buyer(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.forget_wishes(account).await?;
        self.forget_evidence(account).await?;
        self.run(FORGET_BUYER, args![account]).await.map(drop)
    }
}

/// Records that the whole amount is to be refunded, and enqueues that. `surplus` is what the previous release reads.
pub(crate) async fn owe_refund(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    reason: RefundReason,
    now: Millis,
) -> Result<(), StoreError> {
    let surplus = reason == RefundReason::Surplus;
    tx.run(OWE, args![purchase, reason.code(), surplus]).await?;
    jobs::enqueue(tx, &RefundPayment { purchase }, Some(&refund_key(purchase)), now).await.map(drop)
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
