//! A subscriber's year, as it happens: what the buyer presses, what the provider does by its clock, and what banks decide.

use super::telling::{Teller, Telling};
use crate::support::{
    Database, TestServer,
    plans::{ADA, buyer, held_until, monthly, paid, pay, sell, settled, wait},
    shop::{FAILS_LATER, GOOD},
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::PassId,
    money::{
        billing::{Interval, SubscriptionStatus},
        recurring::{
            plan::Plan,
            subscription::{GRACE, Subscription},
        },
    },
    time::{Millis, Span},
};

/// A subscription on a server of its own, from its trial to its end.
pub struct SubscriberYear {
    pub server: TestServer,
    pub database: Database,
    teller: Teller,
    pass: PassId,
    /// When the provider began it.
    pub begun: Millis,
    /// How often the clock was moved on.
    pub moves: usize,
}

impl SubscriberYear {
    /// On a database of its own, of the same kind.
    async fn open(database: &Database, telling: Telling) -> Result<Self> {
        let database = match database {
            Database::Sqlite => Database::Sqlite,
            Database::Postgres(_) => Database::postgres().await?,
        };
        let server = TestServer::open_on(database.clone()).await?;
        let teller = Teller::open(&server, telling).await?;
        let pass = sell(&server, Plan { trial_days: Some(7), ..monthly() }).await?;
        Ok(Self { server, database, teller, pass, begun: Millis(0), moves: 0 })
    }

    /// Lives the whole year, told in this way.
    pub async fn live(database: &Database, telling: Telling) -> Result<Self> {
        let mut year = Self::open(database, telling).await?;
        starts(&mut year).await.context("the trial and the first renewals")?;
        pauses(&mut year).await.context("the pause")?;
        fails_and_recovers(&mut year).await.context("the failure")?;
        changes(&mut year).await.context("the changes of the plan")?;
        is_renewed(&mut year).await.context("the renewals by credit")?;
        goes_back(&mut year).await.context("what goes back")?;
        year.end().await.context("the end of the year")?;
        Ok(year)
    }

    async fn learn(&mut self) -> Result<()> {
        self.teller.learn(&self.server).await
    }

    /// All is told, and what was planned for later, such as reminders of a payment that was made since, is looked at. Money that the
    /// provider promised has become available.
    async fn end(&mut self) -> Result<()> {
        self.teller.tell_the_rest(&self.server).await?;
        let over = self.begun + Span::days(366);
        let rests = self.server.app.clock.now() + Span::days(9);
        self.wait_until(over.max(rests)).await?;
        self.teller.tell_the_rest(&self.server).await?;
        service::money::ledger::keep_up(&self.server.app.services).await?;
        self.server.rest().await
    }

    pub async fn one(&self) -> Result<Subscription> {
        Ok(settled(&self.server, |all| all.len() == 1).await?.remove(0))
    }

    /// Fails unless the subscription comes into this state with so many paid orders.
    async fn is(&self, status: SubscriptionStatus, orders: usize) -> Result<()> {
        settled(&self.server, |all| all.len() == 1 && all[0].status == status).await?;
        paid(&self.server, orders).await.map(drop)
    }

    /// When the pass ends, if the subscriber holds it.
    async fn held(&self) -> Result<Option<Millis>> {
        held_until(&self.server, self.pass).await
    }

    async fn wait_until(&mut self, at: Millis) -> Result<()> {
        let left = (at - self.server.app.clock.now()).0.max(0);
        self.server.advance(left / 1000 + 1).await?;
        self.moves += 1;
        wait(&self.server, 0).await
    }

    /// Waits until the provider has tried to charge the next period.
    async fn renew(&mut self) -> Result<()> {
        let end = self.one().await?.period_end;
        self.wait_until(end + Span::hours(2)).await?;
        self.learn().await
    }

    /// Posts to a page of the subscription; returns where that leads.
    async fn post(&self, verb: &str) -> Result<String> {
        let path = format!("/account/subscriptions/{}/{verb}", self.one().await?.id);
        let done = buyer(&self.server).await?.post(&path, &[]).await?;
        ensure!(done.status == 303, "{verb}: {} {}", done.status, done.text);
        Ok(done.location().to_owned())
    }

    /// From now on this card pays.
    async fn use_card(&mut self, number: &str) -> Result<()> {
        let ada = buyer(&self.server).await?;
        let portal = ada.post("/account/subscriptions/portal", &[]).await?.location().to_owned();
        let done = ada.post(&format!("{portal}/card"), &[("card", number)]).await?;
        ensure!(done.status == 303, "{} {}", done.status, done.text);
        self.learn().await
    }

    /// An act of a bank or of the shop's staff at the provider, on the payment of an order; the oldest order is 0.
    async fn act(&mut self, order: usize, act: &str, amount: &str) -> Result<()> {
        let ada = self.server.account(ADA).await?;
        let orders = self.server.app.store.purchases().of_account(ada).await?;
        let intent = orders.iter().rev().nth(order).and_then(|one| one.provider_intent.clone());
        let intent = intent.context("a payment")?;
        let mut form = vec![("intent", intent.as_str()), ("act", act)];
        form.extend(Some(("amount", amount)).filter(|_| !amount.is_empty()));
        let acts = format!("{}/stand-in/acts", self.server.stand_in);
        let done = self.server.anybody().post(&acts, &form).await?;
        ensure!(done.status == 200, "{act}: {}", done.text);
        self.learn().await
    }

