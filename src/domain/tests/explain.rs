//! What the doors say of themselves: each rule that was asked, its result, and the grant that decides.

use domain::{
    access::{
        admit::{Door, Facts, Reason, admit, limited_grant},
        ban::{Ban, BanKind},
        device::{DeviceLimit, DeviceSeat},
        entry::{Lock, LockRule, Permit, PermitKind},
        explain::{
            Explanation,
            Outcome::{self, Holds, Lacks, Opens, Refuses},
            Rule::{self, Account, Mute, Open, Public, Team},
            explain,
        },
        grant::Grant,
    },
    catalogue::offer::{ExperienceKind, Pass, Price, PriceKind},
    id::*,
    live::stream::StreamState,
    money::selling::Selling,
    people::account::TeamRole,
    time::Millis,
};
use uuid::Uuid;

const NOW: Millis = Millis(1_000);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn pass() -> Pass {
    Pass {
        id: PassId(id(10)),
        space: SpaceId(id(1)),
        slug: String::new(),
        title: String::new(),
        about: String::new(),
        price: Price { id: PriceId(id(10)), kind: PriceKind::Free },
        position: 0,
        includes: vec![ExperienceId(id(20))],
        included_until: Vec::new(),
        withdrawn_at: None,
        selling: Selling::default(),
        asked: Vec::new(),
        left: None,
    }
}

fn grant(n: u128, expires_at: Option<Millis>) -> Grant {
    Grant {
        id: GrantId(id(n)),
        account: AccountId(id(2)),
        pass: PassId(id(10)),
        space: SpaceId(id(1)),
        purchase: None,
        starts_at: Millis(0),
        expires_at,
        suspended_at: None,
        revoked_at: None,
    }
}

fn ban(kind: BanKind) -> Ban {
    Ban {
        id: BanId(id(30)),
        space: SpaceId(id(1)),
        account: AccountId(id(2)),
        name: String::new(),
        kind,
        by: AccountId(id(3)),
        reason: String::new(),
        created_at: Millis(0),
        until: None,
        lifted_at: None,
    }
}

fn facts<'a>(passes: &'a [Pass], grants: &'a [Grant], bans: &'a [Ban]) -> Facts<'a> {
    Facts {
        account: Some(AccountId(id(2))),
        team: None,
        owes_passkey: false,
        published: true,
        suspended: false,
        experience: ExperienceId(id(20)),
        kind: ExperienceKind::Show,
        passes,
        grants,
        bans,
        locks: &[],
        permits: &[],
        session: None,
        limits: &[],
        seats: &[],
        show: None,
        stream: Some(StreamState::Live),
    }
}

fn steps(explanation: &Explanation) -> Vec<(Rule, Outcome)> {
    explanation.steps.iter().map(|step| (step.rule, step.outcome)).collect()
}

type Steps = Vec<(Rule, Outcome)>;

