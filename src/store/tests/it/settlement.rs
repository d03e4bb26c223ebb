//! The provider's state of a payment in our rows: once, in whatever order and number it comes.

use crate::house::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::Pass,
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OrderEnd, Payment},
        jobs::{RefundPayment, SendReceipt, SendRefundNotice},
        payments::{Dispute, ProviderSession, ProviderStatus},
        settlement::RefundReason,
        store::CheckoutStore,
    },
    people::account::Account,
    time::Span,
    work::Lane,
};
use store::{Applied, Opened, Purchase, Store};

const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

/// A buyer before a pass for twelve euros in a published space.
async fn shop(house: &House) -> (Account, Pass) {
    let (_, experience, _) = house.stage().await;
    house.publish(experience.space, NOW).await.unwrap();
    let pass = house.pass(experience.space, "front-row", euros(12), &[experience.id]).await;
    (house.person("ben@example.org").await, pass)
}

/// An order whose buyer is at the provider's page.
async fn paying(house: &House, buyer: &Account, pass: &Pass) -> Checkout {
    let opened = house.store.checkouts().open(buyer.id, pass.id, NOW).await.unwrap();
    let Opened::New(order) = opened else { panic!("{opened:?}") };
    let (session, url) = (format!("cs_{}", order.id), "https://pay".to_owned());
    CheckoutStore::paying(&house.store, order.id, session, url).await.unwrap();
    house.store.checkouts().by_id(order.id).await.unwrap()
}

/// What the provider says of an order's session.
fn says(order: &Checkout, status: ProviderStatus) -> ProviderSession {
    ProviderSession {
        id: order.provider_session.clone().expect("a session"),
        url: None,
        status,
        amount: Some(order.amount),
        reference: Some(order.id.to_string()),
        intent: Some(format!("pi_{}", order.id)),
        refunded: 0,
        dispute: None,
    }
}

/// As the job does it: read, fetch, apply; again where somebody was faster.
async fn apply(store: &Store, order: CheckoutId, found: &ProviderSession) -> Applied {
    loop {
        let row = store.checkouts().by_id(order).await.unwrap();
        match store.checkouts().apply(&row, found, NOW).await {
            Err(StoreError::Conflict("older")) => {}
            applied => return applied.unwrap(),
        }
    }
}

async fn purchase(house: &House, order: &Checkout) -> Purchase {
    house.store.purchases().of_checkout(order.id).await.unwrap().expect("a purchase")
}

