//! Removing lines and showing them again.

use super::*;

#[test]
fn a_removal_can_be_undone_for_thirty_seconds_by_the_remover() {
    let mut room = ChatRoom::new(empty());
    room.post(post(0, 1, "hello"), Millis(0)).expect("a viewer may speak");
    let remove = || moderation(Act::Remove { by: 3, lines: vec![1] });
    let restore = |by| moderation(Act::Restore { by, lines: vec![1] });
    room.moderate(remove(), Millis(1_000)).expect("a moderator may");
    for by in [0, 4, 5] {
        assert_eq!(room.moderate(restore(by), Millis(1_000)), Err(ChatRefusal::TooLate), "not by {by}");
    }
    assert_eq!(room.clone().moderate(restore(3), Millis(31_001)), Err(ChatRefusal::TooLate));
    let back = room.moderate(restore(3), Millis(31_000)).expect("in time");
    let is_hello = |line: &JournalEntry| line.line().is_some_and(|l| l.body == "hello");
    assert!(matches!(&back[0].change, RoomChange::Restored { line, .. } if is_hello(line)));
    assert_eq!(
        room.moderate(restore(3), Millis(31_000)),
        Ok(vec![]),
        "restoring twice has no further effect"
    );
    // After a second removal, the entry that restored the line is blanked, too.
    let again = room.moderate(remove(), Millis(32_000)).expect("a moderator may");
    assert_eq!(again[0].change, RoomChange::Removed { targets: vec![1, back[0].seq], by: account(3) });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// However often a line is removed and restored, by its author or a moderator, each command makes one entry of
    /// bounded size, and an author makes at most [`RATE`] of them in ten seconds.
    #[test]
    fn removing_and_restoring_has_a_pace_and_a_constant_cost(
        by in prop::sample::select(vec![0_usize, 3, 5]),
        pauses in prop::collection::vec(0_i64..1_500, 1..120),
    ) {
        let (mut room, mut now) = (ChatRoom::new(empty()), Millis(1_000_000));
        let mut journal = vec![room.post(post(0, 1, "hello"), now).expect("a viewer may speak").entry];
        let (mut made, mut removed) = (vec![], false);
        for pause in pauses {
            now = now + Span(pause);
            let act = if removed { Act::Restore { by, lines: vec![1] } } else { Act::Remove { by, lines: vec![1] } };
            match room.moderate(moderation(act), now) {
                Ok(entries) => {
                    prop_assert_eq!(entries.len(), 1);
                    if let RoomChange::Removed { targets, .. } = &entries[0].change {
                        prop_assert!(targets.len() <= 2, "{targets:?}");
                    }
                    prop_assert!(serde_json::to_string(&*entries[0]).expect("an entry can be written").len() < 1_000);
                    removed = !removed;
                    made.push(now);
                    journal.extend(entries);
                }
                Err(refusal) => prop_assert!(
                    matches!(refusal, ChatRefusal::TooFast { .. } | ChatRefusal::TooLate),
                    "{refusal:?}"
                ),
            }
            let recent = made.iter().filter(|at| now - **at < RATE_WINDOW).count();
            prop_assert!(by != 0 || recent <= RATE, "{recent} commands in ten seconds");
            // Nobody else is slowed down.
            let other = if by == 0 { 5 } else { 0 };
            prop_assert!(room.clone().post(post(other, 99, "me too"), now).is_ok());
        }
        let mut reloaded = ChatRoom::new(stored(&journal, now));
        if !removed {
            let entries = reloaded.moderate(moderation(Act::Remove { by, lines: vec![1] }), now);
            let bare = entries.expect("the pace is new")[0].change.clone();
            let RoomChange::Removed { targets, .. } = bare else { panic!("a removal") };
            let restored = journal.iter().rev().find(|e| matches!(e.change, RoomChange::Restored { .. }));
            let shown = restored.map(|e| e.seq);
            prop_assert_eq!(targets, [Some(1), shown].into_iter().flatten().collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_muted_author_removes_a_line_but_shows_none_again() {
    let mut room = ChatRoom::new(empty());
    for client in [1, 2] {
        room.post(post(0, client, "hello"), Millis(0)).expect("a viewer may speak");
    }
    room.moderate(moderation(Act::Remove { by: 0, lines: vec![1] }), Millis(1)).expect("their own line");
    let mute = Act::Ban { by: 3, id: 1, whom: 0, kind: BanKind::Mute, lasts: None };
    room.moderate(moderation(mute), Millis(2)).expect("a moderator may");
    let restored = room.moderate(moderation(Act::Restore { by: 0, lines: vec![1] }), Millis(3));
    assert_eq!(restored, Err(ChatRefusal::Muted { until: None }));
    let removed = room.moderate(moderation(Act::Remove { by: 0, lines: vec![2] }), Millis(3));
    assert_eq!(removed.map(|made| made.len()), Ok(1));
}

#[test]
fn undoing_a_ban_brings_back_what_it_removed_and_lifting_does_not() {
    for undo in [true, false] {
        let mut room = ChatRoom::new(empty());
        for client in [1, 2] {
            room.post(post(0, client, "hello"), Millis(0)).expect("a viewer may speak");
        }
        room.moderate(moderation(Act::Remove { by: 3, lines: vec![1] }), Millis(10))
            .expect("a moderator may");
        let ban = Act::Ban { by: 3, id: 1, whom: 0, kind: BanKind::Ban, lasts: None };
        room.moderate(moderation(ban), Millis(20)).expect("a moderator may");
        let lifted =
            room.moderate(moderation(Act::Lift { by: 3, id: 1, undo }), Millis(5_000)).expect("it holds");
        let codes: Vec<_> = lifted.iter().map(|entry| entry.change.code()).collect();
        assert_eq!(codes, if undo { vec!["lifted", "restored"] } else { vec!["lifted"] });
        let line = |seq| room.history().get(seq).and_then(|e| e.line()).expect("a line").removed;
        assert_eq!((line(1), line(2)), (true, !undo), "what was removed before stays removed");
    }
}
