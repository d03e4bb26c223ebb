//! The rows of files: quotas that hold in a race, counted bytes, and what may be deleted when.

use crate::database::*;
use domain::{
    catalogue::{
        content::{
            files::{File, NewFile, OPEN_OF_A_SPACE, OPEN_OF_AN_ACCOUNT, Room},
            videos::{VideoRefusal, VideoState},
        },
        offer::ExperienceKind,
    },
    error::StoreError,
    id::{AccountId, ExperienceId, FileId},
    picture::{PictureId, Purpose},
    time::{Millis, Span},
};
use store::{ExperienceText, PictureOwner};

const ROOM: Room = Room { of_a_file: 1000, of_a_space: 1000, of_all: 2500 };

impl TestDatabase {
    /// A place for files in the space of somebody new.
    async fn shelf(&self, email: &str) -> (AccountId, ExperienceId) {
        self.shelf_of(email, ExperienceKind::Files).await
    }

    async fn shelf_of(&self, email: &str, kind: ExperienceKind) -> (AccountId, ExperienceId) {
        let (creator, space) = self.creator(email).await;
        let text = ExperienceText { slug: "notes".into(), title: "Notes".into(), about: String::new() };
        let made = self.store.experiences().create(space.id, kind, &text, NOW).await;
        (creator.id, made.expect("a place for files").id)
    }

    async fn begin_file(
        &self,
        (by, at): (AccountId, ExperienceId),
        size: i64,
        now: Millis,
    ) -> Result<File, StoreError> {
        let new = NewFile { name: "a.txt".into(), about: String::new(), size };
        self.change(async |tx| tx.create_file(by, at, &new, ROOM, now).await).await
    }

    async fn doomed(&self, now: Millis) -> Vec<FileId> {
        self.store.files().doomed(now, 99).await.unwrap().into_iter().map(|file| file.id).collect()
    }
}

