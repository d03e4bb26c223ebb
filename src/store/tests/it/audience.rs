use crate::database::*;
use domain::{
    audience::{
        days::LocalDay,
        letters::{MOST_A_DAY, MOST_BY_ACCOUNT, NewHolderMessage},
        members::{MemberSearch, MemberState},
        visits::{PageVisit, VisitStep},
    },
    catalogue::{
        offer::{PriceKind, Space},
        zone::Zone,
    },
    error::StoreError,
    id::*,
    time::{Millis, Span},
};
use std::net::Ipv4Addr;

async fn send(db: TestDatabase, new: NewHolderMessage, by: AccountId) -> Result<bool, StoreError> {
    db.change(async |tx| tx.send_holder_message(&new, by, 1, NOW).await).await
}

fn message(space: SpaceId, passes: &[PassId]) -> NewHolderMessage {
    NewHolderMessage {
        id: HolderMessageId::new(),
        space,
        passes: passes.into(),
        subject: "Friday".into(),
        body: "Come early.".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_send_at_once_a_space_sends_three_messages_a_day_and_each_once() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let pass = db.pass(space.id, "lobby", PriceKind::Free, &[]).await;
        let sent = race(12, |_| send(db.clone(), message(space.id, &[pass.id]), maya.id)).await;
        let refused = sent.iter().filter(|one| matches!(one, Err(StoreError::Conflict("messages")))).count();
        let kept = sent.iter().filter(|one| matches!(one, Ok(true))).count();
        assert_eq!((kept as i64, refused as i64), (MOST_A_DAY, 12 - MOST_A_DAY), "{sent:?}");
        let of_space = db.store.holder_messages().of_space(space.id, 99).await.unwrap();
        assert_eq!(of_space.len() as i64, MOST_A_DAY);
        // Another space has its own.
        let (kim, other) = db.creator("kim@example.org").await;
        let pass = db.pass(other.id, "lobby", PriceKind::Free, &[]).await;
        let one = message(other.id, &[pass.id]);
        let again = race(6, |_| send(db.clone(), one.clone(), kim.id)).await;
        assert_eq!(again.iter().filter(|sent| matches!(sent, Ok(true))).count(), 1, "{again:?}");
        assert!(again.iter().all(Result::is_ok), "{again:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_however_many_spaces_at_once_one_account_sends_nine_messages_a_day() {
    on_each(async |db| {
        let (maya, _) = db.creator("maya@example.org").await;
        let mut places = Vec::new();
        for n in 0..4 {
            let (_, space) = db.creator(&format!("kim{n}@example.org")).await;
            let pass = db.pass(space.id, "lobby", PriceKind::Free, &[]).await;
            places.push((space.id, pass.id));
        }
        let sent = race(MOST_A_DAY as usize * places.len(), |n| {
            let (space, pass) = places[n % places.len()];
            send(db.clone(), message(space, &[pass]), maya.id)
        });
        let sent = sent.await;
        let kept = sent.iter().filter(|one| matches!(one, Ok(true))).count();
        assert_eq!(kept as i64, MOST_BY_ACCOUNT, "{sent:?}");
        assert!(
            sent.iter().all(|one| matches!(one, Ok(true) | Err(StoreError::Conflict("author")))),
            "{sent:?}"
        );
        // Others of the team still may.
        let (kim, (space, pass)) = (db.creator("kim@example.org").await.0, places[0]);
        let others = send(db.clone(), message(space, &[pass]), kim.id).await;
        assert!(matches!(others, Ok(true) | Err(StoreError::Conflict("messages"))), "{others:?}");
    })
    .await;
}

#[tokio::test]
async fn a_message_reaches_holders_of_its_passes_who_want_it() {
    on_each(async |db| {
        let (maya, space) = db.creator("maya@example.org").await;
        let experience = db.experience(space.id, "friday").await;
        let [lobby, other] = [
            db.pass(space.id, "lobby", PriceKind::Free, &[experience.id]).await,
            db.pass(space.id, "other", PriceKind::Free, &[experience.id]).await,
        ];
        let people = [db.person("ann@example.org").await, db.person("ben@example.org").await];
        let [ann, ben] = [people[0].id, people[1].id];
        for (who, pass) in [(ann, &lobby), (ann, &other), (ben, &other)] {
            db.store.grants().give(who, pass.id, NOW).await.unwrap();
        }
        let messages = db.store.holder_messages();
        let reach = async |passes: &[PassId]| messages.recipients(space.id, passes, NOW).await.unwrap();
        assert_eq!((reach(&[lobby.id]).await, reach(&[lobby.id, other.id]).await), (1, 2));
        assert_eq!((reach(&[]).await, reach(&[PassId::new()]).await), (0, 0));
        let new = message(space.id, &[lobby.id, other.id]);
        assert!(send(db.clone(), new.clone(), maya.id).await.unwrap());
        let address = async |who| messages.address(new.id, who, NOW).await.unwrap();
        assert_eq!(address(ben).await.as_deref(), Some("ben@example.org"));
        assert_eq!(address(maya.id).await, None);
        for (on, wanted) in [(false, None), (true, Some("ben@example.org"))] {
            assert!(db.change(async |tx| tx.want_messages(ben, space.id, on, NOW).await).await.unwrap());
            assert!(!db.change(async |tx| tx.want_messages(ben, space.id, on, NOW).await).await.unwrap());
            assert_eq!(address(ben).await.as_deref(), wanted);
            assert_eq!(reach(&[other.id]).await, if on { 2 } else { 1 });
        }
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_what_they_hold_and_how_they_begin() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let pass = db.pass(space.id, "lobby", PriceKind::Free, &[]).await;
        let (ann, ben) = (db.person("ann@example.org").await, db.person("ben@example.org").await);
        for (who, at) in [(ann.id, NOW), (ben.id, NOW + Span::secs(1))] {
            db.store.grants().give(who, pass.id, at).await.unwrap();
        }
        let later = NOW + Span::minutes(1);
        let grant = db.store.grants().in_space(ann.id, space.id).await.unwrap().remove(0);
        db.store.grants().revoke(grant.id, "asked", later).await.unwrap();
        let find = async |search: MemberSearch| {
            let found = db.store.members().list(space.id, &search, later, None, 9).await.unwrap();
            found.into_iter().map(|one| one.account.id).collect::<Vec<_>>()
        };
        let of = |words: &str, state| MemberSearch { words: words.into(), state, ..MemberSearch::default() };
        assert_eq!(find(MemberSearch::default()).await, [ben.id, ann.id], "whoever joined last first");
        assert_eq!(find(of("", Some(MemberState::Holds))).await, [ben.id]);
        assert_eq!(find(of("", Some(MemberState::Former))).await, [ann.id]);
        assert_eq!(find(of("an", None)).await, [ann.id]);
        assert!(find(of("nn", None)).await.is_empty() && find(of("%", None)).await.is_empty());
        // A page after another one.
        let first =
            db.store.members().list(space.id, &MemberSearch::default(), later, None, 1).await.unwrap();
        let after = Some((first[0].since, first[0].account.id));
        let second =
            db.store.members().list(space.id, &MemberSearch::default(), later, after, 9).await.unwrap();
        assert_eq!(second.iter().map(|one| one.account.id).collect::<Vec<_>>(), [ann.id]);
    })
    .await;
}

#[tokio::test]
async fn a_day_of_25_hours_is_counted_whole_and_kept_once() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let space = Space { zone: Some(Zone::named("Europe/Berlin").unwrap()), ..space };
        let pass = db.pass(space.id, "lobby", PriceKind::Free, &[]).await;
        let day: LocalDay = "2026-10-25".parse().unwrap();
        let bounds = day.bounds(space.zone.as_ref().unwrap());
        assert_eq!(bounds.end - bounds.start, Span::hours(25));
        for (n, at) in [bounds.start.0 - 1, bounds.start.0, bounds.end.0 - 1, bounds.end.0].iter().enumerate()
        {
            let who = db.person(&format!("fan{n}@example.org")).await;
            db.store.grants().give(who.id, pass.id, Millis(*at)).await.unwrap();
        }
        let days = db.store.space_days();
        let mut counted = Vec::new();
        for day in [day.plus(-1), day, day.plus(1)] {
            let found = days.count(&space, day).await.unwrap();
            for _ in 0..2 {
                days.keep(space.id, &found, bounds.end).await.unwrap();
            }
            counted.push(found);
        }
        assert_eq!(counted.iter().map(|day| day.figures.joined).collect::<Vec<_>>(), [1, 2, 1]);
        assert_eq!(counted.iter().map(|day| day.figures.members).collect::<Vec<_>>(), [1, 3, 4]);
        let kept = days.of_space(space.id, day.plus(-9), day.plus(9)).await.unwrap();
        assert_eq!(kept, counted);
        assert!(days.stale(&space).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_look_is_one_row_a_person_page_and_day_from_where_they_came_first() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let day: LocalDay = "2026-10-25".parse().unwrap();
        let look = |address: [u8; 4], source: &str, day| PageVisit {
            space: space.id,
            day,
            step: VisitStep::Space,
            address: Ipv4Addr::from(address).into(),
            agent: "a browser".into(),
            source: source.into(),
        };
        let visits = db.store.page_visits();
        visits.store(vec![look([10, 0, 0, 1], "flyer", day)]).await.unwrap();
        let more = [
            look([10, 0, 0, 1], "elsewhere", day),
            look([10, 0, 0, 2], "flyer", day),
            look([10, 0, 0, 2], "", day.plus(1)),
        ];
        visits.store(more.into()).await.unwrap();
        let sources = async |last| visits.sources(space.id, day, last, 9).await.unwrap();
        assert_eq!(sources(day).await, [("flyer".to_owned(), 2)]);
        assert_eq!(sources(day.plus(1)).await, [("flyer".to_owned(), 2), (String::new(), 1)]);
        visits.forget(day.plus(1), day.plus(2)).await.unwrap();
        assert_eq!(sources(day.plus(1)).await, [(String::new(), 1)]);
    })
    .await;
}
