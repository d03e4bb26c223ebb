//! Records what is forwarded in a room, without decoding it: pictures and Opus become clusters (`container`) in files of a few
//! seconds, the segments. Each cluster is on the disk for good before the next one is begun, so a crash costs two seconds.
//! One thread for each recording does this (`recorder`). The media thread only offers packets to a bounded channel (`tap`).
//!
//! A recording has one clock that begins with it and never stops: what nobody published is a gap. Its pictures have one codec, which
//! decides on the container. Segments put one after the other behind a head are the file that players get.

mod codecs;
mod container;
mod files;
mod film;
mod frames;
mod order;
mod recorder;
mod segment;
mod tap;
mod writer;

pub use container::{
    CLUSTER_LOOK, ClusterHead, Container, Cue, head, live_head,
    movie::{MOVIE_LOOK, MovieFacts, MovieWalk},
};
pub use files::{SegmentFile, recover, segment_files};
pub use film::recorded_film;
#[cfg(test)]
pub use frames::tests::card;
pub use frames::{Frames, RecordedFrame};
pub use recorder::{Recorder, RecorderConfig, RecorderFailure, RecorderReport};
pub use segment::{SegmentFacts, facts};
pub use tap::{TappedPacket, TappedPackets, Taps, TrackKind};

use domain::live::{media::Codec, recording::Picture};

/// What a file must say of pictures of this codec, from a keyframe. `None` if it cannot be read.
pub fn picture(codec: Codec, frame: &[u8]) -> Option<Picture> {
    let (size, setup) = codecs::of(codec)?.picture(frame)?;
    Some(Picture { codec, size, setup })
}
