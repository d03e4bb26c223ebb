//! Passkeys: added, named, used and removed; what is refused; and a team that requires them.

use super::{
    address::ask,
    leaving::exported,
    recovery::{make, recover},
    teams::Team,
};
use crate::support::{Browser, Database, Feed, Reply, TestServer, authenticator::Device, on_both, tus};
use anyhow::Result;
use domain::people::{account::TeamRole, passkeys::MOST_PASSKEYS};
use reqwest::{Method, header};
use std::time::Duration;
use tokio::time::timeout;

on_both!(a_passkey_is_added_named_used_and_removed, a_team_may_require_passkeys,);

const ANN: &str = "ann.keys@example.org";
const MINUTE: i64 = 60;
const SOON: Duration = Duration::from_secs(2);

/// Where browsers have passkeys for a server that is reached by an address of this machine.
pub fn origin(server: &TestServer) -> String {
    format!("http://localhost:{}", server.app.public_url.port())
}

/// Adds a passkey to whoever is signed in, and signs in again with it.
pub async fn with_passkey(server: &TestServer, who: &Browser) -> Result<Device> {
    let mut device = Device::new(&origin(server));
    assert_eq!(who.add_device(&mut device, "Phone").await?.status, 303);
    assert_eq!(who.enter_with(&mut device).await?.status, 303);
    Ok(device)
}

/// What the page says to which a refusal leads.
async fn said(who: &Browser, reply: &Reply) -> Result<String> {
    assert_eq!(reply.status, 303, "{}", reply.text);
    Ok(who.get(reply.location()).await?.text)
}

/// The path of the first passkey of a page.
fn first(page: &str) -> String {
    let after =
        page.split("/account/passkeys/").skip(1).find(|rest| rest.len() > 32 && rest.as_bytes()[32] == b'"');
    format!("/account/passkeys/{}", &after.expect("a passkey")[..32])
}

async fn a_passkey_is_added_named_used_and_removed(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, elsewhere) = (server.holder(ANN).await?, server.anybody());
    elsewhere.sign_in(ANN).await?;
    assert!(ann.get("/account").await?.text.contains("/account/passkeys"));
    assert!(ann.get("/account/passkeys").await?.text.contains("You have no passkey yet."));
    let mut phone = Device::new(&origin(&server));
    let added = ann.add_device(&mut phone, " My <b>phone ").await?;
    assert_eq!((added.status.as_u16(), added.location()), (303, "/account/passkeys"), "{}", added.text);
    let page = ann.get("/account/passkeys").await?.text;
    assert!(page.contains("My &lt;b&gt;phone") && page.contains("not used yet"), "{page}");
    server.rest().await?;
    assert_eq!(server.mails(ANN, "A passkey was added to your account").await?, 1);
    assert!(elsewhere.get("/explore").await?.text.contains("A passkey was added to your account"), "told");
    assert!(!ann.get("/explore").await?.text.contains("A passkey was added"), "who did it knows");

    ann.post("/sign-out", &[]).await?;
    assert_eq!(ann.get("/account").await?.status, 303, "signed out");
    let entered = ann.enter_with(&mut phone).await?;
    assert_eq!((entered.status.as_u16(), entered.location()), (303, "/account"), "{}", entered.text);
    assert_eq!(ann.post("/account/recovery", &[]).await?.status, 200, "it proves that it is her");
    let browsers = ann.get("/account/sessions").await?.text;
    assert_eq!(browsers.matches("with a passkey").count(), 1, "{browsers}");
    let page = ann.get("/account/passkeys").await?.text;
    assert!(page.contains("last used") && !page.contains("not used yet"), "{page}");

    let path = first(&page);
    for (name, why) in [("", "cannot be empty"), (&"x".repeat(41)[..], "At most 40")] {
        let refused = ann.post(&path, &[("name", name)]).await?;
        assert!(said(&ann, &refused).await?.contains(why), "{name}");
    }
    assert_eq!(server.person("stranger").post(&path, &[("name", "Mine")]).await?.status, 404);
    assert_eq!(server.person("stranger").post(&format!("{path}/removal"), &[]).await?.status, 404);
    assert!(ann.submit(&path, &[("name", "Old phone")]).await?.text.contains("Old phone"));
    server.advance(11 * MINUTE).await?;
    let led = ann.post(&format!("{path}/removal"), &[]).await?;
    assert_eq!(led.location(), "/account/confirmation?next=/account/passkeys", "not fresh any more");
    confirm(&ann, &mut phone).await?;
    assert!(ann.submit(&format!("{path}/removal"), &[]).await?.text.contains("You have no passkey yet."));
    server.rest().await?;
    assert_eq!(server.mails(ANN, "A passkey of your account was removed").await?, 1);
    assert_eq!(ann.get("/account").await?.status, 200, "her session goes on");
    let gone = server.anybody();
    let refused = gone.enter_with(&mut phone).await?;
    assert!(said(&gone, &refused).await?.contains("belongs to no account here"));
    server.close().await
}

