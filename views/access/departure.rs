//! The mail about a member of a team who has deleted their account.

use crate::{mail::mail, t};
use domain::{mail::Mail, people::account::TeamRole};

/// To an owner. `url`: the page of the team, with scheme and host.
pub fn departed(to: &str, name: &str, role: TeamRole, url: &str) -> Mail {
    let subject = t!("departure-subject", name = name);
    let what = t!("departure-mail", name = name, role = role.code(), url = url);
    mail(to, subject, what)
}
