//! Whoever gets hold of a mailbox does not keep the account: its owner has it back by the address before, or by a recovery code
//! from before.

use super::{
    address::{ask, enter},
    passkeys::with_passkey,
    recovery::{make, recover},
    teams::Team,
};
use crate::support::{Browser, Database, TestServer, on_both};
use anyhow::{Context, Result};
use domain::people::account::TeamRole;

on_both!(
    the_address_before_takes_the_account_back,
    a_code_from_before_takes_the_account_back_for_good,
    young_codes_do_not_outrank_the_mailbox,
    a_thiefs_code_does_not_void_those_before_it,
);

const OWN: &str = "ann@example.org";
const THIEFS: &str = "thief@elsewhere.example";
const SAFE: &str = "ann@safe.example";
const DAY: i64 = 24 * 3600;

/// The path of the link in the newest mail about a changed address.
async fn link(server: &TestServer, to: &str) -> Result<Option<String>> {
    server.rest().await?;
    let texts = server.mail_texts(to, "address of your account was changed").await?;
    let text = texts.first().context("a mail about the change")?;
    Ok(text
        .split_whitespace()
        .find_map(|word| Some(format!("/sign-in/former/{}", word.split_once("/sign-in/former/")?.1))))
}

async fn change(who: &Browser, email: &str) -> Result<()> {
    let code = ask(who, email).await?;
    let changed = enter(who, &code).await?;
    assert_eq!((changed.status.as_u16(), changed.location()), (303, "/account"), "{}", changed.text);
    Ok(())
}

/// Signs in by a code in the mailbox of `email`, and returns where that leads.
async fn enter_by_mail(who: &Browser, email: &str) -> Result<String> {
    let before = who.codes_for(email).await?.len();
    assert_eq!(who.post("/sign-in", &[("email", email)]).await?.status, 303);
    let code = who.next_code(email, before).await?;
    Ok(who.post("/sign-in/code", &[("code", &code)]).await?.location().to_owned())
}

async fn is_out(who: &Browser) -> Result<bool> {
    Ok(who.get("/account").await?.location().starts_with("/sign-in"))
}

async fn the_address_before_takes_the_account_back(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, ben) = (server.holder(OWN).await?, server.holder("ben@example.org").await?);
    let account = server.account(OWN).await?;
    let thief = server.anybody();
    thief.sign_in(OWN).await?;
    change(&thief, THIEFS).await?;
    let theirs = make(&thief).await?;
    let link = link(&server, OWN).await?.context("a link")?;

    assert_eq!(server.anybody().get(&format!("{link}0")).await?.status, 404, "nobody can make one");
    let page = server.anybody().get(&link).await?;
    assert!(
        page.status == 200 && page.text.contains(OWN) && page.text.contains("This was not me"),
        "{}",
        page.text
    );
    assert!(!page.text.contains(THIEFS), "it tells nothing else of the account");
    assert_eq!(server.account(THIEFS).await?, account, "to look changes nothing");
    // Nobody takes the address meanwhile, and whoever proves to read it is led to the same page.
    let again = server.anybody();
    assert_eq!(enter_by_mail(&again, OWN).await?, link);
    assert!(is_out(&again).await?, "no other account is opened");
    let code = ask(&ben, OWN).await?;
    assert_eq!(enter(&ben, &code).await?.status, 422);

    assert_eq!(server.anybody().post(&link, &[]).await?.location(), "/sign-in");
    assert_eq!(server.account(OWN).await?, account);
    assert!(is_out(&thief).await? && is_out(&ann).await?, "everybody is signed out");
    assert_eq!(recover(&server.anybody(), OWN, &theirs[0]).await?.status, 422, "the thief's codes are void");
    assert_eq!(recover(&server.anybody(), THIEFS, &theirs[0]).await?.status, 422);
    assert_eq!(server.anybody().post(&link, &[]).await?.status, 409, "once");
    server.rest().await?;
    for to in [OWN, THIEFS] {
        assert_eq!(server.mails(to, "has its address back").await?, 1, "{to}");
    }
    ann.sign_in(OWN).await?;
    assert!(ann.get("/account").await?.text.contains(OWN));
    assert_eq!(ben.get("/account").await?.status, 200, "nobody else is");
    server.close().await
}

