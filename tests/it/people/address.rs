//! Changing one's address: both addresses are proved, and everybody signed in is told.

use super::recovery::make;
use crate::support::{Browser, Database, Reply, TestServer, on_both};
use anyhow::{Context, Result};

on_both!(an_address_is_changed_when_both_are_proved);

const OLD: &str = "ann@example.org";
const NEW: &str = "ann@elsewhere.example";

/// Asks to change to `email`. Returns the code that is mailed there.
pub async fn ask(who: &Browser, email: &str) -> Result<String> {
    let before = who.codes_for(email).await?.len();
    let asked = who.post("/account/email", &[("email", email)]).await?;
    assert_eq!((asked.status.as_u16(), asked.location()), (303, "/account/email/code"), "{}", asked.text);
    assert!(who.get("/account/email/code").await?.text.contains(email));
    who.next_code(email, before).await
}

pub async fn enter(who: &Browser, code: &str) -> Result<Reply> {
    who.post("/account/email/code", &[("code", code)]).await
}

/// What the page of sessions says that its person has not read yet.
async fn unread(who: &Browser) -> Result<String> {
    let page = who.get("/account/sessions").await?.text;
    let after = page.split_once("name=\"read\" value=\"").context("a notice")?.1;
    Ok(after.split_once('"').context("its end")?.0.to_owned())
}

async fn read(who: &Browser, notice: &str) -> Result<()> {
    let read = who.post("/account/sessions/notice", &[("read", &notice.replace('\n', "\r\n"))]).await?;
    assert_eq!(read.status, 303);
    Ok(())
}

async fn an_address_is_changed_when_both_are_proved(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (here, there) = (server.holder(OLD).await?, server.anybody());
    there.sign_in(OLD).await?;
    for (bad, why) in
        [("nonsense", "looks like name@example.org"), (OLD, "the address that your account has")]
    {
        let refused = here.post("/account/email", &[("email", bad)]).await?;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(why) && refused.text.contains(bad), "{}", refused.text);
    }
    let code = ask(&here, NEW).await?;
    let wrong = format!("{:06}", (code.parse::<u32>()? + 1) % 1_000_000);
    let refused = enter(&here, &wrong).await?;
    assert!(refused.status == 422 && refused.text.contains("You have 4 more tries"), "{}", refused.text);
    // The code proves the new address in this session and nothing else.
    assert_eq!(enter(&there, &code).await?.location(), "/account/email", "not another session");
    assert!(
        there.get("/account/email").await?.text.contains("no open code for a new address"),
        "and is told so"
    );
    let thief = server.anybody();
    here.cookie()
        .split("; ")
        .filter(|pair| !pair.starts_with("backstage="))
        .for_each(|pair| thief.keep(pair));
    assert_eq!(thief.post("/sign-in/code", &[("code", &code)]).await?.status, 303);
    assert_eq!(thief.get("/account").await?.location(), "/sign-in?next=/account", "nor signs it anybody in");

    let changed = enter(&here, &code).await?;
    assert_eq!((changed.status.as_u16(), changed.location()), (303, "/account"));
    assert!(here.get("/account").await?.text.contains(NEW));
    assert_eq!(enter(&here, &code).await?.location(), "/account/email", "once");
    server.rest().await?;
    let told = server.mail_texts(OLD, "was changed").await?;
    assert!(
        told.len() == 1 && told[0].contains("recovery codes"),
        "the old address learns what to do: {told:?}"
    );
    assert_eq!(server.mails(NEW, "was changed").await?, 1);
    // The other session is told until it has read it.
    for path in ["/explore", "/account", "/account/sessions"] {
        assert!(there.get(path).await?.text.contains("address of your account was changed"), "{path}");
        assert!(!here.get(path).await?.text.contains("address of your account was changed"), "{path}");
    }
    // What it was told since it opened the page is not read with it.
    let first = unread(&there).await?;
    make(&here).await?;
    let told = ["address of your account was changed", "New recovery codes were made"];
    read(&there, &first).await?;
    let both = there.get("/explore").await?.text;
    assert!(told.iter().all(|words| both.contains(words)), "{both}");
    read(&there, &unread(&there).await?).await?;
    assert!(!there.get("/explore").await?.text.contains("address of your account was changed"));

    let account = server.account(NEW).await?;
    let back = server.anybody();
    back.sign_in(NEW).await?;
    assert!(back.get("/account").await?.text.contains("ann"), "the account is the same");
    server.advance(7 * 24 * 3600).await?;
    let stranger = server.anybody();
    stranger.sign_in(OLD).await?;
    assert_ne!(server.account(OLD).await?, account, "the old address is free after a week");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_another_account_is_refused_to_its_reader_only() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, ben) = (server.holder(OLD).await?, server.holder("ben@example.org").await?);
    let known = ann.post("/account/email", &[("email", "ben@example.org")]).await?;
    let unknown = ann.post("/account/email", &[("email", "nobody@example.org")]).await?;
    assert_eq!((known.status, known.location()), (unknown.status, unknown.location()), "both alike");
    // The first code has arrived before the next is asked for.
    server.rest().await?;
    let code = ask(&ann, "ben@example.org").await?;
    let refused = enter(&ann, &code).await?;
    assert!(
        refused.status == 422 && refused.text.contains("Another account has this address"),
        "{}",
        refused.text
    );
    assert!(ann.get("/account").await?.text.contains(OLD) && ben.get("/account").await?.status == 200);
    server.close().await
}

/// Whoever has only the session of somebody cannot take the account.
#[tokio::test(flavor = "multi_thread")]
async fn what_takes_an_account_away_needs_a_fresh_code() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.holder(OLD).await?;
    assert_eq!(ann.get("/account/email").await?.status, 200, "she has just signed in");
    server.advance(10 * 60).await?;
    for (path, field) in [
        ("/account/email", ("email", NEW)),
        ("/account/recovery", ("", "")),
        ("/account/export", ("", "")),
        ("/account/deletion", ("username", "ann")),
    ] {
        let sent = ann.post(path, &[field]).await?;
        assert_eq!(sent.location(), format!("/account/confirmation?next={path}"));
    }
    server.rest().await?;
    assert_eq!(server.mails(NEW, "confirms").await?, 0, "nobody was mailed");
    let why = ann.get("/account/confirmation?next=/account/email").await?.text;
    assert!(why.contains("Is it you?") && why.contains(OLD));

    let before = ann.codes_for(OLD).await?.len();
    let asked = ann.post("/account/confirmation", &[("next", "/account/email")]).await?;
    assert_eq!(asked.location(), "/account/confirmation/code?next=/account/email");
    let code = ann.next_code(OLD, before).await?;
    let wrong = format!("{:06}", (code.parse::<u32>()? + 1) % 1_000_000);
    let form = [("code", wrong.as_str()), ("next", "/account/email")];
    assert_eq!(ann.post("/account/confirmation/code", &form).await?.status, 422);
    assert_eq!(ann.get("/account/email").await?.status, 303, "not yet");
    let form = [("code", code.as_str()), ("next", "/account/email")];
    assert_eq!(ann.post("/account/confirmation/code", &form).await?.location(), "/account/email");
    assert_eq!(ann.get("/account/email").await?.status, 200);
    // A session asks for so many codes an hour.
    let mut refused = 0;
    for _ in 0..25 {
        let asked = ann.post("/account/confirmation", &[]).await?;
        refused += i32::from(asked.status == 429 && asked.text.contains("Try again in"));
    }
    assert!((5..25).contains(&refused), "{refused}");
    server.close().await
}
