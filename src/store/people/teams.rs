//! Teams own spaces, and their members run them. Pass holders are not members.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    people::accounts,
};
use domain::{
    error::StoreError,
    id::*,
    people::account::{Account, TeamRole},
    time::Millis,
};

statements! {
    INSERT = "INSERT INTO teams (id, created_at) VALUES ($1, $2)";
    PUT_MEMBER = "INSERT INTO team_members (team_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (team_id, account_id) DO UPDATE SET role = excluded.role
        WHERE excluded.role = 'owner' OR team_members.role <> 'owner' OR 1 < (
            SELECT COUNT(*) FROM team_members o WHERE o.team_id = excluded.team_id AND o.role = 'owner')";
    REMOVE_MEMBER = "DELETE FROM team_members WHERE team_id = $1 AND account_id = $2
        AND (role <> 'owner' OR 1 < (SELECT COUNT(*) FROM team_members o WHERE o.team_id = $1 AND o.role = 'owner'))";
    ROLE = "SELECT role FROM team_members WHERE team_id = $1 AND account_id = $2";
    OF_ACCOUNT = "SELECT team_id, role FROM team_members WHERE account_id = $1 ORDER BY team_id";
    MEMBERS = concat!("SELECT ", accounts::columns!("a."), ", m.role FROM team_members m
        JOIN accounts a ON a.id = m.account_id WHERE m.team_id = $1 ORDER BY m.created_at, a.id");
}

pub struct Teams<'a>(pub(crate) &'a Db);

impl Teams<'_> {
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<(TeamId, TeamRole)>, StoreError> {
        let rows = self.0.rows(OF_ACCOUNT, args![account]).await?;
        rows.iter().map(|row| Ok((row.get("team_id")?, row.code("role", TeamRole::from_code)?))).collect()
    }

    pub async fn role(&self, team: TeamId, account: AccountId) -> Result<Option<TeamRole>, StoreError> {
        let row = self.0.row(ROLE, args![team, account]).await?;
        row.map(|row| row.code("role", TeamRole::from_code)).transpose()
    }

    pub async fn members(&self, team: TeamId) -> Result<Vec<(Account, TeamRole)>, StoreError> {
        let rows = self.0.rows(MEMBERS, args![team]).await?;
        rows.iter().map(|row| Ok((accounts::read(row)?, row.code("role", TeamRole::from_code)?))).collect()
    }

    /// Adds a member or changes their role. Returns `Conflict("owner")` if the team would be left without an owner.
    pub async fn put(
        &self,
        team: TeamId,
        account: AccountId,
        role: TeamRole,
        now: Millis,
    ) -> Result<(), StoreError> {
        match self.0.run(PUT_MEMBER, args![team, account, role.code(), now]).await? {
            0 => Err(StoreError::Conflict("owner")),
            _ => Ok(()),
        }
    }

    /// Returns `Conflict("owner")` for the last owner, and `NotFound` for a person who is not a member.
    pub async fn remove(&self, team: TeamId, account: AccountId) -> Result<(), StoreError> {
        match self.0.run(REMOVE_MEMBER, args![team, account]).await? {
            0 if self.role(team, account).await?.is_some() => Err(StoreError::Conflict("owner")),
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}

pub(crate) async fn create(tx: &mut Tx<'_>, owner: AccountId, now: Millis) -> Result<TeamId, StoreError> {
    let team = TeamId::new();
    tx.run(INSERT, args![team, now]).await?;
    tx.run(PUT_MEMBER, args![team, owner, TeamRole::Owner.code(), now]).await?;
    Ok(team)
}