#[tokio::test]
async fn files_that_race_stay_within_the_quotas() {
    on_each(async |db| {
        let shelf = db.shelf("maya@example.org").await;
        let done = race(12, |_| {
            let db = db.clone();
            async move { db.begin_file(shelf, 1, NOW).await.map(drop) }
        });
        let done = done.await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count() as i64, OPEN_OF_AN_ACCOUNT);
        assert!(
            done.iter().all(|done| matches!(done, Ok(()) | Err(StoreError::Conflict("on_their_way")))),
            "{done:?}"
        );
        for n in 0..OPEN_OF_A_SPACE {
            let other = db.person(&format!("other{n}@example.org")).await;
            let begun = db.begin_file((other.id, shelf.1), 1, NOW).await.is_ok();
            assert_eq!(begun, n < OPEN_OF_A_SPACE - OPEN_OF_AN_ACCOUNT, "{n}");
        }
        let later = NOW + Span::days(1);
        let room = |size| db.begin_file(shelf, size, later);
        assert!(matches!(room(1001).await, Err(StoreError::Conflict("room"))), "what has expired is gone");
        let half = room(600).await.unwrap();
        assert!(matches!(room(401).await, Err(StoreError::Conflict("room"))));
        db.change(async |tx| tx.delete_file(half.id, later).await).await.unwrap();
        assert!(room(1000).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn bytes_count_for_their_space_their_sender_and_everybody_until_they_are_gone() {
    on_each(async |db| {
        let shelf = db.shelf("maya@example.org").await;
        let half = db.begin_file(shelf, 600, NOW).await.unwrap().id;
        assert!(db.store.files().advance(half, 0, 500, "some").await.unwrap());
        db.change(async |tx| tx.delete_file(half, NOW).await).await.unwrap();
        let refused = db.begin_file(shelf, 501, NOW).await;
        assert!(
            matches!(refused, Err(StoreError::Conflict("room"))),
            "what has arrived of it is there still"
        );
        db.begin_file(shelf, 500, NOW).await.unwrap();
        let (maya, ben, cy) = (shelf.0, db.shelf("ben@example.org").await, db.shelf("cy@example.org").await);
        for (by, at, size, refusal) in
            [(maya, ben.1, 1000, None), (maya, cy.1, 1, Some("own_room")), (cy.0, cy.1, 1000, None)]
        {
            let refused = match db.begin_file((by, at), size, NOW).await {
                Ok(_) => None,
                Err(StoreError::Conflict(code)) => Some(code),
                Err(error) => panic!("{error}"),
            };
            assert_eq!(refused, refusal, "{size}");
        }
        db.store.files().forget(half).await.unwrap();
        assert!(db.begin_file(shelf, 500, NOW).await.is_ok(), "its own space has room again");
    })
    .await;
}

#[tokio::test]
async fn all_files_together_take_what_has_arrived_and_not_what_was_announced() {
    on_each(async |db| {
        let files = db.store.files();
        assert_eq!(files.received().await.unwrap(), 0);
        let mut announced = Vec::new();
        for n in 0..4 {
            let shelf = db.shelf(&format!("person{n}@example.org")).await;
            announced.push(db.begin_file(shelf, 900, NOW).await.unwrap().id);
        }
        assert_eq!(files.received().await.unwrap(), 0, "3600 were announced, and none has come");
        for id in &announced[..2] {
            db.change(async |tx| tx.file_arrived(*id, 0, "all", NOW).await).await.unwrap();
        }
        assert!(files.advance(announced[2], 0, 400, "some").await.unwrap());
        assert_eq!(files.received().await.unwrap(), 2200);
        db.change(async |tx| tx.delete_file(announced[0], NOW).await).await.unwrap();
        assert_eq!(files.received().await.unwrap(), 2200, "its bytes are there still");
        let late = db.shelf("late@example.org").await;
        let refused = db.begin_file(late, 301, NOW).await;
        assert!(matches!(refused, Err(StoreError::Conflict("all_room"))));
        assert!(db.begin_file(late, 300, NOW).await.is_ok());
        files.forget(announced[0]).await.unwrap();
        assert_eq!(files.received().await.unwrap(), 1300);
    })
    .await;
}

#[tokio::test]
async fn bytes_are_counted_once_and_in_order() {
    on_each(async |db| {
        let shelf = db.shelf("maya@example.org").await;
        let (id, files) = (db.begin_file(shelf, 10, NOW).await.unwrap().id, db.store.files());
        assert!(files.advance(id, 0, 4, "four").await.unwrap());
        assert!(!files.advance(id, 0, 6, "six").await.unwrap(), "others were counted meanwhile");
        let wrong = db.change(async |tx| tx.file_arrived(id, 6, "all", NOW).await).await;
        assert!(matches!(wrong, Err(StoreError::Conflict("offset"))));
        assert!(files.list(shelf.1).await.unwrap().is_empty(), "it is on its way");
        db.change(async |tx| tx.file_arrived(id, 4, "all", NOW).await).await.unwrap();
        let file = files.by_id(id).await.unwrap();
        assert_eq!((file.received, file.progress.as_str(), file.is_ready()), (10, "all", false));
        assert!(!files.advance(id, 10, 11, "more").await.unwrap(), "everything has arrived");
        files.complete(id, "ab").await.unwrap();
        files.count_download(id).await.unwrap();
        let listed = files.list(shelf.1).await.unwrap();
        assert_eq!((listed[0].is_ready(), listed[0].downloads), (true, 1));
        db.change(async |tx| tx.delete_file(id, NOW).await).await.unwrap();
        assert!(matches!(files.by_id(id).await, Err(StoreError::NotFound)));
        let again = db.change(async |tx| tx.delete_file(id, NOW).await).await;
        assert!(matches!(again, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn what_nobody_needs_is_deleted_in_time() {
    on_each(async |db| {
        let shelf = db.shelf("maya@example.org").await;
        let mut files = Vec::new();
        for _ in 0..4 {
            files.push(db.begin_file(shelf, 10, NOW).await.unwrap().id);
        }
        let [kept, gone, cancelled, late] = files[..] else { panic!("four files") };
        for id in [kept, gone] {
            db.change(async |tx| tx.file_arrived(id, 0, "all", NOW).await).await.unwrap();
        }
        for id in [gone, cancelled] {
            db.change(async |tx| tx.delete_file(id, NOW).await).await.unwrap();
        }
        assert_eq!(db.doomed(NOW).await, [gone], "a piece of the cancelled one may be on its way");
        assert_eq!(db.doomed(NOW + Span::hours(2)).await, [gone, cancelled]);
        assert_eq!(db.doomed(NOW + Span::hours(26)).await, [gone, cancelled, late]);
        for id in [gone, cancelled, late] {
            db.store.files().forget(id).await.unwrap();
        }
        let space = db.store.files().by_id(kept).await.unwrap().space;
        db.change(async |tx| tx.close_space(space, shelf.0, NOW).await.map(drop)).await.unwrap();
        assert!(db.doomed(NOW + Span::days(29)).await.is_empty(), "it can be reopened");
        assert_eq!(db.doomed(NOW + Span::days(31)).await, [kept]);
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_among_videos_waits_to_be_examined() {
    on_each(async |db| {
        let files = db.store.files();
        let notes = db.begin_file(db.shelf("maya@example.org").await, 10, NOW).await.unwrap();
        assert_eq!(notes.video, None);
        let refused = VideoState::Refused(VideoRefusal::Kind("AVI".into()));
        files.examined(notes.id, &refused).await.unwrap();
        assert_eq!(files.by_id(notes.id).await.unwrap().video, None, "it is no video");
        let shelf = db.shelf_of("ben@example.org", ExperienceKind::Videos).await;
        let video = db.begin_file(shelf, 10, NOW).await.unwrap();
        assert_eq!(video.video, Some(VideoState::Waits));
        files.examined(video.id, &refused).await.unwrap();
        assert_eq!(files.by_id(video.id).await.unwrap().video, Some(refused));
        let open = files.on_their_way(shelf.1, shelf.0, NOW).await.unwrap();
        assert_eq!(open.len(), 1, "it goes on like any file");
    })
    .await;
}

#[tokio::test]
async fn the_picture_of_a_video_stays_as_long_as_it_shows_it() {
    on_each(async |db| {
        let pictures = db.store.pictures();
        let shelf = db.shelf_of("maya@example.org", ExperienceKind::Videos).await;
        let video = db.begin_file(shelf, 10, NOW).await.unwrap().id;
        let (first, second) = (PictureId([1; 32]), PictureId([2; 32]));
        for picture in [first, second] {
            let owner = PictureOwner::Posts(shelf.1);
            pictures.expect(picture, Purpose::Post, owner, 6, NOW).await.unwrap();
        }
        let show = async |file: FileId, picture: PictureId, now: Millis| {
            db.change(async |tx| tx.set_poster(file, picture, now).await).await
        };
        let unshown = async |now: Millis| {
            let found = pictures.unshown(now, 9).await.unwrap();
            found.into_iter().map(|(picture, _)| picture).collect::<Vec<_>>()
        };
        let later = NOW + Span::days(2);
        show(video, first, NOW).await.unwrap();
        assert_eq!(db.store.files().by_id(video).await.unwrap().poster, Some(first));
        assert_eq!(unshown(later).await, [second]);
        show(video, second, later).await.unwrap();
        assert!(unshown(later).await.is_empty(), "pages that are open show the first one");
        assert_eq!(unshown(later + Span::days(1)).await, [first]);
        let notes = db.begin_file(db.shelf("ben@example.org").await, 10, NOW).await.unwrap().id;
        assert!(matches!(show(notes, first, NOW).await, Err(StoreError::NotFound)), "it is no video");
    })
    .await;
}
