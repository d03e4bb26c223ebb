//! One byte log, written to many sockets.
//!
//! A [`Log`] holds the encoded frames of one audience. Any number of connections follow it. Each of them is only a
//! position in the log and, if needed, a short queue of private frames. Appending never waits for a reader, and a slow
//! reader does not slow down the others.
//!
//! ```
//! # use fanout::{After, Body, Config, Event, Fanout, Frame, Link, Log};
//! # fn replay(_: std::ops::RangeInclusive<u64>) -> Vec<Frame> { Vec::new() }
//! # fn connection(fanout: &Fanout, log: &Log, since: u64) -> (Link, hyper::Response<Body>) {
//! let (cursor, first) = match log.after(since) {
//!     After::Covered(cursor) => (cursor, Vec::new()),
//!     After::Behind { cursor, head_id } => (cursor, replay(since + 1..=head_id)),
//! };
//! let (link, body) = fanout.subscribe(cursor, first);
//! (link, body.respond())
//! # }
//! # let fanout = Fanout::start(Config::default()).unwrap();
//! # let log = fanout.log(7);
//! # drop(connection(&fanout, &log, 7));
//! log.append(Event::named("line", "<p>hello</p>").id(8));
//! ```
//!
//! * **Order.** A reader receives `first`, then the log from its cursor, each frame once. Private frames
//!   ([`Link::send`]) go between two frames of the log. To miss nothing: take the cursor, then read the snapshot, then
//!   [`Cursor::skip_to`] its id.
//! * **Ids** are journal numbers and only grow. Frames without an id matter only now and are not replayed.
//! * **Slow readers.** A log keeps [`Config::log_bytes`]. A reader that falls further behind receives `event: resync`
//!   with the id of the log's head as data, and continues there. If it stands inside a frame, it is closed. A reader
//!   that accepts no bytes for [`Config::deadline`] is closed.
//! * **Beats.** Every log with readers sends `event: beat` every [`Config::beat`]; the data is that interval in
//!   milliseconds.
//! * **The end.** [`Link::end`] sends a last frame. [`Fanout::shutdown`] sends `event: bye` with a `retry:` that is
//!   spread over the readers. [`Link::closed`] and [`Link::on_close`] report the reason, whichever side ended it.
//! * **Ticks.** An idle log is written at once; a busy one collects frames for [`Config::tick`] into one write.
//! * **Transports.** A [`Body`] works wherever hyper does. Under [`serve`], a response made by [`Body::respond`] to a
//!   cleartext HTTP/1.1 request leaves hyper once its head is sent: the socket moves to a shard, one thread with its
//!   own epoll, and needs no task and no buffer any more. Neither the handler nor the reader notices.
//! * **Pumps.** Stop a pump when [`Log::deserted`] resolves. A [`Cursor`] counts as a reader from its creation.
//!
//! Linux only, for epoll.

mod body;
mod config;
mod connection;
mod counters;
mod fan_out;
mod frame;
mod handoff;
mod http;
mod link;
mod log;
mod mailbox;
mod shard;
mod subscriber;

pub use body::Body;
pub use config::Config;
pub use connection::{Connection, Entry, Gate, SlowPart};
pub use counters::Counters;
pub use fan_out::Fanout;
pub use frame::{Event, Frame};
pub use http::{
    listener::Listener,
    pace::{Pace, Patience},
    request_body::{RequestBody, TooSlow},
    serve::{Peer, Serve, serve},
};
pub use link::{Closed, Link, Refused};
pub use log::{After, Cursor, Log};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// No lock here guards state that a panic could leave half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
