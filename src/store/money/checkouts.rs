//! The rows of checkouts; `settlements.rs` applies the provider's state to them.

use crate::{
    Store,
    access::grants,
    catalogue::{prices::money, spaces},
    db::{
        connections::{Db, Tx},
        sql::{Row, args, maybe_code, row, statements},
    },
    ops::audit::Act,
    work::jobs,
};
use domain::{
    access::grant::Grant,
    catalogue::offer::NotOffered,
    clock::BoxFuture,
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OPEN_FOR, OrderEnd, Payment, Terms},
        jobs::{ApplyPayment, SendPaymentFailure},
        payments::ProviderObject,
        store::CheckoutStore,
    },
    time::Millis,
};

row! {
    fn read -> Checkout {
        id: "id",
        purchase: "purchase_id",
        account: "account_id",
        email: "email",
        space: "space_id",
        pass: "pass_id",
        price: "price_id",
        title: "title",
        amount: "amount" | "currency" => money,
        state: "state" | "processing_since" => payment,
        attempt: "attempt",
        request: "request",
        provider_session: "provider_session",
        pay_url: "pay_url",
        created_at: "created_at",
        expires_at: "expires_at",
        version: "version",
        ended: "ended_by" => maybe_code(OrderEnd::from_code),
        agreed: "terms_version",
        terms: => terms,
    }
}

/// Selects orders with the terms on which their passes are sold now.
macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!("c."),
            ", r.amount AS price_amount, r.currency AS price_currency, p.withdrawn_at, s.published_at, s.name AS space_name, ",
            spaces::kept_out_until!("c.account_id"),
            " AS banned_until
            FROM checkouts c JOIN passes p ON p.id = c.pass_id JOIN spaces s ON s.id = c.space_id
            LEFT JOIN prices r ON r.id = c.price_id AND r.withdrawn_at IS NULL ",
            $rest
        )
    };
}

statements! {
    BY_ID = orders!("WHERE c.id = $1");
    BY_PROVIDER_SESSION = orders!("WHERE c.provider_session = $1");
    OF_ACCOUNT = orders!("WHERE c.account_id = $1 ORDER BY c.created_at DESC, c.id DESC");
    UNSETTLED = orders!("WHERE c.state IN ('held', 'paying') ORDER BY c.expires_at, c.id");
    OPEN_ONE = orders!("WHERE c.account_id = $1 AND c.pass_id = $2 AND c.state IN ('held', 'paying')");
    ON_OFFER = "SELECT r.id FROM passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE p.id = $1 AND r.kind = 'once' AND p.withdrawn_at IS NULL";
    OFFERED_TO = "SELECT
        (SELECT COUNT(*) FROM team_members m WHERE m.team_id = s.team_id AND m.account_id = $2) AS team,
        (SELECT COUNT(*) FROM bans b WHERE b.space_id = s.id AND b.account_id = $2 AND b.kind = 'ban' AND b.lifted_at IS NULL
            AND (b.until IS NULL OR b.until > $3)) AS banned,
        CASE WHEN p.withdrawn_at IS NULL AND s.published_at IS NOT NULL
            THEN (SELECT COUNT(*) FROM pass_includes i WHERE i.pass_id = p.id) ELSE 0 END AS offered
        FROM passes p JOIN spaces s ON s.id = p.space_id WHERE p.id = $1";
    /// The amount is that of the pass's current price, never the caller's.
    OPEN = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, price_id, title, amount, currency, state,
            attempt, created_at, expires_at, terms_version)
        SELECT $1, $2, a.id, a.email, p.space_id, p.id, r.id, p.title, r.amount, r.currency, 'held', 1, $5, $6, a.terms_version
        FROM accounts a CROSS JOIN passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE a.id = $3 AND p.id = $4 AND r.kind = 'once' AND p.withdrawn_at IS NULL ON CONFLICT DO NOTHING";
    /// The next attempt, or a repetition of the current one.
    BEGIN_ATTEMPT = "UPDATE checkouts SET attempt = $2, idempotency_key = $3, request = $4 WHERE id = $1 AND state = 'held' AND (
        (request IS NULL AND attempt = $2) OR (request IS NOT NULL AND attempt + 1 = $2)
        OR (attempt = $2 AND idempotency_key = $3 AND request = $4)) RETURNING account_id";
    PAYING = "UPDATE checkouts SET state = 'paying', provider_session = $2, pay_url = $3
        WHERE id = $1 AND (state = 'held' OR (state = 'paying' AND provider_session = $2))";
    /// The buyer cancels. A payment that has been made is not affected.
    CANCEL = "UPDATE checkouts SET ended_by = COALESCE(ended_by, 'cancelled')
        WHERE id = $1 AND state IN ('held', 'paying') AND processing_since IS NULL";
    /// The given end replaces a stored one: an order that was cancelled may end because nobody told its outcome.
    CLOSE = "UPDATE checkouts SET state = $2, ended_by = COALESCE($3, ended_by), settled_at = $4
        WHERE id = $1 AND state IN ('held', 'paying')";
}

