//! Commands from other threads to the media thread.

use crate::{door::Connection, test_card::Film};
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{Keyframe, LayerWish, MediaEnd, MediaError, ViewerLayers},
};
use tokio::sync::oneshot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Publisher,
    Viewer,
}

/// The answer to a join. If the caller no longer waits for it, the session is removed again.
pub type Reply = oneshot::Sender<Result<(), MediaError>>;

/// A connection made in the caller's task, so that many joins do not delay the media thread.
pub struct Join {
    pub session: MediaSessionId,
    pub room: RoomId,
    pub role: Role,
    /// The publisher may replace one whose packets flow.
    pub replace: bool,
    pub connection: Connection,
    pub reply: Reply,
}

pub enum Command {
    Join(Join),
    /// Plays a built-in film into a room as its publisher.
    Card {
        film: Film,
        session: MediaSessionId,
        room: RoomId,
        reply: Reply,
    },
    /// Asks for the newest keyframe of a room's video.
    Still {
        room: RoomId,
        reply: oneshot::Sender<Option<Keyframe>>,
    },
    /// Chooses the layer of a viewer.
    ChooseLayer {
        session: MediaSessionId,
        wish: LayerWish,
        reply: oneshot::Sender<Option<ViewerLayers>>,
    },
    /// Lets the sound of a room through that this order has muted.
    Unmute {
        room: RoomId,
        order: u64,
    },
    /// The publisher pauses the layers that it is told to pause.
    PauseLayers(MediaSessionId),
    End(MediaSessionId, MediaEnd),
    Stop,
}
