//! An object of the payment provider may have changed: fetch it, and apply the state that it has now. Every hint takes this
//! road: webhooks in any order and number, and the questions that a checkout asks by itself.

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

/// A state that another one has overtaken is fetched anew, so often; then the job is tried again later.
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

/// Fetches a session of the provider and writes what follows from it.
pub(super) async fn apply_session(app: &App, session: &str) -> Result<()> {
    let payments = app.payments.as_ref().context("no payment provider is set up")?;
    for _ in 0..ROUNDS {
        // Read first: a state that was fetched before somebody else wrote the row is not applied to it.
        let Some(order) = app.store.checkouts().by_provider_session(session).await? else {
            tracing::warn!(session, "a session that is no order's");
            return Ok(());
        };
        let found = payments.fetch(session.to_owned()).await?;
        match app.store.checkouts().apply(&order, &found, app.clock.now()).await {
            Ok(applied) => return finish(app, &order, applied).await,
            Err(StoreError::Conflict("older")) => {}
            Err(error) => return Err(error).with_context(|| format!("session {session}")),
        }
    }
    bail!("session {session} changes faster than it can be read")
}

/// After the commit: everybody hears of it, and the buyer's page follows.
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
