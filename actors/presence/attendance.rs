//! Attendances: every open page and media session, indexed by what may end it.
//!
//! The register belongs to the engine, so it outlives every actor. Ejecting is synchronous: when [`Attendances::eject`]
//! returns, nobody in the target attends any more, and their media and pages have been told to end.

use crate::{
    engine::alarm::Alarms,
    feed::feeds::Feeds,
    presence::{crowd::Crowd, register::Register},
};
use domain::{
    access::{
        device::GRACE,
        eject::{EjectReason, EjectTarget},
    },
    clock::Clock,
    error::StoreError,
    id::*,
    live::{
        media::{MediaEnd, MediaPlane},
        presence::Person,
        queue::{Queue, QueueLimits},
        store::StreamStore,
        stream::StreamState,
        viewership::Viewership,
    },
    time::{Millis, Span},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// One open page or media session of one person.
pub struct Attendance {
    pub id: AttendanceId,
    /// Where it is present; `None` for a page outside of all rooms, which takes no seat and is not counted.
    pub room: Option<(SpaceId, RoomId)>,
    pub person: Person,
    pub session: Option<SessionId>,
    /// The grant that admitted them.
    pub grant: Option<GrantId>,
    /// When it ends by itself.
    pub until: Option<Millis>,
    /// A member of the space's team, who stays when the space is unpublished.
    pub team: bool,
    /// Counts among the people in the room, and what it watches is a viewing.
    pub counted: bool,
    pub kind: AttendanceKind,
    /// Called when it ends or when something changes for this person only. Must not block.
    pub tell: Box<dyn Fn(Notice) + Send + Sync>,
}

impl Attendance {
    pub(crate) fn space(&self) -> Option<SpaceId> {
        self.room.map(|(space, _)| space)
    }
}

/// A notification for one attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server ended it; the last notification.
    Ended(EjectReason),
    /// This person's access has changed: the page asks for the details.
    AccessChanged,
    /// A newer page of the same session, account or address takes its place; the last notification.
    Displaced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttendanceKind {
    /// A page that follows a feed.
    Page,
    /// A page without a feed, which polls.
    PollingPage,
    /// A page with a feed that only operators may follow.
    OperatorPage,
    Media(MediaSessionId),
}

/// The register of an engine.
pub struct Attendances {
    pub(crate) clock: Arc<dyn Clock>,
    media: Arc<dyn MediaPlane>,
    feeds: Arc<Feeds>,
    streams: Arc<dyn StreamStore>,
    /// When a stream is to look: it is told of the first who comes and the last who leaves.
    deadlines: Arc<Alarms<StreamId>>,
    here: Mutex<Here>,
    alarms: Arc<Alarms<Due>>,
    /// When to store the viewings of each room. These alarms are separate, because storing takes a while and a pass
    /// must end in time.
    viewings: Arc<Alarms<RoomId>>,
    /// When the service was started.
    started: Millis,
}

pub(crate) struct Here {
    register: Register,
    crowds: HashMap<RoomId, Crowd>,
    /// Seats belong to people, not to rooms.
    pub queue: Queue,
    /// By which grant, and in which browser, something was open until lately; the last one to leave is the last.
    left: VecDeque<(GrantId, SessionId, Millis)>,
}

/// How many of them are remembered.
const MOST_LEFT: usize = 16_384;

/// What a deadline of the register refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Due {
    /// An attendance ends by itself.
    End(AttendanceId),
    /// A reload's grace period ends, or a count is due to be published.
    Count(RoomId),
}

/// Viewings are stored this often, and when the stream goes off air. A killed process loses no more than this.
const STORED: Span = Span::secs(20);
/// The first time comes sooner, because the host is watching the figures.
const FIRST_STORED: Span = Span::secs(2);

