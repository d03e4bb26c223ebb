//! What people are called: asked once, never made of the private address.

use crate::support::{Browser, Database, TestServer, on_both};
use anyhow::{Context, Result};

on_both!(a_name_is_asked_for_once_and_stands_wherever_a_name_is_shown);

const ANN: &str = "very.private@example.org";

/// Signs in without answering the question. Returns where the sign-in leads.
async fn come(server: &TestServer, email: &str, next: &str) -> Result<(Browser, String)> {
    let who = server.anybody();
    let before = who.codes_for(email).await?.len();
    who.post("/sign-in", &[("email", email), ("next", next)]).await?;
    let code = who.next_code(email, before).await?;
    let entered = who.post("/sign-in/code", &[("code", &code), ("next", next)]).await?;
    assert_eq!(entered.status, 303, "{}", entered.text);
    let to = entered.location().to_string();
    Ok((who, to))
}

async fn a_name_is_asked_for_once_and_stands_wherever_a_name_is_shown(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, to) = come(&server, ANN, "/account").await?;
    assert_eq!(to, "/account/name");
    let account = server.app.store.accounts().by_email(ANN).await?.context("an account")?;
    let own = server.app.store.spaces().of_account(account.id).await?.remove(0).0;
    for made in [&account.name, &account.username, &own.name, &own.slug] {
        assert!(!made.contains("private") && !made.contains("very"), "{made} tells of the address");
    }
    let page = ann.get("/account/name").await?.text;
    assert!(page.contains("What should we call you?") && !page.contains("value=\"very"), "{page}");
    for (bad, why) in [("", "cannot be empty"), ("Admin", "reserved"), ("Maya Lin", "name of a host")] {
        let refused = ann.post("/account/name", &[("name", bad)]).await?;
        assert_eq!(refused.status, 422, "{bad}");
        assert!(refused.text.contains(why) && refused.text.contains(&format!("value=\"{bad}\"")), "{bad}");
    }
    let named = ann.post("/account/name", &[("name", " Ann  Übel "), ("next", "/maya")]).await?;
    assert_eq!((named.status.as_u16(), named.location()), (303, "/maya"));
    let profile = server.anybody().get("/@ann-ubel").await?;
    assert!(profile.status == 200 && profile.text.contains("Ann Übel"), "{}", profile.text);
    let own = server.app.store.spaces().by_id(own.id).await?;
    assert_eq!(
        (own.slug.as_str(), own.name.as_str()),
        ("ann-ubel", "Ann Übel"),
        "her space is called so, too"
    );
    assert_eq!(ann.get("/account/name").await?.location(), "/account", "she is not asked again");
    ann.post("/account/name", &[("name", "Somebody Else")]).await?;
    assert!(ann.get("/account").await?.text.contains("Ann Übel"), "nor named again");

    ann.post("/maya/lobby/purchase", &[]).await?;
    let room = server.scheduled();
    assert_eq!(room.say(&ann, "hello").await?.status, 303);
    let watch = ann.get("/maya/rehearsal-room").await?.text;
    assert!(watch.contains("Ann Übel"), "beside her line");
    let _page = room.follow(&ann, 0).await?;
    let here = ann.get(&room.path("people")).await?.text;
    assert!(here.contains("Ann Übel"), "among the people who are here");
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(audit.contains("Ann Übel") && audit.contains("account.name"), "on the operators' pages");
    for page in [watch, here, audit, profile.text] {
        assert!(!page.contains("very.private"), "{page}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_for_something_is_asked_at_the_first_door_and_may_decline() -> Result<()> {
    let server = TestServer::open().await?;
    let (ben, to) = come(&server, "ben@example.org", "/maya/lobby").await?;
    assert_eq!(to, "/maya/lobby", "nothing comes between a buyer and the pass");
    assert_eq!(ben.get("/maya/lobby").await?.status, 200);
    let door = ben.post("/maya/lobby/purchase", &[]).await?.location().to_string();
    let asked = ben.get(&door).await?;
    assert_eq!(asked.location(), format!("/account/name?next={door}"), "he is asked before he is seen");
    let declined = ben.post("/account/name", &[("later", "1"), ("next", &door)]).await?;
    assert_eq!(declined.location(), door);
    assert_eq!(ben.get(&door).await?.status, 200, "and not again");
    let account = server.app.store.accounts().by_email("ben@example.org").await?.context("an account")?;
    assert!(account.name.starts_with("Guest "), "{}", account.name);
    // Two people of one name have usernames of their own.
    for (email, username) in [("one@example.org", "pat"), ("two@example.org", "pat2")] {
        let (pat, _) = come(&server, email, "/account").await?;
        assert_eq!(pat.post("/account/name", &[("name", "Pat")]).await?.status, 303);
        let account = server.app.store.accounts().by_email(email).await?.context("an account")?;
        assert_eq!((account.name.as_str(), account.username.as_str()), ("Pat", username));
    }
    server.close().await
}
