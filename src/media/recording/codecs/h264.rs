//! H264 (RFC 6184), packetization mode 1: single units, aggregates (STAP-A) and fragments (FU-A). Files hold units behind their
//! lengths, and what a decoder is set up with in front of all. Keyframes keep their own parameters besides: when the size changes,
//! a decoder finds the new ones there.
//!
//! No sender over WebRTC has pictures that are shown in another order than they are decoded in.

use super::{
    Depacketiser, Size,
    units::{extend, push, units},
};
use crate::codec::{self, h264::aggregated};
use domain::live::media::Codec;

const SLICE: u8 = 1;
const KEY_SLICE: u8 = 5;
const SEQUENCE: u8 = 7;
const PICTURE: u8 = 8;
const AGGREGATE: u8 = 24;
const FRAGMENT: u8 = 28;
/// The profile with the colours of the ones below it, which says so nevertheless.
const HIGH: u8 = 100;

pub struct H264;

fn kind(unit: &[u8]) -> u8 {
    unit.first().map_or(0, |head| head & 0x1f)
}

fn first(frame: &[u8], wanted: u8) -> Option<&[u8]> {
    units(frame).find(|unit| kind(unit) == wanted)
}

impl Depacketiser for H264 {
    fn add(&self, frame: &mut Vec<u8>, payload: &[u8]) -> Option<()> {
        match (kind(payload), payload) {
            (1..AGGREGATE, _) => push(frame, &[payload]),
            (AGGREGATE, [_, rest @ ..]) => {
                let mut all = aggregated(rest).peekable();
                all.peek()?;
                all.try_for_each(|unit| push(frame, &[unit]))
            }
            (FRAGMENT, [head, more, rest @ ..]) => match more & 0x80 {
                0 => extend(frame, rest),
                _ => push(frame, &[&[head & 0xe0 | more & 0x1f], rest]),
            },
            _ => None,
        }
    }

    fn finish(&self, frame: Vec<u8>) -> Option<Vec<u8>> {
        let shows = units(&frame).any(|unit| (SLICE..=KEY_SLICE).contains(&kind(unit)));
        shows.then_some(frame)
    }

    /// With its parameters, and from the first slice on: of a frame whose begin is missing only the rest may be left.
    fn is_key(&self, frame: &[u8]) -> bool {
        let slice = units(frame).find(|unit| (SLICE..=KEY_SLICE).contains(&kind(unit)));
        let begins = |unit: &[u8]| kind(unit) == KEY_SLICE && unit.get(1).is_some_and(|at| at & 0x80 != 0);
        slice.is_some_and(begins) && first(frame, SEQUENCE).is_some() && first(frame, PICTURE).is_some()
    }

    fn size(&self, frame: &[u8]) -> Option<Size> {
        codec::size(Codec::H264, first(frame, SEQUENCE).filter(|_| self.is_key(frame))?)
    }

    fn setup(&self, frame: &[u8]) -> Option<Vec<u8>> {
        let (sequence, picture) = (first(frame, SEQUENCE)?, first(frame, PICTURE)?);
        let &[_, profile, constraints, level, ..] = sequence else { return None };
        let length = |unit: &[u8]| u16::try_from(unit.len()).ok().map(u16::to_be_bytes);
        // Lengths of four bytes; one of each kind of parameters.
        let mut setup = vec![1, profile, constraints, level, 0xff, 0xe1];
        setup.extend(length(sequence)?);
        setup.extend_from_slice(sequence);
        setup.push(1);
        setup.extend(length(picture)?);
        setup.extend_from_slice(picture);
        if profile == HIGH {
            // Colours at half the resolution, eight bits each.
            setup.extend([0xfd, 0xf8, 0xf8, 0]);
        }
        Some(setup)
    }
}
