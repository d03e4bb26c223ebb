//! Every registered route × every role. A route that is missing from the table fails.

mod access;
mod content;
mod files;
mod operators;
mod passkeys;
mod roles;
mod table;
mod teams;
mod trust;
use trust::TRUST;

use crate::support::{Browser, TestServer, content::furnish, paid::decided, shop::Order, tus::files_of_maya};
use anyhow::Result;
use domain::catalogue::content::files::NewFile;
use reqwest::Method;
use std::collections::BTreeSet;

/// signed out, stranger, viewer, host, other creator, operator
pub type Statuses = [u16; 6];

pub struct Knock {
    pub method: &'static str,
    route: &'static str,
    /// Path with the route's parameters filled in, in order; names in braces are looked up in [`names`].
    pub path: &'static str,
    pub body: &'static str,
    pub want: Statuses,
}

/// All rows, ordered so that the effects of one do not change the answers of the next.
pub fn rows() -> impl Iterator<Item = &'static Knock> {
    TRUST
        .iter()
        .chain(access::TABLE)
        .chain(files::TABLE)
        .chain(teams::TABLE)
        .chain(passkeys::TABLE)
        .chain(content::TABLE)
        .chain(table::TABLE)
        .chain(operators::TABLE)
}

/// `METHOD path` of every `.route(…)` line of the sitemap.
pub fn registered() -> BTreeSet<(String, String)> {
    let source = concat!(
        include_str!("../../../src/server/web/mod.rs"),
        include_str!("../../../src/server/web/ops/mod.rs")
    );
    let mut found = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        let path = call.split('"').nth(1).unwrap_or_default();
        let handlers =
            call.split_once(',').map_or("", |(_, rest)| rest.split_once('\n').map_or(rest, |(line, _)| line));
        for method in ["get", "post", "delete", "patch"] {
            if handlers.contains(&format!("{method}(")) {
                found.insert((method.to_uppercase(), path.to_string()));
            }
        }
    }
    found
}

#[test]
fn no_route_is_missing_from_the_table() {
    let known: BTreeSet<_> = rows().map(|k| (k.method.to_string(), k.route.to_string())).collect();
    let registered = registered();
    assert!(registered.len() > 50, "the sitemap was not understood: {registered:?}");
    assert_eq!(
        registered.difference(&known).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "not in the table"
    );
    assert_eq!(
        known.difference(&registered).collect::<Vec<_>>(),
        Vec::<&(String, String)>::new(),
        "no longer there"
    );
}

/// Values for the names in braces.
pub async fn names(server: &TestServer) -> Result<Vec<(&'static str, String)>> {
    let store = &server.app.store;
    let host = store.accounts().by_username("maya").await?.expect("Maya").id;
    let (space, _) = store.spaces().of_account(host).await?.remove(0);
    let experience = store.experiences().list(space.id).await?.remove(0).id;
    let pass = store
        .passes()
        .list(space.id)
        .await?
        .into_iter()
        .find(|p| p.slug == "front-row")
        .expect("Front Row")
        .id;
    let content = furnish(server).await?;
    let (files, _) = files_of_maya(server).await?;
    let new = NewFile { name: "notes.txt".into(), about: String::new(), size: 7 };
    let begin = || service::catalogue::content::files::begin(&server.app.services, host, files, &new);
    let (file, upload) = (begin().await?.id, begin().await?.id);
    let order = Order::paid(server.holder("buyer@example.org").await?, server).await?;
    let order = order.row(server).await?.purchase;
    let buyer = server.account("buyer@example.org").await?;
    let stream = server.door("events").split('/').nth(2).unwrap_or_default().to_string();
    Ok(vec![
        ("{none}", uuid::Uuid::now_v7().simple().to_string()),
        ("{host}", host.to_string()),
        ("{space}", space.id.to_string()),
        ("{team}", space.team.to_string()),
        ("{experience}", experience.to_string()),
        ("{pass}", pass.to_string()),
        ("{stream}", stream),
        ("{order}", order.to_string()),
        ("{payout}", decided(server, space.team).await?.to_string()),
        ("{buyer}", buyer.to_string()),
        ("{posts}", content.posts.to_string()),
        ("{post}", content.post.to_string()),
        ("{picture}", "ab".repeat(32)),
        ("{community}", content.community.to_string()),
        ("{files}", files.to_string()),
        ("{file}", file.to_string()),
        ("{upload}", upload.to_string()),
    ])
}

/// Replaces the names in braces.
pub fn fill(text: &str, names: &[(&str, String)]) -> String {
    names.iter().fold(text.to_string(), |text, (name, value)| text.replace(name, value))
}

async fn status(who: &Browser, knock: &Knock, names: &[(&str, String)]) -> Result<u16> {
    let fill = |text: &str| fill(text, names);
    let method: Method = knock.method.parse()?;
    let mut request = who.request(method.clone(), &fill(knock.path));
    if !matches!(knock.method, "GET" | "DELETE") {
        request = request.header("content-type", "application/x-www-form-urlencoded").body(fill(knock.body));
    }
    // Only the head is read, because a feed does not end.
    Ok(request.send().await?.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_role_as_the_table_says() -> Result<()> {
    let server = TestServer::open().await?;
    let other = server.anybody();
    other.sign_in("other.creator@example.org").await?;
    let people = [
        server.anybody(),
        server.person("stranger"),
        server.person("viewer"),
        server.person("host"),
        other,
        server.person("operator"),
    ];
    let names = names(&server).await?;
    let mut wrong = Vec::new();
    for knock in rows() {
        let mut got = [0; 6];
        // The host last, because only the host's requests change anything for the others.
        for at in [0, 1, 2, 4, 5, 3] {
            got[at] = status(&people[at], knock, &names).await?;
        }
        if got != knock.want {
            wrong.push(format!(
                "{} {} {:?}: want {:?}, got {got:?}",
                knock.method, knock.path, knock.body, knock.want
            ));
        }
    }
    assert!(wrong.is_empty(), "signed out, stranger, viewer, host, other, operator\n{}", wrong.join("\n"));
    server.close().await
}
