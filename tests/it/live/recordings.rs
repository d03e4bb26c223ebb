//! Recordings: a show is recorded while it is on air, its replay is for those who may enter, and what goes wrong is said.

use super::watching::ends;
use crate::people::leaving::exported;
use crate::support::{Browser, Database, Reply, Room, TestServer, child::Process, eventually, on_both};
use anyhow::{Context, Result, ensure};
use domain::{
    chat::journal::JournalStore,
    clock::Clock,
    id::StreamId,
    live::{media::Codec, recording::Recording},
};
use reqwest::Method;
use server::config::Settings;
use std::path::Path;

on_both!(a_recorded_show_has_a_replay_for_those_who_may_enter);

/// The switch of the studio.
pub(super) async fn record(room: Room, who: &Browser, on: bool) -> Result<Reply> {
    who.post(&room.path("recording"), &[("on", if on { "true" } else { "false" })]).await
}

/// The recording once it has so many segments.
pub(super) async fn grown(server: &TestServer, room: Room, segments: i64) -> Result<Recording> {
    let grown = async || {
        let found = server.app.store.recordings().of_stream(room.0).await;
        anyhow::Ok(found.ok().filter(|recording| recording.segments >= segments))
    };
    eventually("nothing is recorded", grown).await
}

pub(super) async fn end(room: Room, host: &Browser) -> Result<()> {
    ensure!(host.post(&room.path("state"), &[("state", "ended")]).await?.status == 303);
    Ok(())
}

pub(super) fn bytes_of(stream: StreamId) -> String {
    format!("/media/recordings/{stream}")
}

/// The page of a replay, once it is there.
pub(super) async fn replayed(who: &Browser, room: Room) -> Result<String> {
    let there = async || {
        let page = who.get(&room.path("replay")).await?;
        anyhow::Ok((page.status == 200).then_some(page.text))
    };
    eventually("there is no replay", there).await
}

/// Moments of clusters in a file of ours, as [`media::facts`] reads them, one by one.
pub(super) fn moments(file: &[u8]) -> Result<Vec<(i64, i64)>> {
    let cluster = [0x1f, 0x43, 0xb6, 0x75];
    let places: Vec<usize> =
        file.windows(4).enumerate().filter(|(_, bytes)| *bytes == cluster).map(|(at, _)| at).collect();
    let mut moments = Vec::new();
    for (nth, at) in places.iter().enumerate() {
        let end = places.get(nth + 1).copied().unwrap_or(file.len());
        let facts = media::facts(Codec::Vp8, &file[*at..end]).context("a cluster")?;
        ensure!(facts.bytes == end - at, "a whole cluster");
        moments.push((facts.begins, facts.until));
    }
    ensure!(moments.windows(2).all(|pair| pair[0].1 <= pair[1].0), "moments never go back: {moments:?}");
    Ok(moments)
}

async fn a_recorded_show_has_a_replay_for_those_who_may_enter(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    assert_eq!(record(room, &viewer, true).await?.status, 403, "the host alone decides");
    ensure!(!viewer.get("/maya/friday-session").await?.text.contains("The host records this show."));
    let mut page = room.follow(&viewer, 0).await?;
    assert_eq!(record(room, &host, true).await?.status, 303);
    page.all_until("The host records this show.").await?;
    let recording = grown(&server, room, 2).await?;
    ensure!(room.say(&viewer, "what a bowl").await?.status.as_u16() < 400);
    room.say(&viewer, "not for long").await?;
    let all = server.app.store.since(server.room(room).await?, 0, 1000).await?;
    let found = all.iter().find(|entry| entry.line().is_some_and(|line| line.body == "not for long"));
    ensure!(room.remove(&host, found.context("a line")?.seq).await?.status.as_u16() < 400);
    assert_eq!((recording.width, recording.height), (640, 360));
    // What was said lies within the recording, however late its last pictures come.
    grown(&server, room, 3).await?;
    // Nor is anything lost that is said when no more frame comes.
    server.advance(60).await?;
    ensure!(room.say(&viewer, "good night").await?.status.as_u16() < 400);
    assert_eq!(viewer.get(&room.path("replay")).await?.status, 404, "not before the end");
    end(room, &host).await?;
    let shelf = page.all_until(&room.path("replay")).await?;
    ensure!(
        shelf.last().is_some_and(|told| told.data.contains("Replays")),
        "the open page offers it: {shelf:?}"
    );
    let page = replayed(&viewer, room).await?;
    let path = bytes_of(room.0);
    ensure!(page.contains(&path), "{page}");
    ensure!(viewer.get("/maya/friday-session").await?.text.contains(&room.path("replay")));

    chat_is_in_step(&server, room, &viewer).await?;
    let report = host.get(&format!("/account/streams/{}/figures", room.0)).await?.text;
    ensure!(report.contains("Lines of chat") && report.contains("Times without a picture"), "{report}");

    ranges_are_served(&server, room, &viewer).await?;
    nobody_else_gets_a_byte(&server, room).await?;
    its_team_decides(&server, room, &viewer).await?;
    server.close().await
}

