//! Paying on our own page, in the form that the provider's script draws there. Without scripts there is only the provider's page, so what
//! leads here is shown by ours (`static/payment.js`).

use crate::{
    catalogue::selling::till,
    dom,
    money::checkout::{Order, pay_words},
    t,
};
use domain::money::checkout::Payment;
use maud::{Markup, html};

/// What the browser needs for the provider's form.
#[derive(Clone, Debug)]
pub struct FormSource {
    /// The key that every visitor may see.
    pub key: String,
    /// The address of the provider's script.
    pub script: String,
}

/// Of the page of an order that can be paid here.
pub const SCRIPTS: &[&str] = &["htmx.min.js", "hx-sse.min.js", "feed.js", "payment.js"];

/// Whether the order can be paid here, now or later.
pub fn is_offered(o: &Order<'_>) -> bool {
    o.form.is_some() && o.checkout.can_be_paid_here() && !o.checkout.state.settled()
}

/// The form in which the order is paid now, with the secret of its payment.
fn open<'a>(o: &Order<'a>) -> Option<(&'a FormSource, &'a str)> {
    let paying = o.checkout.state == Payment::Paying && o.ended.is_none();
    let stays = o.checkout.next_request.is_none();
    o.form.filter(|_| paying && stays).zip(o.checkout.client_secret.as_deref())
}

impl Order<'_> {
    /// Whether the page of the order has the provider's form on it.
    pub fn shows_form(&self) -> bool {
        open(self).is_some()
    }
}

/// Which form the order is paid in. The page that has another one, or none, is loaded again.
pub fn attempt(o: &Order<'_>) -> Option<i64> {
    open(o).map(|_| o.checkout.attempt)
}

/// Beside the button that leads to the provider's page, in its form.
pub fn button(o: &Order<'_>) -> Markup {
    html! {
        @if is_offered(o) {
            button.button.wide formaction={ "/checkouts/" (o.checkout.id) "/payment_form" } data-own-page hidden { (t!("own-page-button")) }
        }
    }
}

/// Where the provider's script draws its form.
pub fn form(o: &Order<'_>) -> Markup {
    html! {
        @if let Some((source, secret)) = open(o) {
            section.stack #(dom::PAYMENT_FORM) aria-labelledby=(dom::PAYMENT_TITLE) hidden data-attempt=(o.checkout.attempt)
                data-script=(source.script) data-key=(source.key) data-secret=(secret)
                data-blocked=(t!("own-page-blocked")) data-failed=(t!("own-page-failed")) {
                h2 #(dom::PAYMENT_TITLE) { (t!("own-page-title")) }
                form.stack {
                    div #(dom::PAYMENT_FIELDS) {}
                    p.error role="alert" hidden {}
                    button.button.primary.wide disabled { (pay_words(o.checkout.amount)) }
                }
                p.muted { (t!("own-page-about")) }
                (till::notice())
            }
        }
    }
}

/// The way from the form to the provider's page.
pub fn elsewhere(o: &Order<'_>) -> Markup {
    html! {
        form method="post" action={ "/checkouts/" (o.checkout.id) "/payment" } { (till::seen(o.refunds)) button.button.wide { (t!("own-page-elsewhere")) } }
    }
}

/// The buyer goes from one way to pay to the other, and the provider has not answered yet.
pub fn moving() -> Markup {
    html! { div.notice { p { b { (t!("own-page-moving")) } } p { (t!("card-charging-wait")) } } }
}
