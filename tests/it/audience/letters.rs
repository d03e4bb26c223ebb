//! Messages to holders: who gets one, who does not, and how it ends.

use crate::support::{Browser, Database, Reply, TestServer, on_both};
use anyhow::{Context, Result, ensure};
use domain::{clock::Clock, id::HolderMessageId};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};

on_both!(
    holders_get_a_message_once_and_nobody_else_does,
    whoever_wants_none_gets_none_until_they_want_them_again,
    a_space_sends_three_messages_a_day,
);

const ANN: &str = "ann@example.org";
const BEN: &str = "ben@example.org";
const CAT: &str = "cat@example.org";

/// What the form of the preview would send.
struct HolderLetterForm {
    path: String,
    pass: String,
    subject: &'static str,
}

impl HolderLetterForm {
    /// To whoever holds this pass.
    async fn to(server: &TestServer, pass: &str, subject: &'static str) -> Result<Self> {
        let path = format!("/account/spaces/{}/messages", server.space("maya").await?);
        Ok(Self { path, pass: server.pass(pass).await?.to_string(), subject })
    }

    async fn preview(&self, who: &Browser) -> Result<Reply> {
        let form = [("pass", self.pass.as_str()), ("subject", self.subject), ("body", "Come early.")];
        who.post(&self.path, &form).await
    }

    async fn send(&self, who: &Browser, id: &str) -> Result<Reply> {
        let form = [
            ("pass", self.pass.as_str()),
            ("subject", self.subject),
            ("body", "Come early."),
            ("id", id),
            ("step", "send"),
        ];
        who.post(&self.path, &form).await
    }

    /// Looks at the mail and sends it.
    async fn sent(&self, who: &Browser) -> Result<String> {
        let seen = self.preview(who).await?;
        ensure!(seen.status == 200, "{} {}", seen.status, seen.text);
        let (_, id) = seen.text.split_once("name=\"id\" value=\"").context("the id of the preview")?;
        let id = id.split('"').next().context("an id")?.to_owned();
        let sent = self.send(who, &id).await?;
        ensure!(sent.status == 303, "{} {}", sent.status, sent.text);
        Ok(id)
    }
}

async fn audited(server: &TestServer, database: &Database, action: &str) -> Result<i64> {
    let url = database.url(server.doors["data"].as_str().unwrap_or_default().as_ref());
    let mut connection = AnyConnection::connect(&url).await?;
    // A line is pending until it is sealed.
    let query = format!(
        "SELECT (SELECT COUNT(*) FROM audit WHERE action = '{action}')
            + (SELECT COUNT(*) FROM audit_pending WHERE action = '{action}') AS lines"
    );
    Ok(connection.fetch_one(AssertSqlSafe(query)).await?.try_get::<i64, _>(0)?)
}

async fn holders_get_a_message_once_and_nobody_else_does(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let (host, store) = (server.person("host"), &server.app.store);
    for email in [ANN, BEN] {
        server.holder(email).await?;
    }
    // She follows the space, and holds no pass; he held one until now.
    let cat = server.signed_in(CAT).await?;
    let space = server.space("maya").await?;
    ensure!(cat.post(&format!("/spaces/{space}/follow"), &[("follow", "true")]).await?.status == 303);
    server.holder("dan@example.org").await?;
    let dan = store.grants().in_space(server.account("dan@example.org").await?, space).await?.remove(0);
    store.grants().revoke(dan.id, "asked", server.app.clock.now()).await?;
    server.holder("eve@example.org").await?;
    let eve = server.account("eve@example.org").await?;
    ensure!(server.live().keep_out(&host, eve, "ban", "").await?.status == 303);

    // Looking at it sends nothing.
    let letter = HolderLetterForm::to(&server, "lobby", "Friday news").await?;
    let seen = letter.preview(&host).await?;
    ensure!(seen.status == 200 && seen.text.contains("Maya Lin: Friday news"), "{}", seen.text);
    let pass = server.pass("lobby").await?;
    let people = store.holder_messages().recipients(space, &[pass], server.app.clock.now()).await?;
    ensure!(seen.text.contains(&format!("Send to {people} people")), "{people}: {}", seen.text);
    server.mail_is_out().await?;
    assert_eq!(server.mails(ANN, "Friday news").await?, 0);

    let id = letter.sent(&host).await?;
    for email in [ANN, BEN] {
        let text = server.mailed(email, "Maya Lin: Friday news", 1).await?.remove(0);
        assert!(text.starts_with("Come early.") && text.contains("/unsubscribe/space-"), "{text}");
    }
    // A second press sends nothing more.
    assert_eq!(letter.send(&host, &id).await?.status, 303);
    server.mail_is_out().await?;
    for (email, count) in [(ANN, 1), (BEN, 1), (CAT, 0), ("dan@example.org", 0), ("eve@example.org", 0)] {
        assert_eq!(server.mails(email, "Friday news").await?, count, "{email}");
    }
    assert_eq!(audited(&server, &database, "message.send").await?, 1);
    let page = host.get(&letter.path).await?.text;
    assert!(page.contains("Friday news") && page.contains(&format!("to {people} people")), "{page}");

    // Bad words keep what was typed; another team sees and sends nothing.
    let empty = host.post(&letter.path, &[("pass", letter.pass.as_str()), ("subject", "Kept")]).await?;
    assert!(empty.status == 422 && empty.text.contains("value=\"Kept\""), "{}", empty.text);
    let other = server.signed_in("other.creator@example.org").await?;
    assert_eq!(other.get(&letter.path).await?.status, 404);
    for who in [&other, &cat, &server.person("stranger")] {
        assert_eq!(letter.send(who, &HolderMessageId::new().to_string()).await?.status, 404);
    }
    assert_eq!(store.holder_messages().of_space(space, 9).await?.len(), 1);
    server.close().await
}

