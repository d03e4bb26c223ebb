//! Calling a show off with refunds for its buyers: the decision, and how far its refunds are.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        error::{OWES_PASSKEY, WebError, WebResult, refused, too_often},
        extract::Path,
        flash,
        follow::Right,
        form_pairs,
        people::session::SignedIn,
        pump::Pumps,
        snapshots,
    },
};
use axum::{
    extract::{RawForm, State},
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::quota,
    change::{Bus, Change},
    id::{AccountId, PassId, SpaceId, StreamId},
    live::stream::StreamState,
};
use maud::Markup;
use service::{
    ServiceError, ServiceResult,
    money::back::show_refunds::{self as refunds, ShowProgress, ShowRefundWish},
};
use std::time::Duration;
use tokio::{sync::broadcast, time::timeout};
use views::{
    Picture,
    form::{Errors, FieldError, WHOLE_FORM},
    money::back::show_refunds::{
        self as pages, FORM, FailedRow, ShowRefundDraft, ShowRefundPage, ShowRefundState,
    },
    t,
};

/// How often to look while nothing changes: a refund may have had its time.
const LOOK: Duration = Duration::from_secs(5);

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    match refunds::progress(&app.services, me.0.account.id, id).await? {
        Some(found) => {
            let shell = app.shell(Some(&me.0.account), &pages::path(id));
            Ok(shown(&found, |state| pages::progress(&shell, state)).into_response())
        }
        None => form(&app, &me, id, &ShowRefundDraft::default(), &Errors::default()).await,
    }
}

async fn form(
    app: &App,
    me: &SignedIn,
    id: StreamId,
    draft: &ShowRefundDraft,
    errors: &Errors,
) -> WebResult<Response> {
    let stakes = refunds::stakes(&app.services, me.0.account.id, id).await?;
    let page = ShowRefundPage {
        space: &stakes.space,
        stream: id,
        title: &stakes.stream.title,
        goes_on: stakes.stream.state != StreamState::Ended,
        over: !stakes.may_be_called_off(),
        dues: &stakes.dues,
        draft,
        errors,
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &page).into_response())
}

fn shown<T>(found: &ShowProgress, draw: impl FnOnce(&ShowRefundState<'_>) -> T) -> T {
    let failed: Vec<FailedRow> = found
        .failed
        .iter()
        .map(|one| FailedRow { order: one.purchase, number: one.number, amount: one.amount, why: one.why })
        .collect();
    draw(&ShowRefundState {
        space: &found.space,
        stream: found.show.stream,
        title: &found.show.title,
        decided_at: found.show.created_at,
        listed: found.show.listed_at.is_some(),
        sums: &found.sums,
        failed: &failed,
    })
}

/// The fields beside the passes.
const FIELDS: usize = 8;

/// The form exactly as sent. `passes` is repeated for each ticked box.
fn read(form: &[u8]) -> (ShowRefundDraft, String) {
    let (mut draft, mut seen) = (ShowRefundDraft::default(), String::new());
    for (key, value) in form_pairs(form, quota::PASSES as usize + FIELDS) {
        match key.as_str() {
            "name" => draft.typed = value,
            "seen" => seen = value,
            "passes" => draft.passes.push(value),
            _ => {}
        }
    }
    (draft, seen)
}

/// `POST /account/streams/{id}/refunds`: calls the show off; jobs refund its buyers.
pub async fn decide(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    RawForm(body): RawForm,
) -> WebResult {
    let by = me.0.account.id;
    let (draft, seen) = read(&body);
    let passes: Result<Vec<PassId>, _> = draft.passes.iter().map(|pass| pass.parse()).collect();
    let wish = ShowRefundWish { passes: passes.unwrap_or_default(), typed: draft.typed.clone(), seen };
    let errors = match refunds::decide(&app.services, by, id, &wish).await {
        Ok(_) => return Ok(flash::redirect(&app, &pages::path(id), &t!("showrefund-decided-done"))),
        Err(ServiceError::Conflict("decided")) => {
            return Ok(flash::refuse(&app, &pages::path(id), &t!("showrefund-already")));
        }
        Err(ServiceError::Conflict("state")) => return Err(WebError::conflict(t!("showrefund-over"))),
        Err(ServiceError::Conflict("passes")) => one("passes", t!("showrefund-choose")),
        Err(ServiceError::Conflict("seen")) => one(WHOLE_FORM, t!("showrefund-changed")),
        Err(ServiceError::Conflict("name")) => {
            let title = app.store.streams().by_id(id).await?.title;
            one("name", t!("showrefund-other-name", title = title))
        }
        Err(ServiceError::TooMany { limit, what, wait }) => too_often(FORM, limit, what, wait),
        Err(error) => return Err(error.into()),
    };
    Ok(refused(form(&app, &me, id, &draft, &errors).await?, &errors))
}

fn one(field: &'static str, words: impl Into<String>) -> Errors {
    Errors::one(FORM, FieldError { field, message: words.into() })
}

/// `POST /account/streams/{id}/refunds/retry`: tries those that failed once more.
pub async fn try_again(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    // Of a show whose refunds were not decided nothing is told to others.
    owned(&app, &me, id).await?;
    match refunds::try_again(&app.services, me.0.account.id, id).await {
        Ok(count) => Ok(flash::redirect(&app, &pages::path(id), &t!("showrefund-again", count = count))),
        Err(ServiceError::Conflict("none")) => Err(WebError::conflict(t!("showrefund-none"))),
        Err(error) => Err(error.into()),
    }
}

/// The refunds of a show of the caller's team.
///
/// # Errors
/// `404` for everybody else, `409` if they were not decided.
async fn owned(app: &App, me: &SignedIn, id: StreamId) -> WebResult<ShowProgress> {
    let by = me.0.account.id;
    match refunds::progress(&app.services, by, id).await? {
        Some(found) => Ok(found),
        None => {
            refunds::stakes(&app.services, by, id).await?;
            Err(WebError::conflict(t!("showrefund-none")))
        }
    }
}

/// The open page of a member of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefundsSubject {
    stream: StreamId,
    space: SpaceId,
    viewer: AccountId,
    /// Whose session began with a passkey sees what the team keeps for those.
    passkey: bool,
}