/// The line has a second of the recording, and what was removed stays away.
async fn chat_is_in_step(server: &TestServer, room: Room, viewer: &Browser) -> Result<()> {
    let (visitor, stranger) = (server.anybody(), server.person("stranger"));
    let lines = |from: i64, until: i64| room.path(&format!("replay/lines?from={from}&until={until}"));
    let said = viewer.get(&lines(0, 600_000)).await?.text;
    ensure!(said.contains("what a bowl") && !said.contains("not for long"), "{said}");
    let at: i64 = said
        .split("data-at=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .context("a moment")?
        .parse()?;
    ensure!(at > 4000, "after two segments: {at}");
    ensure!(viewer.get(&lines(at, at + 1)).await?.text.contains("what a bowl"));
    for (from, until) in [(0, at), (at + 1, at + 60_000), (-5, -1)] {
        ensure!(!viewer.get(&lines(from, until)).await?.text.contains("what a bowl"), "{from} to {until}");
    }
    let end = server.app.store.recordings().of_stream(room.0).await?.length.0;
    for (from, until, is_there) in
        [(0, end, false), (0, end + 1, true), (end, end + 1, true), (end + 1, end + 90_000, false)]
    {
        let said = viewer.get(&lines(from, until)).await?.text;
        assert_eq!(said.contains("good night"), is_there, "{from} to {until} of {end}: {said}");
        ensure!(!is_there || said.contains(&format!("data-at=\"{end}\"")), "at the end: {said}");
    }
    let list = viewer.get(&room.path("replay/chat")).await?.text;
    ensure!(list.contains("what a bowl") && list.contains("good night"), "{list}");
    for (who, status) in [(&visitor, 401), (&stranger, 402)] {
        let (refused, body) = who.save(&lines(0, 600_000), &[]).await?;
        ensure!(refused.status == status && !String::from_utf8_lossy(&body).contains("what a bowl"));
    }
    Ok(())
}

/// The whole file and its ranges.
async fn ranges_are_served(server: &TestServer, room: Room, viewer: &Browser) -> Result<()> {
    let (host, path) = (server.person("host"), bytes_of(room.0));
    let (head, whole) = viewer.save(&path, &[]).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"video/webm".parse()?));
    let recording = server.app.store.recordings().of_stream(room.0).await?;
    assert_eq!(whole.len() as i64, recording.size());
    let moments = moments(&whole)?;
    let (first, last) = (moments[0].0, moments[moments.len() - 1].1);
    ensure!(first < 3000 && last == recording.length.0 && last > 6000, "{moments:?}");
    let size = whole.len();
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 0),
        (format!("bytes=100-{}", size / 2), 100, size / 2),
        (format!("bytes={}-", size - 9), size - 9, size - 1),
        ("bytes=-70000".to_owned(), size - 70_000, size - 1),
    ] {
        viewer.gets_part((&path, &range), &whole, (from, to)).await?;
    }
    let (outside, _) = viewer.save_part(&path, &format!("bytes={size}-")).await?;
    assert_eq!(outside.status, 416);
    assert_eq!(outside.headers["content-range"], format!("bytes */{size}").as_str());
    assert_eq!(outside.headers["accept-ranges"], "bytes");
    assert_eq!(host.save_part(&path, "bytes=0-3").await?.1, [0x1a, 0x45, 0xdf, 0xa3]);
    Ok(())
}

/// Neither the bytes nor their page.
pub(super) async fn is_refused(room: Room, who: &Browser, status: u16) -> Result<()> {
    let (reply, body) = who.save_part(&bytes_of(room.0), "bytes=0-99").await?;
    // The first bytes of any WebM, and of MP4.
    let is_media = body.starts_with(&[0x1a, 0x45]) || body.get(4..8) == Some(b"ftyp");
    ensure!(reply.status == status && !is_media, "{} for {status}", reply.status);
    ensure!(who.save(&room.path("replay"), &[]).await?.0.status == status);
    Ok(())
}

