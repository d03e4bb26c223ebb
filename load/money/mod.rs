//! The stampede: far more buyers than seats, all at once, while the service and the payment provider die. The tool starts both, keeps
//! its own truth of stock, money and passes, and compares it with the pages, the ledger and the provider.

mod buyer;
mod counter;
mod floor;
mod kills;
mod pages;
mod processes;
mod report;
mod stock;
mod truth;

pub use report::SaleReport;

use crate::{
    chaos::process::{self, Server},
    clock::Clock,
    measure::{
        facts::{self, Hardware},
        progress::Progress,
    },
    wire::doors::{self, Demo, Target},
};
use anyhow::{Context, Result};
use buyer::Buyer;
use counter::{Offer, SaleCounter};
use floor::Floor;
use kills::{KillCount, Killer};
use pages::OpenPages;
use processes::Bank;
use report::Wanted;
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::{sync::oneshot, task::JoinSet, time::sleep};
use truth::{SaleTerms, Sides, Tale};

/// In minor units of euros, and what the code takes off.
const PRICE: i64 = 2000;
const PERCENT: i64 = 25;
/// The demo's space, and the pass by which people are made.
const SPACE: &str = "maya";
const LOBBY: &str = "lobby";
/// The part of the time in which processes die.
const DEADLY: f64 = 0.7;
/// Each buyer thinks for up to this part of the time, several times, but never as long as an order is kept without a payment.
const THOUGHT: f64 = 1.0 / 6.0;
const LONGEST_THOUGHT_S: f64 = 120.0;
/// How long a sale may take beyond its time, and how long all may take to agree afterwards.
const GRACE: Duration = Duration::from_secs(40);
const REST_US: u64 = 20_000_000;
const LOOK: Duration = Duration::from_millis(100);

/// A sale to run.
#[derive(Clone, Copy, Debug)]
pub struct Rush {
    pub buyers: usize,
    pub seats: usize,
    /// Buyers who try the code at once, before the others come, and how often it can be used.
    pub code_buyers: usize,
    pub code_uses: usize,
    /// The least number of requests in flight at once.
    pub in_flight: usize,
    /// The least share of orders that are given up, in percent.
    pub given_up: usize,
    pub service_kills: u32,
    pub bank_kills: u32,
    /// Pages that follow how many are left.
    pub pages: usize,
    pub seconds: f64,
    pub seed: u64,
}

impl Rush {
    const fn terms(&self) -> SaleTerms {
        let cheaper = PRICE - PRICE * PERCENT / 100;
        SaleTerms { stock: self.seats, price: PRICE, cheaper, code_uses: self.code_uses }
    }

    const fn wanted(&self) -> Wanted {
        let Self { in_flight, given_up, service_kills, bank_kills, .. } = *self;
        Wanted { in_flight, given_up, service_kills, bank_kills }
    }
}

/// Runs a sale from the start of both processes to their end. `restart`: the command that starts the service.
pub async fn run(rush: &Rush, restart: Option<&str>, progress: &mut Progress) -> Result<SaleReport> {
    facts::raise_open_files(rush.buyers as u64 * 3 + 4096)?;
    let clock = Clock::new();
    progress.stage("start");
    let (at, command) = processes::service(restart)?;
    let bank = Bank::start(at).await?;
    let (command, _shed) = process::furnish(&processes::with_bank(&command, &bank))?;
    let (server, demo) = Server::start(&command).await?;
    let target = Arc::new(target(&demo)?);
    progress.tell(|| format!("{} buyers", rush.buyers));
    let data = demo.data.as_deref().context("the demo does not say where its data is")?;
    let people = doors::make_people(data, SPACE, LOBBY, rush.buyers)?;
    let name = format!("rush{:06x}", rand::random::<u32>() & 0xff_ffff);
    let Rush { seats, code_uses, .. } = *rush;
    let offer = Offer { seats, price: PRICE, percent: PERCENT, code_uses };
    let counter = SaleCounter::set_up(Arc::clone(&target), &demo.space, &name, &offer).await?;
    let pages = OpenPages::open(clock, at, &counter.space, &counter.pass, rush.pages);
    let whole_us = (rush.seconds * 1e6) as u64;
    let deadline_us = clock.us() + whole_us * 2 + GRACE.as_micros() as u64;
    let think = Duration::from_secs_f64((rush.seconds * THOUGHT).min(LONGEST_THOUGHT_S));
    let names = (counter.path.clone(), counter.code.clone());
    let floor = Arc::new(Floor::new(clock, (at, bank.at), names, think, deadline_us));
    let (stop, stopped) = oneshot::channel();
    let plan = kills::schedule(rush.service_kills, rush.bank_kills, (whole_us as f64 * DEADLY) as u64);
    let killer = Killer { clock, target, server, bank, seed: rush.seed };
    let killer = tokio::spawn(killer.run(plan, stopped));
    let begin_us = clock.us();
    progress.stage("onsale");
    let tales = crowd(&floor, rush, &people, progress).await?;
    let seconds = (clock.us() - begin_us) as f64 / 1e6;
    drop(stop);
    let (killed, server, bank) = killer.await??;
    progress.stage("compare");
    let evidence = Compared { rush, tales: &tales, people: &people, counter: &counter, bank: &bank };
    let differences = evidence.rest(clock, &pages).await?;
    let seen = pages.close().await;
    let stock = stock::judge(seats, &seen.glances, &seen.pages, &tales, &killed.outages);
    server.stop().await?;
    Ok(told(rush, &floor, &tales, &killed, (seconds, stock, differences)))
}

