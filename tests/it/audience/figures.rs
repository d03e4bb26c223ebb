//! Every figure is what counting the rows gives: by the statements of the service, and once more here, row by row.

use crate::support::{Browser, Database, TestServer, on_both, shop::Order};
use anyhow::{Context, Result, ensure};
use domain::{
    audience::{
        days::LocalDay,
        figures::{CountedDay, MOST_DAYS, money, total},
    },
    clock::Clock,
    id::{AccountId, SpaceId},
    time::Millis,
};
use reqwest::{Method, header};
use service::audience::{figures::keep_up, visits};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _, any::AnyRow};
use std::collections::BTreeMap;

on_both!(
    each_figure_is_what_the_rows_say_and_thirty_days_are_their_sum,
    what_comes_late_is_counted_in_its_day,
    looks_are_counted_once_and_tell_nothing_of_their_people,
    the_curve_of_a_show_is_that_of_its_stays,
);

/// The database beside the server.
struct BesideRows(AnyConnection);

impl BesideRows {
    async fn open(server: &TestServer, database: &Database) -> Result<Self> {
        let url = database.url(server.doors["data"].as_str().unwrap_or_default().as_ref());
        Ok(Self(AnyConnection::connect(&url).await?))
    }

    async fn run(&mut self, statement: String) -> Result<u64> {
        Ok(self.0.execute(AssertSqlSafe(statement)).await?.rows_affected())
    }

    async fn all<T>(&mut self, query: String, read: fn(&AnyRow) -> Result<T, sqlx::Error>) -> Result<Vec<T>> {
        let rows = self.0.fetch_all(AssertSqlSafe(query)).await?;
        rows.iter().map(|row| read(row).map_err(Into::into)).collect()
    }
}

/// A number, or the end of time where there is none.
fn number(row: &AnyRow, at: usize) -> Result<i64, sqlx::Error> {
    Ok(row.try_get::<Option<i64>, _>(at)?.unwrap_or(i64::MAX))
}

fn pair(row: &AnyRow) -> Result<(String, [i64; 3]), sqlx::Error> {
    Ok((row.try_get(0)?, [number(row, 1)?, number(row, 2)?, number(row, 3)?]))
}

/// Different people among those who fit.
fn different(rows: &[(String, [i64; 3])], fits: impl Fn(&[i64; 3]) -> bool) -> i64 {
    let mut people: Vec<&String> = rows.iter().filter(|(_, row)| fits(row)).map(|(who, _)| who).collect();
    people.sort_unstable();
    people.dedup();
    people.len() as i64
}

