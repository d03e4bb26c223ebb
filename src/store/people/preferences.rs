//! Which mail a person does not want, in which language it is, and the version of the secret address of their calendar.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::AccountId, mail::MailKind, text::language::Language, time::Millis};

statements! {
    OFF = "SELECT kind FROM mail_preferences WHERE account_id = $1";
    SWITCH_OFF = "INSERT INTO mail_preferences (account_id, kind, off_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SWITCH_ON = "DELETE FROM mail_preferences WHERE account_id = $1 AND kind = $2";
    CALENDAR = "SELECT version FROM calendar_feeds WHERE account_id = $1";
    RENEW = "INSERT INTO calendar_feeds (account_id, version) VALUES ($1, 1)
        ON CONFLICT (account_id) DO UPDATE SET version = calendar_feeds.version + 1";
    LANGUAGE = "SELECT language FROM accounts WHERE id = $1";
    LANGUAGE_AT = "SELECT language FROM accounts WHERE email = $1";
    CHOOSE_LANGUAGE = "UPDATE accounts SET language = $2 WHERE id = $1 AND (language IS NULL OR language <> $2)";
}

pub struct Preferences<'a>(pub(crate) &'a Db);

impl Preferences<'_> {
    /// The kinds of mail that a person gets.
    pub async fn wanted(&self, account: AccountId) -> Result<Vec<MailKind>, StoreError> {
        let rows = self.0.rows(OFF, args![account]).await?;
        let off = rows.iter().map(|row| row.get("kind")).collect::<Result<Vec<String>, _>>()?;
        Ok(MailKind::ALL.into_iter().filter(|kind| !off.iter().any(|code| code == kind.code())).collect())
    }

    /// How often the address of a person's calendar was renewed.
    pub async fn calendar_version(&self, account: AccountId) -> Result<i64, StoreError> {
        let row = self.0.row(CALENDAR, args![account]).await?;
        row.map_or(Ok(0), |row| row.get("version"))
    }

    /// The language that a person has chosen.
    pub async fn language(&self, account: AccountId) -> Result<Option<Language>, StoreError> {
        read_language(self.0.row(LANGUAGE, args![account]).await?)
    }

    /// The language that whoever has this address has chosen.
    pub async fn language_at(&self, email: &str) -> Result<Option<Language>, StoreError> {
        read_language(self.0.row(LANGUAGE_AT, args![email]).await?)
    }
}

/// A language that only another release knows is none.
fn read_language(row: Option<Row>) -> Result<Option<Language>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    Ok(row.get::<Option<String>>("language")?.as_deref().and_then(Language::of))
}

impl Tx<'_> {
    /// Switches a kind of mail on or off. Returns false if that was so before.
    pub async fn switch_mail(
        &mut self,
        account: AccountId,
        kind: MailKind,
        on: bool,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let changed = match on {
            true => self.run(SWITCH_ON, args![account, kind.code()]).await?,
            false => self.run(SWITCH_OFF, args![account, kind.code(), now]).await?,
        };
        Ok(changed == 1)
    }

    /// Notes in which language a person wants pages and mail. Returns false if that was so before.
    pub async fn choose_language(
        &mut self,
        account: AccountId,
        language: Language,
    ) -> Result<bool, StoreError> {
        Ok(self.run(CHOOSE_LANGUAGE, args![account, language.code()]).await? == 1)
    }

    /// The language that a person has chosen.
    pub(crate) async fn language(&mut self, account: AccountId) -> Result<Option<Language>, StoreError> {
        read_language(self.row(LANGUAGE, args![account]).await?)
    }

    /// The address of a person's calendar so far leads nowhere from now on.
    pub async fn renew_calendar(&mut self, account: AccountId) -> Result<(), StoreError> {
        self.run(RENEW, args![account]).await.map(drop)
    }
}
