//! Every route of a team × each of its roles × the members of another team. Which role may do what is written in one place,
//! `domain::access::may`; this asserts that each door asks it.

use super::{fill, names, registered};
use crate::people::passkeys::with_passkey;
use crate::support::{Browser, TestServer};
use anyhow::{Context, Result};
use domain::{
    access::may::{
        Action::{self, *},
        may,
    },
    clock::Clock,
    id::{SpaceId, TeamId},
    people::account::TeamRole,
};
use reqwest::Method;
use std::collections::BTreeSet;

/// Who may knock.
#[derive(Clone, Copy)]
enum Who {
    /// Roles that may do this.
    May(Action),
    /// The same, but it can be done only once, so only the first such role does it.
    Once(Action),
    /// Every member.
    Member,
    /// An owner whose session began with a passkey; all others are refused.
    Passkey,
    /// Nobody of a team: it is meant for one person outside.
    Guest,
}

struct Row {
    method: &'static str,
    route: &'static str,
    body: &'static str,
    who: Who,
    /// What members of another team get.
    others: u16,
}

/// To others it does not exist.
const fn hidden(method: &'static str, route: &'static str, body: &'static str, who: Who) -> Row {
    Row { method, route, body, who, others: 404 }
}

/// It refuses openly: everybody sees that a stream exists, and whoever has a link to an invitation knows of it.
const fn open(method: &'static str, route: &'static str, body: &'static str, who: Who) -> Row {
    Row { method, route, body, who, others: 403 }
}

const EDIT: Who = Who::May(EditOffer);
const MANAGE: Who = Who::May(ManageTeam);
const OWN: Who = Who::May(CloseSpace);
const MONEY: Who = Who::May(ManageMoney);
const SEE: Who = Who::May(SeeAnalytics);

