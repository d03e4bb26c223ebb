use crate::house::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::{Pass, Price},
    error::StoreError,
    id::*,
    money::{
        checkout::{Checkout, OPEN_FOR, Payment},
        jobs::{SendReceipt, SettlePayment},
        payments::WebhookEvent,
        store::CheckoutStore,
    },
    people::account::Account,
    time::Span,
    work::Lane,
};
use store::{Opened, Settled};

const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

/// A buyer before a pass for twelve euros.
async fn shop(house: &House) -> (Account, Pass) {
    let (_, experience, _) = house.stage().await;
    let pass = house.pass(experience.space, "front-row", euros(12), &[experience.id]).await;
    (house.person("ben@example.org").await, pass)
}

async fn open_new(house: &House, buyer: &Account, pass: &Pass) -> Checkout {
    match house.store.checkouts().open(buyer.id, pass.id, NOW).await.unwrap() {
        Opened::New(checkout) => checkout,
        other => panic!("{other:?}"),
    }
}

async fn receipts(house: &House) -> usize {
    let jobs = house.store.jobs().claim(Lane::Receipts, Span::secs(1), 99, NOW).await.unwrap();
    jobs.iter().filter(|job| job.read::<SendReceipt>().is_ok()).count()
}

#[tokio::test]
async fn a_checkout_copies_the_amount_and_keeps_it() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let checkout = open_new(&house, &ben, &pass).await;
        assert_eq!((checkout.amount, checkout.state, checkout.attempt), (TWELVE, Payment::Held, 1));
        assert_eq!((checkout.email.as_str(), checkout.expires_at), ("ben@example.org", NOW + OPEN_FOR));
        house.store.passes().update(pass.id, &pass_text("front-row", euros(99), &[]), NOW).await.unwrap();
        let again = house.store.checkouts().open(ben.id, pass.id, NOW).await.unwrap();
        assert_eq!(again, Opened::Existing(checkout.clone()));
        assert_eq!(CheckoutStore::load(&house.store, checkout.id).await.unwrap().amount, TWELVE);
        assert_eq!(
            house.store.checkouts().of_account(ben.id).await.unwrap(),
            *std::slice::from_ref(&checkout)
        );
        house.store.passes().withdraw(pass.id, NOW).await.unwrap();
        let cleo = house.person("cleo@example.org").await;
        let lobby = house.pass(pass.space, "lobby", Price::Free, &[]).await;
        for (who, what) in [(cleo.id, pass.id), (cleo.id, lobby.id), (cleo.id, PassId::new())] {
            let refused = house.store.checkouts().open(who, what, NOW).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_clicks_open_one_checkout() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let opened = race(30, |_| {
            let store = house.store.clone();
            async move { store.checkouts().open(ben.id, pass.id, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(opened.iter().filter(|o| matches!(o, Opened::New(_))).count(), 1);
        assert_eq!(house.store.checkouts().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_stored_with_its_key_before_it_is_sent() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let id = open_new(&house, &ben, &pass).await.id;
        let begin = async |attempt: i64, key: &str, params: &str| {
            CheckoutStore::begin_attempt(&house.store, id, attempt, key.into(), params.into()).await
        };
        assert!(matches!(begin(2, "k2", "b").await, Err(StoreError::Conflict("checkout"))), "none was begun");
        begin(1, "k1", "a").await.unwrap();
        begin(1, "k1", "a").await.unwrap();
        for (attempt, key, params) in [(1, "k1", "other"), (1, "other", "a"), (3, "k3", "c")] {
            assert!(matches!(begin(attempt, key, params).await, Err(StoreError::Conflict("checkout"))));
        }
        begin(2, "k2", "b").await.unwrap();
        let stored = CheckoutStore::load(&house.store, id).await.unwrap();
        assert_eq!((stored.attempt, stored.request.as_deref()), (2, Some("b")));
        CheckoutStore::paying(&house.store, id, "cs_1".into(), "https://pay".into()).await.unwrap();
        CheckoutStore::paying(&house.store, id, "cs_1".into(), "https://pay".into()).await.unwrap();
        let other = CheckoutStore::paying(&house.store, id, "cs_2".into(), "https://pay".into()).await;
        assert!(matches!(other, Err(StoreError::Conflict("checkout"))));
        assert!(begin(3, "k3", "c").await.is_err(), "the provider has it");
        let found = house.store.checkouts().by_provider_session("cs_1").await.unwrap().unwrap();
        assert_eq!(
            (found.id, found.state, found.pay_url.as_deref()),
            (id, Payment::Paying, Some("https://pay"))
        );
        assert!(house.store.checkouts().by_provider_session("cs_9").await.unwrap().is_none());
        assert_eq!(CheckoutStore::unfinished(&house.store).await.unwrap(), [id]);
    })
    .await;
}

#[tokio::test]
async fn a_closed_checkout_makes_room_for_another() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        for payment in [Payment::Failed, Payment::Expired] {
            let id = open_new(&house, &ben, &pass).await.id;
            let wrong = CheckoutStore::close(&house.store, id, Payment::Paid, NOW).await;
            assert!(matches!(wrong, Err(StoreError::Conflict("payment"))));
            CheckoutStore::close(&house.store, id, payment, NOW).await.unwrap();
            assert_eq!(CheckoutStore::load(&house.store, id).await.unwrap().state, payment);
            let twice = CheckoutStore::close(&house.store, id, payment, NOW).await;
            assert!(matches!(twice, Err(StoreError::Conflict("checkout"))));
        }
        assert!(house.store.checkouts().unsettled().await.unwrap().is_empty());
        let nothing = CheckoutStore::close(&house.store, CheckoutId::new(), Payment::Failed, NOW).await;
        assert!(matches!(nothing, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_completions_are_one_grant_one_purchase_one_mail() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let id = open_new(&house, &ben, &pass).await.id;
        let settled = race(20, |_| {
            let store = house.store.clone();
            async move { store.checkouts().settle_paid(id, TWELVE, NOW).await.unwrap() }
        })
        .await;
        let grants = house.store.grants().of_account(ben.id).await.unwrap();
        let [grant] = grants.as_slice() else { panic!("{grants:?}") };
        let firsts =
            settled.iter().filter(|s| **s == Settled::Granted { grant: grant.clone(), first: true }).count();
        let others =
            settled.iter().filter(|s| **s == Settled::Granted { grant: grant.clone(), first: false }).count();
        assert_eq!((firsts, others), (1, 19));
        let purchases = house.store.purchases().of_account(ben.id).await.unwrap();
        assert_eq!((purchases.len(), purchases[0].amount, purchases[0].surplus), (1, TWELVE, false));
        assert_eq!((grant.purchase, grant.pass), (Some(purchases[0].id), pass.id));
        assert_eq!(house.store.purchases().by_id(purchases[0].id).await.unwrap(), purchases[0]);
        assert_eq!(house.store.purchases().of_space(pass.space).await.unwrap(), purchases);
        assert_eq!(receipts(&house).await, 1);
        let again = house.store.checkouts().open(ben.id, pass.id, NOW).await.unwrap();
        assert_eq!(again, Opened::Holds(grant.clone()));
    })
    .await;
}

#[tokio::test]
async fn only_the_asked_amount_settles() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let id = open_new(&house, &ben, &pass).await.id;
        for charged in [Money { minor: 1, ..TWELVE }, Money { currency: Currency::Usd, ..TWELVE }] {
            let refused = house.store.checkouts().settle_paid(id, charged, NOW).await;
            assert!(matches!(refused, Err(StoreError::Conflict("amount"))));
        }
        let unknown = house.store.checkouts().settle_paid(CheckoutId::new(), TWELVE, NOW).await;
        assert!(matches!(unknown, Err(StoreError::NotFound)));
        assert!(house.store.grants().of_account(ben.id).await.unwrap().is_empty());
        assert_eq!(CheckoutStore::load(&house.store, id).await.unwrap().state, Payment::Held);
    })
    .await;
}

