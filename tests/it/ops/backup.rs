//! `backup` while the service runs, and `restore` into an empty directory.

use crate::support::{
    Browser,
    child::{Process, command},
};
use anyhow::{Context, Result, ensure};
use std::path::Path;

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a plain path")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_busy_service_is_restored_whole() -> Result<()> {
    let (data, dir) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let service = Process::demo("127.0.0.1:0", data.path(), &[])?;
    let (url, doors) = (service.doors["url"].as_str().context("url")?.to_string(), service.doors.clone());
    let viewer = Browser::with_cookie(&url, doors["cookies"]["viewer"].as_str().context("a cookie")?);
    let messages = doors["messages"].as_str().context("messages")?.to_string();
    assert_eq!(viewer.post(&messages, &[("body", "before the backup")]).await?.status, 303);
    let (archive, restored) = (dir.path().join("one.tar"), dir.path().join("restored"));
    // People continue to write while the archive is made.
    let writing = tokio::spawn(async move {
        for n in 0..15 {
            let _ = viewer.post(&messages, &[("body", &format!("meanwhile {n}"))]).await;
        }
    });
    let backup = ["backup", text(&archive)?, "--data", text(data.path())?];
    let made = command(&backup, &[]).await?;
    writing.await?;
    assert!(made.ok, "{}", made.said);
    let again = command(&backup, &[]).await?;
    assert!(!again.ok && again.said.contains("exists"), "nothing is overwritten: {}", again.said);
    service.kill()?;

    let restore = command(&["restore", text(&archive)?, "--data", text(&restored)?], &[]).await?;
    assert!(restore.ok && restore.said.contains("audit lines verified"), "{}", restore.said);
    let full = command(&["restore", text(&archive)?, "--data", text(&restored)?], &[]).await?;
    assert!(!full.ok && full.said.contains("is not empty"), "{}", full.said);
    let service = Process::demo("127.0.0.1:0", &restored, &[])?;
    let url = service.doors["url"].as_str().context("url")?;
    // A session from before the backup is valid in the restored service, too.
    let viewer = Browser::with_cookie(url, doors["cookies"]["viewer"].as_str().context("a cookie")?);
    let page = viewer.get("/maya/friday-session").await?;
    assert!(page.status == 200 && page.text.contains("before the backup"), "{}", page.status);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_restores_nothing() -> Result<()> {
    let (data, dir) = (tempfile::tempdir()?, tempfile::tempdir()?);
    Process::demo("127.0.0.1:0", data.path(), &[])?.kill()?;
    let (archive, bad) = (dir.path().join("good.tar"), dir.path().join("bad.tar"));
    let made = command(&["backup", text(&archive)?, "--data", text(data.path())?], &[]).await?;
    assert!(made.ok, "{}", made.said);
    let whole = std::fs::read(&archive)?;
    let mut flipped = whole.clone();
    let middle = whole.len() / 2;
    flipped[middle] ^= 1;
    for (name, bytes) in
        [("cut short", &whole[..whole.len() / 2]), ("one bit", &flipped), ("no archive", b"hello")]
    {
        let target = dir.path().join(name.replace(' ', "-"));
        std::fs::write(&bad, bytes)?;
        let restored = command(&["restore", text(&bad)?, "--data", text(&target)?], &[]).await?;
        ensure!(!restored.ok, "{name}: {}", restored.said);
        assert_eq!(std::fs::read_dir(&target).map(Iterator::count).unwrap_or(0), 0, "{name}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_postgresql_is_refused_and_names_pg_dump() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let archive = dir.path().join("one.tar");
    let told = command(&["backup", text(&archive)?], &[("DATABASE_URL", "postgres://nobody@127.0.0.1/none")])
        .await?;
    assert!(!told.ok && told.said.contains("pg_dump"), "{}", told.said);
    assert!(!archive.exists());
    Ok(())
}
