//! The events that actors publish and pages follow.

use crate::{
    chat::room::Entry,
    live::{media::MediaHealth, stream::Stream, viewership::Viewership},
};
use std::sync::Arc;

/// An event of a room's feed.
#[derive(Clone, Debug)]
pub enum RoomEvent {
    /// In order, without gaps; stored before it is published.
    Journal(Arc<Entry>),
    /// Only the newest value counts.
    Moment(Moment),
}

/// A value that only matters now. A new follower gets the newest value, and then each change, at most once a second.
#[derive(Clone, Debug)]
pub enum Moment {
    People(usize),
    /// Published at once, never throttled: pages show only states that the server has sent.
    Stream(Arc<Stream>),
    Health(MediaHealth),
    Viewership(Viewership),
    /// Whether the room's chat is parked: it failed too often and waits for an operator.
    ChatParked(bool),
}
