//! A creator's space, and what others see of it.

use crate::support::{Browser, TestServer};
use anyhow::{Context, Result};
use domain::{
    catalogue::{
        offer::{ExperienceKind, PriceKind},
        topics::Topics,
    },
    clock::Clock,
    id::SpaceId,
};
use reqwest::Method;
use std::{collections::BTreeSet, time::Duration};
use store::{ExperienceText, PassText, SpaceText};
use tokio::time::timeout;

/// The only space of a new account.
async fn own_space(server: &TestServer, email: &str) -> Result<(SpaceId, String)> {
    let spaces = server.app.store.spaces().of_account(server.account(email).await?).await?;
    let [(space, _)] = spaces.as_slice() else { anyhow::bail!("{} spaces", spaces.len()) };
    Ok((space.id, space.slug.clone()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_is_a_creator_with_one_space_that_nobody_else_sees() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    ann.sign_in("ann@example.org").await?;
    let (id, slug) = own_space(&server, "ann@example.org").await?;
    assert_eq!(ann.get(&format!("/{slug}")).await?.status, 200, "its owner sees it");
    for other in [server.anybody(), server.person("host"), server.person("operator")] {
        assert_eq!(other.get(&format!("/{slug}")).await?.status, 404);
        assert!(!other.get("/explore").await?.text.contains(&format!("href=\"/{slug}\"")));
    }
    assert_eq!(server.person("host").get(&format!("/account/spaces/{id}")).await?.status, 404);
    assert_eq!(ann.get(&format!("/account/spaces/{id}")).await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_found_by_its_username_in_any_case() -> Result<()> {
    let server = TestServer::open().await?;
    let maya = server.anybody().get("/@maya").await?.text;
    for shown in [
        "Maya Lin",
        "Songs in the making, from a kitchen in Lisbon.",
        "https://maya.example",
        "/maya/friday-session",
    ] {
        assert!(maya.contains(shown), "{shown}");
    }
    assert_eq!(server.anybody().get("/@Maya").await?.status, 200);
    assert_eq!(server.anybody().get("/@nobody").await?.status, 404);
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    let save = |name: &'static str| {
        let ann = ann.clone();
        async move { ann.post("/account", &[("name", "Ann"), ("username", name)]).await }
    };
    for bad in ["a", "maya", "MAYA", "with space", "ünder", "dot.ted", "abcdefghijklmnopqrstuvwxyz12345"] {
        assert_eq!(save(bad).await?.status, 422, "{bad}");
    }
    assert_eq!(save("Ann_B-2").await?.status, 303);
    assert_eq!(server.anybody().get("/@ann_b-2").await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn passes_are_shown_in_order_with_their_prices() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let shown = async |path: &str| anyhow::Ok(server.anybody().get(path).await?.text);
    let order =
        |page: &str| page.find("Lobby").zip(page.find("Front Row")).map(|(lobby, front)| lobby < front);
    assert_eq!(order(&shown("/maya").await?), Some(false), "what opens the live show comes first");
    assert_eq!(host.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    let page = shown("/maya").await?;
    assert_eq!(order(&page), Some(true));
    assert!(page.contains("€12") && page.contains("Free"));
    let pass = server.pass("front-row").await?;
    assert_eq!(host.post(&format!("/account/access_passes/{pass}/earlier"), &[]).await?.status, 303);
    assert_eq!(order(&shown("/maya").await?), Some(false), "the order is stored");
    assert_eq!(
        host.post(&format!("/account/access_passes/{pass}/earlier"), &[]).await?.status,
        303,
        "the first cannot move further up"
    );
    let passes = server.app.store.passes().list(space).await?;
    assert_eq!(passes.iter().map(|p| p.slug.as_str()).collect::<Vec<_>>(), ["front-row", "lobby"]);

    // A withdrawn pass is not offered any more; holders keep it.
    assert_eq!(host.post(&format!("/account/access_passes/{pass}/withdrawal"), &[]).await?.status, 303);
    assert!(!shown("/maya").await?.contains("Front Row"));
    assert_eq!(server.anybody().get("/maya/front-row").await?.status, 404);
    assert_eq!(server.person("stranger").post("/maya/front-row/purchase", &[]).await?.status, 409);
    assert_eq!(server.scheduled().say(&server.person("viewer"), "I keep mine").await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_what_a_pass_opens_applies_at_once() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, host) = (server.holder("ann@example.org").await?, server.person("host"));
    assert_eq!(server.scheduled().say(&ann, "in").await?.status, 303);
    assert_eq!(server.live().say(&ann, "not in").await?.status, 402);
    assert!(!ann.get(server.door("watch")).await?.text.contains("data-composer"));
    let (pass, all) = (
        server.pass("lobby").await?,
        server.app.store.experiences().list(server.space("maya").await?).await?,
    );
    let edit = format!("/account/access_passes/{pass}");
    let ids: Vec<String> = all.iter().map(|e| e.id.to_string()).collect();
    let mut form = vec![("title", "Lobby"), ("slug", "lobby"), ("kind", "free")];
    form.extend(ids.iter().map(|id| ("includes", id.as_str())));
    assert_eq!(host.post(&edit, &form).await?.status, 303);
    assert_eq!(server.live().say(&ann, "at once").await?.status, 303);
    assert!(ann.get(server.door("watch")).await?.text.contains("data-composer"));

    // When a pass opens less, holders keep what they have and later buyers do not get it. A pass cannot include the
    // experiences of another creator.
    let less: Vec<_> = form.iter().copied().filter(|(k, v)| *k != "includes" || *v != ids[0]).collect();
    assert_eq!(host.post(&edit, &less).await?.status, 303);
    assert_eq!(server.live().say(&ann, "still in").await?.status, 303);
    let late = server.holder("late@example.org").await?;
    assert_eq!(server.live().say(&late, "too late").await?.status, 402);
    let eve = server.anybody();
    eve.sign_in("eve@example.org").await?;
    let (space, _) = own_space(&server, "eve@example.org").await?;
    let stolen = [("title", "Mine"), ("kind", "free"), ("includes", ids[0].as_str())];
    assert_eq!(eve.post(&format!("/account/spaces/{space}/access_passes"), &stolen).await?.status, 422);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn explore_pages_through_all_published_spaces_once_without_scripts() -> Result<()> {
    let server = TestServer::open().await?;
    let (store, clock) = (&server.app.store, &server.app.clock);
    let publish = async |n: usize| {
        let (account, _) = store.accounts().find_or_create(&format!("c{n}@example.org"), clock.now()).await?;
        // Searches find names, and those of a new account have digits.
        store.accounts().name(account.id, &format!("c{n}")).await?;
        let (space, _) = store.spaces().of_account(account.id).await?.remove(0);
        let tagline = if n.is_multiple_of(2) { "50% off" } else { "Jazz & soul" };
        let text = SpaceText {
            slug: format!("maker-{n}"),
            name: format!("Maker {n}"),
            tagline: tagline.into(),
            about: String::new(),
            topics: Topics::default(),
            zone: None,
        };
        store.spaces().update(space.id, &text, clock.now()).await?;
        let show = ExperienceText { slug: "show".into(), title: "Show".into(), about: String::new() };
        let show = store.experiences().create(space.id, ExperienceKind::Show, &show, clock.now()).await?.id;
        let pass = PassText {
            slug: "pass".into(),
            title: "Pass".into(),
            about: String::new(),
            price: PriceKind::Free,
            includes: vec![show],
        };
        store.passes().create(space.id, &pass, clock.now()).await?;
        anyhow::Ok(service::catalogue::spaces::publish(&server.app.services, account.id, space.id).await?)
    };
    for n in 0..60 {
        publish(n).await?;
    }
    let anybody = server.anybody();
    let pages = async |start: &str, between: bool| {
        let (mut found, mut at) = (Vec::new(), start.to_string());
        for turn in 0..10 {
            let page = anybody.get(&at).await?.text;
            let slugs = page.split("href=\"/maker-").skip(1).filter_map(|rest| rest.split('"').next());
            let mut here: Vec<String> = slugs.map(str::to_string).collect();
            here.dedup();
            found.extend(here);
            if between && turn == 0 {
                publish(99).await?;
            }
            let Some(next) =
                page.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next())
            else {
                break;
            };
            at = next.replace("&amp;", "&");
        }
        anyhow::Ok(found)
    };
    let found = pages("/explore", true).await?;
    let once: BTreeSet<&String> = found.iter().collect();
    assert_eq!(
        (found.len(), once.len()),
        (60, 60),
        "each once, even if a space is published meanwhile: {found:?}"
    );
    assert_eq!(pages("/explore?q=jazz", false).await?.len(), 31);
    assert_eq!(pages("/explore?q=50%25", false).await?.len(), 30, "wildcards have no meaning in a search");
    assert_eq!(pages("/explore?q=Maker+17", false).await?, ["17"]);
    assert!(anybody.get("/explore?q=%25nothing").await?.text.contains("No space matches"));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpublished_space_is_gone_at_once_for_all_but_its_team() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, fan, host) = (server.live(), server.fans(1).await?.remove(0), server.person("host"));
    let space = server.space("maya").await?;
    let (mut page, mut desk) = (room.follow(&fan.browser, 0).await?, room.follow(&host, 0).await?);
    let before = server.anybody().get("/maya").await?;
    assert_eq!((before.status.as_u16(), before.headers["cache-control"].to_str()?), (200, "no-store"));
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    let why = timeout(Duration::from_secs(2), page.end()).await??;
    assert!(why.contains("This space is closed"), "{why}");
    for path in ["/maya", "/maya/front-row", "/maya/friday-session"] {
        assert_eq!(server.anybody().get(path).await?.status, 404, "{path}");
        assert_eq!(fan.browser.get(path).await?.status, 404, "{path}");
        assert_eq!(host.get(path).await?.status, 200, "{path}");
    }
    assert_eq!(room.say(&fan.browser, "hello?").await?.status, 404);
    assert_eq!(fan.browser.request(Method::GET, &room.path("events")).send().await?.status(), 404);
    assert!(!server.anybody().get("/explore").await?.text.contains("href=\"/maya\""));
    assert!(!server.anybody().get("/").await?.text.contains("/maya"));
    assert_eq!(server.person("stranger").post("/maya/lobby/purchase", &[]).await?.status, 404);
    assert_eq!(room.say(&host, "alone").await?.status, 303);
    desk.all_until("alone").await?;
    assert_eq!(host.post(&format!("/account/spaces/{space}/publication"), &[]).await?.status, 303);
    assert_eq!(room.say(&fan.browser, "back").await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn passes_and_experiences_share_one_namespace() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let make = async |kind: &str, slug: &str| {
        let form = [("title", "A title"), ("slug", slug), ("kind", "free")];
        anyhow::Ok(host.post(&format!("/account/spaces/{space}/{kind}"), &form).await?.status.as_u16())
    };
    for (kind, taken) in
        [("access_passes", "friday-session"), ("experiences", "front-row"), ("experiences", "friday-session")]
    {
        assert_eq!(make(kind, taken).await?, 422, "{kind} {taken}");
    }
    for reserved in ["purchase", "events", "waitlist", "edit", "x", "no good", "-a"] {
        assert_eq!(make("experiences", reserved).await?, 422, "{reserved}");
    }
    let rename = [("title", "Friday session"), ("slug", "front-row")];
    let session = server.app.store.experiences().list(space).await?.remove(0);
    assert_eq!(host.post(&format!("/account/experiences/{}", session.id), &rename).await?.status, 422);
    for slug in ["front-row", "friday-session"] {
        assert_eq!(server.anybody().get(&format!("/maya/{slug}")).await?.status, 200, "{slug}");
    }
    // Other spaces may use the same names.
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    let (own, _) = own_space(&server, "ann@example.org").await?;
    let form = [("title", "Front Row"), ("slug", "front-row"), ("kind", "free")];
    assert_eq!(ann.post(&format!("/account/spaces/{own}/access_passes"), &form).await?.status, 303);
    for slug in ["account", "ops", "explore", "sign-in", "static", "maya", "streams"] {
        let form = [("name", "Ann"), ("slug", slug)];
        assert_eq!(ann.post(&format!("/account/spaces/{own}"), &form).await?.status, 422, "{slug}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn old_addresses_redirect_to_the_new_ones() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let session = server.app.store.experiences().list(space).await?.remove(0);
    let form = [("title", session.title.as_str()), ("slug", "saturday")];
    assert_eq!(host.post(&format!("/account/experiences/{}", session.id), &form).await?.status, 303);
    let form = [("name", "Maya Lin"), ("slug", "maya-lin")];
    assert_eq!(host.post(&format!("/account/spaces/{space}"), &form).await?.status, 303);
    let anybody = server.anybody();
    let table = [
        ("/maya", "/maya-lin"),
        ("/maya/front-row", "/maya-lin/front-row"),
        ("/maya-lin/friday-session", "/maya-lin/saturday"),
    ];
    for (old, new) in table {
        let moved = anybody.get(old).await?;
        assert_eq!((moved.status.as_u16(), moved.location()), (301, new), "{old}");
        assert_eq!(anybody.get(new).await?.status, 200, "{new}");
    }
    assert_eq!(lands(&anybody, "/maya/friday-session").await?, "/maya-lin/saturday");
    // A name that still redirects cannot be taken by another space.
    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    let (own, _) = own_space(&server, "ann@example.org").await?;
    assert_eq!(
        ann.post(&format!("/account/spaces/{own}"), &[("name", "Ann"), ("slug", "maya")]).await?.status,
        422
    );
    // Rooms go by ids, so a rename does not affect chat.
    assert_eq!(server.live().say(&server.person("viewer"), "same room").await?.status, 303);
    server.close().await
}

/// The final URL path after all redirects.
async fn lands(who: &Browser, path: &str) -> Result<String> {
    let mut at = path.to_string();
    for _ in 0..5 {
        let reply = who.get(&at).await?;
        if !reply.status.is_redirection() {
            return Ok(at);
        }
        at = reply.location().to_string();
    }
    None.context("it goes round and round")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_names_every_experience_and_the_passes_that_open_it() -> Result<()> {
    let server = TestServer::open().await?;
    let guest = server.holder("ann@example.org").await?;
    let front_row = "Opens with <b><bdi>Front Row</bdi></b></small>";
    let either = "Opens with <b><bdi>Front Row</bdi></b> or <bdi>Lobby</bdi></small>";
    for (who, locked, open) in [
        (server.anybody(), &[front_row, either][..], 0),
        (guest, &[front_row][..], 1),
        (server.fans(1).await?.remove(0).browser, &[][..], 2),
        (server.person("host"), &[][..], 2),
    ] {
        let page = who.get("/maya").await?.text;
        for link in ["/maya/friday-session", "/maya/rehearsal-room"] {
            assert!(page.contains(&format!("href=\"{link}\"")), "{link}");
        }
        for words in [front_row, either] {
            assert_eq!(page.contains(words), locked.contains(&words), "{words}: {page}");
        }
        assert_eq!(page.matches("Open to you").count(), open, "{page}");
    }
    server.close().await
}
