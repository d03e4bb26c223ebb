//! Orders of visitors who pay first: how long one is remembered that came to nothing, and how whoever has paid is reminded.

use crate::{
    id::CompId,
    time::Span,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// What a visitor left is forgotten so long after their order came to nothing: nobody paid it, or all of the money went back.
pub const FORGOTTEN_AFTER: Span = Span::days(30);
/// Whoever has paid is reminded so long after, while their pass waits. It waits for as long as it takes.
pub const REMINDED_AFTER: [Span; 2] = [Span::days(7), Span::days(30)];

/// Reminds whoever has paid of the pass that waits for their address. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendGuestReminder {
    pub comp: CompId,
}

impl Job for SendGuestReminder {
    const NAME: &'static str = "send_guest_reminder";
    const LANE: Lane = Lane::Notices;
}