/// Nobody else gets a byte, nor learns where they are.
async fn nobody_else_gets_a_byte(server: &TestServer, room: Room) -> Result<()> {
    let path = bytes_of(room.0);
    let (visitor, stranger) = (server.anybody(), server.person("stranger"));
    is_refused(room, &visitor, 401).await?;
    is_refused(room, &stranger, 402).await?;
    let fans = server.fans(2).await?;
    for fan in &fans {
        assert_eq!(fan.browser.save_part(&path, "bytes=0-9").await?.0.status, 206);
    }
    room.keep_out(&server.person("host"), fans[0].account, "ban", "").await?;
    is_refused(room, &fans[0].browser, 403).await?;
    let (space, now) = (server.space("maya").await?, server.app.clock.now());
    for grant in server.app.store.grants().in_space(fans[1].account, space).await? {
        server.app.store.grants().revoke(grant.id, "asked", now).await?;
    }
    server.app.services.changed(&[domain::change::Change::Space { space }]);
    eventually("an ended pass still opens it", async || {
        anyhow::Ok((fans[1].browser.save(&path, &[]).await?.0.status == 402).then_some(()))
    })
    .await?;
    Ok(())
}

/// Hidden, renamed, shown, deleted, by its team alone.
async fn its_team_decides(server: &TestServer, room: Room, viewer: &Browser) -> Result<()> {
    let (host, stranger) = (server.person("host"), server.person("stranger"));
    let (space, path) = (server.space("maya").await?, bytes_of(room.0));
    let base = format!("/account/recordings/{}", room.0);
    let list = format!("/account/spaces/{space}/recordings");
    for who in [viewer, &stranger] {
        assert_eq!(who.get(&list).await?.status, 404);
        assert_eq!(who.post(&format!("{base}/deletion"), &[]).await?.status, 404);
    }
    ensure!(host.get(&list).await?.text.contains(" of 54 GB used"));
    assert_eq!(host.post(&format!("{base}/visibility"), &[("hidden", "true")]).await?.status, 303);
    is_refused(room, viewer, 404).await?;
    assert_eq!(host.save_part(&path, "bytes=0-0").await?.0.status, 206);
    assert_eq!(host.post(&format!("{base}/visibility"), &[("hidden", "false")]).await?.status, 303);
    let refusal = host.post(&base, &[("title", "")]).await?;
    assert_eq!(refusal.status, 422, "{}", refusal.text);
    assert_eq!(host.post(&base, &[("title", "The long night")]).await?.status, 303);
    ensure!(viewer.get(&room.path("replay")).await?.text.contains("The long night"));
    let (saved, _) = host.save_part(&format!("{path}?download=true"), "bytes=0-0").await?;
    ensure!(saved.headers["content-disposition"].to_str()?.contains("The long night.webm"));
    for (who, lists) in [(&host, true), (viewer, false)] {
        let files = exported(who).await?;
        ensure!(files["recordings.csv"].contains("The long night") == lists, "{}", files["recordings.csv"]);
    }
    assert_eq!(host.post(&format!("{base}/deletion"), &[]).await?.status, 303);
    is_refused(room, viewer, 404).await?;
    let folder = Path::new(server.door("data")).join("objects/recordings").join(room.0.to_string());
    let gone = async || anyhow::Ok((folder.read_dir().map_or(0, Iterator::count) == 0).then_some(()));
    eventually("its bytes are left", gone).await?;
    Ok(())
}

