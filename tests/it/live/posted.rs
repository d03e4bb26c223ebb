//! New posts are told once, at the end of a period, to whoever may read them and to whoever follows the space.

use crate::support::{
    Browser, Database, TestServer,
    chaos::confirmed,
    content::{Content, furnish},
    on_both,
};
use anyhow::{Context, Result, ensure};
use domain::{
    catalogue::{content::posts::PostText, offer::ExperienceKind},
    clock::Clock,
    id::{AccountId, PostId},
    live::{
        jobs::Tell,
        notices::{self, Notice},
    },
    mail::MailKind,
    time::Millis,
};
use service::{
    catalogue::{content::posts, experiences},
    live::notices::{letter, spread},
    people::mails,
};
use store::ExperienceText;

on_both!(a_new_post_is_told_once_to_readers_and_followers);

const READER: &str = "vera@demo.example";
const AUTHOR: &str = "maya@demo.example";
const STRANGER: &str = "sam@demo.example";
const FOLLOWER: &str = "ben@example.org";
const BANNED: &str = "cleo@example.org";
const SILENT: &str = "dana@example.org";
const SUSPENDED: &str = "eve@example.org";

/// How many mails with this subject each of them has.
async fn counts(server: &TestServer, subject: &str) -> Result<Vec<(&'static str, usize)>> {
    let mut counts = Vec::new();
    for who in [READER, AUTHOR, STRANGER, FOLLOWER, BANNED, SILENT, SUSPENDED] {
        counts.push((who, server.mails(who, subject).await?));
    }
    counts.retain(|(_, count)| *count > 0);
    Ok(counts)
}

async fn follower(server: &TestServer, email: &str) -> Result<Browser> {
    let (who, space) = (server.anybody(), server.space("maya").await?);
    who.sign_in(email).await?;
    let followed = who.post(&format!("/spaces/{space}/follow"), &[("follow", "true")]).await?;
    ensure!(followed.status == 303, "{} {}", followed.status, followed.text);
    Ok(who)
}

/// Lets the period end in which something was published. Returns its end.
async fn period_ends(server: &TestServer) -> Result<Millis> {
    let now = server.app.clock.now();
    let until = notices::told_at(now);
    server.advance((until + notices::SETTLES - now).ceil_secs()).await?;
    server.mail_is_out().await?;
    Ok(until)
}

/// Saves a post as its form does.
async fn save(server: &TestServer, post: PostId, title: &str, version: i64, public: bool) -> Result<()> {
    let (version, public) = (version.to_string(), public.to_string());
    let fields = [("title", title), ("body", "Other words."), ("version", &version), ("published", &public)];
    let saved = server.person("host").post(&format!("/account/posts/{post}"), &fields).await?;
    ensure!(saved.status == 303, "{} {}", saved.status, saved.text);
    Ok(())
}

/// Followers of all sorts: one who wants no mail about posts, one who is banned, and one whose account is suspended.
async fn gather(server: &TestServer) -> Result<()> {
    follower(server, FOLLOWER).await?;
    let silent = follower(server, SILENT).await?;
    let all_but_posts = MailKind::ALL.map(|kind| (kind.code(), "true"));
    let wanted: Vec<(&str, &str)> =
        all_but_posts.into_iter().filter(|(code, _)| *code != MailKind::Posts.code()).collect();
    assert_eq!(silent.post("/account/mails", &wanted).await?.status, 303);
    for email in [BANNED, SUSPENDED] {
        follower(server, email).await?;
    }
    let (banned, suspended) = (server.account(BANNED).await?, server.account(SUSPENDED).await?);
    assert_eq!(server.live().keep_out(&server.person("host"), banned, "ban", "").await?.status, 303);
    let path = format!("/ops/people/{suspended}/suspension");
    let why = [("reason", "It writes to everybody.")];
    assert_eq!(confirmed(&server.person("operator"), &path, &why).await?, 303);
    Ok(())
}

async fn a_new_post_is_told_once_to_readers_and_followers(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    gather(&server).await?;
    period_ends(&server).await?;
    let content = furnish(&server).await?;
    server.mail_is_out().await?;
    assert_eq!(counts(&server, "New post").await?, [], "it may be corrected");
    let until = period_ends(&server).await?;
    let want = [(READER, 1), (FOLLOWER, 1)];
    let first = "New post: The first verse at Maya Lin";
    assert_eq!(counts(&server, first).await?, want);
    let link = format!("/experiences/{}/posts/{}\n", content.posts, content.post);
    let text = server.mail_texts(READER, first).await?.remove(0);
    assert!(text.contains("It rhymes at last.") && text.contains(&link), "{text}");
    assert!(text.contains("because you hold a pass") && !text.contains("needs a pass"), "{text}");
    let text = server.mail_texts(FOLLOWER, first).await?.remove(0);
    assert!(text.contains("needs a pass, from") && text.contains(&link), "{text}");
    assert!(text.contains("because you follow the space") && !text.contains("rhymes"), "{text}");

    // Told again, as after a crash, edited, and withdrawn for a while: nobody gets a second mail.
    let space = server.space("maya").await?;
    spread(&server.app.services, Notice::Posted { space, until }).await?;
    server.mail_is_out().await?;
    save(&server, content.post, "The first verse, again", 1, true).await?;
    save(&server, content.post, "The first verse, again", 2, false).await?;
    period_ends(&server).await?;
    save(&server, content.post, "The first verse, again", 3, true).await?;
    period_ends(&server).await?;
    assert_eq!(counts(&server, "New post").await?, want);

    // The link ends this kind alone, without signing in.
    let (_, token) = text.split_once("/unsubscribe/").context("a link")?;
    let path = format!("/unsubscribe/{}", token.lines().next().context("a line")?);
    assert!(server.anybody().get(&path).await?.text.contains("New posts"));
    let one_click = [("List-Unsubscribe", "One-Click")];
    assert_eq!(server.anybody().post(&path, &one_click).await?.status, 200);
    let account = server.account(FOLLOWER).await?;
    for kind in MailKind::ALL {
        let wanted = mails::wants(&server.app.services, account, kind).await?;
        assert_eq!(wanted, kind != MailKind::Posts, "{kind:?}");
    }
    content.publish(&server, "The second verse").await?;
    period_ends(&server).await?;
    assert_eq!(counts(&server, "The second verse").await?, [(READER, 1)]);
    server.close().await
}

