//! Replays as a decoder that is not ours sees them: of a browser's show, of an encoder's, and of one whose codec changes.

use super::recordings::{bytes_of, end, grown, is_refused, record, replayed};
use crate::support::{Browser, Room, TestServer, encoder::Encoder, eventually};
use anyhow::{Context, Result, ensure};
use domain::live::media::Codec;
use reqwest::Method;
use std::{path::Path, process::Command, time::Instant};

/// Of what a decoder finds wrong with a file, whose moments it counts in milliseconds as the file does: pictures of before the begin
/// stand closer together than those of any rate that it would guess.
pub(super) fn complaints(file: &Path) -> Result<String> {
    let mut decoder = Command::new("ffmpeg");
    decoder.args(["-v", "error", "-i"]).arg(file);
    let decoded = decoder.args(["-enc_time_base:v", "1:1000", "-f", "null", "-"]).output()?;
    Ok(String::from_utf8_lossy(&decoded.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ffmpeg, which tests/run installs"]
async fn a_replay_is_decoded_without_a_complaint() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    record(room, &host, true).await?;
    grown(&server, room, 2).await?;
    end(room, &host).await?;
    replayed(&host, room).await?;
    let (_, whole) = host.save(&bytes_of(room.0), &[]).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("replay.webm");
    std::fs::write(&file, &whole)?;
    let length = server.app.store.recordings().of_stream(room.0).await?.length.0;
    holds(&file, "vp8", length)?;
    // A damaged file is noticed, so that silence means something.
    let mut damaged = whole;
    let middle = damaged.len() / 2;
    damaged[middle..middle + 4000].fill(0x55);
    std::fs::write(&file, &damaged)?;
    ensure!(!complaints(&file)?.is_empty());
    server.close().await
}

/// The file is decoded without a complaint, and holds this codec, and sound, for so many milliseconds.
fn holds(file: &Path, codec: &str, length: i64) -> Result<()> {
    assert_eq!(complaints(file)?, "");
    let probed = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "format=duration:stream=codec_name:packet=pts_time"])
        .args(["-of", "csv=p=0"])
        .arg(file)
        .output()?;
    let said = String::from_utf8_lossy(&probed.stdout).into_owned();
    ensure!(said.contains(codec) && said.contains("opus"), "{said}");
    // The last line is the length that `ffprobe` tells: from the index, counted from the first picture, which is there from the begin.
    let (moments, told) = said.trim().rsplit_once('\n').context("packets")?;
    let told: f64 = told.trim_matches(',').parse()?;
    let moments = moments.lines().filter_map(|line| line.trim_matches(',').parse::<f64>().ok());
    let last = moments.fold(0.0, f64::max);
    let length = length as f64 / 1000.0;
    ensure!((last - length).abs() < 1.0, "until {last} for {length} s");
    ensure!((-0.1..0.5).contains(&(told - last)), "until {last}, told {told}");
    Ok(())
}

/// An encoder's show, once its picture is on air.
async fn encoded(server: &TestServer, room: Room, host: &Browser) -> Result<Encoder> {
    let encoder = Encoder::start(host, room, None).await?;
    let place = server.room(room).await?;
    let on_air = async || {
        let picture = server.app.media.health(place).and_then(|health| health.picture);
        anyhow::Ok(picture.filter(|picture| picture.codec == Codec::H264).map(drop))
    };
    eventually("the encoder is not on air", on_air).await?;
    Ok(encoder)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ffmpeg, which tests/run installs"]
async fn the_show_of_an_encoder_has_a_replay_in_mp4() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    let encoder = encoded(&server, room, &host).await?;
    let begun = Instant::now();
    assert_eq!(record(room, &host, true).await?.status, 303);
    let recording = grown(&server, room, 2).await?;
    assert_eq!((recording.codec, recording.width, recording.height), (Codec::H264, 640, 360));
    // Some minutes back, while it is on air.
    let mut back =
        viewer.request(Method::GET, &format!("/media/rewinds/{}?seconds=300", room.0)).send().await?;
    assert_eq!((back.status().as_u16(), &back.headers()["content-type"]), (200, &"video/mp4".parse()?));
    let first = back.chunk().await?.context("a head")?;
    assert_eq!(first.get(4..8), Some(&b"ftyp"[..]));
    drop(back);
    grown(&server, room, 3).await?;
    end(room, &host).await?;
    let lasted = begun.elapsed().as_millis() as i64;
    drop(encoder);
    let page = replayed(&viewer, room).await?;
    ensure!(page.contains("video/mp4; codecs=&quot;avc1.42"), "{page}");
    let path = bytes_of(room.0);
    let (head, whole) = viewer.save(&path, &[]).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"video/mp4".parse()?));
    let (part, middle) = viewer.save_part(&path, "bytes=5000-7999").await?;
    ensure!(part.status == 206 && middle == whole[5000..8000]);
    let (saved, _) = host.save_part(&format!("{path}?download=true"), "bytes=0-0").await?;
    ensure!(saved.headers["content-disposition"].to_str()?.contains(".mp4"));
    is_refused(room, &server.anybody(), 401).await?;
    is_refused(room, &server.person("stranger"), 402).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("replay.mp4");
    std::fs::write(&file, &whole)?;
    let recording = server.app.store.recordings().of_stream(room.0).await?;
    holds(&file, "h264", recording.length.0)?;
    // From the switch to the end, less what the recorder took to begin.
    ensure!((lasted - recording.length.0).abs() < 3000, "{} of {lasted} ms", recording.length.0);
    assert_eq!(recording.lost, 0);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ffmpeg, which tests/run installs"]
async fn another_codec_ends_a_recording_in_words_and_what_was_before_stays() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    record(room, &host, true).await?;
    grown(&server, room, 1).await?;
    let encoder = encoded(&server, room, &host).await?;
    room.studio_says(&host, "the picture came in another codec than before").await?;
    ensure!(!viewer.get("/maya/friday-session").await?.text.contains("The host records this show."));
    end(room, &host).await?;
    drop(encoder);
    replayed(&viewer, room).await?;
    let (_, whole) = viewer.save(&bytes_of(room.0), &[]).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("replay.webm");
    std::fs::write(&file, &whole)?;
    holds(&file, "vp8", server.app.store.recordings().of_stream(room.0).await?.length.0)?;
    server.close().await
}
