//! The mail with a message of a team.

use crate::{mail::mail, t};
use domain::mail::Mail;

/// A message to somebody who holds a pass.
#[derive(Clone, Copy, Debug)]
pub struct HolderMail<'a> {
    pub space: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
    /// The links to the space and to the end of its messages, with scheme and host.
    pub url: &'a str,
    pub stop: &'a str,
}

/// The team's words come first; what follows says from whom they are, why they come, and how to end them.
pub fn to_holder(to: &str, m: &HolderMail<'_>) -> Mail {
    let subject = t!("mail-holders-subject", space = m.space, subject = m.subject);
    let why = t!("mail-holders-why", space = m.space, url = m.url, stop = m.stop);
    let text = format!("{}\n\n-- \n{why}", m.body);
    Mail { unsubscribe: Some(m.stop.into()), ..mail(to, subject, text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_from_whom_it_is_and_how_to_end_such_mail() {
        let stop = "https://b.example/unsubscribe/space-1";
        let url = "https://b.example/maya";
        let told = HolderMail { space: "Maya Lin", subject: "Friday\nnight", body: "Come early.", url, stop };
        let mail = to_holder("kim@example.org", &told);
        assert_eq!(mail.unsubscribe.as_deref(), Some(stop));
        assert_eq!(mail.subject, "Maya Lin: Friday night");
        assert!(mail.text.starts_with("Come early.\n\n-- \n") && mail.text.contains(stop), "{}", mail.text);
    }
}
