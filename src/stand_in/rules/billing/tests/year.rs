//! A subscriber's year, and what changes of the plan cost.

use super::*;

#[test]
fn a_year_with_a_trial_is_twelve_payments() {
    let mut world = World::new();
    let (price, customer) = (world.price("1000", "month"), world.customer(GOOD));
    let subscription = id(&world.subscribe(&customer, &price, &[("trial_period_days", "7")]));
    assert_eq!(world.status(&subscription), "trialing");
    assert_eq!(world.invoices(), [("subscription_create".to_owned(), "Paid".to_owned(), 0)]);
    world.wait(7 * DAY);
    assert_eq!(world.status(&subscription), "active");
    let drafted = world.invoices().pop().expect("an invoice");
    assert_eq!(drafted, ("subscription_cycle".into(), "Draft".into(), 1000), "a draft for an hour");
    world.wait(358 * DAY);
    assert_eq!(world.status(&subscription), "active");
    let cycles: Vec<_> = world.invoices().into_iter().skip(1).collect();
    assert_eq!(cycles.len(), 12);
    assert!(
        cycles.iter().all(|one| *one == ("subscription_cycle".into(), "Paid".into(), 1000)),
        "{cycles:?}"
    );
    let paid: i64 = world.book.charges().filter(|charge| charge.paid).map(|charge| charge.amount).sum();
    assert_eq!(paid, 12_000);
    let told = |kind: &str| world.kinds().iter().filter(|one| *one == kind).count();
    assert_eq!((told("customer.subscription.trial_will_end"), told("invoice.paid")), (1, 13));
}

#[test]
fn one_long_step_is_many_short_ones() {
    let year = |steps: i64| {
        let mut world = World::new();
        let (price, customer) = (world.price("1000", "month"), world.customer(FAILS_LATER));
        world.subscribe(&customer, &price, &[]);
        for _ in 0..steps {
            world.wait(360 * DAY / steps);
        }
        (world.invoices(), world.kinds())
    };
    assert_eq!(year(1), year(720));
}

#[test]
fn a_card_that_fails_is_tried_four_times_until_another_one_pays() {
    let mut world = World::new();
    let (price, customer) = (world.price("1000", "month"), world.customer(FAILS_LATER));
    let subscription = id(&world.subscribe(&customer, &price, &[]));
    let attempts = |world: &World| world.book.charges().filter(|charge| !charge.paid).count();
    for (days, want) in [(28, 0), (1, 1), (3, 2), (5, 3)] {
        world.wait(days * DAY);
        assert_eq!(attempts(&world), want);
    }
    assert_eq!(world.status(&subscription), "past_due");
    world.card(&customer, GOOD);
    world.wait(7 * DAY);
    assert_eq!((attempts(&world), world.status(&subscription).as_str()), (3, "active"));
}

/// The day of the change, the old price, the new one with its interval.
const CHANGES: [(i64, &str, &str, &str); 6] = [
    (0, "1000", "3000", "month"),
    (10, "1000", "3000", "month"),
    (13, "999", "1001", "month"),
    (27, "1000", "10000", "year"),
    (5, "3000", "1000", "month"),
    (20, "1000", "1000", "year"),
];

