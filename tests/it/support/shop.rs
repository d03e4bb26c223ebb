//! Buying as a browser does it: our pages, the provider's pay page, and the stand-in's control endpoint.

use crate::support::{Browser, Feed, Reply, TestServer, eventually};
use anyhow::{Context, Result, ensure};
use domain::{
    catalogue::offer::PriceKind,
    clock::Clock,
    id::{CheckoutId, PassId, PurchaseId},
    money::{checkout::Checkout, selling::Selling},
    time::Span,
    work::Lane,
};
use serde_json::Value;
use service::catalogue::passes;
use std::time::Duration;
use store::{PassText, Purchase};

/// Cards as the stand-in knows them: one that pays.
pub const GOOD: &str = "4242424242424242";
pub const DECLINED: &str = "4000000000000002";
/// Its bank asks each time.
pub const ASKS: &str = "4000002760003184";
/// Pays at first, and not later.
pub const FAILS_LATER: &str = "4000000000000341";

/// The path of the seller's page of an order.
pub fn sold_path(purchase: PurchaseId) -> String {
    format!("/account/orders/{purchase}")
}

/// A buyer and an order that is not settled yet.
pub struct Order {
    pub buyer: Browser,
    pub id: CheckoutId,
    /// `/checkouts/{id}`.
    pub path: String,
}

impl Order {
    /// Orders the paid pass.
    pub async fn open(buyer: Browser) -> Result<Self> {
        let asked = buyer.post("/maya/front-row/purchase", &[]).await?;
        Self::at(buyer, &asked)
    }

    /// The order that a response redirects to.
    pub fn at(buyer: Browser, asked: &Reply) -> Result<Self> {
        ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
        let path = asked.location().to_string();
        let id = path.strip_prefix("/checkouts/").and_then(|id| id.parse().ok());
        Ok(Self { buyer, id: id.with_context(|| format!("no checkout at {path:?}"))?, path })
    }

    pub async fn follow(&self) -> Result<Feed> {
        Feed::open(&self.buyer, &format!("{}/events", self.path), None).await
    }

    /// Starts the payment; returns the URL of the provider's page.
    pub async fn pay_page(&self) -> Result<String> {
        let asked = self.buyer.post(&format!("{}/payment", self.path), &[]).await?;
        ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
        ensure!(asked.location().contains("/pay/cs_"), "not a pay page: {}", asked.location());
        Ok(asked.location().to_string())
    }

    /// Presses a button of the pay page: `pay`, `decline` or `abandon`.
    pub async fn press(&self, pay_page: &str, button: &str) -> Result<Reply> {
        let pressed = self.buyer.post(&format!("{pay_page}/{button}"), &[]).await?;
        ensure!(pressed.status == 303, "{button}: {} {}", pressed.status, pressed.text);
        Ok(pressed)
    }

    /// Pays, and waits until everything that follows is done.
    pub async fn paid(buyer: Browser, server: &TestServer) -> Result<Self> {
        let order = Self::open(buyer).await?;
        order.pay(server).await?;
        Ok(order)
    }

    /// The same with an order that is open.
    pub async fn pay(&self, server: &TestServer) -> Result<()> {
        let mut waiting = self.follow().await?;
        self.press(&self.pay_page().await?, "pay").await?;
        waiting.all_until("data-state=\"paid\"").await?;
        server.rest().await
    }

    /// The order's page.
    pub async fn page(&self) -> Result<String> {
        Ok(self.buyer.get(&self.path).await?.text)
    }

    pub async fn row(&self, server: &TestServer) -> Result<Checkout> {
        Ok(server.app.store.checkouts().by_id(self.id).await?)
    }

    pub async fn purchase(&self, server: &TestServer) -> Result<Purchase> {
        server.app.store.purchases().of_checkout(self.id).await?.context("a purchase")
    }
}

impl TestServer {
    /// Sells a pass of Maya's in this way, as her team would save it.
    pub async fn sell(&self, slug: &str, selling: Selling) -> Result<()> {
        let price = self.app.store.passes().by_id(self.pass(slug).await?).await?.price.kind;
        self.sell_at(slug, price, Some(&selling)).await.map(drop)
    }

    /// The same at another price. `None`: the way in which it is sold stays.
    pub async fn sell_at(&self, slug: &str, price: PriceKind, selling: Option<&Selling>) -> Result<PassId> {
        let pass = self.app.store.passes().by_id(self.pass(slug).await?).await?;
        let text = PassText {
            slug: slug.into(),
            title: pass.title.clone(),
            about: pass.about.clone(),
            price,
            includes: pass.includes.clone(),
        };
        let host = self.account("maya@demo.example").await?;
        passes::update_sold(&self.app.services, host, pass.id, &text, selling).await?;
        Ok(pass.id)
    }

    /// Sets an option of the stand-in: `webhooks`, `lose`, `duplicate`, `shuffle`, `fail_next`, `fault`.
    pub async fn stand_in_does(&self, knob: &str, value: &str) -> Result<()> {
        let turned =
            self.anybody().post(&format!("{}/stand-in/control", self.stand_in), &[(knob, value)]).await?;
        ensure!(turned.status == 200, "{}", turned.text);
        Ok(())
    }

    /// An act of the bank or the shop's staff on the payment of an order, through the stand-in's page: `refund`,
    /// `dispute`, `win` …
    pub async fn bank(&self, order: &Order, act: &str) -> Result<()> {
        let session = order.row(self).await?.provider_session.context("no session")?;
        let form = [("session", session.as_str()), ("act", act)];
        let done = self.anybody().post(&format!("{}/stand-in/acts", self.stand_in), &form).await?;
        ensure!(done.status == 200, "{act}: {}", done.text);
        Ok(())
    }

