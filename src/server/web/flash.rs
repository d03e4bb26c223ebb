//! A message shown once on the next page. It travels in a short-lived cookie, signed so that nobody else can choose its
//! text.

use crate::{
    app::App,
    secret,
    web::{
        people::cookies::{cookie, set_cookie},
        request,
    },
};
use axum::{
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::time::Span;
use std::borrow::Cow;
use views::layout::{Notice, Tone};

/// The most bytes of words that travel. All cookies of the site have to fit into the 8 KB of request headers that proxies take, and one
/// of more than 4 KB is kept by no browser.
const MOST_WORDS: usize = 1024;
/// The next page must be requested within this time.
const LASTS: Span = Span::minutes(1);

/// Redirects to `path`, whose page says once what was done.
pub fn redirect(app: &App, path: &str, words: &str) -> Response {
    show(app, path, Tone::Done, words)
}

/// Redirects to `path`, whose page says once why it was not done.
pub fn refuse(app: &App, path: &str, words: &str) -> Response {
    show(app, path, Tone::Refused, words)
}

fn show(app: &App, path: &str, tone: Tone, words: &str) -> Response {
    let mut response = Redirect::to(path).into_response();
    keep(app, &mut response, tone, words);
    response
}

/// The page to which this response leads says once what was done.
pub fn add(app: &App, response: &mut Response, words: &str) {
    keep(app, response, Tone::Done, words);
}

fn keep(app: &App, response: &mut Response, tone: Tone, words: &str) {
    let text = URL_SAFE_NO_PAD.encode(format!("{}{}", code(tone), cut(words)));
    let signature = app.secret.sign("flash", &[&text]);
    set(app, response, &format!("{text}.{signature}"), LASTS);
}

/// Words that fit into the cookie. What names many things of others, who choose their length, loses its end.
fn cut(words: &str) -> Cow<'_, str> {
    if words.len() <= MOST_WORDS {
        return Cow::Borrowed(words);
    }
    let kept = &words[..words.floor_char_boundary(MOST_WORDS - '…'.len_utf8())];
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// Browsers accept `__Host-` cookies only over https and only from this host.
const fn name(https: bool) -> &'static str {
    if https { "__Host-backstage-flash" } else { "backstage-flash" }
}

/// Deletes the cookie of the current request's message, if a page has shown it.
pub fn finish(app: &App, response: &mut Response) {
    if !request::has_notice() {
        set(app, response, "", Span::secs(0));
    }
}

/// Shows this on the page of the current request, unless the page says what was just done.
pub fn tell(words: &str) {
    request::give_notice(|| Notice { words: words.to_owned(), tone: Tone::Refused });
}

/// Reads the message of a request if its signature is valid.
pub fn read(app: &App, headers: &HeaderMap) -> Option<Notice> {
    let value = cookie(headers.get_all(header::COOKIE), name(app.https()))?;
    let (text, signature) = value.split_once('.')?;
    if !secret::same(signature, &app.secret.sign("flash", &[text])) {
        return None;
    }
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let tone = [Tone::Done, Tone::Refused].into_iter().find(|tone| text.starts_with(code(*tone)))?;
    Some(Notice { words: text[1..].into(), tone })
}

/// The first letter of the cookie's text.
const fn code(tone: Tone) -> char {
    match tone {
        Tone::Done => '+',
        Tone::Refused => '-',
    }
}

fn set(app: &App, response: &mut Response, value: &str, lasts: Span) {
    response.headers_mut().append(header::SET_COOKIE, set_cookie(app, name(app.https()), value, lasts));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_any_length_and_letters_fit_into_a_cookie() {
        assert_eq!(cut("Saved."), "Saved.");
        for letter in ["a", "é", "語", "🎭"] {
            let long = letter.repeat(4096);
            let short = cut(&long);
            assert!(short.len() <= MOST_WORDS && short.ends_with('…'), "{} bytes", short.len());
            assert!(short.len() > MOST_WORDS - 8, "no more is lost than has to be");
        }
        let fits = "é".repeat(MOST_WORDS / 2);
        assert_eq!(cut(&fits), fits);
    }
}
