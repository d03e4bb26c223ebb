//! Mail that reminds people of a stream before it begins, if they asked for it.

use crate::{ServiceError, ServiceResult, Services, access::spaces, people::mails};
use domain::{
    catalogue::offer::{Experience, NotOffered, Space},
    id::{AccountId, StreamId},
    live::{
        calendar,
        jobs::{RemindAll, SendReminder},
        stream::Stream,
    },
    mail::MailKind,
};

/// A stream where it is announced.
#[derive(Debug)]
pub struct Announced {
    pub stream: Stream,
    pub space: Space,
    pub experience: Experience,
}

/// The stream, if this person may see its space.
pub async fn announced(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<Announced> {
    let stream = services.store.streams().by_id(id).await?;
    let space = spaces::visible(services, by, stream.space).await?;
    let experience = services.store.experiences().by_id(stream.experience).await?;
    Ok(Announced { stream, space, experience })
}

/// Reminds the caller of a stream, and switches such mail on for whoever had it off. `Conflict("over")` if it has no date or has
/// begun, `Conflict("reminders")` if the caller has too many.
pub async fn remind(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<()> {
    let stream = announced(services, by, id).await?.stream;
    if spaces::is_banned(services, by, stream.space).await? {
        return Err(NotOffered::Banned.into());
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let asked = tx.remind(id, by, now).await?;
    let switched = tx.switch_mail(by, MailKind::Reminders, true, now).await?;
    if asked || switched {
        tx.commit_audited(services.act(by, "reminder.ask", id, &stream.title)?, &[], now).await?;
    }
    Ok(())
}

/// Reminds the caller of it no more.
pub async fn forget(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<()> {
    let mut tx = services.store.begin().await?;
    if tx.forget_reminder(id, by).await? {
        tx.commit_audited(services.act(by, "reminder.forget", id, "")?, &[], services.now()).await?;
    }
    Ok(())
}

/// Enqueues a mail to each person who asked for it, if the stream still begins at the time of the job.
pub async fn spread(services: &Services, job: &RemindAll) -> ServiceResult<()> {
    let stream = match services.store.streams().by_id(job.stream).await.map_err(ServiceError::from) {
        Err(ServiceError::NotFound) => return Ok(()),
        found => found?,
    };
    if stream.scheduled_at == Some(job.at) && calendar::is_coming(&stream, services.now()) {
        services.store.reminders().spread(job, services.now()).await?;
    }
    Ok(())
}

/// What a reminder says, and to whom.
pub struct Due {
    pub announced: Announced,
    pub email: String,
}

/// `None` if the person no longer wants the mail, may no longer see the stream, or it begins at another time.
pub async fn due(services: &Services, job: &SendReminder) -> ServiceResult<Option<Due>> {
    let announced = match announced(services, job.account, job.stream).await {
        Err(ServiceError::NotFound) => return Ok(None),
        found => found?,
    };
    let stream = &announced.stream;
    let planned = stream.scheduled_at == Some(job.at) && calendar::is_coming(stream, services.now());
    let wanted = services.store.reminders().has(job.stream, job.account).await?
        && mails::wants(services, job.account, MailKind::Reminders).await?;
    if !planned || !wanted || spaces::is_banned(services, job.account, stream.space).await? {
        return Ok(None);
    }
    let email = services.store.accounts().by_id(job.account).await?.email;
    Ok(Some(Due { announced, email }))
}
