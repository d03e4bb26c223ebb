//! Orders and how they ended, from the first click to the bank.

use super::settled::Settled;
use crate::{Service, demo::wire::Wire};
use anyhow::{Context, Result, bail};
use domain::{
    id::{AccountId, CheckoutId, PassId},
    money::checkout::PaymentUrls,
};
use service::money::{
    checkouts::{self, Purchased},
    payments,
};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Paid,
    /// Paid, and given back by the host's staff.
    Refunded,
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
    pub ending: Ending,
}

const fn order(
    days_ago: i64,
    buyer: &'static str,
    space: &'static str,
    pass: &'static str,
    ending: Ending,
) -> Order {
    Order { days_ago, buyer, space, pass, ending }
}

/// Those of the town, the oldest first.
pub static ORDERS: [Order; 15] = [
    order(30, "luca", "long-question", "chair", Ending::Paid),
    order(22, "hugo", "night-build", "bench-mate", Ending::Paid),
    order(20, "bea", "slow-clay", "kiln-shelf", Ending::Paid),
    order(12, "greta", "one-line", "sketchbook", Ending::Refunded),
    order(9, "mina", "corner-table", "fifth-player", Ending::Paid),
    order(6, "farid", "hanas-table", "place-at-the-table", Ending::Paid),
    order(5, "kaja", "sea-school", "deck", Ending::Paid),
    order(2, "elif", "sea-school", "deck", Ending::Slow),
    order(0, "mina", "maya", "front-row", Ending::Paid),
    order(0, "joon", "maya", "front-row", Ending::Paid),
    order(0, "greta", "maya", "front-row", Ending::Paid),
    order(0, "luca", "maya", "front-row", Ending::Paid),
    order(0, "isla", "sea-school", "deck", Ending::Paying),
    order(0, "cem", "corner-table", "fifth-player", Ending::Open),
    order(0, "dora", "long-question", "chair", Ending::Cancelled),
];

pub async fn place(service: &Service, wire: &Wire, settled: &Settled, order: &Order) -> Result<()> {
    let (buyer, ..) = settled.viewer(order.buyer)?;
    let pass = settled.pass(order.space, order.pass)?;
    deal(service, wire, buyer, pass, order.ending)
        .await
        .with_context(|| format!("the order of {} in {}", order.buyer, order.space))
}

async fn deal(service: &Service, wire: &Wire, buyer: AccountId, pass: PassId, ending: Ending) -> Result<()> {
    let (app, bank) = (&service.app, service.local.as_ref().context("no stand-in")?);
    let Purchased::Order(id) = checkouts::purchase(&app.services, buyer, pass).await? else {
        bail!("the pass is free or held already");
    };
    match ending {
        Ending::Open => return Ok(()),
        Ending::Cancelled => return Ok(checkouts::cancel(&app.services, buyer, id).await?),
        _ => {}
    }
    let page = app.url(&format!("/checkouts/{id}"));
    let urls = PaymentUrls { success: page.clone(), cancel: page };
    let begun = checkouts::begin_payment(&app.services, buyer, id, urls).await?;
    let pay_page = begun.pay_url.as_deref().context("no pay page")?;
    let button = match ending {
        Ending::Slow => "delay",
        Ending::Paid | Ending::Refunded => "pay",
        _ => return Ok(()),
    };
    wire.press(&format!("{pay_page}/{button}"), "").await?;
    settle(service, id).await?;
    if ending == Ending::Refunded {
        let session = begun.provider_session.as_deref().context("no session")?;
        wire.press(&format!("{}/stand-in/acts", bank.origin()), &format!("session={session}&act=refund"))
            .await?;
        settle(service, id).await?;
    }
    Ok(())
}

/// Asks the provider, as a webhook would make us do.
async fn settle(service: &Service, id: CheckoutId) -> Result<()> {
    Ok(payments::apply_checkout(&service.app.services, id).await?)
}
