//! Passkeys: a person's own ones, the button that uses one, and the page for whoever owes one. `passkeys.js` asks the browser;
//! where it does not run, nothing is offered.

mod mail;

pub use mail::{mail_added, mail_removed};

use crate::{
    form::{self, Errors, Field},
    layout::{Page, PasskeyPlace, Shell},
    parts::{self, When},
    people::below_account,
    rich, t,
};
use domain::people::passkeys::{MOST_PASSKEYS, Passkey};
use maud::{Markup, html};

/// The script of pages with a passkey's form.
pub const SCRIPTS: &[&str] = &["passkeys.js"];

pub struct PasskeysPage<'a> {
    /// The oldest first.
    pub list: &'a [Passkey],
    pub place: PasskeyPlace,
    /// The person has proved lately that the account is theirs.
    pub fresh: bool,
    /// A team, or the operators, require a passkey, and this session began without one.
    pub owed: bool,
    /// This session may add one.
    pub may_add: bool,
    /// The name of a new one, as typed.
    pub name: &'a str,
    pub errors: &'a Errors,
}

pub fn page(shell: &Shell, p: &PasskeysPage<'_>) -> Markup {
    let title = t!("passkeys-title");
    let head = Page { title: &title, scripts: SCRIPTS, ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            p.lead { (t!("passkeys-lead")) }
            (form::summary(p.errors))
            @if p.owed {
                p.card { (rich!("passkeys-owed-use"; link => |words| html! { a href="/account/passkeys/requirement" { (words) } })) }
            }
            @if p.list.is_empty() { (parts::empty(&t!("passkeys-none"), None)) }
            @else { ul.stack role="list" { @for passkey in p.list { li.card.stack { (one(passkey)) } } } }
            (add(p))
            @if !p.list.is_empty() {
                p.muted { (rich!("passkeys-lost"; sessions => |words| html! { a href="/account/sessions" { (words) } }, codes => |words| html! { a href="/account/recovery" { (words) } })) }
            }
        },
    )
}

fn one(passkey: &Passkey) -> Markup {
    let path = format!("/account/passkeys/{}", passkey.id);
    let form = format!("passkey-{}", passkey.id);
    let none = Errors::default();
    let name = t!("passkeys-name");
    html! {
        div {
            b { bdi { (passkey.name) } }
            br;
            small {
                (rich!("passkeys-since"; time => |_| parts::time(passkey.created_at, When::Date))) " · "
                @match passkey.used_at {
                    Some(at) => (rich!("passkeys-used"; time => |_| parts::time(at, When::Moment))),
                    None => (t!("passkeys-unused")),
                }
            }
        }
        div.row {
            form.row method="post" action=(path) {
                (Field::input(&form, "name", &name, &passkey.name).required().max(40).autocomplete("off").show(&none))
                button.button { (t!("passkeys-rename")) }
            }
            (form::action(&format!("{path}/removal"), "danger", &t!("passkeys-remove")))
        }
    }
}

/// How to add one.
fn add(p: &PasskeysPage<'_>) -> Markup {
    let name = t!("passkeys-name");
    let hint = t!("passkeys-name-hint");
    html! {
        h2 { (t!("passkeys-add")) }
        @match &p.place {
            PasskeyPlace::Here if p.list.len() as i64 >= MOST_PASSKEYS => p { (t!("passkeys-most", most = MOST_PASSKEYS)) },
            PasskeyPlace::Here if !p.may_add => p { (t!("passkeys-add-owed")) },
            PasskeyPlace::Here if !p.fresh => {
                p { (t!("passkeys-confirm-first")) }
                a.button.primary href="/account/confirmation?next=/account/passkeys" { (t!("passkeys-confirm")) }
            },
            PasskeyPlace::Here => {
                form.card.stack method="post" action="/account/passkeys" hidden data-passkey="create" data-ceremony="/account/passkeys/ceremony"
                    data-stopped=(t!("passkeys-script-stopped")) data-known=(t!("passkeys-known")) data-failed=(t!("passkeys-script-failed")) {
                    (Field::input("passkey", "name", &name, p.name).required().max(40).autocomplete("off").hint(&hint).show(p.errors))
                    (answer())
                    button.button.primary.wide { (t!("passkeys-add-button")) }
                }
                (unsupported())
            },
            elsewhere => (elsewhere_words(elsewhere)),
        }
    }
}

/// What the script fills in, and where it says what went wrong.
fn answer() -> Markup {
    html! {
        input type="hidden" name="ceremony";
        input type="hidden" name="credential";
        p.error role="alert" hidden {}
    }
}

/// Shown until the script finds a browser that has passkeys.
fn unsupported() -> Markup {
    html! { p.muted data-passkey-unsupported { (t!("passkeys-unsupported")) } }
}

fn elsewhere_words(place: &PasskeyPlace) -> Markup {
    html! {
        @match place {
            PasskeyPlace::At(origin) => {
                p { (rich!("passkeys-elsewhere"; link => |_| html! { a href={ (origin) "/account/passkeys" } { (origin) } })) }
            },
            _ => p { (t!("passkeys-nowhere")) },
        }
    }
}

/// The button that uses a passkey, and goes on to `next`. Nothing where browsers have none for this host.
pub fn offer(shell: &Shell, action: &str, words: &str, next: &str) -> Markup {
    html! {
        @match &shell.passkeys {
            PasskeyPlace::Here => {
                form.stack method="post" action=(action) hidden data-passkey="get" data-ceremony="/sign-in/passkey/ceremony"
                    data-stopped=(t!("passkeys-script-stopped")) data-failed=(t!("passkeys-script-failed")) {
                    (answer())
                    input type="hidden" name="next" value=(next);
                    button.button.wide { (words) }
                }
            },
            PasskeyPlace::At(origin) => {
                p.muted { (rich!("passkeys-elsewhere"; link => |_| html! { a href={ (origin) (shell.path) "?next=" (parts::encoded(next)) } { (origin) } })) }
            },
            PasskeyPlace::Nowhere => {},
        }
    }
}

/// For whoever would do what a team, or the operators, keep for sessions that began with a passkey. `next`: where they were.
pub fn owed(shell: &Shell, place: &PasskeyPlace, has_one: bool, next: &str) -> Markup {
    let title = t!("passkeys-owed-title");
    let head = Page { title: &title, scripts: SCRIPTS, ..Page::default() };
    below_account(
        shell,
        &head,
        html! {
            p.lead { (t!("passkeys-owed")) }
            @if *place == PasskeyPlace::Nowhere { p { (t!("passkeys-nowhere")) } }
            @else if has_one {
                p { (t!("passkeys-owed-has")) }
                (offer(shell, "/sign-in/passkey", &t!("passkeys-owed-button"), next))
                @if *place == PasskeyPlace::Here { (unsupported()) }
                p.muted { (rich!("passkeys-owed-other"; link => |words| html! { a href="/account/passkeys" { (words) } })) }
            } @else {
                p { (t!("passkeys-owed-none")) }
                a.button.primary.wide href="/account/passkeys" { (t!("passkeys-add")) }
            }
        },
    )
}
