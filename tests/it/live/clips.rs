//! Clips: one that is made live plays within a minute, for those who may watch the show, and goes when its maker, the team or its
//! recording takes it away.

use super::{
    decoded::complaints,
    recordings::{end, grown, moments, record, replayed},
};
use crate::people::leaving::exported;
use crate::support::{
    Browser, Database, Room, TestServer, eventually, on_both,
    shop::{Order, sold_path},
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::ClipId,
    live::recording::clips::{Clip, MOST_OFTEN},
    time::Span,
};
use reqwest::Method;
use std::process::Command;

on_both!(
    a_clip_made_live_plays_within_a_minute_for_those_who_may_watch,
    a_part_of_a_replay_becomes_a_clip_that_goes_with_its_recording,
);

/// The promise of the page.
const PLAYS_WITHIN: Span = Span::minutes(1);

/// Makes a clip of the last seconds, and returns its page.
async fn clip_last(room: Room, who: &Browser, title: &str) -> Result<String> {
    let made = who.post(&room.path("clips"), &[("seconds", "30"), ("title", title)]).await?;
    ensure!(made.status == 303, "{} {}", made.status, made.text);
    Ok(made.location().to_owned())
}

async fn clip_of(server: &TestServer, room: Room, page: &str) -> Result<Clip> {
    let id: ClipId = page.rsplit('/').next().context("a clip")?.parse()?;
    Ok(server.app.store.clips().of_id(room.0, id).await?)
}

fn bytes_of(clip: &Clip) -> String {
    format!("/media/clips/{}/{}", clip.stream, clip.id)
}

/// The page once it plays.
async fn plays(who: &Browser, page: &str) -> Result<String> {
    let there = async || {
        let shown = who.get(page).await?;
        ensure!(shown.status == 200, "{} {}", shown.status, shown.text);
        anyhow::Ok(shown.text.contains("/media/clips/").then_some(shown.text))
    };
    eventually("the clip does not play", there).await
}

/// Neither its bytes nor where they are.
async fn gets_none(who: &Browser, clip: &Clip, status: u16) -> Result<()> {
    let (reply, body) = who.save_part(&bytes_of(clip), "bytes=0-99").await?;
    ensure!(reply.status == status && !body.starts_with(&[0x1a, 0x45]), "{} for {status}", reply.status);
    let page = who.get(&format!("/streams/{}/clips/{}", clip.stream, clip.id)).await?;
    ensure!(page.status != 200 && !page.text.contains("/media/clips/"), "{}", page.text);
    Ok(())
}

async fn a_clip_made_live_plays_within_a_minute_for_those_who_may_watch(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    let refused = viewer.post(&room.path("clips"), &[("seconds", "30")]).await?;
    ensure!(refused.status == 422 && refused.text.contains("Nothing was recorded"), "{}", refused.text);
    record(room, &host, true).await?;
    grown(&server, room, 2).await?;
    ensure!(viewer.get("/maya/friday-session").await?.text.contains("Last 30 seconds"));
    let fans = server.fans(2).await?;
    let order = Order::paid(server.signed_in("pays@example.org").await?, &server).await?;
    let (made_at, page) = (server.app.clock.now(), clip_last(room, &fans[0].browser, "The throw").await?);
    let shown = plays(&fans[0].browser, &page).await?;
    ensure!(shown.contains("data-plays=\"video/webm") && shown.contains("data-unplayable hidden"), "{shown}");
    let took = server.app.clock.now() - made_at;
    ensure!(took <= PLAYS_WITHIN, "after {took:?}");
    ensure!(viewer.get("/maya/friday-session").await?.text.contains("data-state=\"live\""));

    let clip = clip_of(&server, room, &page).await?;
    ensure!(clip.title == "The throw" && clip.maker == fans[0].account && clip.length() >= Span::secs(5));
    let whole = served_by_ranges(&fans[1].browser, &clip).await?;
    let times = moments(&whole)?;
    let last = times.iter().map(|(_, until)| *until).max().context("clusters")?;
    ensure!(times[0].0 == 0 && last >= clip.length().0, "{times:?} for {:?}", clip.length());
    ensure!(viewer.get(&room.path("clips")).await?.text.contains("The throw"));

    others_get_none(&server, room, &clip).await?;
    others_report_it(&server, &clip, &fans[0].browser, &fans[1].browser).await?;
    loses_it_with_its_money(&server, &order, &clip).await?;
    makers_and_the_team_take_it_away(&server, room, &fans[0].browser, &fans[1].browser, &clip).await?;
    server.close().await
}

