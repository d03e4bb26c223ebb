//! `backstage audit verify`: reads the whole audit log next to a running server and reports what does not match.

use super::Place;
use crate::{audit_log::AuditLog, clock::ServiceClock, config::read, secret::Secret};
use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use domain::{clock::Clock, secret::SharedSecret};
use store::AuditReport;

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check the whole log: print one line for each fault, and exit with 1 if there is any.
    Verify(Verify),
}

#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// The server's secret, if it is not in the data directory.
    #[arg(long, env = "BACKSTAGE_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

pub async fn run(AuditCommand::Verify(args): AuditCommand) -> Result<()> {
    let data = args.place.data.as_deref().context("say where the data is: --data DIR")?;
    let given = read("BACKSTAGE_SECRET", &args.secret, SharedSecret::parse)?;
    let secret = Secret::find(given.as_ref(), data)?
        .context("the server's secret is neither in the data directory nor in BACKSTAGE_SECRET")?;
    let store = args.place.open().await?;
    let log = AuditLog::new(&secret, data);
    let report = &log.verify(&store, ServiceClock::default().now()).await?.report;
    store.close().await;
    tell(report)
}

/// Prints the report.
///
/// # Errors
/// If there are findings.
pub fn tell(report: &AuditReport) -> Result<()> {
    for finding in &report.findings {
        println!("{finding}");
    }
    if report.more > 0 {
        println!("and {} more lines", report.more);
    }
    ensure!(report.is_sound(), "the audit log does not verify");
    println!(
        "{} audit lines verified, {} of them sealed; {} wait for the sealer.",
        report.last, report.sealed, report.pending
    );
    Ok(())
}
