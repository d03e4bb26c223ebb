//! Limits on requests by strangers do not lock out the person whose address they type.

use crate::support::{Browser, Reply, TestServer};
use anyhow::Result;
use domain::{
    clock::Clock,
    people::sign_in::{ASKS, GUESSES},
};
use reqwest::Method;

const ANN: &str = "ann@example.org";

async fn at_the_full_day(server: &TestServer) -> Result<()> {
    let day = 24 * 3600;
    let now = server.app.clock.now().0 / 1000;
    server.advance(day + 1 - now.rem_euclid(day)).await
}

async fn ask(who: &Browser, email: &str) -> Result<Reply> {
    who.post("/sign-in", &[("email", email)]).await
}

/// The owner's browser, which has signed in and out once.
async fn owner(server: &TestServer) -> Result<Browser> {
    let ann = server.anybody();
    ann.sign_in(ANN).await?;
    assert_eq!(ann.post("/sign-out", &[]).await?.status, 303);
    Ok(ann)
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_ask_for_an_address_do_not_lock_its_owner_out() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = owner(&server).await?;
    at_the_full_day(&server).await?;
    for n in 0..ASKS.times {
        assert_eq!(ask(&server.anybody(), &format!("ann+{n}@example.org")).await?.status, 303);
    }
    for spelling in
        [ANN, "ann+x@example.org", "ANN@EXAMPLE.ORG", "\u{ff41}nn@example.org", "mailto:ann@example.org"]
    {
        let refused = ask(&server.anybody(), spelling).await?;
        assert_eq!(refused.status, 429, "{spelling}");
        assert!(refused.text.contains("ask again in") && refused.text.contains(spelling), "{}", refused.text);
        let wait: i64 = refused.headers["retry-after"].to_str()?.parse()?;
        assert!((1..=3600).contains(&wait), "{wait}");
    }
    ann.sign_in(ANN).await?;
    assert_eq!(ann.get("/account").await?.status, 200, "the owner's browser has its own allowance");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_guess_do_not_lock_the_owner_out() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = owner(&server).await?;
    at_the_full_day(&server).await?;
    let (mut wrong, mut refused) = (0, 0);
    for _ in 0..4 {
        let eve = server.anybody();
        let before = eve.codes_for(ANN).await?.len();
        ask(&eve, ANN).await?;
        let right = eve.next_code(ANN, before).await?;
        for n in 1..=5 {
            let guess = format!("{:06}", (right.parse::<u32>()? + n) % 1_000_000);
            match eve.post("/sign-in/code", &[("code", &guess)]).await? {
                reply if reply.status == 422 => wrong += 1,
                reply => {
                    assert_eq!(reply.status, 429, "{}", reply.text);
                    assert!(reply.headers.contains_key("retry-after"));
                    refused += 1;
                }
            }
        }
    }
    assert_eq!((wrong, refused), (GUESSES[0].times, 20 - GUESSES[0].times));
    ann.sign_in(ANN).await?;
    assert_eq!(ann.get("/account").await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_of_one_network_do_not_limit_others() -> Result<()> {
    let server = TestServer::with_settings(|settings| {
        settings.limits.address_asks = 20;
        settings.trusted_proxies = "127.0.0.0/8".parse().expect("a network");
    })
    .await?;
    let ann = owner(&server).await?;
    let from = |who: &Browser, network: &str, email: &str| {
        let form = who.request(Method::POST, "/sign-in").header("x-forwarded-for", network);
        let (who, form) = (who.clone(), form.form(&[("email", email)]));
        async move { who.send(form).await }
    };
    let first = server.anybody();
    let asks = (0..2_000).map(|n| {
        let (who, email) = (first.beside(""), format!("flood-{n}@example.org"));
        async move { from(&who, "203.0.113.9", &email).await.map(|reply| reply.status.as_u16()) }
    });
    use futures_util::{StreamExt, TryStreamExt};
    let answers: Vec<u16> = futures_util::stream::iter(asks).buffer_unordered(16).try_collect().await?;
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 20);
    assert_eq!(answers.iter().filter(|status| **status == 429).count(), 1_980);
    let elsewhere = server.anybody();
    assert_eq!(from(&elsewhere, "198.51.100.7", "ben@example.org").await?.status, 303);
    elsewhere.next_code("ben@example.org", 0).await?;
    assert_eq!(
        from(&ann, "203.0.113.9", ANN).await?.status,
        303,
        "a browser that has signed in before is counted separately"
    );
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_networks_of_an_ipv6_site_share_a_limit() -> Result<()> {
    let server = TestServer::with_settings(|settings| {
        settings.limits.address_asks = 1;
        settings.trusted_proxies = "127.0.0.0/8".parse().expect("a network");
    })
    .await?;
    let ask_from = async |network: String, n: usize| {
        let who = server.anybody();
        let form = who.request(Method::POST, "/sign-in").header("x-forwarded-for", network);
        let email = format!("site-{n}@example.org");
        anyhow::Ok(who.send(form.form(&[("email", &email)])).await?.status.as_u16())
    };
    let mut taken = [0, 0];
    for n in 0..24 {
        // Subnets of one /56, then of one /48.
        for (taken, subnet) in taken.iter_mut().zip([format!("1:{n:x}"), format!("2:{:x}", n << 8)]) {
            *taken += usize::from(ask_from(format!("2001:db8:{subnet}::7"), n).await? == 303);
        }
    }
    assert_eq!(taken, [4, 16]);
    assert_eq!(ask_from("2001:db8:3::7".into(), 50).await?, 303, "another site is not affected");
    assert_eq!(ask_from("203.0.113.9".into(), 51).await?, 303);
    server.close().await
}
