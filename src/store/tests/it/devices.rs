//! The devices on which passes with a limit are used.

use crate::database::*;
use domain::{
    access::{
        admit::{Door, Reason, admit, limited_grant},
        device::{DeviceLimit, DeviceSeat},
    },
    catalogue::offer::{Pass, PriceKind},
    id::*,
    people::account::Identity,
    time::Span,
};
use store::Entrant;

/// A published experience with a pass for two devices, and the grant of somebody who holds it.
async fn limited(db: &TestDatabase) -> (ExperienceId, Pass, AccountId, GrantId) {
    let (_, experience, _) = db.stage().await;
    let pass = db.pass(experience.space, "lobby", PriceKind::Free, &[experience.id]).await;
    db.publish(experience.space, NOW).await.unwrap();
    let ben = db.person("ben@example.org").await.id;
    let grant = db.take_free(ben, pass.id, NOW).await.unwrap().grant.id;
    db.change(async |tx| tx.limit_devices(pass.id, Some(2)).await).await.unwrap();
    (experience.id, pass, ben, grant)
}

async fn sit(db: &TestDatabase, grant: GrantId, session: SessionId, free: &[SessionId]) -> bool {
    freed(db, grant, session, free).await.is_some()
}

/// Whose seats were taken away for a device; `None` if it has none.
async fn freed(
    db: &TestDatabase,
    grant: GrantId,
    session: SessionId,
    free: &[SessionId],
) -> Option<Vec<SessionId>> {
    db.change(async |tx| tx.sit_down((grant, session), 2, free, NOW).await).await.unwrap()
}

#[tokio::test]
async fn a_device_with_a_seat_enters_and_another_one_does_not() {
    on_each(async |db| {
        let (experience, pass, account, grant) = limited(&db).await;
        let space = pass.space;
        let reason = async |session| {
            let who = Identity { session, account, operator: false, passkey: false };
            let facts =
                db.store.access().of_experience(Some(Entrant::from(who)), experience, NOW).await.unwrap();
            assert_eq!(limited_grant(&facts.as_facts(), NOW), Some((grant, 2)));
            admit(&facts.as_facts(), Door::Enter, NOW).reason
        };
        let [laptop, phone] = [(); 2].map(|()| SessionId::new());
        assert_eq!(
            db.store.devices().limits(space).await.unwrap(),
            [DeviceLimit { pass: pass.id, devices: 2 }]
        );
        assert_eq!(reason(laptop).await, Reason::OtherDevice);
        assert!(sit(&db, grant, laptop, &[]).await);
        assert_eq!((reason(laptop).await, reason(phone).await), (Reason::Holder, Reason::OtherDevice));
        let standing = db.store.access().standing(space, account, NOW).await.unwrap();
        assert_eq!(&*standing.seats, [DeviceSeat { grant, session: laptop }]);
        // Where no session asks, no device is counted.
        let facts =
            db.store.access().of_experience(Some(Entrant::absent(account)), experience, NOW).await.unwrap();
        assert_eq!(admit(&facts.as_facts(), Door::Enter, NOW).reason, Reason::Holder);
        // Another number begins anew; any number asks for no seat.
        db.change(async |tx| tx.limit_devices(pass.id, Some(3)).await).await.unwrap();
        assert!(db.store.devices().taken(grant, NOW).await.unwrap().is_empty());
        db.change(async |tx| tx.limit_devices(pass.id, None).await).await.unwrap();
        assert!(db.store.devices().limits(space).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_devices_at_once_two_get_a_seat() {
    on_each(async |db| {
        let (_, _, _, grant) = limited(&db).await;
        let devices: Vec<SessionId> = (0..12).map(|_| SessionId::new()).collect();
        let seated = race(12, |n| {
            let (db, session) = (db.clone(), devices[n]);
            async move { sit(&db, grant, session, &[]).await }
        })
        .await;
        assert_eq!(seated.iter().filter(|seated| **seated).count(), 2);
        assert_eq!(db.store.devices().taken(grant, NOW).await.unwrap().len(), 2);
        let mine = devices[seated.iter().position(|seated| *seated).unwrap()];
        assert!(sit(&db, grant, mine, &[]).await, "it has its seat");
    })
    .await;
}

#[tokio::test]
async fn moving_ends_the_device_that_came_first_and_free_seats_are_given_on() {
    on_each(async |db| {
        let (_, _, ben, grant) = limited(&db).await;
        let session = db.store.sessions().create(ben, "a phone", NOW).await.unwrap().id;
        let [laptop, tablet] = [(); 2].map(|()| SessionId::new());
        assert!(sit(&db, grant, session, &[]).await && sit(&db, grant, laptop, &[]).await);
        assert!(!sit(&db, grant, tablet, &[]).await);
        let later = NOW + Span::minutes(1);
        let taken = db.store.devices().taken(grant, later).await.unwrap();
        let browser = |of: SessionId| {
            let found = taken.iter().find(|seat| seat.session == of);
            found.and_then(|seat| seat.browser.clone())
        };
        assert_eq!((browser(session).as_deref(), browser(laptop)), (Some("a phone"), None));
        let gone = SessionId::new();
        let taken_away = freed(&db, grant, tablet, &[gone, laptop]).await;
        assert_eq!(taken_away, Some(vec![laptop]), "in place of one whose session is over");
        assert_eq!(freed(&db, grant, tablet, &[laptop]).await, Some(Vec::new()), "it has its seat");
        let moving =
            async |to| db.change(async |tx| tx.move_here((grant, to), 2, later).await).await.unwrap();
        let first = db.store.devices().taken(grant, later).await.unwrap()[0].session;
        assert_eq!(moving(laptop).await, [first]);
        assert!(moving(laptop).await.is_empty(), "it is there");
        assert_eq!(db.store.devices().taken(grant, later).await.unwrap().len(), 2);
        assert!(db.end_session(ben, session).await);
        let over = db.store.devices().taken(grant, later).await.unwrap();
        assert!(over.iter().all(|seat| seat.browser.is_none()));
    })
    .await;
}
