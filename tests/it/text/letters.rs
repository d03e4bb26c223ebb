//! Whoever has a question writes to the operators, signed in or not; a letter is answered by mail.

use crate::support::{Browser, Reply, TestServer, eventually};
use anyhow::{Context, Result};

const WORDS: &str = "The page of my order stays empty.";

async fn write(who: &Browser, email: &str, words: &str) -> Result<Reply> {
    who.post("/contact", &[("topic", "broken"), ("email", email), ("words", words)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_reaches_the_operators_and_is_answered_once() -> Result<()> {
    let server = TestServer::open().await?;
    let (nobody, operator) = (server.anybody(), server.person("operator"));
    for (email, words, wrong) in [("kim@", WORDS, "e-mail"), ("kim@example.org", "Hi", "At least")] {
        let refused = write(&nobody, email, words).await?;
        assert!(refused.status == 422 && refused.text.contains(wrong), "{}", refused.text);
        assert!(refused.text.contains(words), "what was written is kept");
    }
    let sent = write(&nobody, "kim@example.org", WORDS).await?;
    assert!(sent.status == 200 && sent.text.contains("kim@example.org"), "{}", sent.text);
    server.rest().await?;
    let mails = server.mail_texts("olga@demo.example", "Letter:").await?;
    assert!(
        mails.len() == 1 && mails[0].contains(WORDS) && mails[0].contains("kim@example.org"),
        "{mails:?}"
    );
    assert_eq!(server.mails("maya@demo.example", "Letter:").await?, 0, "operators only");

    let queue = operator.get("/ops/reports").await?.text;
    assert!(
        queue.contains("Letter") && queue.contains(WORDS) && !queue.contains("kim@example.org"),
        "{queue}"
    );
    let one = queue.split("href=\"/ops/reports/").nth(1).and_then(|rest| rest.split('"').next());
    let decision = format!("/ops/reports/{}/decision", one.context("a letter")?);
    let answer = [("decision", "acted"), ("answer", "It is mended.")];
    assert_eq!(operator.post(&decision, &answer).await?.status, 303);
    assert_eq!(operator.post(&decision, &answer).await?.status, 409);
    server.rest().await?;
    let answers = server.mail_texts("kim@example.org", "Your letter").await?;
    assert!(
        answers.len() == 1 && answers[0].contains("It is mended.") && answers[0].contains(WORDS),
        "{answers:?}"
    );
    let audit = operator.get("/ops/audit").await?.text;
    assert!(audit.contains("report.write") && !audit.contains("kim@example.org"), "{audit}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_writes_so_many_letters_an_hour() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    let (here, there) = (server.anybody().at("203.0.113.7"), server.anybody().at("198.51.100.9"));
    for n in 0..6 {
        let written = write(&here, "kim@example.org", WORDS).await?;
        assert_eq!(written.status, if n < 5 { 200 } else { 429 }, "letter {n}");
        assert!(n < 5 || written.text.contains(WORDS), "what was written is kept");
    }
    assert_eq!(write(&there, "ann@example.org", WORDS).await?.status, 200, "another network may");
    server.close().await
}

/// Letters from very many networks fill neither the queue nor the allowance of people who are signed in. What was answered goes
/// after its retention, what was not stays.
#[tokio::test(flavor = "multi_thread")]
async fn all_networks_together_write_so_many_and_answered_letters_go() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    let mut refused = 0;
    for n in 0..70 {
        let written = write(&server.anybody().at(&format!("203.0.{n}.7")), "kim@example.org", WORDS).await?;
        if written.status != 200 {
            refused += 1;
            assert_eq!(written.status, 429, "{}", written.text);
            assert!(written.text.contains("not signed in") && written.text.contains("Try again in"));
            assert!(written.text.contains(WORDS), "what was written is kept");
        }
    }
    assert_eq!(refused, 10);
    let member = server.person("viewer").at("198.51.100.9");
    assert_eq!(
        write(&member, "vera@demo.example", "I am signed in, and have a question.").await?.status,
        200
    );

    let operator = server.person("operator");
    let ids: Vec<_> =
        server.app.store.reports().open(99).await?.iter().map(|filed| filed.report.id).collect();
    assert_eq!(ids.len(), 61);
    let answer = [("decision", "acted"), ("answer", "Done.")];
    assert_eq!(operator.post(&format!("/ops/reports/{}/decision", ids[0]), &answer).await?.status, 303);
    server.advance(300 * 86_400).await?;
    server.rest().await?;
    assert!(server.app.store.reports().by_id(ids[0]).await.is_ok(), "not yet");
    server.advance(66 * 86_400).await?;
    let gone = async || anyhow::Ok(server.app.store.reports().by_id(ids[0]).await.err());
    eventually("the report is kept", gone).await?;
    assert_eq!(server.app.store.reports().open(99).await?.len(), 60, "what waits stays");
    server.close().await
}
