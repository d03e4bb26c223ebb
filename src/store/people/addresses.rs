//! The address of an account, and those that it had until lately.

use crate::{
    db::{
        connections::{Db, Tx, named},
        sql::{args, row, statements},
    },
    work::jobs,
};
use domain::{
    change::{Change, RenewedKeys},
    error::StoreError,
    id::{AccountId, SessionId},
    mail::{Mail, SendMail},
    people::recovery::TAKEN_BACK_WITHIN,
    time::{Millis, Span},
};

/// The conflict of whoever would open an account with an address that another account had until lately.
pub const FORMER_ADDRESS: &str = "former address";

row! {
    fn read -> FormerAddress {
        id: "id",
        account: "account_id",
        email: "email",
        changed_at: "changed_at",
    }
}

/// What a former address is read from.
macro_rules! former {
    ($which:literal) => {
        concat!("SELECT ", columns!(), " FROM former_addresses WHERE ", $which)
    };
}

statements! {
    CHANGE = "UPDATE accounts SET email = $3 WHERE id = $1 AND email = $2 AND deleted_at IS NULL";
    KEEP = "INSERT INTO former_addresses (id, account_id, email, changed_at, settled) VALUES ($1, $2, $3, $4, $5)";
    SETTLE = "UPDATE former_addresses SET settled = 1 WHERE account_id = $1 AND settled = 0";
    /// Of another account, which can still have it back.
    RESERVED = former!("email = $1 AND account_id <> $2 AND changed_at > $3 AND settled = 0 LIMIT 1");
    BY_ID = former!("id = $1 AND changed_at > $2 AND settled = 0");
    BY_EMAIL = former!("email = $1 AND changed_at > $2 AND settled = 0 ORDER BY changed_at DESC, id DESC LIMIT 1");
    /// A recovery code brings back what was settled, too.
    OF_OWNER = former!("email = $1 AND changed_at > $2 ORDER BY changed_at DESC, id DESC LIMIT 1");
    TAKEN = "SELECT id FROM accounts WHERE email = $1 AND id <> $2";
    EMAIL = "SELECT email FROM accounts WHERE id = $1 AND deleted_at IS NULL";
    /// What became of the account since then is undone with it.
    UNDONE = "DELETE FROM former_addresses WHERE account_id = $1 AND changed_at >= $2";
    FORGET = "DELETE FROM former_addresses WHERE account_id = $1";
}

/// An address that an account had until lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerAddress {
    pub id: String,
    pub account: AccountId,
    pub email: String,
    pub changed_at: Millis,
}

/// What ended when an account was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    pub sessions: Vec<SessionId>,
    pub keys: RenewedKeys,
}

impl TakenBack {
    pub fn changes(&self) -> impl Iterator<Item = Change> {
        let ended = self.sessions.iter().map(|session| Change::SessionEnded { session: *session });
        ended.chain(self.keys.changes())
    }
}

/// Addresses that changed later than this can be had back.
fn since(now: Millis) -> Millis {
    now + Span(-TAKEN_BACK_WITHIN.0)
}

pub struct Addresses<'a>(pub(crate) &'a Db);

impl Addresses<'_> {
    /// The former address with this id, while its reader can have the account back.
    pub async fn former(&self, id: &str, now: Millis) -> Result<Option<FormerAddress>, StoreError> {
        self.0.row(BY_ID, args![id, since(now)]).await?.as_ref().map(read).transpose()
    }

    /// The same by the address.
    pub async fn former_by_email(
        &self,
        email: &str,
        now: Millis,
    ) -> Result<Option<FormerAddress>, StoreError> {
        self.0.row(BY_EMAIL, args![email, since(now)]).await?.as_ref().map(read).transpose()
    }

    /// For whoever has a recovery code of the account that had this address.
    pub async fn former_of_owner(
        &self,
        email: &str,
        now: Millis,
    ) -> Result<Option<FormerAddress>, StoreError> {
        self.0.row(OF_OWNER, args![email, since(now)]).await?.as_ref().map(read).transpose()
    }
}

