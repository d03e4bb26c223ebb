//! A year passes over orders, payments and subscriptions that people, banks and the provider have left in every state, while no
//! webhook comes. Week by week whatever is not final was just asked about, or our own clock has ended it; in the end each is final, or
//! asked about each hour and not more often.

use super::states::{STATES, StateEnd, end_of};
use crate::{
    money::ledger::agrees,
    support::{
        Browser, Database, TestServer, eventually, on_both,
        plans::{euros, pay, sell, wait},
        shop::{FAILS_LATER, GOOD, Order},
    },
};
use anyhow::{Context, Result, bail, ensure};
use domain::{
    amount::Money,
    catalogue::offer::PriceKind,
    clock::Clock,
    money::{
        billing::{Interval, SubscriptionStatus},
        payouts::PayoutState,
        recurring::plan::Plan,
        sweep::INQUIRIES,
    },
    time::{Millis, Span},
};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};
use std::collections::{BTreeMap, BTreeSet};

on_both!(after_a_year_nothing_is_left_that_is_neither_final_nor_asked_about);

/// Orders by the names of their buyers: what the buyer does on the pay page, and then the bank.
const ORDERS: &[(&str, &[&str])] = &[
    ("held", &[]),
    ("left", &[""]),
    ("declined", &["decline"]),
    ("slow", &["delay"]),
    ("arrives", &["delay", "arrive"]),
    ("bounces", &["delay", "bounce"]),
    ("paid", &["pay"]),
    ("refunded", &["pay", "refund"]),
    ("sent back", &["pay", "refund", "fail_refund"]),
    ("disputed", &["pay", "dispute"]),
    ("won", &["pay", "dispute", "win"]),
    ("inquired", &["pay", "inquire"]),
    ("asked", &["pay", "inquire"]),
];

/// Subscriptions by the names of their buyers: the card, and what is pressed at once.
const SUBSCRIBED: &[(&str, &str, &str)] = &[
    ("goes.on", GOOD, ""),
    ("fails", FAILS_LATER, ""),
    ("ends", GOOD, "cancellation"),
    ("pauses", GOOD, "pause"),
];
/// In which week another one begins, at a provider that keeps what is unpaid.
const KEPT_UNPAID: (usize, &str) = (9, "stays.unpaid");
/// In which week the bank that asked takes the money back.
const TAKEN_BACK: usize = 20;
const WEEKS: usize = 52;
/// From when on no bank answers about a payout.
const BANKS_REST: usize = 50;

/// States that nothing of ours leads to and keeps for a week: a first payment is made on the provider's page, where no card is left out,
/// and a payout takes its steps at once. The tables of `domain` have them.
const NOT_SEEN: &[(&str, &str)] = &[
    ("order", "held"),
    ("order", "paying"),
    ("subscription", "incomplete"),
    ("subscription", "incomplete_expired"),
    ("subscription", "paused"),
    ("payout", "sent"),
    ("payout", "going_back"),
    ("account", "started"),
    ("account", "checking"),
    ("account", "needs_information"),
    ("account", "restricted"),
    ("hold", "checkout"),
    ("hold", "offer"),
    ("hold", "comp"),
];

/// How long the workers of the server may take, by its clock.
const SLACK: Span = Span::minutes(90);

/// Of each object: its id, its state, since when it is there, and when the provider was last asked; of a subscription when it will be.
const ROWS: &[(&str, &str)] = &[
    (
        "order",
        "SELECT c.id, CASE WHEN c.state = 'paying' AND c.processing_since IS NOT NULL THEN 'processing' ELSE c.state END,
            c.created_at, COALESCE(c.asked_at, c.created_at) FROM checkouts c",
    ),
    (
        "dispute",
        "SELECT p.id, p.dispute, p.paid_at, COALESCE(c.asked_at, 0)
        FROM purchases p JOIN checkouts c ON c.id = p.checkout_id WHERE p.dispute IS NOT NULL",
    ),
    ("subscription", "SELECT b.id, b.status, b.created_at, COALESCE(b.look_at, 0) FROM subscriptions b"),
    ("payout", "SELECT o.id, o.state, o.decided_at, o.asked_at FROM payouts o"),
    ("account", "SELECT a.team_id, a.state, a.created_at, a.asked_at FROM seller_accounts a"),
    ("hold", "SELECT h.id, h.holder, h.created_at, h.created_at FROM stock_holds h"),
];

/// A row of one of these.
#[derive(Clone, Debug)]
struct StateSeen {
    object: &'static str,
    id: String,
    state: String,
    since: Millis,
    asked: Millis,
}

impl StateSeen {
    /// Why it is neither final nor asked about; `None` if it is.
    fn fault(&self, now: Millis) -> Option<String> {
        let Some(end) = end_of(self.object, &self.state) else { return Some(format!("no row: {self:?}")) };
        let over = self.object == "dispute" && self.state == "inquiry" && now - self.since > INQUIRIES.1;
        let kept = match end {
            StateEnd::Final => self.object != "subscription" || self.asked == Millis(0),
            StateEnd::Asked(most) if self.object == "subscription" => {
                self.asked + SLACK >= now && self.asked <= now + most
            }
            // A whole week has passed, so it was asked about just now.
            StateEnd::Asked(_) => over || now - self.asked <= SLACK,
            StateEnd::EndsWithin(most) => self.since + most + SLACK >= now,
        };
        (!kept).then(|| format!("{self:?} at {now:?}"))
    }
}

