//! The outbox.

use crate::house::*;
use domain::{
    id::*,
    mail::Mail,
    time::{Millis, Span},
};
use sqlx::{Connection as _, Executor as _};
use std::collections::BTreeSet;
use store::{Fate, MOST_ATTEMPTS, Work};

const LEASE: Span = Span::secs(30);

fn mail(to: &str) -> Work {
    Work::SendMail { mail: Mail { to: to.into(), subject: "s".into(), text: "t".into(), html: None } }
}

#[tokio::test]
async fn a_key_is_used_once_also_after_the_work_is_done() {
    on_each(async |house| {
        let jobs = house.store.jobs();
        let id = jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap().expect("new");
        assert_eq!(jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap(), None);
        let [job] = &jobs.claim(LEASE, 9, NOW).await.unwrap()[..] else { panic!() };
        assert_eq!((job.id, &job.work, job.attempts), (id, &mail("ann@x.org"), 1));
        assert!(jobs.done(job, NOW).await.unwrap());
        assert!(!jobs.done(job, NOW).await.unwrap());
        assert_eq!(jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap(), None);
        assert!(jobs.claim(LEASE, 9, NOW + Span::hours(1)).await.unwrap().is_empty());
        assert_eq!(jobs.forget(NOW + Span::secs(1)).await.unwrap(), 1);
        assert!(jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_workers_share_the_jobs_without_overlap() {
    on_each(async |house| {
        for i in 0..60 {
            house.store.jobs().enqueue(&mail(&format!("p{i}@x.org")), None, NOW).await.unwrap();
        }
        let hands = race(20, |_| {
            let store = house.store.clone();
            async move { store.jobs().claim(LEASE, 5, NOW).await.unwrap() }
        })
        .await;
        let mut taken: Vec<_> = hands.into_iter().flatten().map(|job| job.id).collect();
        // On PostgreSQL two who looked at the same rows leave some for the next round.
        while taken.len() < 60 {
            let more = house.store.jobs().claim(LEASE, 5, NOW).await.unwrap();
            assert!(!more.is_empty(), "{} taken", taken.len());
            taken.extend(more.into_iter().map(|job| job.id));
        }
        assert_eq!((taken.len(), taken.into_iter().collect::<BTreeSet<_>>().len()), (60, 60));
        assert!(house.store.jobs().claim(LEASE, 5, NOW).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_urgent_goes_first_and_nothing_before_its_time() {
    on_each(async |house| {
        let jobs = house.store.jobs();
        assert_eq!(jobs.next_at().await.unwrap(), None);
        for _ in 0..20 {
            jobs.enqueue(&Work::SendReceipt { purchase: PurchaseId::new() }, None, NOW).await.unwrap();
        }
        jobs.enqueue(&mail("ann@x.org"), None, NOW + Span::secs(1)).await.unwrap();
        let settle = Work::SettlePayment { session: None, reference: Some("x".into()) };
        jobs.enqueue(&settle, None, NOW + Span::secs(2)).await.unwrap();
        assert_eq!((jobs.next_at().await.unwrap(), jobs.backlog().await.unwrap()), (Some(NOW), 22));
        let first = jobs.claim(LEASE, 2, NOW + Span::secs(2)).await.unwrap();
        assert_eq!(first.iter().map(|j| &j.work).collect::<Vec<_>>(), [&settle, &mail("ann@x.org")]);
        assert_eq!(jobs.claim(LEASE, 99, Millis(NOW.0 - 1)).await.unwrap(), []);
        assert_eq!(jobs.claim(LEASE, 99, NOW).await.unwrap().len(), 20);
        assert_eq!(jobs.next_at().await.unwrap(), Some(NOW + LEASE));
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_runs_out_gives_the_job_to_another() {
    on_each(async |house| {
        let jobs = house.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let slow = jobs.claim(LEASE, 1, NOW).await.unwrap().remove(0);
        let quick = jobs.claim(LEASE, 1, NOW + LEASE).await.unwrap().remove(0);
        assert_eq!((slow.id, quick.attempts), (quick.id, 2));
        assert!(!jobs.done(&slow, NOW + LEASE).await.unwrap());
        assert_eq!(jobs.failed(&slow, "late", NOW + LEASE).await.unwrap(), Fate::Lost);
        assert!(jobs.done(&quick, NOW + LEASE).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn failures_pause_longer_and_longer_then_park() {
    on_each(async |house| {
        let jobs = house.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let mut now = NOW;
        let mut pauses = Vec::new();
        loop {
            let job = jobs.claim(LEASE, 1, now).await.unwrap().pop().expect("due");
            match jobs.failed(&job, "no answer", now).await.unwrap() {
                Fate::Retry(at) => {
                    pauses.push((at - now).0);
                    assert!(jobs.claim(LEASE, 1, Millis(at.0 - 1)).await.unwrap().is_empty());
                    now = at;
                }
                fate => break assert_eq!(fate, Fate::Parked),
            }
        }
        assert!(
            pauses.is_sorted() && pauses[0] == 2000 && pauses.len() as i64 == MOST_ATTEMPTS - 1,
            "{pauses:?}"
        );
        let [parked] = &jobs.parked().await.unwrap()[..] else { panic!() };
        assert_eq!((parked.kind.as_str(), parked.last_error.as_deref()), ("send_mail", Some("no answer")));
        assert_eq!((jobs.backlog().await.unwrap(), jobs.next_at().await.unwrap()), (0, None));
        assert!(jobs.revive(parked.id, now).await.unwrap());
        assert!(!jobs.revive(parked.id, now).await.unwrap());
        assert_eq!(jobs.claim(LEASE, 1, now).await.unwrap()[0].attempts, 1);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_ends_its_workers_or_cannot_be_read_is_parked() {
    on_each(async |house| {
        let jobs = house.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let mut now = NOW;
        while !jobs.claim(LEASE, 1, now).await.unwrap().is_empty() {
            now = now + LEASE;
        }
        assert_eq!(jobs.parked().await.unwrap()[0].attempts, MOST_ATTEMPTS + 1);
        jobs.enqueue(&mail("ben@x.org"), None, NOW).await.unwrap();
        let mut connection = sqlx::AnyConnection::connect(&house.url).await.unwrap();
        connection
            .execute("UPDATE jobs SET payload = '{\"work\":\"from_the_future\"}' WHERE parked_at IS NULL")
            .await
            .unwrap();
        assert!(jobs.claim(LEASE, 1, now).await.unwrap().is_empty());
        assert_eq!(jobs.parked().await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_dispatcher_hears_of_new_work() {
    on_each(async |house| {
        let quiet =
            tokio::time::timeout(std::time::Duration::from_millis(50), house.store.jobs().enqueued()).await;
        assert!(quiet.is_err());
        house.store.jobs().enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        house.store.jobs().enqueued().await;
    })
    .await;
}
