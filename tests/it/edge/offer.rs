//! Something that a space sells.

use anyhow::Result;
use domain::{
    catalogue::offer::{ExperienceKind, PriceKind},
    id::{ExperienceId, PassId, SpaceId},
    time::Millis,
};
use store::{ExperienceText, PassText, Store};

/// An experience and the pass that opens it.
pub async fn offer(
    store: &Store,
    space: SpaceId,
    slug: &str,
    price: PriceKind,
    now: Millis,
) -> Result<(ExperienceId, PassId)> {
    let text = ExperienceText { slug: slug.into(), title: slug.into(), about: String::new() };
    let experience = store.experiences().create(space, ExperienceKind::Show, &text, now).await?.id;
    let slug = format!("{slug}-pass");
    let text = PassText {
        slug: slug.as_str().into(),
        title: slug.clone(),
        about: String::new(),
        price,
        includes: vec![experience],
    };
    Ok((experience, store.passes().create(space, &text, now).await?.id))
}
