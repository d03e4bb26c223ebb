//! Whatever people see they can report; operators follow the queue, decide, and those who reported are told.

use crate::support::{Browser, Database, Feed, Reply, TestServer, eventually, on_both};
use anyhow::{Context, Result};
use domain::id::ReportId;

on_both!(
    a_space_is_reported_once_and_its_reporter_is_told_what_was_decided,
    a_chat_line_is_reported_with_what_its_author_wrote,
);

const WORDS: &str = "The songs are not hers.";

async fn report(who: &Browser, path: &str, reason: &str, words: &str) -> Result<Reply> {
    who.post(path, &[("reason", reason), ("words", words)]).await
}

/// The ids of the reports on a page, in order.
fn listed(page: &str) -> Vec<String> {
    let links = page.split("href=\"/ops/reports/").skip(1);
    links.filter_map(|rest| rest.split('"').next()).map(String::from).collect()
}

async fn queue(server: &TestServer) -> Result<(String, Vec<String>)> {
    let page = server.person("operator").get("/ops/reports").await?.text;
    let ids = listed(&page);
    Ok((page, ids))
}

async fn a_space_is_reported_once_and_its_reporter_is_told_what_was_decided(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (sam, vera, operator) =
        (server.person("stranger"), server.person("viewer"), server.person("operator"));
    let path = format!("/account/reports/space/{}", server.space("maya").await?);
    let page = sam.get("/maya").await?.text;
    assert!(page.contains(&format!("href=\"{path}\"")), "the page of the space has the link");
    assert!(sam.get(&path).await?.text.contains("Report a space"));
    let mut followed = Feed::open(&operator, "/ops/reports/events", None).await?;
    followed.all_until("Nothing waits for a decision.").await?;

    assert_eq!(server.anybody().post(&path, &[("reason", "fraud")]).await?.status, 401);
    let refused = report(&sam, &path, "boring", WORDS).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Choose one of the reasons.") && refused.text.contains(WORDS));
    assert_eq!(report(&sam, &path, "other", "").await?.status, 422, "no reason needs words");
    let nowhere = format!("/account/reports/space/{}", uuid::Uuid::now_v7().simple());
    assert_eq!(report(&sam, &nowhere, "fraud", "").await?.status, 404);
    assert_eq!(report(&sam, &path, "copyright", WORDS).await?.status, 303);
    assert_eq!(report(&sam, &path, "fraud", "Again.").await?.status, 303, "the second one changes nothing");
    assert_eq!(report(&vera, &path, "spam", "").await?.status, 303);

    followed.all_until(WORDS).await?;
    let (page, ids) = queue(&server).await?;
    assert_eq!(ids.len(), 2, "{page}");
    assert!(page.contains("@sam") && page.contains("1 other report about it") && !page.contains("Again."));
    // The health of the service is looked at once a second.
    let named = async || {
        let page = operator.get("/ops").await?.text;
        anyhow::Ok(page.contains("2 reports wait for a decision").then_some(()))
    };
    eventually("nobody says that reports wait", named).await?;

    let one = format!("/ops/reports/{}", ids[0]);
    for who in ["stranger", "viewer", "host"] {
        assert_eq!(server.person(who).get(&one).await?.status, 404, "{who}");
        let decided = server.person(who).post(&format!("{one}/decision"), &[("decision", "acted")]).await?;
        assert_eq!(decided.status, 404, "{who}");
    }
    let detail = operator.get(&one).await?.text;
    assert!(detail.contains("Suspend the space") && detail.contains("@vera"), "{detail}");
    let primary = detail.split("class=\"button primary\"").nth(1).context("a primary button")?;
    assert!(primary.starts_with(" name=\"decision\" value=\"acted\""), "it dismisses nothing: {detail}");
    let decision = format!("{one}/decision");
    assert_eq!(operator.post(&decision, &[("answer", "Kept?")]).await?.status, 422);
    let answer = [("decision", "dismissed"), ("answer", "She wrote them with Ada.")];
    assert_eq!(operator.post(&decision, &answer).await?.status, 303);
    assert_eq!(operator.post(&decision, &answer).await?.status, 409, "it is decided");
    followed.all_until("Nothing waits for a decision.").await?;
    server.rest().await?;
    for (to, words) in [("sam@demo.example", WORDS), ("vera@demo.example", "leave it as it is")] {
        let mails = server.mail_texts(to, "Your report of").await?;
        assert_eq!(mails.len(), 1, "{to}");
        assert!(mails[0].contains(words) && mails[0].contains("She wrote them with Ada."), "{}", mails[0]);
    }
    assert_eq!(server.mails("maya@demo.example", "report").await?, 0, "nobody else is told");
    assert_eq!(report(&sam, &path, "fraud", "Still.").await?.status, 303);
    assert_eq!(queue(&server).await?.1.len(), 3, "a decided report does not stand in the way of another");
    let audit = operator.get("/ops/audit").await?.text;
    assert!(audit.contains("report.make") && audit.contains("report.decide"), "{audit}");
    server.close().await
}

