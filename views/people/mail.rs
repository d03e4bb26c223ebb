//! Mails about an account: codes, and what was changed.

use crate::{mail::mail, t};
use domain::mail::Mail;

/// Proves once more that the account is its person's.
pub fn confirmation_code(to: &str, code: &str, minutes: i64) -> Mail {
    let text = t!("mail-confirmation-text", code = code, minutes = minutes);
    mail(to, t!("mail-confirmation-subject", code = code), text)
}

/// Proves a new address.
pub fn address_code(to: &str, code: &str, minutes: i64) -> Mail {
    let text = t!("mail-address-code-text", code = code, minutes = minutes);
    mail(to, t!("mail-address-code-subject", code = code), text)
}

/// To the address before, with what to do, and to the new one. `recovery`: the page for getting in with a recovery code, with
/// scheme and host.
pub fn address_changed(before: &str, after: &str, when: &str, recovery: &str) -> [Mail; 2] {
    let subject = || t!("mail-address-changed-subject").into_owned();
    [
        mail(before, subject(), t!("mail-address-before-text", when = when, recovery = recovery)),
        mail(after, subject(), t!("mail-address-after-text", when = when)),
    ]
}

/// `sessions`: the page where one signs out everywhere else, with scheme and host.
pub fn codes_made(to: &str, when: &str, sessions: &str) -> Mail {
    let text = t!("mail-codes-made-text", when = when, sessions = sessions);
    mail(to, t!("mail-codes-made-subject").into_owned(), text)
}

pub fn code_used(to: &str, when: &str, sessions: &str) -> Mail {
    let text = t!("mail-code-used-text", when = when, sessions = sessions);
    mail(to, t!("mail-code-used-subject").into_owned(), text)
}

/// The last mail.
pub fn deleted(to: &str) -> Mail {
    mail(to, t!("mail-deleted-subject").into_owned(), t!("mail-deleted-text").into_owned())
}
