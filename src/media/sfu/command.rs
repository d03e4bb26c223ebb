//! What other threads ask of the media thread.

use crate::door::Connection;
use domain::{
    id::{MediaSessionId, RoomId},
    live::media::{MediaEnd, MediaError},
};
use tokio::sync::oneshot;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Publisher,
    Viewer,
}

/// The answer to somebody who wants to come in. Who does not wait for it any more is put out again.
pub type Reply = oneshot::Sender<Result<(), MediaError>>;

/// A connection that was made elsewhere, so that a crowd that joins does not hold up the media.
pub struct Join {
    pub session: MediaSessionId,
    pub room: RoomId,
    pub role: Role,
    /// A publisher takes the place of one whose packets flow.
    pub replace: bool,
    pub connection: Connection,
    pub reply: Reply,
}

pub enum Command {
    Join(Join),
    /// Plays the test card into a room, as its publisher.
    Card {
        session: MediaSessionId,
        room: RoomId,
        reply: Reply,
    },
    End(MediaSessionId, MediaEnd),
    Stop,
}
