//! Who is live now: visitors and holders see a stream begin and end, and nobody sees what is not open to them.

use crate::support::{Browser, Database, Feed, Room, TestServer, on_both};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};
use tokio::time::timeout;

on_both!(a_stream_appears_and_leaves_on_every_page_that_shows_it);

/// How much later than on a stream's own page.
const APPEARS: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(20);
const LEAVES: Duration = Duration::from_secs(2);

/// The content of one part of a frame.
fn part<'a>(frame: &'a str, id: &str) -> Option<&'a str> {
    let (_, rest) = frame.split_once(&format!("hx-target=\"#{id}\""))?;
    rest.split_once("</hx-partial>").map(|(content, _)| content)
}

/// Waits for a frame in which a part fits.
async fn until(feed: &mut Feed, id: &str, fits: impl Fn(&str) -> bool) -> Result<String> {
    loop {
        let event = feed.next().await?.context("the feed ended")?;
        if let Some(content) = part(&event.data, id)
            && fits(content)
        {
            return Ok(content.to_owned());
        }
    }
}

async fn move_to(room: Room, who: &Browser, state: &str) -> Result<()> {
    let moved = who.post(&room.path("state"), &[("state", state)]).await?;
    ensure!(moved.status == 303, "{state}: {} {}", moved.status, moved.text);
    Ok(())
}

/// Publishes the test card to the scheduled stream, which then rehearses.
async fn rehearse(server: &TestServer, host: &Browser) -> Result<Room> {
    let room = server.scheduled();
    let mut studio = room.follow(host, 0).await?;
    server.media.play_test_card(server.room(room).await?).await?;
    studio.all_until("data-state=\"rehearsal\"").await?;
    Ok(room)
}

const SHOW: &str = "href=\"/maya/rehearsal-room\"";

fn live(content: &str) -> bool {
    content.contains(SHOW)
}

/// Begins the stream, and waits until the pages of all shows, of music and of what somebody holds show it. On a busy machine
/// everything takes longer: each of them shows it hardly later than the stream's own page does. Returns what they show.
async fn goes_live(
    room: Room,
    host: &Browser,
    [own, public, music, held]: [&mut Feed; 4],
) -> Result<(String, String, String)> {
    let moved_up = |content: &str| {
        let (live, _) = content.split_once("What you hold").unwrap_or_default();
        live.contains(SHOW) && !live.contains("Coming up")
    };
    let begun = Instant::now();
    move_to(room, host, "live").await?;
    let own = async {
        own.all_until("data-state=\"live\"").await?;
        anyhow::Ok(begun.elapsed())
    };
    let pages = async {
        let shown = tokio::try_join!(
            until(public, "on-air", live),
            until(music, "on-air", live),
            until(held, "holdings", moved_up)
        )?;
        anyhow::Ok((shown, begun.elapsed()))
    };
    let both = async { tokio::try_join!(own, pages) };
    let (own, (shown, took)) = timeout(PATIENCE, both).await.context("the start was not shown")??;
    ensure!(took <= APPEARS + own * 2, "shown after {took:?}, on its own page after {own:?}");
    Ok(shown)
}

async fn a_stream_appears_and_leaves_on_every_page_that_shows_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, anybody, viewer) = (server.person("host"), server.anybody(), server.person("viewer"));
    let stranger = server.person("stranger");
    let room = rehearse(&server, &host).await?;
    let page = anybody.get("/live").await?.text;
    assert!(page.contains("href=\"/maya/friday-session\"") && page.contains("Choosing the ten"), "{page}");
    assert!(anybody.get("/live?category=talk").await?.text.contains("Nobody is live in Talk"));

    let mut public = Feed::open(&anybody, "/live/events", None).await?;
    let mut music = Feed::open(&stranger, "/live/events?category=music", None).await?;
    let mut talk = Feed::open(&anybody, "/live/events?category=talk", None).await?;
    let mut held = Feed::open(&viewer, "/account/purchases/events", None).await?;
    let mut nothing = Feed::open(&stranger, "/account/purchases/events", None).await?;
    let before = until(&mut public, "on-air", |_| true).await?;
    assert!(!before.contains(SHOW), "{before}");
    let before = until(&mut held, "holdings", |_| true).await?;
    assert!(
        before
            .split_once("Coming up")
            .is_some_and(|(live, coming)| !live.contains(SHOW) && coming.contains(SHOW))
    );

    let mut own = room.follow(&host, 0).await?;
    let (first, second, third) =
        goes_live(room, &host, [&mut own, &mut public, &mut music, &mut held]).await?;
    assert_eq!(first, second, "one rendering for all");
    assert!(third.contains("badge live"), "{third}");

    // The count follows who comes in, the host being none of them, unless the host hides it.
    let counted = |content: &str| content.contains("People here: </span>3<");
    let mut inside = Vec::new();
    for fan in server.fans(3).await? {
        let frame = anybody.get("/live").await?.text;
        assert!(!frame.contains("People here: "), "{} are too few to be told: {frame}", inside.len());
        inside.push(room.follow(&fan.browser, 0).await?);
    }
    until(&mut public, "on-air", counted).await?;
    assert_eq!(host.post(&room.path("count"), &[("hidden", "true")]).await?.status, 303);
    until(&mut public, "on-air", |content| live(content) && !counted(content)).await?;

    move_to(room, &host, "ended").await?;
    timeout(LEAVES, async {
        let gone = |content: &str| !content.contains(SHOW);
        let no_button =
            |content: &str| !content.split_once("What you hold").unwrap_or_default().0.contains(SHOW);
        tokio::try_join!(until(&mut public, "on-air", gone), until(&mut held, "holdings", no_button))
    })
    .await
    .context("the end was not shown in time")??;
    for feed in [&mut talk, &mut nothing] {
        let first = feed.next().await?.context("its first frame")?;
        assert!(!first.data.contains("/maya"), "{}", first.data);
        let more = timeout(Duration::from_millis(300), feed.next()).await;
        assert!(more.is_err(), "nothing of this concerns them: {more:?}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_invited_to_where_they_are_banned_or_what_is_closed() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody, stranger) = (server.person("host"), server.anybody(), server.person("stranger"));
    let banned = server.account("sam@demo.example").await?;
    assert_eq!(server.live().keep_out(&host, banned, "ban", "").await?.status, 303);
    let mut theirs = Feed::open(&stranger, "/live/events", None).await?;
    let first = theirs.next().await?.context("a frame")?.data;
    assert!(!first.contains("/maya") && !stranger.get("/live").await?.text.contains("/maya/"), "{first}");
    let mut public = Feed::open(&anybody, "/live/events", None).await?;
    until(&mut public, "on-air", |content| content.contains("/maya/friday-session")).await?;
    let space = server.space("maya").await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    let empty = |content: &str| content.contains("Nobody is live at the moment");
    timeout(LEAVES, until(&mut public, "on-air", empty)).await.context("it is still shown")??;
    assert!(anybody.get("/live").await?.text.contains("Explore spaces"));
    server.close().await
}
