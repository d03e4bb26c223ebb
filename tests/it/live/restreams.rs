//! Restreams: a show is sent to other platforms, too, each by itself, and only its hosts know how.

use crate::people::{leaving::exported, teams::Team};
use crate::support::{
    Browser, Reply, Room, TestServer,
    encoder::{Encoder, clip},
    eventually, free_address,
    sse::Feed,
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    id::{DestinationId, SpaceId},
    live::restream::RestreamState,
    people::account::TeamRole,
};
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

const KEY: &str = "live_0123456789_abcd";
/// Far less than the time after which all restreams look anyway.
const AT_ONCE: Duration = Duration::from_secs(10);

fn list_path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/restreams")
}

async fn add(who: &Browser, space: SpaceId, name: &str, address: &str) -> Result<Reply> {
    who.post(&list_path(space), &[("name", name), ("address", address), ("key", KEY)]).await
}

async fn switch(who: &Browser, room: Room, to: DestinationId, on: bool) -> Result<Reply> {
    who.post(&room.path(&format!("restreams/{to}")), &[("on", if on { "true" } else { "false" })]).await
}

async fn destination(server: &TestServer, space: SpaceId, name: &str) -> Result<DestinationId> {
    let all = server.app.store.restreams().list(space).await?;
    Ok(all.into_iter().find(|one| one.name == name).context("a destination")?.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_alone_add_destinations_and_what_they_typed_is_kept() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, stranger) = (server.live(), server.person("host"), server.person("stranger"));
    let (space, public) = (server.space("maya").await?, "rtmp://8.8.8.8/app");
    for (name, address, words) in [
        ("Mine", "rtmp://127.0.0.1/app", "This address is private."),
        ("Mine", "rtmps://localhost:4430/app", "No public host has this name."),
        ("Mine", "rtmp://[::ffff:10.1.2.3]/app", "This address is private."),
        ("Mine", "rtmp://169.254.169.254/latest", "This address is private."),
        ("Mine", "rtmp://nobody.invalid/app", "No public host has this name."),
        ("Mine", "file:///etc/passwd", "begins with rtmp://"),
        ("Mine", "rtmp://8.8.8.8", "lacks its path"),
    ] {
        let refused = add(&host, space, name, address).await?;
        ensure!(refused.status == 422 && refused.text.contains(words), "{address}: {}", refused.text);
        for typed in [name, address] {
            ensure!(refused.text.contains(&format!("value=\"{typed}\"")), "{typed} is lost");
        }
        ensure!(!refused.text.contains(KEY), "the key is in the page");
    }
    let typed = [("name", "Mine"), ("address", public), ("key", "two words")];
    let refused = host.post(&list_path(space), &typed).await?;
    ensure!(refused.status == 422 && !refused.text.contains("two words"), "{}", refused.text);
    assert_eq!(server.app.store.restreams().list(space).await?, []);

    let moderator = server.anybody();
    moderator.sign_in("mo@example.org").await?;
    let (mo, now) = (server.account("mo@example.org").await?, server.app.clock.now());
    let team = server.app.store.spaces().by_id(space).await?.team;
    server.app.store.teams().put(team, mo, TeamRole::Moderator, now).await?;
    assert_eq!(add(&host, space, "Channel two", public).await?.status, 303);
    let id = destination(&server, space, "Channel two").await?;
    for (who, knows) in [(&moderator, 403), (&stranger, 404), (&server.person("viewer"), 404)] {
        assert_eq!(who.get(&list_path(space)).await?.status, knows);
        assert_eq!(add(who, space, "Mine", public).await?.status, knows);
        assert_eq!(who.post(&format!("/account/restreams/{id}/deletion"), &[]).await?.status, knows);
        assert_eq!(switch(who, room, id, true).await?.status, 403);
    }
    assert_eq!(server.app.store.restreams().list(space).await?.len(), 1);

    let (page, desk) = (host.get(&list_path(space)).await?.text, room.studio(&host).await?);
    for text in [&page, &desk] {
        ensure!(text.contains("Channel two") && !text.contains(KEY), "{text}");
        ensure!(
            text.contains("H.264, which encoders like OBS usually send, is passed on as it is"),
            "{text}"
        );
    }
    ensure!(host.get(&format!("/account/spaces/{space}")).await?.text.contains(&list_path(space)));
    ensure!(page.contains("key ends with abcd"), "{page}");
    let files = exported(&host).await?;
    let row = &files["restream_destinations.csv"];
    ensure!(row.contains(public) && files.values().all(|text| !text.contains(KEY)), "{row}");
    let log = server.app.store.audit().last(50).await?;
    ensure!(log.iter().any(|line| line.act.action == "restream.add"), "no line in the audit log");
    ensure!(log.iter().all(|line| !line.act.detail.contains(KEY)), "the key is in the audit log");

    for nth in 1..5 {
        assert_eq!(add(&host, space, &format!("Channel {nth}"), public).await?.status, 303);
    }
    let many = add(&host, space, "One more", public).await?;
    ensure!(many.status == 422 && many.text.contains("at most 5 destinations"), "{}", many.text);
    assert_eq!(host.post(&format!("/account/restreams/{id}/deletion"), &[]).await?.status, 303);
    assert_eq!(switch(&host, room, id, true).await?.status, 404, "it is gone");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_are_refused_count_as_changes() -> Result<()> {
    let server = TestServer::with_settings(|settings| settings.limits.account_changes = 4).await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let mut refused = vec![];
    while refused.len() < 20 && refused.last() != Some(&429) {
        let reply = add(&host, space, "Mine", "rtmp://127.0.0.1/app").await?;
        refused.push(reply.status.as_u16());
    }
    let (last, looked_up) = refused.split_last().context("tries")?;
    ensure!(*last == 429 && looked_up.len() <= 4, "{refused:?}");
    ensure!(looked_up.iter().all(|status| *status == 422), "{refused:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_program_no_page_offers_it() -> Result<()> {
    let server =
        TestServer::with_settings(|settings| settings.restreams.ffmpeg = "/no/such/ffmpeg".into()).await?;
    let (room, host) = (server.live(), server.person("host"));
    ensure!(!room.studio(&host).await?.contains("Send to other platforms"));
    let space = server.space("maya").await?;
    ensure!(!host.get(&format!("/account/spaces/{space}")).await?.text.contains(&list_path(space)));
    assert_eq!(host.get(&list_path(space)).await?.status, 404);
    assert_eq!(add(&host, space, "Mine", "rtmp://8.8.8.8/app").await?.status, 404);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_former_host_sent_elsewhere_ends_with_their_role() -> Result<()> {
    let server = TestServer::with_settings(|settings| settings.restreams.private = true).await?;
    let (room, host, space) = (server.live(), server.person("host"), server.space("maya").await?);
    let team = Team::of_maya(&server).await?;
    let (browser, editor) = team.member("editor@example.org", TeamRole::Editor).await?;
    let address = format!("rtmp://127.0.0.1:{}/app", free_address()?.port());
    for (who, name) in [(&browser, "Theirs"), (&host, "Ours")] {
        assert_eq!(add(who, space, name, &address).await?.status, 303);
        assert_eq!(switch(who, room, destination(&server, space, name).await?, true).await?.status, 303);
    }
    let on = async || anyhow::Ok(server.app.store.restreams().beside(space, room.0).await?);
    let all: Vec<_> = on().await?.into_iter().filter_map(|(to, on)| Some((to.name, on?))).collect();
    assert_eq!(all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Theirs", "Ours"]);
    let is_off = |nth: usize| server.app.engine.restream(all[nth].1).state() == RestreamState::Off;
    eventually("they do not begin", async || anyhow::Ok((!is_off(0) && !is_off(1)).then_some(()))).await?;
    assert_eq!(team.remove(&host, editor).await?, 303);
    let ended = eventually("it goes on", async || anyhow::Ok(is_off(0).then_some(())));
    tokio::time::timeout(AT_ONCE, ended).await.context("it goes on for long")??;
    let left: Vec<_> = on().await?.into_iter().filter_map(|(to, on)| on.map(|_| to.name)).collect();
    assert_eq!(left, ["Ours"]);
    ensure!(!is_off(1), "what the others send has ended, too");
    server.close().await
}

/// A destination, which takes what is sent to it.
struct Receiver(Child);

impl Receiver {
    fn start(port: u16, into: &Path) -> Result<Self> {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-y", "-nostdin", "-listen", "1", "-i"]);
        command.arg(format!("rtmp://127.0.0.1:{port}/app")).args(["-c", "copy"]);
        Ok(Self(command.arg(into).stdin(Stdio::null()).spawn()?))
    }
}

impl Receiver {
    /// Until the connection is over, and the file whole.
    async fn ends(&mut self) -> Result<()> {
        eventually("the destination goes on", async || anyhow::Ok(self.0.try_wait()?.map(drop))).await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The command lines of all processes that name a text.
fn processes(text: &str) -> usize {
    let all = fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(text)).count()
}

/// Codec, size and decoded frames of a file.
fn decoded(file: &Path) -> Result<(String, u64)> {
    let entries = "stream=codec_name,width,height,nb_read_frames";
    let probe = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-show_entries", entries, "-of", "csv=p=0"])
        .arg(file)
        .output()?;
    let said = String::from_utf8(probe.stdout)?;
    let picture = said.lines().find(|line| line.starts_with("h264")).context(said.clone())?;
    let (kind, frames) = picture.trim().rsplit_once(',').context("frames")?;
    ensure!(said.contains("aac"), "{said}");
    Ok((kind.to_owned(), frames.parse()?))
}

/// What a program of ffmpeg says of a file, line by line.
fn lines(program: &str, file: &Path, how: &str) -> Result<Vec<String>> {
    let mut command = Command::new(program);
    let said = command.args(["-v", "error", "-i"]).arg(file).args(how.split(' ')).output()?;
    ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    Ok(String::from_utf8(said.stdout)?.lines().map(str::to_owned).collect())
}

/// The hashes of a file's decoded pictures.
fn pictures(file: &Path) -> Result<Vec<String>> {
    let lines = lines("ffmpeg", file, "-map 0:v -fps_mode passthrough -f framemd5 -")?;
    let hashes =
        lines.iter().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit(' ').next());
    Ok(hashes.map(str::to_owned).collect())
}

/// A server that sends to this machine, too.
async fn sending() -> Result<TestServer> {
    TestServer::with_settings(|settings| {
        settings.restreams.ffmpeg = "ffmpeg".into();
        settings.restreams.private = true;
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ffmpeg, which tests/run installs"]
async fn an_encoder_takes_over_and_its_pictures_arrive_as_it_has_sent_them() -> Result<()> {
    let server = sending().await?;
    let (room, host, space) = (server.live(), server.person("host"), server.space("maya").await?);
    let (port, folder) = (free_address()?.port(), tempfile::tempdir()?);
    let path = |name: &str| folder.path().join(name);
    let before = Receiver::start(port, &path("before.flv"))?;
    assert_eq!(add(&host, space, "Taking", &format!("rtmp://127.0.0.1:{port}/app")).await?.status, 303);
    let taking = destination(&server, space, "Taking").await?;
    assert_eq!(switch(&host, room, taking, true).await?.status, 303);
    room.studio_says(&host, "sending, ").await?;

    let encoder = Encoder::start(&host, room, None).await?;
    room.studio_says(&host, "The picture came in another codec or size than before").await?;
    drop(before);
    let file = path("after.flv");
    let mut after = Receiver::start(port, &file)?;
    server.advance(3).await?;
    room.studio_says(&host, "sending, ").await?;
    let enough = async || anyhow::Ok(decoded(&file).ok().filter(|(_, frames)| *frames > 120));
    assert_eq!(eventually("the destination gets too little", enough).await?.0, "h264,640,360");
    assert_eq!(switch(&host, room, taking, false).await?.status, 303);
    after.ends().await?;
    drop(encoder);

    fs::write(path("clip.264"), clip()?)?;
    let (sent, arrived) = (pictures(&path("clip.264"))?, pictures(&file)?);
    let place = |picture: &String| sent.iter().position(|other| other == picture);
    let places: Vec<_> = arrived.iter().map(place).collect::<Option<_>>().context("another picture")?;
    ensure!(places[0] % 50 == 0, "it begins with no keyframe: {places:?}");
    let moments = lines("ffprobe", &file, "-select_streams v -show_entries packet=pts -of csv=p=0")?;
    let moments: Vec<i64> = moments.iter().map(|line| line.parse()).collect::<Result<_, _>>()?;
    assert_eq!(moments.len(), places.len());
    // One that was lost on the way costs those up to the next keyframe.
    let follow = |nth: &usize| places[nth + 1] == (places[*nth] + 1) % sent.len();
    let following: Vec<usize> = (0..places.len() - 1).filter(follow).collect();
    ensure!(following.len() + 3 > places.len(), "{places:?}");
    ensure!(following.iter().all(|nth| (moments[nth + 1] - moments[*nth] - 40).abs() <= 1), "{moments:?}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs ffmpeg, which tests/run installs"]
async fn one_destination_gets_the_show_and_another_one_that_refuses_concerns_nobody() -> Result<()> {
    let server = sending().await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    let (space, folder) = (server.space("maya").await?, tempfile::tempdir()?);
    let (port, refusing, file) =
        (free_address()?.port(), free_address()?.port(), folder.path().join("received.flv"));
    let receiver = Receiver::start(port, &file)?;
    for (name, port) in [("Taking", port), ("Refusing", refusing)] {
        assert_eq!(add(&host, space, name, &format!("rtmp://127.0.0.1:{port}/app")).await?.status, 303);
    }
    let taking = destination(&server, space, "Taking").await?;
    let refused = destination(&server, space, "Refusing").await?;
    let mut page = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    let mut watched = room.follow(&viewer, 0).await?;
    for to in [taking, refused] {
        assert_eq!(switch(&host, room, to, true).await?.status, 303);
    }
    let children = format!("{}/restreams/", server.door("data"));
    room.studio_says(&host, "sending, ").await?;
    assert_eq!((processes(&children), processes(KEY)), (1, 0), "its key is in no command line");
    ensure!(fs::read_dir(&children)?.count() == 0, "and in no file any more");
    // Each pause goes by at once.
    eventually("the other gives up", async || {
        server.advance(40).await?;
        let words = "Nobody answers at this address.</span> It was tried several times";
        anyhow::Ok(room.studio(&host).await?.contains(words).then_some(()))
    })
    .await?;
    room.studio_says(&host, "sending, ").await?;
    page.all_until("sending, ").await?;
    ensure!(room.say(&viewer, "I still see it").await?.status.as_u16() < 400);
    let told = watched.all_until("I still see it").await?;
    ensure!(told.iter().all(|event| !event.data.contains("Taking")), "viewers are told of it");
    let tree = server.app.engine.tree();
    let restreams = tree.walk().into_iter().filter(|node| node.kind == "restream").count();
    assert_eq!(restreams, 2, "operators see both");
    // Four seconds of it.
    let enough = async || anyhow::Ok(decoded(&file).ok().filter(|(_, frames)| *frames > 100));
    assert_eq!(eventually("the destination gets too little", enough).await?.0, "h264,1280,720");
    drop(receiver);

    // The destination has hung up, and comes back.
    room.studio_says(&host, "The destination has ended the connection.").await?;
    let again = Receiver::start(port, &file)?;
    server.advance(3).await?;
    room.studio_says(&host, "sending, ").await?;
    assert_eq!(switch(&host, room, taking, false).await?.status, 303);
    eventually("it goes on", async || anyhow::Ok((processes(&children) == 0).then_some(()))).await?;
    drop(again);
    let _again = Receiver::start(port, &file)?;
    assert_eq!(switch(&host, room, taking, true).await?.status, 303);
    room.studio_says(&host, "sending, ").await?;
    assert_eq!(host.post(&room.path("state"), &[("state", "ended")]).await?.status, 303);
    eventually("it outlives its show", async || anyhow::Ok((processes(&children) == 0).then_some(())))
        .await?;
    server.close().await
}
