//! Files behind the gate: sent piece by piece by the team, and saved by whoever holds a pass.

use super::videos::{LARGE, is_cut_off};
use crate::{
    people::teams::Team,
    support::{
        Browser, Database, Reply, TestServer, eventually, on_both,
        raw::Raw,
        tus::{NOTES, announce, append, bytes, create, download, end, files_of_maya, offset, send},
    },
};
use anyhow::{Context, Result, ensure};
use domain::{
    catalogue::content::files::OPEN_OF_AN_ACCOUNT,
    change::Change,
    clock::Clock,
    id::{ExperienceId, PassId},
    people::account::TeamRole,
};
use reqwest::{Method, header};
use std::{path::PathBuf, time::Duration};
use tokio::time::sleep;

on_both!(
    a_file_goes_on_where_its_connection_broke_and_is_saved_by_holders,
    a_pass_that_ends_or_a_ban_closes_the_file_at_the_next_request,
    files_are_deleted_with_what_held_them,
);

const PLACE: &str = "/maya/liner-notes";

/// Gives a pass to one of the demo's people.
pub(super) async fn give(server: &TestServer, email: &str, pass: PassId) -> Result<()> {
    let account = server.account(email).await?;
    server.app.store.grants().give(account, pass, server.app.clock.now()).await?;
    Ok(())
}

fn objects(server: &TestServer) -> PathBuf {
    PathBuf::from(server.door("data")).join("objects/files")
}

/// How many files there are in the folder, with those that are not complete.
fn stored(server: &TestServer) -> usize {
    objects(server).read_dir().map_or(0, Iterator::count)
}

pub(super) async fn until_stored(server: &TestServer, count: usize) -> Result<()> {
    let there = async || anyhow::Ok((stored(server) == count).then_some(()));
    eventually(&format!("not {count} files are stored"), there).await
}

/// The head of a request that sends bytes of a file from there on.
pub(super) fn patch(who: &Browser, upload: &str, from: usize, length: usize) -> String {
    format!(
        "PATCH {upload} HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\ntus-resumable: 1.0.0\r\nupload-offset: {from}\r\n\
         content-type: application/offset+octet-stream\r\ncontent-length: {length}\r\n\r\n",
        who.cookie()
    )
}

/// Waits until at least so many bytes have arrived. Returns how many.
pub(super) async fn arrived(who: &Browser, upload: &str, least: usize) -> Result<usize> {
    let arrived = async || anyhow::Ok(Some(offset(who, upload).await?).filter(|arrived| *arrived >= least));
    eventually("fewer bytes have arrived", arrived).await
}

