//! Who may be in which room of LiveKit, and what follows from who is there. No I/O: what is seen goes in, what is to do comes out.

use domain::{
    id::{MediaSessionId, RoomId},
    live::{
        media::{MediaEnd, MediaError, MediaEvent},
        passes::{MediaRole, PASS_LASTS},
    },
    time::Millis,
};
use std::collections::{HashMap, HashSet};

/// Somebody in a room, as LiveKit lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Participant {
    pub identity: String,
    /// LiveKit's id of this one arrival.
    pub sid: String,
    /// Tracks that it publishes, muted or not: a host who is quiet for a moment is still there.
    pub tracks: usize,
    pub may_publish: bool,
    pub may_subscribe: bool,
    /// It may publish pictures only.
    pub is_silenced: bool,
    /// It is a worker of LiveKit's that records the room.
    pub is_recorder: bool,
    /// It is an encoder, which LiveKit has let in by a key.
    pub is_encoder: bool,
}

/// What is to be done after a look at a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Gives a participant the rights of its session.
    Grant {
        room: RoomId,
        identity: String,
        publishes: bool,
        /// Without its sound.
        muted: bool,
    },
    Remove {
        room: RoomId,
        identity: String,
    },
    Tell(MediaEvent),
}

#[derive(Clone, Debug)]
struct RoomSession {
    room: RoomId,
    /// Of its participant: the session's id, except of an encoder.
    identity: String,
    is_encoder: bool,
    publishes: bool,
    /// Until when somebody may come in with its pass.
    until: Millis,
    /// The one arrival that its pass was good for.
    sid: Option<String>,
    /// Whether `PublisherUp` or `ViewerUp` was the last that was told of it.
    up: bool,
}

#[derive(Default)]
pub(super) struct Sessions {
    open: HashMap<MediaSessionId, RoomSession>,
    /// Rooms whose publisher sends no sound.
    muted: HashSet<RoomId>,
}

impl Sessions {
    /// Begins a session, which waits for its holder. Returns what ends in its favour.
    ///
    /// # Errors
    /// `Busy`: another publisher's tracks flow.
    pub fn begin(
        &mut self,
        session: MediaSessionId,
        room: RoomId,
        role: MediaRole,
        now: Millis,
    ) -> Result<Vec<MediaSessionId>, MediaError> {
        let mut replaced = Vec::new();
        if let MediaRole::Publisher { replace } = role {
            let others = || self.open.iter().filter(|(_, other)| other.room == room && other.publishes);
            if !replace && others().any(|(_, other)| other.up) {
                return Err(MediaError::Busy);
            }
            replaced = others().map(|(id, _)| *id).collect();
        }
        let publishes = matches!(role, MediaRole::Publisher { .. });
        let begun = RoomSession {
            room,
            identity: session.to_string(),
            is_encoder: false,
            publishes,
            until: now + PASS_LASTS,
            sid: None,
            up: false,
        };
        self.open.insert(session, begun);
        Ok(replaced)
    }

    /// Ends a session. Returns where which participant is to be removed, and the event that says so.
    pub fn end(&mut self, id: MediaSessionId, end: MediaEnd) -> Option<(RoomId, String, MediaEvent)> {
        let session = self.open.remove(&id)?;
        let event = session.down(id, end);
        Some((session.room, session.identity, event))
    }

    /// The session of the encoder that is in a room.
    pub fn encoder(&self, room: RoomId) -> Option<MediaSessionId> {
        let found = self.open.iter().find(|(_, session)| session.room == room && session.is_encoder);
        found.map(|(id, _)| *id)
    }

    /// Whether whoever publishes in a room sends no sound. Returns whether the room is to be looked at for that.
    pub fn mute(&mut self, room: RoomId, muted: bool) -> bool {
        let changed = if muted { self.muted.insert(room) } else { self.muted.remove(&room) };
        changed && self.open.values().any(|session| session.room == room)
    }

    /// The rooms with sessions.
    pub fn rooms(&self) -> HashSet<RoomId> {
        self.open.values().map(|session| session.room).collect()
    }

