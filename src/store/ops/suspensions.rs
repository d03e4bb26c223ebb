//! Suspensions of spaces and accounts. A suspended space is unpublished in the same transaction, so whatever is open to the
//! public only stays closed without asking for more; its time of publication is kept here and given back.

use crate::{
    Store,
    db::{
        connections::{Db, Tx, named},
        sql::{Row, args, decode_error, row, statements},
    },
    work::jobs::{BATCH, enqueue, enqueue_for_each},
};
use domain::{
    change::RenewedKeys,
    error::StoreError,
    id::*,
    ops::{
        jobs::{EndSuspendedShows, SendSuspensionNotice, TellOfSuspension},
        suspension::{Subject, Suspension},
    },
    time::Millis,
};

row! {
    fn read -> Suspension {
        id: "id",
        subject: "kind" | "subject_id" => subject,
        reason: "reason",
        created_at: "created_at",
        lifted_at: "lifted_at",
        published_at: "published_at",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM suspensions WHERE id = $1");
    OF_SUBJECT = concat!("SELECT ", columns!(), " FROM suspensions WHERE subject_id = $1 AND lifted_at IS NULL");
    INSERT = "INSERT INTO suspensions (id, kind, subject_id, reason, by_id, created_at, published_at)
        VALUES ($1, $2, $3, $4, $5, $6, (SELECT s.published_at FROM spaces s WHERE s.id = $3))";
    LIFT = concat!("UPDATE suspensions SET lifted_at = $2, lifted_by = $3, lifted_reason = $4
        WHERE subject_id = $1 AND lifted_at IS NULL RETURNING ", columns!());
    CLOSE_SPACE = "UPDATE spaces SET published_at = NULL WHERE id = $1";
    OPEN_SPACE = "UPDATE spaces SET published_at = $2 WHERE id = $1 AND closed_at IS NULL";
    ACCOUNT = "UPDATE accounts SET created_at = created_at WHERE id = $1 RETURNING operator";
    /// A payment that is under way goes on: what was paid for is kept for the person.
    CANCEL_ORDERS = "UPDATE checkouts SET ended_by = COALESCE(ended_by, 'cancelled') WHERE account_id = $1
        AND state IN ('held', 'paying') AND processing_since IS NULL RETURNING id, space_id";
    /// The team, and who holds a pass, each once.
    CONCERNED = "SELECT c.account_id AS account_id FROM (
            SELECT m.account_id AS account_id FROM spaces s JOIN team_members m ON m.team_id = s.team_id WHERE s.id = $1
            UNION SELECT g.account_id FROM grants g WHERE g.space_id = $1 AND g.closed_at IS NULL) c
        WHERE c.account_id > $2 ORDER BY c.account_id LIMIT $3";
}

fn subject(row: &Row, kind: &str, id: &str) -> Result<Subject, StoreError> {
    let (kind, id): (String, String) = (row.get(kind)?, row.get(id)?);
    Subject::from_parts(&kind, &id).ok_or_else(|| decode_error("subject_id", &id))
}

/// What ended with the suspension of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedWithAccount {
    pub sessions: Vec<SessionId>,
    /// Orders that end when the provider has confirmed it, with their spaces.
    pub orders: Vec<(CheckoutId, SpaceId)>,
    pub keys: RenewedKeys,
}

pub struct Suspensions<'a>(&'a Db);

impl Store {
    pub fn suspensions(&self) -> Suspensions<'_> {
        Suspensions(self.db())
    }
}

impl Suspensions<'_> {
    pub async fn by_id(&self, id: SuspensionId) -> Result<Suspension, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The suspension in force, if there is one.
    pub async fn of(&self, subject: Subject) -> Result<Option<Suspension>, StoreError> {
        self.0.row(OF_SUBJECT, args![subject.id()]).await?.as_ref().map(read).transpose()
    }

    /// Enqueues the mails to everybody whom the suspension of a space concerns. A second time it enqueues those that are
    /// missing.
    pub async fn spread(
        &self,
        job: &TellOfSuspension,
        space: SpaceId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let page = |last: &str| (CONCERNED, args![space, last, BATCH]);
        let TellOfSuspension { suspension, lifted } = *job;
        let mail = |account| SendSuspensionNotice { suspension, account, lifted };
        enqueue_for_each(self.0, page, mail, SendSuspensionNotice::key, now).await
    }
}

