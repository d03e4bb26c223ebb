use crate::database::*;
use domain::{
    mail::{Mail, SendCode},
    people::{
        account::Kept,
        sign_in::{ASKS, CODE_LASTS, GUESSES, TRIES},
    },
    time::{Millis, Span},
    work::Lane,
};
use store::{Asker, Checked, CodeRequest, Store};

fn stranger(browser: &str) -> Asker<'_> {
    Asker { browser, known: false }
}

fn owner(browser: &str) -> Asker<'_> {
    Asker { browser, known: true }
}

async fn asked(store: &Store, email: &str, asker: Asker<'_>, code: &str, now: Millis) -> CodeRequest {
    let mail =
        Mail { to: email.into(), subject: "s".into(), text: code.into(), html: None, unsubscribe: None };
    store.sign_in().ask(email, asker, code, mail, now).await.unwrap()
}

async fn ask(db: &TestDatabase, email: &str, browser: &str, code: &str, now: Millis) -> String {
    match asked(&db.store, email, stranger(browser), code, now).await {
        CodeRequest::Kept(id) => id,
        refused => panic!("{refused:?}"),
    }
}

async fn check(store: &Store, id: &str, asker: Asker<'_>, code: &str, now: Millis) -> Checked {
    let mut tx = store.begin().await.unwrap();
    let checked = tx.try_code(id, asker, code, now).await.unwrap();
    if matches!(checked, Checked::Good { .. } | Checked::Wrong { .. }) {
        tx.commit_unattended(&[]).await.unwrap();
    }
    checked
}

