use crate::database::*;
use domain::{
    error::StoreError,
    id::*,
    live::{
        jobs::{RemindAll, SendReminder, TellAll},
        notices::{Notice, SETTLES, told_at},
        store::StreamStore,
        stream::{StreamCommand, decide},
    },
    time::{Millis, Span},
    work::{Lane, retention::Retention},
};
use store::{ClaimedJob, MOST_REMINDERS};

async fn due(db: &TestDatabase, now: Millis) -> Vec<ClaimedJob> {
    let jobs = db.store.jobs().claim(Lane::Notices, Span::secs(1), 9, now).await.unwrap();
    for job in &jobs {
        assert!(db.store.jobs().done(job, now).await.unwrap());
    }
    jobs
}

#[tokio::test]
async fn a_reminder_becomes_one_mail() {
    on_each(async |db| {
        let (maya, _, stream) = db.stage().await;
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        let ask =
            async |who: AccountId, now| db.change(async |tx| tx.remind(stream.id, who, now).await).await;
        assert!(matches!(ask(ann.id, NOW).await, Err(StoreError::Conflict("over"))), "it has no date");
        let at = NOW + Span::days(3);
        db.change(async |tx| tx.reschedule_stream(stream.id, "Friday", Some(at), NOW).await).await.unwrap();
        for (who, new) in [(ann.id, true), (ann.id, false), (maya.id, true)] {
            assert_eq!(ask(who, NOW).await.unwrap(), new);
        }
        assert!(db.change(async |tx| tx.forget_reminder(stream.id, maya.id).await).await.unwrap());
        let told: TellAll = due(&db, told_at(NOW) + SETTLES).await[0].read().unwrap();
        assert_eq!(told.notice, Notice::Moved { stream: stream.id, from: None, until: told_at(NOW) });
        let [day, all] = RemindAll::each(stream.id, at);
        for reminder in [&day, &all] {
            assert!(due(&db, Millis(reminder.due().0 - 1)).await.is_empty());
            let jobs = due(&db, reminder.due()).await;
            assert_eq!(jobs.len(), 1, "however many ask");
            assert_eq!(&jobs[0].read::<RemindAll>().unwrap(), reminder);
        }
        let hour = all.due();
        // Twice, as after a crash; and one who asks in between.
        assert!(ask(ben.id, hour).await.unwrap());
        for _ in 0..2 {
            db.store.reminders().spread(&all, hour).await.unwrap();
        }
        let mut mails: Vec<AccountId> =
            due(&db, hour).await.iter().map(|job| job.read::<SendReminder>().unwrap().account).collect();
        mails.sort();
        let mut want = [ann.id, ben.id];
        want.sort();
        assert_eq!(mails, want);
        db.store.reminders().spread(&all, hour).await.unwrap();
        assert!(due(&db, hour).await.is_empty(), "a mail that was sent is not sent again");
    })
    .await;
}

#[tokio::test]
async fn reminders_are_bounded_and_go_with_their_stream() {
    on_each(async |db| {
        let (_, experience, _) = db.stage().await;
        let ann = db.person("ann@example.org").await;
        let at = NOW + Span::days(1);
        let plan =
            async || db.store.streams().schedule(experience.id, "Friday", Some(at), NOW).await.unwrap().id;
        let ask = async |stream| db.change(async |tx| tx.remind(stream, ann.id, NOW).await).await;
        let (first, second) = (plan().await, plan().await);
        for stream in [first, second] {
            assert!(ask(stream).await.unwrap());
        }
        for _ in 2..MOST_REMINDERS {
            assert!(ask(plan().await).await.unwrap());
        }
        let refused = ask(plan().await).await;
        assert!(matches!(refused, Err(StoreError::Conflict("reminders"))), "{refused:?}");
        assert!(!ask(first).await.unwrap(), "one that is there is no further one");
        let refused = db.change(async |tx| tx.delete_stream(first).await).await;
        assert!(matches!(refused, Err(StoreError::Conflict("reminders"))), "{refused:?}");
        for stream in [first, second] {
            let stream = db.store.streams().by_id(stream).await.unwrap();
            let over = decide(&stream, StreamCommand::Cancel, false, NOW).unwrap().unwrap();
            StreamStore::change(&db.store, over, None, NOW).await.unwrap();
        }
        db.change(async |tx| tx.delete_stream(first).await).await.unwrap();
        assert!(!db.store.reminders().has(first, ann.id).await.unwrap());
        let pruned = db.store.prune(&Retention::default(), NOW + Span::days(365)).await.unwrap();
        assert_eq!((pruned.reminders, db.store.reminders().has(second, ann.id).await.unwrap()), (1, false));
        let left = db.change(async |tx| tx.forget_reminders(ann.id).await).await.unwrap();
        assert_eq!(left as i64, MOST_REMINDERS - 2);
    })
    .await;
}
