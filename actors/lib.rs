//! The engine: everything that lives as an actor.
//!
//! # How to read an actor
//!
//! One file, one actor, always in the same order: what it is about, the handle that callers hold, the messages, the state,
//! the `Behavior` it implements, and its effects. The rules stand in `domain` and are pure; what is here carries them out:
//! decide, store, then publish. All actors run in one shell (`kind.rs`), which counts, times and panics on demand.
//!
//! # The supervision tree
//!
//! ```text
//! house                 root
//! ├── streams           one StreamActor a stream that somebody looks at
//! ├── chat_rooms        one ChatRoomActor a room
//! ├── checkouts         one CheckoutActor an open checkout session
//! ├── jobs              loops: deadlines, attendances, and the outbox workers of the server
//! └── media             loops: what the media plane says, how the publishers are doing
//! ```
//!
//! An actor starts with the first message to it and is drained when it has been idle. One that falls is raised at once, then with
//! backoff; its budget is its own (10 falls in 60 s), and when that is spent it is *parked*: its callers are told, its
//! neighbours never notice, an operator resumes it. Only workers and supervisors escalate. What falls because the
//! database is away, or because somebody asked for it, is not held against it.
//!
//! # What survives a crash
//!
//! | what | where it stands |
//! |---|---|
//! | the row of a stream or checkout, the journal of a room | the database; stored before it is published or answered |
//! | the feed, the write in flight, counters, history of restarts | the slot, which outlives its actor |
//! | attendances, who publishes, deadlines | the house |
//! | messages that were waiting | their callers: a handle asks once more |
//!
//! So the next life waits for the write in flight, loads, and tells the pages what they have not heard of.

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
pub use live::stream::{StreamFailure, StreamHandle};
pub use money::checkout::{CheckoutFailure, CheckoutHandle};
pub use presence::attendance::{Attendance, AttendanceGuard, AttendanceKind, Attendances, Notice};
pub use tree::{Engine, EngineConfig, EngineError, Ports};
