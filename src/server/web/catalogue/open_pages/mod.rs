//! Open pages of spaces follow what their team edits: names, texts, pictures, passes, prices, publication. One pump serves all
//! visitors who are not signed in, and one each person, because what somebody holds is on the page.

pub mod sales;

use super::spaces::SpaceView;
use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{WebError, WebResult},
        extract::Path,
        follow::Right,
        people::session::Visitor,
        pump::Pumps,
        snapshots::{self, Subject as _},
    },
};
use axum::extract::State;
use domain::{
    change::{Bus, Change},
    clock::Clock,
    id::{AccountId, SpaceId},
};
use maud::Markup;
use sales::{Sales, Tickets};
use std::sync::Arc;
use store::Viewer;
use tokio::sync::{Semaphore, broadcast};
use views::{Picture, catalogue::followed};

/// Pages that are rendered at once: after an edit, those of a crowd take turns.
const RENDERED: usize = 4;
/// Changes that a pump may be behind. Many people may get passes of one space within the half second between two pictures.
const KEPT: usize = 4096;

/// An open page of a space, as one person or any visitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenSpacePage {
    space: SpaceId,
    viewer: Option<AccountId>,
}

/// What was changed: a space for everybody, or for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpaceChange {
    space: SpaceId,
    account: Option<AccountId>,
}

impl SpaceChange {
    fn by(change: &Change) -> Option<Self> {
        let (space, account) = match *change {
            Change::Space { space }
            | Change::Pass { space, .. }
            | Change::SpaceClosed { space }
            | Change::SpaceSuspended { space }
            | Change::StreamDeleted { space, .. } => (space, None),
            Change::Access { space, account }
            | Change::Team { space, account }
            | Change::Banned { space, account }
            | Change::RoomAccessLost { space, account, .. }
            | Change::DeviceMoved { space, account, .. }
            | Change::GrantSuspended { space, account, .. }
            | Change::GrantEnded { space, account, .. } => (space, Some(account)),
            Change::Account { .. }
            | Change::Terms { .. }
            | Change::Refunds { .. }
            | Change::SessionEnded { .. }
            | Change::SessionClosed { .. }
            | Change::KeysRenewed { .. }
            | Change::Posts { .. }
            | Change::Stock { .. }
            | Change::Waitlist { .. }
            | Change::RoomRewritten { .. } => return None,
        };
        Some(Self { space, account })
    }

    /// It concerns everybody who looks at the space.
    fn is_of_all(self, space: SpaceId) -> bool {
        self.space == space && self.account.is_none()
    }

    fn concerns(self, page: &OpenSpacePage) -> bool {
        self.space == page.space && self.account.is_none_or(|account| page.viewer == Some(account))
    }
}

/// The pumps of all open pages of spaces, and what notifies them.
pub struct SpacePages {
    pumps: Pumps<OpenSpacePage>,
    tickets: Pumps<Tickets>,
    changes: broadcast::Sender<SpaceChange>,
    /// Spaces of which passes were taken, held or given back.
    sold: broadcast::Sender<SpaceId>,
    sales: Arc<Sales>,
    renders: Semaphore,
}

impl SpacePages {
    pub fn new(bus: &dyn Bus) -> Self {
        let (changes, sold) = (broadcast::Sender::new(KEPT), broadcast::Sender::new(snapshots::KEPT));
        let (sender, seller) = (changes.clone(), sold.clone());
        let sales = Arc::<Sales>::default();
        let known = Arc::clone(&sales);
        bus.listen(Box::new(move |change| {
            if let Change::Stock { space, .. } | Change::Pass { space, .. } | Change::Space { space } = change
            {
                known.change(*space);
            }
            if let Change::Stock { space, .. } = change {
                let _ = seller.send(*space);
            }
            if let Some(changed) = SpaceChange::by(change) {
                // Fails while no page is open.
                let _ = sender.send(changed);
            }
        }));
        let (pumps, tickets) = (Pumps::default(), Pumps::default());
        Self { pumps, tickets, changes, sold, sales, renders: Semaphore::new(RENDERED) }
    }
}

/// What a pump of a space hears: edits, sales, and the moments at which a sale opens or closes.
pub struct SpaceListener {
    app: App,
    changes: broadcast::Receiver<SpaceChange>,
    sold: broadcast::Receiver<SpaceId>,
    /// The last that was heard concerns the sale alone.
    only_sale: bool,
}

impl SpaceListener {
    fn from_now(app: &App) -> Self {
        let (changes, sold) = (app.space_pages.changes.subscribe(), app.space_pages.sold.subscribe());
        Self { app: app.clone(), changes, sold, only_sale: false }
    }

    /// Waits until something concerns a page. Edits are not lost when a sale comes before them: they come next.
    async fn next(&mut self, space: SpaceId, concerns: impl Fn(&SpaceChange) -> bool) {
        let clock = &self.app.clock;
        let at = self.app.space_pages.sales.next_change(space, clock.now());
        let turn = async move {
            match at {
                Some(at) => clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let edited = snapshots::await_change(&mut self.changes, concerns);
        let sold = snapshots::await_change(&mut self.sold, |of| *of == space);
        self.only_sale = tokio::select! {
            biased;
            () = edited => false,
            () = sold => true,
            () = turn => true,
        };
    }
}

impl snapshots::Subject for OpenSpacePage {
    const PAGE: &'static str = "space";
    const GONE: &'static str = "page-space-gone";
    type Changes = SpaceListener;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.space_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        SpaceListener::from_now(app)
    }

    async fn changed(&self, heard: &mut Self::Changes) {
        heard.next(self.space, |changed| changed.concerns(self)).await;
    }

    /// Sales follow each other fast, and each page of a person would cost a reading of its own.
    async fn part(&self, app: &App, heard: &mut Self::Changes) -> WebResult<Option<Picture>> {
        if !heard.only_sale {
            return Ok(None);
        }
        let passes = sales::read(app, self.space).await?;
        Ok(Some(sales::picture(&passes, None, app.clock.now())))
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let _turn = app.space_pages.renders.acquire().await;
        let viewer = Viewer { account: self.viewer, now: app.clock.now() };
        let visit = app.store.access().visit_by_id(self.space, viewer).await?;
        let visit = visit.filter(|visit| visit.role.is_some() || visit.space.published_at.is_some());
        let at = app.space_pages.sales.begin(self.space);
        let shown = SpaceView::read(app, self.viewer, visit.ok_or_else(WebError::not_found)?).await?;
        app.space_pages.sales.keep(self.space, at, shown.passes());
        let (signed_in, others) = (self.viewer.is_some(), shown.not_listed());
        Ok(shown.draw(app, None, "", |page| followed::picture(page, signed_in, &others)))
    }
}

fn subject(visitor: &Visitor, space: SpaceId) -> OpenSpacePage {
    OpenSpacePage { space, viewer: visitor.account().map(|me| me.id) }
}

pub async fn fragment(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<SpaceId>,
) -> WebResult<Markup> {
    Ok(subject(&visitor, id).picture(&app).await?.frame())
}

pub async fn events(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<SpaceId>,
    address: ClientAddress,
) -> WebResult {
    let right = visitor.identity().map_or(Right::Public, Right::Session);
    snapshots::follow(&app, subject(&visitor, id), right, address).await
}
