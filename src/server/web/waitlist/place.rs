//! A person's own place on the list of a pass. After each change one reading of the list serves all open pages of that pass.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{WebError, WebResult},
        extract::Path,
        flash,
        follow::Right,
        people::session::SignedIn,
        pump::Pumps,
        snapshots::{self, Subject as _},
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    catalogue::offer::{Pass, Space},
    change::{Bus, Change},
    clock::Clock,
    error::StoreError,
    id::{PassId, WaitlistEntryId},
    waitlist::entry::{Board, EntryKind},
};
use maud::Markup;
use service::waitlist::{
    self,
    charges::{self, CardDesk},
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Mutex, broadcast};
use views::{
    Picture, t,
    waitlist::{
        card::CardChoice,
        entry::{self as pages, WaitlistPlace, path},
    },
};

/// Lists that are remembered.
const MOST: usize = 1_000;

/// The list of a pass as it was last read, with what its pages show beside it.
struct WaitlistSnapshot {
    board: Board,
    pass: Pass,
    space: Space,
}

/// The pumps of all open pages of people who wait, what notifies them, and the lists as they were last read.
pub struct WaitlistPages {
    pumps: Pumps<WaitlistEntryPage>,
    changes: broadcast::Sender<PassId>,
    /// Counts the changes of all lists. What was read before a change is never shown after it.
    count: Arc<AtomicU64>,
    read: Mutex<HashMap<PassId, (u64, Arc<WaitlistSnapshot>)>>,
}

impl WaitlistPages {
    pub fn new(bus: &dyn Bus) -> Self {
        let (changes, count) = (broadcast::Sender::new(snapshots::KEPT), Arc::<AtomicU64>::default());
        let (sender, counted) = (changes.clone(), Arc::clone(&count));
        bus.listen(Box::new(move |change| {
            if let Change::Waitlist { pass, .. } | Change::Pass { pass, .. } = *change {
                counted.fetch_add(1, Ordering::AcqRel);
                // Fails while no page is open.
                let _ = sender.send(pass);
            }
        }));
        Self { pumps: Pumps::default(), changes, count, read: Mutex::default() }
    }

    /// The list as it is now. Pages that ask at once wait for one reading.
    async fn read(&self, app: &App, pass: PassId) -> Result<Arc<WaitlistSnapshot>, StoreError> {
        let asked_at = self.count.load(Ordering::Acquire);
        let mut known = self.read.lock().await;
        if let Some((at, reading)) = known.get(&pass)
            && *at >= asked_at
        {
            return Ok(Arc::clone(reading));
        }
        let at = self.count.load(Ordering::Acquire);
        let board = app.store.waitlists().board(pass).await?;
        let pass_row = app.store.passes().by_id(pass).await?;
        let space = app.store.spaces().by_id(pass_row.space).await?;
        let reading = Arc::new(WaitlistSnapshot { board, pass: pass_row, space });
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(pass, (at, Arc::clone(&reading)));
        Ok(reading)
    }
}

/// An open page of somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WaitlistEntryPage {
    pass: PassId,
    entry: WaitlistEntryId,
    applies: bool,
}

impl snapshots::Subject for WaitlistEntryPage {
    const PAGE: &'static str = "waitlist";
    const GONE: &'static str = "page-ended";
    type Changes = broadcast::Receiver<PassId>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.waitlist_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.waitlist_pages.changes.subscribe()
    }

    async fn changed(&self, changes: &mut Self::Changes) {
        snapshots::await_change(changes, |pass| *pass == self.pass).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let reading = app.waitlist_pages.read(app, self.pass).await?;
        let standing = reading.board.get(self.entry).ok_or_else(WebError::not_found)?;
        let kind = if self.applies { EntryKind::Application } else { EntryKind::Queue };
        Ok(pages::picture(&WaitlistPlace {
            space: &reading.space,
            pass: &reading.pass,
            entry: self.entry,
            kind,
            standing: standing.now(app.clock.now()),
        }))
    }
}

async fn subject(app: &App, me: &SignedIn, id: WaitlistEntryId) -> WebResult<WaitlistEntryPage> {
    let entry = waitlist::own(&app.services, me.0.account.id, id).await?;
    Ok(WaitlistEntryPage { pass: entry.pass, entry: id, applies: entry.kind == EntryKind::Application })
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<WaitlistEntryId>) -> WebResult {
    let entry = waitlist::own(&app.services, me.0.account.id, id).await?;
    let standing = app.store.waitlists().standing(id).await?.now(app.clock.now());
    let pass = app.store.passes().by_id(entry.pass).await?;
    let space = app.store.spaces().by_id(entry.space).await?;
    let place = WaitlistPlace { space: &space, pass: &pass, entry: id, kind: entry.kind, standing };
    let desk = charges::desk(&app.services, &entry, &pass).await?;
    let card = desk.as_ref().map(choice);
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(id)), &place, card.as_ref()).into_response())
}

fn choice(desk: &CardDesk) -> CardChoice<'_> {
    let agreed = desk.charge.as_ref().map(|charge| {
        let card = desk.cards.iter().find(|saved| charge.card.as_deref() == Some(saved.id.as_str()));
        (charge.price, card)
    });
    CardChoice { price: desk.price, agreed, cards: &desk.cards, refunds: desk.refunds }
}

pub async fn fragment(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<WaitlistEntryId>,
) -> WebResult<Markup> {
    Ok(subject(&app, &me, id).await?.picture(&app).await?.frame())
}

pub async fn events(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<WaitlistEntryId>,
    address: ClientAddress,
) -> WebResult {
    let right = Right::Session(me.0.identity());
    snapshots::follow_found(&app, subject(&app, &me, id), right, address).await
}

pub async fn leave(State(app): State<App>, me: SignedIn, Path(id): Path<WaitlistEntryId>) -> WebResult {
    waitlist::leave(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &t!("waitlist-leave-done")))
}
