//! How much one space may hold. What a stranger can make us keep is bounded; no creator of a real space comes near.

use crate::time::Span;

/// Experiences in a space.
pub const EXPERIENCES: i64 = 200;
/// Passes in a space, withdrawn ones among them.
pub const PASSES: i64 = 100;
/// Streams of a space that are planned and have not begun.
pub const PLANNED_STREAMS: i64 = 200;
/// Streams that a space may make within [`STREAMS_WINDOW`].
pub const STREAMS_PER_WINDOW: i64 = 120;
pub const STREAMS_WINDOW: Span = Span::hours(1);
