//! The service's only clock. Nothing else reads the machine's clock. Tests may move this one forward or stop it, and the
//! demo makes its past with it.

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
#[derive(Clone, Default)]
pub struct ServiceClock {
    setting: Arc<watch::Sender<ClockSetting>>,
}

#[derive(Clone, Copy, Default)]
struct ClockSetting {
    ahead: Span,
    /// The machine's time when the clock was stopped.
    stopped: Option<Millis>,
}

impl ServiceClock {
    /// Moves the clock forward by `span` and wakes all tasks that sleep on it. Returns the total offset. Only the demo moves
    /// it back, before anybody is served.
    pub fn advance(&self, span: Span) -> Span {
        self.setting.send_modify(|setting| setting.ahead.0 += span.0);
        self.setting.borrow().ahead
    }

    /// Stops the clock, for tests that count what one act costs: workers that sleep on it do nothing by themselves then.
    pub fn stop(&self) {
        self.setting.send_modify(|setting| setting.stopped = Some(machine_time()));
    }
}

fn machine_time() -> Millis {
    let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(machine.as_millis()).unwrap_or(i64::MAX))
}

impl Clock for ServiceClock {
    fn now(&self) -> Millis {
        let setting = *self.setting.borrow();
        setting.stopped.unwrap_or_else(machine_time) + setting.ahead
    }

    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let mut moved = self.setting.subscribe();
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

    #[tokio::test]
    async fn a_stopped_clock_is_moved_by_hand_alone() {
        let clock = ServiceClock::default();
        clock.stop();
        let (stopped, sleeper) = (clock.now(), clock.sleep_until(clock.now() + Span(1)));
        let slept = tokio::time::timeout(std::time::Duration::from_millis(20), sleeper).await;
        assert!(slept.is_err() && clock.now() == stopped);
        clock.advance(Span(1));
        assert_eq!(clock.now(), stopped + Span(1));
    }
}
