//! What somebody finds on `/explore`, who is not found, and that it follows what creators do at once.

use crate::support::{Browser, Database, TestServer, eventually, on_both};
use anyhow::Result;
use domain::live::media::{MediaEnd, MediaPlane};

on_both!(a_space_is_found_as_its_creator_says);

/// Whether a page lists a space.
async fn lists(who: &Browser, path: &str, slug: &str) -> Result<bool> {
    let page = who.get(path).await?;
    assert_eq!(page.status, 200, "{path}");
    Ok(page.text.contains(&format!("href=\"/{slug}\"")))
}

async fn post(who: &Browser, path: &str, form: &[(&str, &str)]) -> Result<()> {
    let reply = who.post(path, form).await?;
    assert_eq!(reply.status, 303, "{path}: {}", reply.text);
    Ok(())
}

/// Whether each query finds the space of the story below.
const QUERIES: &[(&str, bool)] = &[
    ("", true),
    ("q=glazes", true),
    ("q=groesse+POTS", true),
    ("q=workshop", true),
    ("q=bench", true),
    ("q=glazes+songs", false),
    ("category=craft", true),
    ("category=music", false),
    ("tag=raku-firing", true),
    ("tag=raku", false),
    ("live=1", false),
    ("week=1", false),
    ("price=paid", true),
    ("price=free", false),
    ("max=15", true),
    ("max=14.99", false),
    ("min=15&max=20", true),
    ("max=15&currency=usd", false),
    ("q=pots&category=craft&tag=glaze&price=paid&max=15&sort=price", true),
];