fn target(demo: &Demo) -> Result<Target> {
    Ok(Target {
        at: doors::loopback(&demo.url)?,
        rooms: Vec::new(),
        people: Vec::new(),
        operator: demo.cookies.operator.clone(),
        host: demo.cookies.host.clone(),
        pid: demo.pid,
    })
}

/// Lets everybody come, and waits until all are gone. First those with the code, at once.
async fn crowd(
    floor: &Arc<Floor>,
    rush: &Rush,
    people: &[String],
    progress: &mut Progress,
) -> Result<Vec<Tale>> {
    let (with_code, others) = people.split_at(rush.code_buyers);
    let mut buyers = JoinSet::new();
    for (n, cookie) in with_code.iter().enumerate() {
        let buyer = Buyer::new(Arc::clone(floor), cookie.clone(), true);
        buyers.spawn(async move { (n, buyer.come().await) });
    }
    while floor.counts.code_answered.load(Relaxed) < with_code.len() && floor.clock.us() < floor.deadline_us {
        sleep(LOOK).await;
    }
    for (n, cookie) in others.iter().enumerate() {
        let buyer = Buyer::new(Arc::clone(floor), cookie.clone(), false);
        let n = n + with_code.len();
        buyers.spawn(async move { (n, buyer.come().await) });
    }
    let mut tales = vec![Tale::default(); people.len()];
    loop {
        tokio::select! {
            gone = buyers.join_next() => match gone {
                Some(gone) => {
                    let (n, tale) = gone?;
                    tales[n] = tale;
                }
                None => return Ok(tales),
            },
            () = sleep(LOOK) => {}
        }
        let (paid, line) = (floor.counts.paid.load(Relaxed), floor.counts.in_line.load(Relaxed));
        if paid >= rush.seats || floor.clock.us() + GRACE.as_micros() as u64 / 2 >= floor.deadline_us {
            floor.close();
        }
        let here = buyers.len();
        progress.tell(|| format!("{paid} of {} paid, {line} in line, {here} here", rush.seats));
    }
}

/// Everything that is compared at the end.
struct Compared<'a> {
    rush: &'a Rush,
    tales: &'a [Tale],
    people: &'a [String],
    counter: &'a SaleCounter,
    bank: &'a Bank,
}

impl Compared<'_> {
    /// What differs when all have had time to agree.
    async fn rest(&self, clock: Clock, pages: &OpenPages) -> Result<Vec<String>> {
        let until_us = clock.us() + REST_US;
        loop {
            let read = self.counter.read(self.bank, self.people).await;
            let found = match read {
                Ok(sides) => {
                    let sides = Sides { left: pages.shown(), ..sides };
                    truth::differences(self.rush.terms(), self.tales, &sides)
                }
                Err(error) => vec![format!("{error:#}")],
            };
            if found.is_empty() || clock.us() >= until_us {
                // The last second of the open pages is judged, too.
                sleep(Duration::from_millis(1500)).await;
                return Ok(found);
            }
            sleep(LOOK * 5).await;
        }
    }
}

fn told(
    rush: &Rush,
    floor: &Floor,
    tales: &[Tale],
    killed: &KillCount,
    (seconds, stock, mut differences): (f64, stock::StockVerdict, Vec<String>),
) -> SaleReport {
    let (counts, (orders, given_up)) = (&floor.counts, report::orders(tales));
    differences.extend(report::shortcomings(rush.wanted(), counts.peak(), tales, killed));
    let is_postgres = std::env::var("DATABASE_URL").is_ok_and(|url| url.starts_with("postgres"));
    SaleReport {
        database: if is_postgres { "PostgreSQL" } else { "SQLite" },
        buyers: rush.buyers,
        seats: rush.seats,
        seconds,
        orders,
        paid: counts.paid.load(Relaxed),
        given_up,
        in_flight: counts.peak(),
        requests: counts.requests.load(Relaxed),
        unanswered: counts.unanswered.load(Relaxed),
        service_kills: killed.outages.len(),
        bank_kills: killed.banks,
        actor_kills: killed.actors,
        paid_ms: floor.times(),
        stock,
        differences,
        hardware: Hardware::read(),
    }
}
