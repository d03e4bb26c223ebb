//! Strangers who ask for codes and guess them do not keep out the person whose address they type, and what somebody
//! changes is bounded.

use crate::support::{Browser, Reply, TestServer, server::PATIENCE};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    people::sign_in::{ASKS, ASKS_OF_A_NETWORK, GUESSES, GUESSES_OF_A_NETWORK},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

const ANN: &str = "ann@example.org";
/// The networks of a stranger and of the owner.
const X: &str = "203.0.113.9";
const Y: &str = "198.51.100.7";

async fn at_the_full_day(server: &TestServer) -> Result<()> {
    let day = 24 * 3600;
    let now = server.app.clock.now().0 / 1000;
    server.advance(day + 1 - now.rem_euclid(day)).await
}

async fn ask(who: &Browser, email: &str) -> Result<Reply> {
    who.post("/sign-in", &[("email", email)]).await
}

/// The status of a wrong code.
async fn guess(who: &Browser, right: &str, n: u32) -> Result<u16> {
    let wrong = format!("{:06}", (right.parse::<u32>()? + n) % 1_000_000);
    let reply = who.post("/sign-in/code", &[("code", &wrong)]).await?;
    ensure!(reply.status == 422 || reply.headers.contains_key("retry-after"), "{}", reply.text);
    Ok(reply.status.as_u16())
}

/// Strangers guess codes for Ann until they are refused; each new code is tried five times. Returns how many codes were
/// mailed, how many guesses were answered, and how many were refused.
async fn guess_until_refused(stranger: impl Fn() -> Browser) -> Result<(u32, u32, u32)> {
    let (mut asked, mut wrong, mut refused) = (0, 0, 0);
    while refused == 0 {
        let stranger = stranger();
        let before = stranger.codes_for(ANN).await?.len();
        if ask(&stranger, ANN).await?.status == 429 {
            break;
        }
        asked += 1;
        let right = stranger.next_code(ANN, before).await?;
        for n in 1..=5 {
            match guess(&stranger, &right, n).await? {
                422 => wrong += 1,
                _ => refused += 1,
            }
        }
    }
    Ok((asked, wrong, refused))
}

