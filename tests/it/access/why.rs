//! "Why can they see this?": each rule, its result and the deciding grant, for the team alone.

use crate::support::{Database, TestServer, on_both};
use anyhow::Result;
use domain::clock::Clock;

on_both!(the_team_reads_why_somebody_gets_in_and_nobody_else_does);

async fn the_team_reads_why_somebody_gets_in_and_nobody_else_does(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, fan) = (server.person("host"), server.fans(1).await?.remove(0));
    let space = server.space("maya").await?;
    let people = format!("/account/spaces/{space}/people");
    let path = format!("{people}/{}", fan.account);
    assert!(host.get(&people).await?.text.contains(&format!("href=\"{path}\"")), "the list leads to it");
    let page = host.get(&path).await?.text;
    for words in ["Friday session", "They hold a pass that opens it.", "This lets them in.", "Front Row"] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }

    // From the chat.
    let said = server.live().say(&fan.browser, "Who am I").await?;
    let line = said.headers.get("x-line").and_then(|seq| seq.to_str().ok()).unwrap_or_default().to_owned();
    let card = host.get(&server.live().path(&format!("messages/{line}"))).await?.text;
    let way = server.live().path(&format!("access/{}", fan.account));
    assert!(card.contains(&format!("href=\"{way}\"")), "{card}");
    assert_eq!(host.follow_redirect(&way).await?, (path.clone(), 200));

    // Nobody else: not the person themselves, not another buyer, not another team; and nothing of strangers.
    let other = server.signed_in("other.creator@example.org").await?;
    for who in [&fan.browser, &server.person("stranger"), &other] {
        assert_eq!(who.get(&path).await?.status, 404);
        assert!(who.get(&way).await?.status.is_client_error());
    }
    let stranger = server.account("sam@demo.example").await?;
    assert_eq!(
        host.get(&format!("{people}/{stranger}")).await?.status,
        404,
        "they have nothing to do with it"
    );

    let grant = server.app.store.grants().in_space(fan.account, space).await?.remove(0);
    server.app.store.grants().revoke(grant.id, "asked", server.app.clock.now()).await?;
    let page = host.get(&path).await?.text;
    for words in ["They hold no pass that opens it now.", "This keeps them out.", "Ended"] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }
    server.close().await
}
