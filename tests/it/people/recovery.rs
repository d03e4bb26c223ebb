//! Recovery codes: shown once, each good once, and a way in without the mailbox.

use crate::support::{Browser, Database, Reply, TestServer, on_both};
use anyhow::{Context, Result};

on_both!(a_recovery_code_lets_in_once_and_leads_to_a_new_address);

const OLD: &str = "ann@example.org";
const NEW: &str = "ann@elsewhere.example";

pub async fn make(who: &Browser) -> Result<Vec<String>> {
    let page = who.post("/account/recovery", &[]).await?;
    assert_eq!(page.status, 200, "{}", page.text);
    let codes: Vec<String> = page
        .text
        .split("<code>")
        .skip(1)
        .filter_map(|part| Some(part.split_once("</code>")?.0.to_owned()))
        .collect();
    assert_eq!(codes.len(), 10, "{}", page.text);
    Ok(codes)
}

pub async fn recover(who: &Browser, email: &str, code: &str) -> Result<Reply> {
    who.post("/sign-in/recovery", &[("email", email), ("code", code)]).await
}

async fn a_recovery_code_lets_in_once_and_leads_to_a_new_address(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, elsewhere) = (server.holder(OLD).await?, server.anybody());
    elsewhere.sign_in(OLD).await?;
    assert!(ann.get("/account/recovery").await?.text.contains("You have no codes."));
    let codes = make(&ann).await?;
    let page = ann.get("/account/recovery").await?.text;
    assert!(page.contains("10 codes") && codes.iter().all(|code| !page.contains(code)), "shown once");
    server.rest().await?;
    assert_eq!(server.mails(OLD, "New recovery codes").await?, 1);
    assert!(elsewhere.get("/explore").await?.text.contains("New recovery codes were made"), "told");

    let lost = server.anybody();
    for (email, code, why) in [
        (OLD, "aaaa-bbbb-cccc", "has no such code"),
        ("nobody@example.org", codes[0].as_str(), "has no such code"),
        (OLD, "abcd-efgh", "looks like"),
        ("nonsense", codes[0].as_str(), "name@example.org"),
    ] {
        let refused = recover(&lost, email, code).await?;
        assert_eq!(refused.status, 422, "{email} {code}");
        assert!(refused.text.contains(why) && refused.text.contains(email), "{}", refused.text);
    }
    let entered = recover(&lost, OLD, &format!(" {} ", codes[0].to_uppercase().replace('-', " "))).await?;
    assert_eq!((entered.status.as_u16(), entered.location()), (303, "/account/email"), "{}", entered.text);
    assert_eq!(recover(&server.anybody(), OLD, &codes[0]).await?.status, 422, "each works once");
    server.rest().await?;
    assert_eq!(server.mails(OLD, "recovery code of your account was used").await?, 1);
    for other in [&ann, &elsewhere] {
        assert!(other.get("/explore").await?.text.contains("got into your account with a recovery code"));
    }
    let before = lost.codes_for(NEW).await?.len();
    assert_eq!(lost.post("/account/email", &[("email", NEW)]).await?.status, 303);
    let code = lost.next_code(NEW, before).await?;
    assert_eq!(lost.post("/account/email/code", &[("code", &code)]).await?.location(), "/account");
    let account = server.app.store.accounts().by_email(NEW).await?.context("the account")?;
    assert_eq!(account.username, "ann");
    assert!(ann.get("/account/recovery").await?.text.contains("9 codes"));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_recovery_codes_are_bounded() -> Result<()> {
    let server = TestServer::behind_a_proxy(|_| {}).await?;
    let ann = server.holder(OLD).await?;
    let codes = make(&ann).await?;
    let mut wrong = 0;
    for _ in 0..30 {
        let tried = recover(&server.anybody().at("192.0.2.1"), OLD, "aaaa-bbbb-cccc").await?;
        wrong += i32::from(tried.status == 422);
        assert!(tried.status == 422 || tried.headers.contains_key("retry-after"), "{}", tried.text);
    }
    assert_eq!(wrong, 25, "what one network has for one mailbox in a day");
    assert_eq!(recover(&server.anybody().at("192.0.2.1"), OLD, &codes[0]).await?.status, 429);
    assert_eq!(recover(&server.anybody().at("198.51.100.1"), OLD, &codes[0]).await?.status, 303, "elsewhere");
    for n in 0..60 {
        recover(&server.anybody().at(&format!("203.0.113.{n}")), OLD, "aaaa-bbbb-cccc").await?;
    }
    let many = recover(&server.anybody().at("198.51.100.2"), OLD, &codes[1]).await?;
    assert_eq!(many.status, 429, "and all networks together");
    assert_eq!(recover(&server.anybody(), "ben@example.org", "aaaa-bbbb-cccc").await?.status, 422);
    server.close().await
}
