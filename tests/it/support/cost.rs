//! The number of statements that an act costs, counted while nothing else runs.

use super::TestServer;
use anyhow::{Result, bail};
use std::time::Duration;

impl TestServer {
    /// All statements so far.
    pub fn statements(&self) -> u64 {
        let counts = self.app.store.counted();
        counts.select + counts.insert + counts.update + counts.delete
    }

    /// Stops the clock, so that workers do nothing by themselves, and waits until what was begun is done.
    pub async fn stop_clock(&self) -> Result<()> {
        self.app.clock.stop();
        self.rest().await?;
        self.fall_silent().await
    }

    /// The statements of an act and of the work that follows it. Only while the clock is stopped.
    pub async fn cost_of(&self, act: impl Future<Output = Result<()>>) -> Result<u64> {
        self.fall_silent().await?;
        let before = self.statements();
        act.await?;
        self.fall_silent().await?;
        Ok(self.statements() - before)
    }

    /// Waits until no statement has run for 300 ms: audit lines are sealed 250 ms after the round before.
    async fn fall_silent(&self) -> Result<()> {
        let (mut last, mut silent) = (self.statements(), 0);
        for _ in 0..500 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = self.statements();
            silent = if now == last { silent + 1 } else { 0 };
            last = now;
            if silent == 15 {
                return Ok(());
            }
        }
        bail!("statements run although the clock is stopped")
    }
}
