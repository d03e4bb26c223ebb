//! Taking one's data along, and deleting one's account.

use super::teams::Team;
use crate::{
    catalogue::pictures::photograph,
    support::{Browser, Database, TestServer, content::furnish, eventually, on_both, shop::Order},
};
use anyhow::{Context, Result};
use domain::{
    access::jobs::{CloseSpace, SendClosing, SendHandover},
    catalogue::content::posts::PostText,
    clock::Clock,
    id::{AccountId, ReportId, SuspensionId},
    live::{
        jobs::{SendReminder, Tell},
        notices::Notice,
    },
    mail::MailKind,
    ops::jobs::{SendLetter, SendSuspensionNotice},
    picture::{NewPicture, PictureId, Purpose},
    time::{Millis, Span},
    work::Lane,
};
use service::catalogue::{content::posts, pictures};
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    time::Duration,
};
use tokio::time::timeout;

on_both!(
    an_export_holds_everything_of_its_person_and_nothing_of_others,
    a_deleted_account_leaves_ledgers_without_a_name,
    a_deleted_account_leaves_no_wish_no_invitation_and_no_mail_that_waits,
);

const ANN: &str = "ann.private@example.org";
const WORDS: &str = "The songs are not hers.";
const SOON: Duration = Duration::from_secs(2);

pub async fn exported(who: &Browser) -> Result<BTreeMap<String, String>> {
    let response = who.request(reqwest::Method::POST, "/account/export").send().await?;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/zip");
    let bytes = response.bytes().await?;
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut files = BTreeMap::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        files.insert(file.name()?.into_owned(), text);
    }
    Ok(files)
}

/// Rows of a table, without its head.
fn rows(files: &BTreeMap<String, String>, name: &str) -> usize {
    files.get(name).map_or(0, |text| text.lines().count().saturating_sub(1))
}

/// Follows Maya's space, wants mail of one kind only, and reports the space.
async fn follow_and_report(server: &TestServer, who: &Browser) -> Result<()> {
    let space = server.space("maya").await?;
    for (path, form) in [
        (format!("/spaces/{space}/follow"), &[("follow", "true")][..]),
        ("/account/mails".to_owned(), &[("live", "true")][..]),
        (format!("/account/reports/space/{space}"), &[("reason", "copyright"), ("words", WORDS)][..]),
    ] {
        assert_eq!(who.post(&path, form).await?.status, 303, "{path}");
    }
    Ok(())
}

async fn write_letter(who: &Browser, email: &str) -> Result<()> {
    let form = [("topic", "broken"), ("email", email), ("words", "The page stays empty.")];
    assert_eq!(who.post("/contact", &form).await?.status, 200);
    Ok(())
}

async fn invite(team: &Team<'_>, who: &Browser, email: &str) -> Result<()> {
    let form = [("email", email), ("role", "editor")];
    assert_eq!(who.post(&team.path("/invitations"), &form).await?.status, 303);
    Ok(())
}

