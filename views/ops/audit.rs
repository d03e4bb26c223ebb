//! The audit log: what was done, by whom, to what, and whether the log is intact.

use super::engine;
use crate::{
    layout::Shell,
    parts::{self, When},
};
use domain::time::Millis;
use maud::{Markup, html};

/// One line of the log.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// `None` until the line is sealed, within a second.
    pub seq: Option<i64>,
    pub at: Millis,
    pub who: String,
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

#[derive(Clone, Debug)]
pub struct AuditPage {
    pub rows: Vec<AuditRow>,
    /// `None` until the first verification after start-up.
    pub verdict: Option<AuditVerdict>,
    /// Only lines of this target or person: its name.
    pub about: Option<String>,
    /// The URL of the next older page.
    pub older: Option<String>,
}

pub fn page(shell: &Shell, model: &AuditPage) -> Markup {
    engine(
        shell,
        "Audit",
        &[],
        html! {
            h1 { "Audit" }
            @if let Some(about) = &model.about {
                p.lead { "What was done to " bdi { (about) } ", or by them, newest first. " a href="/ops/audit" { "Show all lines" } }
            } @else {
                p.lead { "What operators, hosts and moderators did, newest first." }
                (verdict(model.verdict.as_ref()))
            }
            @if model.rows.is_empty() { (parts::empty("Nothing was done yet.", None)) }
            @else {
                div.scroll tabindex="0" role="region" aria-label="Audit lines" {
                    table.tree.audit {
                        thead { tr { th.n scope="col" { "Line" } th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "Action" } th scope="col" { "On" } th scope="col" { "Outcome" } } }
                        tbody { @for row in &model.rows { (line(row)) } }
                    }
                }
            }
            @if let Some(older) = &model.older { p { a.button href=(older) { "Older" } } }
        },
    )
}

fn line(row: &AuditRow) -> Markup {
    html! {
        tr {
            td.n { @match row.seq { Some(seq) => (seq), None => small { "not sealed yet" } } }
            td { (parts::time(row.at, When::Second)) }
            td { (row.who) }
            td { (row.action) }
            td title=(row.id) { @if let Some(link) = &row.link { a href=(link) { (row.target) } } @else { (row.target) } }
            td.why { (row.outcome) }
        }
    }
}

fn verdict(verdict: Option<&AuditVerdict>) -> Markup {
    let Some(AuditVerdict { at, last, findings }) = verdict else {
        return html! { p { "The log is being verified." } };
    };
    html! {
        form.row method="post" action="/ops/audit/verifications" {
            @if findings.is_empty() {
                p { "Verified up to line " (last) " at " (parts::time(*at, When::Second)) ": nothing was changed, moved or cut." }
            } @else {
                p role="alert" { strong { "The log does not verify." } " Read up to line " (last) " at " (parts::time(*at, When::Second)) "." }
            }
            button.button.push type="submit" { "Verify now" }
        }
        @if !findings.is_empty() {
            ul.findings { @for finding in findings { li { (finding) } } }
            p.muted { "If an older copy of the database was restored on purpose, remove the file " code { "audit-head" } " from the data directory." }
        }
    }
}
