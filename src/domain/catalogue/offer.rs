//! What a creator offers: spaces, the experiences in them, and the passes that open these.

use crate::{
    amount::Money,
    catalogue::{colour::Rgb, topics::Topics, zone::Zone},
    id::*,
    money::{
        asking::AskedQuestion,
        buying::chosen::ChosenPrice,
        recurring::plan::Plan,
        selling::{Availability, Selling},
    },
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
    /// Finished videos that people watch.
    Videos,
}

impl ExperienceKind {
    pub const ALL: [Self; 5] = [Self::Show, Self::Posts, Self::Community, Self::Files, Self::Videos];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Show => "show",
            Self::Posts => "posts",
            Self::Community => "community",
            Self::Files => "files",
            Self::Videos => "videos",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Only shows have streams.
    pub const fn has_streams(self) -> bool {
        matches!(self, Self::Show)
    }

    /// Whether files are sent there.
    pub const fn has_files(self) -> bool {
        matches!(self, Self::Files | Self::Videos)
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
    /// Once, as much as the buyer chooses.
    Chosen(ChosenPrice),
    /// Again and again, until the buyer ends it.
    Recurring(Plan),
}

impl PriceKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Once(_) => "once",
            Self::Chosen(_) => "chosen",
            Self::Recurring(_) => "recurring",
        }
    }

    /// What is charged: once, or each time. Of what the buyer chooses, the least.
    pub const fn money(self) -> Option<Money> {
        match self {
            Self::Free => None,
            Self::Once(money) => Some(money),
            Self::Chosen(price) => Some(price.least),
            Self::Recurring(plan) => Some(plan.amount),
        }
    }

    pub const fn plan(self) -> Option<Plan> {
        match self {
            Self::Recurring(plan) => Some(plan),
            Self::Free | Self::Once(_) | Self::Chosen(_) => None,
        }
    }

    /// The bounds of what the buyer chooses, if they choose.
    pub const fn chosen(self) -> Option<ChosenPrice> {
        match self {
            Self::Chosen(price) => Some(price),
            Self::Free | Self::Once(_) | Self::Recurring(_) => None,
        }
    }

    /// All that is paid for it, where that has an end; otherwise what is charged each time.
    pub fn whole(self) -> Option<Money> {
        self.plan().and_then(|plan| plan.total()).or(self.money())
    }

    /// What it costs in minor units: prices are compared by this. One in instalments by all of them.
    pub fn minor(self) -> i64 {
        self.whole().map_or(0, |money| money.minor)
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
    pub selling: Selling,
    /// What whoever gets it is asked.
    pub asked: Vec<AskedQuestion>,
    /// How many of its stock were left when this was read; below zero if the stock was made smaller.
    pub left: Option<i64>,
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
    #[error("it is sold out")]
    SoldOut,
    #[error("it is not sold yet")]
    NotYet(Millis),
    #[error("it is not sold any more")]
    Closed,
    /// Its team approves each person.
    #[error("its team has to approve it")]
    Approval,
}

impl Pass {
    /// Whether it can be taken or bought: it was not withdrawn, and it opens something.
    pub fn is_offered(&self) -> bool {
        self.withdrawn_at.is_none() && !self.includes.is_empty()
    }

    /// Whether pages list it. What is hidden is on offer all the same, to whoever has its link.
    pub fn is_listed(&self) -> bool {
        self.is_offered() && !self.selling.hidden
    }

    /// Whether it is sold at the moment, if it is on offer.
    pub fn sale(&self, now: Millis) -> Availability {
        self.selling.sale(self.left, now)
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

    /// All that it may open for somebody: what it includes, and what it included before. In the order of their ids.
    pub fn opens_for_some(&self) -> Vec<ExperienceId> {
        let before = self.included_until.iter().map(|(experience, _)| experience);
        let mut all: Vec<ExperienceId> = self.includes.iter().chain(before).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
