//! The list of people, one person's story, the file, and the receipt that is sent again: for the team, and for nobody else.

use crate::support::{
    Browser, Database, TestServer, on_both,
    plans::{ADA, buyer, monthly, sell, subscribe},
    shop::{GOOD, Order},
};
use anyhow::{Result, ensure};
use domain::{clock::Clock, people::account::TeamRole};

on_both!(
    a_team_finds_its_people_and_reads_their_story,
    the_file_holds_everybody_and_no_formula,
    a_receipt_is_sent_again_to_its_buyer_alone,
    an_editor_sees_who_subscribes_and_not_what_they_pay,
);

const ANN: &str = "ann@example.org";
const BEN: &str = "ben@example.org";

/// A creator with a space and a team of their own.
async fn other_creator(server: &TestServer) -> Result<Browser> {
    let other = server.signed_in("other.creator@example.org").await?;
    Ok(other)
}

/// Who of the two is on a page.
fn listed(page: &str) -> [bool; 2] {
    [ANN, BEN].map(|email| page.contains(email))
}

async fn a_team_finds_its_people_and_reads_their_story(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, store, now) = (server.person("host"), &server.app.store, server.app.clock.now());
    let ann_browser = server.holder(ANN).await?;
    let order = Order::paid(server.holder(BEN).await?, &server).await?;
    let (ann, ben) = (server.account(ANN).await?, server.account(BEN).await?);
    let (space, front_row) = (server.space("maya").await?, server.pass("front-row").await?);
    let people = format!("/account/spaces/{space}/people");
    let find = async |query: &str| -> Result<[bool; 2]> {
        let found = host.get(&format!("{people}{query}")).await?;
        ensure!(found.status == 200, "{query}: {}", found.status);
        Ok(listed(&found.text))
    };
    assert_eq!(find("").await?, [true, true]);
    assert_eq!(find("?q=BEN").await?, [false, true], "an address, in any case");
    assert_eq!(find("?q=en%40example").await?, [false, false], "only its beginning");
    assert_eq!(find(&format!("?pass={front_row}")).await?, [false, true]);
    assert_eq!(find("?state=former").await?, [false, false]);

    // Who held one is found as such, and whoever is kept out.
    let lobby = store.grants().in_space(ann, space).await?.remove(0);
    store.grants().revoke(lobby.id, "asked", now).await?;
    assert_eq!(find("?state=former").await?, [true, false]);
    assert_eq!(find("?state=holds").await?, [false, true]);
    ensure!(server.live().keep_out(&host, ben, "ban", "").await?.status == 303);
    assert_eq!(find("?state=banned").await?, [false, true]);
    let page = host.get(&people).await?.text;
    for words in ["Front Row", "bought", "free", "banned", &format!("{people}/{ben}/story")] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }

    // The story leads to the order and says what happened; an editor sees no money.
    let path = format!("{people}/{ben}/story");
    let story = host.get(&path).await?.text;
    let link = format!("/account/orders/{}", order.row(&server).await?.purchase);
    for words in [BEN, "Front Row", "Lobby", "Ban", &link] {
        assert!(story.contains(words), "{words} is missing: {story}");
    }
    let editor = server.signed_in("editor@example.org").await?;
    let (team, by) = (store.spaces().by_id(space).await?.team, server.account("editor@example.org").await?);
    store.teams().put(team, by, TeamRole::Editor, now).await?;
    let story = editor.get(&path).await?;
    ensure!(story.status == 200 && story.text.contains("Front Row"), "{}", story.text);
    assert!(!story.text.contains(&link), "orders are not an editor's: {}", story.text);

    // Nobody else, and nothing of people who have nothing to do with the space.
    for who in [&ann_browser, &server.person("stranger"), &other_creator(&server).await?] {
        for path in [&people, &path, &format!("{people}.csv")] {
            assert_eq!(who.get(path).await?.status, 404, "{path}");
        }
    }
    let stranger = server.account("sam@demo.example").await?;
    assert_eq!(host.get(&format!("{people}/{stranger}/story")).await?.status, 404);
    server.close().await
}

