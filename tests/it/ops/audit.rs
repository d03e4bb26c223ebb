//! The audit log: sealed while the service runs, verified on its page and by the command line.

use crate::support::{Database, TestServer, child::command, eventually, on_both};
use anyhow::{Result, ensure};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use std::time::Duration;
use store::Act;

on_both!(tampering_shows_on_the_page_and_on_the_command_line, an_operator_is_added_beside_the_service);

/// Waits until every line is sealed. Returns the sequence number of the last one.
async fn sealed(server: &TestServer) -> Result<i64> {
    eventually("the last line is not sealed", async || {
        anyhow::Ok(server.app.store.audit().last(1).await?.first().and_then(|line| line.seq))
    })
    .await
}

async fn tampering_shows_on_the_page_and_on_the_command_line(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let (operator, data) = (server.person("operator"), server.doors["data"].as_str().unwrap_or_default());
    for n in 0..5 {
        let act = Act { actor: None, action: "test".into(), target: "nothing".into(), detail: n.to_string() };
        server.app.store.audit().append(&act, server.app.services.now()).await?;
    }
    let last = sealed(&server).await?;
    let url = database.url(data.as_ref());
    let verify = ["audit", "verify", "--data", data, "--database-url", &url];
    let well = command(&verify, &[]).await?;
    ensure!(well.ok && well.said.contains(&format!("{last} audit lines verified")), "{}", well.said);
    assert_eq!(operator.post("/ops/audit/verifications", &[]).await?.status, 303);
    let page = operator.get("/ops/audit").await?.text;
    assert!(page.contains(&format!("Verified up to line {last}")), "{page}");
    assert_eq!(server.person("host").post("/ops/audit/verifications", &[]).await?.status, 404);

    let mut connection = AnyConnection::connect(&url).await?;
    connection
        .execute("UPDATE audit SET detail = 'something else' WHERE action = 'test' AND detail = '1'")
        .await?;
    connection.execute("DELETE FROM audit_seals WHERE seq = (SELECT MAX(seq) FROM audit)").await?;
    connection.execute("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)").await?;
    let bad = command(&verify, &[]).await?;
    assert!(!bad.ok, "{}", bad.said);
    for finding in [format!("line {} was changed", last - 3), format!("line {last} was cut from the end")] {
        assert!(bad.said.contains(&finding), "{finding}: {}", bad.said);
    }
    assert_eq!(operator.post("/ops/audit/verifications", &[]).await?.status, 303);
    let page = operator.get("/ops/audit").await?.text;
    assert!(page.contains("The log does not verify") && page.contains("was cut from the end"), "{page}");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let page = operator.get("/ops").await?.text;
    assert!(page.contains("<h1>") && page.contains("The audit log does not verify"), "{page}");
    server.close().await
}

async fn an_operator_is_added_beside_the_service(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let (sam, data) = (server.person("stranger"), server.doors["data"].as_str().unwrap_or_default());
    // The service has cached this session by now.
    assert_eq!(sam.get("/ops").await?.status, 404);
    let url = database.url(data.as_ref());
    let added =
        command(&["operator", "add", "sam@demo.example", "--data", data, "--database-url", &url], &[])
            .await?;
    assert!(added.ok, "{}", added.said);
    let operator = async || anyhow::Ok((sam.get("/ops").await?.status == 200).then_some(()));
    eventually("they are no operator", operator).await?;
    sealed(&server).await?;
    let line = server.app.store.audit().last(1).await?.remove(0);
    assert_eq!((line.act.action.as_str(), line.act.actor), ("operator.add", None));
    assert_eq!(line.act.target, server.account("sam@demo.example").await?.to_string());
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_found_by_the_name_of_a_person_or_by_an_id() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, operator) = (server.person("host"), server.person("operator"));
    assert_eq!(host.post(&server.live().path("count"), &[("hidden", "true")]).await?.status, 303);
    let maya = server.account("maya@demo.example").await?;
    let found =
        async |about: &str| anyhow::Ok(operator.get(&format!("/ops/audit?about={about}")).await?.text);
    let link = format!("href=\"/ops/audit?about={maya}\"");
    assert!(operator.get("/ops/audit").await?.text.contains(&link), "whoever did it leads to their lines");
    for about in ["@maya", "MAYA", &maya.to_string()] {
        let page = found(about).await?;
        assert!(page.contains("What was done to <bdi>") && page.contains(&link), "{about}: {page}");
        assert!(page.contains(&format!("value=\"{about}\"")), "what was typed stays: {page}");
    }
    let page = found("@nobody-here").await?;
    assert!(page.contains("Nobody is called that") && !page.contains("<tbody>"), "{page}");
    server.close().await
}
