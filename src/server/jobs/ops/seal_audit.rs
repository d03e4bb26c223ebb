//! The sealer of the audit log. If it panics, it is restarted and seals the lines that waited.

use crate::{app::App, telemetry::Outage};
use actors::Worker;
use domain::{clock::Clock, time::Span};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often to look for lines written by another process (`backstage operator add`).
const LOOK: Span = Span::secs(1);
/// The shortest pause between two rounds. Lines written meanwhile are sealed together.
const PAUSE: Duration = Duration::from_millis(250);
/// How often the whole log is verified; also at the start.
const VERIFY: Duration = Duration::from_secs(600);

pub async fn work(app: App, mut worker: Worker) {
    let (mut verify_at, mut outage) = (Instant::now(), Outage::default());
    loop {
        // Read the flag first, so that the last round seals everything written before the stop.
        let last = worker.is_stopping();
        match app.audit_log.seal(&app.store).await {
            Ok(batches) => {
                if outage.ends() {
                    tracing::info!("audit lines are sealed again");
                }
                worker.handled(batches as u64);
            }
            Err(error) => {
                worker.failed(format!("{error:#}"));
                if outage.begins() {
                    tracing::warn!(error = %format!("{error:#}"), "audit lines wait to be sealed");
                }
            }
        }
        if last {
            return;
        }
        if Instant::now() >= verify_at {
            verify(&app, &worker).await;
            verify_at = Instant::now() + VERIFY;
        }
        sleep(PAUSE).await;
        let audit = app.store.audit();
        tokio::select! {
            () = audit.written() => {}
            () = app.clock.sleep_until(app.clock.now() + LOOK) => {}
            () = worker.stopping() => {}
        }
    }
}

async fn verify(app: &App, worker: &Worker) {
    match app.audit_log.verify(&app.store, app.clock.now()).await {
        Ok(verified) => {
            for finding in &verified.report.findings {
                tracing::error!(%finding, "the audit log was tampered with");
            }
        }
        Err(error) => worker.failed(format!("{error:#}")),
    }
}
