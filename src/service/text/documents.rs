//! Operators write the service's own texts; people accept the terms.

use crate::{ServiceError, ServiceResult, Services, unbounded_act};
use domain::{change::Change, id::AccountId, text::documents::Document};

/// Publishes another version of a text. `based_on`: the version that the operator edited. Returns the number of the new one.
/// `Conflict("version")` if somebody else was faster, `Conflict("same")` if nothing was changed. The caller is an operator.
pub async fn publish(
    services: &Services,
    by: AccountId,
    document: Document,
    based_on: i64,
    body: &str,
) -> ServiceResult<i64> {
    if services.store.documents().current(document).await?.body == body {
        return Err(ServiceError::Conflict("same"));
    }
    let now = services.now();
    let mut tx = services.store.begin().await?;
    let version = tx.publish_document(document, based_on, body, by, now).await?;
    let changes: Vec<_> =
        (document == Document::Terms).then_some(Change::Terms { version }).into_iter().collect();
    let act = unbounded_act(by, "document.publish", document.code(), format!("version {version}"));
    tx.commit_audited(act, &changes, now).await?;
    services.changed(&changes);
    Ok(version)
}

/// The caller accepts the terms. `Conflict("version")` if `version` is not the current one.
pub async fn accept_terms(services: &Services, by: AccountId, version: i64) -> ServiceResult<()> {
    if version != services.caches.terms.current() {
        return Err(ServiceError::Conflict("version"));
    }
    let (changes, now) = ([Change::Account { account: by }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.accept_terms(by, version, now).await? {
        let act = services.act(by, "terms.accept", by, format!("version {version}"))?;
        tx.commit_audited(act, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}