/// The result of opening a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    New(Checkout),
    /// This person already has an open checkout for this pass.
    Existing(Checkout),
    /// They already hold the pass.
    Holds(Grant),
}

pub struct Checkouts<'a>(pub(crate) &'a Db);

/// The state of an order. A payment that is under way has a state of its own, which the column does not know.
fn payment(row: &Row, state: &str, processing_since: &str) -> Result<Payment, StoreError> {
    let processing = row.get::<Option<Millis>>(processing_since)?.is_some();
    Ok(match row.code(state, Payment::from_code)? {
        Payment::Paying if processing => Payment::Processing,
        state => state,
    })
}

fn terms(row: &Row) -> Result<Terms, StoreError> {
    let sold = row.get::<Option<i64>>("price_amount")?.is_some();
    let price = sold.then(|| money(row, "price_amount", "price_currency")).transpose()?;
    Ok(Terms {
        price,
        withdrawn: row.get::<Option<Millis>>("withdrawn_at")?.is_some(),
        published: row.get::<Option<Millis>>("published_at")?.is_some(),
        banned_until: row.get("banned_until")?,
    })
}

pub(crate) async fn by_id(tx: &mut Tx<'_>, id: CheckoutId) -> Result<Checkout, StoreError> {
    read(&tx.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
}

/// Ends an order that was not paid. Returns the number of rows: none if it is settled already. Whoever paid by a slow
/// method was promised a mail, and gets it if the payment fails or is never confirmed.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    id: CheckoutId,
    payment: Payment,
    ended_by: Option<OrderEnd>,
    now: Millis,
) -> Result<u64, StoreError> {
    let closed = tx.run(CLOSE, args![id, payment.code(), ended_by.map(OrderEnd::code), now]).await?;
    if closed == 1 && payment == Payment::Failed && matches!(ended_by, None | Some(OrderEnd::Unconfirmed)) {
        let key = format!("payment-failure:{id}");
        jobs::enqueue(tx, &SendPaymentFailure { checkout: id }, Some(&key), now).await?;
    }
    Ok(closed)
}

impl Checkouts<'_> {
    pub async fn by_id(&self, id: CheckoutId) -> Result<Checkout, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn by_provider_session(&self, session: &str) -> Result<Option<Checkout>, StoreError> {
        self.0.row(BY_PROVIDER_SESSION, args![session]).await?.as_ref().map(read).transpose()
    }

    /// A person's, each with the name of its space, the newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<(Checkout, String)>, StoreError> {
        let rows = self.0.rows(OF_ACCOUNT, args![account]).await?;
        rows.iter().map(|row| Ok((read(row)?, row.get("space_name")?))).collect()
    }

    /// The checkouts that are held or paying, the soonest to expire first, for comparison with the provider.
    pub async fn unsettled(&self) -> Result<Vec<Checkout>, StoreError> {
        self.0.rows(UNSETTLED, args![]).await?.iter().map(read).collect()
    }

    /// Returns `Conflict("checkout")` if the row was in another state than the change requires.
    async fn changed(&self, id: CheckoutId, rows: u64) -> Result<(), StoreError> {
        if rows == 1 { Ok(()) } else { self.by_id(id).await.and(Err(StoreError::Conflict("checkout"))) }
    }
}

