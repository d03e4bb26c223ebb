//! Passkeys of people. Their credentials are what `gateways` makes of them; here they are text.

use crate::db::{
    connections::{Db, Tx},
    sql::{args, row, statements},
};
use domain::{
    error::StoreError,
    id::{AccountId, PasskeyId},
    people::passkeys::{Credential, MOST_PASSKEYS, Passkey, Used},
    time::Millis,
};

row! {
    fn read -> Passkey {
        id: "id",
        name: "name",
        created_at: "created_at",
        used_at: "used_at",
    }
}

statements! {
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM passkeys WHERE account_id = $1 ORDER BY created_at, id LIMIT 50");
    CREDENTIALS = "SELECT credential FROM passkeys WHERE account_id = $1 ORDER BY created_at, id LIMIT 50";
    BY_CREDENTIAL = "SELECT id, credential FROM passkeys WHERE credential_id = $1 AND account_id = $2";
    COUNT = "SELECT COUNT(*) AS passkeys FROM passkeys WHERE account_id = $1";
    ADD = "INSERT INTO passkeys (id, account_id, credential_id, credential, sign_count, name, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (credential_id) DO NOTHING";
    RENAME = "UPDATE passkeys SET name = $3 WHERE account_id = $1 AND id = $2 AND name <> $3";
    REMOVE = "DELETE FROM passkeys WHERE account_id = $1 AND id = $2 RETURNING name";
    /// A device that counts has to count upwards, also when two of its answers arrive at once.
    USE = "UPDATE passkeys SET credential = $3, sign_count = $4, used_at = $5 WHERE account_id = $1 AND id = $2
        AND (sign_count < $4 OR (sign_count = 0 AND $4 = 0))";
    REQUIRED_BY = "SELECT COUNT(*) AS teams FROM team_members m JOIN teams t ON t.id = m.team_id
        WHERE m.account_id = $1 AND t.passkeys_at IS NOT NULL";
    FORGET = "DELETE FROM passkeys WHERE account_id = $1";
    YOUNGER = "DELETE FROM passkeys WHERE account_id = $1 AND created_at > $2";
}

/// A passkey with what is needed to check its use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPasskey {
    pub id: PasskeyId,
    pub credential: String,
}

pub struct Passkeys<'a>(pub(crate) &'a Db);

impl Passkeys<'_> {
    /// The oldest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Passkey>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    /// The credentials of an account, so that a device that has one makes no second.
    pub async fn credentials(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        let rows = self.0.rows(CREDENTIALS, args![account]).await?;
        rows.iter().map(|row| row.get("credential")).collect()
    }

    /// The passkey with this credential, if it is this account's.
    pub async fn by_credential(
        &self,
        credential: &str,
        account: AccountId,
    ) -> Result<Option<StoredPasskey>, StoreError> {
        let row = self.0.row(BY_CREDENTIAL, args![credential, account]).await?;
        row.map(|row| Ok(StoredPasskey { id: row.get("id")?, credential: row.get("credential")? }))
            .transpose()
    }

    /// Whether a team of this person requires passkeys.
    pub async fn are_required(&self, account: AccountId) -> Result<bool, StoreError> {
        let row = self.0.row(REQUIRED_BY, args![account]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("teams")? > 0)
    }
}

impl Tx<'_> {
    /// # Errors
    /// `Conflict("passkeys")` if the account has as many as it can have, `Conflict("credential")` if an account has this one.
    pub async fn add_passkey(
        &mut self,
        account: AccountId,
        new: &Credential,
        name: &str,
        now: Millis,
    ) -> Result<PasskeyId, StoreError> {
        self.lock_account(account).await?;
        if self.count_passkeys(account).await? >= MOST_PASSKEYS {
            return Err(StoreError::Conflict("passkeys"));
        }
        let id = PasskeyId::new();
        let row = args![id, account, new.id.as_str(), new.stored.as_str(), new.count, name, now];
        match self.run(ADD, row).await? {
            0 => Err(StoreError::Conflict("credential")),
            _ => Ok(id),
        }
    }

    pub async fn count_passkeys(&mut self, account: AccountId) -> Result<i64, StoreError> {
        self.row(COUNT, args![account]).await?.ok_or(StoreError::NotFound)?.get("passkeys")
    }

    /// Returns false if it has this name already, or is not this account's.
    pub async fn rename_passkey(
        &mut self,
        account: AccountId,
        id: PasskeyId,
        name: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.run(RENAME, args![account, id, name]).await? == 1)
    }

    /// Returns its name. `kept`: somebody other than a team requires that the last one stays.
    ///
    /// # Errors
    /// `Conflict("required")` for the last one of somebody who needs one, `NotFound` if it is not this account's.
    pub async fn remove_passkey(
        &mut self,
        account: AccountId,
        id: PasskeyId,
        kept: bool,
    ) -> Result<String, StoreError> {
        self.lock_account(account).await?;
        let name = self.row(REMOVE, args![account, id]).await?.ok_or(StoreError::NotFound)?.get("name")?;
        let last = self.count_passkeys(account).await? == 0;
        if last && (kept || self.are_passkeys_required(account).await?) {
            return Err(StoreError::Conflict("required"));
        }
        Ok(name)
    }

    /// Whether a team of this person requires them.
    pub async fn are_passkeys_required(&mut self, account: AccountId) -> Result<bool, StoreError> {
        let row = self.row(REQUIRED_BY, args![account]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("teams")? > 0)
    }

    /// Notes a use.
    ///
    /// # Errors
    /// `Conflict("passkey")` if it was removed meanwhile, or used with a higher count.
    pub async fn use_passkey(&mut self, used: &Used, now: Millis) -> Result<(), StoreError> {
        let row = args![used.account, used.id, used.stored.as_str(), used.count, now];
        match self.run(USE, row).await? {
            0 => Err(StoreError::Conflict("passkey")),
            _ => Ok(()),
        }
    }

    /// Deletes those that were added later than `at`.
    pub async fn forget_younger_passkeys(
        &mut self,
        account: AccountId,
        at: Millis,
    ) -> Result<(), StoreError> {
        self.run(YOUNGER, args![account, at]).await.map(drop)
    }

    pub(crate) async fn forget_passkeys(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(FORGET, args![account]).await.map(drop)
    }
}
