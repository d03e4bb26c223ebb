//! Posts: pages of them, writers that race, their pictures, and what keeps an experience.

use crate::database::*;
use domain::{
    catalogue::{
        content::posts::{After, MOST_PICTURES, PostText},
        offer::{Experience, ExperienceKind},
    },
    error::StoreError,
    id::*,
    people::account::TeamRole,
    picture::{NewPicture, PictureId, Purpose},
    time::{Millis, Span},
};
use store::{Bookmark, Datum, ExperienceText, NewStreams, Part, PictureOwner};

fn text(title: &str) -> PostText {
    PostText { title: title.into(), body: format!("About {title}.") }
}

fn picture(n: u8) -> NewPicture {
    NewPicture { id: PictureId([n; 32]), purpose: Purpose::Post, dimensions: (800, 600), files: Vec::new() }
}

impl TestDatabase {
    async fn of_kind(&self, space: SpaceId, kind: ExperienceKind) -> Experience {
        let text = ExperienceText { slug: kind.code().into(), title: "x".into(), about: String::new() };
        self.store.experiences().create(space, kind, &text, NOW).await.expect("an experience")
    }

    async fn post(&self, of: &Experience, by: AccountId, title: &str, public: bool, now: Millis) -> PostId {
        self.change(async |tx| tx.create_post(of.id, by, &text(title), public, now).await)
            .await
            .expect("a post")
    }

    async fn titles(&self, of: &Experience, after: Option<After>, limit: usize) -> Vec<String> {
        let page = self.store.posts().page(of.id, after, limit).await.expect("a page");
        page.into_iter().map(|post| post.title).collect()
    }
}

#[tokio::test]
async fn an_experience_keeps_its_kind_and_holds_only_what_is_of_it() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let [show, posts, community] = [
            db.of_kind(space.id, ExperienceKind::Show).await,
            db.of_kind(space.id, ExperienceKind::Posts).await,
            db.of_kind(space.id, ExperienceKind::Community).await,
        ];
        let kinds = db.store.experiences().list(space.id).await.unwrap();
        let made = [show.kind, posts.kind, community.kind];
        assert_eq!(kinds.iter().map(|e| e.kind).collect::<Vec<_>>(), made);
        for (of, holds_posts, has_streams) in
            [(&show, false, true), (&posts, true, false), (&community, false, false)]
        {
            let post =
                db.change(async |tx| tx.create_post(of.id, maya.id, &text("x"), true, NOW).await).await;
            assert_eq!(post.is_ok(), holds_posts, "{:?}: {post:?}", of.kind);
            let new = NewStreams { title: "x", at: &[], count_hidden: false };
            let stream = db.change(async |tx| tx.schedule_streams(of.id, &new, NOW).await).await;
            assert_eq!(stream.is_ok(), has_streams, "{:?}: {stream:?}", of.kind);
            let change =
                ExperienceText { slug: of.slug.as_str().into(), title: "y".into(), about: String::new() };
            let changed =
                db.change(async |tx| tx.update_experience(of.id, &change, NOW).await).await.unwrap();
            assert_eq!(changed.kind, of.kind);
        }
        // A community has its room from the beginning; a show has one for each stream, and posts have none.
        let place = db.store.access().place_of(RoomId::of_experience(community.id)).await.unwrap();
        assert_eq!((place.experience.id, place.stream), (community.id, None));
        let nowhere = db.store.access().place_of(RoomId::of_experience(show.id)).await;
        assert!(matches!(nowhere, Err(StoreError::NotFound)), "{nowhere:?}");

        let kept = db.change(async |tx| tx.delete_experience(posts.id).await).await.unwrap().unwrap_err();
        assert_eq!((kept.posts, kept.lines, kept.shows), (1, 0, 0));
        assert!(db.change(async |tx| tx.delete_experience(community.id).await).await.unwrap().is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_page_begins_where_the_last_one_ended() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let posts = db.of_kind(space.id, ExperienceKind::Posts).await;
        for n in 0..5 {
            // Two at each moment: the id decides.
            let at = NOW + Span(n / 2);
            db.post(&posts, maya.id, &n.to_string(), true, at).await;
        }
        let draft = db.post(&posts, maya.id, "draft", false, NOW + Span::hours(1)).await;
        assert_eq!(db.titles(&posts, None, 9).await, ["4", "3", "2", "1", "0"]);
        let first = db.store.posts().page(posts.id, None, 2).await.unwrap();
        let place = After::of(&first[1]);
        db.post(&posts, maya.id, "5", true, NOW + Span::secs(9)).await;
        assert_eq!(db.titles(&posts, place, 2).await, ["2", "1"]);
        db.change(async |tx| tx.delete_post(first[1].id, NOW).await).await.unwrap();
        assert_eq!(db.titles(&posts, place, 2).await, ["2", "1"], "also once that post is deleted");
        assert_eq!(db.store.posts().teasers(posts.id, 1).await.unwrap()[0].title, "5");
        let team = db.store.posts().of_team(posts.id, 2).await.unwrap();
        assert_eq!((team[0].id, team[0].published_at, team[1].title.as_str()), (draft, None, "5"));
        let later = NOW + Span::hours(2);
        let save = async |version, words: &str, public, at| {
            let by = (maya.id, at);
            db.change(async |tx| tx.update_post(draft, version, &text(words), public, by).await)
                .await
                .unwrap();
        };
        save(1, "done", true, later).await;
        assert_eq!(db.titles(&posts, None, 1).await, ["done"]);
        let post = db.store.posts().by_id(draft).await.unwrap();
        assert_eq!((post.published_at, post.edited_at, post.version), (Some(later), None, 2));
        let again = later + Span::secs(1);
        save(2, "better", true, again).await;
        let post = db.store.posts().by_id(draft).await.unwrap();
        assert_eq!((post.published_at, post.edited_at), (Some(later), Some(again)));
        save(3, "not yet", false, again).await;
        let post = db.store.posts().by_id(draft).await.unwrap();
        assert_eq!((post.published_at, post.edited_at), (None, None));
    })
    .await;
}

