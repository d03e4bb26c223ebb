//! A database of the previous release (2fc717c), with every kind of row: this release opens it, and nothing is missing.

use crate::support::{Database, TestServer, child::Process, eventually, on_both};
use anyhow::{Context, Result, ensure};
use domain::{chat::journal::JournalStore, id::RoomId, people::account::Account};
use sqlx::{
    AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _, SqlStr,
    migrate::{Migration, MigrationType, Migrator},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};
use store::{AuditKey, Store};

on_both!(no_data_of_the_previous_release_is_missing);

/// The last migration of the previous release.
const LAST_MIGRATION: i64 = 7;
const TABLES: [(&str, i64); 23] = [
    ("accounts", 5),
    ("audit", 10),
    ("bans", 2),
    ("checkouts", 2),
    ("experiences", 3),
    ("grants", 3),
    ("jobs", 9),
    ("journal", 10),
    ("pass_includes", 4),
    ("passes", 3),
    ("purchases", 1),
    ("rooms", 3),
    ("sessions", 6),
    ("sign_in_asks", 2),
    ("sign_in_codes", 3),
    ("slugs", 6),
    ("space_slugs", 6),
    ("spaces", 5),
    ("streams", 3),
    ("team_members", 5),
    ("teams", 5),
    ("viewings", 2),
    ("webhook_inbox", 3),
];
/// Tables of the previous release, each with the condition under which its rows are found in this release.
const MOVED: [(&str, &str, i64); 2] =
    [("unlisted", "accounts WHERE unlisted = 1", 1), ("hidden_counts", "streams WHERE count_hidden = 1", 1)];

fn unpacked(name: &str) -> Result<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let done = Command::new("gzip").args(["-dc"]).arg(&path).output()?;
    ensure!(done.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&done.stderr));
    Ok(done.stdout)
}

/// The migrations that the previous release had, read as the service reads them.
fn old_migrations() -> Result<Vec<Migration>> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations"))? {
        let path = file?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((version, words)) = name.split_once('_') else { continue };
        let (version, words) = (version.parse()?, words.replace('_', " "));
        if version <= LAST_MIGRATION {
            let text = SqlStr::from_static(std::fs::read_to_string(&path)?.leak());
            found.push(Migration::new(version, words.into(), MigrationType::Simple, text, false));
        }
    }
    Ok(found)
}

/// Puts the old database where this release will find it. Returns its URL.
async fn old_database(database: Database, dir: &Path) -> Result<String> {
    let Database::Postgres(url) = database else {
        let path: PathBuf = dir.join("old.db");
        std::fs::write(&path, unpacked("sqlite.db.gz")?)?;
        return Ok(format!("sqlite://{}", path.display()));
    };
    let mut connection = AnyConnection::connect(&url).await?;
    for statement in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
        connection.execute(statement).await?;
    }
    Migrator::with_migrations(old_migrations()?).run(&mut connection).await?;
    for statement in String::from_utf8(unpacked("dump.sql.gz")?)?.split_inclusive(";\nINSERT ") {
        let statement = statement.strip_suffix("INSERT ").unwrap_or(statement);
        let statement =
            if statement.starts_with("INSERT ") { statement.into() } else { format!("INSERT {statement}") };
        connection.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(url)
}

async fn counted(
    url: &str,
    moved: impl Fn(&(&'static str, &'static str, i64)) -> &'static str,
) -> Result<BTreeMap<&'static str, i64>> {
    sqlx::any::install_default_drivers();
    let mut counts = BTreeMap::new();
    let same = TABLES.iter().map(|(table, _)| (*table, *table));
    for (table, place) in same.chain(MOVED.iter().map(|row| (row.0, moved(row)))) {
        counts.insert(table, number(url, &format!("SELECT COUNT(*) FROM {place}")).await?);
    }
    Ok(counts)
}

async fn number(url: &str, query: &str) -> Result<i64> {
    let mut connection = AnyConnection::connect(url).await?;
    let row = connection.fetch_one(AssertSqlSafe(query.to_owned())).await;
    Ok(row.with_context(|| query.to_owned())?.try_get(0)?)
}

async fn no_data_of_the_previous_release_is_missing(database: Database) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let url = old_database(database, dir.path()).await?;
    let before = counted(&url, |(table, _, _)| table).await?;
    let made = TABLES.into_iter().chain(MOVED.map(|(table, _, rows)| (table, rows)));
    assert_eq!(before, made.collect(), "the fixture is complete");
    let store = Store::open(&url).await?;
    assert_eq!(counted(&url, |(_, place, _)| place).await?, before, "after the migrations");
    let report = store.audit().verify(&AuditKey::new(*b"any"), None).await?;
    assert_eq!((report.last, report.sealed, report.is_sound()), (10, 0, true), "{:?}", report.findings);
    assert_eq!(
        number(&url, "SELECT COUNT(*) FROM prices WHERE id = pass_id AND withdrawn_at IS NULL").await?,
        3,
        "each pass has its price"
    );
    assert_eq!(number(&url, "SELECT COUNT(*) FROM checkouts WHERE price_id IS NULL").await?, 0);
    ledger(&url).await?;
    let sam = people(&store).await?;
    rows(&store, &sam).await?;
    store.close().await;
    pages(url, &sam).await
}

