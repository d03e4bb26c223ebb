use crate::database::*;
use domain::{
    catalogue::{offer::*, topics::Topics, zone::Zone},
    error::StoreError,
    id::*,
    live::{
        store::StreamStore,
        stream::{Stream, StreamChange, StreamState},
    },
    time::Span,
};
use sqlx::{Connection as _, Executor as _, Row as _};
use std::time::Duration;
use store::{ExperienceText, ExperienceUses, FORMER_SLUGS, NewStreams, Resolved, SpaceText, Tx};
use tokio::task::JoinHandle;

#[tokio::test]
async fn passes_and_experiences_share_one_namespace() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let (_, other) = db.creator("ben@example.org").await;
        let friday = db.experience(space.id, "friday").await;
        let pass = db.pass(space.id, "front-row", PriceKind::Free, &[friday.id]).await;
        let (spaces, experiences, passes) = (db.store.spaces(), db.store.experiences(), db.store.passes());
        assert_eq!(spaces.resolve(space.id, "friday").await.unwrap(), Resolved::Experience(friday.id));
        assert_eq!(spaces.resolve(space.id, "front-row").await.unwrap(), Resolved::Pass(pass.id));
        assert_eq!(spaces.resolve(other.id, "friday").await.unwrap(), Resolved::Nothing);
        for slug in ["friday", "front-row", "purchase"] {
            let text = ExperienceText { slug: slug.into(), title: "x".into(), about: String::new() };
            let refused = experiences.create(space.id, ExperienceKind::Show, &text, NOW).await.map(drop);
            assert!(matches!(refused, Err(StoreError::Conflict("slug"))), "{slug}: {refused:?}");
            let refused =
                passes.create(space.id, &pass_text(slug, PriceKind::Free, &[]), NOW).await.map(drop);
            assert!(matches!(refused, Err(StoreError::Conflict("slug"))), "{slug}: {refused:?}");
        }
        db.experience(other.id, "friday").await;
        assert_eq!(
            (experiences.list(space.id).await.unwrap().len(), passes.list(space.id).await.unwrap().len()),
            (1, 1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_at_once_for_one_address_make_one() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let answers = race(20, |i| {
            let store = db.store.clone();
            async move {
                let text = ExperienceText { slug: "friday".into(), title: "x".into(), about: String::new() };
                match i % 2 {
                    0 => {
                        store.experiences().create(space.id, ExperienceKind::Show, &text, NOW).await.map(drop)
                    }
                    _ => store
                        .passes()
                        .create(space.id, &pass_text("friday", PriceKind::Free, &[]), NOW)
                        .await
                        .map(drop),
                }
            }
        })
        .await;
        assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 1);
        assert!(
            answers.iter().all(|a| matches!(a, Ok(()) | Err(StoreError::Conflict("slug")))),
            "{answers:?}"
        );
        let made = (
            db.store.experiences().list(space.id).await.unwrap(),
            db.store.passes().list(space.id).await.unwrap(),
        );
        assert_eq!(made.0.len() + made.1.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_thing_leads_on_and_its_old_address_may_be_taken() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let friday = db.experience(space.id, "friday").await;
        let text =
            |slug: &str| ExperienceText { slug: slug.into(), title: "Late".into(), about: "songs".into() };
        let late =
            db.change(async |tx| tx.update_experience(friday.id, &text("late"), NOW).await).await.unwrap();
        assert_eq!((late.slug.as_str(), late.title.as_str()), ("late", "Late"));
        assert_eq!(db.store.experiences().by_id(friday.id).await.unwrap(), late);
        let resolve = async |slug: &str| db.store.spaces().resolve(space.id, slug).await.unwrap();
        assert_eq!(resolve("friday").await, Resolved::Moved("late".into()));
        let pass = db.pass(space.id, "friday", PriceKind::Free, &[]).await;
        assert_eq!(resolve("friday").await, Resolved::Pass(pass.id));
        let back = db.change(async |tx| tx.update_experience(friday.id, &text("friday"), NOW).await).await;
        assert!(matches!(back, Err(StoreError::Conflict("slug"))));
        assert_eq!(
            resolve("late").await,
            Resolved::Experience(friday.id),
            "a refused change leaves all as it was"
        );
        let nothing =
            db.change(async |tx| tx.update_experience(ExperienceId::new(), &text("x-y"), NOW).await).await;
        assert!(matches!(nothing, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_few_former_addresses_lead_on_and_those_of_what_is_deleted_are_free() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let (friday, other) =
            (db.experience(space.id, "friday").await, db.experience(space.id, "other").await);
        let pass = db.pass(space.id, "front-row", PriceKind::Free, &[other.id]).await;
        let text = |slug: &str| ExperienceText { slug: slug.into(), title: "x".into(), about: String::new() };
        let resolve = async |slug: &str| db.store.spaces().resolve(space.id, slug).await.unwrap();
        for n in 0..9 {
            let (at, slug) = (NOW + Span(n), format!("show-{n}"));
            db.change(async |tx| tx.update_experience(friday.id, &text(&slug), at).await).await.unwrap();
            let text = pass_text(&format!("seat-{n}"), PriceKind::Free, &[other.id]);
            db.change(async |tx| tx.update_pass(pass.id, &text, at).await).await.unwrap();
        }
        for (word, first) in [("show", "friday"), ("seat", "front-row")] {
            assert_eq!(resolve(first).await, Resolved::Nothing);
            for n in 0..8 {
                let leads = n >= 8 - FORMER_SLUGS;
                let want = if leads { Resolved::Moved(format!("{word}-8")) } else { Resolved::Nothing };
                assert_eq!(resolve(&format!("{word}-{n}")).await, want, "{word}-{n}");
            }
        }
        assert_eq!(resolve("other").await, Resolved::Experience(other.id), "others keep theirs");
        assert_eq!(
            db.change(async |tx| tx.delete_experience(friday.id).await).await.unwrap(),
            Ok(Vec::new())
        );
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        let rows = "SELECT COUNT(*) FROM slugs";
        let rows: i64 = connection.fetch_one(rows).await.unwrap().get(0);
        assert_eq!(rows, FORMER_SLUGS + 2, "those of the pass, and the other experience's");
    })
    .await;
}

#[tokio::test]
async fn the_order_is_the_creators() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let (_, other) = db.creator("ben@example.org").await;
        let [a, b, c] = [
            db.experience(space.id, "aa").await.id,
            db.experience(space.id, "bb").await.id,
            db.experience(space.id, "cc").await.id,
        ];
        let [p, q] = [
            db.pass(space.id, "pp", PriceKind::Free, &[c, a]).await.id,
            db.pass(space.id, "qq", euros(5), &[]).await.id,
        ];
        db.store.experiences().reorder(other.id, &[c, b, a]).await.unwrap();
        let list = async || {
            db.store.experiences().list(space.id).await.unwrap().iter().map(|e| e.id).collect::<Vec<_>>()
        };
        assert_eq!(list().await, [a, b, c], "other spaces are not reordered");
        db.store.experiences().reorder(space.id, &[c, b, a]).await.unwrap();
        assert_eq!(list().await, [c, b, a]);
        db.change(async |tx| tx.reorder_passes(space.id, &[q, p]).await).await.unwrap();
        let passes = db.store.passes().list(space.id).await.unwrap();
        assert_eq!(passes.iter().map(|x| x.id).collect::<Vec<_>>(), [q, p]);
        assert_eq!(passes[1].includes, [c, a], "in the order of the experiences");
    })
    .await;
}

