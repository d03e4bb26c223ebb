//! Who watches: everybody but the host is counted, people are named unless they opt out, and the host may hide the count.

use crate::support::{Browser, Database, Feed, Room, TestServer, eventually, on_both, server::Fan};
use anyhow::{Context, Result, ensure};
use std::time::Duration;
use tokio::time::timeout;

on_both!(
    viewers_are_counted_before_a_stream_begins,
    an_unlisted_viewer_is_counted,
    the_host_is_no_viewer_of_their_own_show,
    the_studio_knows_within_seconds_who_watches_and_nobody_else_is_told,
    a_hidden_count_is_shown_to_the_team_only,
    the_host_sees_who_watched_and_nobody_is_counted_after_the_end,
);

const COUNT: &str = "People here: </span>";

/// The count on a page or in a frame, if it shows one.
fn count(html: &str) -> Option<usize> {
    let (_, after) = html.rsplit_once(COUNT)?;
    after.split('<').next()?.replace(',', "").parse().ok()
}

async fn names(room: Room, who: &Browser) -> Result<String> {
    Ok(who.get(&room.path("people")).await?.text)
}

/// A fan's entry in the list of names.
async fn in_list(server: &TestServer, fan: &Fan) -> Result<String> {
    Ok(format!("<bdi>{}</bdi>", server.app.store.accounts().by_id(fan.account).await?.name))
}

async fn an_unlisted_viewer_is_counted(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(2).await?);
    let mut page = room.follow(&fans[0].browser, 0).await?;
    let _other = room.follow(&fans[1].browser, 0).await?;
    page.all_until(&format!("{COUNT}2")).await?;
    let in_list = [in_list(&server, &fans[0]).await?, in_list(&server, &fans[1]).await?];
    let name = |n: usize| in_list[n].as_str();
    let both = names(room, &fans[0].browser).await?;
    assert!(both.contains(name(0)) && both.contains(name(1)) && both.contains("(you)"), "{both}");
    let next_door = server.scheduled().follow(&fans[0].browser, 0).await?;
    let alone = names(server.scheduled(), &fans[0].browser).await?;
    assert!(alone.contains(name(0)) && !alone.contains(name(1)), "the room next door: {alone}");
    drop(next_door);

    let hidden = fans[1].browser.post(&room.path("people"), &[("listed", "false")]).await?;
    assert_eq!(hidden.status, 303);
    for who in [&fans[0].browser, &fans[1].browser, &server.person("host")] {
        let page = names(room, who).await?;
        assert!(page.contains(name(0)) && !page.contains(name(1)), "{page}");
        assert!(page.contains("And 1 more, without a name."), "{page}");
    }
    assert_eq!(server.app.engine.people(server.room(room).await?), 2, "counted as before");
    assert!(fans[1].browser.get("/account").await?.text.contains("not listed by name"));
    assert_eq!(fans[1].browser.post("/account/listing", &[("listed", "true")]).await?.status, 303);
    assert!(names(room, &fans[0].browser).await?.contains(name(1)), "listed again");
    assert_eq!(fans[1].browser.post(&room.path("people"), &[("listed", "2")]).await?.status, 422);
    server.close().await
}

async fn the_host_is_no_viewer_of_their_own_show(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(1).await?);
    let mut studio = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    let _watching = room.follow(&host, 0).await?;
    assert_eq!(server.app.engine.people(server.room(room).await?), 0, "neither in the studio nor beside it");
    let mut page = room.follow(&fans[0].browser, 0).await?;
    for feed in [&mut page, &mut studio] {
        feed.all_until(&format!("{COUNT}1")).await?;
    }
    let (people, maya) = (names(room, &fans[0].browser).await?, server.account("maya@demo.example").await?);
    let maya = server.app.store.accounts().by_id(maya).await?.name;
    assert!(people.contains(&in_list(&server, &fans[0]).await?), "{people}");
    assert!(!people.contains(&format!("<bdi>{maya}</bdi>")), "{people}");
    server.close().await
}

async fn the_studio_knows_within_seconds_who_watches_and_nobody_else_is_told(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(3).await?);
    let id = server.room(room).await?;
    let mut page = room.follow(&fans[0].browser, 0).await?;
    eventually("the first viewing is stored", async || {
        server.advance(2).await?;
        Ok(server.app.engine.viewership(id))
    })
    .await?;
    let mut studio = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    studio.all_until("#viewership").await?;
    // The clock stands: nothing is stored any more.
    let before = server.app.engine.viewership(id).context("figures")?;
    let _more = (room.follow(&fans[1].browser, 0).await?, room.follow(&fans[2].browser, 0).await?);
    let so_far = format!("<dd>{}</dd>", before.people + 2);
    let told = timeout(Duration::from_secs(4), studio.all_until(&so_far)).await??;
    // So many so far, and as many at once.
    let figures = told.last().context("an event")?.data.as_str();
    ensure!(figures.contains("#viewership") && figures.matches(&so_far).count() == 2, "{figures}");
    ensure!(room.say(&fans[0].browser, "hello").await?.status == 303);
    let heard = page.all_until("hello").await?;
    ensure!(heard.iter().all(|event| !event.data.contains("viewership")), "{heard:?}");
    server.close().await
}

