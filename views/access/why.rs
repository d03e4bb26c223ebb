//! Team page of why one person can see what is in the space, or cannot.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::{
    access::{
        admit::{Admission, Reason},
        explain::{Explanation, Outcome, Rule},
        grant::Grant,
    },
    catalogue::offer::{Experience, Pass, Space},
    id::{AccountId, GrantId, SpaceId},
    people::account::Account,
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct WhyPage<'a> {
    pub space: &'a Space,
    pub account: &'a Account,
    pub places: &'a [ExperienceAccess<'a>],
    pub passes: &'a [Pass],
    /// All that they ever had in the space, the newest first.
    pub grants: &'a [Grant],
    /// Which of these they subscribe to, or did.
    pub subscribed: &'a [GrantId],
    pub now: Millis,
}

/// One experience.
#[derive(Clone, Copy, Debug)]
pub struct ExperienceAccess<'a> {
    pub experience: &'a Experience,
    pub enter: &'a Explanation,
    pub post: Option<Admission>,
    pub play: Option<Admission>,
}

pub fn path(space: SpaceId, account: AccountId) -> String {
    format!("/account/spaces/{space}/people/{account}")
}

pub fn page(shell: &Shell, w: &WhyPage<'_>) -> Markup {
    let title = t!("why-title");
    let head = Page { title: &title, styles: layout::DESK, ..Page::default() };
    let who = |_: &str| html! { a href={ "/@" (w.account.username) } { bdi { (w.account.name) } } };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account")), (&format!("/{}", w.space.slug), &w.space.name)]))
                h1 { (title) }
                div.row { (parts::face(w.account, "m")) p { (rich!("why-lead"; who => who)) } }
                @if w.places.is_empty() { (parts::empty(&t!("why-empty"), None)) }
                @for place in w.places { (one(w, place)) }
                h2 { (t!("why-grants")) }
                @if w.grants.is_empty() { p.muted { (t!("why-grants-none")) } }
                ul.plain.stack role="list" { @for grant in w.grants { li { (held(w, grant)) } } }
            }
        },
    )
}

fn one(w: &WhyPage<'_>, place: &ExperienceAccess<'_>) -> Markup {
    let enter = &place.enter.admission;
    html! {
        details.card open[enter.admitted()] {
            summary { b { bdi { (place.experience.title) } } " " span.badge { (verdict(enter)) } br; small { (reason(enter)) } }
            div.stack {
                (steps(place.enter))
                @if let Some(grant) = enter.grant.and_then(|id| find(w.grants, id)) {
                    @let since = rich!("money-held-since"; time => |_| parts::time(grant.starts_at, When::Date));
                    p { (rich!("why-decides"; pass => |_| html! { b { bdi { (title(w.passes, grant)) } } ", " (since) })) }
                }
                @if let Some(until) = enter.until { p { (rich!("why-until"; time => |_| parts::time(until, When::Moment))) } }
                @if let Some(post) = &place.post { p { (t!("why-chat")) " " b { (verdict_at(post)) } } }
                @if let Some(play) = &place.play { p { (t!("why-media")) " " b { (verdict_at(play)) } } }
            }
        }
    }
}

/// The rules that were asked, in their order.
fn steps(explanation: &Explanation) -> Markup {
    html! {
        table.table {
            thead { tr { th scope="col" { (t!("why-rule")) } th scope="col" { (t!("why-result")) } } }
            tbody { @for step in &explanation.steps { tr { th scope="row" { (rule(step.rule)) } td { (outcome(step.outcome)) } } } }
        }
    }
}

fn rule(rule: Rule) -> Cow<'static, str> {
    match rule {
        Rule::Team => t!("why-rule-team"),
        Rule::Public => t!("why-rule-public"),
        Rule::Account => t!("why-rule-account"),
        Rule::Ban => t!("why-rule-ban"),
        Rule::Invite => t!("why-rule-invite"),
        Rule::Passphrase => t!("why-rule-passphrase"),
        Rule::Pass => t!("why-rule-pass"),
        Rule::Paused => t!("why-rule-paused"),
        Rule::Preview => t!("why-rule-preview"),
        Rule::Device => t!("why-rule-device"),
        Rule::Open => t!("why-rule-open"),
        Rule::Mute => t!("why-rule-mute"),
    }
}

fn outcome(outcome: Outcome) -> Cow<'static, str> {
    match outcome {
        Outcome::Lacks => t!("why-outcome-lacks"),
        Outcome::Holds => t!("why-outcome-holds"),
        Outcome::Opens => t!("why-outcome-opens"),
        Outcome::Refuses => t!("why-outcome-refuses"),
    }
}

fn verdict(admission: &Admission) -> Cow<'static, str> {
    if admission.admitted() { t!("why-in") } else { t!("why-out") }
}

/// At a door inside: whether they may, or why not.
fn verdict_at(admission: &Admission) -> Markup {
    html! { @if admission.admitted() { (t!("why-yes")) } @else { (reason(admission)) } }
}

fn reason(admission: &Admission) -> Cow<'static, str> {
    match admission.reason {
        Reason::Team => t!("why-reason-team"),
        Reason::Holder => t!("why-reason-holder"),
        Reason::Invited => t!("why-reason-invited"),
        Reason::Passphrase => t!("why-reason-passphrase"),
        Reason::Preview => t!("why-reason-preview"),
        Reason::OtherDevice => t!("why-reason-other-device"),
        Reason::NeedsPassphrase => t!("why-reason-needs-passphrase"),
        Reason::Hidden => t!("why-reason-hidden"),
        Reason::Closed => t!("why-reason-closed"),
        Reason::NeedsPass => t!("why-reason-needs-pass"),
        Reason::Suspended => t!("why-reason-suspended"),
        Reason::Banned => t!("why-reason-banned"),
        Reason::Muted => t!("why-reason-muted"),
        Reason::NotLive => t!("why-reason-not-live"),
        Reason::Ended => t!("why-reason-ended"),
        Reason::SignIn | Reason::NotTeam | Reason::OwesPasskey => t!("why-reason-team-only"),
    }
}

/// A pass that they have or had, and what became of it.
fn held(w: &WhyPage<'_>, grant: &Grant) -> Markup {
    let state = match grant {
        Grant { revoked_at: Some(at), .. } => rich!("why-grant-revoked"; time => |_| time(*at)),
        Grant { expires_at: Some(at), .. } if *at <= w.now => {
            rich!("why-grant-expired"; time => |_| time(*at))
        }
        Grant { suspended_at: Some(at), .. } => rich!("why-grant-suspended"; time => |_| time(*at)),
        Grant { starts_at, .. } if w.now < *starts_at => {
            rich!("why-grant-later"; time => |_| time(*starts_at))
        }
        _ => html! { (t!("why-grant-in-force")) },
    };
    let source = match grant.purchase {
        Some(_) => t!("why-grant-bought"),
        None if w.subscribed.contains(&grant.id) => t!("why-grant-subscribed"),
        None => t!("why-grant-free"),
    };
    html! {
        b { bdi { (title(w.passes, grant)) } }
        " " small { (rich!("money-held-since"; time => |_| parts::time(grant.starts_at, When::Date))) }
        br;
        small { (source) " " (state) }
    }
}

fn time(at: Millis) -> Markup {
    parts::time(at, When::Moment)
}

fn find(grants: &[Grant], id: GrantId) -> Option<&Grant> {
    grants.iter().find(|grant| grant.id == id)
}

fn title<'a>(passes: &'a [Pass], grant: &Grant) -> &'a str {
    passes.iter().find(|pass| pass.id == grant.pass).map_or("", |pass| &pass.title)
}
