//! The sales page of a space: headline, features, questions and answers, and the link to a preview.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    change::Change,
    id::{AccountId, SpaceId},
    money::sales::{Edit, NotEdited, PREVIEW_LASTS, PreviewLink, SalesPage},
};

/// Changes the headline and the features.
pub async fn update(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    headline: String,
    features: Vec<String>,
) -> ServiceResult<()> {
    change(services, by, space, "space.sales", |page| {
        (page.headline, page.features) = (headline, features);
        Ok(())
    })
    .await
}

/// Adds, changes, moves or removes a question. `Conflict("questions")` if there are too many, `NotFound` if it is gone.
pub async fn edit_questions(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    edit: Edit,
) -> ServiceResult<()> {
    change(services, by, space, "space.questions", |page| {
        page.edit(edit).map_err(|refusal| match refusal {
            NotEdited::Missing => ServiceError::NotFound,
            NotEdited::Full => ServiceError::Conflict("questions"),
        })
    })
    .await
}

/// Makes a new link to a preview, by which an older one is no longer good.
pub async fn open_preview(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    let until = Some(services.now() + PREVIEW_LASTS);
    change(services, by, space, "space.preview", |page| {
        page.preview = PreviewLink { number: page.preview.number + 1, until };
        Ok(())
    })
    .await
}

/// From now on no link leads to a preview.
pub async fn withdraw_preview(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<()> {
    change(services, by, space, "space.preview_withdrawal", |page| {
        page.preview.until = None;
        Ok(())
    })
    .await
}

async fn change(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    action: &str,
    change: impl FnOnce(&mut SalesPage) -> ServiceResult<()>,
) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditSpace).await?;
    let (changes, now) = ([Change::Space { space }], services.now());
    let mut tx = services.store.begin().await?;
    let mut page = tx.lock_sales_page(space).await?;
    change(&mut page)?;
    tx.write_sales_page(space, &page).await?;
    tx.commit_audited(services.act(by, action, space, "")?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}
