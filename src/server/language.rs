//! The language of a request, in which everything that answers it is rendered: pages, refusals and frames. Mail is written in the
//! language of whoever gets it.

use crate::{
    app::App,
    web::people::cookies::{cookie, set_cookie},
};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use domain::{text::language::Language, time::Span};
use fluent_langneg::{
    NegotiationStrategy, convert_vec_str_to_langids_lossy, negotiate_languages, parse_accepted_languages,
};
use std::{
    cmp::Reverse,
    pin::Pin,
    task::{Context, Poll},
};
use views::words::speak;

/// How long a browser keeps the language that was chosen in it.
const LASTS: Span = Span::days(365);

/// Browsers accept `__Host-` cookies only over https and only from this host.
const fn name(https: bool) -> &'static str {
    if https { "__Host-backstage-language" } else { "backstage-language" }
}

/// The cookie of a browser in which a language was chosen.
pub fn chosen_cookie(app: &App, language: Language) -> HeaderValue {
    set_cookie(app, name(app.https()), language.code(), LASTS)
}

/// The language that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLanguage {
    pub language: Language,
    /// It was chosen in this browser, and is not only what the browser prefers.
    chosen: bool,
}

impl RequestLanguage {
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        let chosen = cookie(headers.get_all(header::COOKIE), name(app.https())).and_then(Language::of);
        let language = chosen.unwrap_or_else(|| {
            let lines = headers.get_all(header::ACCEPT_LANGUAGE).iter();
            let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
            negotiate(&lines.join(","))
        });
        Self { language, chosen: chosen.is_some() }
    }

    /// Says in which language a page is. After a sign-in, a browser without a choice takes over that of the account.
    pub fn finish(self, app: &App, response: &mut Response) {
        let theirs = response.extensions_mut().remove::<SignedInLanguage>();
        let headers = response.headers_mut();
        if let Some(SignedInLanguage(language)) = theirs.filter(|_| !self.chosen) {
            headers.append(header::SET_COOKIE, chosen_cookie(app, language));
        }
        let page =
            headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        if page {
            headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.code()));
            headers.append(header::VARY, HeaderValue::from_static("Accept-Language, Cookie"));
        }
    }
}

/// The language of the account that has just signed in, in the response on its way out.
#[derive(Clone, Copy)]
struct SignedInLanguage(Language);

/// Notes the language of the account that this response signs in.
pub fn of_account(response: &mut Response, language: Option<Language>) {
    if let Some(language) = language {
        response.extensions_mut().insert(SignedInLanguage(language));
    }
}

/// The first of our languages in an `Accept-Language`, by weight; else the default one.
fn negotiate(accepted: &str) -> Language {
    // Programs name none, and their lines and feeds are the hot path.
    if accepted.is_empty() {
        return Language::default();
    }
    let wanted = parse_accepted_languages(&by_weight(accepted));
    let ours = convert_vec_str_to_langids_lossy(Language::ALL.map(Language::code));
    let found = negotiate_languages(&wanted, &ours, None, NegotiationStrategy::Lookup);
    found.first().and_then(|tag| Language::of(&tag.to_string())).unwrap_or_default()
}

/// The tags of an `Accept-Language` without their weights, the most wanted first: the parser of `fluent_langneg` reads no
/// weights. What is refused (`q=0`) or cannot be read is left out.
fn by_weight(accepted: &str) -> String {
    let range = |range: &'_ str| {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight: f32 =
            weight.trim().strip_prefix(['q', 'Q'])?.trim_start().strip_prefix('=')?.trim().parse().ok()?;
        (weight > 0.0 && weight <= 1.0).then(|| ((weight * 1000.0) as u32, tag.trim().to_owned()))
    };
    let mut ranges: Vec<(u32, String)> = accepted.split(',').filter_map(range).collect();
    ranges.sort_by_key(|(weight, _)| Reverse(*weight));
    let tags: Vec<String> = ranges.into_iter().map(|(_, tag)| tag).collect();
    tags.join(",")
}

pin_project_lite::pin_project! {
    /// A future that renders in one language, also after it has waited.
    pub struct Speaking<F> {
        language: Language,
        #[pin]
        inner: F,
    }
}

/// Whatever `inner` renders is in this language.
pub fn speaking<F>(language: Language, inner: F) -> Speaking<F> {
    Speaking { language, inner }
}

impl<F: Future> Future for Speaking<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        speak(*this.language, || this.inner.poll(cx))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use views::words::spoken;

    #[test]
    fn the_most_wanted_of_our_languages_is_spoken() {
        use Language::{English, German};
        for (accepted, want) in [
            ("", English),
            ("*", English),
            ("de", German),
            ("DE-at", German),
            ("de-Latn-DE", German),
            ("de-DE,de;q=0.9,en;q=0.8", German),
            ("en-US,en;q=0.9,de;q=0.8", English),
            ("en;q=0.3, de;q=0.7", German),
            ("fr-FR, it;q=0.9, de;q=0.2, en;q=0.1", German),
            ("fr, es;q=0.5", English),
            ("de;q=0, en;q=0.1", English),
            ("de;q=0", English),
            ("de ; q = 0.5 , en;q=0.4", German),
            ("en;q=0.001, de;q=0.002", German),
            ("de;q=high, en;q=0.5", English),
            ("de;q=2, en", English),
            ("deutsch, en", English),
            (",,;q=1,\u{e4},de", German),
        ] {
            assert_eq!(negotiate(accepted), want, "{accepted:?}");
        }
    }

    #[tokio::test]
    async fn a_future_speaks_its_language_whenever_it_goes_on() {
        let says = |language| {
            speaking(language, async {
                let before = spoken();
                tokio::task::yield_now().await;
                (before, spoken())
            })
        };
        let both = tokio::join!(says(Language::German), says(Language::English));
        let twice = |language| (language, language);
        assert_eq!(both, (twice(Language::German), twice(Language::English)));
        assert_eq!(spoken(), Language::English, "and nothing else does");
    }
}
