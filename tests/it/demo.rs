//! The demo's town: what is in it, what it costs to make, and who comes by themselves.

use crate::support::{
    Browser, Database, Feed, TestServer, child::Process, eventually, free_address, on_both,
};
use anyhow::{Context, Result, ensure};
use domain::{
    catalogue::topics::Category,
    clock::Clock,
    live::{media::Codec, stream::StreamState},
    money::checkout::Payment,
};
use std::{collections::BTreeSet, time::Duration};

on_both!(the_town_is_whole_and_every_link_of_it_opens);

/// The most statements that the town may take, because everybody's first start waits for them. The demo prints how long.
const MOST: u64 = 6_500;

async fn the_town_is_whole_and_every_link_of_it_opens(database: Database) -> Result<()> {
    let begun = std::time::Instant::now();
    let (server, statements) = TestServer::with_town(database).await?;
    println!("the town took {statements} statements and {} ms", begun.elapsed().as_millis());
    assert!(statements <= MOST, "{statements} statements");
    let links = server.demo.links(&server.app);
    assert!(links.len() > 20, "{} links", links.len());
    for link in &links {
        let reply = server.anybody().get(&link.url).await?;
        assert_eq!(reply.status, 200, "{}: {}", link.what, link.url);
    }
    signs_in(&server, &links).await?;
    shows(&server).await?;
    orders(&server).await?;
    a_banned_person_is_kept_out(&server).await?;
    server.close().await
}

/// Each link that says so signs somebody in, who may open what it leads to.
async fn signs_in(server: &TestServer, links: &[server::demo::DemoLink]) -> Result<()> {
    let mut people = BTreeSet::new();
    for link in links.iter().filter(|link| link.url.contains("/dev/enter/")) {
        let browser = server.anybody();
        let inside = browser.submit(&link.url, &[]).await?;
        assert_eq!(inside.status, 200, "{}", link.what);
        people.insert(browser.cookie());
    }
    assert_eq!(people.len(), 4);
    Ok(())
}

/// Three shows are on air, one begins within half an hour, and others are planned in every space but the newest.
async fn shows(server: &TestServer) -> Result<()> {
    let visitor = server.anybody();
    let live = visitor.get("/explore?live=1").await?.text;
    for name in ["Maya Lin", "Slow Clay", "One Line a Day"] {
        assert!(live.contains(name), "{name} is on air");
    }
    assert!(!live.contains("Night Build"), "what begins soon is not on air yet");
    for category in Category::ALL {
        let found = visitor.get(&format!("/explore?category={}", category.code())).await?.text;
        assert!(!links_to_spaces(&found).is_empty(), "no space in {}", category.code());
    }
    assert!(visitor.get("/first-light").await?.text.contains("Nothing is scheduled at the moment."));
    let streams = server.app.store.streams();
    let (mut planned, mut over) = (0, 0);
    for slug in ["slow-clay", "night-build", "long-question", "corner-table"] {
        for experience in server.app.store.experiences().list(server.space(slug).await?).await? {
            let now = server.app.clock.now();
            for stream in streams.of_experience(experience.id).await? {
                match stream.state {
                    StreamState::Scheduled => planned += usize::from(stream.scheduled_at > Some(now)),
                    StreamState::Ended => over += usize::from(stream.ended_at < Some(now) && stream.peak > 0),
                    _ => {}
                }
            }
        }
    }
    assert!(planned > 15 && over >= 4, "{planned} are planned, {over} are over");
    an_encoder(server).await?;
    a_replay_and_a_guest(server).await
}

/// What comes from an encoder is shown as that to its host.
async fn an_encoder(server: &TestServer) -> Result<()> {
    let all = server.app.store.streams().not_ended(server.space("one-line").await?).await?;
    let live = all.iter().find(|stream| stream.state.on_air()).context("a show")?;
    let measured = async || {
        let picture = server.app.media.health(live.room).and_then(|health| health.picture);
        anyhow::Ok(picture.filter(|picture| picture.keyframe_ms.is_some_and(|ms| ms >= 1_900)))
    };
    let picture = eventually("no keyframe came by the clock", measured).await?;
    assert_eq!((picture.codec, picture.size), (Codec::H264, Some((640, 360))));
    let account = server.account("ines@demo.example").await?;
    let session = server.app.store.sessions().create(account, "a browser", server.app.clock.now()).await?;
    let ines = server.anybody().beside(&format!("{}={}", server.app.cookie_name(), session.token));
    let studio = ines.get(&format!("/account/streams/{}/studio", live.id)).await?.text;
    ensure!(studio.contains("H264"), "{studio}");
    Ok(())
}