/// Confirms with a passkey that the account is one's own.
async fn confirm(who: &Browser, device: &mut Device) -> Result<()> {
    let begun = who.ceremony("/sign-in/passkey/ceremony").await?;
    let answer = device.use_once(&begun.options);
    let next = "/account/export";
    let form = [("ceremony", &begun.token[..]), ("credential", &answer), ("next", next)];
    let confirmed = who.post("/account/confirmation/passkey", &form).await?;
    assert_eq!((confirmed.status.as_u16(), confirmed.location()), (303, next), "{}", confirmed.text);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_passkey_says_is_checked() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, ben) = (server.holder(ANN).await?, server.holder("ben.keys@example.org").await?);
    let mut phone = with_passkey(&server, &ann).await?;
    let mut bens = with_passkey(&server, &ben).await?;
    let (here, person) = (phone.origin.clone(), phone.person.clone());
    let visitor = server.anybody();
    // Each is wrong in one thing.
    phone.origin = "https://evil.example".into();
    let refused = visitor.enter_with(&mut phone).await?;
    assert!(said(&visitor, &refused).await?.contains("made for another address"));
    phone.origin = here;
    phone.person = bens.person.clone();
    let refused = visitor.enter_with(&mut phone).await?;
    assert!(said(&visitor, &refused).await?.contains("belongs to no account here"), "not Ben's");
    phone.person = person;
    std::mem::swap(&mut phone.id, &mut bens.id);
    std::mem::swap(&mut phone.person, &mut bens.person);
    let refused = visitor.enter_with(&mut phone).await?;
    assert!(said(&visitor, &refused).await?.contains("could not be checked"), "Ben's id, Ann's key");
    std::mem::swap(&mut phone.id, &mut bens.id);
    std::mem::swap(&mut phone.person, &mut bens.person);

    let begun = visitor.ceremony("/sign-in/passkey/ceremony").await?;
    let other = visitor.ceremony("/sign-in/passkey/ceremony").await?;
    let answer = phone.use_once(&begun.options);
    let enter = async |token: &str, answer: &str| {
        visitor.post("/sign-in/passkey", &[("ceremony", token), ("credential", answer)]).await
    };
    let refused = enter(&other.token, &answer).await?;
    assert!(said(&visitor, &refused).await?.contains("could not be checked"), "of another ceremony");
    for nonsense in ["", "{}", "null", "{\"id\":1}"] {
        let another = visitor.ceremony("/sign-in/passkey/ceremony").await?;
        let refused = enter(&another.token, nonsense).await?;
        assert!(said(&visitor, &refused).await?.contains("could not be checked"), "{nonsense}");
    }
    assert_eq!(enter(&begun.token, &answer).await?.location(), "/account", "and now it is right");
    let replayed = server.anybody();
    let refused =
        replayed.post("/sign-in/passkey", &[("ceremony", &begun.token), ("credential", &answer)]).await?;
    assert!(said(&replayed, &refused).await?.contains("took too long, or this page was used"), "once");
    assert_eq!(replayed.get("/account").await?.status, 303);

    phone.count -= 1;
    let refused = replayed.enter_with(&mut phone).await?;
    assert!(said(&replayed, &refused).await?.contains("counted fewer uses"), "a copy");
    let late = replayed.ceremony("/sign-in/passkey/ceremony").await?;
    phone.count += 1;
    let answer = phone.use_once(&late.options);
    server.advance(5 * MINUTE).await?;
    let refused =
        replayed.post("/sign-in/passkey", &[("ceremony", &late.token), ("credential", &answer)]).await?;
    assert!(said(&replayed, &refused).await?.contains("took too long"), "late");
    assert_eq!(replayed.enter_with(&mut phone).await?.location(), "/account");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ones_own_passkey_is_added_and_confirms() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, ben) = (server.holder(ANN).await?, server.holder("ben.keys@example.org").await?);
    let mut phone = with_passkey(&server, &ann).await?;
    let person = phone.person.clone();
    let refused = ben.add_device(&mut phone, "Ann's").await?;
    phone.person = person;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("has a passkey for your account already"), "{}", refused.text);
    // A ceremony is good for the session that began it, and for what it was begun for.
    let begun = ann.ceremony("/account/passkeys/ceremony").await?;
    let answer = Device::new(&origin(&server)).make(&begun.options);
    let form = [("name", "Hers"), ("ceremony", &begun.token[..]), ("credential", &answer)];
    let by_name = origin(&server);
    let request = ben.request(Method::POST, "/account/passkeys").form(&form);
    let refused = ben.send(request.header(header::HOST, by_name.trim_start_matches("http://"))).await?;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("took too long") && refused.text.contains("Hers"), "{}", refused.text);
    assert_eq!(ann.post("/account/passkeys", &form).await?.status, 422, "it is over then");
    let mut far = Device::new("https://evil.example");
    assert!(ann.add_device(&mut far, "Far").await?.text.contains("made for another address"));
    let begun = ann.ceremony("/account/passkeys/ceremony").await?;
    let form = [("ceremony", &begun.token[..]), ("credential", "{}")];
    let visitor = server.anybody();
    let refused = visitor.post("/sign-in/passkey", &form).await?;
    assert!(said(&visitor, &refused).await?.contains("took too long"), "it was begun for a new one");

    let mut bens = with_passkey(&server, &ben).await?;
    server.advance(11 * MINUTE).await?;
    let begun = ann.ceremony("/sign-in/passkey/ceremony").await?;
    let answer = bens.use_once(&begun.options);
    let form = [("ceremony", &begun.token[..]), ("credential", &answer)];
    let refused = ann.post("/account/confirmation/passkey", &form).await?;
    assert!(said(&ann, &refused).await?.contains("or not to this one"), "Ben's");
    assert_eq!(ann.post("/account/passkeys/ceremony", &[]).await?.status, 403, "not fresh");
    confirm(&ann, &mut phone).await?;
    assert_eq!(ann.post("/account/passkeys/ceremony", &[]).await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_and_ceremonies_are_bounded() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.holder(ANN).await?;
    for n in 1..=MOST_PASSKEYS {
        let mut device = Device::new(&origin(&server));
        assert_eq!(ann.add_device(&mut device, &format!("Key {n}")).await?.status, 303, "{n}");
    }
    let full = ann.post("/account/passkeys/ceremony", &[]).await?;
    assert_eq!(full.status, 409);
    assert!(full.text.contains("10 passkeys"), "{}", full.text);
    for n in 0..10 {
        assert_eq!(ann.post("/sign-in/passkey/ceremony", &[]).await?.status, 200, "{n}");
    }
    let many = ann.post("/sign-in/passkey/ceremony", &[]).await?;
    assert_eq!(many.status, 429, "an account has twenty in ten minutes");
    assert!(many.headers.contains_key(header::RETRY_AFTER) && many.text.contains("Too many passkeys"));
    let begun = async |who: &Browser| {
        Ok::<_, anyhow::Error>(who.post("/sign-in/passkey/ceremony", &[]).await?.status)
    };
    let mut others = 0;
    while begun(&server.anybody()).await? == 200 {
        others += 1;
    }
    // One more is restored every five seconds.
    assert!((100..110).contains(&others), "what its network has left: {others}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_account_does_not_sign_in_by_passkey() -> Result<()> {
    let server = TestServer::open().await?;
    let ann = server.holder(ANN).await?;
    let mut phone = with_passkey(&server, &ann).await?;
    let account = server.account(ANN).await?;
    let operator = server.account("olga@demo.example").await?;
    service::ops::suspensions::suspend_account(&server.app.services, operator, account, "Spam.").await?;
    let visitor = server.anybody();
    let refused = visitor.enter_with(&mut phone).await?;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("suspended"), "{}", refused.text);
    assert_eq!(visitor.get("/account").await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_offered_where_browsers_have_them() -> Result<()> {
    let server = TestServer::open().await?;
    let visitor = server.anybody();
    let named = origin(&server);
    let host = named.trim_start_matches("http://");
    let by_address = visitor.get("/sign-in?next=/explore").await?.text;
    assert!(!by_address.contains("data-passkey"), "{by_address}");
    assert!(by_address.contains(&format!("{named}/sign-in?next=%2Fexplore")), "{by_address}");
    let request = visitor.request(Method::GET, "/sign-in").header(header::ACCEPT, "text/html");
    let by_name = visitor.send(request.header(header::HOST, host)).await?.text;
    assert!(
        by_name.contains("data-passkey=\"get\"") && by_name.contains("Sign in with a passkey"),
        "{by_name}"
    );
    server.close().await
}

async fn a_team_may_require_passkeys(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (editor, _) = team.member("ed.keys@example.org", TeamRole::Editor).await?;
    let switch = team.path("/passkeys");
    let require = async |who: &Browser, required: &str| who.post(&switch, &[("required", required)]).await;
    assert_eq!(require(&host, "true").await?.status, 403, "without a passkey at hand");
    assert!(host.get(&team.path("")).await?.text.contains("signed in with a passkey"));
    let mut hosts = with_passkey(&server, &host).await?;
    assert_eq!(require(&editor, "true").await?.status, 403, "no owner");
    let mut feed = Feed::open(&editor, &team.path("/events"), None).await?;
    assert!(
        host.submit(&switch, &[("required", "true")])
            .await?
            .text
            .contains("Passkeys are required from now on")
    );
    timeout(SOON, feed.all_until("this page has stopped")).await??;

    let space = format!("/account/spaces/{}", server.space("maya").await?);
    let led = editor.get(&space).await?;
    let page = format!("/account/passkeys/requirement?next={space}");
    assert_eq!((led.status.as_u16(), led.location()), (303, page.as_str()));
    let words = editor.get(&page).await?.text;
    assert!(words.contains("A passkey is required") && words.contains("You have none yet"), "{words}");
    let posted = editor.post(&format!("{space}/unpublication"), &[]).await?;
    assert_eq!(
        (posted.status.as_u16(), posted.json()["error"]["code"].as_str()),
        (403, Some("needs_passkey"))
    );
    let studio = format!("/account/streams/{}/studio", server.live().0);
    assert_eq!(editor.get(&studio).await?.status, 303);
    assert_eq!(editor.get("/maya/friday-session").await?.status, 200, "it may watch");
    let (notes, _) = tus::files_of_maya(&server).await?;
    let upload = tus::create(&host, notes, 10).await?;
    assert_eq!(tus::append(&editor, &upload, 0, b"0123456789").await?.status, 403);
    assert_eq!(tus::append(&host, &upload, 0, b"0123456789").await?.status, 204, "it has a passkey");
    let elsewhere = server.anybody();
    elsewhere.sign_in("ed.keys@example.org").await?;
    assert!(elsewhere.get("/account/passkeys").await?.text.contains("requires a passkey"));

    with_passkey(&server, &editor).await?;
    for path in [&space, &studio] {
        assert_eq!(editor.get(path).await?.status, 200, "{path}");
    }
    assert_eq!(elsewhere.get(&space).await?.status, 303, "the other session began with a code");
    let thief = elsewhere.post("/account/passkeys/ceremony", &[]).await?;
    assert_eq!(thief.status, 403, "a mailbox is not enough to make another one");
    assert!(thief.text.contains("sign in with it"), "{}", thief.text);
    assert_eq!(editor.add_device(&mut Device::new(&origin(&server)), "Tablet").await?.status, 303);
    let one = first(&editor.get("/account/passkeys").await?.text);
    assert_eq!(elsewhere.post(&format!("{one}/removal"), &[]).await?.status, 403, "nor to remove one");
    assert_eq!(editor.post(&format!("{one}/removal"), &[]).await?.status, 303);
    let passkey = first(&editor.get("/account/passkeys").await?.text);
    let last = editor.post(&format!("{passkey}/removal"), &[]).await?;
    assert_eq!(last.status, 409);
    assert!(last.text.contains("your last passkey"), "{}", last.text);
    assert_eq!(require(&elsewhere, "false").await?.status, 403);
    let again = server.anybody();
    assert_eq!(again.enter_with(&mut hosts).await?.status, 303);
    assert_eq!(require(&again, "false").await?.status, 303);
    assert_eq!(elsewhere.get(&space).await?.status, 200);
    assert_eq!(editor.post(&format!("{passkey}/removal"), &[]).await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_still_let_in_but_are_no_passkey() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let (editor, _) = team.member("ed.keys@example.org", TeamRole::Editor).await?;
    let made = editor.post("/account/recovery", &[]).await?.text;
    let code = made.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next()).unwrap_or_default();
    with_passkey(&server, &host).await?;
    assert_eq!(host.post(&team.path("/passkeys"), &[("required", "true")]).await?.status, 303);
    let lost = server.anybody();
    let form = [("email", "ed.keys@example.org"), ("code", code)];
    assert_eq!(lost.post("/sign-in/recovery", &form).await?.status, 303);
    assert_eq!(lost.get("/account").await?.status, 200);
    let led = lost.get(&team.path("")).await?;
    assert!(led.location().starts_with("/account/passkeys/requirement"), "{} {}", led.status, led.location());
    with_passkey(&server, &lost).await?;
    assert_eq!(lost.get(&team.path("")).await?.status, 200);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_does_not_get_round_a_required_passkey() -> Result<()> {
    let server = TestServer::open().await?;
    let (team, host) = (Team::of_maya(&server).await?, server.person("host"));
    let email = "ed.keys@example.org";
    let (editor, _) = team.member(email, TeamRole::Editor).await?;
    with_passkey(&server, &editor).await?;
    with_passkey(&server, &host).await?;
    assert_eq!(host.post(&team.path("/passkeys"), &[("required", "true")]).await?.status, 303);
    let codes = make(&editor).await?;
    let thief = server.anybody();
    thief.sign_in(email).await?;
    let made = thief.post("/account/recovery", &[]).await?;
    assert_eq!((made.status.as_u16(), made.json()["error"]["code"].as_str()), (403, Some("needs_passkey")));
    assert_eq!(recover(&thief, email, &codes[0]).await?.status, 303);
    let young = thief.post("/account/passkeys/ceremony", &[]).await?;
    assert_eq!(young.status, 403, "a code that may be the thief's");
    let made = thief.post("/account/recovery", &[]).await?;
    assert_eq!(made.status, 403, "nor does it make others");
    server.advance(7 * 24 * 60 * MINUTE).await?;
    let lost = server.anybody();
    assert_eq!(recover(&lost, email, &codes[1]).await?.status, 303);
    with_passkey(&server, &lost).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_takes_nothing_away_where_a_passkey_is_required() -> Result<()> {
    let server = TestServer::open().await?;
    let (maya, host) = (Team::of_maya(&server).await?, server.person("host"));
    let email = "ed.keys@example.org";
    let (editor, account) = maya.member(email, TeamRole::Editor).await?;
    let (space, own) = Team::of_owner(&server, account).await?;
    let closing = format!("/account/spaces/{}/closing", space.id);
    let (_, kim) = own.member("kim.keys@example.org", TeamRole::Admin).await?;
    let (handover, role) = (own.path("/handover"), own.path(&format!("/members/{kim}")));
    let mut phone = with_passkey(&server, &editor).await?;
    with_passkey(&server, &host).await?;
    let thief = server.anybody();
    thief.sign_in(email).await?;
    let code = ask(&thief, "thief@example.org").await?;
    assert_eq!(thief.get("/account/deletion").await?.status, 200, "nobody requires it yet");
    assert_eq!(host.post(&maya.path("/passkeys"), &[("required", "true")]).await?.status, 303);
    let to_thief = [("email", "thief@example.org"), ("member", ""), ("leaves", "true")];
    let username = server.app.store.accounts().by_id(account).await?.username;
    let taking: &[(&str, &[(&str, &str)])] = &[
        ("/account/email/code", &[("code", &code)]),
        ("/account/email", &[("email", "thief@example.org")]),
        ("/account/export", &[]),
        (&role, &[("role", "owner")]),
        (&handover, &to_thief),
        (&closing, &[("name", &space.name)]),
        ("/account/deletion", &[("username", &username)]),
    ];
    for (path, form) in taking {
        let refused = thief.post(path, form).await?;
        let why = refused.json()["error"]["code"].clone();
        assert_eq!((refused.status.as_u16(), why.as_str()), (403, Some("needs_passkey")), "{path}");
    }
    for path in ["/account/deletion", &closing] {
        let led = thief.get(path).await?;
        assert_eq!(led.location(), format!("/account/passkeys/requirement?next={path}"));
    }
    assert_eq!(editor.enter_with(&mut phone).await?.status, 303);
    for (path, form) in &taking[1..] {
        let done = editor.post(path, form).await?;
        assert!([200, 303].contains(&done.status.as_u16()), "{path}: {} {}", done.status, done.text);
    }
    let visitor = server.anybody();
    let refused = visitor.enter_with(&mut phone).await?;
    assert!(said(&visitor, &refused).await?.contains("belongs to no account here"), "it is deleted");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_names_passkeys_and_a_deletion_forgets_them() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, store) = (server.holder(ANN).await?, &server.app.store);
    let mut phone = with_passkey(&server, &ann).await?;
    let account = server.account(ANN).await?;
    let stored = store.passkeys().credentials(account).await?.remove(0);
    let files = exported(&ann).await?;
    assert_eq!(files["passkeys.csv"].lines().count(), 2, "{}", files["passkeys.csv"]);
    assert!(files["passkeys.csv"].contains("Phone"));
    assert!(files.values().all(|text| !text.contains(&stored)), "no keys");
    assert_eq!(ann.post("/account/deletion", &[("username", "ann-keys")]).await?.status, 303);
    assert!(store.passkeys().of_account(account).await?.is_empty());
    let visitor = server.anybody();
    let refused = visitor.enter_with(&mut phone).await?;
    assert!(said(&visitor, &refused).await?.contains("belongs to no account here"));
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_may_be_required_to_use_passkeys() -> Result<()> {
    let server = TestServer::with_settings(|settings| settings.operators_passkeys = true).await?;
    let operator = server.person("operator");
    for path in ["/ops", "/ops/people", "/ops/jobs"] {
        let led = operator.get(path).await?;
        assert_eq!(
            (led.status.as_u16(), led.location()),
            (303, &*format!("/account/passkeys/requirement?next={path}"))
        );
    }
    let posted = operator.post("/ops/jobs/revival", &[]).await?;
    assert_eq!(
        (posted.status.as_u16(), posted.json()["error"]["code"].as_str()),
        (403, Some("needs_passkey"))
    );
    assert_eq!(server.person("stranger").get("/ops").await?.status, 404, "to others it does not exist");
    with_passkey(&server, &operator).await?;
    assert_eq!(operator.get("/ops").await?.status, 200);
    let thief = server.anybody();
    thief.sign_in("olga@demo.example").await?;
    for path in ["/account/export", "/account/deletion", "/account/email"] {
        assert_eq!(thief.post(path, &[]).await?.status, 403, "{path}: their mailbox takes nothing away");
    }
    let passkey = first(&operator.get("/account/passkeys").await?.text);
    assert_eq!(operator.post(&format!("{passkey}/removal"), &[]).await?.status, 409);
    server.close().await
}
