//! The passes that a person holds: what of it is live and comes next follows what happens.

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
    clock::Clock,
    id::{AccountId, CheckoutId},
    money::settlement::Refund,
    time::Millis,
};
use maud::Markup;
use std::time::Duration;
use store::{Holding, Show};
use tokio::sync::watch;
use views::{
    Picture,
    live::now::Coming,
    money::purchases::{self, Bought, Held},
};

/// How often to look while no stream changes: a pass may end, be bought or be refunded.
const LOOK: Duration = Duration::from_secs(5);
/// Planned shows on the page.
const NEXT: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject(AccountId);

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

impl snapshots::Subject for Subject {
    const PAGE: &'static str = "passes";
    const GONE: &'static str = "page-ended";
    type Changes = watch::Receiver<u64>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.followed.holdings
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.engine.watch_streams()
    }

    async fn changed(&self, streams: &mut Self::Changes) {
        // The sender lives in the engine that `App` holds.
        let _ = tokio::time::timeout(LOOK, streams.changed()).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        Ok(Holdings::read(app, self.0).await?.show(purchases::picture))
    }
}

pub async fn page(State(app): State<App>, me: SignedIn) -> WebResult {
    let account = &me.0.account;
    let all = Holdings::read(&app, account.id).await?;
    let orders = app.store.checkouts().of_account(account.id).await?;
    let purchases = app.store.purchases().of_account(account.id).await?;
    let refund = |checkout: CheckoutId| {
        purchases.iter().find(|p| p.checkout == checkout).map_or(Refund::None, |p| p.money().refund())
    };
    let bought: Vec<Bought> = orders
        .iter()
        .map(|(c, space_name)| Bought {
            title: &c.title,
            space_name,
            amount: c.amount,
            at: c.created_at,
            checkout: c.id,
            state: c.state,
            ended: c.ended_by(all.now),
            refund: refund(c.id),
        })
        .collect();
    let shell = app.shell(Some(account), purchases::PATH);
    Ok(all.show(|held, coming| purchases::page(&shell, held, coming, &bought)).into_response())
}

pub async fn fragment(State(app): State<App>, me: SignedIn) -> WebResult<Markup> {
    Ok(Subject(me.0.account.id).picture(&app).await?.frame())
}

pub async fn events(State(app): State<App>, me: SignedIn, address: ClientAddress) -> WebResult {
    let right = Right::Session(me.0.identity());
    snapshots::follow(&app, Subject(me.0.account.id), right, address).await
}