async fn an_export_holds_everything_of_its_person_and_nothing_of_others(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, vera) = (server.holder(ANN).await?, server.person("viewer"));
    let room = server.scheduled();
    for body in ["hello", "=cmd|' /C calc'!A0", "say \"hi\", all"] {
        assert_eq!(room.say(&ann, body).await?.status, 303);
    }
    assert_eq!(room.say(&vera, "not mine").await?.status, 303);
    let order = Order::paid(ann.clone(), &server).await?;
    let path = room.path("reminder");
    assert_eq!(ann.post(&path, &[("wanted", "true")]).await?.status, 303);
    for (who, email) in [(&ann, ANN), (&vera, "vera@demo.example")] {
        follow_and_report(&server, who).await?;
        write_letter(who, email).await?;
        invite(&Team::of_maya(&server).await?, &server.person("host"), &format!("{email}.invited")).await?;
    }
    invite(&Team::of_maya(&server).await?, &server.person("host"), ANN).await?;

    let files = exported(&ann).await?;
    let profile: serde_json::Value = serde_json::from_str(&files["profile.json"])?;
    assert_eq!((profile["email"].as_str(), profile["name"].as_str()), (Some(ANN), Some("ann.private")));
    assert!(files["README.txt"].contains("chat.csv"));
    for part in store::Part::ALL {
        let file = format!("{}.csv", part.name());
        let head = files.get(&file).and_then(|text| text.lines().next()).with_context(|| file.clone())?;
        let columns: Vec<&str> = part.columns().iter().map(|(name, _)| *name).collect();
        assert_eq!(head, columns.join(","), "{file}");
    }
    for (file, count) in [
        ("sessions.csv", 1),
        ("spaces.csv", 1),
        ("orders.csv", 1),
        ("purchases.csv", 1),
        ("passes.csv", 2),
        ("reminders.csv", 1),
        ("follows.csv", 1),
        ("preferences.csv", MailKind::ALL.len() - 1),
        ("reports.csv", 2),
        ("invitations.csv", 1),
        ("consents.csv", 1),
    ] {
        assert_eq!(rows(&files, file), count, "{file}: {}", files[file]);
    }
    assert!(files["orders.csv"].contains(&order.id.to_string()) && files["orders.csv"].contains("Front Row"));
    for (file, words) in [
        ("purchases.csv", ",ann.private,ann.private@example.org"),
        ("passes.csv", ",purchase"),
        ("follows.csv", "Maya Lin,maya,"),
        ("preferences.csv", "planned,"),
        ("reports.csv", WORDS),
        ("reports.csv", "The page stays empty."),
        ("invitations.csv", "Maya Lin,ann.private@example.org,editor,"),
        ("consents.csv", "terms,"),
    ] {
        assert!(files[file].contains(words), "{file}: {}", files[file]);
        assert!(files["README.txt"].contains(file), "{file}");
    }
    let chat = &files["chat.csv"];
    assert!(rows(&files, "chat.csv") == 3 && !chat.contains("not mine"), "{chat}");
    assert!(chat.contains(",'=cmd|") && chat.contains("\"say \"\"hi\"\", all\""), "{chat}");
    let mails = &files["mails.csv"];
    assert!(mails.contains("Your pass: Front Row") && !mails.contains("vera@"), "{mails}");
    assert!(!files.values().any(|text| text.contains("vera")), "nothing of others");

    assert_eq!(exported(&vera).await?["chat.csv"].lines().count(), 2, "another person has their own");
    for _ in 0..2 {
        exported(&ann).await?;
    }
    let refused = ann.post("/account/export", &[]).await?;
    assert!(refused.status == 429 && refused.headers.contains_key("retry-after"), "three a day");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_what_its_person_posted_with_the_pictures() -> Result<()> {
    let server = TestServer::open().await?;
    let (content, host) = (furnish(&server).await?, server.person("host"));
    // More than one page of the database.
    for n in 0..20 {
        content.publish(&server, &format!("Verse {n}")).await?;
    }
    let draft = PostText { title: "Not yet".into(), body: "It has no end.".into() };
    posts::create(&server.app.services, content.host, content.posts, &draft, false).await?;
    let fields = [
        ("version", "1"),
        ("title", "The first verse"),
        ("body", "See below."),
        ("alt", "A kettle"),
        ("published", "true"),
    ];
    let file = photograph(300, 300, 3);
    let form = format!("/account/posts/{}", content.post);
    let shown = host.attach(&form, &fields, ("p.jpg", "image/jpeg", &file)).await?;
    assert_eq!(shown.status, 303, "{}", shown.text);

    let files = exported(&host).await?;
    let posts = &files["posts.csv"];
    assert_eq!(rows(&files, "posts.csv"), 22, "{posts}");
    assert!(posts.contains("Maya Lin,Notebook,Verse 19,The **second** verse.,"), "{posts}");
    let draft = posts.lines().find(|line| line.contains("Not yet")).context("the draft")?;
    assert!(draft.ends_with(",,"), "it was never published: {draft}");
    let pictures = &files["pictures.csv"];
    assert_eq!(rows(&files, "pictures.csv"), 1, "{pictures}");
    let picture = pictures.lines().nth(1).context("a picture")?;
    assert!(picture.starts_with(&content.post.to_string()) && picture.ends_with(",A kettle"), "{picture}");
    let path = picture.split(',').nth(1).context("its address")?;
    assert_eq!(host.request(reqwest::Method::GET, path).send().await?.status(), 200, "{path}");
    for file in ["posts.csv", "pictures.csv"] {
        assert!(files["README.txt"].contains(file), "{file}");
    }
    let others = exported(&server.person("viewer")).await?;
    assert_eq!((rows(&others, "posts.csv"), rows(&others, "pictures.csv")), (0, 0), "hers alone");
    server.close().await
}

