//! Taking a free pass, and the life of an order from its opening to its payment or end.

use super::{
    buying::{
        cards,
        chosen::{self, Choice},
        guests,
    },
    limits::{self, HoldWish},
    subscriptions,
};
use crate::{ServiceError, ServiceResult, Services, text::documents::agreed_refunds};
use domain::{
    amount::Money,
    catalogue::offer::{NotOffered, Pass, PriceKind, Space},
    change::Change,
    error::StoreError,
    id::{AccountId, CheckoutId, GrantId, PassId},
    money::{
        asking::{self, Answer},
        attempts::PayPlace,
        billing::Interval,
        buying::consent::ShownTill,
        checkout::{Checkout, OrderEnd, Payment, PaymentUrls},
        promo::{self, Discount, NoDiscount},
        selling::{Availability, Waitlist},
        store::CheckoutStore,
    },
    time::Millis,
    waitlist::entry::Gate,
};
use std::sync::Arc;
use store::{Opened, Replaced, Tx};

/// How often to try again when the open order is settled between two statements.
const ROUNDS: usize = 3;

/// The result of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purchased {
    /// The person has the pass: it was free, or they already held it.
    Held,
    /// The pass must be paid for; this order is open.
    Order(CheckoutId),
}

/// Grants a free pass at once, or opens an order for a paid one. The amount comes from the pass, never from the caller.
///
/// # Errors
/// `NotOffered`; `TooMany` orders in the last hour; also `NotFound` if the pass is paid and there is no payment provider.
pub async fn purchase(services: &Services, by: AccountId, pass: PassId) -> ServiceResult<Purchased> {
    purchase_with(services, by, pass, &Wish::default()).await
}

/// What a person sends beside the wish for a pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// A code for a lower price; empty without one.
    pub code: String,
    /// To what the pass asks, by place.
    pub answers: Vec<String>,
    /// How a subscription is charged; `None`: as the pass proposes.
    pub every: Option<Interval>,
    /// What the buyer chose to pay, as typed, where the price leaves that to them.
    pub amount: String,
}

/// The same with answers to what the pass asks, and perhaps with a code for a lower price.
///
/// # Errors
/// Those of [`purchase`]; `Unanswered`; `Amount`; with a code also `NoDiscount`, and `TooMany` codes tried in the last hour by the
/// account or its network.
pub async fn purchase_with(
    services: &Services,
    by: AccountId,
    pass: PassId,
    wish: &Wish,
) -> ServiceResult<Purchased> {
    let pass = services.store.passes().by_id(pass).await?;
    let answers = read_answers(services, by, &pass, wish).await?;
    match pass.price.kind {
        kind if !services.sells(kind) => Err(ServiceError::NotFound),
        PriceKind::Free => take(services, by, &pass, &answers).await.map(|()| Purchased::Held),
        // Nothing is taken off what the buyer chooses.
        PriceKind::Recurring(_) | PriceKind::Chosen(_) if !wish.code.trim().is_empty() => {
            Err(NoDiscount::OtherPass.into())
        }
        PriceKind::Chosen(price) => chosen::buy(services, by, &pass, (&price, &wish.amount), &answers).await,
        PriceKind::Recurring(plan) => {
            let every = wish.every.unwrap_or(plan.every);
            plan.each(every).ok_or(ServiceError::NotFound)?;
            open_as(services, by, &pass, Choice::Every(every), &answers).await
        }
        PriceKind::Once(_) if wish.code.trim().is_empty() => {
            open_as(services, by, &pass, Choice::Listed, &answers).await
        }
        PriceKind::Once(_) => {
            services.limits.promo_codes.take(by, pass.space, services.now())?;
            let used = use_code(services, by, pass.id, wish).await;
            if let Err(ServiceError::NoDiscount(NoDiscount::Unknown)) = &used {
                services.limits.promo_codes.was_wrong(pass.space, services.now());
            }
            used
        }
    }
}

