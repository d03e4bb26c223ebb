//! Saved cards: with one of them an order is paid in one post.

use crate::{
    ServiceError, ServiceResult, Services,
    money::{checkouts, payments, subscriptions},
    text::documents::agreed_refunds,
};
use domain::{
    amount::Currency,
    catalogue::offer::{Pass, PriceKind},
    id::{AccountId, CheckoutId},
    money::{
        buying::{cards::SavedCard, consent::ShownTill},
        checkout::{Checkout, PaymentUrls},
        payments::PaymentError,
    },
};

/// The cards of a person, the newest first.
pub async fn of_account(services: &Services, by: AccountId) -> ServiceResult<Vec<SavedCard>> {
    match services.billing {
        Some(_) => Ok(services.store.saved_cards().of_account(by).await?),
        None => Ok(Vec::new()),
    }
}

/// The card with which somebody could buy a pass in one post, if they have saved one.
pub async fn offered(
    services: &Services,
    by: Option<AccountId>,
    pass: &Pass,
) -> ServiceResult<Option<SavedCard>> {
    match (by, pass.price.kind) {
        (Some(by), PriceKind::Once(_) | PriceKind::Chosen(_)) => {
            Ok(of_account(services, by).await?.into_iter().next())
        }
        _ => Ok(None),
    }
}

/// What the button of a card said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenPrice {
    pub currency: Currency,
    /// In minor units; `None` if the buyer wrote the amount themselves.
    pub minor: Option<i64>,
}

/// The card that pays, and who says so.
#[derive(Clone, Copy, Debug)]
pub struct PayingCard<'a> {
    /// The provider's id of it.
    pub id: &'a str,
    /// The price that the buyer was shown.
    pub seen: Option<SeenPrice>,
    /// They have agreed before, and are not there to answer a bank.
    pub absent: bool,
}

/// Pays the caller's order with one of their saved cards, and waits for what its bank says. What the bank refuses, or wants to ask,
/// leaves an order that is paid on the provider's page; so does a card that is saved no longer. Sent twice, it charges once. Nobody is
/// charged another price than the one they saw, or without having seen any.
///
/// # Errors
/// As `begin_payment`.
pub async fn pay(
    services: &Services,
    by: AccountId,
    id: CheckoutId,
    card: PayingCard<'_>,
    urls: PaymentUrls,
    shown: ShownTill,
) -> ServiceResult<Checkout> {
    let order = checkouts::own(services, by, id).await?;
    let agreed = match card.seen.filter(|seen| seen.currency == order.amount.currency) {
        None => false,
        Some(SeenPrice { minor: Some(minor), .. }) => order.amount.minor == minor,
        Some(SeenPrice { minor: None, .. }) => {
            services.store.passes().by_id(order.pass).await?.price.kind.chosen().is_some()
        }
    };
    if !agreed {
        return Ok(order);
    }
    if !order.state.settled() && order.card.card.is_none() {
        agreed_refunds(services, shown.refunds).await?;
        let now = services.now();
        let mut tx = services.store.begin().await?;
        if !tx.pay_with(id, card.id, card.absent).await? {
            return Ok(order);
        }
        tx.commit_audited(services.act(by, "checkout.card", id, "")?, &[], now).await?;
        services.engine.checkout(id).refresh().await?;
    }
    let begun = checkouts::begin_payment(services, by, id, urls, shown).await?;
    if begun.is_charging()
        && let Err(error) = payments::apply_checkout(services, id).await
    {
        // The actor asks again, and the page follows.
        tracing::warn!(checkout = %id, %error, "the payment is applied later");
    }
    checkouts::own(services, by, id).await
}

/// Says whether the card with which the caller's order is paid is saved for the next time. Nothing changes once the page was asked for.
pub async fn keep(services: &Services, by: AccountId, id: CheckoutId, keeps: bool) -> ServiceResult<()> {
    let order = checkouts::own(services, by, id).await?;
    if order.card.keeps == keeps {
        return Ok(());
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.keep_card(id, keeps).await? {
        let words = if keeps { "kept" } else { "not kept" };
        tx.commit_audited(services.act(by, "checkout.card", id, words)?, &[], now).await?;
        services.engine.checkout(id).refresh().await?;
    }
    Ok(())
}

/// Makes the buyer of an order known to the provider, if it uses saved cards.
pub(crate) async fn prepare(services: &Services, order: &Checkout) -> ServiceResult<()> {
    if order.card.lacks_customer() {
        subscriptions::know_customer(services, order.account, &order.email).await?;
        services.engine.checkout(order.id).refresh().await?;
    }
    Ok(())
}

/// Takes a card from its owner, here and at the provider.
///
/// # Errors
/// `NotFound` if it is none of theirs.
pub async fn remove(services: &Services, by: AccountId, card: &str) -> ServiceResult<()> {
    let cards = services.store.saved_cards().of_account(by).await?;
    if cards.iter().all(|saved| saved.id != card) {
        return Err(ServiceError::NotFound);
    }
    subscriptions::billing(services)?.remove_card(card.to_owned()).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.remove_card(by, card).await? {
        tx.commit_audited(services.act(by, "card.remove", card, "")?, &[], now).await?;
    }
    Ok(())
}

/// Fetches a card, and records whose it is now.
pub(crate) async fn apply(services: &Services, card: String) -> ServiceResult<()> {
    match subscriptions::billing(services)?.card(card).await {
        Ok(found) => Ok(services.store.saved_cards().apply(&found, services.now()).await?),
        // No card, or one that the provider does not know.
        Err(PaymentError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Takes the card of a deleted account from its customer at the provider. Without a provider there is none.
pub async fn forget(services: &Services, card: String) -> ServiceResult<()> {
    match &services.billing {
        Some(billing) => Ok(billing.remove_card(card).await?),
        None => Ok(()),
    }
}
