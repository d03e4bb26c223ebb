//! Passes as their creator edits them: what they open, what they cost, and in which order they are offered.

use crate::app::App;
use crate::web::{
    catalogue::manage::{line, own_space, paragraphs, taken},
    error::WebResult,
    people::{account::invalid, session::SignedIn},
};
use axum::{
    extract::{Path, RawForm, State},
    response::{IntoResponse, Redirect},
};
use domain::{
    amount::Money,
    catalogue::{
        offer::{Pass, Price, Space},
        slug,
    },
    change::Change,
    clock::Clock,
    error::StoreError,
    id::{ExperienceId, PassId, SpaceId},
};
use store::PassText;
use views::{
    catalogue::passes::{PassDraft, PassForm},
    form::FieldError,
};

pub async fn list(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let passes = app.store.passes().list(id).await?;
    let experiences = app.store.experiences().list(id).await?;
    let shell = app.shell(Some(&me.0.account), &format!("/account/spaces/{id}/access_passes"));
    Ok(views::catalogue::passes::list(&shell, &space, &passes, &experiences).into_response())
}

pub async fn new(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    page(&app, &me, &space, None, &PassDraft::default(), None).await
}

async fn page(
    app: &App,
    me: &SignedIn,
    space: &Space,
    existing: Option<&Pass>,
    draft: &PassDraft,
    error: Option<&FieldError>,
) -> WebResult {
    let experiences = app.store.experiences().list(space.id).await?;
    let form = PassForm {
        space,
        existing,
        draft,
        experiences: &experiences,
        payable: app.payments.is_some(),
        error,
    };
    let path = existing.map_or(format!("/account/spaces/{}/access_passes/new", space.id), |p| {
        format!("/account/access_passes/{}", p.id)
    });
    Ok(views::catalogue::passes::form(&app.shell(Some(&me.0.account), &path), &form).into_response())
}

/// `includes` comes once for each ticked box, which a plain form reader would refuse.
fn read(form: &[u8]) -> PassDraft {
    let mut draft = PassDraft::default();
    for (key, value) in crate::web::form_pairs(form) {
        match key.as_str() {
            "title" => draft.title = value,
            "slug" => draft.slug = value,
            "about" => draft.about = value,
            "kind" => draft.kind = value,
            "amount" => draft.amount = value,
            "currency" => draft.currency = value.parse().unwrap_or(draft.currency),
            "includes" => draft.includes.extend(value.parse::<ExperienceId>().ok()),
            _ => {}
        }
    }
    draft
}

fn checked(app: &App, draft: &PassDraft) -> Result<PassText, FieldError> {
    let title = line("title", &draft.title, 1..=80)?;
    let wanted =
        if draft.slug.trim().is_empty() { slug::from_title(&title, "pass") } else { draft.slug.clone() };
    let slug = slug::inside(&wanted).map_err(|e| FieldError::new("slug", e))?;
    let price = match draft.kind.as_str() {
        "free" => Price::Free,
        "once" if app.payments.is_none() => {
            return Err(FieldError::new("kind", "Paid passes need a payment provider; none is set up here."));
        }
        "once" => Price::Once(
            Money::parse(&draft.amount, draft.currency)
                .and_then(Money::charge)
                .map_err(|e| FieldError::new("amount", e))?,
        ),
        _ => return Err(FieldError::new("kind", "Choose free or one-time.")),
    };
    Ok(PassText {
        slug,
        title,
        about: paragraphs("about", &draft.about, 2000)?,
        price,
        includes: draft.includes.clone(),
    })
}

pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    RawForm(form): RawForm,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = read(&form);
    let text = match checked(&app, &draft) {
        Ok(text) => text,
        Err(error) => return Ok(invalid(page(&app, &me, &space, None, &draft, Some(&error)).await?)),
    };
    match app.store.passes().create(id, &text, app.clock.now()).await {
        Ok(_) => Ok(back(id)),
        Err(StoreError::Conflict(what)) => {
            Ok(invalid(page(&app, &me, &space, None, &draft, Some(&conflict(what))).await?))
        }
        Err(error) => Err(error.into()),
    }
}

fn conflict(what: &str) -> FieldError {
    if what == "includes" {
        FieldError::new("includes", "Choose experiences of this space.")
    } else {
        taken()
    }
}

fn back(space: SpaceId) -> axum::response::Response {
    Redirect::to(&format!("/account/spaces/{space}/access_passes")).into_response()
}

pub async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let space = own_space(&app, &me, pass.space).await?;
    page(&app, &me, &space, Some(&pass), &PassDraft::from(&pass), None).await
}

pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    RawForm(form): RawForm,
) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let space = own_space(&app, &me, pass.space).await?;
    let draft = read(&form);
    let text = match checked(&app, &draft) {
        Ok(text) => text,
        Err(error) => return Ok(invalid(page(&app, &me, &space, Some(&pass), &draft, Some(&error)).await?)),
    };
    match app.store.passes().update(id, &text, app.clock.now()).await {
        Ok(_) => {
            app.services.changed(&[Change::Pass { space: space.id, pass: id }]);
            Ok(back(space.id))
        }
        Err(StoreError::Conflict(what)) => {
            Ok(invalid(page(&app, &me, &space, Some(&pass), &draft, Some(&conflict(what))).await?))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn earlier(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    shift(&app, &me, id, -1).await
}

pub async fn later(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    shift(&app, &me, id, 1).await
}

async fn shift(app: &App, me: &SignedIn, id: PassId, by: isize) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    own_space(app, me, pass.space).await?;
    let mut order: Vec<PassId> =
        app.store.passes().list(pass.space).await?.into_iter().map(|p| p.id).collect();
    if let Some(at) = order.iter().position(|p| *p == id) {
        let to = at.saturating_add_signed(by).min(order.len() - 1);
        order.swap(at, to);
        app.store.passes().reorder(pass.space, &order).await?;
    }
    Ok(back(pass.space))
}

pub async fn withdraw(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    own_space(&app, &me, pass.space).await?;
    app.store.passes().withdraw(id, app.clock.now()).await?;
    app.services.changed(&[Change::Pass { space: pass.space, pass: id }]);
    Ok(back(pass.space))
}
