use crate::database::*;
use domain::{
    catalogue::topics::Topics,
    error::StoreError,
    id::*,
    people::account::TeamRole,
    time::{Millis, Span},
};
use std::time::Duration;
use store::{Found, Profile, Viewer};

#[tokio::test]
async fn a_new_account_is_a_creator_with_one_unpublished_space() {
    on_each(async |db| {
        assert!(db.store.accounts().is_empty().await.unwrap());
        let (maya, new) = db.store.accounts().find_or_create("maya@example.org", NOW).await.unwrap();
        assert!(new && !db.store.accounts().is_empty().await.unwrap());
        assert!(
            !format!("{maya:?}").replace("maya@example.org", "").contains("maya"),
            "the address is private"
        );
        assert_eq!((maya.name.replace("Guest ", "guest"), maya.name_asked_at), (maya.username.clone(), None));
        let maya = db.store.accounts().name(maya.id, "Maya Lin").await.unwrap();
        assert_eq!(
            (maya.name.as_str(), maya.username.as_str(), maya.operator),
            ("Maya Lin", "maya-lin", false)
        );
        let spaces = db.store.spaces().of_account(maya.id).await.unwrap();
        let [(space, role)] = spaces.as_slice() else { panic!("{spaces:?}") };
        assert_eq!(
            (space.slug.as_str(), space.name.as_str()),
            ("maya-lin", "Maya Lin"),
            "it is called like her"
        );
        assert_eq!((space.published_at, *role), (None, TeamRole::Owner));
        assert_eq!(db.store.accounts().find_or_create("maya@example.org", NOW).await.unwrap(), (maya, false));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_sign_ins_at_once_make_one_account() {
    on_each(async |db| {
        let people = race(20, |_| {
            let store = db.store.clone();
            async move { store.accounts().find_or_create("ann@example.org", NOW).await.unwrap() }
        })
        .await;
        assert_eq!(people.iter().filter(|(_, new)| *new).count(), 1);
        assert!(people.iter().all(|(account, _)| *account == people[0].0));
        assert_eq!(db.store.spaces().of_account(people[0].0.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_one_name_get_names_of_their_own() {
    on_each(async |db| {
        race(30, |i| {
            let db = db.clone();
            async move {
                db.store.accounts().find_or_create(&format!("maya@host{i}.example.org"), NOW).await.unwrap()
            }
        })
        .await;
        let mut made = Vec::new();
        for i in 0..30 {
            let email = format!("maya@host{i}.example.org");
            let (neutral, space) = db.creator(&email).await;
            assert!(
                neutral.username.starts_with("guest") && space.slug == neutral.username,
                "{neutral:?} {space:?}"
            );
            db.store.accounts().name(neutral.id, "Maya").await.unwrap();
            made.push(db.creator(&email).await);
        }
        let names: std::collections::BTreeSet<_> =
            made.iter().map(|(account, _)| &account.username).collect();
        let slugs: std::collections::BTreeSet<_> = made.iter().map(|(_, space)| &space.slug).collect();
        assert_eq!((names.len(), slugs.len()), (30, 30));
        assert!(names.contains(&"maya2".to_string()));
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_ours_does_not_become_a_slug() {
    on_each(async |db| {
        let (ops, space) = db.creator("ops@example.org").await;
        assert_eq!((ops.username.as_str(), space.slug.as_str()), ("ops", "ops-2"));
    })
    .await;
}

#[tokio::test]
async fn profiles_change_and_usernames_stay_unique() {
    on_each(async |db| {
        let (maya, ben) = (db.person("maya@example.org").await, db.person("ben@example.org").await);
        let profile = Profile {
            username: "mayalin".into(),
            name: "Maya Lin".into(),
            bio: "Songs".into(),
            site: "https://x.org".into(),
        };
        let changed = db.store.accounts().update(maya.id, &profile).await.unwrap();
        assert_eq!((changed.username.as_str(), changed.bio.as_str()), ("mayalin", "Songs"));
        assert_eq!(db.store.accounts().by_username("mayalin").await.unwrap(), Some(changed));
        assert_eq!(db.store.accounts().by_username("maya").await.unwrap(), None);
        let taken = db.store.accounts().update(ben.id, &profile).await;
        assert!(matches!(taken, Err(StoreError::Conflict("username"))), "{taken:?}");
        let nobody =
            db.store.accounts().update(AccountId::new(), &Profile { username: "nn".into(), ..profile }).await;
        assert!(matches!(nobody, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn operators_are_made_of_known_and_unknown_addresses() {
    on_each(async |db| {
        let ann = db.person("ann@example.org").await;
        let made = db.store.accounts().make_operator("ann@example.org", NOW).await.unwrap();
        assert!(made.operator && made.id == ann.id);
        assert!(db.store.accounts().make_operator("new@example.org", NOW).await.unwrap().operator);
        assert!(db.store.accounts().by_email("nobody@example.org").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn teams_take_members_in_and_keep_an_owner() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let ben = db.person("ben@example.org").await;
        let teams = db.store.teams();
        teams.put(space.team, ben.id, TeamRole::Moderator, NOW).await.unwrap();
        assert_eq!(teams.role(space.team, ben.id).await.unwrap(), Some(TeamRole::Moderator));
        assert_eq!(teams.members(space.team).await.unwrap().len(), 2);
        assert_eq!(teams.of_account(ben.id).await.unwrap().len(), 2);
        for last in [
            teams.remove(space.team, maya.id).await,
            teams.put(space.team, maya.id, TeamRole::Moderator, NOW).await,
        ] {
            assert!(matches!(last, Err(StoreError::Conflict("owner"))), "{last:?}");
        }
        teams.put(space.team, ben.id, TeamRole::Owner, NOW).await.unwrap();
        teams.remove(space.team, maya.id).await.unwrap();
        assert!(matches!(teams.remove(space.team, maya.id).await, Err(StoreError::NotFound)));
        assert_eq!(teams.role(space.team, maya.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_session_lasts_until_it_ends_or_is_ended() {
    on_each(async |db| {
        let (maya, ben) = (db.person("maya@example.org").await, db.person("ben@example.org").await);
        let sessions = db.store.sessions();
        let [phone, desk, _tv] = [
            sessions.create(maya.id, "phone", NOW).await.unwrap(),
            sessions.create(maya.id, "desk", NOW + Span::secs(1)).await.unwrap(),
            sessions.create(maya.id, "tv", NOW + Span::secs(2)).await.unwrap(),
        ];
        let found = sessions.by_token(&desk.token, NOW).await.unwrap().expect("the session");
        assert_eq!((found.id, found.account.id, found.expires_at), (desk.id, maya.id, desk.expires_at));
        assert!(sessions.by_token("guess", NOW).await.unwrap().is_none());
        assert!(sessions.by_token(&desk.token, desk.expires_at).await.unwrap().is_none());
        sessions.extend(desk.id, NOW + Span::days(29)).await.unwrap();
        assert!(sessions.by_token(&desk.token, NOW + Span::days(50)).await.unwrap().is_some());
        assert!(sessions.extend(phone.id, NOW + Span::days(31)).await.is_err());
        let browsers: Vec<_> =
            sessions.list(maya.id, NOW).await.unwrap().into_iter().map(|s| s.browser).collect();
        assert_eq!(browsers, ["tv", "desk", "phone"]);
        assert!(!db.end_session(ben.id, phone.id).await, "only one's own session");
        assert!(db.end_session(maya.id, phone.id).await);
        assert!(!db.end_session(maya.id, phone.id).await);
        assert!(sessions.by_token(&phone.token, NOW).await.unwrap().is_none());
        let mut tx = db.store.begin().await.unwrap();
        assert_eq!(tx.revoke_other_sessions(maya.id, desk.id, NOW).await.unwrap().len(), 1);
        tx.commit_audited(act("session.revoke_others"), &[], NOW).await.unwrap();
        assert_eq!(sessions.list(maya.id, NOW).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_sighting_is_stored_once_an_hour() {
    on_each(async |db| {
        let (maya, sessions) = (db.person("maya@example.org").await, db.store.sessions());
        let [phone, desk] = [
            sessions.create(maya.id, "phone", NOW).await.unwrap(),
            sessions.create(maya.id, "desk", NOW + Span::secs(1)).await.unwrap(),
        ];
        let seen = async || {
            let list = sessions.list(maya.id, NOW).await.unwrap();
            list.iter().map(|session| session.seen_at).collect::<Vec<_>>()
        };
        let (desk_began, hour) = (NOW + Span::secs(1), Span::hours(1));
        for (at, phone_seen) in [
            (NOW + Span(hour.0 - 1), NOW),
            (NOW + hour, NOW + hour),
            (NOW + hour + Span(hour.0 - 1), NOW + hour),
            (NOW + hour + hour, NOW + hour + hour),
            (NOW, NOW + hour + hour),
        ] {
            sessions.saw(&[(phone.id, at), (SessionId::new(), at)]).await.unwrap();
            assert_eq!(seen().await, [desk_began, phone_seen], "at {at:?}");
        }
        let found = sessions.by_token(&phone.token, NOW).await.unwrap().expect("the session");
        assert_eq!(found.seen_at, NOW + hour + hour);
        assert!(found.is_seen_anew(NOW + Span::hours(3)) && !found.is_seen_anew(NOW + Span(3 * hour.0 - 1)));
        assert_eq!(
            sessions.by_token(&desk.token, NOW).await.unwrap().expect("the other").seen_at,
            desk_began
        );
    })
    .await;
}

#[tokio::test]
async fn a_space_keeps_few_former_addresses_and_none_that_nobody_saw() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let (_, other) = db.creator("ben@example.org").await;
        let spaces = db.store.spaces();
        let text = |slug: String| store::SpaceText {
            slug,
            name: "Maya live".into(),
            tagline: String::new(),
            about: String::new(),
            topics: Topics::default(),
            zone: None,
        };
        let rename = async |n: i64| {
            spaces.update(space.id, &text(format!("famous-{n}")), Millis(NOW.0 + n)).await.unwrap()
        };
        for n in 0..4 {
            rename(n).await;
        }
        for free in ["maya", "famous-0", "famous-2"] {
            assert_eq!(spaces.by_slug(free).await.unwrap(), Found::Nothing, "{free} was never public");
        }
        spaces.update(other.id, &text("famous-0".into()), NOW).await.unwrap();
        db.publish(space.id, NOW).await.unwrap();
        for n in 4..20 {
            rename(n).await;
        }
        let mut kept = 0;
        for n in 1..19 {
            let found = spaces.by_slug(&format!("famous-{n}")).await.unwrap();
            assert_eq!(matches!(found, Found::Moved(_)), n >= 14, "{n}: {found:?}");
            kept += i64::from(found != Found::Nothing);
        }
        assert_eq!(kept, store::FORMER_SLUGS);
        assert!(matches!(spaces.by_slug("famous-0").await.unwrap(), Found::Here(s) if s.id == other.id));
        spaces.update(other.id, &text("famous-13".into()), NOW).await.unwrap();
        let refused = spaces.update(other.id, &text("famous-14".into()), NOW).await;
        assert!(matches!(refused, Err(StoreError::Conflict("slug"))), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn a_space_that_moves_leads_to_its_new_address() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let (_, other) = db.creator("ben@example.org").await;
        let spaces = db.store.spaces();
        let text = |slug: &str| store::SpaceText {
            slug: slug.into(),
            name: "Maya live".into(),
            tagline: "songs".into(),
            about: String::new(),
            topics: Topics::default(),
            zone: None,
        };
        assert!(spaces.of_owner(maya.id, Viewer::default()).await.unwrap().is_empty(), "not published yet");
        let first = db.publish(space.id, NOW).await.unwrap();
        assert_eq!(db.publish(space.id, Millis(NOW.0 + 5)).await.unwrap(), first);
        let listed = spaces.of_owner(maya.id, Viewer::default()).await.unwrap();
        assert_eq!(
            listed.iter().map(|l| (&l.space, l.live, l.lowest_price)).collect::<Vec<_>>(),
            [(&first, false, None)]
        );
        let moved = spaces.update(space.id, &text("maya-live"), NOW).await.unwrap();
        assert_eq!(spaces.by_slug("maya-live").await.unwrap(), Found::Here(moved.clone()));
        assert_eq!(spaces.by_slug("maya").await.unwrap(), Found::Moved(moved));
        assert_eq!(spaces.by_slug("nobody").await.unwrap(), Found::Nothing);
        for slug in ["maya", "maya-live", "ops"] {
            let refused = spaces.update(other.id, &text(slug), NOW).await;
            assert!(matches!(refused, Err(StoreError::Conflict("slug"))), "{slug}: {refused:?}");
        }
        let back = spaces.update(space.id, &text("maya"), NOW).await.unwrap();
        assert_eq!(spaces.by_slug("maya-live").await.unwrap(), Found::Moved(back));
        assert_eq!(db.unpublish(space.id).await.unwrap().published_at, None);
        assert!(matches!(db.publish(SpaceId::new(), NOW).await, Err(StoreError::NotFound)));
        assert!(matches!(spaces.by_id(SpaceId::new()).await, Err(StoreError::NotFound)));
    })
    .await;
}

/// Wherever a caller is cancelled, its transaction is rolled back, and the next one can write.
#[tokio::test]
async fn who_goes_away_in_the_middle_leaves_nothing_half_done() {
    on_each(async |db| {
        let (accounts, spaces) = (db.store.accounts(), db.store.spaces());
        for micros in (0..6000).step_by(100) {
            let email = format!("a{micros}@example.org");
            let asked = accounts.find_or_create(&email, NOW);
            let done = tokio::time::timeout(Duration::from_micros(micros), asked).await.is_ok();
            let found = accounts.by_email(&email).await.unwrap();
            assert!(found.is_some() || !done, "{email}");
            if let Some(account) = found {
                assert_eq!(spaces.of_account(account.id).await.unwrap().len(), 1, "{email}");
            }
        }
        let (last, new) = accounts.find_or_create("last@example.org", NOW).await.unwrap();
        assert!(new);
        assert_eq!(spaces.of_account(last.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn those_who_do_not_want_to_be_listed_are_not_named() {
    on_each(async |db| {
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        let eve = db.person("eve@example.org").await;
        let accounts = db.store.accounts();
        let named = async |of: &[AccountId]| {
            let named = accounts.named(of).await.unwrap();
            named.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        assert_eq!(named(&[ben.id, ann.id]).await, [ann.id, ben.id], "by name; eve was not asked for");
        db.change(async |tx| tx.list_account(ann.id, false).await).await.unwrap();
        assert_eq!(named(&[ben.id, ann.id, eve.id]).await, [ben.id, eve.id]);
        assert!(!accounts.listed(ann.id).await.unwrap() && accounts.listed(ben.id).await.unwrap());
        db.change(async |tx| tx.list_account(ann.id, true).await).await.unwrap();
        assert_eq!(named(&[ann.id]).await, [ann.id]);
        assert!(named(&[]).await.is_empty());
    })
    .await;
}
