//! Passphrases, and links that invite.

use crate::database::*;
use domain::{
    access::{
        admit::{Door, Reason, admit},
        entry::{InviteState, LockRule},
    },
    catalogue::offer::{Experience, PriceKind},
    error::StoreError,
    id::*,
    time::{Millis, Span},
};
use sqlx::{Connection as _, Executor as _};
use store::{Entrant, InviteTaken, NewInvite};

const LATER: Millis = Millis(NOW.0 + 7 * 24 * 3_600_000);

/// What the door of an experience says to somebody.
async fn reason(db: &TestDatabase, account: AccountId, experience: ExperienceId) -> Reason {
    let facts =
        db.store.access().of_experience(Some(Entrant::absent(account)), experience, NOW).await.unwrap();
    // Readers of a crowd find the same.
    let standing = db.store.access().standings(facts.place.space.id, &[account], NOW).await.unwrap();
    assert_eq!(standing, [facts.standing.as_ref().clone()]);
    admit(&facts.as_facts(), Door::Enter, NOW).reason
}

/// A published experience of a creator, and the creator.
async fn show(db: &TestDatabase) -> (AccountId, Experience) {
    let (maya, experience, _) = db.stage().await;
    db.pass(experience.space, "lobby", PriceKind::Free, &[experience.id]).await;
    db.publish(experience.space, NOW).await.unwrap();
    (maya.id, experience)
}

async fn link(db: &TestDatabase, by: AccountId, experience: ExperienceId, most: i64) -> InviteId {
    let new = NewInvite { experience, note: "A class", most, by, expires_at: LATER };
    db.change(async |tx| tx.make_invite(&new, NOW).await).await.unwrap()
}

async fn take(
    db: &TestDatabase,
    who: AccountId,
    invite: InviteId,
    now: Millis,
) -> Result<InviteTaken, StoreError> {
    db.change(async |tx| tx.take_invite(who, invite, now).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_lets_in_as_many_as_it_says_whoever_comes_first() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let invite = link(&db, maya, experience.id, 5).await;
        let mut people = Vec::new();
        for n in 0..12 {
            people.push(db.person(&format!("guest{n}@example.org")).await.id);
        }
        let taken = race(12, |n| {
            let (db, who) = (db.clone(), people[n]);
            async move { take(&db, who, invite, NOW).await }
        })
        .await;
        assert_eq!(taken.iter().filter(|t| matches!(t, Ok(InviteTaken::First))).count(), 5);
        assert_eq!(taken.iter().filter(|t| matches!(t, Err(StoreError::Conflict("invite")))).count(), 7);
        let found = db.store.entries().invite(invite).await.unwrap();
        assert_eq!((found.uses, found.state(NOW)), (5, InviteState::Full));
        for (who, taken) in people.iter().zip(&taken) {
            let want = if taken.is_ok() { Reason::Invited } else { Reason::NeedsPass };
            assert_eq!(reason(&db, *who, experience.id).await, want);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_clicks_use_a_link_once() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let (invite, ben) = (link(&db, maya, experience.id, 10).await, db.person("ben@example.org").await.id);
        let taken = race(30, |_| {
            let db = db.clone();
            async move { take(&db, ben, invite, NOW).await.unwrap() }
        })
        .await;
        assert_eq!(taken.iter().filter(|t| **t == InviteTaken::First).count(), 1);
        assert_eq!(db.store.entries().invite(invite).await.unwrap().uses, 1);
    })
    .await;
}

#[tokio::test]
async fn a_link_ends_with_its_time_and_who_came_by_it_with_its_revocation() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let (invite, other) =
            (link(&db, maya, experience.id, 9).await, link(&db, maya, experience.id, 9).await);
        let (ben, cleo) = (db.person("ben@example.org").await.id, db.person("cleo@example.org").await.id);
        take(&db, ben, invite, NOW).await.unwrap();
        take(&db, cleo, other, NOW).await.unwrap();
        let late = take(&db, maya, invite, LATER).await;
        assert!(matches!(late, Err(StoreError::Conflict("invite"))), "{late:?}");
        assert_eq!(reason(&db, ben, experience.id).await, Reason::Invited, "whoever is in stays");
        assert!(db.change(async |tx| tx.revoke_invite(invite, NOW).await).await.unwrap());
        assert!(!db.change(async |tx| tx.revoke_invite(invite, NOW).await).await.unwrap());
        assert_eq!(reason(&db, ben, experience.id).await, Reason::NeedsPass);
        assert_eq!(reason(&db, cleo, experience.id).await, Reason::Invited, "by another link");
        let gone = take(&db, ben, invite, NOW).await;
        assert!(matches!(gone, Err(StoreError::Conflict("invite"))), "{gone:?}");
        take(&db, ben, other, NOW).await.unwrap();
        assert_eq!(reason(&db, ben, experience.id).await, Reason::Invited);
        let listed = db.store.entries().invites(experience.id).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.uses).sum::<i64>(), 3);
        assert!(matches!(db.store.entries().invite(InviteId::new()).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_revoked_while_it_is_taken_lets_nobody_in() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let (invite, ben) = (link(&db, maya, experience.id, 9).await, db.person("ben@example.org").await.id);
        let mut taking = db.store.begin().await.unwrap();
        taking.take_invite(ben, invite, NOW).await.unwrap();
        let other = db.clone();
        let revoking = tokio::spawn(async move {
            other.change(async |tx| tx.revoke_invite(invite, NOW).await).await.unwrap()
        });
        // Long enough that it stands where it waits for the taker.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        taking.commit_audited(act("invite.take"), &[], NOW).await.unwrap();
        assert!(revoking.await.unwrap());
        assert_eq!(db.store.entries().invite(invite).await.unwrap().state(NOW), InviteState::Revoked);
        assert_eq!(reason(&db, ben, experience.id).await, Reason::NeedsPass);
    })
    .await;
}

