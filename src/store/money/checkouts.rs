//! Attempts to pay, and their settling: money, grant and mail in one transaction, once.

use crate::{
    Store,
    access::grants,
    catalogue::passes::money,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, statements},
    },
    money::purchases,
    work::jobs,
};
use domain::{
    access::grant::Grant,
    amount::Money,
    clock::BoxFuture,
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OPEN_FOR, Payment},
        jobs::SendReceipt,
        store::CheckoutStore,
    },
    time::Millis,
};

statements! {
    BY_ID = "SELECT * FROM checkouts WHERE id = $1";
    BY_PROVIDER_SESSION = "SELECT * FROM checkouts WHERE provider_session = $1";
    OF_ACCOUNT = "SELECT * FROM checkouts WHERE account_id = $1 ORDER BY created_at DESC, id DESC";
    UNSETTLED = "SELECT * FROM checkouts WHERE state IN ('held', 'paying') ORDER BY expires_at, id";
    OPEN_ONE = "SELECT * FROM checkouts WHERE account_id = $1 AND pass_id = $2 AND state IN ('held', 'paying')";
    ON_OFFER = "SELECT id FROM passes WHERE id = $1 AND price_kind = 'once' AND withdrawn_at IS NULL";
    /// The amount is the pass's at this moment, never the caller's.
    OPEN = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, title, amount, currency, state, attempt,
            created_at, expires_at)
        SELECT $1, $2, a.id, a.email, p.space_id, p.id, p.title, p.amount, p.currency, 'held', 1, $5, $6
        FROM accounts a CROSS JOIN passes p
        WHERE a.id = $3 AND p.id = $4 AND p.price_kind = 'once' AND p.withdrawn_at IS NULL ON CONFLICT DO NOTHING";
    /// The next attempt, or the very same one again.
    BEGIN_ATTEMPT = "UPDATE checkouts SET attempt = $2, idempotency_key = $3, request = $4 WHERE id = $1 AND state = 'held' AND (
        (request IS NULL AND attempt = $2) OR (request IS NOT NULL AND attempt + 1 = $2)
        OR (attempt = $2 AND idempotency_key = $3 AND request = $4))";
    PAYING = "UPDATE checkouts SET state = 'paying', provider_session = $2, pay_url = $3
        WHERE id = $1 AND (state = 'held' OR (state = 'paying' AND provider_session = $2))";
    CLOSE = "UPDATE checkouts SET state = $2, settled_at = $3 WHERE id = $1 AND state IN ('held', 'paying')";
    /// Also one that had been given up: the money has come.
    SETTLE = "UPDATE checkouts SET state = 'paid', settled_at = $4
        WHERE id = $1 AND state <> 'paid' AND amount = $2 AND currency = $3 RETURNING *";
}

/// What comes of wanting to buy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    New(Checkout),
    /// The one that this person has open for this pass already.
    Existing(Checkout),
    /// They hold the pass.
    Holds(Grant),
}

/// What comes of a payment. `first`: this call did it; else it had been done before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    Granted {
        grant: Grant,
        first: bool,
    },
    /// It paid for a pass that was held already: the money is to go back.
    Surplus {
        purchase: PurchaseId,
        first: bool,
    },
}

pub struct Checkouts<'a>(pub(crate) &'a Db);

