//! Sign-in codes: mailed, bound to the browser that asked, good once. The store sees their HMAC only, which the server makes.

use crate::db::{
    connections::Db,
    sql::{args, statements},
};
use domain::{
    error::StoreError,
    time::{Millis, Span},
};

/// A code is good for this long.
pub const CODE_LASTS: Span = Span::minutes(10);
/// After this many wrong tries a code is worth nothing.
pub const TRIES: i64 = 5;
/// Mails with codes that one address gets in an hour of the clock: nobody is flooded by a stranger.
pub const ASKS_PER_HOUR: i64 = 10;
const HOUR: i64 = Span::hours(1).0;

statements! {
    COUNT_ASK = "INSERT INTO sign_in_asks (email, hour, asks) VALUES ($1, $2, 1)
        ON CONFLICT (email, hour) DO UPDATE SET asks = sign_in_asks.asks + 1 WHERE sign_in_asks.asks < $3";
    VOID_EARLIER = "UPDATE sign_in_codes SET voided_at = $3
        WHERE email = $1 AND browser_hash = $2 AND used_at IS NULL AND voided_at IS NULL";
    INSERT = "INSERT INTO sign_in_codes (id, email, browser_hash, code_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    /// Counts the try and uses the code up in one statement: a thousand guesses at once are five.
    TRY = "UPDATE sign_in_codes SET tries = tries + 1, used_at = CASE WHEN code_hash = $3 THEN $4 ELSE used_at END
        WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND voided_at IS NULL AND expires_at > $4 AND tries < $5
        RETURNING email, tries, used_at";
    EMAIL_OF = "SELECT email FROM sign_in_codes WHERE id = $1 AND browser_hash = $2";
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The code may be mailed; this is its id.
    Kept(String),
    /// This address has been sent enough for now.
    TooMany { retry_at: Millis },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Right, and used up: whoever asked owns this address.
    Good {
        email: String,
    },
    Wrong {
        tries_left: i64,
    },
    /// Used, expired, tried too often, replaced by a newer one, another browser's, or never there.
    Over,
}

pub struct SignIn<'a>(pub(crate) &'a Db);

impl SignIn<'_> {
    /// Keeps a new code; those that this browser asked for this address before are void.
    pub async fn ask(
        &self,
        email: &str,
        browser: &str,
        code: &str,
        now: Millis,
    ) -> Result<Asked, StoreError> {
        let hour = now.0.div_euclid(HOUR);
        let mut tx = self.0.begin().await?;
        if tx.run(COUNT_ASK, args![email, hour, ASKS_PER_HOUR]).await? == 0 {
            return Ok(Asked::TooMany { retry_at: Millis((hour + 1) * HOUR) });
        }
        let id = uuid::Uuid::now_v7().simple().to_string();
        tx.run(VOID_EARLIER, args![email, browser, now]).await?;
        tx.run(INSERT, args![&id, email, browser, code, now, now + CODE_LASTS]).await?;
        tx.commit().await?;
        Ok(Asked::Kept(id))
    }

    /// One try at a code by the browser that asked for it.
    pub async fn check(
        &self,
        id: &str,
        browser: &str,
        code: &str,
        now: Millis,
    ) -> Result<Checked, StoreError> {
        let row = self.0.returning(TRY, args![id, browser, code, now, TRIES]).await?.pop();
        let Some(row) = row else { return Ok(Checked::Over) };
        let used: Option<Millis> = row.get("used_at")?;
        Ok(match used {
            Some(_) => Checked::Good { email: row.get("email")? },
            None => Checked::Wrong { tries_left: TRIES - row.get::<i64>("tries")? },
        })
    }

    /// The address that a code of this browser was sent to.
    pub async fn email_of(&self, id: &str, browser: &str) -> Result<Option<String>, StoreError> {
        self.0.row(EMAIL_OF, args![id, browser]).await?.map(|row| row.get("email")).transpose()
    }
}