/// Bodies that an allowed role sends are refused, or change nothing for the rows after them.
const ROWS: &[Row] = &[
    hidden("GET", "/account/spaces/{id}", "", EDIT),
    hidden("POST", "/account/spaces/{id}", "slug=ops", EDIT),
    hidden("POST", "/account/spaces/{id}/publication", "", EDIT),
    hidden("GET", "/account/spaces/{id}/look", "", EDIT),
    hidden("POST", "/account/spaces/{id}/cover", "", EDIT),
    hidden("POST", "/account/spaces/{id}/cover/removal", "", EDIT),
    hidden("POST", "/account/spaces/{id}/logo", "", EDIT),
    hidden("POST", "/account/spaces/{id}/logo/removal", "", EDIT),
    hidden("POST", "/account/spaces/{id}/accent", "accent=nonsense", EDIT),
    hidden("GET", "/account/spaces/{id}/embedding", "", EDIT),
    hidden("POST", "/account/spaces/{id}/embedding", "sites=nonsense", EDIT),
    hidden("GET", "/account/spaces/{id}/sales", "", EDIT),
    hidden("POST", "/account/spaces/{id}/sales", "headline=Hear+it+first", EDIT),
    hidden("POST", "/account/spaces/{id}/questions", "question=", EDIT),
    hidden("GET", "/account/spaces/{id}/questions/{question}", "", EDIT),
    hidden("POST", "/account/spaces/{id}/questions/{question}", "question=", EDIT),
    hidden("POST", "/account/spaces/{id}/questions/{question}/earlier", "", EDIT),
    hidden("POST", "/account/spaces/{id}/questions/{question}/later", "", EDIT),
    hidden("POST", "/account/spaces/{id}/questions/{question}/deletion", "", Who::Once(EditSpace)),
    hidden("POST", "/account/spaces/{id}/preview", "", EDIT),
    hidden("POST", "/account/spaces/{id}/preview/withdrawal", "", EDIT),
    hidden("GET", "/account/spaces/{id}/people", "", EDIT),
    hidden("GET", "/account/spaces/{id}/people.csv", "", EDIT),
    hidden("GET", "/account/spaces/{id}/people/{account}/story", "", EDIT),
    hidden("GET", "/account/spaces/{id}/messages", "", EDIT),
    hidden("POST", "/account/spaces/{id}/messages", "subject=", EDIT),
    hidden("GET", "/account/spaces/{id}/figures", "", SEE),
    hidden("GET", "/account/spaces/{id}/figures.csv", "", SEE),
    hidden("GET", "/account/streams/{id}/figures", "", SEE),
    hidden("GET", "/account/spaces/{id}/people/{account}", "", Who::May(Moderate)),
    hidden("GET", "/account/spaces/{id}/money", "", MONEY),
    hidden("GET", "/account/spaces/{id}/orders", "", MONEY),
    hidden("GET", "/account/orders/{id}", "", MONEY),
    hidden("POST", "/account/orders/{id}/refunds", "amount=", MONEY),
    hidden("POST", "/account/orders/{id}/refusals", "words=", MONEY),
    hidden("GET", "/account/orders/{id}/evidence", "", MONEY),
    hidden("POST", "/account/orders/{id}/evidence", "words=late", MONEY),
    hidden("GET", "/account/streams/{id}/refunds", "", MONEY),
    hidden("POST", "/account/streams/{id}/refunds", "name=wrong", MONEY),
    hidden("GET", "/account/streams/{id}/refunds/fragment", "", MONEY),
    hidden("GET", "/account/streams/{id}/refunds/events", "", MONEY),
    hidden("POST", "/account/streams/{id}/refunds/retry", "", MONEY),
    hidden("GET", "/account/payouts/{id}", "", MONEY),
    hidden("GET", "/account/payouts/{id}/lines.csv", "", MONEY),
    hidden("GET", "/account/spaces/{id}/payouts", "", MONEY),
    hidden("POST", "/account/spaces/{id}/payouts", "", Who::May(GetPaid)),
    hidden("POST", "/account/orders/{id}/receipt", "", MONEY),
    hidden("GET", "/account/spaces/{id}/closing", "", OWN),
    hidden("POST", "/account/spaces/{id}/closing", "name=wrong", OWN),
    hidden("POST", "/account/spaces/{id}/reopening", "", OWN),
    hidden("GET", "/account/spaces/{id}/experiences", "", EDIT),
    hidden("POST", "/account/spaces/{id}/experiences", "title=", EDIT),
    hidden("GET", "/account/spaces/{id}/experiences/new", "", EDIT),
    hidden("GET", "/account/experiences/{id}", "", EDIT),
    hidden("POST", "/account/experiences/{id}", "title=", EDIT),
    hidden("POST", "/account/experiences/{id}/streams", "title=", EDIT),
    hidden("GET", "/account/experiences/{id}/files", "", EDIT),
    hidden("POST", "/account/experiences/{id}/files", "", EDIT),
    hidden("POST", "/account/experiences/{id}/uploads", "", EDIT),
    hidden("GET", "/account/uploads/{id}", "", EDIT),
    hidden("PATCH", "/account/uploads/{id}", "", EDIT),
    hidden("DELETE", "/account/uploads/{id}", "", Who::Once(EditOffer)),
    hidden("GET", "/account/files/{id}", "", EDIT),
    hidden("POST", "/account/files/{id}", "name=", EDIT),
    hidden("POST", "/account/files/{id}/poster", "", EDIT),
    hidden("POST", "/account/files/{id}/deletion", "", Who::Once(EditOffer)),
    hidden("GET", "/account/experiences/{id}/entry", "", EDIT),
    hidden("POST", "/account/experiences/{id}/entry", "passphrase=short&rule=also", EDIT),
    hidden("POST", "/account/experiences/{id}/entry/removal", "", EDIT),
    hidden("POST", "/account/experiences/{id}/preview", "minutes=99", EDIT),
    hidden("POST", "/account/experiences/{id}/invites", "most=0&days=0", EDIT),
    hidden("POST", "/account/experiences/{id}/invites/{invite}/revocation", "", EDIT),
    hidden("POST", "/account/experiences/{id}/deletion", "", EDIT),
    hidden("GET", "/account/experiences/{id}/posts/new", "", EDIT),
    hidden("POST", "/account/experiences/{id}/posts", "title=", EDIT),
    hidden("GET", "/account/posts/{id}", "", EDIT),
    hidden("POST", "/account/posts/{id}", "title=", EDIT),
    hidden("POST", "/account/posts/{id}/pictures/{picture}/removal", "", EDIT),
    hidden("POST", "/account/posts/{id}/deletion", "", Who::Once(EditOffer)),
    hidden("GET", "/account/spaces/{id}/access_passes", "", EDIT),
    hidden("POST", "/account/spaces/{id}/access_passes", "title=", EDIT),
    hidden("GET", "/account/spaces/{id}/access_passes/new", "", EDIT),
    hidden("GET", "/account/spaces/{id}/promo_codes", "", EDIT),
    hidden("POST", "/account/spaces/{id}/promo_codes", "code=", EDIT),
    hidden("POST", "/account/spaces/{id}/promo_codes/endings", "promo=nonsense", EDIT),
    hidden("GET", "/account/access_passes/{id}", "", EDIT),
    hidden("POST", "/account/access_passes/{id}", "title=", EDIT),
    hidden("GET", "/account/access_passes/{id}/devices", "", EDIT),
    hidden("POST", "/account/access_passes/{id}/devices", "devices=0", EDIT),
    hidden("GET", "/account/access_passes/{id}/comps", "", EDIT),
    hidden("POST", "/account/access_passes/{id}/comps", "email=nobody", EDIT),
    hidden("POST", "/account/access_passes/{id}/comps/revocations", "comp=nonsense", EDIT),
    hidden("GET", "/account/access_passes/{id}/waitlist", "", EDIT),
    hidden("GET", "/account/access_passes/{id}/waitlist.csv", "", EDIT),
    hidden("POST", "/account/access_passes/{id}/waitlist/decisions", "decision=perhaps", EDIT),
    hidden("GET", "/account/access_passes/{id}/questions", "", EDIT),
    hidden("POST", "/account/access_passes/{id}/questions", "question=", EDIT),
    hidden("POST", "/account/access_passes/{id}/questions/removals", "question=nonsense", EDIT),
    hidden("POST", "/account/access_passes/{id}/earlier", "", EDIT),
    hidden("POST", "/account/access_passes/{id}/later", "", EDIT),
    hidden("GET", "/account/streams/{id}/schedule", "", EDIT),
    hidden("POST", "/account/streams/{id}/schedule", "title=", EDIT),
    hidden("POST", "/account/streams/{id}/cancellation", "", EDIT),
    hidden("POST", "/account/streams/{id}/deletion", "", EDIT),
    hidden("GET", "/account/streams/{id}/copies", "", EDIT),
    hidden("POST", "/account/streams/{id}/copies", "title=&weeks=13", EDIT),
    hidden("POST", "/account/streams/{id}/series/cancellation", "", EDIT),
    hidden("GET", "/account/teams/{id}", "", Who::Member),
    hidden("GET", "/account/teams/{id}/fragment", "", Who::Member),
    hidden("GET", "/account/teams/{id}/events", "", Who::Member),
    hidden("POST", "/account/teams/{id}/members/{member}", "role=analyst", MANAGE),
    hidden("POST", "/account/teams/{id}/members/{member}/removal", "", Who::Once(ManageTeam)),
    hidden("POST", "/account/teams/{id}/invitations", "email=nobody", MANAGE),
    hidden("POST", "/account/teams/{id}/passkeys", "required=false", Who::Passkey),
    hidden("POST", "/account/teams/{id}/handover", "email=nobody", OWN),
    open("GET", "/account/invitations/{id}", "", Who::Guest),
    open("POST", "/account/invitations/{id}/acceptance", "", Who::Guest),
    open("POST", "/account/invitations/{id}/refusal", "", Who::Guest),
    hidden("POST", "/account/invitations/{id}/resending", "", MANAGE),
    hidden("POST", "/account/invitations/{id}/withdrawal", "", Who::Once(ManageTeam)),
    open("GET", "/account/streams/{id}/studio", "", Who::May(Host)),
    open("POST", "/streams/{id}/state", "state=rehearsal", Who::May(Host)),
    open("POST", "/streams/{id}/count", "hidden=false", Who::May(Host)),
    open("POST", "/streams/{id}/key", "", Who::May(Host)),
    open("POST", "/streams/{id}/caption_key", "", Who::May(Host)),
    open("POST", "/streams/{id}/recording", "on=false", Who::May(Host)),
    hidden("GET", "/account/spaces/{id}/recordings", "", EDIT),
    open("POST", "/streams/{id}/clip_makers", "team=false", Who::May(Host)),
    hidden("GET", "/account/spaces/{id}/restreams", "", Who::May(Host)),
    hidden("POST", "/account/spaces/{id}/restreams", "name=", Who::May(Host)),
    open("POST", "/streams/{id}/whip", "", Who::May(Host)),
    open("POST", "/streams/{id}/plane", "plane=livekit", Who::May(Host)),
    open("POST", "/streams/{id}/pass/host", "", Who::May(Host)),
    open("POST", "/streams/{id}/ingest", "kind=whip", Who::May(Host)),
    open("GET", "/streams/{id}/messages/{seq}", "", Who::May(Moderate)),
    open("POST", "/streams/{id}/bans", "account={none}&kind=nonsense", Who::May(Moderate)),
    open("POST", "/streams/{id}/slow_mode", "seconds=0", Who::May(Moderate)),
    hidden("POST", "/account/access_passes/{id}/withdrawal", "", Who::Once(EditOffer)),
    hidden("POST", "/account/spaces/{id}/unpublication", "", EDIT),
];

