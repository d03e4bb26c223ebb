//! The lines of the audit log. Each is written in the transaction of the change that it describes, so neither exists
//! without the other.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::AccountId, time::Millis};
use uuid::Uuid;

statements! {
    WRITE = "INSERT INTO audit_pending (id, at, actor_id, action, target, detail) VALUES ($1, $2, $3, $4, $5, $6)";
}

/// Who did what to what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// `None` for the command line or the service itself.
    pub actor: Option<AccountId>,
    /// Noun and verb, like `actor.restart`.
    pub action: String,
    pub target: String,
    pub detail: String,
}

/// What a use case did, by the things that it did it to; there is at least one.
#[derive(Clone, Debug)]
pub struct Acts(pub(super) Vec<Act>);

impl From<Act> for Acts {
    fn from(act: Act) -> Self {
        Self(vec![act])
    }
}

impl<const N: usize> From<[Act; N]> for Acts {
    fn from(acts: [Act; N]) -> Self {
        const { assert!(N > 0, "nothing was done") };
        Self(acts.into())
    }
}

/// A line, and before it that of what it took the place of.
impl From<(Option<Act>, Act)> for Acts {
    fn from((before, act): (Option<Act>, Act)) -> Self {
        Self(before.into_iter().chain([act]).collect())
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// From 1, without gaps; `None` until the line is sealed.
    pub seq: Option<i64>,
    pub at: Millis,
    pub act: Act,
    /// Of the actor, where there is one.
    pub actor_name: Option<String>,
}

pub struct Audit<'a>(pub(crate) &'a Db);

/// Writes a line in the caller's transaction.
pub(crate) async fn write(tx: &mut Tx<'_>, act: &Act, now: Millis) -> Result<(), StoreError> {
    let Act { actor, action, target, detail } = act;
    let id = Uuid::now_v7().simple().to_string();
    tx.run(WRITE, args![id, now, *actor, action, target, detail]).await?;
    tx.wakes_sealer = true;
    Ok(())
}

pub(super) fn read_act(row: &Row) -> Result<Act, StoreError> {
    Ok(Act {
        actor: row.get("actor_id")?,
        action: row.get("action")?,
        target: row.get("target")?,
        detail: row.get("detail")?,
    })
}

impl Audit<'_> {
    /// Writes a line about something that has no transaction of its own.
    pub async fn append(&self, act: &Act, now: Millis) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        write(&mut tx, act, now).await?;
        tx.commit().await
    }
}
