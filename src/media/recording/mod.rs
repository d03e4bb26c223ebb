//! Records what is forwarded in a room, without decoding it: VP8 and Opus become clusters of WebM (`webm`) in files of a few
//! seconds, the segments. Each cluster is on the disk for good before the next one is begun, so a crash costs two seconds.
//! One thread for each recording does this (`recorder`). The media thread only offers packets to a bounded channel (`tap`).
//!
//! A recording has one clock that begins with it and never stops: what nobody published is a gap. Segments put one after the
//! other behind a head (`webm::head`) are the file that players get.

mod clip;
mod cluster;
mod frames;
mod order;
mod recorder;
mod segment;
mod tap;
mod vp8;
mod webm;

pub use clip::recorded_clip;
pub use cluster::{CLUSTER_HEAD, ClusterHead};
pub use recorder::{Recorder, RecorderConfig, RecorderFailure, RecorderReport, recover, segment_files};
pub use segment::{SegmentFacts, facts};
pub use tap::{TappedPacket, Taps, TrackKind};
pub use webm::{Cue, head, live_head};
