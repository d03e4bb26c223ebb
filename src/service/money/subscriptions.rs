//! Subscriptions: applied like every object of the provider (hint, fetch, decide, one transaction), and asked about by themselves
//! when nothing was told for long.

use super::provider;
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    amount::Money,
    change::Change,
    error::StoreError,
    id::{AccountId, PriceId, SubscriptionId},
    money::{
        billing::{
            Billing, Interval, InvoiceFacts, InvoiceStatus, NewCustomer, NewPrice, SubscriptionFacts,
            SubscriptionStatus,
        },
        checkout::Checkout,
        jobs::{ApplyPayment, EndSubscription},
        payments::{ObjectKind, PaymentError, ProviderObject, ProviderSession},
        recurring::{
            change::may_change,
            subscription::{
                News, Subscription, given_up_at, is_charged_when_resumed, is_news, look_again, paid_until,
            },
        },
    },
    people::account::is_no_address,
    time::{Millis, Span},
};
use store::{Act, Renewed};

/// How often a state that has become stale is fetched again at once. After that, the job is retried later.
const ROUNDS: usize = 5;
/// The provider replays the failure of a used idempotency key. After this long, a new key is used for what costs nobody anything.
const SAME_KEY_FOR: Span = Span::minutes(1);
/// Subscriptions that one round of [`keep_up`] asks about.
const MOST_ASKED: usize = 200;

pub(crate) fn billing(services: &Services) -> ServiceResult<&dyn Billing> {
    let missing = || ServiceError::Unavailable("no payment provider is set up".into());
    services.billing.as_deref().ok_or_else(missing)
}

/// Makes the buyer and the price of an order known to the provider, if it begins a subscription. Both are made once.
pub(super) async fn prepare(services: &Services, order: &Checkout) -> ServiceResult<()> {
    let Some(plan) = order.plan.as_ref().filter(|plan| plan.provider.is_none()) else { return Ok(()) };
    let price = order.price.ok_or(ServiceError::NotFound)?;
    know_customer(services, order.account, &order.email).await?;
    provider_price(services, price, (plan.every, plan.each), &order.title).await?;
    services.engine.checkout(order.id).refresh().await?;
    Ok(())
}

/// Makes a buyer known to the provider, once.
pub(crate) async fn know_customer(services: &Services, account: AccountId, email: &str) -> ServiceResult<()> {
    let (customers, now) = (services.store.customers(), services.now());
    if customers.of_account(account).await?.is_none() {
        let idempotency_key = format!("{account}:customer:{}", attempt(now));
        let new = NewCustomer { account, email: email.to_owned(), idempotency_key };
        customers.keep(account, &billing(services)?.create_customer(new).await?, now).await?;
    }
    Ok(())
}

/// The provider's id of a price that is charged each month or each year; it is made there once.
pub(super) async fn provider_price(
    services: &Services,
    price: PriceId,
    (every, each): (Interval, Money),
    title: &str,
) -> ServiceResult<String> {
    let (customers, now) = (services.store.customers(), services.now());
    if let Some(known) = customers.price(price, every).await? {
        return Ok(known);
    }
    let new = NewPrice {
        price,
        title: title.to_owned(),
        amount: each,
        interval: every,
        idempotency_key: format!("{price}:price:{}:{}", every.code(), attempt(now)),
    };
    let made = billing(services)?.create_price(new).await?;
    customers.keep_price(price, every, &made, now).await?;
    // Somebody else may have been faster.
    Ok(customers.price(price, every).await?.unwrap_or(made))
}

fn attempt(now: Millis) -> i64 {
    now.0.div_euclid(SAME_KEY_FOR.0)
}

