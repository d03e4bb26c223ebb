//! How many statements each page costs. There is a bound for every page, and it does not depend on the number of rows.

use super::offer::offer;
use crate::{
    edge::unmeasured::NO_PAGES,
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
    catalogue::{content::files::NewFile, offer::PriceKind},
    clock::Clock,
    id::*,
    people::account::TeamRole,
    time::Span,
};
use service::money::checkouts::{Purchased, purchase};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use std::collections::BTreeSet;
use store::Act;

on_both!(every_page_costs_a_few_statements_whatever_the_rows);

/// The most statements of a page, besides those for the session and for the decision who may see it.
const MOST: u64 = 4;
/// How often each page is opened. The lowest count is used, because the first one may fill a cache that pages share.
const TIMES: usize = 3;
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
    ("anybody", "/spaces/{id}/offers/fragment", "/spaces/{space}/offers/fragment", 1),
    // And the saved cards, with which it could be bought in one post.
    ("stranger", "/{space}/{slug}", "/maya/front-row", 2),
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
    ("anybody", "/help/connection", "/help/connection", 0),
    ("anybody", "/contact", "/contact", 0),
    ("anybody", "/terms", "/terms", 0),
    ("anybody", "/privacy", "/privacy", 0),
    ("anybody", "/legal/refunds", "/legal/refunds", 0),
    ("anybody", "/legal/content", "/legal/content", 0),
    ("host", "/account", "/account", 0),
    // And the saved cards.
    ("host", "/account/purchases", "/account/purchases", 1),
    ("host", "/account/subscriptions", "/account/subscriptions", 0),
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
    ("host", "/account/experiences/{id}/entry", "/account/experiences/{experience}/entry", 1),
    ("host", "/account/experiences/{id}/files", "/account/experiences/{files}/files", 1),
    ("host", "/account/files/{id}", "/account/files/{file}", 1),
    ("stranger", "/{space}/{slug}", "/maya/liner-notes", 5),
    ("host", "/{space}/{slug}", "/maya/liner-notes", 5),
    ("host", "/account/streams/{id}/schedule", "/account/streams/{stream}/schedule", 1),
    ("host", "/account/streams/{id}/copies", "/account/streams/{stream}/copies", 1),
    ("host", "/account/streams/{id}/studio", "/account/streams/{stream}/studio", 0),
    ("host", "/account/streams/{id}/refunds", "/account/streams/{stream}/refunds", 1),
    ("host", "/account/spaces/{id}/access_passes", "/account/spaces/{space}/access_passes", 1),
    ("host", "/account/spaces/{id}/access_passes/new", "/account/spaces/{space}/access_passes/new", 1),
    ("host", "/account/access_passes/{id}", "/account/access_passes/{pass}", 1),
    ("host", "/account/access_passes/{id}/devices", "/account/access_passes/{pass}/devices", 1),
    ("host", "/account/access_passes/{id}/comps", "/account/access_passes/{pass}/comps", 1),
    ("host", "/account/access_passes/{id}/waitlist", "/account/access_passes/{pass}/waitlist", 1),
    ("host", "/account/access_passes/{id}/waitlist.csv", "/account/access_passes/{pass}/waitlist.csv", 1),
    ("host", "/account/access_passes/{id}/questions", "/account/access_passes/{pass}/questions", 1),
    ("host", "/account/spaces/{id}/promo_codes", "/account/spaces/{space}/promo_codes", 1),
    ("host", "/account/spaces/{id}/sales", "/account/spaces/{space}/sales", 1),
    ("host", "/account/spaces/{id}/closing", "/account/spaces/{space}/closing", 1),
    ("host", "/account/spaces/{id}/people", "/account/spaces/{space}/people", 1),
    ("host", "/account/spaces/{id}/people", "/account/spaces/{space}/people?q=a&state=holds&pass={pass}", 1),
    ("host", "/account/spaces/{id}/people.csv", "/account/spaces/{space}/people.csv", 1),
    // Each thing that a person has there is a noun of its own.
    (
        "host",
        "/account/spaces/{id}/people/{account}/story",
        "/account/spaces/{space}/people/{viewer}/story",
        5,
    ),
    ("host", "/account/spaces/{id}/messages", "/account/spaces/{space}/messages", 1),
    // Counted days with their money, today with its money, sources, shows, members.
    ("host", "/account/spaces/{id}/figures", "/account/spaces/{space}/figures?days=90", 4),
    ("host", "/account/spaces/{id}/figures.csv", "/account/spaces/{space}/figures.csv", 1),
    // Its space is found by the stream.
    ("host", "/account/streams/{id}/figures", "/account/streams/{stream}/figures", 2),
    ("host", "/account/spaces/{id}/recordings", "/account/spaces/{space}/recordings", 1),
    ("host", "/account/spaces/{id}/restreams", "/account/spaces/{space}/restreams", 1),
    // The decision is what the page shows.
    ("host", "/account/spaces/{id}/people/{account}", "/account/spaces/{space}/people/{host}", 5),
    // And what is promised to buyers.
    ("host", "/account/spaces/{id}/money", "/account/spaces/{space}/money", 3),
    ("host", "/account/spaces/{id}/orders", "/account/spaces/{space}/orders", 1),
    ("host", "/account/spaces/{id}/orders", "/account/spaces/{space}/orders?q=front", 1),
    ("host", "/account/orders/{id}", "/account/orders/{bought}", 1),
    ("host", "/account/orders/{id}/evidence", "/account/orders/{bought}/evidence", 1),
    ("host", "/account/spaces/{id}/orders", "/account/spaces/{space}/orders?asking=1", 1),
    ("host", "/account/purchases/{id}/refund", "/account/purchases/{bought}/refund", 0),
    ("host", "/account/payouts/{id}", "/account/payouts/{payout}", 2),
    ("host", "/account/payouts/{id}/lines.csv", "/account/payouts/{payout}/lines.csv", 2),
    ("host", "/account/purchases/{id}/invoice", "/account/purchases/{bought}/invoice", 0),
    ("host", "/account/teams/{id}", "/account/teams/{team}", 1),
    ("host", "/account/teams/{id}/fragment", "/account/teams/{team}/fragment", 1),
    ("host", "/streams/{id}/fragment", "/streams/{stream}/fragment", 0),
    ("host", "/streams/{id}/people", "/streams/{stream}/people", 0),
    ("host", "/streams/{id}/clips", "/streams/{stream}/clips", 0),
    ("host", "/streams/{id}/reminder", "/streams/{stream}/reminder", 1),
    ("host", "/checkouts/{id}", "/checkouts/{checkout}", 1),
    ("host", "/checkouts/{id}/fragment", "/checkouts/{checkout}/fragment", 1),
    ("operator", "/ops/jobs", "/ops/jobs", 0),
    ("operator", "/ops/jobs/fragment", "/ops/jobs/fragment", 0),
    ("operator", "/ops/money", "/ops/money", 0),
    ("operator", "/ops/audit", "/ops/audit", 0),
    ("operator", "/ops/audit", "/ops/audit?about={space}", 0),
    ("operator", "/ops/audit", "/ops/audit?about=@maya&action=stream.state", 0),
    ("operator", "/ops/audit", "/ops/audit?action=ban.make&day=2026-11-29", 0),
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
    server.stop_clock().await?;
    let mut costs = Vec::new();
    for (who, _, path, _) in PAGES {
        let browser = if *who == "anybody" { server.anybody() } else { server.person(who) };
        let path = market.fill(path);
        let mut least = u64::MAX;
        for _ in 0..TIMES {
            least = least.min(cost(server, &browser, &path).await?);
        }
        costs.push(least);
    }
    Ok(costs)
}