/// The whole file, of which any part is the same.
async fn served_by_ranges(who: &Browser, clip: &Clip) -> Result<Vec<u8>> {
    let path = bytes_of(clip);
    let (head, whole) = who.save(&path, &[]).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-type"]), (200, &"video/webm".parse()?));
    let size = whole.len();
    let begins = whole.windows(4).enumerate().filter(|(_, bytes)| *bytes == [0x1f, 0x43, 0xb6, 0x75]);
    let begins: Vec<usize> = begins.map(|(at, _)| at).collect();
    ensure!(begins.len() >= 3, "{} clusters", begins.len());
    let mut parts = vec![(0, 0), (100, size / 2), (size - 9, size - 1)];
    // Around the moment of a cluster, which is the only thing that is not as it was recorded.
    parts.extend(begins.iter().flat_map(|at| [(at - 3, at + 25), (at + 23, at + 40)]));
    for (from, to) in parts {
        who.gets_part((&path, &format!("bytes={from}-{to}")), &whole, (from, to)).await?;
    }
    let (outside, _) = who.save_part(&path, &format!("bytes={size}-")).await?;
    assert_eq!(outside.status, 416);
    assert_eq!(outside.headers["content-range"], format!("bytes */{size}").as_str());
    assert_eq!(outside.headers["accept-ranges"], "bytes");
    Ok(whole)
}

/// Whoever has no way in sees what gives one, and whoever is kept out that they are.
async fn others_get_none(server: &TestServer, room: Room, clip: &Clip) -> Result<()> {
    let page = format!("/streams/{}/clips/{}", clip.stream, clip.id);
    for (who, status) in [(server.anybody(), 401), (server.person("stranger"), 402)] {
        gets_none(&who, clip, status).await?;
        let (there, shown) = who.follow_redirect(&page).await?;
        assert_eq!((there.as_str(), shown), ("/maya/friday-session", 200));
        let door = who.get(&there).await?.text;
        ensure!(door.contains("/maya/front-row") && !door.contains("/media/clips/"), "{door}");
        let refused = who.post(&room.path("clips"), &[("seconds", "30")]).await?;
        assert_eq!(refused.status, status);
    }
    let elsewhere = format!("/media/clips/{}/{}", server.scheduled().0, clip.id);
    assert_eq!(server.person("host").save(&elsewhere, &[]).await?.0.status, 404, "of another show");
    Ok(())
}

/// Whoever may watch it and has not made it.
async fn others_report_it(server: &TestServer, clip: &Clip, maker: &Browser, other: &Browser) -> Result<()> {
    let page = format!("/streams/{}/clips/{}", clip.stream, clip.id);
    let form = format!("/account/reports/clip/{}", clip.id);
    for (who, offers) in [(other, true), (maker, false), (&server.person("host"), false)] {
        assert_eq!(who.get(&page).await?.text.contains(&format!("href=\"{form}\"")), offers);
    }
    ensure!(other.get(&form).await?.text.contains("Report a clip"));
    let said = [("reason", "harassment"), ("words", "She asked not to be shown.")];
    for (who, status) in [(&server.anybody(), 401), (&server.person("stranger"), 404), (maker, 409)] {
        assert_eq!(who.post(&form, &said).await?.status, status);
    }
    let sent = other.post(&form, &said).await?;
    assert_eq!((sent.status.as_u16(), sent.location()), (303, page.as_str()));
    let open = server.app.store.reports().open(9).await?;
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].name(), open[0].report.person), ("The throw", Some(clip.maker)));
    let shown = server.person("operator").get(&format!("/ops/reports/{}", open[0].report.id)).await?.text;
    for words in ["Clip: The throw", "She asked not to be shown.", &format!("href=\"{page}\"")] {
        ensure!(shown.contains(words), "{words}: {shown}");
    }
    Ok(())
}