async fn a_space_is_found_as_its_creator_says(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, anybody) = (server.anybody(), server.anybody());
    ann.sign_in("ann@example.org").await?;
    let id = server.space("ann").await?;
    let base = format!("/account/spaces/{id}");
    let about = [
        ("name", "Größe"),
        ("slug", "kiln"),
        ("tagline", "Pots & glazes"),
        ("category", "craft"),
        ("tags", "Glaze, Raku firing"),
    ];
    post(&ann, &base, &about).await?;
    post(&ann, &format!("{base}/experiences"), &[("title", "Open workshop"), ("slug", "workshop")]).await?;
    let experience = server.app.store.experiences().list(id).await?.remove(0).id.to_string();
    let pass = |amount| {
        [
            ("title", "Bench"),
            ("slug", "bench"),
            ("kind", "once"),
            ("amount", amount),
            ("currency", "eur"),
            ("includes", experience.as_str()),
        ]
    };
    post(&ann, &format!("{base}/access_passes"), &pass("15")).await?;
    for who in [&anybody, &ann, &server.person("operator")] {
        assert!(!lists(who, "/explore", "kiln").await?, "it is not public, not even for its team");
        assert!(!lists(who, "/explore?q=glazes", "kiln").await?);
    }
    post(&ann, &format!("{base}/publication"), &[]).await?;
    for (query, found) in QUERIES {
        assert_eq!(lists(&anybody, &format!("/explore?{query}"), "kiln").await?, *found, "{query}");
    }
    let passes = server.app.store.passes().list(id).await?;
    post(&ann, &format!("/account/access_passes/{}", passes[0].id), &pass("9")).await?;
    assert!(lists(&anybody, "/explore?max=9", "kiln").await?, "the new price counts");
    post(&ann, &format!("{base}/experiences"), &[("title", "Night firing"), ("slug", "night")]).await?;
    assert!(lists(&anybody, "/explore?q=night", "kiln").await?);
    post(&ann, &base, &[("name", "Ann"), ("slug", "kiln"), ("category", "talk")]).await?;
    for gone in ["q=glazes", "tag=glaze", "category=craft"] {
        assert!(!lists(&anybody, &format!("/explore?{gone}"), "kiln").await?, "{gone}");
    }
    assert!(lists(&anybody, "/explore?category=talk", "kiln").await?);
    post(&ann, &format!("{base}/unpublication"), &[]).await?;
    for path in ["/explore", "/explore?q=ann", "/explore?category=talk", "/explore?price=paid"] {
        assert!(!lists(&anybody, path, "kiln").await?, "{path}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_live_is_found_at_once_and_what_ended_is_not() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, anybody) = (server.person("host"), server.anybody());
    assert!(lists(&anybody, "/explore?live=1", "maya").await?);
    post(&host, &server.live().path("state"), &[("state", "ended")]).await?;
    assert!(!lists(&anybody, "/explore?live=1", "maya").await?);
    assert!(lists(&anybody, "/explore?week=1&q=choosing", "maya").await?, "the next show is planned");

    let room = server.scheduled();
    let session = server.media.play_test_card(server.room(room).await?).await?;
    let goes = async || {
        let moved = host.post(&room.path("state"), &[("state", "live")]).await?;
        anyhow::Ok((moved.status == 303).then_some(()))
    };
    eventually("it cannot go live", goes).await?;
    assert!(lists(&anybody, "/explore?live=1&q=choosing", "maya").await?);
    assert!(lists(&anybody, "/explore?live=1&week=1&price=free&category=music", "maya").await?);
    post(&host, &room.path("state"), &[("state", "ended")]).await?;
    server.media.end(session, MediaEnd::Left);
    for over in ["live=1", "week=1", "q=choosing"] {
        assert!(!lists(&anybody, &format!("/explore?{over}"), "maya").await?, "{over}");
    }
    assert!(lists(&anybody, "/explore", "maya").await?);
    server.close().await
}

/// The form works without scripts: it keeps what was asked for, and each filter is a link that takes it away.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_what_was_asked_for_and_how_to_ask_for_more() -> Result<()> {
    let server = TestServer::open().await?;
    let anybody = server.anybody();
    let page = anybody.get("/explore?q=SONGS&live=1&category=music&max=20&sort=name").await?.text;
    for shown in [
        "“SONGS” · Explore",
        "1 space matches “<bdi>SONGS</bdi>”",
        "value=\"SONGS\"",
        "<option value=\"music\" selected>",
        "<option value=\"name\" selected>",
        "name=\"live\" value=\"1\" checked",
        "value=\"20\"",
        "href=\"/explore?q=SONGS&amp;max=20&amp;category=music&amp;sort=name\"",
        "href=\"/explore?q=SONGS&amp;live=1&amp;category=music&amp;sort=name\"",
        "href=\"/explore?q=SONGS&amp;live=1&amp;max=20&amp;sort=name\"",
        "Up to €20",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let page = anybody.get("/explore?q=songs&category=cooking").await?.text;
    for shown in [
        "No space matches “<bdi>songs</bdi>” with these filters.",
        "href=\"/explore?q=songs\"",
        "href=\"/explore\"",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(anybody.get("/explore?category=cooking").await?.text.contains("No space fits these filters."));
    let refused = anybody.get("/explore?q=songs&max=cheap&category=astrology").await?;
    assert_eq!(refused.status, 422);
    for shown in [
        "value=\"songs\"",
        "value=\"cheap\"",
        "aria-invalid=\"true\"",
        "Choose one of the categories",
        "href=\"/maya\"",
    ] {
        assert!(refused.text.contains(shown), "{shown}: {}", refused.text);
    }
    for (sort, cursor) in
        [("live", "zzz"), ("live", "a.0"), ("price", "1"), ("name", "a.zz"), ("soonest", "1.0.x")]
    {
        let path = format!("/explore?sort={sort}&after={cursor}");
        assert_eq!(anybody.get(&path).await?.status, 422, "{path}");
    }
    let beyond = anybody.get("/explore?sort=name&q=songs&after=zzz.0").await?.text;
    assert!(
        beyond.contains("The list ends before this page.")
            && beyond.contains("href=\"/explore?q=songs&amp;sort=name\"")
    );
    server.close().await
}
