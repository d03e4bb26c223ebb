//! Operators take a picture away that was reported. The space or the person stays as it is otherwise. The caller is an operator.

use crate::{ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::AccountId,
    ops::jobs::SendTakenDown,
    picture::{PictureId, Purpose},
};
use store::{FiledReport, ShownPicture};

/// Where the picture is shown that a report is about; `None` if the report is about something without one.
pub fn reported(filed: &FiledReport, picture: Purpose) -> Option<ShownPicture> {
    let report = &filed.report;
    match picture {
        Purpose::Cover => report.space.filter(|_| filed.cover.is_some()).map(ShownPicture::Cover),
        Purpose::Logo => report.space.filter(|_| filed.logo.is_some()).map(ShownPicture::Logo),
        Purpose::Avatar => report.person.filter(|_| filed.avatar.is_some()).map(ShownPicture::Avatar),
        // They go with their post.
        Purpose::Post => None,
    }
}

/// Takes it away: nothing shows it any more, its files are deleted, and its owner is told why. Returns it.
/// `Conflict("picture")` if it is gone already.
pub async fn take_down(
    services: &Services,
    by: AccountId,
    shown: ShownPicture,
    reason: &str,
) -> ServiceResult<PictureId> {
    let now = services.now();
    let (changes, subject) = match shown {
        ShownPicture::Cover(space) | ShownPicture::Logo(space) => {
            ([Change::Space { space }], space.to_string())
        }
        ShownPicture::Avatar(account) => ([Change::Account { account }], account.to_string()),
    };
    let mut tx = services.store.begin().await?;
    let picture = tx.take_down_picture(shown, reason, now).await?;
    let detail = format!("{} {picture}: {reason}", shown.purpose().code());
    tx.commit_audited(unbounded_act(by, "picture.take_down", subject, detail), &changes, now).await?;
    services.changed(&changes);
    Ok(picture)
}

/// The address of whoever is told.
pub async fn told(services: &Services, job: &SendTakenDown) -> ServiceResult<String> {
    Ok(services.store.accounts().by_id(job.reader).await?.email)
}
