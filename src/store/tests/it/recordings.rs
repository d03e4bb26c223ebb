//! The rows of recordings: begun once, grown in order, shown while they are kept, and doomed with what held them.

use crate::database::*;
use domain::{
    error::StoreError,
    id::{ExperienceId, StreamId},
    live::{
        media::Codec,
        recording::{NewSegment, Recorded, RecordingState, StopReason, outside::BYTES_PER_MS},
        store::StreamStore,
        stream::{LONGEST, Stream, StreamCommand, decide},
    },
    time::{Millis, Span},
};

pub fn new(number: i64, bytes: i64) -> NewSegment {
    let begins = Span(number * 4000);
    NewSegment {
        number,
        begins,
        until: Span(begins.0 + 3960),
        keyed: number != 1,
        size: Some((640, 360)),
        setup: vec![0x81, number as u8],
        codec: Codec::Av1,
        bytes,
    }
}

impl TestDatabase {
    async fn step(&self, stream: StreamId, command: StreamCommand) -> Stream {
        let row = self.store.streams().by_id(stream).await.unwrap();
        let change = decide(&row, command, true, NOW).unwrap().unwrap();
        StreamStore::change(&self.store, change, None, NOW).await.unwrap();
        self.store.streams().by_id(stream).await.unwrap()
    }

    /// A stream on air that is recorded.
    pub async fn on_air(&self) -> (ExperienceId, Stream) {
        let (_, experience, stream) = self.stage().await;
        assert!(self.change(async |tx| tx.record_stream(stream.id, Recorded::On).await).await.unwrap());
        self.step(stream.id, StreamCommand::Rehearse).await;
        (experience.id, self.step(stream.id, StreamCommand::GoLive).await)
    }

    async fn doomed_recordings(&self, now: Millis) -> Vec<StreamId> {
        let doomed = self.store.recordings().doomed(now, 9).await.unwrap();
        doomed.into_iter().map(|recording| recording.stream).collect()
    }
}

#[tokio::test]
async fn a_recording_begins_with_its_show_and_grows_in_order() {
    on_each(async |db| {
        let recordings = db.store.recordings();
        let (_, _, planned) = db.stage().await;
        recordings.begin_awaited(NOW).await.unwrap();
        assert_eq!(recordings.running().await.unwrap(), [], "nobody asked for it");
        db.change(async |tx| tx.record_stream(planned.id, Recorded::On).await).await.unwrap();
        recordings.begin_awaited(NOW).await.unwrap();
        assert_eq!(recordings.running().await.unwrap(), [], "it is not on air");
        db.step(planned.id, StreamCommand::Rehearse).await;
        let live = db.step(planned.id, StreamCommand::GoLive).await;
        for _ in 0..2 {
            recordings.begin_awaited(NOW).await.unwrap();
        }
        let running = recordings.running().await.unwrap();
        assert_eq!(running.len(), 1);
        assert_eq!((running[0].0.stream, running[0].0.began_at), (live.id, NOW));
        assert_eq!(running[0].1.as_ref().unwrap().recorded, Recorded::On);

        for (segment, kept) in [
            (new(1, 10), false),
            (new(0, 100), true),
            (new(0, 100), false),
            (new(1, 50), true),
            (new(2, 7), true),
        ] {
            assert_eq!(recordings.keep(live.id, &segment).await.unwrap(), kept, "{segment:?}");
        }
        let recording = recordings.of_stream(live.id).await.unwrap();
        assert_eq!((recording.segments, recording.bytes, recording.length), (3, 157, Span(11_960)));
        assert_eq!((recording.width, recording.height), (640, 360));
        assert_eq!(
            (recording.codec, &recording.setup[..]),
            (Codec::Av1, &[0x81, 0][..]),
            "of the first picture"
        );
        let positions: Vec<i64> =
            recordings.segments(live.id).await.unwrap().iter().map(|segment| segment.position).collect();
        assert_eq!(positions, [0, 100, 150]);
        for (byte, number) in [(0, 0), (99, 0), (100, 1), (149, 1), (150, 2), (156, 2)] {
            assert_eq!(recordings.segment_at(live.id, byte).await.unwrap().number, number, "byte {byte}");
        }
        assert!(matches!(recordings.segment_at(live.id, 157).await, Err(StoreError::NotFound)));
        for (moment, number) in [(0, 0), (3999, 0), (5000, 0), (8000, 2), (99_000, 2)] {
            assert_eq!(recordings.keyed_at(live.id, Span(moment)).await.unwrap(), Some(number), "{moment}");
        }
        assert_eq!(recordings.segments_from(live.id, 1).await.unwrap().len(), 2);
        assert_eq!(recordings.used(live.space, NOW + Span::days(1)).await.unwrap(), 157);
    })
    .await;
}

#[tokio::test]
async fn what_comes_behind_an_unreadable_segment_is_kept() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let recordings = db.store.recordings();
        recordings.begin_awaited(NOW).await.unwrap();
        assert!(recordings.keep(stream.id, &new(0, 100)).await.unwrap());
        for number in [0, 2, 1, 1] {
            recordings.pass_over(stream.id, number).await.unwrap();
        }
        assert!(!recordings.keep(stream.id, &new(1, 50)).await.unwrap(), "it was passed over");
        assert!(recordings.keep(stream.id, &new(2, 7)).await.unwrap());
        let kept = recordings.segments(stream.id).await.unwrap();
        let places: Vec<_> = kept.iter().map(|segment| (segment.number, segment.position)).collect();
        assert_eq!(places, [(0, 0), (2, 100)]);
        assert_eq!(recordings.of_stream(stream.id).await.unwrap().bytes, 107);
    })
    .await;
}

