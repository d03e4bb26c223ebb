use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    id::JobId,
    mail::{MailError, SendCode},
};

impl RunJob for SendCode {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        match app.mailer.send(id, self.mail).await {
            // Strangers type what they like: an address that is refused is no concern of an operator.
            Err(MailError::Refused(why)) => {
                tracing::info!(job = %id, why, "a code cannot be sent");
                Ok(())
            }
            sent => Ok(sent?),
        }
    }
}