#[test]
fn a_preview_is_what_the_change_costs() {
    for (day, old, new, interval) in CHANGES {
        let mut world = World::new();
        let (old_price, new_price) = (world.price(old, "month"), world.price(new, interval));
        let customer = world.customer(GOOD);
        let subscription = world.subscribe(&customer, &old_price, &[]);
        let (path, item) = (id(&subscription), id(&subscription["items"]["data"][0]));
        world.wait(day * DAY + 1234);
        let date = (START + day * DAY + 1000).to_string();
        let preview = world.post(
            "/v1/invoices/create_preview",
            &[
                ("subscription", &path),
                ("subscription_details[items][0][id]", &item),
                ("subscription_details[items][0][price]", &new_price),
                ("subscription_details[proration_behavior]", "always_invoice"),
                ("subscription_details[proration_date]", &date),
            ],
        );
        let before = world.invoices().len();
        let changed = world.post(
            &format!("/v1/subscriptions/{path}"),
            &[
                ("items[0][id]", &item),
                ("items[0][price]", &new_price),
                ("proration_behavior", "always_invoice"),
                ("proration_date", &date),
            ],
        );
        assert_eq!(world.invoices().len(), before + 1);
        let invoice =
            world.get(&format!("/v1/invoices/{}", changed["latest_invoice"].as_str().expect("an id")));
        for field in ["subtotal", "total", "amount_due", "starting_balance"] {
            assert_eq!(invoice[field], preview[field], "{field} of {day} {old} {new} {interval}");
        }
        let lines = |of: &serde_json::Value| -> Vec<i64> {
            of["lines"]["data"]
                .as_array()
                .expect("lines")
                .iter()
                .filter_map(|line| line["amount"].as_i64())
                .collect()
        };
        assert_eq!((lines(&invoice), lines(&invoice).len()), (lines(&preview), 2));
        assert_eq!(invoice["status"], "paid");
    }
}

#[test]
fn a_cheaper_plan_leaves_a_credit_that_the_next_invoice_uses() {
    let mut world = World::new();
    let (dear, cheap) = (world.price("3000", "month"), world.price("1000", "month"));
    let customer = world.customer(GOOD);
    let subscription = world.subscribe(&customer, &dear, &[]);
    let item = id(&subscription["items"]["data"][0]);
    let half = (START + 14 * DAY).to_string();
    world.wait(14 * DAY);
    let change = [
        ("items[0][id]", item.as_str()),
        ("items[0][price]", cheap.as_str()),
        ("proration_behavior", "always_invoice"),
        ("proration_date", half.as_str()),
    ];
    world.post(&format!("/v1/subscriptions/{}", id(&subscription)), &change);
    assert_eq!(world.book.billing().customers[&customer].balance, -1000, "half of the difference");
    world.wait(15 * DAY);
    assert_eq!(world.invoices().pop().expect("an invoice"), ("subscription_cycle".into(), "Paid".into(), 0));
    assert_eq!(world.book.billing().customers[&customer].balance, 0);
    let paid: Vec<i64> =
        world.book.charges().filter(|charge| charge.paid).map(|charge| charge.amount).collect();
    assert_eq!(paid, [3000]);
}

#[test]
fn a_change_that_the_bank_refuses_changes_nothing_if_it_is_strict() {
    let mut world = World::new();
    let (cheap, dear) = (world.price("1000", "month"), world.price("3000", "month"));
    let customer = world.customer(FAILS_LATER);
    let subscription = world.subscribe(&customer, &cheap, &[]);
    let (path, item) =
        (format!("/v1/subscriptions/{}", id(&subscription)), id(&subscription["items"]["data"][0]));
    world.wait(10 * DAY);
    let (invoices, kinds) = (world.invoices(), world.kinds());
    let change = [
        ("items[0][id]", item.as_str()),
        ("items[0][price]", dear.as_str()),
        ("proration_behavior", "always_invoice"),
        ("payment_behavior", "error_if_incomplete"),
        ("off_session", "true"),
    ];
    let refused = world.call("POST", &path, &change).expect_err("refused");
    assert_eq!(refused.status, 402);
    assert_eq!((world.invoices(), world.kinds()), (invoices, kinds));
}

#[test]
fn what_is_loaded_again_goes_on_where_it_was() {
    let mut world = World::new();
    let (price, customer) = (world.price("1000", "month"), world.customer(GOOD));
    let subscription = id(&world.subscribe(&customer, &price, &[]));
    world.wait(29 * DAY);
    let kept = world.book.snapshot(START);
    let mut again = World { book: Book::load("http://127.0.0.1:1", kept) };
    assert_eq!((again.invoices(), again.kinds()), (world.invoices(), world.kinds()));
    again.wait(31 * DAY);
    assert_eq!(again.status(&subscription), "active");
    assert_eq!(again.invoices().len(), world.invoices().len() + 1);
}
