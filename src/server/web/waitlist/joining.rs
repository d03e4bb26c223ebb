//! Applying for a pass, or standing in line for one that is sold out. Both work without scripts.

use crate::{
    app::App,
    web::{
        catalogue::spaces::{Seen, see},
        error::{WebError, WebResult, refused, too_often},
        extract::Path,
        flash,
        money::checkouts::{outdated, read_wish, wrong},
        people::session::{SignedIn, Visitor},
    },
};
use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    catalogue::{
        offer::{NotOffered, Pass, Space},
        slug::page_path,
    },
    money::selling::Waitlist,
};
use service::{ServiceError, waitlist};
use store::Resolved;
use views::{
    catalogue::{
        pass::{PURCHASE, WishDraft},
        ticket::waitlist_path,
    },
    form::Errors,
    t,
    waitlist::{
        entry::path,
        joining::{self as pages, JoinPage},
    },
};

/// A pass that keeps a list, in a space that this person may see.
async fn find(app: &App, me: &SignedIn, space: &str, slug: &str) -> WebResult<(Space, Pass)> {
    let visitor = Visitor(Some(me.0.clone()));
    let Seen::Here(visit) = see(app, &visitor, space).await? else {
        return Err(WebError::not_found());
    };
    let Resolved::Pass(id) = app.store.spaces().resolve(visit.space.id, slug).await? else {
        return Err(WebError::not_found());
    };
    let pass = app.store.passes().by_id(id).await?;
    if pass.selling.waitlist == Waitlist::Off || !pass.is_offered() {
        return Err(WebError::not_found());
    }
    if visit.role.is_some() {
        return Err(ServiceError::NotOffered(NotOffered::Team).into());
    }
    if visit.kept_out.is_some() {
        return Err(ServiceError::NotOffered(NotOffered::Banned).into());
    }
    Ok((visit.space, pass))
}

pub async fn page(
    State(app): State<App>,
    me: SignedIn,
    Path((space, slug)): Path<(String, String)>,
) -> WebResult {
    let (space, pass) = find(&app, &me, &space, &slug).await?;
    let entry = app.store.waitlists().of_person(pass.id, me.0.account.id).await?;
    if let Some(entry) = entry.filter(|entry| !entry.state.may_return()) {
        return Ok(Redirect::to(&path(entry.id)).into_response());
    }
    show(&app, &me, &space, &pass, &WishDraft::default(), &Errors::default())
}

fn show(
    app: &App,
    me: &SignedIn,
    space: &Space,
    pass: &Pass,
    draft: &WishDraft,
    errors: &Errors,
) -> WebResult {
    let shell = app.shell(Some(&me.0.account), &waitlist_path(space, pass));
    Ok(pages::page(&shell, &JoinPage { space, pass, draft, errors }).into_response())
}

pub async fn join(
    State(app): State<App>,
    me: SignedIn,
    Path((space, slug)): Path<(String, String)>,
    form: Bytes,
) -> WebResult {
    let (space, pass) = find(&app, &me, &space, &slug).await?;
    let (draft, asked) = read_wish(&form);
    let joined = match outdated(asked.as_deref(), &pass) {
        Some(errors) => Err(errors),
        None => match waitlist::join(&app.services, me.0.account.id, pass.id, &draft.answers).await {
            Ok(entry) => Ok(entry),
            Err(ServiceError::Conflict("seats")) => {
                let page = page_path(&space.slug, &pass.slug);
                return Ok(flash::redirect(&app, &page, &t!("waitlist-seats")));
            }
            Err(error) => Err(not_joined(error)?),
        },
    };
    match joined {
        Ok(entry) => Ok(flash::redirect(&app, &path(entry), &t!("waitlist-joined"))),
        Err(errors) => Ok(refused(show(&app, &me, &space, &pass, &draft, &errors)?, &errors)),
    }
}

/// Why somebody does not get on the list, for the form; what the form cannot mend ends the request.
fn not_joined(error: ServiceError) -> WebResult<Errors> {
    let words = match error {
        ServiceError::TooMany { limit, what, wait } => return Ok(too_often(PURCHASE, limit, what, wait)),
        ServiceError::Conflict("held") => t!("waitlist-held"),
        ServiceError::Conflict("rejected") => t!("waitlist-decided"),
        ServiceError::Conflict("entries") => t!("waitlist-full"),
        ServiceError::Conflict("own_entries") => t!("waitlist-too-many"),
        error => return wrong(error),
    };
    Err(WebError::conflict(words))
}