    async fn is_suspended(&self) -> Result<bool> {
        let grant = self.one().await?.grant.context("a grant")?;
        Ok(self.server.app.store.grants().by_id(grant).await?.suspended_at.is_some())
    }
}

/// A trial, its first charge, and a renewal.
async fn starts(year: &mut SubscriberYear) -> Result<()> {
    pay(buyer(&year.server).await?, "month", GOOD).await?;
    year.learn().await?;
    year.is(SubscriptionStatus::Trialing, 0).await?;
    year.begun = year.one().await?.period_start;
    year.server.mailed(ADA, "Your trial", 1).await?;
    for orders in [1, 2] {
        year.renew().await?;
        year.is(SubscriptionStatus::Active, orders).await?;
    }
    Ok(())
}

/// Nothing is charged for the next period, and the pass ends with the one that is paid. Ten days later it goes on, and is charged.
async fn pauses(year: &mut SubscriberYear) -> Result<()> {
    let before = year.one().await?;
    year.wait_until(before.period_start + Span::days(10)).await?;
    year.post("pause").await?;
    year.learn().await?;
    settled(&year.server, |all| all[0].collection_paused).await?;
    ensure!(year.held().await? == Some(before.period_end), "what is paid for stays");
    year.renew().await?;
    settled(&year.server, |all| all[0].period_start == before.period_end).await?;
    year.is(SubscriptionStatus::Active, 2).await?;
    ensure!(year.held().await?.is_none(), "nobody pays for this period");
    year.wait_until(before.period_end + Span::days(10)).await?;
    year.post("resumption").await?;
    year.learn().await?;
    settled(&year.server, |all| !all[0].collection_paused).await?;
    year.is(SubscriptionStatus::Active, 3).await?;
    let again = year.one().await?;
    ensure!(again.period_start > before.period_end + Span::days(9), "a period of its own: {again:?}");
    ensure!(year.held().await? == Some(again.period_end + GRACE), "the pass is back");
    Ok(())
}

/// A card that fails, and a good one within the grace.
async fn fails_and_recovers(year: &mut SubscriberYear) -> Result<()> {
    year.use_card(FAILS_LATER).await?;
    year.renew().await?;
    year.is(SubscriptionStatus::PastDue, 3).await?;
    year.server.mailed(ADA, "Payment failed", 1).await?;
    let late = year.one().await?;
    ensure!(year.held().await? == Some(late.period_start + GRACE), "the grace");
    year.use_card(GOOD).await?;
    year.wait_until(late.period_start + Span::days(1)).await?;
    year.post("payment").await?;
    year.learn().await?;
    year.is(SubscriptionStatus::Active, 4).await?;
    ensure!(year.held().await? == Some(late.period_end + GRACE), "it has recovered");
    Ok(())
}

/// To the year and back, which leaves a credit; ended and gone on with.
async fn changes(year: &mut SubscriberYear) -> Result<()> {
    for (days, every) in [(10, Interval::Year), (20, Interval::Month)] {
        let begun = year.one().await?.period_start;
        year.wait_until(begun + Span::days(days)).await?;
        ensure!(year.post("plan").await?.ends_with("/plan"), "what it costs is said first");
        ensure!(year.post("plan/confirmation").await? == "/account/subscriptions", "{every:?}");
        year.learn().await?;
        settled(&year.server, |all| all[0].every == every).await?;
        year.is(SubscriptionStatus::Active, 5).await?;
    }
    for (verb, ends) in [("cancellation", true), ("continuation", false)] {
        year.post(verb).await?;
        year.learn().await?;
        settled(&year.server, |all| all[0].ends_with_period == ends).await?;
    }
    Ok(())
}

/// The credit pays the next period, and several more of which nobody hears while we are away for longer than the provider lists events.
async fn is_renewed(year: &mut SubscriberYear) -> Result<()> {
    let before = year.one().await?.period_end;
    year.renew().await?;
    settled(&year.server, |all| all[0].period_start == before).await?;
    year.is(SubscriptionStatus::Active, 5).await?;
    year.wait_until(before + Span::days(140)).await?;
    year.learn().await?;
    settled(&year.server, |all| all[0].period_start > before + Span::days(100)).await?;
    year.is(SubscriptionStatus::Active, 5).await?;
    ensure!(year.held().await?.is_some(), "the credit has paid for it");
    Ok(())
}

/// A part of one order is refunded; a bank returns another one to us, and takes the third, which ends the subscription.
async fn goes_back(year: &mut SubscriberYear) -> Result<()> {
    year.act(0, "refund", "200").await?;
    year.act(1, "dispute", "").await?;
    ensure!(year.is_suspended().await?, "a bank decides");
    year.act(1, "win", "").await?;
    ensure!(!year.is_suspended().await?, "the bank has decided for us");
    year.act(2, "dispute", "").await?;
    year.act(2, "lose", "").await?;
    year.learn().await?;
    year.is(SubscriptionStatus::Canceled, 5).await?;
    ensure!(year.held().await?.is_none(), "it has ended");
    Ok(())
}
