//! Applying the provider's state of a payment to our rows: once, in any order and number.

use crate::database::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::Pass,
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        jobs::{RefundPayment, SendPaymentFailure, SendReceipt, SendRefundNotice},
        payments::{Dispute, ProviderSession, ProviderStatus},
        settlement::RefundReason,
        store::CheckoutStore,
    },
    people::account::Account,
    time::Span,
    work::Lane,
};
use store::{Applied, Opened, Purchase};

const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

/// A buyer, and a pass for twelve euros in a published space.
async fn shop(db: &TestDatabase) -> (Account, Pass) {
    let (_, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(experience.space, "front-row", euros(12), &[experience.id]).await;
    (db.person("ben@example.org").await, pass)
}

/// An order whose buyer is on the provider's page.
async fn paying(db: &TestDatabase, buyer: &Account, pass: &Pass) -> Checkout {
    let opened = db.open_order(buyer.id, pass.id, NOW).await.unwrap();
    let Opened::New(order) = opened else { panic!("{opened:?}") };
    let (session, url) = (format!("cs_{}", order.id), "https://pay".to_owned());
    CheckoutStore::paying(&db.store, order.id, session, url, None).await.unwrap();
    db.store.checkouts().by_id(order.id).await.unwrap()
}

/// The provider's state of an order's session.
fn says(order: &Checkout, status: ProviderStatus) -> ProviderSession {
    ProviderSession {
        id: order.provider_session.clone().expect("a session"),
        url: None,
        client_secret: None,
        status,
        amount: Some(order.amount),
        reference: Some(order.id.to_string()),
        intent: Some(format!("pi_{}", order.id)),
        refunded: 0,
        dispute: None,
        movements: Vec::new(),
    }
}

/// Works like the job: read, fetch, apply, and repeat if another writer was faster.
async fn apply(db: &TestDatabase, order: CheckoutId, found: &ProviderSession) -> Applied {
    loop {
        let row = db.store.checkouts().by_id(order).await.unwrap();
        match db.apply(&row, found, NOW).await {
            Err(StoreError::Conflict("older")) => {}
            applied => return applied.unwrap(),
        }
    }
}

async fn purchase(db: &TestDatabase, order: &Checkout) -> Purchase {
    db.store.purchases().of_checkout(order.id).await.unwrap().expect("a purchase")
}

/// The pending receipts, refunds, notices of refunds, and mails about failed payments.
async fn jobs(db: &TestDatabase) -> [usize; 4] {
    let claim = async |lane| db.store.jobs().claim(lane, Span::secs(1), 99, NOW).await.unwrap();
    let (mails, money) = (claim(Lane::Receipts).await, claim(Lane::Money).await);
    [
        mails.iter().filter(|job| job.read::<SendReceipt>().is_ok()).count(),
        money.iter().filter(|job| job.read::<RefundPayment>().is_ok()).count(),
        mails.iter().filter(|job| job.read::<SendRefundNotice>().is_ok()).count(),
        mails.iter().filter(|job| job.read::<SendPaymentFailure>().is_ok()).count(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_completions_are_one_grant_one_purchase_one_mail() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let order = paying(&db, &ben, &pass).await;
        let paid = says(&order, ProviderStatus::Paid);
        let applied = race(20, |_| {
            let (db, paid, id) = (db.clone(), paid.clone(), order.id);
            async move { apply(&db, id, &paid).await }
        })
        .await;
        assert_eq!(applied.iter().filter(|a| a.granted).count(), 1);
        assert_eq!(applied.iter().filter(|a| !a.changed).count(), 19);
        let grants = db.store.grants().of_account(ben.id).await.unwrap();
        let [grant] = grants.as_slice() else { panic!("{grants:?}") };
        let bought = purchase(&db, &order).await;
        assert_eq!(
            (grant.purchase, grant.pass, grant.starts_at),
            (Some(bought.id), pass.id, order.created_at)
        );
        assert_eq!(
            (bought.amount, bought.refund_reason, bought.provider_intent),
            (TWELVE, None, paid.intent)
        );
        assert_eq!(db.store.purchases().of_account(ben.id).await.unwrap().len(), 1);
        assert_eq!(jobs(&db).await, [1, 0, 0, 0]);
        let again = db.open_order(ben.id, pass.id, NOW).await.unwrap();
        assert_eq!(again, Opened::Holds(grant.clone()));
        assert_eq!(db.store.grants().holders(pass.id, NOW).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_not_the_orders_own_changes_nothing() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let cleo = db.person("cleo@example.org").await;
        let (order, other) = (paying(&db, &ben, &pass).await, paying(&db, &cleo, &pass).await);
        let paid = says(&order, ProviderStatus::Paid);
        for (found, what) in [
            (says(&other, ProviderStatus::Paid), "session"),
            (ProviderSession { reference: Some(other.id.to_string()), ..paid.clone() }, "reference"),
            (ProviderSession { reference: None, ..paid.clone() }, "reference"),
            (ProviderSession { amount: Some(Money { minor: 1, ..TWELVE }), ..paid.clone() }, "amount"),
            (
                ProviderSession { amount: Some(Money { currency: Currency::Usd, ..TWELVE }), ..paid.clone() },
                "amount",
            ),
            (ProviderSession { amount: None, ..paid }, "amount"),
        ] {
            let refused = db.apply(&order, &found, NOW).await;
            assert!(matches!(refused, Err(StoreError::Conflict(why)) if why == what), "{refused:?} {what}");
        }
        for order in [order, other] {
            assert_eq!(db.store.checkouts().by_id(order.id).await.unwrap().state, Payment::Paying);
            assert_eq!(db.store.purchases().of_checkout(order.id).await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn a_state_that_was_fetched_before_a_newer_one_was_applied_is_not_applied() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let before = paying(&db, &ben, &pass).await;
        let paid = says(&before, ProviderStatus::Paid);
        apply(&db, before.id, &paid).await;
        let at_paid = db.store.checkouts().by_id(before.id).await.unwrap();
        apply(&db, before.id, &ProviderSession { refunded: 1200, ..paid.clone() }).await;
        for (row, found) in [
            (&before, says(&before, ProviderStatus::Expired)),
            (&before, paid.clone()),
            (&at_paid, ProviderSession { refunded: 600, ..paid.clone() }),
            (&at_paid, ProviderSession { dispute: Some(Dispute::Open), ..paid }),
        ] {
            let older = db.apply(row, &found, NOW).await;
            assert!(matches!(older, Err(StoreError::Conflict("older"))), "{older:?}");
        }
        assert_eq!(purchase(&db, &before).await.refunded, 1200);
        assert_eq!(jobs(&db).await, [1, 0, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_slow_payment_holds_the_place_until_it_arrives_or_fails() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        for (end, state) in [(ProviderStatus::Failed, Payment::Failed), (ProviderStatus::Paid, Payment::Paid)]
        {
            let order = paying(&db, &ben, &pass).await;
            apply(&db, order.id, &says(&order, ProviderStatus::Processing)).await;
            let row = db.store.checkouts().by_id(order.id).await.unwrap();
            assert_eq!(row.state, Payment::Processing);
            assert!(
                !db.change(async |tx| tx.cancel_checkout(order.id).await).await.unwrap(),
                "it is paid as far as we know"
            );
            let again = db.open_order(ben.id, pass.id, NOW).await.unwrap();
            assert_eq!(again, Opened::Existing(row), "nobody pays twice by accident");
            assert_eq!(CheckoutStore::unfinished(&db.store).await.unwrap(), [order.id]);
            apply(&db, order.id, &says(&order, end)).await;
            assert_eq!(db.store.checkouts().by_id(order.id).await.unwrap().state, state);
        }
        assert_eq!(jobs(&db).await, [1, 0, 0, 1], "each end has its mail");
        assert_eq!(db.store.grants().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_fails_or_is_never_confirmed_is_told_once_and_our_own_error_is_not() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let close = async |id, payment, why| CheckoutStore::close(&db.store, id, payment, why, NOW).await;
        for (payment, why, mails) in [
            (Payment::Failed, Some(OrderEnd::Refused), 0),
            (Payment::Expired, None, 0),
            (Payment::Expired, Some(OrderEnd::Cancelled), 0),
            (Payment::Expired, Some(OrderEnd::Unconfirmed), 0),
            (Payment::Failed, None, 1),
            (Payment::Failed, Some(OrderEnd::Unconfirmed), 1),
        ] {
            let order = paying(&db, &ben, &pass).await;
            close(order.id, payment, why).await.unwrap();
            assert_eq!(db.store.checkouts().by_id(order.id).await.unwrap().ended, why);
            assert!(close(order.id, payment, why).await.is_err(), "it is over");
            assert_eq!(jobs(&db).await[3], mails, "{payment:?} {why:?}");
        }
        let order = paying(&db, &ben, &pass).await;
        assert!(db.change(async |tx| tx.cancel_checkout(order.id).await).await.unwrap());
        close(order.id, Payment::Failed, Some(OrderEnd::Unconfirmed)).await.unwrap();
        let row = db.store.checkouts().by_id(order.id).await.unwrap();
        assert_eq!(
            row.ended,
            Some(OrderEnd::Unconfirmed),
            "a cancellation does not say that nothing was charged"
        );
    })
    .await;
}

#[tokio::test]
async fn an_end_that_the_provider_tells_first_keeps_its_reason() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let ended = async |order: &Checkout| {
            apply(&db, order.id, &says(order, ProviderStatus::Expired)).await;
            db.store.checkouts().by_id(order.id).await.unwrap().ended
        };
        let order = paying(&db, &ben, &pass).await;
        assert_eq!(ended(&order).await, None, "it has just run out");
        let order = paying(&db, &ben, &pass).await;
        assert!(db.change(async |tx| tx.cancel_checkout(order.id).await).await.unwrap());
        assert!(!db.change(async |tx| tx.cancel_checkout(order.id).await).await.unwrap(), "once");
        assert_eq!(ended(&order).await, Some(OrderEnd::Cancelled));
        let order = paying(&db, &ben, &pass).await;
        db.change(async |tx| tx.withdraw_pass(pass.id, NOW).await).await.unwrap();
        assert_eq!(ended(&order).await, Some(OrderEnd::Withdrawn));
        assert_eq!(jobs(&db).await, [0; 4]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_payments_at_once_one_is_granted_and_the_rest_goes_back() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let mut late = Vec::new();
        for _ in 0..10 {
            let order = paying(&db, &ben, &pass).await;
            CheckoutStore::close(&db.store, order.id, Payment::Expired, None, NOW).await.unwrap();
            late.push(order);
        }
        let applied = race(10, |i| {
            let (db, id, paid) = (db.clone(), late[i].id, says(&late[i], ProviderStatus::Paid));
            async move { apply(&db, id, &paid).await }
        })
        .await;
        assert_eq!(applied.iter().filter(|a| a.granted).count(), 1);
        assert_eq!(applied.iter().filter(|a| a.refund == Some(RefundReason::Surplus)).count(), 9);
        assert_eq!(db.store.purchases().owed().await.unwrap().len(), 9);
        db.store.purchases().enqueue_owed_refunds(NOW).await.unwrap();
        assert_eq!(jobs(&db).await, [1, 9, 0, 0], "one refund each, however often it is requested");
        assert_eq!(db.store.grants().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

/// During a settlement, a concurrent caller gets the open checkout or learns that they have the pass.
#[tokio::test(flavor = "multi_thread")]
async fn a_settling_among_openings_leaves_nothing_open() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let order = paying(&db, &ben, &pass).await;
        let paid = says(&order, ProviderStatus::Paid);
        let opened = race(40, |i| {
            let (db, paid, id) = (db.clone(), paid.clone(), order.id);
            async move {
                if i == 10 {
                    apply(&db, id, &paid).await;
                }
                db.open_order(ben.id, pass.id, NOW).await.unwrap()
            }
        })
        .await;
        assert!(opened.iter().all(|o| !matches!(o, Opened::New(_))), "{opened:?}");
        assert!(matches!(opened[10], Opened::Holds(_)));
        assert!(db.store.checkouts().unsettled().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_grant_follows_refunds_and_disputes() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let order = paying(&db, &ben, &pass).await;
        let paid = says(&order, ProviderStatus::Paid);
        apply(&db, order.id, &paid).await;
        let grant = db.store.grants().of_account(ben.id).await.unwrap().remove(0).id;
        let holds = async || db.store.grants().by_id(grant).await.unwrap().holds_at(NOW);
        let part = ProviderSession { refunded: 300, ..paid.clone() };
        assert_eq!(apply(&db, order.id, &part).await.ended, None);
        for (dispute, ended, in_force) in [
            (Dispute::Inquiry, false, true),
            (Dispute::Open, true, false),
            (Dispute::Won, false, true),
            (Dispute::Open, true, false),
            (Dispute::Lost, true, false),
        ] {
            let found = ProviderSession { dispute: Some(dispute), ..part.clone() };
            for again in [false, true] {
                let applied = apply(&db, order.id, &found).await;
                let want = Some(grant).filter(|_| ended && !again);
                assert_eq!(
                    (applied.changed, applied.ended.or(applied.suspended)),
                    (!again, want),
                    "{dispute:?}"
                );
                let pauses = dispute == Dispute::Open && !again;
                assert_eq!(applied.suspended.is_some(), pauses, "{dispute:?} pauses, or ends for good");
            }
            assert_eq!(holds().await, in_force, "{dispute:?}");
            let standing = db.store.access().standing(pass.space, ben.id, NOW).await.unwrap();
            assert_eq!(standing.grants[0].holds_at(NOW), in_force, "{dispute:?}");
        }
        assert_eq!(jobs(&db).await, [1, 0, 1, 0], "one notice of what went back");
        let another = db.open_order(ben.id, pass.id, NOW).await.unwrap();
        assert!(matches!(another, Opened::New(_)), "whoever lost it can buy it again: {another:?}");
    })
    .await;
}

#[tokio::test]
async fn money_before_a_shut_door_goes_back() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let order = paying(&db, &ben, &pass).await;
        db.change(async |tx| tx.update_pass(pass.id, &pass_text("front-row", euros(9), &[]), NOW).await)
            .await
            .unwrap();
        let row = db.store.checkouts().by_id(order.id).await.unwrap();
        assert_eq!(row.ended_by(NOW), Some(OrderEnd::Price));
        db.unpublish(pass.space).await.unwrap();
        let row = db.store.checkouts().by_id(order.id).await.unwrap();
        assert_eq!(row.ended_by(NOW), Some(OrderEnd::Unpublished));
        let applied = apply(&db, order.id, &says(&order, ProviderStatus::Paid)).await;
        assert_eq!((applied.granted, applied.refund), (false, Some(RefundReason::Unpublished)));
        assert_eq!(purchase(&db, &order).await.refund_reason, Some(RefundReason::Unpublished));
        assert!(db.store.grants().of_account(ben.id).await.unwrap().is_empty());
        assert_eq!(jobs(&db).await, [0, 1, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn holders_keep_what_their_pass_opened_when_they_ordered_it() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let (kept, more) = (pass.includes[0], db.experience(pass.space, "more").await.id);
        let order = paying(&db, &ben, &pass).await;
        let passes = db.store.passes();
        let later = NOW + Span::minutes(1);
        let text = pass_text("front-row", euros(12), &[more]);
        db.change(async |tx| tx.update_pass(pass.id, &text, later).await).await.unwrap();
        apply(&db, order.id, &says(&order, ProviderStatus::Paid)).await;
        let grant = db.store.grants().of_account(ben.id).await.unwrap().remove(0);
        let now_sold = passes.by_id(pass.id).await.unwrap();
        assert_eq!(now_sold.includes, [more]);
        assert!(now_sold.opens_since(kept, grant.starts_at) && now_sold.opens_since(more, grant.starts_at));
        assert!(!now_sold.opens_since(kept, later + Span(1)), "a later buyer does not get it");
        let listed = passes.list(pass.space).await.unwrap().remove(0);
        assert_eq!(listed, now_sold);
        let text = pass_text("front-row", euros(12), &[kept]);
        db.change(async |tx| tx.update_pass(pass.id, &text, later).await).await.unwrap();
        let again = passes.by_id(pass.id).await.unwrap();
        assert_eq!((again.includes, again.included_until), (vec![kept], vec![(more, later)]));
    })
    .await;
}
