//! Orders and how they ended, from the first click to the bank.

use super::settled::Settled;
use crate::{Service, demo::wire::Wire};
use anyhow::{Context, Result, bail};
use domain::{
    id::{AccountId, CheckoutId, PassId},
    money::{billing::Interval, buying::consent::ShownTill, checkout::PaymentUrls},
    text::language::Language,
};
use service::money::{
    back::wishes,
    checkouts::{self, Purchased, Wish},
    payments, seller_refunds,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OrderOutcome {
    Paid,
    /// Paid, and given back by the host's staff at the provider.
    Refunded,
    /// Paid, and so much of it given back by the host, in minor units.
    GivenBack(i64),
    /// Paid, and its buyer asks for a refund with these words.
    AsksBack(&'static str),
    /// Paid, and questioned at the buyer's bank.
    Disputed,
    /// By a bank debit that takes days.
    Slow,
    /// The buyer is on the pay page.
    Paying,
    /// The buyer has not decided yet.
    Open,
    Cancelled,
}

pub struct Order {
    pub days_ago: i64,
    pub buyer: &'static str,
    pub space: &'static str,
    pub pass: &'static str,
    pub ending: OrderOutcome,
    /// Of a subscription.
    pub every: Option<Interval>,
    pub code: &'static str,
    /// What the buyer chose to pay.
    pub amount: &'static str,
    pub answers: &'static [&'static str],
}

const fn order(
    days_ago: i64,
    buyer: &'static str,
    space: &'static str,
    pass: &'static str,
    ending: OrderOutcome,
) -> Order {
    Order { days_ago, buyer, space, pass, ending, every: None, code: "", amount: "", answers: &[] }
}

/// To a pass that costs something each month or each year.
const fn subscribed(days_ago: i64, buyer: &'static str, every: Interval) -> Order {
    let order = order(days_ago, buyer, "slow-clay", "round-the-year", OrderOutcome::Paid);
    Order { every: Some(every), ..order }
}

const fn cheaper(days_ago: i64, buyer: &'static str) -> Order {
    Order { code: "KILN20", ..order(days_ago, buyer, "slow-clay", "kiln-shelf", OrderOutcome::Paid) }
}

const fn kit(
    days_ago: i64,
    buyer: &'static str,
    answers: &'static [&'static str],
    ending: OrderOutcome,
) -> Order {
    Order { answers, ..order(days_ago, buyer, "hanas-table", "pickle-kit", ending) }
}

/// As much as they like.
const fn chose(days_ago: i64, buyer: &'static str, amount: &'static str) -> Order {
    Order { amount, ..order(days_ago, buyer, "seven-minutes", "what-it-is-worth", OrderOutcome::Paid) }
}

/// A seat of four.
const fn seat(days_ago: i64, buyer: &'static str) -> Order {
    order(days_ago, buyer, "corner-table", "table-for-four", OrderOutcome::Paid)
}

/// Those of the town.
pub static ORDERS: [Order; 39] = [
    order(30, "luca", "long-question", "chair", OrderOutcome::Paid),
    order(22, "hugo", "night-build", "bench-mate", OrderOutcome::Paid),
    order(20, "bea", "slow-clay", "kiln-shelf", OrderOutcome::Paid),
    order(12, "greta", "one-line", "sketchbook", OrderOutcome::Refunded),
    order(9, "mina", "corner-table", "fifth-player", OrderOutcome::Paid),
    order(6, "farid", "hanas-table", "place-at-the-table", OrderOutcome::Paid),
    order(5, "kaja", "sea-school", "deck", OrderOutcome::Paid),
    order(2, "elif", "sea-school", "deck", OrderOutcome::Slow),
    order(0, "mina", "maya", "front-row", OrderOutcome::Paid),
    order(0, "joon", "maya", "front-row", OrderOutcome::Paid),
    order(0, "greta", "maya", "front-row", OrderOutcome::Paid),
    order(0, "luca", "maya", "front-row", OrderOutcome::Paid),
    order(0, "isla", "sea-school", "deck", OrderOutcome::Paying),
    order(0, "cem", "corner-table", "fifth-player", OrderOutcome::Open),
    order(0, "dora", "long-question", "chair", OrderOutcome::Cancelled),
    // The month of the market.
    subscribed(29, "bea", Interval::Month),
    kit(27, "mina", &["No fish, please", "Half a litre"], OrderOutcome::Paid),
    order(26, "joon", "night-build", "first-batch", OrderOutcome::Paid),
    subscribed(24, "isla", Interval::Year),
    seat(19, "bea"),
    kit(19, "cem", &["", "One litre"], OrderOutcome::GivenBack(800)),
    order(18, "luca", "night-build", "first-batch", OrderOutcome::Disputed),
    seat(17, "farid"),
    Order {
        every: Some(Interval::Month),
        ..order(16, "elif", "night-build", "second-batch", OrderOutcome::Paid)
    },
    order(16, "kaja", "one-line", "friends-of-the-line", OrderOutcome::Paid),
    seat(15, "greta"),
    order(14, "greta", "long-question", "chair", OrderOutcome::Paid),
    cheaper(13, "dora"),
    seat(12, "kaja"),
    order(11, "farid", "one-line", "sketchbook", OrderOutcome::GivenBack(900)),
    cheaper(10, "elif"),
    chose(9, "cem", "7.50"),
    order(8, "hugo", "seven-minutes", "supporter", OrderOutcome::Paid),
    order(7, "isla", "one-line", "sketchbook", OrderOutcome::AsksBack("I meant the pass for friends.")),
    chose(6, "luca", "2"),
    order(5, "joon", "seven-minutes", "supporter", OrderOutcome::Paid),
    subscribed(4, "joon", Interval::Month),
    order(3, "hugo", "corner-table", "fifth-player", OrderOutcome::Paid),
    // Uses the offer of its waitlist.
    order(0, "joon", "long-question", "seminar", OrderOutcome::Paid),
];

