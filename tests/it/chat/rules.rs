//! Rules of a room: mutes, slow mode, bans and rate limits; each applies to the second and to the right person only.

use crate::support::{Database, Reply, TestServer, on_both};
use anyhow::Result;
use futures_util::future::try_join_all;

on_both!(
    a_mute_silences_one_person_until_its_time_is_over,
    a_mute_can_be_lifted,
    slow_mode_applies_to_viewers_and_not_to_hosts,
    the_rate_limit_slows_one_person_only,
    a_timed_ban_ends_on_time_and_survives_a_restart_and_a_rename,
);

fn code(reply: &Reply) -> String {
    reply.json()["error"]["code"].as_str().unwrap_or_default().to_string()
}

fn wait(reply: &Reply) -> i64 {
    reply.headers.get("retry-after").and_then(|v| v.to_str().ok()?.parse().ok()).unwrap_or(0)
}

async fn a_mute_silences_one_person_until_its_time_is_over(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let (loud, calm) = (&fans[0], &fans[1]);
    assert_eq!(room.say(&loud.browser, "warm up").await?.status, 303);
    let mut feed = room.follow(&loud.browser, 0).await?;
    assert_eq!(room.keep_out(&calm.browser, loud.account, "mute", "60").await?.status, 403);
    for bad in ["9", "1209601", "soon"] {
        assert_eq!(room.keep_out(&host, loud.account, "mute", bad).await?.status, 422, "{bad}");
    }
    assert_eq!(room.keep_out(&host, loud.account, "mute", "60").await?.status, 303);
    let refused = room.say(&loud.browser, "but I").await?;
    assert_eq!((refused.status.as_u16(), code(&refused)), (403, "muted".into()));
    assert_eq!(room.say(&calm.browser, "quiet now").await?.status, 303);
    feed.all_until("quiet now").await?;
    assert_eq!(loud.browser.get(server.door("watch")).await?.status, 200, "a muted person may watch");

    server.advance(55).await?;
    assert_eq!(room.say(&loud.browser, "too soon").await?.status, 403);
    server.advance(5).await?;
    assert_eq!(room.say(&loud.browser, "back again").await?.status, 303);
    let heard = feed.all_until("back again").await?;
    assert!(heard.iter().all(|e| !e.data.contains("too soon") && !e.data.contains("but I")));
    server.close().await
}

async fn a_mute_can_be_lifted(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(1).await?, server.person("host"));
    assert_eq!(room.keep_out(&host, fans[0].account, "mute", "").await?.status, 303);
    // The stream goes on while somebody watches.
    let _here = room.follow(&fans[0].browser, 0).await?;
    server.advance(7 * 3600).await?;
    assert_eq!(room.say(&fans[0].browser, "still?").await?.status, 403, "no end was set");
    let space = server.space("maya").await?;
    let now = domain::clock::Clock::now(&server.app.clock);
    let bans = server.app.store.bans().in_force(space, now).await?;
    let [ban] = bans.as_slice() else { panic!("{bans:?}") };
    let lift = room.path(&format!("bans/{}/lift", ban.id));
    assert_eq!(fans[0].browser.post(&lift, &[]).await?.status, 403, "not by the muted person");
    assert_eq!(host.post(&lift, &[]).await?.status, 303);
    assert_eq!(host.post(&lift, &[]).await?.status, 404, "the mute has already ended");
    assert_eq!(room.say(&fans[0].browser, "thank you").await?.status, 303);
    server.close().await
}

async fn slow_mode_applies_to_viewers_and_not_to_hosts(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let mut feed = room.follow(&fans[1].browser, 0).await?;
    assert_eq!(room.slow(&fans[0].browser, 30).await?.status, 403);
    assert_eq!(room.slow(&host, 2).await?.status, 422);
    assert_eq!(room.slow(&host, 121).await?.status, 422);
    assert_eq!(room.slow(&host, 30).await?.status, 303);
    feed.all_until("one message every 30 seconds").await?;
    assert_eq!(room.say(&fans[0].browser, "first").await?.status, 303);
    let refused = room.say(&fans[0].browser, "second").await?;
    assert_eq!(refused.status, 429);
    assert!((25..=30).contains(&wait(&refused)), "{}", wait(&refused));
    assert_eq!(
        room.say(&fans[1].browser, "of another").await?.status,
        303,
        "slow mode counts each person separately"
    );
    for line in ["host one", "host two"] {
        assert_eq!(room.say(&host, line).await?.status, 303);
    }
    assert_eq!(
        server.scheduled().say(&fans[0].browser, "next door").await?.status,
        303,
        "slow mode is per room"
    );
    server.advance(30).await?;
    assert_eq!(room.say(&fans[0].browser, "third").await?.status, 303);
    assert_eq!(room.slow(&host, 0).await?.status, 303);
    assert_eq!(room.say(&fans[0].browser, "fourth").await?.status, 303);
    let heard: Vec<String> = feed.lines(6).await?.into_iter().map(|(_, words)| words).collect();
    assert_eq!(heard, ["first", "of another", "host one", "host two", "third", "fourth"]);
    server.close().await
}

async fn the_rate_limit_slows_one_person_only(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.live(), server.fans(31).await?);
    let abuser = &fans[0].browser;
    let flood: Vec<String> = (0..30).map(|n| format!("flood {n}")).collect();
    let replies = try_join_all(flood.iter().map(|line| room.say(abuser, line))).await?;
    let (through, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 303);
    assert_eq!((through.len(), refused.len()), (20, 10));
    for reply in &refused {
        assert_eq!(reply.status, 429);
        assert!((1..=10).contains(&wait(reply)), "{}", wait(reply));
    }
    let others = try_join_all(fans[1..].iter().map(|fan| room.say(&fan.browser, "hello"))).await?;
    assert!(others.iter().all(|reply| reply.status == 303), "others are not affected");
    server.advance(10).await?;
    assert_eq!(room.say(abuser, "sorry").await?.status, 303);
    let page = room.follow(&fans[1].browser, 0).await?.lines(51).await?;
    assert_eq!(page.iter().filter(|(_, words)| words.starts_with("flood")).count(), 20);
    server.close().await
}

async fn a_timed_ban_ends_on_time_and_survives_a_restart_and_a_rename(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(1).await?, server.person("host"));
    assert_eq!(room.keep_out(&host, fans[0].account, "ban", "600").await?.status, 303);
    assert_eq!(
        room.keep_out(&host, server.account("maya@demo.example").await?, "ban", "").await?.status,
        403
    );
    server.strike("kill", "chat_room", room.0).await?;
    let refused = room.say(&fans[0].browser, "let me").await?;
    assert_eq!((refused.status.as_u16(), code(&refused)), (403, "banned".into()));
    let renamed = [("name", "Somebody else"), ("username", "somebody-else")];
    assert_eq!(fans[0].browser.post("/account", &renamed).await?.status, 303);
    server.advance(595).await?;
    assert_eq!(room.say(&fans[0].browser, "let me").await?.status, 403);
    server.advance(5).await?;
    assert_eq!(room.say(&fans[0].browser, "here again").await?.status, 303);
    assert_eq!(fans[0].browser.get(server.door("watch")).await?.status, 200);
    server.close().await
}
