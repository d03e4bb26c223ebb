use crate::database::*;
use domain::{
    catalogue::offer::{Pass, PriceKind},
    error::StoreError,
    id::*,
    people::account::Account,
    time::{Millis, Span},
};
use sqlx::{Connection as _, Executor as _};

/// A person, a free pass, and one that costs.
async fn lobby(db: &TestDatabase) -> (Account, Pass, Pass) {
    let (_, experience, _) = db.stage().await;
    let free = db.pass(experience.space, "lobby", PriceKind::Free, &[experience.id]).await;
    let paid = db.pass(experience.space, "front-row", euros(12), &[experience.id]).await;
    (db.person("ben@example.org").await, free, paid)
}

/// Passes cannot expire by themselves yet, so the end is written directly.
async fn ends_at(db: &TestDatabase, grant: GrantId, at: Millis) {
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    let sql = format!("UPDATE grants SET expires_at = {} WHERE id = '{grant}'", at.0);
    connection.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_clicks_take_a_free_pass_once() {
    on_each(async |db| {
        let (ben, lobby, paid) = lobby(&db).await;
        let taken = race(30, |_| {
            let db = db.clone();
            async move { db.take_free(ben.id, lobby.id, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(taken.iter().filter(|t| t.first).count(), 1);
        assert!(taken.iter().all(|t| t.grant == taken[0].grant));
        assert_eq!(db.store.grants().in_space(ben.id, paid.space).await.unwrap(), [taken[0].grant.clone()]);
        let refused = db.take_free(ben.id, paid.id, NOW).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "a free pass is free, others are not");
    })
    .await;
}

#[tokio::test]
async fn a_gift_is_any_pass_and_given_once() {
    on_each(async |db| {
        let (ben, _, paid) = lobby(&db).await;
        let gift = db.store.grants().give(ben.id, paid.id, NOW).await.unwrap();
        assert_eq!((gift.pass, gift.purchase, gift.holds_at(NOW)), (paid.id, None, true));
        assert_eq!(db.store.grants().give(ben.id, paid.id, NOW).await.unwrap(), gift);
        assert!(matches!(
            db.store.grants().give(ben.id, PassId::new(), NOW).await,
            Err(StoreError::NotFound)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_revoked_grant_stays_and_the_pass_can_be_had_again() {
    on_each(async |db| {
        let (ben, lobby, _) = lobby(&db).await;
        let grants = db.store.grants();
        let first = db.take_free(ben.id, lobby.id, NOW).await.unwrap().grant;
        let revoked = grants.revoke(first.id, "refund", NOW).await.unwrap();
        assert_eq!((revoked.revoked_at, revoked.holds_at(NOW)), (Some(NOW), false));
        assert!(matches!(grants.revoke(first.id, "again", NOW).await, Err(StoreError::Conflict("revoked"))));
        assert!(matches!(grants.revoke(GrantId::new(), "x", NOW).await, Err(StoreError::NotFound)));
        let second = db.take_free(ben.id, lobby.id, NOW).await.unwrap();
        assert!(second.first && second.grant.id != first.id);
        assert_eq!(grants.by_id(first.id).await.unwrap(), revoked);
        assert_eq!(grants.of_account(ben.id).await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_ran_out_is_due_once_and_can_be_renewed_before_that() {
    on_each(async |db| {
        let (ben, lobby, _) = lobby(&db).await;
        let cleo = db.person("cleo@example.org").await;
        let grants = db.store.grants();
        let end = NOW + Span::days(7);
        let [of_ben, of_cleo] = [
            db.take_free(ben.id, lobby.id, NOW).await.unwrap().grant,
            db.take_free(cleo.id, lobby.id, NOW).await.unwrap().grant,
        ];
        ends_at(&db, of_ben.id, end).await;
        ends_at(&db, of_cleo.id, end).await;
        let before = Millis(end.0 - 1);
        assert!(
            grants.due(before, 9).await.unwrap().is_empty()
                && !db.change(async |tx| tx.expire_grant(of_ben.id, before).await).await.unwrap()
        );
        assert!(!db.take_free(ben.id, lobby.id, before).await.unwrap().first);
        assert_eq!(grants.due(end, 9).await.unwrap().len(), 2);
        assert!(db.change(async |tx| tx.expire_grant(of_ben.id, end).await).await.unwrap());
        assert!(!db.change(async |tx| tx.expire_grant(of_ben.id, end).await).await.unwrap());
        assert_eq!(grants.due(end, 9).await.unwrap().iter().map(|g| g.id).collect::<Vec<_>>(), [of_cleo.id]);
        // This grant has expired, although it is not closed yet.
        assert!(db.take_free(cleo.id, lobby.id, end).await.unwrap().first);
        assert!(grants.due(end, 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn holders_are_made_by_the_thousand() {
    on_each(async |db| {
        let (_, pass, _) = lobby(&db).await;
        let holders = db.store.grants().make_holders(pass.id, 2500, NOW).await.unwrap();
        assert_eq!(holders.len(), 2500);
        for holder in [&holders[0], &holders[2499]] {
            let session = db.store.sessions().by_token(&holder.token, NOW).await.unwrap().expect("signed in");
            assert_eq!((session.id, session.account.id), (holder.session, holder.account));
            assert_eq!(db.store.grants().in_space(holder.account, pass.space).await.unwrap().len(), 1);
            assert!(db.store.spaces().of_account(holder.account).await.unwrap().is_empty());
        }
        let nothing = db.store.grants().make_holders(PassId::new(), 1, NOW).await;
        assert!(matches!(nothing, Err(StoreError::NotFound)));
    })
    .await;
}
