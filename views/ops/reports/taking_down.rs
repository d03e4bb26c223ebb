//! Taking a reported picture away: the operator's form, and the mail to its owner.

use super::{REPORTS_PATH, ReportPage};
use crate::{
    form::{self, Field},
    mail::mail,
    t,
};
use domain::{mail::Mail, ops::suspension::LONGEST_REASON, picture::Purpose};
use maud::{Markup, html};

/// The name of the form in [`crate::form::Errors`].
pub const TAKING_DOWN: &str = "picture";

/// One button for each picture.
pub(super) fn form(p: &ReportPage<'_>) -> Markup {
    html! {
        form.card.stack method="post" action={ (REPORTS_PATH) "/" (p.card.id) "/pictures" } {
            p { (t!("takedown-what")) }
            (Field::area(TAKING_DOWN, "reason", &t!("takedown-reason"), p.reason).required().max(LONGEST_REASON).hint(&t!("takedown-reason-hint")).show(p.errors))
            div.row {
                @for (purpose, _) in p.pictures { button.button.danger name="picture" value=(purpose.code()) { (button(*purpose)) } }
            }
            (form::group_error(TAKING_DOWN, "picture", p.errors))
        }
    }
}

fn button(purpose: Purpose) -> std::borrow::Cow<'static, str> {
    match purpose {
        Purpose::Cover => t!("takedown-cover"),
        Purpose::Logo => t!("takedown-logo"),
        Purpose::Avatar => t!("takedown-avatar"),
        Purpose::Post => t!("experiences-post-picture-remove"),
    }
}

/// `picture`: the code of its purpose; `space`: empty for a person's. `contact`: the link to the contact page.
pub fn taken_down(to: &str, picture: &str, space: &str, reason: &str, contact: &str) -> Mail {
    let what = match picture {
        "cover" => t!("takedown-mail-cover", space = space),
        "logo" => t!("takedown-mail-logo", space = space),
        _ => t!("takedown-mail-avatar").into_owned(),
    };
    let (why, wrong) =
        (t!("takedown-mail-reason", reason = reason), t!("takedown-mail-wrong", contact = contact));
    mail(to, t!("takedown-subject").into_owned(), format!("{what}\n\n{why}\n\n{wrong}"))
}