/// Records that a session has begun a subscription: the order is settled, and the buyer has the pass. `order` was read before the
/// session was fetched.
///
/// # Errors
/// `Conflict("older")` if the order changed meanwhile; other conflicts if the session does not belong to it.
pub(super) async fn begin(
    services: &Services,
    order: &Checkout,
    found: &ProviderSession,
) -> ServiceResult<()> {
    let billing = billing(services)?;
    let result = billing.session_result(found.id.clone()).await?;
    let id = result.subscription.ok_or(ServiceError::Conflict("subscription"))?;
    let (facts, _) = fetch(billing, &id).await?;
    let now = services.now();
    let changes = [
        Change::Access { space: order.space, account: order.account },
        Change::Stock { space: order.space, pass: order.pass },
    ];
    let mut tx = services.store.begin().await?;
    let Some(begun) = tx.begin_subscription(order, found, &facts, now).await? else { return Ok(()) };
    tx.commit_audited(line(order.id.to_string(), &begun, 0), &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Fetches an invoice, and applies the subscription that it belongs to.
pub async fn apply_invoice(services: &Services, id: String) -> ServiceResult<()> {
    match billing(services)?.invoice(id).await?.subscription {
        Some(subscription) => apply(services, &subscription).await,
        None => Ok(()),
    }
}

/// Fetches a subscription with its invoices, and records what follows. Ignores one that no order of ours began.
///
/// # Errors
/// `Conflict` if it keeps changing while it is read.
pub async fn apply(services: &Services, provider_id: &str) -> ServiceResult<()> {
    let billing = billing(services)?;
    for _ in 0..ROUNDS {
        // Read our row first, so that a state fetched before another writer changed the row is not applied.
        let Some(known) = services.store.subscriptions().by_provider(provider_id).await? else {
            return Ok(());
        };
        let (facts, invoices) = fetch(billing, provider_id).await?;
        let (bills, paid) = unbilled(services, invoices, &known).await?;
        let now = services.now();
        let mut tx = services.store.begin().await?;
        let renewed = match tx.apply_subscription(&known, &facts, now).await {
            Ok(renewed) => renewed,
            Err(StoreError::Conflict("older")) => continue,
            Err(error) => return Err(error.into()),
        };
        let known = Subscription { refused: renewed.refused.or(known.refused), ..known };
        let mut billed = 0;
        let before = paid - bills.len() as i64;
        for (before, (invoice, found)) in (before..).zip(&bills) {
            // What was paid before this one: an invoice after the last instalment is one too many.
            let known = Subscription { paid: before, ..known.clone() };
            billed += usize::from(tx.bill_invoice(&known, invoice, found, services.fee_share, now).await?);
        }
        let counted = tx.count_instalments(&known, paid, now).await?;
        if renewed.changed || billed > 0 || counted {
            let changes = [
                Change::Access { space: known.space, account: known.account },
                Change::Stock { space: known.space, pass: known.pass },
            ];
            tx.commit_audited(line(known.checkout.to_string(), &renewed, billed), &changes, now).await?;
            services.changed(&changes);
        } else {
            drop(tx);
        }
        if let Some(at) = look_again(&facts, now) {
            services.store.subscriptions().put_off(provider_id, at).await?;
        }
        if given_up_at(&facts).is_some_and(|at| at <= now) {
            let (job, key) = (
                EndSubscription { subscription: known.id, with_period: false },
                format!("given-up:{}", known.id),
            );
            services.store.jobs().enqueue(&job, Some(&key), now).await?;
        }
        return Ok(());
    }
    Err(ServiceError::Conflict("subscription"))
}

/// A subscription with its invoices, which say how far it is paid.
async fn fetch(billing: &dyn Billing, id: &str) -> ServiceResult<(SubscriptionFacts, Vec<InvoiceFacts>)> {
    let facts = billing.subscription(id.to_owned()).await?;
    let invoices = billing.invoices_of(id.to_owned()).await?;
    Ok((SubscriptionFacts { paid_until: paid_until(&invoices), ..facts }, invoices))
}

/// Those of its invoices that are paid and no orders yet, the oldest first, each with its payment; and how many are paid in all.
async fn unbilled(
    services: &Services,
    mut invoices: Vec<InvoiceFacts>,
    known: &Subscription,
) -> ServiceResult<(Vec<(InvoiceFacts, ProviderSession)>, i64)> {
    let billed = services.store.invoices().billed(known.account).await?;
    invoices.retain(|one| one.status == InvoiceStatus::Paid && one.paid.minor > 0);
    let paid = invoices.len() as i64;
    invoices.retain(|one| !billed.contains(&one.id));
    invoices.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    let mut found = Vec::new();
    for invoice in invoices {
        let payment = provider(services)?.fetch(invoice.id.clone()).await?;
        found.push((invoice, payment));
    }
    Ok((found, paid))
}

/// The line keeps codes: what people read is worded in `views` and may change.
fn line(order: String, renewed: &Renewed, billed: usize) -> Act {
    let words = [
        renewed.status.map(|status| status.code().to_owned()),
        renewed.refused.map(|reason| format!("goes back: {}", reason.code())),
        (billed > 0).then(|| format!("{billed} invoices")),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    let detail = if words.is_empty() { "another price".to_owned() } else { words.join(", ") };
    Act { actor: None, action: "subscription.apply".into(), target: order, detail }
}

/// Ends a subscription at the provider, and records what the provider then says of it.
pub async fn end(services: &Services, job: &EndSubscription) -> ServiceResult<()> {
    let known = services.store.subscriptions().by_id(job.subscription).await?;
    if known.status.is_over() {
        return Ok(());
    }
    let billing = billing(services)?;
    if job.with_period {
        billing.set_ending(known.provider.clone(), true).await?;
    } else {
        billing.end_subscription(known.provider.clone()).await?;
    }
    apply(services, &known.provider).await
}

/// Asks about subscriptions of which nothing was heard for so long that a webhook may be lost. Each is asked about at most hourly.
pub async fn keep_up(services: &Services) -> ServiceResult<()> {
    if services.billing.is_none() {
        return Ok(());
    }
    let now = services.now();
    let hour = now.0.div_euclid(Span::hours(1).0);
    for id in services.store.subscriptions().due(now, MOST_ASKED).await? {
        let key = format!("look:{id}:{hour}");
        let object = ProviderObject { kind: ObjectKind::Subscription, id };
        services.store.jobs().enqueue(&ApplyPayment { object }, Some(&key), now).await?;
    }
    Ok(())
}

/// The caller's own subscription. Those of other people do not exist for the caller.
pub(super) async fn own(
    services: &Services,
    by: AccountId,
    id: SubscriptionId,
) -> ServiceResult<Subscription> {
    let found = services.store.subscriptions().by_id(id).await?;
    if found.account == by { Ok(found) } else { Err(ServiceError::NotFound) }
}

/// What the provider answers to a charge; `None` if the card did not pay.
pub(super) fn unless_declined<T>(answer: Result<T, PaymentError>) -> ServiceResult<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(PaymentError::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Writes the line about what its owner has done with a subscription at the provider, and applies what the provider says of it then.
async fn record(services: &Services, known: &Subscription, act: Act) -> ServiceResult<()> {
    services.store.begin().await?.commit_audited(act, &[], services.now()).await?;
    apply(services, &known.provider).await
}

/// Lets the caller's subscription end with its period. Until then the pass stays.
pub async fn cancel(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<()> {
    set_ending(services, by, id, true).await
}

/// Lets the caller's subscription, which was to end with its period, go on after all.
pub async fn undo_cancellation(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<()> {
    set_ending(services, by, id, false).await
}

async fn set_ending(services: &Services, by: AccountId, id: SubscriptionId, ends: bool) -> ServiceResult<()> {
    let known = own(services, by, id).await?;
    // Nothing more is owed once all instalments are paid: it ends by itself, and must not go on.
    if known.status.is_over() || known.ends_with_period == ends || known.is_complete() {
        return Ok(());
    }
    let now = services.now();
    services.limits.begin_payment(by, now)?;
    let action = if ends { "subscription.end" } else { "subscription.go_on" };
    let act = services.act(by, action, known.checkout, "")?;
    billing(services)?.set_ending(known.provider.clone(), ends).await?;
    record(services, &known, act).await
}

/// Pauses what is collected for the caller's subscription. What is paid for stays until its end.
///
/// # Errors
/// `Conflict("pause")` if something is owed, or it ends anyway.
pub async fn pause(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<()> {
    let known = own(services, by, id).await?;
    if known.collection_paused && !known.status.is_over() {
        return Ok(());
    }
    if !may_change(&known) {
        return Err(ServiceError::Conflict("pause"));
    }
    let now = services.now();
    services.limits.begin_payment(by, now)?;
    let act = services.act(by, "subscription.pause", known.checkout, "")?;
    billing(services)?.pause_collection(known.provider.clone()).await?;
    record(services, &known, act).await
}

/// Lets the caller's paused subscription go on. What is paid for stays as it is; if that is over, a period begins now and is charged.
/// Returns false if the card did not pay; then it is still paused.
///
/// # Errors
/// `Conflict("pause")` if it has ended, or ends anyway.
pub async fn resume(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<bool> {
    let known = own(services, by, id).await?;
    if known.ends_with_period || known.status.is_over() {
        return Err(ServiceError::Conflict("pause"));
    }
    if !known.collection_paused {
        return Ok(true);
    }
    let now = services.now();
    services.limits.begin_payment(by, now)?;
    // What an earlier attempt has done is answered once more and changes nothing: then another one follows.
    for _ in 0..2 {
        let (facts, _) = fetch(billing(services)?, &known.provider).await?;
        if !facts.collection_paused || facts.status.is_over() {
            break;
        }
        let act = services.act(by, "subscription.resume", known.checkout, "")?;
        let number = services.store.subscriptions().charge_attempt(id).await?;
        let (at_once, key) = (is_charged_when_resumed(&facts, now), format!("{id}:collect:{number}"));
        let resumed = billing(services)?.resume_collection(known.provider.clone(), at_once, key).await;
        end_attempt(services, id, number, &resumed).await?;
        if unless_declined(resumed)?.is_none() {
            return Ok(false);
        }
        services.store.begin().await?.commit_audited(act, &[], now).await?;
    }
    apply(services, &known.provider).await?;
    Ok(true)
}

/// Only what was answered ends an attempt. A request without an answer may take effect later: it is asked for again under its key, so
/// whoever presses the button again is charged once.
async fn end_attempt<T>(
    services: &Services,
    id: SubscriptionId,
    number: i64,
    answer: &Result<T, PaymentError>,
) -> ServiceResult<()> {
    if !matches!(answer, Err(PaymentError::Away(_))) {
        services.store.subscriptions().next_charge(id, number).await?;
    }
    Ok(())
}

/// Tries to collect what the caller owes now, for example with another card. Returns whether it was paid.
pub async fn pay(services: &Services, by: AccountId, id: SubscriptionId) -> ServiceResult<bool> {
    let known = own(services, by, id).await?;
    let now = services.now();
    services.limits.begin_payment(by, now)?;
    let facts = billing(services)?.subscription(known.provider.clone()).await?;
    let owes = matches!(facts.status, SubscriptionStatus::PastDue | SubscriptionStatus::Unpaid);
    let Some(invoice) = facts.latest_invoice.filter(|_| owes) else {
        apply(services, &known.provider).await?;
        return Ok(true);
    };
    let number = services.store.subscriptions().charge_attempt(id).await?;
    let answer = billing(services)?.pay_invoice(invoice, format!("{id}:pay:{number}")).await;
    end_attempt(services, id, number, &answer).await?;
    let charged = unless_declined(answer)?;
    apply(services, &known.provider).await?;
    Ok(charged.is_some_and(|invoice| invoice.status == InvoiceStatus::Paid))
}

/// The address of the provider's page on which the caller changes the card that pays, and sees what it paid.
pub async fn portal(services: &Services, by: AccountId, return_url: String) -> ServiceResult<String> {
    let customer = services.store.customers().of_account(by).await?.ok_or(ServiceError::NotFound)?;
    services.limits.begin_payment(by, services.now())?;
    Ok(billing(services)?.open_portal(customer, return_url).await?)
}

/// News about a subscription, with the data of the mail about it.
pub struct SubscriptionNews {
    pub subscription: Subscription,
    pub space: String,
    pub email: String,
    /// When the pass ends, if nothing is paid.
    pub until: Option<Millis>,
}

/// `None` if it is not true any more, nobody has the account, or the money goes back, which another mail says.
pub async fn news(
    services: &Services,
    id: SubscriptionId,
    news: News,
) -> ServiceResult<Option<SubscriptionNews>> {
    let subscription = services.store.subscriptions().by_id(id).await?;
    if subscription.refused.is_some() || !is_news(&subscription, news, services.now()) {
        return Ok(None);
    }
    let email = services.store.accounts().by_id(subscription.account).await?.email;
    if is_no_address(&email) {
        return Ok(None);
    }
    let space = services.store.spaces().by_id(subscription.space).await?.name;
    let until = match subscription.grant {
        Some(grant) => services.store.grants().by_id(grant).await?.expires_at,
        None => None,
    };
    Ok(Some(SubscriptionNews { subscription, space, email, until }))
}
