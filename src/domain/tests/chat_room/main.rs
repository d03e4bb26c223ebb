//! The rules of a chat room against an independent model, with random commands at random times.

mod removals;

use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    chat::{
        room::*,
        rules::{ChatRefusal, ChatRoom},
    },
    id::*,
    time::{Millis, Span},
};
use proptest::prelude::*;
use std::{collections::HashMap, sync::Arc};
use uuid::Uuid;

const ROLES: [Role; 6] =
    [Role::Viewer, Role::Viewer, Role::Viewer, Role::Moderator, Role::Moderator, Role::Host];

#[derive(Clone, Debug)]
enum Act {
    Post { who: usize, client: u128, other: bool },
    Remove { by: usize, lines: Vec<u64> },
    Ban { by: usize, id: u128, whom: usize, kind: BanKind, lasts: Option<i64> },
    Restore { by: usize, lines: Vec<u64> },
    Lift { by: usize, id: u128, undo: bool },
    SlowMode { by: usize, seconds: i64 },
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let who = 0..ROLES.len();
    let kind = prop_oneof![Just(BanKind::Ban), Just(BanKind::Mute)];
    let lasts = prop::option::of(prop_oneof![Just(9_999_i64), Just(10_000), 10_000..40_000_i64]);
    let act = prop_oneof![
        12 => (who.clone(), 0..400_u128, prop::bool::weighted(0.1))
            .prop_map(|(who, client, other)| Act::Post { who, client, other }),
        2 => (who.clone(), prop::collection::vec(0..120_u64, 0..4)).prop_map(|(by, lines)| Act::Remove { by, lines }),
        1 => (who.clone(), 0..12_u128, who.clone(), kind, lasts)
            .prop_map(|(by, id, whom, kind, lasts)| Act::Ban { by, id, whom, kind, lasts }),
        2 => (who.clone(), prop::collection::vec(0..120_u64, 0..4)).prop_map(|(by, lines)| Act::Restore { by, lines }),
        1 => (who.clone(), 0..12_u128, any::<bool>()).prop_map(|(by, id, undo)| Act::Lift { by, id, undo }),
        1 => (who, prop_oneof![Just(0), Just(2), Just(121), 3..20_i64])
            .prop_map(|(by, seconds)| Act::SlowMode { by, seconds }),
    ];
    let pause = prop_oneof![6 => 0..50_i64, 3 => 50..3_000_i64, 1 => 3_000..15_000_i64];
    prop::collection::vec((act, pause), 1..250)
}

fn account(who: usize) -> AccountId {
    AccountId(Uuid::from_u128(1 + who as u128))
}
fn by(who: usize) -> By {
    By { account: account(who), role: ROLES[who] }
}
fn post(who: usize, client: u128, body: &str) -> ChatPost {
    let client = ClientId(Uuid::from_u128(client));
    let (author, role) = (account(who), ROLES[who]);
    ChatPost { author, name: format!("person {who}"), role, client, body: body.into() }
}
fn moderation(act: Act) -> Moderate {
    match act {
        Act::Remove { by: who, lines } => Moderate::Remove { by: by(who), lines },
        Act::Ban { by: who, id, whom, kind, lasts } => Moderate::Ban {
            by: by(who),
            id: BanId(Uuid::from_u128(id)),
            account: account(whom),
            name: format!("person {whom}"),
            role: ROLES[whom],
            kind,
            reason: "because".into(),
            lasts: lasts.map(Span),
        },
        Act::Restore { by: who, lines } => Moderate::Restore { by: by(who), lines },
        Act::Lift { by: who, id, undo } => {
            Moderate::Lift { by: by(who), ban: BanId(Uuid::from_u128(id)), undo }
        }
        Act::SlowMode { by: who, seconds } => Moderate::SetMode { by: by(who), mode: Mode::Slow(seconds) },
        Act::Post { .. } => unreachable!("a post is not a moderation command"),
    }
}
fn empty() -> RoomRecord {
    let (room, space) = (RoomId(Uuid::from_u128(7)), SpaceId(Uuid::from_u128(8)));
    RoomRecord { room, space, seq: 0, lines: vec![], removals: vec![], modes: Modes::default(), bans: vec![] }
}

