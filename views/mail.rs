//! The texts of e-mails. All are plain text; there is no HTML version.

pub mod notices;

use crate::money::checkout::{end_reason_text, refund_words};
use domain::{
    amount::Money,
    mail::Mail,
    money::{
        checkout::{GIVE_UP_PROCESSING, OrderEnd},
        settlement::RefundReason,
    },
    time::Span,
};

/// The sign-in code. `minutes`: how long it is valid.
pub fn sign_in_code(to: &str, code: &str, minutes: i64) -> Mail {
    let text = format!(
        "Your code for Backstage Pass is\n\n    {code}\n\nIt is good for {minutes} minutes, once, in the browser that asked for it.\n\n\
         You did not ask? Then somebody typed your address by mistake, and you need do nothing.\n"
    );
    mail(to, format!("{code} is your code for Backstage Pass"), text)
}

/// A paid order.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    pub pass: &'a str,
    pub space: &'a str,
    pub amount: Money,
    /// The link to the pass, with scheme and host.
    pub url: &'a str,
    /// The purchase reference that support asks for.
    pub reference: &'a str,
}

pub fn purchase(to: &str, r: &Receipt<'_>) -> Mail {
    let text = format!(
        "Thank you. {} at {} is yours.\n\n    {} ({})\n\nGo in here:\n{}\n\nOrder {}\n",
        r.pass,
        r.space,
        r.amount,
        r.amount.currency.code().to_uppercase(),
        r.url,
        r.reference
    );
    mail(to, format!("Your pass: {} at {}", r.pass, r.space), text)
}

/// A refund.
#[derive(Clone, Copy, Debug)]
pub struct RefundNotice<'a> {
    pub pass: &'a str,
    pub space: &'a str,
    pub paid: Money,
    pub refunded: Money,
    /// Why it was refunded automatically, if it was.
    pub reason: Option<RefundReason>,
    /// The link to the order's page, with scheme and host.
    pub url: &'a str,
    pub reference: &'a str,
}

pub fn refund(to: &str, n: &RefundNotice<'_>) -> Mail {
    let ended = match n.reason {
        Some(reason) => refund_words(reason),
        None if n.refunded.minor >= n.paid.minor => "The pass has ended with it.",
        None => "You keep the pass.",
    };
    let text = format!(
        "{} went back to you for {} at {}. {ended}\n\nBanks take up to ten days to show it.\n\n{}\n\nOrder {}\n",
        n.refunded, n.pass, n.space, n.url, n.reference
    );
    mail(to, format!("Your refund: {} at {}", n.pass, n.space), text)
}

/// A refund that the buyer's bank returned.
pub fn refund_failed(to: &str, n: &RefundNotice<'_>) -> Mail {
    let text = format!(
        "Your refund for {} at {} did not arrive: your bank sent the money back to us. A closed card or account is the usual reason.\n\n\
         We know of it and will pay it back another way. You can answer with how you want to get {}.\n\n{}\n\nOrder {}\n",
        n.pass, n.space, n.paid, n.url, n.reference
    );
    mail(to, format!("Your refund failed: {} at {}", n.pass, n.space), text)
}

/// A slow payment that failed or was never confirmed.
#[derive(Clone, Copy, Debug)]
pub struct PaymentFailure<'a> {
    pub pass: &'a str,
    pub space: &'a str,
    pub amount: Money,
    /// Why the pass cannot be bought again.
    pub closed: Option<OrderEnd>,
    /// The link to the pass, or to the order if it is not confirmed or the pass cannot be bought again; with scheme and
    /// host.
    pub url: &'a str,
    pub reference: &'a str,
}

pub fn payment_failed(to: &str, f: &PaymentFailure<'_>) -> Mail {
    let next = match f.closed {
        None => "You can buy the pass again here:".to_owned(),
        Some(end) => format!("{} This is your order:", end_reason_text(end)),
    };
    let text = format!(
        "Your payment of {} for {} at {} failed, so the pass is not yours. Nothing was charged.\n\n{next}\n{}\n\nOrder {}\n",
        f.amount, f.pass, f.space, f.url, f.reference
    );
    mail(to, format!("Your payment failed: {} at {}", f.pass, f.space), text)
}

/// A slow payment of which we have not heard for so long that the order was ended. Nobody knows whether it was charged.
pub fn payment_unconfirmed(to: &str, f: &PaymentFailure<'_>) -> Mail {
    let text = format!(
        "We have had no confirmation of your payment of {} for {} at {} for {} days, so we have ended the order. If you are charged for it later, you get the pass or a refund.\n\n\
         This is your order:\n{}\n\nOrder {}\n",
        f.amount,
        f.pass,
        f.space,
        GIVE_UP_PROCESSING.0 / Span::days(1).0,
        f.url,
        f.reference
    );
    mail(to, format!("Your payment is not confirmed: {} at {}", f.pass, f.space), text)
}

/// A stream that begins in a day or soon.
#[derive(Clone, Copy, Debug)]
pub struct Reminder<'a> {
    pub title: &'a str,
    pub space: &'a str,
    /// With its time zone.
    pub when: &'a str,
    /// It begins within the hour, not within the day.
    pub soon: bool,
    /// The links to the show and to the end of all reminders, with scheme and host.
    pub url: &'a str,
    pub stop: &'a str,
}

pub fn reminder(to: &str, r: &Reminder<'_>) -> Mail {
    let (begins, subject) = if r.soon { ("begins soon", "Soon") } else { ("begins in a day", "In a day") };
    let text = format!(
        "{} at {} {begins}:\n\n    {}\n\nBe there:\n{}\n\nYou asked us to remind you. To get no more reminders:\n{}\n",
        r.title, r.space, r.when, r.url, r.stop
    );
    let subject = format!("{subject}: {} at {}", r.title, r.space);
    Mail { unsubscribe: Some(r.stop.into()), ..mail(to, subject, text) }
}

/// Removes line breaks from the subject, because it may contain names that people chose.
fn mail(to: &str, subject: String, text: String) -> Mail {
    let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Mail { to: to.into(), subject, text, html: None, unsubscribe: None }
}