/// Counts a day again, row by row.
async fn recount(rows: &mut BesideRows, space: SpaceId, day: &CountedDay) -> Result<()> {
    let (from, until) = (day.bounds.start.0, day.bounds.end.0);
    let within = |at: i64| from <= at && at < until;
    let (f, name) = (&day.figures, day.day);
    let of = format!("space_id = '{space}'");
    let looks = rows
        .all(format!("SELECT step, 0, 0, 0 FROM space_visits WHERE {of} AND day = '{name}'"), pair)
        .await?;
    let steps = |step: &str| looks.iter().filter(|(found, _)| found == step).count() as i64;
    assert_eq!((f.visitors, f.lookers), (steps("space"), steps("pass")), "{name}: looks");
    let orders = "SELECT account_id, created_at, settled_at, CASE WHEN state = 'paid' THEN 1 ELSE 0 END";
    let orders = rows.all(format!("{orders} FROM checkouts WHERE {of}"), pair).await?;
    assert_eq!(f.begun, different(&orders, |row| within(row[0])), "{name}: begun");
    assert_eq!(f.paid, different(&orders, |row| row[2] == 1 && within(row[1])), "{name}: paid");
    let grants = "SELECT account_id, starts_at, closed_at, COALESCE(expires_at, suspended_at) FROM grants";
    let grants = rows.all(format!("{grants} WHERE {of}"), pair).await?;
    let mut first = BTreeMap::<&String, i64>::new();
    for (who, [since, ..]) in &grants {
        first.entry(who).and_modify(|known| *known = (*known).min(*since)).or_insert(*since);
    }
    let joined = first.values().filter(|since| within(**since)).count() as i64;
    assert_eq!(f.joined, joined, "{name}: joined");
    let held = |row: &[i64; 3]| row[0] < until && row[1] >= until && row[2] >= until;
    assert_eq!(f.members, different(&grants, held), "{name}: members");
    assert_eq!(f.passes, grants.iter().filter(|(_, row)| held(row)).count() as i64, "{name}: passes");
    let stays =
        "SELECT v.account_id, v.since, v.until, 0 FROM viewings v JOIN streams s ON s.id = v.stream_id";
    let stays = rows.all(format!("{stays} WHERE s.{of}"), pair).await?;
    let watches = |row: &[i64; 3]| row[0] < until && row[1] > from;
    assert_eq!(f.viewers, different(&stays, watches), "{name}: viewers");
    let watched =
        stays.iter().filter(|(_, row)| watches(row)).map(|(_, row)| row[1].min(until) - row[0].max(from));
    assert_eq!(f.watched.0, watched.sum::<i64>(), "{name}: watched");
    // What was paid, by the orders; the service reads the ledger.
    let paid = format!("SELECT currency, amount, paid_at, platform_fee FROM purchases WHERE {of}");
    let mut sold = BTreeMap::<String, i64>::new();
    for (currency, [amount, at, _]) in rows.all(paid, pair).await? {
        if within(at) {
            *sold.entry(currency).or_default() += amount;
        }
    }
    let told: BTreeMap<String, i64> = day
        .money
        .iter()
        .filter(|one| one.sold != 0)
        .map(|one| (one.currency.code().to_owned(), one.sold))
        .collect();
    assert_eq!(told, sold, "{name}: sold");
    Ok(())
}

/// Everything that is kept of the days of a space.
async fn kept(server: &TestServer, space: SpaceId) -> Result<Vec<CountedDay>> {
    let now = server.app.clock.now();
    let zone = server.app.store.spaces().by_id(space).await?.zone.context("a zone")?;
    let today = LocalDay::of(now, &zone);
    Ok(server.app.store.space_days().of_space(space, today.plus(-MOST_DAYS), today).await?)
}

/// Somebody looks at a page with a browser of this name.
async fn look(browser: &Browser, name: &str, path: &str) -> Result<()> {
    let request = browser.request(Method::GET, path).header(header::USER_AGENT, name);
    let seen = browser.send(request.header(header::ACCEPT, "text/html")).await?;
    ensure!(seen.status == 200, "{path}: {}", seen.status);
    Ok(())
}

/// A stay at the show that is on air.
async fn stay(
    server: &TestServer,
    rows: &mut BesideRows,
    who: AccountId,
    since: Millis,
    secs: i64,
) -> Result<()> {
    let (stream, until) = (server.live().0, since.0 + secs * 1000);
    rows.run(format!(
        "INSERT INTO viewings (stream_id, account_id, since, until) VALUES ('{stream}', '{who}', {}, {until})",
        since.0
    ))
    .await
    .map(drop)
}

/// Days with orders, a refund, looks and stays, in a zone that is not that of the machine.
async fn lived(server: &TestServer, rows: &mut BesideRows) -> Result<SpaceId> {
    let space = server.space("maya").await?;
    rows.run(format!("UPDATE spaces SET time_zone = 'Pacific/Auckland' WHERE id = '{space}'")).await?;
    let visitor = server.anybody();
    look(&visitor, "One", "/maya?utm_source=Newsletter").await?;
    look(&visitor, "Two", "/maya").await?;
    look(&visitor, "Two", "/maya/front-row").await?;
    visits::store(&server.app.services).await?;
    Order::paid(server.holder("ann@example.org").await?, server).await?;
    let second = Order::paid(server.holder("ben@example.org").await?, server).await?;
    // Begun and not paid.
    Order::open(server.holder("cat@example.org").await?).await?;
    let fans = server.fans(3).await?;
    let now = server.app.clock.now();
    stay(server, rows, fans[0].account, now, 600).await?;
    stay(server, rows, fans[0].account, Millis(now.0 + 700_000), 60).await?;
    // Over midnight, wherever that is.
    stay(server, rows, fans[1].account, now, 26 * 3600).await?;
    server.advance(30 * 3600).await?;
    server.bank(&second, "refund").await?;
    server.rest().await?;
    server.advance(2 * 24 * 3600).await?;
    server.rest().await?;
    keep_up(&server.app.services).await?;
    Ok(space)
}

