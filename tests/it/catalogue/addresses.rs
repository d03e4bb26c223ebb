//! One account cannot hoard addresses of spaces, or take one that looks like a page of ours.

use crate::support::{Browser, Reply, TestServer};
use anyhow::{Context, Result};

async fn rename(who: &Browser, space: domain::id::SpaceId, slug: &str, name: &str) -> Result<Reply> {
    who.post(&format!("/account/spaces/{space}"), &[("name", name), ("slug", slug)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_not_hoarded_and_not_ours() -> Result<()> {
    let server = TestServer::open().await?;
    let eve = server.anybody();
    eve.sign_in("eve@example.org").await?;
    let account = server.account("eve@example.org").await?;
    let (space, _) = server.app.store.spaces().of_account(account).await?.pop().context("a space")?;
    for reserved in ["signin", "checkout", "security", "backstage", "backstage-billing", "the-host"] {
        let refused = rename(&eve, space.id, reserved, "Eve's songs").await?;
        assert_eq!(refused.status, 422, "{reserved}");
        assert!(
            refused.text.contains("reserved") && refused.text.contains("Eve's songs"),
            "{}",
            refused.text
        );
    }
    assert_eq!(rename(&eve, space.id, &space.slug, "Backstage Support").await?.status, 422);
    let mut taken = 0;
    for n in 0..9 {
        let renamed = rename(&eve, space.id, &format!("famous-{n}"), "Eve").await?;
        match renamed.status.as_u16() {
            303 => taken += 1,
            429 => {
                let kept = format!("value=\"famous-{n}\"");
                assert!(renamed.headers.contains_key("retry-after") && renamed.text.contains(&kept));
                assert!(renamed.text.contains("changed often lately"), "{}", renamed.text);
            }
            other => anyhow::bail!("{other}: {}", renamed.text),
        }
    }
    assert!((1..=6).contains(&taken), "{taken}");
    assert_eq!(rename(&eve, space.id, &format!("famous-{}", taken - 1), "Eve again").await?.status, 303);
    // The host is not limited by it, and gets an address that the stranger had.
    let (host, maya) = (server.person("host"), server.space("maya").await?);
    assert_eq!(rename(&host, maya, "famous-0", "Maya Lin").await?.status, 303);
    assert_eq!(rename(&host, maya, &format!("famous-{}", taken - 1), "Maya Lin").await?.status, 422);
    // An old address names the new one only to those who may see the space.
    let anybody = server.anybody();
    assert_eq!(anybody.get("/maya").await?.location(), "/famous-0");
    assert_eq!(host.post(&format!("/account/spaces/{maya}/unpublication"), &[]).await?.status, 303);
    assert_eq!(anybody.get("/maya").await?.status, 404);
    assert_eq!(eve.get("/maya/front-row").await?.status, 404);
    assert_eq!(host.get("/maya").await?.location(), "/famous-0", "its team is led on");
    server.close().await
}
