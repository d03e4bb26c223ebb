//! Changing the address of an account. The session is fresh, which proves the address before; a code proves the new one.

use crate::{ServiceResult, Services, people::confirmation::Tried};
use domain::{
    change::Change,
    id::{AccountId, SessionId},
    mail::Mail,
};
use store::{Asker, Checked};

/// What is told of a change.
pub struct Told<'a> {
    /// To the other sessions.
    pub notice: &'a str,
    /// The mails to the address before and to the new one.
    pub mails: &'a (dyn Fn(&str, &str) -> [Mail; 2] + Sync),
}

/// Tries the code `id`, which was mailed to the new address. A correct one makes it the address of the account, from which
/// moment codes go there; all sessions and both addresses are told.
///
/// # Errors
/// `Conflict("email")` if another account has the address.
pub async fn change(
    services: &Services,
    by: AccountId,
    session: SessionId,
    id: &str,
    asker: Asker<'_>,
    code: &str,
    told: Told<'_>,
) -> ServiceResult<Tried> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let before = services.store.accounts().by_id(by).await?.email;
    let mut tx = services.store.begin().await?;
    match tx.try_code(id, asker, code, now).await? {
        Checked::Good { email: after } => {
            tx.change_address(by, &before, &after).await?;
            tx.tell_sessions(by, session, told.notice).await?;
            // Codes on their way to the address before sign nobody in any more.
            tx.forget_codes(&before).await?;
            for mail in (told.mails)(&before, &after) {
                tx.enqueue_mail(mail, now).await?;
            }
            tx.commit_audited(services.act(by, "account.address", by, "")?, &changes, now).await?;
            services.changed(&changes);
            Ok(Tried::Good)
        }
        Checked::Wrong { tries_left } => {
            tx.commit_unattended(&[]).await?;
            Ok(Tried::Wrong { tries_left })
        }
        Checked::TooMany { retry_at } => Ok(Tried::TooMany { retry_at }),
        Checked::Over => Ok(Tried::Over),
    }
}
