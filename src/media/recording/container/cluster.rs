//! What stands at the begin of a cluster, so that a part of a recording gets a clock of its own without a look at its frames.

use super::{Container, mp4, webm};
use domain::live::media::Codec;

/// So many bytes hold the begin of every cluster: that of a fragment of MP4 has twelve bytes for each frame of some seconds.
pub const CLUSTER_LOOK: usize = 16 * 1024;

/// The begin of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterHead {
    /// Of the whole cluster, in bytes.
    pub size: u64,
    /// Its first bytes, up to the last moment that is told.
    bytes: Vec<u8>,
    /// Where in them a moment is told in eight bytes, and its units in a millisecond.
    moments: Vec<(usize, i64)>,
}

impl ClusterHead {
    /// `None` if a moment lies beyond the bytes.
    pub(super) fn new(size: u64, bytes: &[u8], moments: Vec<(usize, i64)>) -> Option<Self> {
        let until = moments.iter().map(|(at, _)| at + 8).max()?;
        Some(Self { size, bytes: bytes.get(..until)?.to_vec(), moments })
    }

    /// Reads the begin of a cluster of a recording whose pictures have this codec. `None` if none begins there.
    pub fn read(codec: Codec, bytes: &[u8]) -> Option<Self> {
        match Container::of(codec) {
            Container::WebM => webm::cluster_head(bytes),
            Container::Mp4 => mp4::cluster_head(bytes),
        }
    }

    /// Its first bytes so many milliseconds earlier.
    pub fn earlier(mut self, by: i64) -> Vec<u8> {
        for (at, ticks) in self.moments {
            if let Some(moment) = self.bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut::<8>()) {
                let earlier = i64::from_be_bytes(*moment).saturating_sub(by.saturating_mul(ticks));
                *moment = earlier.max(0).to_be_bytes();
            }
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::super::{frames::RecordedFrame, segment::facts, tap::TrackKind},
        *,
    };

    const CODECS: [Codec; 2] = [Codec::Vp8, Codec::H264];

    fn frame(track: TrackKind, at: i64, bytes: usize) -> RecordedFrame {
        RecordedFrame { track, at, key: true, data: vec![7; bytes] }
    }

    fn cluster(codec: Codec, began: i64) -> Vec<u8> {
        let (video, audio) = (TrackKind::Video, TrackKind::Audio);
        let frames = [
            frame(audio, began, 100),
            frame(video, began + 3, 9_000),
            frame(audio, began + 20, 100),
            frame(video, began + 43, 70_000),
        ];
        Container::of(codec).cluster(began, &frames)
    }

    #[test]
    fn a_cluster_is_moved_and_nothing_else_of_it_changes() {
        for codec in CODECS {
            for (began, by, want) in [(754_000, 750_000, 4_000), (754_000, 754_000, 0)] {
                let mut bytes = cluster(codec, began);
                let head = ClusterHead::read(codec, &bytes[..CLUSTER_LOOK]).expect("a cluster");
                assert_eq!(head.size, bytes.len() as u64, "{codec:?}");
                let earlier = head.earlier(by);
                bytes[..earlier.len()].copy_from_slice(&earlier);
                let (wanted, container) = (cluster(codec, want), Container::of(codec));
                assert_eq!(container.read(&bytes), container.read(&wanted), "{codec:?}");
            }
        }
    }

    #[test]
    fn nothing_is_moved_before_the_begin() {
        for codec in CODECS {
            let mut bytes = cluster(codec, 1);
            let earlier = ClusterHead::read(codec, &bytes).expect("a cluster").earlier(50);
            bytes[..earlier.len()].copy_from_slice(&earlier);
            assert_eq!(facts(codec, &bytes).expect("a cluster still").begins, 0, "{codec:?}");
        }
    }

    #[test]
    fn what_is_no_cluster_has_no_begin() {
        for codec in CODECS {
            let cluster = cluster(codec, 5);
            for other in [&cluster[..28], &cluster[1..], &[0; 40], &[]] {
                assert_eq!(ClusterHead::read(codec, other), None, "{codec:?}");
            }
        }
    }
}
