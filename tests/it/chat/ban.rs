//! A ban closes everything within two seconds, with its reason, for one person in one space.

use crate::support::{Browser, Database, Room, TestServer, on_both, shop::Order};
use anyhow::{Context, Result};
use domain::{clock::Clock, live::stream::StreamState};
use futures_util::future::try_join_all;
use reqwest::{Method, header};
use std::time::Duration;
use tokio::time::timeout;

on_both!(
    a_ban_closes_everything_for_one_person_only,
    a_ban_applies_to_rooms_that_were_already_running,
    nobody_gets_in_while_the_ban_is_written,
    no_page_invites_whom_a_ban_keeps_out,
);

/// Time within which everything open must be closed.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A browser's SDP offer that never connects.
pub const OFFER: &str = concat!(
    "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS\r\n",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:Vq3J\r\n",
    "a=ice-pwd:8sYv0kq4mTzR1hNxWc2bLd7e\r\na=ice-options:trickle\r\na=fingerprint:sha-256 ",
    "7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n",
    "a=setup:actpass\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n",
    "a=fmtp:111 minptime=10;useinbandfec=1\r\n",
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:Vq3J\r\n",
    "a=ice-pwd:8sYv0kq4mTzR1hNxWc2bLd7e\r\na=ice-options:trickle\r\na=fingerprint:sha-256 ",
    "7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n",
    "a=setup:actpass\r\na=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:96 VP8/90000\r\n",
    "a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n",
);

async fn play(who: &Browser, room: Room) -> Result<reqwest::Response> {
    let request =
        who.request(Method::POST, &room.path("whep")).header(header::CONTENT_TYPE, "application/sdp");
    Ok(request.body(OFFER).send().await?)
}

async fn trickle(who: &Browser, session: &str) -> Result<u16> {
    let candidate = "a=ice-ufrag:Vq3J\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";
    let request =
        who.request(Method::PATCH, session).header(header::CONTENT_TYPE, "application/trickle-ice-sdpfrag");
    Ok(request.body(candidate).send().await?.status().as_u16())
}

async fn a_ban_closes_everything_for_one_person_only(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let (out, neighbour) = (&fans[0], &fans[1]);
    assert_eq!(room.say(&out.browser, "a bad line").await?.status, 303);
    let mut feeds = [room.follow(&out.browser, 1).await?, server.scheduled().follow(&out.browser, 0).await?];
    let mut stays = room.follow(&neighbour.browser, 1).await?;
    let mut sessions = Vec::new();
    for fan in &fans {
        let playing = play(&fan.browser, room).await?;
        assert_eq!(playing.status(), 201);
        let session = playing.headers().get(header::LOCATION).context("a location")?.to_str()?.to_string();
        assert_eq!(trickle(&fan.browser, &session).await?, 204);
        sessions.push(session);
    }

    assert_eq!(room.keep_out(&host, out.account, "ban", "").await?.status, 303);
    for feed in &mut feeds {
        let why = timeout(AT_ONCE, feed.end()).await??;
        assert!(why.contains("A moderator banned you"), "{why}");
    }
    let shut = async {
        assert_eq!(room.say(&out.browser, "one more").await?.status, 403);
        assert_eq!(play(&out.browser, room).await?.status(), 403);
        assert_eq!(trickle(&out.browser, &sessions[0]).await?, 404, "the media session has ended");
        for door in ["events", "fragment"] {
            assert_eq!(out.browser.request(Method::GET, &room.path(door)).send().await?.status(), 403);
        }
        let page = out.browser.get(server.door("watch")).await?;
        assert_eq!(page.status, 403);
        assert!(page.text.contains("You were banned from this space."), "the page says so");
        assert_eq!(
            server.scheduled().say(&out.browser, "next door").await?.status,
            403,
            "the ban covers the whole space"
        );
        anyhow::Ok(())
    };
    timeout(AT_ONCE, shut).await??;
    // Pages outside the space stay available to the banned person.
    assert_eq!(out.browser.get("/account").await?.status, 200);
    assert_eq!(out.browser.get("/maya").await?.status, 200);

    assert_eq!(room.say(&neighbour.browser, "I am still here").await?.status, 303);
    let heard = stays.all_until("I am still here").await?;
    assert!(
        heard.iter().any(|e| e.data.contains("#line-1") && e.data.contains("delete")),
        "their lines are removed"
    );
    assert!(heard.iter().all(|e| !e.data.contains("one more") && !e.data.contains("banned")), "{heard:?}");
    assert_eq!(trickle(&neighbour.browser, &sessions[1]).await?, 204, "the neighbour's media continues");
    assert_eq!(play(&neighbour.browser, room).await?.status(), 201);
    server.close().await
}

