//! Invitations into a team, the page and the end of a space.

use crate::database::*;
use domain::{
    access::{
        jobs::{CloseSpace, SendClosing, SendInvitation},
        team::{EXPIRED_KEPT, INVITATION_LASTS, MOST_INVITATIONS},
    },
    catalogue::offer::REOPEN_WITHIN,
    error::StoreError,
    id::*,
    money::sales::{PreviewLink, Question, SalesPage},
    people::account::TeamRole,
    time::Span,
    work::{Lane, retention::Retention},
};
use store::NewInvitation;

#[tokio::test]
async fn an_address_has_one_invitation_of_a_team_and_only_one_caller_gets_it() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let new = |email: &'static str| NewInvitation {
            team: space.team,
            email,
            role: TeamRole::Editor,
            leaves: false,
            invited_by: maya.id,
        };
        let add = async |email| db.change(async |tx| tx.add_invitation(&new(email), NOW).await).await;
        let first = add("ann@example.org").await.unwrap();
        assert!(matches!(add("ann@example.org").await, Err(StoreError::Conflict("invited"))));
        let found = db.store.invitations().by_id(first).await.unwrap();
        assert_eq!(
            (found.role, found.leaves, found.expires_at),
            (TeamRole::Editor, false, NOW + INVITATION_LASTS)
        );
        for n in 1..MOST_INVITATIONS {
            let email: &'static str = format!("ann{n}@example.org").leak();
            add(email).await.unwrap();
        }
        assert!(matches!(add("ben@example.org").await, Err(StoreError::Conflict("invitations"))));
        assert_eq!(
            db.store.invitations().of_team(space.team).await.unwrap().len(),
            MOST_INVITATIONS as usize
        );

        let later = NOW + Span::days(3);
        let again = db.change(async |tx| tx.resend_invitation(first, later).await).await.unwrap();
        assert_eq!((again.sent_at, again.created_at), (later, NOW));
        let jobs = db.store.jobs().claim(Lane::Notices, Span::secs(1), 99, later).await.unwrap();
        let mails = jobs.iter().map(|job| job.read::<SendInvitation>().unwrap());
        assert_eq!(mails.filter(|mail| mail.invitation == first).count(), 2);

        let take = async || db.change(async |tx| tx.take_invitation(first).await).await;
        assert_eq!(take().await.unwrap(), again);
        assert!(matches!(take().await, Err(StoreError::NotFound)));
        db.change(async |tx| tx.withdraw_invitations_by(space.team, maya.id).await).await.unwrap();
        assert!(db.store.invitations().of_team(space.team).await.unwrap().is_empty());
        add("ben@example.org").await.unwrap();
        let pruned = async |at| db.store.prune(&Retention::default(), at).await.unwrap().invitations;
        let end = NOW + INVITATION_LASTS + EXPIRED_KEPT;
        assert_eq!((pruned(end).await, pruned(end + Span::secs(1)).await), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_closed_space_is_reopened_in_time_and_tells_each_holder_once() {
    on_each(async |db| {
        let (maya, experience, _) = db.stage().await;
        let space = experience.space;
        let pass = db.pass(space, "front-row", euros(5), &[experience.id]).await;
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        for holder in [ann.id, ben.id] {
            db.store.grants().give(holder, pass.id, NOW).await.unwrap();
        }
        db.publish(space, NOW).await.unwrap();
        let close = async |at| db.change(async |tx| tx.close_space(space, maya.id, at).await).await;
        let reopen = async |at| db.change(async |tx| tx.reopen_space(space, at).await).await;
        assert!(matches!(reopen(NOW).await, Err(StoreError::Conflict("closed"))));
        let stakes = db.store.closings().stakes(space, NOW).await.unwrap();
        assert_eq!((stakes.holders, stakes.orders), (2, 0));
        let closed = close(NOW).await.unwrap();
        assert_eq!((closed.closed_at, closed.published_at), (Some(NOW), None));
        assert!(matches!(close(NOW).await, Err(StoreError::Conflict("closed"))));
        assert!(matches!(db.publish(space, NOW).await, Err(StoreError::NotFound)));
        let jobs = db.store.jobs().claim(Lane::Doors, Span::secs(1), 9, NOW).await.unwrap();
        let job: CloseSpace = jobs[0].read().unwrap();
        for _ in 0..2 {
            db.store.closings().spread(&job, NOW).await.unwrap();
        }
        let mails = db.store.jobs().claim(Lane::Notices, Span::secs(1), 9, NOW).await.unwrap();
        let mut told: Vec<AccountId> =
            mails.iter().filter_map(|job| Some(job.read::<SendClosing>().ok()?.account)).collect();
        told.sort();
        let mut holders = [ann.id, ben.id];
        holders.sort();
        assert_eq!(told, holders);
        let end = NOW + REOPEN_WITHIN;
        assert!(matches!(reopen(end).await, Err(StoreError::Conflict("closed"))));
        let open = reopen(domain::time::Millis(end.0 - 1)).await.unwrap();
        assert_eq!((open.closed_at, open.published_at), (None, None));
    })
    .await;
}

#[tokio::test]
async fn a_sales_page_is_empty_until_it_is_written() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let page = async || db.store.sales().of_space(space.id).await.unwrap();
        assert_eq!(page().await, SalesPage::default());
        let question =
            Question { id: QuestionId::new(), question: "Why?".into(), answer: "So:\n\n\"'".into() };
        for headline in ["First", "Second"] {
            let written = SalesPage {
                headline: headline.into(),
                features: vec!["One".into(), "Two".into()],
                questions: vec![question.clone()],
                preview: PreviewLink { number: 2, until: Some(NOW) },
            };
            db.change(async |tx| {
                tx.lock_sales_page(space.id).await?;
                tx.write_sales_page(space.id, &written).await
            })
            .await
            .unwrap();
            assert_eq!(page().await, written);
        }
    })
    .await;
}
