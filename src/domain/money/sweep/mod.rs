//! The sweep: what has happened at the provider is also listed there. Whatever no webhook has brought is found in the list, and what
//! is not settled is asked about.

use crate::{
    money::payments::WebhookEvent,
    time::{Millis, Span},
};

/// How often the list is read, …
const EVERY: Span = Span::minutes(5);
/// … and how often while somebody pays, but no webhook comes.
const QUICK: Span = Span::secs(30);
/// How long no webhook has come then.
const QUIET: Span = Span::minutes(10);
/// The webhook of a younger event may still be on its way.
const ON_ITS_WAY: Span = Span::secs(30);
/// An event may be listed so much later than it happened, beside newer ones. So much of the list is read again each time.
const LISTED_LATE: Span = Span::minutes(10);
/// How long the provider keeps events.
const KEPT_FOR: Span = Span::days(30);
/// Pages of the list that one sweep reads; the next one goes on.
pub const MOST_PAGES: usize = 20;
/// What has not settled after this long is asked about.
pub const UNSETTLED_AFTER: Span = Span::minutes(2);
/// Nothing is asked about more often than this for long: each pause is as long as the wait before it, up to this.
pub const ASKED_AT_MOST: Span = Span::hours(1);
/// A bank that asks about a payment may still take the money back: how often that is asked about, and for how long after the payment.
/// Banks have 120 days to begin.
pub const INQUIRIES: (Span, Span) = (Span::days(1), Span::days(180));
/// Payments that one sweep asks about, the longest forgotten first.
pub const MOST_ASKED: usize = 200;

/// An event of the provider's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEvent {
    pub event: WebhookEvent,
    pub created: Millis,
}

impl ListedEvent {
    /// Whether its webhook would have come by now.
    pub fn is_overdue(&self, now: Millis) -> bool {
        self.created + ON_ITS_WAY <= now
    }

    /// Whether nothing can be listed before it any more.
    fn is_firm(&self, now: Millis) -> bool {
        self.created + LISTED_LATE <= now
    }
}

/// What is known before a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepState {
    /// The event from which the list is read on.
    pub cursor: Option<String>,
    /// When the last sweep has ended well.
    pub swept_at: Option<Millis>,
    /// When the last webhook came.
    pub came_at: Option<Millis>,
    /// A buyer is on the provider's page.
    pub open: bool,
}

impl SweepState {
    /// Whether another sweep begins now. One that failed is followed by the next at once: it has left nothing behind.
    pub fn is_due(&self, now: Millis) -> bool {
        let quiet = self.came_at.is_none_or(|at| at + QUIET <= now);
        let pause = if self.open && quiet { QUICK } else { EVERY };
        self.swept_at.is_none_or(|at| at + pause <= now)
    }
}

/// From when on events are listed if no event is known from which to go on.
pub fn oldest(now: Millis) -> Millis {
    Millis(now.0 - KEPT_FOR.0)
}

/// From which event of a page the next sweep goes on, if it has one; a page is listed the newest first.
pub fn cursor_of(page: &[ListedEvent], now: Millis) -> Option<&str> {
    page.iter().find(|one| one.is_firm(now)).map(|one| one.event.id.as_str())
}

#[cfg(test)]
mod tests;
