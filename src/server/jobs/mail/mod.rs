//! Sends one mail. The message id is derived from the job's id, so a repeat is the same message. It is written when it is sent, in
//! the language that its recipient has chosen; a code is written in that of the page which asked for it.

mod guests;
mod holders;
mod money_back;
mod notices;
mod operators;
mod teams;
mod waitlist;

use super::{Entry, RunJob};
use crate::app::App;
use anyhow::Result;
use domain::{
    access::jobs::{CloseSpace, SendClosing, SendComp, SendDeparture, SendHandover, SendInvitation},
    amount::Money,
    audience::letters::{SendHolderMessage, SpreadHolderMessage},
    catalogue::slug::page_path,
    id::{CheckoutId, JobId, PurchaseId},
    live::jobs::{AHEAD, SendReminder, Tell},
    mail::{Mail, MailError, MailKind, SendCode, SendMail},
    money::{
        back::{
            show_refunds::TellShowRefund,
            wishes::{SendRefundDeclined, SendRefundWish},
        },
        buying::guests::SendGuestReminder,
        checkout::OrderEnd,
        jobs::{SendPaymentFailure, SendReceipt, SendRefundFailure, SendRefundNotice, TellSubscriber},
        payouts::jobs::SendPayoutFailure,
    },
    ops::jobs::{SendLetter, SendReportAnswer, SendSuspensionNotice, SendTakenDown},
    waitlist::jobs::SendWaitlist,
};
use service::{
    live::reminders::{Announced, Due, due},
    money::{
        checkouts::{FailedPayment, failed_payment},
        purchases::{Sold, sold},
        subscriptions,
    },
};
use views::{
    mail::{self, ReminderMail},
    money::{
        buying::{gifts, guests as visitors},
        mail::{self as money, PaymentFailure, Receipt, RefundNotice},
        subscriptions as about,
    },
    words::speak,
};

pub const JOBS: &[Entry] = &[
    Entry::of::<SendCode>(),
    Entry::of::<SendMail>(),
    Entry::of::<SendReceipt>(),
    Entry::of::<SendRefundNotice>(),
    Entry::of::<SendRefundFailure>(),
    Entry::of::<TellShowRefund>(),
    Entry::of::<SendRefundWish>(),
    Entry::of::<SendRefundDeclined>(),
    Entry::of::<SendPaymentFailure>(),
    Entry::of::<TellSubscriber>(),
    Entry::of::<SendPayoutFailure>(),
    Entry::of::<SendReminder>(),
    Entry::of::<SendReportAnswer>(),
    Entry::of::<SendLetter>(),
    Entry::of::<SendSuspensionNotice>(),
    Entry::of::<SendTakenDown>(),
    Entry::of::<SendInvitation>(),
    Entry::of::<SendComp>(),
    Entry::of::<SendGuestReminder>(),
    Entry::of::<SendWaitlist>(),
    Entry::of::<SendHandover>(),
    Entry::of::<SendDeparture>(),
    Entry::of::<CloseSpace>(),
    Entry::of::<SendClosing>(),
    Entry::of::<Tell>(),
    Entry::of::<SpreadHolderMessage>(),
    Entry::of::<SendHolderMessage>(),
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
        let Sold { purchase, space, email, until, gift, guest } = sold(&app.services, self.purchase).await?;
        let path = if guest { app.guest_order_path(purchase.checkout) } else { format!("/{}", space.slug) };
        let (url, reference) = (app.url(&path), purchase.id.to_string());
        let invoice = app.url(&views::money::invoice::path(purchase.id));
        let receipt = Receipt {
            pass: &purchase.title,
            space: &space.name,
            amount: purchase.amount,
            until,
            url: &url,
            reference: &reference,
            invoice: &invoice,
        };
        let write = || match &gift {
            Some(_) if guest => visitors::receipt(&email, &receipt),
            Some(to) => gifts::receipt(&email, to, &receipt),
            None => money::purchase(&email, &receipt),
        };
        send(app, id, &email, write).await
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

impl RunJob for TellSubscriber {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(told) = subscriptions::news(&app.services, self.subscription, self.news).await? else {
            return Ok(());
        };
        let url = app.url(about::PATH);
        let news = about::SubscriptionNews {
            subscription: &told.subscription,
            space: &told.space,
            until: told.until,
            url: &url,
        };
        send(app, id, &told.email, || about::news(&told.email, self.news, &news)).await
    }
}

impl RunJob for SendPaymentFailure {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(failed) = failed_payment(&app.services, self.checkout).await? else { return Ok(()) };
        let FailedPayment { order, pass, space, email, closed } = failed;
        let unconfirmed = order.ended == Some(OrderEnd::Unconfirmed);
        let url = match closed {
            None if !unconfirmed => app.url(&page_path(&space.slug, &pass.slug)),
            _ => app.url(&order_path(app, order.id, order.guest)),
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
            let reminder = ReminderMail {
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

/// The page of an order, for its buyer. A visitor has no account in which it could be.
fn order_path(app: &App, order: CheckoutId, guest: bool) -> String {
    if guest { app.guest_order_path(order) } else { format!("/checkouts/{order}") }
}

type Template = fn(&str, &RefundNotice<'_>) -> Mail;

async fn send_notice(app: &App, id: JobId, purchase: PurchaseId, template: Template) -> Result<()> {
    let Sold { purchase, space, email, guest, .. } = sold(&app.services, purchase).await?;
    let url = app.url(&order_path(app, purchase.checkout, guest));
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