/// A server, and what was left on it.
struct LeftAlone {
    server: TestServer,
    database: Database,
    orders: Vec<(&'static str, Order)>,
    seen: BTreeSet<(&'static str, String)>,
    /// What banks were sent, and have answered: the first is refused.
    answered: BTreeSet<String>,
    moves: usize,
}

impl LeftAlone {
    async fn open(database: Database) -> Result<Self> {
        let server = TestServer::open_on(database.clone()).await?;
        server.onboard("ready").await?;
        server.stand_in_does("lose", "on").await?;
        let plan = Plan { trial_days: Some(10), ..Plan::of(euros(2_000), Interval::Month) };
        sell(&server, plan).await?;
        server.sell_at("lobby", PriceKind::Once(Money { minor: 1200, ..euros(0) }), None).await?;
        let (orders, seen, answered) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        Ok(Self { server, database, orders, seen, answered, moves: 0 })
    }

    /// Orders of the other pass, by people who hold the one that is subscribed to.
    async fn order(&mut self) -> Result<()> {
        let fans = self.server.fans(ORDERS.len()).await?;
        for ((name, acts), fan) in ORDERS.iter().zip(fans) {
            let asked = fan.browser.post("/maya/lobby/purchase", &[]).await?;
            let order = Order::at(fan.browser, &asked)?;
            if let [first, then @ ..] = acts {
                let page = order.pay_page().await?;
                if !first.is_empty() {
                    order.press(&page, first).await.context(*name)?;
                }
                for act in then {
                    self.server.bank(&order, act).await.context(*name)?;
                }
            }
            self.orders.push((*name, order));
        }
        Ok(())
    }

    async fn subscribe(&mut self, name: &str, card: &str, pressed: &str) -> Result<()> {
        let buyer = self.server.signed_in(&address(name)).await?;
        pay(buyer.clone(), "month", card).await?;
        self.sweep(0).await?;
        let one = self.one(name).await?;
        ensure!(one.0 == SubscriptionStatus::Trialing, "{name}: {one:?}");
        if !pressed.is_empty() {
            press(&buyer, &one.1, pressed).await?;
        }
        Ok(())
    }

    /// The state and the id of somebody's subscription.
    async fn one(&self, name: &str) -> Result<(SubscriptionStatus, String)> {
        let account = self.server.account(&address(name)).await?;
        let all = self.server.app.store.subscriptions().of_account(account).await?;
        let [one] = all.as_slice() else { bail!("{name}: {all:?}") };
        Ok((one.status, one.id.to_string()))
    }

    fn order_of(&self, name: &str) -> Result<&Order> {
        let found = self.orders.iter().find(|(of, _)| *of == name);
        found.map(|(_, order)| order).context("an order")
    }

    /// Lets so many seconds pass, and then a sweep.
    async fn sweep(&mut self, seconds: i64) -> Result<()> {
        self.server.advance(seconds).await?;
        wait(&self.server, 0).await?;
        self.moves += 2;
        self.server.sweep().await
    }

    async fn rows(&self) -> Result<Vec<StateSeen>> {
        let data = self.server.doors["data"].as_str().context("the data directory")?;
        let mut connection = AnyConnection::connect(&self.database.url(data.as_ref())).await?;
        let mut found = Vec::new();
        for (object, query) in ROWS {
            for row in connection.fetch_all(*query).await? {
                let (since, asked) = (Millis(row.try_get(2)?), Millis(row.try_get(3)?));
                found.push(StateSeen { object, id: row.try_get(0)?, state: row.try_get(1)?, since, asked });
            }
        }
        connection.close().await?;
        Ok(found)
    }

    /// Banks answer about payouts that are on their way to them.
    async fn banks_answer(&mut self) -> Result<()> {
        for payout in self.server.payouts().await? {
            let Some(bank) = payout.bank.filter(|_| payout.state == PayoutState::OnItsWay) else { continue };
            let act = if self.answered.is_empty() { "fail" } else { "pay" };
            if self.answered.insert(bank.clone()) {
                self.server.provider_does("payout", &bank, act).await?;
            }
        }
        Ok(())
    }

    /// Fails if something stays that is neither final, nor asked about, nor ended by our clock.
    async fn is_in_order(&mut self) -> Result<()> {
        let mut faults = Vec::new();
        let judged = eventually("the workers have looked", async || {
            let (rows, now) = (self.rows().await?, self.server.app.clock.now());
            faults = rows.iter().filter_map(|row| row.fault(now)).collect();
            Ok(faults.is_empty().then_some(rows))
        });
        let judged = judged.await;
        let rows = judged.with_context(|| format!("{faults:#?}"))?;
        self.seen.extend(rows.into_iter().map(|row| (row.object, row.state)));
        Ok(())
    }
}

fn address(name: &str) -> String {
    format!("{name}@example.org")
}

async fn press(buyer: &Browser, id: &str, verb: &str) -> Result<()> {
    let pressed = buyer.post(&format!("/account/subscriptions/{id}/{verb}"), &[]).await?;
    ensure!(pressed.status == 303, "{verb}: {} {}", pressed.status, pressed.text);
    Ok(())
}

/// Half an hour after half an hour: when each was asked about that is asked each hour.
async fn asks_each_hour(left: &mut LeftAlone) -> Result<()> {
    let mut asked = BTreeMap::<(&str, String), BTreeSet<i64>>::new();
    let known: BTreeSet<_> = left.rows().await?.into_iter().map(|row| (row.object, row.id)).collect();
    for _ in 0..10 {
        left.sweep(24 * 60).await?;
        for row in left.rows().await? {
            let hourly = end_of(row.object, &row.state) == end_of("order", "paying");
            if hourly && row.object != "subscription" && known.contains(&(row.object, row.id.clone())) {
                asked.entry((row.object, row.id)).or_default().insert(row.asked.0);
            }
        }
    }
    ensure!(asked.keys().any(|(object, _)| *object == "dispute"), "{asked:?}");
    for (one, times) in &asked {
        ensure!(times.len() >= 3, "{one:?} was asked about at {times:?} in five hours");
        let gaps = times.iter().zip(times.iter().skip(1)).map(|(a, b)| b - a);
        ensure!(gaps.min() >= Some(Span::minutes(55).0), "{one:?} was asked about at {times:?}");
    }
    Ok(())
}

/// What has become of each.
async fn has_ended(left: &LeftAlone) -> Result<()> {
    for (name, want) in [
        ("goes.on", SubscriptionStatus::Active),
        ("fails", SubscriptionStatus::Canceled),
        ("ends", SubscriptionStatus::Canceled),
        ("pauses", SubscriptionStatus::Canceled),
        (KEPT_UNPAID.1, SubscriptionStatus::Canceled),
    ] {
        let (status, _) = left.one(name).await?;
        ensure!(status == want, "{name}: {status:?}");
    }
    for (name, want) in [
        ("held", "expired"),
        ("left", "expired"),
        ("declined", "expired"),
        ("slow", "failed"),
        ("arrives", "paid"),
        ("bounces", "failed"),
        ("paid", "paid"),
        ("disputed", "paid"),
    ] {
        let state = left.order_of(name)?.row(&left.server).await?.state;
        ensure!(state.code() == want, "{name}: {state:?}");
    }
    let missing: Vec<_> = STATES
        .iter()
        .map(|(object, state, _)| (*object, *state))
        .filter(|(object, state)| {
            !left.seen.contains(&(*object, (*state).to_owned())) && !NOT_SEEN.contains(&(*object, *state))
        })
        .collect();
    ensure!(missing.is_empty(), "these states were not seen: {missing:?}");
    is_paid_out(left).await
}

/// The platform has laid out the fees of disputes, so its account covers not all that the team is owed. What it lacks waits, and nothing
/// is refused for it: only what the bank did not take came back.
async fn is_paid_out(left: &LeftAlone) -> Result<()> {
    let made = left.server.payouts().await?;
    let of = |state: PayoutState| made.iter().filter(|one| one.state == state).count();
    ensure!(of(PayoutState::Returned) == 1 && of(PayoutState::Paid) >= 3, "{made:#?}");
    ensure!(left.server.mails("maya@demo.example", "Your payout failed").await? == 1, "once");
    let sums = agrees(&left.server).await?;
    let waits: i64 = made
        .iter()
        .filter(|one| !one.state.is_over() && one.transfer.is_none())
        .map(|one| one.amount.minor)
        .sum();
    ensure!(sums["provider:available"] >= 0 && sums["payouts"] == -waits, "{sums:?}: {made:#?}");
    Ok(())
}

async fn after_a_year_nothing_is_left_that_is_neither_final_nor_asked_about(
    database: Database,
) -> Result<()> {
    let mut left = LeftAlone::open(database).await?;
    left.order().await?;
    for (name, card, pressed) in SUBSCRIBED {
        left.subscribe(name, card, pressed).await?;
    }
    for week in 1..=WEEKS {
        left.sweep(Span::days(7).0 / 1000 - 360).await.with_context(|| format!("week {week}"))?;
        left.is_in_order().await.with_context(|| format!("week {week}"))?;
        if week < BANKS_REST {
            left.banks_answer().await?;
        }
        if week == KEPT_UNPAID.0 {
            left.server.stand_in_does("unpaid", "on").await?;
            left.subscribe(KEPT_UNPAID.1, FAILS_LATER, "").await?;
        }
        if week == TAKEN_BACK {
            for act in ["drop_inquiry", "dispute", "lose"] {
                left.server.bank(left.order_of("inquired")?, act).await?;
            }
        }
    }
    asks_each_hour(&mut left).await?;
    has_ended(&left).await?;
    println!(
        "a year: {} rows of {} states, {} moves of the clock",
        left.rows().await?.len(),
        left.seen.len(),
        left.moves
    );
    left.server.close().await
}
