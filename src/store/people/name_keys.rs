//! Protects hosts' names. A host is a member of a team with a published space. Nobody else may use a name that looks
//! like a host's.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    people::accounts,
};
use domain::{
    error::StoreError,
    id::AccountId,
    people::{account::Account, impersonation::name_key},
};

/// Accounts whose keys are written per transaction when the store is opened.
const FILL: i64 = 500;

statements! {
    OF_A_HOST = "SELECT 1 AS found FROM name_keys k JOIN team_members m ON m.account_id = k.account_id
        JOIN spaces s ON s.team_id = m.team_id
        WHERE k.key = $1 AND k.account_id <> $2 AND s.published_at IS NOT NULL LIMIT 1";
    FORGET = "DELETE FROM name_keys WHERE account_id = $1";
    WRITE = "INSERT INTO name_keys (account_id, key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    WITHOUT = concat!("SELECT ", accounts::columns!("a."), " FROM accounts a
        WHERE NOT EXISTS (SELECT 1 FROM name_keys k WHERE k.account_id = a.id) ORDER BY a.id LIMIT $1");
}

/// Whether `name` looks like that of a host other than `account`. Names without letters resemble no other name.
pub(crate) async fn is_a_hosts(tx: &mut Tx<'_>, account: AccountId, name: &str) -> Result<bool, StoreError> {
    let key = name_key(name);
    Ok(!key.is_empty() && tx.row(OF_A_HOST, args![key, account]).await?.is_some())
}

/// Writes the keys of an account's names. A name without letters gets an empty key, which marks it as processed.
pub(crate) async fn write(tx: &mut Tx<'_>, account: &Account) -> Result<(), StoreError> {
    for name in [&account.name, &account.username] {
        tx.run(WRITE, args![account.id, name_key(name)]).await?;
    }
    Ok(())
}

/// Replaces the keys of an account whose names have changed.
pub(crate) async fn replace(tx: &mut Tx<'_>, account: &Account) -> Result<(), StoreError> {
    tx.run(FORGET, args![account.id]).await?;
    write(tx, account).await
}

/// Writes the keys of accounts created by an earlier release.
pub(crate) async fn fill(db: &Db) -> Result<(), StoreError> {
    loop {
        let rows = db.rows(WITHOUT, args![FILL]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        for row in &rows {
            write(&mut tx, &accounts::read(row)?).await?;
        }
        tx.commit().await?;
    }
}
