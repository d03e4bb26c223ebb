//! Sessions of browsers. Only the browser has the token; its SHA-256 is stored.

use crate::{
    db::{
        batch::BatchLoader,
        connections::{Db, Reader, Tx},
        sql::{MOST_ROWS, SelectIn, Value, args, statements},
    },
    people::accounts,
};
use domain::{
    error::StoreError,
    id::*,
    people::account::{Began, Kept, SEEN_APART, Session, add_notice},
    text::language::Language,
    time::{Millis, Span},
};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// The conflict of whoever signs in to a suspended account.
pub const SUSPENDED_ACCOUNT: &str = "suspended account";

/// A session ends this long after it began or was last extended.
pub const SESSION_LASTS: Span = Span::days(30);

statements! {
    /// Who suspends or deletes the account locks it, too: a session begins before that, and is ended, or it does not begin.
    LOCK_ACCOUNT = "UPDATE accounts SET created_at = created_at WHERE id = $1";
    /// Whoever starts a session has just proved who they are: it is confirmed.
    INSERT = "INSERT INTO sessions (id, account_id, token_hash, browser, created_at, confirmed_at, expires_at, began)
        SELECT $1, $2, $3, $4, $5, $5, $6, $7
        WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.id = $2 AND a.deleted_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM suspensions x WHERE x.subject_id = $2 AND x.lifted_at IS NULL)";
    EXTEND = "UPDATE sessions SET expires_at = $2 WHERE id = $1 AND revoked_at IS NULL AND expires_at > $3";
    LIST = "SELECT id, browser, began, created_at, COALESCE(last_seen_at, created_at) AS seen_at, expires_at FROM sessions
        WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC, id DESC";
    SAW = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1 AND COALESCE(last_seen_at, created_at) <= $3";
    REVOKE = "UPDATE sessions SET revoked_at = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL";
    REVOKE_OTHERS = "UPDATE sessions SET revoked_at = $3 WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL RETURNING id";
    REVOKE_ALL = "UPDATE sessions SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL RETURNING id";
    CONFIRM = "UPDATE sessions SET confirmed_at = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL";
    UNREAD = "SELECT DISTINCT COALESCE(notice, '') AS unread FROM sessions
        WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL";
    TELL = "UPDATE sessions SET notice = $4 WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL
        AND COALESCE(notice, '') = $3";
    /// What was told meanwhile is not read.
    READ = "UPDATE sessions SET notice = NULL WHERE account_id = $1 AND id = $2 AND notice = $3";
    DELETE_ALL = "DELETE FROM sessions WHERE account_id = $1 RETURNING id";
}

/// The sessions of several tokens, with their accounts.
pub(crate) static BY_TOKEN: SelectIn = SelectIn::new(
    concat!(
        "SELECT ",
        accounts::columns!("a."),
        ", s.id AS session_id, s.began, s.expires_at, s.token_hash, s.confirmed_at, s.notice, COALESCE(s.last_seen_at, s.created_at) AS seen_at FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.revoked_at IS NULL AND a.deleted_at IS NULL AND s.token_hash IN"
    ),
    0,
    "",
);

/// A new session. Its token is not stored and cannot be read again.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub token: String,
    pub expires_at: Millis,
    /// The language that its person has chosen.
    pub language: Option<Language>,
}

/// An entry in a person's list of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionInfo {
    pub id: SessionId,
    /// The browser's own name for itself.
    pub browser: String,
    pub began: Began,
    pub created_at: Millis,
    /// To within [`SEEN_APART`].
    pub seen_at: Millis,
    pub expires_at: Millis,
}

/// The sessions of some token hashes, in their order.
pub(crate) async fn by_token(
    reader: &mut Reader,
    hashes: &[String],
) -> Result<Vec<Option<Session>>, StoreError> {
    let (sql, args) = BY_TOKEN.of(Vec::new(), hashes.iter().map(Value::from));
    let mut found = HashMap::new();
    for row in reader.rows(sql, args).await? {
        let session = Session {
            id: row.get("session_id")?,
            account: accounts::read(&row)?,
            began: row.code("began", Began::from_code)?,
            expires_at: row.get("expires_at")?,
            seen_at: row.get("seen_at")?,
            confirmed_at: row.get("confirmed_at")?,
            notice: row.get("notice")?,
        };
        found.insert(row.get::<String>("token_hash")?, session);
    }
    Ok(hashes.iter().map(|hash| found.get(hash).cloned()).collect())
}

/// Keyed by token hash.
pub(crate) type ByToken = BatchLoader<String, Option<Session>>;

pub struct Sessions<'a> {
    pub(crate) db: &'a Db,
    pub(crate) by_token: &'a ByToken,
}