/// A player that goes back gets the segments from there on, and further ones while it stays.
#[tokio::test(flavor = "multi_thread")]
async fn viewers_go_back_while_a_show_is_on_air() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    let path = format!("/media/rewinds/{}?seconds=300", room.0);
    assert_eq!(viewer.get(&path).await?.status, 404, "it is not recorded");
    record(room, &host, true).await?;
    grown(&server, room, 1).await?;
    ensure!(viewer.get("/maya/friday-session").await?.text.contains("/media/rewinds/"));
    for (who, status) in [(server.anybody(), 401), (server.person("stranger"), 402)] {
        assert_eq!(who.save(&path, &[]).await?.0.status, status);
    }
    let fan = server.fans(1).await?.remove(0);
    let mut back = fan.browser.request(Method::GET, &path).send().await?;
    assert_eq!((back.status().as_u16(), &back.headers()["content-type"]), (200, &"video/webm".parse()?));
    let mut file = Vec::new();
    let clusters = |file: &[u8]| file.windows(4).filter(|bytes| *bytes == [0x1f, 0x43, 0xb6, 0x75]).count();
    // More than the first segment, which has two clusters or three: it goes on with what is recorded now.
    while clusters(&file) < 4 {
        file.extend(back.chunk().await?.context("it ended early")?);
    }
    ensure!(file.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]));
    // Whoever loses access gets no further segment.
    room.keep_out(&host, fan.account, "ban", "").await?;
    ends(back, "it goes on after the ban").await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_the_recording_and_nothing_else() -> Result<()> {
    let server =
        TestServer::with_settings(|settings| settings.recordings.recording_reserve = u64::MAX).await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    assert_eq!(record(room, &host, true).await?.status, 303);
    room.studio_says(&host, "the disk of the service is nearly full").await?;
    ensure!(!viewer.get("/maya/friday-session").await?.text.contains("The host records this show."));
    ensure!(room.say(&viewer, "the chat goes on").await?.status.as_u16() < 400);
    server.holder("buyer@example.org").await?;
    end(room, &host).await?;
    let gone =
        async || anyhow::Ok(server.app.store.recordings().of_stream(room.0).await.is_err().then_some(()));
    eventually("an empty recording is left", gone).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_space_or_all_of_them_have_no_room_nothing_more_is_recorded() -> Result<()> {
    stops(|set| set.recordings.space_recording_bytes = 1, "used up its room for recordings").await?;
    stops(|set| set.recordings.all_recording_bytes = 1, "the disk of the service is nearly full").await
}

async fn stops(change: impl FnOnce(&mut Settings), words: &str) -> Result<()> {
    let server = TestServer::with_settings(change).await?;
    let (room, host) = (server.live(), server.person("host"));
    record(room, &host, true).await?;
    room.studio_says(&host, words).await?;
    // What was recorded until then is a replay.
    end(room, &host).await?;
    replayed(&server.person("viewer"), room).await?;
    server.close().await
}

/// The service on this data, and its live stream.
fn begin(data: &Path) -> Result<(Process, Browser, Browser, Room)> {
    let service = Process::demo("127.0.0.1:0", data, &[])?;
    let url = service.doors["url"].as_str().context("url")?.to_owned();
    let person = |who: &str| -> Result<Browser> {
        Ok(Browser::with_cookie(&url, service.doors["cookies"][who].as_str().context("a cookie")?))
    };
    let (host, viewer) = (person("host")?, person("viewer")?);
    let events = service.doors["events"].as_str().unwrap_or_default();
    let room = Room(events.split('/').nth(2).context("a stream")?.parse()?);
    Ok((service, host, viewer, room))
}

/// Waits until the folder of the recording in the object store has so many files.
async fn stored(data: &Path, room: Room, count: usize) -> Result<()> {
    let folder = data.join("objects/recordings").join(room.0.to_string());
    let there = async || anyhow::Ok((folder.read_dir().map_or(0, Iterator::count) >= count).then_some(()));
    eventually("no more is recorded", there).await
}

/// How long the service is gone.
const AWAY: std::time::Duration = std::time::Duration::from_millis(1500);

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_the_same_recording_goes_on_with_a_gap() -> Result<()> {
    let data = tempfile::tempdir()?;
    let (service, host, _, room) = begin(data.path())?;
    assert_eq!(record(room, &host, true).await?.status, 303);
    stored(data.path(), room, 1).await?;
    service.kill()?;
    // A start can be so quick that its gap looks like a pause of the machine.
    tokio::time::sleep(AWAY).await;
    let (_service, host, viewer, again) = begin(data.path())?;
    ensure!(again.0 == room.0, "another stream is live");
    stored(data.path(), room, 3).await?;
    end(room, &host).await?;
    replayed(&viewer, room).await?;
    let (_, whole) = viewer.save(&bytes_of(room.0), &[]).await?;
    let moments = moments(&whole)?;
    let away = AWAY.as_millis() as i64;
    let gaps: Vec<i64> =
        moments.windows(2).map(|pair| pair[1].0 - pair[0].1).filter(|gap| *gap >= away).collect();
    assert_eq!(gaps.len(), 1, "one gap: {gaps:?}");
    server_files_are_gone(data.path())
}

fn server_files_are_gone(data: &Path) -> Result<()> {
    let left = data.join("recordings").read_dir()?.count();
    ensure!(left == 0, "{left} folders are left");
    Ok(())
}
