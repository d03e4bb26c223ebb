//! Everything that answers a request is in its language: the browser's choice, else what it prefers, else English. Mail is in the
//! language of whoever gets it.

use crate::support::{Browser, Database, Reply, TestServer, on_both, shop::Order, sse::Feed};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    text::language::Language::{self, English, German},
    time::{Millis, Span},
};
use reqwest::Method;
use views::words::{dates, speak};

on_both!(
    the_choice_of_a_person_follows_them_into_new_browsers,
    each_page_of_a_room_follows_in_its_own_language,
);

const ANN: &str = "ann@example.org";
const COOKIE: &str = "backstage-language";
/// What every page says first.
const SKIPS: [(Language, &str); 2] = [(English, "Skip to the content"), (German, "Zum Inhalt springen")];

/// The language of a whole page; all of it agrees.
fn language_of(page: &Reply) -> Result<Language> {
    let tag = page.text.split_once("<html lang=\"").and_then(|(_, rest)| rest.split_once('"'));
    let language = Language::of(tag.context("a language")?.0).context("one of ours")?;
    assert_eq!(page.headers["content-language"], language.code());
    let vary: Vec<&str> = page.headers.get_all("vary").iter().filter_map(|line| line.to_str().ok()).collect();
    assert!(vary.join(",").contains("Accept-Language, Cookie"), "{vary:?}");
    for (of, words) in SKIPS {
        assert_eq!(page.text.contains(words), of == language, "{words} on a page in {}", language.name());
    }
    Ok(language)
}

