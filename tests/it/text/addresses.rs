//! The addresses of the service before this one lead to ours, with the same access.

use crate::support::TestServer;
use anyhow::Result;

#[tokio::test(flavor = "multi_thread")]
async fn former_addresses_lead_to_ours_and_tell_strangers_nothing() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, fan, stranger) =
        (server.person("host"), server.fans(1).await?.remove(0), server.person("stranger"));
    let space = server.space("maya").await?;
    let nowhere = uuid::Uuid::now_v7().simple();
    let page = |of: &str| format!("/account/teams/7/spaces/{of}/experiences");
    assert_eq!(fan.browser.follow_redirect("/account/purchased_spaces").await?.1, 200);
    let own = host.follow_redirect(&page(&space.to_string())).await?;
    assert_eq!(own, (format!("/account/spaces/{space}/experiences"), 200));
    // What is there and what is not look the same to a stranger.
    let (theirs, none) = (
        stranger.follow_redirect(&page(&space.to_string())).await?,
        stranger.follow_redirect(&page(&nowhere.to_string())).await?,
    );
    assert_eq!((theirs.1, none.1), (404, 404));
    let watch = format!("/account/streams/{}", server.live().0);
    let seen = fan.browser.follow_redirect(&watch).await?;
    assert_eq!(seen, ("/maya/friday-session".to_owned(), 200));
    assert_eq!(stranger.get(&watch).await?.status, 402);
    assert_eq!(stranger.get(&format!("/account/streams/{nowhere}")).await?.status, 404);
    let asked = server.anybody().get("/account/purchased_spaces").await?;
    assert!(asked.location().starts_with("/sign-in?next="), "{}", asked.location());
    server.close().await
}
