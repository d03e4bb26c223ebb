//! What a payment has given depends on what went back of it and on what banks say, not on the order in which that was told.

use crate::database::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    id::CheckoutId,
    money::{
        billing::{Interval, InvoiceFacts, InvoiceStatus, SubscriptionFacts, SubscriptionStatus},
        checkout::Checkout,
        ledger::FeeShare,
        payments::{Dispute, ProviderSession, ProviderStatus},
        recurring::{plan::Plan, subscription::Subscription},
        store::CheckoutStore,
    },
    time::Span,
};
use store::Opened;

const FIVE: Money = Money { minor: 500, currency: Currency::Eur };

/// What went back, and what a bank says.
type Told = (i64, Option<Dispute>);

const TOLD: [Told; 8] = [
    (0, None),
    (200, None),
    (500, None),
    (0, Some(Dispute::Open)),
    (500, Some(Dispute::Open)),
    (0, Some(Dispute::Won)),
    (0, Some(Dispute::Lost)),
    (500, Some(Dispute::Won)),
];

fn paid(session: &str, reference: Option<CheckoutId>) -> ProviderSession {
    ProviderSession {
        id: session.into(),
        url: None,
        client_secret: None,
        status: ProviderStatus::Paid,
        amount: Some(FIVE),
        reference: reference.map(|id| id.to_string()),
        intent: Some(format!("pi_{session}")),
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    }
}

/// Applies what is told of the order of a session.
async fn tell(db: &TestDatabase, session: &ProviderSession, (refunded, dispute): Told) {
    let row = db.store.checkouts().by_provider_session(&session.id).await.unwrap().expect("an order");
    let found = ProviderSession { refunded, dispute, ..session.clone() };
    db.apply(&row, &found, NOW).await.unwrap();
}

/// An order whose buyer is on the provider's page.
async fn on_its_page(db: &TestDatabase, opened: Opened) -> Checkout {
    let Opened::New(order) = opened else { panic!("{opened:?}") };
    let (session, url) = (format!("cs_{}", order.id), "https://pay".to_owned());
    CheckoutStore::paying(&db.store, order.id, session, url, None).await.unwrap();
    db.store.checkouts().by_id(order.id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_bought_once_is_the_same_in_any_order() {
    on_each(async |db| {
        let (_, experience, _) = db.stage().await;
        db.publish(experience.space, NOW).await.unwrap();
        let pass = db.pass(experience.space, "front-row", euros(5), &[experience.id]).await;
        let mut ends = Vec::new();
        for (n, last) in TOLD.into_iter().enumerate() {
            for (m, before) in TOLD.into_iter().enumerate() {
                let buyer = db.person(&format!("buyer{n}-{m}@example.org")).await;
                let order = on_its_page(&db, db.open_order(buyer.id, pass.id, NOW).await.unwrap()).await;
                let session = paid(&format!("cs_{}", order.id), Some(order.id));
                for told in [(0, None), before, last] {
                    tell(&db, &session, told).await;
                }
                let grant = db.store.grants().of_account(buyer.id).await.unwrap().remove(0);
                ends.push((n, before, grant.suspended_at.is_some(), grant.revoked_at.is_some()));
            }
        }
        for (n, before, suspended, revoked) in ends {
            let (refunded, dispute) = TOLD[n];
            // A bank that has been asked says no more than the provider's newest word.
            let dispute = dispute.or(before.1);
            let whole = refunded == 500;
            let want = (!whole && dispute == Some(Dispute::Open), whole || dispute == Some(Dispute::Lost));
            assert_eq!((suspended, revoked), want, "{before:?}, then {:?}", TOLD[n]);
        }
    })
    .await;
}

/// A subscription with two paid invoices.
async fn subscribed(db: &TestDatabase) -> Subscription {
    let (_, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let price = PriceKind::Recurring(Plan::of(FIVE, Interval::Month));
    let pass = db.pass(experience.space, "circle", price, &[experience.id]).await;
    let ben = db.person("ben@example.org").await;
    let opened =
        db.change(async |tx| tx.open_subscription(ben.id, pass.id, Interval::Month, NOW).await).await;
    let order = on_its_page(db, opened.unwrap().expect("an order")).await;
    let facts = SubscriptionFacts {
        id: "sub_1".into(),
        customer: "cus_1".into(),
        reference: Some(order.id.to_string()),
        status: SubscriptionStatus::Active,
        price: "price_1".into(),
        item: "si_1".into(),
        period_start: NOW,
        period_end: NOW + Span::days(30),
        trial_end: None,
        ends_with_period: false,
        ended_at: None,
        collection_paused: false,
        paid_until: None,
        card: None,
        latest_invoice: None,
    };
    let complete = paid(&format!("cs_{}", order.id), Some(order.id));
    db.change(async |tx| tx.begin_subscription(&order, &complete, &facts, NOW).await).await.unwrap();
    let one = db.store.subscriptions().of_account(ben.id).await.unwrap().remove(0);
    for id in ["in_1", "in_2"] {
        bill(db, &one, id).await;
    }
    one
}

async fn bill(db: &TestDatabase, one: &Subscription, id: &str) {
    let invoice = InvoiceFacts {
        id: id.into(),
        customer: "cus_1".into(),
        subscription: Some(one.provider.clone()),
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
    let (found, share) = (paid(id, None), FeeShare::default());
    let billed = db.change(async |tx| tx.bill_invoice(one, &invoice, &found, share, NOW).await).await;
    assert!(billed.unwrap(), "{id} is an order");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_subscription_gives_is_the_same_in_any_order() {
    on_each(async |db| {
        let one = subscribed(&db).await;
        let grant = one.grant.expect("a grant");
        let suspended = async || db.store.grants().by_id(grant).await.unwrap().suspended_at.is_some();
        let (first, second) = (paid("in_1", None), paid("in_2", None));
        // Whatever was told before of both, in whatever order the last words come.
        for (a, b, want) in [
            ((0, Some(Dispute::Open)), (0, Some(Dispute::Won)), true),
            ((500, Some(Dispute::Open)), (0, Some(Dispute::Won)), false),
            ((200, Some(Dispute::Open)), (0, Some(Dispute::Open)), true),
            ((500, Some(Dispute::Won)), (0, Some(Dispute::Open)), true),
            ((0, Some(Dispute::Won)), (0, Some(Dispute::Won)), false),
            ((500, Some(Dispute::Lost)), (0, Some(Dispute::Won)), false),
            ((0, Some(Dispute::Lost)), (0, Some(Dispute::Won)), true),
        ] {
            for turned in [false, true] {
                tell(&db, &first, (0, Some(Dispute::Won))).await;
                tell(&db, &second, (0, Some(Dispute::Won))).await;
                assert!(!suspended().await, "nothing is open");
                let mut told = [(&first, a), (&second, b)];
                if turned {
                    told.reverse();
                }
                for (session, words) in told {
                    tell(&db, session, words).await;
                }
                assert_eq!(suspended().await, want, "{a:?} and {b:?}, turned: {turned}");
            }
        }
        let bought = db.store.purchases().of_account(one.account).await.unwrap();
        assert_eq!(bought.len(), 2);
    })
    .await;
}
