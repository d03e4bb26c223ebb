//! The media plane: forwards what a publisher sends to everybody in its room, and never decodes it.
//!
//! [`EmbeddedSfu`] is the maker that needs nothing beside the process. A caller's task turns an offer into a connection and
//! an answer ([`door`]); then one thread owns it ([`sfu`]), which takes datagrams, commands and timers one after the other.
//! Only [`net`] and `sfu/run_loop.rs` touch the socket, so that no packet ever waits for an actor or for a page.

mod door;
mod embedded;
mod net;
mod sfu;
mod test_card;

pub use embedded::{Config, EmbeddedSfu};
pub use sfu::VIEWERS_PER_ROOM;
