//! Sessions of the pay page with customers, saved cards and promotion codes; and sellers' accounts.

use super::*;
use crate::{
    book::{connect::AccountState, records::SessionStatus},
    rules::{
        self,
        billing::{Moment, cards::Typed, checkout, connect},
    },
};

/// Opens a session of our usual kind, with these parameters beside.
fn session(world: &mut World, more: &[(&str, &str)]) -> Result<String, ApiError> {
    let mut pairs = vec![("success_url", "http://127.0.0.1/ok")];
    pairs.extend(more);
    let pairs: Pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    rules::open(&mut world.book, &pairs, START).map(|session| session.id)
}

fn pay(world: &mut World, session: &str, number: &str) -> SessionStatus {
    let typed = Typed { number: number.to_owned(), ..Typed::default() };
    checkout::submit(&mut world.book, session, typed, START);
    world.book.session(session).expect("known").status
}

const ONCE: [(&str, &str); 4] = [
    ("mode", "payment"),
    ("line_items[0][quantity]", "1"),
    ("line_items[0][price_data][currency]", "eur"),
    ("line_items[0][price_data][unit_amount]", "1000"),
];

fn once<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> = ONCE.to_vec();
    all.push(("line_items[0][price_data][product_data][name]", "Front row"));
    all.extend(more);
    all
}

#[test]
fn a_promotion_code_is_used_as_often_as_it_may_be() {
    let mut world = World::new();
    let coupon = id(&world.post("/v1/coupons", &[("percent_off", "25"), ("duration", "once")]));
    let code = [("promotion[coupon]", coupon.as_str()), ("code", "OPENING"), ("max_redemptions", "2")];
    let code = id(&world.post("/v1/promotion_codes", &code));
    let with_code = once(&[("discounts[0][promotion_code]", &code)]);
    let open: Vec<String> = (0..4).map(|_| session(&mut world, &with_code).expect("opened")).collect();
    let paid: Vec<_> = open.iter().map(|session| pay(&mut world, session, GOOD)).collect();
    use SessionStatus::{Complete, Open};
    assert_eq!(paid, [Complete, Complete, Open, Open], "two of four that were open at once");
    let charged: Vec<i64> = world.book.charges().filter(|one| one.paid).map(|one| one.amount).collect();
    assert_eq!(charged, [750, 750]);
    assert_eq!(session(&mut world, &with_code).expect_err("used up").status, 400);
}

#[test]
fn a_saved_card_pays_later_without_being_typed() {
    let mut world = World::new();
    let customer = id(&world.post("/v1/customers", &[("email", "kim@example.org")]));
    let first = once(&[("customer", &customer), ("payment_intent_data[setup_future_usage]", "off_session")]);
    let first = session(&mut world, &first).expect("opened");
    assert_eq!(pay(&mut world, &first, GOOD), SessionStatus::Complete);
    let saved = world.get(&format!("/v1/customers/{customer}/payment_methods"));
    let saved = id(&saved["data"][0]);
    let of = [("customer", customer.as_str())];
    let second = session(&mut world, &once(&of)).expect("opened");
    assert_eq!(pay(&mut world, &second, &saved), SessionStatus::Complete);
    assert_eq!(world.book.billing().methods.len(), 1, "no second card was made");
    let stranger = id(&world.post("/v1/customers", &[]));
    let of = [("customer", stranger.as_str())];
    let third = session(&mut world, &once(&of)).expect("opened");
    assert_eq!(pay(&mut world, &third, &saved), SessionStatus::Open, "a card of somebody else");
}

