//! Bans and mutes. Their rows are written together with the journal entries that create and lift them.

use crate::db::{
    connections::{Db, Tx},
    sql::{SelectIn, args, code, row, statements},
};
use domain::{
    access::ban::{Ban, BanKind},
    error::StoreError,
    id::*,
    time::Millis,
};

row! {
    fn read -> Ban {
        id: "id",
        space: "space_id",
        account: "account_id",
        name: "name",
        kind: "kind" => code(BanKind::from_code),
        by: "by_id",
        reason: "reason",
        created_at: "created_at",
        until: "until",
        lifted_at: "lifted_at",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM bans WHERE id = $1");
    LIST = concat!("SELECT ", columns!(), " FROM bans WHERE space_id = $1 ORDER BY created_at DESC, id DESC");
    IN_FORCE = concat!("SELECT ", columns!(), " FROM bans WHERE space_id = $1 AND lifted_at IS NULL AND (until IS NULL OR until > $2) ORDER BY id");
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM bans
        WHERE space_id = $1 AND account_id = $2 AND lifted_at IS NULL AND (until IS NULL OR until > $3) ORDER BY id");
    KEEP_OUT = "SELECT DISTINCT space_id FROM bans WHERE account_id = $1 AND kind = 'ban' AND lifted_at IS NULL
        AND (until IS NULL OR until > $2) ORDER BY space_id";
    INSERT = "INSERT INTO bans (id, space_id, account_id, name, kind, by_id, reason, created_at, until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LIFT = "UPDATE bans SET lifted_at = $2, lifted_by = $3 WHERE id = $1 AND lifted_at IS NULL";
}

/// The bans in force against several people in a space.
pub(crate) static AMONG: SelectIn = SelectIn::new(
    concat!(
        "SELECT ",
        columns!(),
        " FROM bans WHERE space_id = $1 AND lifted_at IS NULL AND (until IS NULL OR until > $2) AND account_id IN"
    ),
    2,
    "ORDER BY id",
);

pub struct Bans<'a>(pub(crate) &'a Db);

impl Bans<'_> {
    pub async fn by_id(&self, id: BanId) -> Result<Ban, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// All bans that the space ever had, newest first.
    pub async fn list(&self, space: SpaceId) -> Result<Vec<Ban>, StoreError> {
        self.0.rows(LIST, args![space]).await?.iter().map(read).collect()
    }

    pub async fn in_force(&self, space: SpaceId, now: Millis) -> Result<Vec<Ban>, StoreError> {
        self.0.rows(IN_FORCE, args![space, now]).await?.iter().map(read).collect()
    }

    /// The spaces from which bans keep a person out, in the order of their ids.
    pub async fn spaces_closed_to(
        &self,
        account: AccountId,
        now: Millis,
    ) -> Result<Vec<SpaceId>, StoreError> {
        self.0.rows(KEEP_OUT, args![account, now]).await?.iter().map(|row| row.get("space_id")).collect()
    }

    /// The bans in force against one person.
    pub async fn of_account(
        &self,
        space: SpaceId,
        account: AccountId,
        now: Millis,
    ) -> Result<Vec<Ban>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![space, account, now]).await?.iter().map(read).collect()
    }
}

pub(crate) async fn insert(tx: &mut Tx<'_>, ban: &Ban) -> Result<(), StoreError> {
    let Ban { id, space, account, name, kind, by, reason, created_at, until, .. } = ban;
    let row = args![*id, *space, *account, name, kind.code(), *by, reason, *created_at, *until];
    tx.run(INSERT, row).await.map(drop)
}

/// Returns the ban's space. A ban that is already lifted is not changed, so the first person who lifted it is kept.
pub(crate) async fn lift(
    tx: &mut Tx<'_>,
    ban: BanId,
    by: AccountId,
    at: Millis,
) -> Result<SpaceId, StoreError> {
    tx.run(LIFT, args![ban, at, by]).await?;
    tx.row(BY_ID, args![ban]).await?.ok_or(StoreError::NotFound)?.get("space_id")
}
