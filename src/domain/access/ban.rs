//! Bans and mutes. One made on a stream applies to its whole space.

use crate::{
    access::admit,
    id::*,
    text::{self, TextError},
    time::{Millis, Span},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BanKind {
    /// No access to the space.
    Ban,
    /// May watch but not write.
    Mute,
}

impl BanKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ban => "ban",
            Self::Mute => "mute",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ban, Self::Mute].into_iter().find(|k| k.code() == code)
    }
}

/// A ban or mute as stored. It is lifted, never deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    pub id: BanId,
    pub space: SpaceId,
    pub account: AccountId,
    /// The person's name at the time of the ban, for lists.
    pub name: String,
    pub kind: BanKind,
    pub by: AccountId,
    pub reason: String,
    pub created_at: Millis,
    /// `None`: until lifted. The end is exclusive.
    pub until: Option<Millis>,
    pub lifted_at: Option<Millis>,
}

impl Ban {
    pub fn holds_at(&self, now: Millis) -> bool {
        self.lifted_at.is_none() && self.until.is_none_or(|end| now < end)
    }
}

/// Somebody whom a space keeps out now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptOut {
    /// `None`: until the ban is lifted.
    pub until: Option<Millis>,
}

/// Stands for the end of a ban that has none.
pub const NEVER: Millis = Millis(i64::MAX);

impl KeptOut {
    /// By the end of their ban that ends last, if there is one. The end is exclusive.
    pub fn by(end: Option<Millis>, now: Millis) -> Option<Self> {
        let end = end.filter(|end| now < *end)?;
        Some(Self { until: (end < NEVER).then_some(end) })
    }
}

/// A timed mute or ban lasts 10 seconds to 14 days (as on Twitch).
pub const SHORTEST: Span = Span::secs(10);
pub const LONGEST: Span = Span::days(14);

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 200;

/// A reason, which may be empty, as one clean line.
pub fn reason(typed: &str) -> Result<String, TextError> {
    text::line(typed, 0..=LONGEST_REASON)
}

/// Whether a timed ban or mute may last this long.
pub fn may_last(span: Span) -> bool {
    (SHORTEST..=LONGEST).contains(&span)
}

/// The bans and mutes of one space, as a room keeps them in memory.
#[derive(Clone, Debug, Default)]
pub struct Bans(HashMap<AccountId, Vec<Ban>>);

impl Bans {
    pub fn new(bans: impl IntoIterator<Item = Ban>) -> Self {
        let mut all = Self::default();
        bans.into_iter().for_each(|ban| all.add(ban));
        all
    }

    /// Also removes those of the same person that have ended.
    pub fn add(&mut self, ban: Ban) {
        let of_person = self.0.entry(ban.account).or_default();
        of_person.retain(|old| old.id != ban.id && old.holds_at(ban.created_at));
        of_person.push(ban);
    }

    pub fn lift(&mut self, id: BanId) {
        self.0.retain(|_, of_person| {
            of_person.retain(|ban| ban.id != id);
            !of_person.is_empty()
        });
    }

    pub fn get(&self, id: BanId) -> Option<&Ban> {
        self.0.values().flatten().find(|ban| ban.id == id)
    }

    /// The ban or mute of this person in force at `now` that ends last.
    pub fn latest(&self, account: AccountId, kind: BanKind, now: Millis) -> Option<&Ban> {
        admit::latest(self.0.get(&account)?, kind, now)
    }

    pub fn in_force(&self, now: Millis) -> impl Iterator<Item = &Ban> {
        self.0.values().flatten().filter(move |ban| ban.holds_at(now))
    }
}