/// Whether this person would be told if the mail were sent now.
async fn is_told(server: &TestServer, account: AccountId, until: Millis) -> Result<bool> {
    let notice = Notice::Posted { space: server.space("maya").await?, until };
    Ok(letter(&server.app.services, &Tell { notice, account }).await?.is_some())
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_of_one_period_are_one_mail_and_what_is_gone_is_in_none() -> Result<()> {
    let server = TestServer::open().await?;
    let content: Content = furnish(&server).await?;
    let ben = follower(&server, FOLLOWER).await?;
    period_ends(&server).await?;
    let until = notices::told_at(server.app.clock.now());
    let kept = content.publish(&server, "The kept verse").await?;
    let withdrawn = content.publish(&server, "The withdrawn verse").await?;
    let deleted = content.publish(&server, "The deleted verse").await?;
    content.publish(&server, "The last verse").await?;
    save(&server, withdrawn, "The withdrawn verse", 1, false).await?;
    let deletion = format!("/account/posts/{deleted}/deletion");
    assert_eq!(server.person("host").post(&deletion, &[]).await?.status, 303);
    assert_eq!(notices::told_at(server.app.clock.now()), until, "the story took too long");
    assert_eq!(period_ends(&server).await?, until);
    for who in [READER, FOLLOWER] {
        let texts = server.mail_texts(who, "New posts at Maya Lin").await?;
        assert_eq!(texts.len(), 1, "{who}: {texts:?}");
        assert!(texts[0].contains("The kept verse") && texts[0].contains("The last verse"), "{texts:?}");
        assert!(!texts[0].contains("withdrawn") && !texts[0].contains("deleted"), "{texts:?}");
    }
    // Whoever was told of nothing is told when it is public at last.
    save(&server, withdrawn, "The withdrawn verse", 2, true).await?;
    period_ends(&server).await?;
    assert_eq!(server.mails(FOLLOWER, "The withdrawn verse").await?, 1);

    // A mail that waits is decided when it is sent: access, the space and the posts are as they are then.
    let fan = server.fans(1).await?.remove(0);
    let reader = server.account(READER).await?;
    let follower = server.account(FOLLOWER).await?;
    for account in [fan.account, reader, follower] {
        assert!(is_told(&server, account, until).await?);
    }
    assert!(!is_told(&server, content.host, until).await?, "the author");
    let host = server.person("host");
    assert_eq!(server.live().keep_out(&host, fan.account, "ban", "").await?.status, 303);
    let space = server.space("maya").await?;
    let path = format!("/spaces/{space}/follow");
    assert_eq!(ben.post(&path, &[("follow", "false")]).await?.status, 303);
    for account in [fan.account, follower] {
        assert!(!is_told(&server, account, until).await?);
    }
    assert!(is_told(&server, reader, until).await?);
    save(&server, kept, "The kept verse", 1, false).await?;
    assert!(is_told(&server, reader, until).await?, "the last verse is still there");
    assert_eq!(host.post(&format!("/account/spaces/{space}/unpublication"), &[]).await?.status, 303);
    assert!(!is_told(&server, reader, until).await?);
    server.close().await
}

/// The statements of a letter, while the clock is stopped. The lowest of several counts: the first may fill a cache.
async fn cost(server: &TestServer, account: AccountId, until: Millis) -> Result<u64> {
    let mut least = u64::MAX;
    for _ in 0..3 {
        let told = async {
            ensure!(is_told(server, account, until).await?, "they are told");
            Ok(())
        };
        least = least.min(server.cost_of(told).await?);
    }
    Ok(least)
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_elsewhere_neither_hide_a_post_nor_make_its_letter_dear() -> Result<()> {
    let server = TestServer::open().await?;
    let content = furnish(&server).await?;
    let (services, host, space) = (&server.app.services, content.host, server.space("maya").await?);
    let reader = server.account(READER).await?;
    server.stop_clock().await?;
    let alone = cost(&server, reader, notices::told_at(server.app.clock.now())).await?;
    period_ends(&server).await?;
    let until = notices::told_at(server.app.clock.now());
    for n in 0..9 {
        let text = ExperienceText {
            slug: format!("annex-{n}").as_str().into(),
            title: format!("Annex {n}"),
            about: String::new(),
        };
        let annex = experiences::create(services, host, space, ExperienceKind::Posts, &text).await?.id;
        for m in 0..7 {
            let text = PostText { title: format!("Note {n}{m}"), body: "It is not for her.".into() };
            posts::create(services, host, annex, &text, true).await?;
        }
    }
    content.publish(&server, "The last verse").await?;
    assert_eq!(
        cost(&server, reader, until).await?,
        alone,
        "of what she may not see, none is looked at alone"
    );
    period_ends(&server).await?;
    assert_eq!(server.mails(READER, "New post: The last verse at Maya Lin").await?, 1);
    server.close().await
}
