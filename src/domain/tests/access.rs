//! Access decisions against an oracle written from the specification, not from the code: a hundred thousand random
//! worlds of grants, bans, teams, streams and times.

use domain::{
    access::{
        admit::{Admission, Door, Facts, Reason, Role, admit},
        ban::{Ban, BanKind},
        device::{DeviceLimit, DeviceSeat},
        entry::{Lock, LockRule, Permit, PermitKind},
        grant::Grant,
    },
    catalogue::offer::{ExperienceKind, Pass, Price, PriceKind},
    id::*,
    live::stream::StreamState,
    money::selling::Selling,
    people::account::TeamRole,
    time::Millis,
};
use proptest::{prelude::*, strategy::ValueTree};
use uuid::Uuid;

const CASES: u32 = 100_000;
const DOORS: [Door; 5] = [Door::Enter, Door::Post, Door::Play, Door::Moderate, Door::Host];
/// The experience that the decisions are about; there are three.
const WANTED: u8 = 0;
/// The session that asks.
const SESSION: u8 = 7;
/// The stream that is shown, if there is one; there are two.
const SHOW: u8 = 0;

/// Few distinct moments, so that they often coincide.
fn moment() -> impl Strategy<Value = i64> {
    0..12_i64
}

fn id(n: u8) -> Uuid {
    Uuid::from_u128(u128::from(n) + 1)
}

#[derive(Clone, Debug)]
struct Held {
    /// 0 is the person asking; 1 is another.
    of: u8,
    pass: u8,
    starts: i64,
    expires: Option<i64>,
    revoked: Option<i64>,
    suspended: bool,
    /// It has a seat on this device.
    seated: bool,
}

#[derive(Clone, Debug)]
struct Kept {
    mute: bool,
    until: Option<i64>,
    lifted: Option<i64>,
}

/// A lock and a permit are of an experience; the versions of passphrases are 1 and 2.
#[derive(Clone, Debug)]
struct Locked {
    experience: u8,
    instead: bool,
    version: i64,
}

#[derive(Clone, Debug)]
struct Let {
    experience: u8,
    invited: bool,
    version: i64,
    /// Of which stream, and until when, if it is the first minutes of a show; then nothing else.
    preview: Option<(u8, i64)>,
}

#[derive(Clone, Debug)]
struct World {
    signed_in: bool,
    team: Option<TeamRole>,
    /// The team requires a passkey, and the session began without one.
    owes: bool,
    published: bool,
    /// Operators suspended the space.
    closed: bool,
    /// What each pass includes.
    passes: Vec<Vec<u8>>,
    /// When the wanted experience was removed from each pass, if it was.
    until: Vec<Option<i64>>,
    /// Whether each pass limits devices.
    limited: Vec<bool>,
    grants: Vec<Held>,
    bans: Vec<Kept>,
    locks: Vec<Locked>,
    permits: Vec<Let>,
    kind: ExperienceKind,
    stream: Option<StreamState>,
    now: i64,
}

/// Locks, and what the person has beside passes.
fn entry() -> impl Strategy<Value = (Vec<Locked>, Vec<Let>)> {
    // At most one lock for each experience.
    let locks = [WANTED, 1].map(|experience| {
        let locked = (prop::bool::ANY, 1..3_i64);
        prop::option::weighted(0.3, locked)
            .prop_map(move |l| l.map(|(instead, version)| Locked { experience, instead, version }))
    });
    let preview = prop::option::weighted(0.5, (0..2_u8, moment()));
    let permit = (0..3_u8, prop::bool::weighted(0.3), 1..3_i64, preview);
    let permit = permit.prop_map(|(experience, invited, version, preview)| Let {
        experience,
        invited: invited && preview.is_none(),
        version,
        preview,
    });
    (locks, prop::collection::vec(permit, 0..3))
        .prop_map(|(locks, permits)| (locks.into_iter().flatten().collect::<Vec<_>>(), permits))
}

fn held() -> impl Strategy<Value = Held> {
    let of = prop_oneof![5 => Just(0_u8), 1 => Just(1)];
    let held = (
        of,
        0..4_u8,
        0..6_i64,
        prop::option::of(moment()),
        prop::option::weighted(0.1, moment()),
        (prop::bool::weighted(0.1), prop::bool::ANY),
    );
    held.prop_map(|(of, pass, starts, expires, revoked, (suspended, seated))| Held {
        of,
        pass,
        starts,
        expires,
        revoked,
        suspended,
        seated,
    })
}