impl Attendances {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        media: Arc<dyn MediaPlane>,
        feeds: Arc<Feeds>,
        streams: Arc<dyn StreamStore>,
        deadlines: Arc<Alarms<StreamId>>,
        limits: QueueLimits,
    ) -> Arc<Self> {
        let (alarms, viewings) = (Alarms::new(Arc::clone(&clock)), Alarms::new(Arc::clone(&clock)));
        let here = Here {
            register: Register::default(),
            crowds: HashMap::new(),
            queue: Queue::new(limits),
            left: VecDeque::new(),
        };
        let started = clock.now();
        Arc::new(Self {
            clock,
            media,
            feeds,
            streams,
            deadlines,
            here: Mutex::new(here),
            alarms,
            viewings,
            started,
        })
    }

    /// Enters. Attend first and ask for admission afterwards; otherwise an eject between the two would be missed. Reads the
    /// stream's state from the room's feed. A stream publishes its state before it calls `air` or `stream_ended`, which
    /// take the same lock, so no change of the state is missed.
    pub fn attend(self: &Arc<Self>, attendance: Attendance) -> AttendanceGuard {
        let Attendance { id, person, until, counted, .. } = attendance;
        let room = attendance.room.map(|(_, room)| room);
        let mut here = self.here();
        let guard = AttendanceGuard { attendances: Some(Arc::clone(self)), id };
        if !here.register.add(attendance) {
            return guard;
        }
        let Some(room) = room else { return guard };
        here.queue.enter(person);
        let now = self.clock.now();
        let crowd = here.crowds.entry(room).or_insert_with(|| Crowd::new(self.feeds.get(room)));
        let state = crowd.stream().map(|stream| stream.state);
        if state == Some(StreamState::Ended) {
            crowd.disperse();
        }
        let on_air = state.is_some_and(StreamState::on_air);
        let changed = crowd.air(on_air, now);
        if counted {
            crowd.enter(person, now);
        }
        let first = crowd.people() == 1;
        self.count(&mut here, room);
        drop(here);
        match on_air {
            true => self.viewings.at_latest(room, now + if first { FIRST_STORED } else { STORED }),
            false if changed => self.viewings.at_latest(room, now),
            false => {}
        }
        if let Some(until) = until {
            self.alarms.set(Due::End(id), Some(until));
        }
        guard
    }

    /// Ends the target's attendances at once. Returns their number.
    pub fn eject(&self, target: EjectTarget, reason: EjectReason) -> usize {
        let mut here = self.here();
        let found = here.register.of(target);
        let ended = self.put_out(&mut here, found);
        drop(here);
        self.close(&ended, reason);
        ended.len()
    }

    /// The account's pages that follow a feed, oldest first, with their sessions.
    pub fn pages_of(&self, account: AccountId) -> Vec<(AttendanceId, Option<SessionId>)> {
        self.here().register.pages_of(account)
    }

    /// Ends a page in favour of a newer one: its person may attend by polling. False if it has left already.
    pub fn displace(&self, id: AttendanceId) -> bool {
        let gone = self.leave(id);
        if let Some(gone) = &gone {
            (gone.tell)(Notice::Displaced);
        }
        gone.is_some()
    }

    /// Whether something is open by this grant in this browser, or was until lately. After a start nobody is known to have
    /// left.
    pub fn uses(&self, grant: GrantId, session: SessionId) -> bool {
        let now = self.clock.now();
        let here = self.here();
        let lately = |(by, in_browser, at): &(GrantId, SessionId, Millis)| {
            *by == grant && *in_browser == session && now < *at + GRACE
        };
        now < self.started + GRACE
            || !here.register.of(EjectTarget::Device(grant, session)).is_empty()
            || here.left.iter().any(lately)
    }

    /// Whether it has neither left nor been ended.
    pub fn attends(&self, id: AttendanceId) -> bool {
        self.here().register.get(id).is_some()
    }

    /// Notifies the target's pages that something changed for them only. Returns their number.
    pub fn notify(&self, target: EjectTarget) -> usize {
        let here = self.here();
        let found = here.register.of(target);
        let pages = found.iter().filter_map(|id| here.register.get(*id));
        pages.map(|attendance| (attendance.tell)(Notice::AccessChanged)).count()
    }

    /// A stream went on or off air: viewings begin to count, or are due to be stored.
    pub(crate) fn air(&self, room: RoomId, on_air: bool) {
        let (mut here, now) = (self.here(), self.clock.now());
        let changed = here.crowds.get_mut(&room).is_some_and(|crowd| crowd.air(on_air, now));
        drop(here);
        if changed {
            self.viewings.at_latest(room, if on_air { now + FIRST_STORED } else { now });
        }
    }

    /// A stream ended: media ends; pages stay but are no longer counted.
    pub(crate) fn stream_ended(&self, room: RoomId) {
        let mut here = self.here();
        let found = here.register.media_of(room);
        let ended = self.put_out(&mut here, found);
        if let Some(crowd) = here.crowds.get_mut(&room) {
            crowd.disperse();
        }
        self.count(&mut here, room);
        drop(here);
        self.close(&ended, EjectReason::StreamEnded);
    }

    /// The media plane ended a session: its attendance ends.
    pub(crate) fn media_ended(&self, session: MediaSessionId) {
        let found = self.here().register.media_gone(session);
        if let Some(id) = found {
            self.leave(id);
        }
    }

    /// The number of people in a room now.
    pub fn people(&self, room: RoomId) -> usize {
        self.here().crowds.get(&room).map_or(0, Crowd::people)
    }
    /// Who has watched in a room up to now; `None` before anything was stored of it.
    pub fn viewership(&self, room: RoomId) -> Option<Viewership> {
        self.here().crowds.get(&room)?.viewership(self.clock.now())
    }
    /// The accounts of the people in a room, ordered by id.
    pub(crate) fn accounts(&self, room: RoomId) -> Vec<AccountId> {
        let here = self.here();
        let people = here.crowds.get(&room).into_iter().flat_map(Crowd::everybody);
        let mut accounts: Vec<_> = people.filter_map(Person::account).collect();
        drop(here);
        accounts.sort_unstable();
        accounts
    }
    /// The number of people in all rooms. A person in two rooms counts twice.
    pub(crate) fn people_all(&self) -> usize {
        self.here().crowds.values().map(Crowd::people).sum()
    }
    /// The most people at the same time, as seen by this process.
    pub(crate) fn peak(&self, room: RoomId) -> usize {
        self.here().crowds.get(&room).map_or(0, Crowd::peak)
    }
    /// Open pages and media sessions in all rooms.
    pub fn count_all(&self) -> usize {
        self.here().register.len()
    }

    /// Processes the deadlines. Runs forever in one worker.
    pub(crate) async fn run(&self, worked: impl Fn(Result<(), String>)) {
        loop {
            match self.alarms.due(Span::secs(1)).await {
                Due::End(id) => {
                    self.expire(id);
                    worked(Ok(()));
                }
                Due::Count(room) => worked(self.settle(room).await),
            }
        }
    }

    /// Stores the viewings that are due. Runs forever in one worker.
    pub(crate) async fn store(&self, worked: impl Fn(Result<(), String>)) {
        loop {
            let room = self.viewings.due(Span::secs(1)).await;
            worked(self.store_viewings(room).await);
        }
    }

    fn leave(&self, id: AttendanceId) -> Option<Attendance> {
        let mut here = self.here();
        let gone = here.register.remove(id)?;
        if let (Some(grant), Some(session)) = (gone.grant, gone.session) {
            let now = self.clock.now();
            while here.left.len() >= MOST_LEFT || here.left.front().is_some_and(|one| one.2 + GRACE <= now) {
                here.left.pop_front();
            }
            here.left.push_back((grant, session, now));
        }
        if let Some((_, room)) = gone.room {
            here.queue.leave(gone.person, self.clock.now());
            if let Some(crowd) = here.crowds.get_mut(&room).filter(|_| gone.counted) {
                crowd.leave(gone.person, self.clock.now());
            }
            self.count(&mut here, room);
        }
        drop(here);
        self.alarms.set(Due::End(id), None);
        Some(gone)
    }

    fn expire(&self, id: AttendanceId) {
        let mut here = self.here();
        let ended = self.put_out(&mut here, vec![id]);
        drop(here);
        // Only the first minutes of a show end by themselves without a grant.
        let free = ended.iter().all(|gone| gone.grant.is_none());
        self.close(&ended, if free { EjectReason::PreviewEnded } else { EjectReason::GrantEnded });
        self.alarms.set(Due::End(id), None);
    }

    fn put_out(&self, here: &mut Here, ids: Vec<AttendanceId>) -> Vec<Attendance> {
        let ended: Vec<_> = ids.into_iter().filter_map(|id| here.register.remove(id)).collect();
        let in_rooms = || ended.iter().filter_map(|gone| Some((gone, gone.room?.1)));
        for (gone, room) in in_rooms() {
            here.queue.remove(gone.person, self.clock.now());
            if let Some(crowd) = here.crowds.get_mut(&room).filter(|_| gone.counted) {
                crowd.remove(gone.person, self.clock.now());
            }
        }
        for (_, room) in in_rooms() {
            self.count(here, room);
        }
        ended
    }

    /// Call this outside the lock, because the callbacks may call the register.
    fn close(&self, ended: &[Attendance], reason: EjectReason) {
        for gone in ended {
            self.alarms.set(Due::End(gone.id), None);
            if let AttendanceKind::Media(session) = gone.kind {
                self.media.end(session, MediaEnd::Ejected);
            }
            (gone.tell)(Notice::Ended(reason));
        }
    }

    /// Publishes the room's count if it is due, and sets the next check.
    fn count(&self, here: &mut Here, room: RoomId) {
        let Some(crowd) = here.crowds.get_mut(&room) else { return self.alarms.set(Due::Count(room), None) };
        let now = self.clock.now();
        let (next, turned) = crowd.tell_turn(now);
        if let Some(stream) = crowd.stream().filter(|stream| turned && stream.state.on_air()) {
            self.deadlines.at_latest(stream.id, now);
        }
        if next.is_none() && crowd.is_over() && !here.register.anybody_in(room) {
            here.crowds.remove(&room);
        }
        self.alarms.set(Due::Count(room), next);
    }

    async fn settle(&self, room: RoomId) -> Result<(), String> {
        let untold = {
            let mut here = self.here();
            self.count(&mut here, room);
            here.crowds.get(&room).and_then(|crowd| Some((crowd.untold_peak()?, crowd.stream())))
        };
        let Some((peak, stream)) = untold else { return Ok(()) };
        // A room without a stream has no peak to store.
        if let Some(stream) = stream {
            match self.streams.peak(stream.id, i64::try_from(peak).unwrap_or(i64::MAX)).await {
                // The stream was deleted.
                Ok(()) | Err(StoreError::NotFound) => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        if let Some(crowd) = self.here().crowds.get_mut(&room) {
            crowd.published_peak(peak);
        }
        Ok(())
    }

    /// Stores the viewings of a room up to now, and shows the host their sum.
    async fn store_viewings(&self, room: RoomId) -> Result<(), String> {
        let now = self.clock.now();
        let found = self.here().crowds.get_mut(&room).map(|crowd| (crowd.viewings(now), crowd.stream()));
        let ((viewings, ended), stream) = found.unwrap_or_default();
        let viewership = match stream.filter(|_| !viewings.is_empty()) {
            None => None,
            Some(stream) => {
                Some(self.streams.viewed(stream.id, viewings).await.map_err(|error| error.to_string())?)
            }
        };
        let mut here = self.here();
        let next = here.crowds.get_mut(&room).and_then(|crowd| {
            crowd.stored(ended, viewership);
            // Viewings that ended meanwhile with the stream are stored at once.
            crowd.has_viewings().then(|| if crowd.on_air() { now + STORED } else { self.clock.now() })
        });
        self.count(&mut here, room);
        self.viewings.set(room, next);
        Ok(())
    }

    /// Stores all viewings up to now when the process ends. Returns an error if some could not be stored.
    pub(crate) async fn store_all_viewings(&self) -> Result<(), String> {
        let rooms: Vec<_> = self
            .here()
            .crowds
            .iter()
            .filter(|(_, crowd)| crowd.has_viewings())
            .map(|(room, _)| *room)
            .collect();
        let mut result = Ok(());
        for room in rooms {
            result = result.and(self.store_viewings(room).await);
        }
        result
    }

    pub(crate) fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Attends until this is dropped.
pub struct AttendanceGuard {
    /// `None` once it is detached.
    attendances: Option<Arc<Attendances>>,
    id: AttendanceId,
}

impl AttendanceGuard {
    pub const fn id(&self) -> AttendanceId {
        self.id
    }

    /// For tests: lets the attendance outlive its guard, so that only the engine ends it.
    pub fn detach(mut self) {
        self.attendances = None;
    }
}

impl Drop for AttendanceGuard {
    fn drop(&mut self) {
        if let Some(attendances) = &self.attendances {
            attendances.leave(self.id);
        }
    }
}
