//! A community: a chat without a stream, with everything that a room has.

use crate::support::{
    Browser, Database, Feed, Reply, TestServer,
    chaos::walk,
    content::{Content, furnish},
    on_both,
};
use anyhow::{Context, Result};
use domain::id::RoomId;
use service::catalogue::passes;
use std::time::Duration;
use store::PassText;
use tokio::time::timeout;

on_both!(
    people_talk_in_a_community,
    what_ends_access_ends_the_page,
    a_community_is_moderated_as_other_rooms_are,
    what_was_said_survives_a_restart,
);

/// Time within which everything open must be closed.
const AT_ONCE: Duration = Duration::from_secs(2);
const PAGE: &str = "/maya/green-room";

fn path(content: &Content, door: &str) -> String {
    format!("/experiences/{}/{door}", content.community)
}

async fn say(who: &Browser, content: &Content, body: &str) -> Result<Reply> {
    who.post(&path(content, "messages"), &[("body", body)]).await
}

async fn follow(who: &Browser, content: &Content) -> Result<Feed> {
    Feed::open(who, &path(content, "events?since=0"), None).await
}

async fn people_talk_in_a_community(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let content = furnish(&server).await?;
    let (host, viewer, sam) = (server.person("host"), server.person("viewer"), server.person("stranger"));
    let page = viewer.get(PAGE).await?.text;
    assert!(page.contains("data-composer") && page.contains(&path(&content, "events?since=0")), "{page}");
    assert!(!page.contains("data-whep"), "there is no stage");
    let (mut hers, mut his) = (follow(&viewer, &content).await?, follow(&host, &content).await?);
    server.wait_for_attendances(2).await?;
    assert_eq!(server.app.engine.people(RoomId::of_experience(content.community)), 2);
    assert_eq!(say(&viewer, &content, "hello there").await?.status, 303);
    assert_eq!(say(&host, &content, "Welcome!").await?.status, 303);
    for feed in [&mut hers, &mut his] {
        let lines = feed.lines(2).await?;
        assert_eq!(lines, [(1, "hello there".into()), (2, "Welcome!".into())]);
    }
    let members = viewer.get(&path(&content, "members")).await?.text;
    assert!(
        members.contains("Vera") && members.contains("Maya Lin") && members.contains("Team"),
        "{members}"
    );
    assert!(members.find("Maya Lin") < members.find("Vera"), "the team first");
    let listed = viewer.post(&path(&content, "people"), &[("listed", "false")]).await?;
    assert_eq!(listed.location(), path(&content, "people"));
    let members = host.get(&path(&content, "members")).await?.text;
    assert!(!members.contains("Vera") && members.contains("And 1 more, without a name."), "{members}");

    // Without a pass there is a door, and nothing of what was said.
    for (who, status) in [(&sam, 402), (&server.anybody(), 401)] {
        assert!(!who.get(PAGE).await?.text.contains("hello there"));
        assert_eq!(say(who, &content, "let me in").await?.status, status);
    }
    let again = viewer.get(PAGE).await?.text;
    assert!(again.contains("hello there") && again.contains("Welcome!"), "without scripts, by reloading");
    let fragment = viewer.get(&path(&content, "fragment")).await?.text;
    assert!(fragment.contains("hello there") && fragment.contains("id=\"composer\""), "{fragment}");
    assert_eq!(server.live().say(&viewer, "in the show").await?.status, 303);
    assert_eq!(say(&host, &content, "And here?").await?.status, 303);
    assert_eq!(hers.lines(1).await?.remove(0).1, "And here?", "another room is another room");

    let tree = server.tree().await?;
    let id = content.community.to_string();
    assert!(walk(&tree).iter().any(|node| node["kind"] == "chat_room" && node["name"] == id.as_str()));
    let board = server.person("operator").get("/ops").await?.text;
    assert!(board.contains("Green room"), "operators see it by its title");
    server.close().await
}

async fn what_ends_access_ends_the_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let content = furnish(&server).await?;
    let (host, fans) = (server.person("host"), server.fans(2).await?);
    let (mut out, mut stays) =
        (follow(&fans[0].browser, &content).await?, follow(&fans[1].browser, &content).await?);
    assert_eq!(say(&fans[0].browser, &content, "buy my songs").await?.status, 303);
    let account = fans[0].account.to_string();
    let ban = [("account", account.as_str()), ("kind", "ban"), ("seconds", "")];
    assert_eq!(host.post(&path(&content, "bans"), &ban).await?.status, 303);
    let why = timeout(AT_ONCE, out.end()).await??;
    assert!(why.contains("banned you"), "{why}");
    assert_eq!(say(&fans[0].browser, &content, "again").await?.status, 403);
    assert_eq!(fans[0].browser.get(PAGE).await?.status, 403);
    assert_eq!(server.live().say(&fans[0].browser, "here?").await?.status, 403, "in the whole space");

    // Of a pass that is withdrawn from somebody, the page ends as well.
    let grants = server.app.store.grants();
    let space = server.space("maya").await?;
    let grant = grants.in_space(fans[1].account, space).await?.remove(0);
    assert_eq!(say(&fans[1].browser, &content, "still here").await?.status, 303);
    stays.all_until("still here").await?;
    let mut kept = follow(&server.person("viewer"), &content).await?;
    server.app.services.changed(&[domain::change::Change::GrantEnded {
        space,
        account: fans[1].account,
        grant: grant.id,
    }]);
    let why = timeout(AT_ONCE, stays.end()).await??;
    assert!(why.contains("pass has ended"), "{why}");
    assert_eq!(say(&host, &content, "Good night").await?.status, 303);
    kept.all_until("Good night").await?;

    let closed = host.post(&format!("/account/spaces/{space}/closing"), &[("name", "Maya Lin")]).await?;
    assert_eq!(closed.status, 303, "{}", closed.text);
    timeout(AT_ONCE, kept.end()).await.context("its page is open after the space was closed")??;
    assert_eq!(say(&server.person("viewer"), &content, "hello?").await?.status, 404);
    server.close().await
}

