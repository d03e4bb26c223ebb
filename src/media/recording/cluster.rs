//! What stands at the begin of a cluster, so that a part of a recording gets a clock of its own without a look at its frames.

use super::webm::{CLUSTER, TIMESTAMP};

/// Bytes of a cluster up to its moment, as `webm` writes it: two names, two lengths of eight bytes, and the moment.
pub const CLUSTER_HEAD: usize = 29;

/// The begin of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClusterHead {
    /// Of the whole cluster, in bytes.
    pub size: u64,
    /// Its first bytes.
    pub bytes: [u8; CLUSTER_HEAD],
}

impl ClusterHead {
    /// Reads the begin of a cluster. `None` if none begins there.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let head: &[u8; CLUSTER_HEAD] = bytes.first_chunk()?;
        let number = |at: usize| head[at..].first_chunk().map(|eight| u64::from_be_bytes(*eight));
        let long = |length: u64| (length >> 56 == 1).then_some(length & (u64::MAX >> 8));
        let is_cluster = head.starts_with(&CLUSTER.to_be_bytes());
        let has_moment = u32::from(head[12]) == TIMESTAMP && long(number(13)?)? == 8;
        let size = long(number(4)?)?.checked_add(12)?;
        (is_cluster && has_moment).then_some(Self { size, bytes: *head })
    }

    /// The same cluster so many milliseconds earlier.
    pub fn earlier(mut self, by: i64) -> Self {
        if let Some(moment) = self.bytes.last_chunk_mut::<8>() {
            *moment = i64::from_be_bytes(*moment).saturating_sub(by).max(0).to_be_bytes();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{frames::RecordedFrame, segment::facts, tap::TrackKind, webm},
        *,
    };

    fn frame(at: i64, bytes: usize) -> RecordedFrame {
        RecordedFrame { track: TrackKind::Audio, at, key: true, data: vec![7; bytes] }
    }

    #[test]
    fn a_cluster_is_moved_and_nothing_else_of_it_changes() {
        for (began, by, want) in [(754_000, 750_000, 4_000), (754_000, 754_000, 0), (1, 5, 0)] {
            let frames = [frame(began, 100), frame(began + 20, 70_000)];
            let mut cluster = webm::cluster(began, &frames);
            let head = ClusterHead::read(&cluster).expect("a cluster");
            assert_eq!(head.size, cluster.len() as u64);
            cluster[..CLUSTER_HEAD].copy_from_slice(&head.earlier(by).bytes);
            let facts = facts(&cluster).expect("a cluster still");
            assert_eq!((facts.begins, facts.until, facts.frames), (want, want + 20, 2));
        }
    }

    #[test]
    fn what_is_no_cluster_has_no_begin() {
        let cluster = webm::cluster(5, &[frame(5, 10)]);
        for other in [&cluster[..CLUSTER_HEAD - 1], &cluster[1..], &[0; 40], &[]] {
            assert_eq!(ClusterHead::read(other), None);
        }
    }
}