/// Whoever uses an offer has answered before. Who has none may not have a pass that people apply for, whatever they answer.
async fn read_answers(
    services: &Services,
    by: AccountId,
    pass: &Pass,
    wish: &Wish,
) -> ServiceResult<Vec<Answer>> {
    let waitlist = pass.selling.waitlist;
    if waitlist != Waitlist::Off {
        match services.store.waitlists().answered(pass.id, by, services.now()).await? {
            Some(answers) => return Ok(answers),
            None if waitlist == Waitlist::Apply => return Ok(Vec::new()),
            None => {}
        }
    }
    asking::answers(&pass.asked, &wish.answers).map_err(ServiceError::Unanswered)
}

/// Gives a pass that is free, or that its buyer chose to pay nothing for.
pub(super) async fn take(
    services: &Services,
    by: AccountId,
    pass: &Pass,
    answers: &[Answer],
) -> ServiceResult<()> {
    let now = services.now();
    let mut changes = vec![Change::Access { space: pass.space, account: by }];
    changes.extend(seats(pass));
    let mut tx = services.store.begin().await?;
    let gate = tx.pass_waitlist(by, pass.id, now).await?;
    let taken = match pass.price.kind {
        PriceKind::Chosen(_) => tx.take_discounted(by, pass.id, pass.price.id, now).await,
        _ => tx.take_free_pass(by, pass.id, now).await,
    };
    check_offer(services, &mut tx, by, pass.id).await?;
    let taken = taken.map_err(|error| sold_out(error, gate))?;
    if taken.first {
        gate.check()?;
        tx.answer_of_grant(taken.grant.id, answers).await?;
        tx.commit_audited(services.act(by, "pass.take", pass.id, "")?, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}

/// A code makes the pass cheaper, or free. What is left to pay is decided here, from the price of the pass.
async fn use_code(services: &Services, by: AccountId, pass: PassId, wish: &Wish) -> ServiceResult<Purchased> {
    let code = promo::read(&wish.code).ok_or(NoDiscount::Unknown)?;
    for _ in 0..ROUNDS {
        let (pass, now) = (services.store.passes().by_id(pass).await?, services.now());
        let answers = read_answers(services, by, &pass, wish).await?;
        let price = match pass.price.kind {
            PriceKind::Once(price) => price,
            PriceKind::Free => return take(services, by, &pass, &answers).await.map(|()| Purchased::Held),
            // It was given another kind of price meanwhile, which no code is for.
            PriceKind::Recurring(_) | PriceKind::Chosen(_) => return Err(NoDiscount::OtherPass.into()),
        };
        let mut tx = services.store.begin().await?;
        let promo = tx.lock_promo(pass.space, &code).await?.ok_or(NoDiscount::Unknown)?;
        let discount = promo.discount(pass.id, price, now)?;
        let replaced = match tx.replace_order(by, pass.id, promo.id, now).await? {
            Replaced::Same(order) => return Ok(Purchased::Order(order)),
            Replaced::Paying => return Err(NoDiscount::OpenOrder.into()),
            Replaced::Ended(order) => Some(order),
            Replaced::Nothing => None,
        };
        let gate = match replaced {
            // Whoever gives up their own order has the right to this one.
            Some(_) => Gate::Open,
            None => tx.pass_waitlist(by, pass.id, now).await?,
        };
        let answers = match replaced {
            // Whoever was approved had answered before.
            Some(order) if answers.is_empty() => services.store.checkouts().by_id(order).await?.answers,
            _ => answers,
        };
        let Some(bought) = buy(services, &mut tx, by, (&pass, price), &discount, gate).await? else {
            continue;
        };
        let (id, action) = match &bought {
            Bought::Had => return Ok(Purchased::Held),
            Bought::Grant(grant) => (grant.to_string(), "pass.take"),
            Bought::Order(order) => (order.to_string(), "checkout.open"),
        };
        match bought {
            Bought::Grant(grant) => tx.answer_of_grant(grant, &answers).await?,
            Bought::Order(order) => tx.answer_of_order(order, &answers).await?,
            Bought::Had => {}
        }
        if !tx.use_promo(&id, promo.id, now).await? {
            return Err(NoDiscount::UsedUp.into());
        }
        let scarce = pass.selling.stock.is_some() || promo.most_uses.is_some();
        if let (true, Bought::Order(order)) = (scarce, &bought) {
            let wish = HoldWish { order: *order, pass: pass.id, stock: pass.selling.stock, guest: None };
            limits::keep_from_others(services, by, wish).await?;
        }
        let mut changes = vec![Change::Access { space: pass.space, account: by }];
        changes.extend(seats(&pass));
        let end = replaced.map(|order| services.act(by, "checkout.cancel", order, "")).transpose()?;
        let act = services.act(by, action, &id, format!("code {code}"))?;
        tx.commit_audited((end, act), &changes, now).await?;
        services.changed(&changes);
        if let Some(order) = replaced {
            services.engine.checkout(order).refresh().await?;
        }
        return Ok(match bought {
            Bought::Order(order) => {
                wake(services, order);
                Purchased::Order(order)
            }
            Bought::Grant(_) | Bought::Had => Purchased::Held,
        });
    }
    Err(ServiceError::Conflict("checkout"))
}

/// An order ends in time, and learns what the provider knows, although nobody looks at its page.
fn wake(services: &Services, order: CheckoutId) {
    // Fails when the service stops. Then its next start wakes all.
    let _ = services.engine.checkout(order).look();
}

/// What a transaction has written for somebody with a code.
enum Bought {
    /// Nothing: they have the pass.
    Had,
    Grant(GrantId),
    Order(CheckoutId),
}

/// Writes the order or the grant, without the use of the code. `None`: something changed between two statements.
async fn buy(
    services: &Services,
    tx: &mut Tx<'_>,
    by: AccountId,
    (pass, price): (&Pass, Money),
    discount: &Discount,
    gate: Gate,
) -> ServiceResult<Option<Bought>> {
    let now = services.now();
    if discount.minor == price.minor {
        let taken = tx.take_discounted(by, pass.id, pass.price.id, now).await;
        check_offer(services, tx, by, pass.id).await?;
        let taken = taken.map_err(|error| sold_out(error, gate))?;
        if !taken.first {
            return Ok(Some(Bought::Had));
        }
        gate.check()?;
        return Ok(Some(Bought::Grant(taken.grant.id)));
    }
    let opened = tx.open_discounted(by, pass.id, Some((pass.price.id, discount)), now).await;
    check_offer(services, tx, by, pass.id).await?;
    match opened? {
        Some(Opened::New(order)) => {
            gate.check()?;
            services.limits.open_order(by, now)?;
            Ok(Some(Bought::Order(order.id)))
        }
        Some(Opened::Holds(_)) => Ok(Some(Bought::Had)),
        Some(Opened::SoldOut) => Err(why_sold_out(gate).into()),
        // Another one was opened or settled at the same time.
        Some(Opened::Existing(_)) | None => Ok(None),
    }
}

/// Fewer are left of a pass that has a stock, and an offer of its waitlist may have been used.
fn seats(pass: &Pass) -> impl Iterator<Item = Change> {
    let (space, pass, selling) = (pass.space, pass.id, &pass.selling);
    let stock = selling.stock.map(|_| Change::Stock { space, pass });
    let list = (selling.waitlist != Waitlist::Off).then_some(Change::Waitlist { space, pass });
    stock.into_iter().chain(list)
}

fn sold_out(error: StoreError, gate: Gate) -> ServiceError {
    match error {
        StoreError::Conflict(store::SOLD_OUT) => why_sold_out(gate).into(),
        error => error.into(),
    }
}

/// Who has to be approved first is told that.
fn why_sold_out(gate: Gate) -> NotOffered {
    gate.check().err().unwrap_or(NotOffered::SoldOut)
}

/// An order as its buyer chose. It takes the place of one with another choice, unless somebody may be paying that.
pub(super) async fn open_as(
    services: &Services,
    by: AccountId,
    pass: &Pass,
    choice: Choice<'_>,
    answers: &[Answer],
) -> ServiceResult<Purchased> {
    let (changes, mut answers): (Vec<Change>, _) = (seats(pass).collect(), answers.to_vec());
    for _ in 0..ROUNDS {
        let now = services.now();
        let mut tx = services.store.begin().await?;
        let mut gate = tx.pass_waitlist(by, pass.id, now).await?;
        let mut opened = choice.open(&mut tx, by, pass.id, now).await;
        check_offer(services, &mut tx, by, pass.id).await?;
        let mut replaced = None;
        if let Ok(Some(Opened::Existing(order))) = &opened {
            let id = order.id;
            if choice.is_of(order) || !tx.drop_order(order, now).await? {
                return Ok(Purchased::Order(id));
            }
            // Whoever gives up their own order has the right to this one, and to its seat.
            (gate, replaced) = (Gate::Open, Some(id));
            if answers.is_empty() {
                // Whoever was approved had answered before.
                answers.clone_from(&order.answers);
            }
            opened = choice.open(&mut tx, by, pass.id, now).await;
        }
        match opened? {
            Some(Opened::New(order)) => {
                gate.check()?;
                services.limits.open_order(by, now)?;
                choice.count_mails(services, by)?;
                if let stock @ Some(_) = pass.selling.stock {
                    let wish = HoldWish { order: order.id, pass: pass.id, stock, guest: choice.guest() };
                    limits::keep_from_others(services, by, wish).await?;
                }
                tx.answer_of_order(order.id, &answers).await?;
                let end = replaced.map(|order| services.act(by, "checkout.cancel", order, "")).transpose()?;
                let act = services.act(by, "checkout.open", order.id, order.title)?;
                tx.commit_audited((end, act), &changes, now).await?;
                services.changed(&changes);
                if let Some(replaced) = replaced {
                    services.engine.checkout(replaced).refresh().await?;
                }
                wake(services, order.id);
                return Ok(Purchased::Order(order.id));
            }
            Some(Opened::Existing(order)) => return Ok(Purchased::Order(order.id)),
            Some(Opened::Holds(_)) => return Ok(Purchased::Held),
            Some(Opened::SoldOut) => return Err(why_sold_out(gate).into()),
            None => {}
        }
    }
    Err(ServiceError::Conflict("checkout"))
}

/// Checked after the row was written. A refusal rolls the row back with the transaction.
async fn check_offer(services: &Services, tx: &mut Tx<'_>, by: AccountId, pass: PassId) -> ServiceResult<()> {
    Ok(tx.check_offer(by, pass, services.now()).await??)
}

/// Returns the caller's own order. Orders of other people do not exist for the caller.
pub async fn own(services: &Services, by: AccountId, id: CheckoutId) -> ServiceResult<Checkout> {
    let order = CheckoutStore::load(&services.store, id).await?;
    if order.account == by { Ok(order) } else { Err(ServiceError::NotFound) }
}

/// Gets the pay page of the caller's order. The order's actor stores each attempt with its audit line before it asks
/// the provider. An order that is settled or has ended is returned unchanged. `shown`: the page with the button; with the first
/// attempt the buyer agrees to what stands beside it.
///
/// # Errors
/// `TooMany` payments begun in the last hour: the provider limits our requests for all buyers together. `Conflict("refunds")` if the
/// page showed an older text than the buyer would agree to.
pub async fn begin_payment(
    services: &Services,
    by: AccountId,
    id: CheckoutId,
    urls: PaymentUrls,
    shown: ShownTill,
) -> ServiceResult<Arc<Checkout>> {
    begin_at(services, by, id, PayPlace::ProviderPage, urls, shown).await
}

/// The same at one of both places: on our own page the order gets the secret of its payment. Whoever has begun at the other place leaves
/// it: at most one payment of an order can be made at a time.
///
/// # Errors
/// As [`begin_payment`].
pub async fn begin_at(
    services: &Services,
    by: AccountId,
    id: CheckoutId,
    place: PayPlace,
    urls: PaymentUrls,
    shown: ShownTill,
) -> ServiceResult<Arc<Checkout>> {
    let order = own(services, by, id).await?;
    if order.state.settled() {
        return Ok(Arc::new(order));
    }
    // A stored request was counted already; the actor only repeats it.
    let first = order.state == Payment::Held && order.request.is_none();
    if first || order.can_move_to(place) {
        services.limits.begin_payment(by, services.now())?;
    } else if order.is_under_way() && services.limits.market.look(id, services.now()).is_err() {
        // However often the button is pressed: the actor asks again at its own pace.
        return Ok(Arc::new(order));
    }
    if first {
        let refunds = agreed_refunds(services, shown.refunds).await?;
        subscriptions::prepare(services, &order).await?;
        cards::prepare(services, &order).await?;
        services.store.checkouts().agree(id, (shown.language, refunds), services.now()).await?;
    }
    match services.engine.checkout(id).begin_at(place, urls).await {
        // It ended in the meantime.
        Err(actors::CheckoutFailure::Refused(_)) => Ok(Arc::new(own(services, by, id).await?)),
        begun => Ok(begun?),
    }
}

/// The buyer comes back from paying: the provider is asked now, whatever its webhooks do. One question at a time is asked for an order.
/// Whoever comes back more often than they pay waits for the order's own pace.
pub async fn came_back(services: &Services, by: AccountId, id: CheckoutId) -> ServiceResult<()> {
    let open = !own(services, by, id).await?.state.settled();
    if open && services.limits.market.look(id, services.now()).is_ok() {
        wake(services, id);
    }
    Ok(())
}

/// Cancels the caller's order. It ends when the provider has confirmed that it can no longer be paid. A payment that
/// was faster counts. Cancelling it twice changes nothing: until the provider has confirmed, it is asked at the order's own pace.
pub async fn cancel(services: &Services, by: AccountId, id: CheckoutId) -> ServiceResult<()> {
    let space = own(services, by, id).await?.space;
    let (changes, now) = ([Change::Access { space, account: by }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.cancel_checkout(id).await? {
        tx.commit_audited(services.act(by, "checkout.cancel", id, "")?, &changes, now).await?;
        services.changed(&changes);
        services.engine.checkout(id).refresh().await?;
    } else if services.limits.market.look(id, now).is_ok() {
        drop(tx);
        wake(services, id);
    }
    Ok(())
}

/// Why the buyer of an order cannot get its pass now, at whatever price.
pub fn closed_to_buyer(order: &Checkout, pass: &Pass, now: Millis) -> Option<OrderEnd> {
    let changed = order.terms.find_changed_term(order.list_price(), now);
    changed
        .filter(|end| !matches!(end, OrderEnd::Price | OrderEnd::Stock | OrderEnd::Questions))
        .or_else(|| (!pass.is_offered()).then_some(OrderEnd::Withdrawn))
        .or_else(|| (pass.sale(now) == Availability::SoldOut).then_some(OrderEnd::Stock))
}

/// An order whose slow payment failed or was never confirmed, with the data of the mail about it.
pub struct FailedPayment {
    pub order: Checkout,
    pub pass: Pass,
    pub space: Space,
    pub email: String,
    /// Why the pass cannot be bought again.
    pub closed: Option<OrderEnd>,
}

/// Returns `None` if the money has arrived after all: the receipt says so.
pub async fn failed_payment(services: &Services, id: CheckoutId) -> ServiceResult<Option<FailedPayment>> {
    let order = CheckoutStore::load(&services.store, id).await?;
    if order.state != Payment::Failed {
        return Ok(None);
    }
    let email = guests::address(services, order.account).await?;
    let space = services.store.spaces().by_id(order.space).await?;
    let pass = services.store.passes().by_id(order.pass).await?;
    let closed = closed_to_buyer(&order, &pass, services.now());
    Ok(Some(FailedPayment { order, pass, space, email, closed }))
}
