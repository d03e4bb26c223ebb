//! What the actors publish and the pages follow.

use crate::{
    chat::room::Entry,
    live::{media::MediaHealth, stream::Stream, viewership::Viewership},
};
use std::sync::Arc;

/// An event of a room's feed.
#[derive(Clone, Debug)]
pub enum RoomEvent {
    /// In order, without gaps, stored before it is published.
    Journal(Arc<Entry>),
    /// Only the newest counts.
    Moment(Moment),
}

/// A value that only matters now: the newest is told to one who comes, then each change, at most once a second.
#[derive(Clone, Debug)]
pub enum Moment {
    People(usize),
    /// Told at once, never delayed: a label in the browser is not a state.
    Stream(Arc<Stream>),
    Health(MediaHealth),
    Viewership(Viewership),
    /// The room's chat fell too often and waits for an operator, or does so no longer.
    ChatParked(bool),
}
