//! Captions: a program's line reaches those who watch the show and nobody else, and stands under its replay at its second.

use super::{
    recordings::{end, grown, record, replayed},
    stream::{move_to, rehearse},
};
use crate::{
    people::{leaving::exported, teams::Team},
    support::{Browser, Database, Event, Feed, Reply, Room, TestServer, eventually, on_both},
};
use anyhow::{Context, Result, ensure};
use domain::{id::StreamId, live::captions::MOST, people::account::TeamRole};
use reqwest::Method;

on_both!(a_line_reaches_its_viewers_and_stands_under_the_replay);

/// Where the studio says that captions are sent, as a path.
async fn address(host: &Browser, room: Room) -> Result<String> {
    let studio = room.studio(host).await?;
    let base = room.path("captions/");
    let shown = studio.split(&base).nth(1).and_then(|rest| rest.split('"').next());
    Ok(format!("{base}{}", shown.context("the studio shows an address")?))
}

/// What a program does, which is nobody.
async fn send(server: &TestServer, address: &str, line: &str) -> Result<Reply> {
    let program = server.anybody();
    program.send(program.request(Method::POST, address).body(line.to_owned())).await
}

fn say(events: &[Event], words: &str) -> bool {
    events.iter().any(|event| event.data.contains(words))
}

async fn a_line_reaches_its_viewers_and_stands_under_the_replay(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, host, viewer) = (server.live(), server.person("host"), server.person("viewer"));
    let (to, fans) = (address(&host, room).await?, server.fans(2).await?);
    let (first, second) = (&fans[0].browser, &fans[1].browser);
    record(room, &host, true).await?;
    grown(&server, room, 2).await?;
    let mut page = room.follow(&viewer, 0).await?;
    let mut studio = Feed::open(&host, &room.path("events?page=studio&since=0"), None).await?;
    let mut elsewhere = server.scheduled().follow(first, 0).await?;
    let sent = send(&server, &to, "Good <evening>.\r\n").await?;
    ensure!(sent.status == 204 && sent.text.is_empty(), "{} {}", sent.status, sent.text);
    for feed in [&mut page, &mut studio] {
        let events = feed.all_until("Good &lt;evening&gt;.").await?;
        let last = events.last().context("the line")?;
        ensure!(last.data.contains("hx-target=\"#caption\"") && last.id.is_none(), "{}", last.data);
    }
    server.scheduled().say(first, "next door").await?;
    ensure!(!say(&elsewhere.all_until("next door").await?, "evening"), "another show has it");
    let mut late = room.follow(second, 0).await?;
    room.say(second, "am I late?").await?;
    ensure!(!say(&late.all_until("am I late?").await?, "evening"), "it is over by then");
    assert_eq!(viewer.get(&room.path("replay/captions.vtt")).await?.status, 404, "not before the end");

    grown(&server, room, 3).await?;
    end(room, &host).await?;
    let page = replayed(&viewer, room).await?;
    let path = room.path("replay/captions.vtt");
    ensure!(page.contains("<track kind=\"captions\"") && page.contains(&path), "{page}");
    stands_at_its_second(&server, room, &path).await?;
    for (who, lists) in [(&host, true), (&viewer, false)] {
        assert_eq!(exported(who).await?["recordings.csv"].contains(&path), lists);
    }
    a_file_takes_their_place(&server, room, &path).await?;
    goes_with_its_recording(&server, room, &path).await?;
    server.close().await
}

