//! The outbox.

use crate::database::*;
use domain::{
    id::*,
    mail::{Mail, SendCode, SendMail},
    money::jobs::{SendReceipt, SettlePayment},
    time::{Millis, Span},
    work::{Lane, retention::Retention},
};
use sqlx::{Connection as _, Executor as _};
use std::collections::BTreeSet;
use store::{Fate, MOST_ATTEMPTS};

const LEASE: Span = Span::secs(30);

fn mail(to: &str) -> SendMail {
    SendMail {
        mail: Mail { to: to.into(), subject: "s".into(), text: "t".into(), html: None, unsubscribe: None },
    }
}

#[tokio::test]
async fn a_key_is_used_once_also_after_the_work_is_done() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        let id = jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap().expect("new");
        assert_eq!(jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap(), None);
        let [job] = &jobs.claim(Lane::Notices, LEASE, 9, NOW).await.unwrap()[..] else { panic!() };
        assert_eq!((job.id, job.read::<SendMail>().unwrap(), job.attempts), (id, mail("ann@x.org"), 1));
        assert!(jobs.done(job, NOW).await.unwrap());
        assert!(!jobs.done(job, NOW).await.unwrap());
        assert_eq!(jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap(), None);
        assert!(jobs.claim(Lane::Notices, LEASE, 9, NOW + Span::hours(1)).await.unwrap().is_empty());
        let retention = Retention { jobs: Span::secs(1), ..Retention::default() };
        assert_eq!(db.store.prune(&retention, NOW + Span::secs(1)).await.unwrap().jobs, 0);
        assert_eq!(db.store.prune(&retention, NOW + Span::secs(2)).await.unwrap().jobs, 1);
        assert!(jobs.enqueue(&mail("ann@x.org"), Some("k"), NOW).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_workers_share_the_jobs_without_overlap() {
    on_each(async |db| {
        for i in 0..60 {
            db.store.jobs().enqueue(&mail(&format!("p{i}@x.org")), None, NOW).await.unwrap();
        }
        let hands = race(20, |_| {
            let store = db.store.clone();
            async move { store.jobs().claim(Lane::Notices, LEASE, 5, NOW).await.unwrap() }
        })
        .await;
        let mut taken: Vec<_> = hands.into_iter().flatten().map(|job| job.id).collect();
        // On PostgreSQL, two workers that look at the same rows leave some for the next round.
        while taken.len() < 60 {
            let more = db.store.jobs().claim(Lane::Notices, LEASE, 5, NOW).await.unwrap();
            assert!(!more.is_empty(), "{} taken", taken.len());
            taken.extend(more.into_iter().map(|job| job.id));
        }
        assert_eq!((taken.len(), taken.into_iter().collect::<BTreeSet<_>>().len()), (60, 60));
        assert!(db.store.jobs().claim(Lane::Notices, LEASE, 5, NOW).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn lanes_are_claimed_apart_and_nothing_before_its_time() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        assert_eq!(jobs.outlook(Lane::Receipts).await.unwrap().next_at, None);
        for _ in 0..20 {
            jobs.enqueue(&SendReceipt { purchase: PurchaseId::new() }, None, NOW).await.unwrap();
        }
        let settle = SettlePayment { session: None, reference: Some("x".into()) };
        jobs.enqueue(&settle, None, NOW + Span::secs(2)).await.unwrap();
        assert_eq!(
            (jobs.outlook(Lane::Receipts).await.unwrap().next_at, jobs.backlog().await.unwrap()),
            (Some(NOW), 21)
        );
        assert_eq!(jobs.outlook(Lane::Money).await.unwrap().next_at, Some(NOW + Span::secs(2)));
        let first = jobs.claim(Lane::Money, LEASE, 9, NOW + Span::secs(2)).await.unwrap();
        assert_eq!(first.iter().map(|j| j.read().unwrap()).collect::<Vec<SettlePayment>>(), [settle]);
        assert_eq!(jobs.claim(Lane::Receipts, LEASE, 99, Millis(NOW.0 - 1)).await.unwrap(), []);
        assert_eq!(jobs.claim(Lane::Receipts, LEASE, 99, NOW).await.unwrap().len(), 20);
        assert_eq!(jobs.outlook(Lane::Receipts).await.unwrap().next_at, Some(NOW + LEASE));
        assert_eq!(jobs.claim(Lane::Codes, LEASE, 99, NOW + LEASE).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_newest_code_goes_first_and_an_old_one_is_dropped() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        let code =
            |n: i64| SendCode { mail: mail(&format!("{n}@x.org")).mail, expires_at: NOW + Span::secs(n) };
        for n in 1..=5 {
            jobs.enqueue(&code(n), None, NOW).await.unwrap();
        }
        let newest = jobs.claim(Lane::Codes, LEASE, 2, NOW).await.unwrap();
        assert_eq!(newest.iter().map(|j| j.read().unwrap()).collect::<Vec<SendCode>>(), [code(5), code(4)]);
        let Fate::Retry(again) = jobs.failed(&newest[0], "busy", NOW).await.unwrap() else { panic!() };
        jobs.enqueue(&code(6), None, NOW).await.unwrap();
        let at = NOW + Span::secs(2);
        assert!(again <= at);
        let left: Vec<SendCode> =
            jobs.claim(Lane::Codes, LEASE, 9, at).await.unwrap().iter().map(|j| j.read().unwrap()).collect();
        assert_eq!(
            left,
            [code(6), code(5), code(3)],
            "1 and 2 have expired, and a retry does not make 5 newer"
        );
        assert_eq!(jobs.drop_expired(Lane::Codes, at).await.unwrap(), 2);
        assert_eq!(
            (jobs.backlog().await.unwrap(), db.store.backlog().parked(9).await.unwrap().len()),
            (4, 0)
        );
    })
    .await;
}

/// Jobs written by the previous release must still run.
#[tokio::test]
async fn jobs_of_the_first_release_can_be_read() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        let was = "{\"work\":\"send_mail\",\"mail\":{\"to\":\"ann@x.org\",\"subject\":\"s\",\"text\":\"t\",\"html\":null}}";
        let text = sqlx::AssertSqlSafe(format!("UPDATE jobs SET payload = '{was}'"));
        connection.execute(text).await.unwrap();
        let [job] = &jobs.claim(Lane::Notices, LEASE, 9, NOW).await.unwrap()[..] else { panic!() };
        assert_eq!(job.read::<SendMail>().unwrap(), mail("ann@x.org"));
        assert!(job.read::<SendReceipt>().is_err());
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_runs_out_gives_the_job_to_another() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let slow = jobs.claim(Lane::Notices, LEASE, 1, NOW).await.unwrap().remove(0);
        let quick = jobs.claim(Lane::Notices, LEASE, 1, NOW + LEASE).await.unwrap().remove(0);
        assert_eq!((slow.id, quick.attempts), (quick.id, 2));
        assert!(!jobs.done(&slow, NOW + LEASE).await.unwrap());
        assert_eq!(jobs.failed(&slow, "late", NOW + LEASE).await.unwrap(), Fate::Lost);
        assert!(jobs.done(&quick, NOW + LEASE).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn failures_pause_longer_and_longer_then_park() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let mut now = NOW;
        let mut pauses = Vec::new();
        loop {
            let job = jobs.claim(Lane::Notices, LEASE, 1, now).await.unwrap().pop().expect("due");
            match jobs.failed(&job, "no answer", now).await.unwrap() {
                Fate::Retry(at) => {
                    pauses.push((at - now).0);
                    assert!(jobs.claim(Lane::Notices, LEASE, 1, Millis(at.0 - 1)).await.unwrap().is_empty());
                    now = at;
                }
                fate => break assert_eq!(fate, Fate::Parked),
            }
        }
        assert!(
            pauses.is_sorted() && pauses[0] == 2000 && pauses.len() as i64 == MOST_ATTEMPTS - 1,
            "{pauses:?}"
        );
        let [parked] = &db.store.backlog().parked(9).await.unwrap()[..] else { panic!() };
        assert_eq!((parked.name.as_str(), parked.last_error.as_deref()), ("send_mail", Some("no answer")));
        assert_eq!(
            (jobs.backlog().await.unwrap(), jobs.outlook(Lane::Notices).await.unwrap().next_at),
            (0, None)
        );
        assert!(db.change(async |tx| tx.revive_job(parked.id, now).await).await.unwrap());
        assert!(!db.change(async |tx| tx.revive_job(parked.id, now).await).await.unwrap());
        assert_eq!(jobs.claim(Lane::Notices, LEASE, 1, now).await.unwrap()[0].attempts, 1);
        assert_eq!(
            (
                db.store.backlog().parked_count().await.unwrap(),
                db.change(async |tx| tx.revive_all_jobs(now).await).await.unwrap()
            ),
            (0, 0)
        );
    })
    .await;
}

#[tokio::test]
async fn a_job_waits_for_a_service_that_is_away_and_is_not_parked_for_it() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let mut now = NOW;
        let mut pauses = Vec::new();
        let next = async |now| jobs.claim(Lane::Notices, LEASE, 1, now).await.unwrap().pop().expect("due");
        for _ in 0..3 * MOST_ATTEMPTS {
            let job = next(now).await;
            let Fate::Retry(at) = jobs.waits(&job, "away", now).await.unwrap() else { panic!("it goes on") };
            pauses.push((at - now).0);
            now = at;
        }
        assert!(pauses.is_sorted() && pauses[0] == 2000, "{pauses:?}");
        assert_eq!(pauses.last(), Some(&Span::hours(1).0));
        assert_eq!(db.store.backlog().failing(9).await.unwrap().len(), 1, "operators see it");
        assert_eq!(db.store.backlog().parked_count().await.unwrap(), 0);
        // It is back, and refuses: that is counted from the start, and ends.
        let mut failed = 0;
        loop {
            let job = next(now).await;
            failed += 1;
            match jobs.failed(&job, "refused", now).await.unwrap() {
                Fate::Retry(at) => now = at,
                fate => break assert_eq!(fate, Fate::Parked),
            }
        }
        assert_eq!(failed, MOST_ATTEMPTS - 1);
        // Revived, it waits anew.
        let [parked] = &db.store.backlog().parked(9).await.unwrap()[..] else { panic!() };
        assert!(db.change(async |tx| tx.revive_job(parked.id, now).await).await.unwrap());
        let job = next(now).await;
        assert_eq!((job.attempts, job.waits), (1, 0));
        jobs.claim(Lane::Notices, LEASE, 1, now + LEASE).await.unwrap();
        assert_eq!(jobs.waits(&job, "away", now).await.unwrap(), Fate::Lost, "another worker has it");
    })
    .await;
}

