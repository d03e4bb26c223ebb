//! What becomes of a show is told once to each person whom it concerns, and to nobody else.

use crate::support::{Browser, Database, Room, TestServer, on_both};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::StreamId,
    live::notices::{self, Notice},
    mail::MailKind,
    time::{Millis, Span},
};
use service::people::mails;

on_both!(a_show_that_goes_live_is_told_once_to_whom_it_concerns);

const LIVE: &str = "Live now:";

struct People {
    holder: Browser,
    follower: Browser,
}

const HOLDER: &str = "ann@example.org";
const FOLLOWER: &str = "ben@example.org";
const BANNED: &str = "cleo@example.org";
const SILENT: &str = "dora@example.org";
const REMINDED: &str = "eve@example.org";
const VIEWER: &str = "vera@demo.example";

async fn follow(server: &TestServer, who: &Browser, follow: &str) -> Result<u16> {
    let space = server.space("maya").await?;
    Ok(who.post(&format!("/spaces/{space}/follow"), &[("follow", follow)]).await?.status.as_u16())
}

impl People {
    /// A holder who also follows and is reminded; a follower; somebody who is reminded; one who is banned; one who wants no mail.
    async fn gather(server: &TestServer) -> Result<Self> {
        let stream = server.scheduled().0;
        let remind = async |who: &Browser| {
            let wish = who.post(&format!("/streams/{stream}/reminder"), &[("wanted", "true")]).await?;
            ensure!(wish.status == 303, "{} {}", wish.status, wish.text);
            anyhow::Ok(())
        };
        let holder = server.holder(HOLDER).await?;
        remind(&holder).await?;
        let [follower, reminded] = [server.anybody(), server.anybody()];
        follower.sign_in(FOLLOWER).await?;
        reminded.sign_in(REMINDED).await?;
        remind(&reminded).await?;
        let (banned, silent) = (server.holder(BANNED).await?, server.holder(SILENT).await?);
        for who in [&holder, &follower, &banned, &silent] {
            assert_eq!(follow(server, who, "true").await?, 303);
        }
        let account = server.account(BANNED).await?;
        assert_eq!(server.live().keep_out(&server.person("host"), account, "ban", "").await?.status, 303);
        assert_eq!(silent.post("/account/mails", &[("planned", "true")]).await?.status, 303);
        Ok(Self { holder, follower })
    }
}

/// How many mails with this subject each of them has.
async fn counts(server: &TestServer, subject: &str) -> Result<Vec<(&'static str, usize)>> {
    let mut counts = Vec::new();
    for who in [HOLDER, FOLLOWER, BANNED, SILENT, REMINDED, VIEWER, "maya@demo.example", "sam@demo.example"] {
        counts.push((who, server.mails(who, subject).await?));
    }
    counts.retain(|(_, count)| *count > 0);
    Ok(counts)
}

async fn go_live(server: &TestServer) -> Result<Room> {
    let (room, host) = (server.scheduled(), server.person("host"));
    let mut studio = room.follow(&host, 0).await?;
    server.media.play_test_card(server.room(room).await?).await?;
    studio.all_until("data-state=\"rehearsal\"").await?;
    assert_eq!(host.post(&room.path("state"), &[("state", "live")]).await?.status, 303);
    Ok(room)
}

async fn plan(server: &TestServer, stream: StreamId, title: &str, at: Millis) -> Result<u16> {
    let written = at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", title), ("scheduled_at", written.as_str())];
    Ok(server
        .person("host")
        .post(&format!("/account/streams/{stream}/schedule"), &form)
        .await?
        .status
        .as_u16())
}

/// Lets the period end in which something was planned or moved.
async fn period_ends(server: &TestServer) -> Result<()> {
    server.mail_is_out().await?;
    let now = server.app.clock.now();
    server.advance((notices::told_at(now) + notices::SETTLES - now).ceil_secs()).await?;
    server.mail_is_out().await
}

