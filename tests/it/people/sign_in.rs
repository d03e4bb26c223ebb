//! Sign-in by a mailed code, and what ends with a session.

use crate::support::{Browser, Reply, TestServer};
use anyhow::{Context, Result};
use domain::{clock::Clock, people::sign_in::ASKS};
use std::time::Duration;
use tokio::time::timeout;

const ANN: &str = "ann@example.org";

async fn ask(who: &Browser, email: &str) -> Result<Reply> {
    who.post("/sign-in", &[("email", email)]).await
}

async fn enter(who: &Browser, code: &str) -> Result<u16> {
    Ok(who.post("/sign-in/code", &[("code", code)]).await?.status.as_u16())
}

async fn signed_in(who: &Browser) -> Result<bool> {
    Ok(who.get("/account").await?.status == 200)
}

/// Requests a code and reads it from its mail; exactly one mail must arrive.
async fn code(server: &TestServer, who: &Browser, email: &str) -> Result<String> {
    let before = who.codes_for(email).await?.len();
    assert_eq!(ask(who, email).await?.status, 303);
    server.rest().await?;
    assert_eq!(who.codes_for(email).await?.len(), before + 1, "one mail");
    who.next_code(email, before).await
}

/// A wrong six-digit code.
fn wrong(code: &str, n: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap_or(0) + n) % 1_000_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_signs_in_once_and_only_the_browser_that_asked() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, thief) = (server.anybody(), server.anybody());
    let right = code(&server, &ann, ANN).await?;
    assert_eq!(enter(&thief, &right).await?, 303, "a browser that never asked is sent to the first step");
    assert!(!signed_in(&thief).await?);
    // A browser that asked for its own code cannot use Ann's.
    code(&server, &thief, "thief@example.org").await?;
    assert_eq!(enter(&thief, &right).await?, 422);
    // Nor can another browser with Ann's code cookie.
    let stolen =
        ann.cookie().split("; ").find(|c| c.starts_with("backstage-code=")).context("a code")?.to_string();
    assert_eq!(enter(&Browser::with_cookie(&server.url, &stolen), &right).await?, 303);
    let mixed = Browser::with_cookie(&server.url, &stolen);
    mixed.keep(thief.cookie().split("; ").find(|c| c.starts_with("backstage-asking=")).context("a browser")?);
    assert_eq!(enter(&mixed, &right).await?, 303, "a browser that did not ask is sent to the first step");
    assert!(!signed_in(&mixed).await? && !signed_in(&thief).await?);

    let again = Browser::with_cookie(&server.url, "");
    for pair in ann.cookie().split("; ") {
        again.keep(pair);
    }
    assert_eq!(enter(&ann, &format!(" {} {} ", &right[..3], &right[3..])).await?, 303, "spaces are ignored");
    assert!(signed_in(&ann).await?);
    assert_eq!(enter(&again, &right).await?, 422, "a code works once");
    assert!(!signed_in(&again).await?);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_for_ten_minutes_and_five_tries() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    let late = code(&server, &ann, ANN).await?;
    server.advance(10 * 60).await?;
    assert_eq!(enter(&ann, &late).await?, 422, "ten minutes are over");
    let timely = code(&server, &ann, ANN).await?;
    server.advance(9 * 60 + 50).await?;
    assert_eq!(enter(&ann, &timely).await?, 303);

    let bob = server.anybody();
    let right = code(&server, &bob, "bob@example.org").await?;
    for n in 1..=4 {
        let tried = bob.post("/sign-in/code", &[("code", &wrong(&right, n))]).await?;
        assert_eq!(tried.status, 422);
        assert!(tried.text.contains(&format!("You have {} more tr", 5 - n)), "try {n}");
    }
    assert_eq!(enter(&bob, &right).await?, 303, "the fifth try counts");
    let eve = server.anybody();
    let right = code(&server, &eve, "eve@example.org").await?;
    let guesses: Vec<String> = (1..=20).map(|n| wrong(&right, n)).collect();
    let guesses = futures_util::future::try_join_all(guesses.iter().map(|guess| enter(&eve, guess))).await?;
    assert!(guesses.iter().all(|status| *status == 422));
    assert_eq!(enter(&eve, &right).await?, 422, "twenty guesses at once were too many");
    assert!(!signed_in(&eve).await?);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_code_invalidates_the_previous_one() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, elsewhere) = (server.anybody(), server.anybody());
    let first = code(&server, &ann, ANN).await?;
    let other = code(&server, &elsewhere, ANN).await?;
    let second = code(&server, &ann, ANN).await?;
    if first != second {
        assert_eq!(enter(&ann, &first).await?, 422);
    }
    assert_eq!(enter(&ann, &second).await?, 303);
    assert_eq!(enter(&elsewhere, &other).await?, 303, "codes are per browser");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_whether_an_address_is_known() -> Result<()> {
    let server = TestServer::open().await?;
    let mut answers = Vec::new();
    for email in ["maya@demo.example", "nobody@example.org", "MAYA@demo.example"] {
        let who = server.anybody();
        let asked = ask(&who, email).await?;
        let page = who.get(asked.location()).await?;
        let names = asked.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap_or_default());
        let names: Vec<String> = names.filter_map(|c| Some(c.split_once('=')?.0.to_string())).collect();
        let shown = page.text.replace(&email.to_lowercase(), "");
        answers.push((asked.status, asked.location().to_string(), names, page.status, shown));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    server.rest().await?;
    assert_eq!(server.mails("nobody@example.org", "is your code").await?, 1, "both get a code");
    assert!(
        server.app.store.accounts().by_email("nobody@example.org").await?.is_none(),
        "asking creates no account"
    );
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_not_flooded_and_others_are_not_kept_waiting() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    // Limits count by the hour, so start at a full hour.
    let now = server.app.clock.now().0 / 1000;
    server.advance(3601 - now.rem_euclid(3600)).await?;
    let mut refused = 0;
    for n in 0..ASKS.times + 3 {
        // A new browser in a new network each time, because the limit protects the address.
        let asked = ask(&server.anybody().at(&format!("192.0.2.{n}")), ANN).await?;
        if asked.status == 429 {
            refused += 1;
            let wait: i64 = asked.headers["retry-after"].to_str()?.parse()?;
            assert!((1..=3600).contains(&wait), "{wait}");
        }
    }
    assert_eq!(refused, 3);
    server.rest().await?;
    assert_eq!(server.mails(ANN, "is your code").await? as i64, ASKS.times);
    assert_eq!(ask(&server.anybody(), "bob@example.org").await?.status, 303);
    server.advance(3600).await?;
    assert_eq!(ask(&server.anybody(), ANN).await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_a_browser_out_ends_what_it_has_open() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, here, there) = (server.scheduled(), server.holder(ANN).await?, server.anybody());
    there.sign_in(ANN).await?;
    let mut pages = [room.follow(&here, 0).await?, room.follow(&there, 0).await?];
    let list = here.get("/account/sessions").await?.text;
    assert_eq!(list.matches("/revocation").count(), 4, "one for each, one for all others, and one for all");
    let account = server.account(ANN).await?;
    let now = server.app.clock.now();
    let sessions = server.app.store.sessions().list(account, now).await?;
    let newest = sessions.iter().max_by_key(|s| (s.created_at, s.id.to_string())).context("a session")?.id;
    let path = format!("/account/sessions/{newest}/revocation");
    assert_eq!(
        server.person("stranger").post(&path, &[]).await?.status,
        404,
        "nobody can end another person's session"
    );
    assert_eq!(here.post(&path, &[]).await?.status, 303);
    let why = timeout(Duration::from_secs(2), pages[1].end()).await??;
    assert!(why.contains("You signed out"), "{why}");
    assert!(!signed_in(&there).await?);
    assert_eq!(room.say(&there, "still here?").await?.status, 401);

    assert_eq!(room.say(&here, "I am").await?.status, 303);
    pages[0].all_until("I am").await?;
    let before = Browser::with_cookie(&server.url, &here.cookie());
    let out = here.submit("/sign-out", &[]).await?.text;
    assert!(out.contains("role=\"status\">You are signed out."), "{out}");
    timeout(Duration::from_secs(2), pages[0].end()).await??;
    assert!(!signed_in(&here).await? && !signed_in(&before).await?, "its cookie is invalid everywhere");
    assert_eq!(here.get("/account").await?.location(), "/sign-in?next=/account");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_a_code_is_told_why_it_begins_again() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, told) = (server.anybody(), "role=\"alert\">This browser has no open code.");
    for posts in [false, true] {
        let reply = match posts {
            false => ann.get("/sign-in/code").await?,
            true => ann.post("/sign-in/code", &[("code", "123456")]).await?,
        };
        assert_eq!(reply.location(), "/sign-in?next=/account");
        assert!(ann.get(reply.location()).await?.text.contains(told));
        assert!(!ann.get(reply.location()).await?.text.contains(told), "told once");
    }
    ann.sign_in(ANN).await?;
    assert_eq!(ann.get("/sign-in/code").await?.location(), "/account", "who is signed in goes on");
    assert!(!ann.get("/account").await?.text.contains(told));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_returns_to_the_requested_page_on_this_site_only() -> Result<()> {
    let server = TestServer::open().await?;
    // Whoever comes for nothing in particular is asked at once what to call them.
    for (next, want) in [
        ("/maya/lobby", "/maya/lobby"),
        ("https://evil.example", "/account/name"),
        ("//evil.example", "/account/name"),
    ] {
        let who = server.anybody();
        let before = who.codes_for(ANN).await?.len();
        assert_eq!(who.post("/sign-in", &[("email", ANN), ("next", next)]).await?.status, 303);
        let code = who.next_code(ANN, before).await?;
        let entered = who.post("/sign-in/code", &[("code", &code), ("next", next)]).await?;
        assert_eq!((entered.status.as_u16(), entered.location()), (303, want));
        let cookie = entered
            .headers
            .get_all("set-cookie")
            .iter()
            .find_map(|c| c.to_str().ok().filter(|c| c.starts_with("backstage=")).map(str::to_string));
        let cookie = cookie.context("a session")?;
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Secure"),
            "{cookie}"
        );
    }
    server.close().await
}

