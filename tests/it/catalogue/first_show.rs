//! The first experience of a space, with a free pass that opens it, and published: one form, all of it or nothing.

use crate::support::{Browser, Database, Reply, Room, TestServer, chaos::confirmed, on_both};
use anyhow::{Context, Result};
use domain::{
    catalogue::offer::{Experience, Pass, PriceKind, Space},
    clock::Clock,
    people::account::TeamRole,
};
use futures_util::future::try_join_all;
use store::AuditFilter;

on_both!(
    one_form_opens_a_space_that_has_no_pass,
    first_passes_that_are_made_at_once_are_one,
    only_who_may_edit_the_offer_and_the_space_opens_it,
    what_cannot_be_published_is_added_for_the_team,
);

/// Somebody with a space of their own.
struct Maker<'a> {
    server: &'a TestServer,
    browser: Browser,
    space: Space,
}

impl<'a> Maker<'a> {
    async fn come(server: &'a TestServer, email: &str) -> Result<Self> {
        let browser = server.anybody();
        browser.sign_in(email).await?;
        let account = server.account(email).await?;
        let (space, _) = server.app.store.spaces().of_account(account).await?.remove(0);
        Ok(Self { server, browser, space })
    }

    fn experiences(&self) -> String {
        format!("/account/spaces/{}/experiences", self.space.id)
    }

    /// Whether the form of a new experience asks who gets in.
    async fn is_asked(&self) -> Result<bool> {
        Ok(asks(&self.browser.get(&format!("{}/new", self.experiences())).await?.text))
    }

    async fn add(&self, who: &Browser, title: &str, entry: &str) -> Result<Reply> {
        let form = [("kind", "show"), ("title", title), ("about", "Looms & yarn"), ("entry", entry)];
        who.post(&self.experiences(), &form).await
    }

    async fn offer(&self) -> Result<(Vec<Experience>, Vec<Pass>)> {
        let store = &self.server.app.store;
        Ok((store.experiences().list(self.space.id).await?, store.passes().list(self.space.id).await?))
    }

    /// Whether strangers see the space.
    async fn is_open(&self) -> Result<bool> {
        Ok(self.server.anybody().get(&format!("/{}", self.space.slug)).await?.status == 200)
    }

    async fn has_nothing(&self) -> Result<bool> {
        let (experiences, passes) = self.offer().await?;
        Ok(experiences.is_empty() && passes.is_empty() && !self.is_open().await?)
    }
}

fn asks(page: &str) -> bool {
    page.contains("name=\"entry\" value=\"everybody\"")
}

async fn one_form_opens_a_space_that_has_no_pass(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ylva = Maker::come(&server, "ylva@example.org").await?;
    let guest = server.anybody();
    guest.sign_in("gus@example.org").await?;
    assert!(ylva.is_asked().await?);

    // What is refused changes nothing, and keeps what was written and chosen.
    for (title, entry, field) in [("", "everybody", "title"), ("Weaving", "nobody", "entry")] {
        let refused = ylva.add(&ylva.browser, title, entry).await?;
        assert_eq!(refused.status, 422, "{field}");
        let link = format!("href=\"#field-experience-{field}\"");
        assert!(
            refused.text.contains(&link) && refused.text.contains("Looms &amp; yarn"),
            "{}",
            refused.text
        );
        assert_eq!(refused.text.contains("value=\"everybody\" checked"), entry == "everybody");
        assert!(ylva.has_nothing().await?, "{field}");
    }

    let added = ylva.add(&ylva.browser, "Weaving", "everybody").await?;
    assert_eq!(added.status, 303, "{}", added.text);
    let page = ylva.browser.get(added.location()).await?.text;
    assert!(page.contains("Your space is open to everybody"), "{page}");
    let (experiences, passes) = ylva.offer().await?;
    let ([weaving], [pass]) = (experiences.as_slice(), passes.as_slice()) else {
        anyhow::bail!("{experiences:?} {passes:?}")
    };
    assert_eq!((pass.title.as_str(), pass.slug.as_str()), ("Free pass", "free-pass"));
    assert_eq!((pass.price.kind, pass.includes.as_slice()), (PriceKind::Free, [weaving.id].as_slice()));
    let slug = &ylva.space.slug;
    assert!(ylva.is_open().await?);
    assert!(server.anybody().get("/explore").await?.text.contains(&format!("href=\"/{slug}\"")));
    for (action, id) in [
        ("experience.create", weaving.id.to_string()),
        ("pass.create", pass.id.to_string()),
        ("space.publish", ylva.space.id.to_string()),
    ] {
        let filter = AuditFilter { about: Some(id.clone()), ..AuditFilter::default() };
        let lines = server.app.store.audit().find(&filter, None, 50).await?;
        let found = lines.iter().any(|line| line.act.action == action && line.act.target == id);
        assert!(found, "{action}: {lines:?}");
    }

    // The free pass lets an outsider in, and nothing else does.
    let streams = format!("/account/experiences/{}/streams", weaving.id);
    let planned = ylva.browser.post(&streams, &[("title", "The first warp")]).await?;
    let stream = planned.location().split('/').nth(3).context("a studio")?;
    let room = Room(stream.parse()?);
    assert_eq!(room.say(&guest, "hello?").await?.status, 402);
    let taken = guest.post(&format!("/{slug}/free-pass/purchase"), &[]).await?;
    assert_eq!((taken.status.as_u16(), taken.location()), (303, format!("/{slug}/weaving").as_str()));
    assert_eq!(room.say(&guest, "hello").await?.status, 303);
    assert!(guest.get(&format!("/{slug}/weaving")).await?.text.contains("data-composer"));
    assert!(!ylva.is_asked().await?, "there is a pass now");
    server.close().await
}