async fn whoever_wants_none_gets_none_until_they_want_them_again(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    let ann = server.holder(ANN).await?;
    server.holder(BEN).await?;
    let first = HolderLetterForm::to(&server, "lobby", "First").await?;
    first.sent(&host).await?;
    let text = server.mailed(ANN, "First", 1).await?.remove(0);
    let (_, token) = text.split_once("/unsubscribe/").context("a link")?;
    let path = format!("/unsubscribe/{}", token.lines().next().context("a line")?);
    // Programs open links before people do; a link that was changed is none.
    let anybody = server.anybody();
    assert!(anybody.get(&path).await?.text.contains("Maya Lin"));
    let (ann_id, ben_id) = (server.account(ANN).await?, server.account(BEN).await?);
    let forged = path.replace(&ann_id.to_string(), &ben_id.to_string());
    assert_eq!(anybody.post(&forged, &[("List-Unsubscribe", "One-Click")]).await?.status, 404);
    assert!(server.app.store.holder_messages().unwanted(ann_id).await?.is_empty());
    for _ in 0..2 {
        assert_eq!(anybody.post(&path, &[("List-Unsubscribe", "One-Click")]).await?.status, 200);
    }

    HolderLetterForm::to(&server, "lobby", "Second").await?.sent(&host).await?;
    server.mailed(BEN, "Second", 1).await?;
    server.mail_is_out().await?;
    assert_eq!(server.mails(ANN, "Second").await?, 0);
    let space = server.space("maya").await?.to_string();
    let page = ann.get("/account/mails").await?.text;
    assert!(page.contains("Maya Lin") && page.contains(&space), "{page}");
    assert_eq!(ann.post("/account/mails/spaces", &[("space", space.as_str())]).await?.status, 303);
    assert!(!ann.get("/account/mails").await?.text.contains(&space));
    HolderLetterForm::to(&server, "lobby", "Third").await?.sent(&host).await?;
    server.mailed(ANN, "Third", 1).await?;
    server.close().await
}

async fn a_space_sends_three_messages_a_day(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let host = server.person("host");
    server.holder(ANN).await?;
    for subject in ["One", "Two", "Three"] {
        HolderLetterForm::to(&server, "lobby", subject).await?.sent(&host).await?;
    }
    let fourth = HolderLetterForm::to(&server, "lobby", "Four").await?;
    let refused = fourth.send(&host, &HolderMessageId::new().to_string()).await?;
    assert!(refused.status == 422 && refused.text.contains("as many messages"), "{}", refused.text);
    assert!(refused.text.contains("value=\"Four\""), "the words stay: {}", refused.text);
    server.mail_is_out().await?;
    assert_eq!((server.mails(ANN, "Three").await?, server.mails(ANN, "Four").await?), (1, 0));
    server.advance(24 * 3600 + 1).await?;
    fourth.sent(&host).await?;
    server.mailed(ANN, "Four", 1).await?;
    server.close().await
}
