//! What a migration makes of rows from before it.

use crate::database::*;
use domain::{
    catalogue::{content::posts::PostText, offer::ExperienceKind},
    mail::MailKind,
};
use sqlx::{Connection as _, Executor as _};
use store::ExperienceText;

const POSTS_TOLD: &str = include_str!("../../../../migrations/0104_posts_told.sql");
/// Takes the tables back to before it.
const BEFORE_POSTS_TOLD: [&str; 4] = [
    "DROP INDEX posts_told",
    "DROP INDEX posts_author",
    "ALTER TABLE posts DROP COLUMN told_at",
    "ALTER TABLE posts DROP COLUMN edited_by",
];

#[tokio::test]
async fn mail_about_posts_begins_with_new_ones_and_not_for_those_who_want_none() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let of = ExperienceText { slug: "posts".into(), title: "Posts".into(), about: String::new() };
        let of = db.store.experiences().create(space.id, ExperienceKind::Posts, &of, NOW).await.unwrap();
        for public in [true, false] {
            let text = PostText { title: "Tuning".into(), body: "Half a step down.".into() };
            db.change(async |tx| tx.create_post(of.id, maya.id, &text, public, NOW).await).await.unwrap();
        }
        // Of the kinds from before, one person wants none, one wants one, and one has never chosen.
        let before = [MailKind::Planned, MailKind::Reminders, MailKind::Live, MailKind::Changes];
        let [ann, ben, cleo] = [
            db.person("ann@example.org").await.id,
            db.person("ben@example.org").await.id,
            db.person("cleo@example.org").await.id,
        ];
        for (who, kinds) in [(ann, &before[..]), (ben, &before[1..])] {
            for kind in kinds {
                db.change(async |tx| tx.switch_mail(who, *kind, false, NOW).await).await.unwrap();
            }
        }

        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        for statement in BEFORE_POSTS_TOLD {
            connection.execute(statement).await.unwrap();
        }
        connection.execute(POSTS_TOLD).await.unwrap();

        for (which, rows) in [
            ("UPDATE posts SET version = version WHERE told_at = published_at", 1),
            ("UPDATE posts SET version = version WHERE told_at IS NULL AND published_at IS NULL", 1),
            ("UPDATE posts SET version = version", 2),
        ] {
            assert_eq!(connection.execute(which).await.unwrap().rows_affected(), rows, "{which}");
        }
        let wanted = async |who| db.store.preferences().wanted(who).await.unwrap();
        assert_eq!(wanted(ann).await, Vec::<MailKind>::new());
        assert_eq!(wanted(ben).await, [MailKind::Planned, MailKind::Posts]);
        assert_eq!(wanted(cleo).await, MailKind::ALL);
    })
    .await;
}
