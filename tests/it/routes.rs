//! Every registered route × everybody who may knock. The statuses are written by hand; a route that is not in the table fails.

use crate::support::{Browser, TestServer};
use anyhow::Result;
use reqwest::Method;
use std::collections::BTreeSet;

/// signed out, stranger, viewer, host, other creator, operator
pub type Statuses = [u16; 6];

pub struct Knock {
    pub method: &'static str,
    route: &'static str,
    /// What stands in for the route's parameters, in order; names in braces are looked up in [`Names`].
    pub path: &'static str,
    pub body: &'static str,
    pub want: Statuses,
}

const fn knock(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    body: &'static str,
    want: Statuses,
) -> Knock {
    Knock { method, route, path, body, want }
}

const fn all(status: u16) -> Statuses {
    [status; 6]
}

/// In an order in which the effects of one row do not change the answers of the next.
pub const TABLE: &[Knock] = &[
    knock("GET", "/", "/", "", all(200)),
    knock("GET", "/explore", "/explore?q=maya", "", all(200)),
    knock("GET", "/{space}", "/maya", "", all(200)),
    knock("GET", "/{space}", "/@maya", "", all(200)),
    knock("GET", "/{space}", "/nobody-here", "", all(404)),
    knock("GET", "/{space}/{slug}", "/maya/front-row", "", all(200)),
    knock("GET", "/{space}/{slug}", "/maya/friday-session", "", all(200)),
    knock("GET", "/{space}/{slug}", "/maya/nothing", "", all(404)),
    knock("GET", "/status", "/status", "", all(200)),
    knock("GET", "/status.json", "/status.json", "", all(200)),
    knock("GET", "/static/{name}", "/static/none.css", "", all(404)),
    knock("GET", "/sign-in", "/sign-in", "", [200, 303, 303, 303, 303, 303]),
    knock("POST", "/sign-in", "/sign-in", "email=not-an-address", all(422)),
    knock("GET", "/sign-in/code", "/sign-in/code", "", all(303)),
    knock("POST", "/sign-in/code", "/sign-in/code", "code=000000", all(303)),
    knock("GET", "/account", "/account", "", [401, 200, 200, 200, 200, 200]),
    knock("POST", "/account", "/account", "name=&username=x", [401, 422, 422, 422, 422, 422]),
    knock("POST", "/account/listing", "/account/listing", "listed=true", [401, 303, 303, 303, 303, 303]),
    knock("GET", "/account/purchases", "/account/purchases", "", [401, 200, 200, 200, 200, 200]),
    knock("GET", "/account/sessions", "/account/sessions", "", [401, 200, 200, 200, 200, 200]),
    knock(
        "POST",
        "/account/sessions/{id}/revocation",
        "/account/sessions/{none}/revocation",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock(
        "POST",
        "/account/sessions/revocation",
        "/account/sessions/revocation",
        "",
        [401, 303, 303, 303, 303, 303],
    ),
    knock("GET", "/checkouts/{id}", "/checkouts/{none}", "", [401, 404, 404, 404, 404, 404]),
    knock("POST", "/checkouts/{id}/payment", "/checkouts/{none}/payment", "", [401, 404, 404, 404, 404, 404]),
    knock(
        "POST",
        "/checkouts/{id}/cancellation",
        "/checkouts/{none}/cancellation",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock("GET", "/checkouts/{id}/events", "/checkouts/{none}/events", "", [401, 404, 404, 404, 404, 404]),
    knock(
        "GET",
        "/checkouts/{id}/fragment",
        "/checkouts/{none}/fragment",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock("GET", "/account/spaces/{id}", "/account/spaces/{space}", "", [401, 404, 404, 200, 404, 404]),
    knock(
        "POST",
        "/account/spaces/{id}",
        "/account/spaces/{space}",
        "slug=ops&name=x",
        [401, 404, 404, 422, 404, 404],
    ),
    knock(
        "POST",
        "/account/spaces/{id}/publication",
        "/account/spaces/{space}/publication",
        "",
        [401, 404, 404, 303, 404, 404],
    ),
    knock(
        "GET",
        "/account/spaces/{id}/experiences",
        "/account/spaces/{space}/experiences",
        "",
        [401, 404, 404, 200, 404, 404],
    ),
    knock(
        "POST",
        "/account/spaces/{id}/experiences",
        "/account/spaces/{space}/experiences",
        "title=",
        [401, 404, 404, 422, 404, 404],
    ),
    knock(
        "GET",
        "/account/spaces/{id}/experiences/new",
        "/account/spaces/{space}/experiences/new",
        "",
        [401, 404, 404, 200, 404, 404],
    ),
    knock(
        "GET",
        "/account/experiences/{id}",
        "/account/experiences/{experience}",
        "",
        [401, 404, 404, 200, 404, 404],
    ),
    knock(
        "POST",
        "/account/experiences/{id}",
        "/account/experiences/{experience}",
        "title=",
        [401, 404, 404, 422, 404, 404],
    ),
    knock(
        "POST",
        "/account/experiences/{id}/streams",
        "/account/experiences/{experience}/streams",
        "title=",
        [401, 404, 404, 422, 404, 404],
    ),
    knock(
        "GET",
        "/account/spaces/{id}/access_passes",
        "/account/spaces/{space}/access_passes",
        "",
        [401, 404, 404, 200, 404, 404],
    ),
    knock(
        "POST",
        "/account/spaces/{id}/access_passes",
        "/account/spaces/{space}/access_passes",
        "title=",
        [401, 404, 404, 422, 404, 404],
    ),
    knock(
        "GET",
        "/account/spaces/{id}/access_passes/new",
        "/account/spaces/{space}/access_passes/new",
        "",
        [401, 404, 404, 200, 404, 404],
    ),
    knock(
        "GET",
        "/account/access_passes/{id}",
        "/account/access_passes/{pass}",
        "",
        [401, 404, 404, 200, 404, 404],
    ),
    knock(
        "POST",
        "/account/access_passes/{id}",
        "/account/access_passes/{pass}",
        "title=",
        [401, 404, 404, 422, 404, 404],
    ),
    knock(
        "POST",
        "/account/access_passes/{id}/earlier",
        "/account/access_passes/{pass}/earlier",
        "",
        [401, 404, 404, 303, 404, 404],
    ),
    knock(
        "POST",
        "/account/access_passes/{id}/later",
        "/account/access_passes/{pass}/later",
        "",
        [401, 404, 404, 303, 404, 404],
    ),
    knock(
        "GET",
        "/account/streams/{id}/schedule",
        "/account/streams/{none}/schedule",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock(
        "POST",
        "/account/streams/{id}/schedule",
        "/account/streams/{none}/schedule",
        "title=Moved&at=&zone=UTC",
        [401, 404, 404, 404, 404, 404],
    ),
    knock(
        "POST",
        "/account/streams/{id}/cancellation",
        "/account/streams/{none}/cancellation",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock(
        "POST",
        "/account/streams/{id}/deletion",
        "/account/streams/{none}/deletion",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock(
        "POST",
        "/account/experiences/{id}/deletion",
        "/account/experiences/{none}/deletion",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock(
        "GET",
        "/account/streams/{id}/studio",
        "/account/streams/{stream}/studio",
        "",
        [401, 403, 403, 200, 403, 403],
    ),
    knock("GET", "/streams/{id}", "/streams/{stream}", "", [401, 402, 303, 303, 402, 402]),
    knock("GET", "/streams/{id}/events", "/streams/{stream}/events", "", [401, 402, 200, 200, 402, 402]),
    knock(
        "GET",
        "/streams/{id}/fragment",
        "/streams/{stream}/fragment?page=watch",
        "",
        [401, 402, 200, 200, 402, 402],
    ),
    knock("GET", "/streams/{id}/people", "/streams/{stream}/people", "", [401, 402, 200, 200, 402, 402]),
    knock(
        "POST",
        "/streams/{id}/people",
        "/streams/{stream}/people",
        "listed=true",
        [401, 402, 303, 303, 402, 402],
    ),
    knock(
        "POST",
        "/streams/{id}/count",
        "/streams/{stream}/count",
        "hidden=false",
        [401, 403, 403, 303, 403, 403],
    ),
    knock("GET", "/streams/{id}/queue", "/streams/{stream}/queue", "", [401, 402, 303, 303, 402, 402]),
    knock(
        "POST",
        "/streams/{id}/state",
        "/streams/{stream}/state",
        "state=rehearsal",
        [401, 403, 403, 409, 403, 403],
    ),
    knock(
        "POST",
        "/streams/{id}/messages",
        "/streams/{stream}/messages",
        "body=hello",
        [401, 402, 303, 303, 402, 402],
    ),
    knock(
        "POST",
        "/streams/{id}/messages/{seq}/removal",
        "/streams/{stream}/messages/999999/removal",
        "",
        [401, 402, 404, 404, 402, 402],
    ),
    knock(
        "POST",
        "/streams/{id}/messages/{seq}/restoration",
        "/streams/{stream}/messages/999999/restoration",
        "",
        [401, 402, 404, 404, 402, 402],
    ),
    knock(
        "GET",
        "/streams/{id}/messages/{seq}",
        "/streams/{stream}/messages/999999",
        "",
        [401, 403, 403, 404, 403, 403],
    ),
    knock(
        "POST",
        "/streams/{id}/bans",
        "/streams/{stream}/bans",
        "account={host}&kind=ban",
        [401, 403, 403, 403, 403, 403],
    ),
    knock(
        "DELETE",
        "/streams/{id}/bans/{ban}",
        "/streams/{stream}/bans/{none}",
        "",
        [401, 403, 403, 404, 403, 403],
    ),
    knock(
        "POST",
        "/streams/{id}/bans/{ban}/lift",
        "/streams/{stream}/bans/{none}/lift",
        "",
        [401, 403, 403, 404, 403, 403],
    ),
    knock(
        "POST",
        "/streams/{id}/slow_mode",
        "/streams/{stream}/slow_mode",
        "seconds=1",
        [401, 403, 403, 422, 403, 403],
    ),
    knock("POST", "/streams/{id}/key", "/streams/{stream}/key", "", [401, 403, 403, 303, 403, 403]),
    knock("POST", "/streams/{id}/whip", "/streams/{stream}/whip", "", [401, 403, 403, 415, 403, 403]),
    knock("POST", "/streams/{id}/whep", "/streams/{stream}/whep", "", [401, 402, 415, 415, 402, 402]),
    knock(
        "DELETE",
        "/streams/{id}/whip/{session}/{secret}",
        "/streams/{stream}/whip/{none}/guess",
        "",
        all(404),
    ),
    knock(
        "PATCH",
        "/streams/{id}/whip/{session}/{secret}",
        "/streams/{stream}/whip/{none}/guess",
        "",
        all(404),
    ),
    knock(
        "DELETE",
        "/streams/{id}/whep/{session}/{secret}",
        "/streams/{stream}/whep/{none}/guess",
        "",
        all(404),
    ),
    knock(
        "PATCH",
        "/streams/{id}/whep/{session}/{secret}",
        "/streams/{stream}/whep/{none}/guess",
        "",
        all(404),
    ),
    knock("GET", "/ops", "/ops", "", [401, 404, 404, 404, 404, 200]),
    knock("GET", "/ops/events", "/ops/events", "", [401, 404, 404, 404, 404, 200]),
    knock("GET", "/ops/fragment", "/ops/fragment", "", [401, 404, 404, 404, 404, 200]),
    knock("GET", "/ops/audit", "/ops/audit", "", [401, 404, 404, 404, 404, 200]),
    knock("POST", "/ops/audit/verifications", "/ops/audit/verifications", "", [401, 404, 404, 404, 404, 303]),
    knock("GET", "/ops/tree.json", "/ops/tree.json", "", [401, 404, 404, 404, 404, 200]),
    knock("GET", "/ops/actors/{id}", "/ops/actors/job_worker.pulse", "", [401, 404, 404, 404, 404, 200]),
    knock(
        "GET",
        "/ops/actors/{id}/events",
        "/ops/actors/job_worker.pulse/events",
        "",
        [401, 404, 404, 404, 404, 200],
    ),
    knock(
        "GET",
        "/ops/actors/{id}/fragment",
        "/ops/actors/job_worker.pulse/fragment",
        "",
        [401, 404, 404, 404, 404, 200],
    ),
    knock("GET", "/metrics", "/metrics", "", [401, 404, 404, 404, 404, 200]),
    knock(
        "POST",
        "/ops/actors/{id}/{action}",
        "/ops/actors/none/restart",
        "",
        [401, 404, 404, 404, 404, 404],
    ),
    knock("GET", "/ops/jobs", "/ops/jobs", "", [401, 404, 404, 404, 404, 200]),
    knock("GET", "/ops/jobs/fragment", "/ops/jobs/fragment", "", [401, 404, 404, 404, 404, 200]),
    knock("POST", "/ops/jobs/revival", "/ops/jobs/revival", "", [401, 404, 404, 404, 404, 200]),
    knock("POST", "/ops/jobs/{id}/revival", "/ops/jobs/{none}/revival", "", [401, 404, 404, 404, 404, 200]),
    knock("GET", "/healthz", "/healthz", "", all(200)),
    knock("GET", "/readyz", "/readyz", "", all(200)),
    knock("POST", "/webhooks/stripe", "/webhooks/stripe", "{}", all(400)),
    knock("GET", "/dev/mailbox", "/dev/mailbox", "", all(200)),
    knock("GET", "/dev/enter/{token}", "/dev/enter/guess", "", all(404)),
    knock("POST", "/dev/enter/{token}", "/dev/enter/guess", "", all(404)),
    knock("POST", "/dev/clock", "/dev/clock", "advance=-1", all(422)),
    // Free in one click; the signed-out are asked to sign in.
    // The team needs no pass.
    knock("POST", "/{space}/{slug}/purchase", "/maya/lobby/purchase", "", [303, 303, 303, 409, 303, 303]),
    // What ends things comes last.
    knock(
        "POST",
        "/account/access_passes/{id}/withdrawal",
        "/account/access_passes/{pass}/withdrawal",
        "",
        [401, 404, 404, 303, 404, 404],
    ),
    knock(
        "POST",
        "/account/spaces/{id}/unpublication",
        "/account/spaces/{space}/unpublication",
        "",
        [401, 404, 404, 303, 404, 404],
    ),
    knock("GET", "/{space}", "/maya", "", [404, 404, 404, 200, 404, 404]),
    knock("GET", "/{space}/{slug}", "/maya/friday-session", "", [404, 404, 404, 200, 404, 404]),
    knock("GET", "/streams/{id}/events", "/streams/{stream}/events", "", [404, 404, 404, 200, 404, 404]),
    knock(
        "POST",
        "/streams/{id}/messages",
        "/streams/{stream}/messages",
        "body=hello",
        [404, 404, 404, 303, 404, 404],
    ),
    knock("POST", "/sign-out", "/sign-out", "", all(303)),
];

/// `METHOD path` of every `.route(…)` line of the sitemap.
fn registered() -> BTreeSet<(String, String)> {
    let source = include_str!("../../src/server/web/mod.rs");
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
    let known: BTreeSet<_> = TABLE.iter().map(|k| (k.method.to_string(), k.route.to_string())).collect();
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

/// What the braces in paths stand for.
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
    let stream = server.door("events").split('/').nth(2).unwrap_or_default().to_string();
    Ok(vec![
        ("{none}", uuid::Uuid::now_v7().simple().to_string()),
        ("{host}", host.to_string()),
        ("{space}", space.id.to_string()),
        ("{experience}", experience.to_string()),
        ("{pass}", pass.to_string()),
        ("{stream}", stream),
    ])
}

/// With names in place of the braces.
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
    // Only the head is read: a feed has no end.
    Ok(request.send().await?.status().as_u16())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_answers_everybody_as_the_table_says() -> Result<()> {
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
    for knock in TABLE {
        let mut got = [0; 6];
        // The host last: only the host's knocks change anything for the others.
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
