//! The steps of an order, as its actor stores them.

use crate::{
    Store,
    db::sql::{args, statements},
    money::checkouts::{Checkouts, end},
    ops::audit::Act,
};
use domain::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    money::{
        buying::cards::CardRefusal,
        checkout::{Checkout, OrderEnd, Payment},
        jobs::ApplyPayment,
        payments::ProviderObject,
        store::CheckoutStore,
    },
    text::language::Language,
    time::Millis,
};

statements! {
    /// What the buyer agreed to with the first attempt stays.
    AGREE = "UPDATE checkouts SET agreed_at = $2, agreed_language = $3, refunds_version = $4
        WHERE id = $1 AND agreed_at IS NULL AND state = 'held'";
    /// The next attempt, or a repetition of the current one. That of an order which leaves its session forgets the session, which the
    /// provider has ended.
    BEGIN_ATTEMPT = "UPDATE checkouts SET state = 'held', attempt = $2, idempotency_key = $3, request = $4, provider_session = NULL,
            pay_url = NULL, client_secret = NULL, next_request = NULL,
            version = version + CASE WHEN state = 'paying' THEN 1 ELSE 0 END
        WHERE id = $1 AND ((state = 'held' AND (
            (request IS NULL AND attempt = $2) OR (request IS NOT NULL AND attempt + 1 = $2)
            OR (attempt = $2 AND idempotency_key = $3 AND request = $4)))
        OR (state = 'paying' AND next_request IS NOT NULL AND attempt + 1 = $2 AND processing_since IS NULL)) RETURNING account_id";
    /// A payment with a saved card has no page, and neither has one on ours.
    PAYING = "UPDATE checkouts SET state = 'paying', provider_session = $2, pay_url = NULLIF($3, ''), client_secret = $4
        WHERE id = $1 AND (state = 'held' OR (state = 'paying' AND provider_session = $2))";
    /// Whoever fetched the session before does not apply its end: the order goes on.
    LEAVE = "UPDATE checkouts SET next_request = $2, version = version + 1
        WHERE id = $1 AND state = 'paying' AND next_request IS NULL AND card IS NULL AND processing_since IS NULL";
    /// What was asked with the card is forgotten, and its key with it.
    FALL_BACK = "UPDATE checkouts SET state = 'held', card = NULL, card_refused = $2, request = NULL, idempotency_key = NULL,
            provider_session = NULL, pay_url = NULL, attempt = attempt + 1, version = version + 1
        WHERE id = $1 AND state IN ('held', 'paying') AND card IS NOT NULL AND processing_since IS NULL";
}

impl Checkouts<'_> {
    /// Keeps what the buyer of an order agrees to by beginning to pay: what stands beside the button, in the language of its page.
    /// `refunds`: the version of the text on refunds.
    pub async fn agree(
        &self,
        id: CheckoutId,
        (shown, refunds): (Language, i64),
        now: Millis,
    ) -> Result<(), StoreError> {
        self.0.run(AGREE, args![id, now, shown.code(), refunds]).await.map(drop)
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
        client_secret: Option<String>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let paying = self.db().run(PAYING, args![id, session, pay_url, client_secret]).await?;
            self.checkouts().changed(id, paying).await
        })
    }

    fn leave(&self, id: CheckoutId, params: String) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let leaves = self.db().run(LEAVE, args![id, params]).await?;
            self.checkouts().changed(id, leaves).await
        })
    }

    fn fall_back(&self, id: CheckoutId, refused: CardRefusal) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let back = self.db().run(FALL_BACK, args![id, refused.code()]).await?;
            self.checkouts().changed(id, back).await
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
            let Some(change) = end(&mut tx, id, payment, ended_by, now).await? else {
                drop(tx);
                return self.checkouts().changed(id, 0).await;
            };
            tx.commit_unattended(&[change]).await
        })
    }

    fn apply_later(&self, session: String, now: Millis) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let job = ApplyPayment { object: ProviderObject::session(session) };
            self.jobs().enqueue(&job, None, now).await.map(drop)
        })
    }
}
