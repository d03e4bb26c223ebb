//! Cards that pay as soon as a seat is offered: left with an application or in line, charged by a job, and never without having agreed.

use super::{changes, own};
use crate::{
    ServiceError, ServiceResult, Services,
    money::{
        buying::cards::{self, PayingCard, SeenPrice},
        checkouts::{self, Purchased},
        subscriptions::{billing, know_customer},
    },
    text::documents::agreed_refunds,
};
use domain::{
    amount::Money,
    catalogue::offer::{Pass, PriceKind},
    error::StoreError,
    id::{AccountId, CheckoutId, WaitlistEntryId},
    money::{
        billing::CardRequest,
        buying::{cards::SavedCard, consent::ShownTill},
        checkout::{Checkout, PaymentUrls},
        payments::PaymentError,
    },
    text::language::Language,
    waitlist::{
        charge::{AdmissionCharge, ChargeOutcome},
        entry::{EntryState, WaitlistEntry},
        jobs::ChargeAdmitted,
    },
};
use store::LeftCard;

/// What somebody who waits can do about paying.
pub struct CardDesk {
    pub price: Money,
    /// What they have agreed to.
    pub charge: Option<AdmissionCharge>,
    /// Their saved cards, the newest first.
    pub cards: Vec<SavedCard>,
    /// The current version of the text on refunds, to which they would agree.
    pub refunds: i64,
}

/// `None` if nothing can be agreed to: something is offered or decided, there is no payment provider, or what it costs is not known
/// before.
pub async fn desk(
    services: &Services,
    entry: &WaitlistEntry,
    pass: &Pass,
) -> ServiceResult<Option<CardDesk>> {
    let PriceKind::Once(price) = pass.price.kind else { return Ok(None) };
    let waits = matches!(entry.state, EntryState::Waiting | EntryState::Line);
    if !waits || services.billing.is_none() || !services.sells(pass.price.kind) {
        return Ok(None);
    }
    let charge = services.store.waitlists().charge(entry.id).await?;
    let cards = cards::of_account(services, entry.account).await?;
    let refunds = agreed_refunds(services, None).await?;
    Ok(Some(CardDesk { price, charge, cards, refunds }))
}

/// The caller's entry, if the pass costs what they have seen.
async fn waiting(
    services: &Services,
    by: AccountId,
    id: WaitlistEntryId,
    seen: Money,
) -> ServiceResult<WaitlistEntry> {
    let entry = own(services, by, id).await?;
    let pass = services.store.passes().by_id(entry.pass).await?;
    match desk(services, &entry, &pass).await? {
        None => Err(ServiceError::Conflict("charge")),
        Some(desk) if desk.price != seen => Err(ServiceError::Conflict("price")),
        Some(_) => Ok(entry),
    }
}

/// A saved card of the caller pays the price that they have seen, as soon as a seat is offered to them.
///
/// # Errors
/// `Conflict("refunds")` if the page led to an older text on refunds; `Conflict("price")` if the pass costs something else now;
/// `Conflict("charge")` if a seat is offered already, or the card is gone.
pub async fn leave_card(
    services: &Services,
    by: AccountId,
    id: WaitlistEntryId,
    (card, seen): (&str, Money),
    shown: ShownTill,
) -> ServiceResult<()> {
    let entry = waiting(services, by, id, seen).await?;
    let refunds = agreed_refunds(services, shown.refunds).await?;
    keep(services, by, &entry, (LeftCard::Saved(card), seen), (shown.language, refunds)).await
}

async fn keep(
    services: &Services,
    by: AccountId,
    entry: &WaitlistEntry,
    (left, price): (LeftCard<'_>, Money),
    (shown, refunds): (Language, i64),
) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if !tx.leave_card(entry, left, (price, shown, refunds), now).await? {
        return Err(ServiceError::Conflict("charge"));
    }
    let detail = format!("pays {} {}", price.minor, price.currency.code());
    tx.commit_audited(services.act(by, "waitlist.card", entry.id, detail)?, &[], now).await?;
    Ok(())
}

/// The same with a card that is saved on the provider's page, to whose address this leads.
///
/// # Errors
/// As [`leave_card`].
pub async fn open_page(
    services: &Services,
    by: AccountId,
    id: WaitlistEntryId,
    seen: Money,
    urls: PaymentUrls,
    shown: ShownTill,
) -> ServiceResult<String> {
    let entry = waiting(services, by, id, seen).await?;
    let (refunds, now) = (agreed_refunds(services, shown.refunds).await?, services.now());
    services.limits.begin_payment(by, now)?;
    let email = services.store.accounts().by_id(by).await?.email;
    know_customer(services, by, &email).await?;
    let customer = services.store.customers().of_account(by).await?.ok_or(ServiceError::NotFound)?;
    let request = CardRequest {
        customer,
        currency: seen.currency,
        success_url: urls.success,
        cancel_url: urls.cancel,
        // Each page is another one: whoever comes back for another card does not find the old page.
        idempotency_key: format!("{id}:card:{}", now.0),
    };
    let page = billing(services)?.open_card_page(request).await?;
    let url = page.url.ok_or(ServiceError::Conflict("no page"))?;
    keep(services, by, &entry, (LeftCard::Page(&page.id), seen), (shown.language, refunds)).await?;
    Ok(url)
}

/// The caller comes back from the provider's page. Returns whether a card pays from now on.
pub async fn came_back(services: &Services, by: AccountId, id: WaitlistEntryId) -> ServiceResult<bool> {
    let entry = own(services, by, id).await?;
    let Some(charge) = services.store.waitlists().charge(id).await? else { return Ok(false) };
    Ok(saved(services, &entry, &charge).await?.is_some())
}

