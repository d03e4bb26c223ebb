//! The outbox for operators: waiting, failing and parked jobs. Operators may revive parked jobs.

use crate::web::extract::{Form, Path};
use crate::{
    app::App,
    web::{
        access::{confirmation, doors::Operator},
        error::{WebError, WebResult},
        flash,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    clock::Clock,
    id::JobId,
    time::{Millis, Span},
};
use serde::Deserialize;
use service::{ServiceError, ServiceResult, live::webhooks as media_events, money::webhooks::PROVIDER};
use store::{FailedJob, LaneBacklog, Purchase};
use views::{
    ops::{self as pages, FailedRefundRow, JobRow, Jobs, LaneRow, Webhooks},
    t,
};

/// Rows per table.
const SHOWN: usize = 50;
/// How long a confirmation is valid.
const CONFIRM_WITHIN: Span = Span::minutes(2);

pub async fn page(State(app): State<App>, operator: Operator) -> WebResult {
    let shell = app.shell(Some(&operator.0.account), "/ops/jobs");
    Ok(pages::jobs(&shell, &look(&app).await?).into_response())
}

pub async fn fragment(State(app): State<App>, _: Operator) -> WebResult {
    Ok(pages::jobs_content(&look(&app).await?).into_response())
}

async fn look(app: &App) -> WebResult<Jobs> {
    let (backlog, now) = (app.store.backlog(), app.clock.now());
    let lane = |lane: &LaneBacklog| LaneRow {
        lane: lane.lane,
        waiting: lane.waiting,
        running: lane.running,
        failing: lane.failing,
        late_since: lane.oldest.filter(|at| *at < now),
    };
    let failed = |job: FailedJob| JobRow {
        id: job.id,
        error: actors::mask(job.last_error.as_deref().unwrap_or_default()),
        name: job.name,
        attempts: job.attempts,
        at: job.at,
    };
    let webhooks = app.store.webhook_inbox().health(PROVIDER).await?;
    let media_webhooks = match app.services.media_hooks {
        Some(_) => {
            let health = app.store.webhook_inbox().health(media_events::PROVIDER).await?;
            Some(Webhooks { refusals: health.refusals, last: health.last })
        }
        None => None,
    };
    let jobs = backlog.failed(SHOWN).await?;
    let refunds = app.store.purchases().refund_failed(Millis::default(), SHOWN).await?;
    Ok(Jobs {
        lanes: backlog.lanes(now).await?.iter().map(lane).collect(),
        parked_count: jobs.parked_count,
        parked: jobs.parked.into_iter().map(failed).collect(),
        failing: jobs.failing.into_iter().map(failed).collect(),
        webhooks: Webhooks { refusals: webhooks.refusals, last: webhooks.last },
        media_webhooks,
        failed_refunds: refunds.into_iter().filter_map(failed_refund).collect(),
    })
}

fn failed_refund(purchase: Purchase) -> Option<FailedRefundRow> {
    let Purchase { id, title, amount, refund_failed_at, .. } = purchase;
    Some(FailedRefundRow { purchase: id, title, amount, at: refund_failed_at? })
}

#[derive(Deserialize)]
pub struct ReviveJobsForm {
    #[serde(default)]
    confirm: String,
}

/// Without a token: asks for confirmation. With it: carries out the action and logs it.
pub async fn revive(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<JobId>,
    Form(asked): Form<ReviveJobsForm>,
) -> WebResult {
    let path = format!("/ops/jobs/{id}/revival");
    if !confirmed(&app, &operator, &path, &asked.confirm) {
        return Ok(ask(&app, &operator, &t!("ops-job-revive-one"), &path));
    }
    match revive_jobs(&app, &operator, Some(id)).await {
        Err(ServiceError::Conflict(_)) => Err(WebError::conflict(t!("ops-job-not-parked"))),
        revived => Ok(revived.map(|_| flash::redirect(&app, "/ops/jobs", &t!("ops-job-revived")))?),
    }
}

pub async fn revive_all(
    State(app): State<App>,
    operator: Operator,
    Form(asked): Form<ReviveJobsForm>,
) -> WebResult {
    let path = "/ops/jobs/revival";
    if !confirmed(&app, &operator, path, &asked.confirm) {
        return Ok(ask(&app, &operator, &t!("ops-jobs-revive-parked"), path));
    }
    revive_jobs(&app, &operator, None).await?;
    Ok(flash::redirect(&app, "/ops/jobs", &t!("ops-jobs-revived")))
}

async fn revive_jobs(app: &App, operator: &Operator, job: Option<JobId>) -> ServiceResult<usize> {
    service::ops::jobs::revive(&app.store, Some(operator.0.account.id), job, app.clock.now()).await
}

fn ask(app: &App, operator: &Operator, title: &str, path: &str) -> axum::response::Response {
    let shell = app.shell(Some(&operator.0.account), "/ops/jobs");
    let token = confirmation::token(app, operator, &[path], CONFIRM_WITHIN);
    pages::confirm_revival(&shell, title, path, &token).into_response()
}

fn confirmed(app: &App, operator: &Operator, path: &str, shown: &str) -> bool {
    confirmation::is_confirmed(app, operator, &[path], CONFIRM_WITHIN, shown)
}
