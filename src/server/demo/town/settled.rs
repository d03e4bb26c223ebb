//! What of the town was made so far.

use super::{
    found::Founded,
    viewers::{VIEWERS, Viewer},
};
use anyhow::{Context, Result};
use domain::{
    access::admit::Role,
    id::{AccountId, PassId},
};
use std::collections::HashMap;

#[derive(Default)]
pub struct Settled {
    pub founded: Vec<Founded>,
    /// By username.
    pub people: HashMap<&'static str, AccountId>,
    /// The pass for Maya's session.
    pub maya: Option<PassId>,
    /// Passes of the market, by space and slug.
    pub specials: Vec<(&'static str, &'static str, PassId)>,
}

impl Settled {
    /// The author of a chat line.
    pub fn viewer(&self, username: &str) -> Result<(AccountId, &'static str, Role)> {
        let viewer = VIEWERS.iter().find(|viewer| viewer.username == username);
        let name = viewer.map(|viewer| viewer.name).with_context(|| format!("no {username}"))?;
        let account = self.people.get(username).with_context(|| format!("no account of {username}"))?;
        Ok((*account, name, Role::Viewer))
    }

    pub fn pass(&self, space: &str, slug: &str) -> Result<PassId> {
        let special = self.specials.iter().find(|(of, at, _)| (*of, *at) == (space, slug));
        let found = match (space, special) {
            (_, Some((.., pass))) => Some(*pass),
            ("maya", None) => self.maya,
            (_, None) => self.at(space).and_then(|of| of.pass(slug)),
        };
        found.with_context(|| format!("no {space}/{slug}"))
    }

    pub fn at(&self, space: &str) -> Option<&Founded> {
        self.founded.iter().find(|of| of.seed.space.slug == space)
    }

    /// Those who took a free pass of the space.
    pub fn holders(&self, space: &str) -> impl Iterator<Item = AccountId> {
        let takes = move |viewer: &&Viewer| viewer.takes.iter().any(|(at, _)| *at == space);
        VIEWERS.iter().filter(takes).filter_map(move |viewer| self.people.get(viewer.username).copied())
    }
}
