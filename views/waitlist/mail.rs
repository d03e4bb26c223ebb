//! The mails to people who wait for a pass.

use crate::{mail::mail, t};
use domain::{
    catalogue::offer::{Pass, Space},
    mail::Mail,
    waitlist::entry::EntryKind,
};

/// What a mail is about. `url`: of the person's own entry, with scheme and host.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub pass: &'a Pass,
    pub space: &'a Space,
    pub url: &'a str,
}

pub fn received(to: &str, a: &About<'_>, kind: EntryKind) -> Mail {
    let (pass, space) = (a.pass.title.as_str(), a.space.name.as_str());
    match kind {
        EntryKind::Application => mail(
            to,
            t!("mail-waitlist-received-subject", pass = pass, space = space),
            t!("mail-waitlist-received-text", pass = pass, space = space, url = a.url),
        ),
        EntryKind::Queue => mail(
            to,
            t!("mail-waitlist-queue-subject", pass = pass, space = space),
            t!("mail-waitlist-queue-text", pass = pass, space = space, url = a.url),
        ),
    }
}

/// A seat is kept. `until`: when that ends, in words.
pub fn offered(to: &str, a: &About<'_>, until: &str) -> Mail {
    let (pass, space) = (a.pass.title.as_str(), a.space.name.as_str());
    mail(
        to,
        t!("mail-waitlist-offered-subject", pass = pass, space = space),
        t!("mail-waitlist-offered-text", pass = pass, space = space, until = until, url = a.url),
    )
}

/// A seat is kept, and the card that was to pay for it did not.
pub fn not_charged(to: &str, a: &About<'_>, until: &str) -> Mail {
    let (pass, space) = (a.pass.title.as_str(), a.space.name.as_str());
    mail(
        to,
        t!("mail-waitlist-not-charged-subject", pass = pass, space = space),
        t!("mail-waitlist-not-charged-text", pass = pass, space = space, until = until, url = a.url),
    )
}

pub fn rejected(to: &str, a: &About<'_>) -> Mail {
    let (pass, space) = (a.pass.title.as_str(), a.space.name.as_str());
    mail(
        to,
        t!("mail-waitlist-rejected-subject", pass = pass, space = space),
        t!("mail-waitlist-rejected-text", pass = pass, space = space),
    )
}
