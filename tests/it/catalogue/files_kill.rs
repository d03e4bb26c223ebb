//! `kill -9` while a file is being sent: what the server says has arrived is what it has.

use crate::support::{
    Browser,
    child::Process,
    tus::{append, bytes, create, download, offset},
};
use anyhow::{Context, Result, ensure};
use domain::id::ExperienceId;
use std::{path::Path, time::Duration};
use tokio::time::sleep;

const ROUNDS: usize = 4;
const SIZE: usize = 48 << 20;

/// A place for files, made by its host.
async fn place(host: &Browser) -> Result<ExperienceId> {
    let account = host.get("/account").await?.text;
    let space =
        account.split("/account/spaces/").nth(1).and_then(|rest| rest.get(..32)).context("a space")?;
    let new = [("kind", "files"), ("title", "Liner notes"), ("slug", ""), ("about", "")];
    let made = host.post(&format!("/account/spaces/{space}/experiences"), &new).await?;
    ensure!(made.status == 303, "{}", made.text);
    Ok(made.location().rsplit('/').next().context("an id")?.parse()?)
}

fn begin(data: &Path) -> Result<(Process, Browser)> {
    let service = Process::demo("127.0.0.1:0", data, &[])?;
    let url = service.doors["url"].as_str().context("url")?;
    let host = Browser::with_cookie(url, service.doors["cookies"]["host"].as_str().context("a cookie")?);
    Ok((service, host))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_survives_kills_with_what_was_counted() -> Result<()> {
    let data = tempfile::tempdir()?;
    let (mut service, mut host) = begin(data.path())?;
    let (experience, all) = (place(&host).await?, bytes(SIZE));
    let upload = create(&host, experience, SIZE).await?;
    let mut counted = 0;
    for round in 0..ROUNDS {
        // Small pieces, each answered, until the process dies in the middle of one.
        let (sender, path, rest, from) = (host.clone(), upload.clone(), all.clone(), counted);
        let sending = tokio::spawn(async move {
            let mut at = from;
            while at < SIZE {
                let end = SIZE.min(at + 700_001);
                match append(&sender, &path, at, &rest[at..end]).await {
                    Ok(reply) if reply.status == 204 => at = end,
                    _ => break,
                }
            }
            at
        });
        sleep(Duration::from_millis(150 + 90 * round as u64)).await;
        service.kill()?;
        let answered = sending.await?;
        (service, host) = begin(data.path())?;
        counted = offset(&host, &upload).await?;
        ensure!(counted >= answered, "{counted} of at least {answered} that were answered");
        let part = data
            .path()
            .join("objects")
            .join(format!("files/{}.part", upload.rsplit('/').next().unwrap_or_default()));
        let stored = part.metadata().map_or(0, |found| found.len() as usize);
        ensure!(counted == SIZE || stored >= counted, "{stored} bytes are stored, {counted} counted");
    }
    ensure!(counted > 0, "nothing was answered before the kills");
    let rest = append(&host, &upload, counted, &all[counted..]).await?;
    ensure!(counted == SIZE || rest.status == 204, "{}: {}", rest.status, rest.text);
    let saved = host.request(reqwest::Method::GET, &download(&upload)).send().await?;
    assert_eq!(saved.status(), 200);
    ensure!(saved.bytes().await? == all, "each byte once and in its place");
    Ok(())
}