pub async fn place(service: &Service, wire: &Wire, settled: &Settled, order: &Order) -> Result<()> {
    let (buyer, ..) = settled.viewer(order.buyer)?;
    let pass = settled.pass(order.space, order.pass)?;
    let deal = OrderDeal { service, wire, buyer };
    let done = async {
        let Some((id, session)) = deal.open(pass, order).await? else { return Ok(()) };
        deal.follow(settled, order, id, &session).await
    };
    done.await.with_context(|| format!("the order of {} in {}", order.buyer, order.space))
}

/// Somebody who buys.
struct OrderDeal<'a> {
    service: &'a Service,
    wire: &'a Wire,
    buyer: AccountId,
}

impl OrderDeal<'_> {
    /// Orders, and pays unless it ends before. Returns the order with the provider's session, if it was paid.
    async fn open(&self, pass: PassId, order: &Order) -> Result<Option<(CheckoutId, String)>> {
        let (app, buyer) = (&self.service.app, self.buyer);
        let wish = Wish {
            code: order.code.into(),
            answers: order.answers.iter().copied().map(String::from).collect(),
            every: order.every,
            amount: order.amount.into(),
        };
        let Purchased::Order(id) = checkouts::purchase_with(&app.services, buyer, pass, &wish).await? else {
            bail!("the pass is free or held already");
        };
        match order.ending {
            OrderOutcome::Open => return Ok(None),
            OrderOutcome::Cancelled => {
                checkouts::cancel(&app.services, buyer, id).await?;
                return Ok(None);
            }
            _ => {}
        }
        let page = app.url(&format!("/checkouts/{id}"));
        let urls = PaymentUrls { success: page.clone(), cancel: page };
        let shown = ShownTill::of(Language::English);
        let begun = checkouts::begin_payment(&app.services, buyer, id, urls, shown).await?;
        let pay_page = begun.pay_url.as_deref().context("no pay page")?;
        let button = match order.ending {
            OrderOutcome::Paying => return Ok(None),
            OrderOutcome::Slow => "delay",
            _ => "pay",
        };
        self.wire.press(&format!("{pay_page}/{button}"), "").await?;
        settle(self.service, id).await?;
        Ok(Some((id, begun.provider_session.clone().context("no session")?)))
    }

    /// What happens to an order after it was paid.
    async fn follow(&self, settled: &Settled, order: &Order, id: CheckoutId, session: &str) -> Result<()> {
        let app = &self.service.app;
        match order.ending {
            OrderOutcome::Refunded => self.bank(session, "refund").await?,
            OrderOutcome::Disputed => self.bank(session, "dispute").await?,
            OrderOutcome::GivenBack(minor) => {
                let host = settled.at(order.space).context(order.space)?.host;
                let bought = app.store.purchases().of_checkout(id).await?.context("it is not paid")?;
                let seen = bought.amount.minor;
                let refund = seller_refunds::give_back(&app.services, host, bought.id, minor, seen).await?;
                return Ok(seller_refunds::send(&app.services, refund).await?);
            }
            OrderOutcome::AsksBack(reason) => {
                let bought = app.store.purchases().of_checkout(id).await?.context("it is not paid")?;
                return Ok(wishes::ask(&app.services, self.buyer, bought.id, reason).await?);
            }
            _ => return Ok(()),
        }
        settle(self.service, id).await
    }

    /// What the bank or the shop's staff does to a payment.
    async fn bank(&self, session: &str, act: &str) -> Result<()> {
        let bank = self.service.local.as_ref().context("no stand-in")?;
        let form = format!("session={session}&act={act}");
        self.wire.press(&format!("{}/stand-in/acts", bank.origin()), &form).await
    }
}

/// Asks the provider, as a webhook would make us do.
async fn settle(service: &Service, id: CheckoutId) -> Result<()> {
    Ok(payments::apply_checkout(&service.app.services, id).await?)
}
