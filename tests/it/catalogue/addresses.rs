//! One account cannot hoard addresses of spaces, or take one that looks like a page of ours.

use crate::support::{Browser, Database, Reply, TestServer, on_both};
use anyhow::{Context, Result};

on_both!(addresses_inside_a_space_change_so_often_and_old_ones_lead_on);

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

async fn addresses_inside_a_space_change_so_often_and_old_ones_lead_on(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, anybody) = (server.person("host"), server.anybody());
    let store = &server.app.store;
    let space = server.space("maya").await?;
    let show = store.experiences().list(space).await?.into_iter().find(|e| e.slug == "friday-session");
    let show = show.context("the session")?;
    let pass = store.passes().by_id(server.pass("lobby").await?).await?;
    let rename_show = async |slug: &str| {
        host.post(&format!("/account/experiences/{}", show.id), &[("title", "Kept words"), ("slug", slug)])
            .await
    };
    let includes: Vec<String> = pass.includes.iter().map(ToString::to_string).collect();
    let rename_pass = async |slug: &str| {
        let mut form = vec![("title", "Kept words"), ("slug", slug), ("kind", "free"), ("currency", "eur")];
        form.extend(includes.iter().map(|id| ("includes", id.as_str())));
        host.post(&format!("/account/access_passes/{}", pass.id), &form).await
    };
    let mut taken = 0;
    let refused = loop {
        let renamed = match taken % 2 {
            0 => rename_show(&format!("show-{taken}")).await?,
            _ => rename_pass(&format!("seat-{taken}")).await?,
        };
        if renamed.status != 303 {
            break renamed;
        }
        taken += 1;
        anyhow::ensure!(taken < 99, "nothing bounds it");
    };
    let last = format!("value=\"show-{taken}\"");
    assert_eq!((taken, refused.status.as_u16()), (30, 429), "both count: {}", refused.text);
    assert!(refused.headers.contains_key("retry-after") && refused.text.contains(&last), "{}", refused.text);
    assert!(refused.text.contains("changed often lately") && refused.text.contains("Kept words"));
    let refused = rename_pass("seat-99").await?;
    assert!(refused.status == 429 && refused.text.contains("value=\"seat-99\""), "{}", refused.text);
    // Changes that keep the address are saved, and the limit affects no other space.
    assert_eq!(rename_show("show-28").await?.status, 303);
    assert_eq!(rename_pass("seat-29").await?.status, 303);
    assert_eq!(anybody.get("/maya/show-26").await?.location(), "/maya/show-28");
    assert_eq!(anybody.get("/maya/seat-19").await?.location(), "/maya/seat-29");
    for gone in ["friday-session", "show-0", "seat-17"] {
        assert_eq!(anybody.get(&format!("/maya/{gone}")).await?.status, 404, "{gone}");
    }
    let eve = server.anybody();
    eve.sign_in("eve@example.org").await?;
    let (own, _) = store.spaces().of_account(server.account("eve@example.org").await?).await?.remove(0);
    let made = eve.post(&format!("/account/spaces/{}/experiences", own.id), &[("title", "Hers")]).await?;
    assert_eq!(eve.post(made.location(), &[("title", "Hers"), ("slug", "another")]).await?.status, 303);
    server.close().await
}
