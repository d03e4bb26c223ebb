//! Sends what is forwarded in a room to another platform, by a child process that makes H264 and AAC of it (ffmpeg). Pictures that
//! are H264 already are only passed on.
//!
//! The media thread offers packets to a bounded channel, as for a recording. A thread makes Matroska of them (`feed`) and writes it to
//! the child's input; only that thread ever waits for the child. The child speaks RTMP to a port of this machine, and what it says
//! there is carried to the destination over a connection of ours (`line`). Whatever ends first, the child, the destination, or the
//! future that runs it all, ends the rest.

mod args;
mod feed;
mod line;
mod places;
mod program;

pub use program::find_program;

use crate::recording::Taps;
use args::{SecretOptions, arguments};
use domain::{
    clock::BoxFuture,
    live::{
        media::Codec,
        restream::{
            Progress, Restream, RestreamAddress, RestreamAddressError, RestreamDestination, RestreamFailure,
            Restreamer,
        },
    },
};
use feed::{Feed, FeedStage};
use line::Hangup;
use places::Places;
use program::Program;
use std::{
    convert::Infallible,
    fs::DirBuilder,
    io,
    net::Ipv4Addr,
    os::unix::fs::DirBuilderExt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpListener,
    time::{interval, timeout},
};

/// Until a destination has said yes, less than this is sent: the handshake of RTMP has 3,073 bytes, and its commands some hundred.
const TAKEN: u64 = 8 * 1024;
/// How long a publisher may send no picture before a try has failed.
const NO_PICTURE: Duration = Duration::from_secs(60);
/// How long the child may take to connect, and a destination to take nothing although there is something, in seconds.
const PATIENCE: u32 = 20;
const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct FfmpegConfig {
    pub program: PathBuf,
    /// For files that only the child reads. What is in it is deleted.
    pub folder: PathBuf,
    /// Also sends to addresses that are not public.
    pub allows_private: bool,
    /// What is sent at a time. Each has a child. What waits for a picture has a thread alone, and is not counted: whoever sends
    /// sound alone would keep it from others.
    pub most: usize,
    /// The same for what one account has switched on.
    pub most_of_account: usize,
}

pub struct FfmpegRestreamer {
    taps: Arc<Taps>,
    config: FfmpegConfig,
    places: Places,
}

impl FfmpegRestreamer {
    pub(crate) fn new(taps: Arc<Taps>, config: FfmpegConfig) -> io::Result<Self> {
        match std::fs::remove_dir_all(&config.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => DirBuilder::new().mode(0o700).create(&config.folder)?,
        }
        Ok(Self { taps, places: Places::new(config.most, config.most_of_account), config })
    }

    /// Until it fails: what is sent has no end of its own.
    async fn try_to_send(
        &self,
        restream: &Restream,
        progress: &Progress,
    ) -> Result<Infallible, RestreamFailure> {
        let to = &restream.destination;
        let (input, output) = io::pipe().map_err(broken)?;
        let mut feed = Feed::start(&self.taps, restream.room, output).map_err(broken)?;
        // Nobody is bothered before there is a picture, and no place is taken.
        let codec = first_picture(&mut feed, NO_PICTURE).await?;
        let _place = self.places.take(restream.by)?;
        let places =
            line::find(&to.address, self.config.allows_private).await.map_err(|error| match error {
                RestreamAddressError::Private => RestreamFailure::Private,
                _ => RestreamFailure::Unknown,
            })?;
        let destination = line::connect(&to.address, &places).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(broken)?;
        let port = listener.local_addr().map_err(broken)?.port();
        let options = SecretOptions::write(&self.config.folder, to).map_err(broken)?;
        let arguments = arguments(codec, options.path(), port);
        let mut program = Program::start(&self.config.program, &arguments, input).map_err(broken)?;
        let connected = tokio::select! {
            connected = listener.accept() => connected.map_err(broken)?.0,
            why = ends_early(&mut program, &feed) => return Err(told(why, &program, to)),
        };
        // It has read them, and nobody else comes in.
        drop((options, listener));
        let sent = AtomicU64::new(0);
        let why = tokio::select! {
            hangup = line::carry(connected, destination, &sent) => match (hangup, sent.load(Ordering::Relaxed)) {
                (_, ..TAKEN) => RestreamFailure::Refused,
                (Hangup::Destination, _) => RestreamFailure::Lost,
                (Hangup::Program, _) => RestreamFailure::Broken,
            },
            why = watch_over(&feed, &sent, progress) => why,
        };
        // The child also ends when its input does.
        Err(told(change(&feed).unwrap_or(why), &program, to))
    }
}