async fn first_passes_that_are_made_at_once_are_one(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ylva = Maker::come(&server, "ylva@example.org").await?;
    let titles = ["Weaving", "Dyeing", "Spinning", "Felting"];
    let asked = titles.map(|title| ylva.add(&ylva.browser, title, "everybody"));
    let answers = try_join_all(asked).await?;
    let done = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(done, 1);
    for (answer, title) in answers.iter().zip(titles).filter(|(answer, _)| answer.status != 303) {
        assert_eq!(answer.status, 422, "{title}");
        assert!(answer.text.contains("has a pass by now"), "{}", answer.text);
        assert!(answer.text.contains(&format!("value=\"{title}\"")) && !asks(&answer.text), "{title}");
    }
    let (experiences, passes) = ylva.offer().await?;
    assert_eq!((experiences.len(), passes.len()), (1, 1), "what was refused left nothing");
    server.close().await
}

async fn only_who_may_edit_the_offer_and_the_space_opens_it(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let ylva = Maker::come(&server, "ylva@example.org").await?;
    for (other, status) in
        [(server.anybody(), 401), (server.person("host"), 404), (server.person("operator"), 404)]
    {
        assert_eq!(ylva.add(&other, "Weaving", "everybody").await?.status, status);
    }
    let (teams, now) = (server.app.store.teams(), server.app.clock.now());
    let roles = [
        ("ana@example.org", TeamRole::Analyst, 403),
        ("mel@example.org", TeamRole::Moderator, 403),
        ("edda@example.org", TeamRole::Editor, 303),
    ];
    for (email, role, status) in roles {
        let member = server.anybody();
        member.sign_in(email).await?;
        teams.put(ylva.space.team, server.account(email).await?, role, now).await?;
        assert!(ylva.has_nothing().await?, "before the {}", role.code());
        assert_eq!(ylva.add(&member, "Weaving", "everybody").await?.status, status, "{}", role.code());
    }
    assert!(ylva.is_open().await?);
    server.close().await
}

/// The form does not ask; who asks nevertheless is told why, and can add it without opening the space.
async fn refused(maker: &Maker<'_>, why: &str) -> Result<()> {
    let before = maker.offer().await?;
    assert!(!maker.is_asked().await?, "{why}");
    let answer = maker.add(&maker.browser, "Night shift", "everybody").await?;
    assert_eq!(answer.status, 422, "{why}");
    assert!(answer.text.contains(why), "{}", answer.text);
    assert!(answer.text.contains("value=\"Night shift\"") && answer.text.contains("Looms &amp; yarn"));
    assert!(!asks(&answer.text), "{why}");
    assert_eq!(maker.offer().await?, before, "{why}");
    assert_eq!(maker.add(&maker.browser, "Night shift", "").await?.status, 303, "{why}");
    let (experiences, passes) = maker.offer().await?;
    assert_eq!((experiences.len(), passes), (before.0.len() + 1, before.1), "{why}");
    Ok(())
}

async fn what_cannot_be_published_is_added_for_the_team(database: Database) -> Result<()> {
    let server = TestServer::open_on(database).await?;
    let maya = server.app.store.spaces().by_id(server.space("maya").await?).await?;
    refused(&Maker { server: &server, browser: server.person("host"), space: maya }, "has a pass by now")
        .await?;

    let ylva = Maker::come(&server, "ylva@example.org").await?;
    let suspension = format!("/ops/spaces/{}/suspension", ylva.space.id);
    let reason = [("reason", "It sold what it never gave.")];
    assert_eq!(confirmed(&server.person("operator"), &suspension, &reason).await?, 303);
    refused(&ylva, "The operators suspended this space").await?;
    assert!(!ylva.is_open().await?);

    let nils = Maker::come(&server, "nils@example.org").await?;
    let closing = format!("/account/spaces/{}/closing", nils.space.id);
    assert_eq!(nils.browser.post(&closing, &[("name", &nils.space.name)]).await?.status, 303);
    refused(&nils, "This space is closed, so it cannot be published").await?;
    assert!(!nils.is_open().await?);
    server.close().await
}