#[tokio::test]
async fn a_pass_is_changed_withdrawn_and_offered_again() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        let (_, other) = db.creator("ben@example.org").await;
        let (a, b) = (db.experience(space.id, "aa").await.id, db.experience(space.id, "bb").await.id);
        let foreign = db.experience(other.id, "aa").await.id;
        let passes = db.store.passes();
        let pass = db.pass(space.id, "front-row", euros(12), &[a]).await;
        assert_eq!((pass.price.kind, pass.position), (euros(12), 1));
        let text = pass_text("front", PriceKind::Free, &[a, b]);
        db.change(async |tx| tx.update_pass(pass.id, &text, NOW).await).await.unwrap();
        let changed = passes.by_id(pass.id).await.unwrap();
        assert_eq!(
            (changed.slug.as_str(), changed.price.kind, changed.includes.len()),
            ("front", PriceKind::Free, 2)
        );
        for includes in [vec![foreign], vec![a, a]] {
            let text = pass_text("front", euros(1), &includes);
            let refused = db.change(async |tx| tx.update_pass(pass.id, &text, NOW).await).await;
            assert!(matches!(refused, Err(StoreError::Conflict("includes"))), "{refused:?}");
        }
        assert_eq!(passes.by_id(pass.id).await.unwrap(), changed, "a refused change leaves all as it was");
        db.change(async |tx| tx.withdraw_pass(pass.id, NOW).await).await.unwrap();
        assert_eq!(passes.by_id(pass.id).await.unwrap().withdrawn_at, Some(NOW));
        assert_eq!(passes.offer(pass.id).await.unwrap().withdrawn_at, None);
        let nothing = db.change(async |tx| tx.withdraw_pass(PassId::new(), NOW).await).await;
        assert!(matches!(nothing, Err(StoreError::NotFound)));
    })
    .await;
}

