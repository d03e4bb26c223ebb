//! The feeds of rooms: each entry and moment is rendered once for each kind of page, and what a page missed is replayed.

use crate::app::App;
use crate::web::{
    error::WebResult,
    follow::Start,
    live::streams::next_show,
    pump::{Key, Pump, Pumps},
};
use actors::{Feed, FeedReader, Followed};
use domain::{
    access::admit::Role,
    chat::{
        feed::{Moment, Moments, RoomEvent},
        journal::JournalStore,
        room::{JournalEntry, RoomChange},
    },
    clock::Clock,
    error::StoreError,
    id::RoomId,
    live::{
        recording::Recording,
        stream::{Stream, StreamState},
        viewership::Viewership,
    },
    time::Span,
};
use fanout::{After, Event, Frame, Log};
use metrics::Counter;
use std::{
    iter,
    ops::ControlFlow,
    sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError},
    time::Duration,
};
use tokio::time::{Interval, MissedTickBehavior};
use views::{Audience, chat::ChatOf};

/// A page that missed more entries than this fetches its fragment again instead.
const LONGEST_REPLAY: usize = 1000;
/// Replays up to this length are not counted: a page that loses its connection for a moment has missed less.
const SHORT_REPLAY: u64 = 100;
/// The maximum number of entries that a log reaches back: what a busy room posts in twenty seconds.
const FARTHEST: u64 = 4000;
/// Reach back this much further than one reader needs, because others may have seen a little less.
const OTHERS: u64 = 256;
/// A lower bound for the rendered size of an entry in bytes.
const SHORTEST: u64 = 150;

/// How old a host's figures of who watches may be, and how often the pages of a stream that is over look for its replay.
const FIGURES_PACE: Duration = Duration::from_millis(1_900);

/// How long after the end of a stream its pages look for the replay. It is complete within a minute, and a little later if an
/// outside plane makes it.
const REPLAY_WAIT: Span = Span::minutes(10);

/// A kind of page and its audience, who share the rendered bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageKind {
    Viewer,
    Moderator,
    Studio,
}

impl PageKind {
    /// The log that a person follows.
    pub const fn of(role: Role, studio: bool) -> Self {
        match (studio, role.moderates()) {
            (true, true) => Self::Studio,
            (false, true) => Self::Moderator,
            (_, false) => Self::Viewer,
        }
    }
    const fn audience(self) -> Audience {
        match self {
            Self::Viewer => Audience::Viewer,
            Self::Moderator | Self::Studio => Audience::Moderator,
        }
    }
    const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Moderator => "moderator",
            Self::Studio => "studio",
        }
    }
    /// Counts what is rendered for it. Kept, because looking a counter up takes longer than most renders need.
    fn renders(self) -> &'static Counter {
        static COUNTERS: LazyLock<[Counter; 3]> = LazyLock::new(|| {
            [PageKind::Viewer, PageKind::Moderator, PageKind::Studio]
                .map(|page| metrics::counter!("backstage_renders", "page" => page.name()))
        });
        &COUNTERS[self as usize]
    }
}

/// What one kind of page of one room follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RoomPage {
    pub room: RoomId,
    /// What the room belongs to; addresses in the rendered lines name it.
    pub of: ChatOf,
    pub page: PageKind,
}

/// The logs of all rooms with followers.
#[derive(Default)]
pub struct RoomLogs {
    pumps: Pumps<RoomPage>,
    /// Logs reach back one at a time: what a returning crowd missed is rendered once, not two thousand times.
    reaching: tokio::sync::Mutex<()>,
}

impl Key for RoomPage {
    type State = JoinState;
    type Source = (App, FeedReader, Interval);

    async fn step(pump: &Pump<Self>, (app, reader, pace): &mut Self::Source) -> ControlFlow<Frame> {
        pump.shown.follow_up(app, pump).await;
        let studio = pump.key.page == PageKind::Studio;
        let over = if studio { None } else { pump.shown.lately_over(app, pump.key.room) };
        let followed = tokio::select! {
            followed = reader.recv() => followed,
            _ = pace.tick(), if studio || over.is_some() => {
                let news = match over {
                    Some(stream) => pump.shown.replays(app, &stream).await,
                    None => pump.shown.viewership(app, pump.key.room),
                };
                pump.log.extend(news.as_slice());
                return ControlFlow::Continue(());
            }
        };
        let together: Vec<_> = iter::once(followed).chain(reader.ready()).collect();
        let feed = app.engine.feed(pump.key.room);
        let frames: Vec<_> =
            together.iter().filter_map(|one| render(&pump.log, one, &feed, pump.key)).collect();
        pump.log.extend(&frames);
        trace(app, pump.key, &together);
        ControlFlow::Continue(())
    }
}

