//! The rows of captions: kept while their show is recorded, in order, bounded, and gone with the recording. And their keys.

use crate::{database::*, recordings::new};
use domain::{
    error::StoreError,
    id::StreamId,
    live::captions::{Caption, MOST},
    time::Span,
};
use sqlx::{Connection as _, Executor as _};
use store::KeyVersions;

fn said(seconds: i64, text: &str) -> Caption {
    Caption { at: NOW + Span::secs(seconds), until: None, text: text.into() }
}

#[tokio::test]
async fn captions_are_kept_while_a_show_is_recorded_and_go_with_the_recording() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let (captions, recordings) = (db.store.captions(), db.store.recordings());
        assert!(!captions.keep(stream.id, &said(0, "not yet")).await.unwrap());
        recordings.begin_awaited(NOW).await.unwrap();
        assert!(!captions.exist(stream.id).await.unwrap());
        for (second, text) in [(2, "two"), (1, "one"), (2, "two again")] {
            assert!(captions.keep(stream.id, &said(second, text)).await.unwrap());
        }
        let kept = async |of| captions.of_stream(of, 0..MOST).await.unwrap();
        assert_eq!(kept(stream.id).await, [said(1, "one"), said(2, "two"), said(2, "two again")]);
        assert_eq!(captions.of_stream(stream.id, 1..2).await.unwrap(), [said(2, "two")]);
        assert_eq!(captions.of_stream(stream.id, 3..5).await.unwrap(), []);
        assert!(captions.exist(stream.id).await.unwrap());
        let other = StreamId::new();
        assert_eq!((kept(other).await, captions.exist(other).await.unwrap()), (vec![], false));
        recordings.keep(stream.id, &new(0, 10)).await.unwrap();
        recordings.complete(stream.id, 20, NOW + Span::days(9)).await.unwrap();
        assert!(!captions.keep(stream.id, &said(9, "too late")).await.unwrap());
        assert_eq!(kept(stream.id).await.len(), 3);
        recordings.forget(stream.id).await.unwrap();
        assert_eq!(kept(stream.id).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_file_replaces_what_was_sent() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let (captions, recordings) = (db.store.captions(), db.store.recordings());
        recordings.begin_awaited(NOW).await.unwrap();
        assert!(captions.keep(stream.id, &said(1, "sent")).await.unwrap());
        let ends = |seconds, text: &str| Caption { until: Some(NOW + Span::secs(60)), ..said(seconds, text) };
        let file: Vec<Caption> = (0..300).map(|nth| ends(nth, "one\ntwo")).collect();
        let replace =
            async |lines: &[Caption]| db.change(async |tx| tx.replace_captions(stream.id, lines).await).await;
        assert!(matches!(replace(&file).await, Err(StoreError::NotFound)), "it is still recorded");
        recordings.keep(stream.id, &new(0, 10)).await.unwrap();
        recordings.complete(stream.id, 20, NOW + Span::days(9)).await.unwrap();
        for lines in [&file[..], &file[7..9]] {
            replace(lines).await.unwrap();
            assert_eq!(captions.of_stream(stream.id, 0..MOST).await.unwrap(), lines);
        }
        db.change(async |tx| tx.delete_recording(stream.id, NOW).await).await.unwrap();
        assert!(matches!(replace(&file).await, Err(StoreError::NotFound)), "it is deleted");
    })
    .await;
}

#[tokio::test]
async fn captions_of_a_show_are_bounded() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        db.store.recordings().begin_awaited(NOW).await.unwrap();
        let sql = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) INSERT INTO captions
             (id, stream_id, said_at, line) SELECT 'line ' || CAST(i AS TEXT), '{}', {}, 'words' FROM n",
            MOST - 1,
            stream.id,
            NOW.0
        );
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        for kept in [true, false] {
            assert_eq!(db.store.captions().keep(stream.id, &said(1, "one more")).await.unwrap(), kept);
        }
        assert_eq!(db.store.captions().of_stream(stream.id, 0..MOST + 9).await.unwrap().len() as i64, MOST);
    })
    .await;
}

#[tokio::test]
async fn keys_of_captions_rotate_without_those_of_encoders() {
    on_each(async |db| {
        let (_, _, stream) = db.stage().await;
        let versions = async || db.store.captions().key_versions(stream.id).await.unwrap();
        assert_eq!(versions().await, KeyVersions { whip: 1, captions: 1 });
        assert_eq!(db.change(async |tx| tx.rotate_caption_key(stream.id).await).await.unwrap(), 2);
        assert_eq!(versions().await, KeyVersions { whip: 1, captions: 2 });
        db.change(async |tx| tx.rotate_whip_key(stream.id).await).await.unwrap();
        assert_eq!(versions().await, KeyVersions { whip: 2, captions: 2 });
        let none = StreamId::new();
        let rotated = db.change(async |tx| tx.rotate_caption_key(none).await).await;
        assert!(matches!(rotated, Err(StoreError::NotFound)));
        assert!(matches!(db.store.captions().key_versions(none).await, Err(StoreError::NotFound)));
    })
    .await;
}
