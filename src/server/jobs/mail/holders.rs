//! Messages of teams to the holders of their passes.

use super::send;
use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    audience::letters::{SendHolderMessage, SpreadHolderMessage},
    id::JobId,
};
use service::audience::letters::{HolderLetter, due, spread};
use views::audience::mail::{self, HolderMail};

impl RunJob for SpreadHolderMessage {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(spread(&app.services, &self).await?)
    }
}

impl RunJob for SendHolderMessage {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(letter) = due(&app.services, &self).await? else { return Ok(()) };
        let HolderLetter { message, space, email } = letter;
        let (url, stop) = (app.url(&format!("/{}", space.slug)), app.stop_space_link(self.account, space.id));
        let told = HolderMail {
            space: &space.name,
            subject: &message.subject,
            body: &message.body,
            url: &url,
            stop: &stop,
        };
        send(app, id, &email, || mail::to_holder(&email, &told)).await
    }
}
