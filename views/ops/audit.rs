//! The audit log: what was done, by whom, to what, and whether the log is intact.

use super::{engine, names};
use crate::{
    dom,
    layout::Shell,
    parts::{self, When},
    rich, t,
};
use domain::time::Millis;
use maud::{Markup, html};
use std::borrow::Cow;

/// One line of the log.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// `None` until the line is sealed, within a second.
    pub seq: Option<i64>,
    pub at: Millis,
    pub who: String,
    /// The lines of whoever did it, if it was a person.
    pub by: Option<String>,
    pub action: String,
    /// Its kind and name.
    pub target: String,
    /// What the line itself says.
    pub id: String,
    /// A page of the target, if it has one.
    pub link: Option<String>,
    pub outcome: String,
}

/// The result of the last verification.
#[derive(Clone, Debug)]
pub struct AuditVerdict {
    pub at: Millis,
    /// Sequence number of the last line that was read.
    pub last: i64,
    /// One sentence for each fault.
    pub findings: Vec<String>,
}

/// What an operator asks for, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct AuditSearch {
    pub about: String,
    pub action: String,
    /// A day of UTC.
    pub day: String,
    /// The actions to choose from.
    pub actions: Vec<String>,
}

impl AuditSearch {
    fn is_empty(&self) -> bool {
        self.about.is_empty() && self.action.is_empty() && self.day.is_empty()
    }
}

/// Why a search cannot find anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// Nobody and nothing is called that.
    Nobody,
    /// It is no day.
    NoDay,
}

#[derive(Clone, Debug)]
pub struct AuditPage {
    pub rows: Vec<AuditRow>,
    /// `None` until the first verification after start-up.
    pub verdict: Option<AuditVerdict>,
    /// Only lines of this target or person: its name.
    pub about: Option<String>,
    pub search: AuditSearch,
    pub not_found: Option<NotFound>,
    /// The URL of the next older page.
    pub older: Option<String>,
}

pub fn page(shell: &Shell, model: &AuditPage) -> Markup {
    engine(
        shell,
        &t!("ops-audit"),
        &[],
        html! {
            h1 { (t!("ops-audit")) }
            @if let Some(about) = &model.about {
                p.lead {
                    (rich!("ops-audit-of";
                        name => |_| html! { bdi { (about) } },
                        all => |words| html! { a href="/ops/audit" { (words) } }))
                }
            } @else {
                p.lead { (t!("ops-audit-about")) }
                @if model.search.is_empty() { (verdict(model.verdict.as_ref())) }
            }
            (search(&model.search))
            @if let Some(why) = model.not_found { p.notice role="alert" { (not_found(why)) } }
            @else if model.rows.is_empty() { (parts::empty(&nothing(&model.search), None)) }
            @else {
                div.scroll tabindex="0" role="region" aria-label=(t!("ops-audit-lines")) {
                    table.tree.audit {
                        thead { tr {
                            th.n scope="col" { (t!("ops-audit-line")) }
                            th scope="col" { (t!("ops-audit-when")) }
                            th scope="col" { (t!("ops-audit-who")) }
                            th scope="col" { (t!("ops-audit-action")) }
                            th scope="col" { (t!("ops-audit-target")) }
                            th scope="col" { (t!("ops-audit-outcome")) }
                        } }
                        tbody { @for row in &model.rows { (line(row)) } }
                    }
                }
            }
            @if let Some(older) = &model.older { p { a.button href=(older) { (t!("ops-older")) } } }
        },
    )
}

fn not_found(why: NotFound) -> Cow<'static, str> {
    match why {
        NotFound::Nobody => t!("ops-audit-unknown"),
        NotFound::NoDay => t!("ops-audit-no-day"),
    }
}

fn nothing(search: &AuditSearch) -> Cow<'static, str> {
    if search.is_empty() { t!("ops-audit-empty") } else { t!("ops-audit-none") }
}

fn search(asked: &AuditSearch) -> Markup {
    let [about, action, day] = ["about", "action", "day"].map(|name| dom::field("audit", name));
    let [about_hint, day_hint] = ["about", "day"].map(|name| dom::hint("audit", name));
    let unlisted = !asked.action.is_empty() && !asked.actions.contains(&asked.action);
    html! {
        form.row.search role="search" action="/ops/audit" {
            div.field.grow {
                label for=(about) { (t!("ops-audit-find")) }
                small id=(about_hint) { (t!("ops-audit-find-hint")) }
                input id=(about) name="about" type="search" value=(asked.about) autocomplete="off" maxlength="64" aria-describedby=(about_hint);
            }
            div.field {
                label for=(action) { (t!("ops-audit-action")) }
                select id=(action) name="action" {
                    option value="" { (t!("ops-all")) }
                    @if unlisted { option value=(asked.action) selected lang="en" { (asked.action) } }
                    @for known in &asked.actions {
                        option value=(known) selected[*known == asked.action] lang="en" { (known) }
                    }
                }
            }
            div.field {
                label for=(day) { (t!("ops-audit-day")) }
                small id=(day_hint) { (t!("ops-audit-day-hint")) }
                input id=(day) name="day" type="date" value=(asked.day) aria-describedby=(day_hint);
            }
            button.button { (t!("ops-show")) }
            @if !asked.is_empty() { a.button href="/ops/audit" { (t!("ops-show-all")) } }
        }
    }
}

fn line(row: &AuditRow) -> Markup {
    html! {
        tr {
            td.n { @match row.seq { Some(seq) => (seq), None => small { (t!("ops-audit-unsealed")) } } }
            td { (parts::time(row.at, When::Second)) }
            td { @if let Some(by) = &row.by { a href=(by) { (row.who) } } @else { (row.who) } }
            td { (names::raw(&row.action)) }
            td title=(row.id) { @if let Some(link) = &row.link { a href=(link) { (row.target) } } @else { (row.target) } }
            td.why { (row.outcome) }
        }
    }
}

fn verdict(verdict: Option<&AuditVerdict>) -> Markup {
    let Some(AuditVerdict { at, last, findings }) = verdict else {
        return html! { p { (t!("ops-audit-verifying")) } };
    };
    html! {
        form.row method="post" action="/ops/audit/verifications" {
            @if findings.is_empty() {
                p { (rich!("ops-audit-sound", last = *last; at => |_| parts::time(*at, When::Second))) }
            } @else {
                p.notice.bad.grow role="alert" {
                    (rich!("ops-audit-unsound", last = *last;
                        wrong => |words| html! { strong { (words) } },
                        at => |_| parts::time(*at, When::Second)))
                }
            }
            button.button.push type="submit" { (t!("ops-audit-verify")) }
        }
        @if !findings.is_empty() {
            ul.findings { @for finding in findings { li { (finding) } } }
            p.muted { (rich!("ops-audit-restored"; file => |words| html! { code { (words) } })) }
        }
    }
}