impl Tx<'_> {
    /// Opens a checkout. Nobody has two open checkouts for one pass, or one for a pass they hold. Returns `NotFound` if
    /// the pass is not sold, and `None` if the open checkout was settled between two statements: a new transaction then
    /// finds the grant. Locks the space, because an experience is deleted only while nobody pays for it.
    pub async fn open_checkout(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let id = CheckoutId::new();
        let row = args![id, PurchaseId::new(), account, pass, now, now + OPEN_FOR];
        let new = self.run(OPEN, row).await? == 1;
        // Checked after the insert, which waited for a concurrent settlement. If there is a grant, the insert is rolled
        // back.
        if let Some(grant) = grants::held(self, account, pass, now).await? {
            return Ok(Some(Opened::Holds(grant)));
        }
        if new {
            return Ok(Some(Opened::New(by_id(self, id).await?)));
        }
        if let Some(row) = self.row(OPEN_ONE, args![account, pass]).await? {
            return Ok(Some(Opened::Existing(read(&row)?)));
        }
        self.row(ON_OFFER, args![pass]).await?.ok_or(StoreError::NotFound)?;
        Ok(None)
    }

    /// The buyer cancels an order. Returns false if it is settled or its payment is being processed.
    pub async fn cancel_checkout(&mut self, id: CheckoutId) -> Result<bool, StoreError> {
        Ok(self.run(CANCEL, args![id]).await? == 1)
    }

    /// Why this person cannot have this pass now, if they cannot. Call this after writing the row of the grant or the
    /// order, so that a later change finds that row.
    pub async fn check_offer(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Result<(), NotOffered>, StoreError> {
        let row = self.row(OFFERED_TO, args![pass, account, now]).await?.ok_or(StoreError::NotFound)?;
        let count = |column| Ok::<bool, StoreError>(row.get::<i64>(column)? > 0);
        Ok(if count("team")? {
            Err(NotOffered::Team)
        } else if !count("offered")? {
            Err(NotOffered::Withdrawn)
        } else if count("banned")? {
            Err(NotOffered::Banned)
        } else {
            Ok(())
        })
    }
}

impl CheckoutStore for Store {
    fn load(&self, id: CheckoutId) -> BoxFuture<'_, Result<Checkout, StoreError>> {
        Box::pin(async move { self.checkouts().by_id(id).await })
    }

    /// Attempts are numbered consecutively. The same attempt with the same key and parameters may begin again. Anything
    /// else is a `Conflict`.
    fn begin_attempt(
        &self,
        id: CheckoutId,
        attempt: i64,
        key: String,
        params: String,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let Some(row) = tx.row(BEGIN_ATTEMPT, args![id, attempt, key, params]).await? else {
                drop(tx);
                return self.checkouts().changed(id, 0).await;
            };
            let (target, detail) = (id.to_string(), format!("attempt {attempt}"));
            let act =
                Act { actor: Some(row.get("account_id")?), action: "checkout.pay".into(), target, detail };
            tx.commit_audited(act, &[], now).await
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

    /// Returns `Conflict("payment")` if `payment` is neither failed nor expired.
    fn close(
        &self,
        id: CheckoutId,
        payment: Payment,
        ended_by: Option<OrderEnd>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if !matches!(payment, Payment::Failed | Payment::Expired) {
                return Err(StoreError::Conflict("payment"));
            }
            let mut tx = self.begin().await?;
            let closed = end(&mut tx, id, payment, ended_by, now).await?;
            tx.commit().await?;
            self.checkouts().changed(id, closed).await
        })
    }

    fn apply_later(&self, session: String, now: Millis) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let job = ApplyPayment { object: ProviderObject::session(session) };
            self.jobs().enqueue(&job, None, now).await.map(drop)
        })
    }
}
