//! Subscriptions: begun, changed, ended and owed.

use super::{BrokenShop, press, says_unknown};
use crate::support::{
    Browser,
    plans::{DAY, monthly, sell, wait},
    shop::{FAILS_LATER, GOOD, Order},
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::AccountId,
    mail::Mail,
    money::{
        billing::{Interval, SubscriptionStatus},
        recurring::subscription::Subscription,
    },
};

pub const CALLS: &[&str] = &[
    "POST /prices",
    "POST /customers",
    "GET /subscriptions/*",
    "GET /invoices",
    "GET /invoices/*",
    "POST /subscriptions/*",
    "POST /invoices/create_preview",
    "POST /billing_portal/sessions",
    "DELETE /subscriptions/*",
    "POST /customers/*",
];
pub const OWED: &[&str] = &["POST /invoices/*/pay"];

/// Calls that are made before the provider's page opens, and after somebody has paid there.
const BEFORE: [&str; 2] = ["POST /prices", "POST /customers"];
const AFTER: [&str; 3] = ["GET /subscriptions/*", "GET /invoices", "GET /invoices/*"];

struct PlanBuyer {
    browser: Browser,
    account: AccountId,
    email: String,
}

impl PlanBuyer {
    async fn come(shop: &BrokenShop) -> Result<Self> {
        let (browser, email) = shop.buyer().await?;
        let account = shop.server.account(&email).await?;
        Ok(Self { browser, account, email })
    }

    async fn order(&self) -> Result<Order> {
        let asked = self.browser.post("/maya/front-row/purchase", &[("every", "month")]).await?;
        Order::at(self.browser.clone(), &asked)
    }

    async fn pay(&self, shop: &BrokenShop, order: &Order, card: &str) -> Result<()> {
        let page = shop.pay_page(order).await?;
        let paid = self.browser.post(&format!("{page}/pay"), &[("card", card)]).await?;
        ensure!(paid.status == 303, "{} {}", paid.status, paid.text);
        Ok(())
    }

    async fn subscription(&self, shop: &BrokenShop) -> Result<Option<Subscription>> {
        Ok(shop.server.app.store.subscriptions().of_account(self.account).await?.into_iter().next())
    }

    async fn is(&self, shop: &BrokenShop, so: impl Fn(&Subscription) -> bool) -> Result<()> {
        let look = async || anyhow::Ok(self.subscription(shop).await?.is_some_and(|one| so(&one)));
        shop.until("the subscription is not as it should be", look).await
    }

    /// So much was charged for their subscription, each time for an order of ours. Those of others go on meanwhile.
    async fn has_paid(&self, shop: &BrokenShop, times: usize) -> Result<()> {
        let billed = async || anyhow::Ok(shop.purchases(self.account).await? == times);
        shop.until("not each charge is an order", billed).await?;
        shop.is_calm().await?;
        let of = self.subscription(shop).await?.context("a subscription")?.provider;
        let invoices = shop.known("invoices").await?.into_iter().filter(|one| one["subscription"] == *of);
        let intents: Vec<_> = invoices.map(|one| one["intent"].clone()).collect();
        let mut charges = shop.known("charges").await?;
        charges.retain(|one| one["paid"] == true && intents.contains(&one["intent"]));
        ensure!(charges.len() == times, "{charges:?}");
        ensure!(charges.iter().all(|one| one["refunded"] == 0), "{charges:?}");
        ensure!(shop.purchases(self.account).await? == times, "and no more");
        Ok(())
    }

    async fn path(&self, shop: &BrokenShop, verb: &str) -> Result<String> {
        let id = self.subscription(shop).await?.context("a subscription")?.id;
        Ok(format!("/account/subscriptions/{id}/{verb}"))
    }

    async fn presses(&self, shop: &BrokenShop, verb: &str) -> Result<()> {
        let done = press(&self.browser, &self.path(shop, verb).await?, &[]).await?;
        ensure!(done.status == 303, "{verb}: {} {}", done.status, done.text);
        Ok(())
    }

    /// The provider does not say whether it has done what was pressed.
    async fn presses_in_vain(&self, shop: &BrokenShop, call: &str, verb: &str) -> Result<()> {
        let path = self.path(shop, verb).await?;
        shop.breaks(call).await?;
        says_unknown(&press(&self.browser, &path, &[]).await?)?;
        shop.works_again().await?;
        shop.is_calm().await
    }
}