#[tokio::test]
async fn a_stopped_recording_says_why_until_the_host_asks_again() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let recorded = async || db.store.streams().by_id(stream.id).await.unwrap().recorded;
        for why in StopReason::ALL {
            db.store.recordings().stop(stream.id, why).await.unwrap();
            assert_eq!(recorded().await, Recorded::Stopped(why));
            db.store.recordings().stop(stream.id, StopReason::Disk).await.unwrap();
            assert_eq!(recorded().await, Recorded::Stopped(why), "the first reason stays");
            db.change(async |tx| tx.record_stream(stream.id, Recorded::On).await).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn what_an_outside_plane_records_is_begun_again_until_its_file_is_counted() {
    on_each(async |db| {
        let (_, stream) = db.on_air().await;
        let (id, recordings) = (stream.id, db.store.recordings());
        let wish = async |from, to| recordings.follow_wish(id, from, to).await.unwrap();
        assert!(!wish(Recorded::Asked, Recorded::Elsewhere).await, "nobody was asked");
        assert!(
            wish(Recorded::On, Recorded::Asked).await && wish(Recorded::Asked, Recorded::Elsewhere).await
        );
        let row = db.store.streams().by_id(id).await.unwrap();
        assert_eq!((row.recorded, row.version), (Recorded::Elsewhere, stream.version + 2));
        recordings.begin_awaited(NOW).await.unwrap();
        for (name, at) in [("EG_1", NOW), ("EG_2", NOW + Span::secs(9))] {
            recordings.begin_outside(id, name, at).await.unwrap();
            let row = recordings.of_stream(id).await.unwrap();
            assert_eq!((row.outside.as_deref(), row.began_at), (Some(name), at));
            if name == "EG_1" {
                recordings.forget_outside(id).await.unwrap();
                assert_eq!(recordings.of_stream(id).await.unwrap().outside, None);
            }
        }
        // Until its file is counted, it takes what it takes at most.
        let used = async |seconds| recordings.used(stream.space, NOW + Span::secs(seconds)).await.unwrap();
        assert_eq!((used(8).await, used(9).await, used(10).await), (0, 0, 1000 * BYTES_PER_MS));
        assert_eq!(used(99 * 3600).await, LONGEST.0 * BYTES_PER_MS, "no show is longer");
        recordings.set_clock(id, NOW + Span::secs(10)).await.unwrap();
        assert!(recordings.keep(id, &new(0, 100)).await.unwrap());
        assert_eq!(used(99).await, 100);
        // From here on its file is what it is.
        recordings.forget_outside(id).await.unwrap();
        recordings.begin_outside(id, "EG_3", NOW).await.unwrap();
        recordings.set_clock(id, NOW).await.unwrap();
        let row = recordings.of_stream(id).await.unwrap();
        assert_eq!((row.outside.as_deref(), row.began_at), (Some("EG_2"), NOW + Span::secs(10)));
        recordings.stop(id, StopReason::Outside).await.unwrap();
        let row = db.store.streams().by_id(id).await.unwrap();
        assert_eq!(row.recorded, Recorded::Stopped(StopReason::Outside));
    })
    .await;
}

#[tokio::test]
async fn a_complete_recording_is_shown_while_it_is_kept() {
    on_each(async |db| {
        let (experience, stream) = db.on_air().await;
        let recordings = db.store.recordings();
        let shown = async |now| recordings.shown(experience, now).await.unwrap().len();
        recordings.begin_awaited(NOW).await.unwrap();
        recordings.keep(stream.id, &new(0, 100)).await.unwrap();
        let delete = async || db.change(async |tx| tx.delete_recording(stream.id, NOW).await).await;
        assert_eq!(shown(NOW).await, 0);
        assert!(matches!(delete().await, Err(StoreError::Conflict("recording"))));
        let until = NOW + Span::days(9);
        recordings.complete(stream.id, 20, until).await.unwrap();
        let kept = recordings.of_stream(stream.id).await.unwrap();
        assert_eq!((kept.state, kept.size(), kept.expires_at), (RecordingState::Ready, 120, Some(until)));
        assert!(!recordings.keep(stream.id, &new(1, 1)).await.unwrap(), "nothing more is added");
        assert_eq!((shown(NOW).await, shown(until).await), (1, 0));
        for hidden in [true, false] {
            db.change(async |tx| tx.hide_recording(stream.id, hidden).await).await.unwrap();
            assert_eq!(shown(NOW).await, usize::from(!hidden));
        }
        db.change(async |tx| tx.rename_recording(stream.id, "The best of it").await).await.unwrap();
        assert_eq!(recordings.list(stream.space).await.unwrap()[0].title, "The best of it");
        assert_eq!(db.doomed_recordings(NOW).await, []);
        assert_eq!(db.doomed_recordings(until).await, [stream.id]);

        delete().await.unwrap();
        assert!(matches!(delete().await, Err(StoreError::NotFound)));
        assert_eq!(db.doomed_recordings(NOW).await, [stream.id]);
        assert_eq!(recordings.used(stream.space, NOW).await.unwrap(), 120, "until its bytes are gone");
        recordings.forget(stream.id).await.unwrap();
        assert_eq!(recordings.used(stream.space, NOW).await.unwrap(), 0);
        assert_eq!(recordings.segments(stream.id).await.unwrap(), []);
        assert_eq!(db.doomed_recordings(NOW).await, []);
    })
    .await;
}