async fn a_chat_line_is_reported_with_what_its_author_wrote(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans, host) = (server.live(), server.fans(2).await?, server.person("host"));
    let (bad, kind) = (&fans[0].browser, &fans[1].browser);
    for line in ["hello there", "you are all fools"] {
        assert_eq!(room.say(bad, line).await?.status, 303);
    }
    let watch = kind.get(server.door("watch")).await?.text;
    assert!(watch.contains(&format!("href=\"{}\"", room.path("messages"))), "the chat has the link");
    let lines = kind.get(&room.path("messages")).await?.text;
    assert!(lines.contains("you are all fools"), "{lines}");
    let path = lines.split("href=\"").find(|rest| rest.contains("/report\"")).context("a line")?;
    let path = path.split('"').next().unwrap_or_default().to_string();
    let form = kind.get(&path).await?.text;
    assert!(form.contains("Report a message") && form.contains("you are all fools"), "{form}");

    // Who may not be in the room, may not even ask.
    for (who, status) in [(server.anybody(), 401), (server.person("stranger"), 402)] {
        assert_eq!(report(&who, &path, "hate", "").await?.status, status);
        assert_ne!(who.get(&room.path("messages")).await?.status, 200);
    }
    assert_eq!(report(bad, &path, "spam", "").await?.status, 409, "nobody reports themselves");
    assert_eq!(report(kind, &room.path("messages/9999/report"), "hate", "").await?.status, 404);
    assert_eq!(report(kind, &path, "harassment", "").await?.status, 303);
    // The line is removed meanwhile: the operators still see what it was about.
    assert_eq!(room.remove(&host, 2).await?.status, 303);
    let id = queue(&server).await?.1.remove(0);
    let detail = server.person("operator").get(&format!("/ops/reports/{id}")).await?.text;
    for words in ["you are all fools", "hello there", "Reported", "Removed", "Suspend the account of"] {
        assert!(detail.contains(words), "{words}: {detail}");
    }
    let card = host.get(&room.path("messages/1")).await?.text;
    assert!(card.contains(&room.path("messages/1/report")), "moderators have the link on their card");
    let filed = server.app.store.reports().by_id(id.parse::<ReportId>()?).await?;
    assert_eq!(filed.report.line, Some(2));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_shows_and_people_are_reported_without_being_seen_by_strangers() -> Result<()> {
    let server = TestServer::open().await?;
    let (sam, host) = (server.person("stranger"), server.person("host"));
    let (space, maya) = (server.space("maya").await?, server.account("maya@demo.example").await?);
    let show = server.live().0;
    let paths = [("picture", space.to_string()), ("show", show.to_string()), ("person", maya.to_string())];
    let paths = paths.map(|(kind, id)| format!("/account/reports/{kind}/{id}"));
    let door = sam.get("/maya/friday-session").await?.text;
    assert!(door.contains(&format!("href=\"{}\"", paths[1])), "{door}");
    assert!(sam.get("/@maya").await?.text.contains(&format!("href=\"{}\"", paths[2])));
    for path in &paths {
        assert_eq!(sam.get(path).await?.status, 200, "{path}");
        assert_eq!(report(&sam, path, "sexual", "").await?.status, 303, "{path}");
    }
    assert_eq!(report(&host, &paths[2], "spam", "").await?.status, 409, "Maya about Maya");
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    let vera = server.person("viewer");
    for path in &paths[..2] {
        assert_eq!(report(&vera, path, "spam", "").await?.status, 404, "{path}");
        assert_eq!(vera.get(path).await?.status, 404, "{path}");
    }
    assert_eq!(queue(&server).await?.1.len(), 3);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_makes_so_many_reports_an_hour() -> Result<()> {
    let server = TestServer::open().await?;
    let sam = server.person("stranger");
    let path = format!("/account/reports/space/{}", server.space("maya").await?);
    let mut last = 303;
    for _ in 0..21 {
        let answered = report(&sam, &path, "spam", WORDS).await?;
        last = answered.status.as_u16();
        if last != 303 {
            assert!(answered.text.contains("reported a lot") && answered.text.contains(WORDS));
        }
    }
    assert_eq!(last, 429);
    assert_eq!(report(&server.person("viewer"), &path, "spam", "").await?.status, 303, "others may");
    server.close().await
}
