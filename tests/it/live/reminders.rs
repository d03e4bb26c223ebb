//! One mail before a stream begins, for those who asked for it and may see it.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    id::StreamId,
    time::{Millis, Span},
};

async fn wish(who: &Browser, stream: StreamId, wanted: &str) -> Result<u16> {
    Ok(who.post(&format!("/streams/{stream}/reminder"), &[("wanted", wanted)]).await?.status.as_u16())
}

/// Plans the stream for a whole minute, so many hours from now.
async fn plan(server: &TestServer, stream: StreamId, hours: i64) -> Result<Millis> {
    let at = server.app.clock.now() + Span::hours(hours);
    let written = at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", "Choosing the ten"), ("scheduled_at", written.as_str())];
    let moved = server.person("host").post(&format!("/account/streams/{stream}/schedule"), &form).await?;
    assert_eq!(moved.status, 303);
    server.app.store.streams().by_id(stream).await?.scheduled_at.context("a time")
}

/// Waits until so many reminders have reached an address; returns the text of the newest one.
async fn reminded(server: &TestServer, email: &str, count: usize) -> Result<String> {
    let texts = server.mailed(email, "Soon:", count).await?;
    texts.into_iter().next().context("a mail")
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_asked_are_mailed_once_an_hour_before() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, stream, anybody) = (server.person("host"), server.scheduled().0, server.anybody());
    let mut people = Vec::new();
    for name in ["ann", "ben", "cleo", "dora"] {
        let email = format!("{name}@example.org");
        people.push((server.holder(&email).await?, email));
    }
    let [(ann, of_ann), (ben, of_ben), (cleo, of_cleo), (dora, of_dora)] = &people[..] else {
        unreachable!()
    };
    let first = plan(&server, stream, 24).await?;
    let page = ann.get("/maya/rehearsal-room").await?.text;
    assert!(page.contains(&format!("href=\"/streams/{stream}/reminder\"")), "{page}");
    assert_eq!(wish(&anybody, stream, "true").await?, 401);
    assert_eq!(wish(ann, server.live().0, "true").await?, 409, "it has begun");
    for who in [ann, ann, ben, cleo] {
        assert_eq!(wish(who, stream, "true").await?, 303);
    }
    let page = ann.get(&format!("/streams/{stream}/reminder")).await?.text;
    assert!(page.contains("Do not remind me"), "{page}");
    // Cleo thinks better of it, and Ben is banned: neither is mailed. Whoever is banned cannot ask, either.
    assert_eq!(wish(cleo, stream, "false").await?, 303);
    let banned = server.account(of_ben).await?;
    assert_eq!(server.live().keep_out(&host, banned, "ban", "").await?.status, 303);
    assert_eq!(wish(ben, stream, "true").await?, 403);

    // The show is moved: nothing is sent before the new time.
    let second = plan(&server, stream, 30).await?;
    server.advance_to(first).await?;
    assert_eq!(wish(dora, stream, "true").await?, 303);
    server.advance_to(Millis(second.0 - Span::hours(1).0)).await?;
    let text = reminded(&server, of_ann, 1).await?;
    assert!(
        text.contains("Choosing the ten at Maya Lin") && text.contains("/maya/rehearsal-room\n"),
        "{text}"
    );
    reminded(&server, of_dora, 1).await?;

    // The link stops them without a session, and only by a POST; nobody can make one up.
    let path = text.lines().find_map(|line| line.split_once("/unsubscribe/")).context("a link")?.1;
    let path = format!("/unsubscribe/{path}");
    assert!(anybody.get(&path).await?.text.contains("Stop all reminders"));
    let forged = format!("{}0", &path[..path.len() - 1]);
    let forged = if forged == path { format!("{}1", &path[..path.len() - 1]) } else { forged };
    assert_eq!(anybody.post(&forged, &[]).await?.status, 404);
    let reminders = server.app.store.reminders();
    assert!(reminders.has(stream, server.account(of_ann).await?).await?);
    assert_eq!(anybody.post(&path, &[("List-Unsubscribe", "One-Click")]).await?.status, 200);
    assert!(!reminders.has(stream, server.account(of_ann).await?).await?);

    // Moved again: those who still want it hear of the new time. A late wish is granted at once.
    let third = plan(&server, stream, 48).await?;
    server.advance_to(Millis(third.0 - Span::minutes(30).0)).await?;
    reminded(&server, of_dora, 2).await?;
    assert_eq!(wish(cleo, stream, "true").await?, 303);
    reminded(&server, of_cleo, 1).await?;
    server.advance_to(third).await?;
    server.rest().await?;
    for (email, count) in [(of_ann, 1), (of_ben, 0), (of_cleo, 1), (of_dora, 2)] {
        assert_eq!(server.mails(email, "Soon:").await?, count, "{email}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_what_is_cancelled_or_closed() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, stream, space) = (server.person("host"), server.scheduled().0, server.space("maya").await?);
    let ann = server.holder("ann@example.org").await?;
    let at = plan(&server, stream, 24).await?;
    let experience = server.app.store.streams().by_id(stream).await?.experience;
    let hour = at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", "Another"), ("scheduled_at", hour.as_str())];
    let made = host.post(&format!("/account/experiences/{experience}/streams"), &form).await?;
    let other: StreamId = made.location().split('/').nth(3).context("an id")?.parse()?;
    for stream in [stream, other] {
        assert_eq!(wish(&ann, stream, "true").await?, 303);
    }
    assert_eq!(host.post(&format!("/account/streams/{stream}/cancellation"), &[]).await?.status, 303);
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    assert_eq!(wish(&ann, other, "true").await?, 404, "she cannot see it");
    // A stream that is deleted takes its reminders with it.
    assert_eq!(host.post(&format!("/account/streams/{stream}/deletion"), &[]).await?.status, 303);
    server.advance_to(Millis(at.0 - Span::minutes(50).0)).await?;
    server.advance_to(at).await?;
    server.rest().await?;
    assert_eq!(server.mails("ann@example.org", "Soon:").await?, 0);
    server.close().await
}