fn world() -> impl Strategy<Value = World> {
    let kept = (prop::bool::weighted(0.7), prop::option::of(moment()), prop::option::weighted(0.3, moment()));
    let kept = kept.prop_map(|(mute, until, lifted)| Kept { mute, until, lifted });
    let team =
        prop_oneof![6 => Just(None), 1 => Just(Some(TeamRole::Owner)), 1 => Just(Some(TeamRole::Moderator))];
    let streams: Vec<_> = StreamState::ALL.into_iter().map(Some).chain([None]).collect();
    let kind = prop_oneof![
        6 => Just(ExperienceKind::Show),
        2 => Just(ExperienceKind::Community),
        1 => Just(ExperienceKind::Posts),
    ];
    let includes = prop::collection::vec(0..3_u8, 0..4);
    (
        prop::bool::weighted(0.9),
        team,
        // A suspended space is never published; the decision does not depend on that.
        (prop::bool::weighted(0.9), prop::bool::weighted(0.1), prop::bool::weighted(0.3)),
        prop::collection::vec(
            (includes, prop::option::weighted(0.3, moment()), prop::bool::weighted(0.2)),
            1..5,
        ),
        prop::collection::vec(held(), 0..5),
        (prop::collection::vec(kept, 0..3), entry()),
        (kind, prop::sample::select(streams)),
        moment(),
    )
        .prop_map(
            |(
                signed_in,
                team,
                (published, closed, owes),
                passes,
                grants,
                (bans, (locks, permits)),
                (kind, stream),
                now,
            )| {
                World {
                    signed_in,
                    // Without an account nobody is in a team.
                    team: team.filter(|_| signed_in),
                    owes,
                    published,
                    closed,
                    until: passes.iter().map(|(_, until, _)| *until).collect(),
                    limited: passes.iter().map(|(.., limited)| *limited).collect(),
                    passes: passes.into_iter().map(|(includes, ..)| includes).collect(),
                    grants,
                    bans,
                    locks,
                    permits,
                    kind,
                    stream,
                    now,
                }
            },
        )
}

/// The specified decision. `Ok` with the end of the admission, or `Err` with the reason and the end of the refusal.
fn promised(w: &World, door: Door) -> Result<Option<i64>, (Reason, Option<i64>)> {
    let over = match w.kind {
        ExperienceKind::Show => w.stream == Some(StreamState::Ended),
        ExperienceKind::Community => false,
        _ => true,
    };
    match w.team {
        Some(_) if w.closed => return Err((Reason::Closed, None)),
        Some(TeamRole::Moderator) if door == Door::Host => return Err((Reason::NotTeam, None)),
        Some(_) if w.owes && (door == Door::Moderate || door == Door::Host) => {
            return Err((Reason::OwesPasskey, None));
        }
        Some(_) if door == Door::Post && over => return Err((Reason::Ended, None)),
        Some(_) => return Ok(None),
        None => {}
    }
    if !w.published || w.closed {
        return Err((Reason::Hidden, None));
    }
    if !w.signed_in {
        return Err((Reason::SignIn, None));
    }
    if door == Door::Moderate || door == Door::Host {
        return Err((Reason::NotTeam, None));
    }
    if let Some(until) = kept_out(w, false) {
        return Err((Reason::Banned, until));
    }
    let (ends, elsewhere, paused) = by_pass(w);
    let lock = w.locks.iter().find(|lock| lock.experience == WANTED);
    let here = || w.permits.iter().filter(|permit| permit.experience == WANTED);
    let spoken = |p: &Let| !p.invited && p.preview.is_none();
    let said = lock.is_some_and(|lock| here().any(|p| spoken(p) && p.version == lock.version));
    let of_show =
        |p: &Let| p.preview.filter(|(show, until)| *show == SHOW && w.stream.is_some() && w.now < *until);
    let preview = here().filter_map(of_show).map(|(_, until)| until).max();
    let by_pass = match ends {
        Some(until) => Ok((until, false)),
        None if elsewhere => Err((Reason::OtherDevice, None)),
        None if paused => Err((Reason::Suspended, None)),
        None => preview.map(|until| (Some(until), true)).ok_or((Reason::NeedsPass, None)),
    };
    let (until, free) = match lock {
        _ if here().any(|permit| permit.invited) => (None, false),
        Some(Locked { instead: true, .. }) if said => (None, false),
        Some(Locked { instead: false, .. }) if !said => {
            return by_pass.and(Err((Reason::NeedsPassphrase, None)));
        }
        _ => by_pass?,
    };
    if door == Door::Play && !matches!(w.stream, Some(StreamState::Live | StreamState::Interrupted)) {
        return Err((Reason::NotLive, None));
    }
    if door == Door::Post {
        if over || (w.kind == ExperienceKind::Show && w.stream.is_none()) {
            return Err((Reason::Ended, None));
        }
        if let Some(until) = kept_out(w, true) {
            return Err((Reason::Muted, until));
        }
        if free {
            return Err((Reason::NeedsPass, None));
        }
    }
    Ok(until)
}

