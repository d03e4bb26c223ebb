//! Streams before they begin: scheduling in a time zone, moving, cancelling, deleting; and passes that come to open
//! less.

use crate::support::{Browser, Room, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock, id::StreamId, live::stream::StreamState, time::Span};
use std::time::Duration;
use tokio::time::timeout;

fn id_in(location: &str) -> Result<StreamId> {
    Ok(location.split('/').nth(3).context("an id")?.parse()?)
}

/// A time this many hours from now, as a form sends it, in UTC.
fn hours_ahead(server: &TestServer, hours: i64) -> String {
    let at = server.app.clock.now() + Span::hours(hours);
    at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_times_are_rejected_and_kept_in_the_form() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    let experience = server.app.store.experiences().list(server.space("maya").await?).await?.remove(0).id;
    let path = format!("/account/experiences/{experience}/streams");
    for (at, tz, words) in [
        ("2016-12-04T20:00", "Europe/Berlin", "has passed"),
        ("9999-12-31T23:59", "UTC", "two years"),
        ("2026-12-04", "UTC", "time of day"),
        ("soon: really", "UTC", "Write date and time"),
        ("2026-12-04T20:00", "Mars/Olympus", "Mars/Olympus"),
    ] {
        let form = [("title", "Kept title"), ("scheduled_at", at), ("tz", tz)];
        let reply = host.post(&path, &form).await?;
        assert_eq!(reply.status, 422, "{at} {tz}");
        for shown in [words, "Kept title", &format!("value=\"{at}\""), "href=\"#field-stream-scheduled_at\""]
        {
            assert!(reply.text.contains(shown), "{at} {tz}: {shown}");
        }
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_viewers_see_a_move_and_a_cancellation_at_once() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, room) = (server.person("host"), server.scheduled());
    let fan = server.fans(1).await?.remove(0);
    let mut page = room.follow(&fan.browser, 0).await?;
    let base = format!("/account/streams/{}", room.0);
    let stranger = server.person("stranger");
    for (who, status) in [(&fan.browser, 404), (&stranger, 404), (&server.anybody(), 401)] {
        assert_eq!(who.post(&format!("{base}/cancellation"), &[]).await?.status, status);
        assert_eq!(who.post(&format!("{base}/schedule"), &[("title", "Mine")]).await?.status, status);
    }
    let at = hours_ahead(&server, 50);
    let moved =
        host.post(&format!("{base}/schedule"), &[("title", "Choosing nine"), ("scheduled_at", &at)]).await?;
    assert_eq!(moved.status, 303);
    timeout(Duration::from_secs(2), page.all_until(&at[..13]))
        .await
        .context("the move is not heard of")??;
    let row = server.app.store.streams().by_id(room.0).await?;
    assert_eq!((row.title.as_str(), row.state), ("Choosing nine", StreamState::Scheduled));

    assert_eq!(host.post(&format!("{base}/cancellation"), &[]).await?.status, 303);
    timeout(Duration::from_secs(2), page.all_until("This stream was cancelled")).await??;
    assert_eq!(room.say(&fan.browser, "why?").await?.status, 409);
    let again = host.post(&format!("{base}/schedule"), &[("title", "Again")]).await?;
    assert_eq!(again.status, 422);
    let live = server.live().0;
    assert_eq!(host.post(&format!("/account/streams/{live}/cancellation"), &[]).await?.status, 409);
    assert_eq!(host.post(&format!("/account/streams/{live}/deletion"), &[]).await?.status, 409);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_nobody_bought_or_wrote_in_can_be_deleted() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let operator = server.person("operator");
    let make = async |title: &str| {
        let made = host.post(&format!("/account/spaces/{space}/experiences"), &[("title", title)]).await?;
        anyhow::Ok(made.location().to_string())
    };
    let at = make("A try").await?;
    let plan = async |at: &str| {
        let made = host.post(&format!("{at}/streams"), &[("title", "Soon")]).await?;
        id_in(made.location())
    };
    let (quiet, said, slowed) = (plan(&at).await?, plan(&at).await?, plan(&at).await?);
    assert_eq!(Room(said).say(&host, "hello").await?.status, 303);
    assert_eq!(host.post(&Room(slowed).path("slow_mode"), &[("seconds", "30")]).await?.status, 303);
    let delete = async |id: StreamId| {
        anyhow::Ok(host.post(&format!("/account/streams/{id}/deletion"), &[]).await?.status.as_u16())
    };
    let offered = async |id: StreamId| {
        let page = host.get(&format!("/account/streams/{id}/schedule")).await?.text;
        anyhow::Ok([page.contains("Cancel the stream…"), page.contains("Delete the stream…")])
    };
    assert_eq!(offered(said).await?, [true, false]);
    assert_eq!(delete(said).await?, 409, "its chat has lines");
    assert_eq!((offered(slowed).await?, delete(slowed).await?), ([true, false], 409), "nobody wrote, but");
    let why = host.get(&format!("/account/streams/{slowed}/schedule")).await?.text;
    assert!(why.contains("Something was said or decided in its chat, so it cannot be deleted."), "{why}");
    assert_eq!(offered(quiet).await?, [true, true]);
    let (mut page, mut other) = (Room(quiet).follow(&host, 0).await?, Room(said).follow(&host, 0).await?);
    assert_eq!(host.post(&format!("/account/streams/{quiet}/cancellation"), &[]).await?.status, 303);
    assert_eq!(offered(quiet).await?, [false, true], "only what a cancelled stream still allows");
    let list = host.get(&at).await?.text;
    assert!(list.contains(">Delete</a>") && !list.contains("Cancel or delete"), "{list}");
    let in_tree =
        async || anyhow::Ok(operator.get("/ops/tree.json").await?.text.contains(&quiet.to_string()));
    ensure!(in_tree().await?, "its actor runs");
    assert_eq!(delete(quiet).await?, 303);
    let why = timeout(Duration::from_secs(2), page.end()).await??;
    assert!(why.contains("The host deleted this stream"), "{why}");
    timeout(Duration::from_secs(10), async {
        while in_tree().await? {}
        anyhow::Ok(())
    })
    .await
    .context("its actor lingers")??;
    assert_eq!(host.get(&Room(quiet).path("fragment")).await?.status, 404);
    assert_eq!(Room(said).say(&host, "still here").await?.status, 303);
    other.all_until("still here").await?;

    let kept = host.submit(&format!("{at}/deletion"), &[]).await?.text;
    let why = "<p class=\"flash bad\" role=\"alert\">It cannot be deleted: 3 things were said or decided in its chats.";
    assert!(kept.contains(why), "{kept}");
    let session = server.app.store.experiences().list(space).await?.remove(0);
    let kept = host.submit(&format!("/account/experiences/{}/deletion", session.id), &[]).await?.text;
    assert!(kept.contains("a pass for it") && kept.contains("shown"), "{kept}");

    let empty = make("Nothing here").await?;
    plan(&empty).await?;
    let gone = host.submit(&format!("{empty}/deletion"), &[]).await?.text;
    assert!(gone.contains("<p class=\"flash\" role=\"status\">“Nothing here” is deleted."), "{gone}");
    assert_eq!(host.get(&empty).await?.status, 404);
    assert_eq!(server.anybody().get("/maya/nothing-here").await?.status, 404);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_opens_nothing_keeps_its_holders_in_and_is_not_sold() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, room) = (server.person("host"), server.scheduled());
    let guest = server.holder("ann@example.org").await?;
    let fan = server.fans(1).await?.remove(0).browser;
    let follow = async |who: &Browser| room.follow(who, 0).await;
    let (mut of_guest, mut of_fan, mut of_host) =
        (follow(&guest).await?, follow(&fan).await?, follow(&host).await?);
    let lobby = server.pass("lobby").await?;
    let less = [("title", "Lobby"), ("slug", "lobby"), ("kind", "free")];
    assert_eq!(host.post(&format!("/account/access_passes/{lobby}"), &less).await?.status, 303);
    assert_eq!(room.say(&guest, "still in").await?.status, 303);
    of_guest.all_until("still in").await?;
    assert_eq!(room.say(&fan, "I hold another pass").await?.status, 303);
    of_fan.all_until("I hold another pass").await?;
    of_host.all_until("I hold another pass").await?;
    // Nobody can take a pass that opens nothing.
    assert_eq!(server.person("stranger").post("/maya/lobby/purchase", &[]).await?.status, 409);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pass_lets_its_buyer_in_at_once() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, room, space) = (server.person("host"), server.live(), server.space("maya").await?);
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    assert_eq!(room.say(&ann, "warm").await?.status, 402);
    let session = server.app.store.experiences().list(space).await?.remove(0).id.to_string();
    let pass = [("title", "Day pass"), ("kind", "free"), ("includes", session.as_str())];
    assert_eq!(host.post(&format!("/account/spaces/{space}/access_passes"), &pass).await?.status, 303);
    assert_eq!(ann.post("/maya/day-pass/purchase", &[]).await?.status, 303);
    assert_eq!(room.say(&ann, "at once").await?.status, 303);
    server.close().await
}
