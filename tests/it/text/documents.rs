//! Operators write the service's own texts; each version is kept, and a new version of the terms asks everybody once.

use crate::support::{Browser, Database, TestServer, on_both};
use anyhow::Result;
use domain::text::documents::Document;

on_both!(a_new_version_of_the_terms_asks_once_and_the_answer_is_kept);

const ASKS: &str = "Accept the terms";

async fn asks(who: &Browser) -> Result<bool> {
    Ok(who.get("/maya").await?.text.contains(ASKS))
}

async fn a_new_version_of_the_terms_asks_once_and_the_answer_is_kept(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (operator, vera, kim) = (server.person("operator"), server.person("viewer"), server.anybody());
    kim.sign_in("kim@example.org").await?;
    let account = server.account("kim@example.org").await?;
    let accepted = async || server.app.store.documents().accepted(account, Document::Terms).await;
    let [(1, at)] = accepted().await?[..] else { anyhow::bail!("{:?}", accepted().await?) };
    assert!(at.0 > 0, "who signs up accepts the terms that stand then");
    assert!(!asks(&kim).await? && !asks(&vera).await? && !asks(&server.anybody()).await?);

    let path = "/ops/documents/terms";
    for who in ["host", "stranger"] {
        assert_eq!(server.person(who).post(path, &[("version", "1"), ("body", "Mine")]).await?.status, 404);
    }
    let text = "## Fair\n\nBe **fair**. [Help](/help) <script>x()</script> [no](javascript:x)";
    let shown = operator.post(path, &[("version", "1"), ("body", text)]).await?;
    assert_eq!(shown.status, 200);
    for words in ["<h2>Fair</h2>", "<strong>fair</strong>", "<a href=\"/help\">Help</a>", "&lt;script&gt;"] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    assert!(!shown.text.contains("<script>x()") && !shown.text.contains("href=\"javascript"));
    assert!(!asks(&vera).await?, "a preview publishes nothing");
    let publish = |version: &'static str, body: &'static str| {
        let fields = [("version", version), ("body", body), ("publish", "yes")];
        let operator = operator.clone();
        async move { anyhow::Ok(operator.post(path, &fields).await?) }
    };
    assert_eq!(publish("1", text).await?.status, 303);
    let late = publish("1", "Another text").await?;
    assert_eq!(late.status, 422);
    assert!(late.text.contains("Somebody else") && late.text.contains("Another text"), "{}", late.text);
    assert_eq!(publish("2", text).await?.status, 422, "the same text again");
    assert_eq!(publish("2", "").await?.status, 422);
    let deep = publish("2", "> > > > > > > > deep").await?;
    assert!(deep.status == 422 && deep.text.contains("at most 6 times"), "{}", deep.text);

    let page = server.anybody().get("/terms").await?.text;
    assert!(
        page.contains("<strong>fair</strong>") && page.contains("Version 2") && !page.contains("<script>x")
    );
    let before = server.anybody().get("/terms?version=1").await?.text;
    assert!(before.contains("This is an earlier version.") && before.contains("What you buy"), "{before}");
    let history = operator.get(path).await?.text;
    assert!(history.contains("@olga") && history.contains("with the release"), "{history}");

    assert!(asks(&kim).await? && asks(&vera).await? && !asks(&server.anybody()).await?);
    let show = vera.get(server.door("watch")).await?;
    assert!(show.status == 200 && !show.text.contains(ASKS), "never over a show");
    let old = kim.post("/account/terms", &[("version", "1"), ("next", "/maya")]).await?;
    assert_eq!((old.status.as_u16(), old.location()), (303, "/terms"), "that is not the current one");
    assert!(asks(&kim).await?);
    for _ in 0..2 {
        let done = kim.post("/account/terms", &[("version", "2"), ("next", "/maya")]).await?;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/maya"));
    }
    assert!(!asks(&kim).await? && asks(&vera).await?, "each person answers for themselves");
    let versions: Vec<i64> = accepted().await?.into_iter().map(|(version, _)| version).collect();
    assert_eq!(versions, [1, 2]);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_links_the_texts_and_each_has_words() -> Result<()> {
    let server = TestServer::open().await?;
    for path in ["/", "/maya", "/sign-in", "/nobody-here", "/help"] {
        let page = server.anybody().get(path).await?.text;
        for document in Document::ALL {
            let link = format!("<a href=\"{}\">{}</a>", document.path(), views::names::document(document));
            assert!(page.contains(&link), "{path} lacks {link}");
        }
    }
    for document in Document::ALL {
        let page = server.anybody().get(document.path()).await?;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Version 1") && page.text.contains("<li>"), "{document:?}");
    }
    server.close().await
}
