//! Sign-in codes: mailed, bound to the browser that asked, and valid once. The store only receives their HMAC, which
//! the server computes.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    mail::{Mail, SendCode},
    people::{
        address::mailbox,
        sign_in::{ASKS, CODE_LASTS, GUESSES, Quota, TRIES},
    },
    time::Millis,
};

statements! {
    /// Counts a use unless the quota is exhausted.
    COUNT = "INSERT INTO sign_in_uses (subject, span, began, uses) VALUES ($1, $2, $3, 1)
        ON CONFLICT (subject, span, began) DO UPDATE SET uses = sign_in_uses.uses + 1 WHERE sign_in_uses.uses < $4";
    VOID_EARLIER = "UPDATE sign_in_codes SET voided_at = $3
        WHERE email = $1 AND browser_hash = $2 AND used_at IS NULL AND voided_at IS NULL";
    INSERT = "INSERT INTO sign_in_codes (id, email, browser_hash, code_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    OPEN = "SELECT email FROM sign_in_codes
        WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $3 AND tries < $4";
    /// Counts the try and uses up the code in one statement, so that even a thousand concurrent guesses get only five
    /// tries.
    TRY = "UPDATE sign_in_codes SET tries = tries + 1, used_at = CASE WHEN code_hash = $3 THEN $4 ELSE used_at END
        WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $4 AND tries < $5
        RETURNING email, tries, used_at";
    FORGET = "DELETE FROM sign_in_codes WHERE email = $1";
    EMAIL_OF = "SELECT email FROM sign_in_codes WHERE id = $1 AND browser_hash = $2";
}

/// The requester of a code, or of a try.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The digest of the cookie that identifies the browser.
    pub browser: &'a str,
    /// Whether the address has signed in from this browser before.
    pub known: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeRequest {
    /// The code is stored and its mail enqueued. Contains the code's id.
    Kept(String),
    /// This address has been sent enough mail for now.
    TooMany { retry_at: Millis },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Correct, and now used up: the person who asked owns this address.
    Good {
        email: String,
    },
    Wrong {
        tries_left: i64,
    },
    /// Too many codes were tried for this address. This try was not counted.
    TooMany {
        retry_at: Millis,
    },
    /// Used, expired, tried too often, replaced by a newer one, requested by another browser, or nonexistent.
    Over,
}

pub struct SignIn<'a>(pub(crate) &'a Db);

impl SignIn<'_> {
    /// Stores a new code and enqueues its mail. Earlier codes for this address from this browser become invalid. `code`
    /// is the HMAC of the code in `mail`.
    pub async fn ask(
        &self,
        email: &str,
        asker: Asker<'_>,
        code: &str,
        mail: Mail,
        now: Millis,
    ) -> Result<CodeRequest, StoreError> {
        let mut tx = self.0.begin().await?;
        if let Err(retry_at) = spend(&mut tx, ASKS, email, asker, now).await? {
            return Ok(CodeRequest::TooMany { retry_at });
        }
        let id = uuid::Uuid::now_v7().simple().to_string();
        let expires_at = now + CODE_LASTS;
        tx.run(VOID_EARLIER, args![email, asker.browser, now]).await?;
        tx.run(INSERT, args![&id, email, asker.browser, code, now, expires_at]).await?;
        jobs::enqueue(&mut tx, &SendCode { mail, expires_at }, None, now).await?;
        tx.commit().await?;
        Ok(CodeRequest::Kept(id))
    }

    /// The address to which a code of this browser was sent.
    pub async fn email_of(&self, id: &str, browser: &str) -> Result<Option<String>, StoreError> {
        self.0.row(EMAIL_OF, args![id, browser]).await?.map(|row| row.get("email")).transpose()
    }
}

impl Tx<'_> {
    /// Tries a code in the browser that asked for it. Commit only [`Checked::Good`] and [`Checked::Wrong`]: other
    /// results count nothing.
    pub async fn try_code(
        &mut self,
        id: &str,
        asker: Asker<'_>,
        code: &str,
        now: Millis,
    ) -> Result<Checked, StoreError> {
        let Some(row) = self.row(OPEN, args![id, asker.browser, now, TRIES]).await? else {
            return Ok(Checked::Over);
        };
        let email: String = row.get("email")?;
        if let Err(retry_at) = spend(self, GUESSES, &email, asker, now).await? {
            return Ok(Checked::TooMany { retry_at });
        }
        let Some(row) = self.row(TRY, args![id, asker.browser, code, now, TRIES]).await? else {
            return Ok(Checked::Over);
        };
        let (used, tries): (Option<Millis>, i64) = (row.get("used_at")?, row.get("tries")?);
        Ok(match used {
            Some(_) => Checked::Good { email },
            None => Checked::Wrong { tries_left: TRIES - tries },
        })
    }

    /// Counts one use of the quota of a mailbox. If it is exhausted, returns when it is available again.
    pub async fn spend_quota(
        &mut self,
        quota: Quota,
        email: &str,
        asker: Asker<'_>,
        now: Millis,
    ) -> Result<Result<(), Millis>, StoreError> {
        spend(self, quota, email, asker, now).await
    }

    /// Deletes all codes that were asked for to this address.
    pub async fn forget_codes(&mut self, email: &str) -> Result<(), StoreError> {
        self.run(FORGET, args![email]).await.map(drop)
    }
}

/// Counts one use of the quota. If it is exhausted, returns when it is available again.
async fn spend(
    tx: &mut Tx<'_>,
    quota: Quota,
    email: &str,
    asker: Asker<'_>,
    now: Millis,
) -> Result<Result<(), Millis>, StoreError> {
    let subject = quota.subject(&mailbox(email), asker.known.then_some(asker.browser));
    let began = quota.window(now);
    let counted = tx.run(COUNT, args![subject, quota.span.0, began, quota.times]).await?;
    Ok(if counted == 0 { Err(began + quota.span) } else { Ok(()) })
}
