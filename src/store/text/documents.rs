//! Every version of the service's own texts, in each language that it has, and which version of the terms each person accepted.

use crate::{
    Store,
    db::{
        connections::{Db, Tx, named},
        sql::{Row, args, statements},
    },
};
use domain::{
    error::StoreError,
    id::AccountId,
    text::{
        documents::{self as rules, Document, Text},
        language::Language,
    },
    time::Millis,
};

/// Versions without their texts.
macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT v.document, v.version, v.created_at, v.by_id, a.username AS by_username
            FROM document_versions v LEFT JOIN accounts a ON a.id = v.by_id WHERE ",
            $rest
        )
    };
}

/// A version, with a row for each language that it has beside the first.
macro_rules! whole {
    ($which:literal) => {
        concat!(
            "SELECT v.document, v.version, v.created_at, v.by_id, a.username AS by_username, v.language, v.body,
                t.language AS other_language, t.body AS other_body
            FROM document_versions v LEFT JOIN accounts a ON a.id = v.by_id
                LEFT JOIN document_texts t ON t.document = v.document AND t.version = v.version
            WHERE v.document = $1 AND v.version = ",
            $which,
            " ORDER BY t.language"
        )
    };
}

statements! {
    CURRENT = whole!("(SELECT MAX(n.version) FROM document_versions n WHERE n.document = $1)");
    ALL_CURRENT = listed!("v.version = (SELECT MAX(n.version) FROM document_versions n WHERE n.document = v.document)");
    ONE = whole!("$2");
    HISTORY = listed!("v.document = $1 ORDER BY v.version DESC LIMIT 200");
    NEWEST = "SELECT COALESCE(MAX(version), 0) AS version FROM document_versions WHERE document = $1";
    PUBLISH = "INSERT INTO document_versions (document, version, language, body, by_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    SHIP = "INSERT INTO document_versions (document, version, language, body, created_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    ADD_TEXT = "INSERT INTO document_texts (document, version, language, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    ACCEPT = "INSERT INTO consents (account_id, document, version, language, accepted_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING";
    NOTE_ACCEPTED = "UPDATE accounts SET terms_version = $2 WHERE id = $1 AND terms_version < $2";
    ACCEPTED = "SELECT version, language, accepted_at FROM consents WHERE account_id = $1 AND document = $2 ORDER BY version";
}

/// One version of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentVersion {
    /// From 1.
    pub version: i64,
    /// One for each language that it has; none in a list of versions.
    pub texts: Vec<Text>,
    pub at: Millis,
    /// `None`: it came with a release.
    pub by: Option<AccountId>,
    pub by_username: Option<String>,
}

/// A version that a person accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub version: i64,
    /// The language of the text that they were shown; `None` if that was not kept yet.
    pub shown: Option<Language>,
    pub at: Millis,
}

pub struct Documents<'a>(&'a Db);

impl Store {
    pub fn documents(&self) -> Documents<'_> {
        Documents(self.db())
    }
}

impl Documents<'_> {
    pub async fn current(&self, document: Document) -> Result<DocumentVersion, StoreError> {
        gathered(&self.0.rows(CURRENT, args![document.code()]).await?)
    }

    /// The current version of each, without its texts.
    pub async fn all_current(&self) -> Result<Vec<(Document, DocumentVersion)>, StoreError> {
        let mut all = Vec::new();
        for row in self.0.rows(ALL_CURRENT, args![]).await? {
            // A newer release may have other documents.
            if let Some(document) = Document::from_code(&row.get::<String>("document")?) {
                all.push((document, listed(&row)?));
            }
        }
        all.sort_by_key(|(document, _)| Document::ALL.iter().position(|other| other == document));
        Ok(all)
    }

    pub async fn version(&self, document: Document, version: i64) -> Result<DocumentVersion, StoreError> {
        gathered(&self.0.rows(ONE, args![document.code(), version]).await?)
    }

    /// The newest first, without their texts.
    pub async fn history(&self, document: Document) -> Result<Vec<DocumentVersion>, StoreError> {
        self.0.rows(HISTORY, args![document.code()]).await?.iter().map(listed).collect()
    }

    /// The number of the current version.
    pub async fn newest(&self, document: Document) -> Result<i64, StoreError> {
        self.0.row(NEWEST, args![document.code()]).await?.ok_or(StoreError::NotFound)?.get("version")
    }

    /// Adds the texts of this release where no operator has written one: the first version, another one if the release changed
    /// it, or a language that the version does not have yet.
    pub async fn ship(&self, now: Millis) -> Result<(), StoreError> {
        for document in Document::ALL {
            let shipped = document.all_shipped();
            let (version, is_new) = match self.current(document).await {
                Err(StoreError::NotFound) => (1, true),
                Err(error) => return Err(error),
                Ok(current) if current.by.is_some() || current.texts == shipped => continue,
                // What it says is what it said.
                Ok(current) if current.texts.iter().all(|text| shipped.contains(text)) => {
                    (current.version, false)
                }
                Ok(current) => (current.version + 1, true),
            };
            let Some((first, others)) = shipped.split_first() else { continue };
            let mut tx = self.0.begin().await?;
            let row = args![document.code(), version, code(first), &first.body, now];
            // Meanwhile an operator has written that version, or another process has shipped all of it.
            if is_new && tx.run(SHIP, row).await? == 0 {
                continue;
            }
            tx.add_texts(document, version, others).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// [`Tx::accept_terms`] without an audit line, for the demo and tests: of people who read English.
    pub async fn accept_terms(
        &self,
        account: AccountId,
        version: i64,
        now: Millis,
    ) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        tx.accept_terms(account, version, Language::English, now).await?;
        tx.commit().await
    }

    /// Which versions of a document a person accepted, in which language they were shown them, and when.
    pub async fn accepted(
        &self,
        account: AccountId,
        document: Document,
    ) -> Result<Vec<Accepted>, StoreError> {
        let rows = self.0.rows(ACCEPTED, args![account, document.code()]).await?;
        let accepted = |row: &Row| {
            Ok(Accepted {
                version: row.get("version")?,
                shown: language(row, "language")?,
                at: row.get("accepted_at")?,
            })
        };
        rows.iter().map(accepted).collect()
    }
}