async fn loses_it_with_its_money(server: &TestServer, order: &Order, clip: &Clip) -> Result<()> {
    assert_eq!(order.buyer.save_part(&bytes_of(clip), "bytes=0-3").await?.1, [0x1a, 0x45, 0xdf, 0xa3]);
    let path = format!("{}/refunds", sold_path(order.purchase(server).await?.id));
    let asked = server.person("host").post(&path, &[("amount", "12"), ("left", "1200")]).await?;
    ensure!(asked.status == 303, "{} {}", asked.status, asked.text);
    server.rest().await?;
    gets_none(&order.buyer, clip, 402).await
}

async fn makers_and_the_team_take_it_away(
    server: &TestServer,
    room: Room,
    maker: &Browser,
    other: &Browser,
    clip: &Clip,
) -> Result<()> {
    let host = server.person("host");
    let removal = |clip: &Clip| room.path(&format!("clips/{}/removal", clip.id));
    for who in [other, &server.person("stranger")] {
        assert_eq!(who.post(&removal(clip), &[]).await?.status, 404);
    }
    assert_eq!(maker.post(&removal(clip), &[]).await?.status, 303);
    gets_none(maker, clip, 404).await?;
    // Without a title it takes that of the show, and a script stays where it is.
    let request = maker.request(Method::POST, &room.path("clips")).header("hx-request", "true");
    let toast = maker.send(request.form(&[("seconds", "30")])).await?;
    ensure!(toast.status == 200 && toast.text.contains("The clip was made."), "{}", toast.text);
    let second = server.app.store.clips().of_stream(room.0).await?.remove(0);
    assert_eq!(second.title, server.app.store.streams().by_id(room.0).await?.title);
    assert_eq!(host.post(&removal(&second), &[]).await?.status, 303, "the team removes any");

    let who_makes = async |team: &str| host.post(&room.path("clip_makers"), &[("team", team)]).await;
    assert_eq!(maker.post(&room.path("clip_makers"), &[("team", "true")]).await?.status, 403);
    assert_eq!(who_makes("true").await?.status, 303);
    ensure!(!maker.get("/maya/friday-session").await?.text.contains("Last 30 seconds"));
    assert_eq!(maker.post(&room.path("clips"), &[("seconds", "30")]).await?.status, 403);
    clip_last(room, &host, "By the team").await?;
    assert_eq!(who_makes("false").await?.status, 303);
    clip_last(room, maker, "Again").await.map(drop)
}