async fn a_code_from_before_takes_the_account_back_for_good(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ann = server.holder(OWN).await?;
    let account = server.account(OWN).await?;
    let codes = make(&ann).await?;
    server.advance(8 * DAY).await?;
    let thief = server.anybody();
    thief.sign_in(OWN).await?;
    let theirs = make(&thief).await?;
    change(&thief, THIEFS).await?;
    make(&thief).await?;

    let back = server.anybody();
    let entered = recover(&back, OWN, &codes[0]).await?;
    assert_eq!((entered.status.as_u16(), entered.location()), (303, "/account/email"), "{}", entered.text);
    assert!(back.get("/account/email").await?.text.contains("You have your account back"));
    assert_eq!(server.account(OWN).await?, account, "the address is restored");
    assert!(is_out(&thief).await?);
    assert_eq!(recover(&server.anybody(), OWN, &theirs[0]).await?.status, 422, "newer codes are void");
    // The thief reads the mailbox still, and gets in again. What the owner does now is out of their reach.
    thief.sign_in(OWN).await?;
    change(&back, SAFE).await?;
    assert!(is_out(&thief).await?, "they are signed out again");
    assert_eq!(link(&server, OWN).await?, None, "and get no way back");
    thief.sign_in(OWN).await?;
    assert_ne!(server.account(OWN).await?, account, "that address is no longer hers");
    assert_eq!(
        recover(&server.anybody(), SAFE, &codes[1]).await?.status,
        303,
        "her other codes are good again"
    );
    server.close().await
}

async fn young_codes_do_not_outrank_the_mailbox(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ann = server.holder(OWN).await?;
    let account = server.account(OWN).await?;
    // A thief without codes of the owner's makes some, gets in with one, and changes the address.
    let thief = server.anybody();
    thief.sign_in(OWN).await?;
    let theirs = make(&thief).await?;
    assert_eq!(recover(&thief, OWN, &theirs[0]).await?.status, 303);
    change(&thief, THIEFS).await?;
    let link = link(&server, OWN).await?.context("a link")?;
    assert_eq!(server.anybody().post(&link, &[]).await?.status, 303);
    assert!(server.account(OWN).await? == account && is_out(&thief).await?);

    // Codes that were replaced are good for a week, or until somebody with one of them makes new ones.
    ann.sign_in(OWN).await?;
    let first = make(&ann).await?;
    let second = make(&ann).await?;
    assert_eq!(recover(&ann, OWN, &first[0]).await?.status, 303);
    assert_eq!(recover(&server.anybody(), OWN, &second[0]).await?.status, 422, "void by the code before");
    let third = make(&ann).await?;
    assert_eq!(recover(&server.anybody(), OWN, &first[1]).await?.status, 422, "void by their holder");
    ann.sign_in(OWN).await?;
    make(&ann).await?;
    server.advance(7 * DAY).await?;
    assert_eq!(recover(&server.anybody(), OWN, &third[0]).await?.status, 422, "too late");
    change_and_wait(&server, &ann).await?;
    server.close().await
}

/// After a week the address before is nobody's way back.
async fn change_and_wait(server: &TestServer, ann: &Browser) -> Result<()> {
    ann.sign_in(OWN).await?;
    change(ann, SAFE).await?;
    let link = link(server, OWN).await?.context("a link")?;
    server.advance(7 * DAY).await?;
    for late in [server.anybody().get(&link).await?, server.anybody().post(&link, &[]).await?] {
        assert!(late.status == 409 && late.text.contains("older than seven days"), "{}", late.text);
    }
    Ok(())
}

async fn a_thiefs_code_does_not_void_those_before_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ann = server.holder(OWN).await?;
    let codes = make(&ann).await?;
    server.advance(60).await?;
    let thief = server.anybody();
    thief.sign_in(OWN).await?;
    let theirs = make(&thief).await?;
    server.advance(60).await?;
    assert_eq!(recover(&thief, OWN, &theirs[0]).await?.status, 303);
    make(&thief).await?;
    server.rest().await?;
    let told = server.mail_texts(OWN, "New recovery codes").await?;
    assert_eq!(told.iter().filter(|text| text.contains("stay good until")).count(), 2, "{told:?}");
    assert_eq!(recover(&server.anybody(), OWN, &theirs[1]).await?.status, 422, "void by their holder");
    let back = server.anybody();
    assert_eq!(recover(&back, OWN, &codes[0]).await?.status, 303);
    assert!(is_out(&thief).await?, "the account is taken back");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_strips_nobody_of_a_required_passkey() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (editor, _) = team.member(OWN, TeamRole::Editor).await?;
    let mut phone = with_passkey(&server, &editor).await?;
    with_passkey(&server, &host).await?;
    let thief = server.anybody();
    thief.sign_in(OWN).await?;
    change(&thief, THIEFS).await?;
    assert_eq!(host.post(&team.path("/passkeys"), &[("required", "true")]).await?.status, 303);
    let link = link(&server, OWN).await?.context("a link")?;
    assert_eq!(server.anybody().post(&link, &[]).await?.location(), "/sign-in");
    assert!(is_out(&editor).await?);
    assert_eq!(editor.enter_with(&mut phone).await?.status, 303);
    assert_eq!(editor.get(&team.path("")).await?.status, 200, "their passkey is young, and still theirs");
    thief.sign_in(OWN).await?;
    assert_eq!(thief.post("/account/passkeys/ceremony", &[]).await?.status, 403);
    server.close().await
}
