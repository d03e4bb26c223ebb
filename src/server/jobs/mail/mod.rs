//! Sends one mail. The message id is derived from the job's id, so a repeat is the same message.

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    amount::Money,
    id::JobId,
    mail::{MailError, SendCode, SendMail},
    money::jobs::{SendReceipt, SendRefundNotice},
};
use views::mail::{Receipt, RefundNotice};

pub const JOBS: &[Entry] = &[
    Entry::of::<SendCode>(),
    Entry::of::<SendMail>(),
    Entry::of::<SendReceipt>(),
    Entry::of::<SendRefundNotice>(),
];

impl RunJob for SendCode {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        match app.mailer.send(id, self.mail).await {
            // Strangers may type anything, so a refused address is not a problem for operators.
            Err(MailError::Refused(why)) => {
                tracing::info!(job = %id, why, "a code cannot be sent");
                Ok(())
            }
            sent => Ok(sent?),
        }
    }
}

impl RunJob for SendMail {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        Ok(app.mailer.send(id, self.mail).await?)
    }
}

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
