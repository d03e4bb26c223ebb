//! What stands in an MP4 that somebody else has written (ISO 14496-12): its boxes are walked one by one, so nothing but their heads is
//! read, however long the film is.

/// Enough of a box for its head, and for all of those that are read whole.
pub const MOVIE_LOOK: usize = 4096;
/// Boxes of a file. One of two tracks has about fifty, and one that was written in fragments a thousand in an hour.
const MOST_BOXES: usize = 20_000;
/// Boxes of boxes that are walked into.
const FOLDERS: [&[u8; 4]; 5] = [b"moov", b"trak", b"mdia", b"minf", b"stbl"];
/// Bytes of a picture's entry before its own boxes.
const ENTRY: usize = 78;

/// What is read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MovieFacts {
    /// In milliseconds.
    pub length: i64,
    /// Of an H264 picture, in pixels, and what its decoder is set up with (`avcC`). `None` without one.
    pub picture: Option<((u16, u16), Vec<u8>)>,
}

/// Where the walk through a file is.
#[derive(Clone, Debug, Default)]
pub struct MovieWalk {
    at: u64,
    boxes: usize,
    has_movie: bool,
    facts: MovieFacts,
}

impl MovieWalk {
    /// The byte at which [`MOVIE_LOOK`] bytes are to be read next, or as many as there are.
    pub const fn at(&self) -> u64 {
        self.at
    }

    /// What was found in a file of this size; `None` if it does not end with its last box, or is no film.
    pub fn finish(self, size: u64) -> Option<MovieFacts> {
        (self.at == size && self.has_movie).then_some(self.facts)
    }

    /// Goes past the box that begins here, or into it. `None` if it is none.
    pub fn step(&mut self, bytes: &[u8]) -> Option<()> {
        let name: &[u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        let (head, length) = match word(bytes, 0)? {
            1 => (16, long(bytes, 8)?),
            length => (8, length.into()),
        };
        self.boxes += 1;
        if length < head || self.boxes > MOST_BOXES {
            return None;
        }
        if FOLDERS.contains(&name) {
            self.at = self.at.checked_add(head)?;
            return Some(());
        }
        let whole = bytes.get(head as usize..usize::try_from(length).ok()?.min(bytes.len()))?;
        match name {
            b"mvhd" => self.movie(whole)?,
            b"stsd" => self.picture(whole),
            _ => {}
        }
        self.at = self.at.checked_add(length)?;
        Some(())
    }

    fn movie(&mut self, body: &[u8]) -> Option<()> {
        let (scale, ticks) = match body.first()? {
            0 => (word(body, 12)?, word(body, 16)?.into()),
            _ => (word(body, 20)?, long(body, 24)?),
        };
        let length = u128::from(ticks) * 1000 / u128::from(scale.max(1));
        self.facts.length = i64::try_from(length).ok()?;
        self.has_movie = true;
        Some(())
    }

    /// The first entry of a track, if it is a picture.
    fn picture(&mut self, body: &[u8]) {
        let read = || {
            // Behind version and count: the length, the name, and what the entry says.
            let end = (word(body, 8)? as usize).checked_add(8)?.min(body.len());
            if !matches!(body.get(12..16)?, b"avc1" | b"avc3") {
                return None;
            }
            let entry = body.get(16..end)?;
            let side = |at: usize| Some(u16::from_be_bytes(entry.get(at..at + 2)?.try_into().ok()?));
            let size = (side(24)?, side(26)?);
            let mut boxes = entry.get(ENTRY..)?;
            loop {
                let length = word(boxes, 0)? as usize;
                if boxes.get(4..8)? == b"avcC" {
                    return Some((size, boxes.get(8..length)?.to_vec()));
                }
                boxes = boxes.get(length.max(8)..)?;
            }
        };
        self.facts.picture = self.facts.picture.take().or_else(read);
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::live::{media::Codec, recording::Picture};

    fn walk(file: &[u8]) -> Option<MovieFacts> {
        let mut walk = MovieWalk::default();
        while (walk.at() as usize) < file.len() {
            let from = &file[walk.at() as usize..];
            walk.step(&from[..from.len().min(MOVIE_LOOK)])?;
        }
        walk.finish(file.len() as u64)
    }

    fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(8 + body.len() as u32).to_be_bytes()[..], name, body].concat()
    }

    /// As another program writes it: the data first, with a length of 64 bits, and the film behind.
    fn written(data: usize) -> Vec<u8> {
        let mut long = [&1u32.to_be_bytes()[..], b"mdat", &(16 + data as u64).to_be_bytes()].concat();
        long.resize(16 + data, 7);
        let head =
            [&[1, 0, 0, 0][..], &[0; 16], &90_000u32.to_be_bytes(), &5_400_000u64.to_be_bytes()].concat();
        let mut entry = vec![0; ENTRY];
        entry[24..28].copy_from_slice(&[0x05, 0x00, 0x02, 0xd0]);
        entry.extend(atom(b"pasp", &[0; 8]));
        entry.extend(atom(b"avcC", &[1, 0x4d, 0x40, 0x1f, 0xff]));
        let track = |entry: Vec<u8>| {
            let table = atom(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &entry].concat());
            let tables = [table, atom(b"stsz", &[0; 9000])].concat();
            FOLDERS[1..].iter().rev().fold(tables, |body, name| atom(name, &body))
        };
        let tracks = [track(atom(b"Opus", &[0; 40])), track(atom(b"avc1", &entry))].concat();
        [atom(b"ftyp", b"isom"), long, atom(b"moov", &[atom(b"mvhd", &head), tracks].concat())].concat()
    }

    #[test]
    fn length_and_picture_are_found_wherever_they_stand() {
        let picture = Some(((1280, 720), vec![1, 0x4d, 0x40, 0x1f, 0xff]));
        let facts = MovieFacts { length: 60_000, picture };
        assert_eq!(walk(&written(100_000)), Some(facts));
        // What we write ourselves is such a file, too.
        let setup = vec![1, 0x42, 0xe0, 0x1f, 0xff, 0xe0, 0];
        let picture = Picture { codec: Codec::H264, size: (640, 360), setup: setup.clone() };
        let ours = walk(&super::super::mp4::head(&picture, 4000, &[], 0)).expect("a film");
        assert_eq!(ours.picture, Some(((640, 360), setup)));
    }

    #[test]
    fn what_is_cut_or_no_film_is_refused() {
        let whole = written(50);
        for cut in (0..whole.len()).step_by(97) {
            assert_eq!(walk(&whole[..cut]), None, "cut at {cut}");
        }
        assert_eq!(walk(&atom(b"ftyp", b"isom")), None, "without a film");
        assert_eq!(walk(b"\x1aE\xdf\xa3 this is WebM, or no file at all"), None);
        // Boxes without a length would be walked for ever.
        assert_eq!(walk(&[0; 64]), None);
        let mut later = whole;
        later.extend([0, 0, 0, 1]);
        assert_eq!(walk(&later), None, "something behind");
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_stumble(file in proptest::collection::vec(0u8..=255, 0..300), at in 0usize..2000) {
            walk(&file);
            let mut broken = written(50);
            let at = at.min(broken.len());
            broken.splice(at..at, file);
            walk(&broken);
        }
    }
}
