//! What comes next in published spaces, from memory for a second.

use crate::{ServiceResult, Services};
use domain::catalogue::topics::Category;
use std::sync::Arc;
use store::Show;

/// Many more than a page shows, in place of those from which bans keep a viewer out.
const MOST: usize = 100;

/// The shows that everybody finds, in one category or in all, the next one first.
pub async fn coming(services: &Services, category: Option<Category>) -> ServiceResult<Arc<Vec<Show>>> {
    let now = services.now();
    let read = async { services.store.spaces().coming_shows(category, now, MOST).await };
    Ok(services.caches.programme.get(category, now, read).await?)
}