/// The card of an agreement. What the provider's page has saved meanwhile is kept.
async fn saved(
    services: &Services,
    entry: &WaitlistEntry,
    charge: &AdmissionCharge,
) -> ServiceResult<Option<String>> {
    let Some(session) = &charge.session else { return Ok(charge.card.clone()) };
    let found = billing(services)?.session_result(session.clone()).await?;
    let customer = services.store.customers().of_account(entry.account).await?;
    let Some(card) = found.card.filter(|_| found.complete && found.customer == customer) else {
        return Ok(None);
    };
    cards::apply(services, card.clone()).await?;
    let mut tx = services.store.begin().await?;
    if tx.card_saved(entry.id, session, &card).await? {
        let act = services.act(entry.account, "waitlist.card", entry.id, "saved")?;
        tx.commit_audited(act, &[], services.now()).await?;
    }
    Ok(Some(card))
}

/// The caller pays by themselves after all.
pub async fn take_card(services: &Services, by: AccountId, id: WaitlistEntryId) -> ServiceResult<()> {
    let entry = own(services, by, id).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.take_card(&entry).await? {
        tx.commit_audited(services.act(by, "waitlist.card", id, "taken back")?, &[], now).await?;
    }
    Ok(())
}

/// Charges the card of somebody who was offered a seat, as agreed: with the order, the receipt and the pass of any purchase. What the card
/// does not pay, and what costs something else by now, stays offered, with a mail. It may be run again at any point, and charges once.
///
/// # Errors
/// `Payment` while the bank or the provider has not answered.
pub async fn charge(
    services: &Services,
    job: &ChargeAdmitted,
    urls: impl Fn(CheckoutId) -> PaymentUrls,
) -> ServiceResult<()> {
    let entry = match services.store.waitlists().by_id(job.entry).await {
        // Its account was deleted.
        Err(StoreError::NotFound) => return Ok(()),
        entry => entry?,
    };
    let agreed = services.store.waitlists().charge(entry.id).await?;
    let Some(agreed) = agreed.filter(|_| entry.offer_until == Some(job.until)) else { return Ok(()) };
    let Some(card) = saved(services, &entry, &agreed).await? else {
        return give_back(services, &entry, None).await;
    };
    let Some(id) = order_of(services, &entry, &agreed).await? else { return Ok(()) };
    let seen = SeenPrice { currency: agreed.price.currency, minor: Some(agreed.price.minor) };
    // They agreed when they left the card.
    let shown = ShownTill::of(agreed.shown);
    let card = PayingCard { id: &card, seen: Some(seen), absent: true };
    if let Err(error) = cards::pay(services, entry.account, id, card, urls(id), shown).await {
        // What is asked of the provider goes on without us: the order says what has become of it.
        tracing::warn!(checkout = %id, %error, "a card is charged later");
    }
    let order = checkouts::own(services, entry.account, id).await?;
    match ChargeOutcome::of(order.state, order.ended, &order.card) {
        ChargeOutcome::Over => Ok(()),
        ChargeOutcome::Waits => Err(PaymentError::Away("the card is being charged".into()).into()),
        ChargeOutcome::GiveBack => {
            // Opening the order has used the offer.
            let entry = services.store.waitlists().by_id(entry.id).await?;
            give_back(services, &entry, Some(&order)).await
        }
    }
}

/// The order that is to be paid. It is opened with the offer; `None` if nothing is to be charged any more.
async fn order_of(
    services: &Services,
    entry: &WaitlistEntry,
    agreed: &AdmissionCharge,
) -> ServiceResult<Option<CheckoutId>> {
    if let Some(order) = agreed.order {
        return Ok(Some(order));
    }
    let pass = services.store.passes().by_id(entry.pass).await?;
    let id = match entry.state {
        EntryState::Offered if pass.price.kind != PriceKind::Once(agreed.price) => {
            give_back(services, entry, None).await?;
            return Ok(None);
        }
        EntryState::Offered => match checkouts::purchase(services, entry.account, entry.pass).await {
            Ok(Purchased::Order(id)) => id,
            Ok(Purchased::Held) => return Ok(None),
            Err(ServiceError::NotOffered(_)) => {
                give_back(services, entry, None).await?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        },
        // The order was opened, and this process ended.
        EntryState::Taken => match opened(services, entry).await? {
            Some(order) => order.id,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.begin_charge(entry.id, id).await? {
        tx.commit_audited(
            services.act(entry.account, "waitlist.charge", entry.id, id.to_string())?,
            &[],
            now,
        )
        .await?;
    }
    Ok(Some(id))
}

async fn opened(services: &Services, entry: &WaitlistEntry) -> ServiceResult<Option<Checkout>> {
    let orders = services.store.checkouts().of_account(entry.account).await?;
    Ok(orders
        .into_iter()
        .map(|(order, _)| order)
        .find(|one| one.pass == entry.pass && one.gift.is_none() && !one.state.settled()))
}

/// The offer is its owner's again, and they are told. An order that they pay by themselves by now stays.
async fn give_back(
    services: &Services,
    entry: &WaitlistEntry,
    order: Option<&Checkout>,
) -> ServiceResult<()> {
    let (changes, now) = (changes(entry.space, entry.pass), services.now());
    let mut tx = services.store.begin().await?;
    let open = order.filter(|order| !order.state.settled());
    if let Some(order) = open
        && !tx.drop_order(order, now).await?
    {
        return Ok(());
    }
    if !tx.not_charged(entry, now).await? {
        return Ok(());
    }
    let act = services.act(entry.account, "waitlist.not_charged", entry.id, "")?;
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    if let Some(order) = open {
        services.engine.checkout(order.id).refresh().await?;
    }
    Ok(())
}