/// What a page that joins is shown first.
#[derive(Default)]
pub struct JoinState {
    /// The moments as they are now, rendered once for all who join before the next one.
    moments: Mutex<Option<(u64, Frame)>>,
    /// Who has watched, as it was told last between two stores.
    watched: Mutex<Option<Viewership>>,
    /// What comes after a stream that is over, read and rendered once for all; `None` inside if nothing is planned.
    next: OnceLock<Option<Frame>>,
    /// The replays beside a stream that is over, as they were told last.
    replays: Mutex<Vec<Recording>>,
}

impl JoinState {
    /// Tells the pages what comes next, once the stream is over. A database that fails leaves them without.
    async fn follow_up(&self, app: &App, pump: &Pump<RoomPage>) {
        if self.next.get().is_some() {
            return;
        }
        let stream = app.engine.feed(pump.key.room).stream();
        let Some(stream) = stream.filter(|stream| stream.state == StreamState::Ended) else { return };
        let next = next(app, &stream).await.unwrap_or_else(|error| {
            tracing::warn!(%error, stream = %stream.id, "pages are not told what comes next");
            None
        });
        // Kept first: who joins in between is told twice rather than never.
        let next = self.next.get_or_init(|| next);
        pump.log.extend(next.as_slice());
    }

    /// The stream of this room, if it is over for so short a time that its replay may still come.
    fn lately_over(&self, app: &App, room: RoomId) -> Option<Arc<Stream>> {
        // Set once it is over.
        self.next.get()?;
        let stream = app.engine.feed(room).stream()?;
        let ended = stream.ended_at.filter(|_| stream.started_at.is_some())?;
        (app.clock.now() < ended + REPLAY_WAIT).then_some(stream)
    }

    /// The replays beside a stream that is over, if they are news. A database that fails is asked again.
    async fn replays(&self, app: &App, over: &Stream) -> Option<Frame> {
        let now = app.store.recordings().shown(over.experience, app.clock.now()).await.ok()?;
        let mut told = self.replays.lock().unwrap_or_else(PoisonError::into_inner);
        if *told == now {
            return None;
        }
        let markup = views::live::stream::frame_replays(&now);
        *told = now;
        Some(Event::new(&markup.into_string()).into())
    }

    /// Who has watched up to now, if that is news: the hosts' figures do not wait until they are stored.
    fn viewership(&self, app: &App, room: RoomId) -> Option<Frame> {
        let now = app.engine.viewership(room)?;
        let before = self.watched.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        let markup = views::live::studio::frame_viewership(&now);
        (before != Some(now)).then(|| Event::new(&markup.into_string()).into())
    }

    fn frame(&self, feed: &Feed, key: RoomPage) -> Option<Frame> {
        Frame::join(self.moments(feed, key).into_iter().chain(self.next.get().cloned().flatten()))
    }

    fn moments(&self, feed: &Feed, key: RoomPage) -> Option<Frame> {
        let mut now = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        if now.as_ref().is_none_or(|(version, _)| *version != feed.version()) {
            let moments = feed.snapshot().moments;
            let frames: Vec<_> =
                first_shown(&moments).filter_map(|moment| render_moment(moment, &moments, key)).collect();
            *now = Frame::join(frames).map(|frame| (moments.version(), frame));
        }
        now.as_ref().map(|(_, frame)| frame.clone())
    }
}

async fn next(app: &App, over: &Stream) -> Result<Option<Frame>, StoreError> {
    let Some(next) = next_show(app, over.space, app.clock.now()).await? else { return Ok(None) };
    let space = app.store.spaces().by_id(over.space).await?;
    let markup = next.of(&space).map(|coming| views::live::stream::frame_next(&coming));
    Ok(markup.map(|markup| Event::new(&markup.into_string()).into()))
}

