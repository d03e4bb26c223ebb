//! The audit log: concurrent sealers build one chain, and every kind of tampering is found.

use crate::database::*;
use domain::{
    catalogue::offer::PriceKind,
    id::*,
    money::{
        promo::{Off, PromoCode},
        selling::{Selling, Waitlist, Window},
    },
    time::Span,
};
use sqlx::{Connection as _, Executor as _};
use std::collections::BTreeSet;
use store::{Act, AuditFilter, AuditHead, AuditKey, Flaw, Joined, Named, NewEntry, NewInvite, Opened};

fn act(detail: &str) -> Act {
    Act { actor: None, action: "restart".into(), target: "stream".into(), detail: detail.into() }
}

fn key() -> AuditKey {
    AuditKey::new(*b"the server's secret")
}

impl TestDatabase {
    /// Writes `lines` and seals them. Returns the head of the chain.
    async fn audited(&self, lines: &[&str]) -> AuditHead {
        for line in lines {
            self.store.audit().append(&act(line), NOW).await.unwrap();
        }
        self.store.audit().seal(&key()).await.unwrap().unwrap()
    }

    async fn flaws(&self, head: &AuditHead) -> Vec<(Flaw, i64, i64)> {
        let report = self.store.audit().verify(&key(), Some(head)).await.unwrap();
        assert_eq!(report.more, 0);
        report.findings.iter().map(|f| (f.flaw, f.from, f.to)).collect()
    }

    async fn tamper(&self, statements: &[&'static str]) {
        let mut connection = sqlx::AnyConnection::connect(&self.url).await.unwrap();
        for statement in statements {
            connection.execute(*statement).await.unwrap();
        }
    }
}

const FIVE: [&str; 5] = ["one", "two", "three", "four", "five"];
/// What somebody with write access but without the secret could do.
const WITHOUT_SEALS: &str = "DELETE FROM audit_seals WHERE seq >= 3";
/// SHA-256 of `[1,1790000000000,null,"restart","stream","one",""]`.
const OF_THE_RELEASE_BEFORE: &str =
    "INSERT INTO audit VALUES (1, 1790000000000, NULL, 'restart', 'stream', 'one', '',
    'd85490d2cf44f366df908f43d02fd90e6f9ae0eb82ca5cc57abe5b6f520e2ec7')";

#[tokio::test(flavor = "multi_thread")]
async fn sealers_that_race_make_one_chain_without_gaps() {
    on_each(async |db| {
        let maya = db.person("maya@example.org").await;
        race(24, |i| {
            let store = db.store.clone();
            async move {
                let line = Act { actor: Some(maya.id), ..act(&format!("no {i}")) };
                store.audit().append(&line, NOW).await.unwrap();
                store.audit().seal(&key()).await.unwrap();
            }
        })
        .await;
        while db.store.audit().seal(&key()).await.unwrap().is_some() {}
        let head = db.store.audit().head().await.unwrap().unwrap();
        let report = db.store.audit().verify(&key(), Some(&head)).await.unwrap();
        assert_eq!((report.last, report.sealed, report.pending, report.is_sound()), (24, 24, 0, true));
        let last = db.store.audit().last(2).await.unwrap();
        assert_eq!(last.iter().map(|line| line.seq).collect::<Vec<_>>(), [Some(24), Some(23)]);
        assert_eq!(last[0].act.actor, Some(maya.id));
        let mut all: Vec<_> =
            db.store.audit().last(100).await.unwrap().into_iter().map(|l| l.act.detail).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 24, "each line once");
    })
    .await;
}

