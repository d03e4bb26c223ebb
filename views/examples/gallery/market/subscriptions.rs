//! What a person subscribes to, in every state.

use crate::sample::*;
use domain::{
    access::relation::Relation,
    amount::Money,
    catalogue::offer::{Pass, Price, PriceKind},
    money::{
        billing::{ChangeCost, Interval, SubscriptionStatus},
        checkout::{Checkout, Payment},
        recurring::{change::PlanPreview, order::PlanOrder, plan::Plan, subscription::Subscription},
    },
    time::Span,
};
use maud::Markup;
use views::{
    catalogue::{
        pass::{self, PassPage, WishDraft},
        space::Offer,
    },
    form::Errors,
    money::{
        checkout::{self as orders, Order},
        subscriptions::{self as pages, SubscriptionRow},
    },
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let ada = account(2, "Ada");
    let shell = |path: &str| shell(path, Some(&ada));
    let states = SubscriptionStatus::ALL.into_iter().zip(180..);
    let mut rows: Vec<SubscriptionRow> = states.map(|(status, n)| row(one(n, status))).collect();
    let ending = Subscription { ends_with_period: true, ..one(190, SubscriptionStatus::Active) };
    rows.push(SubscriptionRow { subscription: ending, other: None, until: None });
    let paused = Subscription { collection_paused: true, ..one(196, SubscriptionStatus::Active) };
    rows.push(SubscriptionRow { subscription: paused, other: None, until: Some(NOW + Span::days(12)) });
    let times = |n, paid, status| Subscription { instalments: Some(3), paid, ..one(n, status) };
    for (n, paid, status) in [
        (192, 2, SubscriptionStatus::Active),
        (193, 1, SubscriptionStatus::PastDue),
        (194, 3, SubscriptionStatus::Active),
        (195, 3, SubscriptionStatus::Canceled),
    ] {
        rows.push(SubscriptionRow { subscription: times(n, paid, status), other: None, until: None });
    }
    let active = one(191, SubscriptionStatus::Active);
    let told = |total: i64| {
        let cost = ChangeCost { total: euros(total), due: euros(total.max(0)) };
        let (item, price) = ("si_1".to_owned(), "price_2".to_owned());
        (PlanPreview { every: Interval::Year, item, price, at: NOW, cost }, euros(5_000))
    };
    let plan =
        |told: Option<&(PlanPreview, Money)>| pages::plan(&shell("/account/subscriptions"), &active, told);
    let mut all = vec![
        ("subscriptions", pages::page(&shell("/account/subscriptions"), &rows)),
        ("subscriptions-empty", pages::page(&shell("/account/subscriptions"), &[])),
        ("subscription-plan", plan(Some(&told(4_520)))),
        ("subscription-plan-credit", plan(Some(&told(-1_200)))),
        ("subscription-plan-old", plan(None)),
    ];
    all.extend(instalments());
    all
}

/// A pass that is paid three times and then stays: its page, and the order of it.
fn instalments() -> Vec<(&'static str, Markup)> {
    let (ada, maya, space, experiences) = (account(2, "Ada"), maya(), space(), experiences());
    let plan = Plan { instalments: Some(3), ..Plan::of(euros(2_000), Interval::Month) };
    let sold = passes().remove(0);
    let pass = Pass { price: Price { kind: PriceKind::Recurring(plan), ..sold.price }, ..sold };
    let ordered = PlanOrder {
        every: Interval::Month,
        each: plan.amount,
        trial_days: None,
        setup_fee: None,
        instalments: plan.instalments,
        provider: None,
    };
    let held = Checkout { plan: Some(ordered), amount: plan.amount, ..checkout(Payment::Held) };
    let order = Order {
        refunds: 1,
        checkout: &held,
        space: &space,
        pass: &pass,
        opens: &experiences,
        away: false,
        ended: None,
        closed: None,
        money: None,
        unnamed: None,
        form: None,
    };
    let offer = Offer { pass: &pass, relation: Relation::Buyer, payable: true, sale: pass.sale(NOW) };
    let page = PassPage {
        refunds: 1,
        space: &space,
        owner: &maya,
        offer,
        opens: &experiences,
        kept_out: None,
        card: None,
        wish: &WishDraft::default(),
        errors: &Errors::default(),
    };
    vec![
        ("pass-instalments", pass::page(&shell("/maya/front-row", None), &page)),
        ("checkout-instalments", orders::page(&shell("/checkouts/70", Some(&ada)), &order)),
    ]
}

fn row(subscription: Subscription) -> SubscriptionRow {
    let active = subscription.status == SubscriptionStatus::Active;
    SubscriptionRow { subscription, other: active.then_some((Interval::Year, euros(5_000))), until: None }
}

fn one(n: u64, status: SubscriptionStatus) -> Subscription {
    Subscription {
        id: id(n),
        provider: format!("sub_{n}"),
        checkout: id(n),
        account: id(2),
        space: id(10),
        pass: id(30),
        title: "Front Row".into(),
        price: None,
        every: Interval::Month,
        each: euros(500),
        status,
        period_start: NOW,
        period_end: NOW + Span::days(30),
        ends_with_period: false,
        ended_at: status.is_over().then_some(NOW),
        collection_paused: false,
        past_due_since: None,
        grant: None,
        refused: None,
        instalments: None,
        paid: 0,
        version: 1,
    }
}
