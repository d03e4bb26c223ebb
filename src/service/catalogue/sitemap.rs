//! The sitemaps, from memory for some minutes.

use crate::{ServiceError, ServiceResult, Services};
use std::{future::Future, sync::Arc};

/// How many sitemaps there are.
pub async fn count(services: &Services) -> ServiceResult<usize> {
    Ok(starts(services).await?.len())
}

/// The paths of one sitemap, from 1 on. `NotFound` if there are fewer.
pub async fn page(services: &Services, page: usize) -> ServiceResult<Arc<Vec<String>>> {
    let starts = starts(services).await?;
    let start = page.checked_sub(1).and_then(|at| starts.get(at)).ok_or(ServiceError::NotFound)?;
    kept(services, page, async { Ok(services.store.spaces().sitemap(start).await?) }).await
}

/// Where each of them begins.
async fn starts(services: &Services) -> ServiceResult<Arc<Vec<String>>> {
    kept(services, 0, async { Ok(services.store.spaces().sitemaps().await?) }).await
}

/// What is remembered of a page, else what `read` finds.
async fn kept(
    services: &Services,
    page: usize,
    read: impl Future<Output = ServiceResult<Vec<String>>>,
) -> ServiceResult<Arc<Vec<String>>> {
    let cache = &services.caches.sitemap;
    if let Some(lines) = cache.get(page, services.now()) {
        return Ok(lines);
    }
    let version = cache.version();
    let lines = Arc::new(read.await?);
    cache.store(page, Arc::clone(&lines), version, services.now());
    Ok(lines)
}
