//! Keeps which mails were sent to an account, because its person may export them.

use crate::clock::ServiceClock;
use domain::{
    clock::{BoxFuture, Clock},
    id::JobId,
    mail::{Mail, MailError, Mailer},
    people::account::is_no_address,
};
use std::sync::Arc;
use store::Store;

/// Sends by another mailer.
pub struct KeepingMailer {
    pub mailer: Arc<dyn Mailer>,
    pub store: Store,
    pub clock: ServiceClock,
}

impl Mailer for KeepingMailer {
    /// Mail about an order of somebody who has deleted their account reaches nobody. A mail that was sent is not sent again
    /// because it could not be noted.
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(async move {
            if is_no_address(&mail.to) {
                return Ok(());
            }
            self.mailer.send(key, mail.clone()).await?;
            if let Err(error) = self.store.sent_mails().keep(key, &mail, self.clock.now()).await {
                tracing::warn!(%error, "a sent mail was not noted");
            }
            Ok(())
        })
    }
}
