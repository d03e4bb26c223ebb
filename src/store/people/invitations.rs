//! Invitations into a team that were not accepted yet, and the mails that follow.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, code, row, statements},
    },
    work::jobs::enqueue,
};
use domain::{
    access::{
        jobs::{SendHandover, SendInvitation},
        team::{INVITATION_LASTS, Invitation, MOST_INVITATIONS},
    },
    error::StoreError,
    id::*,
    people::account::TeamRole,
    time::Millis,
};

row! {
    fn read -> Invitation {
        id: "id",
        team: "team_id",
        email: "email",
        role: "role" => code(TeamRole::from_code),
        leaves: "leaves",
        invited_by: "invited_by",
        created_at: "created_at",
        sent_at: "sent_at",
        expires_at: "expires_at",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM invitations WHERE id = $1");
    OF_TEAM = concat!("SELECT ", columns!(), " FROM invitations WHERE team_id = $1 ORDER BY created_at, id");
    COUNT = "SELECT COUNT(*) AS invitations FROM invitations WHERE team_id = $1";
    ADD = concat!("INSERT INTO invitations (", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
        ON CONFLICT (team_id, email) DO NOTHING");
    RESEND = concat!("UPDATE invitations SET sent_at = $2, expires_at = $3 WHERE id = $1 RETURNING ", columns!());
    TAKE = concat!("DELETE FROM invitations WHERE id = $1 RETURNING ", columns!());
    REMOVE_SENT_BY = "DELETE FROM invitations WHERE team_id = $1 AND invited_by = $2";
}

/// What somebody is invited to.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    pub team: TeamId,
    pub email: &'a str,
    pub role: TeamRole,
    /// As in [`Invitation`].
    pub leaves: bool,
    pub invited_by: AccountId,
}

pub struct Invitations<'a>(pub(crate) &'a Db);

impl Invitations<'_> {
    pub async fn by_id(&self, id: InvitationId) -> Result<Invitation, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The oldest first.
    pub async fn of_team(&self, team: TeamId) -> Result<Vec<Invitation>, StoreError> {
        self.0.rows(OF_TEAM, args![team]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Adds an invitation with its mail. The team must be locked. Returns `Conflict("invitations")` if the team has too many,
    /// `Conflict("invited")` if the address has one.
    pub async fn add_invitation(
        &mut self,
        new: &NewInvitation<'_>,
        now: Millis,
    ) -> Result<InvitationId, StoreError> {
        let NewInvitation { team, email, role, leaves, invited_by } = *new;
        let row = self.row(COUNT, args![team]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("invitations")? >= MOST_INVITATIONS {
            return Err(StoreError::Conflict("invitations"));
        }
        let (id, expires_at) = (InvitationId::new(), now + INVITATION_LASTS);
        let args = args![id, team, email, role.code(), leaves, invited_by, now, expires_at];
        if self.run(ADD, args).await? == 0 {
            return Err(StoreError::Conflict("invited"));
        }
        self.mail_invitation(id, now, expires_at).await?;
        Ok(id)
    }

    /// Sends an invitation again, which can be accepted from now on for as long as a new one.
    pub async fn resend_invitation(
        &mut self,
        id: InvitationId,
        now: Millis,
    ) -> Result<Invitation, StoreError> {
        let expires_at = now + INVITATION_LASTS;
        let row = self.row(RESEND, args![id, now, expires_at]).await?.ok_or(StoreError::NotFound)?;
        self.mail_invitation(id, now, expires_at).await?;
        read(&row)
    }

    async fn mail_invitation(
        &mut self,
        invitation: InvitationId,
        sent_at: Millis,
        expires_at: Millis,
    ) -> Result<(), StoreError> {
        let mail = SendInvitation { invitation, sent_at, expires_at };
        enqueue(self, &mail, None, sent_at).await.map(drop)
    }

    /// Deletes an invitation, because it is accepted or withdrawn. Only one caller gets it.
    pub async fn take_invitation(&mut self, id: InvitationId) -> Result<Invitation, StoreError> {
        read(&self.row(TAKE, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Deletes the invitations of a team that this person has sent.
    pub async fn withdraw_invitations_by(
        &mut self,
        team: TeamId,
        sender: AccountId,
    ) -> Result<(), StoreError> {
        self.run(REMOVE_SENT_BY, args![team, sender]).await.map(drop)
    }

    /// Enqueues the mails to both people of a handover.
    pub async fn mail_handover(
        &mut self,
        team: TeamId,
        (from, to): (AccountId, AccountId),
        left: bool,
        now: Millis,
    ) -> Result<(), StoreError> {
        for reader in [from, to] {
            enqueue(self, &SendHandover { team, from, to, left, reader }, None, now).await?;
        }
        Ok(())
    }
}
