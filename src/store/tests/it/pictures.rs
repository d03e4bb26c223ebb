//! The rows of uploaded pictures: quota, and what may be deleted when.

use crate::database::*;
use domain::{
    change::Change,
    error::StoreError,
    id::SpaceId,
    picture::{PictureId, Purpose},
    time::{Millis, Span},
};
use store::{Act, PictureOwner};

const LATER: Millis = Millis(NOW.0 + 3_600_000);

fn picture(n: u8) -> PictureId {
    PictureId([n; 32])
}

impl TestDatabase {
    /// `Err`: what it conflicts with.
    async fn expect(&self, n: u8, owner: PictureOwner, now: Millis) -> Result<(), &'static str> {
        let expected = self.store.pictures().expect(picture(n), Purpose::Cover, owner, 3, now).await;
        expected.map_err(|error| match error {
            StoreError::Conflict(what) => what,
            other => panic!("{other}"),
        })
    }

    async fn unshown(&self, before: Millis) -> Vec<PictureId> {
        let found = self.store.pictures().unshown(before, 9).await.unwrap();
        assert!(found.iter().all(|(_, purpose)| *purpose == Purpose::Cover));
        found.into_iter().map(|(id, _)| id).collect()
    }

    async fn show(&self, space: SpaceId, cover: Option<PictureId>, now: Millis) {
        let mut tx = self.store.begin().await.unwrap();
        tx.set_cover(space, cover, "a piano", now).await.unwrap();
        let act =
            Act { actor: None, action: "space.cover".into(), target: String::new(), detail: String::new() };
        tx.commit_audited(act, &[Change::Space { space }], now).await.unwrap();
    }
}

#[tokio::test]
async fn an_owner_has_a_few_pictures() {
    on_each(async |db| {
        let maya = db.person("maya@example.org").await;
        let (space, _) = db.store.spaces().of_account(maya.id).await.unwrap().remove(0);
        let (own, of_space) = (PictureOwner::Account(maya.id), PictureOwner::Space(space.id));
        for n in 0..3 {
            assert_eq!(db.expect(n, of_space, NOW).await, Ok(()));
        }
        assert_eq!(db.expect(3, of_space, NOW).await, Err("pictures"));
        assert_eq!(db.expect(2, of_space, LATER).await, Ok(()), "it is there already");
        assert_eq!(db.expect(3, own, NOW).await, Ok(()), "the account has its own");
        assert_eq!(db.unshown(LATER).await, [picture(0), picture(1), picture(3)]);
    })
    .await;
}

#[tokio::test]
async fn uploads_that_race_stay_within_the_quota() {
    on_each(async |db| {
        let maya = db.person("maya@example.org").await;
        let (space, _) = db.store.spaces().of_account(maya.id).await.unwrap().remove(0);
        let done = race(12, |n| {
            let db = db.clone();
            async move { db.expect(n as u8, PictureOwner::Space(space.id), NOW).await.is_ok() }
        });
        assert_eq!(done.await.into_iter().filter(|ok| *ok).count(), 3);
    })
    .await;
}

#[tokio::test]
async fn only_what_nothing_shows_and_is_old_is_deleted() {
    on_each(async |db| {
        let maya = db.person("maya@example.org").await;
        let (space, _) = db.store.spaces().of_account(maya.id).await.unwrap().remove(0);
        let (owner, pictures) = (PictureOwner::Space(space.id), db.store.pictures());
        for n in 1..=2 {
            db.expect(n, owner, NOW).await.unwrap();
        }
        db.show(space.id, Some(picture(1)), NOW).await;
        let shown = db.store.spaces().by_id(space.id).await.unwrap();
        assert_eq!((shown.cover, shown.cover_alt.as_str()), (Some(picture(1)), "a piano"));
        assert_eq!(db.unshown(LATER).await, [picture(2)], "the other one is shown");
        assert_eq!(db.unshown(NOW).await, [], "and this one is new");
        assert!(!pictures.doom(picture(1), LATER, LATER).await.unwrap());
        assert!(!pictures.doom(picture(2), NOW, LATER).await.unwrap());

        assert!(pictures.doom(picture(2), LATER, LATER).await.unwrap());
        assert_eq!(db.expect(2, owner, LATER).await, Err("picture"));
        assert_eq!(db.unshown(LATER).await, [picture(2)], "until it is forgotten");
        pictures.forget(picture(2)).await.unwrap();
        pictures.forget(picture(1)).await.unwrap();
        assert_eq!(db.expect(2, owner, LATER).await, Ok(()));

        // What was replaced stays for as long as what was just uploaded.
        let evening = LATER + Span::hours(8);
        db.show(space.id, Some(picture(2)), evening).await;
        assert_eq!(db.unshown(evening).await, []);
        assert_eq!(db.unshown(evening + Span::secs(1)).await, [picture(1)]);
        db.show(space.id, Some(picture(2)), evening + Span::hours(1)).await;
        db.show(space.id, None, evening + Span::hours(2)).await;
        assert_eq!(db.unshown(evening + Span::hours(3)).await, [picture(1), picture(2)]);
    })
    .await;
}
