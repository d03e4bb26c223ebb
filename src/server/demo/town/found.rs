//! A creator comes, and opens a space with experiences and passes.

use super::{
    seeds::{Creator, Ticket},
    viewers,
};
use crate::app::App;
use anyhow::{Context, Result};
use domain::{
    catalogue::{topics::Topics, zone::Zone},
    id::{AccountId, ExperienceId, PassId, SpaceId},
};
use service::catalogue::{experiences, passes, spaces};
use store::{ExperienceText, PassText, SpaceText};

/// A creator with what was made for them.
pub struct Founded {
    pub seed: &'static Creator,
    pub host: AccountId,
    pub space: SpaceId,
    /// In the order of [`Creator::rooms`].
    pub rooms: Vec<ExperienceId>,
    /// In the order of [`Creator::tickets`].
    pub passes: Vec<PassId>,
}

pub async fn found(app: &App, seed: &'static Creator) -> Result<Founded> {
    let services = &app.services;
    let host = viewers::arrive(app, seed.username, seed.name, seed.bio).await?;
    let spaces_of = app.store.spaces().of_account(host).await?;
    let space = spaces_of.first().map(|(space, _)| space.id).context("a creator without a space")?;
    spaces::update(services, host, space, &text(seed)?).await.context(seed.space.slug)?;
    let mut rooms = Vec::with_capacity(seed.rooms.len());
    for room in seed.rooms {
        let text =
            ExperienceText { slug: room.slug.into(), title: room.title.into(), about: room.about.into() };
        rooms.push(experiences::create(services, host, space, room.kind, &text).await.context(room.slug)?.id);
    }
    let mut made = Vec::with_capacity(seed.tickets.len());
    for ticket in seed.tickets {
        let text = pass(ticket, &rooms);
        made.push(passes::create(services, host, space, &text).await.context(ticket.slug)?);
    }
    spaces::publish(services, host, space).await?;
    Ok(Founded { seed, host, space, rooms, passes: made })
}

fn text(seed: &Creator) -> Result<SpaceText> {
    let place = &seed.space;
    Ok(SpaceText {
        slug: place.slug.into(),
        name: place.name.into(),
        tagline: place.tagline.into(),
        about: place.about.into(),
        topics: Topics {
            category: Some(place.category),
            tags: place.tags.iter().copied().map(String::from).collect(),
        },
        zone: Some(Zone::named(place.zone)?),
    })
}

/// The text of a pass that opens some of these.
pub fn pass(ticket: &Ticket, rooms: &[ExperienceId]) -> PassText {
    PassText {
        slug: ticket.slug.into(),
        title: ticket.title.into(),
        about: ticket.about.into(),
        price: ticket.price,
        includes: ticket.opens.iter().map(|room| rooms[*room]).collect(),
    }
}

impl Founded {
    /// The experience with this slug.
    pub fn room(&self, slug: &str) -> Option<ExperienceId> {
        let at = self.seed.rooms.iter().position(|room| room.slug == slug)?;
        self.rooms.get(at).copied()
    }

    /// The pass with this slug.
    pub fn pass(&self, slug: &str) -> Option<PassId> {
        let at = self.seed.tickets.iter().position(|ticket| ticket.slug == slug)?;
        self.passes.get(at).copied()
    }
}
