//! Checkouts, their settlement, purchases and the webhook inbox.

pub(crate) mod checkouts;
pub(crate) mod purchases;
pub(crate) mod settlements;
pub(crate) mod webhook_inbox;

pub use checkouts::{Checkouts, Opened};
pub use purchases::{Purchase, Purchases};
pub use settlements::Applied;
pub use webhook_inbox::{WebhookHealth, WebhookInbox};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    [checkouts::STATEMENTS, purchases::STATEMENTS, settlements::STATEMENTS, webhook_inbox::STATEMENTS]
        .concat()
}
