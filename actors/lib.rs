//! The engine: everything that lives as an actor.
//!
//! # How to read an actor
//!
//! One file, one actor, always in the same order: an essay on its purpose, the handle that callers hold, the messages,
//! the state, the `Behavior` it implements, and its effects. The rules are pure and live in `domain`; the actors here
//! apply them: decide, store, then publish. All actors run in one shell (`behavior.rs`), which counts, times, and
//! panics on demand.
//!
//! # The supervision tree
//!
//! ```text
//! engine        root
//! ├── streams     one StreamActor per stream that somebody watches
//! ├── restreams   one RestreamActor per destination that a show is sent to
//! ├── chat_rooms  one ChatRoomActor per room
//! ├── checkouts   one CheckoutActor per open checkout session
//! ├── jobs        loops: deadlines, attendances, and the server's outbox workers
//! └── media       loops: events of the media plane, the health of publishers
//! ```
//!
//! The first message to an actor starts it. An idle actor is drained. A crashed actor is restarted at once, then with
//! backoff. Each actor has its own budget of 10 crashes in 60 s. When the budget is spent, the actor is *parked*: its
//! callers get an error, its neighbours are not affected, and an operator can resume it. Only workers and supervisors
//! escalate. Crashes caused by an unavailable database or requested by an operator do not count against the budget.
//!
//! # What survives a crash
//!
//! | what | where it is kept |
//! |---|---|
//! | the row of a stream or checkout, the journal of a room | the database; written before it is published or answered |
//! | the feed, the write in flight, counters, restart history | the slot, which outlives its actor |
//! | attendances, publishers, deadlines | the engine |
//! | queued messages | their callers: a handle repeats the call once |
//!
//! The restarted actor therefore waits for the write in flight, loads its state, and publishes what the pages have
//! missed.

mod chat;
mod engine;
mod failure;
mod feed;
mod live;
mod money;
mod presence;
mod staff;
mod tree;

pub use chat::{
    room::{ChatFailure, ChatPorts, ChatRoomHandle, ChatRooms},
    shown::ChatSnapshot,
};
pub use engine::{
    action::{ActError, Action},
    budget::Restart,
    fact::{Fact, Value},
    fault::{Armed, Fault, LONGEST_FAULT},
    inbox::CallError,
    mask::mask,
    pulse::{KEPT, PACE, Pulse, Sample},
    request::with_request,
    tree::{Inspection, Node, Status},
    worker::Worker,
};
pub use feed::{Feed, FeedReader, FeedSnapshot, Followed, RING, feeds::Feeds};
pub use live::{
    restream::RestreamHandle,
    stream::{StreamFailure, StreamHandle},
};
pub use money::checkout::{CheckoutFailure, CheckoutHandle};
pub use presence::{
    attendance::{Attendance, AttendanceGuard, AttendanceKind, Attendances, Notice},
    encoders::{Encoder, EncoderGuard},
};
pub use tree::{Engine, EngineConfig, EngineError, Ports};
