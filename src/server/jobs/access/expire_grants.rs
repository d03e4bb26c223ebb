//! Ends expired grants: records each once, and closes what is still open through it. The doors do not depend on this
//! job: they compare the time at each entry.

use crate::app::App;
use actors::Worker;
use anyhow::Result;
use domain::{access::grant::Grant, change::Change, clock::Clock, time::Span};

/// How soon pages and media of an expired grant end.
const EVERY: Span = Span::secs(1);

/// The loop of the worker that looks for expired grants.
pub async fn work(app: App, mut worker: Worker) {
    while !worker.is_stopping() {
        if let Err(error) = sweep(&app).await {
            tracing::warn!(%error, "expired grants cannot be looked for");
            worker.failed(error.to_string());
        }
        tokio::select! {
            () = worker.stopping() => {}
            () = app.clock.sleep_until(app.clock.now() + EVERY) => {}
        }
    }
}

async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    for grant in app.store.grants().due(now).await? {
        if app.store.grants().expire(grant.id, now).await? {
            let Grant { id, space, account, .. } = grant;
            app.services.changed(&[Change::GrantEnded { space, account, grant: id }]);
        }
    }
    Ok(())
}
