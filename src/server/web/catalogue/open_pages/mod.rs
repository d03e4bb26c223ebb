//! Open pages of spaces follow what their team edits: names, texts, pictures, passes, prices, publication. One pump serves all
//! visitors who are not signed in, and one each person, because what somebody holds is on the page.

use super::spaces::Shown;
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
use store::Viewer;
use tokio::sync::{Semaphore, broadcast};
use views::{Picture, catalogue::followed};

/// Pages that are rendered at once: after an edit, those of a crowd take turns.
const RENDERED: usize = 4;

/// An open page of a space, as one person or any visitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    space: SpaceId,
    viewer: Option<AccountId>,
}

/// What was changed: a space for everybody, or for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    space: SpaceId,
    account: Option<AccountId>,
}

impl Changed {
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
            | Change::GrantEnded { space, account, .. } => (space, Some(account)),
            Change::Account { .. }
            | Change::Terms { .. }
            | Change::SessionEnded { .. }
            | Change::SessionClosed { .. }
            | Change::KeysRenewed { .. }
            | Change::Posts { .. }
            | Change::RoomRewritten { .. } => return None,
        };
        Some(Self { space, account })
    }

    fn concerns(self, page: &Subject) -> bool {
        self.space == page.space && self.account.is_none_or(|account| page.viewer == Some(account))
    }
}

/// The pumps of all open pages of spaces, and what notifies them.
pub struct SpacePages {
    pumps: Pumps<Subject>,
    changes: broadcast::Sender<Changed>,
    renders: Semaphore,
}

impl SpacePages {
    pub fn new(bus: &dyn Bus) -> Self {
        let changes = broadcast::Sender::new(snapshots::KEPT);
        let sender = changes.clone();
        bus.listen(Box::new(move |change| {
            if let Some(changed) = Changed::by(change) {
                // Fails while no page is open.
                let _ = sender.send(changed);
            }
        }));
        Self { pumps: Pumps::default(), changes, renders: Semaphore::new(RENDERED) }
    }
}

impl snapshots::Subject for Subject {
    const PAGE: &'static str = "space";
    const GONE: &'static str = "page-space-gone";
    type Changes = broadcast::Receiver<Changed>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.space_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.space_pages.changes.subscribe()
    }

    async fn changed(&self, changes: &mut Self::Changes) {
        snapshots::await_change(changes, |changed| changed.concerns(self)).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let _turn = app.space_pages.renders.acquire().await;
        let viewer = Viewer { account: self.viewer, now: app.clock.now() };
        let visit = app.store.access().visit_by_id(self.space, viewer).await?;
        let visit = visit.filter(|visit| visit.role.is_some() || visit.space.published_at.is_some());
        let shown = Shown::read(app, self.viewer, visit.ok_or_else(WebError::not_found)?).await?;
        let (signed_in, others) = (self.viewer.is_some(), shown.not_offered());
        Ok(shown.draw(app, None, "", |page| followed::picture(page, signed_in, &others)))
    }
}

fn subject(visitor: &Visitor, space: SpaceId) -> Subject {
    Subject { space, viewer: visitor.account().map(|me| me.id) }
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