/// The codec of the pictures, once one has come.
async fn first_picture(feed: &mut Feed, patience: Duration) -> Result<Codec, RestreamFailure> {
    let stage = timeout(patience, feed.stage.wait_for(|stage| *stage != FeedStage::Waiting)).await;
    match stage.map_err(|_| RestreamFailure::NoPicture)?.map(|stage| *stage) {
        Ok(FeedStage::Flowing(codec)) => Ok(codec),
        Ok(FeedStage::Changed) => Err(RestreamFailure::Changed),
        Ok(FeedStage::Waiting | FeedStage::Closed) | Err(_) => Err(RestreamFailure::Broken),
    }
}

fn broken(error: io::Error) -> RestreamFailure {
    tracing::warn!(%error, "a restream cannot begin");
    RestreamFailure::Broken
}

/// Logs what the program said.
fn told(why: RestreamFailure, program: &Program, to: &RestreamDestination) -> RestreamFailure {
    let words = program.last_words(&to.key);
    tracing::info!(destination = %to.id, why = why.code(), words, "a restream has ended");
    why
}

/// Whether the publisher's picture has changed, which is known before the input of the child ends.
fn change(feed: &Feed) -> Option<RestreamFailure> {
    (*feed.stage.borrow() == FeedStage::Changed).then_some(RestreamFailure::Changed)
}

/// Until the child is over or late, before it has connected.
async fn ends_early(program: &mut Program, feed: &Feed) -> RestreamFailure {
    let mut clock = interval(SECOND);
    for _ in 0..PATIENCE {
        clock.tick().await;
        let over = program.is_over();
        if let Some(why) = change(feed).or(over.then_some(RestreamFailure::Broken)) {
            return why;
        }
    }
    RestreamFailure::Broken
}

/// Tells each second how much is sent, until nothing is taken for too long.
async fn watch_over(feed: &Feed, sent: &AtomicU64, progress: &Progress) -> RestreamFailure {
    let (mut clock, mut before, mut fed, mut idle) = (interval(SECOND), 0, feed.offered(), 0);
    clock.tick().await;
    loop {
        clock.tick().await;
        if let Some(why) = change(feed) {
            return why;
        }
        let (all, offered) = (sent.load(Ordering::Relaxed), feed.offered());
        let waits = offered > fed || feed.is_blocked();
        idle = if all == before && waits { idle + 1 } else { 0 };
        if idle >= PATIENCE {
            return RestreamFailure::Stalled;
        }
        if all >= TAKEN {
            progress((all - before) * 8);
        }
        (before, fed) = (all, offered);
    }
}

impl Restreamer for FfmpegRestreamer {
    fn check<'a>(&'a self, address: &'a RestreamAddress) -> BoxFuture<'a, Result<(), RestreamAddressError>> {
        Box::pin(async move { line::find(address, self.config.allows_private).await.map(drop) })
    }