#[tokio::test]
async fn a_line_that_waits_is_shown_first() {
    on_each(async |db| {
        db.audited(&["one"]).await;
        db.store.audit().append(&act("two"), NOW).await.unwrap();
        let last = db.store.audit().last(5).await.unwrap();
        let shown: Vec<_> = last.iter().map(|line| (line.seq, line.act.detail.as_str())).collect();
        assert_eq!(shown, [(None, "two"), (Some(1), "one")]);
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_is_found() {
    on_each(async |db| {
        let head = db.audited(&FIVE).await;
        assert_eq!(db.flaws(&head).await, []);
        db.tamper(&["UPDATE audit SET detail = 'nothing' WHERE seq IN (2, 3)"]).await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Changed, 2, 3)]);
        db.tamper(&[
            "UPDATE audit SET detail = 'two' WHERE seq = 2",
            "UPDATE audit_seals SET mac = 'x' WHERE seq = 4",
        ])
        .await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Changed, 3, 4), (Flaw::Replaced, 5, 5)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_moved_or_cut_is_found() {
    on_each(async |db| {
        let head = db.audited(&FIVE).await;
        db.tamper(&["DELETE FROM audit_seals WHERE seq IN (2, 3)", "DELETE FROM audit WHERE seq IN (2, 3)"])
            .await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Missing, 2, 3)]);
        db.tamper(&["DELETE FROM audit_seals WHERE seq = 5", "DELETE FROM audit WHERE seq = 5"]).await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Missing, 2, 3), (Flaw::Cut, 5, 5)]);
    })
    .await;
    on_each(async |db| {
        let head = db.audited(&FIVE).await;
        let swap = ["INSERT INTO audit SELECT 9, at, actor_id, action, target, detail, previous, hash FROM audit WHERE seq = 2",
            "UPDATE audit SET (detail, previous, hash) = (SELECT detail, previous, hash FROM audit WHERE seq = 4) WHERE seq = 2",
            "UPDATE audit SET (detail, previous, hash) = (SELECT detail, previous, hash FROM audit WHERE seq = 9) WHERE seq = 4",
            "DELETE FROM audit WHERE seq = 9"];
        db.tamper(&swap).await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Moved { was: 4 }, 2, 2), (Flaw::Moved { was: 2 }, 4, 4)]);
    })
    .await;
}

/// The end was removed, and the log grew past the head that is kept outside.
#[tokio::test]
async fn an_end_that_was_cut_and_written_anew_is_found() {
    on_each(async |db| {
        let head = db.audited(&FIVE).await;
        db.tamper(&["DELETE FROM audit_seals WHERE seq >= 4", "DELETE FROM audit WHERE seq >= 4"]).await;
        db.audited(&["another four", "another five", "six"]).await;
        assert_eq!(db.flaws(&head).await, [(Flaw::NotTheHead, 5, 5)]);
        assert!(!db.store.audit().continues(&head).await.unwrap());
        let report = db.store.audit().verify(&key(), None).await.unwrap();
        assert_eq!(report.findings[0].flaw, Flaw::NoHead);
    })
    .await;
}

#[tokio::test]
async fn lines_without_our_seal_are_found() {
    on_each(async |db| {
        let head = db.audited(&FIVE).await;
        db.tamper(&[WITHOUT_SEALS]).await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Unsealed, 3, 5)]);
        let other = AuditKey::new(*b"another secret");
        let report = db.store.audit().verify(&other, Some(&head)).await.unwrap();
        let words: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
        assert_eq!(words[0], "lines 1 to 2 were sealed with another secret than BACKSTAGE_SECRET");
    })
    .await;
}

/// Lines of the previous release have a hash but no seal. The first sealed line covers them.
#[tokio::test]
async fn lines_of_the_release_before_are_verified_by_their_hash() {
    on_each(async |db| {
        db.tamper(&[OF_THE_RELEASE_BEFORE]).await;
        assert!(db.store.audit().verify(&key(), None).await.unwrap().is_sound());
        let head = db.audited(&["two", "three"]).await;
        let report = db.store.audit().verify(&key(), Some(&head)).await.unwrap();
        assert_eq!((report.last, report.sealed, report.is_sound()), (3, 2, true));
        db.tamper(&["DELETE FROM audit WHERE seq = 1"]).await;
        assert_eq!(db.flaws(&head).await, [(Flaw::Missing, 1, 1)]);
    })
    .await;
}

