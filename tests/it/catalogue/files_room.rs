//! Room for what people send: on the disk, and of all files together.

use super::pictures::{photograph, upload};
use crate::{
    edge::limits::reached,
    support::{
        Browser, Database, TestServer,
        tus::{NOTES, announce, append, bytes, create, end, files_of_maya, offset, send},
    },
};
use anyhow::{Context, Result, ensure};
use domain::{
    catalogue::{content::files::NewFile, offer::ExperienceKind},
    clock::Clock,
    id::ExperienceId,
};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use std::path::{Path, PathBuf};
use store::ExperienceText;

const WORDS: &str = "This server has no room for more files.";

fn objects(server: &TestServer) -> PathBuf {
    PathBuf::from(server.door("data")).join("objects")
}

/// Bytes of all files in the folder.
fn held(folder: &Path) -> u64 {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => held(&entry.path()),
            found => found.map_or(0, |found| found.len()),
        })
        .sum()
}

/// A file of Maya's that was announced while there was room. Returns where its pieces go.
async fn announced(server: &TestServer, experience: ExperienceId, size: i64) -> Result<String> {
    let (by, now) = (server.account("maya@demo.example").await?, server.app.clock.now());
    let new = NewFile { name: "notes.txt".into(), about: String::new(), size };
    let mut tx = server.app.store.begin().await?;
    let file = tx.create_file(by, experience, &new, server.app.services.files, now).await?;
    tx.commit_unattended(&[]).await?;
    Ok(format!("/account/uploads/{}", file.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_takes_nothing_more_and_the_rest_goes_on() -> Result<()> {
    let server =
        TestServer::with_settings(|settings| settings.recordings.recording_reserve = u64::MAX).await?;
    let (experience, _) = files_of_maya(&server).await?;
    let (host, there) = (server.person("host"), held(&objects(&server)));
    let before = reached(&server, "all_room", "refused").await?;
    let path = format!("/account/experiences/{experience}/uploads");
    let refused = announce(&host, &path, 1_000, NOTES).await?;
    ensure!(refused.status == 409 && refused.text.contains(WORDS), "{}", refused.text);
    let upload_path = announced(&server, experience, 1_000).await?;
    let refused = append(&host, &upload_path, 0, &bytes(1_000)).await?;
    ensure!(refused.status == 409 && refused.text.contains("all_room"), "{}", refused.text);
    assert_eq!(offset(&host, &upload_path).await?, 0);
    let refused = upload(&host, "/account/avatar", None, &photograph(300, 300, 1)).await?;
    ensure!(refused.status == 422 && refused.text.contains(WORDS), "{}: {}", refused.status, refused.text);
    assert_eq!(held(&objects(&server)), there, "nothing of it is kept");
    ensure!(reached(&server, "all_room", "refused").await? >= before + 3, "each refusal is counted");
    assert_eq!(end(&host, &upload_path).await?.status, 204);
    ensure!(server.live().say(&server.person("viewer"), "the chat goes on").await?.status == 303);
    server.close().await
}

/// Somebody new, and where files go in their own space.
async fn stranger(server: &TestServer, n: usize) -> Result<(Browser, ExperienceId)> {
    let (email, now) = (format!("stranger{n}@example.org"), server.app.clock.now());
    let who = server.signed_in(&email).await?;
    let (by, store) = (server.account(&email).await?, &server.app.store);
    let spaces = store.spaces().of_account(by).await?;
    let (space, _) = spaces.first().context("the first space")?;
    let text = ExperienceText { slug: "all".into(), title: "All".into(), about: String::new() };
    Ok((who, store.experiences().create(space.id, ExperienceKind::Files, &text, now).await?.id))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_only_announce_takes_no_room_from_others() -> Result<()> {
    let server = TestServer::with_settings(|settings| settings.files.all_file_bytes = 3_000).await?;
    let (experience, _) = files_of_maya(&server).await?;
    let mut uploads = Vec::new();
    for n in 0..3 {
        let (who, experience) = stranger(&server, n).await?;
        let upload = create(&who, experience, 2_000).await?;
        uploads.push((who, upload));
    }
    send(&server.person("host"), experience, &bytes(1_000)).await.context("6000 were only announced")?;
    let [(first, to_first), (second, to_second), _] = &uploads[..] else { panic!("three uploads") };
    assert_eq!(append(first, to_first, 0, &bytes(1_500)).await?.status, 204);
    let refused = append(second, to_second, 0, &bytes(501)).await?;
    ensure!(refused.status == 409 && refused.text.contains(WORDS), "{}", refused.text);
    assert_eq!(offset(second, to_second).await?, 0);
    assert_eq!(append(second, to_second, 0, &bytes(500)).await?.status, 204, "up to the bound");
    let refused = append(first, to_first, 1_500, &bytes(1)).await?;
    ensure!(refused.status == 409 && refused.text.contains(WORDS), "{}", refused.text);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_ended_gives_its_bytes_back_although_the_database_takes_no_row() -> Result<()> {
    let server = TestServer::open().await?;
    let (experience, _) = files_of_maya(&server).await?;
    let (host, there) = (server.person("host"), held(&objects(&server)));
    let upload = create(&host, experience, 2_000).await?;
    assert_eq!(append(&host, &upload, 0, &bytes(1_000)).await?.status, 204);
    let done = send(&host, experience, &bytes(300)).await?;
    assert_eq!(held(&objects(&server)), there + 1_300);
    // As on a full disk.
    let url = Database::Sqlite.url(Path::new(server.door("data")));
    let mut connection = AnyConnection::connect(&url).await?;
    connection
        .execute(
            "CREATE TRIGGER full_disk BEFORE UPDATE OF deleted_at ON files
            BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
        )
        .await?;
    assert_eq!(end(&host, &upload).await?.status, 503);
    let of_done = done.replace("/media/files/", "/account/files/") + "/deletion";
    assert_eq!(host.post(&of_done, &[]).await?.status, 503);
    assert_eq!(held(&objects(&server)), there + 300, "what others may download stays until that is noted");
    connection.execute("DROP TRIGGER full_disk").await?;
    assert_eq!(end(&host, &upload).await?.status, 204);
    assert_eq!(host.save(&done, &[]).await?.1, bytes(300));
    server.close().await
}
