//! The browser that signs in. One cookie identifies it, another proves which addresses have signed in from it, and a third
//! keeps which pass its person wanted to buy, and how, when they were asked to sign in.

use super::cookies::{cookie, set_cookie};
use crate::{app::App, secret};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{people::address::mailbox, time::Span};
use store::Asker;

/// How many addresses a browser remembers.
const MOST_KNOWN: usize = 4;
/// Hexadecimal digits of the HMAC that proves an address: 128 bits.
const PROOF: usize = 32;
const LASTS: Span = Span::days(365);
const BUYING_LASTS: Span = Span::minutes(30);

/// Browsers accept `__Host-` cookies only over https and only from this host.
const fn names(https: bool) -> [&'static str; 3] {
    if https {
        ["__Host-backstage-asking", "__Host-backstage-code", "__Host-backstage-known"]
    } else {
        ["backstage-asking", "backstage-code", "backstage-known"]
    }
}

pub struct AskingBrowser {
    token: String,
    digest: String,
    /// Proofs of the addresses that have signed in here, newest first.
    known: Vec<String>,
}

impl AskingBrowser {
    /// The browser that sent the request, if it has asked for a code before.
    pub fn of(app: &App, headers: &HeaderMap) -> Option<Self> {
        let [asking, _, known] = names(app.https());
        let token = cookie(headers.get_all(header::COOKIE), asking)?.to_owned();
        let known = cookie(headers.get_all(header::COOKIE), known).unwrap_or_default();
        let known = known.split('.').filter(|proof| proof.len() == PROOF).take(MOST_KNOWN);
        Some(Self { digest: secret::digest(&token), known: known.map(str::to_owned).collect(), token })
    }

    /// A browser that asks for the first time.
    pub fn first() -> Self {
        let token = secret::random_token();
        Self { digest: secret::digest(&token), token, known: Vec::new() }
    }

    /// The stored digest of its token.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub fn key(&self) -> [u8; 32] {
        secret::fingerprint(&self.token)
    }

    pub fn as_asker(&self, app: &App, email: &str) -> Asker<'_> {
        Asker { browser: &self.digest, known: self.knows(app, email) }
    }

    /// Whether this address has signed in from here before.
    pub fn knows(&self, app: &App, email: &str) -> bool {
        let proof = self.proof(app, email);
        self.known.iter().any(|known| secret::same(known, &proof))
    }

    fn proof(&self, app: &App, email: &str) -> String {
        let mut proof = app.secret.sign("known browser", &[&mailbox(email), &self.digest]);
        proof.truncate(PROOF);
        proof
    }

    /// The cookie that identifies it.
    pub fn asking_cookie(&self, app: &App) -> HeaderValue {
        set_cookie(app, names(app.https())[0], &self.token, LASTS)
    }

    /// The cookie that remembers `email` and the addresses known before.
    pub fn known_cookie(&self, app: &App, email: &str) -> HeaderValue {
        let proof = self.proof(app, email);
        let others = self.known.iter().filter(|known| **known != proof).take(MOST_KNOWN - 1);
        let all: Vec<&str> = std::iter::once(&proof).chain(others).map(String::as_str).collect();
        set_cookie(app, names(app.https())[2], &all.join("."), LASTS)
    }
}

/// The id of the code that was requested last.
pub fn code_id<'a>(app: &App, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers.get_all(header::COOKIE), names(app.https())[1])
}

pub fn code_cookie(app: &App, id: &str, lasts: Span) -> HeaderValue {
    set_cookie(app, names(app.https())[1], id, lasts)
}

const fn buying(https: bool) -> &'static str {
    if https { "__Host-backstage-buying" } else { "backstage-buying" }
}

/// Sends a visitor who pressed the button of the pass at this path to the sign-in page. `wish`: what they chose, as a query.
pub fn sign_in_first(app: &App, pass: &str, wish: &str) -> Response {
    let to = format!("/sign-in?next={}", crate::web::encode(pass));
    let kept = if wish.is_empty() { pass.to_owned() } else { format!("{pass}?{wish}") };
    let cookie = set_cookie(app, buying(app.https()), &kept, BUYING_LASTS);
    ([(header::SET_COOKIE, cookie)], Redirect::to(&to)).into_response()
}

/// `answer` leads to `next`. If that is the pass whose button was pressed in this browser, it leads on to the purchase, by a
/// status with which the browser posts again: nobody presses twice. It posts the form of the sign-in, so what was chosen is in the
/// address. A link to the sign-in page does not do that.
pub fn go_on(app: &App, headers: &HeaderMap, next: &str, mut answer: Response) -> Response {
    let kept = cookie(headers.get_all(header::COOKIE), buying(app.https())).unwrap_or_default();
    let (pass, wish) = kept.split_at(kept.find('?').unwrap_or(kept.len()));
    if pass != next {
        return answer;
    }
    if let Ok(purchase) = HeaderValue::from_str(&format!("{next}/purchase{wish}")) {
        *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
        answer.headers_mut().insert(header::LOCATION, purchase);
    }
    let forgotten = set_cookie(app, buying(app.https()), "", Span::default());
    answer.headers_mut().append(header::SET_COOKIE, forgotten);
    answer
}
