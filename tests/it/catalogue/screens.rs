//! What the pages of spaces and shows offer to whom: sharing, dates, reminders, the way in to what is live, and to their team.

use crate::support::{Browser, Database, Room, TestServer, on_both};
use anyhow::{Context, Result};
use domain::{clock::Clock, id::AccountId};

on_both!(a_team_sees_who_holds_its_passes_and_has_the_studio_at_hand);

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_are_shared_by_their_address_and_no_other_page_is() -> Result<()> {
    let server = TestServer::open().await?;
    let shared = |path: &str| format!("data-share=\"{}\"", server.app.url(path));
    for path in ["/maya", "/maya/front-row", "/maya/friday-session", "/@maya"] {
        let page = server.anybody().get(path).await?.text;
        assert!(page.contains(&shared(path)), "{path}: {page}");
        let readable = format!("value=\"{}\" readonly", server.app.url(path));
        assert!(page.contains(&readable), "without scripts, too: {path}: {page}");
    }
    let watching = server.person("viewer").get(server.door("watch")).await?.text;
    assert!(watching.contains(&shared("/maya/friday-session")), "{watching}");

    let studio = format!("/account/streams/{}/studio", server.live().0);
    let hosting = server.person("host").get(&studio).await?.text;
    assert!(hosting.contains(&shared("/maya/friday-session")), "{hosting}");

    let ann = server.anybody();
    ann.sign_in("ann@example.org").await?;
    let own = server.app.store.spaces().of_account(server.account("ann@example.org").await?).await?;
    let (space, _) = own.first().context("her space")?;
    let page = ann.get(&format!("/{}", space.slug)).await?;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("data-share"), "nobody else sees it yet: {}", page.text);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn planned_shows_have_their_day_and_lead_to_a_reminder() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, host, sam) = (server.scheduled(), server.person("host"), server.person("stranger"));
    let reminder = format!("href=\"/streams/{}/reminder\"", room.0);
    for path in ["/maya", "/maya/rehearsal-room"] {
        let page = server.anybody().get(path).await?.text;
        assert!(page.contains(" data-leaf") && page.contains(&reminder), "{path}: {page}");
    }
    let door = server.anybody().get("/maya/friday-session").await?.text;
    let (_, others) = door.split_once("Also in this space").context("other shows")?;
    assert!(others.contains("Choosing the ten") && others.contains(&reminder), "{others}");
    let own = server.anybody().get("/maya/rehearsal-room").await?.text;
    assert!(!own.contains("Also in this space"), "the page is about it already: {own}");

    let page = server.anybody().get("/maya").await?.text;
    for topic in ["/explore?category=music", "/explore?tag=songwriting"] {
        assert!(page.contains(&format!("href=\"{topic}\"")), "{topic}: {page}");
        assert!(server.anybody().get(topic).await?.text.contains("href=\"/maya\""), "{topic}");
    }

    let front = async |who: Browser| anyhow::Ok(who.get("/").await?.text);
    assert!(front(server.anybody()).await?.contains("Choosing the ten"));
    assert!(front(sam.clone()).await?.contains("Choosing the ten"));
    let account = server.account("sam@demo.example").await?;
    assert_eq!(room.keep_out(&host, account, "ban", "").await?.status, 303);
    assert!(!front(sam.clone()).await?.contains("Choosing the ten"), "nobody is invited past a ban");
    let page = sam.get("/maya").await?.text;
    assert!(page.contains("Choosing the ten") && !page.contains(&reminder), "{page}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_says_what_it_takes_to_get_in() -> Result<()> {
    let server = TestServer::open().await?;
    let (entry, flag) = ("€12 to enter", "Opens what is live now");
    let watch = "<span class=\"button\">Watch</span>";
    let shown = |page: &str| [entry, flag, watch, "class=\"buybar\""].map(|words| page.contains(words));
    let page = server.anybody().get("/maya").await?.text;
    assert_eq!(shown(&page), [true, true, false, true], "a visitor: {page}");
    let page = server.anybody().get("/maya?pass=lobby").await?.text;
    let (_, bar) = page.split_once("class=\"buybar\"").context("the bar")?;
    let (bar, _) = bar.split_once("</section>").context("its end")?;
    assert!(bar.contains("/maya/lobby/purchase") && !bar.contains("front-row"), "the chosen one: {bar}");
    for path in ["/", "/live", "/@maya"] {
        let page = server.anybody().get(path).await?.text;
        assert!(page.contains("passes from €12"), "of those that open the show: {path}: {page}");
    }
    for who in ["viewer", "host"] {
        let page = server.person(who).get("/maya").await?.text;
        assert_eq!(shown(&page), [false, true, true, false], "{who} is in already: {page}");
    }
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let session = server.app.store.experiences().list(space).await?.remove(0).id.to_string();
    let day = [("title", "Day pass"), ("kind", "free"), ("includes", session.as_str())];
    assert_eq!(host.post(&format!("/account/spaces/{space}/access_passes"), &day).await?.status, 303);
    let page = server.anybody().get("/maya").await?.text;
    assert!(page.contains("Free to enter") && !page.contains(entry), "of two passes the cheaper one: {page}");
    let live = server.anybody().get("/live").await?.text;
    assert!(live.contains("has a free pass") && !live.contains("passes from €12"), "{live}");
    assert_eq!(host.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    let page = server.anybody().get("/maya").await?.text;
    assert_eq!(shown(&page), [false, false, false, true], "nothing is live: {page}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_show_its_page_leads_to_the_next_one() -> Result<()> {
    let server = TestServer::open().await?;
    let (viewer, host) = (server.person("viewer"), server.person("host"));
    let reminder = format!("href=\"/streams/{}/reminder\"", server.scheduled().0);
    let follow = format!("href=\"/spaces/{}/follow\"", server.space("maya").await?);
    let page = viewer.get(server.door("watch")).await?.text;
    assert!(!page.contains(&reminder) && !page.contains(&follow), "it is on air: {page}");
    let mut open = server.live().follow(&viewer, 0).await?;
    assert_eq!(host.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    let told = open.all_until("hx-target=\"#next\"").await?;
    let next = &told.last().context("what comes next")?.data;
    assert!(next.contains("Choosing the ten") && next.contains(&reminder), "an open page is told: {next}");
    let mut late = server.live().follow(&viewer, 0).await?;
    late.all_until("hx-target=\"#next\"").await?;
    let fragment = viewer.get(&server.live().path("fragment?page=watch")).await?.text;
    assert!(fragment.contains("hx-target=\"#next\"") && fragment.contains(&reminder), "{fragment}");
    let page = viewer.get(server.door("watch")).await?.text;
    assert!(page.contains("This stream is over") && page.contains(&follow), "{page}");
    assert!(page.contains("Choosing the ten") && page.contains(&reminder), "{page}");
    let page = host.get(server.door("watch")).await?.text;
    assert!(page.contains("This stream is over") && !page.contains(&follow), "its team: {page}");
    server.close().await
}

async fn a_team_sees_who_holds_its_passes_and_has_the_studio_at_hand(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let studio = |room: Room| format!("href=\"/account/streams/{}/studio\"", room.0);
    let home = format!("/account/spaces/{space}");
    let page = host.get(&home).await?.text;
    assert!(page.contains(&studio(server.live())), "what is on air: {page}");
    assert!(page.contains(&format!("href=\"{home}/people\"")), "{page}");
    assert_eq!(host.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    let page = host.get(&home).await?.text;
    assert!(page.contains(&studio(server.scheduled())) && page.contains("Choosing the ten"), "{page}");

    let fans = server.fans(60).await?;
    let rows = |page: &str| page.matches("<th scope=\"row\">").count();
    let first = host.get(&format!("{home}/people")).await?.text;
    assert_eq!(rows(&first), 50, "{first}");
    let (_, next) = first.split_once("rel=\"next\" href=\"").context("a second page")?;
    let next = next.split('"').next().context("its address")?.replace("&amp;", "&");
    let second = host.get(&next).await?.text;
    assert!(rows(&second) > 10 && !second.contains("rel=\"next\""), "{second}");
    assert!(second.contains("Vera"), "she came before them: {second}");
    let story = |account: AccountId| format!("href=\"{home}/people/{account}/story\"");
    for fan in &fans {
        let link = story(fan.account);
        assert_eq!(first.matches(&link).count() + second.matches(&link).count(), 1, "{link}");
    }

    let gone = fans[0].account;
    let grants = server.app.store.grants().of_account(gone).await?;
    let grant = grants.first().context("their grant")?;
    server.app.store.grants().revoke(grant.id, "refunded", server.app.clock.now()).await?;
    assert!(
        !host.get(&format!("{home}/people?state=holds")).await?.text.contains(&story(gone)),
        "they hold it no more"
    );
    let former = host.get(&format!("{home}/people?state=former")).await?.text;
    assert!(former.contains(&story(gone)) && rows(&former) == 1, "{former}");
    server.close().await
}
