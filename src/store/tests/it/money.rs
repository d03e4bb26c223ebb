use crate::database::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::{Pass, PriceKind},
    error::StoreError,
    id::*,
    money::{
        billing::Interval,
        checkout::{Checkout, OPEN_FOR, OrderEnd, Payment},
        jobs::ApplyPayment,
        payments::{ProviderObject, WebhookEvent, WebhookRefusal},
        recurring::plan::Plan,
        store::CheckoutStore,
    },
    people::account::Account,
    time::Span,
    work::Lane,
};
use sqlx::{Connection as _, Executor as _, Row as _};
use store::{Opened, WebhookHealth};

const TWELVE: Money = Money { minor: 1200, currency: Currency::Eur };

/// A buyer, and a pass for twelve euros.
async fn shop(db: &TestDatabase) -> (Account, Pass) {
    let (_, experience, _) = db.stage().await;
    db.publish(experience.space, NOW).await.unwrap();
    let pass = db.pass(experience.space, "front-row", euros(12), &[experience.id]).await;
    (db.person("ben@example.org").await, pass)
}

async fn open_new(db: &TestDatabase, buyer: &Account, pass: &Pass) -> Checkout {
    match db.open_order(buyer.id, pass.id, NOW).await.unwrap() {
        Opened::New(checkout) => checkout,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_checkout_copies_the_amount_and_keeps_it() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let checkout = open_new(&db, &ben, &pass).await;
        assert_eq!((checkout.amount, checkout.state, checkout.attempt), (TWELVE, Payment::Held, 1));
        assert_eq!((checkout.email.as_str(), checkout.expires_at), ("ben@example.org", NOW + OPEN_FOR));
        db.change(async |tx| tx.update_pass(pass.id, &pass_text("front-row", euros(99), &[]), NOW).await)
            .await
            .unwrap();
        let again = db.open_order(ben.id, pass.id, NOW).await.unwrap();
        let Opened::Existing(again) = again else { panic!("{again:?}") };
        assert_eq!(
            (again.id, again.amount, again.ended_by(NOW)),
            (checkout.id, TWELVE, Some(OrderEnd::Price))
        );
        assert_eq!(CheckoutStore::load(&db.store, checkout.id).await.unwrap().amount, TWELVE);
        let space = db.store.spaces().by_id(pass.space).await.unwrap();
        assert_eq!(db.store.checkouts().of_account(ben.id).await.unwrap(), [(again, space.name)]);
        db.change(async |tx| tx.withdraw_pass(pass.id, NOW).await).await.unwrap();
        let cleo = db.person("cleo@example.org").await;
        let lobby = db.pass(pass.space, "lobby", PriceKind::Free, &[]).await;
        for (who, what) in [(cleo.id, pass.id), (cleo.id, lobby.id), (cleo.id, PassId::new())] {
            let refused = db.open_order(who, what, NOW).await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_clicks_open_one_checkout() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let opened = race(30, |_| {
            let db = db.clone();
            async move { db.open_order(ben.id, pass.id, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(opened.iter().filter(|o| matches!(o, Opened::New(_))).count(), 1);
        assert_eq!(db.store.checkouts().of_account(ben.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_is_stored_with_its_key_before_it_is_sent() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let id = open_new(&db, &ben, &pass).await.id;
        let begin = async |attempt: i64, key: &str, params: &str| {
            CheckoutStore::begin_attempt(&db.store, id, attempt, key.into(), params.into(), NOW).await
        };
        assert!(matches!(begin(2, "k2", "b").await, Err(StoreError::Conflict("checkout"))), "none was begun");
        begin(1, "k1", "a").await.unwrap();
        begin(1, "k1", "a").await.unwrap();
        for (attempt, key, params) in [(1, "k1", "other"), (1, "other", "a"), (3, "k3", "c")] {
            assert!(matches!(begin(attempt, key, params).await, Err(StoreError::Conflict("checkout"))));
        }
        begin(2, "k2", "b").await.unwrap();
        let stored = CheckoutStore::load(&db.store, id).await.unwrap();
        assert_eq!((stored.attempt, stored.request.as_deref()), (2, Some("b")));
        let paying = async |session: &str| {
            CheckoutStore::paying(&db.store, id, session.into(), "https://pay".into(), None).await
        };
        paying("cs_1").await.unwrap();
        paying("cs_1").await.unwrap();
        let other = paying("cs_2").await;
        assert!(matches!(other, Err(StoreError::Conflict("checkout"))));
        assert!(begin(3, "k3", "c").await.is_err(), "the provider has it");
        let found = db.store.checkouts().by_provider_session("cs_1").await.unwrap().unwrap();
        assert_eq!(
            (found.id, found.state, found.pay_url.as_deref()),
            (id, Payment::Paying, Some("https://pay"))
        );
        assert!(db.store.checkouts().by_provider_session("cs_9").await.unwrap().is_none());
        assert_eq!(CheckoutStore::unfinished(&db.store).await.unwrap(), [id]);
    })
    .await;
}

#[tokio::test]
async fn who_pays_elsewhere_gives_up_the_session_with_the_next_attempt() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let id = open_new(&db, &ben, &pass).await.id;
        let begin = async |attempt: i64, key: &str| {
            CheckoutStore::begin_attempt(&db.store, id, attempt, key.into(), "params".into(), NOW).await
        };
        let leave = async || CheckoutStore::leave(&db.store, id, "others".into()).await;
        assert!(matches!(leave().await, Err(StoreError::Conflict("checkout"))), "there is no session");
        begin(1, "k1").await.unwrap();
        let secret = Some("pi_1_secret".to_owned());
        CheckoutStore::paying(&db.store, id, "pi_1".into(), String::new(), secret.clone()).await.unwrap();
        let here = CheckoutStore::load(&db.store, id).await.unwrap();
        assert_eq!(
            (here.state, here.client_secret.clone(), here.pay_url.clone()),
            (Payment::Paying, secret, None)
        );
        assert!(begin(2, "k2").await.is_err(), "the provider has it");
        leave().await.unwrap();
        assert!(matches!(leave().await, Err(StoreError::Conflict("checkout"))), "once");
        let leaving = CheckoutStore::load(&db.store, id).await.unwrap();
        assert_eq!((leaving.state, leaving.next_request.as_deref()), (Payment::Paying, Some("others")));
        assert_eq!(leaving.version, here.version + 1, "what was fetched before is not applied");
        assert!(begin(3, "k3").await.is_err());
        begin(2, "k2").await.unwrap();
        let next = CheckoutStore::load(&db.store, id).await.unwrap();
        assert_eq!((next.state, next.attempt, next.version), (Payment::Held, 2, leaving.version + 1));
        assert_eq!((next.provider_session, next.client_secret, next.next_request), (None, None, None));
        assert!(db.store.checkouts().by_provider_session("pi_1").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_closed_checkout_makes_room_for_another() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        for payment in [Payment::Failed, Payment::Expired] {
            let id = open_new(&db, &ben, &pass).await.id;
            let wrong = CheckoutStore::close(&db.store, id, Payment::Paid, None, NOW).await;
            assert!(matches!(wrong, Err(StoreError::Conflict("payment"))));
            CheckoutStore::close(&db.store, id, payment, None, NOW).await.unwrap();
            assert_eq!(CheckoutStore::load(&db.store, id).await.unwrap().state, payment);
            let twice = CheckoutStore::close(&db.store, id, payment, None, NOW).await;
            assert!(matches!(twice, Err(StoreError::Conflict("checkout"))));
        }
        assert!(db.store.checkouts().unsettled().await.unwrap().is_empty());
        let nothing = CheckoutStore::close(&db.store, CheckoutId::new(), Payment::Failed, None, NOW).await;
        assert!(matches!(nothing, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_comes_twenty_times_is_one_job() {
    on_each(async |db| {
        let event = WebhookEvent {
            id: "evt_1".into(),
            kind: "checkout.session.completed".into(),
            object: Some(ProviderObject::session("cs_1")),
        };
        let kept = race(20, |_| {
            let (store, event) = (db.store.clone(), event.clone());
            async move { store.webhook_inbox().keep("stripe", &event, "{}", NOW).await.unwrap() }
        })
        .await;
        assert_eq!(kept.iter().filter(|new| **new).count(), 1);
        let silent = WebhookEvent { id: "evt_2".into(), object: None, ..event };
        assert!(db.store.webhook_inbox().keep("stripe", &silent, "{}", NOW).await.unwrap());
        let jobs = db.store.jobs().claim(Lane::Money, Span::secs(1), 9, NOW).await.unwrap();
        let [job] = jobs.as_slice() else { panic!("{jobs:?}") };
        assert_eq!(job.read().ok(), Some(ApplyPayment { object: ProviderObject::session("cs_1") }));
    })
    .await;
}

#[tokio::test]
async fn refused_webhooks_are_kept_by_reason_and_not_more_often_than_is_allowed() {
    on_each(async |db| {
        let inbox = db.store.webhook_inbox();
        assert_eq!(inbox.health("stripe").await.unwrap(), WebhookHealth::default());
        let (skew, forged) = (WebhookRefusal::ClockSkew, WebhookRefusal::Signature);
        let apart = WebhookRefusal::RECORDED_APART;
        let before = Span(apart.0 - 1);
        assert!(inbox.refuse("stripe", forged, NOW).await.unwrap());
        assert!(!inbox.refuse("stripe", forged, NOW + before).await.unwrap());
        assert!(inbox.refuse("stripe", skew, NOW + before).await.unwrap(), "another reason");
        assert!(inbox.refuse("stripe", forged, NOW + apart).await.unwrap());
        let event = WebhookEvent { id: "evt_1".into(), kind: "charge.refunded".into(), object: None };
        inbox.keep("stripe", &event, "{}", NOW + Span(7)).await.unwrap();
        let health = inbox.health("stripe").await.unwrap();
        assert_eq!(health.last, Some(("charge.refunded".to_owned(), NOW + Span(7))));
        assert_eq!(health.refusals, [(forged, NOW + apart), (skew, NOW + before)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_price_replaces_the_old_one_and_orders_keep_theirs() {
    on_each(async |db| {
        let (ben, pass) = shop(&db).await;
        let sell = async |price| {
            let text = pass_text("front-row", price, &pass.includes);
            db.change(async |tx| tx.update_pass(pass.id, &text, NOW).await).await.unwrap();
            db.store.passes().by_id(pass.id).await.unwrap().price
        };
        let order = open_new(&db, &ben, &pass).await;
        assert_eq!(order.price, Some(pass.price.id));
        assert_eq!(sell(euros(12)).await, pass.price, "the same price stays");
        let order_now = async || db.store.checkouts().by_id(order.id).await.unwrap();
        assert_eq!((order_now().await.price, order_now().await.ended_by(NOW)), (order.price, None));
        let dearer = sell(euros(99)).await;
        assert_ne!(dearer.id, pass.price.id);
        assert_eq!(order_now().await.price, order.price);
        assert_eq!(order_now().await.ended_by(NOW), Some(OrderEnd::Price));
        assert_eq!(sell(PriceKind::Free).await.kind, PriceKind::Free);
        assert!(db.take_free(ben.id, pass.id, NOW).await.unwrap().first);
        let edits = race(20, |i| {
            let (store, id, includes) = (db.store.clone(), pass.id, pass.includes.clone());
            async move {
                let mut tx = store.begin().await?;
                let text = pass_text("front-row", euros(1 + i as i64 % 3), &includes);
                tx.update_pass(id, &text, NOW).await?;
                tx.commit_audited(act("pass.update"), &[], NOW).await
            }
        })
        .await;
        assert!(edits.iter().all(Result::is_ok), "{edits:?}");
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        let current = "SELECT COUNT(*) FROM prices WHERE withdrawn_at IS NULL";
        let current: i64 = connection.fetch_one(current).await.unwrap().get(0);
        assert_eq!(current, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_kept_whole_and_each_change_of_it_replaces_the_price() {
    on_each(async |db| {
        let (_, pass) = shop(&db).await;
        let sell = async |price| {
            let text = pass_text("front-row", price, &pass.includes);
            db.change(async |tx| tx.update_pass(pass.id, &text, NOW).await).await.unwrap();
            db.store.passes().by_id(pass.id).await.unwrap().price
        };
        let month = Plan::of(TWELVE, Interval::Month);
        let both = Plan { yearly: Some(9900), ..month };
        let mut seen = vec![pass.price.id];
        for plan in [
            month,
            both,
            Plan { trial_days: Some(7), ..both },
            Plan { setup_fee: Some(300), ..both },
            Plan { trial_days: Some(14), setup_fee: Some(300), ..both },
            Plan::of(TWELVE, Interval::Year),
        ] {
            let price = sell(PriceKind::Recurring(plan)).await;
            assert_eq!(price.kind, PriceKind::Recurring(plan));
            assert!(!seen.contains(&price.id), "{plan:?}");
            assert_eq!(sell(PriceKind::Recurring(plan)).await, price, "the same plan stays");
            seen.push(price.id);
        }
        let listed = db.store.passes().list(pass.space).await.unwrap();
        assert_eq!(listed.len(), 1, "a pass with two amounts is one pass");
        assert!(!seen.contains(&sell(euros(12)).await.id));
    })
    .await;
}
