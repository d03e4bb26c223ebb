//! The looks at LiveKit's rooms: soon after an event, and at all of them every second.

use super::{
    Shared, lock,
    sessions::{Participant, Step},
};
use domain::id::RoomId;
use livekit_api::services::{
    ServerError, ServerErrorCode, ServiceError,
    room::{RemoveParticipantOptions, UpdateParticipantOptions},
};
use livekit_protocol::{self as proto, participant_info::Kind};
use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering::SeqCst},
    time::Duration,
};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How often all rooms are looked at.
const PACE: Duration = Duration::from_secs(1);
/// Events of a crowd that arrives collect for this long.
const TOGETHER: Duration = Duration::from_millis(50);
/// What somebody who is muted may publish. None at all means everything.
const PICTURES: [proto::TrackSource; 2] = [proto::TrackSource::Camera, proto::TrackSource::ScreenShare];

impl Shared {
    /// Runs until it is aborted.
    pub(super) async fn look_at_rooms(self: Arc<Self>) {
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = pace.tick() => self.look_at_all().await,
                () = self.bell.notified() => {
                    sleep(TOGETHER).await;
                    let rooms = std::mem::take(&mut *lock(&self.soon));
                    // In an outage each of these would wait, and the look at all rooms says when it is over.
                    for room in rooms.into_iter().filter(|_| self.up.load(SeqCst)) {
                        self.look(room).await;
                    }
                }
            }
        }
    }

    async fn look_at_all(self: &Arc<Self>) {
        let listed = match self.rooms.list_rooms(Vec::new()).await {
            Ok(listed) => listed,
            Err(error) => return self.lost(&error),
        };
        if !self.up.swap(true, SeqCst) {
            tracing::info!("LiveKit answers again");
        }
        let mine = lock(&self.sessions).rooms();
        let listed: HashSet<RoomId> = listed.iter().filter_map(|room| room.name.parse().ok()).collect();
        for room in &listed {
            if mine.contains(room) || self.is_kept(*room).await {
                self.look(*room).await;
            } else {
                self.close(*room).await;
            }
        }
        for room in mine.difference(&listed) {
            self.compare(*room, &[]).await;
        }
    }

    fn lost(&self, error: &ServiceError) {
        if self.up.swap(false, SeqCst) {
            tracing::warn!(%error, "LiveKit does not answer");
        }
        let silent = lock(&self.sessions).lose_sight();
        silent.into_iter().for_each(|event| self.tell(event));
    }

    /// Whether a recorder or an encoder is there. The former goes on while the host connects again, and LiveKit closes the room when
    /// nobody does; the latter is let in by the look that follows.
    async fn is_kept(&self, room: RoomId) -> bool {
        let there = self.rooms.list_participants(&room.to_string()).await.unwrap_or_default();
        there.into_iter().map(Participant::from).any(|who| who.is_recorder || who.is_encoder)
    }

    /// Closes a room in which nobody has a session. Whoever is in it is removed.
    async fn close(&self, room: RoomId) {
        if let Err(error) = self.rooms.delete_room(&room.to_string()).await
            && !is_gone(&error)
        {
            tracing::warn!(%error, %room, "LiveKit does not close a room");
        }
    }

    async fn look(self: &Arc<Self>, room: RoomId) {
        let there = match self.rooms.list_participants(&room.to_string()).await {
            Ok(there) => there.into_iter().map(Participant::from).collect(),
            Err(error) if is_gone(&error) => Vec::new(),
            Err(error) => return tracing::warn!(%error, %room, "LiveKit does not tell who is in a room"),
        };
        self.compare(room, &there).await;
    }

    async fn compare(self: &Arc<Self>, room: RoomId, there: &[Participant]) {
        let steps = lock(&self.sessions).look(room, there, self.clock.now());
        for step in steps {
            match step {
                Step::Tell(event) => self.tell(event),
                Step::Remove { room, identity } => self.remove(room, &identity).await,
                // What follows from the right is seen by another look.
                Step::Grant { room, identity, publishes, muted } => {
                    if self.grant(room, &identity, publishes, muted).await {
                        self.look_soon(room);
                    }
                }
            }
        }
    }

    /// False if it was not given; the look of the next second tries again. What is published without the right ends at once.
    async fn grant(&self, room: RoomId, identity: &str, publishes: bool, muted: bool) -> bool {
        let permission = proto::ParticipantPermission {
            can_publish: publishes,
            can_publish_sources: if muted { PICTURES.map(i32::from).into() } else { Vec::new() },
            can_subscribe: !publishes,
            // A publisher that is hidden is not seen by those who watch.
            hidden: !publishes,
            ..Default::default()
        };
        let options = UpdateParticipantOptions { permission: Some(permission), ..Default::default() };
        let given = self.rooms.update_participant(&room.to_string(), identity, options).await;
        match given {
            Ok(_) => true,
            Err(error) => {
                if !is_gone(&error) {
                    tracing::warn!(%error, %room, "LiveKit gives somebody no right");
                }
                false
            }
        }
    }

    /// If it fails, the look of the next second tries again. LiveKit is told that passes from before are void, too, where its
    /// release can do that.
    pub(super) async fn remove(&self, room: RoomId, identity: &str) {
        let options = RemoveParticipantOptions { revoke_token_ts: self.clock.now().0 };
        let removed = self.rooms.remove_participant_with_options(&room.to_string(), identity, options).await;
        if let Err(error) = removed
            && !is_gone(&error)
        {
            tracing::warn!(%error, %room, "LiveKit does not remove somebody");
        }
    }
}

/// Who or what is not there any more.
pub(super) fn is_gone(error: &ServiceError) -> bool {
    matches!(error, ServiceError::Twirp(ServerError::Twirp(code)) if code.code == ServerErrorCode::NOT_FOUND)
}

impl From<proto::ParticipantInfo> for Participant {
    fn from(info: proto::ParticipantInfo) -> Self {
        let kind = info.kind();
        let permission = info.permission.unwrap_or_default();
        Self {
            is_recorder: kind == Kind::Egress,
            is_encoder: kind == Kind::Ingress,
            identity: info.identity,
            sid: info.sid,
            tracks: info.tracks.len(),
            may_publish: permission.can_publish,
            may_subscribe: permission.can_subscribe,
            is_silenced: !permission.can_publish_sources.is_empty(),
        }
    }
}