/// The end of what lets in by a pass, if anything does; whether one does on other devices; whether one is paused.
fn by_pass(w: &World) -> (Option<Option<i64>>, bool, bool) {
    let (mut ends, mut paused): (Option<Option<i64>>, bool) = (None, false);
    let mut elsewhere = false;
    for held in &w.grants {
        let pass = usize::from(held.pass);
        let sold = w.passes.get(pass).is_some_and(|includes| includes.contains(&WANTED));
        let kept = w.until.get(pass).is_some_and(|until| until.is_some_and(|until| held.starts <= until));
        let opens = sold || kept;
        let runs = w.now >= held.starts && held.expires.is_none_or(|end| w.now < end);
        if held.of == 0 && opens && runs && held.revoked.is_none() {
            paused |= held.suspended;
            let limited = w.limited[pass] && !held.seated;
            elsewhere |= limited && !held.suspended;
            if !held.suspended && !limited {
                ends = Some(later(ends, held.expires));
            }
        }
    }
    (ends, elsewhere, paused)
}

/// The end of the longest ban (or mute) in force.
fn kept_out(w: &World, mute: bool) -> Option<Option<i64>> {
    let mut longest = None;
    for kept in w.bans.iter().filter(|k| k.mute == mute && k.lifted.is_none()) {
        if kept.until.is_none_or(|end| w.now < end) {
            longest = Some(later(longest, kept.until));
        }
    }
    longest
}

/// The later of two ends; no end is the latest.
fn later(so_far: Option<Option<i64>>, end: Option<i64>) -> Option<i64> {
    match (so_far, end) {
        (None, end) => end,
        (Some(None), _) | (_, None) => None,
        (Some(Some(a)), Some(b)) => Some(a.max(b)),
    }
}

fn passes_of(w: &World, space: SpaceId) -> Vec<Pass> {
    let passes = w.passes.iter().zip(0..).map(|(includes, n)| Pass {
        id: PassId(id(n)),
        space,
        slug: format!("pass-{n}"),
        title: "Pass".into(),
        about: String::new(),
        price: Price { id: PriceId(id(n)), kind: PriceKind::Free },
        position: i64::from(n),
        includes: includes.iter().map(|e| ExperienceId(id(*e))).collect(),
        included_until: w.until[usize::from(n)]
            .map(|at| (ExperienceId(id(WANTED)), Millis(at)))
            .into_iter()
            .collect(),
        withdrawn_at: None,
        selling: Selling::default(),
        asked: Vec::new(),
        left: None,
    });
    passes.collect()
}

