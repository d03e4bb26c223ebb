//! The passes that a person holds, with what of it is live and comes next, and their payments: both follow what happens.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        catalogue::on_air::planned,
        error::WebResult,
        follow::Right,
        people::{
            account::{doors, held},
            session::SignedIn,
        },
        pump::Pumps,
        snapshots::{self, Subject as _},
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    change::{Bus, Change},
    clock::Clock,
    id::{AccountId, CheckoutId},
    money::{
        checkout::{Checkout, Payment},
        settlement::Refund,
    },
    time::Millis,
};
use maud::Markup;
use service::money::buying::cards;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::{Holding, Purchase, Show};
use tokio::{sync::watch, time::timeout};
use views::{
    Picture,
    live::now::Coming,
    money::purchases::{self, Bought, Held},
};

/// How often to look while no stream changes: a pass may end, be bought or be refunded.
const LOOK: Duration = Duration::from_secs(5);
/// Payments are read after each change that concerns their buyer. As seldom as every so many looks, also without one: an order may have
/// run out.
const LOOKS_AT_PAYMENTS: u32 = 12;
/// Planned shows on the page.
const NEXT: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HoldingsPage(AccountId);

/// What the page shows of them.
struct Holdings {
    now: Millis,
    holdings: Vec<Holding>,
    coming: Vec<Show>,
}

impl Holdings {
    async fn read(app: &App, account: AccountId) -> WebResult<Self> {
        let now = app.clock.now();
        let holdings = app.store.access().holdings(account, now).await?;
        let coming = app.store.spaces().held_shows(account, now, NEXT).await?;
        Ok(Self { now, holdings, coming })
    }

    fn show<T>(&self, draw: impl FnOnce(&[Held<'_>], &[Coming<'_>]) -> T) -> T {
        let doors: Vec<_> = self.holdings.iter().map(doors).collect();
        let passes: Vec<Held> = self.holdings.iter().zip(&doors).map(|(h, d)| held(h, d, self.now)).collect();
        let coming: Vec<Coming> = self.coming.iter().filter_map(planned).collect();
        draw(&passes, &coming)
    }
}

/// A person's orders, with what became of their money.
struct OwnOrders {
    orders: Vec<(Checkout, String)>,
    purchases: Vec<Purchase>,
}

impl OwnOrders {
    async fn read(app: &App, account: AccountId) -> WebResult<Self> {
        let orders = app.store.checkouts().of_account(account).await?;
        Ok(Self { orders, purchases: app.store.purchases().of_account(account).await? })
    }

    fn refund(&self, checkout: CheckoutId) -> Refund {
        let found = self.purchases.iter().find(|purchase| purchase.checkout == checkout);
        found.map_or(Refund::None, |purchase| purchase.money().refund())
    }

    fn bought(&self, now: Millis) -> Vec<Bought<'_>> {
        // A subscription is paid by its invoices, of which each is an order.
        let shown = self.orders.iter().filter(|(c, _)| c.plan.is_none() || c.state != Payment::Paid);
        let bought = shown.map(|(c, space_name)| Bought {
            title: &c.title,
            space_name,
            amount: c.amount,
            at: c.created_at,
            checkout: c.id,
            purchase: c.purchase,
            state: c.state,
            ended: c.ended_by(now),
            refund: self.refund(c.id),
        });
        bought.collect()
    }
}

/// The pumps of all such pages, and whose are open.
pub struct HoldingsPages {
    pumps: Pumps<HoldingsPage>,
    open: Arc<Mutex<OpenHoldings>>,
}

/// Counts what happens to the money or the access of each person who has such a page open, and of nobody else: however many people buy
/// at once, a page costs nothing until its own person is concerned.
#[derive(Default)]
struct OpenHoldings {
    of: HashMap<AccountId, watch::Sender<u64>>,
    /// At this size, those of closed pages are dropped.
    clean_at: usize,
}

impl OpenHoldings {
    fn listen(&mut self, account: AccountId) -> watch::Receiver<u64> {
        if self.of.len() >= self.clean_at {
            self.of.retain(|_, sender| sender.receiver_count() > 0);
            self.clean_at = (2 * self.of.len()).max(64);
        }
        self.of.entry(account).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    fn tell(&self, account: AccountId) {
        if let Some(sender) = self.of.get(&account) {
            sender.send_modify(|count| *count += 1);
        }
    }
}

fn lock(open: &Mutex<OpenHoldings>) -> MutexGuard<'_, OpenHoldings> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl HoldingsPages {
    pub fn new(bus: &dyn Bus) -> Self {
        let open = Arc::<Mutex<OpenHoldings>>::default();
        let told = Arc::clone(&open);
        bus.listen(Box::new(move |change| {
            if let Change::Access { account, .. }
            | Change::GrantSuspended { account, .. }
            | Change::GrantEnded { account, .. } = *change
            {
                lock(&told).tell(account);
            }
        }));
        Self { pumps: Pumps::default(), open }
    }
}

/// What notifies a page.
pub struct HoldingsChanges {
    streams: watch::Receiver<u64>,
    own: watch::Receiver<u64>,
    /// Looks since the payments were read.
    looks: u32,
    /// The payments are to be read, too.
    payments: bool,
}

impl snapshots::Subject for HoldingsPage {
    const PAGE: &'static str = "passes";
    const GONE: &'static str = "page-ended";
    type Changes = HoldingsChanges;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.holdings_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        let (streams, own) = (app.engine.watch_streams(), lock(&app.holdings_pages.open).listen(self.0));
        HoldingsChanges { streams, own, looks: 0, payments: false }
    }

    async fn changed(&self, changes: &mut Self::Changes) {
        let HoldingsChanges { streams, own, looks, payments } = changes;
        // The senders live in the engine that `App` holds, and in the pages while somebody listens.
        let concerns = tokio::select! {
            _ = own.changed() => true,
            _ = timeout(LOOK, streams.changed()) => false,
        };
        *looks += 1;
        *payments = concerns || *looks >= LOOKS_AT_PAYMENTS;
        if *payments {
            *looks = 0;
        }
    }

    async fn part(&self, app: &App, changes: &mut Self::Changes) -> WebResult<Option<Picture>> {
        if changes.payments {
            return Ok(None);
        }
        Ok(Some(Holdings::read(app, self.0).await?.show(purchases::held_picture)))
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let all = Holdings::read(app, self.0).await?;
        let orders = OwnOrders::read(app, self.0).await?;
        let bought = orders.bought(all.now);
        Ok(all.show(|held, coming| purchases::picture(held, coming, &bought)))
    }
}

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    let account = &me.0.account;
    let picture = HoldingsPage(account.id).picture(&app).await?;
    let saved = cards::of_account(&app.services, account.id).await?;
    let shell = app.shell(Some(account), purchases::PATH);
    Ok(purchases::page(&shell, &picture, &saved).into_response())
}

pub async fn fragment(State(app): State<App>, me: SignedIn) -> WebResult<Markup> {
    Ok(HoldingsPage(me.0.account.id).picture(&app).await?.frame())
}

pub async fn events(State(app): State<App>, me: SignedIn, address: ClientAddress) -> WebResult {
    let right = Right::Session(me.0.identity());
    snapshots::follow(&app, HoldingsPage(me.0.account.id), right, address).await
}