async fn each_figure_is_what_the_rows_say_and_thirty_days_are_their_sum(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let mut rows = BesideRows::open(&server, &database).await?;
    let space = lived(&server, &mut rows).await?;
    let days = kept(&server, space).await?;
    ensure!(days.len() >= 3, "{} days", days.len());
    for day in &days {
        recount(&mut rows, space, day).await?;
    }
    let pairs = days.windows(2);
    assert!(pairs.clone().all(|two| two[0].bounds.end == two[1].bounds.start), "without gaps");
    // The sum over days is the total.
    let (sum, sums) = (total(&days), money(&days));
    assert_eq!((sum.visitors, sum.lookers), (2, 1));
    assert!(sum.paid == 2 && sum.begun >= 3, "{sum:?}");
    assert_eq!(sums.len(), 1, "{sums:?}");
    let all = "SELECT currency, CAST(SUM(amount) AS BIGINT), CAST(SUM(refunded) AS BIGINT), 0 FROM purchases";
    let all = rows.all(format!("{all} WHERE space_id = '{space}' GROUP BY currency"), pair).await?;
    assert_eq!((sums[0].sold, sums[0].refunded), (all[0].1[0], all[0].1[1]));
    assert!(sums[0].refunded > 0 && sums[0].own > 0 && sums[0].fees > 0, "{sums:?}");
    // A second run counts nothing, and counting again gives the same.
    assert_eq!(keep_up(&server.app.services).await?, 0);
    let whole = server.app.store.spaces().by_id(space).await?;
    for day in &days {
        assert_eq!(&server.app.store.space_days().count(&whole, day.day).await?, day);
    }

    // The page and the file say the same, to the team alone.
    let path = format!("/account/spaces/{space}/figures");
    let page = server.person("host").get(&format!("{path}?days=30")).await?.text;
    for words in ["newsletter", "Pacific/Auckland", "new members", "<svg class=\"chart\"", "Friday"] {
        assert!(page.contains(words), "{words} is missing: {page}");
    }
    let file = server.person("host").get(&format!("{path}.csv?days=30")).await?.text;
    let lines: Vec<Vec<&str>> = file.lines().map(|line| line.split(',').collect()).collect();
    let column = lines[0].iter().position(|name| name.starts_with("sold_")).context("the column")?;
    let amounts = lines[1..].iter().map(|line| line[column].parse::<i64>());
    assert_eq!(amounts.sum::<Result<i64, _>>()?, sums[0].sold, "{file}");
    let other = server.signed_in("other.creator@example.org").await?;
    for who in [&other, &server.person("stranger")] {
        assert_eq!(who.get(&path).await?.status, 404);
        assert_eq!(who.get(&format!("{path}.csv")).await?.status, 404);
    }
    server.close().await
}