fn check(table: Vec<(Facts<'_>, Door, Reason, Steps)>) {
    for (facts, door, reason, want) in table {
        let explained = explain(&facts, door, NOW);
        assert_eq!(explained.admission, admit(&facts, door, NOW), "it explains what is decided");
        assert_eq!((explained.admission.reason, steps(&explained)), (reason, want), "{door:?} {facts:?}");
    }
}

#[test]
fn what_keeps_people_out_whatever_they_hold_is_named() {
    use Door::{Enter, Host, Moderate};
    let (passes, holds, banned) = ([pass()], [grant(50, None)], [ban(BanKind::Ban)]);
    let holder = facts(&passes, &holds, &[]);
    let [moderator, analyst, owner] = [TeamRole::Moderator, TeamRole::Analyst, TeamRole::Owner].map(Some);
    let until = |rules: &[Rule], last: (Rule, Outcome)| -> Steps {
        let before = rules.iter().map(|rule| (*rule, if *rule == Team { Lacks } else { Holds }));
        before.chain([last]).collect()
    };
    check(vec![
        (Facts { team: moderator, ..holder }, Enter, Reason::Team, vec![(Team, Opens)]),
        (Facts { team: analyst, ..holder }, Host, Reason::NotTeam, vec![(Team, Refuses)]),
        (Facts { team: owner, suspended: true, ..holder }, Enter, Reason::Closed, vec![(Team, Refuses)]),
        (Facts { published: false, ..holder }, Enter, Reason::Hidden, until(&[Team], (Public, Refuses))),
        (
            Facts { account: None, ..holder },
            Enter,
            Reason::SignIn,
            until(&[Team, Public], (Account, Refuses)),
        ),
        (holder, Moderate, Reason::NotTeam, until(&[Team, Public, Account], (Team, Refuses))),
        (
            Facts { bans: &banned, ..holder },
            Enter,
            Reason::Banned,
            until(&[Team, Public, Account], (Rule::Ban, Refuses)),
        ),
    ]);
}

#[test]
fn what_lets_people_in_and_what_is_closed_to_them_inside_is_named() {
    use Door::{Enter, Play, Post};
    let (passes, holds, muted) = ([pass()], [grant(50, None)], [ban(BanKind::Mute)]);
    let paused = [Grant { suspended_at: Some(NOW), ..grant(50, None) }];
    let holder = facts(&passes, &holds, &[]);
    let before =
        [(Team, Lacks), (Public, Holds), (Account, Holds), (Rule::Ban, Holds), (Rule::Invite, Lacks)];
    let out = |last: (Rule, Outcome)| -> Steps { [&before[..], &[(Rule::Pass, Lacks), last][..]].concat() };
    let inside =
        |rest: &[(Rule, Outcome)]| -> Steps { [&before[..], &[(Rule::Pass, Opens)][..], rest].concat() };
    check(vec![
        (Facts { grants: &[], ..holder }, Enter, Reason::NeedsPass, out((Rule::Preview, Refuses))),
        (Facts { grants: &paused, ..holder }, Enter, Reason::Suspended, out((Rule::Paused, Refuses))),
        (holder, Enter, Reason::Holder, inside(&[])),
        (holder, Play, Reason::Holder, inside(&[(Open, Holds)])),
        (Facts { stream: None, ..holder }, Play, Reason::NotLive, inside(&[(Open, Refuses)])),
        (Facts { stream: None, ..holder }, Post, Reason::Ended, inside(&[(Open, Refuses)])),
        (Facts { bans: &muted, ..holder }, Post, Reason::Muted, inside(&[(Open, Holds), (Mute, Refuses)])),
    ]);
}

/// By the rule of the lock, whether the passphrase was said, and whether they hold a pass.
#[test]
fn a_passphrase_is_asked_beside_a_pass_or_opens_in_place_of_one() {
    use Reason::{Holder, NeedsPass, NeedsPassphrase, Passphrase};
    let (passes, holds, here) = ([pass()], [grant(50, None)], ExperienceId(id(20)));
    let phrase = |rule| [Lock { experience: here, rule, version: 3 }];
    let (also, instead) = (phrase(LockRule::Also), phrase(LockRule::Instead));
    let said = |version| {
        [Permit { experience: here, kind: PermitKind::Passphrase, version, stream: None, until: None }]
    };
    let (now, before) = (said(3), said(2));
    let (also, instead, now, before) = (&also[..], &instead[..], &now[..], &before[..]);
    let (holds, nothing, silent, spoken) = (&holds[..], &holds[..0], &now[..0], Rule::Passphrase);
    let none = [(Rule::Pass, Lacks), (Rule::Preview, Refuses)];
    let table = [
        (also, now, holds, Holder, vec![(Rule::Pass, Opens), (spoken, Holds)]),
        (also, before, holds, NeedsPassphrase, vec![(Rule::Pass, Opens), (spoken, Refuses)]),
        (also, silent, holds, NeedsPassphrase, vec![(Rule::Pass, Opens), (spoken, Refuses)]),
        (also, now, nothing, NeedsPass, none.to_vec()),
        (instead, now, nothing, Passphrase, vec![(spoken, Opens)]),
        (instead, before, nothing, NeedsPass, [&[(spoken, Lacks)][..], &none[..]].concat()),
        (instead, silent, holds, Holder, vec![(spoken, Lacks), (Rule::Pass, Opens)]),
        (instead, now, holds, Passphrase, vec![(spoken, Opens)]),
    ];
    for (locks, permits, grants, reason, rest) in table {
        let facts = Facts { locks, permits, ..facts(&passes, grants, &[]) };
        let before =
            [(Team, Lacks), (Public, Holds), (Account, Holds), (Rule::Ban, Holds), (Rule::Invite, Lacks)];
        let want = before.into_iter().chain(rest).collect();
        check(vec![(facts, Door::Enter, reason, want)]);
    }
}

#[test]
fn an_invitation_opens_without_pass_and_passphrase_where_it_was_given() {
    let here = ExperienceId(id(20));
    let lock = [Lock { experience: here, rule: LockRule::Also, version: 1 }];
    let invited =
        |experience| [Permit { experience, kind: PermitKind::Invite, version: 0, stream: None, until: None }];
    let (ours, another) = (invited(here), invited(ExperienceId(id(21))));
    let guest = Facts { locks: &lock, permits: &ours, ..facts(&[], &[], &[]) };
    for (facts, reason) in [
        (guest, Reason::Invited),
        (Facts { permits: &another, ..guest }, Reason::NeedsPass),
        (Facts { bans: &[ban(BanKind::Ban)], ..guest }, Reason::Banned),
        (Facts { published: false, ..guest }, Reason::Hidden),
    ] {
        let admission = explain(&facts, Door::Enter, NOW).admission;
        assert_eq!((admission.reason, admission.grant, admission.until), (reason, None, None));
    }
}

#[test]
fn the_first_minutes_open_the_page_and_the_media_and_not_the_chat() {
    let (show, end) = (StreamId(id(40)), Millis(NOW.0 + 1));
    let preview = [Permit {
        experience: ExperienceId(id(20)),
        kind: PermitKind::Preview,
        version: 0,
        stream: Some(show),
        until: Some(end),
    }];
    let guest = Facts { permits: &preview, show: Some(show), ..facts(&[], &[], &[]) };
    for door in [Door::Enter, Door::Play] {
        let admission = admit(&guest, door, NOW);
        assert_eq!((admission.reason, admission.until), (Reason::Preview, Some(end)), "{door:?}");
        assert_eq!(admit(&guest, door, end).reason, Reason::NeedsPass, "{door:?}");
    }
    let refused = explain(&guest, Door::Post, NOW);
    assert_eq!((refused.admission.reason, refused.admission.admitted()), (Reason::NeedsPass, false));
    assert_eq!(refused.steps.last().map(|step| (step.rule, step.outcome)), Some((Rule::Preview, Refuses)));
    let another = Facts { show: Some(StreamId(id(41))), ..guest };
    assert_eq!(admit(&another, Door::Enter, NOW).reason, Reason::NeedsPass);
    let (passes, paused) = ([pass()], [Grant { suspended_at: Some(NOW), ..grant(50, None) }]);
    let disputed = Facts { passes: &passes, grants: &paused, ..guest };
    assert_eq!(admit(&disputed, Door::Enter, NOW).reason, Reason::Suspended);
}

#[test]
fn the_grant_that_ends_last_decides() {
    let (passes, later) = ([pass()], Some(Millis(3_000)));
    let grants = [grant(50, Some(Millis(2_000))), grant(51, later), grant(52, Some(Millis(900)))];
    let explained = explain(&facts(&passes, &grants, &[]), Door::Enter, NOW);
    assert_eq!((explained.admission.grant, explained.admission.until), (Some(GrantId(id(51))), later));
}

/// A browser asks for a seat by the grant that would decide. Where a pass opens without one, none is taken.
#[test]
fn a_seat_is_taken_by_the_grant_that_decides_if_its_pass_limits_devices() {
    let passes = [pass(), Pass { id: PassId(id(11)), ..pass() }];
    let (first, last) = (grant(50, Some(Millis(2_000))), grant(51, Some(Millis(3_000))));
    let free = Grant { pass: PassId(id(11)), ..grant(52, Some(Millis(1_500))) };
    let (ours, theirs) = (SessionId(id(60)), SessionId(id(61)));
    let limits = [DeviceLimit { pass: PassId(id(10)), devices: 2 }];
    let seat = |grant, session| DeviceSeat { grant: GrantId(id(grant)), session };
    for (grants, seats, session, want) in [
        (vec![], vec![], Some(ours), None),
        (vec![free.clone()], vec![], Some(ours), None),
        (vec![first.clone()], vec![], None, None),
        (vec![first.clone()], vec![], Some(ours), Some(50)),
        (vec![first.clone(), last.clone()], vec![], Some(ours), Some(51)),
        // By a seat that this device has, and not by one of another device or grant.
        (vec![first.clone(), last.clone()], vec![seat(50, ours)], Some(ours), Some(50)),
        (vec![first.clone(), last.clone()], vec![seat(50, theirs)], Some(ours), Some(51)),
        (vec![first.clone(), last], vec![seat(53, ours)], Some(ours), Some(51)),
        (vec![first.clone(), free.clone()], vec![], Some(ours), None),
    ] {
        let facts = Facts { session, limits: &limits, seats: &seats, ..facts(&passes, &grants, &[]) };
        let found = limited_grant(&facts, NOW);
        assert_eq!(found, want.map(|grant| (GrantId(id(grant)), 2)), "{grants:?} {seats:?}");
    }
    let grants = [first, free];
    let facts = Facts { session: Some(ours), limits: &limits, ..facts(&passes, &grants, &[]) };
    let admission = admit(&facts, Door::Enter, NOW);
    assert_eq!((admission.reason, admission.grant), (Reason::Holder, Some(GrantId(id(52)))));
}