async fn the_file_holds_everybody_and_no_formula(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (host, store) = (server.person("host"), &server.app.store);
    let space = server.space("maya").await?;
    // More than are read at once.
    let fans = server.fans(450).await?;
    server.holder(ANN).await?;
    store.accounts().name(server.account(ANN).await?, "=1+1").await?;
    server.holder(BEN).await?;
    // A cell of its own where semicolons part cells.
    store.accounts().name(server.account(BEN).await?, "Ben;=1+1").await?;
    let file = host.get(&format!("/account/spaces/{space}/people.csv")).await?;
    ensure!(file.headers["content-type"] == "text/csv; charset=utf-8", "{:?}", file.headers);
    let lines: Vec<&str> = file.text.lines().collect();
    ensure!(lines[0].starts_with("name,username,email,member_since,passes,"), "{}", lines[0]);
    for fan in &fans {
        let name = format!("viewer-{}", &fan.account.to_string()[20..]);
        let found = lines.iter().filter(|line| line.contains(&name)).count();
        ensure!(found == 1, "{name}: {found} lines");
    }
    let ann = lines.iter().find(|line| line.contains(ANN)).copied().unwrap_or_default();
    ensure!(ann.starts_with("'=1+1,") && ann.contains(",Lobby,free,no end,no,,0,0"), "{ann}");
    let ben = lines.iter().find(|line| line.contains(BEN)).copied().unwrap_or_default();
    ensure!(ben.starts_with("\"Ben;'=1+1\","), "{ben}");
    let some = host.get(&format!("/account/spaces/{space}/people.csv?q={ANN}")).await?.text;
    ensure!(some.lines().count() == 2 && some.contains(ANN), "{some}");
    server.close().await
}

async fn a_receipt_is_sent_again_to_its_buyer_alone(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    server.holder(ANN).await?;
    let order = Order::paid(server.holder(BEN).await?, &server).await?;
    server.mailed(BEN, "Your pass:", 1).await?;
    let path = format!("/account/orders/{}", order.row(&server).await?.purchase);
    let again = format!("{path}/receipt");
    assert!(server.person("host").get(&path).await?.text.contains(&format!("action=\"{again}\"")));
    for who in [&order.buyer, &server.person("stranger"), &other_creator(&server).await?] {
        assert_eq!(who.post(&again, &[]).await?.status, 404, "the seller's alone");
    }
    let sent = server.person("host").post(&again, &[]).await?;
    ensure!(sent.status == 303 && sent.location() == path, "{}", sent.text);
    server.mailed(BEN, "Your pass:", 2).await?;
    server.rest().await?;
    assert_eq!((server.mails(BEN, "Your pass:").await?, server.mails(ANN, "Your pass:").await?), (2, 0));
    server.close().await
}

async fn an_editor_sees_who_subscribes_and_not_what_they_pay(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    sell(&server, monthly()).await?;
    subscribe(&server, buyer(&server).await?, "month", GOOD).await?;
    let (space, ada) = (server.space("maya").await?, server.account(ADA).await?);
    let story = format!("/account/spaces/{space}/people/{ada}/story");
    let seen = server.person("host").get(&story).await?.text;
    ensure!(seen.contains("Subscriptions") && seen.contains("€5"), "{seen}");
    let editor = server.anybody();
    editor.sign_in("editor@example.org").await?;
    let (team, by) = (server.host_team().await?, server.account("editor@example.org").await?);
    server.app.store.teams().put(team, by, TeamRole::Editor, server.app.clock.now()).await?;
    let seen = editor.get(&story).await?.text;
    ensure!(seen.contains("Subscriptions") && !seen.contains("€5"), "{seen}");
    server.close().await
}