#[tokio::test]
async fn a_passphrase_is_said_again_after_it_was_changed() {
    on_each(async |db| {
        let (_, experience) = show(&db).await;
        let (space, id) = (experience.space, experience.id);
        let extra = db.experience(space, "extra").await.id;
        let ben = db.person("ben@example.org").await.id;
        let lock = async |rule, hash| {
            db.change(async |tx| tx.lock_experience((space, id), rule, hash).await).await.unwrap();
            db.store.entries().lock(id).await.unwrap().expect("a lock")
        };
        let say = async |lock| db.change(async |tx| tx.say_passphrase(ben, &lock, NOW).await).await;
        assert_eq!(db.store.entries().lock(id).await.unwrap(), None);
        assert!(!db.change(async |tx| tx.set_lock_rule(id, LockRule::Also).await).await.unwrap());
        let first = lock(LockRule::Instead, "one").await;
        assert_eq!((first.hash.as_str(), first.lock.rule), ("one", LockRule::Instead));
        assert_eq!(db.store.entries().locks(space).await.unwrap(), [first.lock]);
        assert_eq!(reason(&db, ben, id).await, Reason::NeedsPass);
        for _ in 0..2 {
            say(first.lock).await.unwrap();
        }
        assert_eq!(reason(&db, ben, id).await, Reason::Passphrase);
        assert_eq!(
            reason(&db, ben, extra).await,
            Reason::NeedsPass,
            "it is the passphrase of one experience"
        );

        let second = lock(LockRule::Instead, "two").await;
        assert_eq!(reason(&db, ben, id).await, Reason::NeedsPass);
        let old = say(first.lock).await;
        assert!(matches!(old, Err(StoreError::Conflict("lock"))), "{old:?}");
        say(second.lock).await.unwrap();
        assert_eq!(reason(&db, ben, id).await, Reason::Passphrase);

        assert!(db.change(async |tx| tx.set_lock_rule(id, LockRule::Also).await).await.unwrap());
        assert_eq!(reason(&db, ben, id).await, Reason::NeedsPass, "it is asked besides a pass now");
        assert!(db.change(async |tx| tx.unlock_experience(id).await).await.unwrap());
        assert!(!db.change(async |tx| tx.unlock_experience(id).await).await.unwrap());
        assert!(db.store.entries().locks(space).await.unwrap().is_empty());
        assert_eq!(reason(&db, ben, id).await, Reason::NeedsPass);
    })
    .await;
}

#[tokio::test]
async fn an_experience_has_a_bounded_number_of_links() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let new = NewInvite {
            experience: experience.id,
            note: "",
            most: 1,
            by: maya,
            expires_at: NOW + Span::days(1),
        };
        let made = db
            .change(async |tx| {
                for _ in 0..domain::access::entry::MOST_INVITES {
                    tx.make_invite(&new, NOW).await?;
                }
                tx.make_invite(&new, NOW).await
            })
            .await;
        assert!(matches!(made, Err(StoreError::Conflict("invites"))), "{made:?}");
    })
    .await;
}

#[tokio::test]
async fn nobody_takes_the_links_of_whoever_may_make_none_any_more() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let team = db.store.spaces().by_id(experience.space).await.unwrap().team;
        let [ben, cleo, dan] = [
            db.person("ben@example.org").await.id,
            db.person("cleo@example.org").await.id,
            db.person("dan@example.org").await.id,
        ];
        let (mine, bens) = (link(&db, maya, experience.id, 9).await, link(&db, ben, experience.id, 9).await);
        take(&db, cleo, bens, NOW).await.unwrap();
        let state = async |id| db.store.entries().invite(id).await.unwrap().state(NOW);
        // For another team they may.
        let other = db.creator("eve@example.org").await.1.team;
        db.change(async |tx| tx.close_invites_by(ben, Some(other), NOW).await).await.unwrap();
        assert_eq!(state(bens).await, InviteState::Open);
        db.change(async |tx| tx.close_invites_by(ben, Some(team), NOW).await).await.unwrap();
        assert_eq!((state(bens).await, state(mine).await), (InviteState::Closed, InviteState::Open));
        let late = take(&db, dan, bens, NOW).await;
        assert!(matches!(late, Err(StoreError::Conflict("invite"))), "{late:?}");
        assert_eq!(reason(&db, cleo, experience.id).await, Reason::Invited, "whoever is in stays");
        assert!(db.change(async |tx| tx.revoke_invite(bens, NOW).await).await.unwrap());
        assert_eq!(reason(&db, cleo, experience.id).await, Reason::NeedsPass);
        db.change(async |tx| tx.close_invites_by(maya, None, NOW).await).await.unwrap();
        assert_eq!(state(mine).await, InviteState::Closed);
    })
    .await;
}

