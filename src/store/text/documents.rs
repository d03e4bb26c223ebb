//! Every version of the service's own texts, and which version of the terms each person accepted.

use crate::{
    Store,
    db::{
        connections::{Db, Tx, named},
        sql::{Row, args, statements},
    },
};
use domain::{error::StoreError, id::AccountId, text::documents::Document, time::Millis};
use std::time::{SystemTime, UNIX_EPOCH};

/// Versions with the text `$body`, which is empty in lists.
macro_rules! versions {
    ($body:literal $rest:literal) => {
        concat!(
            "SELECT v.document, v.version, ",
            $body,
            " AS body, v.created_at, v.by_id, a.username AS by_username
            FROM document_versions v LEFT JOIN accounts a ON a.id = v.by_id WHERE ",
            $rest
        )
    };
}

statements! {
    CURRENT = versions!("v.body" "v.document = $1 ORDER BY v.version DESC LIMIT 1");
    ALL_CURRENT = versions!("''" "v.version = (SELECT MAX(n.version) FROM document_versions n WHERE n.document = v.document)");
    ONE = versions!("v.body" "v.document = $1 AND v.version = $2");
    HISTORY = versions!("''" "v.document = $1 ORDER BY v.version DESC LIMIT 200");
    NEWEST = "SELECT COALESCE(MAX(version), 0) AS version FROM document_versions WHERE document = $1";
    PUBLISH = "INSERT INTO document_versions (document, version, body, by_id, created_at) VALUES ($1, $2, $3, $4, $5)";
    SHIP = "INSERT INTO document_versions (document, version, body, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    ACCEPT = "INSERT INTO consents (account_id, document, version, accepted_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    NOTE_ACCEPTED = "UPDATE accounts SET terms_version = $2 WHERE id = $1 AND terms_version < $2";
    ACCEPTED = "SELECT version, accepted_at FROM consents WHERE account_id = $1 AND document = $2 ORDER BY version";
}

/// One version of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentVersion {
    /// From 1.
    pub version: i64,
    /// Empty in a list of versions.
    pub body: String,
    pub at: Millis,
    /// `None`: it came with a release.
    pub by: Option<AccountId>,
    pub by_username: Option<String>,
}

pub struct Documents<'a>(&'a Db);

impl Store {
    pub fn documents(&self) -> Documents<'_> {
        Documents(self.db())
    }
}

impl Documents<'_> {
    pub async fn current(&self, document: Document) -> Result<DocumentVersion, StoreError> {
        read(&self.0.row(CURRENT, args![document.code()]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The current version of each, without its text.
    pub async fn all_current(&self) -> Result<Vec<(Document, DocumentVersion)>, StoreError> {
        let mut all = Vec::new();
        for row in self.0.rows(ALL_CURRENT, args![]).await? {
            // A newer release may have other documents.
            if let Some(document) = Document::from_code(&row.get::<String>("document")?) {
                all.push((document, read(&row)?));
            }
        }
        all.sort_by_key(|(document, _)| Document::ALL.iter().position(|other| other == document));
        Ok(all)
    }

    pub async fn version(&self, document: Document, version: i64) -> Result<DocumentVersion, StoreError> {
        read(&self.0.row(ONE, args![document.code(), version]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The newest first, without their texts.
    pub async fn history(&self, document: Document) -> Result<Vec<DocumentVersion>, StoreError> {
        self.0.rows(HISTORY, args![document.code()]).await?.iter().map(read).collect()
    }

    /// The number of the current version.
    pub async fn newest(&self, document: Document) -> Result<i64, StoreError> {
        self.0.row(NEWEST, args![document.code()]).await?.ok_or(StoreError::NotFound)?.get("version")
    }

    /// [`Tx::accept_terms`] without an audit line, for the demo and tests.
    pub async fn accept_terms(
        &self,
        account: AccountId,
        version: i64,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        tx.accept_terms(account, version, now).await?;
        tx.commit().await
    }

    /// Which versions of a document a person accepted, and when.
    pub async fn accepted(
        &self,
        account: AccountId,
        document: Document,
    ) -> Result<Vec<(i64, Millis)>, StoreError> {
        let rows = self.0.rows(ACCEPTED, args![account, document.code()]).await?;
        rows.iter().map(|row| Ok((row.get("version")?, row.get("accepted_at")?))).collect()
    }
}

fn read(row: &Row) -> Result<DocumentVersion, StoreError> {
    Ok(DocumentVersion {
        version: row.get("version")?,
        body: row.get("body")?,
        at: row.get("created_at")?,
        by: row.get("by_id")?,
        by_username: row.get("by_username")?,
    })
}

impl Tx<'_> {
    /// Adds the version after `based_on`. Returns its number, or `Conflict("version")` if there is a newer one already.
    pub async fn publish_document(
        &mut self,
        document: Document,
        based_on: i64,
        body: &str,
        by: AccountId,
        now: Millis,
    ) -> Result<i64, StoreError> {
        let row = self.row(NEWEST, args![document.code()]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("version")? != based_on {
            return Err(StoreError::Conflict("version"));
        }
        let row = args![document.code(), based_on + 1, body, by, now];
        self.run(PUBLISH, row).await.map_err(|error| named(error, "version"))?;
        Ok(based_on + 1)
    }

    /// Keeps that a person accepted this version of the terms. Returns false if that was so before.
    pub async fn accept_terms(
        &mut self,
        account: AccountId,
        version: i64,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let new = self.run(ACCEPT, args![account, Document::Terms.code(), version, now]).await? == 1;
        self.run(NOTE_ACCEPTED, args![account, version]).await?;
        Ok(new)
    }
}

/// Adds the texts of this release where no operator has written one: the first version, or another one if the release
/// changed it.
pub(crate) async fn ship(db: &Db) -> Result<(), StoreError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = Millis(i64::try_from(now.as_millis()).unwrap_or(0));
    for document in Document::ALL {
        let current = db.row(CURRENT, args![document.code()]).await?.as_ref().map(read).transpose()?;
        let version = match current {
            None => 1,
            Some(current) if current.by.is_none() && current.body != document.shipped() => {
                current.version + 1
            }
            Some(_) => continue,
        };
        db.run(SHIP, args![document.code(), version, document.shipped(), now]).await?;
    }
    Ok(())
}
