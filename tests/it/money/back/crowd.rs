//! The buyers of a show that is called off, and `kill -9` while their money goes back: each is refunded once. There are as
//! many buyers as BACKSTAGE_TEST_BUYERS says; a thousand take three minutes on each database.

use super::shows::{path, seen};
use crate::support::{Browser, Database, child::Process, on_both};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::{PassId, StreamId},
    money::{
        ledger::FeeShare,
        payments::{PaymentRequest, Payments},
        store::CheckoutStore,
    },
    secret::SharedSecret,
    time::Span,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use gateways::{StripeConfig, StripePayments};
use serde_json::Value;
use server::clock::ServiceClock;
use std::{collections::BTreeSet, path::Path, time::Duration};
use store::{Found, Opened, Resolved, Store};
use tokio::time::{Instant, sleep};

on_both!(all_buyers_are_refunded_once_each_although_the_process_is_killed);

/// Unless the environment names another number.
const BUYERS: usize = 120;
/// Orders that are made side by side.
const TOGETHER: usize = 8;
/// A refund takes milliseconds; the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(180);

/// One server process, with what a story asks it.
struct Shop {
    service: Process,
    host: Browser,
    stand_in: String,
}

impl Shop {
    fn open(data: &Path, database: &str) -> Result<Self> {
        let service = Process::demo("127.0.0.1:0", data, &["--database-url", database])?;
        let url = service.doors["url"].as_str().context("url")?;
        let host = service.doors["cookies"]["host"].as_str().context("a cookie")?;
        let host = Browser::with_cookie(url, host);
        let port = std::fs::read_to_string(data.join("stand-in/port"))?;
        Ok(Self { service, host, stand_in: format!("http://127.0.0.1:{}", port.trim()) })
    }

    async fn lose_webhooks(&self, lose: &str) -> Result<()> {
        let turned =
            self.host.post(&format!("{}/stand-in/control", self.stand_in), &[("lose", lose)]).await?;
        ensure!(turned.status == 200, "{}", turned.text);
        Ok(())
    }

    /// The payments that were refunded, one for each refund.
    async fn refunded(&self) -> Result<Vec<String>> {
        let known: Value = self.host.get(&format!("{}/stand-in/state.json", self.stand_in)).await?.json();
        let refunds = known["refunds"].as_array().context("refunds")?.iter();
        refunds.map(|one| Ok(one["intent"].as_str().context("an intent")?.to_owned())).collect()
    }