/// Browsers drop tabs and line breaks from URLs, and treat a backslash as a slash.
#[tokio::test(flavor = "multi_thread")]
async fn no_trick_in_next_leads_elsewhere() -> Result<()> {
    let server = TestServer::open().await?;
    let viewer = server.person("viewer");
    for trick in [
        "//evil.example",
        "/%09/evil.example",
        "/%5Cevil.example",
        "/%0D%0Ax:y",
        "/%00x",
        "https://evil.example",
    ] {
        let sent = viewer.get(&format!("/sign-in?next={trick}")).await?;
        assert_eq!((sent.status.as_u16(), sent.location()), (303, "/account"), "{trick}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_everywhere_else_ends_all_other_sessions_and_their_feeds() -> Result<()> {
    let server = TestServer::open().await?;
    let (room, here) = (server.scheduled(), server.holder(ANN).await?);
    let others = [server.anybody(), server.anybody()];
    let bob = server.holder("bob@example.org").await?;
    for other in &others {
        other.sign_in(ANN).await?;
    }
    let mut own = room.follow(&here, 0).await?;
    let mut feeds = [room.follow(&others[0], 0).await?, room.follow(&others[1], 0).await?];
    let mut bobs = room.follow(&bob, 0).await?;
    assert!(here.get("/account/sessions").await?.text.contains("Sign out everywhere else"));
    let list = here.submit("/account/sessions/revocation", &[]).await?.text;
    assert!(list.contains("Every other browser is signed out."), "{list}");
    for (feed, other) in feeds.iter_mut().zip(&others) {
        let why = timeout(Duration::from_secs(2), feed.end()).await??;
        assert!(why.contains("You signed out"), "{why}");
        assert!(!signed_in(other).await?);
    }
    assert!(signed_in(&here).await? && signed_in(&bob).await?);
    let list = here.get("/account/sessions").await?.text;
    assert!(list.matches("/revocation").count() == 1 && !list.contains("Sign out everywhere else"));
    assert_eq!(room.say(&here, "I am here").await?.status, 303);
    own.all_until("I am here").await?;
    bobs.all_until("I am here").await?;
    server.close().await
}

/// Mail scanners open links before people do.
#[tokio::test(flavor = "multi_thread")]
async fn opening_a_sign_in_link_does_not_use_it_up() -> Result<()> {
    let server = TestServer::open().await?;
    let viewer = server.account("vera@demo.example").await?;
    let path = format!("/dev/enter/{}?next=/maya", server.app.sign_in_links.make(viewer));
    let who = server.anybody();
    for method in [reqwest::Method::HEAD, reqwest::Method::GET, reqwest::Method::HEAD] {
        let seen = who.send(who.request(method, &path)).await?;
        assert_eq!(seen.status, 200);
        assert!(!seen.headers.contains_key("set-cookie"));
    }
    let page = who.get(&path).await?.text;
    assert!(page.contains("data-submit") && page.contains(&format!("action=\"{path}\"")), "{page}");
    assert_eq!(who.post(&path, &[]).await?.location(), "/maya");
    assert!(signed_in(&who).await?);
    assert_eq!(server.anybody().post(&path, &[]).await?.status, 404, "a link works once");
    assert_eq!(server.anybody().get(&path).await?.status, 404);
    server.close().await
}

/// Another service on the same host may write any bytes into the same header.
#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_cookie_harms_nobody() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    ann.sign_in(ANN).await?;
    let own = ann.cookie();
    for foreign in ["city=K\u{f6}ln".as_bytes(), b"city=K\xf6ln", b"=;;x"] {
        let cookies = [foreign, b"; ", own.as_bytes()].concat();
        let value = reqwest::header::HeaderValue::from_bytes(&cookies)?;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let request =
            client.get(format!("{}/account", server.url)).header("cookie", value).header("user-agent", "t");
        assert_eq!(request.send().await?.status(), 200, "{foreign:?}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_code_is_sent_from_the_page_of_the_first() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.anybody();
    let form = [("email", ANN), ("next", "/maya")];
    let asked = ann.post("/sign-in", &form).await?;
    assert_eq!(asked.status, 303);
    let page = ann.get(asked.location()).await?.text;
    let again = format!("name=\"email\" value=\"{ANN}\"");
    assert!(page.contains(&again) && page.contains("name=\"next\" value=\"/maya\""), "{page}");
    server.rest().await?;
    let before = ann.codes_for(ANN).await?.len();
    assert_eq!(ann.post("/sign-in", &form).await?.location(), asked.location(), "back to the same page");
    let code = ann.next_code(ANN, before).await?;
    let entered = ann.post("/sign-in/code", &[("code", &code), ("next", "/maya")]).await?;
    assert_eq!((entered.status.as_u16(), entered.location()), (303, "/maya"));
    server.close().await
}
