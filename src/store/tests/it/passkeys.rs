//! Passkeys: their number, their counters, and who requires them.

use crate::database::*;
use domain::{
    error::StoreError,
    id::{AccountId, PasskeyId},
    people::{
        account::{Began, TeamRole},
        passkeys::{Credential, MOST_PASSKEYS, Used},
    },
    time::{Millis, Span},
};
use store::Entrant;

fn credential(id: &str, count: i64) -> Credential {
    Credential { id: id.into(), stored: format!("{{\"of\":\"{id}\"}}"), count }
}

fn is_conflict<T>(result: &Result<T, StoreError>, what: &str) -> bool {
    matches!(result, Err(StoreError::Conflict(found)) if *found == what)
}

#[tokio::test]
async fn an_account_has_a_few_passkeys_and_nobody_else_has_the_same() {
    on_each(async |db| {
        let (ann, ben) = (db.person("ann@example.org").await.id, db.person("ben@example.org").await.id);
        let add = async |who: AccountId, id: &str, at: Millis| {
            db.change(async |tx| tx.add_passkey(who, &credential(id, 0), "Phone", at).await).await
        };
        for n in 0..MOST_PASSKEYS {
            add(ann, &format!("a{n}"), NOW + Span(n)).await.unwrap();
        }
        assert!(is_conflict(&add(ann, "more", NOW).await, "passkeys"));
        assert!(is_conflict(&add(ben, "a0", NOW).await, "credential"));
        let list = db.store.passkeys().of_account(ann).await.unwrap();
        assert_eq!(list.len(), MOST_PASSKEYS as usize);
        assert_eq!((list[0].name.as_str(), list[0].created_at, list[0].used_at), ("Phone", NOW, None));
        assert_eq!(db.store.passkeys().credentials(ann).await.unwrap()[0], credential("a0", 0).stored);
        let found = async |id: &str, who| db.store.passkeys().by_credential(id, who).await.unwrap();
        assert_eq!(found("a0", ann).await.map(|stored| stored.id), Some(list[0].id));
        assert_eq!((found("a0", ben).await, found("none", ann).await), (None, None));

        let id = list[0].id;
        let rename =
            async |who, name: &str| db.change(async |tx| tx.rename_passkey(who, id, name).await).await;
        assert!(rename(ann, "Old phone").await.unwrap());
        assert!(!rename(ann, "Old phone").await.unwrap(), "it has this name");
        assert!(!rename(ben, "Mine").await.unwrap());
        let remove = async |who| db.change(async |tx| tx.remove_passkey(who, id, false).await).await;
        assert!(matches!(remove(ben).await, Err(StoreError::NotFound)));
        assert_eq!(remove(ann).await.unwrap(), "Old phone");
        assert!(matches!(remove(ann).await, Err(StoreError::NotFound)));
        add(ben, "a0", NOW).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_counter_goes_upwards_and_one_that_stays_zero_does_not_count() {
    on_each(async |db| {
        let ann = db.person("ann@example.org").await.id;
        // How its device counts, and whether that is taken; each after the one before.
        for (id, begins, uses) in [
            ("counts", 4, &[(5, true), (5, false), (4, false), (0, false), (9, true)][..]),
            ("silent", 0, &[(0, true), (0, true), (1, true), (0, false)][..]),
        ] {
            let new = credential(id, begins);
            let passkey = db.change(async |tx| tx.add_passkey(ann, &new, id, NOW).await).await.unwrap();
            for (n, (count, taken)) in uses.iter().enumerate() {
                let used = Used { id: passkey, account: ann, stored: format!("{n}"), count: *count };
                let result = db.change(async |tx| tx.use_passkey(&used, NOW + Span(9)).await).await;
                assert_eq!(result.is_ok(), *taken, "{id} {n}");
                assert!(*taken || is_conflict(&result, "passkey"), "{id} {n}");
            }
        }
        let list = db.store.passkeys().of_account(ann).await.unwrap();
        assert!(list.iter().all(|passkey| passkey.used_at == Some(NOW + Span(9))));
        let none = Used { id: PasskeyId::new(), account: ann, stored: String::new(), count: 1 };
        assert!(is_conflict(&db.change(async |tx| tx.use_passkey(&none, NOW).await).await, "passkey"));
    })
    .await;
}

#[tokio::test]
async fn the_last_one_stays_while_it_is_required() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let mut ids = Vec::new();
        for id in ["one", "two"] {
            let new = credential(id, 0);
            ids.push(db.change(async |tx| tx.add_passkey(maya.id, &new, id, NOW).await).await.unwrap());
        }
        let require = async |since: Option<Millis>| {
            db.change(async |tx| tx.require_passkeys(space.team, since).await).await.unwrap()
        };
        assert!(!db.store.passkeys().are_required(maya.id).await.unwrap());
        assert_eq!(require(Some(NOW)).await, [maya.id]);
        assert!(db.store.passkeys().are_required(maya.id).await.unwrap());
        assert_eq!(db.store.teams().passkeys_since(space.team).await.unwrap(), Some(NOW));
        let member = db.store.teams().membership(space.team, maya.id).await.unwrap().unwrap();
        assert_eq!((member.role, member.passkeys), (TeamRole::Owner, true));
        let (_, member) = db.store.spaces().with_membership(space.id, maya.id).await.unwrap();
        assert!(member.unwrap().passkeys);
        let remove = async |id, kept| db.change(async |tx| tx.remove_passkey(maya.id, id, kept).await).await;
        remove(ids[0], false).await.unwrap();
        assert!(is_conflict(&remove(ids[1], false).await, "required"));
        require(None).await;
        assert!(is_conflict(&remove(ids[1], true).await, "required"), "by the operators");
        remove(ids[1], false).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_session_knows_how_it_began() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        db.change(async |tx| tx.require_passkeys(space.team, Some(NOW)).await).await.unwrap();
        for began in Began::ALL {
            let new =
                db.change(async |tx| tx.create_session(maya.id, "Firefox", began, NOW).await).await.unwrap();
            let found = db.store.sessions().by_token(&new.token, NOW).await.unwrap().unwrap();
            assert_eq!((found.began, found.identity().passkey), (began, began == Began::Passkey));
            let comes = db.store.access().newcomer(&new.token, space.id, NOW).await.unwrap().unwrap();
            assert_eq!(comes.who, found.identity());
            assert_eq!((comes.standing.team, comes.standing.passkeys), (Some(TeamRole::Owner), true));
        }
        let standing = db.store.access().standing(space.id, maya.id, NOW).await.unwrap();
        assert_eq!((standing.team, standing.passkeys), (Some(TeamRole::Owner), true));
        let experience = db.experience(space.id, "notes").await;
        for passkey in [false, true] {
            let who = Some(Entrant::new(maya.id, passkey));
            let facts = db.store.access().of_experience(who, experience.id, NOW).await.unwrap();
            assert_eq!(facts.as_facts().owes_passkey, !passkey);
        }
    })
    .await;
}