    /// Waits until the provider has refunded so many payments.
    async fn has_refunded(&self, count: usize) -> Result<()> {
        let begun = Instant::now();
        while self.refunded().await?.len() < count {
            ensure!(begun.elapsed() < PATIENCE, "only {} refunds", self.refunded().await?.len());
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// What makes orders without a page: the store, and the provider by the real client.
struct Till<'a> {
    store: &'a Store,
    payments: StripePayments,
    pass: PassId,
    clock: ServiceClock,
    shop: &'a Shop,
}

impl Till<'_> {
    /// One more person who has paid for the pass.
    async fn sell(&self, n: usize) -> Result<()> {
        let (store, now) = (self.store, self.clock.now());
        let (buyer, _) = store.accounts().find_or_create(&format!("fan{n}@example.org"), now).await?;
        let mut tx = store.begin().await?;
        let opened = tx.open_discounted(buyer.id, self.pass, None, now).await?;
        let Some(Opened::New(order)) = opened else { anyhow::bail!("{opened:?}") };
        tx.commit_unattended(&[]).await?;
        let request = PaymentRequest {
            checkout: order.id,
            purchase: order.purchase,
            title: order.title,
            amount: order.amount,
            email: order.email,
            success_url: self.shop.stand_in.clone(),
            cancel_url: self.shop.stand_in.clone(),
            expires_at: now + Span::hours(1),
            idempotency_key: format!("{}:open:1", order.purchase),
            plan: None,
            card: None,
            own_page: false,
        };
        let session = self.payments.open(request).await?;
        let url = session.url.context("a pay page")?;
        CheckoutStore::paying(store, order.id, session.id.clone(), url.clone(), None).await?;
        let paid = self.shop.host.post(&format!("{url}/pay"), &[]).await?;
        ensure!(paid.status == 303, "{} {}", paid.status, paid.text);
        let (row, found) = (store.checkouts().by_id(order.id).await?, self.payments.fetch(session.id).await?);
        let mut tx = store.begin().await?;
        tx.apply_payment(&row, &found, FeeShare::default(), now).await?;
        Ok(tx.commit_unattended(&[]).await?)
    }
}

/// How many orders of the only pass the page offers to refund.
fn offered(page: &str) -> Result<usize> {
    let (before, _) = page.split_once(" orders, €").context("how many orders")?;
    let digits = before.rsplit(|c: char| !c.is_ascii_digit() && c != ',').next().unwrap_or_default();
    Ok(digits.replace(',', "").parse()?)
}

/// A number below a million, as pages write it.
fn grouped(n: usize) -> String {
    if n < 1000 { n.to_string() } else { format!("{},{:03}", n / 1000, n % 1000) }
}

async fn pass_of(store: &Store) -> Result<PassId> {
    let Found::Here(space) = store.spaces().by_slug("maya").await? else { anyhow::bail!("no space") };
    match store.spaces().resolve(space.id, "front-row").await? {
        Resolved::Pass(pass) => Ok(pass),
        other => anyhow::bail!("{other:?}"),
    }
}

async fn fill(shop: &Shop, store: &Store, pass: PassId, buyers: usize) -> Result<()> {
    let config = StripeConfig {
        secret_key: SharedSecret::parse("sk_test_stand_in")?,
        webhook_secret: SharedSecret::parse("whsec_nobody_signs_here")?,
        api_base: Some(shop.stand_in.clone()),
    };
    let till =
        Till { store, payments: StripePayments::new(config)?, pass, clock: ServiceClock::default(), shop };
    shop.lose_webhooks("on").await?;
    let sold = stream::iter(0..buyers).map(|n| till.sell(n)).buffer_unordered(TOGETHER);
    sold.try_collect::<Vec<()>>().await?;
    shop.lose_webhooks("off").await
}

async fn all_buyers_are_refunded_once_each_although_the_process_is_killed(database: Database) -> Result<()> {
    let data = tempfile::tempdir()?;
    let url = database.url(data.path());
    let shop = Shop::open(data.path(), &url)?;
    let store = Store::open(&url).await?;
    let pass = pass_of(&store).await?;
    let buyers = match std::env::var("BACKSTAGE_TEST_BUYERS") {
        Ok(number) => number.parse().context("BACKSTAGE_TEST_BUYERS is not a number")?,
        Err(_) => BUYERS,
    };
    // The process is killed when the provider has refunded so many.
    let halfway = buyers / 3;
    fill(&shop, &store, pass, buyers).await?;

    let show = shop.service.doors["scheduled"]["events"].as_str().context("a show")?;
    let show: StreamId = show.split('/').nth(2).context("an id")?.parse()?;
    let title = store.streams().by_id(show).await?.title;
    let page = shop.host.get(&path(show)).await?.text;
    // The town has sold a few of the same pass, and given back others.
    let orders = offered(&page)?;
    ensure!(orders >= buyers && page.contains(&format!(" orders, €{}", grouped(orders * 12))), "{page}");
    let known = shop.refunded().await?;
    let town = known.len();
    let (chosen, word) = (pass.to_string(), seen(&page)?);
    let form = [("passes", chosen.as_str()), ("seen", word.as_str()), ("name", title.as_str())];
    assert_eq!(shop.host.post(&path(show), &form).await?.status, 303);
    shop.has_refunded(town + halfway).await?;
    shop.service.kill()?;

    // Whatever was in flight goes on in the next process, when its lease is over.
    let shop = Shop::open(data.path(), &url)?;
    let before = shop.refunded().await?.len() - town;
    assert!((halfway..orders).contains(&before), "killed halfway, not after {before}");
    shop.has_refunded(town + orders).await?;
    let (begun, words) = (Instant::now(), grouped(orders));
    let done = format!("{words} of {words} orders refunded");
    loop {
        let shown = shop.host.get(&path(show)).await?.text;
        if shown.contains(&done) && shown.contains("All of it has gone back.") {
            break;
        }
        ensure!(begun.elapsed() < PATIENCE, "{shown}");
        sleep(Duration::from_millis(200)).await;
    }
    let mut refunded = shop.refunded().await?;
    refunded.retain(|payment| !known.contains(payment));
    let once: BTreeSet<&String> = refunded.iter().collect();
    assert_eq!((refunded.len(), once.len()), (orders, orders), "each payment once");
    let refunds = store.show_refunds().of_stream(show).await?.context("the refunds")?;
    let sums = store.show_refunds().sums(refunds.id, ServiceClock::default().now()).await?;
    let [sum] = sums.as_slice() else { anyhow::bail!("{sums:?}") };
    let all = orders as i64;
    assert_eq!((sum.orders, sum.done, sum.failed, sum.returned), (all, all, 0, all * 1200));
    shop.service.kill()?;
    store.close().await;
    Ok(())
}