async fn cost(server: &TestServer, browser: &Browser, path: &str) -> Result<u64> {
    let before = server.statements();
    let reply = browser.get(path).await?;
    ensure!(reply.status == 200, "{path}: {}", reply.status);
    Ok(server.statements() - before)
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
            least = least.min(cost(server, &operator, "/ops").await?);
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
    viewer: AccountId,
    space: SpaceId,
    team: TeamId,
    experience: ExperienceId,
    files: ExperienceId,
    file: Option<FileId>,
    pass: PassId,
    stream: StreamId,
    checkout: Option<CheckoutId>,
    bought: Option<PurchaseId>,
    /// The newest of Maya's team; all lines are its own.
    payout: PayoutId,
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
            viewer: server.account("vera@demo.example").await?,
            space,
            team,
            experience,
            files: files_of_maya(server).await?.0,
            file: None,
            pass,
            stream,
            checkout: None,
            bought: None,
            payout: PayoutId::new(),
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
            self.grow_payouts().await?;
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
        self.bought = Some(store.checkouts().by_id(order).await?.purchase);
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

    /// Adds a payout of Maya's team, and a line of the newest one.
    async fn grow_payouts(&mut self) -> Result<()> {
        let (payout, team, n) = (PayoutId::new(), self.team, self.made);
        self.payout = payout;
        self.run(&format!(
            "INSERT INTO payouts (id, team_id, account, amount, currency, week, state, attempt, reversed, returned, decided_at, asked_at, version, carried, held)
            VALUES ('{payout}', '{team}', 'acct_1', 1000, 'eur', {n}, 'paid', 1, 0, 0, {n}, {n}, 0, 0, 0)"
        ))
        .await?;
        self.run(&format!(
            "INSERT INTO ledger_sets (kind, object, team_id, amount, currency, at, written_at, fee_known, cleared_at)
            VALUES ('payment', 'pi_{n}', '{team}', 1000, 'eur', {n}, {n}, 1, {n})"
        ))
        .await?;
        self.run(&format!("UPDATE ledger_sets SET payout_id = '{payout}' WHERE team_id = '{team}'")).await
    }

    fn fill(&self, path: &str) -> String {
        let file = self.file.map(|id| id.to_string()).unwrap_or_default();
        let checkout = self.checkout.map(|id| id.to_string()).unwrap_or_default();
        let bought = self.bought.map(|id| id.to_string()).unwrap_or_default();
        path.replace("{space}", &self.space.to_string())
            .replace("{team}", &self.team.to_string())
            .replace("{host}", &self.host.to_string())
            .replace("{viewer}", &self.viewer.to_string())
            .replace("{experience}", &self.experience.to_string())
            .replace("{files}", &self.files.to_string())
            .replace("{file}", &file)
            .replace("{pass}", &self.pass.to_string())
            .replace("{stream}", &self.stream.to_string())
            .replace("{posts}", &self.content.posts.to_string())
            .replace("{post}", &self.content.post.to_string())
            .replace("{community}", &self.content.community.to_string())
            .replace("{checkout}", &checkout)
            .replace("{bought}", &bought)
            .replace("{payout}", &self.payout.to_string())
    }
}