    fn send(&self, restream: Restream, progress: Progress) -> BoxFuture<'_, RestreamFailure> {
        Box::pin(async move {
            let Err(why) = self.try_to_send(&restream, &progress).await;
            why
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{TrackKind, card};
    use domain::{
        id::{DestinationId, RestreamId, RoomId, SpaceId, StreamId},
        live::restream::StreamKey,
    };
    use std::time::Instant;

    const MOMENT: Duration = Duration::from_millis(200);

    fn restreamer(most: usize) -> FfmpegRestreamer {
        let folder = std::env::temp_dir().join(DestinationId::new().to_string());
        let (program, allows_private) = ("/no/such/program".into(), true);
        let config = FfmpegConfig { program, folder, allows_private, most, most_of_account: most };
        FfmpegRestreamer::new(Arc::default(), config).unwrap()
    }

    fn send<'a>(restreamer: &'a FfmpegRestreamer, room: RoomId, to: &str) -> BoxFuture<'a, RestreamFailure> {
        let destination = RestreamDestination {
            id: DestinationId::new(),
            space: SpaceId::new(),
            name: "Elsewhere".into(),
            address: to.parse().unwrap(),
            key: StreamKey::parse("live_1").unwrap(),
        };
        let (id, stream) = (RestreamId::new(), StreamId::new());
        let restream = Restream { id, stream, room, on_air: true, by: None, destination };
        restreamer.send(restream, Box::new(|_| ()))
    }

    /// Two seconds of a publisher, as far as somebody takes them.
    fn publish(restreamer: &FfmpegRestreamer, room: RoomId, with_pictures: bool) {
        let all = card(Instant::now(), 2).into_iter();
        for packet in all.filter(|packet| with_pictures || packet.track == TrackKind::Audio) {
            restreamer.taps.offer(room, || packet, Vec::new);
        }
    }

    /// Whether a try goes on for a moment although its room is published; else why it ended.
    async fn goes_on(
        restreamer: &FfmpegRestreamer,
        room: RoomId,
        with_pictures: bool,
        sending: &mut BoxFuture<'_, RestreamFailure>,
    ) -> Result<(), RestreamFailure> {
        // It opens its tap when it is first looked at.
        if let Ok(why) = timeout(Duration::from_millis(20), &mut *sending).await {
            return Err(why);
        }
        publish(restreamer, room, with_pictures);
        timeout(MOMENT, sending).await.map_or(Ok(()), Err)
    }

    #[tokio::test]
    async fn only_so_much_is_sent_at_a_time_and_sound_alone_takes_no_place() {
        let (restreamer, rooms) = (restreamer(1), [(); 5].map(|()| RoomId::new()));
        // It takes the connection and then says nothing, so a try goes on.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let to = format!("rtmps://127.0.0.1:{}/app", silent.local_addr().unwrap().port());
        let [mut first, mut second, mut third, mut sound, mut more] =
            rooms.map(|room| send(&restreamer, room, &to));
        for (room, sending) in [(rooms[3], &mut sound), (rooms[4], &mut more)] {
            assert_eq!(goes_on(&restreamer, room, false, sending).await, Ok(()), "it waits for a picture");
        }
        assert_eq!(goes_on(&restreamer, rooms[0], true, &mut first).await, Ok(()), "a place is left");
        let full = goes_on(&restreamer, rooms[1], true, &mut second).await;
        assert_eq!(full, Err(RestreamFailure::Full));
        drop(first);
        let after = goes_on(&restreamer, rooms[2], true, &mut third).await;
        assert_eq!(after, Ok(()), "its place is free again");
        drop((third, sound, more));
        std::fs::remove_dir_all(&restreamer.config.folder).unwrap();
    }

    #[tokio::test]
    async fn who_sends_no_picture_is_not_waited_for_without_an_end() {
        let (restreamer, room) = (restreamer(1), RoomId::new());
        let mut feed = Feed::start(&restreamer.taps, room, io::sink()).unwrap();
        publish(&restreamer, room, false);
        assert_eq!(first_picture(&mut feed, MOMENT).await, Err(RestreamFailure::NoPicture));
        publish(&restreamer, room, true);
        assert_eq!(first_picture(&mut feed, NO_PICTURE).await, Ok(Codec::Vp8));
        std::fs::remove_dir_all(&restreamer.config.folder).unwrap();
    }
}
