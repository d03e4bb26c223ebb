//! The address of an account.

use crate::{
    db::{
        connections::{Tx, named},
        sql::{args, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::AccountId,
    mail::{Mail, SendMail},
    time::Millis,
};

statements! {
    CHANGE = "UPDATE accounts SET email = $3 WHERE id = $1 AND email = $2 AND deleted_at IS NULL";
}

impl Tx<'_> {
    /// Changes the address of an account from `before` to `after`.
    ///
    /// # Errors
    /// `Conflict("email")` if another account has the new address; `Conflict("changed")` if `before` is no longer the address.
    pub async fn change_address(
        &mut self,
        id: AccountId,
        before: &str,
        after: &str,
    ) -> Result<(), StoreError> {
        match self.run(CHANGE, args![id, before, after]).await.map_err(|e| named(e, "email"))? {
            0 => Err(StoreError::Conflict("changed")),
            _ => Ok(()),
        }
    }

    /// Enqueues a mail of this transaction.
    pub async fn enqueue_mail(&mut self, mail: Mail, now: Millis) -> Result<(), StoreError> {
        jobs::enqueue(self, &SendMail { mail }, None, now).await.map(drop)
    }
}
