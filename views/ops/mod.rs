//! The operators' pages: the tree of actors, the page of each actor, the audit log, jobs, reports, spaces, people, and the
//! local mailbox. And the form by which everybody reports something.

mod actor;
mod arrivals;
mod audit;
mod board;
mod confirm;
pub mod directory;
pub mod documents;
mod jobs;
mod machine;
pub mod names;
mod needs;
pub mod reports;
mod spark;
mod status;

pub use crate::parts::{count, money, span};
pub use actor::{Inspected, Restart, Value, action, page as actor, picture as inspect};
pub use arrivals::{Arrivals, SweepSeen, arrivals};
pub use audit::{AuditPage, AuditRow, AuditSearch, AuditVerdict, NotFound, page as audit};
pub use board::{ActorRow, Board, Branch, Fault, Figures, Filter, Sort, StatusCount, board, is_sick, tree};
pub use confirm::{Confirm, confirm};
pub use jobs::{FailedRefundRow, JobRow, Jobs, LaneRow, Webhooks, confirm_revival, jobs, jobs_content};
pub use machine::Machine;
pub use needs::{Need, Remedy, Verdict};
pub use spark::Pulse;
pub use status::{Level, StatusPart, page as status};

use crate::{
    dom,
    layout::{self, OPERATORS, Page, Shell},
    parts::{self, When},
    t,
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
    let title = t!("ops-mailbox");
    let head = Page { title: &title, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { (title) }
                p.lead { (t!("ops-mailbox-about")) }
                @if rows.is_empty() { (parts::empty(&t!("ops-mailbox-empty"), None)) }
                @for row in rows {
                    article.card.stack {
                        div.row { h2 { (row.mail.subject) } small.push { (parts::time(row.at, When::Moment)) } }
                        small { (t!("ops-mailbox-to", to = &row.mail.to)) }
                        pre { (row.mail.text) }
                    }
                }
            }
        },
    )
}

pub(crate) fn engine(shell: &Shell, title: &str, scripts: &[&str], body: Markup) -> Markup {
    let title = t!("ops-title", page = title);
    let head = Page { title: &title, styles: OPERATORS, scripts, ..Page::default() };
    // A page below a tab belongs to it. The addresses of all tabs are below the first one's.
    let current = |path: &str| {
        let below = shell.path.strip_prefix(path)?;
        let of_it = below.starts_with(if path == "/ops" { "/actors/" } else { "/" });
        if below.is_empty() { Some("page") } else { of_it.then_some("true") }
    };
    let tabs = [
        ("/ops", t!("ops-actors")),
        ("/ops/jobs", t!("ops-jobs")),
        ("/ops/money", t!("opsmoney-title")),
        ("/ops/reports", t!("ops-reports")),
        ("/ops/spaces", t!("ops-spaces")),
        ("/ops/people", t!("ops-people")),
        ("/ops/documents", t!("ops-texts")),
        ("/ops/audit", t!("ops-audit")),
    ];
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack.ops #(dom::MAIN) tabindex="-1" {
                nav.row.tabs aria-label=(t!("ops-operators")) {
                    @for (path, words) in &tabs { a href=(path) aria-current=[current(path)] { (words) } }
                }
                (body)
            }
        },
    )
}
