//! The port to the journals of all rooms.

use crate::{
    chat::room::{Batch, JournalEntry, RoomRecord},
    clock::BoxFuture,
    error::StoreError,
    id::*,
    time::Millis,
};

/// The journals of all rooms. One committer merges the batches of many rooms into one transaction.
pub trait JournalStore: Send + Sync {
    /// What a chat room starts from: its last `lines` lines, its modes, the bans in force at `now`, and the last seq.
    fn load(&self, room: RoomId, lines: usize, now: Millis) -> BoxFuture<'_, Result<RoomRecord, StoreError>>;
    /// Stores a batch durably (fsync before it resolves), all or nothing. `Conflict` if its numbers are taken.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), StoreError>>;
    /// The stored line that this author sent under this client id, if any: the answer to a repeated post.
    fn find(
        &self,
        room: RoomId,
        author: AccountId,
        client: ClientId,
    ) -> BoxFuture<'_, Result<Option<JournalEntry>, StoreError>>;
    /// Entries with `seq > since`, in order, at most `limit`.
    fn since(
        &self,
        room: RoomId,
        since: u64,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<JournalEntry>, StoreError>>;
}