fn read(row: &Row) -> Result<Checkout, StoreError> {
    Ok(Checkout {
        id: row.get("id")?,
        purchase: row.get("purchase_id")?,
        account: row.get("account_id")?,
        email: row.get("email")?,
        space: row.get("space_id")?,
        pass: row.get("pass_id")?,
        title: row.get("title")?,
        amount: money(row)?,
        state: row.code("state", Payment::from_code)?,
        attempt: row.get("attempt")?,
        request: row.get("request")?,
        provider_session: row.get("provider_session")?,
        pay_url: row.get("pay_url")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

async fn by_id(tx: &mut Tx<'_>, id: CheckoutId) -> Result<Checkout, StoreError> {
    read(&tx.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
}

impl Checkouts<'_> {
    /// Begins to buy. Nobody has two open for one pass, or one for a pass they hold. `NotFound` when the pass is not sold.
    pub async fn open(&self, account: AccountId, pass: PassId, now: Millis) -> Result<Opened, StoreError> {
        // The one that is open may be settled between two statements; then the next round finds the grant.
        for _ in 0..3 {
            if let Some(opened) = self.try_open(account, pass, now).await? {
                return Ok(opened);
            }
        }
        Err(StoreError::Conflict("checkout"))
    }

    async fn try_open(
        &self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        let mut tx = self.0.begin().await?;
        let id = CheckoutId::new();
        let row = args![id, PurchaseId::new(), account, pass, now, now + OPEN_FOR];
        let new = tx.run(OPEN, row).await? == 1;
        // Asked after the insert, which waited for a settling in progress; what was inserted goes with the transaction.
        if let Some(grant) = grants::held(&mut tx, account, pass, now).await? {
            return Ok(Some(Opened::Holds(grant)));
        }
        if new {
            let checkout = by_id(&mut tx, id).await?;
            tx.commit().await?;
            return Ok(Some(Opened::New(checkout)));
        }
        if let Some(row) = tx.row(OPEN_ONE, args![account, pass]).await? {
            return Ok(Some(Opened::Existing(read(&row)?)));
        }
        tx.row(ON_OFFER, args![pass]).await?.ok_or(StoreError::NotFound)?;
        Ok(None)
    }

    /// Applies a payment that the provider confirmed. `Conflict("amount")` when what was charged is not what was asked.
    pub async fn settle_paid(
        &self,
        id: CheckoutId,
        charged: Money,
        now: Millis,
    ) -> Result<Settled, StoreError> {
        let mut tx = self.0.begin().await?;
        let row = tx.row(SETTLE, args![id, charged.minor, charged.currency.code(), now]).await?;
        let Some(row) = row else {
            let known = by_id(&mut tx, id).await?;
            return if known.amount == charged {
                settled_before(&mut tx, &known).await
            } else {
                Err(StoreError::Conflict("amount"))
            };
        };
        let checkout = read(&row)?;
        purchases::insert(&mut tx, &checkout, now).await?;
        let what = (checkout.account, checkout.pass, checkout.space);
        let settled = if grants::buy(&mut tx, what, checkout.purchase, now).await? {
            let receipt = SendReceipt { purchase: checkout.purchase };
            jobs::enqueue(&mut tx, &receipt, Some(&format!("receipt:{}", checkout.purchase)), now).await?;
            let grant = grants::of_purchase(&mut tx, checkout.purchase).await?.ok_or(StoreError::NotFound)?;
            Settled::Granted { grant, first: true }
        } else {
            purchases::mark_surplus(&mut tx, checkout.purchase).await?;
            Settled::Surplus { purchase: checkout.purchase, first: true }
        };
        tx.commit().await?;
        Ok(settled)
    }

    pub async fn by_id(&self, id: CheckoutId) -> Result<Checkout, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn by_provider_session(&self, session: &str) -> Result<Option<Checkout>, StoreError> {
        self.0.row(BY_PROVIDER_SESSION, args![session]).await?.as_ref().map(read).transpose()
    }

    /// The newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Checkout>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    /// Held or paying, those that end first in front: what a sweep compares with the provider.
    pub async fn unsettled(&self) -> Result<Vec<Checkout>, StoreError> {
        self.0.rows(UNSETTLED, args![]).await?.iter().map(read).collect()
    }

    /// `Conflict("checkout")` where the row was in another state than the change needed.
    async fn changed(&self, id: CheckoutId, rows: u64) -> Result<(), StoreError> {
        if rows == 1 { Ok(()) } else { self.by_id(id).await.and(Err(StoreError::Conflict("checkout"))) }
    }
}

async fn settled_before(tx: &mut Tx<'_>, checkout: &Checkout) -> Result<Settled, StoreError> {
    Ok(match grants::of_purchase(tx, checkout.purchase).await? {
        Some(grant) => Settled::Granted { grant, first: false },
        None => Settled::Surplus { purchase: checkout.purchase, first: false },
    })
}

impl CheckoutStore for Store {
    fn load(&self, id: CheckoutId) -> BoxFuture<'_, Result<Checkout, StoreError>> {
        Box::pin(async move { self.checkouts().by_id(id).await })
    }

    /// Attempts follow one another by one; the same one with the same key and parameters may begin again. Else `Conflict`.
    fn begin_attempt(
        &self,
        id: CheckoutId,
        attempt: i64,
        key: String,
        params: String,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let begun = self.db().run(BEGIN_ATTEMPT, args![id, attempt, key, params]).await?;
            self.checkouts().changed(id, begun).await
        })
    }

    fn paying(
        &self,
        id: CheckoutId,
        session: String,
        pay_url: String,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let paying = self.db().run(PAYING, args![id, session, pay_url]).await?;
            self.checkouts().changed(id, paying).await
        })
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<CheckoutId>, StoreError>> {
        Box::pin(async move { Ok(self.checkouts().unsettled().await?.into_iter().map(|c| c.id).collect()) })
    }

    /// `Conflict("payment")` when it is asked for another end than these two.
    fn close(&self, id: CheckoutId, payment: Payment, now: Millis) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if !matches!(payment, Payment::Failed | Payment::Expired) {
                return Err(StoreError::Conflict("payment"));
            }
            let closed = self.db().run(CLOSE, args![id, payment.code(), now]).await?;
            self.checkouts().changed(id, closed).await
        })
    }
}
