//! The engine: everything that lives as an actor.
//!
//! # How to read an actor
//!
//! One file, one actor, always in the same order: what it is about, the handle that callers hold, the messages, the state,
//! the `Kind` it implements, and its effects. The rules stand in `domain` and are pure; what is here carries them out:
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

mod action;
mod alarm;
mod attendance;
mod branch;
mod budget;
mod chat_decided;
mod chat_journal;
mod chat_room;
mod chat_shown;
mod checkout;
mod crowd;
mod directory;
mod fact;
mod fault;
mod feed;
mod feeds;
mod house;
mod inbox;
mod kind;
mod mask;
mod publishers;
mod pulse;
mod queue;
mod register;
mod request;
mod root;
mod slot;
mod staff;
mod stream;
mod supervisor;
mod tree;
mod worker;
mod writer;

pub use action::{ActError, Action};
pub use attendance::{Attendance, AttendanceGuard, AttendanceKind, Attendances};
pub use budget::Restart;
pub use chat_room::{ChatFailure, ChatPorts, ChatRoomHandle, ChatRooms};
pub use chat_shown::ChatSnapshot;
pub use checkout::{CheckoutFailure, CheckoutHandle};
pub use fact::{Fact, Value};
pub use fault::{Armed, Fault, LONGEST_FAULT};
pub use feed::{Feed, FeedReader, FeedSnapshot, Followed, RING};
pub use feeds::Feeds;
pub use house::{House, HouseConfig, HouseError, Ports};
pub use inbox::CallError;
pub use pulse::{KEPT, PACE, Pulse, Sample};
pub use request::with_request;
pub use stream::{StreamFailure, StreamHandle};
pub use tree::{Inspection, Node, Status};
pub use worker::Worker;
