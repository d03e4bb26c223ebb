use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, mail::SendMail};

impl RunJob for SendMail {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        Ok(app.mailer.send(id, self.mail).await?)
    }
}