async fn delete(who: &Browser, username: &str) -> Result<u16> {
    Ok(who.post("/account/deletion", &[("username", username)]).await?.status.as_u16())
}

/// Waits until no page of the room shows the words.
async fn forgotten(who: &Browser, path: &str, words: &str) -> Result<String> {
    let without = async || anyhow::Ok(Some(who.get(path).await?.text).filter(|page| !page.contains(words)));
    eventually("the page still shows the words", without).await
}

async fn a_deleted_account_leaves_ledgers_without_a_name(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, there, vera) = (server.holder(ANN).await?, server.anybody(), server.person("viewer"));
    there.sign_in(ANN).await?;
    let room = server.scheduled();
    assert_eq!(room.say(&ann, "these words stay").await?.status, 303);
    let ben = server.holder("ben@example.org").await?;
    let (order, next_order) = (Order::open(ann.clone()).await?, Order::open(ben).await?);
    let account = server.account(ANN).await?;
    let mut pages = [room.follow(&ann, 0).await?, room.follow(&there, 0).await?, order.follow().await?];
    let (mut neighbour, mut next_page) = (room.follow(&vera, 0).await?, next_order.follow().await?);
    let watch = "/maya/rehearsal-room";
    assert!(vera.get(watch).await?.text.contains("ann.private"));
    let words = ann.get("/account/deletion").await?.text;
    assert!(words.contains("What is deleted") && words.contains("What stays"), "{words}");
    assert_eq!(delete(&ann, "somebody").await?, 422);
    assert_eq!(delete(&ann, "ann-private").await?, 303);
    for page in &mut pages {
        timeout(SOON, page.end()).await.context("a page of hers is open")??;
    }
    for browser in [&ann, &there] {
        assert_eq!(browser.get("/account").await?.location(), "/sign-in?next=/account");
    }
    while neighbour.next().await?.context("her page goes on")?.name != "resync" {}
    assert_eq!(room.say(&vera, "where is she?").await?.status, 303);
    neighbour.all_until("where is she?").await?;
    assert!(timeout(Duration::from_millis(300), next_page.end()).await.is_err(), "others go on");

    let page = forgotten(&vera, watch, "ann.private").await?;
    assert!(page.contains("these words stay") && page.contains("Deleted person"), "{page}");
    let row = server.app.store.accounts().by_id(account).await?;
    assert!(!format!("{row:?}").contains("ann"), "{row:?}");
    assert_eq!(server.anybody().get("/@ann-private").await?.status, 404);
    assert_eq!(server.anybody().get(&format!("/@{}", row.username)).await?.status, 404);
    assert_eq!(order.row(&server).await?.account, account, "the order stays");
    let sam = server.person("stranger");
    Order::paid(sam.clone(), &server).await?;
    let sams = server.account("sam@demo.example").await?;
    assert_eq!(delete(&sam, "sam").await?, 303);
    assert_eq!(server.app.store.purchases().of_account(sams).await?.len(), 1, "the ledger stays");
    server.rest().await?;
    assert_eq!(server.mails(ANN, "Your account is deleted").await?, 1);
    let verified = server.app.audit_log.verify(&server.app.store, server.app.services.now()).await?;
    assert!(verified.report.findings.is_empty(), "{:?}", verified.report.findings);
    let audit = server.person("operator").get("/ops/audit").await?.text;
    assert!(audit.contains("Deleted person") && !audit.contains("ann.private"), "{audit}");

    let again = server.anybody();
    again.sign_in(ANN).await?;
    assert_ne!(server.account(ANN).await?, account, "the address is free, for a new account");
    assert_eq!(server.anybody().get("/ann-private").await?.status, 404, "of an unpublished space");
    server.close().await
}