#[tokio::test]
async fn whoever_left_the_team_takes_no_words_of_others_along() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let bea = db.person("bea@example.org").await;
        let posts = db.of_kind(space.id, ExperienceKind::Posts).await;
        let id = db.post(&posts, bea.id, "hers", false, NOW).await;
        let (picture, owner) = (picture(1), PictureOwner::Posts(posts.id));
        db.store.pictures().expect(picture.id, Purpose::Post, owner, 6, NOW).await.unwrap();
        let exported = async |part: Part, column: usize| {
            let page = db.store.exports().page(part, bea.id, Bookmark::default()).await.unwrap();
            page.rows[0][column].clone()
        };
        let (title, body, alt) = ((Part::Posts, 3), (Part::Posts, 4), (Part::Pictures, 2));
        let words = |words: &str| Datum::Text(words.into());
        assert_eq!(exported(title.0, title.1).await, words("hers"), "her own words");
        let by = (maya.id, NOW);
        db.change(async |tx| tx.update_post(id, 1, &text("theirs"), false, by).await).await.unwrap();
        db.change(async |tx| tx.add_post_picture(id, &picture, "theirs").await).await.unwrap();
        for (part, column) in [title, body, alt] {
            assert_eq!(exported(part, column).await, Datum::Nothing, "{part:?} {column}");
        }
        db.change(async |tx| tx.put_member(space.team, bea.id, TeamRole::Editor, NOW).await).await.unwrap();
        assert_eq!(exported(title.0, title.1).await, words("theirs"), "of the team");
        assert_eq!(exported(alt.0, alt.1).await, words("theirs"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_writers_that_race_one_saves() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let posts = db.of_kind(space.id, ExperienceKind::Posts).await;
        let id = db.post(&posts, maya.id, "first", true, NOW).await;
        let saved = race(12, |n| {
            let db = db.clone();
            let words = text(&n.to_string());
            let by = (maya.id, NOW);
            async move { db.change(async |tx| tx.update_post(id, 1, &words, true, by).await).await }
        })
        .await;
        assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1);
        assert!(
            saved.iter().all(|saved| matches!(saved, Ok(()) | Err(StoreError::Conflict("version")))),
            "{saved:?}"
        );
        assert_eq!(db.store.posts().by_id(id).await.unwrap().version, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_shows_a_few_pictures_which_are_kept_as_long() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let posts = db.of_kind(space.id, ExperienceKind::Posts).await;
        let id = db.post(&posts, maya.id, "first", true, NOW).await;
        let owner = PictureOwner::Posts(posts.id);
        for n in 0..6 {
            db.store.pictures().expect(picture(n).id, Purpose::Post, owner, 6, NOW).await.unwrap();
        }
        let over = db.store.pictures().expect(picture(9).id, Purpose::Post, owner, 6, NOW).await;
        assert!(matches!(over, Err(StoreError::Conflict("pictures"))), "{over:?}");
        let added = race(6, |n| {
            let db = db.clone();
            async move {
                let new = picture(n as u8);
                db.change(async |tx| tx.add_post_picture(id, &new, "a kettle").await).await
            }
        })
        .await;
        assert_eq!(added.iter().filter(|added| added.is_ok()).count() as i64, MOST_PICTURES);
        let shown = db.store.posts().by_id(id).await.unwrap().pictures;
        assert_eq!(shown.len() as i64, MOST_PICTURES);
        assert_eq!((shown[0].alt.as_str(), shown[0].width, shown[0].height), ("a kettle", 800, 600));
        let later = NOW + Span::hours(1);
        let unshown = async |at| db.store.pictures().unshown(at, 9).await.unwrap().len();
        assert_eq!(unshown(later).await, 2, "those that no post shows");
        let gone = shown[0].id;
        db.change(async |tx| tx.remove_post_picture(id, gone, later).await).await.unwrap();
        assert_eq!((unshown(later).await, unshown(later + Span(1)).await), (2, 3));
        let twice = db.change(async |tx| {
            tx.add_post_picture(id, &NewPicture { id: shown[1].id, ..picture(0) }, "").await
        });
        assert!(matches!(twice.await, Err(StoreError::Conflict("post_pictures"))));
        db.change(async |tx| tx.delete_post(id, later).await).await.unwrap();
        assert_eq!(unshown(later + Span(1)).await, 6);
        assert!(matches!(db.store.posts().by_id(id).await, Err(StoreError::NotFound)));
    })
    .await;
}
