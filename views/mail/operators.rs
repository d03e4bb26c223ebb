//! Mail about what operators decide, and letters to them.

use super::mail;
use domain::{mail::Mail, ops::reports::Kind};

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
    let letter = a.kind == Kind::Letter;
    let begins = match (letter, a.acted) {
        (true, _) => "We have read what you wrote to us.".to_owned(),
        (false, true) => format!("You reported {}. We looked into it and have acted on it.", named(a)),
        (false, false) => format!(
            "You reported {}. We looked into it and found nothing that our rules forbid, so we leave it as it is.",
            named(a)
        ),
    };
    let answer = if a.answer.is_empty() { String::new() } else { format!("\n\n{}", a.answer) };
    let written =
        if a.written.is_empty() { String::new() } else { format!("\n\nYou wrote:\n{}", quoted(a.written)) };
    let text = format!("{begins}{answer}{written}\n\nIf there is more to say, write to us:\n{}\n", a.contact);
    let subject =
        if letter { "Your letter to Backstage Pass".into() } else { format!("Your report of {}", named(a)) };
    mail(to, subject, text)
}

fn named(a: &ReportAnswer<'_>) -> String {
    match a.kind {
        Kind::Picture => format!("a picture of {}", a.about),
        Kind::Letter => "something".into(),
        Kind::Space | Kind::Show | Kind::Person => a.about.into(),
    }
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// A letter, for an operator.
#[derive(Clone, Copy, Debug)]
pub struct Letter<'a> {
    pub topic: &'a str,
    /// The address to answer to.
    pub from: &'a str,
    /// Of who was signed in.
    pub username: Option<&'a str>,
    pub words: &'a str,
    /// The link to the letter, with scheme and host.
    pub url: &'a str,
}

pub fn letter(to: &str, l: &Letter<'_>) -> Mail {
    let signed = l.username.map_or_else(|| "not signed in".into(), |name| format!("signed in as @{name}"));
    let text = format!(
        "{} ({signed}) wrote to us about: {}\n\n{}\n\nAnswer it here, so that everybody sees that it is done:\n{}\n",
        l.from,
        l.topic,
        quoted(l.words),
        l.url
    );
    mail(to, format!("Letter: {}", l.topic), text)
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
    let (subject, text) = match (s.to, s.lifted) {
        (To::Person, false) => (
            "Your account is suspended".to_owned(),
            format!(
                "We suspended your account at Backstage Pass. You are signed out everywhere, and nobody can sign in to it. Orders that were not paid are cancelled; what you have paid for stays yours.\n\nWhy:\n{}",
                quoted(s.reason)
            ),
        ),
        (To::Person, true) => (
            "Your account is restored".to_owned(),
            "You can sign in to Backstage Pass again. Everything in your account is as it was.".to_owned(),
        ),
        (To::Team, false) => (
            format!("{} is suspended", s.space),
            format!(
                "We suspended your space {}. Its doors are closed, also to its team; what was on air has ended, and nothing is sold. Its texts, passes and plans are kept.\n\nWhy:\n{}",
                s.space,
                quoted(s.reason)
            ),
        ),
        (To::Team, true) => (
            format!("{} is restored", s.space),
            format!(
                "Your space {} is as it was before we suspended it. A show that was on air then has ended.",
                s.space
            ),
        ),
        (To::Holder, false) => (
            format!("{} is suspended", s.space),
            format!(
                "You hold a pass of {}. We suspended this space, so its shows cannot be watched for now. Your pass is kept, and opens the space again if it returns. If you want your money back, write to us.",
                s.space
            ),
        ),
        (To::Holder, true) => (
            format!("{} is back", s.space),
            format!("{} is open again, and so is what your pass opens.", s.space),
        ),
    };
    mail(to, subject, format!("{text}\n\nQuestions? Write to us:\n{}\n", s.contact))
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
