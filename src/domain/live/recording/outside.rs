//! Recordings that an outside media plane makes of its rooms. Each is one file, which the plane puts into the object store by itself;
//! it can be watched when it is complete. There is nothing to go back to before that, and no clip is cut out of it.

use crate::{clock::BoxFuture, id::RoomId, time::Millis};

/// What the file of such a recording has after each millisecond, until it is known: 3,000 kbit/s of pictures and 128 of sound, which are
/// asked for.
pub const BYTES_PER_MS: i64 = 391;

/// How a recording goes that a plane was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutsideProgress {
    /// Nothing is recorded yet.
    Starting,
    Running,
    /// Its file is in the object store.
    Complete(OutsideFile),
    /// There will be no file.
    Failed,
}

/// What the plane says of a file that it has stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideFile {
    /// When its first frame was recorded.
    pub began_at: Millis,
    /// When it was stored.
    pub ended_at: Millis,
    pub bytes: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideError {
    /// The plane answers, but nobody there records, or all who do are busy.
    #[error("no recorder takes the room")]
    NoRecorder,
    #[error("the media plane is down")]
    Down,
}

/// The recorders of an outside plane.
pub trait OutsideRecorder: Send + Sync {
    /// Has a room recorded into an object, until it is empty or [`Self::end`] is called. Returns the plane's name for the recording. If
    /// the room is recorded already, that one's.
    fn begin<'a>(&'a self, room: RoomId, object: &'a str) -> BoxFuture<'a, Result<String, OutsideError>>;
    /// # Errors
    /// `Down` only.
    fn look<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<OutsideProgress, OutsideError>>;
    /// Ends a recording; its file follows. Does nothing if it has ended.
    ///
    /// # Errors
    /// `Down` only.
    fn end<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), OutsideError>>;
}