#[test]
fn sessions_of_each_mode_take_what_belongs_to_it() {
    let mut world = World::new();
    let (price, customer) = (world.price("1000", "month"), world.customer(GOOD));
    let recurring = [("line_items[0][price]", price.as_str()), ("line_items[0][quantity]", "1")];
    let trial = ("subscription_data[trial_period_days]", "7");
    let of = ("customer", customer.as_str());
    for (mode, more, want) in [
        ("subscription", vec![recurring[0], recurring[1], of, trial], true),
        ("subscription", vec![recurring[0], recurring[1]], true),
        ("subscription", vec![of], false),
        ("subscription", vec![recurring[0], recurring[1], of, ("customer_email", "kim@example.org")], false),
        ("subscription", vec![recurring[0], recurring[1], ("customer", "cus_nobody")], false),
        ("payment", vec![recurring[0], recurring[1]], false),
        ("setup", vec![of, ("currency", "eur")], true),
        ("setup", vec![of], false),
        ("setup", vec![of, ("currency", "eur"), trial], false),
        ("giveaway", vec![of], false),
    ] {
        let mut all = vec![("mode", mode)];
        all.extend(&more);
        assert_eq!(session(&mut world, &all).is_ok(), want, "{mode} {more:?}");
    }
}

/// A call at another moment, in the name of an account.
fn call_at(
    world: &mut World,
    account: Option<&str>,
    path: &str,
    params: &[(&str, &str)],
    now: i64,
) -> Result<serde_json::Value, ApiError> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let params: Pairs = params.iter().map(owned).collect();
    execute(&mut world.book, &BillingCall { method: "POST", path, params: &params, account, now })
}

#[test]
fn a_seller_gets_transfers_and_payouts_when_the_account_may() {
    let mut world = World::new();
    let account = id(&world.post("/v1/accounts", &[("email", "maya@example.org")]));
    let paid = session(&mut world, &once(&[])).expect("opened");
    assert_eq!(pay(&mut world, &paid, GOOD), SessionStatus::Complete);
    let now = START + 8 * DAY;
    let moment = Moment::new(&world.book, now);
    for (state, transfers, payouts) in [
        (AccountState::Started, false, false),
        (AccountState::Checking, false, false),
        (AccountState::Restricted, true, false),
        (AccountState::Rejected, false, false),
        (AccountState::Ready, true, true),
    ] {
        connect::set_state(&mut world.book, &account, state, moment).expect("set");
        let transfer = [("amount", "400"), ("currency", "eur"), ("destination", account.as_str())];
        let early = world.call("POST", "/v1/transfers", &transfer).expect_err("the money is pending");
        assert_eq!(early.status, 400, "{state:?}");
        let made = call_at(&mut world, None, "/v1/transfers", &transfer, now);
        assert_eq!(made.is_ok(), transfers, "{state:?}");
        let payout = [("amount", "500"), ("currency", "eur")];
        let made = call_at(&mut world, Some(&account), "/v1/payouts", &payout, now);
        assert_eq!(made.is_ok(), payouts, "{state:?}");
    }
    let more = [("amount", "301"), ("currency", "eur")];
    let refused = call_at(&mut world, Some(&account), "/v1/payouts", &more, now).expect_err("300 are left");
    assert_eq!(refused.status, 400);
    let payout = world.book.billing().payouts.keys().next().expect("one").clone();
    connect::settle(&mut world.book, &payout, false, moment).expect("settled");
    assert_eq!(connect::settle(&mut world.book, &payout, true, moment).expect_err("once").status, 400);
    assert_eq!(world.kinds().last().map(String::as_str), Some("payout.failed"));
    for (of, want) in [(None, "transfer.created"), (Some(account.as_str()), "payout.failed")] {
        let params = Pairs::new();
        let (method, path) = ("GET", "/v1/events");
        let call = BillingCall { method, path, params: &params, account: of, now: START };
        let listed = execute(&mut world.book, &call).expect("listed");
        assert_eq!(listed["data"][0]["type"], want);
    }
    let transfer = world.book.billing().transfers.keys().next().expect("one").clone();
    let path = format!("/v1/transfers/{transfer}/reversals");
    assert_eq!(world.post(&path, &[("amount", "200")])["amount"], 200);
    assert_eq!(world.call("POST", &path, &[("amount", "201")]).expect_err("too much").status, 400);
    assert_eq!(world.get(&format!("/v1/transfers/{transfer}"))["amount_reversed"], 200);
}