impl Sessions<'_> {
    /// Creates a session without an audit line, for the demo and tests, as by a link. People sign in through [`Tx::create_session`].
    pub async fn create(
        &self,
        account: AccountId,
        browser: &str,
        now: Millis,
    ) -> Result<NewSession, StoreError> {
        let mut tx = self.db.begin().await?;
        let session = tx.create_session(account, browser, Began::Link, now).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// The session of a token, if it has not ended.
    pub async fn by_token(&self, token: &str, now: Millis) -> Result<Option<Session>, StoreError> {
        let found = self.by_token.get(hash(token)).await?;
        Ok(found.filter(|session| session.expires_at > now))
    }

    /// Extends an active session to its full duration.
    pub async fn extend(&self, id: SessionId, now: Millis) -> Result<(), StoreError> {
        match self.db.run(EXTEND, args![id, now + SESSION_LASTS, now]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// Stores when sessions were seen, at most once in [`SEEN_APART`] for each. In the order of their ids, because other
    /// processes may do so, too.
    pub async fn saw(&self, seen: &[(SessionId, Millis)]) -> Result<(), StoreError> {
        for some in seen.chunks(MOST_ROWS) {
            let mut tx = self.db.begin().await?;
            for (id, at) in some {
                tx.run(SAW, args![*id, *at, *at + Span(-SEEN_APART.0)]).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// A person's active sessions, newest first.
    pub async fn list(&self, account: AccountId, now: Millis) -> Result<Vec<SessionInfo>, StoreError> {
        let rows = self.db.rows(LIST, args![account, now]).await?;
        let info = |row: &crate::db::sql::Row| {
            Ok(SessionInfo {
                id: row.get("id")?,
                browser: row.get("browser")?,
                began: row.code("began", Began::from_code)?,
                created_at: row.get("created_at")?,
                seen_at: row.get("seen_at")?,
                expires_at: row.get("expires_at")?,
            })
        };
        rows.iter().map(info).collect()
    }
}

impl Tx<'_> {
    /// Starts a session of `account`. `browser` is the browser's own name for itself. Returns [`SUSPENDED_ACCOUNT`] if
    /// operators suspended the account.
    pub async fn create_session(
        &mut self,
        account: AccountId,
        browser: &str,
        began: Began,
        now: Millis,
    ) -> Result<NewSession, StoreError> {
        let (id, token, expires_at) = (SessionId::new(), new_token(), now + SESSION_LASTS);
        self.lock_account(account).await?;
        let row = args![id, account, hash(&token), browser, now, expires_at, began.code()];
        if self.run(INSERT, row).await? == 0 {
            return Err(StoreError::Conflict(SUSPENDED_ACCOUNT));
        }
        Ok(NewSession { id, token, expires_at, language: self.language(account).await? })
    }

    /// Until the end of this transaction no session of the account begins.
    pub(crate) async fn lock_account(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(LOCK_ACCOUNT, args![account]).await.map(drop)
    }

    /// Notes that the person has proved with this session that the account is theirs.
    pub async fn confirm_session(
        &mut self,
        account: AccountId,
        id: SessionId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        Ok(self.run(CONFIRM, args![account, id, now]).await? == 1)
    }

    /// Tells all sessions but the one that did it what happened to the account, beside what each has not read yet.
    pub async fn tell_sessions(
        &mut self,
        account: AccountId,
        but: SessionId,
        notice: &str,
        kept: Kept,
    ) -> Result<(), StoreError> {
        // Of two that tell something at once, the second one sees what the first one told.
        self.lock_account(account).await?;
        for row in self.rows(UNREAD, args![account, but]).await? {
            let unread: String = row.get("unread")?;
            let both = add_notice(&unread, notice, kept);
            if both != unread {
                self.run(TELL, args![account, but, unread, both]).await?;
            }
        }
        Ok(())
    }

    /// Takes back what the session was told, if it is `read`. Returns false if it was not.
    pub async fn read_notice(
        &mut self,
        account: AccountId,
        id: SessionId,
        read: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.run(READ, args![account, id, read]).await? == 1)
    }

    /// Deletes all sessions of an account, with what its browsers call themselves. Returns their ids.
    pub async fn delete_sessions(&mut self, account: AccountId) -> Result<Vec<SessionId>, StoreError> {
        let rows = self.rows(DELETE_ALL, args![account]).await?;
        rows.iter().map(|row| row.get("id")).collect()
    }

    /// Returns false if it was not this person's or had already ended.
    pub async fn revoke_session(
        &mut self,
        account: AccountId,
        id: SessionId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        Ok(self.run(REVOKE, args![account, id, now]).await? == 1)
    }

    /// Ends all sessions but one. Returns those that ended.
    pub async fn revoke_other_sessions(
        &mut self,
        account: AccountId,
        keep: SessionId,
        now: Millis,
    ) -> Result<Vec<SessionId>, StoreError> {
        let rows = self.rows(REVOKE_OTHERS, args![account, keep, now]).await?;
        rows.iter().map(|row| row.get("id")).collect()
    }

    /// Ends all sessions. Returns those that ended.
    pub(crate) async fn revoke_sessions(
        &mut self,
        account: AccountId,
        now: Millis,
    ) -> Result<Vec<SessionId>, StoreError> {
        let rows = self.rows(REVOKE_ALL, args![account, now]).await?;
        rows.iter().map(|row| row.get("id")).collect()
    }
}

/// 256 random bits in hexadecimal.
pub(crate) fn new_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// A token has full entropy, so a fast unsalted hash is enough to make a stolen table useless.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
