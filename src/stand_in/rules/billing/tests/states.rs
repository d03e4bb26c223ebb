//! What each state of a subscription becomes, by what happens to it.

use super::*;

/// Makes a subscription in each state that can be reached: the state, and its id.
fn in_state(world: &mut World, state: &str) -> String {
    let price = world.price("1000", "month");
    let card = match state {
        "incomplete" | "incomplete_expired" => ASKS,
        "past_due" | "unpaid" => FAILS_LATER,
        _ => GOOD,
    };
    let customer = world.customer(card);
    let more: &[(&str, &str)] = match state {
        "trialing" | "paused" => {
            &[("trial_period_days", "10"), ("trial_settings[end_behavior][missing_payment_method]", "pause")]
        }
        _ => &[],
    };
    let subscription = id(&world.subscribe(&customer, &price, more));
    match state {
        "incomplete_expired" => world.wait(DAY),
        "past_due" => world.wait(29 * DAY),
        "unpaid" => {
            world.control(|controls| controls.unpaid = true);
            world.wait(45 * DAY);
        }
        "paused" => {
            let card = world.book.billing().customers[&customer].default_method.clone().expect("a card");
            world.post(&format!("/v1/payment_methods/{card}/detach"), &[]);
            world.wait(11 * DAY);
        }
        "canceled" => drop(world.call("DELETE", &format!("/v1/subscriptions/{subscription}"), &[])),
        _ => {}
    }
    assert_eq!(world.status(&subscription), state);
    subscription
}

