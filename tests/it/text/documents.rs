//! Operators write the service's own texts; each version is kept, and a new version of the terms asks everybody once.

use crate::support::{Browser, Database, TestServer, on_both};
use anyhow::{Result, ensure};
use domain::{
    clock::Clock,
    text::{
        documents::Document,
        language::Language::{self, English, German},
    },
};
use store::Accepted;

on_both!(
    a_new_version_of_the_terms_asks_once_and_the_answer_is_kept,
    each_text_is_read_in_the_language_of_the_page,
);

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
    let [Accepted { version: 1, shown: Some(English), at }] = accepted().await?[..] else {
        anyhow::bail!("{:?}", accepted().await?)
    };
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
    let versions: Vec<i64> = accepted().await?.into_iter().map(|one| one.version).collect();
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

/// Publishes a text as the form of operators does: in English and in German.
async fn publish(
    server: &TestServer,
    document: Document,
    version: i64,
    texts: [&str; 2],
    same: bool,
) -> Result<()> {
    let (version, [english, german]) = (version.to_string(), texts);
    let mut fields =
        vec![("version", version.as_str()), ("body", english), ("body_de", german), ("publish", "yes")];
    fields.extend(same.then_some(("same", "true")));
    let path = format!("/ops/documents/{}", document.code());
    let answer = server.person("operator").post(&path, &fields).await?;
    ensure!(answer.status == 303, "{} {}", answer.status, answer.text);
    Ok(())
}

/// How a text begins that is in another language than its page.
fn foreign(language: Language) -> String {
    format!("<div class=\"stack\" lang=\"{}\">", language.code())
}

async fn each_text_is_read_in_the_language_of_the_page(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (english, german) = (server.anybody(), server.anybody().reading("de"));
    for document in Document::ALL {
        for (who, version) in [(&english, "Version 1"), (&german, "Fassung 1")] {
            let page = who.get(document.path()).await?.text;
            assert!(page.contains(version), "{page}");
            assert!(Language::ALL.iter().all(|language| !page.contains(&foreign(*language))), "{page}");
        }
    }
    let (buy, kaufen) = ("What you buy", "Was Sie kaufen");
    assert!(english.get("/terms").await?.text.contains(buy));
    assert!(german.get("/terms").await?.text.contains(kaufen));
    // Whoever signs up on a German page accepts the German text.
    let max = server.anybody().reading("de");
    max.sign_in("max@example.org").await?;
    let account = server.account("max@example.org").await?;
    let shown = async || {
        let accepted = server.app.store.documents().accepted(account, Document::Terms).await?;
        anyhow::Ok(accepted.into_iter().map(|one| (one.version, one.shown)).collect::<Vec<_>>())
    };
    assert_eq!(shown().await?, [(1, Some(German))]);

    // The English text is changed alone: what came with the release in German would say something else.
    let (path, shipped) = ("/ops/documents/terms", Document::Terms.shipped(German));
    let operator = server.person("operator");
    let form = operator.get(path).await?.text;
    assert!(form.contains(buy) && form.contains(kaufen), "{form}");
    let typed = [("version", "1"), ("body", "Be **fair**."), ("body_de", shipped)];
    let preview = operator.post(path, &typed).await?.text;
    assert!(preview.contains("<strong>fair</strong>"), "{preview}");
    assert!(preview.contains("The text in German says the same"), "{preview}");
    publish(&server, Document::Terms, 1, ["Be **fair**.", shipped], false).await?;
    let page = german.get("/terms").await?.text;
    assert!(page.contains("Fassung 2") && page.contains("<strong>fair</strong>"), "{page}");
    assert!(page.contains(&foreign(English)) && !page.contains(kaufen), "{page}");
    assert!(!english.get("/terms").await?.text.contains(&foreign(English)));
    assert!(german.get("/terms?version=1").await?.text.contains(kaufen), "as it was accepted");
    let done = max.post("/account/terms", &[("version", "2"), ("next", "/")]).await?;
    assert_eq!(done.status, 303);
    assert_eq!(shown().await?, [(1, Some(German)), (2, Some(English))], "what he was shown");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_write_each_language_and_a_release_does_not_write_over_it() -> Result<()> {
    let server = TestServer::open().await?;
    let (english, german) = (server.anybody(), server.anybody().reading("de"));
    // A text that still says the same is kept when an operator says so.
    let shipped = Document::Refunds.shipped(German);
    publish(&server, Document::Refunds, 1, ["Ask us.", shipped], true).await?;
    assert!(english.get("/legal/refunds").await?.text.contains("<p>Ask us.</p>"));
    let page = german.get("/legal/refunds").await?.text;
    assert!(page.contains("Fassung 2") && page.contains("Worum Sie bitten können"), "{page}");
    // What an operator has said is theirs to change: the other language stays.
    publish(&server, Document::Refunds, 2, ["Ask us now.", shipped], false).await?;
    assert!(german.get("/legal/refunds").await?.text.contains("Worum Sie bitten können"));

    publish(&server, Document::Help, 1, ["", "Nur *Deutsch*."], false).await?;
    for (who, is_foreign) in [(&english, true), (&german, false)] {
        let page = who.get("/help").await?.text;
        assert!(page.contains("Nur <em>Deutsch</em>."), "{page}");
        assert_eq!(page.contains(&foreign(German)), is_foreign, "{page}");
    }
    let store = &server.app.store;
    store.documents().ship(server.app.clock.now()).await?;
    for (document, version) in [(Document::Refunds, 3), (Document::Help, 2), (Document::Terms, 1)] {
        assert_eq!(store.documents().newest(document).await?, version, "{document:?}");
    }
    // Both may be as long as a text may be.
    let (long, lang) = ("x".repeat(30_000), "ü".repeat(20_000));
    publish(&server, Document::Privacy, 1, [&long, &lang], false).await?;
    assert!(german.get("/privacy").await?.text.contains(&lang));
    let operator = server.person("operator");
    let too_long = "x".repeat(30_001);
    let form = [("version", "2"), ("body", "Fine."), ("body_de", too_long.as_str()), ("publish", "yes")];
    let refused = operator.post("/ops/documents/privacy", &form).await?;
    assert!(refused.status == 422 && refused.text.contains("Fine.</textarea>"), "{}", refused.text);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_publishes_later_takes_back_nothing_of_another_language() -> Result<()> {
    let server = TestServer::open().await?;
    let (operator, document) = (server.person("operator"), Document::Content);
    publish(&server, document, 1, [document.shipped(English), "Nur *Deutsch*."], true).await?;
    let english = [("body", "Only *English*."), ("publish", "yes"), ("same", "true")];
    let form = [&[("version", "1"), ("body_de", document.shipped(German))][..], &english].concat();
    let late = operator.post("/ops/documents/content", &form).await?;
    assert_eq!(late.status, 422);
    for words in ["Only *English*.", "Nur *Deutsch*.", "name=\"version\" value=\"2\""] {
        assert!(late.text.contains(words), "{words}: {}", late.text);
    }
    let form = [&[("version", "2"), ("body_de", "Nur *Deutsch*.")][..], &english].concat();
    assert_eq!(operator.post("/ops/documents/content", &form).await?.status, 303);
    for (who, words) in [(server.anybody(), "Only"), (server.anybody().reading("de"), "Nur")] {
        let page = who.get("/legal/content").await?.text;
        assert!(page.contains(&format!("<p>{words} <em>")), "{page}");
    }
    server.close().await
}
