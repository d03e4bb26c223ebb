//! What is deleted after its retention, and what never is.

use crate::database::*;
use domain::{
    catalogue::offer::PriceKind,
    change::Change,
    mail::Mail,
    money::payments::WebhookEvent,
    time::Span,
    work::{Lane, retention::Retention},
};
use store::{Asker, Pruned};

#[tokio::test]
async fn rows_go_when_their_retention_is_over_and_not_before() {
    on_each(async |db| {
        let store = &db.store;
        let ann = db.person("ann@x.org").await;
        let begin = async |at| store.sessions().create(ann.id, "b", at).await.unwrap();
        let (ended, lasting) = (begin(NOW).await, begin(NOW + Span::days(29)).await);
        let mail = Mail {
            to: "ann@x.org".into(),
            subject: "s".into(),
            text: "t".into(),
            html: None,
            unsubscribe: None,
        };
        let asker = Asker { browser: "b", known: false };
        store.sign_in().ask("ann@x.org", asker, "code", mail, NOW).await.unwrap();
        for job in store.jobs().claim(Lane::Codes, Span::secs(1), 9, NOW).await.unwrap() {
            store.jobs().done(&job, NOW).await.unwrap();
        }
        for n in 0..1_200 {
            let event = WebhookEvent { id: format!("evt_{n}"), kind: "k".into(), object: None };
            store.webhook_inbox().keep("stripe", &event, "{}", NOW).await.unwrap();
        }
        let pruned = async |days| store.prune(&Retention::default(), NOW + Span::days(days)).await.unwrap();
        assert_eq!(pruned(0).await, Pruned::default());
        assert_eq!(pruned(2).await, Pruned { codes: 2, ..Pruned::default() });
        assert_eq!(
            pruned(31).await,
            Pruned { jobs: 1, ..Pruned::default() },
            "the session ended only a day ago, so it stays"
        );
        assert_eq!(pruned(61).await, Pruned { sessions: 1, ..Pruned::default() });
        assert_eq!(pruned(61).await, Pruned::default());
        let by = NOW + Span::days(58);
        assert!(store.sessions().by_token(&ended.token, by).await.unwrap().is_none());
        assert!(store.sessions().by_token(&lasting.token, by).await.unwrap().is_some());
        assert_eq!(pruned(91).await.inbox, 1_200);
        assert!(store.accounts().by_email("ann@x.org").await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn changes_go_when_every_process_has_read_them() {
    on_each(async |db| {
        let ann = db.person("ann@x.org").await;
        let tx = db.store.begin().await.unwrap();
        tx.commit_audited(act("a change"), &[Change::Account { account: ann.id }], NOW).await.unwrap();
        let pruned = db.store.prune(&Retention::default(), NOW).await.unwrap();
        assert_eq!(pruned.changes, 0, "other processes have not read it yet");
        assert_eq!(db.store.changes().forget(0).await.unwrap(), 1);
        assert_eq!(db.store.changes().forget(0).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn the_seat_of_a_device_goes_with_its_session() {
    on_each(async |db| {
        let (_, experience, _) = db.stage().await;
        let pass = db.pass(experience.space, "lobby", PriceKind::Free, &[experience.id]).await;
        db.publish(experience.space, NOW).await.unwrap();
        let ben = db.person("ben@example.org").await.id;
        let grant = db.take_free(ben, pass.id, NOW).await.unwrap().grant.id;
        let session = db.store.sessions().create(ben, "curl/8", NOW).await.unwrap().id;
        db.change(async |tx| tx.sit_down((grant, session), 1, &[], NOW).await).await.unwrap();
        assert!(db.end_session(ben, session).await);
        let retention = Retention::default();
        let over = NOW + retention.sessions;
        for (now, seats) in [(over, 1), (over + Span::secs(1), 0)] {
            db.store.prune(&retention, now).await.unwrap();
            assert_eq!(db.store.devices().taken(grant, now).await.unwrap().len(), seats);
        }
    })
    .await;
}
