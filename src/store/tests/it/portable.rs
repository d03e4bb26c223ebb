//! The database layer: migrations, statements, counting.

use crate::database::*;
use domain::error::StoreError;
use sqlx::{Connection as _, Executor as _};
use store::{Profile, Store};

#[tokio::test]
async fn migrations_run_twice_and_keep_what_is_there() {
    on_each(async |db| {
        let maya = db.person("maya@example.org").await;
        let again = open(&db.url).await;
        again.ping().await.unwrap();
        assert_eq!(again.accounts().by_id(maya.id).await.unwrap(), maya);
    })
    .await;
}

#[tokio::test]
async fn every_statement_is_understood_by_the_database() {
    on_each(async |db| {
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        let statements = store::statements();
        assert!(statements.len() > 60, "only {} statements are listed", statements.len());
        for text in statements {
            let prepared = connection.prepare(sqlx::SqlStr::from_static(text)).await;
            assert!(prepared.is_ok(), "{text}\n{:?}", prepared.err());
        }
    })
    .await;
}

/// What is not sent through `db.rs` is not counted; `writer.rs` only begins and ends transactions.
#[test]
fn only_one_file_speaks_to_the_connections() {
    let own = std::fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap().map(|file| file.unwrap().path());
    let speaks = |path: &std::path::Path| path.ends_with("db.rs") || path.ends_with("writer.rs");
    for file in own.filter(|path| path.extension().is_some_and(|e| e == "rs") && !speaks(path)) {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["sqlx::query", "AnyPool", "fetch_all", "fetch_one", ".execute(", "raw_sql"] {
            assert!(!text.contains(word), "{} says {word}", file.display());
        }
    }
}

/// PostgreSQL cannot store NUL in a text, and even a look-up with one fails.
#[tokio::test]
async fn a_nul_finds_nothing_and_is_kept_as_a_replacement() {
    on_each(async |db| {
        let (accounts, ann) = (db.store.accounts(), db.person("ann@example.org").await);
        assert_eq!(accounts.by_email("ann@example.org\0").await.unwrap(), None);
        assert!(accounts.by_username(&format!("{}\0", ann.username)).await.unwrap().is_none());
        let profile = Profile {
            username: ann.username,
            name: "Ann".into(),
            bio: "zero: \0".into(),
            site: String::new(),
        };
        assert_eq!(accounts.update(ann.id, &profile).await.unwrap().bio, "zero: \u{fffd}");
    })
    .await;
}

#[tokio::test]
async fn statements_are_counted_by_kind() {
    on_each(async |db| {
        let before = db.store.counted();
        db.store.ping().await.unwrap();
        db.store.sessions().create(db.person("ann@example.org").await.id, "Firefox", NOW).await.unwrap();
        let after = db.store.counted();
        assert!(after.select > before.select && after.insert > before.insert);
        assert_eq!((after.update, after.delete), (before.update, before.delete));
    })
    .await;
}

#[tokio::test]
async fn a_database_in_memory_is_refused() {
    assert!(matches!(Store::open("sqlite::memory:").await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_closed_store_says_that_it_is_away() {
    on_each(async |db| {
        let store = open(&db.url).await;
        store.close().await;
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    })
    .await;
}
