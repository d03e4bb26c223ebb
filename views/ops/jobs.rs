//! The outbox for operators: jobs waiting in each lane, failing jobs, and parked jobs that an operator can revive.

use crate::{
    dom,
    layout::Shell,
    ops::engine,
    parts::{self, When},
};
use domain::{
    amount::Money,
    id::{JobId, PurchaseId},
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct LaneRow {
    pub name: &'static str,
    pub waiting: i64,
    pub running: i64,
    pub failing: i64,
    /// When the oldest due job became due; `None` if none is due.
    pub late_since: Option<Millis>,
}

/// A job that has failed.
#[derive(Clone, Debug)]
pub struct JobRow {
    pub id: JobId,
    pub name: String,
    pub attempts: i64,
    /// The error without personal data.
    pub error: String,
    pub at: Millis,
}

#[derive(Clone, Debug, Default)]
pub struct Jobs {
    pub lanes: Vec<LaneRow>,
    /// Number of all parked jobs; `parked` lists the newest.
    pub parked_count: i64,
    pub parked: Vec<JobRow>,
    pub failing: Vec<JobRow>,
    pub webhooks: Webhooks,
    pub failed_refunds: Vec<FailedRefund>,
}

/// Whether the payment provider's webhooks arrive.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// The last accepted webhook: its kind, and when it arrived.
    pub last: Option<(String, Millis)>,
    /// The last refusal for each reason, as text, newest first.
    pub refusals: Vec<(String, Millis)>,
}

/// A refund that the buyer's bank returned.
#[derive(Clone, Debug)]
pub struct FailedRefund {
    pub purchase: PurchaseId,
    pub title: String,
    pub amount: Money,
    pub at: Millis,
}

pub const JOBS_PATH: &str = "/ops/jobs";

pub fn jobs(shell: &Shell, jobs: &Jobs) -> Markup {
    engine(
        shell,
        "Jobs",
        &[],
        html! {
            h1 { "Jobs" }
            p.lead { "Follow-up work: mail, settling of payments, enforcing of bans. A job that fails is tried again after growing pauses for about an hour, then parked here." }
            (jobs_content(jobs))
        },
    )
}

/// The part that the browser polls.
pub fn jobs_content(jobs: &Jobs) -> Markup {
    html! {
        div.stack #(dom::JOBS) hx-get={ (JOBS_PATH) "/fragment" } hx-trigger="every 15s" hx-swap="outerHTML" {
            h2 { "Parked" }
            @if jobs.parked.is_empty() { p.muted { "Nothing is parked." } }
            @else {
                p.notice.bad { (jobs.parked_count) @if jobs.parked_count == 1 { " job needs you." } @else { " jobs need you." } " Fix the cause first, then let them run again." }
                form method="post" action={ (JOBS_PATH) "/revival" } { button.button { "Revive all…" } }
                (table("Parked jobs", "Parked", &jobs.parked, true))
            }
            h2 { "Lanes" }
            div.scroll tabindex="0" role="region" aria-label="Lanes" {
                table.tree.named {
                    thead { tr { th scope="col" { "Lane" } th scope="col" { "Waiting" } th scope="col" { "Running" } th scope="col" { "Failing" } th scope="col" { "Oldest due" } } }
                    tbody { @for lane in &jobs.lanes { tr {
                        th scope="row" { (lane.name) }
                        td data-name="Waiting" { (lane.waiting) } td data-name="Running" { (lane.running) } td data-name="Failing" { (lane.failing) }
                        td data-name="Oldest due" { @if let Some(at) = lane.late_since { (parts::time(at, When::Second)) } @else { "–" } }
                    } } }
                }
            }
            h2 { "Failing" }
            @if jobs.failing.is_empty() { p.muted { "No job is failing." } }
            @else { (table("Failing jobs", "Next try", &jobs.failing, false)) }
            h2 { "Webhooks" }
            (webhooks(&jobs.webhooks))
            @if !jobs.failed_refunds.is_empty() {
                h2 { "Refunds that failed" }
                p { "The bank sent the money back. Refund it again at the provider, or pay it another way." }
                ul { @for refund in &jobs.failed_refunds { li { bdi { (refund.title) } ", " (refund.amount.to_string()) ", " (parts::time(refund.at, When::Second)) " " small { code { (refund.purchase) } } } } }
            }
        }
    }
}

fn webhooks(of: &Webhooks) -> Markup {
    html! {
        @match &of.last {
            Some((kind, at)) => p { "The last one, " code { (kind) } ", came " (parts::time(*at, When::Second)) "." },
            None => p.muted { "None has been accepted yet." },
        }
        @for (reason, at) in &of.refusals { p { "One was refused " (parts::time(*at, When::Second)) ": " (reason) "." } }
    }
}

fn table(label: &str, at: &str, rows: &[JobRow], revive: bool) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.tree.named {
                thead { tr { th scope="col" { "Job" } th scope="col" { "Attempts" } th scope="col" { (at) } th scope="col" { "Last error" } @if revive { th scope="col" { span.hidden { "Actions" } } } } }
                tbody { @for row in rows { tr {
                    th scope="row" { (row.name) " " small { code { (row.id) } } }
                    td data-name="Attempts" { (row.attempts) } td data-name=(at) { (parts::time(row.at, When::Second)) } td.why data-name="Last error" { (row.error) }
                    @if revive { td { form method="post" action={ (JOBS_PATH) "/" (row.id) "/revival" } { button.button aria-label={ "Revive " (row.name) " " (row.id) } { "Revive…" } } } }
                } } }
            }
        }
    }
}

/// Asks for confirmation before jobs are revived. `path`: where the confirmation is posted.
pub fn confirm_revival(shell: &Shell, title: &str, path: &str, token: &str) -> Markup {
    engine(
        shell,
        title,
        &[],
        html! {
            (parts::trail(&[(JOBS_PATH, "Jobs")]))
            h1 { (title) }
            p.lead { "It starts with a fresh number of attempts, at once. A job that was done in part is not done twice." }
            div.row {
                form method="post" action=(path) {
                    input type="hidden" name="confirm" value=(token);
                    button.button.primary { (title) }
                }
                a.button href=(JOBS_PATH) { "Leave it parked" }
            }
        },
    )
}
