//! A subscription that is paid by the year instead of by the month, or the other way round. What it costs is asked first and kept
//! here; the change then names the same moment, so the card is charged what its owner has seen.

use super::subscriptions::{apply, billing, own, provider_price, unless_declined};
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    amount::Money,
    id::{AccountId, SubscriptionId},
    money::{
        billing::{Interval, PlanChange},
        recurring::{
            change::{PlanPreview, may_change},
            subscription::Subscription,
        },
    },
    time::Millis,
};

/// How else a subscription can be paid: by its own price, whatever its pass costs by now.
pub async fn other(services: &Services, known: &Subscription) -> ServiceResult<Option<(Interval, Money)>> {
    let Some(price) = known.price.filter(|_| may_change(known)) else { return Ok(None) };
    let plan = services.store.customers().plan(price).await?;
    Ok(plan.and_then(|plan| plan.choices().find(|(every, _)| *every != known.every)))
}

/// Asks the provider what the other plan of the caller's subscription costs, and keeps the answer.
///
/// # Errors
/// `NotFound` if there is no other one.
pub async fn ask(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<()> {
    let known = own(services, by, id).await?;
    let (every, each) = other(services, &known).await?.ok_or(ServiceError::NotFound)?;
    let price = known.price.ok_or(ServiceError::NotFound)?;
    let now = services.now();
    services.limits.begin_payment(by, now)?;
    let price = provider_price(services, price, (every, each), &known.title).await?;
    let item = billing(services)?.subscription(known.provider.clone()).await?.item;
    // The provider knows whole seconds.
    let at = Millis(now.0 - now.0.rem_euclid(1000));
    let change =
        PlanChange { subscription: known.provider, item: item.clone(), price: price.clone(), date: at };
    let cost = billing(services)?.preview_change(change).await?;
    let mut tx = services.store.begin().await?;
    tx.keep_preview(id, &PlanPreview { every, item, price, at, cost }).await?;
    let act = services.act(by, "subscription.preview", known.checkout, every.code())?;
    tx.commit_audited(act, &[], now).await?;
    Ok(())
}

/// The caller's subscription with what was told last, if that still stands.
pub async fn asked(
    services: &Services,
    by: AccountId,
    id: SubscriptionId,
) -> ServiceResult<(Subscription, Option<(PlanPreview, Money)>)> {
    let known = own(services, by, id).await?;
    let preview = services.store.customers().preview(id).await?;
    let standing = preview.filter(|preview| preview.stands(services.now()));
    let other = other(services, &known).await?;
    let both = standing.zip(other).filter(|(preview, (every, _))| preview.every == *every);
    Ok((known, both.map(|(preview, (_, each))| (preview, each))))
}

/// Changes the plan of the caller's subscription as it was told. Returns false if the card did not pay; then nothing has changed.
///
/// # Errors
/// `Conflict("preview")` if nothing was told, or what was told does not stand any more.
pub async fn change(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<bool> {
    let (known, told) = asked(services, by, id).await?;
    let (preview, _) = told.ok_or(ServiceError::Conflict("preview"))?;
    let now = services.now();
    services.limits.begin_payment(by, now)?;
    let key = format!("{id}:change:{}", preview.at.0);
    let changed = billing(services)?.change_plan(preview.change(&known.provider), key).await;
    if unless_declined(changed)?.is_none() {
        return Ok(false);
    }
    let mut tx = services.store.begin().await?;
    tx.forget_preview(id).await?;
    let act = services.act(by, "subscription.change", known.checkout, preview.every.code())?;
    tx.commit_audited(act, &[], now).await?;
    apply(services, &known.provider).await?;
    Ok(true)
}