async fn a_ban_applies_to_rooms_that_were_already_running(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (fans, host) = (server.fans(1).await?, server.person("host"));
    assert_eq!(server.scheduled().say(&fans[0].browser, "awake").await?.status, 303);
    assert_eq!(server.live().keep_out(&host, fans[0].account, "ban", "60").await?.status, 303);
    assert_eq!(server.scheduled().say(&fans[0].browser, "still awake").await?.status, 403);
    server.advance(60).await?;
    assert_eq!(server.scheduled().say(&fans[0].browser, "over").await?.status, 303);
    server.close().await
}

async fn nobody_gets_in_while_the_ban_is_written(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(6).await?, server.person("host"));
    for fan in &fans {
        // Feeds and media are opened while the ban is written: each is refused, or ended by the ban.
        let open = try_join_all((0..4).map(|_| async {
            let request = fan.browser.request(Method::GET, &room.path("events"));
            anyhow::Ok(request.send().await?)
        }));
        let (opened, banned) = tokio::join!(open, room.keep_out(&host, fan.account, "ban", ""));
        assert_eq!(banned?.status, 303);
        for response in opened? {
            match response.status().as_u16() {
                200 => drop(timeout(AT_ONCE, response.bytes()).await.context("a feed outlived the ban")?),
                other => assert_eq!(other, 403),
            }
        }
    }
    let stream = server.app.engine.stream(room.0).get().await?;
    assert_eq!(stream.state, StreamState::Live, "the stream continues");
    let bans = server.app.store.bans().in_force(server.space("maya").await?, server.app.clock.now()).await?;
    assert_eq!(bans.len(), 6);
    server.close().await
}

/// What leads inside or to the till, and says that something is on air inside.
const INVITATIONS: [&str; 5] = [
    "href=\"/maya/friday-session\"",
    "href=\"/maya/rehearsal-room\"",
    "/purchase\"",
    "Open my passes",
    "badge live",
];
/// The pages that invite somebody who holds a pass, and somebody who holds none.
const FOR_HOLDERS: [&str; 7] =
    ["/", "/explore", "/@maya", "/maya", "/maya/front-row", "/account", "/account/purchases"];
const FOR_BUYERS: [&str; 6] = ["/", "/explore", "/@maya", "/maya", "/maya/front-row", "/maya/lobby"];

/// The invitations on each page, and whether it speaks of a ban.
async fn invited(who: &Browser, pages: &[&'static str]) -> Result<Vec<(&'static str, usize, bool)>> {
    let mut found = Vec::new();
    for path in pages {
        let page = who.get(path).await?;
        assert_eq!(page.status, 200, "{path}");
        let invitations = INVITATIONS.iter().filter(|words| page.text.contains(**words)).count();
        found.push((*path, invitations, page.text.contains("banned from")));
    }
    Ok(found)
}

async fn no_page_invites_whom_a_ban_keeps_out(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host) = (server.live(), server.person("host"));
    let order = Order::paid(server.person("stranger"), &server).await?;
    let (sam, ben, ann) = (order.buyer.clone(), server.anybody(), server.anybody());
    ben.sign_in("ben@example.org").await?;
    ann.sign_in("ann@example.org").await?;
    let holder = server.fans(1).await?.remove(0).browser;
    for (email, seconds) in [("sam@demo.example", ""), ("ben@example.org", "60")] {
        let account = server.account(email).await?;
        assert_eq!(room.keep_out(&host, account, "ban", seconds).await?.status, 303);
    }

    for (who, pages) in [(&sam, &FOR_HOLDERS[..]), (&ben, &FOR_BUYERS[..])] {
        for (path, invitations, banned) in invited(who, pages).await? {
            assert_eq!((invitations, banned), (0, true), "{path}");
        }
    }
    for (who, pages) in [(&holder, &FOR_HOLDERS[..]), (&ann, &FOR_BUYERS[..]), (&host, &FOR_BUYERS[..4])] {
        for (path, invitations, banned) in invited(who, pages).await? {
            assert!(invitations > 0 && !banned, "{path}");
        }
    }
    let space = ben.get("/maya").await?.text;
    assert!(space.contains("You may neither buy nor enter anything here.") && space.contains(" until <time"));
    let paid = sam.get("/account/purchases").await?.text;
    assert!(paid.contains("Front Row") && paid.contains("€12") && paid.contains("The pass stays yours."));
    let receipt = order.page().await?;
    assert!(receipt.contains("You were banned from this space.") && !receipt.contains("You are in"));

    server.advance(61).await?;
    for (path, invitations, banned) in invited(&ben, &FOR_BUYERS).await? {
        assert!(invitations > 0 && !banned, "{path} after the ban");
    }
    assert_eq!(invited(&sam, &["/maya"]).await?, [("/maya", 0, true)], "a ban without an end");
    server.close().await
}
