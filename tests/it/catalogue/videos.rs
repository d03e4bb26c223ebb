//! Finished videos: sent piece by piece by the team, examined, and watched by whoever holds a pass.

use super::{
    files::{arrived, form, give, patch, until_stored},
    pictures::{photograph, source as picture, upload as send_picture},
};
use crate::people::leaving::exported;
use crate::support::{
    Browser, Database, Reply, TestServer, eventually, on_both,
    raw::Raw,
    server::PATIENCE,
    tus::{announce, append, bytes, create_named, end, shelf_of_maya},
};
use anyhow::{Context, Result, ensure};
use domain::{
    catalogue::offer::ExperienceKind,
    change::Change,
    clock::Clock,
    id::{ExperienceId, PassId},
    live::{media::Codec, recording::Picture},
};
use media::Cue;
use reqwest::Method;
use std::time::{Duration, Instant};

on_both!(a_video_goes_on_after_a_cut_and_plays_for_holders_alone);

const PLACE: &str = "/maya/liner-notes";
/// `The long night.webm` in an `Upload-Metadata`.
const NIGHT: &str = "filename VGhlIGxvbmcgbmlnaHQud2VibQ==";
/// `A walk.mp4`.
const WALK: &str = "filename QSB3YWxrLm1wNA==";

async fn videos_of_maya(server: &TestServer) -> Result<(ExperienceId, PassId)> {
    shelf_of_maya(server, ExperienceKind::Videos).await
}

/// 12 s of VP8 and Opus, as far as anybody looks who does not decode them; so many bytes of it are a cluster.
fn webm(cluster: usize) -> Vec<u8> {
    let picture = Picture { codec: Codec::Vp8, size: (640, 360), setup: vec![] };
    let mut file = media::head(&picture, 12_000, &[Cue { at: 0, position: 0 }], cluster as u64);
    file.extend(0x1f43_b675_u32.to_be_bytes());
    file.extend((1_u64 << 56 | (cluster as u64 - 12)).to_be_bytes());
    file.extend(bytes(cluster - 12));
    file
}

/// The same of H.264 and Opus in MP4, under this name of its codec.
fn mp4(codec: &[u8; 4]) -> Vec<u8> {
    let picture = Picture { codec: Codec::H264, size: (640, 360), setup: vec![1, 100, 0, 31] };
    let mut file = media::head(&picture, 12_000, &[Cue { at: 0, position: 0 }], 1000);
    while let Some(at) = file.windows(4).position(|name| name == b"avc1" && codec != b"avc1") {
        file[at..at + 4].copy_from_slice(codec);
    }
    file.extend(bytes(1000));
    file
}

/// Sends a whole file. Returns where its pieces went.
async fn send(who: &Browser, place: ExperienceId, metadata: &str, all: &[u8]) -> Result<String> {
    let upload = create_named(who, place, all.len(), metadata).await?;
    let sent = append(who, &upload, 0, all).await?;
    ensure!(sent.status == 204, "{}: {}", sent.status, sent.text);
    Ok(upload)
}

fn source(upload: &str) -> String {
    upload.replace("/account/uploads/", "/media/videos/")
}

fn page_of(place: ExperienceId, upload: &str) -> String {
    upload.replace("/account/uploads/", &format!("/experiences/{place}/videos/"))
}

async fn a_video_goes_on_after_a_cut_and_plays_for_holders_alone(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (place, pass) = videos_of_maya(&server).await?;
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    give(&server, "vera@demo.example", pass).await?;
    let all = webm(6_000_000);
    let upload = create_named(&host, place, all.len(), NIGHT).await?;
    let mut raw = Raw::connect(server.address).await?;
    raw.send(patch(&host, &upload, 0, all.len())).await?;
    raw.send(&all[..4_500_000]).await?;
    arrived(&host, &upload, 1).await?;
    drop(raw);
    let counted = arrived(&host, &upload, 4_500_000).await?;
    ensure!(!viewer.get(PLACE).await?.text.contains("The long night"), "it is not complete");
    assert_eq!(viewer.save(&source(&upload), &[]).await?.0.status, 404);
    assert_eq!(append(&host, &upload, counted, &all[counted..]).await?.status, 204);

    let list = viewer.get(PLACE).await?.text;
    let page = page_of(place, &upload);
    ensure!(list.contains("The long night") && !list.contains("The long night.webm"), "{list}");
    ensure!(list.contains(&page) && list.contains("0:12") && list.contains("6.0 MB"), "{list}");
    let shown = viewer.get(&page).await?.text;
    ensure!(shown.contains(&format!("src=\"{}\"", source(&upload))) && shown.contains("0:12"), "{shown}");
    ranges_are_served(&viewer, &upload, &all).await?;
    for (who, lists) in [(&host, true), (&viewer, false)] {
        let files = exported(who).await?;
        ensure!(files["files.csv"].contains("The long night") == lists, "{}", files["files.csv"]);
    }
    nobody_else_plays_it(&server, (place, pass), &upload).await?;
    server.close().await
}

