//! An event was a hint that a payment changed: fetch the provider's session, and apply the state that it has now.

use crate::{app::App, jobs::RunJob};
use anyhow::{Context, Result, bail};
use domain::{
    change::Change,
    clock::Clock,
    error::StoreError,
    id::{CheckoutId, JobId},
    money::{
        checkout::{Checkout, Payment},
        jobs::SettlePayment,
        payments::{ProviderSession, ProviderStatus},
        store::CheckoutStore,
    },
};
use store::Settled;

impl RunJob for SettlePayment {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        let (session, reference) = (self.session.as_deref(), self.reference.as_deref());
        let Some((checkout, found)) = look(app, session, reference).await? else {
            tracing::warn!(session, reference, "a payment that is not ours");
            return Ok(());
        };
        apply(app, &checkout, &found).await?;
        app.house.checkout(checkout.id).refresh().await?;
        Ok(())
    }
}

/// Our checkout and the provider's view of it, by whichever of the two names the event gave.
async fn look(
    app: &App,
    session: Option<&str>,
    reference: Option<&str>,
) -> Result<Option<(Checkout, ProviderSession)>> {
    let payments = app.payments.as_ref().context("no payment provider is set up")?;
    let named = match reference.and_then(|r| r.parse::<CheckoutId>().ok()) {
        Some(id) => known(CheckoutStore::load(&app.store, id).await)?,
        None => None,
    };
    let session = session.map(str::to_string).or_else(|| named.as_ref()?.provider_session.clone());
    let Some(session) = session else { return Ok(None) };
    let found = payments.fetch(session.clone()).await?;
    let checkout = match named {
        Some(checkout) => Some(checkout),
        None => match found.reference.as_deref().and_then(|r| r.parse().ok()) {
            Some(id) => known(CheckoutStore::load(&app.store, id).await)?,
            None => app.store.checkouts().by_provider_session(&session).await?,
        },
    };
    Ok(checkout.map(|checkout| (checkout, found)))
}

fn known(loaded: Result<Checkout, StoreError>) -> Result<Option<Checkout>> {
    match loaded {
        Ok(checkout) => Ok(Some(checkout)),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn apply(app: &App, checkout: &Checkout, found: &ProviderSession) -> Result<()> {
    let now = app.clock.now();
    match found.status {
        ProviderStatus::Paid => {
            let Some(charged) = found.amount else { bail!("the provider names no amount for {}", found.id) };
            match app.store.checkouts().settle_paid(checkout.id, charged, now).await? {
                Settled::Granted { grant, first } => {
                    tracing::info!(checkout = %checkout.id, grant = %grant.id, first, "a payment was settled")
                }
                Settled::Surplus { purchase, .. } => {
                    tracing::warn!(%purchase, "a payment for a pass that was held already; the money is to go back")
                }
            }
            app.services.changed(&[Change::Access { space: checkout.space, account: checkout.account }]);
        }
        ProviderStatus::Expired => {
            match CheckoutStore::close(&app.store, checkout.id, Payment::Expired, now).await {
                Ok(()) | Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        ProviderStatus::Declined | ProviderStatus::Open => {}
    }
    Ok(())
}
