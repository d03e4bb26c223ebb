use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{amount::Money, id::JobId, money::jobs::SendRefundNotice};
use views::mail::RefundNotice;

impl RunJob for SendRefundNotice {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let purchase = app.store.purchases().by_id(self.purchase).await?;
        let account = app.store.accounts().by_id(purchase.account).await?;
        let space = app.store.spaces().by_id(purchase.space).await?;
        let url = app.url(&format!("/checkouts/{}", purchase.checkout));
        let reference = purchase.id.to_string();
        let notice = RefundNotice {
            pass: &purchase.title,
            space: &space.name,
            paid: purchase.amount,
            refunded: Money { minor: purchase.refunded, ..purchase.amount },
            reason: purchase.refund_reason,
            url: &url,
            reference: &reference,
        };
        Ok(app.mailer.send(id, views::mail::refund(&account.email, &notice)).await?)
    }
}