async fn ranges_are_served(viewer: &Browser, upload: &str, all: &[u8]) -> Result<()> {
    let (path, size) = (source(upload), all.len());
    let (head, whole) = viewer.save(&path, &[]).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"video/webm".parse()?));
    ensure!(whole == all && !head.headers.contains_key("content-disposition"), "it is shown");
    for (range, from, to) in [
        ("bytes=0-0".to_owned(), 0, 0),
        (format!("bytes=100-{}", size / 2), 100, size / 2),
        (format!("bytes={}-", size - 9), size - 9, size - 1),
    ] {
        viewer.gets_part((&path, &range), all, (from, to)).await?;
    }
    let outside = format!("bytes={size}-");
    assert_eq!(viewer.save_part(&path, &outside).await?.0.status, 416);
    let head = viewer.send(viewer.request(Method::HEAD, &path)).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-length"]), (200, &size.to_string().parse()?));
    let (saved, _) = viewer.save_part(&format!("{path}?download=true"), "bytes=0-0").await?;
    ensure!(saved.headers["content-disposition"].to_str()?.contains("The long night.webm"));
    // It has no other door.
    let file = upload.replace("/account/uploads/", "/media/files/");
    assert_eq!(viewer.save(&file, &[]).await?.0.status, 404);
    Ok(())
}

