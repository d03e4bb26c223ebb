//! What sweeps find and ask, and whom the provider has to forget.

use crate::{
    database::*,
    ledger::{apply, paid, paying, shop},
};
use domain::{
    money::{
        jobs::{ApplyPayment, EraseCustomer},
        payments::{Dispute, ProviderObject, ProviderSession, WebhookEvent},
        sweep::SweepState,
    },
    time::{Millis, Span},
    work::{Job, Lane},
};
use store::SweepHealth;

const STRIPE: &str = "stripe";

/// The jobs of one kind that are due at some time.
async fn jobs<J: Job>(db: &TestDatabase, at: Millis) -> Vec<J> {
    let jobs = db.store.jobs().claim(Lane::Money, Span::secs(1), 99, at).await.unwrap();
    jobs.iter().filter_map(|job| job.read().ok()).collect()
}

fn event(id: &str) -> WebhookEvent {
    let object = Some(ProviderObject::session(format!("cs_{id}")));
    WebhookEvent { id: id.into(), kind: "checkout.session.completed".into(), object }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_one_job_whoever_brings_it_first() {
    on_each(async |db| {
        let inbox = db.store.webhook_inbox();
        assert!(inbox.keep_swept(STRIPE, &event("evt_1"), NOW).await.unwrap());
        assert!(!inbox.keep_swept(STRIPE, &event("evt_1"), NOW).await.unwrap());
        assert_eq!(inbox.health(STRIPE).await.unwrap().last, None, "no webhook has come");
        assert_eq!(db.store.sweeps().state(STRIPE).await.unwrap(), SweepState::default());
        let late = NOW + Span::minutes(3);
        assert!(!inbox.keep(STRIPE, &event("evt_1"), "{}", late).await.unwrap());
        let last = inbox.health(STRIPE).await.unwrap().last;
        assert_eq!(last, Some(("checkout.session.completed".to_owned(), late)), "now it has");
        assert_eq!(db.store.sweeps().state(STRIPE).await.unwrap().came_at, Some(late));
        assert!(inbox.keep(STRIPE, &event("evt_2"), "{}", NOW).await.unwrap());
        assert!(!inbox.keep_swept(STRIPE, &event("evt_2"), late).await.unwrap());
        let listed = ["evt_3", "evt_1", "evt_2", "evt_4"].map(event);
        let unknown = inbox.unknown(STRIPE, listed.iter().collect()).await.unwrap();
        assert_eq!(unknown, [&listed[0], &listed[3]]);
        assert_eq!(inbox.unknown("another", listed.iter().collect()).await.unwrap().len(), 4);
        assert_eq!(inbox.unknown(STRIPE, Vec::new()).await.unwrap(), Vec::<&WebhookEvent>::new());
        assert_eq!(jobs::<ApplyPayment>(&db, late).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn operators_see_the_last_sweep_and_the_last_that_found_something() {
    on_each(async |db| {
        let (sweeps, inbox) = (db.store.sweeps(), db.store.webhook_inbox());
        let mut lost = None;
        for (minutes, cursor, found) in
            [(0, None, 0), (5, Some("evt_1"), 3), (10, Some("evt_2"), 0), (15, Some("evt_3"), 1)]
        {
            let at = NOW + Span::minutes(minutes);
            sweeps.keep(STRIPE, cursor, found, at).await.unwrap();
            let found = i64::try_from(found).unwrap();
            lost = Some((found, at)).filter(|_| found > 0).or(lost);
            assert_eq!(inbox.health(STRIPE).await.unwrap().sweep, Some(SweepHealth { at, found, lost }));
            let state = sweeps.state(STRIPE).await.unwrap();
            assert_eq!((state.cursor.as_deref(), state.swept_at), (cursor, Some(at)));
        }
        assert_eq!(inbox.health("another").await.unwrap().sweep, None);
    })
    .await;
}

#[tokio::test]
async fn what_is_not_settled_is_asked_about_with_pauses_that_double_up_to_an_hour() {
    on_each(async |db| {
        let (_, pass) = shop(&db).await;
        let ben = db.person("ben@example.org").await;
        let order = paying(&db, &ben, &pass).await;
        let sweeps = db.store.sweeps();
        assert!(sweeps.state(STRIPE).await.unwrap().open, "somebody is on the pay page");
        let asked = async |seconds: i64| sweeps.ask_unsettled(9, NOW + Span::secs(seconds)).await.unwrap();
        let mut at = Vec::new();
        for minute in 0..300 {
            if asked(minute * 60).await == 1 {
                at.push(minute);
            }
        }
        assert_eq!(at, [2, 4, 8, 16, 32, 64, 124, 184, 244]);
        let told: Vec<ApplyPayment> = jobs(&db, NOW + Span::hours(9)).await;
        let session = order.provider_session.clone().expect("a session");
        assert_eq!(told.len(), at.len());
        assert!(told.iter().all(|job| job.object == ProviderObject::session(session.as_str())), "{told:?}");

        apply(&db, order.id, &paid(&order, Some(65))).await;
        assert!(!sweeps.state(STRIPE).await.unwrap().open);
        assert_eq!(asked(9 * 3600).await, 0, "it is settled");
        for (dispute, questions) in [(Dispute::Open, 1), (Dispute::Won, 0)] {
            let found = ProviderSession { dispute: Some(dispute), ..paid(&order, Some(65)) };
            apply(&db, order.id, &found).await;
            let hours = if dispute == Dispute::Open { 10 } else { 20 };
            assert_eq!(asked(hours * 3600).await, questions, "{dispute:?}");
            assert_eq!(asked(hours * 3600 + 3599).await, 0, "{dispute:?}: within the hour");
            assert_eq!(asked(hours * 3600 + 3600).await, questions, "{dispute:?}");
        }
        // A bank that only asks may still take it back for some time.
        let asks = ProviderSession { dispute: Some(Dispute::Inquiry), ..paid(&order, Some(65)) };
        apply(&db, order.id, &asks).await;
        for (day, questions) in [(2, 1), (2, 0), (3, 1), (179, 1), (181, 0)] {
            assert_eq!(asked(day * 24 * 3600).await, questions, "day {day}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_is_to_be_forgotten_until_it_is() {
    on_each(async |db| {
        let (ben, ann) = (db.person("ben@example.org").await, db.person("ann@example.org").await);
        let customers = db.store.customers();
        customers.keep(ben.id, "cus_ben", NOW).await.unwrap();
        assert_eq!(customers.to_erase(ben.id).await.unwrap(), None, "there is somebody");
        for id in [ben.id, ann.id] {
            db.change(async |tx| tx.delete_account(id, NOW).await).await.unwrap();
        }
        assert_eq!(customers.to_erase(ben.id).await.unwrap().as_deref(), Some("cus_ben"));
        assert_eq!(customers.to_erase(ann.id).await.unwrap(), None, "the provider never knew her");
        customers.enqueue_erasures(9, NOW).await.unwrap();
        let later = NOW + Span::hours(1);
        customers.enqueue_erasures(9, later).await.unwrap();
        let job = EraseCustomer { account: ben.id };
        assert_eq!(jobs::<EraseCustomer>(&db, later).await, [job.clone(), job], "once an hour");
        customers.mark_erased(ben.id, later).await.unwrap();
        assert_eq!(customers.to_erase(ben.id).await.unwrap(), None);
        customers.enqueue_erasures(9, later + Span::hours(1)).await.unwrap();
        // The leases of the first two are over by then.
        assert_eq!(jobs::<EraseCustomer>(&db, later + Span::hours(2)).await.len(), 2, "no more are made");
    })
    .await;
}
