//! Operators close a space or an account in two steps, everything open ends, and both return as they were.

use crate::support::{
    Browser, Database, Feed, TestServer, chaos::confirmed, eventually, on_both, shop::Order,
};
use anyhow::{Context, Result, ensure};
use domain::{
    live::stream::{EndReason, StreamState},
    money::checkout::Payment,
};
use std::time::Duration;
use tokio::time::timeout;

on_both!(
    a_suspended_space_is_closed_to_everybody_and_returns_as_it_was,
    a_suspended_account_is_signed_out_and_cannot_sign_in,
);

/// Time within which everything open must be closed.
const AT_ONCE: Duration = Duration::from_secs(2);
const WHY: &str = "It sold what it never gave.";

async fn act(server: &TestServer, path: &str, reason: &str) -> Result<u16> {
    confirmed(&server.person("operator"), path, &[("reason", reason)]).await
}

async fn ended(server: &TestServer) -> Result<()> {
    let room = server.live();
    let over = async || {
        let stream = server.app.store.streams().by_id(room.0).await?;
        anyhow::Ok((stream.state == StreamState::Ended).then_some(stream.end_reason))
    };
    assert_eq!(eventually("the stream goes on", over).await?, Some(EndReason::Suspended));
    Ok(())
}

async fn a_suspended_space_is_closed_to_everybody_and_returns_as_it_was(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, sam, fans) = (server.person("host"), server.person("stranger"), server.fans(1).await?);
    let (room, fan) = (server.live(), &fans[0].browser);
    let space = server.space("maya").await?;
    let before = server.app.store.spaces().by_id(space).await?.published_at.context("public")?;
    let order = Order::open(sam.clone()).await?;
    let _waiting = order.follow().await?;
    let report = format!("/account/reports/space/{space}");
    assert_eq!(server.person("viewer").post(&report, &[("reason", "fraud")]).await?.status, 303);
    let mut open = [room.follow(fan, 0).await?, room.follow(&host, 0).await?];
    let path = format!("/ops/spaces/{space}/suspension");
    for who in ["host", "viewer", "stranger"] {
        assert_eq!(server.person(who).post(&path, &[("reason", WHY)]).await?.status, 404, "{who}");
    }
    assert_eq!(server.person("operator").post(&path, &[("reason", "")]).await?.status, 422);

    assert_eq!(act(&server, &path, WHY).await?, 303);
    for feed in &mut open {
        let why = timeout(AT_ONCE, feed.end()).await??;
        assert!(why.contains("suspended"), "{why}");
    }
    ended(&server).await?;
    for page in ["/maya", "/maya/front-row", "/maya/friday-session", "/maya/calendar.ics"] {
        for who in [&sam, fan, &server.anybody()] {
            let page = who.get(page).await?;
            assert_eq!(page.status, 403);
            assert!(page.text.contains("This space is suspended") && !page.text.contains(WHY));
        }
    }
    assert_eq!(fan.post("/maya/lobby/purchase", &[]).await?.status, 403);
    assert_eq!(room.say(fan, "hello?").await?.status, 404);
    assert_eq!(room.say(&host, "hello?").await?.status, 403, "its team is out, too");
    let own = host.get("/maya").await?.text;
    assert!(own.contains("suspended this space") && own.contains(WHY), "{own}");
    assert_eq!(host.get(&format!("/account/streams/{}/studio", server.scheduled().0)).await?.status, 403);
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 403);
    assert!(!server.anybody().get("/explore").await?.text.contains("href=\"/maya\""));
    server.rest().await?;
    assert_eq!(order.row(&server).await?.state, Payment::Expired);
    assert_eq!(server.mails("maya@demo.example", "is suspended").await?, 1);
    let holder = server.mail_texts("vera@demo.example", "is suspended").await?;
    assert!(holder.len() == 1 && !holder[0].contains(WHY), "{holder:?}");
    assert_eq!(server.mails("vera@demo.example", "Your report of").await?, 1, "the report is answered");
    assert_eq!(server.mails("sam@demo.example", "suspended").await?, 0, "Sam holds nothing");
    assert_eq!(act(&server, &path, WHY).await?, 409, "it is suspended already");

    assert_eq!(act(&server, &format!("/ops/spaces/{space}/restoration"), "It was a mistake.").await?, 303);
    let after = server.app.store.spaces().by_id(space).await?.published_at;
    assert_eq!(after, Some(before), "public since the same time");
    assert_eq!(server.anybody().get("/maya").await?.status, 200);
    assert_eq!(server.scheduled().say(fan, "back again").await?.status, 303);
    assert!(server.anybody().get("/explore").await?.text.contains("href=\"/maya\""));
    server.rest().await?;
    assert_eq!(server.mails("maya@demo.example", "is restored").await?, 1);
    let lines = server.person("operator").get(&format!("/ops/audit?about={space}")).await?.text;
    assert!(lines.contains("space.suspend") && lines.contains("space.restore"), "{lines}");
    assert!(!lines.contains("session.start"), "only what is about the space");
    server.close().await
}

