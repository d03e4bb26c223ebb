//! What a creator offers: spaces, the experiences in them, and the passes that open these.

use crate::{
    amount::Money,
    catalogue::{colour::Rgb, topics::Topics, zone::Zone},
    id::*,
    picture::PictureId,
    time::{Millis, Span},
};

/// How long its owner can reopen a space that they have closed.
pub const REOPEN_WITHIN: Span = Span::days(30);

/// A creator's space. Until it is published only its team sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    pub id: SpaceId,
    pub team: TeamId,
    pub slug: String,
    pub name: String,
    /// One line under the name.
    pub tagline: String,
    pub about: String,
    pub topics: Topics,
    pub cover: Option<PictureId>,
    /// What the cover shows, for people who do not see it; empty if it only decorates.
    pub cover_alt: String,
    pub logo: Option<PictureId>,
    /// The colour of its one primary button. `None`: the product's own.
    pub accent: Option<Rgb>,
    /// Its shows are planned in the local time there. `None`: nobody has chosen one.
    pub zone: Option<Zone>,
    pub published_at: Option<Millis>,
    /// Closed by its owner: it is not published, and its links say so.
    pub closed_at: Option<Millis>,
    pub created_at: Millis,
}

/// What an experience is. It is chosen when the experience is created, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExperienceKind {
    /// A live show: its streams take place one after another.
    Show,
    /// Formatted texts with pictures, the newest first.
    Posts,
    /// A standing chat room with members.
    Community,
    /// Files that people download.
    Files,
}

impl ExperienceKind {
    pub const ALL: [Self; 4] = [Self::Show, Self::Posts, Self::Community, Self::Files];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Posts => "posts",
            Self::Community => "community",
            Self::Files => "files",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Only shows have streams.
    pub const fn has_streams(self) -> bool {
        matches!(self, Self::Show)
    }

    /// Whether people talk there.
    pub const fn has_chat(self) -> bool {
        matches!(self, Self::Show | Self::Community)
    }
}

/// A place in a space that passes open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experience {
    pub id: ExperienceId,
    pub space: SpaceId,
    pub kind: ExperienceKind,
    pub slug: String,
    pub title: String,
    pub about: String,
    pub position: i64,
}

/// A price of a pass. It is never changed, only replaced: orders keep the price that they were opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub id: PriceId,
    pub kind: PriceKind,
}

/// How a pass is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceKind {
    Free,
    Once(Money),
}

impl PriceKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Once(_) => "once",
        }
    }

    /// What it costs in minor units: prices are compared by this.
    pub const fn minor(self) -> i64 {
        match self {
            Self::Free => 0,
            Self::Once(money) => money.minor,
        }
    }
}

/// A pass that people buy or take for free. It opens exactly the experiences that it includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    pub id: PassId,
    pub space: SpaceId,
    pub slug: String,
    pub title: String,
    /// One benefit per line.
    pub about: String,
    /// The current price.
    pub price: Price,
    /// Lower comes first; the first pass is preselected.
    pub position: i64,
    pub includes: Vec<ExperienceId>,
    /// Experiences that it no longer includes, with the time of their removal. People who held it then keep them.
    pub included_until: Vec<(ExperienceId, Millis)>,
    /// When it was withdrawn from sale; holders keep it.
    pub withdrawn_at: Option<Millis>,
}

/// Why a person cannot have a pass now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOffered {
    /// Members of the team need no pass.
    #[error("it is their own space")]
    Team,
    #[error("they are banned from the space")]
    Banned,
    /// It was withdrawn, opens nothing, or its space is not public.
    #[error("it is not offered")]
    Withdrawn,
}

impl Pass {
    /// Whether it can be taken or bought: it was not withdrawn, and it opens something.
    pub fn is_offered(&self) -> bool {
        self.withdrawn_at.is_none() && !self.includes.is_empty()
    }

    pub fn opens(&self, experience: ExperienceId) -> bool {
        self.includes.contains(&experience)
    }

    /// Whether it opens the experience for a person who has held it since `since`; what was removed later stays open to
    /// them.
    pub fn opens_since(&self, experience: ExperienceId, since: Millis) -> bool {
        self.opens(experience)
            || self.included_until.iter().any(|(included, until)| *included == experience && since <= *until)
    }
}