#[tokio::test]
async fn what_lines_are_about_has_a_name_and_an_address() {
    on_each(async |db| {
        let (maya, experience, stream) = db.stage().await;
        let space = db.store.spaces().by_id(experience.space).await.unwrap();
        let paid = db.pass(space.id, "front-row", euros(5), &[experience.id]).await;
        let empty = db.pass(space.id, "lobby", PriceKind::Free, &[]).await;
        let ben = db.person("ben@example.org").await;
        let session = db.store.sessions().create(ben.id, "curl/8", NOW).await.unwrap().id;
        let Opened::New(order) = db.open_order(ben.id, paid.id, NOW).await.unwrap() else {
            panic!("an order")
        };
        let comp = db.change(async |tx| tx.add_comp(paid.id, "guest@example.org", maya.id, NOW).await).await;
        let comp = comp.unwrap();
        let ids = [
            space.id.to_string(),
            experience.id.to_string(),
            paid.id.to_string(),
            empty.id.to_string(),
            stream.id.to_string(),
            stream.room.to_string(),
            order.id.to_string(),
            maya.id.to_string(),
            session.to_string(),
            comp.to_string(),
            SpaceId::new().to_string(),
        ];
        let find = async || {
            let named = db.store.named(&ids.each_ref().map(String::as_str)).await.unwrap();
            ids.each_ref().map(|id| named.get(id).cloned())
        };
        let in_space = |title: &str, slug: Option<&str>, open: bool| {
            Some(Named {
                title: title.into(),
                space: Some(space.name.clone()),
                space_slug: open.then(|| space.slug.clone()),
                slug: slug.map(String::from),
            })
        };
        let alone = |title: &str, slug: Option<&str>| {
            Some(Named { title: title.into(), slug: slug.map(String::from), ..Named::default() })
        };
        for open in [false, true] {
            if open {
                db.publish(space.id, NOW).await.unwrap();
            }
            let expected = [
                in_space(&space.name, None, open),
                in_space("FRIDAY", Some("friday"), open),
                in_space("FRONT-ROW", Some("front-row"), open),
                in_space("LOBBY", None, open),
                in_space("Friday", Some("friday"), open),
                in_space("Friday", Some("friday"), open),
                in_space("FRONT-ROW", None, open),
                alone(&maya.name, Some(&maya.username)),
                alone("curl/8", None),
                in_space("FRONT-ROW", None, open),
                None,
            ];
            assert_eq!(find().await, expected);
        }
    })
    .await;
}

/// The ids of what lets people in and makes passes cheaper in the space of a creator: of a pass that was taken, a link, a gift, codes
/// of the space and of its team, and an entry of a waitlist.
async fn ways_in(db: &TestDatabase, email: &str) -> (SpaceId, [String; 6]) {
    let (maker, space) = db.creator(email).await;
    let experience = db.experience(space.id, "friday").await.id;
    let pass = db.pass(space.id, "lobby", PriceKind::Free, &[experience]).await.id;
    db.publish(space.id, NOW).await.unwrap();
    let ben = db.person("ben@example.org").await.id;
    let grant = db.take_free(ben, pass, NOW).await.unwrap().grant.id;
    let new = NewInvite { experience, note: "", most: 1, by: maker.id, expires_at: NOW + Span::days(1) };
    let invite = db.change(async |tx| tx.make_invite(&new, NOW).await).await.unwrap();
    let comp = db.change(async |tx| tx.add_comp(pass, "guest@example.org", maker.id, NOW).await).await;
    let mut codes = Vec::new();
    for (code, of) in [("SUMMER", Some(space.id)), ("WINTER", None)] {
        let promo = PromoCode {
            id: PromoId::new(),
            team: space.team,
            space: of,
            code: code.into(),
            off: Off::Percent(25),
            passes: Vec::new(),
            most_uses: None,
            window: Window { opens_at: Some(NOW), closes_at: None },
            ended_at: None,
        };
        db.change(async |tx| tx.add_promo(&promo, NOW).await).await.unwrap();
        codes.push(promo.id.to_string());
    }
    let [summer, winter] = [codes.remove(0), codes.remove(0)];
    let (invite, comp) = (invite.to_string(), comp.unwrap().to_string());
    let circle = db.pass(space.id, "circle", PriceKind::Free, &[experience]).await.id;
    let selling = Selling { waitlist: Waitlist::Apply, ..Selling::default() };
    db.change(async |tx| tx.sell_pass(circle, &selling).await).await.unwrap();
    let new = NewEntry { pass: circle, account: ben, answers: &[] };
    let joined = db.change(async |tx| tx.join_waitlist(new, NOW).await).await.unwrap();
    let Joined::New(entry) = joined else { panic!("{joined:?}") };
    (space.id, [grant.to_string(), invite, comp, summer, winter, entry.to_string()])
}

#[tokio::test]
async fn lines_about_a_space_are_those_of_all_that_lets_people_into_it() {
    on_each(async |db| {
        let of = [ways_in(&db, "maya@example.org").await, ways_in(&db, "noa@example.org").await];
        for target in of.iter().flat_map(|(_, targets)| targets) {
            let line = Act { target: target.clone(), ..act("done") };
            db.store.audit().append(&line, NOW).await.unwrap();
        }
        for sealed in [false, true] {
            while sealed && db.store.audit().seal(&key()).await.unwrap().is_some() {}
            for (space, targets) in &of {
                let filter = AuditFilter { about: Some(space.to_string()), ..AuditFilter::default() };
                let found = db.store.audit().find(&filter, None, 100).await.unwrap();
                let found: BTreeSet<String> = found.into_iter().map(|line| line.act.target).collect();
                assert_eq!(found, BTreeSet::from_iter(targets.iter().cloned()), "sealed: {sealed}");
            }
        }
    })
    .await;
}
