//! Synthetic frames: VP8 as far as a forwarding server looks into it. Each frame has its number and the time at which it was
//! sent burnt in, and a content that follows from its number, so that its receiver can tell whether it is whole.

use std::sync::LazyLock;

/// Frames per second of every camera, as of a webcam.
pub const RATE: u64 = 30;
/// Bytes of a frame; larger ones are neither made nor read.
pub const LARGEST: usize = 512 << 10;
/// Bytes of a frame in one packet. With all headers that stays below 1,200 bytes, as browsers send it.
const PART: usize = 1_100;
/// The frame header of a key frame (RFC 6386, 9.1); other frames have the same number of bytes here.
const HEAD: usize = 10;
const WIDTH: u16 = 1280;
const HEIGHT: u16 = 720;
const MARK: usize = 28;
const MAGIC: [u8; 4] = *b"BSPF";
/// Frames have this many different contents.
const CONTENTS: usize = 251;

/// The smallest frame: a mark and nothing else.
pub const SMALLEST: usize = HEAD + MARK;

/// What is burnt into a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameMark {
    /// The run of this tool.
    pub run: u32,
    pub room: u16,
    pub layer: u8,
    pub key: bool,
    /// Counts up by one from 0; layers of one camera have the same number at the same time.
    pub number: u32,
    /// By the tool's clock.
    pub sent_us: u64,
}

impl FrameMark {
    /// The frame's bytes, `size` of them, or as many as the mark needs.
    pub fn draw(&self, size: usize) -> Vec<u8> {
        let size = size.clamp(SMALLEST, LARGEST);
        let mut frame = Vec::with_capacity(size);
        self.write_head(&mut frame, size);
        frame.extend_from_slice(&MAGIC);
        frame.extend_from_slice(&self.run.to_be_bytes());
        frame.extend_from_slice(&self.room.to_be_bytes());
        frame.extend_from_slice(&[self.layer, u8::from(self.key)]);
        frame.extend_from_slice(&self.number.to_be_bytes());
        frame.extend_from_slice(&self.sent_us.to_be_bytes());
        frame.extend_from_slice(&(size as u32).to_be_bytes());
        frame.extend_from_slice(content(self.number, size - SMALLEST));
        frame
    }

    /// Three bytes of frame tag: whether it is a delta frame, that it is shown, and the size of its first partition. A key frame
    /// goes on with the start code and the size of the picture.
    fn write_head(&self, frame: &mut Vec<u8>, size: usize) {
        let partition = (size - HEAD).min((1 << 19) - 1) as u32;
        let tag = partition << 5 | 1 << 4 | u32::from(!self.key);
        frame.extend_from_slice(&tag.to_le_bytes()[..3]);
        match self.key {
            true => {
                frame.extend_from_slice(&[0x9d, 0x01, 0x2a]);
                frame.extend_from_slice(&WIDTH.to_le_bytes());
                frame.extend_from_slice(&HEIGHT.to_le_bytes());
            }
            false => frame.extend_from_slice(&[0; HEAD - 3]),
        }
    }

    /// Reads the mark of a whole frame. `None` if anything in the frame differs from what [`Self::draw`] makes.
    pub fn read(frame: &[u8]) -> Option<Self> {
        let mark: &[u8; MARK] = frame.get(HEAD..SMALLEST)?.try_into().ok()?;
        let number = |at: usize| u32::from_be_bytes([mark[at], mark[at + 1], mark[at + 2], mark[at + 3]]);
        let found = Self {
            run: number(4),
            room: u16::from_be_bytes([mark[8], mark[9]]),
            layer: mark[10],
            key: mark[11] == 1,
            number: number(12),
            sent_us: u64::from(number(16)) << 32 | u64::from(number(20)),
        };
        let whole = mark[..4] == MAGIC && number(24) as usize == frame.len() && frame.len() <= LARGEST;
        let mut head = Vec::with_capacity(HEAD);
        found.write_head(&mut head, frame.len());
        let right = whole && frame[..HEAD] == head;
        (right && frame[SMALLEST..] == *content(found.number, frame.len() - SMALLEST)).then_some(found)
    }
}

fn content(number: u32, length: usize) -> &'static [u8] {
    static NOISE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut state = 0x2545_f491_u32;
        let next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        std::iter::repeat_with(next).take(CONTENTS + LARGEST).collect()
    });
    let begin = number as usize % CONTENTS;
    &NOISE[begin..begin + length]
}

