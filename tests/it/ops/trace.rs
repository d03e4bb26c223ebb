//! One request id leads from the request through actor and database to the pages, in the log of a separate process.

use crate::support::{Browser, Reply, Room, child::Process, eventually};
use anyhow::{Context, Result, ensure};
use reqwest::{Method, header};
use serde_json::Value;
use std::path::Path;
use uuid::Uuid;

/// The log lines of one post: request, actor, decision, database, pages.
const STAGES: [&str; 5] = ["taken up", "decided", "stored", "sent to the pages", "request"];

/// The log lines with an id, once all of these words occur in them.
async fn lines(log: &Path, id: &str, all: &[&str]) -> Result<Vec<String>> {
    eventually(&format!("not all of {all:?} are logged of {id}"), async || {
        let text = std::fs::read_to_string(log)?;
        let found: Vec<_> = text.lines().filter(|line| line.contains(id)).map(str::to_string).collect();
        let complete = all.iter().all(|words| found.iter().any(|line| line.contains(words)));
        anyhow::Ok(complete.then_some(found))
    })
    .await
}

fn room(doors: &Value) -> Result<Room> {
    let id = doors["messages"].as_str().and_then(|path| path.split('/').nth(2)).context("a room")?;
    Ok(Room(id.parse()?))
}

fn person(doors: &Value, who: &str) -> Browser {
    let (url, cookie) = (doors["url"].as_str(), doors["cookies"][who].as_str());
    Browser::with_cookie(url.unwrap_or_default(), cookie.unwrap_or_default())
}

/// Posts a line with a given request id.
async fn say(room: Room, who: &Browser, id: &str, body: &str) -> Result<Reply> {
    let request = who.request(Method::POST, &room.path("messages")).form(&[("body", body)]);
    who.send(request.header("x-request-id", id)).await
}

fn answered(reply: &Reply) -> Result<&str> {
    Ok(reply.headers.get("x-request-id").context("no id in the answer")?.to_str()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_id_finds_all_log_lines_of_a_post() -> Result<()> {
    let data = tempfile::tempdir()?;
    for format in ["json", "text"] {
        let log = data.path().join(format!("log.{format}"));
        let service = Process::demo_that_logs(&data.path().join("server"), &log, format, "debug")?;
        let (room, viewer) = (room(&service.doors)?, person(&service.doors, "viewer"));
        let mut page = room.follow(&viewer, 0).await?;

        // With hyphens, as other systems write it; the log and the response have it without.
        let given = Uuid::new_v4();
        let id = given.simple().to_string();
        let reply = say(room, &viewer, &given.to_string(), &format!("traced in {format}")).await?;
        assert_eq!((reply.status.as_u16(), answered(&reply)?), (303, id.as_str()));
        page.all_until(&format!("traced in {format}")).await?;
        let found = lines(&log, &id, &STAGES).await?;
        let one = |words: &str| found.iter().filter(|line| line.contains(words)).count();
        assert_eq!(["taken up", "decided", "stored"].map(one), [1, 1, 1], "{found:#?}");
        assert!(found.iter().any(|line| line.contains("chat_room")), "{found:#?}");
        if format == "json" {
            assert!(found.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{found:#?}");
        }

        // Without an id, or with an invalid one, the server makes an id, which is traced as well.
        for nonsense in ["", "no id at all", "../../etc/passwd", &"0".repeat(32), &"f".repeat(400)] {
            let reply = say(room, &viewer, nonsense, "another").await?;
            let made = answered(&reply)?.to_string();
            ensure!(made.len() == 32 && made != nonsense && made.parse::<Uuid>().is_ok(), "{made}");
            lines(&log, &made, &STAGES).await?;
        }
        let text = std::fs::read_to_string(&log)?;
        ensure!(
            !text.contains('\u{1b}'),
            "a log in a file has no colours: {}",
            text.lines().next().unwrap_or_default()
        );
        service.kill()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_that_panics_names_the_request_and_a_quiet_log_is_quiet() -> Result<()> {
    let data = tempfile::tempdir()?;
    let log = data.path().join("log");
    let service = Process::demo_that_logs(&data.path().join("server"), &log, "text", "")?;
    let (room, viewer) = (room(&service.doors)?, person(&service.doors, "viewer"));
    let operator = person(&service.doors, "operator");
    let quiet = Uuid::new_v4().simple().to_string();
    assert_eq!(say(room, &viewer, &quiet, "quiet").await?.status, 303);

    let tree = operator.get("/ops/tree.json").await?.json();
    let nodes = crate::support::chaos::walk(&tree);
    // The town may have other rooms in the tree.
    let is_ours = |name: &str| name.ends_with(&room.0.to_string());
    let node = nodes
        .iter()
        .find(|n| n["kind"] == "chat_room" && n["name"].as_str().is_some_and(is_ours))
        .context("a room")?;
    let (id, name) = (node["id"].as_str().context("an id")?, node["name"].as_str().context("a name")?);
    // `ROOM of stream STREAM`
    let (of, stream) = name.split_once(" of stream ").context("a room and its stream")?;
    ensure!(stream == room.0.to_string(), "{name}");
    let blow = Uuid::new_v4().simple().to_string();
    let request = operator.request(Method::POST, &format!("/ops/actors/{id}/panic")).form(&[("", "")]);
    let struck = operator.send(request.header("x-request-id", &blow)).await?;
    ensure!(
        struck.status.is_redirection() || struck.status.is_success(),
        "{} {}",
        struck.status,
        struck.text
    );
    let found = lines(&log, &blow, &["panicked over a message"]).await?;
    assert!(found.iter().any(|line| line.contains("chat_room") && line.contains(of)), "{found:#?}");
    assert_eq!(lines(&log, &quiet, &[]).await?, [""; 0], "successful requests log nothing at this level");

    // The error page shows the same id.
    let missing = Uuid::new_v4().simple().to_string();
    let request = viewer.request(Method::GET, "/nothing-is-here").header(header::ACCEPT, "text/html");
    let page = viewer.send(request.header("x-request-id", &missing)).await?;
    assert_eq!(page.status, 404);
    assert!(page.text.contains(&missing), "{}", page.text);
    service.kill()
}