async fn what_comes_late_is_counted_in_its_day(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let mut rows = BesideRows::open(&server, &database).await?;
    let space = lived(&server, &mut rows).await?;
    // Long enough that the day is not counted again by itself.
    for _ in 0..6 {
        server.advance(24 * 3600).await?;
        keep_up(&server.app.services).await?;
    }
    let before = kept(&server, space).await?;
    let sold = |days: &[CountedDay]| money(days).iter().map(|one| one.sold).sum::<i64>();
    let day = before.iter().find(|day| day.money.iter().any(|one| one.sold > 0)).context("a day")?.day;
    // The ledger learns of another part of a payment that was made then.
    let now = server.app.clock.now().0;
    let changed = rows
        .run(format!(
            "UPDATE ledger_sets SET amount = amount + 100, written_at = {now}
            WHERE kind = 'payment' AND purchase_id IN (SELECT id FROM purchases WHERE space_id = '{space}')"
        ))
        .await?;
    assert_eq!(changed, 2);
    server.advance(24 * 3600).await?;
    keep_up(&server.app.services).await?;
    let after = kept(&server, space).await?;
    assert_eq!(sold(&after), sold(&before) + 200);
    let of_day = |days: &[CountedDay]| days.iter().filter(|one| one.day == day).cloned().collect::<Vec<_>>();
    assert!(sold(&of_day(&after)) > sold(&of_day(&before)), "in the day of the payment");
    server.close().await
}

async fn looks_are_counted_once_and_tell_nothing_of_their_people(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let mut rows = BesideRows::open(&server, &database).await?;
    let (visitor, space) = (server.anybody(), server.space("maya").await?);
    for name in ["One", "One", "Two", "Googlebot/2.1"] {
        look(&visitor, name, "/maya").await?;
        visits::store(&server.app.services).await?;
    }
    // Neither the team nor who has said nothing of their browser.
    look(&server.person("host"), "Three", "/maya").await?;
    assert_eq!(server.anybody().get("/maya").await?.status, 200);
    visits::store(&server.app.services).await?;
    let query = format!("SELECT visitor, 0, 0, 0 FROM space_visits WHERE space_id = '{space}'");
    let seen = rows.all(query.clone(), pair).await?;
    assert_eq!(seen.len(), 2, "{seen:?}");
    for (hash, _) in &seen {
        assert!(hash.len() == 24 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{hash}");
    }
    // On the next day nobody is known again, and later the secret is gone.
    server.advance(24 * 3600).await?;
    look(&visitor, "One", "/maya").await?;
    visits::store(&server.app.services).await?;
    let after = rows.all(query, pair).await?;
    assert_eq!(different(&after, |_| true), 3, "{after:?}");
    server.advance(4 * 24 * 3600).await?;
    visits::forget(&server.app.services).await?;
    let secrets = rows.all("SELECT day, 0, 0, 0 FROM visit_secrets".to_owned(), pair).await?;
    assert!(secrets.is_empty(), "{secrets:?}");
    server.close().await
}

async fn the_curve_of_a_show_is_that_of_its_stays(database: Database) -> Result<()> {
    let server = TestServer::open_on(database.clone()).await?;
    let mut rows = BesideRows::open(&server, &database).await?;
    let (stream, fans) = (server.live().0, server.fans(4).await?);
    let began = server.app.store.streams().by_id(stream).await?.started_at.context("it is live")?;
    let at = |secs: i64| Millis(began.0 + secs * 1000);
    for (fan, (since, secs)) in fans.iter().zip([(0, 30), (10, 120), (60, 120), (185, 5)]) {
        stay(&server, &mut rows, fan.account, at(since), secs).await?;
    }
    server.advance(300).await?;
    let host = server.account("maya@demo.example").await?;
    let found = service::audience::figures::of_show(&server.app.services, host, stream).await?;
    let query = format!("SELECT account_id, since, until, 0 FROM viewings WHERE stream_id = '{stream}'");
    let stays = rows.all(query, pair).await?;
    for (minute, people) in (0_i64..).zip(&found.people) {
        let there = stays.iter().filter(|(_, row)| {
            (row[0] - began.0).max(0) / 60_000 <= minute && (row[1] - began.0).max(0) / 60_000 >= minute
        });
        assert_eq!(*people, there.count() as i64, "minute {minute}");
    }
    assert_eq!(found.show.people, different(&stays, |_| true));
    let path = format!("/account/streams/{stream}/figures");
    let page = server.person("host").get(&path).await?.text;
    assert!(page.contains("People, minute by minute") && page.contains("<svg class=\"chart\""), "{page}");
    for who in [&fans[0].browser, &server.person("stranger")] {
        assert_eq!(who.get(&path).await?.status, 404);
    }
    server.close().await
}
