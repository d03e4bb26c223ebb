//! The outbox for operators: jobs waiting in each lane, failing jobs, and parked jobs that an operator can revive.

use crate::{
    dom,
    layout::Shell,
    ops::{engine, names},
    parts::{self, When},
    rich, t,
};
use domain::{
    amount::Money,
    id::{JobId, PurchaseId},
    money::payments::WebhookRefusal,
    time::Millis,
    work::Lane,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct LaneRow {
    pub lane: Lane,
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
    /// The same of LiveKit, where it is set up.
    pub media_webhooks: Option<Webhooks>,
    pub failed_refunds: Vec<FailedRefundRow>,
}

/// Whether the payment provider's webhooks arrive.
#[derive(Clone, Debug, Default)]
pub struct Webhooks {
    /// The last accepted webhook: its kind, and when it arrived.
    pub last: Option<(String, Millis)>,
    /// The last refusal for each reason, newest first.
    pub refusals: Vec<(WebhookRefusal, Millis)>,
}

/// A refund that the buyer's bank returned.
#[derive(Clone, Debug)]
pub struct FailedRefundRow {
    pub purchase: PurchaseId,
    pub title: String,
    pub amount: Money,
    pub at: Millis,
}

pub const JOBS_PATH: &str = "/ops/jobs";

pub fn jobs(shell: &Shell, jobs: &Jobs) -> Markup {
    engine(
        shell,
        &t!("ops-jobs"),
        &[],
        html! {
            h1 { (t!("ops-jobs")) }
            p.lead { (t!("ops-jobs-about")) }
            (jobs_content(jobs))
        },
    )
}

/// The part that the browser polls.
pub fn jobs_content(jobs: &Jobs) -> Markup {
    html! {
        div.stack #(dom::JOBS) hx-get={ (JOBS_PATH) "/fragment" } hx-trigger="every 15s" hx-swap="outerHTML" {
            h2 { (t!("ops-jobs-parked")) }
            @if jobs.parked.is_empty() { p.muted { (t!("ops-jobs-parked-none")) } }
            @else {
                p.notice.bad { (t!("ops-jobs-parked-number", count = jobs.parked_count)) }
                form method="post" action={ (JOBS_PATH) "/revival" } { button.button { (t!("ops-jobs-revive-all")) } }
                (table(&t!("ops-jobs-parked-table"), &t!("ops-jobs-parked"), &jobs.parked, true))
            }
            h2 { (t!("ops-lanes")) }
            (lanes(&jobs.lanes))
            h2 { (t!("ops-jobs-failing")) }
            @if jobs.failing.is_empty() { p.muted { (t!("ops-jobs-failing-none")) } }
            @else { (table(&t!("ops-jobs-failing-table"), &t!("ops-jobs-next-try"), &jobs.failing, false)) }
            h2 { (t!("ops-webhooks")) }
            (webhooks(&jobs.webhooks))
            @if let Some(of) = &jobs.media_webhooks { h2 { (t!("ops-webhooks-media")) } (webhooks(of)) }
            @if !jobs.failed_refunds.is_empty() {
                h2 { (t!("ops-refunds-failed")) }
                p { (t!("ops-refunds-failed-about")) }
                ul { @for refund in &jobs.failed_refunds { li { bdi { (refund.title) } ", " (parts::money(refund.amount)) ", " (parts::time(refund.at, When::Second)) " " small { code { (refund.purchase) } } } } }
            }
        }
    }
}

fn lanes(lanes: &[LaneRow]) -> Markup {
    let [waiting, running] = [t!("ops-waiting"), t!("ops-lane-running")];
    let [failing, oldest] = [t!("ops-lane-failing"), t!("ops-lane-oldest")];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(t!("ops-lanes")) {
            table.tree.named {
                thead { tr { th scope="col" { (t!("ops-lane")) } th scope="col" { (waiting) } th scope="col" { (running) } th scope="col" { (failing) } th scope="col" { (oldest) } } }
                tbody { @for lane in lanes { tr {
                    th scope="row" { (names::lane(lane.lane)) }
                    td data-name=(waiting) { (lane.waiting) } td data-name=(running) { (lane.running) } td data-name=(failing) { (lane.failing) }
                    td data-name=(oldest) { @if let Some(at) = lane.late_since { (parts::time(at, When::Second)) } @else { "–" } }
                } } }
            }
        }
    }
}

fn webhooks(of: &Webhooks) -> Markup {
    html! {
        @match &of.last {
            Some((kind, at)) => p {
                (rich!("ops-webhook-last";
                    kind => |_| html! { code { (kind) } },
                    at => |_| parts::time(*at, When::Second)))
            },
            None => p.muted { (t!("ops-webhook-none")) },
        }
        @for (reason, at) in &of.refusals {
            p {
                (rich!("ops-webhook-refused";
                    at => |_| parts::time(*at, When::Second),
                    reason => |_| html! { (names::webhook_refusal(*reason)) }))
            }
        }
    }
}

fn table(label: &str, at: &str, rows: &[JobRow], revive: bool) -> Markup {
    let [attempts, error] = [t!("ops-job-attempts"), t!("ops-last-error")];
    html! {
        div.scroll tabindex="0" role="region" aria-label=(label) {
            table.tree.named {
                thead { tr { th scope="col" { (t!("ops-job")) } th scope="col" { (attempts) } th scope="col" { (at) } th scope="col" { (error) } @if revive { th scope="col" { span.hidden { (t!("ops-actions")) } } } } }
                tbody { @for row in rows { tr {
                    th scope="row" { (row.name) " " small { code { (row.id) } } }
                    td data-name=(attempts) { (row.attempts) } td data-name=(at) { (parts::time(row.at, When::Second)) } td.why data-name=(error) { (names::raw(&row.error)) }
                    @if revive { td { (revival(row)) } }
                } } }
            }
        }
    }
}

fn revival(row: &JobRow) -> Markup {
    let label = t!("ops-job-revive-named", job = format!("{} {}", row.name, row.id));
    html! { form method="post" action={ (JOBS_PATH) "/" (row.id) "/revival" } { button.button aria-label=(label) { (t!("ops-job-revive")) } } }
}

/// Asks for confirmation before jobs are revived. `path`: where the confirmation is posted.
pub fn confirm_revival(shell: &Shell, title: &str, path: &str, token: &str) -> Markup {
    engine(
        shell,
        title,
        &[],
        html! {
            (parts::trail(&[(JOBS_PATH, &t!("ops-jobs"))]))
            h1 { (title) }
            p.lead { (t!("ops-job-revive-about")) }
            div.row {
                form method="post" action=(path) {
                    input type="hidden" name="confirm" value=(token);
                    button.button.primary { (title) }
                }
                a.button href=(JOBS_PATH) { (t!("ops-job-leave")) }
            }
        },
    )
}
