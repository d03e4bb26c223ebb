//! One byte log, many sockets.
//!
//! A [`Log`] holds the frames of one audience, encoded once. Any number of connections follow it; each is only a place
//! in the log and, when it has any, a short queue of private frames. Appending never waits for a reader, and a reader
//! that does not keep up costs the others nothing.
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
//! * **Order.** `first`, then the log from the cursor, each frame once. Private frames ([`Link::send`]) go out between
//!   two frames of the log. Listen before you look: take the cursor, read the snapshot, [`Cursor::skip_to`] what it shows.
//! * **Ids** are a journal's numbers and only grow. Frames without one matter only now, and are not replayed.
//! * **Late readers.** A log keeps [`Config::log_bytes`]. A reader that it overtakes gets `event: resync` with the head's
//!   id as data, and goes on there; if it stands inside a frame it is closed. One that takes nothing for
//!   [`Config::deadline`] is closed.
//! * **Beats.** Every log with readers says `event: beat` every [`Config::beat`], data in milliseconds.
//! * **The end.** [`Link::end`] sends a last frame. [`Fanout::shutdown`] says `event: bye` with a `retry:` that is spread
//!   over the readers. [`Link::closed`] and [`Link::on_close`] tell the reason, whoever ended it.
//! * **Ticks.** An idle log is written at once; a busy one joins what comes within [`Config::tick`] into one write.
//! * **Transports.** A [`Body`] works wherever hyper does. Under [`serve`], an answer made by [`Body::respond`] to a cleartext
//!   HTTP/1.1 request leaves hyper once its head is sent: the socket joins a shard, one thread with its own epoll, and costs
//!   no task and no buffer any more. The handler does not notice, nor does the reader.
//! * **A pump** stops when [`Log::deserted`] resolves; a [`Cursor`] counts as a reader from its first moment.
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
pub use connection::{Connection, Entry, Gate};
pub use counters::Counters;
pub use fan_out::Fanout;
pub use frame::{Event, Frame};
pub use http::{
    listener::Listener,
    pace::Pace,
    request_body::{RequestBody, TooSlow},
    serve::{Peer, Serve, serve},
};
pub use link::{Closed, Link, Refused};
pub use log::{After, Cursor, Log};

use std::sync::{Mutex, MutexGuard, PoisonError};

/// No lock here guards a state that a panic could leave half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