    /// What becomes of a seller's account, or of a payout, through the stand-in's page.
    pub async fn provider_does(&self, kind: &str, id: &str, act: &str) -> Result<()> {
        let form = [(kind, id), ("act", act)];
        let done = self.anybody().post(&format!("{}/stand-in/acts", self.stand_in), &form).await?;
        ensure!(done.status == 200, "{act}: {}", done.text);
        Ok(())
    }

    /// The stand-in's whole state.
    pub async fn stand_in_knows(&self) -> Result<Value> {
        Ok(self.anybody().get(&format!("{}/stand-in/state.json", self.stand_in)).await?.json())
    }

    /// How many payments the provider has taken.
    pub async fn charges(&self) -> Result<usize> {
        let known = self.stand_in_knows().await?;
        let all = known["charges"].as_array().context("charges")?;
        Ok(all.iter().filter(|charge| charge["paid"] == true).count())
    }

    /// How many refunds the provider knows, and their sum.
    pub async fn refunds(&self) -> Result<(usize, i64)> {
        let known = self.stand_in_knows().await?;
        let refunds = known["refunds"].as_array().context("refunds")?;
        Ok((refunds.len(), refunds.iter().filter_map(|one| one["amount"].as_i64()).sum()))
    }

    /// Waits until every event is delivered and every job that is due is done. What is planned for later, such as a mail about
    /// what a team has planned, is not waited for; what failed is.
    pub async fn rest(&self) -> Result<()> {
        let rested = eventually("the server did not come to rest", async || {
            let known = self.stand_in_knows().await?;
            let mut deliveries = known["deliveries"].as_array().context("deliveries")?.iter();
            let delivered = deliveries.all(|d| d["delivery"]["state"] == "delivered");
            let now = self.app.clock.now();
            let lanes = self.app.store.backlog().lanes(now).await?;
            let rests =
                |lane: &store::LaneBacklog| lane.failing == 0 && lane.oldest.is_none_or(|at| at > now);
            Ok((delivered && lanes.iter().all(rests)).then_some(()))
        });
        let Err(error) = rested.await else { return Ok(()) };
        let waiting = self.app.store.backlog().lanes(self.app.clock.now()).await?;
        let failing = self.app.store.backlog().failing(9).await?;
        let known = self.stand_in_knows().await?;
        Err(error.context(format!("{waiting:?}, {failing:?}, {known}")))
    }

    /// Moves the clock on until a sweep has read all that the provider's list of events has now, and waits until everything that
    /// follows is done.
    pub async fn sweep(&self) -> Result<()> {
        let begun = self.app.clock.now() + Span::minutes(6);
        self.advance(6 * 60).await?;
        for _ in 0..20 {
            for _ in 0..50 {
                let swept = self.app.store.sweeps().state("stripe").await?.swept_at;
                if swept.is_some_and(|at| at >= begun) {
                    return self.rest().await;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // The worker was in the middle of the sweep before, and looks again after half a minute.
            self.advance_after_jobs(40).await?;
        }
        anyhow::bail!("no sweep has ended: {:?}", self.app.store.backlog().failing(9).await?)
    }

    /// Waits until no mail is due, whatever is due later.
    pub async fn mail_is_out(&self) -> Result<()> {
        eventually("mail is still due", async || {
            let now = self.app.clock.now();
            let lanes = self.app.store.backlog().lanes(now).await?;
            let notices = lanes.into_iter().find(|lane| lane.lane == Lane::Notices).context("the lane")?;
            Ok((notices.running == 0 && notices.oldest.is_none_or(|at| at > now)).then_some(()))
        })
        .await
    }

    /// The path of the page on which somebody takes the gift to their address, from the mail.
    pub async fn gift_path(&self, email: &str) -> Result<String> {
        let mail = self.mailed(email, "A gift for you", 1).await?.remove(0);
        let (_, rest) = mail.split_once("/account/comps/").with_context(|| mail.clone())?;
        let id: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        Ok(format!("/account/comps/{id}"))
    }

    /// Number of mails to this address with these words in the subject.
    pub async fn mails(&self, to: &str, subject: &str) -> Result<usize> {
        Ok(self.mail_texts(to, subject).await?.len())
    }

    /// Waits until so many mails with these words in the subject have reached an address. Returns their texts, newest first.
    pub async fn mailed(&self, to: &str, subject: &str, count: usize) -> Result<Vec<String>> {
        let texts = eventually(&format!("no mail about {subject:?} came to {to}"), async || {
            Ok(Some(self.mail_texts(to, subject).await?).filter(|texts| texts.len() >= count))
        })
        .await?;
        ensure!(texts.len() == count, "{} mails about {subject:?} to {to}", texts.len());
        Ok(texts)
    }

    /// The texts of these mails.
    pub async fn mail_texts(&self, to: &str, subject: &str) -> Result<Vec<String>> {
        let request = self.anybody().request(reqwest::Method::GET, "/dev/mailbox");
        let mails = self.anybody().send(request.header("accept", "application/json")).await?.json();
        let fits = |m: &&Value| m["to"] == to && m["subject"].as_str().is_some_and(|s| s.contains(subject));
        let text = |m: &Value| m["text"].as_str().unwrap_or_default().to_owned();
        Ok(mails.as_array().context("mails")?.iter().filter(fits).map(text).collect())
    }
}
