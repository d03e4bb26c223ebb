use crate::house::*;
use domain::{
    access::{Door, Reason, admit},
    account::TeamRole,
    catalog::Price,
    id::*,
    ports::StoreError,
};

#[tokio::test]
async fn the_facts_of_a_person_lead_to_the_right_door() {
    on_each(async |house| {
        let (maya, experience, stream) = house.stage().await;
        let other = house.experience(experience.space, "extra").await;
        let lobby = house.pass(experience.space, "lobby", Price::Free, &[experience.id]).await;
        let (ben, cleo) = (house.person("ben@example.org").await, house.person("cleo@example.org").await);
        house
            .store
            .teams()
            .put(
                house.store.spaces().by_id(experience.space).await.unwrap().team,
                cleo.id,
                TeamRole::Moderator,
                NOW,
            )
            .await
            .unwrap();
        let reason = async |account: Option<AccountId>, experience: ExperienceId, door: Door| {
            let facts = house.store.access().of_experience(account, experience, NOW).await.unwrap();
            admit(&facts.as_facts(), door, NOW).reason
        };
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::Hidden);
        house.store.spaces().publish(experience.space, NOW).await.unwrap();
        assert_eq!(reason(None, experience.id, Door::Enter).await, Reason::SignIn);
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::NeedsPass);
        assert_eq!(reason(Some(maya.id), experience.id, Door::Host).await, Reason::Team);
        assert_eq!(reason(Some(cleo.id), experience.id, Door::Host).await, Reason::NotTeam);
        let taken = house.store.grants().take_free(ben.id, lobby.id, NOW).await.unwrap();
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::Holder);
        assert_eq!(reason(Some(ben.id), experience.id, Door::Play).await, Reason::NotLive);
        assert_eq!(reason(Some(ben.id), other.id, Door::Enter).await, Reason::NeedsPass);
        house.store.passes().withdraw(lobby.id, NOW).await.unwrap();
        assert_eq!(
            reason(Some(ben.id), experience.id, Door::Enter).await,
            Reason::Holder,
            "holders keep what they have"
        );
        let facts = house.store.access().of_stream(Some(ben.id), stream.id, NOW).await.unwrap();
        assert_eq!(
            (facts.experience, facts.stream, facts.grants),
            (experience.clone(), Some(stream), vec![taken.grant.clone()])
        );
        house.store.grants().revoke(taken.grant.id, "asked", NOW).await.unwrap();
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::NeedsPass);
        let nowhere = house.store.access().of_experience(None, ExperienceId::new(), NOW).await;
        assert!(matches!(nowhere, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_decision_costs_five_selects_or_three() {
    on_each(async |house| {
        let (maya, experience, stream) = house.stage().await;
        let selects = async |account: Option<AccountId>| {
            let before = house.store.counted().select;
            house.store.access().of_experience(account, experience.id, NOW).await.unwrap();
            house.store.access().of_stream(account, stream.id, NOW).await.unwrap();
            house.store.counted().select - before
        };
        assert_eq!((selects(Some(maya.id)).await, selects(None).await), (10, 6));
    })
    .await;
}
