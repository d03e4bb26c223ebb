//! The second step: what will happen, and the button that does it.

use crate::ops::engine;
use crate::{layout::Shell, parts};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Confirm<'a> {
    /// A verb and its object; the button says the same.
    pub title: &'a str,
    pub consequence: &'a str,
    /// What will undo it.
    pub warning: Option<&'a str>,
    /// Of the actor as it stands now.
    pub about: &'a str,
    pub actor: &'a str,
    /// Where the actor's page is; the form is sent to the verb below it.
    pub back: &'a str,
    pub verb: &'a str,
    /// What was chosen in the first step.
    pub fields: &'a [(&'static str, String)],
    pub token: &'a str,
}

pub fn confirm(shell: &Shell, c: &Confirm<'_>) -> Markup {
    engine(
        shell,
        c.title,
        &[],
        html! {
            (parts::trail(&[("/ops", "Actors"), (c.back, c.actor)]))
            h1 { (c.title) }
            p.lead { (c.consequence) }
            @if let Some(warning) = c.warning { p.notice.bad { strong { (warning) } } }
            p.muted { (c.about) }
            div.row {
                form method="post" action={ (c.back) "/" (c.verb) } {
                    @for (name, value) in c.fields { input type="hidden" name=(name) value=(value); }
                    input type="hidden" name="confirm" value=(c.token);
                    button.button.primary { (c.title) }
                }
                a.button href=(c.back) { "Leave it alone" }
            }
        },
    )
}