/// One show of the past has a replay of a minute, with its chat, and somebody is up beside the potter.
async fn a_replay_and_a_guest(server: &TestServer) -> Result<()> {
    let (store, space) = (&server.app.store, server.space("slow-clay").await?);
    let ready = async || {
        let all = store.recordings().list(space).await?;
        anyhow::Ok(all.into_iter().find(|recording| recording.is_ready()))
    };
    let recording = eventually("no replay is ready", ready).await?;
    assert_eq!((recording.segments, recording.length.0, recording.lost), (6, 59_980, 0), "{recording:?}");
    let account = server.account("dora@demo.example").await?;
    let session = store.sessions().create(account, "a browser", server.app.clock.now()).await?;
    let dora = server.anybody().beside(&format!("{}={}", server.app.cookie_name(), session.token));
    let path = format!("/streams/{}/replay", recording.stream);
    ensure!(dora.get(&path).await?.text.contains("One bowl, one minute"));
    ensure!(dora.get(&format!("{path}/chat")).await?.text.contains("I will watch this ten times"));
    ensure!(server.anybody().get(&path).await?.status != 200);
    let live = store.streams().not_ended(space).await?;
    let live = live.iter().find(|stream| stream.state.on_air()).context("a show")?;
    let sends = async || {
        let stage = server.app.engine.stream(live.id).stage().await?;
        let up = stage.participants.up().next().is_some_and(|guest| stage.sends(guest.id));
        anyhow::Ok((up && stage.participants.up().count() == 1).then_some(()))
    };
    eventually("nobody is up", sends).await
}

const SPACES: [&str; 10] = [
    "maya",
    "slow-clay",
    "hanas-table",
    "night-build",
    "one-line",
    "seven-minutes",
    "long-question",
    "corner-table",
    "sea-school",
    "first-light",
];

fn links_to_spaces(page: &str) -> Vec<&'static str> {
    SPACES.into_iter().filter(|slug| page.contains(&format!("href=\"/{slug}\""))).collect()
}

/// Orders stand in every state that a buyer and the bank bring about without waiting.
async fn orders(server: &TestServer) -> Result<()> {
    let states = [
        ("luca", "long-question", Payment::Paid),
        ("elif", "sea-school", Payment::Processing),
        ("isla", "sea-school", Payment::Paying),
        ("cem", "corner-table", Payment::Held),
    ];
    for (who, space, state) in states {
        let account = server.account(&format!("{who}@demo.example")).await?;
        let space = server.space(space).await?;
        let found = async || -> Result<Vec<Payment>> {
            let orders = server.app.store.checkouts().of_account(account).await?.into_iter();
            Ok(orders.filter(|(order, _)| order.space == space).map(|(order, _)| order.state).collect())
        };
        // The provider tells of them after a moment.
        let told = async || anyhow::Ok((found().await? == [state]).then_some(()));
        eventually(&format!("no order of {who} is {state:?}"), told).await?;
    }
    Ok(())
}

async fn a_banned_person_is_kept_out(server: &TestServer) -> Result<()> {
    let account = server.account("dex@demo.example").await?;
    let session = server.app.store.sessions().create(account, "a browser", server.app.clock.now()).await?;
    let dex = server.anybody().beside(&format!("{}={}", server.app.cookie_name(), session.token));
    let page = dex.get("/slow-clay").await?.text;
    assert!(page.contains("banned"), "{page}");
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(audit.contains("space.publish") && audit.contains("stream.state"), "{audit}");
    Ok(())
}

