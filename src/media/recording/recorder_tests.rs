use super::{
    super::{
        codecs::packets::payloads,
        container::{AUDIO, Block, Container, Cue, VIDEO, head, live_head},
        files::{files_of, recover, segment_files},
        frames::{RecordedFrame, tests::card},
        segment::{SegmentFacts, facts},
        tap::TappedPacket,
    },
    *,
};
use domain::live::recording::Picture;
use proptest::prelude::*;
use std::{path::Path, process::Command};

fn folder() -> PathBuf {
    let name = format!("recorder-{}-{}", std::process::id(), RoomId::new());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn config(folder: &Path) -> RecorderConfig {
    RecorderConfig { folder: folder.into(), first: 0, offset: 0, codec: None }
}

fn writer(folder: &Path, codec: Codec) -> SegmentWriter {
    SegmentWriter::new(RecorderConfig { codec: Some(codec), ..config(folder) })
}

/// One of each container.
const BOTH: [Codec; 2] = [Codec::Vp8, Codec::H264];

fn frame(track: TrackKind, at: i64, key: bool, tag: u32) -> RecordedFrame {
    RecordedFrame { track, at, key, data: tag.to_be_bytes().to_vec() }
}

/// The bytes of all segments, one after the other.
fn written(folder: &Path) -> Vec<Vec<u8>> {
    segment_files(folder).unwrap().iter().map(|file| fs::read(&file.path).unwrap()).collect()
}

fn blocks(codec: Codec, bytes: &[u8]) -> Vec<Block<'_>> {
    let (mut all, mut rest) = (vec![], bytes);
    while !rest.is_empty() {
        let (blocks, after) = Container::of(codec).read(rest).expect("a whole cluster");
        all.extend(blocks);
        rest = after;
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever is recorded: each frame once, moments that never go back, and gaps as long as they were.
    #[test]
    fn what_was_written_is_read_back(
        steps in proptest::collection::vec((any::<bool>(), -80_i64..400, 0_u8..8), 1..300),
        gap in (0_usize..300, 0_i64..60_000),
        codec in prop::sample::select(&BOTH[..]),
    ) {
        let folder = folder();
        let mut writer = writer(&folder, codec);
        let (mut at, mut frames) = (500_i64, vec![]);
        for (nth, (video, step, key)) in steps.into_iter().enumerate() {
            at = (at + step + if nth == gap.0 { gap.1 } else { 0 }).max(0);
            let track = if video { TrackKind::Video } else { TrackKind::Audio };
            frames.push(frame(track, at, !video || key == 0, nth as u32));
        }
        for one in &frames {
            writer.add(one.clone()).unwrap();
        }
        writer.finish().unwrap();
        let files = written(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let bytes = files.concat();
        let blocks = blocks(codec, &bytes);
        prop_assert_eq!(blocks.len(), frames.len());
        let mut seen = vec![false; frames.len()];
        for block in &blocks {
            let tag = u32::from_be_bytes(block.data.try_into().unwrap()) as usize;
            let wanted = &frames[tag];
            prop_assert!(!std::mem::replace(&mut seen[tag], true), "twice");
            let track = if wanted.track == TrackKind::Video { VIDEO } else { AUDIO };
            prop_assert_eq!((block.track, block.key), (track, wanted.key));
            // What came late is later, never earlier; it came at most so late.
            prop_assert!(block.at >= wanted.at && block.at - wanted.at <= 80 * 300, "{} for {}", block.at, wanted.at);
        }
        prop_assert!(blocks.windows(2).all(|pair| pair[0].at <= pair[1].at));
        for file in files {
            let facts = facts(codec, &file).unwrap();
            prop_assert_eq!(facts.bytes, file.len());
        }
    }
}

/// A file that was cut at each byte of its last cluster: what was whole is left.
#[test]
fn a_file_that_was_cut_anywhere_loses_its_last_cluster_alone() {
    for codec in BOTH {
        let container = Container::of(codec);
        let frame = |n: i64, track| RecordedFrame { track, at: n * 20, key: n == 0, data: vec![n as u8; 70] };
        let cluster = |from: i64| {
            let both = |n| [frame(n, TrackKind::Video), frame(n, TrackKind::Audio)];
            container.cluster(from * 20, &(from..from + 10).flat_map(both).collect::<Vec<_>>())
        };
        let clusters = [cluster(0), cluster(10), cluster(20)];
        let (before, whole) = (clusters[..2].concat().len(), clusters.concat());
        for cut in before..whole.len() {
            assert_eq!(facts(codec, &whole[..cut]).unwrap().bytes, before, "cut at {cut}");
        }
        let all = facts(codec, &whole).unwrap();
        assert_eq!((all.bytes, all.frames, all.begins, all.until), (whole.len(), 60, 0, 580));
        assert_eq!(facts(codec, &whole[..clusters[0].len() - 1]), None);
        // Zeros, as a file system leaves them, are no cluster.
        let zeros = [&whole[..before], &vec![0; 5000]].concat();
        assert_eq!(facts(codec, &zeros).unwrap().bytes, before);
    }
}

#[test]
fn what_a_crash_left_becomes_a_segment() {
    BOTH.into_iter().for_each(crash);
}

fn crash(codec: Codec) {
    let folder = folder();
    let mut writer = writer(&folder, codec);
    for n in 0..200 {
        writer.add(frame(TrackKind::Video, n * 40, n % 25 == 0, n as u32)).unwrap();
    }
    drop(writer);
    let part = files_of(&folder, true).unwrap().remove(0).part();
    let mut bytes = fs::read(&part).unwrap();
    let whole = bytes.len();
    let more = Container::of(codec).cluster(9000, &[frame(TrackKind::Audio, 9000, true, 9)]);
    bytes.extend(more.split_last().unwrap().1);
    fs::write(&part, bytes).unwrap();
    let code = codec.code();
    fs::write(folder.join(format!("00000099.{code}.part")), [0; 10]).unwrap();
    fs::write(folder.join("notes.txt"), "no segment").unwrap();
    recover(&folder).unwrap();
    assert_eq!(files_of(&folder, true).unwrap(), []);
    let left = segment_files(&folder).unwrap();
    assert_eq!(
        left.iter().map(|file| (file.number, file.codec)).collect::<Vec<_>>(),
        [(0, codec), (1, codec)]
    );
    assert_eq!(fs::metadata(&left[1].path).unwrap().len(), whole as u64);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn segments_begin_with_keyframes_and_the_index_names_them() {
    let folder = folder();
    let mut writer = writer(&folder, Codec::Vp8);
    for n in 0..1000 {
        writer.add(frame(TrackKind::Audio, n * 20, true, 0)).unwrap();
        if n % 2 == 0 && !(300..700).contains(&n) {
            writer.add(frame(TrackKind::Video, n * 20, n % 50 == 0, 1)).unwrap();
        }
    }
    writer.finish().unwrap();
    let files = written(&folder);
    fs::remove_dir_all(&folder).unwrap();
    let facts: Vec<SegmentFacts> = files.iter().map(|file| facts(Codec::Vp8, file).unwrap()).collect();
    let begins: Vec<(i64, bool)> = facts.iter().map(|facts| (facts.begins, facts.key)).collect();
    assert_eq!(begins, [(0, true), (4000, true), (14_000, true), (18_000, true)]);
    let mut position = 0;
    let mut cues = vec![];
    for facts in &facts {
        cues.push(Cue { at: facts.begins, position });
        position += facts.bytes as u64;
    }
    let whole = [head(&picture(Codec::Vp8, vec![]), 20_000, &cues, position), files.concat()].concat();
    // The segment's body begins after its id and length, and each cue names the begin of a cluster in it.
    let segment = whole.windows(4).position(|bytes| bytes == [0x18, 0x53, 0x80, 0x67]).unwrap() + 12;
    let length = u64::from_be_bytes(whole[segment - 8..segment].try_into().unwrap()) & ((1 << 56) - 1);
    assert_eq!(segment as u64 + length, whole.len() as u64);
    let first = whole.len() - position as usize;
    for cue in cues {
        let at = first + cue.position as usize;
        let (blocks, _) = Container::WebM.read(&whole[at..]).unwrap();
        assert_eq!(blocks[0].at, cue.at);
        let named = (at - segment) as u64;
        assert!(whole[..first].windows(8).any(|bytes| bytes == named.to_be_bytes()), "the index names it");
    }
}

fn picture(codec: Codec, setup: Vec<u8>) -> Picture {
    Picture { codec, size: (640, 360), setup }
}

/// In MP4 each part of the index is as long as its clusters, and all are the whole file.
#[test]
fn the_index_of_mp4_covers_the_file() {
    let cues = [Cue { at: 3000, position: 700 }, Cue { at: 8000, position: 1000 }];
    for (cues, parts) in [
        (&cues[..], vec![[700, 270_000, 0], [300, 450_000, 0x9000_0000], [9000, 180_000, 0x9000_0000_u32]]),
        (&[Cue { at: 3000, position: 0 }], vec![[10_000, 630_000, 0x9000_0000]]),
    ] {
        let head = head(&picture(Codec::H264, vec![1]), 10_000, cues, 10_000);
        let at = head.windows(4).position(|bytes| bytes == b"sidx").unwrap() + 4;
        let words: Vec<u32> =
            head[at..].chunks(4).map(|word| u32::from_be_bytes(word.try_into().unwrap())).collect();
        let begins = if parts.len() == 1 { 270_000 } else { 0 };
        assert_eq!(words[..8], [0x0100_0000, 1, 90_000, 0, begins, 0, 0, parts.len() as u32]);
        assert_eq!(words[8..], parts.concat());
    }
    let without = head(&picture(Codec::H264, vec![]), 10_000, &[], 10_000);
    assert!(!without.windows(4).any(|bytes| bytes == b"sidx" || bytes == b"avc1"), "sound alone");
}

/// What came before a picture of another codec is kept, and the report says why it ends.
#[test]
fn another_codec_ends_a_recording_with_its_reason() {
    let (folder, taps, room) = (folder(), Arc::new(Taps::default()), RoomId::new());
    let recorder = Recorder::start(&taps, room, config(&folder)).unwrap();
    let packets = card(Instant::now(), 2);
    let first = packets.iter().find(|packet| packet.track == TrackKind::Video).unwrap();
    let foreign = TappedPacket { codec: Codec::H264, ..first.clone() };
    for packet in packets.into_iter().chain([foreign]) {
        taps.offer(room, || packet, Vec::new);
    }
    while recorder.report().failed.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(recorder.finish().failed, Some(RecorderFailure::Codec(Codec::H264)));
    let whole = written(&folder).concat();
    fs::remove_dir_all(&folder).unwrap();
    let facts = facts(Codec::Vp8, &whole).unwrap();
    assert!(facts.bytes == whole.len() && facts.until > 1900, "what came before is left: {facts:?}");
}

/// So a part of a recording begins with a picture, however far keyframes are apart.
#[test]
fn a_segment_begins_with_each_keyframe_of_a_publisher_that_sends_few() {
    // In frames of 40 ms; longer than a segment waits for one.
    for apart in [251, 260, 500] {
        let folder = folder();
        let mut writer = writer(&folder, Codec::H264);
        for nth in 0..4 * apart {
            writer.add(frame(TrackKind::Video, nth * 40, nth % apart == 0, nth as u32)).unwrap();
            for at in [nth * 40, nth * 40 + 20] {
                writer.add(frame(TrackKind::Audio, at, true, 0)).unwrap();
            }
        }
        writer.finish().unwrap();
        let files = written(&folder);
        fs::remove_dir_all(&folder).unwrap();
        let keyed = files.iter().filter_map(|file| {
            let facts = facts(Codec::H264, file).unwrap();
            facts.key.then(|| blocks(Codec::H264, file).iter().find(|block| block.track == VIDEO).unwrap().at)
        });
        let keyframes: Vec<i64> = (0..4).map(|nth| nth * apart * 40).collect();
        assert_eq!(keyed.collect::<Vec<_>>(), keyframes, "{apart}");
        assert!(files.len() <= 4 * (apart as usize * 40 / 10_000 + 2), "{} files for {apart}", files.len());
    }
}

/// Sound alone, for longer than it waits for a picture.
#[test]
fn sound_that_is_written_first_takes_the_codec_that_its_publisher_has_announced() {
    let start = Instant::now();
    let sound: Vec<_> = card(start, 5).into_iter().filter(|one| one.track == TrackKind::Audio).collect();
    for (pictures, codec) in [(Some(Codec::H264), Codec::H264), (None, Codec::Vp8)] {
        let folder = folder();
        let (mut frames, mut writer) = (Frames::new(0, start), SegmentWriter::new(config(&folder)));
        for packet in &sound {
            let packet = TappedPacket { pictures, ..packet.clone() };
            assert!(writer.takes(&packet));
            frames.push(packet).into_iter().for_each(|frame| writer.add(frame).unwrap());
        }
        for (other, takes) in [(Codec::H264, codec == Codec::H264), (Codec::Vp8, codec == Codec::Vp8)] {
            let picture = TappedPacket { track: TrackKind::Video, codec: other, ..sound[0].clone() };
            assert_eq!(writer.takes(&picture), takes, "{other:?} after {pictures:?}");
        }
        finish(frames, &mut writer).unwrap();
        let codecs: Vec<_> = segment_files(&folder).unwrap().iter().map(|file| file.codec).collect();
        assert!(!codecs.is_empty() && codecs.iter().all(|one| *one == codec), "{codecs:?}");
        fs::remove_dir_all(&folder).unwrap();
    }
}

/// Frames of six seconds as an encoder makes them, with whether they are keyframes.
fn encoded(codec: Codec) -> Vec<Vec<u8>> {
    let (encoder, format): (&[&str], _) = match codec {
        Codec::H264 => (&["libx264", "-bf", "0", "-bsf:v", "h264_metadata=aud=insert"], "h264"),
        Codec::Vp9 => (&["libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"], "ivf"),
        Codec::Av1 => (&["libaom-av1", "-usage", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"], "ivf"),
        _ => (&["libvpx"], "ivf"),
    };
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=6", "-pix_fmt", "yuv420p"])
        .args(["-g", "50", "-b:v", "300k", "-c:v"])
        .args(encoder)
        .args(["-f", format, "-"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    match codec {
        Codec::H264 => access_units(&made.stdout),
        _ => crate::test_card::ivf::frames(&made.stdout)
            .unwrap()
            .into_iter()
            .map(|frame| frame.to_vec())
            .collect(),
    }
}

/// A stream with start codes, in frames of units behind their lengths. A delimiter begins each frame.
fn access_units(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut starts: Vec<usize> =
        stream.windows(3).enumerate().filter(|(_, code)| *code == [0, 0, 1]).map(|(at, _)| at + 3).collect();
    starts.push(stream.len() + 3);
    let mut frames: Vec<Vec<u8>> = vec![];
    for pair in starts.windows(2) {
        let unit = &stream[pair[0]..pair[1] - 3];
        let unit = unit.strip_suffix(&[0]).unwrap_or(unit);
        if unit[0] & 0x1f == 9 {
            frames.push(vec![]);
        }
        let frame = frames.last_mut().unwrap();
        frame.extend((unit.len() as u32).to_be_bytes());
        frame.extend(unit);
    }
    frames
}

/// These frames beside the sound of the test card, in packets, from a moment on.
fn show(codec: Codec, frames: &[Vec<u8>], start: Instant) -> Vec<TappedPacket> {
    let mut packets: Vec<_> =
        card(start, 6).into_iter().filter(|packet| packet.track == TrackKind::Audio).collect();
    let mut seq = 0;
    for (nth, frame) in frames.iter().enumerate() {
        let payloads = payloads(codec, frame, nth % 50 == 0);
        let last = payloads.len() - 1;
        for (at, payload) in payloads.into_iter().enumerate() {
            let (payload, marker) = (payload.into(), at == last);
            let (ts, at) = (nth as u32 * 3600, start + Duration::from_millis(nth as u64 * 40));
            packets.push(TappedPacket {
                track: TrackKind::Video,
                codec,
                pictures: Some(codec),
                run: 1,
                seq,
                ts,
                marker,
                at,
                payload,
            });
            seq += 1;
        }
    }
    packets.sort_by_key(|packet| packet.at);
    packets
}

/// What ffmpeg says against a file, and what ffprobe finds in it.
fn examined(file: &Path) -> (String, String) {
    let run = |tool: &str, before: &[&str], after: &[&str]| {
        let done = Command::new(tool).args(before).arg(file).args(after).output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        String::from_utf8_lossy(&said).into_owned()
    };
    let entries = "format=duration:stream=codec_name,width,height,nb_read_frames";
    (
        run("ffmpeg", &["-v", "error", "-i"], &["-f", "null", "-"]),
        run(
            "ffprobe",
            &["-v", "error", "-count_frames", "-show_entries", entries, "-of", "compact=p=0"],
            &[],
        ),
    )
}

#[test]
#[ignore = "needs ffmpeg, which tests/run installs"]
fn recordings_of_each_codec_are_decoded_without_a_complaint() {
    for codec in Codec::VIDEO {
        let (folder, start) = (folder(), Instant::now());
        let (mut frames, mut writer) = (Frames::new(0, start), writer(&folder, codec));
        for packet in show(codec, &encoded(codec), start) {
            frames.push(packet).into_iter().for_each(|frame| writer.add(frame).unwrap());
        }
        finish(frames, &mut writer).unwrap();
        let files = written(&folder);
        let facts: Vec<SegmentFacts> = files.iter().map(|file| facts(codec, file).unwrap()).collect();
        assert_eq!(facts.iter().map(|facts| facts.begins).collect::<Vec<_>>(), [0, 4000], "{codec:?}");
        assert!(
            facts.iter().all(|facts| facts.key && facts.size == Some((320, 180))),
            "{codec:?}: {facts:?}"
        );
        let (mut cues, mut bytes) = (vec![], 0);
        for facts in &facts {
            cues.push(Cue { at: facts.begins, position: bytes });
            bytes += facts.bytes as u64;
        }
        let picture = Picture { codec, size: (320, 180), setup: facts[0].setup.clone() };
        let until = facts.last().unwrap().until;
        let file = folder.join("whole");
        fs::write(&file, [head(&picture, until, &cues, bytes), files.concat()].concat()).unwrap();
        let (complaints, found) = examined(&file);
        assert_eq!(complaints, "", "{codec:?}");
        let name = format!("codec_name={}|width=320|height=180|", codec.code());
        assert!(found.contains(&name) && found.contains("nb_read_frames=150"), "{codec:?}: {found}");
        assert!(
            found.contains("codec_name=opus|") && found.contains("nb_read_frames=300"),
            "{codec:?}: {found}"
        );
        let told = found.split("duration=").nth(1).and_then(|text| text.trim().parse::<f64>().ok()).unwrap();
        assert!((told - 6.0).abs() < 0.2, "{codec:?}: {told} s");
        // While it is on air, a player begins with the second segment.
        fs::write(&file, [live_head(&picture), files[1..].concat()].concat()).unwrap();
        let (complaints, found) = examined(&file);
        assert!(complaints.is_empty() && found.contains(&name), "{codec:?}: {complaints} {found}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
