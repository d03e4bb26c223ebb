//! The team's list: decisions one by one and many at once, who made them, and the list as a file.

use super::{apply, decide, entry, list};
use crate::support::{Database, TestServer, on_both};
use anyhow::{Result, ensure};
use domain::{clock::Clock, id::WaitlistEntryId, money::selling::Waitlist, waitlist::entry::EntryState};

on_both!(
    two_hundred_are_approved_in_one_post,
    a_second_decision_changes_nothing_and_mails_nobody,
    only_the_team_sees_and_decides,
);

async fn two_hundred_are_approved_in_one_post(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let questions = format!("/account/access_passes/{}/questions", server.pass("lobby").await?);
    ensure!(
        server.person("host").post(&questions, &[("question", "Why?"), ("kind", "line")]).await?.status
            == 303
    );
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let (store, pass) = (&server.app.store, server.pass("lobby").await?);
    let mut entries = Vec::new();
    for n in 0..200 {
        let email = format!("fan{n:03}@example.org");
        let (account, _) = store.accounts().find_or_create(&email, server.app.clock.now()).await?;
        let answers = ["=1+1".to_owned()];
        entries.push(service::waitlist::join(&server.app.services, account.id, pass, &answers).await?);
    }
    let path = format!("/account/access_passes/{pass}/waitlist");
    let page = server.person("host").get(&path).await?.text;
    ensure!(page.matches("name=\"entry\"").count() == 200, "all of them are listed");
    ensure!(page.contains("Approve all 200 on this page"), "{page}");
    let shown: Vec<String> = entries.iter().map(ToString::to_string).collect();
    let shown = shown.iter().map(|id| ("shown", id.as_str()));
    let form: Vec<_> = [("decision", "approve_all")].into_iter().chain(shown).collect();
    let decided = server.person("host").post(&format!("{path}/decisions"), &form).await?;
    ensure!(decided.status == 303, "{}", decided.text);
    let counts = store.waitlists().counts(pass).await?;
    ensure!(counts == [(EntryState::Offered, 200)], "{counts:?}");

    let file = server.person("host").get(&format!("{path}.csv")).await?;
    ensure!(file.headers["content-type"] == "text/csv; charset=utf-8", "{:?}", file.headers);
    let lines: Vec<&str> = file.text.lines().collect();
    ensure!(lines.len() == 201 && lines[0] == "state,since,name,email,Why?", "{} {}", lines.len(), lines[0]);
    for (n, line) in lines[1..].iter().enumerate() {
        ensure!(line.starts_with("offered,"), "{line}");
        ensure!(line.ends_with(&format!("fan{n:03}@example.org,'=1+1")), "no cell is a formula: {line}");
    }
    server.close().await
}

async fn a_second_decision_changes_nothing_and_mails_nobody(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let ann = server.signed_in("ann@example.org").await?;
    let ben = server.signed_in("ben@example.org").await?;
    let (yes, no) = (entry(&apply(&ann, "lobby", &[]).await?)?, entry(&apply(&ben, "lobby", &[]).await?)?);
    decide(&server, "lobby", "approve", &[yes]).await?;
    decide(&server, "lobby", "reject", &[no]).await?;
    for what in ["approve", "reject", "approve"] {
        decide(&server, "lobby", what, &[yes, no, WaitlistEntryId::new()]).await?;
    }
    let state = async |id| anyhow::Ok(server.app.store.waitlists().by_id(id).await?.state);
    ensure!(state(yes).await? == EntryState::Offered && state(no).await? == EntryState::Rejected);
    // `mailed` also asserts that there is no other one.
    for (email, subject) in [
        ("ann@example.org", "Your application"),
        ("ann@example.org", "A seat is kept for you"),
        ("ben@example.org", "Your application"),
        ("ben@example.org", "About your application"),
    ] {
        server.mailed(email, subject, 1).await?;
    }
    ensure!(server.mail_texts("ben@example.org", "A seat is kept for you").await?.is_empty());
    let path = format!("/account/access_passes/{}/waitlist", server.pass("lobby").await?);
    let page = server.person("host").get(&path).await?.text;
    ensure!(page.matches("Approved, ").count() == 1 && page.matches("Rejected, ").count() == 1, "{page}");
    let again = ben.post("/maya/lobby/waitlist", &[]).await?;
    ensure!(again.status == 409 && again.text.contains("was not approved"), "{}", again.text);
    let lines = server.app.store.audit().last(200).await?;
    for (action, target) in [("waitlist.approve", yes), ("waitlist.reject", no)] {
        let found: Vec<_> = lines.iter().filter(|line| line.act.action == action).collect();
        ensure!(found.len() == 1 && found[0].act.target == target.to_string(), "{action}: {found:?}");
    }
    server.close().await
}

async fn only_the_team_sees_and_decides(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.sell("lobby", list(Waitlist::Apply, None)).await?;
    let ann = server.signed_in("ann@example.org").await?;
    let id = entry(&apply(&ann, "lobby", &[]).await?)?;
    let path = format!("/account/access_passes/{}/waitlist", server.pass("lobby").await?);
    let text = id.to_string();
    let form = [("decision", "approve"), ("entry", text.as_str())];
    for who in [&ann, &server.person("stranger"), &server.person("viewer"), &server.person("operator")] {
        for page in [path.clone(), format!("{path}.csv")] {
            ensure!(who.get(&page).await?.status == 404, "{page}");
        }
        ensure!(who.post(&format!("{path}/decisions"), &form).await?.status == 404);
    }
    ensure!(server.app.store.waitlists().by_id(id).await?.state == EntryState::Waiting);
    let host = server.person("host");
    for wrong in [&[("decision", "perhaps"), ("entry", text.as_str())][..], &[("decision", "approve")]] {
        let reply = host.post(&format!("{path}/decisions"), wrong).await?;
        ensure!(reply.status == 422, "{wrong:?}: {}", reply.status);
    }
    // An entry of another pass is none of this list.
    let other = format!("/account/access_passes/{}/waitlist/decisions", server.pass("front-row").await?);
    ensure!(host.post(&other, &form).await?.status == 303);
    ensure!(server.app.store.waitlists().by_id(id).await?.state == EntryState::Waiting);
    server.close().await
}