/// Mail to one person in each form that names an account, and a job that has to run.
async fn enqueue_mail(server: &TestServer, account: AccountId, due: Millis) -> Result<()> {
    let (jobs, stream, space) = (server.app.store.jobs(), server.scheduled().0, server.space("maya").await?);
    let team = Team::of_maya(server).await?.id;
    let tell = Tell { notice: Notice::Cancelled { stream, at: due }, account };
    jobs.enqueue(&tell, None, due).await?;
    let reminder = SendReminder { stream, account, at: due + Span::days(1), hours: 1 };
    jobs.enqueue(&reminder, None, due).await?;
    jobs.enqueue(&SendClosing { space, account, closed_at: due }, None, due).await?;
    let notice = SendSuspensionNotice { suspension: SuspensionId::new(), account, lifted: false };
    jobs.enqueue(&notice, None, due).await?;
    let (from, to) = (AccountId::new(), account);
    for reader in [from, to] {
        jobs.enqueue(&SendHandover { team, from, to, left: false, reader }, None, due).await?;
    }
    jobs.enqueue(&SendLetter { report: ReportId::new(), operator: account }, None, due).await?;
    jobs.enqueue(&CloseSpace { space, by: account, closed_at: due }, None, due).await?;
    Ok(())
}

/// The kinds of jobs that wait and name an account.
async fn waiting(
    server: &TestServer,
    lane: Lane,
    accounts: &[AccountId],
    due: Millis,
) -> Result<Vec<Vec<String>>> {
    let claimed = server.app.store.jobs().claim(lane, Span::minutes(1), 200, due).await?;
    let of = |account: &AccountId| {
        let id = account.0.to_string();
        let theirs = claimed.iter().filter(|job| job.payload.contains(&id));
        let mut names: Vec<_> = theirs.map(|job| job.name.clone()).collect();
        names.sort();
        names
    };
    Ok(accounts.iter().map(of).collect())
}

async fn a_deleted_account_leaves_no_wish_no_invitation_and_no_mail_that_waits(
    database: Database,
) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let (ann, host, vera) = (server.holder(ANN).await?, server.person("host"), server.person("viewer"));
    let (account, veras) = (server.account(ANN).await?, server.account("vera@demo.example").await?);
    let (store, room, space) = (&server.app.store, server.scheduled(), server.space("maya").await?);
    for who in [&ann, &vera] {
        assert_eq!(who.post(&room.path("reminder"), &[("wanted", "true")]).await?.status, 303);
        follow_and_report(&server, who).await?;
        assert_eq!(who.post("/account/calendar/renewal", &[]).await?.status, 303);
    }
    write_letter(&ann, "ann@elsewhere.example").await?;
    write_letter(&server.anybody(), ANN).await?;
    write_letter(&server.anybody(), "kim@example.org").await?;
    let team = Team::of_maya(&server).await?;
    let own = Team { server: &server, id: store.teams().of_account(account).await?.remove(0).0 };
    invite(&team, &host, ANN).await?;
    invite(&team, &host, "kim@example.org").await?;
    invite(&own, &ann, "kim@example.org").await?;
    let face = NewPicture {
        id: PictureId([7; 32]),
        purpose: Purpose::Avatar,
        dimensions: (208, 208),
        files: vec![],
    };
    pictures::set_avatar(&server.app.services, account, Some(&face)).await?;
    let due = server.app.clock.now() + Span::days(1);
    for who in [account, veras] {
        enqueue_mail(&server, who, due).await?;
    }
    server.advance(60).await?;
    let before = server.app.clock.now();
    assert_eq!(delete(&ann, "ann-private").await?, 303);

    for (who, kept) in [(account, false), (veras, true)] {
        assert_eq!(store.reminders().has(room.0, who).await?, kept, "a reminder");
        assert_eq!(store.follows().has(space, who).await?, kept, "a follow");
        assert_eq!(store.preferences().wanted(who).await?.len() == 1, kept, "a preference");
        assert_eq!(store.preferences().calendar_version(who).await? == 1, kept, "a calendar");
    }
    let invited = store.invitations().of_team(team.id).await?;
    assert_eq!(invited.iter().map(|one| one.email.as_str()).collect::<Vec<_>>(), ["kim@example.org"]);
    assert!(store.invitations().of_team(own.id).await?.is_empty(), "what she has sent");
    let filed = store.reports().open(10).await?;
    let hers = filed.iter().filter(|filed| filed.report.reporter == Some(account));
    assert_eq!((filed.len(), hers.count()), (5, 2), "reports stay");
    let answered: Vec<_> = filed.iter().filter_map(|filed| filed.report.email.as_deref()).collect();
    assert_eq!(answered, ["kim@example.org"], "no letter tells her address");
    assert_eq!(store.accounts().by_id(account).await?.avatar, None);
    let face = (face.id, Purpose::Avatar);
    let pictures = store.pictures();
    assert!(!pictures.unshown(before, 100).await?.contains(&face), "open pages show it for a day");
    assert!(pictures.unshown(due, 100).await?.contains(&face), "its files will be deleted");
    only_mail_for_her_is_gone(&server, account, veras, due).await?;
    server.close().await
}

