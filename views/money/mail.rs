//! The texts of e-mails about money.

use super::checkout::{end_reason_text, refund_words};
use crate::{mail::mail, parts, t, words::dates};
use domain::{
    amount::Money,
    mail::Mail,
    money::{
        checkout::{GIVE_UP_PROCESSING, OrderEnd},
        settlement::RefundReason,
    },
    time::{Millis, Span},
};

/// A paid order.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    pub pass: &'a str,
    pub space: &'a str,
    pub amount: Money,
    /// When the pass ends.
    pub until: Option<Millis>,
    /// The link to the pass, with scheme and host.
    pub url: &'a str,
    /// The purchase reference that support asks for.
    pub reference: &'a str,
    /// The link to the invoice, with scheme and host.
    pub invoice: &'a str,
}

pub fn purchase(to: &str, r: &Receipt<'_>) -> Mail {
    let text = t!(
        "mail-purchase-text",
        lasts = if r.until.is_some() { "yes" } else { "no" },
        until = r.until.map(dates::moment).unwrap_or_default(),
        pass = r.pass,
        space = r.space,
        amount = parts::money(r.amount),
        currency = r.amount.currency.code().to_uppercase(),
        url = r.url,
        reference = r.reference,
        invoice = r.invoice
    );
    mail(to, t!("mail-purchase-subject", pass = r.pass, space = r.space), text)
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
        None if n.refunded.minor >= n.paid.minor => t!("mail-refund-ended"),
        None => t!("mail-refund-kept"),
    };
    let text = t!(
        "mail-refund-text",
        refunded = parts::money(n.refunded),
        pass = n.pass,
        space = n.space,
        ended = ended,
        url = n.url,
        reference = n.reference
    );
    mail(to, t!("mail-refund-subject", pass = n.pass, space = n.space), text)
}

/// A refund that the buyer's bank returned.
pub fn refund_failed(to: &str, n: &RefundNotice<'_>) -> Mail {
    let text = t!(
        "mail-refund-failed-text",
        pass = n.pass,
        space = n.space,
        paid = parts::money(n.paid),
        url = n.url,
        reference = n.reference
    );
    mail(to, t!("mail-refund-failed-subject", pass = n.pass, space = n.space), text)
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
        None => t!("mail-payment-failed-again").into_owned(),
        Some(end) => t!("mail-payment-failed-order", reason = end_reason_text(end)),
    };
    let text = t!(
        "mail-payment-failed-text",
        amount = parts::money(f.amount),
        pass = f.pass,
        space = f.space,
        next = next,
        url = f.url,
        reference = f.reference
    );
    mail(to, t!("mail-payment-failed-subject", pass = f.pass, space = f.space), text)
}

/// A slow payment of which we have not heard for so long that the order was ended. Nobody knows whether it was charged.
pub fn payment_unconfirmed(to: &str, f: &PaymentFailure<'_>) -> Mail {
    let text = t!(
        "mail-payment-unconfirmed-text",
        amount = parts::money(f.amount),
        pass = f.pass,
        space = f.space,
        days = GIVE_UP_PROCESSING.0 / Span::days(1).0,
        url = f.url,
        reference = f.reference
    );
    mail(to, t!("mail-payment-unconfirmed-subject", pass = f.pass, space = f.space), text)
}