async fn a_file_goes_on_where_its_connection_broke_and_is_saved_by_holders(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (experience, pass) = files_of_maya(&server).await?;
    let (host, viewer) = (server.person("host"), server.person("viewer"));
    give(&server, "vera@demo.example", pass).await?;
    let all = bytes(9_000_001);
    let upload = create(&host, experience, all.len()).await?;
    assert_eq!(offset(&host, &upload).await?, 0);
    assert_eq!(append(&host, &upload, 0, &all[..1_000_000]).await?.status, 204);
    // Again, too far, and too little: what has arrived is what counts.
    for wrong in [0, 999_999, 1_000_001] {
        let refused = append(&host, &upload, wrong, b"other").await?;
        assert_eq!(refused.status, 409, "{wrong}: {}", refused.text);
    }
    // A connection that breaks in the middle of a piece: what has arrived of it is kept.
    let mut raw = Raw::connect(server.address).await?;
    raw.send(patch(&host, &upload, 1_000_000, 8_000_001)).await?;
    raw.send(&all[1_000_000..6_500_000]).await?;
    arrived(&host, &upload, 1_000_001).await?;
    assert_eq!(append(&host, &upload, 1_000_000, b"at the same time").await?.status, 423, "one at a time");
    drop(raw);
    let counted = arrived(&host, &upload, 6_500_000).await?;
    assert_eq!(counted, 6_500_000);
    ensure!(!viewer.get(PLACE).await?.text.contains("notes.txt"), "it is not complete");
    let last = append(&host, &upload, counted, &all[counted..]).await?;
    assert_eq!(
        (last.status.as_u16(), &last.headers["upload-offset"]),
        (204, &"9000001".parse()?),
        "{}",
        last.text
    );

    let page = viewer.get(PLACE).await?.text;
    ensure!(
        page.contains("notes.txt") && page.contains("9.0 MB") && page.contains(&download(&upload)),
        "{page}"
    );
    let (head, body) = viewer.save(&download(&upload), &[]).await?;
    assert_eq!(head.status, 200);
    ensure!(body == all, "the same bytes");
    for (name, value) in [
        ("content-disposition", "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt"),
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", "9000001"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(head.headers[name], value, "{name}");
    }
    let team = host.get(&format!("/account/experiences/{experience}/files")).await?.text;
    ensure!(team.contains("downloaded once"), "{team}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_file_can_be_saved() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, _) = files_of_maya(&server).await?;
    let (host, all) = (server.person("host"), bytes(1_300_000));
    let path = send(&host, experience, &all).await?;
    let (whole, _) = host.save(&path, &[]).await?;
    let etag = whole.headers["etag"].to_str()?;
    for (range, from, to) in [
        ("bytes=0-0", 0, 0),
        ("bytes=600000-1200000", 600_000, 1_200_000),
        ("bytes=1299999-", 1_299_999, 1_299_999),
        ("bytes=-7", 1_299_993, 1_299_999),
    ] {
        let (part, body) = host.save(&path, &[("range", range), ("if-range", etag)]).await?;
        assert_eq!(part.status, 206, "{range}");
        ensure!(body == all[from..=to], "{range}");
        assert_eq!(part.headers["content-range"], format!("bytes {from}-{to}/1300000").as_str(), "{range}");
    }
    let (outside, _) = host.save_part(&path, "bytes=1300000-").await?;
    assert_eq!(
        (outside.status.as_u16(), &outside.headers["content-range"]),
        (416, &"bytes */1300000".parse()?)
    );
    for (name, value) in [("if-range", "\"another\""), ("x-nothing", "x")] {
        let range = if name == "if-range" { "bytes=0-0" } else { "bytes=0-1,4-5" };
        let (other, body) = host.save(&path, &[("range", range), (name, value)]).await?;
        ensure!(other.status == 200 && body == all, "{name}: {}", other.status);
    }
    let (known, body) = host.save(&path, &[("if-none-match", etag)]).await?;
    ensure!(known.status == 304 && body.is_empty(), "{}", known.status);
    let head = host.send(host.request(Method::HEAD, &path)).await?;
    assert_eq!((head.status.as_u16(), &head.headers["content-length"]), (200, &"1300000".parse()?));
    let team = host.get(&format!("/account/experiences/{experience}/files")).await?.text;
    ensure!(team.contains("downloaded once"), "whoever asks again has it once: {team}");
    server.advance(3600).await?;
    for range in ["bytes=0-9", "bytes=10-"] {
        assert_eq!(host.save_part(&path, range).await?.0.status, 206, "{range}");
    }
    let team = host.get(&format!("/account/experiences/{experience}/files")).await?.text;
    ensure!(team.contains("downloaded 2 times"), "the part that reaches the end counts: {team}");
    server.close().await
}

async fn a_pass_that_ends_or_a_ban_closes_the_file_at_the_next_request(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (experience, pass) = files_of_maya(&server).await?;
    let path = send(&server.person("host"), experience, b"behind the gate").await?;
    // Others see what there is, and no way to it.
    let (visitor, stranger) = (server.anybody(), server.person("stranger"));
    for who in [&visitor, &stranger] {
        let door = who.get(PLACE).await?.text;
        ensure!(door.contains("notes.txt") && door.contains("15 B") && door.contains("Reader"), "{door}");
        ensure!(!door.contains("/media/files/"), "{door}");
    }
    assert_eq!(visitor.save(&path, &[]).await?.0.status, 401);
    assert_eq!(stranger.save(&path, &[]).await?.0.status, 402);
    assert_eq!(
        visitor.save(&format!("/media/files/{}", uuid::Uuid::now_v7().simple()), &[]).await?.0.status,
        404
    );
    let (space, now) = (server.space("maya").await?, server.app.clock.now());
    for (who, email) in [("viewer", "vera@demo.example"), ("stranger", "sam@demo.example")] {
        give(&server, email, pass).await?;
        server.app.services.changed(&[Change::Space { space }]);
        assert_eq!(server.person(who).save(&path, &[]).await?.1, b"behind the gate");
    }
    let vera = server.account("vera@demo.example").await?;
    server.live().keep_out(&server.person("host"), vera, "ban", "").await?;
    assert_eq!(server.person("viewer").save(&path, &[]).await?.0.status, 403);
    let grants = server.app.store.grants().in_space(server.account("sam@demo.example").await?, space).await?;
    for grant in grants {
        server.app.store.grants().revoke(grant.id, "asked", now).await?;
    }
    server.app.services.changed(&[Change::Space { space }]);
    assert_eq!(stranger.save(&path, &[]).await?.0.status, 402);
    // The team needs no pass, but the space has to be there.
    assert_eq!(server.person("host").save(&path, &[]).await?.0.status, 200);
    assert_eq!(
        server.person("host").post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status,
        303
    );
    assert_eq!(visitor.save(&path, &[]).await?.0.status, 404);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_saved_ends_with_the_access() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, pass) = files_of_maya(&server).await?;
    let (viewer, sam) = (server.person("viewer"), server.person("stranger"));
    let path = send(&server.person("host"), experience, &bytes(LARGE)).await?;
    for email in ["vera@demo.example", "sam@demo.example"] {
        give(&server, email, pass).await?;
    }
    let vera = server.account("vera@demo.example").await?;
    let ban = async || server.live().keep_out(&server.person("host"), vera, "ban", "").await;
    is_cut_off(&viewer, &path, ban).await?;
    is_cut_off(&sam, &path, async || sam.post("/sign-out", &[]).await).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_change_the_offer_sends_files() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, _) = files_of_maya(&server).await?;
    let team = Team::of_maya(&server).await?;
    let (moderator, _) = team.member("moderator@example.org", TeamRole::Moderator).await?;
    let (editor, account) = team.member("editor@example.org", TeamRole::Editor).await?;
    let begun = create(&editor, experience, 100).await?;
    let place = format!("/account/experiences/{experience}/uploads");
    for (who, status) in [
        (&server.anybody(), 401),
        (&server.person("stranger"), 404),
        (&server.person("viewer"), 404),
        (&server.person("operator"), 404),
        (&moderator, 403),
    ] {
        assert_eq!(announce(who, &place, 10, NOTES).await?.status, status);
        assert_eq!(append(who, &begun, 0, b"x").await?.status, status);
        ensure!(offset(who, &begun).await.is_err(), "{status}");
        assert_eq!(end(who, &begun).await?.status, status);
    }
    assert_eq!(offset(&editor, &begun).await?, 0, "nothing of it was taken");
    // The whole team may go on with it, and a role that ended may not.
    assert_eq!(append(&server.person("host"), &begun, 0, b"0123456789").await?.status, 204);
    assert_eq!(team.give(&server.person("host"), account, "analyst").await?, 303);
    assert_eq!(append(&editor, &begun, 10, b"x").await?.status, 403);
    // A page of another site cannot make a browser send one.
    let foreign =
        server.person("host").request(Method::PATCH, &begun).header("origin", "https://evil.example");
    let foreign = foreign.header("sec-fetch-site", "cross-site").header("tus-resumable", "1.0.0");
    let foreign =
        foreign.header(header::CONTENT_TYPE, "application/offset+octet-stream").header("upload-offset", 10);
    assert_eq!(foreign.body("x").send().await?.status(), 403);
    // A show takes no files.
    let show = server.app.store.experiences().list(server.space("maya").await?).await?.remove(0).id;
    let show =
        announce(&server.person("host"), &format!("/account/experiences/{show}/uploads"), 10, NOTES).await?;
    assert_eq!(show.status, 404);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_it_sends_stores_no_more() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, _) = files_of_maya(&server).await?;
    let (host, all) = (server.person("host"), bytes(12_000_000));
    let upload = create(&host, experience, all.len()).await?;
    let mut raw = Raw::connect(server.address).await?;
    raw.send(patch(&host, &upload, 0, all.len())).await?;
    raw.send(&all[..5_000_000]).await?;
    let team = Team::of_maya(&server).await?;
    let (editor, _) = team.member("editor@example.org", TeamRole::Editor).await?;
    let counted = arrived(&editor, &upload, 1).await?;
    ensure!((1..=5_000_000).contains(&counted), "{counted}");
    assert_eq!(host.post("/sign-out", &[]).await?.status, 303);
    let _ = raw.send(&all[5_000_000..]).await;
    drop(raw);
    sleep(Duration::from_millis(500)).await;
    assert_eq!(offset(&editor, &upload).await?, counted);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_may_take_is_bounded() -> Result<()> {
    let server = TestServer::with_settings(|settings| {
        settings.files.file_bytes = 1000;
        settings.files.space_file_bytes = 2500;
    })
    .await?;
    let (experience, _) = files_of_maya(&server).await?;
    let (host, place) = (server.person("host"), format!("/account/experiences/{experience}/uploads"));
    for (size, metadata, status, words) in [
        (1001, NOTES, 413, "larger than a file may be"),
        (0, NOTES, 422, "This file is empty."),
        (10, "", 422, "This cannot be empty."),
        (10, "filename Li5odGFjY2Vzcw==", 422, "begin or end with a dot"),
        (10, "filename Y29uLnR4dA==", 422, "for a device"),
    ] {
        let refused = announce(&host, &place, size, metadata).await?;
        ensure!(
            refused.status == status && refused.text.contains(words),
            "{metadata}: {} {}",
            refused.status,
            refused.text
        );
    }
    let plain = host.request(Method::POST, &place).header("upload-length", 10);
    assert_eq!(host.send(plain.header("upload-metadata", NOTES)).await?.status, 412);
    let upload = create(&host, experience, 1000).await?;
    assert_eq!(append(&host, &upload, 0, &bytes(1001)).await?.status, 413);
    assert_eq!(append(&host, &upload, 0, &bytes(600)).await?.status, 204);
    assert_eq!(append(&host, &upload, 600, &bytes(401)).await?.status, 413);
    let form =
        host.request(Method::PATCH, &upload).header("tus-resumable", "1.0.0").header("upload-offset", 600);
    assert_eq!(host.send(form.body("x")).await?.status, 415);
    assert_eq!(offset(&host, &upload).await?, 600);
    // What is on its way counts with all of its bytes, and does not once it is cancelled or has expired.
    let second = create(&host, experience, 1000).await?;
    assert_eq!(announce(&host, &place, 501, NOTES).await?.status, 409, "no room");
    assert_eq!(end(&host, &second).await?.status, 204);
    assert_eq!(append(&host, &second, 0, b"x").await?.status, 404);
    for _ in 1..OPEN_OF_AN_ACCOUNT {
        create(&host, experience, 1).await?;
    }
    let refused = announce(&host, &place, 1, NOTES).await?;
    ensure!(refused.status == 409 && refused.text.contains("on their way already"), "{}", refused.text);
    server.advance(86_400 + 1).await?;
    assert_eq!(append(&host, &upload, 600, &bytes(400)).await?.status, 410, "it was not sent in time");
    create(&host, experience, 1000).await?;
    server.close().await
}