/// Of what [`enqueue_mail`] has enqueued for both.
async fn only_mail_for_her_is_gone(
    server: &TestServer,
    her: AccountId,
    other: AccountId,
    due: Millis,
) -> Result<()> {
    let mails = [
        "send_closing",
        "send_handover",
        "send_handover",
        "send_letter",
        "send_reminder",
        "send_suspension_notice",
        "tell",
    ];
    let (both, of_the_other_owner) = ([her, other], vec![mails[1].to_owned()]);
    let notices = waiting(server, Lane::Notices, &both, due).await?;
    assert_eq!(notices, [of_the_other_owner, mails.map(String::from).to_vec()]);
    let closing = vec!["close_space".to_owned()];
    assert_eq!(waiting(server, Lane::Doors, &both, due).await?, [closing.clone(), closing]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_others_depend_on_is_not_deleted() -> Result<()> {
    let server = TestServer::open().await?;
    let (maya, sam) = (server.person("host"), server.person("stranger"));
    let page = maya.get("/account/deletion").await?.text;
    let studio = format!("is running. <a href=\"/account/streams/{}/studio\">End it", server.live().0);
    assert!(page.contains(&studio), "she is on air: {page}");
    assert_eq!(delete(&maya, "maya").await?, 409);
    assert_eq!(maya.post(&server.live().path("state"), &[("state", "ended")]).await?.status, 303);
    let paid = Order::paid(sam.clone(), &server).await?;
    let page = maya.get("/account/deletion").await?.text;
    assert!(page.contains("People paid for passes to") && !page.contains("is running"), "{page}");
    let (space, team) = (server.space("maya").await?, Team::of_maya(&server).await?);
    let closing = format!("/account/spaces/{space}/closing");
    for path in [&closing, &team.path("")] {
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}: {page}");
        assert_eq!(maya.get(path).await?.status, 200, "{path}");
    }
    assert_eq!(delete(&maya, "maya").await?, 409);
    assert_eq!(server.anybody().get("/@maya").await?.status, 200);

    let ben = server.holder("ben@example.org").await?;
    let order = Order::open(ben.clone()).await?;
    order.pay_page().await?;
    let page = ben.get("/account/deletion").await?.text;
    assert!(
        page.contains("You are paying for <a href=\"/checkouts/") && page.contains("Front Row"),
        "{page}"
    );
    assert_eq!(delete(&ben, "ben").await?, 409);
    assert_eq!(delete(&server.anybody(), "ben").await?, 401);

    // What is closed is no obstacle, and neither is a balance of nothing.
    assert_eq!(maya.post(&closing, &[("name", "Maya Lin")]).await?.status, 303);
    server.bank(&paid, "refund").await?;
    server.rest().await?;
    let page = maya.get("/account/deletion").await?.text;
    assert!(page.contains("What is deleted") && !page.contains("People paid for"), "{page}");
    assert_eq!(delete(&maya, "maya").await?, 303);
    assert_eq!(server.anybody().get("/@maya").await?.status, 404);
    server.close().await
}