impl Tx<'_> {
    /// Suspends a space: it is no longer public, and its shows end. Answers all open reports about it. Returns
    /// `Conflict("suspended")` if it is suspended already.
    pub async fn suspend_space(
        &mut self,
        space: SpaceId,
        by: AccountId,
        reason: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.lock_space(space).await?;
        let suspension = self.suspend(Subject::Space(space), by, reason, now).await?;
        self.run(CLOSE_SPACE, args![space]).await?;
        enqueue(self, &EndSuspendedShows { space }, None, now).await?;
        enqueue(self, &TellOfSuspension { suspension, lifted: false }, None, now).await.map(drop)
    }

    /// Makes a space public again, if it was before. Returns `Conflict("suspended")` if it is not suspended.
    pub async fn restore_space(
        &mut self,
        space: SpaceId,
        by: AccountId,
        reason: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.lock_space(space).await?;
        let lifted = self.lift_suspension(Subject::Space(space), by, reason, now).await?;
        self.run(OPEN_SPACE, args![space, lifted.published_at]).await?;
        enqueue(self, &TellOfSuspension { suspension: lifted.id, lifted: true }, None, now).await.map(drop)
    }

    /// Suspends an account: its sessions end, and nobody signs in to it. Returns `Conflict("suspended")` if it is suspended
    /// already, and `Conflict("operator")` for an operator's.
    pub async fn suspend_account(
        &mut self,
        account: AccountId,
        by: AccountId,
        reason: &str,
        now: Millis,
    ) -> Result<EndedWithAccount, StoreError> {
        let row = self.row(ACCOUNT, args![account]).await?.ok_or(StoreError::NotFound)?;
        if row.get("operator")? {
            return Err(StoreError::Conflict("operator"));
        }
        let suspension = self.suspend(Subject::Account(account), by, reason, now).await?;
        let sessions = self.revoke_sessions(account, now).await?;
        let mut orders = Vec::new();
        for row in self.rows(CANCEL_ORDERS, args![account]).await? {
            orders.push((row.get("id")?, row.get("space_id")?));
        }
        let keys = self.renew_keys_of(account).await?;
        self.end_subscriptions_with_period(account, None, now).await?;
        self.tell_account(suspension, account, false, now).await?;
        Ok(EndedWithAccount { sessions, orders, keys })
    }

    /// Lets the person sign in again. Returns `Conflict("suspended")` if the account is not suspended.
    pub async fn restore_account(
        &mut self,
        account: AccountId,
        by: AccountId,
        reason: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.row(ACCOUNT, args![account]).await?.ok_or(StoreError::NotFound)?;
        let lifted = self.lift_suspension(Subject::Account(account), by, reason, now).await?;
        self.tell_account(lifted.id, account, true, now).await
    }

    async fn tell_account(
        &mut self,
        suspension: SuspensionId,
        account: AccountId,
        lifted: bool,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mail = SendSuspensionNotice { suspension, account, lifted };
        enqueue(self, &mail, Some(&mail.key()), now).await.map(drop)
    }

    async fn suspend(
        &mut self,
        subject: Subject,
        by: AccountId,
        reason: &str,
        now: Millis,
    ) -> Result<SuspensionId, StoreError> {
        let (id, subject_id) = (SuspensionId::new(), subject.id());
        let row = args![id, subject.kind(), &subject_id, reason, by, now];
        self.run(INSERT, row).await.map_err(|error| named(error, "suspended"))?;
        self.decide_suspended(&subject_id, by, now).await?;
        Ok(id)
    }

    async fn lift_suspension(
        &mut self,
        subject: Subject,
        by: AccountId,
        reason: &str,
        now: Millis,
    ) -> Result<Suspension, StoreError> {
        let row = self.row(LIFT, args![subject.id(), now, by, reason]).await?;
        read(&row.ok_or(StoreError::Conflict("suspended"))?)
    }
}
