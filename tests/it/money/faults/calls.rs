//! Which calls our client makes: read from its source, so that a new one is not forgotten here.

use super::{back, cards, forms, orders, plans, sellers, upkeep};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Each call, and at how many places of the source it is made.
const CALLS: &[(&str, usize)] = &[
    ("GET /balance", 1),
    ("GET /charges/*", 1),
    ("GET /checkout/sessions", 1),
    ("POST /checkout/sessions", 3),
    ("GET /checkout/sessions/*", 3),
    ("POST /checkout/sessions/*/expire", 1),
    ("POST /customers", 1),
    ("POST /customers/*", 2),
    ("GET /disputes", 1),
    ("GET /disputes/*", 1),
    ("POST /disputes/*", 1),
    ("GET /events", 1),
    ("GET /invoices", 1),
    ("GET /invoices/*", 1),
    ("POST /invoices/*/pay", 1),
    ("POST /invoices/create_preview", 1),
    ("POST /account_links", 1),
    ("POST /accounts", 1),
    ("GET /accounts/*", 1),
    ("POST /billing_portal/sessions", 1),
    ("POST /payment_intents", 3),
    ("GET /payment_intents/*", 3),
    ("POST /payment_intents/*/cancel", 1),
    ("POST /payment_intents/*/confirm", 1),
    ("GET /payment_methods/*", 2),
    ("POST /payment_methods/*/detach", 1),
    ("GET /payouts", 1),
    ("POST /payouts", 1),
    ("GET /payouts/*", 1),
    ("POST /prices", 1),
    ("GET /refunds", 1),
    ("POST /refunds", 1),
    ("GET /refunds/*", 1),
    ("DELETE /subscriptions/*", 1),
    ("GET /subscriptions/*", 1),
    ("POST /subscriptions/*", 3),
    ("GET /transfers", 1),
    ("POST /transfers", 1),
    ("GET /transfers/*", 1),
    ("POST /transfers/*/reversals", 1),
];

/// What the provider's library makes a call of, and the path of the call.
const BUILDERS: &[(&str, &str)] = &[
    ("CreateCheckoutSession::new(", "/checkout/sessions"),
    ("ListCheckoutSession::new(", "/checkout/sessions"),
    ("RetrieveCheckoutSession::new(", "/checkout/sessions/*"),
    ("ExpireCheckoutSession::new(", "/checkout/sessions/*/expire"),
];

/// The crates of the provider's library that the client uses; another one may have other builders.
const CRATES: &[&str] =
    &["stripe_checkout", "stripe_client_core", "stripe_event", "stripe_shared", "stripe_types"];

/// The source of the client without its tests.
fn source() -> String {
    let gateways = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/gateways");
    let parts = std::fs::read_dir(gateways.join("stripe")).expect("the client");
    let parts = parts.map(|entry| entry.expect("a file").path());
    let texts = parts.chain([gateways.join("stripe.rs")]).map(|path| {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
    });
    texts.collect()
}

/// A path as a pattern: what is put into it becomes `*`.
fn pattern(path: &str) -> String {
    let mut parts = path.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |known, part| known + "*" + part.split_once('}').map_or(part, |(_, rest)| rest))
}

/// How often each path stands in the source.
fn paths(source: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::<String, usize>::new();
    let begins = |path: &str| path.starts_with(|c: char| c.is_ascii_lowercase() || c == '{');
    let written = source.split("\"/").skip(1).filter_map(|rest| rest.split_once('"'));
    for (path, _) in written.filter(|(path, _)| begins(path)) {
        *found.entry(pattern(&format!("/{path}"))).or_default() += 1;
    }
    for (builder, path) in BUILDERS {
        *found.entry((*path).to_owned()).or_default() += source.matches(builder).count();
    }
    found
}

#[test]
fn each_call_of_the_client_is_listed() {
    let source = source();
    let mut listed = BTreeMap::<String, usize>::new();
    for (call, places) in CALLS {
        let (_, path) = call.split_once(' ').expect("a method and a path");
        *listed.entry(path.to_owned()).or_default() += places;
    }
    assert_eq!(paths(&source), listed, "list each call here, and tell how it goes wrong in a story");
    let built: usize = BUILDERS.iter().map(|(builder, _)| source.matches(builder).count()).sum();
    assert_eq!(source.matches("CheckoutSession::new(").count(), built, "a builder that is not known here");
    for rest in source.split("stripe_").skip(1) {
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if rest[name.len()..].starts_with("::") {
            let name = format!("stripe_{name}");
            assert!(CRATES.contains(&name.as_str()), "{name} may have builders that are not known here");
        }
    }
}

#[test]
fn each_call_goes_wrong_in_a_story() {
    let stories = [
        orders::CALLS,
        forms::CALLS,
        cards::CALLS,
        plans::CALLS,
        plans::OWED,
        back::CALLS,
        sellers::CALLS,
        upkeep::CALLS,
    ];
    let told: BTreeSet<&str> = stories.concat().into_iter().collect();
    let listed: BTreeSet<&str> = CALLS.iter().map(|(call, _)| *call).collect();
    assert_eq!(told, listed);
}

#[test]
fn what_is_put_into_a_path_is_a_part_of_its_pattern() {
    for (path, want) in [
        ("/balance", "/balance"),
        ("/customers/{customer}", "/customers/*"),
        ("/invoices/{invoice}/pay", "/invoices/*/pay"),
        ("/disputes/{}", "/disputes/*"),
        ("/{path}/{}", "/*/*"),
    ] {
        assert_eq!(pattern(path), want);
    }
    let planted = r#"self.get(format!("/planted/{id}/more"), &[]); CreateCheckoutSession::new()"#;
    let found = paths(planted);
    assert_eq!((found["/planted/*/more"], found["/checkout/sessions"]), (1, 1), "{found:?}");
}
