//! Creates thousands of signed-in people who hold a pass, for load tools.

use crate::{
    access::grants::Grants,
    db::sql::{BulkInsert, Value, args, statements},
    people::sessions::{SESSION_LASTS, hash, new_token},
};
use domain::{error::StoreError, id::*, time::Millis};

statements! {
    SPACE_OF = "SELECT space_id FROM passes WHERE id = $1";
}

pub(crate) static ACCOUNTS: BulkInsert =
    BulkInsert::new("INSERT INTO accounts (id, email, username, name, created_at, name_asked_at) VALUES", 6);
pub(crate) static SESSIONS: BulkInsert = BulkInsert::new(
    "INSERT INTO sessions (id, account_id, token_hash, browser, created_at, expires_at) VALUES",
    6,
);
pub(crate) static GRANTS: BulkInsert =
    BulkInsert::new("INSERT INTO grants (id, account_id, pass_id, space_id, starts_at) VALUES", 5);

/// People created per transaction, so that other writers get their turn in between.
const AT_ONCE: usize = 2048;

/// A person who can enter. The token is stored nowhere else.
#[derive(Clone, Debug)]
pub struct Holder {
    pub account: AccountId,
    pub session: SessionId,
    pub token: String,
}

impl Grants<'_> {
    /// Creates `count` accounts that hold the pass, each with a session. They have no team and no space.
    pub async fn make_holders(
        &self,
        pass: PassId,
        count: usize,
        now: Millis,
    ) -> Result<Vec<Holder>, StoreError> {
        let space: SpaceId =
            self.0.row(SPACE_OF, args![pass]).await?.ok_or(StoreError::NotFound)?.get("space_id")?;
        let mut holders = Vec::with_capacity(count);
        while holders.len() < count {
            let some = (count - holders.len()).min(AT_ONCE);
            let new: Vec<Holder> = (0..some).map(|_| holder()).collect();
            let mut tx = self.0.begin().await?;
            let accounts = new.iter().zip(holders.len() + 1..).map(|(h, n)| account_row(h, n, now)).collect();
            tx.insert_many(&ACCOUNTS, accounts).await?;
            tx.insert_many(&SESSIONS, new.iter().map(|h| session_row(h, now)).collect()).await?;
            let grants = new.iter().map(|h| args![GrantId::new(), h.account, pass, space, now]).collect();
            tx.insert_many(&GRANTS, grants).await?;
            tx.commit().await?;
            holders.extend(new);
        }
        Ok(holders)
    }
}

fn holder() -> Holder {
    Holder { account: AccountId::new(), session: SessionId::new(), token: new_token() }
}

fn account_row(holder: &Holder, number: usize, now: Millis) -> Vec<Value> {
    // The last digits of an id are random.
    let id = holder.account.to_string();
    let username = format!("viewer-{}", &id[id.len() - 12..]);
    args![id, format!("{username}@identities.invalid"), username, format!("Viewer {number}"), now, now]
}

fn session_row(holder: &Holder, now: Millis) -> Vec<Value> {
    args![holder.session, holder.account, hash(&holder.token), "load tool", now, now + SESSION_LASTS]
}
