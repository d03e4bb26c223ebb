//! Taking one's data along, and deleting one's account.

use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    parts,
};
use domain::{
    id::{SpaceId, TeamId},
    people::account::{Account, DELETED},
};
use maud::{Markup, html};

/// Says what is in the file.
pub const EXPORT_README: &str = "What Backstage Pass has stored about you.

profile.json    your account
sessions.csv    browsers that were signed in, for 30 days after their end
spaces.csv      the spaces whose teams you are on
orders.csv      orders, paid or not; amounts in the smallest unit of the currency
purchases.csv   what you paid, and what was refunded
passes.csv      passes that you hold or held
reminders.csv   shows that you are reminded of
measures.csv    bans and mutes in spaces
mails.csv       mails that we sent you in the last 30 days; we keep no copies of them
follows.csv     spaces that you follow
preferences.csv kinds of mail that you switched off
reports.csv     what you reported, the letters that you wrote while signed in, and what was answered
invitations.csv invitations into teams that you have not answered yet
chat.csv        every line that you wrote, also removed ones
viewings.csv    which shows you watched, and when
consents.csv    which versions of the terms you accepted, and when

Times are in UTC. The CSV files are in UTF-8. A cell that a spreadsheet would take for a formula begins with an apostrophe.
";

pub fn export(shell: &Shell) -> Markup {
    let head = Page { title: "Your data", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Your data" }
                p.lead { "One file with everything that we have stored about you: profile, browsers, orders and passes, chat lines, reminders, what you follow and watched, what you reported and accepted, and which mails you got." }
                div.card.stack {
                    p { "A ZIP file with tables that every spreadsheet opens. You can get it three times a day." }
                    (form::action("/account/export", "primary", "Download my data"))
                }
            }
        },
    )
}

/// A space with passes that others paid for.
#[derive(Clone, Copy, Debug)]
pub struct Sold<'a> {
    pub space: SpaceId,
    pub team: TeamId,
    pub name: &'a str,
}

/// What has to end before the account can be deleted.
#[derive(Clone, Copy, Debug)]
pub struct Obstacles<'a> {
    pub sold: &'a [Sold<'a>],
    /// Shows on air or in rehearsal, by name, as what follows.
    pub on_air: &'a [String],
    /// Orders whose payment has begun.
    pub paying: &'a [String],
}

impl Obstacles<'_> {
    fn is_empty(&self) -> bool {
        self.sold.is_empty() && self.on_air.is_empty() && self.paying.is_empty()
    }
}

pub fn deletion(shell: &Shell, account: &Account, stands: &Obstacles<'_>, errors: &Errors) -> Markup {
    let head = Page { title: "Delete your account", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", "Account")]))
                h1 { "Delete your account" }
                p.lead { "This cannot be undone, by nobody." }
                @if stands.is_empty() { (confirm(account, errors)) } @else { (obstacles(stands)) }
            }
        },
    )
}

fn obstacles(stands: &Obstacles<'_>) -> Markup {
    html! {
        div.card.stack.refused role="alert" {
            p { b { "Something has to end first:" } }
            ul {
                @for sold in stands.sold {
                    li {
                        "People paid for passes to " bdi { (sold.name) } ". "
                        a href={ "/account/teams/" (sold.team) } { "Hand the space over" } " to another owner, or "
                        a href={ "/account/spaces/" (sold.space) "/closing" } { "close it" } "."
                    }
                }
                @for title in stands.on_air { li { "The show " bdi { (title) } " is running. End it." } }
                @for title in stands.paying { li { "You are paying for " bdi { (title) } ". Wait until the payment has arrived or has failed." } }
            }
        }
    }
}

fn confirm(account: &Account, errors: &Errors) -> Markup {
    html! {
        section.card.stack {
            h2 { "What is deleted" }
            ul {
                li { "your e-mail address, name, username, picture, and what you say about yourself" }
                li { "your sessions: every browser is signed out at once" }
                li { "what you follow, your reminders, which mails you want, the address of your calendar, and mail that waits for you" }
                li { "invitations to you and by you, recovery codes, and the list of mails that we sent you" }
                li { "your name beside the lines that you wrote: they stay as lines of “" (DELETED) "”" }
                li { "spaces that only you own: their texts, pictures and addresses. Whoever holds a pass there loses it." }
            }
            h2 { "What stays" }
            ul {
                li { "orders, payments and refunds, as the law wants it, without your name and address" }
                li { "the words of your chat lines; ask the team of a space to remove what should not stay" }
                li { "the words of your reports and letters, without your name and address; nobody can answer them" }
                li { "which versions of the terms you accepted, and when, by a number only" }
                li { "the log of what was done in the service, which names you by a number only" }
                li { "reports of the payment provider, for 90 days" }
            }
            p.muted { "Passes that you paid for are lost. You can " a href="/account/export" { "take your data along" } " first." }
        }
        (form::summary(errors))
        form.card.stack method="post" action="/account/deletion" {
            (Field::input("deletion", "username", "Type your username to confirm", "").prefix("@").required().max(40).autocomplete("off").hint(&account.username).show(errors))
            button.button.danger.wide { "Delete my account for good" }
        }
    }
}