fn code(text: &Text) -> Option<&'static str> {
    text.language.map(Language::code)
}

fn listed(row: &Row) -> Result<DocumentVersion, StoreError> {
    Ok(DocumentVersion {
        version: row.get("version")?,
        texts: Vec::new(),
        at: row.get("created_at")?,
        by: row.get("by_id")?,
        by_username: row.get("by_username")?,
    })
}

/// The version of these rows. Its first text is that of the version, then come those in further languages; one that only
/// another release knows is left out.
fn gathered(rows: &[Row]) -> Result<DocumentVersion, StoreError> {
    let first = rows.first().ok_or(StoreError::NotFound)?;
    let mut version = listed(first)?;
    // An earlier release shipped English alone, and did not say so.
    let unsaid = Some(Language::English).filter(|_| version.by.is_none());
    let of_first = language(first, "language")?.or(unsaid);
    version.texts.push(Text { language: of_first, body: first.get("body")? });
    for row in rows {
        if let Some(other) = language(row, "other_language")? {
            version.texts.push(Text { language: Some(other), body: row.get("other_body")? });
        }
    }
    Ok(version)
}

fn language(row: &Row, column: &str) -> Result<Option<Language>, StoreError> {
    Ok(row.get::<Option<String>>(column)?.as_deref().and_then(Language::of))
}

impl Tx<'_> {
    /// Adds the version after `based_on`, in at least one language. Returns its number, or `Conflict("version")` if there is a
    /// newer one already.
    pub async fn publish_document(
        &mut self,
        document: Document,
        based_on: i64,
        texts: &[Text],
        by: AccountId,
        now: Millis,
    ) -> Result<i64, StoreError> {
        let (first, others) = texts.split_first().ok_or(StoreError::NotFound)?;
        let row = self.row(NEWEST, args![document.code()]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("version")? != based_on {
            return Err(StoreError::Conflict("version"));
        }
        let row = args![document.code(), based_on + 1, code(first), &first.body, by, now];
        self.run(PUBLISH, row).await.map_err(|error| named(error, "version"))?;
        self.add_texts(document, based_on + 1, others).await?;
        Ok(based_on + 1)
    }

    /// The same version in further languages.
    async fn add_texts(
        &mut self,
        document: Document,
        version: i64,
        texts: &[Text],
    ) -> Result<(), StoreError> {
        for text in texts {
            self.run(ADD_TEXT, args![document.code(), version, code(text), &text.body]).await?;
        }
        Ok(())
    }

    /// Keeps that a person accepted this version of the terms on a page in this language, and in which one they were shown it.
    /// Returns false if that was so before.
    pub async fn accept_terms(
        &mut self,
        account: AccountId,
        version: i64,
        language: Language,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let terms = Document::Terms.code();
        let shown = match gathered(&self.rows(ONE, args![terms, version]).await?) {
            Ok(whole) => rules::shown(&whole.texts, language).and_then(|text| text.language),
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let row = args![account, terms, version, shown.map(Language::code), now];
        let new = self.run(ACCEPT, row).await? == 1;
        self.run(NOTE_ACCEPTED, args![account, version]).await?;
        Ok(new)
    }
}
