//! The database layer: migrations, statements, counting.

use crate::database::*;
use domain::{catalogue::explore::Query, change::Change, error::StoreError};
use sqlx::{Connection as _, Executor as _};
use store::{Entrant, News, Profile, Store, Viewer};

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

/// All files in a folder and below it.
fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// Only `db` sends statements: what is sent elsewhere is not counted and not listed in [`store::statements`].
#[test]
fn only_one_folder_speaks_to_the_connections() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let folders = folders.filter(|path| path.is_dir() && !path.ends_with("db") && !path.ends_with("tests"));
    let mut files = vec![root.join("lib.rs")];
    folders.for_each(|folder| collect(&folder, &mut files));
    assert!(files.len() > 25, "{files:?}");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["sqlx", "AnyPool", "fetch_all", "fetch_one", ".execute(", "raw_sql"] {
            assert!(!text.contains(word), "{} says {word}", file.display());
        }
    }
}

/// The next release writes kinds of changes that this one does not know.
#[tokio::test]
async fn a_change_that_is_not_understood_holds_back_none_after_it() {
    on_each(async |db| {
        let (changes, ann) = (db.store.changes(), db.person("ann@example.org").await);
        let mut position = changes.position();
        let known = Change::Account { account: ann.id };
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        for body in [r#"{"change":"renamed"}"#.to_owned(), serde_json::to_string(&known).unwrap()] {
            let row =
                sqlx::query("INSERT INTO changes (id, origin, body) VALUES ($1, 'the next release', $2)");
            let row = row.bind(uuid::Uuid::now_v7().simple().to_string()).bind(body);
            row.execute(&mut connection).await.unwrap();
        }
        let news = changes.of_others(&mut position).await.unwrap();
        assert_eq!(news, News { changes: vec![known], unknown: 1 });
        assert_eq!(changes.of_others(&mut position).await.unwrap(), News::default(), "each is read once");
    })
    .await;
}

/// The next release adds columns while this one runs, with its statements prepared.
#[tokio::test]
async fn a_table_may_get_more_columns_while_a_release_runs() {
    on_each(async |db| {
        let (maya, experience, stream) = db.stage().await;
        let pass = db.pass(experience.space, "front-row", euros(5), &[experience.id]).await;
        db.store.grants().give(maya.id, pass.id, NOW).await.unwrap();
        let look = async || {
            let store = &db.store;
            // More often than there are connections, so that each has prepared every statement.
            for _ in 0..20 {
                store.accounts().by_id(maya.id).await.unwrap();
                store.spaces().of_account(maya.id).await.unwrap();
                store.spaces().discover(&Query::default(), None, Viewer::default(), 10).await.unwrap();
                store.experiences().list(experience.space).await.unwrap();
                store.passes().list(experience.space).await.unwrap();
                store.streams().by_id(stream.id).await.unwrap();
                store.grants().of_account(maya.id).await.unwrap();
                store.bans().list(experience.space).await.unwrap();
                store.checkouts().unsettled().await.unwrap();
                store.purchases().of_account(maya.id).await.unwrap();
                store.access().of_room(Some(Entrant::absent(maya.id)), stream.room, NOW).await.unwrap();
                db.publish(experience.space, NOW).await.unwrap();
            }
        };
        look().await;
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        for table in [
            "accounts",
            "spaces",
            "experiences",
            "passes",
            "streams",
            "grants",
            "bans",
            "checkouts",
            "purchases",
        ] {
            let grow = format!("ALTER TABLE {table} ADD COLUMN of_the_next_release BIGINT");
            connection.execute(sqlx::AssertSqlSafe(grow)).await.unwrap();
        }
        look().await;
    })
    .await;
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
        let ann = db.person("ann@example.org").await;
        let before = db.store.counted();
        db.store.ping().await.unwrap();
        db.store.sessions().create(ann.id, "Firefox", NOW).await.unwrap();
        let after = db.store.counted();
        assert!(after.select > before.select && after.insert > before.insert);
        // A session locks its account.
        assert_eq!((after.update, after.delete), (before.update + 1, before.delete));
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
