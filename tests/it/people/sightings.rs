//! When each browser of a person was last seen: stored at most once an hour, and shown to that person.

use crate::support::{Database, TestServer, eventually, on_both};
use anyhow::Result;
use domain::{
    clock::Clock,
    id::AccountId,
    time::{Millis, Span},
};

on_both!(a_browser_is_noted_as_seen_once_an_hour);

const ANN: &str = "ann@example.org";
const BOB: &str = "bob@example.org";

/// When the sessions of a person began, and when they were last seen; the newest first.
async fn seen(server: &TestServer, account: AccountId) -> Result<Vec<(Millis, Millis)>> {
    let list = server.app.store.sessions().list(account, server.app.clock.now()).await?;
    Ok(list.into_iter().map(|session| (session.created_at, session.seen_at)).collect())
}

/// Lets the sightings be stored, and waits until this person's newest session is among them.
async fn stored(server: &TestServer, account: AccountId) -> Result<Span> {
    server.advance(61).await?;
    eventually("nothing was stored", async || {
        let (from, to) = seen(server, account).await?[0];
        anyhow::Ok((to > from).then(|| to - from))
    })
    .await
}

async fn a_browser_is_noted_as_seen_once_an_hour(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (here, there, bobs) = (server.anybody(), server.anybody(), server.anybody());
    for (browser, email) in [(&here, ANN), (&there, ANN), (&bobs, BOB)] {
        browser.sign_in(email).await?;
    }
    let (ann, bob) = (server.account(ANN).await?, server.account(BOB).await?);
    assert!(seen(&server, ann).await?.iter().all(|(from, to)| from == to), "not seen since they began");

    server.advance(3 * 3600).await?;
    assert_eq!(there.get("/explore").await?.status, 200);
    assert!(stored(&server, ann).await? >= Span::hours(3));
    let after = seen(&server, ann).await?;
    assert_eq!((after[1].0, after.len()), (after[1].1, 2), "the other browser was not there");

    // Within the hour nothing is stored again. Bob's visit, which is the later one, tells that it would have been.
    server.advance(1800).await?;
    assert_eq!(there.get("/explore").await?.status, 200);
    assert_eq!(bobs.get("/explore").await?.status, 200);
    stored(&server, bob).await?;
    assert_eq!(seen(&server, ann).await?, after);

    let page = here.get("/account/sessions").await?.text;
    let last = format!("last seen <time datetime=\"{}\"", after[0].1.timestamp());
    assert!(page.contains(&last) && page.matches("· last seen").count() == 1, "{last}: {page}");
    let page = bobs.get("/account/sessions").await?.text;
    assert!(page.contains("this one") && !page.contains("· last seen"), "{page}");
    server.close().await
}
