//! The texts of e-mails about money.

use super::checkout::{end_reason_text, refund_words};
use crate::mail::mail;
use domain::{
    amount::Money,
    mail::Mail,
    money::{
        checkout::{GIVE_UP_PROCESSING, OrderEnd},
        settlement::RefundReason,
    },
    time::Span,
};

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
