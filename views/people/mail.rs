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

pub fn code_used(to: &str, when: &str, sessions: &str) -> Mail {
    let text = t!("mail-code-used-text", when = when, sessions = sessions);
    mail(to, t!("mail-code-used-subject").into_owned(), text)
}

/// The last mail.
pub fn deleted(to: &str) -> Mail {
    mail(to, t!("mail-deleted-subject").into_owned(), t!("mail-deleted-text").into_owned())
}