#[tokio::test]
async fn what_asks_and_lets_in_goes_with_its_experience() {
    on_each(async |db| {
        let (maya, experience) = show(&db).await;
        let (space, kept) = (experience.space, experience.id);
        let [first, second] = [db.experience(space, "one").await.id, db.experience(space, "two").await.id];
        let ben = db.person("ben@example.org").await.id;
        let mut links = Vec::new();
        for id in [kept, first, second] {
            let ask = db.change(async |tx| {
                tx.lock_experience((space, id), LockRule::Also, "hash").await?;
                tx.set_preview((space, id), Some(3)).await
            });
            ask.await.unwrap();
            links.push(link(&db, maya, id, 9).await);
            take(&db, ben, links[links.len() - 1], NOW).await.unwrap();
        }
        let locked = async || {
            let locks = db.store.entries().locks(space).await.unwrap();
            locks.into_iter().map(|lock| lock.experience).collect::<Vec<_>>()
        };
        assert_eq!(locked().await.len(), 3);
        // One of a release that left them behind.
        db.change(async |tx| tx.delete_experience(first).await).await.unwrap().unwrap();
        assert_eq!(locked().await.len(), 2);
        let delete = db.change(async |tx| {
            tx.delete_experience(second).await?.expect("nobody uses it");
            tx.delete_entry_of(second, NOW).await
        });
        delete.await.unwrap();
        assert_eq!(locked().await, [kept]);
        let entries = db.store.entries();
        assert_eq!(entries.lock(second).await.unwrap(), None);
        assert_eq!(
            (entries.preview(second).await.unwrap(), entries.preview(kept).await.unwrap()),
            (None, Some(3))
        );
        assert_eq!(entries.invite(links[2]).await.unwrap().state(NOW), InviteState::Revoked);
        assert_eq!(entries.invite(links[0]).await.unwrap().state(NOW), InviteState::Open);
        let permits = db.store.access().standing(space, ben, NOW).await.unwrap().permits;
        let permits: Vec<_> = permits.iter().map(|permit| permit.experience).collect();
        assert!(permits.contains(&kept) && !permits.contains(&second), "{permits:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn free_minutes_are_begun_once_for_each_person_and_show_while_it_is_on_air() {
    on_each(async |db| {
        let (_, experience, stream) = db.stage().await;
        db.publish(experience.space, NOW).await.unwrap();
        let ben = db.person("ben@example.org").await.id;
        let begin = async |at| db.change(async |tx| tx.begin_preview(ben, stream.id, at).await).await;
        let minutes = async |minutes| {
            let place = (experience.space, experience.id);
            db.change(async |tx| tx.set_preview(place, minutes).await).await.unwrap();
            assert_eq!(db.store.entries().preview(experience.id).await.unwrap(), minutes);
        };
        minutes(Some(3)).await;
        assert!(matches!(begin(NOW).await, Err(StoreError::Conflict("preview"))), "it is not on air");
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        let live = format!("UPDATE streams SET state = 'live', started_at = 1 WHERE id = '{}'", stream.id);
        connection.execute(sqlx::AssertSqlSafe(live)).await.unwrap();
        minutes(None).await;
        assert!(matches!(begin(NOW).await, Err(StoreError::Conflict("preview"))), "nothing is free");
        minutes(Some(3)).await;
        assert!(!db.store.entries().had_preview(ben, stream.id).await.unwrap());
        let begun = race(20, |_| {
            let (db, stream) = (db.clone(), stream.id);
            async move { db.change(async |tx| tx.begin_preview(ben, stream, NOW).await).await.is_ok() }
        });
        assert_eq!(begun.await.into_iter().filter(|begun| *begun).count(), 1);
        assert_eq!(reason(&db, ben, experience.id).await, Reason::Preview);
        let end = NOW + Span::minutes(3);
        let facts = async |at| {
            let who = Some(Entrant::absent(ben));
            db.store.access().of_experience(who, experience.id, at).await.unwrap()
        };
        let admission = admit(&facts(NOW).await.as_facts(), Door::Enter, NOW);
        assert_eq!(admission.until, Some(end));
        // Read before the end or after it: at the end it is over, and it does not begin again.
        for read_at in [NOW, end] {
            let found = facts(read_at).await;
            assert_eq!(admit(&found.as_facts(), Door::Enter, end).reason, Reason::NeedsPass);
        }
        let again = begin(end).await;
        assert!(matches!(again, Err(StoreError::Conflict("preview"))), "{again:?}");
        assert!(db.store.entries().had_preview(ben, stream.id).await.unwrap());
    })
    .await;
}
