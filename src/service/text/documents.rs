//! Operators write the service's own texts; people accept the terms.

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{
    change::Change,
    id::AccountId,
    text::{
        documents::{self as rules, Document, Text},
        language::Language,
    },
};
use store::DocumentVersion;

/// What an operator typed about a text: the version that they edited, and the text in each language that it shall have.
pub struct Typed<'a> {
    pub based_on: i64,
    pub texts: &'a [Text],
    /// A text that came with a release still says the same as one that was changed.
    pub same: bool,
}

/// The language whose text would say something else than the typed ones, so that readers of it are shown another one
/// ([`rules::outdated`]). `current`: the version that is edited.
pub fn outdated(current: &DocumentVersion, typed: &[Text]) -> Option<Language> {
    let shipped: &[Text] = if current.by.is_none() { current.texts.as_slice() } else { &[] };
    rules::outdated(shipped, typed)
}

/// Publishes another version of a text, in each language that was typed, except one that is outdated. Returns the number of the new
/// one. `Conflict("version")` if somebody else was faster, `Conflict("same")` if nothing was changed. The caller is an operator.
pub async fn publish(
    services: &Services,
    by: AccountId,
    document: Document,
    typed: &Typed<'_>,
) -> ServiceResult<i64> {
    let current = services.store.documents().current(document).await?;
    let left_out = outdated(&current, typed.texts).filter(|_| !typed.same);
    let kept = |text: &&Text| left_out.is_none() || text.language != left_out;
    let texts: Vec<Text> = typed.texts.iter().filter(kept).cloned().collect();
    if current.texts == texts {
        return Err(ServiceError::Conflict("same"));
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let version = tx.publish_document(document, typed.based_on, &texts, by, now).await?;
    let changes: Vec<_> = match document {
        Document::Terms => vec![Change::Terms { version }],
        Document::Refunds => vec![Change::Refunds { version }],
        _ => vec![],
    };
    let languages: Vec<&str> = texts.iter().filter_map(|text| text.language).map(Language::code).collect();
    let detail = format!("version {version} in {}", languages.join(", "));
    let act = unbounded_act(by, "document.publish", document.code(), detail);
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(version)
}

/// The version of the text on refunds to which somebody agrees whose page led to `shown`; without one they agree to the current one.
///
/// # Errors
/// `Conflict("refunds")` if there is a newer one, or never was this one: they have not seen what they would agree to.
pub(crate) async fn agreed_refunds(services: &Services, shown: Option<i64>) -> ServiceResult<i64> {
    let newest = services.store.documents().newest(Document::Refunds).await?;
    match shown {
        Some(shown) if shown != newest => Err(ServiceError::Conflict("refunds")),
        _ => Ok(newest),
    }
}

/// Learns the current versions that many pages ask for. Later ones come as changes.
pub async fn learn_versions(services: &Services) -> ServiceResult<()> {
    let documents = services.store.documents();
    services.caches.terms.learn(documents.newest(Document::Terms).await?);
    services.caches.refunds.learn(documents.newest(Document::Refunds).await?);
    Ok(())
}

/// The caller accepts the terms, on a page in this language. `Conflict("version")` if `version` is not the current one.
pub async fn accept_terms(
    services: &Services,
    by: AccountId,
    version: i64,
    language: Language,
) -> ServiceResult<()> {
    if version != services.caches.terms.current() {
        return Err(ServiceError::Conflict("version"));
    }
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.accept_terms(by, version, language, now).await? {
        let act = services.act(by, "terms.accept", by, format!("version {version}"))?;
        tx.commit_audited(act, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}