#[tokio::test]
async fn money_that_comes_late_is_honoured_and_money_that_comes_twice_is_noted() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let late = open_new(&house, &ben, &pass).await;
        CheckoutStore::close(&house.store, late.id, Payment::Expired, NOW).await.unwrap();
        let second = open_new(&house, &ben, &pass).await;
        let settled = house.store.checkouts().settle_paid(late.id, TWELVE, NOW).await.unwrap();
        assert!(matches!(settled, Settled::Granted { first: true, .. }));
        for first in [true, false] {
            let settled = house.store.checkouts().settle_paid(second.id, TWELVE, NOW).await.unwrap();
            assert_eq!(settled, Settled::Surplus { purchase: second.purchase, first });
        }
        assert_eq!(house.store.grants().of_account(ben.id).await.unwrap().len(), 1);
        let surplus = house.store.purchases().surplus().await.unwrap();
        assert_eq!(surplus.iter().map(|p| p.id).collect::<Vec<_>>(), [second.purchase]);
        assert_eq!(receipts(&house).await, 1);
    })
    .await;
}

/// Whoever comes while a payment is settled gets the checkout that is open, or hears that the pass is theirs.
#[tokio::test(flavor = "multi_thread")]
async fn a_settling_among_openings_leaves_nothing_open() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let id = open_new(&house, &ben, &pass).await.id;
        let opened = race(40, |i| {
            let store = house.store.clone();
            async move {
                if i == 10 {
                    store.checkouts().settle_paid(id, TWELVE, NOW).await.unwrap();
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

#[tokio::test(flavor = "multi_thread")]
async fn of_many_payments_at_once_one_is_granted_and_the_rest_goes_back() {
    on_each(async |house| {
        let (ben, pass) = shop(&house).await;
        let mut ids = Vec::new();
        for _ in 0..10 {
            let id = open_new(&house, &ben, &pass).await.id;
            CheckoutStore::close(&house.store, id, Payment::Expired, NOW).await.unwrap();
            ids.push(id);
        }
        let settled = race(10, |i| {
            let (store, id) = (house.store.clone(), ids[i]);
            async move { store.checkouts().settle_paid(id, TWELVE, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(settled.iter().filter(|s| matches!(s, Settled::Granted { .. })).count(), 1);
        assert_eq!(house.store.purchases().surplus().await.unwrap().len(), 9);
        assert_eq!(house.store.grants().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_comes_twenty_times_is_one_job() {
    on_each(async |house| {
        let event = WebhookEvent {
            id: "evt_1".into(),
            kind: "checkout.session.completed".into(),
            session: Some("cs_1".into()),
            reference: None,
        };
        let kept = race(20, |_| {
            let (store, event) = (house.store.clone(), event.clone());
            async move { store.webhook_inbox().keep("stripe", &event, "{}", NOW).await.unwrap() }
        })
        .await;
        assert_eq!(kept.iter().filter(|new| **new).count(), 1);
        let silent = WebhookEvent { id: "evt_2".into(), session: None, ..event };
        assert!(house.store.webhook_inbox().keep("stripe", &silent, "{}", NOW).await.unwrap());
        let jobs = house.store.jobs().claim(Lane::Money, Span::secs(1), 9, NOW).await.unwrap();
        let [job] = jobs.as_slice() else { panic!("{jobs:?}") };
        assert_eq!(job.read().ok(), Some(SettlePayment { session: Some("cs_1".into()), reference: None }));
    })
    .await;
}
