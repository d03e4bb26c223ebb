//! Operators' actions on the outbox.

use crate::{ServiceError, ServiceResult};
use domain::{
    id::{AccountId, JobId},
    time::Millis,
};
use store::{Act, Store};

/// Revives one parked job, or all if `None`, with a fresh number of attempts. Returns their number. `by` is `None` for
/// the command line, which works next to a running service and therefore only has the store.
///
/// # Errors
/// `Conflict("parked")` if the job is not parked.
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