/// The names of the workers of a running demo.
async fn workers(service: &Process) -> Result<String> {
    let url = service.doors["url"].as_str().context("no address")?;
    let cookie = service.doors["cookies"]["operator"].as_str().context("no operator")?;
    let tree = Browser::with_cookie(url, cookie).get("/ops/tree.json").await?;
    ensure!(tree.status == 200, "{}", tree.status);
    Ok(tree.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_to_scripts_unless_they_are_asked() -> Result<()> {
    for (more, come) in [(&["--quiet"][..], false), (&[], false), (&["--people"], true)] {
        let data = tempfile::tempdir()?;
        let service = Process::demo("127.0.0.1:0", data.path(), more)?;
        assert_eq!(workers(&service).await?.contains("townspeople"), come, "{more:?}");
        service.kill()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_demo_has_an_operator_and_nothing_else() -> Result<()> {
    let data = tempfile::tempdir()?;
    for _ in 0..2 {
        let service = Process::demo("127.0.0.1:0", data.path(), &["--empty"])?;
        assert!(!workers(&service).await?.contains("townspeople"));
        assert_eq!(service.doors["cookies"].as_object().map(|cookies| cookies.len()), Some(1));
        let url = service.doors["url"].as_str().context("no address")?.to_owned();
        assert_eq!(links_to_spaces(&Browser::new(&url).get("/explore").await?.text), Vec::<&str>::new());
        let front = Browser::new(&url).get("/").await?.text;
        let own = "<a class=\"button primary\" href=\"/sign-in?next=/account\">Open your own space</a>";
        assert!(front.contains(own) && !front.contains("Open your space"), "one way on: {front}");
        service.kill()?;
    }
    let store = store::Store::open(&store::default_url(data.path())).await?;
    assert!(store.accounts().by_email("olga@demo.example").await?.is_some_and(|olga| olga.operator));
    assert!(store.accounts().by_email("maya@demo.example").await?.is_none());
    store.close().await;
    Ok(())
}

/// A second start finds the shows that were on air when the first process was killed, and makes nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_town_that_was_killed_goes_on_as_it_was() -> Result<()> {
    let data = tempfile::tempdir()?;
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let service = Process::demo("127.0.0.1:0", data.path(), &[])?;
        let visitor = Browser::new(service.doors["url"].as_str().context("no address")?);
        let live = visitor.get("/explore?live=1").await?.text;
        assert!(["Maya Lin", "Slow Clay", "One Line a Day"].iter().all(|name| live.contains(name)), "{live}");
        let all = visitor.get("/explore").await?.text;
        seen.insert((links_to_spaces(&all).join(" "), service.doors["events"].to_string()));
        service.kill()?;
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn scripted_people_come_to_the_rooms_on_air_and_write() -> Result<()> {
    let (server, _) = TestServer::with_town(Database::Sqlite).await?;
    let host = server.person("host");
    let mut feed = Feed::open(&host, server.door("events"), None).await?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.demo.invite(&server.app);
    let lines = feed.lines(1).await?;
    assert!(lines[0].1.contains("is this the one from last week?"), "{lines:?}");
    let room = server.room(server.live()).await?;
    assert!(server.app.engine.people(room) >= 1, "the one who wrote; the host is no viewer");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn some_creators_have_a_cover_a_logo_or_a_face_and_a_second_start_adds_none() -> Result<()> {
    let (server, _) = TestServer::with_town(Database::Sqlite).await?;
    let visitor = server.anybody();
    let mut seen = BTreeSet::new();
    for _ in 0..2 {
        let begun = std::time::Instant::now();
        server.demo.decorate(&server.app).await?;
        println!("the pictures took {} ms", begun.elapsed().as_millis());
        let (mut covers, mut logos, mut faces) = (vec![], vec![], vec![]);
        for slug in SPACES {
            let space = server.app.store.spaces().by_id(server.space(slug).await?).await?;
            covers.extend(space.cover);
            logos.extend(space.logo);
        }
        for who in ["jonas", "hana", "kofi"] {
            let account = server.account(&format!("{who}@demo.example")).await?;
            faces.extend(server.app.store.accounts().by_id(account).await?.avatar);
        }
        assert_eq!((covers.len(), logos.len(), faces.len()), (5, 4, 3));
        let page = visitor.get("/slow-clay").await?.text;
        assert!(page.contains("A bowl on a potter’s wheel") && page.contains("/static/pictures/"), "{page}");
        seen.insert((covers, logos, faces));
    }
    assert_eq!(seen.len(), 1);
    server.close().await
}

/// The payer and the payee are two processes, and each is killed while the other waits for it.
#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_of_its_own_process_dies_apart_from_the_service() -> Result<()> {
    const SECRET: &str = "whsec_of_a_story_with_two_processes";
    let (own, bank, data) = (free_address()?, free_address()?, tempfile::tempdir()?);
    let (house, book) = (data.path().join("house"), data.path().join("book"));
    let (listen, origin) = (own.to_string(), format!("http://{bank}"));
    let demo =
        || Process::demo(&listen, &house, &["--stand-in", origin.as_str(), "--webhook-secret", SECRET]);
    let stand_in = Process::stand_in(bank, &book, own, SECRET)?;
    let service = demo()?;
    let url = service.doors["url"].as_str().context("no address")?.to_owned();
    let cookie = |who: &str| service.doors["cookies"][who].as_str().unwrap_or_default().to_owned();
    let buyer = Browser::with_cookie(&url, &cookie("stranger"));
    let operator = Browser::with_cookie(&url, &cookie("operator"));
    let order = buyer.post("/maya/front-row/purchase", &[]).await?.location().to_owned();
    ensure!(order.starts_with("/checkouts/"), "{order}");
    // It may have to start first; the order's page says so until then.
    let begin = async || {
        let to = buyer.post(&format!("{order}/payment"), &[]).await?.location().to_owned();
        anyhow::Ok(to.contains("/pay/cs_").then_some(to))
    };
    let pay_page = eventually("there is no pay page", begin).await?;
    stand_in.kill()?;
    let _stand_in = Process::stand_in(bank, &book, own, SECRET)?;
    service.kill()?;
    let pay = async || match buyer.post(&format!("{pay_page}/pay"), &[]).await {
        Ok(paid) => anyhow::Ok((paid.status == 303).then_some(paid)),
        // It is not there again yet.
        Err(_) => Ok(None),
    };
    let paid = eventually("nobody can pay", pay).await?;
    ensure!(paid.location().ends_with(&order), "{}", paid.location());
    let _service = demo()?;
    let told = async || {
        let page = buyer.get(&format!("{order}/fragment")).await?.text;
        anyhow::Ok(page.contains("data-state=\"paid\"").then_some(()))
    };
    eventually("the payment is not known", told).await?;
    let money = operator.get("/ops/money.json").await?.json();
    let balance = &money["balances"][0];
    ensure!(balance["ledger"].is_i64() && balance["ledger"] == balance["provider"], "{money}");
    Ok(())
}