pub async fn live(shop: &BrokenShop) -> Result<()> {
    sell(&shop.server, monthly()).await?;
    for call in BEFORE {
        cannot_begin(shop, call).await?;
    }
    for call in AFTER {
        nobody_tells_of_it(shop, call).await?;
    }
    ends_and_goes_on(shop).await?;
    changes_to_the_year(shop).await?;
    goes_on_after_a_pause(shop).await?;
    deletes_their_account(shop).await
}

async fn subscribes(shop: &BrokenShop, card: &str) -> Result<PlanBuyer> {
    let buyer = PlanBuyer::come(shop).await?;
    buyer.pay(shop, &buyer.order().await?, card).await?;
    buyer.is(shop, |one| one.status == SubscriptionStatus::Active).await?;
    buyer.has_paid(shop, 1).await?;
    Ok(buyer)
}

async fn cannot_begin(shop: &BrokenShop, call: &str) -> Result<()> {
    let buyer = PlanBuyer::come(shop).await?;
    let order = buyer.order().await?;
    shop.breaks(call).await?;
    let asked = buyer.browser.post(&format!("{}/payment", order.path), &[]).await?;
    ensure!(asked.status == 303 && asked.location() == order.path, "{} {}", asked.status, asked.text);
    let page = order.page().await?;
    ensure!(page.contains("Nothing was charged; try again in a minute."), "{page}");
    ensure!(page.contains("data-state=\"held\""), "{page}");
    shop.works_again().await?;
    buyer.pay(shop, &order, GOOD).await?;
    buyer.is(shop, |one| one.status == SubscriptionStatus::Active).await?;
    buyer.has_paid(shop, 1).await
}

async fn nobody_tells_of_it(shop: &BrokenShop, call: &str) -> Result<()> {
    let buyer = PlanBuyer::come(shop).await?;
    let order = buyer.order().await?;
    let page = shop.pay_page(&order).await?;
    shop.breaks(call).await?;
    let paid = buyer.browser.post(&format!("{page}/pay"), &[("card", GOOD)]).await?;
    ensure!(paid.status == 303, "{} {}", paid.status, paid.text);
    shop.went_wrong(1).await?;
    let page = order.page().await?;
    let waits = page.contains("Waiting for your payment.") && page.contains("data-state=\"paying\"");
    // Without the list of invoices the pass is open already.
    let opened = call != "GET /subscriptions/*" && page.contains("You are in");
    ensure!(waits || opened, "{page}");
    ensure!(!page.contains("othing was charged"), "{page}");
    shop.works_again().await?;
    shop.is_paid(&order).await?;
    buyer.is(shop, |one| one.status == SubscriptionStatus::Active).await?;
    buyer.has_paid(shop, 1).await
}

async fn ends_and_goes_on(shop: &BrokenShop) -> Result<()> {
    let buyer = subscribes(shop, GOOD).await?;
    buyer.presses_in_vain(shop, "POST /subscriptions/*", "cancellation").await?;
    if shop.may_have_worked() {
        // A webhook tells what the answer did not.
        buyer.is(shop, |one| one.ends_with_period).await?;
    }
    buyer.presses(shop, "cancellation").await?;
    buyer.is(shop, |one| one.ends_with_period).await?;
    buyer.presses(shop, "continuation").await?;
    buyer.is(shop, |one| !one.ends_with_period).await?;
    shop.breaks("POST /billing_portal/sessions").await?;
    says_unknown(&press(&buyer.browser, "/account/subscriptions/portal", &[]).await?)?;
    shop.works_again().await?;
    let led = press(&buyer.browser, "/account/subscriptions/portal", &[]).await?;
    ensure!(led.status == 303 && led.location().starts_with(&shop.server.stand_in), "{}", led.location());
    buyer.has_paid(shop, 1).await
}

