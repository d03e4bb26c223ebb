use super::*;

const NOW: i64 = 1_900_000_000;

fn good() -> Pairs {
    [
        ("mode", "payment"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "1200"),
        ("line_items[0][price_data][product_data][name]", "Front row"),
        ("client_reference_id", "c1"),
        ("customer_email", "kim@example.org"),
        ("expires_at", "1900001800"),
        ("success_url", "http://127.0.0.1:3000/ok?s={CHECKOUT_SESSION_ID}"),
        ("cancel_url", "http://127.0.0.1:3000/no"),
        ("metadata[purchase]", "p1"),
        ("payment_intent_data[metadata][checkout]", "c1"),
        ("expand[0]", "payment_intent"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

fn with(name: &str, value: &str) -> Pairs {
    let mut pairs = good();
    pairs.retain(|(known, _)| known != name);
    pairs.push((name.to_owned(), value.to_owned()));
    pairs
}

fn new_session(pairs: &Pairs, now: i64) -> Result<NewSession, ApiError> {
    let new = read(pairs)?;
    check(&new, now)?;
    Ok(new)
}

fn refusal(pairs: &Pairs) -> String {
    let error = new_session(pairs, NOW).expect_err("refused");
    assert_eq!(error.status, 400);
    let body = error.body();
    format!(
        "{} {}",
        body["error"]["code"].as_str().unwrap_or("-"),
        body["error"]["param"].as_str().unwrap_or("-")
    )
}

#[test]
fn what_we_send_is_read() {
    let new = new_session(&good(), NOW).expect("read");
    let item = Item { name: "Front row".into(), quantity: 1, unit_amount: 1200, ..Item::default() };
    assert_eq!((new.currency.as_str(), new.items), ("eur", vec![item]));
    assert_eq!(new.expires_at, Some(NOW + 1800));
    assert_eq!((new.reference.as_deref(), new.email.as_deref()), (Some("c1"), Some("kim@example.org")));
    assert_eq!(new.metadata["purchase"], "p1");
    assert_eq!(new.intent_metadata["checkout"], "c1");
    assert!(new.expand.intent && !new.expand.charge);
}

#[test]
fn what_stripe_refuses_is_refused() {
    let amount = "line_items[0][price_data][unit_amount]";
    for (name, value, want) in [
        ("mode", "giveaway", "parameter_invalid mode"),
        ("expires_at", "1900001799", "parameter_invalid expires_at"),
        ("expires_at", "1900086401", "parameter_invalid expires_at"),
        ("expires_at", "soon", "parameter_invalid_integer expires_at"),
        ("success_url", "/relative", "url_invalid success_url"),
        ("success_url", "javascript:alert(1)", "url_invalid success_url"),
        ("cancel_url", "ftp://example.org/", "url_invalid cancel_url"),
        ("customer_email", "nobody", "email_invalid customer_email"),
        ("client_reference_id", &"x".repeat(201), "parameter_invalid client_reference_id"),
        (amount, "49", "amount_too_small line_items"),
        (amount, "-5", "parameter_invalid line_items[0]"),
        (amount, "12.50", "parameter_invalid_integer line_items[0][price_data][unit_amount]"),
        ("line_items[0][quantity]", "0", "parameter_invalid line_items[0]"),
        ("line_items[0][quantity]", "99999", "amount_too_large line_items"),
        ("line_items[0][price_data][currency]", "xxx", "parameter_invalid currency"),
        ("line_items[0][price]", "price_1", "parameter_invalid line_items[0]"),
        ("metadata[k]", &"v".repeat(501), "parameter_invalid metadata"),
        ("expand[0]", "customer", "parameter_invalid expand"),
        ("surprise", "1", "parameter_unknown surprise"),
    ] {
        assert_eq!(refusal(&with(name, value)), want, "{name}={value}");
    }
}

#[test]
fn what_is_missing_is_named() {
    for (name, param) in [
        ("mode", "mode"),
        ("success_url", "success_url"),
        ("line_items[0][quantity]", "line_items[0][quantity]"),
        ("line_items[0][price_data][currency]", "line_items[0][price_data][currency]"),
    ] {
        let mut pairs = good();
        pairs.retain(|(known, _)| known != name);
        assert_eq!(refusal(&pairs), format!("parameter_missing {param}"));
    }
    let only_mode = vec![("mode".to_owned(), "payment".to_owned())];
    assert_eq!(refusal(&only_mode), "parameter_missing line_items");
}

#[test]
fn the_dinars_last_digit_is_zero() {
    let mut pairs = with("line_items[0][price_data][currency]", "kwd");
    pairs
        .iter_mut()
        .filter(|(name, _)| name.ends_with("[unit_amount]"))
        .for_each(|pair| pair.1 = "1005".into());
    assert_eq!(refusal(&pairs), "parameter_invalid line_items");
    pairs
        .iter_mut()
        .filter(|(name, _)| name.ends_with("[unit_amount]"))
        .for_each(|pair| pair.1 = "1010".into());
    assert!(new_session(&pairs, NOW).is_ok());
}

#[test]
fn a_life_of_a_day_is_the_longest() {
    assert!(new_session(&with("expires_at", "1900086400"), NOW).is_ok());
}