/// The state that a database derives from a journal, in the simplest way.
fn stored(entries: &[Arc<JournalEntry>], now: Millis) -> RoomRecord {
    let mut record = empty();
    for entry in entries {
        record.seq = entry.seq;
        match &entry.change {
            RoomChange::Said(_) => record.lines.push((**entry).clone()),
            RoomChange::Removed { targets, by } => {
                for line in record.lines.iter_mut().filter(|line| targets.contains(&line.seq)) {
                    if line.line().is_some() {
                        let line = Arc::new(line.clone());
                        record.removals.push(Removal { line, by: *by, at: entry.at });
                    }
                    *line = line.blanked();
                }
            }
            RoomChange::Restored { line, .. } => {
                record.removals.retain(|removal| removal.line.seq != line.seq);
                let there = record.lines.iter_mut().find(|there| there.seq == line.seq).expect("it was said");
                *there = (**line).clone();
                record.lines.push((**entry).clone());
            }
            RoomChange::Banned(ban) => record.bans.push(ban.clone()),
            RoomChange::Lifted { ban, .. } => record.bans.retain(|b| b.id != *ban),
            RoomChange::Modes { to, .. } => record.modes = *to,
        }
    }
    record.bans.retain(|ban| ban.holds_at(now));
    record.removals.retain(|removal| now - removal.at <= UNDO);
    record
}

fn kept_out(record: &RoomRecord, who: usize, kind: BanKind) -> bool {
    record.bans.iter().any(|ban| ban.account == account(who) && ban.kind == kind)
}

fn sorted(bans: impl IntoIterator<Item = Ban>) -> Vec<Ban> {
    let mut bans: Vec<Ban> = bans.into_iter().collect();
    bans.sort_by_key(|ban| ban.id);
    bans
}

/// Asserts that two rooms are equal, now and in their next decisions.
fn assert_same(live: &ChatRoom, rebuilt: &ChatRoom, now: Millis) -> Result<(), TestCaseError> {
    prop_assert_eq!(live.seq(), rebuilt.seq());
    prop_assert_eq!(live.modes(), rebuilt.modes());
    prop_assert_eq!(live.history(), rebuilt.history());
    prop_assert_eq!(
        sorted(live.bans().in_force(now).cloned()),
        sorted(rebuilt.bans().in_force(now).cloned())
    );
    for (who, at) in
        (0..ROLES.len()).flat_map(|who| [0, 900, 4_000, 11_000].map(|later| (who, now + Span(later))))
    {
        for client in [3, 200, 1_000] {
            let post = post(who, client, &format!("words {client}"));
            prop_assert_eq!(live.clone().post(post.clone(), at), rebuilt.clone().post(post, at));
        }
    }
    Ok(())
}

/// Runs the commands, checking every answer against the model; returns the journal.
fn run(acts: Vec<(Act, i64)>) -> Result<Vec<Arc<JournalEntry>>, TestCaseError> {
    let (mut room, mut now) = (ChatRoom::new(empty()), Millis(1_000_000));
    let mut journal: Vec<Arc<JournalEntry>> = vec![];
    let mut used: HashMap<u128, ()> = HashMap::new();
    for (n, (act, pause)) in acts.into_iter().enumerate() {
        now = now + Span(pause);
        let before = stored(&journal, now);
        match act {
            Act::Post { who, client, other } => {
                let words = if other { format!("other words {n}") } else { format!("words {client}") };
                let answer = room.post(post(who, client, &words), now);
                check_post(&before, who, client, &words, &answer)?;
                journal.extend(answer.into_iter().filter(|said| !said.again).map(|said| said.entry));
            }
            // A ban id is used only once; the caller guarantees that.
            Act::Ban { id, .. }
                if used.contains_key(&id) && !before.bans.iter().any(|ban| ban.id.0.as_u128() == id) => {}
            act => {
                if let Act::Ban { id, .. } = &act {
                    used.insert(*id, ());
                }
                let entries = room.moderate(moderation(act.clone()), now);
                check_moderation(&before, &act, &entries)?;
                journal.extend(entries.into_iter().flatten());
            }
        }
        if n % 25 == 0 {
            assert_same(&room, &ChatRoom::new(stored(&journal, now)), now)?;
        }
    }
    assert_same(&room, &ChatRoom::new(stored(&journal, now)), now)?;
    Ok(journal)
}

