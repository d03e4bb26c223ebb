//! Mail when its server is away, and when much of it waits.

mod away;
mod queue;

use crate::support::{Database, TestServer, smtp::SmtpServer};
use anyhow::Result;

/// A server that sends its mail to this one.
async fn with_mail(database: Database, mail: &SmtpServer) -> Result<TestServer> {
    TestServer::begin(database, |settings| {
        settings.smtp_url = Some(mail.url.clone());
        settings.mail_from = Some("pass@example.org".into());
    })
    .await
}
