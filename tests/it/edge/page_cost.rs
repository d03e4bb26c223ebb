//! How many statements each page costs. There is a bound for every page, and it does not depend on the number of rows.

use crate::{
    routes::registered,
    support::{
        Browser, Database, TestServer,
        content::{Content, furnish},
        on_both,
        tus::files_of_maya,
    },
};
use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        content::files::NewFile,
        offer::{ExperienceKind, PriceKind},
    },
    clock::Clock,
    id::*,
    people::account::TeamRole,
    time::Span,
};
use service::money::checkouts::{Purchased, purchase};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use std::collections::BTreeSet;
use store::{Act, ExperienceText, PassText, Store};

on_both!(every_page_costs_a_few_statements_whatever_the_rows);

/// The most statements of a page, besides those for the session and for the decision who may see it.
const MOST: u64 = 4;
/// How often each page is opened. The lowest count is used, because workers sometimes run statements at the same time.
const TIMES: usize = 6;
const MANY: usize = 12;
/// The statements of a health check, whose result all pages share for a second.
const EXAMINATION: u64 = 5;

/// Who opens it, the route, the path, and the number of statements for the decision who may see it.
type Page = (&'static str, &'static str, &'static str, u64);

const PAGES: &[Page] = &[
    ("anybody", "/", "/", 0),
    ("stranger", "/", "/", 0),
    ("anybody", "/explore", "/explore", 0),
    ("anybody", "/explore", "/explore?q=friday&live=1&week=1&price=paid&max=20", 0),
    ("anybody", "/explore", "/explore?week=1&sort=soonest", 0),
    ("anybody", "/live", "/live", 0),
    ("anybody", "/oembed/{space}", "/oembed/maya", 1),
    ("anybody", "/oembed/{space}/{slug}", "/oembed/maya/friday-session", 1),
    ("host", "/account/spaces/{id}/embedding", "/account/spaces/{space}/embedding", 1),
    ("stranger", "/live", "/live?category=music", 0),
    ("stranger", "/live/fragment", "/live/fragment", 0),
    ("anybody", "/{space}", "/@maya", 0),
    ("anybody", "/{space}", "/maya", 1),
    ("stranger", "/{space}", "/maya", 1),
    ("host", "/{space}", "/maya", 1),
    ("anybody", "/spaces/{id}/fragment", "/spaces/{space}/fragment", 1),
    ("host", "/spaces/{id}/fragment", "/spaces/{space}/fragment", 1),
    ("stranger", "/{space}/{slug}", "/maya/front-row", 1),
    ("anybody", "/{space}/calendar.ics", "/maya/calendar.ics", 1),
    ("anybody", "/{space}/{slug}/calendar.ics", "/maya/friday-session/calendar.ics", 1),
    // Before the door: the space; at the door: the stream, the place, its passes, the visitor's standing.
    ("stranger", "/{space}/{slug}", "/maya/rehearsal-room", 5),
    ("viewer", "/{space}/{slug}", "/maya/friday-session", 5),
    ("host", "/{space}/{slug}", "/maya/friday-session", 5),
    ("stranger", "/{space}/{slug}", "/maya/notebook", 5),
    ("viewer", "/{space}/{slug}", "/maya/notebook", 5),
    ("host", "/{space}/{slug}", "/maya/green-room", 5),
    ("viewer", "/experiences/{id}/posts/{post}", "/experiences/{posts}/posts/{post}", 0),
    ("viewer", "/experiences/{id}/fragment", "/experiences/{posts}/fragment", 1),
    ("host", "/experiences/{id}/people", "/experiences/{community}/people", 0),
    ("host", "/experiences/{id}/members", "/experiences/{community}/members", 0),
    ("host", "/experiences/{id}/messages", "/experiences/{community}/messages", 0),
    ("host", "/account/experiences/{id}", "/account/experiences/{posts}", 1),
    ("host", "/account/experiences/{id}/posts/new", "/account/experiences/{posts}/posts/new", 1),
    ("host", "/account/posts/{id}", "/account/posts/{post}", 1),
    ("anybody", "/sign-in", "/sign-in", 0),
    ("anybody", "/status", "/status", 0),
    ("anybody", "/help", "/help", 0),
    ("anybody", "/contact", "/contact", 0),
    ("anybody", "/terms", "/terms", 0),
    ("anybody", "/privacy", "/privacy", 0),
    ("anybody", "/legal/refunds", "/legal/refunds", 0),
    ("anybody", "/legal/content", "/legal/content", 0),
    ("host", "/account", "/account", 0),
    ("host", "/account/purchases", "/account/purchases", 0),
    ("host", "/account/purchases/fragment", "/account/purchases/fragment", 0),
    ("host", "/account/following", "/account/following", 0),
    ("host", "/account/mails", "/account/mails", 0),
    ("stranger", "/spaces/{id}/follow", "/spaces/{space}/follow", 1),
    ("host", "/account/sessions", "/account/sessions", 0),
    ("host", "/account/passkeys", "/account/passkeys", 0),
    ("anybody", "/sign-in/recovery", "/sign-in/recovery", 0),
    ("host", "/account/email", "/account/email", 1),
    ("host", "/account/recovery", "/account/recovery", 0),
    ("host", "/account/export", "/account/export", 0),
    ("host", "/account/deletion", "/account/deletion", 1),
    ("host", "/account/spaces/{id}", "/account/spaces/{space}", 1),
    ("host", "/account/spaces/{id}/look", "/account/spaces/{space}/look", 1),
    ("host", "/account/spaces/{id}/experiences", "/account/spaces/{space}/experiences", 1),
    ("host", "/account/spaces/{id}/experiences/new", "/account/spaces/{space}/experiences/new", 1),
    ("host", "/account/experiences/{id}", "/account/experiences/{experience}", 1),
    ("host", "/account/experiences/{id}/files", "/account/experiences/{files}/files", 1),
    ("host", "/account/files/{id}", "/account/files/{file}", 1),
    ("stranger", "/{space}/{slug}", "/maya/liner-notes", 5),
    ("host", "/{space}/{slug}", "/maya/liner-notes", 5),
    ("host", "/account/streams/{id}/schedule", "/account/streams/{stream}/schedule", 1),
    ("host", "/account/streams/{id}/copies", "/account/streams/{stream}/copies", 1),
    ("host", "/account/streams/{id}/studio", "/account/streams/{stream}/studio", 0),
    ("host", "/account/spaces/{id}/access_passes", "/account/spaces/{space}/access_passes", 1),
    ("host", "/account/spaces/{id}/access_passes/new", "/account/spaces/{space}/access_passes/new", 1),
    ("host", "/account/access_passes/{id}", "/account/access_passes/{pass}", 1),
    ("host", "/account/spaces/{id}/sales", "/account/spaces/{space}/sales", 1),
    ("host", "/account/spaces/{id}/closing", "/account/spaces/{space}/closing", 1),
    ("host", "/account/spaces/{id}/people", "/account/spaces/{space}/people", 1),
    ("host", "/account/teams/{id}", "/account/teams/{team}", 1),
    ("host", "/account/teams/{id}/fragment", "/account/teams/{team}/fragment", 1),
    ("host", "/streams/{id}/fragment", "/streams/{stream}/fragment", 0),
    ("host", "/streams/{id}/people", "/streams/{stream}/people", 0),
    ("host", "/streams/{id}/reminder", "/streams/{stream}/reminder", 1),
    ("host", "/checkouts/{id}", "/checkouts/{checkout}", 1),
    ("host", "/checkouts/{id}/fragment", "/checkouts/{checkout}/fragment", 1),
    ("operator", "/ops/jobs", "/ops/jobs", 0),
    ("operator", "/ops/jobs/fragment", "/ops/jobs/fragment", 0),
    ("operator", "/ops/audit", "/ops/audit", 0),
    ("operator", "/ops/audit", "/ops/audit?about={space}", 0),
    ("operator", "/ops/reports", "/ops/reports", 0),
    ("operator", "/ops/reports/fragment", "/ops/reports/fragment", 0),
    ("operator", "/ops/spaces", "/ops/spaces?q=space", 0),
    ("operator", "/ops/people", "/ops/people", 0),
    ("operator", "/ops/documents", "/ops/documents", 0),
    ("operator", "/ops/documents/{name}", "/ops/documents/terms", 0),
    ("stranger", "/account/reports/{kind}/{id}", "/account/reports/show/{stream}", 0),
    ("host", "/streams/{id}/messages", "/streams/{stream}/messages", 0),
    ("operator", "/ops", "/ops", 0),
    ("operator", "/ops/fragment", "/ops/fragment", 0),
];

/// Routes that no person reads, that do not end, or that show a confirmation instead of rows.
const NO_PAGES: &[&str] = &[
    "/sign-in/code",
    "/sign-in/former/{token}",
    "/account/name",
    "/account/confirmation",
    "/account/passkeys/requirement",
    "/account/confirmation/code",
    "/account/email/code",
    "/status.json",
    "/static/{name}",
    "/static/pictures/{name}",
    "/static/accents/{name}",
    "/account/uploads/{id}",
    "/media/files/{id}",
    "/sitemap.xml",
    "/robots.txt",
    "/oembed",
    "/streams/{id}",
    "/streams/{id}/queue",
    "/experiences/{id}",
    "/experiences/{id}/events",
    "/experiences/{id}/queue",
    "/experiences/{id}/messages/{seq}",
    "/experiences/{id}/messages/{seq}/report",
    "/experiences/{id}/posts/{post}/pictures/{name}",
    "/streams/{id}/still",
    "/account/purchased_spaces",
    "/account/streams/{id}",
    "/account/teams/{team}/spaces",
    "/account/teams/{team}/spaces/{*rest}",
    "/streams/{id}/messages/{seq}",
    "/streams/{id}/messages/{seq}/report",
    "/ops/reports/events",
    "/ops/reports/{id}",
    "/ops/spaces/{id}/{verb}",
    "/ops/people/{id}/{verb}",
    "/unsubscribe/{token}",
    "/account/spaces/{id}/questions/{question}",
    "/account/invitations/{id}",
    "/account/calendar/{token}",
    "/live/events",
    "/spaces/{id}/events",
    "/account/purchases/events",
    "/streams/{id}/events",
    "/checkouts/{id}/events",
    "/account/teams/{id}/events",
    "/ops/events",
    "/ops/actors/{id}",
    "/ops/actors/{id}/events",
    "/ops/actors/{id}/fragment",
    "/ops/tree.json",
    "/metrics",
    "/healthz",
    "/readyz",
    "/dev/mailbox",
    "/dev/enter/{token}",
];

#[test]
fn no_page_is_left_out() {
    let measured = PAGES.iter().map(|page| page.1).chain(NO_PAGES.iter().copied());
    let pages = registered().into_iter().filter(|(method, _)| method == "GET").map(|(_, route)| route);
    let pages: BTreeSet<String> = pages.collect();
    assert_eq!(pages, measured.map(String::from).collect());
}

async fn every_page_costs_a_few_statements_whatever_the_rows(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let url = database.url(server.doors["data"].as_str().unwrap_or_default().as_ref());
    let mut market = Market::open(&server, url).await?;
    market.grow(1).await?;
    let few = measure(&server, &market).await?;
    market.grow(MANY).await?;
    let many = measure(&server, &market).await?;
    for ((page, few), many) in PAGES.iter().zip(few).zip(many) {
        let (who, _, path, decision) = page;
        assert_eq!(many, few, "{path} for {who} costs more with more rows");
        assert!(many <= MOST + decision, "{path} for {who}: {many} statements");
    }
    names_of_actors(&server, &market).await?;
    server.close().await
}

async fn measure(server: &TestServer, market: &Market<'_>) -> Result<Vec<u64>> {
    let mut costs = Vec::new();
    for (who, _, path, _) in PAGES {
        let browser = if *who == "anybody" { server.anybody() } else { server.person(who) };
        let path = market.fill(path);
        let mut least = u64::MAX;
        for _ in 0..TIMES {
            least = least.min(cost(&server.app.store, &browser, &path).await?);
        }
        costs.push(least);
    }
    Ok(costs)
}

async fn cost(store: &Store, browser: &Browser, path: &str) -> Result<u64> {
    let before = statements(store);
    let reply = browser.get(path).await?;
    ensure!(reply.status == 200, "{path}: {}", reply.status);
    Ok(statements(store) - before)
}

fn statements(store: &Store) -> u64 {
    let counts = store.counted();
    counts.select + counts.insert + counts.update + counts.delete
}

/// Operators see the names of actors. Names are cached, so only actors that have just started are looked up.
async fn names_of_actors(server: &TestServer, market: &Market<'_>) -> Result<()> {
    let operator = server.person("operator");
    let mut streams = market.asleep.iter();
    let mut cost_of_waking = async |actors: usize| {
        let mut least = u64::MAX;
        for _ in 0..3 {
            for stream in streams.by_ref().take(actors) {
                server.app.engine.stream(*stream).get().await?;
            }
            least = least.min(cost(&server.app.store, &operator, "/ops").await?);
        }
        anyhow::Ok(least)
    };
    let (one, many) = (cost_of_waking(1).await?, cost_of_waking(MANY).await?);
    let most = MOST + EXAMINATION;
    assert!(one <= most && many <= most, "{one} statements, {many} with many new actors");
    Ok(())
}

/// More of everything that a page lists.
struct Market<'a> {
    server: &'a TestServer,
    connection: AnyConnection,
    host: AccountId,
    space: SpaceId,
    team: TeamId,
    experience: ExperienceId,
    files: ExperienceId,
    file: Option<FileId>,
    pass: PassId,
    stream: StreamId,
    checkout: Option<CheckoutId>,
    content: Content,
    /// Streams whose actors have not started yet.
    asleep: Vec<StreamId>,
    made: usize,
}

