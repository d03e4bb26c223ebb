//! The operators' pages: the tree of actors, the page of each actor, the audit log, jobs, reports, spaces, people, and the
//! local mailbox. And the form by which everybody reports something.

mod actor;
mod audit;
mod board;
mod confirm;
pub mod directory;
pub mod documents;
mod jobs;
mod needs;
pub mod report;
pub mod reports;
mod spark;
mod status;

pub use crate::parts::{several, span};
pub use actor::{Inspected, Restart, Value, action, page as actor, picture as inspect};
pub use audit::{AuditPage, AuditRow, AuditVerdict, page as audit};
pub use board::{Board, Branch, Fault, Figures, Filter, Row, Sort, StatusCount, board, is_sick, tree};
pub use confirm::{Confirm, confirm};
pub use jobs::{FailedRefund, JobRow, Jobs, LaneRow, Webhooks, confirm_revival, jobs, jobs_content};
pub use needs::{Need, Remedy, Verdict};
pub use spark::Pulse;
pub use status::{Level, StatusPart, page as status};

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
};
use domain::{mail::Mail, time::Millis};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct MailRow<'a> {
    pub at: Millis,
    pub mail: &'a Mail,
}

/// The mails that a local instance keeps instead of sending; only such an instance has this page.
pub fn mailbox(shell: &Shell, rows: &[MailRow<'_>]) -> Markup {
    let head = Page { title: "Local mailbox", ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Local mailbox" }
                p.lead { "This server runs locally and sends no mail. Whatever it would have sent is here, newest first." }
                @if rows.is_empty() { (parts::empty("No mail yet.", None)) }
                @for row in rows {
                    article.card.stack {
                        div.row { h2 { (row.mail.subject) } small.push { (parts::time(row.at, When::Moment)) } }
                        small { "to " (row.mail.to) }
                        pre { (row.mail.text) }
                    }
                }
            }
        },
    )
}

fn engine(shell: &Shell, title: &str, scripts: &[&str], body: Markup) -> Markup {
    let title = format!("{title}, operators");
    let head = Page { title: &title, scripts, ..Page::default() };
    let current = |path: &str| (shell.path == path).then_some("page");
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack.ops #(dom::MAIN) tabindex="-1" {
                nav.row.tabs aria-label="Operators" {
                    a href="/ops" aria-current=[current("/ops")] { "Actors" }
                    a href="/ops/jobs" aria-current=[current("/ops/jobs")] { "Jobs" }
                    a href="/ops/reports" aria-current=[current("/ops/reports")] { "Reports" }
                    a href="/ops/spaces" aria-current=[current("/ops/spaces")] { "Spaces" }
                    a href="/ops/people" aria-current=[current("/ops/people")] { "People" }
                    a href="/ops/documents" aria-current=[current("/ops/documents")] { "Texts" }
                    a href="/ops/audit" aria-current=[current("/ops/audit")] { "Audit" }
                }
                (body)
            }
        },
    )
}
