//! Time to render one chat line into the bytes that an audience shares, and to render a whole panel of lines into a
//! page.
//! `cargo bench -p views`; with `-- --test` each bench runs once.

use divan::{Bencher, black_box};
use domain::{
    access::admit::Role,
    chat::room::{ChatLine, HISTORY, JournalEntry, Modes, RoomChange},
    id::{AccountId, ClientId, RoomId, StreamId},
    time::Millis,
};
use uuid::Uuid;
use views::chat::{self, Audience, Chat, ChatOf, composer::Speaking};

const ROOM: RoomId = RoomId(Uuid::from_u128(1));
const OF: ChatOf = ChatOf::Stream(StreamId(Uuid::from_u128(2)));

fn main() {
    divan::main();
}

fn said(seq: u64) -> JournalEntry {
    let line = ChatLine {
        author: AccountId(Uuid::from_u128(u128::from(seq))),
        name: "Maya".into(),
        role: Role::Viewer,
        client: ClientId(Uuid::from_u128(3)),
        body: "Look at <b>this</b>: https://example.org/a?b=c&d=e, it is a line of the usual length 👋"
            .into(),
        removed: false,
    };
    JournalEntry { room: ROOM, seq, at: Millis(1_800_000_000_000), change: RoomChange::Said(line) }
}

#[divan::bench(args = [Audience::Viewer, Audience::Moderator])]
fn line(bencher: Bencher, audience: Audience) {
    let entry = said(7);
    bencher.bench(|| chat::frame(OF, black_box(&entry), audience).into_string());
}

#[divan::bench]
fn full_panel(bencher: Bencher) {
    let lines: Vec<JournalEntry> = (1..=HISTORY as u64).map(said).collect();
    let chat = Chat {
        of: OF,
        lines: &lines,
        seq: HISTORY as u64,
        modes: Modes::default(),
        audience: Audience::Viewer,
        speaking: Speaking::Yes,
        client: ClientId(Uuid::from_u128(4)),
        bans: &[],
        parked: false,
    };
    bencher.bench(|| chat::panel(black_box(&chat)).into_string());
}
