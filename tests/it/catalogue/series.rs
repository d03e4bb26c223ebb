//! Shows that are planned again: once, or week by week, each to be moved and cancelled alone or all in one act.

use super::zones::{BERLIN, changes, choose, moment};
use crate::support::{Browser, Reply, Room, TestServer};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::{ExperienceId, StreamId},
    live::{
        passes::Plane,
        stream::{EndReason, Stream, StreamState},
    },
    people::account::TeamRole,
    time::{Millis, Span},
};
use std::time::Duration;
use tokio::time::timeout;

/// The streams that are named so, the first to come first.
async fn named(server: &TestServer, experience: ExperienceId, title: &str) -> Result<Vec<Stream>> {
    let mut streams = server.app.store.streams().of_experience(experience).await?;
    streams.retain(|stream| stream.title == title);
    streams.sort_by_key(|stream| stream.scheduled_at);
    Ok(streams)
}

async fn first_experience(server: &TestServer) -> Result<ExperienceId> {
    Ok(server.app.store.experiences().list(server.space("maya").await?).await?.remove(0).id)
}

/// In so many days, at a quarter past eight in the evening, UTC.
fn evening(server: &TestServer, days: i64) -> String {
    let at = server.app.clock.now() + Span::days(days);
    at.timestamp().strftime("%Y-%m-%dT20:15").to_string()
}

