//! What people publish about themselves.

use crate::{ServiceResult, Services};
use domain::{change::Change, id::AccountId, people::account::Account, text::language::Language};
use store::Profile;

/// Returns `Conflict("username")` if another account has the username or it looks like a host's, and `Conflict("name")`
/// if the name looks like a host's.
pub async fn update(services: &Services, by: AccountId, profile: &Profile) -> ServiceResult<Account> {
    let changes = [Change::Account { account: by }];
    let mut tx = services.store.begin().await?;
    let account = tx.update_profile(by, profile).await?;
    tx.commit_audited(services.act(by, "account.update", by, "")?, &changes, services.now()).await?;
    services.changed(&changes);
    Ok(account)
}

/// Gives the caller the name that they chose when they were asked what to call them, and a username made of it.
///
/// # Errors
/// `Conflict("name")` if the name looks like a host's.
pub async fn name(services: &Services, by: AccountId, name: &str) -> ServiceResult<Account> {
    let mut tx = services.store.begin().await?;
    let (account, spaces) = tx.name_account(by, name).await?;
    let renamed = spaces.into_iter().map(|space| Change::Space { space });
    let changes: Vec<_> = std::iter::once(Change::Account { account: by }).chain(renamed).collect();
    tx.commit_audited(services.act(by, "account.name", by, "")?, &changes, services.now()).await?;
    services.changed(&changes);
    Ok(account)
}

/// The caller was asked for a name and wants none now. They are not asked again.
pub async fn leave_unnamed(services: &Services, by: AccountId) -> ServiceResult<()> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.leave_unnamed(by, now).await? {
        tx.commit_audited(services.act(by, "account.unnamed", by, "")?, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}

/// Shows or hides the caller's name among the people of a room.
pub async fn list(services: &Services, by: AccountId, listed: bool) -> ServiceResult<()> {
    let mut tx = services.store.begin().await?;
    if tx.list_account(by, listed).await? {
        let shown = if listed { "shown" } else { "hidden" };
        tx.commit_audited(services.act(by, "account.list", by, shown)?, &[], services.now()).await?;
    }
    Ok(())
}

/// Chooses the language of the caller's mail, and of pages in a browser that has none yet.
pub async fn choose_language(services: &Services, by: AccountId, language: Language) -> ServiceResult<()> {
    let mut tx = services.store.begin().await?;
    if tx.choose_language(by, language).await? {
        let act = services.act(by, "account.language", by, language.code())?;
        tx.commit_audited(act, &[], services.now()).await?;
    }
    Ok(())
}
