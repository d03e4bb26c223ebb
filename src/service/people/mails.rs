//! Which mail a person gets beside what they must get.

use crate::{ServiceResult, Services, unbounded_act};
use domain::{id::AccountId, mail::MailKind};

/// Whether the person gets mail of this kind.
pub async fn wants(services: &Services, account: AccountId, kind: MailKind) -> ServiceResult<bool> {
    Ok(services.store.preferences().wanted(account).await?.contains(&kind))
}

/// Switches on the kinds that are named, and all others off.
pub async fn choose(services: &Services, by: AccountId, on: &[MailKind]) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let mut changed = Vec::new();
    for kind in MailKind::ALL {
        let on = on.contains(&kind);
        if tx.switch_mail(by, kind, on, now).await? {
            changed.push(format!("{} {}", kind.code(), if on { "on" } else { "off" }));
        }
    }
    if !changed.is_empty() {
        tx.commit_audited(services.act(by, "mails.choose", by, changed.join(", "))?, &[], now).await?;
    }
    Ok(())
}

/// Switches a kind off for whoever has the link in such a mail. With the reminders, those that were asked for are forgotten.
pub async fn stop(services: &Services, account: AccountId, kind: MailKind) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let mut changed = tx.switch_mail(account, kind, false, now).await?;
    if kind == MailKind::Reminders {
        changed |= tx.forget_reminders(account).await? > 0;
    }
    if changed {
        tx.commit_audited(unbounded_act(account, "mails.stop", account, kind.code()), &[], now).await?;
    }
    Ok(())
}
