//! A removal can be undone for a while, by the moderator who made it, and the line returns for everybody. What changes
//! for one person is sent to that person alone.

use crate::support::{
    Browser, Database, Event, Feed, Room, TestServer, chaos::confirmed, child::Process, on_both,
};
use anyhow::{Context, Result};
use domain::clock::Clock;
use std::path::Path;

on_both!(
    a_removal_that_is_undone_is_back_on_every_page_and_in_every_replay,
    an_author_can_delete_only_their_own_lines,
    removing_and_restoring_has_a_pace_and_ends_with_a_mute,
    undoing_a_ban_brings_its_lines_back_and_lets_the_person_in,
    a_mute_updates_the_page_of_the_muted_person_only,
    a_parked_room_is_shown_on_its_pages_until_it_resumes,
);

/// How many of the events contain these words.
fn tells(events: &[Event], words: &str) -> usize {
    events.iter().filter(|event| event.data.contains(words)).count()
}

async fn a_removal_that_is_undone_is_back_on_every_page_and_in_every_replay(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    for line in ["first", "wronged", "third"] {
        assert_eq!(room.say(&fans[1].browser, line).await?.status, 303);
    }
    let mut next_door = server.scheduled().follow(&fans[0].browser, 0).await?;
    let (mut page, mut desk) = (room.follow(&fans[0].browser, 3).await?, room.follow(&host, 3).await?);
    assert_eq!(room.remove(&host, 2).await?.status, 303);
    assert_eq!(room.restore(&fans[1].browser, 2).await?.status, 409, "not by the line's author");
    assert_eq!(room.restore(&server.person("stranger"), 2).await?.status, 402);
    assert_eq!(room.restore(&host, 2).await?.status, 303);
    assert_eq!(room.restore(&host, 2).await?.status, 303, "restoring twice has no further effect");
    assert_eq!(room.say(&fans[1].browser, "after").await?.status, 303);

    for (feed, back) in [(&mut page, "#lines"), (&mut desk, "#said-2")] {
        let told = feed.all_until("after").await?;
        let removal = told.iter().find(|e| e.id == Some(4)).context("the removal")?;
        assert!(!removal.data.contains("wronged"));
        let restored = told.iter().find(|e| e.id == Some(5)).context("the way back")?;
        assert!(restored.data.contains("wronged") && restored.data.contains(back), "{restored:?}");
        assert_eq!(tells(&told, "wronged"), 1, "restored once");
    }
    for who in [&fans[0].browser, &host] {
        let shown = who.get(server.door("watch")).await?.text;
        let at = |words: &str| shown.find(&format!(">{words}<"));
        assert!(at("first") < at("wronged") && at("wronged") < at("third"), "at its original place");
        assert!(!shown.contains("message removed"));
    }
    // After a second removal it is missing from later replays, too.
    assert_eq!(room.remove(&host, 2).await?.status, 303);
    assert_eq!(room.say(&fans[1].browser, "the end").await?.status, 303);
    for since in [0, 3] {
        let replay = room.follow(&fans[0].browser, since).await?.all_until("the end").await?;
        assert_eq!(tells(&replay, "wronged"), 0, "since {since}: {replay:?}");
    }
    server.advance(31).await?;
    assert_eq!(room.restore(&host, 2).await?.status, 409, "too late");

    assert_eq!(server.scheduled().say(&fans[1].browser, "elsewhere").await?.status, 303);
    let heard = next_door.all_until("elsewhere").await?;
    assert_eq!(tells(&heard, "wronged"), 0, "another room does not receive it");
    server.close().await
}

async fn an_author_can_delete_only_their_own_lines(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    assert_eq!(room.say(&fans[0].browser, "a slip").await?.status, 303);
    assert_eq!(room.say(&host, "welcome").await?.status, 303);
    let mut page = room.follow(&fans[1].browser, 2).await?;
    assert_eq!(room.remove(&fans[1].browser, 1).await?.status, 403);
    assert_eq!(room.remove(&fans[0].browser, 2).await?.status, 403);
    // A muted person may still delete their own line.
    assert_eq!(room.keep_out(&host, fans[0].account, "mute", "60").await?.status, 303);
    assert_eq!(room.remove(&fans[0].browser, 1).await?.status, 303);
    assert_eq!(room.restore(&host, 1).await?.status, 409, "the host cannot restore what the author deleted");
    assert_eq!(room.say(&host, "after").await?.status, 303);
    let told = page.all_until("after").await?;
    assert_eq!(told.iter().filter(|e| e.data.contains("delete")).count(), 1, "{told:?}");
    assert!(!fans[1].browser.get(server.door("watch")).await?.text.contains("a slip"));
    server.close().await
}