async fn stands_at_its_second(server: &TestServer, room: Room, path: &str) -> Result<()> {
    let recording = server.app.store.recordings().of_stream(room.0).await?;
    let kept = server.app.store.captions().of_stream(room.0, 0..MOST).await?;
    assert_eq!(kept.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["Good <evening>."]);
    let at = recording.moment(kept[0].at).0;
    ensure!(at > 4000, "after two segments: {at}");
    let cue = format!("\n00:{:02}:{:02}.{:03} --> ", at / 60_000, at / 1000 % 60, at % 1000);
    let (reply, file) = server.person("viewer").save(path, &[]).await?;
    let file = String::from_utf8(file)?;
    assert_eq!(
        (reply.status.as_u16(), &reply.headers["content-type"]),
        (200, &"text/vtt; charset=utf-8".parse()?)
    );
    ensure!(file.starts_with("WEBVTT\n") && file.contains(&cue), "{cue} in {file}");
    ensure!(file.contains("\nGood &lt;evening&gt;.\n"), "{file}");
    for (who, status) in [(server.anybody(), 401), (server.person("stranger"), 402)] {
        let (refused, file) = who.save(path, &[]).await?;
        ensure!(refused.status == status && !String::from_utf8_lossy(&file).contains("evening"));
    }
    Ok(())
}

/// Its team gives the replay a file.
async fn a_file_takes_their_place(server: &TestServer, room: Room, path: &str) -> Result<()> {
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    let desk = format!("/account/recordings/{}/captions", room.0);
    let file = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nFrom a file.\n";
    let give = async |who: &Browser, file: &str| {
        who.attach(&desk, &[], ("captions.vtt", "text/vtt", file.as_bytes())).await
    };
    for who in [&viewer, &server.person("stranger")] {
        assert_eq!(who.get(&desk).await?.status, 404);
        assert_eq!(give(who, file).await?.status, 404);
    }
    ensure!(host.get(&desk).await?.text.contains("This replay has captions."));
    for (wrong, words) in [
        ("", "Choose a file."),
        ("1\n00:00:01,000 --> 00:00:02,500\nSubRip", "begins with the word WEBVTT"),
        ("WEBVTT\n\n00:00:01 --> 00:00:02\nx", "The times in line 3 cannot be read."),
        (&format!("WEBVTT\n\n{}", "x".repeat(1024 * 1024)), "too large"),
    ] {
        let refused = give(&host, wrong).await?;
        ensure!(refused.status == 422 && refused.text.contains(words), "{words}: {}", refused.text);
    }
    ensure!(viewer.get(path).await?.text.contains("evening"), "what is refused changes nothing");
    // It is read in pieces, and comes as one.
    let moment = |nth: i32| format!("00:00:{:02}.{:03}", nth / 100, nth % 100 * 10);
    let cue = |nth: i32| format!("\n{} --> {}\nLine {nth}.\n", moment(nth), moment(nth + 1));
    let long = format!("WEBVTT\n{}", (0..450).map(cue).collect::<String>());
    for file in [&long[..], file] {
        assert_eq!(give(&host, file).await?.status, 303);
        assert_eq!(viewer.get(path).await?.text, file);
    }
    Ok(())
}

