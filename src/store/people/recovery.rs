//! Recovery codes. The store only receives their HMAC, which the server computes.

use crate::db::{
    connections::{Db, Tx},
    sql::{BulkInsert, args, statements},
};
use domain::{error::StoreError, id::AccountId, time::Millis};

statements! {
    FORGET = "DELETE FROM recovery_codes WHERE account_id = $1";
    /// One statement finds the code and uses it up, so that it works once.
    USE = "UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL";
    LEFT = "SELECT COUNT(*) AS codes, MAX(created_at) AS made_at FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL";
}

pub(crate) static CODES: BulkInsert =
    BulkInsert::new("INSERT INTO recovery_codes (id, account_id, code_hash, created_at) VALUES", 4);

/// The codes of an account that are still good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodesLeft {
    pub codes: i64,
    /// `None` if there are none.
    pub made_at: Option<Millis>,
}

pub struct Recovery<'a>(pub(crate) &'a Db);

impl Recovery<'_> {
    pub async fn left(&self, account: AccountId) -> Result<CodesLeft, StoreError> {
        let row = self.0.row(LEFT, args![account]).await?.ok_or(StoreError::NotFound)?;
        Ok(CodesLeft { codes: row.get("codes")?, made_at: row.get("made_at")? })
    }
}

impl Tx<'_> {
    /// Replaces the codes of an account.
    pub async fn replace_recovery_codes(
        &mut self,
        account: AccountId,
        hashes: &[String],
        now: Millis,
    ) -> Result<(), StoreError> {
        self.forget_recovery_codes(account).await?;
        let id = || uuid::Uuid::now_v7().simple().to_string();
        self.insert_many(&CODES, hashes.iter().map(|hash| args![id(), account, hash, now]).collect()).await
    }

    /// Uses up a code. Returns false if it is not one of this account, or was used before.
    pub async fn use_recovery_code(
        &mut self,
        account: AccountId,
        hash: &str,
        now: Millis,
    ) -> Result<bool, StoreError> {
        Ok(self.run(USE, args![account, hash, now]).await? == 1)
    }

    pub async fn forget_recovery_codes(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(FORGET, args![account]).await.map(drop)
    }
}
