//! A database that `backstage catalogue` fills for load tools, beside the service: what it makes is found as everything else is.

use crate::support::{Browser, Database, TestServer, child::command, on_both};
use anyhow::{Result, ensure};

on_both!(what_a_catalogue_has_is_found);

/// The spaces that a list shows, on all its pages.
async fn found(who: &Browser, query: &str) -> Result<usize> {
    let (mut next, mut found) = (Some(format!("/explore?{query}")), 0);
    while let Some(path) = next {
        let page = who.get(&path).await?;
        ensure!(page.status == 200, "{path}: {}", page.status);
        found += page.text.matches("class=\"card tile\"").count();
        let more = page.text.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        next = more.map(|href| href.replace("&amp;", "&"));
    }
    Ok(found)
}

async fn what_a_catalogue_has_is_found(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let (anybody, data) = (server.anybody(), server.doors["data"].as_str().unwrap_or_default());
    let url = database.url(data.as_ref());
    let before = found(&anybody, "").await?;
    let fill = ["catalogue", "--spaces", "50", "--shows", "200", "--data", data, "--database-url", &url];
    let made = command(&fill, &[]).await?;
    assert!(made.ok && made.said.contains("new spaces: 50, known ones: 0"), "{}", made.said);
    for sort in ["live", "soonest", "newest", "name", "price"] {
        assert_eq!(found(&anybody, &format!("sort={sort}")).await?, before + 50, "{sort}");
    }
    // Of 50 spaces a ninth is about music, and a quarter of the passes is free.
    for query in ["week=1", "category=music", "price=paid", "price=free", "max=40&sort=price"] {
        let some = found(&anybody, query).await?;
        assert!(some > 0 && some < before + 50, "{query}: {some}");
    }
    for words in ["b", "%C3%BC", "f%C3%BCr", "%E6%AD%93%E8%BF%8E"] {
        assert!(found(&anybody, &format!("q={words}")).await? > 10, "{words}");
    }
    let shown = anybody.get("/explore?q=1000007").await?.text;
    let slug = shown.split("class=\"card tile\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let space = anybody.get(slug.unwrap_or("/nowhere")).await?;
    assert!(space.status == 200 && space.text.contains("1000007"), "{slug:?}");
    let again = command(&fill, &[]).await?;
    assert!(again.ok && again.said.contains("new spaces: 0, known ones: 50"), "{}", again.said);
    assert_eq!(found(&anybody, "").await?, before + 50);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_empty_databases_and_those_of_demos_are_filled() -> Result<()> {
    let data = tempfile::tempdir()?;
    let data = data.path().to_str().unwrap_or_default();
    let added = command(&["operator", "add", "ann@example.org", "--data", data], &[]).await?;
    assert!(added.ok, "{}", added.said);
    let fill = ["catalogue", "--spaces", "2", "--shows", "3", "--data", data];
    let refused = command(&fill, &[]).await?;
    assert!(!refused.ok && refused.complained.contains("is no demo's"), "{}", refused.said);
    let empty = tempfile::tempdir()?;
    let fill =
        ["catalogue", "--spaces", "2", "--shows", "3", "--data", empty.path().to_str().unwrap_or_default()];
    let made = command(&fill, &[]).await?;
    assert!(made.ok && made.said.contains("new spaces: 2,"), "{}", made.said);
    let more = command(&["catalogue", "--spaces", "3", "--shows", "3", fill[5], fill[6]], &[]).await?;
    assert!(more.ok && more.said.contains("new spaces: 1, known ones: 2"), "{}", more.said);
    Ok(())
}
