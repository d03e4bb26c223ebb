//! Who sees the e-mail addresses of a space's people: each role of its team × each page and file with people. Which role may is written in
//! one place, `domain::access::may`; this asserts that each of these pages asks it.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    access::may::{Action, may},
    clock::Clock,
    money::selling::{Selling, Waitlist},
    people::account::TeamRole,
};

on_both!(only_who_may_know_addresses_sees_them);

/// Holds a pass, and has bought another one.
const ANN: &str = "ann.seen@example.org";
/// Was given one by the host.
const CID: &str = "cid.given@example.org";
/// Has applied for one.
const BEA: &str = "bea.waits@example.org";

async fn apply(server: &TestServer) -> Result<()> {
    server.sell("lobby", Selling { waitlist: Waitlist::Apply, ..Selling::default() }).await?;
    let (bea, path) = (server.anybody(), "/maya/lobby/waitlist");
    bea.sign_in(BEA).await?;
    let page = bea.get(path).await?.text;
    let asked = page.split("name=\"asked\" value=\"").nth(1).context("a form")?;
    let asked = asked.split('"').next().unwrap_or_default();
    ensure!(bea.post(path, &[("asked", asked)]).await?.status == 303);
    Ok(())
}

async fn member(server: &TestServer, role: TeamRole) -> Result<Browser> {
    let (browser, email) = (server.anybody(), format!("team.{}@example.org", role.code()));
    browser.sign_in(&email).await?;
    let account = server.account(&email).await?;
    server.app.store.teams().put(server.host_team().await?, account, role, server.app.clock.now()).await?;
    Ok(browser)
}

async fn only_who_may_know_addresses_sees_them(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let order = Order::paid(server.holder(ANN).await?, &server).await?;
    apply(&server).await?;
    let comps = format!("/account/access_passes/{}/comps", server.pass("front-row").await?);
    ensure!(server.person("host").post(&comps, &[("email", CID)]).await?.status == 303);
    let (space, ann) = (server.space("maya").await?, server.account(ANN).await?);
    let sold = order.row(&server).await?.purchase;
    let people = format!("/account/spaces/{space}/people");
    let (lobby, team) = (server.pass("lobby").await?, server.host_team().await?);
    let waitlist = format!("/account/access_passes/{lobby}/waitlist");
    let story = format!("{people}/{ann}/story");
    let shows = [
        (people.clone(), ANN),
        (format!("{people}.csv"), ANN),
        (story.clone(), ANN),
        (format!("/account/spaces/{space}/orders"), ANN),
        (format!("/account/orders/{sold}"), ANN),
        (comps.clone(), CID),
        (waitlist.clone(), BEA),
        (format!("{waitlist}.csv"), BEA),
    ];
    let hides = [
        format!("/account/teams/{team}"),
        format!("/account/spaces/{space}/messages"),
        format!("/account/spaces/{space}/money"),
        format!("/account/spaces/{space}/figures"),
        format!("/account/access_passes/{lobby}/comps"),
        format!("{people}/{ann}"),
    ];
    for role in TeamRole::ALL {
        let (browser, sees) = (member(&server, role).await?, may(role, Action::SeeAddresses));
        for (path, email) in &shows {
            let page = browser.get(path).await?;
            ensure!(page.text.contains(email) == sees, "{role:?} {path}: {} {}", page.status, page.text);
        }
        for path in &hides {
            let page = browser.get(path).await?;
            ensure!(!page.text.contains(ANN) && !page.text.contains(BEA), "{role:?} {path}: {}", page.text);
        }
        if may(role, Action::EditOffer) {
            let own = format!("given.by.{}@example.net", role.code());
            ensure!(browser.post(&comps, &[("email", &own)]).await?.status == 303);
            ensure!(browser.get(&comps).await?.text.contains(&own), "{role:?} typed it themselves");
        }
        // Nor does what is found tell whether an address was right; a name does.
        for (words, finds) in [("ann.seen%40exa", sees), ("ann.see", may(role, Action::EditOffer))] {
            let found = browser.get(&format!("{people}?q={words}")).await?.text;
            ensure!(found.contains(&story) == finds, "{role:?} {words}: {found}");
        }
    }
    let operator = server.person("operator");
    for path in ["/ops", "/ops/people?q=ann.seen", "/ops/audit", "/ops/jobs", "/ops/money", "/ops/reports"] {
        let page = operator.get(path).await?;
        ensure!(page.status == 200 && !page.text.contains(ANN), "{path}: {} {}", page.status, page.text);
    }
    server.close().await
}