async fn removing_and_restoring_has_a_pace_and_ends_with_a_mute(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let (restless, calm) = (&fans[0], &fans[1]);
    assert_eq!(room.say(&restless.browser, "here and gone").await?.status, 303);
    let mut feed = room.follow(&calm.browser, 0).await?;
    let mut turns = 0;
    let refused = loop {
        let reply = match turns % 2 {
            0 => room.remove(&restless.browser, 1).await?,
            _ => room.restore(&restless.browser, 1).await?,
        };
        if reply.status != 303 {
            break reply;
        }
        turns += 1;
        assert!(turns < 500, "nobody can do this for ever");
    };
    assert!(refused.status == 429 && turns >= 20, "{turns} turns, then {} {}", refused.status, refused.text);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(room.say(&calm.browser, "not slowed").await?.status, 303, "another person is not affected");
    let told = feed.all_until("not slowed").await?;
    assert!(told.iter().map(|event| event.data.len()).max() < Some(10_000), "no entry names all before it");
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(!audit.contains("message.remove") && !audit.contains("message.restore"), "{audit}");

    assert_eq!(room.keep_out(&host, restless.account, "mute", "60").await?.status, 303);
    assert_eq!(room.restore(&restless.browser, 1).await?.status, 403, "showing a line again is writing");
    let said = room.say(&calm.browser, "for the host").await?;
    let line = said.headers.get("x-line").context("a line")?.to_str()?.parse()?;
    assert_eq!(room.remove(&host, line).await?.status, 303, "moderators go on");
    let audit = server.person("operator").get("/ops/audit").await?.text;
    let lines = audit.split("<tbody").nth(1).context("the lines")?;
    assert_eq!(lines.matches("message.remove").count(), 1, "{audit}");
    server.close().await
}

async fn undoing_a_ban_brings_its_lines_back_and_lets_the_person_in(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    for line in ["one", "two"] {
        assert_eq!(room.say(&fans[0].browser, line).await?.status, 303);
    }
    let mut page = room.follow(&fans[1].browser, 2).await?;
    assert_eq!(room.keep_out(&host, fans[0].account, "ban", "").await?.status, 303);
    assert_eq!(fans[0].browser.get(server.door("watch")).await?.status, 403);
    let bans = server.app.store.bans().in_force(server.space("maya").await?, server.app.clock.now()).await?;
    let [ban] = bans.as_slice() else { anyhow::bail!("{bans:?}") };
    let undo = room.path(&format!("bans/{}/lift?undo=yes", ban.id));
    assert_eq!(fans[1].browser.post(&undo, &[]).await?.status, 403);
    assert_eq!(host.post(&undo, &[]).await?.status, 303);
    assert_eq!(room.say(&fans[0].browser, "three").await?.status, 303);
    let told = page.all_until("three").await?;
    let back: Vec<_> =
        told.iter().filter(|e| e.data.contains("beforeend")).map(|e| e.data.as_str()).collect();
    assert!(back.len() == 3 && back[0].contains(">one<") && back[1].contains(">two<"), "{back:?}");
    server.close().await
}

async fn resync(feed: &mut Feed) -> Result<bool> {
    Ok(feed.all_until("marker").await?.iter().any(|event| event.name == "resync"))
}