async fn choose(who: &Browser, language: &str, next: &str) -> Result<Reply> {
    who.post("/language", &[("language", language), ("next", next)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_in_the_language_that_the_browser_prefers() -> Result<()> {
    let server = TestServer::open().await?;
    for (accepted, want) in [
        ("", English),
        ("de-AT,de;q=0.9,en;q=0.5", German),
        ("en;q=0.4, de;q=0.6", German),
        ("en-GB,de;q=0.9", English),
        ("fr, ja;q=0.8", English),
        ("fr, de;q=0.2", German),
    ] {
        let visitor = server.anybody().reading(accepted);
        for path in ["/", "/explore", "/maya", "/sign-in", "/help", "/status"] {
            let page = visitor.get(path).await?;
            assert_eq!((page.status.as_u16(), language_of(&page)?), (200, want), "{path} for {accepted:?}");
        }
    }
    let viewer = server.person("viewer").reading("de");
    for path in ["/account", "/account/purchases", server.door("watch")] {
        assert_eq!(language_of(&viewer.get(path).await?)?, German, "{path}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_in_the_language_of_the_request() -> Result<()> {
    let server = TestServer::open().await?;
    for (accepted, want) in [("de", German), ("en", English)] {
        let visitor = server.anybody().reading(accepted);
        // By a handler, by the router, and by a layer that is around them.
        let foreign = visitor.request(Method::POST, "/sign-in").header("origin", "https://elsewhere.example");
        let foreign = foreign.header("sec-fetch-site", "cross-site").header("accept", "text/html");
        let refused = [
            (404, visitor.get("/nobody-here").await?),
            (405, visitor.get("/language").await?),
            (403, visitor.send(foreign).await?),
        ];
        for (status, page) in refused {
            assert_eq!((page.status.as_u16(), language_of(&page)?), (status, want), "{accepted}");
        }
    }
    let german = choose(&server.anybody().reading("de"), "tlh", "/").await?;
    let english = choose(&server.anybody(), "tlh", "/").await?;
    assert_eq!((german.status.as_u16(), english.status.as_u16()), (422, 422));
    let message = |reply: &Reply| reply.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert_eq!(message(&german), "Wählen Sie eine der angebotenen Sprachen.");
    assert_eq!(message(&english), "Choose one of the languages that are offered.");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_what_was_chosen_in_it() -> Result<()> {
    let server = TestServer::open().await?;
    let visitor = server.anybody().reading("en");
    let front = visitor.get("/explore?q=songs").await?.text;
    assert!(front.contains("action=\"/language\"") && front.contains("name=\"next\" value=\"/explore\""));
    assert!(front.contains(">Deutsch</button>"), "each language is offered in itself");

    let chosen = choose(&visitor, "de", "/explore").await?;
    assert_eq!((chosen.status.as_u16(), chosen.location()), (303, "/explore"));
    assert_eq!(language_of(&visitor.get("/explore").await?)?, German, "whatever the browser prefers");
    assert_eq!(language_of(&server.anybody().reading("en").get("/explore").await?)?, English);

    // A search stays as it is; nobody is led to another site.
    let fields = [("language", "en"), ("next", "/explore")];
    let there = format!("{}/explore?q=songs&sort=name", server.url);
    let request = visitor.request(Method::POST, "/language").header("referer", &there).form(&fields);
    assert_eq!(visitor.send(request).await?.location(), "/explore?q=songs&sort=name");
    let request =
        visitor.request(Method::POST, "/language").header("referer", "https://elsewhere.example/explore?x");
    assert_eq!(visitor.send(request.form(&fields)).await?.location(), "/explore");
    for next in ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"] {
        let led = choose(&visitor, "en", next).await?;
        assert!(led.location().starts_with("/account"), "{next}: {}", led.location());
    }

    let unknown = server.anybody().reading("de");
    unknown.keep(&format!("{COOKIE}=tlh"));
    assert_eq!(
        language_of(&unknown.get("/").await?)?,
        German,
        "a cookie that names no language of ours is none"
    );
    server.close().await
}

async fn the_choice_of_a_person_follows_them_into_new_browsers(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ann = server.anybody().reading("en");
    ann.sign_in(ANN).await?;
    let account = server.account(ANN).await?;
    let kept = async || server.app.store.preferences().language(account).await;
    assert_eq!(
        kept().await?,
        Some(English),
        "a new account has the language of the page on which it was made"
    );

    for _ in 0..2 {
        assert_eq!(choose(&ann, "de", "/account").await?.status, 303);
    }
    assert_eq!(kept().await?, Some(German));
    let lines = server.app.store.audit().last(20).await?;
    let lines: Vec<_> = lines.iter().filter(|line| line.act.action == "account.language").collect();
    assert_eq!(lines.len(), 1, "what does not change is no change");
    assert_eq!((lines[0].act.actor, lines[0].act.detail.as_str()), (Some(account), "de"));

    // A new browser takes it over; one in which a language was chosen keeps that.
    let new = server.anybody().reading("en");
    new.sign_in(ANN).await?;
    assert!(new.cookie().contains(&format!("{COOKIE}=de")), "{}", new.cookie());
    assert_eq!(language_of(&new.get("/account").await?)?, German);
    let shared = server.anybody().reading("en");
    assert_eq!(choose(&shared, "en", "/").await?.status, 303);
    shared.sign_in(ANN).await?;
    assert_eq!(language_of(&shared.get("/account").await?)?, English);
    assert_eq!(kept().await?, Some(German), "signing in changes nothing");

    let kim = server.anybody().reading("de");
    kim.sign_in("kim@example.org").await?;
    let account = server.account("kim@example.org").await?;
    assert_eq!(server.app.store.preferences().language(account).await?, Some(German));
    // Somebody else's choice is not hers.
    assert_eq!(server.app.store.preferences().language_at("sam@demo.example").await?, None);
    server.close().await
}

/// Plans the show that nobody has opened yet.
async fn plan(server: &TestServer, at: Millis) -> Result<()> {
    let written = at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", "Choosing the ten"), ("scheduled_at", written.as_str())];
    let path = format!("/account/streams/{}/schedule", server.scheduled().0);
    let planned = server.person("host").post(&path, &form).await?;
    assert_eq!(planned.status, 303, "{}", planned.text);
    Ok(())
}

/// A whole minute, so that forms can name it.
fn in_days(server: &TestServer, days: i64) -> Millis {
    let at = server.app.clock.now() + Span::days(days);
    Millis(at.0 - at.0 % 60_000)
}

/// How a page in this language tells a moment.
fn told(language: Language, at: Millis) -> String {
    speak(language, || dates::moment(at))
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_is_in_the_language_of_its_recipient() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, kim) = (server.holder(ANN).await?, server.holder("kim@example.org").await?);
    assert_eq!(choose(&ann, "de", "/account").await?.status, 303);
    let at = in_days(&server, 3);
    plan(&server, at).await?;
    for who in [&ann, &kim] {
        let path = format!("/streams/{}/reminder", server.scheduled().0);
        assert_eq!(who.post(&path, &[("wanted", "true")]).await?.status, 303);
    }
    server.advance((at - server.app.clock.now()).ceil_secs() - 24 * 3600 + 60).await?;
    server.mail_is_out().await?;
    let utc = domain::catalogue::zone::Zone::UTC;
    let when = |language| speak(language, || dates::in_zone(at, &utc));
    for (who, its, other) in [(ANN, German, English), ("kim@example.org", English, German)] {
        let texts = server.mail_texts(who, "Choosing the ten").await?;
        let reminder = texts.iter().find(|text| text.contains("-reminders-")).context("a reminder")?;
        assert!(reminder.contains(&when(its)) && !reminder.contains(&when(other)), "{who}: {reminder}");
    }
    server.close().await
}

async fn each_page_of_a_room_follows_in_its_own_language(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (room, fans) = (server.scheduled(), server.fans(3).await?);
    let english = fans[0].browser.reading("en");
    let german = fans[1].browser.reading("de-DE,de;q=0.9,en;q=0.8");
    let mut pages = [
        (English, room.follow(&english, 0).await?),
        (German, room.follow(&german, 0).await?),
        (German, room.follow(&fans[2].browser.reading("de"), 0).await?),
    ];
    let at = in_days(&server, 40);
    plan(&server, at).await?;
    assert_eq!(room.say(&english, "hello").await?.status, 303);
    assert_eq!(room.say(&german, "hallo").await?.status, 303);
    for (language, page) in &mut pages {
        let seen = page.all_until("hallo").await?;
        let other = if *language == German { English } else { German };
        let says = |of| seen.iter().any(|event| event.data.contains(&told(of, at)));
        assert!(says(*language) && !says(other), "{}: {seen:?}", language.name());
        assert!(seen.iter().any(|event| event.data.contains("hello")), "what people write is everybody's");
    }

    // A page that comes back, one that polls, and one that is new get what they missed in their language.
    for (who, its, other) in [(&english, English, German), (&german, German, English)] {
        let back = room.resume(who, 0, 1).await?.all_until("hallo").await?;
        let fragment = who.get(&room.path("fragment")).await?.text;
        let all: String = back.into_iter().map(|event| event.data).chain([fragment]).collect();
        assert_eq!(all.matches(&told(its, at)).count(), 2, "{}: {all}", its.name());
        assert!(!all.contains(&told(other, at)));
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_are_rendered_as_a_whole_follow_in_their_language() -> Result<()> {
    let server = TestServer::open().await?;
    let at = in_days(&server, 5);
    plan(&server, at).await?;
    let viewer = server.person("viewer");
    let order = Order::open(server.person("stranger")).await?;
    for (accepted, its, other) in [("de", German, English), ("en", English, German)] {
        for (who, page) in [(server.anybody(), "/live"), (viewer.clone(), "/account/purchases")] {
            let who = who.reading(accepted);
            let first = Feed::open(&who, &format!("{page}/events"), None).await?.next().await?;
            let first = first.context("a picture")?.data;
            let fragment = who.get(&format!("{page}/fragment")).await?.text;
            for shown in [first, fragment] {
                assert!(
                    shown.contains(&told(its, at)) && !shown.contains(&told(other, at)),
                    "{page}: {shown}"
                );
            }
        }
        let until = |of| if of == German { ">bis " } else { ">until " };
        let buyer = order.buyer.reading(accepted);
        let first = Feed::open(&buyer, &format!("{}/events", order.path), None).await?.next().await?;
        let first = first.context("a picture")?.data;
        assert!(first.contains(until(its)) && !first.contains(until(other)), "{first}");
    }
    server.close().await
}
