//! The media plane: forwards a publisher's packets to everybody in its room, without decoding them.
//!
//! [`EmbeddedSfu`] is the implementation that needs no external service. The caller's task turns an offer into a
//! connection and an answer (`door`). Then one thread owns the connection (`sfu`); it handles datagrams, commands and
//! timers one after the other. Only `net` and `sfu/run_loop.rs` touch the sockets, and no packet ever waits for an actor,
//! a page or a recording. Datagrams come by UDP, or by TCP on the same port where UDP is blocked (`net/lines.rs`).
//!
//! Failures are isolated: a connection that panics is lost, and its neighbours continue. A thread that panics reports
//! all its sessions as lost and restarts, up to five times a minute; after that the plane answers `Down`.
//!
//! Metrics: `media_packets_in_total`, `media_packets_out_total`, `media_sends_total` (system calls that sent those),
//! `media_dropped_total` (packets that the kernel refused, or that a TCP connection had no space for),
//! `media_thread_failures_total`, `media_peers`, `media_rooms`, `media_tcp_connections`, and `media_limits_total` by `kind`: how
//! often a peer exceeded a limit of `sfu/limits.rs`, or a TCP connection one of `net/lines.rs`.

mod codec;
mod door;
mod embedded;
mod net;
mod offer;
mod recording;
mod restream;
mod sfu;
mod test_card;
mod wire;

pub use embedded::{Config, EmbeddedSfu};
pub use net::{LineLimits, PublicIps};
pub use recording::{
    CLUSTER_LOOK, ClusterHead, Cue, MOVIE_LOOK, MovieFacts, MovieWalk, Recorder, RecorderConfig,
    RecorderFailure, RecorderReport, SegmentFacts, SegmentFile, facts, head, live_head, recorded_film,
    recover, segment_files,
};
pub use restream::{FfmpegConfig, FfmpegRestreamer, find_program};
pub use sfu::VIEWERS_PER_ROOM;
pub use test_card::Film;
