//! Experiences beside shows in Maya's space, which her paid pass opens.

use crate::support::TestServer;
use anyhow::Result;
use domain::{
    catalogue::{content::posts::PostText, offer::ExperienceKind},
    id::{AccountId, ExperienceId, PostId},
};
use service::catalogue::{content::posts, experiences, passes};
use store::{ExperienceText, PassText};

pub struct Content {
    pub host: AccountId,
    /// `/maya/notebook`
    pub posts: ExperienceId,
    /// A published post there.
    pub post: PostId,
    /// `/maya/green-room`
    pub community: ExperienceId,
}

impl Content {
    /// Publishes another post, as the host.
    pub async fn publish(&self, server: &TestServer, title: &str) -> Result<PostId> {
        let text = PostText { title: title.into(), body: "The **second** verse.".into() };
        Ok(posts::create(&server.app.services, self.host, self.posts, &text, true).await?)
    }
}

pub async fn furnish(server: &TestServer) -> Result<Content> {
    let (services, space) = (&server.app.services, server.space("maya").await?);
    let host = server.account("maya@demo.example").await?;
    let make = async |kind, slug: &str, title: &str| {
        let text = ExperienceText { slug: slug.into(), title: title.into(), about: String::new() };
        anyhow::Ok(experiences::create(services, host, space, kind, &text).await?.id)
    };
    let notebook = make(ExperienceKind::Posts, "notebook", "Notebook").await?;
    let community = make(ExperienceKind::Community, "green-room", "Green room").await?;
    let id = server.pass("front-row").await?;
    let pass = server.app.store.passes().by_id(id).await?;
    let text = PassText {
        slug: pass.slug.as_str().into(),
        title: pass.title.clone(),
        about: pass.about.clone(),
        price: pass.price.kind,
        includes: pass.includes.iter().copied().chain([notebook, community]).collect(),
    };
    passes::update(services, host, id, &text).await?;
    let text = PostText { title: "The first verse".into(), body: "It *rhymes* at last.".into() };
    let post = posts::create(services, host, notebook, &text, true).await?;
    Ok(Content { host, posts: notebook, post, community })
}
