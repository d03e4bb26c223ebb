//! A pass for one device at a time: a second one is asked to move, and moving ends the first.

use super::{AT_ONCE, SHOW, doors, experience};
use crate::{
    live::media_doors::{is_open, play, session},
    people::leaving::exported,
    support::{
        Browser, Database, TestServer,
        content::furnish,
        eventually, on_both,
        tus::{files_of_maya, send},
    },
};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    id::{AccountId, PassId, SessionId},
};
use service::catalogue::passes;
use std::time::Duration;
use store::PassText;
use tokio::time::timeout;

on_both!(
    a_second_device_is_asked_to_move_and_ends_the_first,
    a_device_that_has_left_gives_its_seat_back_after_a_while,
    a_device_that_comes_back_while_its_seat_is_given_on_ends,
    a_link_to_what_a_limited_pass_opens_leads_to_the_page_that_gives_a_seat,
    a_limit_also_concerns_what_the_pass_included_before,
);

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
const WATCHING: &str = "You are already watching";

/// Another browser of the same person.
async fn another(server: &TestServer, beside: &Browser, account: AccountId) -> Result<Browser> {
    let made = server.app.store.sessions().create(account, FIREFOX, server.app.clock.now()).await?;
    Ok(beside.beside(&format!("{}={}", server.app.cookie_name(), made.token)))
}

async fn limit(server: &TestServer, devices: &str) -> Result<u16> {
    limit_of(server, server.pass("front-row").await?, devices).await
}

async fn limit_of(server: &TestServer, pass: PassId, devices: &str) -> Result<u16> {
    let path = format!("/account/access_passes/{pass}/devices");
    Ok(server.person("host").post(&path, &[("devices", devices)]).await?.status.as_u16())
}

/// Whether the page is the show, and not the question whether to move.
async fn sits(who: &Browser) -> Result<bool> {
    let page = who.get(SHOW).await?;
    assert_eq!(page.status, 200);
    Ok(!page.text.contains(WATCHING))
}

async fn a_second_device_is_asked_to_move_and_ends_the_first(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id) = (server.live(), experience(&server).await?);
    let mut fans = server.fans(2).await?;
    let (neighbour, fan) = (fans.remove(0).browser, fans.remove(0));
    let phone = another(&server, &fan.browser, fan.account).await?;
    let (laptop, mut before) = (fan.browser, room.follow(&neighbour, 0).await?);
    assert_eq!(doors(room, &phone, "any number of devices").await?, [200, 200, 303]);
    assert_eq!((limit(&server, "0").await?, limit(&server, "1").await?), (422, 303));
    timeout(AT_ONCE, before.end()).await??;
    assert!(sits(&neighbour).await?, "it opens the page again");
    let mut stays = room.follow(&neighbour, 0).await?;

    assert_eq!(doors(room, &laptop, "without a page").await?, [403, 403, 403], "a page takes the seat");
    assert!(sits(&laptop).await? && sits(&laptop).await?, "two tabs of one browser are one device");
    let tablet = another(&server, &laptop, fan.account).await?;
    let devices = exported(&tablet).await?.remove("devices.csv").unwrap_or_default();
    assert!(devices.lines().count() == 2 && devices.contains("Front Row"), "{devices}");
    assert_eq!(doors(room, &laptop, "on the laptop").await?, [200, 200, 303]);
    let (mut open, media) = (room.follow(&laptop, 0).await?, session(&play(&laptop, room).send().await?)?);
    let asked = phone.get(SHOW).await?.text;
    assert!(asked.contains(WATCHING) && asked.contains("load tool"), "{asked}");
    assert_eq!(doors(room, &phone, "not on the phone").await?, [403, 403, 403]);
    assert_eq!(play(&phone, room).send().await?.status(), 403);
    assert!(is_open(&media, &laptop).await?, "asking ends nothing");

    let moved = phone.post(&format!("/experiences/{id}/device"), &[]).await?;
    assert_eq!((moved.status.as_u16(), moved.location()), (303, SHOW));
    let why = timeout(AT_ONCE, open.end()).await??;
    assert!(why.contains("another device"), "{why}");
    let ended = async || anyhow::Ok((!is_open(&media, &laptop).await?).then_some(()));
    eventually("the first device's media goes on", ended).await?;
    assert!(sits(&phone).await?);
    assert_eq!(doors(room, &phone, "on the phone").await?, [200, 200, 303]);
    assert_eq!(doors(room, &laptop, "not on the laptop").await?, [403, 403, 403]);
    let asked = laptop.get(SHOW).await?.text;
    assert!(asked.contains(WATCHING) && asked.contains("Firefox on Linux"), "{asked}");

    assert_eq!(room.say(&neighbour, "still here").await?.status, 303);
    let seen = stays.all_until("still here").await?;
    assert!(seen.iter().all(|event| event.name != "end"), "{seen:?}");
    for unsaid in ["not on the phone", "not on the laptop"] {
        assert!(seen.iter().all(|event| !event.data.contains(unsaid)), "{unsaid}");
    }
    server.close().await
}

