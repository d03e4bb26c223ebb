//! The creator's page of a space's look: cover, logo and accent.

use crate::app::App;
use crate::web::{
    catalogue::manage::own_space,
    error::{WebResult, refused},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
    upload::{self, Upload},
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::{colour::Rgb, look::Accent, offer::Space},
    id::SpaceId,
    picture::{PictureError, Purpose},
    text,
};
use serde::Deserialize;
use service::catalogue::pictures;
use std::borrow::Cow;
use views::{
    catalogue::look::{self, Look, LookDraft},
    form::{Errors, FieldError},
    in_words::InWords,
};

const ACCENT: &str = "accent";

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    Ok(show(&app, &me, &space, &LookDraft::from(&space), &Errors::default()))
}

fn show(app: &App, me: &SignedIn, space: &Space, draft: &LookDraft, errors: &Errors) -> Response {
    let shell = app.shell(Some(&me.0.account), &path(space.id));
    look::page(&shell, &Look { space, draft, errors }).into_response()
}

/// Back to the page, which says what was done or what is wrong.
fn answer(
    app: &App,
    me: &SignedIn,
    space: &Space,
    draft: &LookDraft,
    saved: Result<Cow<'_, str>, Errors>,
) -> Response {
    match saved {
        Ok(words) => flash::redirect(app, &path(space.id), &words),
        Err(errors) => refused(show(app, me, space, draft, &errors), &errors),
    }
}

/// A new cover, or other words about the one that is shown.
pub async fn cover(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    upload: Upload,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let alt = upload.alt.unwrap_or_else(|| space.cover_alt.clone());
    let draft = LookDraft { alt, ..LookDraft::from(&space) };
    let by = me.0.account.id;
    let alt = text::line(&draft.alt, 0..=200);
    let alt = alt.map_err(|error| Errors::one(Purpose::Cover.code(), FieldError::new("alt", error)));
    let saved = match (alt, upload.file) {
        (Err(errors), _) => Err(errors),
        (Ok(alt), Err(PictureError::NoFile)) if space.cover.is_some() => {
            let saved = pictures::set_cover(&app.services, by, id, None, &alt).await;
            upload::form_result("cover", saved)?.map(|()| views::t!("catalogue-cover-words-saved"))
        }
        (Ok(alt), file) => match upload::process(&app, Purpose::Cover, file).await {
            Ok(new) => {
                let saved = pictures::set_cover(&app.services, by, id, Some(&new), &alt).await;
                upload::form_result("cover", saved)?.map(|()| views::t!("catalogue-cover-saved"))
            }
            Err(errors) => Err(errors),
        },
    };
    Ok(answer(&app, &me, &space, &draft, saved))
}

pub async fn remove_cover(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    pictures::remove_cover(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &views::t!("catalogue-cover-removed")))
}

pub async fn logo(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    upload: Upload,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let by = me.0.account.id;
    let saved = match upload::process(&app, Purpose::Logo, upload.file).await {
        Ok(new) => {
            let saved = pictures::set_logo(&app.services, by, id, Some(&new)).await;
            upload::form_result("logo", saved)?.map(|()| views::t!("catalogue-logo-saved"))
        }
        Err(errors) => Err(errors),
    };
    Ok(answer(&app, &me, &space, &LookDraft::from(&space), saved))
}

pub async fn remove_logo(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    pictures::set_logo(&app.services, me.0.account.id, id, None).await?;
    Ok(flash::redirect(&app, &path(id), &views::t!("catalogue-logo-removed")))
}

/// A missing colour counts as none.
#[derive(Deserialize)]
pub struct AccentForm {
    #[serde(default)]
    accent: String,
}

/// A colour on which no text can be read is refused, with one that is close to it.
pub async fn accent(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<AccentForm>,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let mut draft = LookDraft { accent: form.accent, ..LookDraft::from(&space) };
    let wanted = match draft.accent.trim() {
        "" => Ok(None),
        typed => typed.parse::<Rgb>().map(Some).map_err(|error| error.in_words()),
    };
    let fit = wanted.and_then(|colour| match colour.map(Accent::of).transpose() {
        Ok(accent) => Ok(accent.map(|accent| accent.colour)),
        Err(unfit) => {
            draft.instead = Some(unfit.instead);
            Err(look::unfit(unfit))
        }
    });
    let saved = match fit {
        Ok(colour) => {
            let saved = pictures::set_accent(&app.services, me.0.account.id, id, colour).await;
            upload::form_result(ACCENT, saved)?.map(|()| views::t!("catalogue-colour-saved"))
        }
        Err(words) => Err(Errors::one(ACCENT, FieldError::new(ACCENT, words))),
    };
    Ok(answer(&app, &me, &space, &draft, saved))
}

fn path(id: SpaceId) -> String {
    format!("/account/spaces/{id}/look")
}
