//! Recovery codes. The store only receives their HMAC, which the server computes.

use crate::db::{
    connections::{Db, Tx},
    sql::{BulkInsert, Row, args, statements},
};
use domain::{
    error::StoreError,
    id::{AccountId, SessionId},
    people::recovery::{PROVES, TAKEN_BACK_WITHIN},
    time::{Millis, Span},
};

statements! {
    FORGET = "DELETE FROM recovery_codes WHERE account_id = $1";
    /// Codes that have no use any more.
    SPENT = "DELETE FROM recovery_codes WHERE account_id = $1 AND (used_at IS NOT NULL OR replaced_at <= $2)";
    VOID = "DELETE FROM recovery_codes WHERE account_id = $1 AND created_at >= $2";
    REPLACE = "UPDATE recovery_codes SET replaced_at = $2 WHERE account_id = $1 AND replaced_at IS NULL";
    LAST_REPLACED = "SELECT MAX(replaced_at) AS replaced_at FROM recovery_codes WHERE account_id = $1";
    /// One statement finds the code and uses it up, so that it works once.
    USE = "UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL
        AND (replaced_at IS NULL OR replaced_at > $4) RETURNING created_at, replaced_at";
    LEFT = "SELECT COUNT(*) AS codes, MAX(created_at) AS made_at FROM recovery_codes
        WHERE account_id = $1 AND used_at IS NULL AND replaced_at IS NULL";
    YOUNGER = "DELETE FROM recovery_codes WHERE account_id = $1 AND created_at > $2";
    GOOD_AGAIN = "UPDATE recovery_codes SET replaced_at = NULL WHERE account_id = $1 AND created_at = $2";
    /// When the code was made with which the session began, if it began since then.
    BEGAN_WITH = "SELECT recovery_made_at AS made_at FROM sessions
        WHERE id = $1 AND recovery_made_at IS NOT NULL AND revoked_at IS NULL AND created_at > $2";
    BEGIN_WITH = "UPDATE sessions SET recovery_made_at = $2 WHERE id = $1";
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

    /// As [`Tx::began_with_code`].
    pub async fn began_with_code(
        &self,
        session: SessionId,
        now: Millis,
    ) -> Result<Option<Millis>, StoreError> {
        let row = self.0.row(BEGAN_WITH, args![session, now + Span(-PROVES.0)]).await?;
        row.map(|row| row.get("made_at")).transpose()
    }
}

/// A code that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedCode {
    pub made_at: Millis,
    /// Newer codes were made since.
    pub replaced: bool,
}

impl Tx<'_> {
    /// Gives an account new codes. Those before stay good for a week, because a thief of the mailbox can make new ones, too;
    /// those that were made at `void_since` or later are void at once. Returns until when others stay good, if there are any.
    pub async fn replace_recovery_codes(
        &mut self,
        account: AccountId,
        hashes: &[String],
        void_since: Option<Millis>,
        now: Millis,
    ) -> Result<Option<Millis>, StoreError> {
        if let Some(since) = void_since {
            self.run(VOID, args![account, since]).await?;
        }
        self.run(SPENT, args![account, now + Span(-TAKEN_BACK_WITHIN.0)]).await?;
        self.run(REPLACE, args![account, now]).await?;
        let row = self.row(LAST_REPLACED, args![account]).await?.ok_or(StoreError::NotFound)?;
        let replaced: Option<Millis> = row.get("replaced_at")?;
        let id = || uuid::Uuid::now_v7().simple().to_string();
        self.insert_many(&CODES, hashes.iter().map(|hash| args![id(), account, hash, now]).collect()).await?;
        Ok(replaced.map(|at| at + TAKEN_BACK_WITHIN))
    }

    /// Uses a code up. `None` if it is none of the account's codes, or was used, or is void.
    pub async fn use_recovery_code(
        &mut self,
        account: AccountId,
        hash: &str,
        now: Millis,
    ) -> Result<Option<UsedCode>, StoreError> {
        let row = self.row(USE, args![account, hash, now, now + Span(-TAKEN_BACK_WITHIN.0)]).await?;
        let used = |row: &Row| {
            let replaced: Option<Millis> = row.get("replaced_at")?;
            Ok(UsedCode { made_at: row.get("created_at")?, replaced: replaced.is_some() })
        };
        row.as_ref().map(used).transpose()
    }

    /// Deletes the codes that were made later than `made_at`, and makes those of that moment good again.
    pub async fn restore_recovery_codes(
        &mut self,
        account: AccountId,
        made_at: Millis,
    ) -> Result<(), StoreError> {
        self.forget_younger_codes(account, made_at).await?;
        self.run(GOOD_AGAIN, args![account, made_at]).await.map(drop)
    }

    /// Deletes the codes that were made later than `at`.
    pub async fn forget_younger_codes(&mut self, account: AccountId, at: Millis) -> Result<(), StoreError> {
        self.run(YOUNGER, args![account, at]).await.map(drop)
    }

    /// Notes that a session began with a recovery code that was made at `made_at`.
    pub async fn begin_with_code(&mut self, session: SessionId, made_at: Millis) -> Result<(), StoreError> {
        self.run(BEGIN_WITH, args![session, made_at]).await.map(drop)
    }

    /// When the recovery code was made with which the session has just begun; `None` if it began otherwise or long ago.
    pub async fn began_with_code(
        &mut self,
        session: SessionId,
        now: Millis,
    ) -> Result<Option<Millis>, StoreError> {
        let row = self.row(BEGAN_WITH, args![session, now + Span(-PROVES.0)]).await?;
        row.map(|row| row.get("made_at")).transpose()
    }

    pub async fn forget_recovery_codes(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(FORGET, args![account]).await.map(drop)
    }
}
