//! The language that somebody chooses: kept in the browser and, of whoever is signed in, in the account.

use crate::{
    app::App,
    language,
    web::{
        error::{WebError, WebResult},
        extract::Form,
        people::{session::Visitor, sign_in::Next},
    },
};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect},
};
use domain::text::language::Language;
use serde::Deserialize;
use service::people::profile;

#[derive(Deserialize)]
pub struct LanguageForm {
    #[serde(default)]
    language: String,
    #[serde(flatten)]
    next: Next,
}

pub async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(choice): Form<LanguageForm>,
) -> WebResult {
    let language = Language::of(&choice.language)
        .ok_or_else(|| WebError::field("language", views::t!("language-unknown")))?;
    if let Some(me) = visitor.account() {
        profile::choose_language(&app.services, me.id, language).await?;
    }
    let cookie = [(header::SET_COOKIE, language::chosen_cookie(&app, language))];
    let back = with_its_query(&app, &headers, choice.next.local());
    Ok((AppendHeaders(cookie), Redirect::to(back)).into_response())
}

/// The page on which the form is, with its query if the browser names it.
fn with_its_query<'a>(app: &App, headers: &'a HeaderMap, path: &'a str) -> &'a str {
    let origin = app.public_url.to_string();
    let named = headers.get(header::REFERER).and_then(|url| url.to_str().ok()?.strip_prefix(&origin));
    named.filter(|named| named.split_once('?').is_some_and(|(before, _)| before == path)).unwrap_or(path)
}
