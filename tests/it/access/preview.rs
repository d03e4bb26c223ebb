//! The first minutes of a show for free: once for each person and show, by our clock.

use super::{AT_ONCE, SHOW, doors, experience};
use crate::{
    live::media_doors::{is_open, play, session},
    support::{Database, TestServer, eventually, on_both},
};
use actors::{AttendanceKind, Notice};
use anyhow::{Context, Result};
use domain::{
    access::{admit::Door, eject::EjectReason},
    change::Change,
    clock::Clock,
    people::account::Identity,
};
use server::web::{
    access::doors::{CachePolicy, Caller, room_of},
    live::attend::attend,
};
use store::Act;
use tokio::{sync::mpsc, time::timeout};

on_both!(
    the_first_minutes_are_free_once_and_end_by_themselves,
    minutes_that_admit_in_place_of_a_lost_pass_end_what_it_opened,
);

async fn the_first_minutes_are_free_once_and_end_by_themselves(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id, host) = (server.live(), experience(&server).await?, server.person("host"));
    let (sam, neighbour) = (server.person("stranger"), server.fans(1).await?.remove(0).browser);
    let begin = format!("/experiences/{id}/preview");
    assert_eq!(sam.post(&begin, &[]).await?.status, 409, "nothing is free");
    let page = host.submit(&format!("/account/experiences/{id}/preview"), &[("minutes", "3")]).await?.text;
    assert!(page.contains("Saved.") && page.contains("value=\"3\""), "{page}");
    let visitor = server.anybody().get(SHOW).await?.text;
    assert!(visitor.contains("3 minutes are free") && visitor.contains("Sign in to watch them"), "{visitor}");
    let page = sam.get(SHOW).await?.text;
    assert!(page.contains("3 minutes are free") && page.contains("Front Row"), "{page}");
    assert_eq!(doors(room, &sam, "before").await?, [402, 402, 402], "looking at the offer opens nothing");

    assert_eq!(sam.post(&begin, &[]).await?.location(), SHOW);
    let page = sam.get(SHOW).await?.text;
    assert!(page.contains("Free until") && page.contains("http-equiv=\"refresh\""), "{page}");
    let beside = neighbour.get(SHOW).await?.text;
    assert!(page.contains(" data-free") && !beside.contains(" data-free"), "{page}");
    assert!(
        !page.contains("id=\"shelf\"") && beside.contains("id=\"shelf\""),
        "no place for replays: {page}"
    );
    let mut stays = room.follow(&neighbour, 0).await?;
    assert_eq!(doors(room, &sam, "not in the chat").await?, [200, 200, 402]);
    let (mut open, media) = (room.follow(&sam, 0).await?, session(&play(&sam, room).send().await?)?);

    // A minute later nothing gives more: not a reload, not a second click, not another session.
    server.advance(60).await?;
    let account = server.account("sam@demo.example").await?;
    let again = server.app.store.sessions().create(account, "another", server.app.clock.now()).await?;
    let second = sam.beside(&format!("{}={}", server.app.cookie_name(), again.token));
    for browser in [&sam, &second] {
        assert_eq!(browser.post(&begin, &[]).await?.status, 303, "they are inside");
        assert_eq!(doors(room, browser, "not in the chat").await?, [200, 200, 402]);
    }
    assert!(is_open(&media, &sam).await?);
    server.advance(90).await?;
    assert!(is_open(&media, &sam).await?, "half a minute is left");
    server.advance(30).await?;
    let why = timeout(AT_ONCE, open.end()).await??;
    assert!(why.contains("free minutes are over"), "{why}");
    let ended = async || anyhow::Ok((!is_open(&media, &sam).await?).then_some(()));
    eventually("their media goes on", ended).await?;
    for browser in [&sam, &second] {
        assert_eq!(doors(room, browser, "after").await?, [402, 402, 402]);
        assert_eq!(play(browser, room).send().await?.status(), 402);
        assert_eq!(browser.post(&begin, &[]).await?.status, 409);
    }
    let page = sam.get(SHOW).await?.text;
    assert!(page.contains("You have had your free minutes") && page.contains("Front Row"), "{page}");

    assert_eq!(room.say(&neighbour, "still here").await?.status, 303);
    let seen = stays.all_until("still here").await?;
    assert!(
        seen.iter().all(|event| event.name != "end" && !event.data.contains("not in the chat")),
        "{seen:?}"
    );
    server.close().await
}

/// The door decides before a page is registered and after it; between the two the pass is lost, and the minutes begin.
async fn minutes_that_admit_in_place_of_a_lost_pass_end_what_it_opened(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, id, app) = (server.live(), experience(&server).await?, &server.app);
    let minutes = format!("/account/experiences/{id}/preview");
    assert_eq!(server.person("host").post(&minutes, &[("minutes", "3")]).await?.status, 303);
    let account = server.fans(1).await?.remove(0).account;
    let (space, now) = (server.space("maya").await?, app.clock.now());
    let session = app.store.sessions().create(account, "a script", now).await?.id;
    let who = Identity { session, account, operator: false, passkey: false };
    let place = room_of(app, room.0).await.ok().context("a room")?;
    let caller = Caller::at(app, Some(who), place, CachePolicy::Bypass).await.ok().context("at the door")?;

    let grant = app.store.grants().in_space(account, space).await?.first().context("a pass")?.id;
    app.store.grants().revoke(grant, "refunded", now).await?;
    let mut tx = app.store.begin().await?;
    tx.begin_preview(account, room.0, now).await?;
    let changes = [Change::GrantEnded { space, account, grant }, Change::Access { space, account }];
    let act = Act {
        actor: None,
        action: "preview.begin".into(),
        target: room.0.to_string(),
        detail: String::new(),
    };
    tx.commit_audited(act, &changes, now).await?;
    app.services.changed(&changes);

    let (tell, mut told) = mpsc::unbounded_channel();
    let tell = move |notice: Notice| {
        let _ = tell.send(notice);
    };
    let attended = attend(app, caller, Door::Enter, AttendanceKind::PollingPage, tell).await;
    let (_, _here) = attended.ok().context("the free minutes admit them")?;
    server.advance(180).await?;
    let notice = timeout(AT_ONCE, told.recv()).await?;
    assert_eq!(notice, Some(Notice::Ended(EjectReason::PreviewEnded)));
    server.close().await
}
