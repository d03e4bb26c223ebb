//! The stand-in's pages. Each begins by saying what it is.

pub mod acts;
pub mod billing;
pub mod control;
pub mod elements;
pub mod money;
pub mod pay;
pub mod portal;
pub mod sellers;
pub mod telling;

use crate::{
    book::{
        billing::Method,
        records::{Mode, Session, SessionStatus},
    },
    rules::{billing::cards, url},
};
use axum::{
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

pub const STYLE: &str = include_str!("stand_in.css");

/// A page and the origins that its forms may lead to.
pub struct Page {
    title: String,
    main: Markup,
    /// Browsers also apply `form-action` to redirects after a post, so the shop's origins are listed here.
    forms: Vec<String>,
    /// It is a frame in a page of a shop, which is on this machine, too.
    framed: bool,
}

impl Page {
    pub fn new(title: impl Into<String>, main: Markup) -> Self {
        Self { title: title.into(), main, forms: Vec::new(), framed: false }
    }

    /// A page whose forms lead to these addresses in the end.
    pub fn leading_to(title: impl Into<String>, main: Markup, addresses: &[&str]) -> Self {
        let forms = addresses.iter().filter_map(|address| url::origin(address)).collect();
        Self { forms, ..Self::new(title, main) }
    }

    /// A page for a frame, with a script that talks to the page around it.
    pub fn framed(title: impl Into<String>, main: Markup) -> Self {
        Self { framed: true, ..Self::new(title, main) }
    }

    pub fn notice(title: &str, text: &str) -> Self {
        Self::new(title, html! { h1 { (title) } p { (text) } })
    }

    /// The pay page of a session, with the cards that its customer has saved.
    pub fn of_session(session: &Session, refused: bool, saved: &[Method]) -> Self {
        let amount = money::text(session.amount(), &session.currency);
        let verb = match session.mode {
            Mode::Payment => format!("Pay {amount}"),
            Mode::Setup => "Save the card".to_owned(),
            Mode::Subscription => format!("Subscribe, {amount} today"),
        };
        let (title, foot) = match session.status {
            SessionStatus::Open if session.asks => ("Your bank asks".to_owned(), question(session)),
            SessionStatus::Open => (verb.clone(), verbs(session, &verb, refused, saved)),
            SessionStatus::Complete => ("Paid".to_owned(), paid(session, &amount)),
            SessionStatus::Expired => ("This payment has expired".to_owned(), expired(session)),
        };
        let main = html! {
            h1 { (title) }
            section.ticket {
                ul.items {
                    @for item in &session.items {
                        li {
                            span { @if item.quantity > 1 { (item.quantity) " × " } (item.name) }
                            span.amount { (money::text(item.unit_amount * item.quantity, &session.currency)) }
                            @if let Some(text) = &item.description { small { (text) } }
                        }
                    }
                }
                p.total { span { "Total" } strong.amount { (amount) } }
                @if let Some(email) = &session.email { p { small { "Buyer: " (email) } } }
                (foot)
            }
        };
        let shops = [Some(&session.success_url), session.cancel_url.as_ref()];
        Self {
            title,
            main,
            forms: shops.into_iter().flatten().filter_map(|address| url::origin(address)).collect(),
            framed: false,
        }
    }
}

/// The fields of a card: a saved one, or one that is typed.
pub fn card_fields(saved: &[Method]) -> Markup {
    html! {
        label { "Card " select name="card" {
            @for method in saved { option value=(method.id) { "Saved · " (method.number) } }
            @for (number, name) in cards::known() { option value=(number) { (name) " · " (number) } }
        } }
        label { "Expires " input name="expires" value="12/2099" size="8"; }
    }
}

fn question(session: &Session) -> Markup {
    html! {
        p { "Is it you who pays with this card?" }
        form method="post" action=(format!("/pay/{}/confirm", session.id)) { button.primary { "Yes, it is me" } }
        form method="post" action=(format!("/pay/{}/refuse", session.id)) { button { "No" } }
    }
}

fn verbs(session: &Session, verb: &str, refused: bool, saved: &[Method]) -> Markup {
    html! {
        @if refused {
            p.notice role="alert" { "The card was declined. Nothing was charged; you can try again." }
        }
        form method="post" action=(format!("/pay/{}/pay", session.id)) { (card_fields(saved)) button.primary { (verb) } }
        @if session.mode == Mode::Payment {
            form method="post" action=(format!("/pay/{}/delay", session.id)) { button { "Pay by bank debit, which takes days" } }
        }
        form method="post" action=(format!("/pay/{}/decline", session.id)) { button { "Decline the card" } }
        form method="post" action=(format!("/pay/{}/abandon", session.id)) { button.quiet { "Leave without paying" } }
    }
}

fn paid(session: &Session, amount: &str) -> Markup {
    html! {
        p { (amount) " was paid, or is on its way from the bank. No money has moved." }
        p { a href=(url::fill(&session.success_url, &session.id)) { "Go on" } }
    }
}

fn expired(session: &Session) -> Markup {
    html! {
        p { "Nothing was charged. Start again from the page that you came from." }
        @if let Some(address) = &session.cancel_url { p { a href=(url::fill(address, &session.id)) { "Go back" } } }
    }
}

/// The response when the file could not be written; nothing was changed.
pub fn trouble(error: &std::io::Error) -> Response {
    tracing::error!(%error, "the stand-in could not write its file");
    let page = Page::notice(
        "The stand-in is in trouble",
        "It could not write its file. Nothing was charged; try again.",
    );
    (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let around = if self.framed {
            "script-src 'self'; connect-src 'self'; frame-ancestors http://127.0.0.1:* http://localhost:*"
        } else {
            "frame-ancestors 'none'"
        };
        let policy = format!(
            "default-src 'none'; style-src 'self'; base-uri 'none'; {around}; form-action 'self' {}",
            self.forms.join(" ")
        );
        let body = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (self.title) " · stand-in for Stripe" }
                    link rel="stylesheet" href="/stand-in/style.css";
                    @if self.framed { script defer src="/stand-in/element.js" {} }
                }
                body.framed[self.framed] {
                    header { p { strong { "Stand-in for Stripe" } ": no money moves." } }
                    main { (self.main) }
                }
            }
        };
        let headers = [
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (HeaderName::from_static("referrer-policy"), "same-origin".to_owned()),
        ];
        (headers, body).into_response()
    }
}