/// Joins a room's log after entry `since`. Missed entries are in the log, or are rendered for this reader alone. A
/// number that the room has not reached belongs to another journal, for example one from before a backup was restored;
/// that page starts anew. `may_replay` is asked before many missed entries are looked up.
///
/// # Errors
/// Those of `may_replay`.
pub async fn join(
    app: &App,
    key: RoomPage,
    since: u64,
    may_replay: impl FnOnce() -> WebResult<()>,
) -> WebResult<Start> {
    let room = key.room;
    // The room must be loaded: only then is its feed at the journal's end.
    let last = app.engine.chat_room(room).snapshot().await?.seq;
    if last.saturating_sub(since) > SHORT_REPLAY {
        may_replay()?;
    }
    let (mut after, now) = join_pump(app, key, since.min(last)).await?;
    if let After::Behind { cursor, .. } = &after {
        reach_back(app, key, cursor.log(), since).await?;
        after = cursor.log().after(since);
    }
    let mut first: Vec<Frame> = now.into_iter().collect();
    if since > last {
        first.push(resync(last));
    }
    match after {
        After::Covered(cursor) => Ok(Start { first, cursor }),
        After::Behind { cursor, head_id } => {
            let missed = missed(app, room, since, head_id).await?;
            match missed {
                Some(entries) => first.extend(entries.iter().map(|entry| render_entry(entry, key))),
                None => first.push(resync(head_id)),
            }
            Ok(Start { first, cursor: cursor.skip_to(head_id) })
        }
    }
}

/// Entries of `since..=until`, from the room's memory, else from the database; `None` if there are too many.
async fn missed(
    app: &App,
    room: RoomId,
    since: u64,
    until: u64,
) -> WebResult<Option<Vec<Arc<JournalEntry>>>> {
    let entries = entries(app, room, since, LONGEST_REPLAY + 1).await?;
    let entries: Vec<_> = entries.into_iter().filter(|e| e.seq <= until).collect();
    Ok((entries.len() <= LONGEST_REPLAY).then_some(entries))
}

/// The first entries after `since`, at least `most` if there are that many.
async fn entries(app: &App, room: RoomId, since: u64, most: usize) -> WebResult<Vec<Arc<JournalEntry>>> {
    match app.engine.feed(room).since(since) {
        Some(entries) => Ok(entries),
        None => Ok(app.store.since(room, since, most).await?.into_iter().map(Arc::new).collect()),
    }
}

/// Prepends what a reader missed to the log, if there is room for it. Readers who return together, as after a restart,
/// have missed nearly the same.
async fn reach_back(app: &App, key: RoomPage, log: &Log, since: u64) -> WebResult<()> {
    let _turn = app.room_logs.reaching.lock().await;
    let until = log.base_id();
    let missed = until.saturating_sub(since);
    if missed == 0 || missed > FARTHEST || missed * SHORTEST > log.spare() {
        return Ok(());
    }
    let (from, head) = (since.saturating_sub(OTHERS), log.head_id());
    let older = entries(app, key.room, from, (until - from) as usize).await?;
    let older = older.iter().filter(|entry| entry.seq <= until).map(|entry| render_entry(entry, key));
    log.reach_back(&older.collect::<Vec<_>>());
    // Blank the lines that were removed since the entries were read.
    let newer = app.engine.feed(key.room).since(head).unwrap_or_default();
    newer.iter().for_each(|entry| blank(log, entry));
    Ok(())
}

fn blank(log: &Log, entry: &JournalEntry) {
    if let RoomChange::Removed { targets, .. } = &entry.change {
        targets.iter().for_each(|seq| log.blank(*seq));
    }
}