async fn a_show_that_goes_live_is_told_once_to_whom_it_concerns(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let people = People::gather(&server).await?;
    server.mail_is_out().await?;
    // The demo's own show went live before: its holder was told, and nobody else held anything.
    assert_eq!(counts(&server, LIVE).await?, [(VIEWER, 1)]);
    let room = go_live(&server).await?;
    server.mail_is_out().await?;
    let want = [(HOLDER, 1), (FOLLOWER, 1), (REMINDED, 1), (VIEWER, 2)];
    assert_eq!(counts(&server, LIVE).await?, want);
    let text = |texts: Vec<String>| texts.into_iter().next().context("a mail");
    let of_holder = text(server.mail_texts(HOLDER, LIVE).await?)?;
    assert!(
        of_holder.contains("/maya/rehearsal-room\n") && !of_holder.contains("You need a pass"),
        "{of_holder}"
    );
    let of_follower = text(server.mail_texts(FOLLOWER, LIVE).await?)?;
    assert!(
        of_follower.contains("there is a free one") && of_follower.contains("because you follow the space"),
        "{of_follower}"
    );
    // Told again, as after a crash: nobody gets a second mail. Nor does an interruption make one.
    let notice = Notice::Live { stream: room.0, at: server.app.clock.now() };
    service::live::notices::spread(&server.app.services, notice).await?;
    server.mail_is_out().await?;
    assert_eq!(counts(&server, LIVE).await?, want);

    // The link ends this kind alone, without signing in.
    let path =
        of_follower.split_once("/unsubscribe/").context("a link")?.1.lines().next().context("a line")?;
    let path = format!("/unsubscribe/{path}");
    assert!(server.anybody().get(&path).await?.text.contains("Stop these mails"));
    let one_click = [("List-Unsubscribe", "One-Click")];
    assert_eq!(server.anybody().post(&path, &one_click).await?.status, 200);
    let follower = server.account(FOLLOWER).await?;
    for (kind, wanted) in MailKind::ALL.map(|kind| (kind, kind != MailKind::Live)) {
        assert_eq!(mails::wants(&server.app.services, follower, kind).await?, wanted, "{kind:?}");
    }
    let page = people.follower.get("/account/mails").await?.text;
    assert_eq!(page.matches(" checked").count(), 4, "{page}");
    assert_eq!(people.holder.get("/account/mails").await?.text.matches(" checked").count(), 5);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_hear_once_of_what_was_planned_in_a_period() -> Result<()> {
    let server = TestServer::open().await?;
    People::gather(&server).await?;
    period_ends(&server).await?;
    let host = server.person("host");
    let experience = server.app.store.streams().by_id(server.scheduled().0).await?.experience;
    let at = (server.app.clock.now() + Span::days(3)).timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let schedule = async |title: &str, at: &str| {
        let form = [("title", title), ("scheduled_at", at)];
        let made = host.post(&format!("/account/experiences/{experience}/streams"), &form).await?;
        ensure!(made.status == 303, "{} {}", made.status, made.text);
        let id: StreamId = made.location().split('/').nth(3).context("an id")?.parse()?;
        anyhow::Ok(id)
    };
    let period = notices::told_at(server.app.clock.now());
    schedule("First plan", &at).await?;
    let withdrawn = schedule("Withdrawn", &at).await?;
    schedule("Second plan", &at).await?;
    schedule("Without a date", "").await?;
    assert_eq!(host.post(&format!("/account/streams/{withdrawn}/cancellation"), &[]).await?.status, 303);
    assert_eq!(notices::told_at(server.app.clock.now()), period, "the story took too long");
    server.mail_is_out().await?;
    assert_eq!(counts(&server, "Planned:").await?, []);
    period_ends(&server).await?;
    // The silent one switched off everything but this.
    assert_eq!(counts(&server, "Planned:").await?, [(HOLDER, 1), (FOLLOWER, 1), (SILENT, 1)]);
    let text = server.mail_texts(FOLLOWER, "Planned:").await?.remove(0);
    assert!(text.contains("First plan") && text.contains("Second plan"), "{text}");
    assert!(!text.contains("Withdrawn") && !text.contains("Without a date"), "{text}");
    // Another period is another mail; a space that closes in the meantime tells nothing.
    schedule("Third plan", &at).await?;
    period_ends(&server).await?;
    assert_eq!(server.mails(FOLLOWER, "Planned: Third plan").await?, 1);
    schedule("Fourth plan", &at).await?;
    let space = server.space("maya").await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    period_ends(&server).await?;
    assert_eq!(server.mails(FOLLOWER, "Planned:").await?, 2);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_and_a_cancellation_reach_holders_and_whoever_is_reminded() -> Result<()> {
    let server = TestServer::open().await?;
    let stream = server.scheduled().0;
    let at = server.app.clock.now() + Span::days(4);
    assert_eq!(plan(&server, stream, "Choosing the ten", at).await?, 303);
    period_ends(&server).await?;
    People::gather(&server).await?;
    // Moved twice in a period: one mail with the last time. The one who wants no mail has a free pass, the viewer a gift.
    let before = server.mails(VIEWER, "Moved:").await?;
    for days in [5, 6] {
        assert_eq!(plan(&server, stream, "Choosing the ten", at + Span::days(days)).await?, 303);
    }
    server.mail_is_out().await?;
    assert_eq!(server.mails(HOLDER, "Moved:").await?, 0, "it may be corrected");
    period_ends(&server).await?;
    let want = [(HOLDER, 1), (REMINDED, 1), (VIEWER, before + 1)];
    assert_eq!(counts(&server, "Moved:").await?, want);
    let day = |days: i64| (at + Span::days(days)).timestamp().strftime("%-d %B").to_string();
    let text = server.mail_texts(REMINDED, "Moved:").await?.remove(0);
    let (was, now) = text.split_once("Now: ").context("both times")?;
    assert!(was.contains(&day(0)) && now.contains(&day(6)), "{text}");
    // Moved away and back is not moved, and another title is no move.
    assert_eq!(plan(&server, stream, "Another title", at + Span::days(8)).await?, 303);
    assert_eq!(plan(&server, stream, "Another title", at + Span::days(6)).await?, 303);
    period_ends(&server).await?;
    assert_eq!(counts(&server, "Moved:").await?, want);

    let host = server.person("host");
    let deleted = host.post(&format!("/account/streams/{stream}/deletion"), &[]).await?;
    assert_eq!(deleted.status, 409, "whoever is reminded would not hear of it");
    assert_eq!(host.post(&format!("/account/streams/{stream}/cancellation"), &[]).await?.status, 303);
    server.mail_is_out().await?;
    assert_eq!(counts(&server, "Cancelled:").await?, [(HOLDER, 1), (REMINDED, 1), (VIEWER, 1)]);
    assert!(server.mail_texts(HOLDER, "Cancelled:").await?[0].contains("Your pass stays yours"));
    server.close().await
}
