//! The confirmation step: what will happen, and the button that does it.

use crate::ops::engine;
use crate::{layout::Shell, parts, t};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Confirm<'a> {
    /// A verb and its object; also the label of the button.
    pub title: &'a str,
    pub consequence: &'a str,
    /// What may undo it.
    pub warning: Option<&'a str>,
    /// The actor's current state.
    pub about: &'a str,
    pub actor: &'a str,
    /// Path of the actor's page; the form posts to the verb below it.
    pub back: &'a str,
    pub verb: &'a str,
    /// The values chosen in the first step.
    pub fields: &'a [(&'static str, String)],
    pub token: &'a str,
}

pub fn confirm(shell: &Shell, c: &Confirm<'_>) -> Markup {
    engine(
        shell,
        c.title,
        &[],
        html! {
            (parts::trail(&[("/ops", &t!("ops-actors")), (c.back, c.actor)]))
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
                a.button href=(c.back) { (t!("ops-leave-alone")) }
            }
        },
    )
}