    /// Compares a room with what it should be.
    pub fn look(&mut self, room: RoomId, there: &[Participant], now: Millis) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut seen = HashSet::new();
        let muted = self.muted.contains(&room);
        for participant in there.iter().filter(|who| !who.is_recorder) {
            if participant.is_encoder {
                self.let_in(room, participant, now, &mut steps);
            }
            match self.own(room, participant) {
                Some((id, session)) => {
                    seen.insert(id);
                    session.follow(id, participant, muted, &mut steps);
                }
                None => steps.push(Step::Remove { room, identity: participant.identity.clone() }),
            }
        }
        let gone = |id: &MediaSessionId, session: &RoomSession| {
            session.room == room && !seen.contains(id) && (session.sid.is_some() || session.until < now)
        };
        for (id, session) in self.open.extract_if(|id, session| gone(id, session)) {
            let end = if session.sid.is_some() { MediaEnd::Lost } else { MediaEnd::Unconnected };
            steps.push(Step::Tell(session.down(id, end)));
        }
        steps
    }

    /// Begins the session of an encoder that has arrived, unless somebody else's tracks flow. Who sends nothing makes room for it.
    fn let_in(&mut self, room: RoomId, who: &Participant, now: Millis, steps: &mut Vec<Step>) {
        let before = self.of_encoder(room, &who.identity);
        let same =
            before.and_then(|id| self.open.get(&id)).is_some_and(|own| own.sid.as_ref() == Some(&who.sid));
        if same {
            return;
        }
        // It has come back before it was missed.
        let lost = before.and_then(|id| self.end(id, MediaEnd::Lost));
        steps.extend(lost.map(|(.., event)| Step::Tell(event)));
        let id = MediaSessionId::new();
        let Ok(replaced) = self.begin(id, room, MediaRole::Publisher { replace: false }, now) else { return };
        for (room, identity, event) in replaced.into_iter().filter_map(|id| self.end(id, MediaEnd::Ejected)) {
            steps.extend([Step::Remove { room, identity }, Step::Tell(event)]);
        }
        if let Some(session) = self.open.get_mut(&id) {
            (session.identity, session.is_encoder) = (who.identity.clone(), true);
        }
    }

    /// The session of an encoder by its participant's identity.
    pub fn of_encoder(&self, room: RoomId, identity: &str) -> Option<MediaSessionId> {
        let own = |session: &RoomSession| session.room == room && session.identity == identity;
        self.open.iter().find(|(_, session)| session.is_encoder && own(session)).map(|(id, _)| *id)
    }

    /// The session of a participant. A pass is good for one arrival, so a second one by it is nobody's.
    fn own(&mut self, room: RoomId, who: &Participant) -> Option<(MediaSessionId, &mut RoomSession)> {
        let id = match who.is_encoder {
            true => self.of_encoder(room, &who.identity)?,
            false => who.identity.parse().ok()?,
        };
        let session = self.open.get_mut(&id)?;
        if session.room != room || session.is_encoder != who.is_encoder {
            return None;
        }
        if session.sid.get_or_insert_with(|| who.sid.clone()) != &who.sid {
            return None;
        }
        Some((id, session))
    }

    /// LiveKit cannot be reached: what was published is not seen any more, but may come back.
    pub fn lose_sight(&mut self) -> Vec<MediaEvent> {
        let published = self.open.iter_mut().filter(|(_, session)| session.publishes && session.up);
        let silent = published.map(|(id, session)| {
            session.up = false;
            MediaEvent::PublisherDown { room: session.room, session: *id, end: MediaEnd::Silent }
        });
        silent.collect()
    }
}

impl RoomSession {
    fn follow(&mut self, id: MediaSessionId, seen: &Participant, muted: bool, steps: &mut Vec<Step>) {
        let (room, publishes) = (self.room, self.publishes);
        let muted = publishes && muted;
        if (seen.may_publish, seen.may_subscribe, seen.is_silenced) != (publishes, !publishes, muted) {
            steps.push(Step::Grant { room, identity: self.identity.clone(), publishes, muted });
        }
        let up = if publishes { seen.tracks > 0 } else { seen.may_subscribe };
        if up == self.up {
            return;
        }
        self.up = up;
        steps.push(Step::Tell(match (publishes, up) {
            (true, true) => MediaEvent::PublisherUp { room, session: id },
            (true, false) => MediaEvent::PublisherDown { room, session: id, end: MediaEnd::Silent },
            (false, true) => MediaEvent::ViewerUp { room, session: id },
            // A right that was taken away is given again above.
            (false, false) => return,
        }));
    }

