use domain::{
    clock::{BoxFuture, Clock},
    time::{Millis, Span},
};
use std::sync::Arc;
use tokio::sync::watch;

/// Stands still until a test moves it.
pub struct TestClock(watch::Sender<Millis>);

impl TestClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Millis(1_000_000_000))))
    }
    pub fn move_on(&self, span: Span) -> Millis {
        self.0.send_modify(|now| *now = *now + span);
        self.now()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        *self.0.borrow()
    }
    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()> {
        let mut moved = self.0.subscribe();
        Box::pin(async move {
            if moved.wait_for(|now| *now >= at).await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}
