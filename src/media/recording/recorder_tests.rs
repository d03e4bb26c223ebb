use super::{
    super::{
        frames::tests::card,
        segment::{Block, cluster},
        tap::TappedPacket,
        webm::{AUDIO, Cue, VIDEO, head},
    },
    *,
};
use proptest::prelude::*;

fn folder() -> PathBuf {
    let name = format!("recorder-{}-{}", std::process::id(), RoomId::new());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn config(folder: &Path) -> RecorderConfig {
    RecorderConfig { folder: folder.into(), first: 0, offset: 0 }
}

fn frame(track: TrackKind, at: i64, key: bool, tag: u32) -> RecordedFrame {
    RecordedFrame { track, at, key, data: tag.to_be_bytes().to_vec() }
}

/// The bytes of all segments, one after the other.
fn written(folder: &Path) -> Vec<Vec<u8>> {
    segment_files(folder).unwrap().iter().map(|(_, path)| fs::read(path).unwrap()).collect()
}

fn blocks(bytes: &[u8]) -> Vec<Block<'_>> {
    let (mut all, mut rest) = (vec![], bytes);
    while !rest.is_empty() {
        let (blocks, after) = cluster(rest).expect("a whole cluster");
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
    ) {
        let folder = folder();
        let mut writer = SegmentWriter::new(config(&folder));
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
        let blocks = blocks(&bytes);
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
            let facts = facts(&file).unwrap();
            prop_assert_eq!(facts.bytes, file.len());
        }
    }
}

/// The test card in a file that was cut at each byte of its last cluster: what was whole is left.
#[test]
fn a_file_that_was_cut_anywhere_loses_its_last_cluster_alone() {
    let (folder, start) = (folder(), Instant::now());
    let (mut frames, mut writer) = (Frames::new(0, start), SegmentWriter::new(config(&folder)));
    for packet in card(start, 3) {
        frames.push(packet).into_iter().for_each(|frame| writer.add(frame).unwrap());
    }
    writer.finish().unwrap();
    let whole = written(&folder).concat();
    fs::remove_dir_all(&folder).unwrap();
    let mut clusters = vec![];
    let mut rest = &whole[..];
    while let Some((_, after)) = cluster(rest) {
        clusters.push(whole.len() - after.len());
        rest = after;
    }
    let before = clusters[clusters.len() - 2];
    assert!(clusters.len() >= 2 && rest.is_empty());
    for cut in before..whole.len() {
        assert_eq!(facts(&whole[..cut]).unwrap().bytes, before, "cut at {cut}");
    }
    assert_eq!(facts(&whole[..clusters[0] - 1]), None);
    // Zeros, as a file system leaves them, are no cluster.
    let zeros = [&whole[..before], &vec![0; 5000]].concat();
    assert_eq!(facts(&zeros).unwrap().bytes, before);
}

#[test]
fn what_a_crash_left_becomes_a_segment() {
    let folder = folder();
    let mut writer = SegmentWriter::new(config(&folder));
    for n in 0..200 {
        writer.add(frame(TrackKind::Video, n * 40, n % 25 == 0, n as u32)).unwrap();
    }
    drop(writer);
    let part = files_of(&folder, "part").unwrap();
    assert_eq!(part.len(), 1);
    let mut bytes = fs::read(&part[0].1).unwrap();
    let whole = bytes.len();
    bytes.extend(webm::cluster(9000, &[frame(TrackKind::Audio, 9000, true, 9)]).split_last().unwrap().1);
    fs::write(&part[0].1, bytes).unwrap();
    fs::write(folder.join("00000099.part"), [0; 10]).unwrap();
    recover(&folder).unwrap();
    assert_eq!(files_of(&folder, "part").unwrap(), []);
    assert_eq!(fs::metadata(folder.join("00000001.webm")).unwrap().len(), whole as u64);
    assert!(!folder.join("00000099.webm").exists());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn segments_begin_with_keyframes_and_the_index_names_them() {
    let folder = folder();
    let mut writer = SegmentWriter::new(config(&folder));
    for n in 0..1000 {
        writer.add(frame(TrackKind::Audio, n * 20, true, 0)).unwrap();
        if n % 2 == 0 && !(300..700).contains(&n) {
            writer.add(frame(TrackKind::Video, n * 20, n % 50 == 0, 1)).unwrap();
        }
    }
    writer.finish().unwrap();
    let files = written(&folder);
    fs::remove_dir_all(&folder).unwrap();
    let facts: Vec<SegmentFacts> = files.iter().map(|file| facts(file).unwrap()).collect();
    let begins: Vec<(i64, bool)> = facts.iter().map(|facts| (facts.begins, facts.key)).collect();
    assert_eq!(begins, [(0, true), (4000, true), (14_000, true), (18_000, true)]);
    let mut position = 0;
    let mut cues = vec![];
    for facts in &facts {
        cues.push(Cue { at: facts.begins, position });
        position += facts.bytes as u64;
    }
    let whole = [head((640, 360), 20_000, &cues, position), files.concat()].concat();
    // The segment's body begins after its id and length, and each cue names the begin of a cluster in it.
    let segment = whole.windows(4).position(|bytes| bytes == [0x18, 0x53, 0x80, 0x67]).unwrap() + 12;
    let length = u64::from_be_bytes(whole[segment - 8..segment].try_into().unwrap()) & ((1 << 56) - 1);
    assert_eq!(segment as u64 + length, whole.len() as u64);
    let first = whole.len() - position as usize;
    for cue in cues {
        let at = first + cue.position as usize;
        let (blocks, _) = cluster(&whole[at..]).unwrap();
        assert_eq!(blocks[0].at, cue.at);
        let named = (at - segment) as u64;
        assert!(whole[..first].windows(8).any(|bytes| bytes == named.to_be_bytes()), "the index names it");
    }
}

/// What came before a picture that cannot be written is kept, and the report says why it ends.
#[test]
fn a_codec_that_is_not_written_ends_a_recording_with_its_reason() {
    let (folder, taps, room) = (folder(), Arc::new(Taps::default()), RoomId::new());
    let recorder = Recorder::start(&taps, room, config(&folder)).unwrap();
    let packets = card(Instant::now(), 2);
    let foreign = TappedPacket { codec: Codec::H264, ..packets[0].clone() };
    for packet in packets.into_iter().chain([foreign]) {
        taps.offer(room, || packet);
    }
    while recorder.report().failed.is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(recorder.finish().failed, Some(RecorderFailure::Codec(Codec::H264)));
    let whole = written(&folder).concat();
    fs::remove_dir_all(&folder).unwrap();
    assert!(facts(&whole).is_some_and(|facts| facts.bytes == whole.len()), "what came before is left");
}
