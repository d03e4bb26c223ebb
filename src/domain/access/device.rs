//! On how many devices a pass is used at the same time. A device is a browser, by its session: its tabs are one.

use crate::{
    id::*,
    time::{Millis, Span},
};
use std::ops::RangeInclusive;

/// A pass that limits the devices of each holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceLimit {
    pub pass: PassId,
    pub devices: i64,
}

/// A device on which a limited pass is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceSeat {
    pub grant: GrantId,
    pub session: SessionId,
}

/// What a creator may choose.
pub const DEVICES: RangeInclusive<i64> = 1..=20;

/// How long a device keeps its seat after its last page was closed, and after the service was started: it reloads, or its
/// connection is away.
pub const GRACE: Span = Span::secs(30);

/// A device with a seat, as it is found when another one comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub session: SessionId,
    pub taken_at: Millis,
    /// How its browser names itself; `None`: its session is over.
    pub browser: Option<String>,
}

/// The seats that count when another device comes: those whose session goes on, and that are in use or were just taken. The
/// others are free.
pub fn in_use(
    taken: Vec<Taken>,
    uses: impl Fn(SessionId) -> bool,
    now: Millis,
) -> (Vec<Taken>, Vec<SessionId>) {
    let counts = |seat: &Taken| seat.browser.is_some() && (now < seat.taken_at + GRACE || uses(seat.session));
    let (used, free): (Vec<_>, Vec<_>) = taken.into_iter().partition(counts);
    (used, free.into_iter().map(|seat| seat.session).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_counts_while_its_session_goes_on_and_it_is_in_use_or_was_just_taken() {
        let now = Millis(100_000);
        let seat = |browser: Option<&str>, taken_at| Taken {
            session: SessionId::new(),
            taken_at,
            browser: browser.map(str::to_owned),
        };
        let (watching, away, over) =
            (seat(Some("a"), Millis(0)), seat(Some("b"), Millis(0)), seat(None, now));
        let new = seat(Some("c"), Millis(now.0 - GRACE.0 + 1));
        let old = seat(Some("d"), Millis(now.0 - GRACE.0));
        let uses = |session| session == watching.session || session == over.session;
        let all = [&watching, &away, &over, &new, &old].map(Taken::clone).to_vec();
        let (used, free) = in_use(all, uses, now);
        assert_eq!((used, free), (vec![watching, new], vec![away.session, over.session, old.session]));
    }
}
