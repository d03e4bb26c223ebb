//! The port to the stored streams.

use crate::{
    clock::BoxFuture,
    error::StoreError,
    id::*,
    live::{
        participants::{Participant, StageChange},
        stream::{Stream, StreamChange},
        viewership::{Viewership, Viewing},
    },
    time::Millis,
};

/// Streams as rows: the truth about their state.
pub trait StreamStore: Send + Sync {
    fn load(&self, id: StreamId) -> BoxFuture<'_, Result<Stream, StoreError>>;
    /// Writes `change.to` if the row still has the version of `change.from`, in one conditional statement; otherwise
    /// returns `Conflict`. If a person asked for it (`by`), writes its audit line in the same transaction.
    fn change(
        &self,
        change: StreamChange,
        by: Option<AccountId>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Those in rehearsal, live or interrupted: what the engine resumes when the process starts.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<StreamId>, StoreError>>;
    /// Raises the stored peak of people; a lower one changes nothing.
    fn peak(&self, id: StreamId, people: i64) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Stores since when nobody has watched; the row's version stays, because no page shows it.
    fn empty(&self, id: StreamId, since: Option<Millis>) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Those on the stage of a stream, and those who wait, with their names.
    fn participants(&self, id: StreamId) -> BoxFuture<'_, Result<Vec<Participant>, StoreError>>;
    /// Stores a change of the stage. If the host asked for it (`by`), writes its audit line in the same transaction.
    fn change_stage(
        &self,
        id: StreamId,
        change: StageChange,
        by: Option<AccountId>,
        now: Millis,
    ) -> BoxFuture<'_, Result<(), StoreError>>;
    /// The stream is over: nobody is on its stage.
    fn clear_stage(&self, id: StreamId) -> BoxFuture<'_, Result<(), StoreError>>;
    /// Stores viewings, or their later ends, and returns the totals of everything stored.
    fn viewed(&self, id: StreamId, viewings: Vec<Viewing>) -> BoxFuture<'_, Result<Viewership, StoreError>>;
}