fn check_post(
    before: &RoomRecord,
    who: usize,
    client: u128,
    words: &str,
    answer: &Result<domain::chat::rules::Said, ChatRefusal>,
) -> Result<(), TestCaseError> {
    let banned = kept_out(before, who, BanKind::Ban);
    prop_assert_eq!(banned, matches!(answer, Err(ChatRefusal::Banned { .. })));
    let is_first = |entry: &&JournalEntry| {
        entry
            .line()
            .is_some_and(|l| l.author == account(who) && l.client == ClientId(Uuid::from_u128(client)))
    };
    let first = before.lines.iter().find(is_first).filter(|_| !banned);
    if first.and_then(JournalEntry::line).is_some_and(|line| !line.removed && line.body != words) {
        prop_assert_eq!(answer, &Err(ChatRefusal::OtherWords));
    } else if let Some(first) = first {
        let said =
            answer.as_ref().map_err(|e| TestCaseError::fail(format!("a repetition was refused: {e}")))?;
        prop_assert!(said.again && *said.entry == *first);
    } else if kept_out(before, who, BanKind::Mute) && !banned {
        prop_assert!(matches!(answer, Err(ChatRefusal::Muted { .. })), "a muted person could write");
    }
    if ROLES[who].moderates() {
        prop_assert!(!matches!(answer, Err(ChatRefusal::SlowMode { .. })), "moderators are exempt");
    }
    Ok(())
}

/// A new ban replaces the previous one of its kind. Only a ban removes the person's lines, all of them, after itself.
fn check_ban(
    before: &RoomRecord,
    whom: usize,
    kind: BanKind,
    made: &[Arc<JournalEntry>],
) -> Result<(), TestCaseError> {
    let codes: Vec<_> = made.iter().map(|entry| entry.change.code()).collect();
    let visible: Vec<u64> = before
        .lines
        .iter()
        .filter(|e| e.line().is_some_and(|l| l.author == account(whom) && !l.removed))
        .map(|e| e.seq)
        .collect();
    let replaces = kept_out(before, whom, kind);
    let removes = kind == BanKind::Ban && !visible.is_empty();
    let expected: Vec<_> = [("lifted", replaces), ("banned", true), ("removed", removes)]
        .into_iter()
        .filter_map(|(code, expected)| expected.then_some(code))
        .collect();
    prop_assert!(codes.is_empty() || codes == expected, "{codes:?} instead of {expected:?}");
    if let Some(RoomChange::Removed { targets, .. }) = made.last().map(|entry| &entry.change) {
        let said = |seq: &&u64| before.lines.iter().any(|e| e.seq == **seq && e.line().is_some());
        prop_assert_eq!(targets.iter().filter(said).copied().collect::<Vec<_>>(), visible);
    }
    Ok(())
}

fn check_moderation(
    before: &RoomRecord,
    act: &Act,
    answer: &Result<Vec<Arc<JournalEntry>>, ChatRefusal>,
) -> Result<(), TestCaseError> {
    let (Act::Ban { by, .. } | Act::Lift { by, .. } | Act::SlowMode { by, .. }) = act else {
        return check_lines(before, act, answer);
    };
    let mut allowed = ROLES[*by].moderates();
    if let Act::Ban { whom, .. } = act {
        allowed &= ROLES[*whom] != Role::Host && ROLES[*by] > ROLES[*whom];
    }
    if !allowed {
        prop_assert_eq!(answer, &Err(ChatRefusal::NotAllowed));
    }
    if let Act::Ban { whom, kind, lasts, .. } = act {
        let long_enough = lasts.is_none_or(|lasts| lasts >= 10_000);
        prop_assert_eq!(answer.is_ok(), allowed && long_enough);
        check_ban(before, *whom, *kind, answer.as_deref().unwrap_or_default())?;
    }
    if let (Act::Lift { id, .. }, true) = (act, allowed) {
        let known = before.bans.iter().any(|ban| ban.id.0.as_u128() == *id);
        prop_assert_eq!(answer.is_ok(), known);
        prop_assert!(known || *answer == Err(ChatRefusal::NotFound));
    }
    Ok(())
}

