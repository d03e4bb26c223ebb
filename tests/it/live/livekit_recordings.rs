//! A show on LiveKit that LiveKit records: nobody is told so before it does, its file becomes the replay, and what goes wrong is said.

use super::{
    livekit::House,
    recordings::{end, record, replayed},
    stream::move_to,
};
use crate::support::{Browser, eventually};
use anyhow::{Context, Result, ensure};
use domain::live::{
    media::Codec,
    recording::{Picture, Recorded, Recording, RecordingState, StopReason},
};
use livekit_protocol::{EgressStatus, FileInfo};
use server::config::Settings;
use std::{path::Path, time::Duration};
use tokio::time::sleep;

const TOLD: &str = "The host records this show.";
/// When the worker began, in milliseconds.
const BEGAN: i64 = 1_750_000_000_000;

/// A film of a minute, as far as its head says.
fn film() -> Vec<u8> {
    let setup = vec![1, 0x4d, 0x40, 0x1f, 0xff, 0xe0, 0];
    let mut film = media::head(&Picture { codec: Codec::H264, size: (1280, 720), setup }, 0, &[], 0);
    let head = film.windows(4).position(|name| name == b"mvhd").expect("a film");
    film[head + 20..head + 24].copy_from_slice(&60_000u32.to_be_bytes());
    film
}

impl House {
    /// The host goes live with LiveKit's recorder asked, and a viewer's page follows.
    async fn recorded(&self, host: &Browser, fan: &Browser) -> Result<crate::support::Feed> {
        assert_eq!(self.choose(host, "livekit").await?, 303);
        assert_eq!(record(self.room, host, true).await?.status, 303);
        let mut page = self.room.follow(fan, 0).await?;
        self.on_air(host, &mut page).await?;
        Ok(page)
    }

    /// Waits until LiveKit was asked so often. Returns the path of the last file.
    async fn asked(&self, times: usize) -> Result<String> {
        let asked = async || {
            let all = self.livekit.recordings(&self.name);
            anyhow::Ok(all.last().filter(|_| all.len() == times).map(|(_, file)| file.filepath.clone()))
        };
        eventually("LiveKit is not asked", asked).await
    }

    async fn wish(&self, wanted: Recorded) -> Result<()> {
        let wish = async || {
            let stream = self.server.app.store.streams().by_id(self.room.0).await?;
            anyhow::Ok((stream.recorded == wanted).then_some(()))
        };
        eventually(&format!("it is not {wanted:?}"), wish).await
    }

    /// The worker has stored this file.
    fn stored(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let path = Path::new(path);
        std::fs::create_dir_all(path.parent().context("a folder")?)?;
        std::fs::write(path, bytes)?;
        let (started_at, size) = (BEGAN * 1_000_000, i64::try_from(bytes.len())?);
        let file = FileInfo { started_at, size, ..FileInfo::default() };
        self.livekit.record(&self.name, EgressStatus::EgressComplete, Some(file));
        Ok(())
    }