/// The position after `since` in a room's log, and the current state. The position is taken first: a moment published in
/// between is sent twice rather than never.
async fn join_pump(app: &App, key: RoomPage, since: u64) -> WebResult<(After, Option<Frame>)> {
    if let ChatOf::Stream(stream) = key.of {
        // Makes sure that the stream has published its state.
        app.engine.stream(stream).get().await?;
    }
    let feed = app.engine.feed(key.room);
    let start = || {
        let reader = feed.subscribe();
        let mut pace = tokio::time::interval(FIGURES_PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        (app.fanout.log(reader.snapshot.last_seq), JoinState::default(), (app.clone(), reader, pace))
    };
    let join = |pump: &Pump<RoomPage>| (pump.log.after(since), pump.shown.frame(&feed, key));
    Ok(app.room_logs.pumps.join(&key, start, join))
}

/// The moments for a page that joins. The state of the stream carries the number of people.
fn first_shown(moments: &Moments) -> impl Iterator<Item = &Moment> {
    let carried = moments.stream().is_some();
    moments.iter().filter(move |moment| match moment {
        Moment::People(_) => !carried,
        // It belongs to what was said when it came.
        Moment::Caption(_) => false,
        _ => true,
    })
}

/// Tells the page to fetch its fragment, which is then at entry `last` or later.
fn resync(last: u64) -> Frame {
    Event::named(views::dom::events::RESYNC, &last.to_string()).id(last).into()
}

/// Renders an event for the log, and blanks removed lines in it.
fn render(log: &Log, followed: &Followed, feed: &Feed, key: RoomPage) -> Option<Frame> {
    match followed {
        Followed::Event(RoomEvent::Journal(entry)) => {
            blank(log, entry);
            Some(render_entry(entry, key))
        }
        Followed::Event(RoomEvent::Moment(moment)) => render_moment(moment, &feed.snapshot().moments, key),
        Followed::Resync { last_seq } => Some(begin_anew(log, *last_seq)),
    }
}

/// What the log holds may have been rewritten: nobody gets it any more, and all pages fetch their fragment. A frame with a
/// number that the log has reached would not be sent.
fn begin_anew(log: &Log, last: u64) -> Frame {
    let head = log.head_id();
    (log.base_id() + 1..=head).for_each(|seq| log.blank(seq));
    if last > head { resync(last) } else { Event::named(views::dom::events::RESYNC, "").into() }
}

/// Logs the last step of a request: its result is on its way to the pages.
fn trace(app: &App, RoomPage { room, page, .. }: RoomPage, together: &[Followed]) {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return;
    }
    for followed in together {
        if let Followed::Event(RoomEvent::Journal(entry)) = followed
            && let Some(request_id) = app.engine.feed(room).request_of(entry.seq)
        {
            tracing::debug!(%request_id, %room, seq = entry.seq, page = page.name(), "sent to the pages");
        }
    }
}

/// The number of people, if this page may see it. Viewers of a stream see none until it is known to allow it.
fn counted(people: usize, stream: Option<&Stream>, RoomPage { of, page, .. }: RoomPage) -> Option<usize> {
    let told = page != PageKind::Viewer
        || matches!(of, ChatOf::Community(_))
        || stream.is_some_and(|stream| stream.tells_count(false));
    told.then_some(people)
}

/// An entry that is invisible to this audience still advances its readers' position.
fn render_entry(entry: &JournalEntry, RoomPage { of, page, .. }: RoomPage) -> Frame {
    page.renders().increment(1);
    Event::new(&views::chat::frame(of, entry, page.audience()).into_string()).id(entry.seq).into()
}

/// `now` is the current state: what viewers see of one moment may depend on another.
fn render_moment(moment: &Moment, now: &Moments, key: RoomPage) -> Option<Frame> {
    let page = key.page;
    let markup = match (moment, page) {
        (Moment::People(people), _) => {
            views::live::stream::frame_people(counted(*people, now.stream().map(Arc::as_ref), key)?)
        }
        (Moment::Stream(stream), _) => views::live::stream::frame_state(
            stream,
            page.audience(),
            counted(now.people(), Some(stream), key),
        ),
        (Moment::Stage(stage), _) => {
            let ChatOf::Stream(id) = key.of else { return None };
            let desk = now.stream().filter(|_| page == PageKind::Studio);
            views::live::participants::frame_stage(id, stage, desk.map(Arc::as_ref))
        }
        (Moment::Health(health), PageKind::Studio) => views::live::studio::frame_health(Some(health)),
        (Moment::Viewership(viewership), PageKind::Studio) => {
            views::live::studio::frame_viewership(viewership)
        }
        (Moment::Restreams(shown), PageKind::Studio) => views::live::restream::frame(shown),
        (Moment::Caption(caption), _) => {
            let told =
                page != PageKind::Viewer || now.stream().is_some_and(|stream| caption.is_public(stream));
            views::live::captions::frame(told.then_some(caption)?)
        }
        (Moment::PausedLayers(session, layers), PageKind::Studio) => {
            views::live::studio::frame_paused_layers(*session, *layers)
        }
        (Moment::Reactions(counts), _) => views::live::reactions::frame(*counts),
        (Moment::ChatParked(parked), _) => views::chat::frame_parked(*parked),
        (Moment::Health(_) | Moment::Viewership(_), _) => return None,
        (Moment::Restreams(_) | Moment::PausedLayers(..), _) => return None,
    };
    Some(Event::new(&markup.into_string()).into())
}
