//! The texts of e-mails. All are plain text; there is no HTML version.

pub mod notices;
pub mod operators;

use domain::mail::Mail;

/// The sign-in code. `minutes`: how long it is valid.
pub fn sign_in_code(to: &str, code: &str, minutes: i64) -> Mail {
    let text = format!(
        "Your code for Backstage Pass is\n\n    {code}\n\nIt is good for {minutes} minutes, once, in the browser that asked for it.\n\n\
         You did not ask? Then somebody typed your address by mistake, and you need do nothing.\n"
    );
    mail(to, format!("{code} is your code for Backstage Pass"), text)
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
pub(crate) fn mail(to: &str, subject: String, text: String) -> Mail {
    let subject = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Mail { to: to.into(), subject, text, html: None, unsubscribe: None }
}