async fn a_device_that_has_left_gives_its_seat_back_after_a_while(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let fan = server.fans(1).await?.remove(0);
    let phone = another(&server, &fan.browser, fan.account).await?;
    assert_eq!(limit(&server, "1").await?, 303);
    // After a start every device is waited for.
    server.advance(60).await?;
    assert!(sits(&fan.browser).await?);
    let open = server.live().follow(&fan.browser, 0).await?;
    server.advance(60).await?;
    assert!(!sits(&phone).await?, "it watches");
    drop(open);
    server.wait_for_attendances(0).await?;
    assert!(!sits(&phone).await?, "it may have lost its connection");
    server.advance(31).await?;
    assert!(sits(&phone).await?, "it has left");
    assert!(!sits(&fan.browser).await?);
    // Whoever signs out leaves at once.
    let signed_out = phone.post("/sign-out", &[]).await?;
    assert!(signed_out.status.is_redirection(), "{}", signed_out.status);
    assert!(sits(&fan.browser).await?);
    assert_eq!(limit(&server, "").await?, 303);
    let third = another(&server, &fan.browser, fan.account).await?;
    assert!(sits(&third).await? && sits(&fan.browser).await?, "on any number again");
    server.close().await
}

async fn a_device_that_comes_back_while_its_seat_is_given_on_ends(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let fan = server.fans(1).await?.remove(0);
    let phone = another(&server, &fan.browser, fan.account).await?;
    assert_eq!(limit(&server, "1").await?, 303);
    server.advance(60).await?;
    assert!(sits(&fan.browser).await?);
    server.advance(60).await?;
    // The phone finds that seat free, and waits for somebody who writes.
    let (now, space) = (server.app.clock.now(), server.space("maya").await?);
    let standing = server.app.store.access().standing(space, fan.account, now).await?;
    let grant = standing.seats.first().context("a seat")?.grant;
    let mut writing = server.app.store.begin().await?;
    writing.move_here((grant, SessionId::new()), 1, now).await?;
    let coming = tokio::spawn(async move { sits(&phone).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    // Meanwhile the first device opens its feed by the seat that it still has.
    let mut open = server.live().follow(&fan.browser, 0).await?;
    drop(writing);
    assert!(coming.await??, "it has the seat now");
    let why = timeout(AT_ONCE, open.end()).await??;
    assert!(why.contains("another device"), "{why}");
    server.close().await
}

async fn a_link_to_what_a_limited_pass_opens_leads_to_the_page_that_gives_a_seat(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (content, host) = (furnish(&server).await?, server.person("host"));
    let (files, reader) = files_of_maya(&server).await?;
    let file = send(&host, files, b"The words to sing along.").await?;
    let fan = server.fans(1).await?.remove(0);
    server.app.store.grants().give(fan.account, reader, server.app.clock.now()).await?;
    assert_eq!((limit(&server, "1").await?, limit_of(&server, reader, "1").await?), (303, 303));
    let (show, stranger) = (format!("/streams/{}", server.live().0), server.person("stranger"));
    let post = format!("/experiences/{}/posts/{}", content.posts, content.post);
    // None leaves them before a door that gives no seat.
    for (link, page, id, opens) in [
        (&show, SHOW, experience(&server).await?, 303),
        (&post, "/maya/notebook", content.posts, 200),
        (&file, "/maya/liner-notes", files, 200),
    ] {
        let phone = another(&server, &fan.browser, fan.account).await?;
        let led = phone.get(link).await?;
        assert_eq!((led.status.as_u16(), led.location()), (303, page), "{link}");
        assert_eq!(phone.get(page).await?.status, 200);
        assert_eq!(phone.post(&format!("/experiences/{id}/device"), &[]).await?.status, 303);
        assert_eq!(phone.get(link).await?.status, opens, "{link}");
    }
    assert_eq!(stranger.get(&show).await?.status, 402);
    assert_eq!(stranger.get(&file).await?.status, 402);
    server.close().await
}

async fn a_limit_also_concerns_what_the_pass_included_before(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, show, content) = (server.live(), experience(&server).await?, furnish(&server).await?);
    let fan = server.fans(1).await?.remove(0).browser;
    let mut open = room.follow(&fan, 0).await?;
    let id = server.pass("front-row").await?;
    let pass = server.app.store.passes().by_id(id).await?;
    let text = PassText {
        slug: pass.slug.as_str().into(),
        title: pass.title.clone(),
        about: pass.about.clone(),
        price: pass.price.kind,
        includes: pass.includes.iter().copied().filter(|included| *included != show).collect(),
    };
    passes::update(&server.app.services, content.host, id, &text).await?;
    assert_eq!(doors(room, &fan, "they keep it").await?, [200, 200, 303]);
    assert_eq!(limit(&server, "1").await?, 303);
    timeout(AT_ONCE, open.end()).await??;
    assert_eq!(doors(room, &fan, "without a seat").await?, [403, 403, 403]);
    assert!(sits(&fan).await?);
    assert_eq!(doors(room, &fan, "with a seat").await?, [200, 200, 303]);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_pass_comes_in_however_much_their_network_has_changed() -> Result<()> {
    let server = TestServer::with_settings(|settings| {
        settings.limits.account_changes = 9;
        settings.limits.address_changes = 15;
    })
    .await?;
    let fan = server.fans(1).await?.remove(0);
    let phone = another(&server, &fan.browser, fan.account).await?;
    assert_eq!(limit(&server, "1").await?, 303);
    let save = async |who: &Browser, name: &str| {
        anyhow::Ok(who.post("/account", &[("name", name), ("username", name)]).await?.status.as_u16())
    };
    for (who, name) in [("viewer", "vera"), ("stranger", "sam")] {
        let who = server.person(who);
        for _ in 0..10 {
            save(&who, name).await?;
        }
    }
    assert_eq!(save(&fan.browser, "hall").await?, 429, "the network has no changes left");
    assert!(sits(&fan.browser).await?);
    let moved = phone.post(&format!("/experiences/{}/device", experience(&server).await?), &[]).await?;
    assert_eq!(moved.status, 303);
    assert!(sits(&phone).await?);
    server.close().await
}