async fn goes_with_its_recording(server: &TestServer, room: Room, path: &str) -> Result<()> {
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    let base = format!("/account/recordings/{}", room.0);
    assert_eq!(host.post(&format!("{base}/visibility"), &[("hidden", "true")]).await?.status, 303);
    assert_eq!(viewer.get(path).await?.status, 404, "it is hidden with its replay");
    assert_eq!(host.get(path).await?.status, 200);
    assert_eq!(host.post(&format!("{base}/deletion"), &[]).await?.status, 303);
    assert_eq!(host.get(path).await?.status, 404);
    let gone = async || {
        anyhow::Ok(server.app.store.captions().of_stream(room.0, 0..MOST).await?.is_empty().then_some(()))
    };
    eventually("captions are left without their recording", gone).await
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_rehearsal_the_team_alone_sees_captions() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, fan) = (server.scheduled(), server.person("host"), server.fans(1).await?.remove(0));
    let to = address(&host, room).await?;
    let early = send(&server, &to, "one, two").await?;
    ensure!(early.status == 409 && early.text.contains("from the rehearsal"), "{}", early.text);
    let (mut page, mut studio) = (room.follow(&fan.browser, 0).await?, room.follow(&host, 0).await?);
    rehearse(&server, &mut studio).await?;
    assert_eq!(send(&server, &to, "testing, testing").await?.status, 204);
    studio.all_until("testing, testing").await?;
    assert_eq!(move_to(room, &host, "live").await?, 303);
    assert_eq!(send(&server, &to, "Good evening.").await?.status, 204);
    let seen = page.all_until("Good evening.").await?;
    ensure!(!say(&seen, "testing"), "a viewer has a line of the rehearsal");
    assert_eq!(server.app.store.captions().of_stream(room.0, 0..MOST).await?, [], "nothing is recorded");
    assert_eq!(move_to(room, &host, "ended").await?, 303);
    assert_eq!(send(&server, &to, "too late").await?.status, 409);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_key_lets_lines_in_and_not_too_many() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    let (to, next) = (address(&host, room).await?, address(&host, server.scheduled()).await?);
    let key = |address: &str| address.rsplit('/').next().unwrap_or_default().to_owned();
    let mut wrong = key(&to);
    wrong.replace_range(..1, if wrong.starts_with('0') { "1" } else { "0" });
    for path in [
        room.path("captions/guess"),
        room.path(&format!("captions/{wrong}")),
        room.path(&format!("captions/{}", &wrong[..20])),
        room.path(&format!("captions/{}", key(&next))),
        Room(StreamId::new()).path(&format!("captions/{}", key(&to))),
    ] {
        let refused = send(&server, &path, "Good evening.").await?;
        let code = refused.json()["error"]["code"].clone();
        assert_eq!((refused.status.as_u16(), code.as_str()), (404, Some("not_found")), "{path}");
    }
    for (line, words) in [("", "cannot be empty"), (&*"x".repeat(169), "At most 168 characters")] {
        let refused = send(&server, &to, line).await?;
        ensure!(refused.status == 422 && refused.text.contains(words), "{}", refused.text);
    }
    let mut taken = 0;
    let fast = loop {
        let reply = send(&server, &to, "and so on").await?;
        match reply.status.as_u16() {
            204 => taken += 1,
            _ => break reply,
        }
        ensure!(taken < 200, "there is no bound");
    };
    ensure!(fast.status == 429 && taken >= 20, "{taken} lines, then {} {}", fast.status, fast.text);
    assert_eq!(fast.headers["retry-after"], "1");
    server.advance(10).await?;
    assert_eq!(send(&server, &to, "later").await?.status, 204);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_ends_the_old_address() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host) = (server.live(), server.person("host"));
    let encoder = server.app.store.streams().whip_key_version(room.0).await?;
    let first = address(&host, room).await?;
    assert_eq!(server.person("viewer").post(&room.path("caption_key"), &[]).await?.status, 403);
    assert_eq!(send(&server, &first, "the first").await?.status, 204);
    assert_eq!(host.post(&room.path("caption_key"), &[]).await?.status, 303);
    let second = address(&host, room).await?;
    assert_eq!(send(&server, &first, "the first").await?.status, 404);
    assert_eq!(send(&server, &second, "the second").await?.status, 204);
    assert_eq!(server.app.store.streams().whip_key_version(room.0).await?, encoder, "encoders go on");
    let log = server.app.store.audit().last(9).await?;
    ensure!(log.iter().any(|line| line.act.action == "stream.caption_key"), "no line in the audit log");

    // Whoever might host knows the address.
    let team = Team::of_maya(&server).await?;
    let (_, editor) = team.member("editor@example.org", TeamRole::Editor).await?;
    assert_eq!(team.remove(&host, editor).await?, 303);
    assert_eq!(send(&server, &second, "the second").await?.status, 404);
    assert_eq!(send(&server, &address(&host, room).await?, "the third").await?.status, 204);
    server.close().await
}
