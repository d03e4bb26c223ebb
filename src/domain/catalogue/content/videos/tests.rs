//! Files as encoders write them, and as nobody should.

use super::*;
use proptest::prelude::*;

/// Examines a file, of which `read` gives bytes. Returns what it is, and how often it was read.
fn examined(size: u64, read: impl Fn(u64, u64) -> Vec<u8>) -> (VideoState, usize) {
    let mut seen = SeenBytes::of(size);
    for looks in 0.. {
        match examine(&seen) {
            Ok(state) => return (state, looks),
            Err(MissingBytes { at, length }) => {
                assert!(length > 0 && at + length <= size && looks < MOST_LOOKS, "{at} {length} {looks}");
                seen.see(at, read(at, length));
            }
        }
    }
    unreachable!("it ends")
}

fn state(bytes: &[u8]) -> VideoState {
    let part = |at: u64, length: u64| bytes[at as usize..(at + length) as usize].to_vec();
    examined(bytes.len() as u64, part).0
}

/// What is said of the picture, the sound, the length in milliseconds, the size and the index.
type Told = (PictureCodec, Option<SoundCodec>, Option<i64>, (u32, u32), bool);

fn told(bytes: &[u8]) -> Told {
    let VideoState::Plays(video) = state(bytes) else { panic!("{:?}", state(bytes)) };
    let length = video.length.map(|length| length.0);
    (video.picture, video.sound, length, (video.width, video.height), video.indexed)
}

fn why(bytes: &[u8]) -> VideoRefusal {
    let VideoState::Refused(why) = state(bytes) else { panic!("{:?}", state(bytes)) };
    why
}

fn codec(container: VideoContainer, codec: &str) -> VideoRefusal {
    VideoRefusal::Codec { container, codec: codec.into() }
}

// MP4.

fn atom(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    [&(body.len() as u32 + 8).to_be_bytes()[..], name, &body[..]].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn track(kind: &[u8; 4], entry: &[u8]) -> Vec<u8> {
    let handler = atom(b"hdlr", &[&words(&[0, 0]), kind, &[0; 13]]);
    let table = atom(b"stbl", &[&atom(b"stts", &[&[0; 8]]), &atom(b"stsd", &[&words(&[0, 1]), entry])]);
    let info = atom(b"minf", &[&atom(b"vmhd", &[&[0; 12]]), &table]);
    let media = atom(b"mdia", &[&atom(b"mdhd", &[&[0; 24]]), &handler, &info]);
    atom(b"trak", &[&atom(b"tkhd", &[&[0; 84]]), &media])
}

fn shown(name: &[u8; 4], more: &[u8]) -> Vec<u8> {
    let before = [&[0; 24][..], &1280_u16.to_be_bytes(), &720_u16.to_be_bytes(), &[0; 50]].concat();
    track(b"vide", &atom(name, &[&before, more]))
}

fn h264(profile: u8) -> Vec<u8> {
    shown(b"avc1", &atom(b"avcC", &[&[1, profile, 0, 31]]))
}

fn heard(name: &[u8; 4], more: &[u8]) -> Vec<u8> {
    track(b"soun", &atom(name, &[&[0; 28], more]))
}

/// With lengths of one byte, or of four as some write them.
fn mpeg4(object_type: u8, long: bool) -> Vec<u8> {
    let length: &[u8] = if long { &[0x80, 0x80, 0x80, 25] } else { &[25] };
    let setup = [&[0, 0, 0, 0, 3][..], length, &[0, 1, 0, 4], length, &[object_type], &[0; 12]].concat();
    heard(b"mp4a", &atom(b"esds", &[&setup]))
}

fn kind_box() -> Vec<u8> {
    atom(b"ftyp", &[b"isom\0\0\x02\0isomavc1"])
}

/// 12.5 s.
fn movie(tracks: &[&[u8]]) -> Vec<u8> {
    let head = atom(b"mvhd", &[&words(&[0, 0, 0, 600, 7500]), &[0; 80]]);
    atom(b"moov", &[&head, &tracks.concat()])
}

fn mp4(tracks: &[&[u8]]) -> Vec<u8> {
    [kind_box(), movie(tracks), atom(b"mdat", &[&[7; 500]])].concat()
}

// WebM.

fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes();
    let id = &id[id.iter().take_while(|byte| **byte == 0).count()..];
    [id, &(1_u64 << 56 | body.len() as u64).to_be_bytes(), body].concat()
}

