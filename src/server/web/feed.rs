//! Pumps: what happens in a room, rendered once for each kind of page, appended to that page's log. A pump lives while
//! somebody reads its log.

use super::error::WebResult;
use crate::app::App;
use actors::{FeedSnapshot, Followed};
use domain::{
    access::Role,
    chat_room::Entry,
    feed::{Moment, RoomEvent},
    id::RoomId,
    ports::JournalStore,
};
use fanout::{After, Cursor, Event, Frame, Log};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use views::Audience;

/// More missed entries than this are not replayed one by one: the page fetches its fragment again.
const LONGEST_REPLAY: usize = 1000;

/// A kind of page with its audience: who shares bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    Viewer,
    Moderator,
    Studio,
}

impl Page {
    /// Which log a person follows.
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
}

type Key = (RoomId, Page);

/// The logs of all rooms that somebody follows.
#[derive(Default)]
pub struct Pumps(Mutex<HashMap<Key, Log>>);

/// Where a reader begins: private frames first, then the log.
pub struct Start {
    pub first: Vec<Frame>,
    pub cursor: Cursor,
}

/// Joins a room's log after entry `since`: what was missed in between is rendered for this reader alone.
pub async fn join(app: &App, room: RoomId, page: Page, since: u64) -> WebResult<Start> {
    let (held, now) = log(app, room, page).await?;
    let log = held.log();
    let mut first: Vec<Frame> = now.into_iter().filter_map(|moment| render_moment(&moment, page)).collect();
    match log.after(since) {
        After::Covered(cursor) => Ok(Start { first, cursor }),
        After::Behind { cursor, head_id } => {
            let missed = missed(app, room, since, head_id).await?;
            match missed {
                Some(entries) => first.extend(entries.iter().map(|entry| render_entry(entry, page))),
                None => first
                    .push(Event::named(views::dom::events::RESYNC, &head_id.to_string()).id(head_id).into()),
            }
            Ok(Start { first, cursor: cursor.skip_to(head_id) })
        }
    }
}

/// Entries of `since..=until`, from the room's memory, else from the database; `None` when they are too many.
async fn missed(app: &App, room: RoomId, since: u64, until: u64) -> WebResult<Option<Vec<Arc<Entry>>>> {
    let entries = match app.house.feed(room).since(since) {
        Some(entries) => entries,
        None => app.store.since(room, since, LONGEST_REPLAY + 1).await?.into_iter().map(Arc::new).collect(),
    };
    let entries: Vec<_> = entries.into_iter().filter(|e| e.seq <= until).collect();
    Ok((entries.len() <= LONGEST_REPLAY).then_some(entries))
}

/// The end of a room's log for an audience, with a pump behind it; and the newest moments of the room. The cursor is taken
/// under the lock that [`retire`] takes, so the pump stays while it is held.
async fn log(app: &App, room: RoomId, page: Page) -> WebResult<(Cursor, Vec<Moment>)> {
    // The room must be awake: its feed stands at the journal's end only then.
    app.house.chat_room(room).snapshot().await.map_err(super::chat::failure)?;
    let feed = app.house.feed(room);
    let mut logs = app.pumps.0.lock().unwrap_or_else(|e| e.into_inner());
    if let Some(log) = logs.get(&(room, page)) {
        return Ok((log.head(), moments(&feed.subscribe().snapshot)));
    }
    let mut reader = feed.subscribe();
    let log = app.fanout.log(reader.snapshot.last_seq);
    let held = log.head();
    logs.insert((room, page), log.clone());
    drop(logs);
    let now = moments(&reader.snapshot);
    let (app, pumped) = (app.clone(), log);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                followed = reader.recv() => match followed {
                    Followed::Event(event) => {
                        publish(&pumped, &event, page);
                        trace(&app, room, &event, page);
                    }
                    Followed::Resync { last_seq } => {
                        pumped.append(Event::named(views::dom::events::RESYNC, &last_seq.to_string()).id(last_seq));
                    }
                },
                () = tokio::time::sleep(std::time::Duration::from_secs(10)), if pumped.readers() == 0 => {
                    if retire(&app, (room, page), &pumped) { return }
                }
            }
        }
    });
    Ok((held, now))
}

/// Takes a log away that nobody reads.
fn retire(app: &App, key: Key, log: &Log) -> bool {
    let mut logs = app.pumps.0.lock().unwrap_or_else(|e| e.into_inner());
    let deserted = log.readers() == 0;
    if deserted {
        logs.remove(&key);
    }
    deserted
}

fn moments(snapshot: &FeedSnapshot) -> Vec<Moment> {
    let mut moments = vec![Moment::People(snapshot.people)];
    moments.extend(snapshot.stream.clone().map(Moment::Stream));
    moments.extend(snapshot.health.map(Moment::Health));
    moments
}

fn publish(log: &Log, event: &RoomEvent, page: Page) {
    let frame = match event {
        RoomEvent::Journal(entry) => Some(render_entry(entry, page)),
        RoomEvent::Moment(moment) => render_moment(moment, page),
    };
    if let Some(frame) = frame {
        log.append(frame);
    }
}

/// The last line of the log about a request: what came of it is on its way to the pages.
fn trace(app: &App, room: RoomId, event: &RoomEvent, page: Page) {
    let RoomEvent::Journal(entry) = event else { return };
    if tracing::enabled!(tracing::Level::DEBUG)
        && let Some(request_id) = app.house.feed(room).request_of(entry.seq)
    {
        tracing::debug!(%request_id, %room, seq = entry.seq, page = page.name(), "sent to the pages");
    }
}

/// An entry that shows nothing to this audience still moves its readers' number on.
fn render_entry(entry: &Entry, page: Page) -> Frame {
    metrics::counter!("backstage_renders", "page" => page.name()).increment(1);
    Event::new(&views::chat::frame(entry, page.audience()).into_string()).id(entry.seq).into()
}

fn render_moment(moment: &Moment, page: Page) -> Option<Frame> {
    let markup = match moment {
        Moment::People(people) => views::stream::frame_people(*people),
        Moment::Stream(stream) => views::stream::frame_state(stream, page.audience()),
        Moment::Health(health) if page == Page::Studio => views::studio::frame_health(Some(health)),
        Moment::Health(_) => return None,
    };
    Some(Event::new(&markup.into_string()).into())
}
