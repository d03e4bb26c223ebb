//! Mail to people who wait for a pass.

use super::{notices::local, send};
use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    id::JobId,
    waitlist::jobs::{Letter, SendWaitlist},
};
use service::waitlist::{WaitlistNews, due};
use views::waitlist::{
    entry::path,
    mail::{self, About},
};

impl RunJob for SendWaitlist {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(WaitlistNews { entry, pass, space, email }) = due(&app.services, &self).await? else {
            return Ok(());
        };
        let url = app.url(&path(entry.id));
        let about = About { pass: &pass, space: &space, url: &url };
        let write = || match (self.letter, self.until) {
            (Letter::Received, _) => mail::received(&email, &about, entry.kind),
            (Letter::Offered, Some(until)) => mail::offered(&email, &about, &local(&space, until)),
            (Letter::NotCharged, until) => {
                let until = until.map(|until| local(&space, until)).unwrap_or_default();
                mail::not_charged(&email, &about, &until)
            }
            (Letter::Offered, None) => mail::offered(&email, &about, ""),
            (Letter::Rejected, _) => mail::rejected(&email, &about),
        };
        send(app, id, &email, write).await
    }
}
