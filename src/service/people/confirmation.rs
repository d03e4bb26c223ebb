//! A fresh proof that the account is its person's: a code that was mailed to its address and entered in this session.

use crate::{ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::{AccountId, SessionId},
    time::Millis,
};
use store::{Asker, Checked, Tx};

/// The result of trying a code.
#[derive(Clone, Debug)]
pub enum Tried {
    Good,
    Wrong {
        tries_left: i64,
    },
    /// Too many codes were tried for this address. This try was not counted.
    TooMany {
        retry_at: Millis,
    },
    /// Used, expired, tried too often, replaced by a newer one, of another session, or nonexistent.
    Over,
}

/// Tries the code `id` of the caller's own address. A correct one makes the session fresh.
pub async fn enter(
    services: &Services,
    by: AccountId,
    session: SessionId,
    id: &str,
    asker: Asker<'_>,
    code: &str,
) -> ServiceResult<Tried> {
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let address = services.store.accounts().by_id(by).await?.email;
    let mut tx = services.store.begin().await?;
    match tx.try_code(id, asker, code, now).await? {
        Checked::Good { email } if email == address => {
            tx.confirm_session(by, session, now).await?;
            tx.commit_audited(unbounded_act(by, "session.confirm", session, ""), &changes, now).await?;
            services.changed(&changes);
            Ok(Tried::Good)
        }
        checked => refused(tx, checked).await,
    }
}

/// What becomes of a code that does not do what it was typed for. A wrong try is counted.
pub(super) async fn refused(tx: Tx<'_>, checked: Checked) -> ServiceResult<Tried> {
    Ok(match checked {
        Checked::Wrong { tries_left } => {
            tx.commit_unattended(&[]).await?;
            Tried::Wrong { tries_left }
        }
        Checked::TooMany { retry_at } => Tried::TooMany { retry_at },
        // Good: the address was changed since the code was mailed.
        Checked::Good { .. } | Checked::Over => Tried::Over,
    })
}
