//! What the page of a space says to those who may buy, and its preview.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result};
use domain::{id::SpaceId, money::sales::MOST_QUESTIONS};

fn path(space: SpaceId, rest: &str) -> String {
    format!("/account/spaces/{space}/{rest}")
}

async fn ask(who: &Browser, space: SpaceId, question: &str, answer: &str) -> Result<u16> {
    let form = [("question", question), ("answer", answer)];
    Ok(who.post(&path(space, "questions"), &form).await?.status.as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn headline_features_and_questions_are_shown_to_everybody_in_their_order() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let shown = async || anyhow::Ok(server.anybody().get("/maya").await?.text);
    let before = shown().await?;
    assert!(!before.contains("What you get") && !before.contains("Questions and answers"));
    let form = [("headline", "Hear it <first>"), ("features", "A song a week\r\n\r\nThe chords & words")];
    assert_eq!(host.post(&path(space, "sales"), &form).await?.status, 303);
    for question in ["Can I watch later?", "Do I need a camera?", "In which language?"] {
        assert_eq!(ask(&host, space, question, "No, **never**.\n\n<script>alert(1)</script>").await?, 303);
    }
    let page = shown().await?;
    for words in
        ["Hear it &lt;first&gt;", "A song a week", "The chords &amp; words", "<strong>never</strong>"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script>alert"), "{page}");

    // Moved, changed and deleted without scripts.
    let order = |page: &str| {
        let at = |words| page.find(words).unwrap_or(usize::MAX);
        at("Can I watch later?") < at("Do I need a camera?")
    };
    assert!(order(&page));
    let saved = server.app.store.sales().of_space(space).await?;
    let [first, second, third] =
        [0, 1, 2].map(|n: usize| path(space, &format!("questions/{}", saved.questions[n].id)));
    assert_eq!(host.post(&format!("{first}/later"), &[]).await?.status, 303);
    assert!(!order(&shown().await?));
    assert_eq!(host.post(&format!("{first}/earlier"), &[]).await?.status, 303);
    assert!(order(&shown().await?));
    let changed = [("question", "Is a camera needed?"), ("answer", "No.")];
    assert!(host.get(&second).await?.text.contains("Do I need a camera?"));
    assert_eq!(host.post(&second, &changed).await?.status, 303);
    assert_eq!(host.post(&format!("{third}/deletion"), &[]).await?.status, 303);
    assert_eq!(host.get(&third).await?.status, 404);
    let page = shown().await?;
    assert!(page.contains("Is a camera needed?") && !page.contains("In which language?"), "{page}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_shown_is_refused_and_kept_in_the_form() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let long = format!("short\n{}", "x".repeat(121));
    let lines = "one\n".repeat(13);
    for (headline, features, says) in [
        ("y".repeat(121).as_str(), "", "At most 120 characters; this has 121."),
        ("", long.as_str(), "Line 2: At most 120 characters"),
        ("", lines.as_str(), "At most 12 lines; this has 13."),
    ] {
        let form = [("headline", headline), ("features", features)];
        let refused = host.post(&path(space, "sales"), &form).await?;
        assert_eq!(refused.status, 422, "{says}");
        assert!(refused.text.contains(says) && refused.text.contains(headline), "{}", refused.text);
    }
    assert_eq!(ask(&host, space, "", "An answer").await?, 422);
    assert_eq!(ask(&host, space, "A question", " \u{200B} ").await?, 422);
    let form = [("question", "Kept"), ("answer", "")];
    assert!(host.post(&path(space, "questions"), &form).await?.text.contains("value=\"Kept\""));
    for n in 0..MOST_QUESTIONS {
        assert_eq!(ask(&host, space, &format!("Question {n}?"), "Yes.").await?, 303);
    }
    assert_eq!(ask(&host, space, "One more?", "No.").await?, 422);
    assert_eq!(server.app.store.sales().of_space(space).await?.questions.len(), MOST_QUESTIONS);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_about_a_space_is_formatted() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let about = "# Songs\n\n- *one*\n- two\n\n[Listen](https://maya.example) [not](javascript:alert(1))\n\n<b onclick=x>plain</b>";
    let form = [("name", "Maya Lin"), ("slug", "maya"), ("about", about)];
    assert_eq!(host.post(&format!("/account/spaces/{space}"), &form).await?.status, 303);
    let page = server.anybody().get("/maya").await?.text;
    for shown in [
        "<h3>Songs</h3>",
        "<li><em>one</em></li>",
        "href=\"https://maya.example\"",
        "&lt;b onclick=x&gt;plain",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("javascript:"), "{page}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_seen_by_its_link_alone_until_it_ends() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space, anybody) = (server.person("host"), server.space("maya").await?, server.anybody());
    assert_eq!(host.post(&path(space, "unpublication"), &[]).await?.status, 303);
    let made = async || {
        let page = host.submit(&path(space, "preview"), &[]).await?.text;
        let after = page.split_once("/maya?preview=").context("a link")?.1;
        anyhow::Ok(format!("/maya?preview={}", after.split(['<', '"']).next().unwrap_or_default()))
    };
    let link = made().await?;
    let page = anybody.get(&link).await?;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("This is a preview") && page.text.contains("Front Row"), "{}", page.text);
    assert!(page.text.contains("content=\"noindex\"") && page.text.contains("Not on sale yet."));
    assert!(!page.text.contains("/purchase") && !page.text.contains("href=\"/maya/"), "{}", page.text);
    for path in ["/maya", "/maya/front-row", "/maya/friday-session", "/maya?preview=", "/maya?preview=1-2"] {
        assert_eq!(anybody.get(path).await?.status, 404, "{path}");
    }
    let (until, _) =
        link.strip_prefix("/maya?preview=").and_then(|token| token.split_once('-')).context("a token")?;
    let later = link.replace(until, &format!("{}0", until));
    assert_eq!(anybody.get(&later).await?.status, 404, "its end cannot be moved");
    assert_eq!(server.person("stranger").post("/maya/lobby/purchase", &[]).await?.status, 404);

    // A new link replaces it; withdrawn, or a week later, none is good.
    server.advance(60).await?;
    let newer = made().await?;
    assert_eq!(
        (anybody.get(&link).await?.status.as_u16(), anybody.get(&newer).await?.status.as_u16()),
        (404, 200)
    );
    assert_eq!(host.post(&path(space, "preview/withdrawal"), &[]).await?.status, 303);
    assert_eq!(anybody.get(&newer).await?.status, 404);
    server.advance(60).await?;
    let last = made().await?;
    server.advance(7 * 86_400 - 1).await?;
    assert_eq!(anybody.get(&last).await?.status, 200);
    server.advance(2).await?;
    assert_eq!(anybody.get(&last).await?.status, 404);

    // Published, the link is the page.
    assert_eq!(host.post(&path(space, "publication"), &[]).await?.status, 303);
    let page = anybody.get(&last).await?.text;
    assert!(page.contains("/maya/front-row/purchase") && !page.contains("This is a preview"), "{page}");
    server.close().await
}