    async fn row(&self) -> Result<Recording> {
        Ok(self.server.app.store.recordings().of_stream(self.room.0).await?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_livekit_has_recorded_becomes_the_replay() -> Result<()> {
    let house = House::open_with(Some(true)).await?;
    house.livekit.set_recorder(true);
    let (server, room) = (&house.server, house.room);
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    let mut page = house.recorded(&host, &fan).await?;
    let path = house.asked(1).await?;
    ensure!(path.starts_with('/') && path.ends_with(&format!("recordings/{}/show.mp4", room.0)), "{path}");
    ensure!(room.studio(&host).await?.contains("Nothing is recorded yet."));
    let watch = server.doors["scheduled"]["watch"].as_str().context("watch")?;
    ensure!(!fan.get(watch).await?.text.contains(TOLD), "nothing records yet");
    let (asked, _) = house.livekit.recordings(&house.name).pop().context("one")?;
    sleep(Duration::from_millis(1_200)).await;
    let there = house.livekit.rights(&house.name, &asked.egress_id);
    ensure!(there.is_some(), "nobody removes the recorder");

    house.livekit.record(&house.name, EgressStatus::EgressActive, None);
    page.all_until(TOLD).await?;
    house.wish(Recorded::Elsewhere).await?;
    ensure!(room.studio(&host).await?.contains("LiveKit is recording this show."));
    let rewind = format!("/media/rewinds/{}?seconds=30", room.0);
    assert_eq!(fan.get(&rewind).await?.status, 404, "there is nothing to go back to");
    assert_eq!(record(room, &host, true).await?.status, 303, "which changes nothing");
    assert_eq!(house.livekit.recordings(&house.name).len(), 1);

    end(room, &host).await?;
    let stopped = async || anyhow::Ok((house.livekit.calls("StopEgress") > 0).then_some(()));
    eventually("it goes on after the show", stopped).await?;
    assert_eq!(fan.get(&room.path("replay")).await?.status, 404, "its file is not there");
    house.stored(&path, &film())?;
    let replay = replayed(&fan, room).await?;
    let file = format!("/media/recordings/{}", room.0);
    ensure!(replay.contains(&file) && replay.contains("avc1.4d401f"), "{replay}");
    ensure!(!replay.contains(&room.path("clips")), "nothing is cut out of it");
    let (head, bytes) = fan.save(&file, &[]).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"video/mp4".parse()?));
    assert_eq!(bytes, film());
    let (head, bytes) = fan.save_part(&file, "bytes=4-7").await?;
    assert_eq!((head.status.as_u16(), &bytes[..]), (206, &b"ftyp"[..]));
    for (who, status) in [(server.anybody(), 401), (server.person("stranger"), 402)] {
        let (refused, body) = who.save(&file, &[]).await?;
        ensure!(refused.status == status && !body.windows(4).any(|name| name == b"ftyp"));
    }
    let row = house.row().await?;
    assert_eq!((row.state, row.began_at.0, row.length.0), (RecordingState::Ready, BEGAN, 60_000));
    assert_eq!((row.width, row.height, row.size()), (1280, 720, film().len() as i64));

    // What is deleted is deleted in the object store.
    let path = Path::new(&path);
    ensure!(path.exists());
    let deletion = format!("/account/recordings/{}/deletion", room.0);
    assert_eq!(host.post(&deletion, &[]).await?.status, 303);
    let gone = async || anyhow::Ok((!path.exists()).then_some(()));
    eventually("its file stays", gone).await?;
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_recorder_nobody_is_told_that_a_show_is_recorded() -> Result<()> {
    let house = House::open_with(Some(true)).await?;
    let (server, room) = (&house.server, house.room);
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    let mut page = house.recorded(&host, &fan).await?;
    house.wish(Recorded::Stopped(StopReason::NoRecorder)).await?;
    let studio = room.studio(&host).await?;
    ensure!(studio.contains("LiveKit has no recorder") && studio.contains("Record this show"), "{studio}");
    // The host tries again when there is one, which fails on its way.
    house.livekit.set_recorder(true);
    assert_eq!(record(room, &host, true).await?.status, 303);
    house.asked(1).await?;
    house.livekit.record(&house.name, EgressStatus::EgressAborted, None);
    house.wish(Recorded::Stopped(StopReason::Outside)).await?;
    ensure!(room.say(&fan, "it goes on").await?.status.as_u16() < 400);
    let seen = page.all_until("it goes on").await?;
    ensure!(seen.iter().all(|event| !event.data.contains(TOLD)), "nothing was ever recorded");
    end(room, &host).await?;
    let forgotten = async || anyhow::Ok(house.row().await.is_err().then_some(()));
    eventually("a recording of nothing is kept", forgotten).await?;
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_film_is_no_replay_and_a_complete_one_is_the_only_one() -> Result<()> {
    let house = House::open_with(Some(true)).await?;
    house.livekit.set_recorder(true);
    let (server, room) = (&house.server, house.room);
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    house.recorded(&host, &fan).await?;
    let path = house.asked(1).await?;
    house.stored(&path, b"this is no film")?;
    house.wish(Recorded::Stopped(StopReason::Outside)).await?;
    let gone = async || anyhow::Ok((!Path::new(&path).exists()).then_some(()));
    eventually("it stays in the object store", gone).await?;

    assert_eq!(record(room, &host, true).await?.status, 303);
    let path = house.asked(2).await?;
    house.livekit.record(&house.name, EgressStatus::EgressActive, None);
    house.wish(Recorded::Elsewhere).await?;
    assert_eq!(record(room, &host, false).await?.status, 303);
    let stopped = async || anyhow::Ok((house.livekit.calls("StopEgress") > 0).then_some(()));
    eventually("the host's wish is not followed", stopped).await?;
    house.stored(&path, &film())?;
    let kept = async || anyhow::Ok((house.row().await?.segments == 1).then_some(()));
    eventually("its file is not counted", kept).await?;
    assert_eq!(record(room, &host, true).await?.status, 409, "it would be a second file");
    assert_eq!(fan.get(&room.path("replay")).await?.status, 404, "not before the end");
    assert_eq!(move_to(room, &host, "ended").await?, 303);
    replayed(&fan, room).await?;
    assert_eq!(house.livekit.recordings(&house.name).len(), 2);
    house.server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_without_room_is_recorded_no_more_by_livekit() -> Result<()> {
    let settings = |settings: &mut Settings| settings.recordings.space_recording_bytes = 1_000_000;
    let house = House::open_where(Some(true), settings).await?;
    house.livekit.set_recorder(true);
    let (server, room) = (&house.server, house.room);
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0).browser);
    house.recorded(&host, &fan).await?;
    let path = house.asked(1).await?;
    house.livekit.record(&house.name, EgressStatus::EgressActive, None);
    // A third of it takes a second.
    server.advance(10).await?;
    house.wish(Recorded::Stopped(StopReason::Room)).await?;
    let stopped = async || anyhow::Ok((house.livekit.calls("StopEgress") > 0).then_some(()));
    eventually("it goes on", stopped).await?;
    ensure!(room.say(&fan, "it goes on").await?.status.as_u16() < 400);
    // What was recorded until then is a replay.
    house.stored(&path, &film())?;
    end(room, &host).await?;
    replayed(&fan, room).await?;
    house.server.close().await
}
