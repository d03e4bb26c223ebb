//! A message shown once on the next page. It travels in a short-lived cookie, signed so that nobody else can choose its
//! text.

use crate::{
    app::App,
    secret,
    web::people::cookies::{cookie, set_cookie},
};
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::time::Span;
use std::cell::RefCell;

const NAME: &str = "backstage-flash";
/// The next page must be requested within this time.
const LASTS: Span = Span::minutes(1);

tokio::task_local! {
    /// The message of the current request, until a page takes it.
    static WORDS: RefCell<Option<String>>;
}

/// Redirects to `path`, whose page shows `words` once.
pub fn redirect(app: &App, path: &str, words: &str) -> Response {
    let text = URL_SAFE_NO_PAD.encode(words);
    let signature = app.secret.sign("flash", &[&text]);
    let mut response = Redirect::to(path).into_response();
    set(app, &mut response, &format!("{text}.{signature}"), LASTS);
    response
}

/// Handles a request. If a page shows the message, the response deletes its cookie.
pub async fn with_words(
    app: &App,
    words: Option<String>,
    handle: impl Future<Output = Response>,
) -> Response {
    let Some(words) = words else { return handle.await };
    WORDS
        .scope(RefCell::new(Some(words)), async {
            let mut response = handle.await;
            if WORDS.with(|words| words.borrow().is_none()) {
                set(app, &mut response, "", Span::secs(0));
            }
            response
        })
        .await
}

/// Takes the message for the page that is being rendered.
pub fn take() -> Option<String> {
    WORDS.try_with(|words| words.borrow_mut().take()).ok().flatten()
}

/// Reads the message of a request if its signature is valid.
pub fn read(app: &App, headers: &HeaderMap) -> Option<String> {
    let value = cookie(headers.get_all(header::COOKIE), NAME)?;
    let (text, signature) = value.split_once('.')?;
    if !secret::same(signature, &app.secret.sign("flash", &[text])) {
        return None;
    }
    String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn set(app: &App, response: &mut Response, value: &str, lasts: Span) {
    response.headers_mut().append(header::SET_COOKIE, set_cookie(app, NAME, value, lasts));
}