/// Addresses of the service before this one: they look nothing up.
const FORMER: &[&str] =
    &["/account/streams/{id}", "/account/teams/{team}/spaces", "/account/teams/{team}/spaces/{*rest}"];

#[test]
fn every_route_of_a_team_is_walked() {
    let of_a_team = |path: &str| {
        [
            "spaces",
            "experiences",
            "posts",
            "access_passes",
            "streams",
            "teams",
            "invitations",
            "uploads",
            "files",
            "orders",
            "payouts",
        ]
        .iter()
        .any(|noun| path.starts_with(&format!("/account/{noun}/")))
    };
    let walked: BTreeSet<_> = ROWS.iter().map(|row| (row.method.to_owned(), row.route.to_owned())).collect();
    let missing: Vec<_> = registered()
        .into_iter()
        .filter(|(_, path)| of_a_team(path) && !FORMER.contains(&path.as_str()))
        .filter(|route| !walked.contains(route))
        .collect();
    assert_eq!(missing, Vec::<(String, String)>::new());
    let gone: Vec<_> = walked.difference(&registered()).cloned().collect();
    assert_eq!(gone, Vec::<(String, String)>::new());
}

/// A member of each role, the least powerful first.
async fn members(server: &TestServer, team: TeamId, name: &str) -> Result<Vec<(TeamRole, Browser)>> {
    let mut members = Vec::new();
    for role in TeamRole::ALL {
        let email = format!("{name}.{}@example.org", role.code());
        let browser = server.anybody();
        browser.sign_in(&email).await?;
        let account = server.account(&email).await?;
        server.app.store.teams().put(team, account, role, server.app.clock.now()).await?;
        members.push((role, browser));
    }
    Ok(members)
}