fn ebml(doc_type: &[u8]) -> Vec<u8> {
    element(0x1A45_DFA3, &[element(0x4286, &[1]), element(0x4282, doc_type)].concat())
}

fn webm_track(kind: u8, codec: &[u8]) -> Vec<u8> {
    let size = element(0xE0, &[element(0xB0, &[2, 128]), element(0xBA, &[1, 104])].concat());
    element(0xAE, &[element(0xD7, &[kind]), element(0x83, &[kind]), element(0x86, codec), size].concat())
}

/// `duration` in milliseconds.
fn info(duration: Option<f64>) -> Vec<u8> {
    let duration = duration.map(|ms| element(0x4489, &ms.to_be_bytes())).unwrap_or_default();
    element(0x1549_A966, &[element(0x002A_D7B1, &[0x0f, 0x42, 0x40]), duration].concat())
}

fn tracks(codecs: &[(u8, &[u8])]) -> Vec<u8> {
    let tracks: Vec<_> = codecs.iter().flat_map(|(kind, codec)| webm_track(*kind, codec)).collect();
    element(0x1654_AE6B, &tracks)
}

fn webm(codecs: &[(u8, &[u8])]) -> Vec<u8> {
    let cues = element(0x1C53_BB6B, &[0; 30]);
    let parts = [info(Some(7_250.4)), tracks(codecs), cues, element(0x1F43_B675, &[0; 300])].concat();
    [ebml(b"webm"), element(0x1853_8067, &parts)].concat()
}