async fn a_mute_updates_the_page_of_the_muted_person_only(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let composer = async |who: &Browser| anyhow::Ok(who.get(&room.path("fragment")).await?.text);
    let mut muted = room.follow(&fans[0].browser, 0).await?;
    let (mut other, mut desk) = (room.follow(&fans[1].browser, 0).await?, room.follow(&host, 0).await?);
    assert_eq!(room.keep_out(&host, fans[0].account, "mute", "3600").await?.status, 303);
    // The page fetches its fragment and gets the disabled composer.
    let closed = composer(&fans[0].browser).await?;
    assert!(closed.contains("You can write again at") && closed.contains("data-until="), "{closed}");
    assert!(composer(&fans[1].browser).await?.contains("data-composer"));
    assert_eq!(room.say(&host, "marker one").await?.status, 303);
    assert!(resync(&mut muted).await?, "the muted person's page gets a resync");
    assert!(!resync(&mut other).await? && !resync(&mut desk).await?, "no other page does");

    let bans = server.app.store.bans().in_force(server.space("maya").await?, server.app.clock.now()).await?;
    assert_eq!(host.post(&room.path(&format!("bans/{}/lift", bans[0].id)), &[]).await?.status, 303);
    assert!(composer(&fans[0].browser).await?.contains("data-composer"), "the composer is enabled again");
    assert_eq!(room.say(&host, "marker two").await?.status, 303);
    assert!(resync(&mut muted).await? && !resync(&mut other).await?);
    server.close().await
}

async fn a_parked_room_is_shown_on_its_pages_until_it_resumes(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, operator) = (server.live(), server.fans(1).await?, server.person("operator"));
    assert_eq!(room.say(&fans[0].browser, "all is well").await?.status, 303);
    let mut page = room.follow(&fans[0].browser, 1).await?;
    let mut next_door = server.scheduled().follow(&fans[0].browser, 0).await?;
    let path = format!("/ops/actors/chat_room.{}", server.room(room).await?);
    let poison = [("kind", "poison"), ("seconds", "60")];
    assert_eq!(confirmed(&operator, &format!("{path}/fault"), &poison).await?, 303);
    for _ in 0..40 {
        if room.say(&fans[0].browser, "anybody?").await?.text.contains("operator") {
            break;
        }
    }
    page.all_until("Chat is out of order").await?;
    let shown = fans[0].browser.get(server.door("watch")).await?;
    assert!(
        shown.status == 200 && shown.text.contains("Chat is out of order"),
        "a page opened now says so, too"
    );
    assert_eq!(operator.post(&format!("{path}/clear"), &[]).await?.status, 303);
    assert_eq!(confirmed(&operator, &format!("{path}/resume"), &[]).await?, 303);
    assert_eq!(room.say(&fans[0].browser, "back again").await?.status, 303);
    let told = page.all_until("back again").await?;
    assert!(
        told.iter().any(|e| e.data.contains("#chat-parked") && !e.data.contains("out of order")),
        "{told:?}"
    );
    assert!(!fans[0].browser.get(server.door("watch")).await?.text.contains("out of order"));
    assert_eq!(server.scheduled().say(&fans[0].browser, "next door").await?.status, 303);
    assert_eq!(tells(&next_door.all_until("next door").await?, "out of order"), 0);
    server.close().await
}

/// One server process on the same data: the process, its host, the live room and its page.
fn begin(data: &Path) -> Result<(Process, Browser, Room, String)> {
    let service = Process::demo("127.0.0.1:0", data, &[])?;
    let door = |name: &str| service.doors[name].as_str().with_context(|| name.to_string());
    let host = service.doors["cookies"]["host"].as_str().context("the host")?;
    let room = Room(door("events")?.split('/').nth(2).context("a stream")?.parse()?);
    let (host, watch) = (Browser::with_cookie(door("url")?, host), door("watch")?.to_string());
    Ok((service, host, room, watch))
}

/// A removal, a kill, the undo, another kill: what was answered with success holds afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn kill_9_between_a_removal_and_its_undo_loses_nothing() -> Result<()> {
    let data = tempfile::tempdir()?;
    let (service, host, room, _) = begin(data.path())?;
    assert_eq!(room.say(&host, "worth keeping").await?.status, 303);
    assert_eq!(room.remove(&host, 1).await?.status, 303);
    service.kill()?;
    let (service, host, room, watch) = begin(data.path())?;
    assert!(!host.get(&watch).await?.text.contains("worth keeping"), "the removal survived");
    assert_eq!(room.restore(&host, 1).await?.status, 303);
    service.kill()?;
    let (service, host, _, watch) = begin(data.path())?;
    assert!(host.get(&watch).await?.text.contains("worth keeping"), "so did the undo");
    service.kill()
}