/// What the paths name, beside the names of the other table.
async fn prepare(server: &TestServer, space: SpaceId, team: TeamId) -> Result<Vec<(&'static str, String)>> {
    let mut names = names(server).await?;
    let (host, store) = (server.person("host"), &server.app.store);
    let asked = [("question", "Can I watch later?"), ("answer", "No.")];
    assert_eq!(host.post(&format!("/account/spaces/{space}/questions"), &asked).await?.status, 303);
    let question = store.sales().of_space(space).await?.questions.first().context("a question")?.id;
    let (victim, _) = store.accounts().find_or_create("victim@example.org", server.app.clock.now()).await?;
    store.teams().put(team, victim.id, TeamRole::Analyst, server.app.clock.now()).await?;
    let invited = [("email", "guest@example.org"), ("role", "editor")];
    assert_eq!(host.post(&format!("/account/teams/{team}/invitations"), &invited).await?.status, 303);
    let invitation = store.invitations().of_team(team).await?.first().context("an invitation")?.id;
    let experience = store.experiences().list(space).await?.remove(0).id;
    let link = [("note", "A guest"), ("most", "1"), ("days", "7")];
    let made = host.post(&format!("/account/experiences/{experience}/invites"), &link).await?;
    assert_eq!(made.status, 303, "{}", made.text);
    let invite = store.entries().invites(experience).await?.first().context("a link")?.id;
    let said = server.live().say(&server.person("viewer"), "Hello").await?;
    let line = said.headers.get("x-line").and_then(|seq| seq.to_str().ok()).context("a line")?.to_owned();
    names.extend([
        ("{question}", question.to_string()),
        ("{member}", victim.id.to_string()),
        ("{invitation}", invitation.to_string()),
        ("{invite}", invite.to_string()),
        ("{seq}", line),
    ]);
    Ok(names)
}