/// The payloads of a frame's packets: a payload descriptor (RFC 7741, 4.2) with the picture's number, and a part of the frame.
pub fn payloads(frame: &[u8], number: u32) -> impl ExactSizeIterator<Item = Vec<u8>> {
    let [high, low] = (number as u16 & 0x7fff).to_be_bytes();
    frame.chunks(PART).enumerate().map(move |(n, part)| {
        let begins = if n == 0 { 0x10 } else { 0 };
        let mut payload = Vec::with_capacity(4 + part.len());
        payload.extend_from_slice(&[0x80 | begins, 0x80, 0x80 | high, low]);
        payload.extend_from_slice(part);
        payload
    })
}

/// Whether a frame begins with this payload, and how many bytes its descriptor takes; `None` if it is none of VP8.
pub fn descriptor(payload: &[u8]) -> Option<(bool, usize)> {
    let first = *payload.first()?;
    let mut length = 1;
    if first & 0x80 != 0 {
        let has = *payload.get(1)?;
        length = 2;
        if has & 0x80 != 0 {
            // The picture's number has one byte or two.
            length += 1 + usize::from(payload.get(2)? >> 7);
        }
        length += usize::from(has & 0x40 != 0) + usize::from(has & 0x30 != 0);
    }
    // A frame begins with the start of its first partition.
    (length < payload.len()).then_some((first & 0x17 == 0x10, length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use str0m::rtp::Vp8Descriptor;

    const FRAME: FrameMark =
        FrameMark { run: 7, room: 99, layer: 2, key: true, number: 40_000, sent_us: 5 << 33 };

    fn joined(frame: &[u8]) -> Vec<u8> {
        let parts = payloads(frame, 40_000);
        parts.flat_map(|part| part[descriptor(&part).expect("a descriptor").1..].to_vec()).collect()
    }

    #[test]
    fn a_frame_is_read_as_it_was_drawn() {
        for (size, packets) in [(0, 1), (SMALLEST, 1), (PART, 1), (PART + 1, 2), (30_000, 28)] {
            for key in [true, false] {
                let mark = FrameMark { key, ..FRAME };
                let frame = mark.draw(size);
                assert_eq!((frame.len(), payloads(&frame, 1).len()), (size.max(SMALLEST), packets));
                assert_eq!(FrameMark::read(&joined(&frame)), Some(mark));
            }
        }
        assert_eq!(FRAME.draw(usize::MAX).len(), LARGEST);
    }

    #[test]
    fn a_frame_that_differs_anywhere_is_not_read() {
        let frame = FRAME.draw(3_000);
        for at in [0, 1, 2, 3, 9, 10, 13, 34, 36, 37, 38, 2_999] {
            let mut other = frame.clone();
            other[at] ^= 1;
            assert_eq!(FrameMark::read(&other), None, "byte {at}");
        }
        let (longer, other) = ([&frame[..], &[0]].concat(), FRAME.draw(3_001));
        for bad in [&frame[..2_999], &longer[..], &frame[..20], &[], &other[..3_000]] {
            assert_eq!(FrameMark::read(bad), None, "{} bytes", bad.len());
        }
    }

    /// By the functions with which the server looks into packets.
    #[test]
    fn a_server_finds_key_frames_their_begin_and_the_numbers_of_pictures() {
        for (number, key) in [(0, true), (0x7fff, false), (0x8003, true)] {
            let frame = FrameMark { number, key, ..FRAME }.draw(5_000);
            for (n, payload) in payloads(&frame, number).enumerate() {
                let found = Vp8Descriptor::parse(&payload).expect("a descriptor");
                assert_eq!(found.picture_id(), Some(number as u16 & 0x7fff));
                assert_eq!(found.starts_keyframe(&payload), key && n == 0, "part {n}");
                assert_eq!(descriptor(&payload), Some((n == 0, 4)));
                assert!(payload.len() <= 1_104);
            }
            let size = [frame[6], frame[7], frame[8], frame[9]];
            let wanted = [WIDTH.to_le_bytes(), HEIGHT.to_le_bytes()].concat();
            assert_eq!(size == wanted[..], key, "the size of the picture");
        }
    }

    #[test]
    fn descriptors_of_other_packetisers_are_read() {
        for (payload, wanted) in [
            (&[0x10, 1][..], Some((true, 1))),
            (&[0x00, 1], Some((false, 1))),
            (&[0x90, 0x80, 0x05, 1], Some((true, 3))),
            (&[0x90, 0xe0, 0x85, 0x01, 0x07, 0x20, 1], Some((true, 6))),
            (&[0x11, 1], Some((false, 1))),
            (&[0x90, 0x80], None),
            (&[0x10], None),
            (&[], None),
        ] {
            assert_eq!(descriptor(payload), wanted, "{payload:?}");
        }
    }
}