/// The changes that take something out of an offer.
#[derive(Clone, Copy, Debug)]
enum Taking {
    Withdraw,
    Exclude,
    Delete,
}

async fn take_out(tx: &mut Tx<'_>, taking: Taking, pass: &Pass) -> Result<(), StoreError> {
    match taking {
        Taking::Withdraw => tx.withdraw_pass(pass.id, NOW).await,
        Taking::Exclude => {
            tx.update_pass(pass.id, &pass_text("front-row", pass.price.kind, &[]), NOW).await.map(drop)
        }
        Taking::Delete => tx.delete_experience(pass.includes[0]).await.map(drop),
    }
}

async fn commit(tx: Tx<'_>) {
    tx.commit_audited(act("a change"), &[], NOW).await.unwrap();
}

/// Waits until a task either has ended or waits for a lock. SQLite has one writer, so there it waits anyway.
async fn stuck_or_done<T>(db: &TestDatabase, task: &JoinHandle<T>) {
    if db.url.starts_with("sqlite:") {
        return;
    }
    let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    loop {
        let waiting: i64 = connection.fetch_one(waiting).await.unwrap().get(0);
        if waiting > 0 || task.is_finished() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_and_what_takes_from_the_offer_wait_for_each_other() {
    on_each(async |db| {
        for (n, taking) in (0..).zip([Taking::Withdraw, Taking::Exclude, Taking::Delete]) {
            for publish_first in [false, true] {
                let (_, space) = db.creator(&format!("maya{n}{publish_first}@example.org")).await;
                let friday = db.experience(space.id, "friday").await;
                let pass = db.pass(space.id, "front-row", PriceKind::Free, &[friday.id]).await;
                let mut first = db.store.begin().await.unwrap();
                if publish_first {
                    first.publish_space(space.id, NOW).await.unwrap();
                    assert!(first.space_offers(space.id).await.unwrap());
                } else {
                    take_out(&mut first, taking, &pass).await.unwrap();
                }
                let second = tokio::spawn({
                    let store = db.store.clone();
                    async move {
                        let mut tx = store.begin().await.unwrap();
                        let offers = match publish_first {
                            true => take_out(&mut tx, taking, &pass).await.map(|()| false),
                            false => {
                                tx.publish_space(space.id, NOW).await.unwrap();
                                tx.space_offers(space.id).await
                            }
                        };
                        commit(tx).await;
                        offers.unwrap()
                    }
                });
                stuck_or_done(&db, &second).await;
                assert!(!second.is_finished(), "{taking:?} {publish_first}: it did not wait");
                commit(first).await;
                assert!(!second.await.unwrap(), "{taking:?}: nothing was left to publish");
            }
        }
    })
    .await;
}

/// What keeps an experience from being deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Using {
    Take,
    Order,
}

async fn make_use(tx: &mut Tx<'_>, using: Using, by: AccountId, pass: PassId) {
    match using {
        Using::Take => drop(tx.take_free_pass(by, pass, NOW).await.unwrap()),
        Using::Order => drop(tx.open_checkout(by, pass, NOW).await.unwrap()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_who_gets_a_pass_for_the_experience_wait_for_each_other() {
    on_each(async |db| {
        let ben = db.person("ben@example.org").await.id;
        for (using, price) in [(Using::Take, PriceKind::Free), (Using::Order, euros(5))] {
            for delete_first in [false, true] {
                let (_, space) = db.creator(&format!("maya{using:?}{delete_first}@example.org")).await;
                let friday = db.experience(space.id, "friday").await.id;
                let pass = db.pass(space.id, "front-row", price, &[friday]).await.id;
                db.publish(space.id, NOW).await.unwrap();
                let mut first = db.store.begin().await.unwrap();
                if delete_first {
                    assert_eq!(first.delete_experience(friday).await.unwrap(), Ok(Vec::new()));
                } else {
                    make_use(&mut first, using, ben, pass).await;
                }
                let second = tokio::spawn({
                    let store = db.store.clone();
                    async move {
                        let mut tx = store.begin().await.unwrap();
                        if delete_first {
                            make_use(&mut tx, using, ben, pass).await;
                            return tx.check_offer(ben, pass, NOW).await.unwrap().is_err();
                        }
                        tx.delete_experience(friday).await.unwrap().is_err()
                    }
                });
                stuck_or_done(&db, &second).await;
                assert!(!second.is_finished(), "{using:?} {delete_first}: it did not wait");
                commit(first).await;
                assert!(second.await.unwrap(), "{using:?} {delete_first}: it was not refused");
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_and_a_rehearsal_wait_for_each_other() {
    on_each(async |db| {
        let (_, friday, stream) = db.stage().await;
        let mut publisher = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        publisher.execute("BEGIN").await.unwrap();
        let rehearse =
            sqlx::query("UPDATE streams SET state = 'rehearsal' WHERE id = $1").bind(stream.id.to_string());
        assert_eq!(rehearse.execute(&mut publisher).await.unwrap().rows_affected(), 1);
        let deletion = tokio::spawn({
            let store = db.store.clone();
            async move {
                let mut tx = store.begin().await.unwrap();
                tx.delete_experience(friday.id).await.unwrap()
            }
        });
        stuck_or_done(&db, &deletion).await;
        assert!(!deletion.is_finished(), "it did not wait");
        publisher.execute("COMMIT").await.unwrap();
        assert_eq!(deletion.await.unwrap(), Err(ExperienceUses { shows: 1, ..ExperienceUses::default() }));

        publisher.execute("UPDATE streams SET state = 'scheduled'").await.unwrap();
        let mut first = db.store.begin().await.unwrap();
        assert_eq!(first.delete_experience(friday.id).await.unwrap(), Ok(vec![stream.clone()]));
        let rehearsal = tokio::spawn({
            let store = db.store.clone();
            let to = Stream { state: StreamState::Rehearsal, version: stream.version + 1, ..stream.clone() };
            let change = StreamChange { from: stream.version, to };
            async move { StreamStore::change(&store, change, None, NOW).await }
        });
        stuck_or_done(&db, &rehearsal).await;
        assert!(!rehearsal.is_finished(), "it did not wait");
        commit(first).await;
        assert!(matches!(rehearsal.await.unwrap(), Err(StoreError::NotFound)));
        let new = NewStreams { title: "Late", at: &[], count_hidden: false };
        let late = db.change(async |tx| tx.schedule_streams(friday.id, &new, NOW).await).await;
        assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_space_keeps_its_time_zone() {
    on_each(async |db| {
        let (_, space) = db.creator("maya@example.org").await;
        assert_eq!(space.zone, None);
        let spaces = db.store.spaces();
        for name in [Some("Europe/Berlin"), None, Some("Australia/Lord_Howe")] {
            let zone = name.map(|name| Zone::named(name).unwrap());
            let text = SpaceText {
                slug: space.slug.clone(),
                name: space.name.clone(),
                tagline: String::new(),
                about: String::new(),
                topics: Topics::default(),
                zone: zone.clone(),
            };
            assert_eq!(spaces.update(space.id, &text, NOW).await.unwrap().zone, zone);
            assert_eq!(spaces.by_id(space.id).await.unwrap().zone, zone);
        }
        // Written by a release that knows more zones.
        let mut connection = sqlx::AnyConnection::connect(&db.url).await.unwrap();
        connection.execute("UPDATE spaces SET time_zone = 'Mars/Olympus'").await.unwrap();
        assert_eq!(spaces.by_id(space.id).await.unwrap().zone, None);
    })
    .await;
}