fn ask(w: &World, door: Door) -> Admission {
    let space = SpaceId(id(0));
    let passes = passes_of(w, space);
    let grants = w.grants.iter().zip(0..).map(|(held, n)| Grant {
        id: GrantId(id(n)),
        account: AccountId(id(held.of)),
        pass: PassId(id(held.pass)),
        space,
        purchase: None,
        starts_at: Millis(held.starts),
        expires_at: held.expires.map(Millis),
        suspended_at: held.suspended.then_some(Millis(0)),
        revoked_at: held.revoked.map(Millis),
    });
    let bans = w.bans.iter().zip(0..).map(|(kept, n)| Ban {
        id: BanId(id(n)),
        space,
        account: AccountId(id(0)),
        name: "them".into(),
        kind: if kept.mute { BanKind::Mute } else { BanKind::Ban },
        by: AccountId(id(9)),
        reason: String::new(),
        created_at: Millis(0),
        until: kept.until.map(Millis),
        lifted_at: kept.lifted.map(Millis),
    });
    let locks = w.locks.iter().map(|lock| Lock {
        experience: ExperienceId(id(lock.experience)),
        rule: if lock.instead { LockRule::Instead } else { LockRule::Also },
        version: lock.version,
    });
    let permits = w.permits.iter().map(|permit| Permit {
        experience: ExperienceId(id(permit.experience)),
        kind: match permit.preview {
            Some(_) => PermitKind::Preview,
            None if permit.invited => PermitKind::Invite,
            None => PermitKind::Passphrase,
        },
        version: permit.version,
        stream: permit.preview.map(|(show, _)| StreamId(id(show))),
        until: permit.preview.map(|(_, until)| Millis(until)),
    });
    let (grants, bans): (Vec<_>, Vec<_>) = (grants.collect(), bans.collect());
    let limits = (0..).zip(&w.limited).filter(|(_, limited)| **limited);
    let limits = limits.map(|(n, _)| DeviceLimit { pass: PassId(id(n)), devices: 1 });
    let seats = (0..).zip(&w.grants).filter(|(_, held)| held.seated);
    let seats = seats.map(|(n, _)| DeviceSeat { grant: GrantId(id(n)), session: SessionId(id(SESSION)) });
    let (locks, permits): (Vec<_>, Vec<_>) = (locks.collect(), permits.collect());
    let (limits, seats): (Vec<_>, Vec<_>) = (limits.collect(), seats.collect());
    let facts = Facts {
        account: w.signed_in.then_some(AccountId(id(0))),
        team: w.team,
        owes_passkey: w.owes,
        published: w.published,
        suspended: w.closed,
        experience: ExperienceId(id(WANTED)),
        kind: w.kind,
        passes: &passes,
        grants: &grants,
        bans: &bans,
        locks: &locks,
        permits: &permits,
        session: Some(SessionId(id(SESSION))),
        limits: &limits,
        seats: &seats,
        show: w.stream.map(|_| StreamId(id(SHOW))),
        stream: w.stream,
    };
    admit(&facts, door, Millis(w.now))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES / DOORS.len() as u32, failure_persistence: None, ..Default::default() })]

    /// Each world is asked at all five entry points.
    #[test]
    fn every_door_decides_as_specified(w in world()) {
        for door in DOORS {
            let got = ask(&w, door);
            let until = got.until.map(|at| at.0);
            let said = if got.admitted() { Ok(until) } else { Err((got.reason, until)) };
            prop_assert_eq!(said, promised(&w, door), "{:?}", door);
            match (got.admitted(), w.team) {
                (true, Some(role)) => {
                    prop_assert_eq!((got.reason, got.grant), (Reason::Team, None));
                    prop_assert_eq!(got.role == Role::Host, role == TeamRole::Owner && !w.owes);
                    prop_assert_eq!(got.role.moderates(), !w.owes);
                }
                (true, None) if got.reason != Reason::Holder => {
                    prop_assert!(matches!(got.reason, Reason::Invited | Reason::Passphrase | Reason::Preview), "{:?}", got.reason);
                    prop_assert_eq!((got.role, got.grant), (Role::Viewer, None));
                }
                (true, None) => {
                    prop_assert_eq!(got.role, Role::Viewer);
                    let grant = got.grant.map(|GrantId(of)| (of.as_u128() - 1) as usize);
                    let grant = grant.and_then(|at| w.grants.get(at));
                    prop_assert!(grant.is_some_and(|g| g.of == 0 && g.expires == until), "the deciding grant");
                }
                (false, _) => prop_assert_eq!((got.grant, got.role), (None, Role::Viewer)),
            }
        }
    }
}

/// The property above is only as good as its worlds: each reason must occur often.
#[test]
fn the_worlds_cover_all_reasons() {
    let mut seen = std::collections::HashMap::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..6_000 {
        let w = world().new_tree(&mut runner).expect("a world").current();
        for door in DOORS {
            *seen.entry(ask(&w, door).reason).or_insert(0) += 1;
        }
    }
    for reason in [
        Reason::Team,
        Reason::Holder,
        Reason::Invited,
        Reason::Passphrase,
        Reason::Preview,
        Reason::NeedsPassphrase,
        Reason::OtherDevice,
        Reason::Hidden,
        Reason::Closed,
        Reason::SignIn,
        Reason::NeedsPass,
        Reason::Banned,
        Reason::Muted,
        Reason::NotTeam,
        Reason::OwesPasskey,
        Reason::NotLive,
        Reason::Ended,
    ] {
        assert!(seen.get(&reason).is_some_and(|count| *count > 20), "{reason:?}: {seen:?}");
    }
}
