//! Orders that subscribe, and the subscriptions and invoices that follow from them: once, in any order and number.

use crate::database::*;
use domain::{
    access::grant::GrantSource,
    amount::{Currency, Money},
    catalogue::offer::{Pass, PriceKind},
    error::StoreError,
    money::{
        asking::Answer,
        billing::{Interval, InvoiceFacts, InvoiceStatus, SubscriptionFacts, SubscriptionStatus},
        checkout::Checkout,
        jobs::{EndSubscription, RefundPayment, SendReceipt, TellSubscriber},
        ledger::FeeShare,
        payments::{Dispute, ProviderSession, ProviderStatus},
        recurring::{
            plan::Plan,
            subscription::{GRACE, Subscription},
        },
        selling::Selling,
        settlement::RefundReason,
        store::CheckoutStore,
    },
    people::account::Account,
    time::{Millis, Span},
    work::Lane,
};
use store::{ClaimedJob, Opened, Renewed};

const FIVE: Money = Money { minor: 500, currency: Currency::Eur };
const END: Millis = Millis(NOW.0 + Span::days(30).0);

fn plan() -> Plan {
    Plan { yearly: Some(5_000), trial_days: Some(7), setup_fee: Some(300), ..Plan::of(FIVE, Interval::Month) }
}

/// A buyer, and a pass at a plan in a published space.
async fn shop(db: &TestDatabase, plan: Plan) -> (Account, Pass) {
    let (_, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(experience.space, "circle", PriceKind::Recurring(plan), &[experience.id]).await;
    (db.person("ben@example.org").await, pass)
}

async fn open(db: &TestDatabase, buyer: &Account, pass: &Pass, every: Interval) -> Option<Opened> {
    db.change(async |tx| tx.open_subscription(buyer.id, pass.id, every, NOW).await).await.unwrap()
}

/// An order whose buyer is on the provider's page.
async fn paying(db: &TestDatabase, buyer: &Account, pass: &Pass) -> Checkout {
    let Some(Opened::New(order)) = open(db, buyer, pass, Interval::Month).await else { panic!("no order") };
    let (session, url) = (format!("cs_{}", order.id), "https://pay".to_owned());
    CheckoutStore::paying(&db.store, order.id, session, url, None).await.unwrap();
    db.store.checkouts().by_id(order.id).await.unwrap()
}

fn complete(order: &Checkout) -> ProviderSession {
    ProviderSession {
        id: order.provider_session.clone().expect("a session"),
        url: None,
        client_secret: None,
        status: ProviderStatus::Paid,
        amount: Some(order.amount),
        reference: Some(order.id.to_string()),
        intent: None,
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    }
}

fn facts(order: &Checkout, status: SubscriptionStatus) -> SubscriptionFacts {
    SubscriptionFacts {
        id: format!("sub_{}", order.id),
        customer: "cus_1".into(),
        reference: Some(order.id.to_string()),
        status,
        price: "price_1".into(),
        item: "si_1".into(),
        period_start: NOW,
        period_end: END,
        trial_end: None,
        ends_with_period: false,
        ended_at: None,
        collection_paused: false,
        paid_until: None,
        card: None,
        latest_invoice: None,
    }
}

fn invoice(of: &Subscription, id: &str) -> (InvoiceFacts, ProviderSession) {
    let facts = InvoiceFacts {
        id: id.into(),
        customer: "cus_1".into(),
        subscription: Some(of.provider.clone()),
        status: InvoiceStatus::Paid,
        total: FIVE,
        due: FIVE,
        paid: FIVE,
        attempts: 1,
        next_attempt: None,
        intent: Some(format!("pi_{id}")),
        created: NOW,
        covers_until: None,
    };
    let found = ProviderSession {
        id: id.into(),
        url: None,
        client_secret: None,
        status: ProviderStatus::Paid,
        amount: Some(FIVE),
        reference: None,
        intent: facts.intent.clone(),
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    };
    (facts, found)
}

async fn begin(db: &TestDatabase, order: &Checkout, facts: &SubscriptionFacts) -> Option<Renewed> {
    let found = complete(order);
    db.change(async |tx| tx.begin_subscription(order, &found, facts, NOW).await).await.unwrap()
}

async fn only(db: &TestDatabase, buyer: &Account) -> Subscription {
    db.store.subscriptions().of_account(buyer.id).await.unwrap().remove(0)
}

async fn apply(db: &TestDatabase, known: &Subscription, facts: &SubscriptionFacts) -> Renewed {
    db.change(async |tx| tx.apply_subscription(known, facts, NOW).await).await.unwrap()
}

async fn bill(db: &TestDatabase, of: &Subscription, id: &str) -> bool {
    let (facts, found) = invoice(of, id);
    let share = FeeShare::default();
    db.change(async |tx| tx.bill_invoice(of, &facts, &found, share, NOW).await).await.unwrap()
}

async fn ends(db: &TestDatabase, of: &Subscription) -> Option<Millis> {
    db.store.grants().by_id(of.grant.expect("a grant")).await.unwrap().expires_at
}

/// All jobs of a lane, whenever they are due.
async fn jobs(db: &TestDatabase, lane: Lane) -> Vec<ClaimedJob> {
    db.store.jobs().claim(lane, Span::secs(1), 99, NOW + Span::days(99)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_copies_its_plan_and_charges_what_is_due_at_once() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let Some(Opened::New(order)) = open(&db, &ben, &pass, Interval::Year).await else { panic!() };
        let copied = order.plan.clone().expect("a plan");
        assert_eq!((copied.every, copied.each.minor), (Interval::Year, 5_000));
        assert_eq!((copied.trial_days, copied.setup_fee, order.amount.minor), (Some(7), Some(300), 300));
        assert_eq!((copied.provider, order.ended_by(NOW)), (None, None));
        let again = open(&db, &ben, &pass, Interval::Month).await;
        assert_eq!(again, Some(Opened::Existing(order.clone())), "nobody has two open orders for a pass");
        assert!(db.change(async |tx| tx.drop_order(&order, NOW).await).await.unwrap());
        let Some(Opened::New(month)) = open(&db, &ben, &pass, Interval::Month).await else { panic!() };
        db.store.customers().keep(ben.id, "cus_1", NOW).await.unwrap();
        db.store.customers().keep(ben.id, "cus_2", NOW).await.unwrap();
        let price = month.price.expect("a price");
        db.store.customers().keep_price(price, Interval::Month, "price_1", NOW).await.unwrap();
        let known = db.store.checkouts().by_id(month.id).await.unwrap().plan.expect("a plan");
        assert_eq!(known.provider, Some(("cus_1".into(), "price_1".into())), "the first one stays");
        assert_eq!(db.store.customers().plan(price).await.unwrap(), Some(plan()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_session_is_one_subscription_and_one_grant() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let order = paying(&db, &ben, &pass).await;
        let active = facts(&order, SubscriptionStatus::Active);
        let strange = SubscriptionFacts { reference: None, ..active.clone() };
        let refused =
            db.change(async |tx| tx.begin_subscription(&order, &complete(&order), &strange, NOW).await).await;
        assert!(matches!(refused, Err(StoreError::Conflict("reference"))), "{refused:?}");
        assert!(begin(&db, &order, &active).await.is_some());
        let row = db.store.checkouts().by_id(order.id).await.unwrap();
        assert!(begin(&db, &row, &active).await.is_none(), "it is settled");
        let one = only(&db, &ben).await;
        assert_eq!(ends(&db, &one).await, Some(END + GRACE));
        assert_eq!(db.store.grants().of_account(ben.id).await.unwrap().len(), 1);
        // No second trial of the same pass.
        let grant = one.grant.expect("a grant");
        db.store.grants().revoke(grant, "a test", NOW).await.unwrap();
        let Some(Opened::New(second)) = open(&db, &ben, &pass, Interval::Month).await else { panic!() };
        assert_eq!(second.amount.minor, 800);
        assert_eq!(second.plan.expect("a plan").trial_days, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grant_follows_the_state_and_an_older_state_changes_nothing() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let order = paying(&db, &ben, &pass).await;
        let active = facts(&order, SubscriptionStatus::Active);
        begin(&db, &order, &active).await;
        let before = only(&db, &ben).await;
        assert!(!apply(&db, &before, &active).await.changed);
        let later = END + Span::days(30);
        let renewed = SubscriptionFacts { period_start: END, period_end: later, ..active.clone() };
        assert!(apply(&db, &before, &renewed).await.changed);
        assert_eq!(ends(&db, &before).await, Some(later + GRACE));
        let ending = SubscriptionFacts { ends_with_period: true, ..active.clone() };
        let older = db.change(async |tx| tx.apply_subscription(&before, &ending, NOW).await).await;
        assert!(matches!(older, Err(StoreError::Conflict("older"))), "{older:?}");
        let late = SubscriptionFacts { status: SubscriptionStatus::PastDue, ..renewed.clone() };
        apply(&db, &only(&db, &ben).await, &late).await;
        assert_eq!(ends(&db, &before).await, Some(END + GRACE));
        assert_eq!(only(&db, &ben).await.past_due_since, Some(NOW));
        let told = jobs(&db, Lane::Receipts).await;
        assert_eq!(told.iter().filter(|job| job.read::<TellSubscriber>().is_ok()).count(), 3);
        let due = db.store.subscriptions().due(NOW + Span::hours(1), 10).await.unwrap();
        assert_eq!(due, std::slice::from_ref(&before.provider));
        // Whoever pays after the grace gets in again.
        db.change(async |tx| tx.expire_grant(before.grant.unwrap(), END + GRACE).await).await.unwrap();
        apply(&db, &only(&db, &ben).await, &renewed).await;
        let grant = db.store.grants().by_id(before.grant.unwrap()).await.unwrap();
        assert_eq!(
            (grant.expires_at, db.store.grants().holders(pass.id, NOW).await.unwrap()),
            (Some(later + GRACE), 1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_paid_invoice_is_one_order_with_its_numbers() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let order = paying(&db, &ben, &pass).await;
        begin(&db, &order, &facts(&order, SubscriptionStatus::Active)).await;
        let one = only(&db, &ben).await;
        assert!(bill(&db, &one, "in_1").await && !bill(&db, &one, "in_1").await);
        assert!(bill(&db, &one, "in_2").await);
        assert_eq!(db.store.invoices().session_of("pi_in_2").await.unwrap().as_deref(), Some("in_2"));
        let mut billed = db.store.invoices().billed(ben.id).await.unwrap();
        billed.sort();
        assert_eq!(billed, ["in_1", "in_2"]);
        let bought = db.store.purchases().of_account(ben.id).await.unwrap();
        assert!(bought.iter().all(|purchase| purchase.amount == FIVE) && bought.len() == 2);
        let receipts = jobs(&db, Lane::Receipts).await;
        assert_eq!(receipts.iter().filter(|job| job.read::<SendReceipt>().is_ok()).count(), 2);
        let sums = db.store.ledger().sums().await.unwrap();
        assert_eq!(sums.iter().map(|one| one.sum.minor).sum::<i64>(), 0);
        assert!(
            sums.iter().any(|one| one.account == "provider:pending" && one.sum.minor == 1_000),
            "{sums:?}"
        );
        // A bank that decides about an invoice suspends what the subscription gives.
        let invoice = db.store.checkouts().by_provider_session("in_2").await.unwrap().expect("an order");
        let (_, found) = self::invoice(&one, "in_2");
        for (dispute, suspended) in [(Dispute::Open, true), (Dispute::Won, false)] {
            let row = db.store.checkouts().by_id(invoice.id).await.unwrap();
            let found = ProviderSession { dispute: Some(dispute), ..found.clone() };
            db.apply(&row, &found, NOW).await.unwrap();
            let grant = db.store.grants().by_id(one.grant.unwrap()).await.unwrap();
            assert_eq!(grant.suspended_at.is_some(), suspended, "{dispute:?}");
        }
        // What went back in full ends it.
        let row = db.store.checkouts().by_id(invoice.id).await.unwrap();
        let back = ProviderSession { refunded: 500, dispute: Some(Dispute::Won), ..found };
        db.apply(&row, &back, NOW).await.unwrap();
        let jobs = jobs(&db, Lane::Money).await;
        assert_eq!(jobs.iter().filter(|job| job.read::<EndSubscription>().is_ok()).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_begin_is_ended_and_paid_back() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let order = paying(&db, &ben, &pass).await;
        db.store.grants().give(ben.id, pass.id, NOW).await.unwrap();
        let begun = begin(&db, &order, &facts(&order, SubscriptionStatus::Active)).await.expect("settled");
        assert_eq!(begun.refused, Some(RefundReason::Surplus));
        let one = only(&db, &ben).await;
        assert_eq!((one.grant, one.refused), (None, Some(RefundReason::Surplus)));
        assert!(bill(&db, &one, "in_1").await);
        let jobs = jobs(&db, Lane::Money).await;
        assert_eq!(jobs.iter().filter(|job| job.read::<EndSubscription>().is_ok()).count(), 1);
        assert_eq!(jobs.iter().filter(|job| job.read::<RefundPayment>().is_ok()).count(), 1);
        assert_eq!(db.store.purchases().owed().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_subscribes_is_listed_and_stands_in_the_way_of_a_deletion() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let maya = db.person("maya@example.org").await;
        let sold = async || db.store.deletion().obstacles(maya.id, NOW).await.unwrap().sold.len();
        let order = paying(&db, &ben, &pass).await;
        let answers = [Answer { question: "Why you?".into(), answer: "I pay".into() }];
        db.change(async |tx| tx.answer_of_order(order.id, &answers).await).await.unwrap();
        assert_eq!(sold().await, 0);
        let order = db.store.checkouts().by_id(order.id).await.unwrap();
        begin(&db, &order, &facts(&order, SubscriptionStatus::Active)).await;
        let held = db.store.members().held(pass.space, &[ben.id]).await.unwrap();
        let found: Vec<_> = held[&ben.id].iter().map(|one| (one.source, &one.answers[..])).collect();
        assert_eq!(found, [(GrantSource::Subscription, &answers[..])]);
        assert_eq!(sold().await, 1, "somebody has paid for what the owner would take along");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pays_late_gets_nobody_elses_seat() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let selling = Selling { stock: Some(1), ..Selling::default() };
        db.change(async |tx| tx.sell_pass(pass.id, &selling).await).await.unwrap();
        let order = paying(&db, &ben, &pass).await;
        let active = facts(&order, SubscriptionStatus::Active);
        begin(&db, &order, &active).await;
        let one = only(&db, &ben).await;
        let (used, share) = (invoice(&one, "in_used"), FeeShare::default());
        let before = Millis(NOW.0 - Span::days(9).0);
        db.change(async |tx| tx.bill_invoice(&one, &used.0, &used.1, share, before).await).await.unwrap();
        let (status, began) = (SubscriptionStatus::PastDue, Millis(NOW.0 - Span::days(8).0));
        apply(&db, &one, &SubscriptionFacts { status, period_start: began, ..active.clone() }).await;
        assert_eq!(ends(&db, &one).await, Some(began + GRACE));
        assert!(db.change(async |tx| tx.expire_grant(one.grant.unwrap(), NOW).await).await.unwrap());
        let cay = db.person("cay@example.org").await;
        db.store.grants().give(cay.id, pass.id, NOW).await.unwrap();
        // The provider may tell of the payment first.
        assert!(bill(&db, &one, "in_first").await);

        let renewed = apply(&db, &only(&db, &ben).await, &active).await;
        assert_eq!(renewed.refused, Some(RefundReason::SoldOut));
        assert_eq!(ends(&db, &one).await, Some(began + GRACE), "it lets nobody in");
        let refused = only(&db, &ben).await;
        assert_eq!(refused.refused, Some(RefundReason::SoldOut));
        assert!(bill(&db, &refused, "in_late").await);
        let owed = db.store.purchases().owed().await.unwrap();
        let mut sessions: Vec<_> = owed.iter().filter_map(|one| one.provider_session.as_deref()).collect();
        sessions.sort_unstable();
        assert_eq!(sessions, ["in_first", "in_late"], "what was used stays paid");
        let jobs = jobs(&db, Lane::Money).await;
        assert_eq!(jobs.iter().filter(|job| job.read::<EndSubscription>().is_ok()).count(), 1);
        assert_eq!(jobs.iter().filter(|job| job.read::<RefundPayment>().is_ok()).count(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_dispute_ends_it_whichever_invoice_it_is_about() {
    on_each(async |db| {
        let (ben, pass) = shop(&db, plan()).await;
        let order = paying(&db, &ben, &pass).await;
        begin(&db, &order, &facts(&order, SubscriptionStatus::Active)).await;
        let (one, share) = (only(&db, &ben).await, FeeShare::default());
        for (id, at) in [("in_1", NOW), ("in_2", END)] {
            let (facts, found) = invoice(&one, id);
            db.change(async |tx| tx.bill_invoice(&one, &facts, &found, share, at).await).await.unwrap();
        }
        let row = db.store.checkouts().by_provider_session("in_1").await.unwrap().expect("an order");
        let lost = ProviderSession { dispute: Some(Dispute::Lost), ..invoice(&one, "in_1").1 };
        db.apply(&row, &lost, END).await.unwrap();
        let jobs = jobs(&db, Lane::Money).await;
        assert_eq!(jobs.iter().filter(|job| job.read::<EndSubscription>().is_ok()).count(), 1);
    })
    .await;
}