/// What was paid before is in the ledger, in balance, and each order has its numbers.
async fn ledger(url: &str) -> Result<()> {
    let unbalanced = "SELECT COUNT(*) FROM (SELECT kind, object, currency FROM ledger_entries
        GROUP BY kind, object, currency HAVING SUM(amount) <> 0) x";
    assert_eq!(number(url, unbalanced).await?, 0);
    let payments = "SELECT COUNT(*) FROM ledger_sets WHERE kind = 'payment' AND note = 'migrated'";
    let purchases = number(url, "SELECT COUNT(*) FROM purchases").await?;
    assert!(purchases > 0);
    assert_eq!(number(url, payments).await?, purchases);
    let owed = "SELECT CAST(-SUM(amount) AS BIGINT) FROM ledger_entries WHERE account LIKE 'seller:%'";
    let paid = "SELECT CAST(SUM(amount) AS BIGINT) FROM purchases";
    assert_eq!(number(url, owed).await?, number(url, paid).await?, "nothing was refunded in that release");
    let numbered = "SELECT COUNT(*) FROM purchases p JOIN seller_counters c ON c.team_id = p.team_id AND c.series = 'orders'
        WHERE p.number > 1000 AND p.number <= c.last AND p.invoice_number > 0 AND p.invoice_year >= 2025";
    assert_eq!(number(url, numbered).await?, purchases);
    Ok(())
}

async fn people(store: &Store) -> Result<Account> {
    let nina = store.accounts().by_email("nina@demo.example").await?.context("Nina")?;
    assert_eq!(
        (nina.name.as_str(), nina.username.as_str(), nina.bio.as_str()),
        ("Nina Ruiz", "nina", "Likes songs.")
    );
    assert!(store.accounts().by_email("olga@demo.example").await?.is_some_and(|olga| olga.operator));
    store.accounts().by_email("sam@demo.example").await?.context("Sam")
}

async fn rows(store: &Store, sam: &Account) -> Result<()> {
    let bought = store.purchases().of_account(sam.id).await?;
    assert_eq!(
        bought.iter().map(|p| (p.title.as_str(), p.amount.minor)).collect::<Vec<_>>(),
        [("Front Row", 1200)]
    );
    assert_eq!(store.grants().of_account(sam.id).await?.len(), 1);
    let parked = store.backlog().parked(10).await?;
    assert_eq!(
        parked.iter().map(|job| job.last_error.as_deref()).collect::<Vec<_>>(),
        [Some("mailbox full")]
    );
    Ok(())
}

async fn pages(url: String, sam: &Account) -> Result<()> {
    let mut connection = AnyConnection::connect(&url).await?;
    let room = "SELECT room_id FROM journal GROUP BY room_id ORDER BY COUNT(*) DESC LIMIT 1";
    let room: RoomId = connection.fetch_one(room).await?.try_get::<String, _>(0)?.parse()?;
    let server = TestServer::with_settings(|settings| settings.database_url = Some(url)).await?;
    let (anybody, host) = (server.anybody(), server.person("host"));
    let space = anybody.get("/maya").await?;
    for wanted in ["Maya Lin", "Songs in the making", "Front Row", "Late set"] {
        assert!(space.text.contains(wanted), "{wanted}: {}", space.text);
    }
    assert!(!space.text.contains("Late pass"), "withdrawn");
    let moved = anybody.get("/maya-lin").await?;
    assert!(moved.location().ends_with("/maya"), "its former address redirects: {}", moved.status);
    let entries = server.app.store.since(room, 0, 1000).await?;
    let said: Vec<_> = entries.iter().filter_map(|entry| Some(entry.line()?.body.clone())).collect();
    for wanted in ["Good evening!", "Hello Maya ❤️", "https://maya.example is out"] {
        assert!(said.iter().any(|body| body == wanted), "{wanted}: {said:?}");
    }
    assert!(!said.iter().any(|body| body == "something rude"), "it was removed");
    let refused = server.live().say(&server.person("stranger"), "let me in").await?;
    assert_eq!(refused.status, 403, "still banned: {} {}", sam.username, refused.text);
    assert!(host.get("/account").await?.text.contains("Maya Lin"));
    // Lines that this release adds are sealed, and the seal covers the old lines.
    let verify = async || {
        server.person("operator").post("/ops/audit/verifications", &[]).await?;
        anyhow::Ok(server.person("operator").get("/ops/audit").await?.text)
    };
    eventually("the last line is not sealed", async || {
        anyhow::Ok(
            server.app.store.audit().last(1).await?.iter().all(|line| line.seq.is_some()).then_some(()),
        )
    })
    .await?;
    let page = verify().await?;
    assert!(page.contains("nothing was changed, moved or cut") && page.contains("operator.add"), "{page}");
    server.close().await
}

/// What was a space's address in the previous release may be that of a page of this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_space_at_an_address_of_ours_is_named_at_the_start() -> Result<()> {
    let data = tempfile::tempdir()?;
    let (dir, log) = (data.path().join("server"), data.path().join("log"));
    Process::demo_that_logs(&dir, &log, "text", "")?.kill()?;
    assert!(!std::fs::read_to_string(&log)?.contains("has the address"));
    let url = store::default_url(&dir);
    let store = Store::open(&url).await?;
    let sam = store.accounts().by_email("sam@demo.example").await?.context("nobody")?;
    let space = store.spaces().of_account(sam.id).await?.remove(0).0.id.to_string();
    store.close().await;
    let mut connection = AnyConnection::connect(&url).await?;
    for statement in [
        "UPDATE spaces SET slug = 'status' WHERE id = $1",
        "UPDATE space_slugs SET slug = 'status' WHERE space_id = $1",
    ] {
        sqlx::query(statement).bind(space.clone()).execute(&mut connection).await?;
    }
    connection.close().await?;
    let service = Process::demo_that_logs(&dir, &log, "text", "")?;
    let said = std::fs::read_to_string(&log)?;
    assert!(said.contains("has the address /status") && said.contains(&space), "{said}");
    service.kill()
}
