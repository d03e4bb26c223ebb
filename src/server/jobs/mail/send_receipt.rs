use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{id::JobId, money::jobs::SendReceipt};
use views::mail::Receipt;

impl RunJob for SendReceipt {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let purchase = app.store.purchases().by_id(self.purchase).await?;
        let account = app.store.accounts().by_id(purchase.account).await?;
        let space = app.store.spaces().by_id(purchase.space).await?;
        let (url, reference) = (app.url(&format!("/{}", space.slug)), purchase.id.to_string());
        let receipt = Receipt {
            pass: &purchase.title,
            space: &space.name,
            amount: purchase.amount,
            url: &url,
            reference: &reference,
        };
        Ok(app.mailer.send(id, views::mail::purchase(&account.email, &receipt)).await?)
    }
}
