//! Calendars that other programs subscribe to: they follow every change and tell nothing that is not public.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::{ExperienceId, StreamId},
    time::{Millis, Span},
};
use std::collections::BTreeMap;

/// An event by the names of its lines.
type Event = BTreeMap<String, String>;

const FEED: &str = "/maya/calendar.ics";

/// The events of a calendar, as a program reads them.
async fn events(who: &Browser, path: &str) -> Result<Vec<Event>> {
    let reply = who.get(path).await?;
    ensure!(reply.status == 200, "{path}: {}", reply.status);
    let kind = reply.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    assert_eq!(kind, Some("text/calendar; charset=utf-8"));
    assert!(reply.text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{}", reply.text);
    let text = reply.text.replace("\r\n ", "");
    let mut events = Vec::new();
    for block in text.split("BEGIN:VEVENT\r\n").skip(1) {
        let (block, _) = block.split_once("END:VEVENT\r\n").context("an end")?;
        let lines = block.split_terminator("\r\n").filter_map(|line| line.split_once(':'));
        events.push(lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    }
    Ok(events)
}

/// The event of one stream; `None` if the calendar does not name it.
async fn event(who: &Browser, path: &str, stream: StreamId) -> Result<Option<Event>> {
    let found = events(who, path).await?;
    assert!(found.iter().filter(|event| event["UID"] == stream.to_string()).count() <= 1);
    Ok(found.into_iter().find(|event| event["UID"] == stream.to_string()))
}

fn hours(server: &TestServer, hours: i64) -> Millis {
    server.app.clock.now() + Span::hours(hours)
}

async fn plan(server: &TestServer, host: &Browser, title: &str, at: Option<Millis>) -> Result<StreamId> {
    let experience = session(server).await?;
    let at = at.map_or(String::new(), |at| at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string());
    let form = [("title", title), ("scheduled_at", at.as_str())];
    let made = host.post(&format!("/account/experiences/{experience}/streams"), &form).await?;
    ensure!(made.status == 303, "{} {}", made.status, made.text);
    Ok(made.location().split('/').nth(3).context("an id")?.parse()?)
}

async fn session(server: &TestServer) -> Result<ExperienceId> {
    let experiences = server.app.store.experiences().list(server.space("maya").await?).await?;
    Ok(experiences.into_iter().find(|e| e.slug == "friday-session").context("the session")?.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_follows_a_move_and_a_cancellation() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody) = (server.person("host"), server.anybody());
    let title = "Überraschung; mit Gästen, und länger als eine Zeile eines Kalenders sein kann";
    let at = hours(&server, 30);
    let id = plan(&server, &host, title, Some(at)).await?;
    let show = async || event(&anybody, FEED, id).await?.context("it is named");
    let planned = show().await?;
    assert_eq!(planned["SUMMARY"], title.replace(';', "\\;").replace(',', "\\,"));
    assert_eq!(planned["DTSTART"], at.timestamp().strftime("%Y%m%dT%H%M00Z").to_string());
    assert_eq!(planned["STATUS"], "CONFIRMED");
    assert!(planned["URL"].ends_with("/maya/friday-session"), "{planned:?}");

    let mut sequence: i64 = planned["SEQUENCE"].parse()?;
    let mut risen = |event: &Event| {
        let before = std::mem::replace(&mut sequence, event["SEQUENCE"].parse().unwrap_or(-1));
        assert!(sequence > before, "{event:?}");
    };
    for ahead in [50, 40] {
        let at = hours(&server, ahead).timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
        let form = [("title", "Moved"), ("scheduled_at", at.as_str())];
        assert_eq!(host.post(&format!("/account/streams/{id}/schedule"), &form).await?.status, 303);
        let moved = show().await?;
        assert_eq!(moved["DTSTART"], at.replace(['-', ':'], "") + "00Z");
        assert_eq!((moved["UID"].as_str(), moved["SUMMARY"].as_str()), (planned["UID"].as_str(), "Moved"));
        risen(&moved);
    }
    assert_eq!(host.post(&format!("/account/streams/{id}/cancellation"), &[]).await?.status, 303);
    let cancelled = show().await?;
    assert_eq!(cancelled["STATUS"], "CANCELLED");
    risen(&cancelled);
    assert_eq!(host.post(&format!("/account/streams/{id}/deletion"), &[]).await?.status, 303);
    assert_eq!(event(&anybody, FEED, id).await?, None);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_show_of_a_series_is_an_event_of_its_own() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody) = (server.person("host"), server.anybody());
    let at = hours(&server, 72).timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", "Weekly"), ("scheduled_at", at.as_str()), ("weeks", "4")];
    let session = session(&server).await?;
    assert_eq!(host.post(&format!("/account/experiences/{session}/streams"), &form).await?.status, 303);
    let weekly = async |path: &str| {
        let mut found = events(&anybody, path).await?;
        found.retain(|event| event["SUMMARY"] == "Weekly");
        found.iter_mut().for_each(|event| drop(event.remove("DTSTAMP")));
        anyhow::Ok(found)
    };
    let of_session = weekly("/maya/friday-session/calendar.ics").await?;
    assert_eq!((of_session.len(), weekly("/maya/rehearsal-room/calendar.ics").await?.len()), (4, 0));
    assert_eq!(weekly(FEED).await?, of_session);
    let first: StreamId = of_session[0]["UID"].parse()?;
    assert_eq!(host.post(&format!("/account/streams/{first}/series/cancellation"), &[]).await?.status, 303);
    assert!(weekly(FEED).await?.iter().all(|event| event["STATUS"] == "CANCELLED"));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_tells_nothing_that_is_not_public() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody, stranger) = (server.person("host"), server.anybody(), server.person("stranger"));
    let space = server.space("maya").await?;
    let undated = plan(&server, &host, "Not yet decided", None).await?;
    let open = plan(&server, &host, "Open", Some(hours(&server, 30))).await?;
    for who in [&anybody, &stranger, &host] {
        assert_eq!(event(who, FEED, undated).await?, None);
        ensure!(event(who, FEED, open).await?.is_some());
    }
    // While the space is closed, its team alone sees the calendar.
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    let hidden = plan(&server, &host, "Hidden", Some(hours(&server, 40))).await?;
    for path in [FEED, "/maya/friday-session/calendar.ics"] {
        for who in [&anybody, &stranger] {
            assert_eq!(who.get(path).await?.status, 404);
        }
        ensure!(event(&host, path, hidden).await?.is_some());
    }
    assert_eq!(host.post(&format!("/account/streams/{hidden}/cancellation"), &[]).await?.status, 303);
    server.advance(1).await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 303);
    for who in [&anybody, &host] {
        assert_eq!(event(who, FEED, hidden).await?, None, "it was cancelled before anybody could know of it");
        ensure!(event(who, FEED, open).await?.is_some());
    }
    // The calendar of another space names none of it.
    let other = server.anybody();
    other.sign_in("other.creator@example.org").await?;
    let account = server.account("other.creator@example.org").await?;
    let (theirs, _) = server.app.store.spaces().of_account(account).await?.remove(0);
    assert!(events(&other, &format!("/{}/calendar.ics", theirs.slug)).await?.is_empty());
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_lead_to_calendars_and_old_addresses_to_new_ones() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let anybody = server.anybody();
    assert!(anybody.get("/maya").await?.text.contains(&format!("href=\"{FEED}\"")));
    let of_show = "href=\"/maya/rehearsal-room/calendar.ics\"";
    let fan = server.fans(1).await?.remove(0).browser;
    for (who, words) in [(&fan, "Waiting room"), (&anybody, "A pass opens this door")] {
        let page = who.get("/maya/rehearsal-room").await?.text;
        assert!(page.contains(of_show) && page.contains(words), "{words}: {page}");
    }
    let form = [("name", "Maya Lin"), ("slug", "maya-lin")];
    assert_eq!(host.post(&format!("/account/spaces/{space}"), &form).await?.status, 303);
    for (old, new) in [
        (FEED, "/maya-lin/calendar.ics"),
        ("/maya/rehearsal-room/calendar.ics", "/maya-lin/rehearsal-room/calendar.ics"),
        ("/Maya-Lin/Calendar.ics", "/maya-lin/calendar.ics"),
    ] {
        let moved = anybody.get(old).await?;
        assert!(
            moved.status.is_redirection() && moved.location() == new,
            "{old}: {} {}",
            moved.status,
            moved.location()
        );
        assert_eq!(anybody.get(new).await?.status, 200);
    }
    server.close().await
}