async fn a_part_of_a_replay_becomes_a_clip_that_goes_with_its_recording(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    record(room, &host, true).await?;
    for segments in [2, 4] {
        grown(&server, room, segments).await?;
    }
    end(room, &host).await?;
    let replay = replayed(&viewer, room).await?;
    ensure!(replay.contains("Make a clip") && replay.contains("kept as long as it is"), "{replay}");
    let make = async |who: &Browser, from: &str, until: &str| {
        who.post(&room.path("clips"), &[("from", from), ("until", until), ("title", "The glaze")]).await
    };
    for (from, until, words) in [
        ("0:02", "59:00", "The recording does not have these moments."),
        ("0:02", "0:04", "A clip has at least 5 seconds."),
        ("soon", "0:08", "Write minutes and seconds"),
    ] {
        let refused = make(&viewer, from, until).await?;
        ensure!(refused.status == 422 && refused.text.contains(words), "{}", refused.text);
        ensure!(
            refused.text.contains("value=\"The glaze\"") && refused.text.contains(until),
            "words are kept"
        );
    }
    let made = make(&viewer, "0:09", "0:14").await?;
    ensure!(made.status == 303, "{} {}", made.status, made.text);
    let page = viewer.get(made.location()).await?.text;
    ensure!(page.contains("/media/clips/") && page.contains("0:09–0:14"), "it plays at once: {page}");
    ensure!(viewer.get(&room.path("replay")).await?.text.contains("The glaze"));
    let clip = clip_of(&server, room, made.location()).await?;
    let times = moments(&viewer.save(&bytes_of(&clip), &[]).await?.1)?;
    let last = times.iter().map(|(_, until)| *until).max().context("clusters")?;
    ensure!(times[0].0 == 0 && (5000..30_000).contains(&last), "it has a clock of its own: {times:?}");
    for (who, lists) in [(&viewer, true), (&host, false)] {
        let files = exported(who).await?;
        ensure!(files["clips.csv"].contains("The glaze") == lists, "{}", files["clips.csv"]);
    }
    for _ in 1..MOST_OFTEN {
        assert_eq!(make(&viewer, "0:01", "0:06").await?.status, 303);
    }
    let often = make(&viewer, "0:01", "0:06").await?;
    ensure!(often.status == 422 && often.text.contains("within an hour"), "{}", often.text);
    assert_eq!(make(&host, "0:01", "0:06").await?.status, 303, "others still make some");
    goes_with_its_recording(&server, room, &viewer, &clip).await?;
    server.close().await
}

async fn goes_with_its_recording(
    server: &TestServer,
    room: Room,
    viewer: &Browser,
    clip: &Clip,
) -> Result<()> {
    let (host, base) = (server.person("host"), format!("/account/recordings/{}", room.0));
    assert_eq!(host.post(&format!("{base}/visibility"), &[("hidden", "true")]).await?.status, 303);
    gets_none(viewer, clip, 404).await?;
    assert_eq!(host.save_part(&bytes_of(clip), "bytes=0-0").await?.0.status, 206, "the team still does");
    assert_eq!(host.post(&format!("{base}/visibility"), &[("hidden", "false")]).await?.status, 303);
    assert_eq!(viewer.save_part(&bytes_of(clip), "bytes=0-0").await?.0.status, 206);
    assert_eq!(host.post(&format!("{base}/deletion"), &[]).await?.status, 303);
    gets_none(viewer, clip, 404).await?;
    gets_none(&host, clip, 404).await?;
    let gone =
        async || anyhow::Ok(server.app.store.clips().of_stream(room.0).await?.is_empty().then_some(()));
    eventually("clips are left without their recording", gone).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ffmpeg, which tests/run installs"]
async fn a_clip_is_decoded_without_a_complaint() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    record(room, &host, true).await?;
    for segments in [2, 5] {
        grown(&server, room, segments).await?;
    }
    end(room, &host).await?;
    replayed(&host, room).await?;
    // Past the first segment, so that the clip has another clock than the recording.
    let made = host.post(&room.path("clips"), &[("from", "0:09"), ("until", "0:16")]).await?;
    let page = made.location().to_owned();
    plays(&host, &page).await?;
    let clip = clip_of(&server, room, &page).await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("clip.webm");
    std::fs::write(&file, host.save(&bytes_of(&clip), &[]).await?.1)?;
    assert_eq!(complaints(&file)?, "");
    let probed = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "format=start_time,duration", "-of", "csv=p=0"])
        .arg(&file)
        .output()?;
    let said = String::from_utf8_lossy(&probed.stdout).into_owned();
    let times: Vec<f64> = said.trim().split(',').map(str::parse).collect::<Result<_, _>>()?;
    let [start, duration] = times[..] else { anyhow::bail!("{said}") };
    // A keyframe before it, and the rest of its last segment.
    let length = clip.length().0 as f64 / 1000.0;
    ensure!(start < 0.1 && (length..length + 20.0).contains(&duration), "{said} for {length} s");
    server.close().await
}