#[tokio::test]
async fn a_job_that_ends_its_workers_or_cannot_be_done_is_parked() {
    on_each(async |db| {
        let jobs = db.store.jobs();
        jobs.enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        let mut now = NOW;
        while !jobs.claim(Lane::Notices, LEASE, 1, now).await.unwrap().is_empty() {
            now = now + LEASE;
        }
        assert_eq!(db.store.backlog().parked(9).await.unwrap()[0].attempts, MOST_ATTEMPTS + 1);
        jobs.enqueue(&mail("ben@x.org"), None, NOW).await.unwrap();
        let [job] = &jobs.claim(Lane::Notices, LEASE, 9, now).await.unwrap()[..] else { panic!() };
        jobs.park(job, "nobody can read it", now).await.unwrap();
        assert!(jobs.claim(Lane::Notices, LEASE, 9, now + LEASE).await.unwrap().is_empty());
        assert_eq!(db.store.backlog().parked(9).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn the_dispatcher_hears_of_new_work() {
    on_each(async |db| {
        let quiet = tokio::time::timeout(
            std::time::Duration::from_millis(50),
            db.store.jobs().enqueued(Lane::Notices),
        )
        .await;
        assert!(quiet.is_err());
        db.store.jobs().enqueue(&mail("ann@x.org"), None, NOW).await.unwrap();
        db.store.jobs().enqueued(Lane::Notices).await;
    })
    .await;
}

#[tokio::test]
async fn the_backlog_says_what_waits_fails_and_is_parked() {
    on_each(async |db| {
        let (jobs, backlog) = (db.store.jobs(), db.store.backlog());
        for n in 0..4 {
            jobs.enqueue(&mail(&format!("p{n}@x.org")), None, NOW).await.unwrap();
        }
        let [failing, parked, _running] = &jobs.claim(Lane::Notices, LEASE, 3, NOW).await.unwrap()[..] else {
            panic!()
        };
        jobs.failed(failing, "no answer", NOW).await.unwrap();
        jobs.park(parked, "refused", NOW).await.unwrap();
        let lanes = backlog.lanes(NOW).await.unwrap();
        assert_eq!(lanes.iter().map(|l| l.lane).collect::<Vec<_>>(), Lane::ALL);
        let notices = lanes[Lane::Notices.index()];
        assert_eq!((notices.waiting, notices.running, notices.failing, notices.oldest), (3, 1, 1, Some(NOW)));
        assert!(lanes.iter().all(|l| l.lane == Lane::Notices || (l.waiting == 0 && l.oldest.is_none())));
        let ids = |failed: Vec<store::FailedJob>| {
            failed.into_iter().map(|j| (j.id, j.last_error)).collect::<Vec<_>>()
        };
        assert_eq!(ids(backlog.failing(9).await.unwrap()), [(failing.id, Some("no answer".into()))]);
        assert_eq!(ids(backlog.parked(9).await.unwrap()), [(parked.id, Some("refused".into()))]);
        assert_eq!(
            (
                db.change(async |tx| tx.revive_all_jobs(NOW).await).await.unwrap(),
                backlog.parked_count().await.unwrap()
            ),
            (1, 0)
        );
    })
    .await;
}