impl Tx<'_> {
    /// Changes the address of an account from `before` to `after`. `settled`: a recovery code has proved that this is the
    /// owner, so that neither the address before nor an earlier one brings the account back. Returns the id of the address
    /// before, if its reader can have the account back.
    ///
    /// # Errors
    /// `Conflict("email")` if another account has the new address, or had it until lately; `Conflict("changed")` if `before` is
    /// no longer the address.
    pub async fn change_address(
        &mut self,
        account: AccountId,
        before: &str,
        after: &str,
        settled: bool,
        now: Millis,
    ) -> Result<Option<String>, StoreError> {
        if self.row(RESERVED, args![after, account, since(now)]).await?.is_some() {
            return Err(StoreError::Conflict("email"));
        }
        if self.run(CHANGE, args![account, before, after]).await.map_err(|e| named(e, "email"))? == 0 {
            return Err(StoreError::Conflict("changed"));
        }
        if settled {
            self.run(SETTLE, args![account]).await?;
        }
        let id = uuid::Uuid::now_v7().simple().to_string();
        self.run(KEEP, args![&id, account, before, now, settled]).await?;
        self.tell_customer_address(account, now).await?;
        Ok((!settled).then_some(id))
    }

    /// Fails with [`FORMER_ADDRESS`] if the account that had this address until lately can have it back.
    pub(crate) async fn reserved(&mut self, email: &str, now: Millis) -> Result<(), StoreError> {
        let found = self.row(BY_EMAIL, args![email, since(now)]).await?;
        found.map_or(Ok(()), |_| Err(StoreError::Conflict(FORMER_ADDRESS)))
    }

    /// Gives an account the address back that it had, ends its sessions and makes void what others may have learnt meanwhile:
    /// codes on their way, keys of encoders, the calendar's address. Recovery codes are the caller's part. An address that another
    /// account has now stays with that one.
    pub async fn take_account_back(
        &mut self,
        account: AccountId,
        former: Option<&FormerAddress>,
        now: Millis,
    ) -> Result<TakenBack, StoreError> {
        self.lock_account(account).await?;
        let row = self.row(EMAIL, args![account]).await?.ok_or(StoreError::NotFound)?;
        let email: String = row.get("email")?;
        self.forget_codes(&email).await?;
        if let Some(former) = former {
            if self.row(TAKEN, args![&former.email, account]).await?.is_none() {
                self.run(CHANGE, args![account, &email, &former.email])
                    .await
                    .map_err(|e| named(e, "email"))?;
            }
            self.run(UNDONE, args![account, former.changed_at]).await?;
            self.tell_customer_address(account, now).await?;
        }
        let keys = self.renew_keys_of(account).await?;
        self.renew_calendar(account).await?;
        let sessions = self.revoke_sessions(account, now).await?;
        Ok(TakenBack { sessions, keys })
    }

    /// The former address with this id, if it can still be had back: once, however many ask at the same time.
    pub async fn former_address(&mut self, id: &str, now: Millis) -> Result<FormerAddress, StoreError> {
        let found = self.row(BY_ID, args![id, since(now)]).await?;
        let former = read(&found.ok_or(StoreError::NotFound)?)?;
        self.lock_account(former.account).await?;
        self.row(BY_ID, args![id, since(now)]).await?.ok_or(StoreError::NotFound)?;
        Ok(former)
    }

    pub(crate) async fn forget_former_addresses(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(FORGET, args![account]).await.map(drop)
    }

    /// Enqueues a mail of this transaction.
    pub async fn enqueue_mail(&mut self, mail: Mail, now: Millis) -> Result<(), StoreError> {
        jobs::enqueue(self, &SendMail { mail }, None, now).await.map(drop)
    }
}