/// Signs in with a mailed code.
async fn sign_in_by_code(who: &Browser, email: &str) -> Result<()> {
    timeout(PATIENCE, who.sign_in(email)).await.context("signing in takes too long")??;
    ensure!(who.get("/account").await?.status == 200, "not signed in");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_asks_and_guesses_does_not_keep_the_owner_out() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    let owner = server.anybody().at(Y);
    assert_eq!(ask(&owner, ANN).await?.status, 303);
    let early = owner.next_code(ANN, 0).await?;

    let (asked, wrong, refused) = guess_until_refused(|| server.anybody().at(X)).await?;
    assert_eq!((wrong, refused), (GUESSES_OF_A_NETWORK.times, 5));
    for n in asked..20 {
        let spelling = format!("ann+{n}@example.org");
        let refused = ask(&server.anybody().at(X), &spelling).await?;
        let want = if n < ASKS_OF_A_NETWORK.times { 303 } else { 429 };
        assert_eq!(refused.status, want, "ask {n}: {}", refused.text);
        if want == 429 {
            assert!(refused.text.contains(&spelling), "the form keeps what was typed");
            let wait: i64 = refused.headers["retry-after"].to_str()?.parse()?;
            assert!((1..=3600).contains(&wait), "{wait}");
        }
    }

    sign_in_by_code(&server.anybody().at(Y), ANN).await?;
    assert_eq!(
        owner.post("/sign-in/code", &[("code", &early)]).await?.status,
        303,
        "an earlier code is good"
    );
    assert_eq!(owner.get("/account").await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_asks_in_the_owners_own_network_do_not_keep_the_owner_out() -> Result<()> {
    let server = TestServer::open().await?;
    for _ in 0..10 {
        assert_eq!(ask(&server.anybody(), ANN).await?.status, 303);
    }
    server.rest().await?;
    sign_in_by_code(&server.anybody(), ANN).await?;
    server.close().await
}

/// A new browser of the owner must wait, because the server cannot tell it from the strangers' browsers.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_in_the_owners_own_network_do_not_keep_out_a_browser_that_has_signed_in() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    ann.sign_in(ANN).await?;
    assert_eq!(ann.post("/sign-out", &[]).await?.status, 303);
    let (_, wrong, refused) = guess_until_refused(|| server.anybody()).await?;
    assert_eq!((wrong + 1, refused), (GUESSES_OF_A_NETWORK.times, 1), "Ann's own code was counted, too");

    let new = server.anybody();
    let before = new.codes_for(ANN).await?.len();
    assert_eq!(ask(&new, ANN).await?.status, 303);
    let right = new.next_code(ANN, before).await?;
    assert_eq!(guess(&new, &right, 0).await?, 429, "a new browser, with the right code");
    sign_in_by_code(&ann, ANN).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quotas_of_a_mailbox_do_not_count_for_browsers_that_have_signed_in() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    let ann = server.anybody().at(X);
    ann.sign_in(ANN).await?;
    assert_eq!(ann.post("/sign-out", &[]).await?.status, 303);
    at_the_full_day(&server).await?;
    let (mut sent, mut wrong) = (0, 0);
    for n in 0..ASKS.times + 3 {
        let stranger = server.anybody().at(&format!("192.0.2.{n}"));
        let before = stranger.codes_for(ANN).await?.len();
        if ask(&stranger, ANN).await?.status == 429 {
            continue;
        }
        sent += 1;
        let right = stranger.next_code(ANN, before).await?;
        for n in 1..=5 {
            wrong += i64::from(guess(&stranger, &right, n).await? == 422);
        }
    }
    assert_eq!((sent, wrong), (ASKS.times, GUESSES.times));
    sign_in_by_code(&ann, ANN).await?;
    server.close().await
}

/// 2,000 concurrent requests are a higher rate than 10,000 per minute. The flood goes on until three people have signed
/// in during it.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_asks_from_one_network_delays_nobody_elsewhere() -> Result<()> {
    let server = TestServer::behind_a_proxy(|settings| settings.limits.address_asks = 20).await?;
    let ann = server.anybody();
    ann.sign_in(ANN).await?;
    ann.post("/sign-out", &[]).await?;
    let first = server.anybody().at(X);
    let (answered, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let (answers, enough) = (Arc::clone(&answered), Arc::clone(&over));
    let flood = tokio::spawn(async move {
        let goes_on = move |n: &usize| ready(*n < 2_000 || !enough.load(SeqCst));
        let asks = stream::iter(0..).take_while(goes_on).map(|n| {
            // Half of them for one mailbox.
            let email = if n % 2 == 0 { ANN.into() } else { format!("flood-{n}@example.org") };
            let (who, answers) = (first.beside(""), Arc::clone(&answers));
            async move {
                let reply = ask(&who, &email).await?;
                answers.fetch_add(1, SeqCst);
                anyhow::Ok(reply.status.as_u16())
            }
        });
        asks.buffer_unordered(16).try_collect::<Vec<u16>>().await
    });
    for n in 0..3 {
        let before = answered.load(SeqCst);
        while answered.load(SeqCst) < before + 100 {
            ensure!(!flood.is_finished(), "the flood ended: {:?}", flood.await);
            sleep(Duration::from_millis(5)).await;
        }
        // The mailbox of Ann has codes of the flood, too, so the newest may not be hers.
        let email = format!("ben-{n}@example.org");
        sign_in_by_code(&server.anybody().at(&format!("198.51.100.{n}")), &email).await?;
    }
    over.store(true, SeqCst);
    let answers = flood.await.context("the flood")??;
    ensure!(answers.len() >= 2_000, "{} asks", answers.len());
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 20);
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), answers.len() - 20);
    sign_in_by_code(&server.anybody().at(Y), ANN).await?;
    let known = ask(&ann.at(X), ANN).await?;
    assert_eq!(known.status, 303, "a browser that has signed in before is counted separately");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_networks_of_an_ipv6_site_share_a_limit() -> Result<()> {
    let server = TestServer::behind_a_proxy(|settings| settings.limits.address_asks = 1).await?;
    let ask_from = async |network: String, n: usize| {
        let who = server.anybody().at(&network);
        anyhow::Ok(ask(&who, &format!("site-{n}@example.org")).await?.status.as_u16())
    };
    let mut taken = [0, 0];
    for n in 0..24 {
        // Subnets of one /56, then of one /48.
        for (taken, subnet) in taken.iter_mut().zip([format!("1:{n:x}"), format!("2:{:x}", n << 8)]) {
            *taken += usize::from(ask_from(format!("2001:db8:{subnet}::7"), n).await? == 303);
        }
    }
    assert_eq!(taken, [2, 4]);
    assert_eq!(ask_from("2001:db8:3::7".into(), 50).await?, 303, "another site is not affected");
    assert_eq!(ask_from(X.into(), 51).await?, 303);
    server.close().await
}

/// Saves a profile so many times. Returns how often it was taken.
async fn save(who: &Browser, name: &str, times: usize) -> Result<usize> {
    let (mut taken, username) = (0, name.to_lowercase());
    for _ in 0..times {
        let fields = [("name", name), ("username", username.as_str())];
        let reply = who.post("/account", &fields).await?;
        if reply.status == 303 {
            taken += 1;
            continue;
        }
        ensure!(reply.status == 429 && reply.text.contains("lately. Try again in"), "{}", reply.text);
        let wait: i64 = reply.headers["retry-after"].to_str()?.parse()?;
        ensure!((1..=3600).contains(&wait), "{wait}");
    }
    Ok(taken)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_and_its_network_grow_the_audit_log_only_so_fast() -> Result<()> {
    let server = TestServer::behind_a_proxy(|settings| {
        settings.limits.account_changes = 4;
        settings.limits.address_changes = 6;
    })
    .await?;
    let (vera, sam) = (server.person("viewer"), server.person("stranger"));
    assert_eq!(save(&vera.at(X), "Vera", 20).await?, 4, "what one account has");
    assert_eq!(save(&sam.at(X), "Sam", 20).await?, 2, "what its network has left");
    assert_eq!(save(&sam.at(Y), "Sam", 20).await?, 2, "what the other account has left");
    let lines = server.app.store.audit().last(1000).await?;
    assert_eq!(lines.iter().filter(|line| line.act.action == "account.update").count(), 8);
    // Nobody is kept from signing out everywhere, and nothing is written if there is nothing to end.
    for _ in 0..3 {
        assert_eq!(vera.at(X).post("/account/sessions/revocation", &[]).await?.status, 303);
    }
    let lines = server.app.store.audit().last(1000).await?;
    assert!(lines.iter().filter(|line| line.act.action == "session.revoke_others").count() <= 1);
    server.advance(15 * 60).await?;
    assert_eq!(save(&vera.at(X), "Vera", 1).await?, 1, "one is restored each quarter of an hour");
    server.close().await
}