/// The pumps of all such pages, and what notifies them.
pub struct RefundPages {
    pumps: Pumps<RefundsSubject>,
    changes: broadcast::Sender<SpaceId>,
}

impl RefundPages {
    pub fn new(bus: &dyn Bus) -> Self {
        let changes = broadcast::Sender::new(snapshots::KEPT);
        let sender = changes.clone();
        bus.listen(Box::new(move |change| {
            // A refund gives a seat back.
            if let Change::Stock { space, .. } | Change::Team { space, .. } = *change {
                // Fails while no page is open.
                let _ = sender.send(space);
            }
        }));
        Self { pumps: Pumps::default(), changes }
    }
}

impl snapshots::Subject for RefundsSubject {
    const PAGE: &'static str = "show_refunds";
    const GONE: &'static str = "page-ended";
    type Changes = broadcast::Receiver<SpaceId>;

    fn pumps(app: &App) -> &Pumps<Self> {
        &app.refund_pages.pumps
    }

    fn listen(&self, app: &App) -> Self::Changes {
        app.refund_pages.changes.subscribe()
    }

    async fn changed(&self, changes: &mut Self::Changes) {
        let _ = timeout(LOOK, snapshots::await_change(changes, |space| *space == self.space)).await;
    }

    async fn picture(&self, app: &App) -> WebResult<Picture> {
        let found: ServiceResult<Option<ShowProgress>> = service::as_sender(
            service::Sender::reading(self.passkey),
            refunds::progress(&app.services, self.viewer, self.stream),
        )
        .await;
        match found {
            Ok(Some(found)) => Ok(shown(&found, pages::picture)),
            // Whoever may not see it any more has no page.
            Ok(None) | Err(ServiceError::Role) => Err(WebError::not_found()),
            Err(error) => {
                let error = WebError::from(error);
                Err(if error.code == OWES_PASSKEY { WebError::not_found() } else { error })
            }
        }
    }
}

pub async fn fragment(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult<Markup> {
    Ok(shown(&owned(&app, &me, id).await?, pages::picture).frame())
}

pub async fn events(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<StreamId>,
    address: ClientAddress,
) -> WebResult {
    let who = me.0.identity();
    let subject = async {
        let space = owned(&app, &me, id).await?.show.space;
        Ok::<_, WebError>(RefundsSubject { stream: id, space, viewer: who.account, passkey: who.passkey })
    };
    snapshots::follow_found(&app, subject, Right::Session(who), address).await
}
