//! Teams own spaces, and their members run them. Pass holders are not members.

use crate::{
    catalogue::spaces::{self, Membership, membership},
    db::{
        connections::{Db, Tx},
        sql::{Row, args, statements},
    },
    people::accounts,
};
use domain::{
    catalogue::quota,
    change::RenewedKeys,
    error::StoreError,
    id::*,
    people::account::{Account, TeamRole},
    time::Millis,
};

statements! {
    INSERT = "INSERT INTO teams (id, created_at) VALUES ($1, $2)";
    LOCK = "UPDATE teams SET created_at = created_at WHERE id = $1";
    SPACES = "SELECT id FROM spaces WHERE team_id = $1 ORDER BY id";
    PUT_MEMBER = "INSERT INTO team_members (team_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (team_id, account_id) DO UPDATE SET role = excluded.role
        WHERE excluded.role = 'owner' OR team_members.role <> 'owner' OR 1 < (
            SELECT COUNT(*) FROM team_members o WHERE o.team_id = excluded.team_id AND o.role = 'owner')";
    REMOVE_MEMBER = "DELETE FROM team_members WHERE team_id = $1 AND account_id = $2
        AND (role <> 'owner' OR 1 < (SELECT COUNT(*) FROM team_members o WHERE o.team_id = $1 AND o.role = 'owner'))";
    ROLE = "SELECT m.role, t.passkeys_at FROM team_members m JOIN teams t ON t.id = m.team_id
        WHERE m.team_id = $1 AND m.account_id = $2";
    REQUIRE_PASSKEYS = "UPDATE teams SET passkeys_at = $2 WHERE id = $1";
    REQUIRED_SINCE = "SELECT passkeys_at FROM teams WHERE id = $1";
    ACCOUNTS = "SELECT account_id FROM team_members WHERE team_id = $1 ORDER BY account_id";
    ROLE_OF_ADDRESS = "SELECT m.role FROM team_members m JOIN accounts a ON a.id = m.account_id
        WHERE m.team_id = $1 AND a.email = $2";
    COUNT = "SELECT COUNT(*) AS members FROM team_members WHERE team_id = $1";
    OF_ACCOUNT = "SELECT team_id, role FROM team_members WHERE account_id = $1 ORDER BY team_id";
    MEMBERS = concat!("SELECT ", accounts::columns!("a."), ", m.role, m.created_at AS joined_at FROM team_members m
        JOIN accounts a ON a.id = m.account_id WHERE m.team_id = $1 ORDER BY m.created_at, a.id");
    /// What is closed stands in nobody's way, but for what operators suspended.
    OWNED = "SELECT COUNT(*) AS owned, COUNT(CASE WHEN s.closed_at IS NULL OR EXISTS (
            SELECT 1 FROM suspensions x WHERE x.subject_id = s.id AND x.lifted_at IS NULL) THEN 1 END) AS standing
        FROM spaces s JOIN team_members m ON m.team_id = s.team_id WHERE m.account_id = $1 AND m.role = 'owner'";
    OWN_TEAM = "SELECT team_id FROM team_members WHERE account_id = $1 AND role = 'owner' ORDER BY created_at, team_id LIMIT 1";
    /// The keys of encoders and captions, which are known to all who may host.
    RENEW_KEYS = "UPDATE streams SET whip_key_version = whip_key_version + 1,
        caption_key_version = caption_key_version + 1 WHERE state <> 'ended'
        AND space_id IN (SELECT s.id FROM spaces s WHERE s.team_id = $1) RETURNING space_id";
    /// The roles are those that may host.
    RENEW_KEYS_OF = "UPDATE streams SET whip_key_version = whip_key_version + 1,
        caption_key_version = caption_key_version + 1 WHERE state <> 'ended'
        AND space_id IN (SELECT s.id FROM spaces s JOIN team_members m ON m.team_id = s.team_id
            WHERE m.account_id = $1 AND m.role IN ('owner', 'admin', 'editor'))
        RETURNING space_id";
}

/// A person on a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub account: Account,
    pub role: TeamRole,
    pub joined_at: Millis,
}

pub struct Teams<'a>(pub(crate) &'a Db);

impl Teams<'_> {
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<(TeamId, TeamRole)>, StoreError> {
        let rows = self.0.rows(OF_ACCOUNT, args![account]).await?;
        rows.iter().map(|row| Ok((row.get("team_id")?, row.code("role", TeamRole::from_code)?))).collect()
    }

    pub async fn role(&self, team: TeamId, account: AccountId) -> Result<Option<TeamRole>, StoreError> {
        Ok(self.membership(team, account).await?.map(|member| member.role))
    }

    pub async fn membership(
        &self,
        team: TeamId,
        account: AccountId,
    ) -> Result<Option<Membership>, StoreError> {
        let row = self.0.row(ROLE, args![team, account]).await?;
        row.as_ref().map_or(Ok(None), membership)
    }

    /// Since when the team requires passkeys.
    pub async fn passkeys_since(&self, team: TeamId) -> Result<Option<Millis>, StoreError> {
        self.0.row(REQUIRED_SINCE, args![team]).await?.ok_or(StoreError::NotFound)?.get("passkeys_at")
    }

    /// In the order in which they joined.
    pub async fn members(&self, team: TeamId) -> Result<Vec<Member>, StoreError> {
        let rows = self.0.rows(MEMBERS, args![team]).await?;
        let member = |row: &Row| {
            Ok(Member {
                account: accounts::read(row)?,
                role: row.code("role", TeamRole::from_code)?,
                joined_at: row.get("joined_at")?,
            })
        };
        rows.iter().map(member).collect()
    }

    /// [`Tx::put_member`] in its own transaction, for seeding.
    pub async fn put(
        &self,
        team: TeamId,
        account: AccountId,
        role: TeamRole,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        tx.lock_team(team).await?;
        tx.put_member(team, account, role, now).await?;
        tx.commit().await
    }

    /// [`Tx::remove_member`] in its own transaction, for seeding.
    pub async fn remove(&self, team: TeamId, account: AccountId) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        tx.lock_team(team).await?;
        tx.remove_member(team, account).await?;
        tx.commit().await
    }
}

