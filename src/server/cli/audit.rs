//! `backstage audit verify`: reads the whole audit log next to a running server and reports what does not match.

use super::{DataLocation, say};
use crate::{audit_log::AuditLog, clock::ServiceClock, config::read, secret::Secret};
use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use domain::{clock::Clock, secret::SharedSecret};
use store::AuditReport;

#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check the whole log: print one line for each fault, and exit with 1 if there is any.
    Verify(VerifyArgs),
}

#[derive(Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    place: DataLocation,
    /// The server's secret, if it is not in the data directory.
    #[arg(long, env = "BACKSTAGE_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

pub async fn run(AuditCommand::Verify(args): AuditCommand) -> Result<()> {
    let data = args.place.data()?;
    let given = read("BACKSTAGE_SECRET", &args.secret, SharedSecret::parse)?;
    let secret = Secret::find(given.as_ref(), data)?.with_context(|| {
        format!("{} has no secret of the server; set BACKSTAGE_SECRET to it", data.display())
    })?;
    let store = args.place.open().await?;
    let log = AuditLog::new(&secret, data);
    let verified =
        log.verify(&store, ServiceClock::default().now()).await.context("cannot read the audit log");
    store.close().await;
    tell(&verified?.report)
}

/// Prints the report.
///
/// # Errors
/// If there are findings.
pub fn tell(report: &AuditReport) -> Result<()> {
    for finding in &report.findings {
        say(format_args!("{finding}\n"))?;
    }
    if report.more > 0 {
        say(format_args!("and {} more lines\n", report.more))?;
    }
    ensure!(
        report.is_sound(),
        "the audit log does not verify: compare it with a backup from before the first line named above"
    );
    say(format_args!(
        "{} audit lines verified, {} of them sealed; {} wait for the sealer.\n",
        report.last, report.sealed, report.pending
    ))
}
