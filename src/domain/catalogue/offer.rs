//! What a creator has to offer: spaces, experiences in them, and the passes that open them.

use crate::{amount::Money, id::*, time::Millis};

/// A creator's place. Unpublished ones are there for their team only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    pub id: SpaceId,
    pub team: TeamId,
    pub slug: String,
    pub name: String,
    /// One line under the name.
    pub tagline: String,
    pub about: String,
    pub published_at: Option<Millis>,
    pub created_at: Millis,
}

/// A thing in a space: a live stream's place, where its streams follow one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experience {
    pub id: ExperienceId,
    pub space: SpaceId,
    pub slug: String,
    pub title: String,
    pub about: String,
    pub position: i64,
}

/// How a pass is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Price {
    Free,
    Once(Money),
}

impl Price {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Once(_) => "once",
        }
    }
}

/// What is sold (or given): it opens exactly the experiences it includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    pub id: PassId,
    pub space: SpaceId,
    pub slug: String,
    pub title: String,
    /// One benefit a line.
    pub about: String,
    pub price: Price,
    /// Lower comes first; the first one is preselected.
    pub position: i64,
    pub includes: Vec<ExperienceId>,
    /// What it opened until some moment: those who held it then keep it.
    pub included_until: Vec<(ExperienceId, Millis)>,
    /// No longer offered; those who hold it keep it.
    pub withdrawn_at: Option<Millis>,
}

impl Pass {
    /// Somebody may take or buy it: it was not withdrawn, and it opens something.
    pub fn is_offered(&self) -> bool {
        self.withdrawn_at.is_none() && !self.includes.is_empty()
    }

    pub fn opens(&self, experience: ExperienceId) -> bool {
        self.includes.contains(&experience)
    }

    /// Whether it opens the experience for those who hold it since `since`: what was taken out later stays theirs.
    pub fn opens_since(&self, experience: ExperienceId, since: Millis) -> bool {
        self.opens(experience)
            || self.included_until.iter().any(|(included, until)| *included == experience && since <= *until)
    }
}