async fn a_community_is_moderated_as_other_rooms_are(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let content = furnish(&server).await?;
    let (host, fans) = (server.person("host"), server.fans(2).await?);
    let (bad, kind) = (&fans[0].browser, &fans[1].browser);
    let mut feed = follow(kind, &content).await?;
    assert_eq!(say(bad, &content, "you are all fools").await?.status, 303);
    feed.all_until("you are all fools").await?;
    let card = host.get(&path(&content, "messages/1")).await?.text;
    assert!(card.contains(&path(&content, "messages/1/removal")), "{card}");
    assert_eq!(kind.get(&path(&content, "messages/1")).await?.status, 403, "no moderator");

    let report = path(&content, "messages/1/report");
    assert!(kind.get(&path(&content, "messages")).await?.text.contains(&report));
    assert_eq!(kind.post(&report, &[("reason", "harassment"), ("words", "")]).await?.status, 303);
    assert_eq!(host.post(&path(&content, "messages/1/removal"), &[]).await?.status, 303);
    feed.all_until("hx-swap=\"delete\"").await?;
    assert!(!kind.get(PAGE).await?.text.contains("fools"));
    let id = server.app.store.reports().open(9).await?.remove(0).report.id;
    let detail = server.person("operator").get(&format!("/ops/reports/{id}")).await?.text;
    for words in ["you are all fools", "Reported", "Removed"] {
        assert!(detail.contains(words), "{words}: {detail}");
    }

    assert_eq!(host.post(&path(&content, "slow_mode"), &[("seconds", "30")]).await?.status, 303);
    feed.all_until("slow mode").await?;
    assert_eq!(say(kind, &content, "one").await?.status, 303);
    assert_eq!(say(kind, &content, "two").await?.status, 429);
    assert_eq!(say(&host, &content, "The host writes on").await?.status, 303);
    let account = fans[0].account.to_string();
    let mute = [("account", account.as_str()), ("kind", "mute"), ("seconds", "600")];
    assert_eq!(host.post(&path(&content, "bans"), &mute).await?.status, 303);
    let muted = say(bad, &content, "but").await?;
    assert!(muted.status == 403, "{}", muted.text);
    assert!(bad.get(PAGE).await?.text.contains("A moderator muted you"), "they read on");
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(audit.contains("message.remove") && audit.contains("Green room"), "{audit}");
    server.close().await
}

async fn what_was_said_survives_a_restart(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let content = furnish(&server).await?;
    let (viewer, fan) = (server.person("viewer"), server.fans(1).await?.remove(0));
    assert_eq!(say(&viewer, &content, "before").await?.status, 303);
    let mut feed = follow(&fan.browser, &content).await?;
    feed.all_until("before").await?;
    server.strike("kill", "chat_room", content.community).await?;
    assert_eq!(say(&viewer, &content, "after").await?.status, 303);
    let lines = feed.lines(1).await?;
    assert_eq!(lines, [(2, "after".into())], "the page goes on, and no number is used twice");
    assert_eq!(
        server.app.engine.people(RoomId::of_experience(content.community)),
        1,
        "people are not forgotten"
    );

    // Whoever no longer has a pass for it leaves; what it opened for holders stays open to them.
    let id = server.pass("front-row").await?;
    let pass = server.app.store.passes().by_id(id).await?;
    let text = PassText {
        slug: pass.slug.as_str().into(),
        title: pass.title,
        about: pass.about,
        price: pass.price.kind,
        includes: pass.includes.into_iter().filter(|e| *e != content.community).collect(),
    };
    passes::update(&server.app.services, content.host, id, &text).await?;
    assert_eq!(say(&viewer, &content, "I held it before").await?.status, 303);
    feed.all_until("I held it before").await?;
    server.advance(1).await?;
    let late = server.fans(1).await?.remove(0);
    assert_eq!(say(&late.browser, &content, "too late").await?.status, 402);
    server.close().await
}