async fn files_are_deleted_with_what_held_them(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (experience, _) = files_of_maya(&server).await?;
    let (host, all) = (server.person("host"), bytes(5000));
    let first = send(&host, experience, &all).await?;
    let second = send(&host, experience, &all).await?;
    let left = create(&host, experience, 5000).await?;
    assert_eq!(append(&host, &left, 0, &all[..100]).await?.status, 204);
    assert_eq!(stored(&server), 3);
    let deletion = first.replace("/media/files/", "/account/files/") + "/deletion";
    let page = host.submit(&deletion, &[]).await?.text;
    ensure!(page.contains("“notes.txt” is deleted."), "{page}");
    assert_eq!(host.save(&first, &[]).await?.0.status, 404);
    assert_eq!(host.post(&deletion, &[]).await?.status, 404);
    until_stored(&server, 2).await?;
    // What is not sent to the end within a day goes, too.
    server.advance(2 * 86_400).await?;
    until_stored(&server, 1).await?;
    // A closed space keeps its files as long as it can be reopened.
    let closing = format!("/account/spaces/{}/closing", server.space("maya").await?);
    assert_eq!(host.post(&closing, &[("name", "Maya Lin")]).await?.status, 303);
    server.advance(28 * 86_400).await?;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(stored(&server), 1, "{second} is there");
    server.advance(3 * 86_400).await?;
    until_stored(&server, 0).await?;
    let lines = server.app.store.audit().last(500).await?;
    for action in ["file.begin", "file.upload", "file.delete"] {
        ensure!(lines.iter().any(|line| line.act.action == action), "no line {action}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_experience_takes_its_files_with_it() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, _) = files_of_maya(&server).await?;
    let host = server.person("host");
    send(&host, experience, b"gone with it").await?;
    assert_eq!(stored(&server), 1);
    assert_eq!(host.post(&format!("/account/experiences/{experience}/deletion"), &[]).await?.status, 303);
    until_stored(&server, 0).await?;
    assert_eq!(server.app.store.files().list(experience).await?.len(), 0);
    server.close().await
}

/// The form as a browser without scripts sends it.
pub(super) async fn form(
    who: &Browser,
    experience: ExperienceId,
    name: &str,
    about: &str,
    file: &[u8],
) -> Result<Reply> {
    let path = format!("/account/experiences/{experience}/files");
    who.attach(&path, &[("about", about)], (name, "text/html", file)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_scripts_a_small_file_is_sent_named_described_and_deleted() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, _) = files_of_maya(&server).await?;
    let host = server.person("host");
    for (name, file, words) in [
        ("", &b""[..], "Choose a file first."),
        ("empty.txt", b"", "This file is empty."),
        ("nul.txt", b"x", "keep this name for a device"),
        ("large.bin", &bytes(11 << 20), "Without scripts a file can have up to 10 MB."),
    ] {
        let refused = form(&host, experience, name, "what I wrote", file).await?;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text);
        ensure!(
            refused.text.contains(words) && refused.text.contains("what I wrote"),
            "{name}: {}",
            refused.text
        );
    }
    assert_eq!(stored(&server), 0, "nothing of it is kept");
    let sent =
        form(&host, experience, "folder/page.html", "For <b>you</b>", b"<script>alert(1)</script>").await?;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let page = host.get(PLACE).await?.text;
    ensure!(page.contains("page.html") && page.contains("For &lt;b&gt;you&lt;/b&gt;"), "{page}");
    let path = page
        .split("href=\"/media/files/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .context("a link")?;
    let (head, body) = host.save(&format!("/media/files/{path}"), &[]).await?;
    assert_eq!(
        (&head.headers["content-type"], body.as_slice()),
        (&"application/octet-stream".parse()?, &b"<script>alert(1)</script>"[..])
    );
    let base = format!("/account/files/{path}");
    let refused = host.post(&base, &[("name", "../page.html"), ("about", "Another word")]).await?;
    ensure!(
        refused.status == 422
            && refused.text.contains("../page.html")
            && refused.text.contains("Another word"),
        "{}",
        refused.text
    );
    let saved = host.submit(&base, &[("name", "Seite 1.html"), ("about", "Another word")]).await?.text;
    ensure!(
        saved.contains("The file is saved.")
            && saved.contains("Seite 1.html")
            && saved.contains("Another word"),
        "{saved}"
    );
    let (head, _) = host.save(&format!("/media/files/{path}"), &[]).await?;
    assert_eq!(
        head.headers["content-disposition"],
        "attachment; filename=\"Seite 1.html\"; filename*=UTF-8''Seite%201.html"
    );
    ensure!(host.submit(&format!("{base}/deletion"), &[]).await?.text.contains("“Seite 1.html” is deleted."));
    server.close().await
}
