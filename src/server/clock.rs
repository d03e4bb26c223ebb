//! The service's only clock. Nothing else reads the machine's clock. Tests may move this one forward, and the demo makes
//! its past with it.

use domain::{
    clock::{BoxFuture, Clock},
    time::{Millis, Span},
};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::watch;

/// The machine's time plus the offset that tests have added.
#[derive(Clone)]
pub struct ServiceClock {
    ahead: Arc<watch::Sender<Span>>,
}

impl Default for ServiceClock {
    fn default() -> Self {
        Self { ahead: Arc::new(watch::Sender::new(Span::default())) }
    }
}

impl ServiceClock {
    /// Moves the clock forward by `span` and wakes all tasks that sleep on it. Returns the total offset. Only the demo moves
    /// it back, before anybody is served.
    pub fn advance(&self, span: Span) -> Span {
        self.ahead.send_modify(|ahead| ahead.0 += span.0);
        *self.ahead.borrow()
    }
}

impl Clock for ServiceClock {
    fn now(&self) -> Millis {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(machine.as_millis()).unwrap_or(i64::MAX)) + *self.ahead.borrow()
    }

    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let mut moved = self.ahead.subscribe();
        Box::pin(async move {
            loop {
                let left = at - clock.now();
                if left.0 <= 0 {
                    return;
                }
                tokio::select! {
                    () = tokio::time::sleep(left.to_std()) => {}
                    _ = moved.changed() => {}
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved() {
        let clock = ServiceClock::default();
        let sleeper = clock.sleep_until(clock.now() + Span::hours(1));
        clock.advance(Span::hours(2));
        sleeper.await;
    }
}
