//! What `/status`, `/readyz` and the operators' page show when something does not work.

use crate::support::{Browser, TestServer, child::Process, eventually};
use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use std::{os::unix::fs::PermissionsExt, path::Path};

/// Waits until something has happened: the state is evaluated once a second, and the database write check every other second.
async fn until(what: &str, mut done: impl AsyncFnMut() -> Result<bool>) -> Result<()> {
    eventually(what, async || anyhow::Ok(done().await?.then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_worker_is_on_the_status_page_and_first_on_ops() -> Result<()> {
    let server = TestServer::open().await?;
    let (operator, anybody) = (server.person("operator"), server.anybody());
    let well = anybody.get("/status.json").await?;
    assert_eq!((well.status, well.json()["status"].as_str()), (StatusCode::OK, Some("ok")), "{}", well.text);
    assert!(operator.get("/ops").await?.text.contains("All well"));
    let stop = "/ops/actors/job_worker.memory/stop";
    let asked = operator.post(stop, &[]).await?.text;
    let token = asked.split("name=\"confirm\" value=\"").nth(1).and_then(|t| t.split('"').next());
    assert_eq!(operator.post(stop, &[("confirm", token.context("a token")?)]).await?.status, 303);
    until("degraded", async || Ok(anybody.get("/status.json").await?.json()["status"] == "degraded")).await?;
    let shown = anybody.get("/status.json").await?;
    assert_eq!(shown.status, StatusCode::OK, "the service still serves people");
    let page = anybody.get("/status").await?.text;
    assert!(page.contains("1 worker is paused.") && page.contains("Some things do not work"), "{page}");
    for text in [&shown.text, &page] {
        assert!(!text.contains("memory"), "no names: {text}");
    }
    let ops = operator.get("/ops").await?.text;
    assert!(
        ops.contains("memory, job worker") && ops.contains("action=\"/ops/actors/job_worker.memory/resume\""),
        "{ops}"
    );
    assert!(ops.find("Needs you").context("needs")? < ops.find("<table class=\"tree").context("the tree")?);
    assert!(!ops.contains("All well"));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn search_and_status_show_hits_only_and_columns_sort() -> Result<()> {
    let server = TestServer::open().await?;
    let operator = server.person("operator");
    assert_eq!(server.live().say(&server.person("host"), "hello").await?.status, 303);
    let all = operator.get("/ops").await?.text;
    assert!(all.contains("id=\"actor-at-supervisor_jobs\""), "{all}");
    let found = operator.get("/ops?q=friday").await?.text;
    assert!(
        found.contains("Friday session") && !found.contains("id=\"actor-at-supervisor_jobs\""),
        "{found}"
    );
    let none = operator.get("/ops?status=parked").await?.text;
    assert!(none.contains("No actor matches.") && none.contains("aria-current=\"true\""), "{none}");
    assert!(!none.contains("id=\"actor-at-job_worker"));
    let sorted = operator.get("/ops?sort=handled").await?.text;
    assert_eq!(sorted.matches("aria-sort=\"descending\"").count(), 1);
    let error = operator.request(reqwest::Method::POST, "/ops/actors/chat_room.1/stop");
    let error = operator.send(error.header("accept", "text/html").form(&[("confirm", "")])).await?;
    assert_eq!(error.status, 404);
    assert!(
        error.text.contains("href=\"/ops/actors/chat_room.1\"") && !error.text.contains("Explore spaces"),
        "{}",
        error.text
    );
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_not_ready_and_says_so() -> Result<()> {
    let data = tempfile::tempdir()?;
    let service = Process::demo_whose_disk_fills(data.path())?;
    let url = service.doors["url"].as_str().context("url")?;
    let viewer = Browser::with_cookie(url, service.doors["cookies"]["viewer"].as_str().context("a cookie")?);
    assert_eq!(viewer.get("/readyz").await?.status, 200);
    service.limit_files(Some(0))?;
    until("503", async || Ok(viewer.get("/readyz").await?.status == 503)).await?;
    let ready = reqwest::get(format!("{url}/readyz")).await?.text().await?;
    assert!(ready.contains("\"database_write\""), "{ready}");
    assert_eq!(viewer.get("/healthz").await?.status, 200, "alive");
    assert_eq!(viewer.get("/maya").await?.status, 200, "reads still work");
    until("down", async || Ok(viewer.get("/status").await?.status == 503)).await?;
    service.limit_files(None)?;
    until("ready again", async || Ok(viewer.get("/readyz").await?.status == 200)).await?;
    Ok(())
}

fn open_to_others(path: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mode = path.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        found.push(format!("{} {mode:o}", path.display()));
    }
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            found.extend(open_to_others(&entry?.path())?);
        }
    }
    Ok(found)
}

/// The directory, the database with its WAL and shared memory files, the secret and the mail; also if they existed
/// before.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_on_the_machine_reads_the_data() -> Result<()> {
    let data = tempfile::tempdir()?;
    let (old, mode) = (data.path().join("old"), std::fs::Permissions::from_mode);
    std::fs::write(&old, "x")?;
    std::fs::set_permissions(&old, mode(0o644))?;
    std::fs::set_permissions(data.path(), mode(0o755))?;
    let service = Process::demo("127.0.0.1:0", data.path(), &[])?;
    let url = service.doors["url"].as_str().context("url")?;
    let anybody = Browser::new(url);
    anybody.sign_in("new@demo.example").await?;
    for wanted in ["backstage.db", "backstage.db-wal", "backstage.db-shm", "secret", "mailbox", "stand-in"] {
        ensure!(data.path().join(wanted).exists(), "no {wanted}");
    }
    assert_eq!(open_to_others(data.path())?, Vec::<String>::new());
    Ok(())
}
