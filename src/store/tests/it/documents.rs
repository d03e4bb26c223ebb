//! The texts of the service: what a release ships beside what operators write.

use crate::database::*;
use domain::{
    error::StoreError,
    text::{
        documents::{Document, Text},
        language::Language,
    },
};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

/// As if an earlier release had shipped its texts, in English alone.
async fn ship_earlier(db: &TestDatabase) {
    db.store.documents().ship(NOW).await.unwrap();
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    for text in ["DELETE FROM document_texts", "UPDATE document_versions SET body = 'Of the last release.'"] {
        connection.execute(AssertSqlSafe(text)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_puts_nothing_beside_what_an_operator_writes_at_once() {
    on_each(async |db| {
        let olga = db.person("olga@example.org").await.id;
        ship_earlier(&db).await;
        let written = Text::of(Language::English, "Ours.\n");
        race(2 * Document::ALL.len(), |n| {
            let (db, written) = (db.clone(), [written.clone()]);
            async move {
                if n % 2 == 0 {
                    return db.store.documents().ship(NOW).await.unwrap();
                }
                let document = Document::ALL[n / 2];
                let answer =
                    db.change(async |tx| tx.publish_document(document, 1, &written, olga, NOW).await).await;
                assert!(matches!(answer, Ok(2) | Err(StoreError::Conflict("version"))), "{answer:?}");
            }
        })
        .await;
        for document in Document::ALL {
            let version = db.store.documents().version(document, 2).await.unwrap();
            match version.by {
                Some(_) => assert_eq!(version.texts, std::slice::from_ref(&written), "{document:?}"),
                None => assert_eq!(version.texts, document.all_shipped(), "{document:?}"),
            }
            assert_eq!(db.store.documents().newest(document).await.unwrap(), 2, "{document:?}");
        }
    })
    .await;
}