/// The route with what it is about filled in.
fn path(row: &Row, names: &[(&str, String)]) -> String {
    let nouns = [
        ("/people/{account}/story", "/people/{buyer}/story"),
        ("/people/{account}", "/people/{host}"),
        ("/spaces/{id}", "/spaces/{space}"),
        ("/experiences/{id}/posts", "/experiences/{posts}/posts"),
        ("/account/posts/{id}", "/account/posts/{post}"),
        ("/experiences/{id}/files", "/experiences/{files}/files"),
        ("/experiences/{id}/uploads", "/experiences/{files}/uploads"),
        ("/uploads/{id}", "/uploads/{upload}"),
        ("/account/files/{id}", "/account/files/{file}"),
        ("/account/orders/{id}", "/account/orders/{order}"),
        ("/account/payouts/{id}", "/account/payouts/{payout}"),
        ("/experiences/{id}", "/experiences/{experience}"),
        ("/access_passes/{id}", "/access_passes/{pass}"),
        ("/streams/{id}", "/streams/{stream}"),
        ("/teams/{id}", "/teams/{team}"),
        ("/invitations/{id}", "/invitations/{invitation}"),
    ];
    fill(&nouns.iter().fold(row.route.to_owned(), |path, (route, named)| path.replace(route, named)), names)
}

async fn status(who: &Browser, row: &Row, names: &[(&str, String)]) -> Result<u16> {
    let method: Method = row.method.parse()?;
    let mut request = who.request(method, &path(row, names));
    if row.method == "POST" {
        let body = fill(row.body, names);
        request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    }
    Ok(request.send().await?.status().as_u16())
}

/// What is wrong with the answer to a member of the own team, if anything is.
fn judge(row: &Row, role: TeamRole, got: u16) -> Option<String> {
    let allowed = match row.who {
        Who::May(action) | Who::Once(action) => may(role, action),
        Who::Member => true,
        Who::Guest | Who::Passkey => false,
    };
    let right = if allowed { [200, 204, 303, 409, 412, 415, 422].contains(&got) } else { got == 403 };
    (!right).then(|| format!("{} {}: {role:?} got {got}", row.method, row.route))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_do_in_its_team_what_the_rule_says_and_nothing_in_another() -> Result<()> {
    let server = TestServer::open().await?;
    let space = server.space("maya").await?;
    let team = server.app.store.spaces().by_id(space).await?.team;
    let names = prepare(&server, space, team).await?;
    let other = server.anybody();
    other.sign_in("other.creator@example.org").await?;
    let other = server.account("other.creator@example.org").await?;
    let (other, _) = server.app.store.teams().of_account(other).await?.remove(0);
    let (own, others) = (members(&server, team, "own").await?, members(&server, other, "other").await?);
    let mut wrong = Vec::new();
    for row in ROWS {
        for (role, who) in &others {
            let got = status(who, row, &names).await?;
            if got != row.others {
                wrong.push(format!("{} {}: {role:?} of another team got {got}", row.method, row.route));
            }
        }
        for (role, who) in &own {
            wrong.extend(judge(row, *role, status(who, row, &names).await?));
            if let Who::Once(action) = row.who
                && may(*role, action)
            {
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    server.close().await
}

/// Whether an owner may do this.
fn is_for_owners(row: &Row) -> bool {
    !matches!(row.who, Who::Guest)
}

#[tokio::test(flavor = "multi_thread")]
async fn where_passkeys_are_required_a_session_by_code_is_refused_at_every_route() -> Result<()> {
    let server = TestServer::open().await?;
    let space = server.space("maya").await?;
    let team = server.app.store.spaces().by_id(space).await?.team;
    let names = prepare(&server, space, team).await?;
    let email = "owner.keys@example.org";
    let (by_code, by_passkey) = (server.anybody(), server.anybody());
    by_code.sign_in(email).await?;
    let owner = server.account(email).await?;
    server.app.store.teams().put(team, owner, TeamRole::Owner, server.app.clock.now()).await?;
    by_passkey.sign_in(email).await?;
    with_passkey(&server, &by_passkey).await?;
    let switch = format!("/account/teams/{team}/passkeys");
    assert_eq!(by_passkey.post(&switch, &[("required", "true")]).await?.status, 303);
    let (mut wrong, mut walked) = (Vec::new(), 0);
    for row in ROWS.iter().filter(|row| is_for_owners(row)) {
        walked += 1;
        let got = status(&by_code, row, &names).await?;
        if got != 403 {
            wrong.push(format!("{} {}: by code got {got}", row.method, row.route));
        }
        if !matches!(row.who, Who::Passkey) {
            wrong.extend(judge(row, TeamRole::Owner, status(&by_passkey, row, &names).await?));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(walked > 50, "{walked} routes");
    assert_eq!(by_passkey.post(&switch, &[("required", "false")]).await?.status, 303);
    server.close().await
}
