//! Mails that tell a person that a passkey was added or removed.

use crate::{mail::mail, t};
use domain::mail::Mail;

/// `when`: with its time zone. `page`: the page of passkeys, with scheme and host.
pub fn mail_added(to: &str, name: &str, when: &str, page: &str) -> Mail {
    let text = t!("passkeys-mail-added", name = name, when = when, page = page);
    mail(to, t!("passkeys-mail-added-subject").into_owned(), text)
}

pub fn mail_removed(to: &str, name: &str, when: &str, page: &str) -> Mail {
    let text = t!("passkeys-mail-removed", name = name, when = when, page = page);
    mail(to, t!("passkeys-mail-removed-subject").into_owned(), text)
}
