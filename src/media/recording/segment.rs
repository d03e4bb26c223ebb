//! What a segment holds, and what a crash left of one.

use super::{
    codecs,
    container::{Container, VIDEO},
};
use domain::live::media::Codec;

/// What a file of clusters holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentFacts {
    /// The first moment, in milliseconds of the recording.
    pub begins: i64,
    /// The last moment.
    pub until: i64,
    /// Its first frame of video needs no other.
    pub key: bool,
    /// Of the first keyframe, in pixels.
    pub size: Option<(u16, u16)>,
    /// What a file must say of its pictures before the first one; it comes with the size.
    pub setup: Vec<u8>,
    pub frames: u64,
    /// Bytes of its whole clusters; what follows is the rest of one that was being written.
    pub bytes: usize,
}

/// Reads the whole clusters at the begin of a file, whose pictures have this codec. `None` if there are none.
pub fn facts(codec: Codec, file: &[u8]) -> Option<SegmentFacts> {
    let (container, pictures) = (Container::of(codec), codecs::of(codec));
    let mut facts: Option<SegmentFacts> = None;
    let mut rest = file;
    while let Some((blocks, after)) = container.read(rest) {
        let begins = blocks.first()?.at;
        let mut video = blocks.iter().filter(|block| block.track == VIDEO);
        let facts = facts.get_or_insert_with(|| SegmentFacts {
            begins,
            until: begins,
            key: video.clone().next().is_some_and(|block| block.key),
            size: None,
            setup: vec![],
            frames: 0,
            bytes: 0,
        });
        facts.until = blocks.iter().map(|block| block.at).fold(facts.until, i64::max);
        if let (None, Some(pictures)) = (facts.size, pictures)
            && let Some((size, setup)) = video.find_map(|block| pictures.picture(block.data))
        {
            (facts.size, facts.setup) = (Some(size), setup);
        }
        facts.frames += blocks.len() as u64;
        facts.bytes = file.len() - after.len();
        rest = after;
    }
    facts
}
