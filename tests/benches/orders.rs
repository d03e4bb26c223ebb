//! How long a seller and an operator search among 10,000 orders and as many people, by the statements that their pages use.
//!
//! `cargo bench -p it --bench orders` fills a database of its own, and prints what each kind of search takes;
//! `tests/postgres cargo bench -p it --bench orders` does so on PostgreSQL, too. With `-- --test` a few orders are searched once.

use anyhow::{Context, Result, ensure};
use domain::{
    amount::{Currency, Money},
    audience::members::MemberSearch,
    catalogue::{offer::PriceKind, topics::Topics},
    id::{SpaceId, TeamId},
    money::number::OrderSearch,
    time::{Millis, Span},
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use std::{fmt::Write as _, time::Instant};
use store::{NewHost, Profile, Sought, SpaceText, Store};

const ORDERS: usize = 10_000;
/// Of another team, which must not be in the way.
const OTHERS: usize = 5_000;
/// How often each search is made.
const TIMES: usize = 200;
/// What a search may take, in milliseconds.
const PROMISED: f64 = 50.0;
/// Rows of one page, and one more.
const PAGE: usize = 51;
/// Rows of one statement that fills.
const BATCH: usize = 100;
const NOW: Millis = Millis(1_790_000_000_000);
const SELLER: &str = "seller@example.org";

/// A seller with many orders.
struct Desk {
    store: Store,
    team: TeamId,
    space: SpaceId,
}

fn host(email: &str, name: &str) -> NewHost {
    let passes = ["Front row", "Lobby", "Season"];
    let price = PriceKind::Once(Money { minor: 1200, currency: Currency::Eur });
    NewHost {
        email: email.into(),
        profile: Profile {
            username: name.into(),
            name: name.into(),
            bio: String::new(),
            site: String::new(),
        },
        space: SpaceText {
            slug: format!("{name}-space"),
            name: format!("{name} space"),
            tagline: String::new(),
            about: String::new(),
            topics: Topics::default(),
            zone: None,
        },
        since: NOW,
        stage: "Stage".into(),
        passes: passes.map(|title| (title.to_owned(), price)).into(),
        shows: Vec::new(),
    }
}

fn id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Writes rows, many at once.
async fn write(connection: &mut AnyConnection, into: &str, rows: &[String]) -> Result<()> {
    for some in rows.chunks(BATCH) {
        let text = format!("INSERT INTO {into} VALUES {}", some.join(", "));
        connection.execute(AssertSqlSafe(text)).await?;
    }
    Ok(())
}

/// So many people, each with one paid order, its grant, and now and then a wish for a refund or a gift.
async fn fill(
    connection: &mut AnyConnection,
    store: &Store,
    seller: &str,
    orders: usize,
) -> Result<(TeamId, SpaceId)> {
    let account = store.accounts().by_email(seller).await?.context("the seller")?.id;
    let (space, _) = store.spaces().of_account(account).await?.into_iter().next().context("a space")?;
    let passes = store.passes().list(space.id).await?;
    let [mut people, mut asked, mut bought, mut held, mut wishes] = [const { Vec::new() }; 5];
    for n in 0..orders {
        let (who, order, purchase) = (id(), id(), id());
        let pass = &passes[n % passes.len()];
        let (at, number) = (NOW.0 + Span::secs(n as i64).0, n + 1);
        let (team, of, pass, title) = (space.team, space.id, pass.id, &pass.title);
        people.push(format!("('{who}', 'fan{n}.{seller}', 'fan{n}-{of}', 'Fan {n}', {at})"));
        let gift = if n % 50 == 0 { format!("'gift{n}@example.org'") } else { "NULL".into() };
        asked.push(format!(
            "('{order}', '{purchase}', '{who}', 'fan{n}.{seller}', '{of}', '{pass}', '{title}', 1200, 'eur', 'paid', 1, {at}, {at}, {gift})"
        ));
        bought.push(format!(
            "('{purchase}', '{order}', '{who}', '{of}', '{pass}', '{title}', 1200, 'eur', {at}, '{team}', {number}, 2026, {number})"
        ));
        held.push(format!("('{}', '{who}', '{pass}', '{of}', '{purchase}', {at})", id()));
        if n % 97 == 0 {
            wishes.push(format!("('{}', '{purchase}', '{team}', 'I cannot come.', {at})", id()));
        }
    }
    for (into, rows) in [
        ("accounts (id, email, username, name, created_at)", people),
        (
            "checkouts (id, purchase_id, account_id, email, space_id, pass_id, title, amount, currency, state, attempt, created_at,
                expires_at, gift_to)",
            asked,
        ),
        (
            "purchases (id, checkout_id, account_id, space_id, pass_id, title, amount, currency, paid_at, team_id, number,
                invoice_year, invoice_number)",
            bought,
        ),
        ("grants (id, account_id, pass_id, space_id, purchase_id, starts_at)", held),
        ("refund_wishes (id, purchase_id, team_id, reason, asked_at)", wishes),
    ] {
        write(connection, into, &rows).await.with_context(|| into.to_owned())?;
    }
    Ok((space.team, space.id))
}