/// Receipts, refunds and notices of refunds that are to be done.
async fn jobs(house: &House) -> [usize; 3] {
    let claim = async |lane| house.store.jobs().claim(lane, Span::secs(1), 99, NOW).await.unwrap();
    let (mails, money) = (claim(Lane::Receipts).await, claim(Lane::Money).await);
    [
        mails.iter().filter(|job| job.read::<SendReceipt>().is_ok()).count(),
        money.iter().filter(|job| job.read::<RefundPayment>().is_ok()).count(),
        mails.iter().filter(|job| job.read::<SendRefundNotice>().is_ok()).count(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_completions_are_one_grant_one_purchase_one_mail() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let order = paying(&house, &ben, &pass).await;
        let paid = says(&order, ProviderStatus::Paid);
        let applied = race(20, |_| {
            let (store, paid, id) = (house.store.clone(), paid.clone(), order.id);
            async move { apply(&store, id, &paid).await }
        })
        .await;
        assert_eq!(applied.iter().filter(|a| a.granted).count(), 1);
        assert_eq!(applied.iter().filter(|a| !a.changed).count(), 19);
        let grants = house.store.grants().of_account(ben.id).await.unwrap();
        let [grant] = grants.as_slice() else { panic!("{grants:?}") };
        let bought = purchase(&house, &order).await;
        assert_eq!(
            (grant.purchase, grant.pass, grant.starts_at),
            (Some(bought.id), pass.id, order.created_at)
        );
        assert_eq!(
            (bought.amount, bought.refund_reason, bought.provider_intent),
            (TWELVE, None, paid.intent)
        );
        assert_eq!(house.store.purchases().of_space(pass.space).await.unwrap().len(), 1);
        assert_eq!(jobs(&house).await, [1, 0, 0]);
        let again = house.store.checkouts().open(ben.id, pass.id, NOW).await.unwrap();
        assert_eq!(again, Opened::Holds(grant.clone()));
        assert_eq!(house.store.grants().holders(pass.id, NOW).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_not_the_orders_own_changes_nothing() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let cleo = house.person("cleo@example.org").await;
        let (order, other) = (paying(&house, &ben, &pass).await, paying(&house, &cleo, &pass).await);
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
            let refused = house.store.checkouts().apply(&order, &found, NOW).await;
            assert!(matches!(refused, Err(StoreError::Conflict(why)) if why == what), "{refused:?} {what}");
        }
        for order in [order, other] {
            assert_eq!(house.store.checkouts().by_id(order.id).await.unwrap().state, Payment::Paying);
            assert_eq!(house.store.purchases().of_checkout(order.id).await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn a_state_that_was_fetched_before_a_newer_one_was_applied_is_not_applied() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let before = paying(&house, &ben, &pass).await;
        let paid = says(&before, ProviderStatus::Paid);
        apply(&house.store, before.id, &paid).await;
        let at_paid = house.store.checkouts().by_id(before.id).await.unwrap();
        apply(&house.store, before.id, &ProviderSession { refunded: 1200, ..paid.clone() }).await;
        for (row, found) in [
            (&before, says(&before, ProviderStatus::Expired)),
            (&before, paid.clone()),
            (&at_paid, ProviderSession { refunded: 600, ..paid.clone() }),
            (&at_paid, ProviderSession { dispute: Some(Dispute::Open), ..paid }),
        ] {
            let older = house.store.checkouts().apply(row, &found, NOW).await;
            assert!(matches!(older, Err(StoreError::Conflict("older"))), "{older:?}");
        }
        assert_eq!(purchase(&house, &before).await.refunded, 1200);
        assert_eq!(jobs(&house).await, [1, 0, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_slow_payment_holds_the_place_until_it_arrives_or_fails() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        for (end, state) in [(ProviderStatus::Failed, Payment::Failed), (ProviderStatus::Paid, Payment::Paid)]
        {
            let order = paying(&house, &ben, &pass).await;
            apply(&house.store, order.id, &says(&order, ProviderStatus::Processing)).await;
            let row = house.store.checkouts().by_id(order.id).await.unwrap();
            assert_eq!(row.state, Payment::Processing);
            assert!(!house.store.checkouts().cancel(order.id).await.unwrap(), "it is paid as far as we know");
            let again = house.store.checkouts().open(ben.id, pass.id, NOW).await.unwrap();
            assert_eq!(again, Opened::Existing(row), "nobody pays twice by accident");
            assert_eq!(CheckoutStore::unfinished(&house.store).await.unwrap(), [order.id]);
            apply(&house.store, order.id, &says(&order, end)).await;
            assert_eq!(house.store.checkouts().by_id(order.id).await.unwrap().state, state);
        }
        assert_eq!(house.store.grants().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_payments_at_once_one_is_granted_and_the_rest_goes_back() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let mut late = Vec::new();
        for _ in 0..10 {
            let order = paying(&house, &ben, &pass).await;
            CheckoutStore::close(&house.store, order.id, Payment::Expired, None, NOW).await.unwrap();
            late.push(order);
        }
        let applied = race(10, |i| {
            let (store, id, paid) = (house.store.clone(), late[i].id, says(&late[i], ProviderStatus::Paid));
            async move { apply(&store, id, &paid).await }
        })
        .await;
        assert_eq!(applied.iter().filter(|a| a.granted).count(), 1);
        assert_eq!(applied.iter().filter(|a| a.refund == Some(RefundReason::Surplus)).count(), 9);
        assert_eq!(house.store.purchases().owed().await.unwrap().len(), 9);
        house.store.purchases().enqueue_owed_refunds(NOW).await.unwrap();
        assert_eq!(jobs(&house).await, [1, 9, 0], "one refund each, however often it is asked for");
        assert_eq!(house.store.grants().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

/// Whoever comes while a payment is settled gets the checkout that is open, or hears that the pass is theirs.
#[tokio::test(flavor = "multi_thread")]
async fn a_settling_among_openings_leaves_nothing_open() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let order = paying(&house, &ben, &pass).await;
        let paid = says(&order, ProviderStatus::Paid);
        let opened = race(40, |i| {
            let (store, paid, id) = (house.store.clone(), paid.clone(), order.id);
            async move {
                if i == 10 {
                    apply(&store, id, &paid).await;
                }
                store.checkouts().open(ben.id, pass.id, NOW).await.unwrap()
            }
        })
        .await;
        assert!(opened.iter().all(|o| !matches!(o, Opened::New(_))), "{opened:?}");
        assert!(matches!(opened[10], Opened::Holds(_)));
        assert!(house.store.checkouts().unsettled().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_grant_follows_refunds_and_disputes() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let order = paying(&house, &ben, &pass).await;
        let paid = says(&order, ProviderStatus::Paid);
        apply(&house.store, order.id, &paid).await;
        let grant = house.store.grants().of_account(ben.id).await.unwrap().remove(0).id;
        let holds = async || house.store.grants().by_id(grant).await.unwrap().holds_at(NOW);
        let part = ProviderSession { refunded: 300, ..paid.clone() };
        assert_eq!(apply(&house.store, order.id, &part).await.ended, None);
        for (dispute, ended, in_force) in [
            (Dispute::Inquiry, false, true),
            (Dispute::Open, true, false),
            (Dispute::Won, false, true),
            (Dispute::Open, true, false),
            (Dispute::Lost, true, false),
        ] {
            let found = ProviderSession { dispute: Some(dispute), ..part.clone() };
            for again in [false, true] {
                let applied = apply(&house.store, order.id, &found).await;
                let want = Some(grant).filter(|_| ended && !again);
                assert_eq!((applied.changed, applied.ended), (!again, want), "{dispute:?}");
            }
            assert_eq!(holds().await, in_force, "{dispute:?}");
            let standing = house.store.access().standing(pass.space, ben.id, NOW).await.unwrap();
            assert_eq!(standing.grants[0].holds_at(NOW), in_force, "{dispute:?}");
        }
        assert_eq!(jobs(&house).await, [1, 0, 1], "one notice of what went back");
        let another = house.store.checkouts().open(ben.id, pass.id, NOW).await.unwrap();
        assert!(matches!(another, Opened::New(_)), "whoever lost it can buy it again: {another:?}");
    })
    .await;
}

#[tokio::test]
async fn money_before_a_shut_door_goes_back() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let order = paying(&house, &ben, &pass).await;
        house
            .change(async |tx| tx.update_pass(pass.id, &pass_text("front-row", euros(9), &[]), NOW).await)
            .await
            .unwrap();
        let row = house.store.checkouts().by_id(order.id).await.unwrap();
        assert_eq!(row.ended_by(NOW), Some(OrderEnd::Price));
        house.unpublish(pass.space).await.unwrap();
        let row = house.store.checkouts().by_id(order.id).await.unwrap();
        assert_eq!(row.ended_by(NOW), Some(OrderEnd::Unpublished));
        let applied = apply(&house.store, order.id, &says(&order, ProviderStatus::Paid)).await;
        assert_eq!((applied.granted, applied.refund), (false, Some(RefundReason::Unpublished)));
        assert_eq!(purchase(&house, &order).await.refund_reason, Some(RefundReason::Unpublished));
        assert!(house.store.grants().of_account(ben.id).await.unwrap().is_empty());
        assert_eq!(jobs(&house).await, [0, 1, 0]);
    })
    .await;
}

#[tokio::test]
async fn holders_keep_what_their_pass_opened_when_they_ordered_it() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let (kept, more) = (pass.includes[0], house.experience(pass.space, "more").await.id);
        let order = paying(&house, &ben, &pass).await;
        let passes = house.store.passes();
        let later = NOW + Span::minutes(1);
        let text = pass_text("front-row", euros(12), &[more]);
        house.change(async |tx| tx.update_pass(pass.id, &text, later).await).await.unwrap();
        apply(&house.store, order.id, &says(&order, ProviderStatus::Paid)).await;
        let grant = house.store.grants().of_account(ben.id).await.unwrap().remove(0);
        let now_sold = passes.by_id(pass.id).await.unwrap();
        assert_eq!(now_sold.includes, [more]);
        assert!(now_sold.opens_since(kept, grant.starts_at) && now_sold.opens_since(more, grant.starts_at));
        assert!(!now_sold.opens_since(kept, later + Span(1)), "who buys later does not get it");
        let listed = passes.list(pass.space).await.unwrap().remove(0);
        assert_eq!(listed, now_sold);
        let text = pass_text("front-row", euros(12), &[kept]);
        house.change(async |tx| tx.update_pass(pass.id, &text, later).await).await.unwrap();
        let again = passes.by_id(pass.id).await.unwrap();
        assert_eq!((again.includes, again.included_until), (vec![kept], vec![(more, later)]));
    })
    .await;
}