#[tokio::test]
async fn a_code_is_good_once_for_the_browser_that_asked() {
    on_each(async |db| {
        let sign_in = db.store.sign_in();
        let id = ask(&db, "ann@example.org", "b1", "right", NOW).await;
        assert_eq!(sign_in.email_of(&id, "b1").await.unwrap().as_deref(), Some("ann@example.org"));
        assert_eq!(sign_in.email_of(&id, "b2").await.unwrap(), None);
        assert_eq!(check(&db.store, &id, stranger("b2"), "right", NOW).await, Checked::Over);
        assert_eq!(
            check(&db.store, &id, stranger("b1"), "wrong", NOW).await,
            Checked::Wrong { tries_left: 4 }
        );
        let good = Checked::Good { email: "ann@example.org".into() };
        assert_eq!(check(&db.store, &id, stranger("b1"), "right", NOW).await, good);
        assert_eq!(check(&db.store, &id, stranger("b1"), "right", NOW).await, Checked::Over);
        assert_eq!(check(&db.store, "no-such-code", stranger("b1"), "right", NOW).await, Checked::Over);
    })
    .await;
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes() {
    on_each(async |db| {
        let id = ask(&db, "ann@example.org", "b1", "right", NOW).await;
        assert_eq!(check(&db.store, &id, stranger("b1"), "right", NOW + CODE_LASTS).await, Checked::Over);
    })
    .await;
}

#[tokio::test]
async fn asking_again_voids_this_browsers_earlier_code_only() {
    on_each(async |db| {
        let first = ask(&db, "ann@example.org", "b1", "one", NOW).await;
        let elsewhere = ask(&db, "ann@example.org", "b2", "two", NOW).await;
        let second = ask(&db, "ann@example.org", "b1", "three", NOW).await;
        assert_eq!(check(&db.store, &first, stranger("b1"), "one", NOW).await, Checked::Over);
        for (id, browser, code) in [(second, "b1", "three"), (elsewhere, "b2", "two")] {
            assert!(matches!(
                check(&db.store, &id, stranger(browser), code, NOW).await,
                Checked::Good { .. }
            ));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_guesses_at_once_are_five() {
    on_each(async |db| {
        let id = ask(&db, "ann@example.org", "b1", "right", NOW).await;
        let answers = race(50, |i| {
            let (store, id) = (db.store.clone(), id.clone());
            async move { check(&store, &id, stranger("b1"), &format!("guess {i}"), NOW).await }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| matches!(a, Checked::Wrong { .. })).count() as i64, TRIES);
        assert_eq!(check(&db.store, &id, stranger("b1"), "right", NOW).await, Checked::Over);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_right_tries_at_once_sign_in_once() {
    on_each(async |db| {
        let id = ask(&db, "ann@example.org", "b1", "right", NOW).await;
        let answers = race(50, |_| {
            let (store, id) = (db.store.clone(), id.clone());
            async move { check(&store, &id, stranger("b1"), "right", NOW).await }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| matches!(a, Checked::Good { .. })).count(), 1);
    })
    .await;
}

/// An hour and a day of the limits start here.
const MIDNIGHT: Millis = Millis(1_699_920_000_000);

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_mailed_so_often_an_hour_and_no_more() {
    on_each(async |db| {
        let answers = race(ASKS.times as usize + 20, |i| {
            let store = db.store.clone();
            async move {
                let spelling =
                    if i % 2 == 0 { "ann@example.org".into() } else { format!("ann+{i}@example.org") };
                asked(&store, &spelling, stranger(&format!("b{i}")), "code", MIDNIGHT).await
            }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| matches!(a, CodeRequest::Kept(_))).count() as i64, ASKS.times);
        let hour = MIDNIGHT + Span::hours(1);
        let refused = CodeRequest::TooMany { retry_at: hour };
        assert_eq!(answers.iter().filter(|a| **a == refused).count() as i64, 20);
        ask(&db, "ben@example.org", "b1", "code", MIDNIGHT).await;
        ask(&db, "ann@example.org", "b1", "code", hour).await;
    })
    .await;
}

#[tokio::test]
async fn strangers_do_not_use_up_what_the_owners_browser_has() {
    on_each(async |db| {
        let ann = "ann@example.org";
        for i in 0..ASKS.times {
            asked(&db.store, ann, stranger(&format!("b{i}")), "code", MIDNIGHT).await;
        }
        assert!(matches!(
            asked(&db.store, ann, stranger("x"), "code", MIDNIGHT).await,
            CodeRequest::TooMany { .. }
        ));
        for _ in 0..ASKS.times {
            assert!(matches!(
                asked(&db.store, ann, owner("x"), "code", MIDNIGHT).await,
                CodeRequest::Kept(_)
            ));
        }
        assert!(matches!(
            asked(&db.store, ann, owner("x"), "code", MIDNIGHT).await,
            CodeRequest::TooMany { .. }
        ));
        assert!(matches!(asked(&db.store, ann, owner("y"), "code", MIDNIGHT).await, CodeRequest::Kept(_)));
    })
    .await;
}

#[tokio::test]
async fn guesses_are_bounded_by_the_day_over_all_browsers() {
    on_each(async |db| {
        let (mut guesses, mut refused) = (0, 0);
        for n in 0..GUESSES.times / TRIES + 2 {
            let (email, browser) = (format!("ann+{n}@example.org"), format!("b{n}"));
            let now = MIDNIGHT + Span::hours(n);
            let id = ask(&db, &email, &browser, "right", now).await;
            for _ in 0..TRIES {
                match check(&db.store, &id, stranger(&browser), "wrong", now).await {
                    Checked::Wrong { .. } => guesses += 1,
                    Checked::TooMany { .. } => refused += 1,
                    other => panic!("{other:?}"),
                }
            }
        }
        assert_eq!((guesses, refused), (GUESSES.times, 2 * TRIES));
        let late = MIDNIGHT + Span::hours(20);
        let id = ask(&db, "ann@example.org", "x", "right", late).await;
        let refused = check(&db.store, &id, stranger("x"), "right", late).await;
        assert_eq!(refused, Checked::TooMany { retry_at: MIDNIGHT + Span::days(1) });
        let good = Checked::Good { email: "ann@example.org".into() };
        assert_eq!(
            check(&db.store, &id, owner("x"), "right", late).await,
            good,
            "the owner's browser gets in"
        );
    })
    .await;
}

#[tokio::test]
async fn a_code_and_its_mail_are_kept_together() {
    on_each(async |db| {
        ask(&db, "ann@example.org", "b1", "123456", NOW).await;
        let [job] = &db.store.jobs().claim(Lane::Codes, Span::secs(30), 9, NOW).await.unwrap()[..] else {
            panic!()
        };
        let job: SendCode = job.read().unwrap();
        assert_eq!((job.mail.text.as_str(), job.expires_at), ("123456", NOW + CODE_LASTS));
    })
    .await;
}

#[tokio::test]
async fn a_session_keeps_what_it_was_told_until_it_has_read_it() {
    on_each(async |db| {
        let (maya, _) = db.store.accounts().find_or_create("maya@example.org", NOW).await.unwrap();
        let session = async || db.store.sessions().create(maya.id, "Firefox", NOW).await.unwrap();
        let unread = async |token: &str| {
            db.store.sessions().by_token(token, NOW).await.unwrap().unwrap().notice.unwrap_or_default()
        };
        let (by, first) = (session().await, session().await);
        let tell = async |words: &str| {
            db.change(async |tx| tx.tell_sessions(maya.id, by.id, words, Kept::Awhile).await).await.unwrap();
        };
        let read = async |words: &str| {
            db.change(async |tx| tx.read_notice(maya.id, first.id, words).await).await.unwrap()
        };
        tell("one").await;
        let second = session().await;
        tell("two").await;
        assert_eq!(
            (unread(&first.token).await, unread(&second.token).await),
            ("one\ntwo".into(), "two".into())
        );
        assert_eq!(unread(&by.token).await, "", "who did it knows");
        assert!(!read("one").await, "that is not all");
        assert!(read("one\ntwo").await);
        for n in 0..20 {
            tell(&format!("a notice {n}")).await;
        }
        let kept = unread(&first.token).await;
        assert!(kept.starts_with("a notice 0\n") && kept.ends_with("a notice 19"), "{kept}");
        assert_eq!(kept.lines().count(), 6, "bounded");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_at_once_is_all_told() {
    on_each(async |db| {
        let (maya, _) = db.store.accounts().find_or_create("maya@example.org", NOW).await.unwrap();
        let session = async || db.store.sessions().create(maya.id, "Firefox", NOW).await.unwrap();
        let (account, by, other) = (maya.id, session().await.id, session().await);
        race(4, |n| {
            let db = db.clone();
            async move {
                let mut tx = db.store.begin().await.unwrap();
                tx.tell_sessions(account, by, &format!("notice {n}"), Kept::Awhile).await.unwrap();
                tx.commit_unattended(&[]).await.unwrap();
            }
        })
        .await;
        let told = db.store.sessions().by_token(&other.token, NOW).await.unwrap().unwrap().notice.unwrap();
        assert_eq!(told.lines().count(), 4, "{told}");
    })
    .await;
}
