//! The outbox, as operators act on it.

use crate::{ServiceError, ServiceResult};
use domain::{
    id::{AccountId, JobId},
    time::Millis,
};
use store::{Act, Store};

/// Lets parked jobs run again with a fresh number of attempts: one, or all with `None`. Answers how many. `by`: `None` from the
/// command line, which works beside a running service and therefore has only the store.
///
/// # Errors
/// `Conflict("parked")` when the job is not parked.
pub async fn revive(
    store: &Store,
    by: Option<AccountId>,
    job: Option<JobId>,
    now: Millis,
) -> ServiceResult<usize> {
    let mut tx = store.begin().await?;
    let (target, revived) = match job {
        Some(id) => {
            if !tx.revive_job(id, now).await? {
                return Err(ServiceError::Conflict("parked"));
            }
            (id.to_string(), 1)
        }
        None => ("all".into(), tx.revive_all_jobs(now).await?),
    };
    let detail = format!("{revived} revived");
    tx.commit_audited(Act { actor: by, action: "job.revive".into(), target, detail }, &[], now).await?;
    Ok(revived)
}