impl Tx<'_> {
    /// Begins a change of who is on a team, and locks the team until the end of this transaction: what is read of it after
    /// that stays true until then. Its spaces are locked, too, because the public sees who owns them. Returns them.
    pub async fn lock_team(&mut self, team: TeamId) -> Result<Vec<SpaceId>, StoreError> {
        if self.run(LOCK, args![team]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        let rows = self.rows(SPACES, args![team]).await?;
        let spaces = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<SpaceId>, _>>()?;
        for space in &spaces {
            self.lock_space(*space).await?;
        }
        Ok(spaces)
    }

    pub async fn team_role(
        &mut self,
        team: TeamId,
        account: AccountId,
    ) -> Result<Option<TeamRole>, StoreError> {
        Ok(self.membership(team, account).await?.map(|member| member.role))
    }

    pub async fn membership(
        &mut self,
        team: TeamId,
        account: AccountId,
    ) -> Result<Option<Membership>, StoreError> {
        let row = self.row(ROLE, args![team, account]).await?;
        row.as_ref().map_or(Ok(None), membership)
    }

    /// Requires passkeys since `since`, or no longer. Returns the members.
    pub async fn require_passkeys(
        &mut self,
        team: TeamId,
        since: Option<Millis>,
    ) -> Result<Vec<AccountId>, StoreError> {
        self.run(REQUIRE_PASSKEYS, args![team, since]).await?;
        let rows = self.rows(ACCOUNTS, args![team]).await?;
        rows.iter().map(|row| row.get("account_id")).collect()
    }

    /// Whether the person with this address is on the team.
    pub async fn has_member(&mut self, team: TeamId, email: &str) -> Result<bool, StoreError> {
        Ok(self.row(ROLE_OF_ADDRESS, args![team, email]).await?.is_some())
    }

    pub async fn count_members(&mut self, team: TeamId) -> Result<i64, StoreError> {
        self.row(COUNT, args![team]).await?.ok_or(StoreError::NotFound)?.get("members")
    }

    /// Adds a member or changes their role. Returns `Conflict("owner")` if the team would be left without an owner.
    pub async fn put_member(
        &mut self,
        team: TeamId,
        account: AccountId,
        role: TeamRole,
        now: Millis,
    ) -> Result<(), StoreError> {
        match self.run(PUT_MEMBER, args![team, account, role.code(), now]).await? {
            0 => Err(StoreError::Conflict("owner")),
            _ => Ok(()),
        }
    }

    /// Returns `Conflict("owner")` for the last owner, and `NotFound` for a person who is not a member.
    pub async fn remove_member(&mut self, team: TeamId, account: AccountId) -> Result<(), StoreError> {
        match self.run(REMOVE_MEMBER, args![team, account]).await? {
            0 if self.team_role(team, account).await?.is_some() => Err(StoreError::Conflict("owner")),
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// Makes the keys of encoders of all streams of a team invalid that have not ended, because a member must not host any more, and
    /// sends nothing where only that member wanted it. Returns the spaces in which encoders are to be ended.
    pub async fn renew_keys(&mut self, team: TeamId, member: AccountId) -> Result<RenewedKeys, StoreError> {
        self.switch_restreams_off_by(member, Some(team)).await?;
        let rows = self.rows(RENEW_KEYS, args![team]).await?;
        renewed(&rows)
    }

    /// The same for all streams that a person may host, who must not host any more.
    pub(crate) async fn renew_keys_of(&mut self, account: AccountId) -> Result<RenewedKeys, StoreError> {
        self.switch_restreams_off_by(account, None).await?;
        let rows = self.rows(RENEW_KEYS_OF, args![account]).await?;
        renewed(&rows)
    }

    /// Creates a space for somebody who owns none that is open: in the team that they have owned for longest, or in a new one.
    ///
    /// # Errors
    /// `Conflict("spaces")` if they own one that is open or suspended, `Conflict("quota")` if they have closed very many.
    pub async fn create_another_space(
        &mut self,
        owner: &Account,
        now: Millis,
    ) -> Result<SpaceId, StoreError> {
        self.lock_account(owner.id).await?;
        let row = self.row(OWNED, args![owner.id]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("standing")? > 0 {
            return Err(StoreError::Conflict("spaces"));
        }
        if row.get::<i64>("owned")? >= quota::SPACES {
            return Err(StoreError::Conflict("quota"));
        }
        let team = match self.row(OWN_TEAM, args![owner.id]).await? {
            Some(row) => row.get("team_id")?,
            None => create(self, owner.id, now).await?,
        };
        spaces::create(self, team, owner, now).await
    }
}

fn renewed(rows: &[Row]) -> Result<RenewedKeys, StoreError> {
    rows.iter().map(|row| row.get("space_id")).collect()
}

pub(crate) async fn create(tx: &mut Tx<'_>, owner: AccountId, now: Millis) -> Result<TeamId, StoreError> {
    let team = TeamId::new();
    tx.run(INSERT, args![team, now]).await?;
    tx.run(PUT_MEMBER, args![team, owner, TeamRole::Owner.code(), now]).await?;
    Ok(team)
}
