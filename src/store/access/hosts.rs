//! Creates thousands of hosts for load tools, each with a published space, its passes and its shows. The functions that write
//! every change write these, too, so the spaces are listed as all others are. Nobody is told of them.

use crate::{
    catalogue::{
        experiences::ExperienceText,
        passes::PassText,
        spaces::{SpaceText, Spaces},
    },
    db::connections::Tx,
    people::accounts::Profile,
};
use domain::{
    catalogue::{
        offer::{ExperienceKind, PriceKind},
        slug::Wanted,
    },
    error::StoreError,
    time::Millis,
};

/// Hosts created per transaction, so that other writers get their turn in between.
const AT_ONCE: usize = 50;

/// A host, and what is in their space.
#[derive(Clone, Debug)]
pub struct NewHost {
    pub email: String,
    pub profile: Profile,
    pub space: SpaceText,
    /// When all of it was made and published.
    pub since: Millis,
    /// The title of the experience that the passes open, and in which the shows take place.
    pub stage: String,
    pub passes: Vec<(String, PriceKind)>,
    /// Titles, and when they are planned.
    pub shows: Vec<(String, Option<Millis>)>,
}

impl Spaces<'_> {
    /// Creates hosts, and leaves out those whose address has an account. Returns the number of new ones.
    pub async fn make_hosts(&self, hosts: &[NewHost]) -> Result<usize, StoreError> {
        let mut made = 0;
        for some in hosts.chunks(AT_ONCE) {
            let mut tx = self.0.begin().await?;
            for host in some {
                made += usize::from(tx.make_host(host).await?);
            }
            tx.commit().await?;
        }
        Ok(made)
    }
}

impl Tx<'_> {
    /// Returns false if the address has an account.
    async fn make_host(&mut self, host: &NewHost) -> Result<bool, StoreError> {
        let now = host.since;
        let (account, new) = self.find_or_create_account(&host.email, now).await?;
        if !new {
            return Ok(false);
        }
        self.update_profile(account.id, &host.profile).await?;
        let space = *self.spaces_of_owner(account.id).await?.first().ok_or(StoreError::NotFound)?;
        self.update_space(space, &host.space, now).await?;
        let (slug, title) = (Wanted::Proposed("stage".into()), host.stage.clone());
        let text = ExperienceText { slug, title, about: String::new() };
        let stage = self.create_experience(space, ExperienceKind::Show, &text, now).await?.id;
        for (title, price) in &host.passes {
            let text = PassText {
                slug: Wanted::Proposed("pass".into()),
                title: title.clone(),
                about: String::new(),
                price: *price,
                includes: vec![stage],
            };
            self.create_pass(space, &text, now).await?;
        }
        self.publish_space(space, now).await?;
        self.seed_streams(stage, &host.shows, now).await?;
        Ok(true)
    }
}
