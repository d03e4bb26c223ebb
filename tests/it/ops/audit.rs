//! The audit log: sealed while the service runs, verified on its page and by the command line.

use crate::support::{Database, TestServer, child::command, eventually, on_both};
use anyhow::{Context, Result, ensure};
use domain::time::Millis;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use std::time::Duration;
use store::Act;

on_both!(
    tampering_shows_on_the_page_and_on_the_command_line,
    an_operator_is_added_beside_the_service,
    lines_are_found_by_action_and_day_in_pages_that_stay,
    a_space_has_the_lines_of_all_that_is_in_it,
);

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

/// The address of the next older page.
fn older(page: &str) -> Option<String> {
    let link = page.split("href=\"").find(|rest| rest.starts_with("/ops/audit?before="))?;
    Some(link.split('"').next()?.replace("&amp;", "&"))
}

async fn lines_are_found_by_action_and_day_in_pages_that_stay(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (operator, audit) = (server.person("operator"), server.app.store.audit());
    let day = domain::time::day("2020-05-05").context("a day")?;
    let write = async |action: &str, detail: &str, at: Millis| {
        let act = Act { actor: None, action: action.into(), target: "nothing".into(), detail: detail.into() };
        anyhow::Ok(audit.append(&act, at).await?)
    };
    for n in 0..103 {
        write("test.page", &format!("number {n}."), day.start).await?;
    }
    write("test.page", "the last moment", Millis(day.end.0 - 1)).await?;
    write("test.page", "the day after", day.end).await?;
    write("test.other", "something else", day.start).await?;
    sealed(&server).await?;
    let get = async |query: &str| anyhow::Ok(operator.get(&format!("/ops/audit?{query}")).await?.text);

    let asked = "about=&action=test.page&day=2020-05-05";
    let first = get(asked).await?;
    assert!(first.contains("the last moment") && first.contains("number 102."), "newest first: {first}");
    assert!(!first.contains("the day after") && !first.contains("something else"), "{first}");
    assert!(
        first.contains("value=\"2020-05-05\"") && first.contains("value=\"test.page\" selected"),
        "{first}"
    );
    assert!(!first.contains("Verify now"), "a search is no verification");
    let next = older(&first).context("an older page")?;
    write("test.page", "written meanwhile", day.start).await?;
    sealed(&server).await?;
    let second = operator.get(&next).await?.text;
    let all = |page: &str| page.matches("number ").count();
    assert_eq!((all(&first), all(&second)), (99, 4), "each line once, whatever is written meanwhile");
    assert!(older(&second).is_none() && !second.contains("written meanwhile"), "{second}");

    let whole = get("day=2020-05-05").await?;
    assert!(whole.contains("something else") && whole.contains("written meanwhile"), "{whole}");
    let after = get("action=test.page&day=2020-05-06").await?;
    assert!(after.contains("the day after") && !after.contains("number "), "{after}");
    assert!(get("action=test.other").await?.contains("something else"));
    assert!(get("action=no.such").await?.contains("No line fits what you ask for."));
    let wrong = get("day=yesterday").await?;
    assert!(wrong.contains("That is no day.") && !wrong.contains("<tbody>"), "{wrong}");
    assert_eq!(server.person("host").get("/ops/audit?action=test.page").await?.status, 404);
    server.close().await
}

async fn a_space_has_the_lines_of_all_that_is_in_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, operator) = (server.person("host"), server.person("operator"));
    let (space, room) = (server.space("maya").await?, server.live());
    let vera = server.account("vera@demo.example").await?;
    assert_eq!(room.say(&server.person("viewer"), "spam").await?.status, 303);
    assert_eq!(room.keep_out(&host, vera, "mute", "600").await?.status, 303);
    assert_eq!(host.post(&room.path("count"), &[("hidden", "true")]).await?.status, 303);
    let (target, detail) = (vera.to_string(), "elsewhere".to_owned());
    let elsewhere = Act { actor: None, action: "test.else".into(), target, detail };
    server.app.store.audit().append(&elsewhere, server.app.services.now()).await?;
    sealed(&server).await?;
    let page = operator.get(&format!("/ops/audit?about={space}")).await?.text;
    for action in ["stream.count", "ban.make"] {
        assert!(page.contains(&format!("<td>{action}</td>")), "{action}: {page}");
    }
    assert!(!page.contains("<td>test.else</td>") && !page.contains("<td>session.start</td>"), "{page}");
    let form = operator.get(&format!("/ops/spaces/{space}/suspension")).await?.text;
    assert!(form.contains(&format!("href=\"/ops/audit?about={space}\"")), "{form}");
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
    assert!(page.contains("Nobody has this name") && !page.contains("<tbody>"), "{page}");
    server.close().await
}