/// People remove only lines of lower roles and their own, and only the account that removed a line restores it.
fn check_lines(
    before: &RoomRecord,
    act: &Act,
    answer: &Result<Vec<Arc<JournalEntry>>, ChatRefusal>,
) -> Result<(), TestCaseError> {
    for entry in answer.iter().flatten() {
        match (act, &entry.change) {
            (Act::Remove { by, .. }, RoomChange::Removed { targets, .. }) => {
                let named = before.lines.iter().filter(|line| targets.contains(&line.seq));
                for line in named.filter_map(JournalEntry::line) {
                    prop_assert!(line.author == account(*by) || ROLES[*by] > line.role, "{line:?}");
                }
            }
            (Act::Restore { by, .. }, RoomChange::Restored { line, .. }) => {
                let removal = before.removals.iter().find(|removal| removal.line.seq == line.seq);
                prop_assert!(
                    removal.is_some_and(|removal| removal.by == account(*by) && *removal.line == **line)
                );
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn a_room_keeps_its_rules(acts in acts()) {
        let journal = run(acts)?;
        let seqs: Vec<u64> = journal.iter().map(|entry| entry.seq).collect();
        prop_assert_eq!(seqs, (1..=journal.len() as u64).collect::<Vec<_>>());

        let (mut slow, mut said): (i64, HashMap<AccountId, Vec<Millis>>) = (0, HashMap::new());
        let mut removed = vec![];
        for entry in &journal {
            let json = serde_json::to_string(&**entry).expect("an entry can be written");
            prop_assert_eq!(&serde_json::from_str::<JournalEntry>(&json).expect("and read"), &**entry);
            match &entry.change {
                RoomChange::Modes { to, .. } => slow = to.slow_mode,
                RoomChange::Removed { targets, .. } => {
                    for target in targets {
                        prop_assert!(*target < entry.seq && !removed.contains(target), "removed once, after it was said");
                        removed.push(*target);
                    }
                }
                RoomChange::Restored { line, .. } => {
                    let words = &line.line().expect("a line came back").body;
                    prop_assert!(removed.contains(&line.seq) && !words.is_empty(), "back in full, after it was removed");
                    removed.retain(|seq| *seq != line.seq);
                }
                RoomChange::Said(line) => {
                    let times = said.entry(line.author).or_default();
                    if line.role == Role::Viewer && let Some(last) = times.last() {
                        prop_assert!(entry.at - *last >= Span::secs(slow), "slow mode was exceeded");
                    }
                    times.push(entry.at);
                    let recent = times.iter().filter(|at| entry.at - **at < RATE_WINDOW).count();
                    prop_assert!(recent <= RATE, "{recent} lines in ten seconds");
                }
                RoomChange::Banned(_) | RoomChange::Lifted { .. } => {}
            }
        }
        let room = ChatRoom::new(stored(&journal, Millis(0)));
        for line in room.history().newest(MEMORY) {
            let words = &line.line().expect("history is lines").body;
            prop_assert_eq!(words.is_empty(), removed.contains(&line.seq));
        }
        // No replayed entry contains text that was removed.
        for entry in &stored(&journal, Millis(0)).lines {
            let RoomChange::Restored { line, .. } = &entry.change else { continue };
            prop_assert!(!removed.contains(&line.seq) || line.line().is_some_and(|line| line.body.is_empty()));
        }
    }
}

#[test]
fn the_rate_limit_applies_to_moderators_too() {
    let mut room = ChatRoom::new(empty());
    for n in 0..RATE {
        assert!(room.post(post(5, n as u128, "on air"), Millis(0)).is_ok());
    }
    let refused = room.post(post(5, 99, "one more"), Millis(1));
    assert_eq!(refused, Err(ChatRefusal::TooFast { retry_after: Span(9_999) }));
}

#[test]
fn a_ban_ends_to_the_millisecond() {
    let mut room = ChatRoom::new(empty());
    let ban = Act::Ban { by: 3, id: 1, whom: 0, kind: BanKind::Ban, lasts: Some(10_000) };
    room.moderate(moderation(ban), Millis(500)).expect("a moderator may");
    let until = Some(Millis(10_500));
    assert_eq!(room.post(post(0, 1, "hello"), Millis(10_499)), Err(ChatRefusal::Banned { until }));
    assert!(room.post(post(0, 1, "hello"), Millis(10_500)).is_ok());
}

#[test]
fn a_new_ban_replaces_the_old_one() {
    let mut room = ChatRoom::new(empty());
    let ban = |id, lasts| moderation(Act::Ban { by: 3, id, whom: 0, kind: BanKind::Mute, lasts });
    room.moderate(ban(1, None), Millis(0)).expect("a moderator may");
    let entries = room.moderate(ban(2, Some(20_000)), Millis(0)).expect("a moderator may");
    let codes: Vec<_> = entries.iter().map(|entry| entry.change.code()).collect();
    assert_eq!(codes, ["lifted", "banned"]);
    assert_eq!(room.moderate(ban(2, Some(20_000)), Millis(5)), Ok(vec![]), "a repeated ban changes nothing");
    let muted = Err(ChatRefusal::Muted { until: Some(Millis(20_000)) });
    assert_eq!(room.post(post(0, 1, "hello"), Millis(19_999)), muted);
    assert!(room.post(post(0, 1, "hello"), Millis(20_000)).is_ok());
}

#[test]
fn memory_is_bounded_and_forgotten_lines_cannot_be_removed() {
    let mut room = ChatRoom::new(empty());
    for n in 0..=MEMORY as u64 {
        let at = Millis(n as i64 * 1_000);
        assert!(room.post(post(0, u128::from(n), "hello"), at).is_ok());
    }
    assert_eq!(room.history().newest(usize::MAX).count(), MEMORY);
    let remove = |lines| moderation(Act::Remove { by: 3, lines });
    assert_eq!(room.moderate(remove(vec![1]), Millis(0)), Err(ChatRefusal::NotFound));
    let removed = room.moderate(remove(vec![1, 2, 3, 3]), Millis(0)).expect("two of them are there");
    assert_eq!(removed[0].change, RoomChange::Removed { targets: vec![2, 3], by: account(3) });
    assert_eq!(room.moderate(remove(vec![2, 3]), Millis(0)), Ok(vec![]), "removing twice changes nothing");
}

#[test]
fn nobody_removes_the_lines_of_a_host() {
    let mut room = ChatRoom::new(empty());
    room.post(post(5, 1, "welcome"), Millis(0)).expect("a host may speak");
    room.post(post(0, 2, "hello"), Millis(0)).expect("a viewer may speak");
    for by in [0, 3] {
        let remove = moderation(Act::Remove { by, lines: vec![1, 2] });
        assert_eq!(room.moderate(remove, Millis(0)), Err(ChatRefusal::NotAllowed));
    }
    let own = moderation(Act::Remove { by: 5, lines: vec![1] });
    assert!(room.moderate(own, Millis(0)).is_ok_and(|entries| entries.len() == 1));
}

#[test]
fn a_line_that_is_named_twice_comes_back_once() {
    let mut room = ChatRoom::new(empty());
    room.post(post(0, 1, "hello"), Millis(0)).expect("a viewer may speak");
    room.moderate(moderation(Act::Remove { by: 3, lines: vec![1, 1] }), Millis(0)).expect("it is removed");
    let back = room.moderate(moderation(Act::Restore { by: 3, lines: vec![1, 1] }), Millis(0));
    assert!(back.is_ok_and(|entries| entries.len() == 1));
}
