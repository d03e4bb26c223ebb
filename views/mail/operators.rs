//! Mail about what operators decide, and letters to them.

use super::mail;
use crate::{names, t};
use domain::{
    mail::Mail,
    ops::reports::{Kind, ReportReason},
};

/// The answer to whoever reported something or wrote a letter.
#[derive(Clone, Copy, Debug)]
pub struct ReportAnswer<'a> {
    pub kind: Kind,
    /// How what was reported is called; empty for a letter.
    pub about: &'a str,
    /// What its reporter wrote; may be empty.
    pub written: &'a str,
    /// Something was done.
    pub acted: bool,
    /// In the operators' own words; may be empty.
    pub answer: &'a str,
    /// The link to the contact page, with scheme and host.
    pub contact: &'a str,
}

pub fn report_answer(to: &str, a: &ReportAnswer<'_>) -> Mail {
    let (kind, about) = (if a.kind == Kind::Picture { "picture" } else { "other" }, a.about);
    let (subject, begins) = match (a.kind, a.acted) {
        (Kind::Letter, _) => (t!("mail-answer-letter-subject"), t!("mail-answer-letter")),
        (Kind::Space | Kind::Show | Kind::Clip | Kind::Post | Kind::Person | Kind::Picture, acted) => (
            t!("mail-answer-report-subject", kind = kind, about = about).into(),
            match acted {
                true => t!("mail-answer-acted", kind = kind, about = about).into(),
                false => t!("mail-answer-dismissed", kind = kind, about = about).into(),
            },
        ),
    };
    let mut parts = vec![begins.into_owned()];
    parts.extend((!a.answer.is_empty()).then(|| a.answer.to_owned()));
    parts.extend((!a.written.is_empty()).then(|| t!("mail-answer-written", words = quoted(a.written))));
    parts.push(t!("mail-answer-contact", url = a.contact));
    mail(to, subject.into_owned(), parts.join("\n\n"))
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// A letter, for an operator.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    pub topic: ReportReason,
    /// The address to answer to.
    pub from: &'a str,
    /// Of who was signed in.
    pub username: Option<&'a str>,
    pub words: &'a str,
    /// The link to the letter, with scheme and host.
    pub url: &'a str,
}

pub fn letter(to: &str, l: &Letter<'_>) -> Mail {
    let topic = names::reason(l.topic);
    let wrote = match l.username {
        Some(name) => t!("mail-letter-signed-in", from = l.from, username = name, topic = &*topic),
        None => t!("mail-letter-signed-out", from = l.from, topic = &*topic),
    };
    let parts = [wrote, quoted(l.words), t!("mail-letter-answer", url = l.url)];
    mail(to, t!("mail-letter-subject", topic = &*topic), parts.join("\n\n"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Whose account was suspended.
    Person,
    /// The team of a suspended space.
    Team,
    /// Somebody who holds a pass of it.
    Holder,
}

/// The suspension of a space or an account, or its end.
#[derive(Clone, Copy, Debug)]
pub struct Suspended<'a> {
    pub to: To,
    /// Its name; empty for an account.
    pub space: &'a str,
    pub reason: &'a str,
    pub lifted: bool,
    pub contact: &'a str,
}

pub fn suspension(to: &str, s: &Suspended<'_>) -> Mail {
    let (space, reason) = (s.space, quoted(s.reason));
    let (subject, text) = match (s.to, s.lifted) {
        (To::Person, false) => (
            t!("mail-suspended-account-subject").into_owned(),
            t!("mail-suspended-account-text", reason = reason),
        ),
        (To::Person, true) => {
            (t!("mail-restored-account-subject").into_owned(), t!("mail-restored-account-text").into_owned())
        }
        (To::Team, false) => (
            t!("mail-suspended-space-subject", space = space),
            t!("mail-suspended-team-text", space = space, reason = reason),
        ),
        (To::Team, true) => {
            (t!("mail-restored-team-subject", space = space), t!("mail-restored-team-text", space = space))
        }
        (To::Holder, false) => (
            t!("mail-suspended-space-subject", space = space),
            t!("mail-suspended-holder-text", space = space),
        ),
        (To::Holder, true) => (
            t!("mail-restored-holder-subject", space = space),
            t!("mail-restored-holder-text", space = space),
        ),
    };
    mail(to, subject, [text, t!("mail-suspended-contact", url = s.contact)].join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_what_was_decided_and_quotes_the_report() {
        let dismissed = ReportAnswer {
            kind: Kind::Space,
            about: "Maya",
            written: "It is\nodd.",
            acted: false,
            answer: "",
            contact: "https://x/contact",
        };
        let text = |answer: &ReportAnswer<'_>| report_answer("kim@example.org", answer).text;
        assert!(
            text(&dismissed).contains("leave it as it is") && text(&dismissed).contains("> It is\n> odd.")
        );
        let acted = ReportAnswer { acted: true, answer: "The space is closed.", ..dismissed };
        assert!(text(&acted).contains("have acted") && text(&acted).contains("The space is closed."));
        let letter = ReportAnswer { kind: Kind::Letter, about: "", ..dismissed };
        assert!(text(&letter).starts_with("We have read what you wrote"));
    }

    #[test]
    fn only_those_who_run_it_are_told_why_a_space_is_suspended() {
        for (to, told) in [(To::Person, true), (To::Team, true), (To::Holder, false)] {
            let notice =
                Suspended { to, space: "Maya", reason: "fraud", lifted: false, contact: "https://x/contact" };
            let text = suspension("kim@example.org", &notice).text;
            assert_eq!(text.contains("> fraud"), told, "{to:?}");
            assert!(text.contains("https://x/contact"));
        }
    }
}
