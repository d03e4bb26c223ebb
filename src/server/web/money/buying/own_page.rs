//! Paying on our own page: the provider's script draws the form there, in frames of its own. So the page may load that script, and no other
//! page may.

use crate::{
    app::App,
    web::{
        error::WebResult,
        extract::Path,
        htmx::{OutsideSources, policy_with},
        money::checkouts,
        people::session::SignedIn,
    },
};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{id::CheckoutId, money::attempts::PayPlace};
use maud::Markup;
use service::money::checkouts as orders;
use views::money::buying::own_page::FormSource;

/// The script of the version of Stripe's API that our client speaks.
const STRIPES_SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";
/// The stand-in takes every key of a test account.
const STAND_IN_KEY: &str = "pk_test_stand_in";

/// The provider's form, if it has one for us.
pub struct PaymentForm {
    source: FormSource,
    /// The policy of the page with the form.
    policy: HeaderValue,
}

impl PaymentForm {
    /// `pages`: where the provider's other pages are.
    pub fn of_stripe(key: String, pages: &str) -> Self {
        let outside = OutsideSources {
            scripts: " https://js.stripe.com https://*.js.stripe.com".into(),
            frames: " https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com".into(),
            calls: " https://api.stripe.com".into(),
        };
        let source = FormSource { key, script: STRIPES_SCRIPT.into() };
        Self { source, policy: policy_with(pages, &outside) }
    }

    pub fn of_stand_in(origin: &str) -> Self {
        let (scripts, frames) = (format!(" {origin}"), format!(" {origin}"));
        let outside = OutsideSources { scripts, frames, calls: String::new() };
        let source = FormSource { key: STAND_IN_KEY.into(), script: format!("{origin}/stand-in/stripe.js") };
        Self { source, policy: policy_with(origin, &outside) }
    }

    pub const fn source(&self) -> &FormSource {
        &self.source
    }

    /// The page with the form.
    pub fn around(&self, page: Markup) -> Response {
        ([(header::CONTENT_SECURITY_POLICY, self.policy.clone())], page).into_response()
    }
}

/// Whether the address is one to which the provider's script sends the buyer back. It has ids of the payment, which belong on no page.
pub fn comes_from_form(query: Option<&str>) -> bool {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.any(|(name, _)| name == "payment_intent")
}

/// `POST /checkouts/{id}/payment_form`: makes the payment that the form on the order's page pays. Where there is no form, it is paid on the
/// provider's page.
pub async fn begin(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<CheckoutId>,
    form: Bytes,
) -> WebResult {
    let by = me.0.account.id;
    checkouts::keep_card(&app, by, id, &form).await?;
    let place = if app.payment_form.is_some() { PayPlace::OwnPage } else { PayPlace::ProviderPage };
    let begun =
        orders::begin_at(&app.services, by, id, place, checkouts::urls(&app, id), checkouts::shown(&form))
            .await;
    checkouts::lead_on(&app, id, begun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_the_form_opens_the_hosts_of_the_provider_and_nothing_else() {
        let form = PaymentForm::of_stripe("pk_test_1".into(), "https://checkout.stripe.com");
        let policy = form.policy.to_str().unwrap();
        let hosts: Vec<_> = policy.split([' ', ';']).filter(|word| word.contains("//")).collect();
        assert!(hosts.iter().all(|host| host.ends_with(".stripe.com")), "{policy}");
        assert!(
            policy.contains("script-src 'self' https://js.stripe.com https://*.js.stripe.com; "),
            "{policy}"
        );
        assert!(
            policy.contains("connect-src 'self' https://api.stripe.com; frame-src 'self' https://js"),
            "{policy}"
        );
        assert!(policy.contains("style-src 'self'; ") && !policy.contains("unsafe"), "{policy}");
        let usual = crate::web::policy("https://checkout.stripe.com", &[]);
        assert!(!usual.to_str().unwrap().contains("js.stripe.com"), "{usual:?}");
    }

    #[test]
    fn only_the_script_sends_buyers_back_with_a_payment() {
        for (query, want) in [
            (Some("payment_intent=pi_1&redirect_status=succeeded"), true),
            (Some("redirect_status=succeeded&payment_intent=pi_1"), true),
            (Some("payment_intents=1"), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(comes_from_form(query), want, "{query:?}");
        }
    }
}
