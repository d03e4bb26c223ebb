//! What needs an operator, most severe first, and the state of the service in one line.

use crate::{
    parts::{self, When},
    rich, t,
};
use domain::time::Millis;
use maud::{Markup, html};
use std::borrow::Cow;

/// Something that needs an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// `Friday session, chat room`
    pub what: String,
    /// Who owns it, and what went wrong.
    pub beside: String,
    pub since: Option<Millis>,
    /// What people notice, and what is safe.
    pub meaning: String,
    pub remedy: Remedy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// An actor that is down; `place` is its key.
    Resume {
        place: String,
    },
    Link {
        href: String,
        words: Cow<'static, str>,
    },
}

/// The first line of the operators' page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `1 room is parked`, `All well`
    pub title: String,
    pub about: String,
    /// The page of the most severe need.
    pub more: Option<String>,
    pub remedy: Option<Remedy>,
    pub bad: bool,
}

pub fn verdict(verdict: &Verdict) -> Markup {
    html! {
        div.verdict.row.bad[verdict.bad] {
            div.grow { h1 { span class={ "dot " (if verdict.bad { "parked" } else { "running" }) } aria-hidden="true" {} (verdict.title) } p { (verdict.about) } }
            @if verdict.remedy.is_some() || verdict.more.is_some() {
                div.row {
                    @if let Some(more) = &verdict.more { a.button href=(more) { (t!("ops-what-happened")) } }
                    @if let Some(of) = &verdict.remedy { (remedy(of, &verdict.title, true)) }
                }
            }
        }
    }
}

/// Empty if nothing needs an operator.
pub fn needs(needs: &[Need]) -> Markup {
    html! {
        @if !needs.is_empty() {
            h2 { (rich!("ops-needs"; number => |_| html! { small.muted { (t!("ops-needs-number", count = needs.len())) } })) }
            table.table.needs {
                thead { tr { th scope="col" { (t!("ops-need-what")) } th scope="col" { (t!("ops-need-since")) } th scope="col" { (t!("ops-need-meaning")) } th.n scope="col" { span.hidden { (t!("ops-need-remedy")) } } } }
                tbody { @for need in needs { (row(need)) } }
            }
        }
    }
}

fn row(need: &Need) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if let Remedy::Resume { place } = &need.remedy { a href={ "/ops/actors/" (place) } { (need.what) } } @else { (need.what) }
                @if !need.beside.is_empty() { small { (need.beside) } }
            }
            td.more { @if let Some(since) = need.since { (parts::time(since, When::Second)) } @else { span.muted { "–" } } }
            td.more { (need.meaning) }
            td.n { (remedy(&need.remedy, &need.what, false)) }
        }
    }
}

fn remedy(remedy: &Remedy, whom: &str, first: bool) -> Markup {
    html! {
        @match remedy {
            Remedy::Resume { place } => form method="post" action={ "/ops/actors/" (place) "/resume" } {
                button.button.primary[first] aria-label=(t!("ops-resume-whom", whom = whom)) { @if first { (t!("ops-resume-it")) } @else { (t!("ops-act", verb = "resume")) } }
            },
            Remedy::Link { href, words } => a.button.primary[first] href=(href) aria-label={ (words) ": " (whom) } { (words) },
        }
    }
}
