//! The media plane: forwards what a publisher sends to everybody in its room, and never decodes it.
//!
//! [`EmbeddedSfu`] is the maker that needs nothing beside the process. A caller's task turns an offer into a connection and
//! an answer (`door`); then one thread owns it (`sfu`), which takes datagrams, commands and timers one after the other. Only
//! `net` and `sfu/run_loop.rs` touch the socket, and no packet ever waits for an actor or for a page.
//!
//! What fails alone ends alone: a connection that panics is lost and its neighbours go on; a thread that panics tells that all
//! was lost and begins again, five times a minute, and then the plane answers `Down`.
//!
//! Metrics: `media_packets_in_total`, `media_packets_out_total`, `media_sends_total` (system calls that sent those),
//! `media_dropped_total` (packets that the kernel did not take), `media_thread_failures_total`, `media_peers`, `media_rooms`,
//! and `media_limits_total` by `kind`: how often a peer wanted more than `sfu/limits.rs` lets it have.

mod door;
mod embedded;
mod net;
mod offer;
mod sfu;
mod test_card;
mod wire;

pub use embedded::{Config, EmbeddedSfu};
pub use sfu::VIEWERS_PER_ROOM;