    fn down(&self, session: MediaSessionId, end: MediaEnd) -> MediaEvent {
        let room = self.room;
        match self.publishes {
            true => MediaEvent::PublisherDown { room, session, end },
            false => MediaEvent::ViewerDown { room, session, end },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Span;

    fn participant(identity: &str, sid: &str) -> Participant {
        let (identity, sid) = (identity.to_owned(), sid.to_owned());
        Participant {
            identity,
            sid,
            tracks: 0,
            may_publish: false,
            may_subscribe: false,
            is_silenced: false,
            is_recorder: false,
            is_encoder: false,
        }
    }

    #[test]
    fn a_pass_that_nobody_uses_ends_after_its_time() {
        let (mut sessions, room, id) = (Sessions::default(), RoomId::new(), MediaSessionId::new());
        assert_eq!(sessions.begin(id, room, MediaRole::Viewer, Millis(0)), Ok(vec![]));
        let end = Millis(0) + PASS_LASTS;
        assert_eq!(sessions.look(room, &[], end), []);
        let down = MediaEvent::ViewerDown { room, session: id, end: MediaEnd::Unconnected };
        assert_eq!(sessions.look(room, &[], end + Span(1)), [Step::Tell(down)]);
        assert_eq!(sessions.look(room, &[], end + Span(2)), [], "it is told once");
        assert!(sessions.rooms().is_empty());
    }

    #[test]
    fn whoever_has_no_session_in_this_room_is_removed() {
        let (mut sessions, room, id) = (Sessions::default(), RoomId::new(), MediaSessionId::new());
        assert_eq!(sessions.begin(id, RoomId::new(), MediaRole::Viewer, Millis(0)), Ok(vec![]));
        for identity in
            [id.to_string(), MediaSessionId::new().to_string(), "EG_recorder".into(), String::new()]
        {
            let removed = Step::Remove { room, identity: identity.clone() };
            assert_eq!(sessions.look(room, &[participant(&identity, "PA_1")], Millis(1)), [removed]);
        }
        assert_eq!(sessions.rooms().len(), 1, "the session of the other room stays");
        let recorder = Participant { is_recorder: true, ..participant("EG_recorder", "PA_1") };
        assert_eq!(sessions.look(room, &[recorder], Millis(1)), []);
    }

    #[test]
    fn a_second_arrival_with_the_same_pass_ends_its_session() {
        let (mut sessions, room, id) = (Sessions::default(), RoomId::new(), MediaSessionId::new());
        assert_eq!(sessions.begin(id, room, MediaRole::Viewer, Millis(0)), Ok(vec![]));
        let grant = Step::Grant { room, identity: id.to_string(), publishes: false, muted: false };
        let (first, second) = (participant(&id.to_string(), "PA_1"), participant(&id.to_string(), "PA_2"));
        assert_eq!(sessions.look(room, std::slice::from_ref(&first), Millis(1)), [grant]);
        let removed = Step::Remove { room, identity: id.to_string() };
        let down = MediaEvent::ViewerDown { room, session: id, end: MediaEnd::Lost };
        assert_eq!(sessions.look(room, &[second], Millis(2)), [removed.clone(), Step::Tell(down)]);
        assert_eq!(sessions.look(room, &[first], Millis(3)), [removed], "the first one is nobody now, too");
    }

    #[test]
    fn who_publishes_in_a_muted_room_gets_no_right_to_sound_until_it_is_unmuted() {
        let (mut sessions, room, other) = (Sessions::default(), RoomId::new(), RoomId::new());
        let (id, neighbour) = (MediaSessionId::new(), MediaSessionId::new());
        let role = MediaRole::Publisher { replace: false };
        assert!(!sessions.mute(room, true), "nobody is there yet");
        for (id, room) in [(id, room), (neighbour, other)] {
            assert_eq!(sessions.begin(id, room, role, Millis(0)), Ok(vec![]));
        }
        let grant = |session: MediaSessionId, room, muted| {
            let identity = session.to_string();
            Step::Grant { room, identity, publishes: true, muted }
        };
        let mut sender = participant(&id.to_string(), "PA_1");
        let mut beside = participant(&neighbour.to_string(), "PA_2");
        let look = |sessions: &mut Sessions, room, who: &Participant| {
            sessions.look(room, std::slice::from_ref(who), Millis(1))
        };
        assert_eq!(look(&mut sessions, room, &sender), [grant(id, room, true)]);
        assert_eq!(look(&mut sessions, other, &beside), [grant(neighbour, other, false)]);
        (sender.may_publish, sender.is_silenced, beside.may_publish) = (true, true, true);
        assert_eq!(look(&mut sessions, room, &sender), []);
        assert!(sessions.mute(room, false) && !sessions.mute(room, false), "once");
        assert_eq!(look(&mut sessions, room, &sender), [grant(id, room, false)]);
        sender.is_silenced = false;
        assert_eq!(look(&mut sessions, room, &sender), []);
        assert!(sessions.mute(room, true), "whoever sends already");
        assert_eq!(look(&mut sessions, room, &sender), [grant(id, room, true)]);
        assert_eq!(look(&mut sessions, other, &beside), [], "the neighbour is heard");
    }

    #[test]
    fn an_encoder_needs_no_pass_and_makes_room_for_nobody_who_sends() {
        let (mut sessions, room, other) = (Sessions::default(), RoomId::new(), RoomId::new());
        let encoder = |sid: &str, tracks| Participant {
            is_encoder: true,
            may_publish: true,
            tracks,
            ..participant("encoder-rtmp", sid)
        };
        assert_eq!(sessions.encoder(room), None);
        // The host has a pass, and sends nothing yet.
        let host = MediaSessionId::new();
        let role = MediaRole::Publisher { replace: false };
        assert_eq!(sessions.begin(host, room, role, Millis(0)), Ok(vec![]));
        let steps = sessions.look(room, &[encoder("PA_1", 0)], Millis(1));
        let down = MediaEvent::PublisherDown { room, session: host, end: MediaEnd::Ejected };
        assert_eq!(steps, [Step::Remove { room, identity: host.to_string() }, Step::Tell(down)]);
        let first = sessions.encoder(room).expect("it is let in");
        let up = MediaEvent::PublisherUp { room, session: first };
        assert_eq!(sessions.look(room, &[encoder("PA_1", 2)], Millis(2)), [Step::Tell(up)]);
        assert_eq!((sessions.encoder(room), sessions.encoder(other)), (Some(first), None));
        // Nobody is let in by its name alone, nor another encoder beside it.
        let mut thief = encoder("PA_1", 2);
        thief.is_encoder = false;
        let removed = |identity: &str| Step::Remove { room, identity: identity.into() };
        let mut second = encoder("PA_2", 2);
        second.identity = "encoder-whip".into();
        assert_eq!(
            sessions.look(room, &[encoder("PA_1", 2), thief, second], Millis(3)),
            [removed("encoder-rtmp"), removed("encoder-whip")]
        );
        assert_eq!(sessions.begin(host, room, role, Millis(4)), Err(MediaError::Busy));
        // It comes back before it was missed, and is another session.
        let steps = sessions.look(room, &[encoder("PA_3", 2)], Millis(5));
        let again = sessions.encoder(room).expect("it is let in");
        let down = MediaEvent::PublisherDown { room, session: first, end: MediaEnd::Lost };
        let up = MediaEvent::PublisherUp { room, session: again };
        assert!(again != first && steps == [Step::Tell(down), Step::Tell(up)], "{steps:?}");
        // What ends it names its participant; whoever takes over has it removed.
        let (at, identity, _) = sessions.end(again, MediaEnd::Ejected).expect("it is there");
        assert_eq!((at, identity.as_str()), (room, "encoder-rtmp"));
        assert_eq!(sessions.begin(host, room, role, Millis(6)), Ok(vec![]));
    }
}