/// This stream has not changed state, and its room has no lines yet.
async fn viewers_are_counted_before_a_stream_begins(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.scheduled(), server.fans(2).await?);
    let mut page = room.follow(&fans[0].browser, 0).await?;
    page.all_until(&format!("{COUNT}1")).await?;
    let _other = room.follow(&fans[1].browser, 0).await?;
    page.all_until(&format!("{COUNT}2")).await?;
    server.close().await
}

async fn a_hidden_count_is_shown_to_the_team_only(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(3).await?);
    let (fan, watch) = (&fans[0].browser, server.door("watch").to_owned());
    let mut page = room.follow(fan, 0).await?;
    let mut studio = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    page.all_until(&format!("{COUNT}1")).await?;
    assert_eq!(
        fan.post(&room.path("count"), &[("hidden", "true")]).await?.status,
        403,
        "only the host may hide the count"
    );
    assert_eq!(host.post(&room.path("count"), &[("hidden", "true")]).await?.status, 303);
    let gone = page.all_until("id=\"people\"").await?;
    assert_eq!(gone.last().and_then(|event| count(&event.data)), None, "the badge goes");
    studio.all_until("Show viewers the count").await?;

    // More people come: the host sees the count, and viewers receive everything except the count.
    let _second = room.follow(&fans[1].browser, 0).await?;
    server.advance(2).await?;
    studio.all_until(&format!("{COUNT}2")).await?;
    assert_eq!(room.say(fan, "still here").await?.status, 303);
    let heard = page.all_until("still here").await?;
    assert!(heard.iter().all(|event| count(&event.data).is_none()), "{heard:?}");
    let mut newcomer = room.follow(&fans[2].browser, 0).await?;
    let heard = newcomer.all_until("still here").await?;
    assert!(heard.iter().all(|event| count(&event.data).is_none()), "{heard:?}");
    assert_eq!(count(&fan.get(&watch).await?.text), None);
    assert_eq!(count(&fan.get(&room.path("fragment?page=watch")).await?.text), None);
    for path in ["/", "/maya", "/@maya"] {
        assert_eq!(count(&server.anybody().get(path).await?.text), None, "nor on its card: {path}");
    }
    let (people, second) = (names(room, fan).await?, in_list(&server, &fans[1]).await?);
    assert!(people.contains("shows this list to the team only") && !people.contains(&second), "{people}");
    assert!(names(room, &host).await?.contains(&second));
    assert_eq!(
        count(&host.get(&watch).await?.text),
        Some(server.app.engine.people(server.room(room).await?))
    );

    assert_eq!(host.post(&room.path("count"), &[("hidden", "false")]).await?.status, 303);
    page.all_until(COUNT).await?;
    for (who, path) in [
        (fan, watch.as_str()),
        (fan, &room.path("fragment?page=watch")),
        (&server.anybody(), "/"),
        (fan, "/maya"),
        (fan, "/@maya"),
    ] {
        assert!(count(&who.get(path).await?.text).is_some(), "shown again: {path}");
    }
    server.close().await
}

async fn the_host_sees_who_watched_and_nobody_is_counted_after_the_end(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, fans) = (server.live(), server.person("host"), server.fans(3).await?);
    let mut pages = Vec::new();
    for fan in &fans {
        pages.push(room.follow(&fan.browser, 0).await?);
    }
    let mut studio = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    studio.all_until(&format!("{COUNT}3")).await?;
    drop(pages.pop());
    // Who left must be known before the clock moves, or they have watched for two minutes more.
    server.wait_for_attendances(3).await?;
    server.advance(120).await?;
    studio.all_until("<dt>People so far</dt><dd>3</dd>").await?;
    studio.all_until("<dt>Most at once</dt><dd>3</dd>").await?;
    assert_eq!(host.post(&room.path("state"), &[("state", "ended")]).await?.status, 303);
    for page in &mut pages {
        page.all_until("data-state=\"ended\"").await?;
    }
    server.advance(2).await?;
    pages[0].all_until(&format!("{COUNT}0")).await?;
    assert_eq!(server.app.engine.people(server.room(room).await?), 0);
    studio.all_until("data-state=\"ended\"").await?;
    studio.all_until("<dt>Watched in total</dt>").await?;
    let over = room.studio(&host).await?;
    let watched = over.split_once("<dt>Watched in total</dt><dd>").context("watched")?.1;
    let minutes: u64 = watched.split(' ').next().context("a number")?.parse()?;
    assert!((4..=5).contains(&minutes), "two people, two minutes each: {minutes}");
    let sum = server.app.store.viewings().sum(room.0).await?;
    assert_eq!((sum.people, sum.peak), (3, 3), "the host is none of them");
    // A person who opens the page after the end is not a viewer.
    let late = server.fans(8).await?;
    let mut after = Vec::new();
    for fan in &late {
        after.push(room.follow(&fan.browser, 0).await?);
    }
    server.advance(30).await?;
    after[0].all_until(&format!("{COUNT}0")).await?;
    assert_eq!(server.app.store.viewings().sum(room.0).await?, sum);
    assert_eq!(server.app.store.streams().by_id(room.0).await?.peak, 3);
    server.close().await
}