/// As a browser records it: nothing says where it ends, nor how long it lasts.
fn recorded() -> Vec<u8> {
    let endless = [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    let parts = [info(None), tracks(&[(2, b"A_OPUS"), (1, b"V_VP9")])].concat();
    let cluster = [&0x1F43_B675_u32.to_be_bytes()[..], &endless, &[0; 200]].concat();
    [&ebml(b"webm\0\0")[..], &0x1853_8067_u32.to_be_bytes(), &endless, &parts[..], &cluster[..]].concat()
}

/// With its index behind the pictures, to which a directory leads, or seems to.
fn directed(astray: u64) -> Vec<u8> {
    let parts = [info(Some(1_000.0)), tracks(&[(1, b"V_AV1")]), element(0x1F43_B675, &[0; 90_000])].concat();
    let directory = |place: u64| {
        let seek = [element(0x53AB, &0x1C53_BB6B_u32.to_be_bytes()), element(0x53AC, &place.to_be_bytes())];
        element(0x114D_9B74, &element(0x4DBB, &seek.concat()))
    };
    let place = (directory(0).len() + parts.len()) as u64 + astray;
    let body = [directory(place), parts, element(0x1C53_BB6B, &[0; 30])].concat();
    [ebml(b"webm"), element(0x1853_8067, &body)].concat()
}

#[test]
fn what_browsers_play_is_taken() {
    use PictureCodec::{Av1, H264, Vp8, Vp9};
    use SoundCodec::{Aac, Opus, Vorbis};
    let (film, tone) = (h264(100), mpeg4(0x40, false));
    let last = [kind_box(), atom(b"mdat", &[&[7; 70_000]]), movie(&[&film, &tone])].concat();
    let large = [&words(&[1])[..], b"mdat", &80_016_u64.to_be_bytes(), &[7; 80_000]].concat();
    let large = [kind_box(), atom(b"free", &[]), large, movie(&[&film])].concat();
    let (hd, small) = ((1280, 720), (640, 360));
    for (name, file, want) in [
        ("in front", mp4(&[&film, &tone]), (H264, Some(Aac), Some(12_500), hd, true)),
        ("behind", last, (H264, Some(Aac), Some(12_500), hd, true)),
        ("of 64 bits", large, (H264, None, Some(12_500), hd, true)),
        ("long lengths", mp4(&[&mpeg4(0x40, true), &film]), (H264, Some(Aac), Some(12_500), hd, true)),
        ("a further track", mp4(&[&track(b"meta", &[]), &film]), (H264, None, Some(12_500), hd, true)),
        (
            "AV1",
            mp4(&[&shown(b"av01", &[]), &heard(b"Opus", &[])]),
            (Av1, Some(Opus), Some(12_500), hd, true),
        ),
        ("VP8", webm(&[(1, b"V_VP8"), (2, b"A_VORBIS")]), (Vp8, Some(Vorbis), Some(7_250), small, true)),
        ("recorded", recorded(), (Vp9, Some(Opus), None, small, false)),
        ("directed", directed(0), (Av1, None, Some(1_000), small, true)),
        ("astray", directed(1), (Av1, None, Some(1_000), small, false)),
        ("far astray", directed(1 << 60), (Av1, None, Some(1_000), small, false)),
    ] {
        assert_eq!(told(&file), want, "{name}");
    }
}

#[test]
fn fragments_say_their_length_and_have_an_index_or_none() {
    let movie = |until: &[u8]| {
        let head = atom(b"mvhd", &[&words(&[0, 0, 0, 1000, 0]), &[0; 80]]);
        atom(b"moov", &[&head, &h264(77), &atom(b"mvex", &[until])])
    };
    let until = atom(b"mehd", &[&words(&[0, 4_200])]);
    let fragment = [atom(b"moof", &[&[0; 60]]), atom(b"mdat", &[&[0; 90]])].concat();
    let end = atom(b"mfra", &[&atom(b"mfro", &[&words(&[0, 24])])]);
    let index = atom(b"sidx", &[&[0; 40]]);
    for (parts, length, indexed) in [
        ([movie(&until), index, fragment.clone()], Some(4_200), true),
        ([movie(&until), fragment.clone(), end], Some(4_200), true),
        ([movie(&[]), fragment.clone(), fragment], None, false),
    ] {
        let told = told(&[kind_box(), parts.concat()].concat());
        assert_eq!((told.2, told.4), (length, indexed));
    }
}

#[test]
fn what_is_refused_is_named() {
    use VideoContainer::{Mp4, WebM};
    let old = atom(b"ftyp", &[b"qt  \0\0\x02\0qt  "]);
    for (file, want) in [
        (mp4(&[&shown(b"hvc1", &[])]), codec(Mp4, "H.265 (HEVC)")),
        (mp4(&[&shown(b"vp09", &[])]), codec(Mp4, "VP9")),
        (mp4(&[&shown(b"x\"<\0", &[])]), codec(Mp4, "x\"<")),
        (mp4(&[&h264(110)]), codec(Mp4, "H.264 (High 10)")),
        (mp4(&[&h264(100), &heard(b"ac-3", &[])]), codec(Mp4, "AC-3")),
        (mp4(&[&h264(100), &mpeg4(0x6b, true)]), codec(Mp4, "MP3")),
        (mp4(&[&mpeg4(0x40, false)]), VideoRefusal::NoPicture),
        (mp4(&[&shown(b"avc1", &[])]), VideoRefusal::Broken),
        ([old, movie(&[&h264(100)])].concat(), kind("QuickTime")),
        ([kind_box(), atom(b"mdat", &[&[0; 90]])].concat(), VideoRefusal::Broken),
        (webm(&[(1, b"V_MPEG4/ISO/AVC")]), codec(WebM, "H.264")),
        (webm(&[(1, b"V_VP8"), (2, b"A_AAC")]), codec(WebM, "AAC")),
        (webm(&[(2, b"A_OPUS")]), VideoRefusal::NoPicture),
        ([ebml(b"matroska"), webm(&[])].concat(), kind("Matroska (MKV)")),
        ([ebml(b"webm"), ebml(b"webm")].concat(), VideoRefusal::Broken),
        (b"RIFF\x20\x20\x20\x20AVI LIST".to_vec(), kind("AVI")),
        (b"0123456789abcdef".to_vec(), VideoRefusal::Unknown),
        (b"x".to_vec(), VideoRefusal::Unknown),
        (vec![], VideoRefusal::Unknown),
    ] {
        assert_eq!(why(&file), want);
    }
}

#[test]
fn what_is_cut_is_no_video() {
    for file in [mp4(&[&h264(100), &mpeg4(0x40, false)]), webm(&[(1, b"V_VP8"), (2, b"A_OPUS")])] {
        for length in 0..file.len() {
            let state = state(&file[..length]);
            // What lies behind the head of a movie is not looked at.
            let headless = length < file.len() - 508 || file.starts_with(&[0x1a]);
            assert!(!headless || matches!(state, VideoState::Refused(_)), "{length}: {state:?}");
        }
    }
}

/// However large a file claims to be, and whatever repeats in it.
#[test]
fn a_hostile_file_ends_soon() {
    let size = 1 << 50;
    let head = kind_box();
    for pattern in [
        // Boxes, and elements, without anything in them.
        &b"\0\0\0\x08free"[..],
        b"\0\0\0\x08moov",
        // One in the other, to the end of the file.
        b"\0\0\0\0moov",
        b"\0\0\0\x01free\0\0\0\0\0\x01\0\0",
        b"\xec\x80",
        b"\xff\xff\xff\xff",
        b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff",
        &[0; 3],
    ] {
        for head in [&head[..], &ebml(b"webm")[..], &[]] {
            let read = |at: u64, length: u64| {
                let byte = |at: u64| match head.get(at as usize) {
                    Some(byte) => *byte,
                    None => pattern[((at - head.len() as u64) % pattern.len() as u64) as usize],
                };
                (at..at + length).map(byte).collect()
            };
            let (state, looks) = examined(size, read);
            assert!(looks <= MOST_LOOKS && matches!(state, VideoState::Refused(_)), "{pattern:?}: {state:?}");
        }
    }
}

#[test]
fn a_title_is_the_name_without_its_ending() {
    for (name, want) in [
        ("The long night.mp4", Ok("The long night")),
        ("night.final.WEBM", Ok("night.final")),
        ("Where to begin? 1:1", Ok("Where to begin? 1:1")),
        ("notes.txt", Ok("notes.txt")),
        (".mp4", Err(TextError::Empty)),
        (" ", Err(TextError::Empty)),
    ] {
        assert_eq!(title(name).as_deref(), want.as_ref().copied(), "{name}");
    }
}

#[test]
fn a_length_is_one_that_people_believe() {
    for (ticks, scale, want) in [
        (7500, 600, Some(12_500)),
        (1, 1000, Some(1)),
        (1, 1001, None),
        (5, 0, None),
        (30 * 86_400, 1, Some(2_592_000_000)),
        (30 * 86_400 + 1, 1, None),
        (u64::MAX, 1, None),
    ] {
        assert_eq!(lasts(ticks, scale).map(|length| length.0), want, "{ticks}/{scale}");
    }
}

#[test]
fn a_state_is_stored_as_it_is_read() {
    let refused = codec(VideoContainer::Mp4, "H.265 (HEVC)");
    for (state, text) in [
        (VideoState::Waits, r#""waits""#),
        (VideoState::Refused(VideoRefusal::Broken), r#"{"refused":"broken"}"#),
        (VideoState::Refused(refused), r#"{"refused":{"codec":{"container":"mp4","codec":"H.265 (HEVC)"}}}"#),
    ] {
        assert_eq!(serde_json::to_string(&state).expect("JSON"), text);
        assert_eq!(serde_json::from_str::<VideoState>(text).expect("a state"), state);
    }
}

proptest! {
    /// A few bytes of a good file are others.
    #[test]
    fn a_damaged_file_ends_in_words(which in 0..4_usize, damage in prop::collection::vec((any::<usize>(), any::<u8>()), 1..6)) {
        let mut file = match which {
            0 => mp4(&[&h264(100), &mpeg4(0x40, false)]),
            1 => webm(&[(1, b"V_VP8"), (2, b"A_OPUS")]),
            2 => recorded(),
            _ => directed(0),
        };
        for (at, byte) in damage {
            let at = at % file.len().min(700);
            file[at] = byte;
        }
        let read = |at: u64, length: u64| file[at as usize..(at + length) as usize].to_vec();
        let (_, looks) = examined(file.len() as u64, read);
        prop_assert!(looks <= MOST_LOOKS);
    }
}