async fn a_suspended_account_is_signed_out_and_cannot_sign_in(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, kim) = (server.scheduled(), server.holder("kim@example.org").await?);
    let other = server.anybody();
    other.sign_in("kim@example.org").await?;
    let account = server.account("kim@example.org").await?;
    let order = Order::open(kim.clone()).await?;
    let mut open = [room.follow(&kim, 0).await?, order.follow().await?];
    let path = format!("/ops/people/{account}/suspension");
    assert_eq!(server.person("host").post(&path, &[("reason", WHY)]).await?.status, 404);
    let operators = format!("/ops/people/{}/suspension", server.account("olga@demo.example").await?);
    assert_eq!(act(&server, &operators, WHY).await?, 409, "operators are not suspended from here");

    assert_eq!(act(&server, &path, WHY).await?, 303);
    for feed in &mut open {
        let why = timeout(AT_ONCE, feed.end()).await??;
        assert!(why.contains("Your account was suspended"), "{why}");
    }
    for browser in [&kim, &other] {
        assert_eq!(browser.request(reqwest::Method::GET, "/account").send().await?.status(), 401);
        assert_eq!(room.say(browser, "still here?").await?.status, 401);
    }
    server.rest().await?;
    assert_eq!(order.row(&server).await?.state, Payment::Expired, "the order has ended");
    let mails = server.mail_texts("kim@example.org", "Your account is suspended").await?;
    assert!(mails.len() == 1 && mails[0].contains(WHY) && mails[0].contains("/contact"), "{mails:?}");
    let refused = sign_in(&server.anybody(), "kim@example.org").await?;
    assert!(refused.contains("This account is suspended") && refused.contains("/contact"), "{refused}");

    assert_eq!(act(&server, &format!("/ops/people/{account}/restoration"), "It was a mistake.").await?, 303);
    let again = server.anybody();
    again.sign_in("kim@example.org").await?;
    assert_eq!(room.say(&again, "here I am").await?.status, 303, "the pass is still held");
    assert_eq!(
        kim.request(reqwest::Method::GET, "/account").send().await?.status(),
        401,
        "old sessions stay ended"
    );
    server.rest().await?;
    assert_eq!(server.mails("kim@example.org", "Your account is restored").await?, 1);
    server.close().await
}

/// Enters the right code; returns the refusal.
async fn sign_in(browser: &Browser, email: &str) -> Result<String> {
    let before = browser.codes_for(email).await?.len();
    assert_eq!(browser.post("/sign-in", &[("email", email)]).await?.status, 303);
    let code = browser.next_code(email, before).await?;
    let entered = browser.post("/sign-in/code", &[("code", &code)]).await?;
    ensure!(entered.status == 403, "{}", entered.status);
    Ok(entered.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_that_was_not_public_stays_unknown_to_strangers() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    let space = server.space("maya").await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/suspension"), WHY).await?, 303);
    assert_eq!(server.anybody().get("/maya").await?.status, 404);
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/restoration"), WHY).await?, 303);
    assert_eq!(server.anybody().get("/maya").await?.status, 404, "it is as it was");
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 303);

    // What the team closes while it is suspended stays closed.
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/suspension"), WHY).await?, 303);
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/restoration"), WHY).await?, 303);
    assert_eq!(server.anybody().get("/maya").await?.status, 404);

    // And what its owner closes for good, too.
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 303);
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/suspension"), WHY).await?, 303);
    let closed = host.post(&format!("/account/spaces/{space}/closing"), &[("name", "Maya Lin")]).await?;
    assert_eq!(closed.status, 303, "{}", closed.text);
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/restoration"), WHY).await?, 303);
    assert_eq!(server.anybody().get("/maya").await?.status, 410);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_find_spaces_and_people_and_what_was_done_to_them() -> Result<()> {
    let server = TestServer::open().await?;
    let operator = server.person("operator");
    for n in 0..55 {
        let (accounts, name) = (server.app.store.accounts(), format!("guest{n:02}"));
        let (guest, _) = accounts.find_or_create(&format!("{name}@example.org"), Default::default()).await?;
        accounts.name(guest.id, &name).await?;
    }
    let first = operator.get("/ops/people").await?.text;
    assert_eq!(first.matches("/suspension\"").count(), 50, "a page of fifty");
    assert!(!first.contains("@example.org") && first.contains("g…@e….org"), "addresses are masked");
    let older = first.split("href=\"").find(|rest| rest.contains("before=")).context("a next page")?;
    let older = older.split('"').next().unwrap_or_default().replace("&amp;", "&");
    let second = operator.get(&older).await?.text;
    assert!(second.contains("@maya") && !second.contains("before="), "{second}");
    let by_name = operator.get("/ops/people?q=guest07").await?.text;
    assert_eq!(by_name.matches("/suspension\"").count(), 1);
    let by_address = operator.get("/ops/people?q=vera%40demo.example").await?.text;
    assert!(by_address.contains("@vera") && !by_address.contains("@maya"), "{by_address}");
    let part = operator.get("/ops/people?q=demo.example").await?.text;
    assert!(part.contains("Nobody is found."), "an address is found only as a whole");

    let space = server.space("maya").await?;
    let spaces = operator.get("/ops/spaces?q=maya").await?.text;
    assert!(
        spaces.contains("Public since") && spaces.contains(&format!("/ops/audit?about={space}")),
        "{spaces}"
    );
    // Each account has a space, which is found by its name alone until it is public or has an experience.
    let (begun, named) = (operator.get("/ops/spaces").await?, operator.get("/ops/spaces?q=guest07").await?);
    assert!(begun.text.contains("/maya") && !begun.text.contains("/guest07"), "{}", begun.text);
    assert!(named.text.contains("/guest07"), "{}", named.text);
    assert!(operator.get("/ops/spaces?suspended=1").await?.text.contains("No space is found."));
    assert_eq!(act(&server, &format!("/ops/spaces/{space}/suspension"), WHY).await?, 303);
    let suspended = operator.get("/ops/spaces?suspended=1").await?.text;
    assert!(suspended.contains(WHY) && suspended.contains("Restore…"), "{suspended}");
    for path in ["/ops/spaces", "/ops/people", "/ops/reports"] {
        assert_eq!(server.person("host").get(path).await?.status, 404, "{path}");
    }
    let _ = Feed::open(&operator, "/ops/reports/events", None).await?;
    server.close().await
}
