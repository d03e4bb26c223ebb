//! Time for a chat room to decide about a post. The room is as full as it can be: a full memory and a hundred bans.
//! `cargo bench -p domain`; with `-- --test` each bench runs once.

use divan::{Bencher, black_box};
use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    chat::{room::*, rules::ChatRoom},
    id::*,
    time::{Millis, Span},
};
use uuid::Uuid;

const SPACE: SpaceId = SpaceId(Uuid::from_u128(2));
const NOW: Millis = Millis(1_800_000_000_000);
/// Enough that nobody reaches the rate limit.
const SPEAKERS: u128 = 500;

fn main() {
    divan::main();
}

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn post(number: u128) -> ChatPost {
    ChatPost {
        author: account(number % SPEAKERS),
        name: "Maya".into(),
        role: Role::Viewer,
        client: ClientId(Uuid::from_u128(1_000_000 + number)),
        body: "  Hello from the front row, this is a line of the usual length 👋 ".into(),
    }
}

fn ban(number: u128) -> Ban {
    Ban {
        id: BanId(Uuid::from_u128(number)),
        space: SPACE,
        account: account(SPEAKERS + number),
        name: "Mallory".into(),
        kind: BanKind::Ban,
        reason: String::new(),
        by: account(0),
        created_at: NOW,
        until: None,
        lifted_at: None,
    }
}

fn full_room() -> ChatRoom {
    let record = RoomRecord {
        room: RoomId(Uuid::from_u128(1)),
        space: SPACE,
        seq: 0,
        lines: Vec::new(),
        removals: Vec::new(),
        modes: Modes::default(),
        bans: (0..100).map(ban).collect(),
    };
    let mut room = ChatRoom::new(record);
    for number in 0..MEMORY as u128 {
        room.post(post(number), at(number)).expect("a good post");
    }
    room
}

/// Two seconds between two lines of one speaker.
fn at(number: u128) -> Millis {
    NOW + Span(number as i64 * 4)
}

#[divan::bench]
fn accepted(bencher: Bencher) {
    let (mut room, mut number) = (full_room(), MEMORY as u128);
    let next = || {
        number += 1;
        (post(number), at(number))
    };
    bencher.with_inputs(next).bench_local_values(|(post, now)| room.post(black_box(post), now).is_ok());
}

#[divan::bench]
fn refused_as_banned(bencher: Bencher) {
    let mut room = full_room();
    let banned = || ChatPost { author: account(SPEAKERS + 99), ..post(1) };
    bencher.with_inputs(banned).bench_local_values(|post| room.post(black_box(post), NOW).is_err());
}

#[divan::bench]
fn repeated(bencher: Bencher) {
    let mut room = full_room();
    bencher
        .with_inputs(|| post(MEMORY as u128 - 1))
        .bench_local_values(|post| room.post(black_box(post), NOW).is_ok());
}
