//! Sends one mail. The message id is derived from the job's id, so a repeat is the same message. It is written when it is sent, in
//! the language that its recipient has chosen; a code is written in that of the page which asked for it.

mod notices;
mod operators;
mod teams;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    access::jobs::{CloseSpace, SendClosing, SendDeparture, SendHandover, SendInvitation},
    amount::Money,
    catalogue::slug::page_path,
    id::{JobId, PurchaseId},
    live::jobs::{AHEAD, SendReminder, Tell},
    mail::{Mail, MailError, MailKind, SendCode, SendMail},
    money::{
        checkout::OrderEnd,
        jobs::{SendPaymentFailure, SendReceipt, SendRefundFailure, SendRefundNotice},
    },
    ops::jobs::{SendLetter, SendReportAnswer, SendSuspensionNotice, SendTakenDown},
};
use service::{
    live::reminders::{Announced, Due, due},
    money::{
        checkouts::{FailedPayment, failed_payment},
        purchases::{Sold, sold},
    },
};
use views::{
    mail::{self, Reminder},
    money::mail::{self as money, PaymentFailure, Receipt, RefundNotice},
    words::speak,
};

pub const JOBS: &[Entry] = &[
    Entry::of::<SendCode>(),
    Entry::of::<SendMail>(),
    Entry::of::<SendReceipt>(),
    Entry::of::<SendRefundNotice>(),
    Entry::of::<SendRefundFailure>(),
    Entry::of::<SendPaymentFailure>(),
    Entry::of::<SendReminder>(),
    Entry::of::<SendReportAnswer>(),
    Entry::of::<SendLetter>(),
    Entry::of::<SendSuspensionNotice>(),
    Entry::of::<SendTakenDown>(),
    Entry::of::<SendInvitation>(),
    Entry::of::<SendHandover>(),
    Entry::of::<SendDeparture>(),
    Entry::of::<CloseSpace>(),
    Entry::of::<SendClosing>(),
    Entry::of::<Tell>(),
];

/// Writes a mail in the language of whoever has the address, and sends it.
async fn send(app: &App, id: JobId, to: &str, write: impl FnOnce() -> Mail) -> Result<()> {
    let language = app.store.preferences().language_at(to).await?.unwrap_or_default();
    Ok(app.mailer.send(id, speak(language, write)).await?)
}

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
        let Sold { purchase, space, email } = sold(&app.services, self.purchase).await?;
        let (url, reference) = (app.url(&format!("/{}", space.slug)), purchase.id.to_string());
        let receipt = Receipt {
            pass: &purchase.title,
            space: &space.name,
            amount: purchase.amount,
            url: &url,
            reference: &reference,
        };
        send(app, id, &email, || money::purchase(&email, &receipt)).await
    }
}

impl RunJob for SendRefundNotice {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        send_notice(app, id, self.purchase, money::refund).await
    }
}

impl RunJob for SendRefundFailure {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        send_notice(app, id, self.purchase, money::refund_failed).await
    }
}

impl RunJob for SendPaymentFailure {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(failed) = failed_payment(&app.services, self.checkout).await? else { return Ok(()) };
        let FailedPayment { order, pass, space, email, closed } = failed;
        let unconfirmed = order.ended == Some(OrderEnd::Unconfirmed);
        let url = match closed {
            None if !unconfirmed => app.url(&page_path(&space.slug, &pass.slug)),
            _ => app.url(&format!("/checkouts/{}", order.id)),
        };
        let reference = order.purchase.to_string();
        let failure = PaymentFailure {
            pass: &order.title,
            space: &space.name,
            amount: order.amount,
            closed,
            url: &url,
            reference: &reference,
        };
        let write = if unconfirmed { money::payment_unconfirmed } else { money::payment_failed };
        send(app, id, &email, || write(&email, &failure)).await
    }
}

impl RunJob for SendReminder {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(Due { announced, email }) = due(&app.services, &self).await? else { return Ok(()) };
        let Announced { stream, space, experience } = announced;
        let write = || {
            let reminder = Reminder {
                title: &stream.title,
                space: &space.name,
                when: &notices::local(&space, self.at),
                soon: self.hours != AHEAD[0],
                url: &app.url(&page_path(&space.slug, &experience.slug)),
                stop: &app.stop_link(self.account, MailKind::Reminders),
            };
            mail::reminder(&email, &reminder)
        };
        send(app, id, &email, write).await
    }
}

type Template = fn(&str, &RefundNotice<'_>) -> Mail;

async fn send_notice(app: &App, id: JobId, purchase: PurchaseId, template: Template) -> Result<()> {
    let Sold { purchase, space, email } = sold(&app.services, purchase).await?;
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
    send(app, id, &email, || template(&email, &notice)).await
}