impl Desk {
    async fn open(url: &str, orders: usize) -> Result<Self> {
        let store = Store::open(url).await?;
        let hosts = [host(SELLER, "seller"), host("other@example.org", "other")];
        ensure!(store.spaces().make_hosts(&hosts).await? == 2);
        let mut connection = AnyConnection::connect(url).await?;
        let (team, space) = fill(&mut connection, &store, SELLER, orders).await?;
        fill(&mut connection, &store, "other@example.org", orders * OTHERS / ORDERS).await?;
        if url.starts_with("postgres") {
            // As its own process does some time after the rows were written.
            connection.execute("ANALYZE").await?;
        }
        connection.close().await?;
        Ok(Self { store, team, space })
    }

    /// What somebody types into the search of orders. Returns how many were found.
    async fn orders(&self, text: &str) -> Result<usize> {
        let search = if text == "asking" { OrderSearch::Asking } else { OrderSearch::read(text) };
        Ok(self.store.orders().search(self.team, &search, None, PAGE).await?.len())
    }

    async fn members(&self, text: &str) -> Result<usize> {
        let search = MemberSearch::read(text, "", "");
        let now = NOW + Span::days(1);
        Ok(self.store.members().list(self.space, &search, now, None, PAGE).await?.len())
    }

    async fn people(&self, words: &str) -> Result<usize> {
        let sought = Sought { words, suspended: false, before: "", limit: PAGE };
        Ok(self.store.directory().people(sought, NOW + Span::days(1)).await?.len())
    }
}

/// Makes a search often, and returns a line about it.
async fn measure(name: &str, times: usize, search: impl AsyncFn() -> Result<usize>) -> Result<String> {
    let (mut took, mut found) = (Vec::new(), 0);
    for _ in 0..times {
        let begun = Instant::now();
        found = search().await?;
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    let (half, most) = (at(0.5), at(0.99));
    let late = if most > PROMISED { "  LATE" } else { "" };
    Ok(format!("{name:<32} {found:>3} found   p50 {half:>6.2} ms   p99 {most:>6.2} ms{late}\n"))
}

async fn run(url: &str, (orders, times): (usize, usize)) -> Result<String> {
    let desk = Desk::open(url, orders).await?;
    let middle = orders / 2;
    let number = middle.to_string();
    let invoice = format!("2026-{middle:04}");
    let (address, gift) = (format!("fan{middle}.{SELLER}"), format!("gift{}@example.org", middle / 50 * 50));
    let mut report = String::new();
    for (name, text) in [
        ("orders: all", ""),
        ("orders: asked back", "asking"),
        ("orders: number", number.as_str()),
        ("orders: invoice", &invoice),
        ("orders: address", &address),
        ("orders: address of a gift", &gift),
        ("orders: nobody's address", "nobody@example.org"),
        ("orders: pass", "front"),
        ("orders: no such pass", "balcony"),
    ] {
        report.push_str(&measure(name, times, async || desk.orders(text).await).await?);
    }
    for (name, text) in
        [("people: all", ""), ("people: address", address.as_str()), ("people: nobody", "zebra")]
    {
        report.push_str(&measure(name, times, async || desk.members(text).await).await?);
    }
    for (name, text) in
        [("operators: all", ""), ("operators: address", address.as_str()), ("operators: nobody", "zebra")]
    {
        report.push_str(&measure(name, times, async || desk.people(text).await).await?);
    }
    desk.store.close().await;
    Ok(report)
}

fn main() -> Result<()> {
    let short = std::env::args().any(|arg| arg == "--test");
    let size = if short { (200, 1) } else { (ORDERS, TIMES) };
    let runtime = tokio::runtime::Runtime::new()?;
    let mut report = String::new();
    let dir = tempfile::tempdir()?;
    let found = runtime.block_on(run(&store::default_url(dir.path()), size))?;
    writeln!(report, "{} orders on SQLite, promised {PROMISED} ms\n{found}", size.0)?;
    if let Ok(server) = std::env::var("DATABASE_URL_TEST_PG") {
        let name = format!("bench_{}", id());
        let found = runtime.block_on(async {
            let mut admin = AnyConnection::connect(&server).await?;
            admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
            let (base, _) = server.rsplit_once('/').context("the server's URL ends with a database")?;
            run(&format!("{base}/{name}"), size).await
        })?;
        writeln!(report, "{} orders on PostgreSQL, promised {PROMISED} ms\n{found}", size.0)?;
    }
    print!("{report}");
    Ok(())
}