async fn twelve_weeks(server: &TestServer, host: &Browser, experience: ExperienceId) -> Result<Vec<Stream>> {
    let at = evening(server, 3);
    let form = [("title", "Weekly"), ("scheduled_at", at.as_str()), ("weeks", "12")];
    let page = host.submit(&format!("/account/experiences/{experience}/streams"), &form).await?.text;
    ensure!(page.contains("12 streams are planned, a week apart."), "{page}");
    let streams = named(server, experience, "Weekly").await?;
    assert_eq!(streams.len(), 12);
    Ok(streams)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_of_every_week_is_moved_alone_and_cancelled_together() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, store) = (server.person("host"), &server.app.store);
    let experience = first_experience(&server).await?;
    let streams = twelve_weeks(&server, &host, experience).await?;
    let times: Vec<Millis> = streams.iter().filter_map(|stream| stream.scheduled_at).collect();
    assert!(times.windows(2).all(|two| two[1] - two[0] == Span::days(7)), "{times:?}");

    // One is moved, one is cancelled: the others stay.
    let form = format!("/account/streams/{}/schedule", streams[2].id);
    assert!(host.get(&form).await?.text.contains("Cancel the series…"));
    let at = evening(&server, 18);
    assert_eq!(
        host.post(&form, &[("title", "Moved"), ("scheduled_at", &at), ("weeks", "5")]).await?.status,
        303
    );
    assert_eq!(
        host.post(&format!("/account/streams/{}/cancellation", streams[3].id), &[]).await?.status,
        303
    );
    let states = async || {
        let mut states = Vec::new();
        for stream in &streams {
            let row = store.streams().by_id(stream.id).await?;
            states.push((row.state, row.scheduled_at));
        }
        anyhow::Ok(states)
    };
    for (n, (state, at)) in states().await?.into_iter().enumerate() {
        assert_eq!(state == StreamState::Ended, n == 3, "{n}");
        assert_eq!(at == Some(times[n]), n != 2, "{n}");
    }
    assert_eq!(named(&server, experience, "Weekly").await?.len(), 11, "moving one plans no others");

    // Whoever waits for one sees at once that it is cancelled.
    let mut page = Room(streams[7].id).follow(&host, 0).await?;
    let path = format!("/account/streams/{}/series/cancellation", streams[0].id);
    let said = host.submit(&path, &[]).await?.text;
    assert!(said.contains("11 streams are cancelled."), "{said}");
    timeout(Duration::from_secs(2), page.all_until("This stream was cancelled")).await??;
    for (state, _) in states().await? {
        assert_eq!(state, StreamState::Ended);
    }
    let row = store.streams().by_id(streams[2].id).await?;
    assert_eq!((row.title.as_str(), row.end_reason), ("Moved", Some(EndReason::Cancelled)));
    assert_eq!(host.post(&path, &[]).await?.status, 409, "nothing is left");
    let alone = server.scheduled().0;
    assert_eq!(
        store.streams().by_id(alone).await?.state,
        StreamState::Scheduled,
        "what is no part of it stays"
    );
    assert_eq!(host.post(&format!("/account/streams/{alone}/series/cancellation"), &[]).await?.status, 409);
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(audit.contains("stream.cancel_series") && audit.contains("Weekly, 12 weeks"), "{audit}");
    let lines = audit.split("<tbody").nth(1).context("the lines")?;
    assert_eq!(lines.matches("stream.cancel_series").count(), 1, "one act is one line");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_stays_at_its_hour_when_the_clocks_change() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    assert_eq!(choose(&server, &host, BERLIN).await?.status, 303);
    let experience = first_experience(&server).await?;
    let path = format!("/account/experiences/{experience}/streams");
    let (forward, back) = changes(server.app.clock.now())?;
    for (title, day, utc, words) in [
        ("In spring", &forward, "01:30:00Z", "the clocks go forward over 02:30: we took 03:30 CEST."),
        ("In autumn", &back, "00:30:00Z", "02:30 comes twice: we took the first one, 02:30 CEST."),
    ] {
        let change = moment(&format!("{day}T{utc}"))?;
        let before = Millis(change.0 - Span::days(7).0).timestamp().strftime("%Y-%m-%dT02:30").to_string();
        let form = [("title", title), ("scheduled_at", before.as_str()), ("weeks", "3")];
        let page = host.submit(&path, &form).await?.text;
        assert!(page.contains("3 streams are planned") && page.contains(words), "{title}: {page}");
        let streams = named(&server, experience, title).await?;
        assert_eq!((streams.len(), streams[1].scheduled_at), (3, Some(change)), "{title}");
        for stream in [&streams[0], &streams[2]] {
            let form = host.get(&format!("/account/streams/{}/schedule", stream.id)).await?.text;
            assert!(form.contains("T02:30\""), "{title}");
        }
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_show_is_planned_again_with_what_was_chosen_for_it() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, store, live) = (server.person("host"), &server.app.store, server.live().0);
    let hidden = host.post(&format!("/streams/{live}/count"), &[("hidden", "true")]).await?;
    assert_eq!(hidden.status, 303);
    let source = store.streams().by_id(server.scheduled().0).await?;
    let next = source.scheduled_at.context("a time")? + Span::days(7);
    let form = host.get(&format!("/account/streams/{}/copies", source.id)).await?.text;
    let written = next.timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    assert!(form.contains(&format!("value=\"{written}\"")) && form.contains(&source.title), "{form}");

    let copies = format!("/account/streams/{live}/copies");
    let made = host.post(&copies, &[("title", "Again"), ("scheduled_at", &written)]).await?;
    assert_eq!(made.status, 303);
    let id_of =
        |made: &Reply| anyhow::Ok(made.location().split('/').nth(3).context("an id")?.parse::<StreamId>()?);
    let id = id_of(&made)?;
    let (copy, live) = (store.streams().by_id(id).await?, store.streams().by_id(live).await?);
    assert_eq!((copy.experience, copy.state, copy.series), (live.experience, StreamState::Scheduled, None));
    assert!(copy.count_hidden && copy.room != live.room);
    assert_eq!(live.state, StreamState::Live, "the one that is on air goes on");
    assert_eq!(host.post(&copies, &[("title", "No date yet")]).await?.status, 303);

    let mut tx = store.begin().await?;
    assert!(tx.choose_plane(id, Plane::LiveKit).await?);
    tx.commit_unattended(&[]).await?;
    let made = host.post(&format!("/account/streams/{id}/copies"), &[("title", "There too")]).await?;
    assert_eq!(store.streams().by_id(id_of(&made)?).await?.plane, Some(Plane::LiveKit));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_forms_keep_every_word_and_only_the_team_may() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, store) = (server.person("host"), &server.app.store);
    let experience = first_experience(&server).await?;
    let weekly = twelve_weeks(&server, &host, experience).await?;
    let (first, at) = (weekly[0].id, evening(&server, 4));
    let forms =
        [format!("/account/experiences/{experience}/streams"), format!("/account/streams/{first}/copies")];
    for path in &forms {
        for (at, weeks, field) in
            [("", "4", "scheduled_at"), (at.as_str(), "13", "weeks"), (at.as_str(), "often", "weeks")]
        {
            let form = [("title", "Kept title"), ("scheduled_at", at), ("weeks", weeks)];
            let reply = host.post(path, &form).await?;
            assert_eq!(reply.status, 422, "{path} {weeks}");
            let link = format!("href=\"#field-stream-{field}\"");
            assert!(
                reply.text.contains("Kept title") && reply.text.contains(&link),
                "{path} {weeks}: {}",
                reply.text
            );
            assert!(weeks != "4" || reply.text.contains("value=\"4\" selected"), "{path}: {}", reply.text);
        }
    }
    let there = store.streams().of_experience(experience).await?.len();

    // Others do not learn that it exists; a member of the team learns that the role is not enough.
    let moderator = server.holder("moderator@example.org").await?;
    let (account, space) = (server.account("moderator@example.org").await?, server.space("maya").await?);
    let team = store.spaces().by_id(space).await?.team;
    store.teams().put(team, account, TeamRole::Moderator, server.app.clock.now()).await?;
    let other = server.anybody();
    other.sign_in("other.creator@example.org").await?;
    let fan = server.fans(1).await?.remove(0).browser;
    for (who, status) in [
        (server.anybody(), 401),
        (server.person("stranger"), 404),
        (fan, 404),
        (other, 404),
        (moderator, 403),
    ] {
        let form = [("title", "Mine"), ("scheduled_at", at.as_str()), ("weeks", "2")];
        for path in &forms {
            assert_eq!(who.post(path, &form).await?.status, status, "{path}");
        }
        let cancellation = format!("/account/streams/{first}/series/cancellation");
        assert_eq!(who.post(&cancellation, &[]).await?.status, status);
        // Whoever is not signed in is asked to sign in first.
        let shown = if status == 401 { 303 } else { status };
        assert_eq!(who.get(&forms[1]).await?.status, shown);
    }
    assert_eq!(store.streams().of_experience(experience).await?.len(), there);
    assert!(named(&server, experience, "Weekly").await?.iter().all(|s| s.state == StreamState::Scheduled));
    server.close().await
}
