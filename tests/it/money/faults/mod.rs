//! The payment provider at each call of our client: an error, a time-out and a broken connection before and after the effect, and an
//! effect that comes late. Nothing is charged or refunded twice, nothing stays open, and buyers read the truth.

mod back;
mod calls;
mod cards;
mod forms;
mod orders;
mod plans;
mod sellers;
mod upkeep;

use super::ledger::agrees;
use crate::support::{Browser, Database, Reply, TestServer, eventually, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock, id::AccountId, money::checkout::Payment};
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Method, header};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

on_both!(
    an_order_is_paid_once,
    a_form_is_paid_once,
    a_saved_card_is_charged_once,
    a_subscriber_is_charged_once_for_each_period,
    what_is_owed_is_charged_once,
    money_goes_back_once,
    a_team_is_paid_once,
    what_nobody_waits_for_is_done_later,
);

/// What goes wrong, in the words of the stand-in; first what takes long.
const FAULTS: [&str; 7] =
    ["timeout_before", "timeout_after", "slow", "error_before", "error_after", "reset_before", "reset_after"];
/// Worlds that live side by side, each with one of these faults.
const TOGETHER: usize = 4;
/// A call goes wrong so often, or until it may work again.
const OFTEN: u64 = 1_000_000;
/// Milliseconds that our client waits for an answer.
const PATIENCE: u64 = 1000;
/// Seconds after which an effect comes that is late, and after which a time-out would have been answered.
const LATE: u64 = 2;

async fn an_order_is_paid_once(database: Database) -> Result<()> {
    each_fault(&database, orders::CALLS, orders::live).await
}

async fn a_form_is_paid_once(database: Database) -> Result<()> {
    each_fault(&database, forms::CALLS, forms::live).await
}

async fn a_saved_card_is_charged_once(database: Database) -> Result<()> {
    each_fault(&database, cards::CALLS, cards::live).await
}

async fn a_subscriber_is_charged_once_for_each_period(database: Database) -> Result<()> {
    each_fault(&database, plans::CALLS, plans::live).await
}

async fn what_is_owed_is_charged_once(database: Database) -> Result<()> {
    each_fault(&database, plans::OWED, plans::owe).await
}

async fn money_goes_back_once(database: Database) -> Result<()> {
    each_fault(&database, back::CALLS, back::live).await
}

async fn a_team_is_paid_once(database: Database) -> Result<()> {
    each_fault(&database, sellers::CALLS, sellers::live).await
}

async fn what_nobody_waits_for_is_done_later(database: Database) -> Result<()> {
    each_fault(&database, upkeep::CALLS, upkeep::live).await
}

/// Runs the same with each fault, on a server of its own, whose calls go wrong one after the other.
async fn each_fault(
    database: &Database,
    calls: &[&str],
    live: impl AsyncFn(&BrokenShop) -> Result<()>,
) -> Result<()> {
    let worlds = stream::iter(FAULTS).map(|fault| {
        let live = &live;
        async move {
            let shop = BrokenShop::open(database, fault).await?;
            live(&shop).await.with_context(|| format!("with {fault} at {:?}", shop.last()))?;
            shop.is_settled().await.with_context(|| format!("in the end, with {fault}"))?;
            let broken = shop.broken();
            ensure!(broken.iter().eq(calls.iter().collect::<BTreeSet<_>>()), "{fault}: {broken:?}");
            shop.server.close().await
        }
    });
    worlds.buffer_unordered(TOGETHER).try_collect::<Vec<()>>().await.map(drop)
}

/// A server whose provider can go wrong in one way.
struct BrokenShop {
    server: TestServer,
    fault: &'static str,
    buyers: AtomicUsize,
    broken: Mutex<Vec<String>>,
}

/// What the provider has taken, and given back; in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ProviderSums {
    charges: usize,
    refunds: usize,
    refunded: i64,
}

impl BrokenShop {
    async fn open(database: &Database, fault: &'static str) -> Result<Self> {
        let database = match database {
            Database::Sqlite => Database::Sqlite,
            Database::Postgres(_) => Database::postgres().await?,
        };
        let server = TestServer::begin(database, |settings| settings.stripe_timeout = PATIENCE).await?;
        Ok(Self { server, fault, buyers: AtomicUsize::default(), broken: Mutex::default() })
    }

    /// Somebody who has bought nothing yet, and their address.
    async fn buyer(&self) -> Result<(Browser, String)> {
        let email = format!("buyer{}@example.org", self.buyers.fetch_add(1, Relaxed));
        Ok((self.server.holder(&email).await?, email))
    }

    /// From now on this call goes wrong: `POST /refunds`.
    async fn breaks(&self, call: &str) -> Result<()> {
        let (method, path) = call.split_once(' ').context("a method and a path")?;
        self.breaks_all(call, &format!("{method}:/v1{path}$")).await
    }

    /// So does this call, and others that the pattern names.
    async fn breaks_all(&self, call: &str, pattern: &str) -> Result<()> {
        self.broken.lock().expect("calls").push(call.to_owned());
        self.server.stand_in_does("fault", &format!("{} {OFTEN} {pattern} {LATE}", self.fault)).await
    }

    fn broken(&self) -> BTreeSet<String> {
        self.broken.lock().expect("calls").iter().cloned().collect()
    }

    fn last(&self) -> Option<String> {
        self.broken.lock().expect("calls").last().cloned()
    }

    /// Whether the provider does what it then does not say.
    fn may_have_worked(&self) -> bool {
        self.fault.ends_with("after") || self.fault == "slow"
    }

