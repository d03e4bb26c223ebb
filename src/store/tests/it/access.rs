use crate::database::*;
use domain::{
    access::admit::{Door, Reason, admit},
    catalogue::offer::PriceKind,
    error::StoreError,
    id::*,
    people::account::{Identity, TeamRole},
    time::Span,
};
use store::Entrant;

#[tokio::test]
async fn the_facts_of_a_person_lead_to_the_right_door() {
    on_each(async |db| {
        let (maya, experience, stream) = db.stage().await;
        let other = db.experience(experience.space, "extra").await;
        let lobby = db.pass(experience.space, "lobby", PriceKind::Free, &[experience.id]).await;
        let (ben, cleo) = (db.person("ben@example.org").await, db.person("cleo@example.org").await);
        db.store
            .teams()
            .put(
                db.store.spaces().by_id(experience.space).await.unwrap().team,
                cleo.id,
                TeamRole::Moderator,
                NOW,
            )
            .await
            .unwrap();
        let reason = async |account: Option<AccountId>, experience: ExperienceId, door: Door| {
            let who = account.map(Entrant::absent);
            let facts = db.store.access().of_experience(who, experience, NOW).await.unwrap();
            admit(&facts.as_facts(), door, NOW).reason
        };
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::Hidden);
        db.publish(experience.space, NOW).await.unwrap();
        assert_eq!(reason(None, experience.id, Door::Enter).await, Reason::SignIn);
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::NeedsPass);
        assert_eq!(reason(Some(maya.id), experience.id, Door::Host).await, Reason::Team);
        assert_eq!(reason(Some(cleo.id), experience.id, Door::Host).await, Reason::NotTeam);
        let taken = db.take_free(ben.id, lobby.id, NOW).await.unwrap();
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::Holder);
        assert_eq!(reason(Some(ben.id), experience.id, Door::Play).await, Reason::NotLive);
        assert_eq!(reason(Some(ben.id), other.id, Door::Enter).await, Reason::NeedsPass);
        db.change(async |tx| tx.withdraw_pass(lobby.id, NOW).await).await.unwrap();
        assert_eq!(
            reason(Some(ben.id), experience.id, Door::Enter).await,
            Reason::Holder,
            "holders keep what they have"
        );
        let facts = db.store.access().of_room(Some(Entrant::absent(ben.id)), stream.room, NOW).await.unwrap();
        assert_eq!(
            (facts.place.experience.clone(), facts.place.stream.clone(), facts.standing.grants.to_vec()),
            (experience.clone(), Some(stream), vec![taken.grant.clone()])
        );
        db.store.grants().revoke(taken.grant.id, "asked", NOW).await.unwrap();
        assert_eq!(reason(Some(ben.id), experience.id, Door::Enter).await, Reason::NeedsPass);
        let nowhere = db.store.access().of_experience(None, ExperienceId::new(), NOW).await;
        assert!(matches!(nowhere, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_place_costs_three_selects_and_any_number_of_people_one_more() {
    on_each(async |db| {
        let (maya, experience, stream) = db.stage().await;
        let (space, access) = (experience.space, db.store.access());
        let before = db.store.counted().select;
        access.of_room(None, stream.room, NOW).await.unwrap();
        assert_eq!(db.store.counted().select - before, 3);
        access.of_room(Some(Entrant::absent(maya.id)), stream.room, NOW).await.unwrap();
        assert_eq!(db.store.counted().select - before, 3 + 4);
        let crowd = race(100, |_| {
            let store = db.store.clone();
            async move { store.access().standing(space, maya.id, NOW).await }
        });
        assert!(crowd.await.iter().all(|standing| standing.as_ref().is_ok_and(|s| s.team.is_some())));
        let selects = db.store.counted().select - before - 7;
        assert!((1..50).contains(&selects), "{selects}");
    })
    .await;
}

#[tokio::test]
async fn each_of_a_crowd_has_their_own_standing() {
    on_each(async |db| {
        let (maya, experience, _) = db.stage().await;
        let lobby = db.pass(experience.space, "lobby", PriceKind::Free, &[experience.id]).await;
        let (ben, cleo) = (db.person("ben@example.org").await, db.person("cleo@example.org").await);
        let attic = db.pass(experience.space, "attic", PriceKind::Free, &[experience.id]).await;
        for pass in [lobby.id, attic.id] {
            db.take_free(ben.id, pass, NOW).await.unwrap();
        }
        let access = db.store.access();
        let of = |who| access.standing(experience.space, who, NOW);
        let (host, holder, nobody) = tokio::join!(of(maya.id), of(ben.id), of(cleo.id));
        let (host, holder) = (host.unwrap(), holder.unwrap());
        assert!(host.team.is_some() && host.grants.is_empty());
        let passes: Vec<_> = holder.grants.iter().map(|grant| (grant.account, grant.pass)).collect();
        assert_eq!((holder.team, passes), (None, vec![(ben.id, lobby.id), (ben.id, attic.id)]));
        assert_eq!(nobody.unwrap(), store::Standing::default());
        let elsewhere = access.standing(domain::id::SpaceId::new(), ben.id, NOW).await.unwrap();
        assert_eq!(elsewhere, store::Standing::default());
    })
    .await;
}

/// Each token returns its own data. An invalid token does not fail the look-ups of others.
#[tokio::test]
async fn a_token_tells_who_comes_and_what_they_have() {
    on_each(async |db| {
        let (maya, experience, _) = db.stage().await;
        let space = experience.space;
        let lobby = db.pass(space, "lobby", PriceKind::Free, &[experience.id]).await;
        let ben = db.person("ben@example.org").await;
        let taken = db.take_free(ben.id, lobby.id, NOW).await.unwrap().grant;
        let enter = async |who, at| db.store.sessions().create(who, "a browser", at).await.unwrap();
        let (host, phone, desk) =
            (enter(maya.id, NOW).await, enter(ben.id, NOW).await, enter(ben.id, NOW).await);
        let (gone, old) = (enter(ben.id, NOW).await, enter(ben.id, NOW + Span::days(-30)).await);
        assert!(db.end_session(ben.id, gone.id).await);
        let before = db.store.counted().select;
        let access = db.store.access();
        let comes = async |token: &str, space| access.newcomer(token, space, NOW).await.unwrap();
        let (host, phone_in, desk_in, gone, old, nobody) = tokio::join!(
            comes(&host.token, space),
            comes(&phone.token, space),
            comes(&desk.token, space),
            comes(&gone.token, space),
            comes(&old.token, space),
            comes("not a token", space),
        );
        assert!(db.store.counted().select - before < 6);
        assert_eq!((gone, old, nobody), (None, None, None));
        assert_eq!(
            host.map(|host| (host.who.account, host.standing.team)),
            Some((maya.id, Some(TeamRole::Owner)))
        );
        for (session, found) in [(phone.id, phone_in), (desk.id, desk_in)] {
            let found = found.unwrap();
            let who = Identity { session, account: ben.id, operator: false, passkey: false };
            assert_eq!((found.who, found.until), (who, phone.expires_at));
            assert_eq!((found.standing.team, &*found.standing.grants), (None, std::slice::from_ref(&taken)));
        }
        let elsewhere = comes(&phone.token, SpaceId::new()).await.unwrap();
        assert_eq!((elsewhere.who.account, elsewhere.standing), (ben.id, store::Standing::default()));
    })
    .await;
}
