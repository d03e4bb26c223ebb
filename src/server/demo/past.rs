//! The past of the demo. The service's clock is set back while use cases make it, so that every row, line and audit line
//! has the time at which it would have come to be.

use crate::clock::ServiceClock;
use domain::time::Span;

/// The clock while it is behind. Dropping this returns it to the present.
pub struct PastClock<'a> {
    clock: &'a ServiceClock,
    behind: Span,
}

impl<'a> PastClock<'a> {
    pub fn of(clock: &'a ServiceClock) -> Self {
        Self { clock, behind: Span::default() }
    }

    /// Sets the clock to this long before the present.
    pub fn set(&mut self, ago: Span) {
        self.clock.advance(Span(self.behind.0 - ago.0));
        self.behind = ago;
    }

    /// Lets time pass until it is this long before the present, unless it is later already.
    pub fn reach(&mut self, ago: Span) {
        self.set(ago.min(self.behind));
    }

    /// Lets time pass, at most up to the present.
    pub fn pass(&mut self, span: Span) {
        self.set(Span((self.behind.0 - span.0).max(0)));
    }
}

impl Drop for PastClock<'_> {
    fn drop(&mut self) {
        self.set(Span::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::clock::Clock;

    #[test]
    fn time_passes_in_the_past_and_returns_to_the_present() {
        let clock = ServiceClock::default();
        let present = clock.now();
        let mut past = PastClock::of(&clock);
        past.set(Span::days(3));
        let then = clock.now();
        assert!(present - then > Span(Span::days(3).0 - 60_000) && present - then <= Span::days(3));
        past.pass(Span::hours(1));
        assert!(clock.now() - then >= Span::hours(1));
        past.reach(Span::days(2));
        past.reach(Span::days(5));
        assert!(present - clock.now() <= Span::days(2), "never back");
        past.pass(Span::days(9));
        assert!(clock.now() >= present, "never beyond the present");
        past.set(Span::days(1));
        drop(past);
        assert!(clock.now() >= present && clock.now() - present < Span::minutes(1));
    }
}
