use crate::house::*;
use domain::time::{Millis, Span};
use store::{ASKS_PER_HOUR, Asked, CODE_LASTS, Checked, TRIES};

async fn ask(house: &House, email: &str, browser: &str, code: &str, now: Millis) -> String {
    match house.store.sign_in().ask(email, browser, code, now).await.unwrap() {
        Asked::Kept(id) => id,
        refused => panic!("{refused:?}"),
    }
}

#[tokio::test]
async fn a_code_is_good_once_for_the_browser_that_asked() {
    on_each(async |house| {
        let sign_in = house.store.sign_in();
        let id = ask(&house, "ann@example.org", "b1", "right", NOW).await;
        assert_eq!(sign_in.email_of(&id, "b1").await.unwrap().as_deref(), Some("ann@example.org"));
        assert_eq!(sign_in.email_of(&id, "b2").await.unwrap(), None);
        assert_eq!(sign_in.check(&id, "b2", "right", NOW).await.unwrap(), Checked::Over);
        assert_eq!(sign_in.check(&id, "b1", "wrong", NOW).await.unwrap(), Checked::Wrong { tries_left: 4 });
        let good = Checked::Good { email: "ann@example.org".into() };
        assert_eq!(sign_in.check(&id, "b1", "right", NOW).await.unwrap(), good);
        assert_eq!(sign_in.check(&id, "b1", "right", NOW).await.unwrap(), Checked::Over);
        assert_eq!(sign_in.check("no-such-code", "b1", "right", NOW).await.unwrap(), Checked::Over);
    })
    .await;
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes() {
    on_each(async |house| {
        let id = ask(&house, "ann@example.org", "b1", "right", NOW).await;
        assert_eq!(
            house.store.sign_in().check(&id, "b1", "right", NOW + CODE_LASTS).await.unwrap(),
            Checked::Over
        );
    })
    .await;
}

#[tokio::test]
async fn asking_again_voids_this_browsers_earlier_code_only() {
    on_each(async |house| {
        let sign_in = house.store.sign_in();
        let first = ask(&house, "ann@example.org", "b1", "one", NOW).await;
        let elsewhere = ask(&house, "ann@example.org", "b2", "two", NOW).await;
        let second = ask(&house, "ann@example.org", "b1", "three", NOW).await;
        assert_eq!(sign_in.check(&first, "b1", "one", NOW).await.unwrap(), Checked::Over);
        for (id, browser, code) in [(second, "b1", "three"), (elsewhere, "b2", "two")] {
            assert!(matches!(sign_in.check(&id, browser, code, NOW).await.unwrap(), Checked::Good { .. }));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_guesses_at_once_are_five() {
    on_each(async |house| {
        let id = ask(&house, "ann@example.org", "b1", "right", NOW).await;
        let answers = race(50, |i| {
            let (store, id) = (house.store.clone(), id.clone());
            async move { store.sign_in().check(&id, "b1", &format!("guess {i}"), NOW).await.unwrap() }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| matches!(a, Checked::Wrong { .. })).count() as i64, TRIES);
        assert_eq!(house.store.sign_in().check(&id, "b1", "right", NOW).await.unwrap(), Checked::Over);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_right_tries_at_once_sign_in_once() {
    on_each(async |house| {
        let id = ask(&house, "ann@example.org", "b1", "right", NOW).await;
        let answers = race(50, |_| {
            let (store, id) = (house.store.clone(), id.clone());
            async move { store.sign_in().check(&id, "b1", "right", NOW).await.unwrap() }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| matches!(a, Checked::Good { .. })).count(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_mailed_so_often_an_hour_and_no_more() {
    on_each(async |house| {
        let answers = race(30, |i| {
            let store = house.store.clone();
            async move { store.sign_in().ask("ann@example.org", &format!("b{i}"), "code", NOW).await.unwrap() }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| matches!(a, Asked::Kept(_))).count() as i64, ASKS_PER_HOUR);
        let Some(Asked::TooMany { retry_at }) = answers.iter().find(|a| matches!(a, Asked::TooMany { .. })) else {
            panic!("nobody was refused")
        };
        assert!(NOW < *retry_at && *retry_at <= NOW + Span::hours(1));
        ask(&house, "ben@example.org", "b1", "code", NOW).await;
        ask(&house, "ann@example.org", "b1", "code", *retry_at).await;
    })
    .await;
}