/// Neither who has no pass, nor who has none any more.
async fn nobody_else_plays_it(
    server: &TestServer,
    (place, pass): (ExperienceId, PassId),
    upload: &str,
) -> Result<()> {
    let (path, page) = (source(upload), page_of(place, upload));
    let (visitor, stranger, host) = (server.anybody(), server.person("stranger"), server.person("host"));
    for (who, status) in [(&visitor, 401), (&stranger, 402)] {
        let door = who.get(PLACE).await?.text;
        ensure!(door.contains("The long night") && door.contains("0:12"), "what there is: {door}");
        ensure!(!door.contains(&path) && !door.contains(&page), "and no way to it: {door}");
        let (refused, body) = who.save_part(&path, "bytes=0-9").await?;
        ensure!(refused.status == status && !body.starts_with(&[0x1a, 0x45]), "{}", refused.status);
        assert_eq!(who.get(&page).await?.status, 303, "to what gives access");
    }
    // Of another experience.
    let elsewhere = server.app.store.experiences().list(server.space("maya").await?).await?.remove(0).id;
    assert_eq!(host.get(&page_of(elsewhere, upload)).await?.status, 404);
    let (space, now) = (server.space("maya").await?, server.app.clock.now());
    give(server, "sam@demo.example", pass).await?;
    server.app.services.changed(&[Change::Space { space }]);
    assert_eq!(stranger.save_part(&path, "bytes=0-9").await?.0.status, 206);
    let sam = server.account("sam@demo.example").await?;
    for grant in server.app.store.grants().in_space(sam, space).await? {
        server.app.store.grants().revoke(grant.id, "asked", now).await?;
    }
    server.app.services.changed(&[Change::Space { space }]);
    eventually("an ended pass still plays it", async || {
        anyhow::Ok((stranger.save(&path, &[]).await?.0.status == 402).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_has_a_picture_for_those_who_may_watch_it() -> Result<()> {
    let server = TestServer::open().await?;
    let (place, pass) = videos_of_maya(&server).await?;
    let (host, viewer, stranger) =
        (server.person("host"), server.person("viewer"), server.person("stranger"));
    give(&server, "vera@demo.example", pass).await?;
    let upload = send(&host, place, NIGHT, &webm(5000)).await?;
    let drawn = picture(&viewer.get(PLACE).await?.text, "cover")?;
    ensure!(drawn.contains("/static/pictures/"), "{drawn}");
    let path = upload.replace("/account/uploads/", "/account/files/") + "/poster";
    let refused = send_picture(&host, &path, None, b"GIF89a").await?;
    ensure!(refused.status == 422 && refused.text.contains("This is a GIF."), "{}", refused.text);
    for (who, status) in [(&stranger, 404), (&host, 303)] {
        assert_eq!(send_picture(who, &path, None, &photograph(640, 360, 7)).await?.status, status);
    }
    let shown = picture(&viewer.get(PLACE).await?.text, "cover")?;
    let page = page_of(place, &upload);
    ensure!(shown.starts_with(&format!("{page}/posters/")), "{shown}");
    ensure!(viewer.get(&page).await?.text.contains(&format!("poster=\"{shown}\"")));
    for (who, status) in [(&server.anybody(), 401), (&stranger, 402), (&viewer, 200)] {
        assert_eq!(who.save(&shown, &[]).await?.0.status, status);
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_access_gets_no_further_piece() -> Result<()> {
    let server = TestServer::open().await?;
    let (place, pass) = videos_of_maya(&server).await?;
    let (host, viewer, sam) = (server.person("host"), server.person("viewer"), server.person("stranger"));
    for email in ["vera@demo.example", "sam@demo.example"] {
        give(&server, email, pass).await?;
    }
    let video = source(&send(&host, place, NIGHT, &webm(LARGE)).await?);
    let vera = server.account("vera@demo.example").await?;
    is_cut_off(&viewer, &video, async || server.live().keep_out(&host, vera, "ban", "").await).await?;
    assert_eq!(viewer.save(&video, &[]).await?.0.status, 403);
    // The pass stays, but nobody is there who has it.
    is_cut_off(&sam, &video, async || sam.post("/sign-out", &[]).await).await?;
    server.close().await
}

/// More than the kernel keeps for a reader who is not there.
pub(super) const LARGE: usize = 40_000_000;

/// Somebody plays a large video, or saves a large file, and gets no more of it after this.
pub(super) async fn is_cut_off(
    who: &Browser,
    path: &str,
    act: impl AsyncFnOnce() -> Result<Reply>,
) -> Result<()> {
    let mut playing = who.request(Method::GET, path).send().await?;
    assert_eq!(playing.status(), 200, "{path}");
    let mut got = playing.chunk().await?.context("the first bytes")?.len();
    ensure!(act().await?.status.as_u16() < 400);
    let done = Instant::now();
    let rest = tokio::time::timeout(PATIENCE, async {
        while let Ok(Some(more)) = playing.chunk().await {
            got += more.len();
        }
    });
    rest.await.context("it goes on")?;
    ensure!(got < LARGE && done.elapsed() < Duration::from_secs(2), "{got}, {:?}", done.elapsed());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_browsers_do_not_play_is_refused_in_words() -> Result<()> {
    let server = TestServer::open().await?;
    let (place, pass) = videos_of_maya(&server).await?;
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    give(&server, "vera@demo.example", pass).await?;
    let manage = format!("/account/experiences/{place}/files");
    let offered = host.get(&manage).await?.text;
    ensure!(
        offered.contains("WebM with VP8") && offered.contains("H.264"),
        "it says what is taken: {offered}"
    );
    let taken = send(&host, place, WALK, &mp4(b"avc1")).await?;
    assert_eq!(viewer.save(&source(&taken), &[]).await?.0.headers["content-type"], "video/mp4");
    for (file, words) in [
        (mp4(b"hvc1"), "This file is MP4 with H.265 (HEVC), which not all browsers play. We take WebM"),
        (bytes(5000), "This is not a video that we know."),
        (webm(5000)[..900].to_vec(), "This file is damaged, or not all of it."),
    ] {
        let upload = send(&host, place, NIGHT, &file).await?;
        let list = host.get(&manage).await?.text;
        ensure!(list.contains(words), "{words}: {list}");
        for who in [&host, &viewer] {
            ensure!(!who.get(PLACE).await?.text.contains("The long night"), "it is not shown");
            assert_eq!(who.save(&source(&upload), &[]).await?.0.status, 404);
            assert_eq!(who.get(&page_of(place, &upload)).await?.status, 404);
        }
        assert_eq!(end(&host, &upload).await?.status, 204);
        ensure!(!host.get(&manage).await?.text.contains(words));
    }
    // The same without scripts.
    assert_eq!(form(&host, place, "Holiday.mp4", "", &mp4(b"hvc1")).await?.status, 303);
    ensure!(host.get(&manage).await?.text.contains("H.265 (HEVC)"));
    assert_eq!(form(&host, place, "A walk: 1?.mp4", "In the rain", &mp4(b"avc1")).await?.status, 303);
    let list = viewer.get(PLACE).await?.text;
    ensure!(list.contains("A walk: 1?") && !list.contains("Holiday"), "{list}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn videos_count_for_the_room_of_their_space() -> Result<()> {
    let all = webm(2_000);
    let size = all.len() as i64;
    let server = TestServer::with_settings(|settings| {
        settings.files.file_bytes = size;
        settings.files.space_file_bytes = size * 3 / 2;
    })
    .await?;
    let (place, _) = videos_of_maya(&server).await?;
    let host = server.person("host");
    let upload = send(&host, place, NIGHT, &all).await?;
    let announced = format!("/account/experiences/{place}/uploads");
    let full = announce(&host, &announced, all.len(), NIGHT).await?;
    ensure!(full.status == 409 && full.text.contains("has no room"), "{}", full.text);
    assert_eq!(announce(&host, &announced, all.len() + 1, NIGHT).await?.status, 413);
    // It has a title, which may be changed, and goes when it is deleted.
    let base = upload.replace("/account/uploads/", "/account/files/");
    assert_eq!(host.post(&base, &[("name", ""), ("about", "")]).await?.status, 422);
    assert_eq!(host.post(&base, &[("name", "Why now? 1/2"), ("about", "")]).await?.status, 303);
    ensure!(host.get(&page_of(place, &upload)).await?.text.contains("Why now? 1/2"));
    assert_eq!(host.post(&format!("{base}/deletion"), &[]).await?.status, 303);
    for path in [source(&upload), page_of(place, &upload)] {
        assert_eq!(host.get(&path).await?.status, 404, "{path}");
    }
    until_stored(&server, 0).await?;
    server.close().await
}