impl<'a> Market<'a> {
    async fn open(server: &'a TestServer, url: String) -> Result<Self> {
        let (store, host) = (&server.app.store, server.account("maya@demo.example").await?);
        let space = server.space("maya").await?;
        let team = store.spaces().by_id(space).await?.team;
        let experiences = store.experiences().list(space).await?;
        let session = experiences.iter().find(|e| e.slug == "friday-session").context("the session")?;
        let connection = AnyConnection::connect(&url).await?;
        let (pass, stream) = (server.pass("front-row").await?, server.live().0);
        let (experience, asleep) = (session.id, Vec::new());
        let content = furnish(server).await?;
        Ok(Self {
            server,
            connection,
            host,
            space,
            team,
            experience,
            files: files_of_maya(server).await?.0,
            file: None,
            pass,
            stream,
            checkout: None,
            content,
            asleep,
            made: 0,
        })
    }

    async fn grow(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            self.made += 1;
            self.grow_own().await?;
            self.grow_neighbour().await?;
            self.grow_files().await?;
        }
        // Without the media plane: only the rows say that these streams are on air.
        self.run("UPDATE streams SET state = 'live', started_at = 1 WHERE title = 'on air'").await?;
        self.run(&format!("UPDATE checkouts SET state = 'paid' WHERE account_id = '{}'", self.host)).await?;
        self.run(&format!(
            "INSERT INTO purchases (id, checkout_id, account_id, space_id, pass_id, title, amount, currency, paid_at)
            SELECT purchase_id, id, account_id, space_id, pass_id, title, amount, currency, 1 FROM checkouts
            WHERE account_id = '{}' ON CONFLICT DO NOTHING",
            self.host
        ))
        .await
    }

    async fn run(&mut self, statement: &str) -> Result<()> {
        self.connection.execute(AssertSqlSafe(statement.to_owned())).await?;
        Ok(())
    }

    /// Adds an experience, a pass and planned streams to Maya's space, and a session and an audit line of hers.
    async fn grow_own(&mut self) -> Result<()> {
        let (store, now) = (&self.server.app.store, self.server.app.clock.now());
        let (_, _) = offer(store, self.space, &format!("more-{}", self.made), PriceKind::Free, now).await?;
        let at = Some(now + Span::days(2));
        for _ in 0..4 {
            self.asleep.push(store.streams().schedule(self.experience, "planned", at, now).await?.id);
        }
        self.content.publish(self.server, &format!("Verse {}", self.made)).await?;
        store.sessions().create(self.host, "another browser", now).await?;
        let target = self.asleep[self.asleep.len() - 1].to_string();
        let act =
            Act { actor: Some(self.host), action: "stream.state".into(), target, detail: String::new() };
        Ok(store.audit().append(&act, now).await?)
    }

    /// Adds another person's space that is on air. Maya is in its team and has bought a pass of it.
    async fn grow_neighbour(&mut self) -> Result<()> {
        let (store, now) = (&self.server.app.store, self.server.app.clock.now());
        let (neighbour, _) =
            store.accounts().find_or_create(&format!("neighbour{}@demo.example", self.made), now).await?;
        let (space, _) = store.spaces().of_account(neighbour.id).await?.remove(0);
        let price = PriceKind::Once(Money { minor: 500, currency: Currency::Eur });
        let (experience, pass) = offer(store, space.id, "friday", price, now).await?;
        service::catalogue::spaces::publish(&self.server.app.services, neighbour.id, space.id).await?;
        store.streams().schedule(experience, "on air", None, now).await?;
        let order = purchase(&self.server.app.services, self.host, pass).await?;
        let Purchased::Order(order) = order else { anyhow::bail!("{order:?}") };
        self.checkout = Some(order);
        store.grants().give(self.host, pass, now).await?;
        store.teams().put(space.team, self.host, TeamRole::Owner, now).await?;
        let target = neighbour.id.to_string();
        let act = Act { actor: Some(neighbour.id), action: "ban.make".into(), target, detail: String::new() };
        Ok(store.audit().append(&act, now).await?)
    }

    /// Adds a file that can be downloaded.
    async fn grow_files(&mut self) -> Result<()> {
        let (store, now) = (&self.server.app.store, self.server.app.clock.now());
        let new = NewFile { name: format!("{}.txt", self.made), about: "What it is".into(), size: 7 };
        let mut tx = store.begin().await?;
        let file = tx.create_file(self.host, self.files, &new, self.server.app.services.files, now).await?;
        tx.file_arrived(file.id, 0, "folder", now).await?;
        tx.commit_unattended(&[]).await?;
        store.files().complete(file.id, "ab").await?;
        self.file = Some(file.id);
        Ok(())
    }

    fn fill(&self, path: &str) -> String {
        let file = self.file.map(|id| id.to_string()).unwrap_or_default();
        let checkout = self.checkout.map(|id| id.to_string()).unwrap_or_default();
        path.replace("{space}", &self.space.to_string())
            .replace("{team}", &self.team.to_string())
            .replace("{experience}", &self.experience.to_string())
            .replace("{files}", &self.files.to_string())
            .replace("{file}", &file)
            .replace("{pass}", &self.pass.to_string())
            .replace("{stream}", &self.stream.to_string())
            .replace("{posts}", &self.content.posts.to_string())
            .replace("{post}", &self.content.post.to_string())
            .replace("{community}", &self.content.community.to_string())
            .replace("{checkout}", &checkout)
    }
}

/// An experience and the pass that opens it.
async fn offer(
    store: &Store,
    space: SpaceId,
    slug: &str,
    price: PriceKind,
    now: domain::time::Millis,
) -> Result<(ExperienceId, PassId)> {
    let text = ExperienceText { slug: slug.into(), title: slug.into(), about: String::new() };
    let experience = store.experiences().create(space, ExperienceKind::Show, &text, now).await?.id;
    let slug = format!("{slug}-pass");
    let text = PassText {
        slug: slug.as_str().into(),
        title: slug.clone(),
        about: String::new(),
        price,
        includes: vec![experience],
    };
    Ok((experience, store.passes().create(space, &text, now).await?.id))
}
