//! The texts of e-mails, in the language of the render. All are plain text; there is no HTML version.

pub mod notices;
pub mod operators;
pub mod posts;

use crate::t;
use domain::mail::Mail;

/// The sign-in code. `minutes`: how long it is valid.
pub fn sign_in_code(to: &str, code: &str, minutes: i64) -> Mail {
    mail(to, t!("mail-sign-in-subject", code = code), t!("mail-sign-in-text", code = code, minutes = minutes))
}

/// A stream that begins in a day or soon.
#[derive(Clone, Copy, Debug)]
pub struct ReminderMail<'a> {
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

pub fn reminder(to: &str, r: &ReminderMail<'_>) -> Mail {
    let begins = if r.soon { "soon" } else { "day" };
    let subject = t!("mail-reminder-subject", begins = begins, title = r.title, space = r.space);
    let text = t!(
        "mail-reminder-text",
        begins = begins,
        title = r.title,
        space = r.space,
        when = r.when,
        url = r.url,
        stop = r.stop
    );
    Mail { unsubscribe: Some(r.stop.into()), ..mail(to, subject, text) }
}

/// Removes line breaks from the subject, because it may contain names that people chose. The text ends with a line break.
pub(crate) fn mail(to: &str, subject: String, mut text: String) -> Mail {
    let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Mail { to: to.into(), subject, text, html: None, unsubscribe: None }
}