async fn changes_to_the_year(shop: &BrokenShop) -> Result<()> {
    let buyer = subscribes(shop, GOOD).await?;
    buyer.presses_in_vain(shop, "POST /invoices/create_preview", "plan").await?;
    buyer.presses(shop, "plan").await?;
    let page = buyer.browser.get(&buyer.path(shop, "plan").await?).await?.text;
    ensure!(page.contains("Charged now"), "{page}");
    buyer.presses_in_vain(shop, "POST /subscriptions/*", "plan/confirmation").await?;
    if shop.may_have_worked() {
        buyer.is(shop, |one| one.every == Interval::Year).await?;
    }
    // Whoever presses again is charged no more.
    buyer.presses(shop, "plan/confirmation").await?;
    buyer.is(shop, |one| one.every == Interval::Year).await?;
    buyer.has_paid(shop, 2).await
}

/// A period that begins with the button is charged once, also if it is pressed again a minute later while the first effect is on its way.
async fn goes_on_after_a_pause(shop: &BrokenShop) -> Result<()> {
    let buyer = subscribes(shop, GOOD).await?;
    buyer.presses(shop, "pause").await?;
    wait(&shop.server, 40).await?;
    shop.is_calm().await?;
    // Their session has ended meanwhile.
    let browser = shop.server.anybody();
    browser.sign_in(&buyer.email).await?;
    let buyer = PlanBuyer { browser, ..buyer };
    let path = buyer.path(shop, "resumption").await?;
    shop.breaks("POST /subscriptions/*").await?;
    says_unknown(&press(&buyer.browser, &path, &[]).await?)?;
    shop.went_wrong(1).await?;
    shop.server.stand_in_does("fault", "off").await?;
    shop.server.advance(61).await?;
    press(&buyer.browser, &path, &[]).await?;
    shop.late_effects_have_come().await?;
    let goes_on = async || {
        let pressed = press(&buyer.browser, &path, &[]).await?;
        anyhow::Ok(
            pressed.status == 303
                && buyer.subscription(shop).await?.is_some_and(|one| !one.collection_paused),
        )
    };
    shop.until("it does not go on", goes_on).await?;
    buyer.has_paid(shop, 2).await
}

async fn deletes_their_account(shop: &BrokenShop) -> Result<()> {
    for call in ["DELETE /subscriptions/*", "POST /customers/*"] {
        let buyer = subscribes(shop, GOOD).await?;
        let (services, to) = (&shop.server.app.services, buyer.email.clone());
        let (subject, text) = ("Gone".to_owned(), "Gone".to_owned());
        let mail = Mail { to, subject, text, html: None, unsubscribe: None };
        shop.breaks(call).await?;
        service::people::deletion::delete(services, buyer.account, mail).await?;
        shop.works_again().await?;
        buyer.is(shop, |one| one.status == SubscriptionStatus::Canceled).await?;
        // Whom the provider has not forgotten is asked for once an hour.
        shop.server.advance(3_700).await?;
        let customers = shop.server.app.store.customers();
        let forgotten = async || anyhow::Ok(customers.to_erase(buyer.account).await?.is_none());
        shop.until("the customer is not forgotten", forgotten).await?;
        buyer.has_paid(shop, 1).await?;
    }
    Ok(())
}

/// A charge failed; with another card it is paid, once.
pub async fn owe(shop: &BrokenShop) -> Result<()> {
    sell(&shop.server, monthly()).await?;
    let buyer = subscribes(shop, FAILS_LATER).await?;
    let end = buyer.subscription(shop).await?.context("a subscription")?.period_end;
    let days = (end - shop.server.app.clock.now()).0 / (DAY * 1000);
    wait(&shop.server, days + 2).await?;
    // Their session has ended meanwhile.
    let browser = shop.server.signed_in(&buyer.email).await?;
    let buyer = PlanBuyer { browser, ..buyer };
    buyer.is(shop, |one| one.status == SubscriptionStatus::PastDue).await?;
    shop.is_calm().await?;
    let portal = buyer.browser.post("/account/subscriptions/portal", &[]).await?.location().to_owned();
    let kept = buyer.browser.post(&format!("{portal}/card"), &[("card", GOOD)]).await?;
    ensure!(kept.status == 303, "{} {}", kept.status, kept.text);
    shop.is_calm().await?;
    buyer.presses_in_vain(shop, OWED[0], "payment").await?;
    if shop.may_have_worked() {
        buyer.is(shop, |one| one.status == SubscriptionStatus::Active).await?;
    }
    buyer.presses(shop, "payment").await?;
    buyer.is(shop, |one| one.status == SubscriptionStatus::Active && one.past_due_since.is_none()).await?;
    buyer.has_paid(shop, 2).await
}