const STATES: [&str; 8] =
    ["incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "paused", "canceled"];

/// Does one thing and returns whether it was refused.
fn happen(world: &mut World, subscription: &str, event: &str) -> bool {
    let path = format!("/v1/subscriptions/{subscription}");
    let latest = world.book.billing().subscriptions[subscription].latest_invoice.clone().expect("an invoice");
    let customer = world.book.billing().subscriptions[subscription].customer.clone();
    let done = match event {
        "cancel" => world.call("DELETE", &path, &[]),
        "resume" => world.call("POST", &format!("{path}/resume"), &[]),
        "end later" => world.call("POST", &path, &[("cancel_at_period_end", "true")]),
        "pay with a good card" => {
            let card = world.card(&customer, GOOD);
            world.call("POST", &format!("/v1/invoices/{latest}/pay"), &[("payment_method", &card)])
        }
        "void its invoice" => world.call("POST", &format!("/v1/invoices/{latest}/void"), &[]),
        "a year" => {
            world.wait(366 * DAY);
            Ok(Value::Null)
        }
        other => panic!("{other}"),
    };
    done.is_err()
}

#[test]
fn each_state_and_what_becomes_of_it() {
    const REFUSED: &str = "refused";
    let events = ["cancel", "resume", "end later", "pay with a good card", "void its invoice", "a year"];
    let table = [
        (
            "incomplete",
            ["canceled", REFUSED, "incomplete", "active", "incomplete_expired", "incomplete_expired"],
        ),
        ("incomplete_expired", [REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, "incomplete_expired"]),
        ("trialing", ["canceled", REFUSED, "trialing", REFUSED, REFUSED, "active"]),
        ("active", ["canceled", REFUSED, "active", REFUSED, REFUSED, "active"]),
        ("past_due", ["canceled", REFUSED, "past_due", "active", "active", "canceled"]),
        ("unpaid", ["canceled", REFUSED, "unpaid", "active", "active", "unpaid"]),
        ("paused", ["canceled", REFUSED, "paused", REFUSED, REFUSED, "paused"]),
        ("canceled", [REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, "canceled"]),
    ];
    assert_eq!(table.map(|(state, _)| state), STATES);
    for (state, row) in table {
        for (event, want) in events.into_iter().zip(row) {
            let mut world = World::new();
            let subscription = in_state(&mut world, state);
            let refused = happen(&mut world, &subscription, event);
            let became = world.status(&subscription);
            let got = if refused { REFUSED } else { became.as_str() };
            assert_eq!(got, want, "{state}: {event}");
            if refused {
                assert_eq!(became, state, "{event} was refused and did something");
            }
        }
    }
}

#[test]
fn a_paused_subscription_goes_on_with_a_card() {
    let mut world = World::new();
    let subscription = in_state(&mut world, "paused");
    let customer = world.book.billing().subscriptions[&subscription].customer.clone();
    world.card(&customer, GOOD);
    world.post(&format!("/v1/subscriptions/{subscription}/resume"), &[]);
    world.wait(2 * 3600);
    assert_eq!(world.status(&subscription), "active");
    let last = world.invoices().pop().expect("an invoice");
    assert_eq!(last, ("subscription_cycle".into(), "Paid".into(), 1000));
}

#[test]
fn a_subscription_that_ends_later_ends_with_its_period_and_not_if_it_is_resumed() {
    for (resumed, want) in [(false, "canceled"), (true, "active")] {
        let mut world = World::new();
        let subscription = in_state(&mut world, "active");
        let path = format!("/v1/subscriptions/{subscription}");
        assert!(world.post(&path, &[("cancel_at_period_end", "true")])["cancel_at"].is_i64());
        world.wait(27 * DAY);
        assert_eq!(world.status(&subscription), "active");
        if resumed {
            assert!(world.post(&path, &[("cancel_at_period_end", "false")])["cancel_at"].is_null());
        }
        world.wait(2 * DAY);
        assert_eq!(world.status(&subscription), want);
        let deleted = world.kinds().iter().filter(|kind| *kind == "customer.subscription.deleted").count();
        assert_eq!(deleted, usize::from(!resumed));
    }
}

#[test]
fn a_paused_collection_makes_invoices_that_nobody_pays() {
    for (behavior, want) in
        [("void", "Void"), ("mark_uncollectible", "Uncollectible"), ("keep_as_draft", "Draft")]
    {
        let mut world = World::new();
        let subscription = in_state(&mut world, "active");
        let path = format!("/v1/subscriptions/{subscription}");
        world.post(&path, &[("pause_collection[behavior]", behavior)]);
        world.wait(29 * DAY);
        assert_eq!(world.status(&subscription), "active", "{behavior}");
        assert_eq!(world.invoices().pop().expect("an invoice").1, want);
        world.post(&path, &[("pause_collection", "")]);
        world.wait(31 * DAY);
        assert_eq!(world.invoices().pop().expect("an invoice").1, "Paid", "after {behavior}");
    }
}

#[test]
fn a_new_billing_cycle_after_a_pause_is_charged_at_once() {
    let mut world = World::new();
    let subscription = in_state(&mut world, "active");
    let path = format!("/v1/subscriptions/{subscription}");
    world.post(&path, &[("pause_collection[behavior]", "void")]);
    world.wait(40 * DAY);
    let begin = [
        ("pause_collection", ""),
        ("billing_cycle_anchor", "now"),
        ("proration_behavior", "none"),
        ("payment_behavior", "error_if_incomplete"),
    ];
    let begun = world.post(&path, &begin);
    let item = &begun["items"]["data"][0];
    assert_eq!((&begun["pause_collection"], &begun["status"]), (&Value::Null, &Value::from("active")));
    assert_eq!(item["current_period_start"], START + 40 * DAY);
    let last = world.invoices().pop().expect("an invoice");
    assert_eq!(last, ("subscription_update".into(), "Paid".into(), 1000));
    world.wait(31 * DAY + 2 * 3600);
    let last = world.invoices().pop().expect("an invoice");
    assert_eq!(last, ("subscription_cycle".into(), "Paid".into(), 1000));
    let trial = in_state(&mut world, "trialing");
    let refused = world.call("POST", &format!("/v1/subscriptions/{trial}"), &begin);
    assert_eq!(refused.expect_err("refused").status, 400);
}

#[test]
fn what_stripe_refuses_is_refused_and_changes_nothing() {
    let mut world = World::new();
    let (price, other) = (world.price("1000", "month"), world.price("2000", "month"));
    let customer = world.customer(GOOD);
    let subscription = world.subscribe(&customer, &price, &[]);
    let path = format!("/v1/subscriptions/{}", id(&subscription));
    let item = id(&subscription["items"]["data"][0]);
    let dollars = world.post(
        "/v1/prices",
        &[
            ("currency", "usd"),
            ("unit_amount", "1000"),
            ("recurring[interval]", "month"),
            ("product_data[name]", "x"),
        ],
    );
    let dollars = id(&dollars);
    let (before, late) = ((START - 1).to_string(), (START + 40 * DAY).to_string());
    let events = world.kinds().len();
    let change: &[(&str, &str)] = &[("items[0][id]", &item), ("items[0][price]", &other)];
    let with = |more: (&'static str, &str)| {
        let mut all: Vec<(String, String)> = change.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect();
        all.push((more.0.into(), more.1.into()));
        all
    };
    let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
    };
    for (path, params) in [
        (path.as_str(), with(("proration_date", &before))),
        (path.as_str(), with(("proration_date", &late))),
        (path.as_str(), with(("surprise", "1"))),
        (path.as_str(), owned(&[("items[0][id]", "si_other"), ("items[0][price]", &other)])),
        (path.as_str(), owned(&[("items[0][id]", &item), ("items[0][price]", &dollars)])),
        ("/v1/subscriptions", owned(&[("customer", &customer), ("items[0][price]", &dollars)])),
        ("/v1/payment_intents", owned(&[("amount", "49"), ("currency", "eur"), ("customer", &customer)])),
        ("/v1/prices", owned(&[("currency", "eur"), ("unit_amount", "-1"), ("product_data[name]", "x")])),
    ] {
        let borrowed: Vec<(&str, &str)> = params.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let refused = world.call("POST", path, &borrowed).expect_err("refused");
        assert_eq!(refused.status, 400, "{path} {params:?}");
    }
    assert_eq!(world.kinds().len(), events);
    assert_eq!(world.get(&path)["items"]["data"][0]["price"]["id"], price.as_str());
}
