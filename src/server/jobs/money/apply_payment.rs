//! An object of the payment provider may have changed: fetches it and applies its current state. Every hint goes this
//! way: webhooks in any order and number, and the polling of a checkout.

use crate::{app::App, jobs::RunJob};
use anyhow::{Context, Result, bail};
use domain::{
    change::Change,
    clock::Clock,
    error::StoreError,
    id::JobId,
    money::{
        checkout::Checkout,
        jobs::{ApplyPayment, SettlePayment},
        store::CheckoutStore,
    },
};
use store::Applied;

/// How often a state that has become stale is fetched again at once. After that, the job is retried later.
const ROUNDS: usize = 5;

impl RunJob for ApplyPayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let payments = app.payments.as_ref().context("no payment provider is set up")?;
        match payments.session_of(self.object.clone()).await? {
            Some(session) => apply_session(app, &session).await,
            None => {
                tracing::info!(object = ?self.object, "a payment that no checkout of ours made");
                Ok(())
            }
        }
    }
}

impl RunJob for SettlePayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        if let Some(session) = self.session {
            return apply_session(app, &session).await;
        }
        let Some(id) = self.reference.and_then(|reference| reference.parse().ok()) else { return Ok(()) };
        match CheckoutStore::load(&app.store, id).await {
            Ok(Checkout { provider_session: Some(session), .. }) => apply_session(app, &session).await,
            Ok(_) | Err(StoreError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Fetches a provider session and records what follows from it.
pub(super) async fn apply_session(app: &App, session: &str) -> Result<()> {
    let payments = app.payments.as_ref().context("no payment provider is set up")?;
    for _ in 0..ROUNDS {
        // Read our row first, so that a state fetched before another writer changed the row is not applied.
        let Some(order) = app.store.checkouts().by_provider_session(session).await? else {
            tracing::warn!(session, "a session without an order");
            return Ok(());
        };
        let found = payments.fetch(session.to_owned()).await?;
        match app.store.checkouts().apply(&order, &found, app.clock.now()).await {
            Ok(applied) => return finish(app, &order, applied).await,
            Err(StoreError::Conflict("older")) => {}
            Err(error) => return Err(error).with_context(|| format!("session {session}")),
        }
    }
    bail!("session {session} keeps changing while it is read")
}

/// After the commit, publishes the change; the buyer's page follows.
async fn finish(app: &App, order: &Checkout, applied: Applied) -> Result<()> {
    if applied.changed {
        tracing::info!(checkout = %order.id, ?applied, "a payment's state was applied");
        let (space, account) = (order.space, order.account);
        app.services.changed(&[match applied.ended {
            Some(grant) => Change::GrantEnded { space, account, grant },
            None => Change::Access { space, account },
        }]);
    }
    app.engine.checkout(order.id).refresh().await?;
    Ok(())
}
