//! How much one space may hold. This bounds what a stranger can make the server store; real spaces stay far below.

use crate::time::Span;

/// Spaces of which one person is an owner, including those that are closed.
pub const SPACES: i64 = 20;
/// Experiences per space.
pub const EXPERIENCES: i64 = 200;
/// Passes per space, including withdrawn ones.
pub const PASSES: i64 = 100;
/// Scheduled streams per space that have not begun.
pub const PLANNED_STREAMS: i64 = 200;
/// Streams that a space may create within [`STREAMS_WINDOW`].
pub const STREAMS_PER_WINDOW: i64 = 120;
pub const STREAMS_WINDOW: Span = Span::hours(1);
