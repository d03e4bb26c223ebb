//! Taking an account back with the address that it had until lately, and what is told of changed addresses and codes.

use crate::{
    dom, form,
    layout::{self, Page, Shell},
    mail::mail,
    rich, t,
};
use domain::mail::Mail;
use maud::{Markup, html};

/// Where whoever was changed can go; with scheme and host.
#[derive(Clone, Copy, Debug)]
pub struct Ways<'a> {
    /// The page for getting in with a recovery code.
    pub recovery: &'a str,
    /// The page where one makes recovery codes.
    pub codes: &'a str,
    pub contact: &'a str,
    /// The page where one signs out everywhere else.
    pub sessions: &'a str,
}

/// For whoever reads the address before. `action`: the path that takes the account back; it is that of the link.
pub fn page(shell: &Shell, email: &str, when: &str, until: &str, action: &str) -> Markup {
    let title = t!("recovery-former-title");
    let head = Page { title: &title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (title) }
                p.lead { (rich!("recovery-former-lead"; when => |_| html! { (when) }, address => |_| html! { b { (email) } })) }
                p { (t!("recovery-former-what")) }
                (form::action(action, "primary", &t!("recovery-former-button")))
                p.muted { (rich!("recovery-former-else"; until => |_| html! { (until) }, signin => |words| html! { a href="/sign-in" { (words) } })) }
            }
        },
    )
}

/// To the address before, with what to do, and to the new one. `link`: takes the account back, if the address before can.
pub fn address_changed(
    before: &str,
    after: &str,
    when: &str,
    until: &str,
    link: Option<&str>,
    ways: Ways<'_>,
) -> [Mail; 2] {
    let what = match link {
        Some(link) => t!("recovery-changed-mail-link", until = until, link = link, recovery = ways.recovery),
        None => t!("recovery-changed-mail-settled", recovery = ways.recovery),
    };
    let old = paragraphs(&[
        &t!("recovery-changed-mail-before", when = when),
        &what,
        &t!("recovery-changed-mail-none", contact = ways.contact),
    ]);
    let new = t!("recovery-changed-mail-after", when = when);
    let subject = || t!("recovery-changed-subject").into_owned();
    [mail(before, subject(), old), mail(after, subject(), new)]
}

/// New codes were made. `until`: how long those before stay good; `None` if they are void.
pub fn codes_made(to: &str, when: &str, until: Option<&str>, ways: Ways<'_>) -> Mail {
    let first = match until {
        Some(until) => t!("recovery-made-mail-kept", when = when, until = until, recovery = ways.recovery),
        None => t!("recovery-made-mail-void", when = when),
    };
    let text = paragraphs(&[&first, &t!("recovery-made-mail-else", sessions = ways.sessions)]);
    mail(to, t!("recovery-made-subject").into_owned(), text)
}

/// The same, on the pages of the other sessions.
pub fn codes_made_notice(when: &str, until: Option<&str>) -> String {
    match until {
        Some(until) => t!("recovery-made-notice-kept", when = when, until = until),
        None => t!("recovery-made-notice-void", when = when),
    }
}

/// To the address that is restored, and to the one that it replaces.
pub fn taken_back(restored: &str, replaced: &str, when: &str, ways: Ways<'_>) -> [Mail; 2] {
    let owner = t!("recovery-back-mail-restored", when = when, codes = ways.codes);
    let other = t!("recovery-back-mail-replaced", when = when, recovery = ways.recovery);
    let subject = || t!("recovery-back-subject").into_owned();
    [mail(restored, subject(), owner), mail(replaced, subject(), other)]
}

fn paragraphs(texts: &[&str]) -> String {
    texts.join("\n\n")
}