    /// Waits until the call has gone wrong so often.
    async fn went_wrong(&self, times: u64) -> Result<()> {
        eventually("the call was not made", async || {
            // Some calls are made when the clock says so.
            self.server.advance_after_jobs(1).await?;
            let left = self.server.stand_in_knows().await?["controls"]["fault"]["left"].as_u64();
            Ok(left.is_some_and(|left| left + times <= OFTEN).then_some(()))
        })
        .await
    }

    /// Waits until the call has gone wrong, and lets it work again. What it does late is done then.
    async fn works_again(&self) -> Result<()> {
        self.went_wrong(1).await?;
        self.server.stand_in_does("fault", "off").await?;
        self.late_effects_have_come().await
    }

    async fn late_effects_have_come(&self) -> Result<()> {
        eventually("a late effect has not come", async || {
            let late = self.server.stand_in_knows().await?["late"].as_u64();
            Ok((late == Some(0)).then_some(()))
        })
        .await
    }

    /// Moves the clock on until this is so.
    async fn until(&self, what: &str, mut so: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
        for _ in 0..200 {
            if so().await? {
                return Ok(());
            }
            self.server.advance_after_jobs(5).await?;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("{what}: {:?}", self.server.app.store.backlog().failing(9).await?)
    }

    /// Waits until what has failed is done, and what followed from it.
    async fn is_calm(&self) -> Result<()> {
        self.until("jobs fail", async || {
            let lanes = self.server.app.store.backlog().lanes(self.server.app.clock.now()).await?;
            Ok(lanes.iter().all(|lane| lane.failing == 0))
        })
        .await?;
        self.server.rest().await
    }

    /// Nothing waits for anybody, and our books are the provider's.
    async fn is_settled(&self) -> Result<()> {
        self.is_calm().await?;
        let parked = self.server.app.store.backlog().parked(9).await?;
        ensure!(parked.is_empty(), "{parked:?}");
        agrees(&self.server).await.map(drop)
    }

    async fn known(&self, kind: &str) -> Result<Vec<Value>> {
        Ok(self.server.stand_in_knows().await?[kind].as_array().context("a list")?.clone())
    }

    async fn taken(&self) -> Result<ProviderSums> {
        let (charges, refunds) = (self.known("charges").await?, self.known("refunds").await?);
        let charges = charges.iter().filter(|charge| charge["paid"] == true).count();
        let refunded = refunds.iter().filter_map(|refund| refund["amount"].as_i64()).sum();
        Ok(ProviderSums { charges, refunds: refunds.len(), refunded })
    }

    /// The provider's page for an order, however often its button has to be pressed.
    async fn pay_page(&self, order: &Order) -> Result<String> {
        let mut page = String::new();
        let pressed = async || {
            let asked = order.buyer.post(&format!("{}/payment", order.path), &[]).await?;
            asked.location().clone_into(&mut page);
            anyhow::Ok(page.contains("/pay/cs_"))
        };
        self.until("no pay page opens", pressed).await?;
        Ok(page)
    }

    async fn is_paid(&self, order: &Order) -> Result<()> {
        let paid = async || anyhow::Ok(order.row(&self.server).await?.state == Payment::Paid);
        self.until("the order is not paid", paid).await
    }

    /// An order that was paid while everything worked, and the address of its buyer.
    async fn paid(&self) -> Result<(Order, String)> {
        let (buyer, email) = self.buyer().await?;
        let order = Order::open(buyer).await?;
        order.press(&self.pay_page(&order).await?, "pay").await?;
        self.is_paid(&order).await?;
        self.is_calm().await?;
        Ok((order, email))
    }

    /// The buyer has paid since `before`, once, and has the pass.
    async fn is_bought_once(&self, order: &Order, email: &str, before: ProviderSums) -> Result<()> {
        self.is_paid(order).await?;
        self.is_calm().await?;
        let (account, taken) = (self.server.account(email).await?, self.taken().await?);
        let want = ProviderSums { charges: before.charges + 1, ..before };
        ensure!(taken == want, "{taken:?} after {before:?}");
        ensure!(self.server.mails(email, "Your pass").await? == 1, "one receipt");
        let (purchases, page) = (self.purchases(account).await?, order.page().await?);
        ensure!(purchases == 1 && page.contains("You are in"), "{purchases}: {page}");
        Ok(())
    }

    async fn purchases(&self, account: AccountId) -> Result<usize> {
        Ok(self.server.app.store.purchases().of_account(account).await?.len())
    }

    async fn audited(&self, action: &str) -> Result<usize> {
        let lines = self.server.app.store.audit().last(1000).await?;
        Ok(lines.iter().filter(|line| line.act.action == action).count())
    }
}

/// Presses a button of a page.
async fn press(who: &Browser, path: &str, form: &[(&str, &str)]) -> Result<Reply> {
    who.send(who.request(Method::POST, path).header(header::ACCEPT, "text/html").form(form)).await
}

/// Fails unless somebody reads that nobody knows whether what they pressed has worked.
fn says_unknown(reply: &Reply) -> Result<()> {
    ensure!(reply.status == 502, "{} {}", reply.status, reply.text);
    for words in ["We do not know whether that worked", "The payment provider does not answer."] {
        ensure!(reply.text.contains(words), "{words}: {}", reply.text);
    }
    ensure!(!reply.text.contains("No partial change was saved"), "{}", reply.text);
    ensure!(!reply.text.contains("told to fail"), "what the provider says is for operators: {}", reply.text);
    Ok(())
}
