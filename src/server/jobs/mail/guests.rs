//! Mail to visitors who have paid first.

use super::send;
use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::buying::guests::SendGuestReminder};
use service::money::buying::guests::{WaitingPass, due};
use views::money::buying::guests::reminder;

impl RunJob for SendGuestReminder {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(WaitingPass { order, space }) = due(&app.services, &self).await? else { return Ok(()) };
        let url = app.url(&app.guest_order_path(order.id));
        let write = || reminder(&order.email, &order.title, &space.name, order.amount, &url);
        send(app, id, &order.email, write).await
    }
}
