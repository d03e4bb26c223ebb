//! The files of recordings: clusters of frames, and what stands before them. VP8, VP9 and AV1 are in WebM. H264 is in fragmented MP4,
//! which all browsers play, those of phones too; a cluster is a fragment there.

mod cluster;
pub mod movie;
pub mod mp4;
pub mod webm;

pub use cluster::{CLUSTER_LOOK, ClusterHead};

use super::frames::RecordedFrame;
use domain::live::{media::Codec, recording::Picture};

/// A frame as a file holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block<'a> {
    pub track: u8,
    pub at: i64,
    pub key: bool,
    pub data: &'a [u8],
}

/// Track numbers in the file.
pub const VIDEO: u8 = 1;
pub const AUDIO: u8 = 2;

/// Where a cluster that begins with a keyframe stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cue {
    /// In milliseconds of the recording.
    pub at: i64,
    /// Bytes of clusters before it.
    pub position: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    WebM,
    Mp4,
}

impl Container {
    /// Of a recording whose pictures have this codec.
    pub const fn of(codec: Codec) -> Self {
        if matches!(codec, Codec::H264) { Self::Mp4 } else { Self::WebM }
    }

    /// The bytes of a cluster. The frames are in the order of their moments; none lies more than 32 s behind `began`.
    pub fn cluster(self, began: i64, frames: &[RecordedFrame]) -> Vec<u8> {
        match self {
            Self::WebM => webm::cluster(began, frames),
            Self::Mp4 => mp4::cluster(began, frames),
        }
    }

    /// What stands before clusters that are not known yet. MP4 holds H264 alone.
    pub fn live_head(self, picture: &Picture) -> Vec<u8> {
        match self {
            Self::WebM => webm::live_head(picture),
            Self::Mp4 => mp4::live_head(picture),
        }
    }

    /// The blocks of the first cluster in the order of their moments, and what follows it. `None` if it is not whole.
    pub fn read(self, bytes: &[u8]) -> Option<(Vec<Block<'_>>, &[u8])> {
        match self {
            Self::WebM => webm::read(bytes),
            Self::Mp4 => mp4::read(bytes),
        }
    }
}

/// What stands before clusters that are not known yet.
pub fn live_head(picture: &Picture) -> Vec<u8> {
    Container::of(picture.codec).live_head(picture)
}

/// What stands before all clusters of a recording, with the index: with them it is the whole file. `bytes`: of all clusters;
/// `duration` in milliseconds.
pub fn head(picture: &Picture, duration: i64, cues: &[Cue], bytes: u64) -> Vec<u8> {
    match Container::of(picture.codec) {
        Container::WebM => webm::head(picture, duration, cues, bytes),
        Container::Mp4 => mp4::head(picture, duration, cues, bytes),
    }
}
