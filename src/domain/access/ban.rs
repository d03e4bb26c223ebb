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

#[cfg(test)]
mod tests {
    use super::*;

    fn ban(account: AccountId, kind: BanKind, until: Option<i64>) -> Ban {
        Ban {
            id: BanId::new(),
            space: SpaceId::new(),
            account,
            name: "Ann".into(),
            kind,
            by: AccountId::new(),
            reason: String::new(),
            created_at: Millis(0),
            until: until.map(Millis),
            lifted_at: None,
        }
    }

    fn in_force(bans: &Bans, now: i64) -> Vec<BanId> {
        let mut ids: Vec<_> = bans.in_force(Millis(now)).map(|ban| ban.id).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_reason_is_one_line_of_bounded_length() {
        assert_eq!(reason("  Spam,\n again "), Ok("Spam, again".into()));
        assert_eq!(reason(""), Ok(String::new()));
        assert_eq!(reason(&"x".repeat(LONGEST_REASON)), Ok("x".repeat(LONGEST_REASON)));
        assert!(reason(&"x".repeat(LONGEST_REASON + 1)).is_err());
    }

    #[test]
    fn a_room_knows_who_is_kept_out_of_it_and_until_when() {
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let mute = ban(ann, BanKind::Mute, Some(20));
        let (short, long) = (ban(ann, BanKind::Ban, Some(10)), ban(ann, BanKind::Ban, None));
        let other = ban(ben, BanKind::Mute, Some(30));
        let bans = Bans::new([&mute, &short, &long, &other].map(Ban::clone));
        for (now, ids) in [
            (9, vec![mute.id, short.id, long.id, other.id]),
            (10, vec![mute.id, long.id, other.id]),
            (29, vec![long.id, other.id]),
            (30, vec![long.id]),
        ] {
            let mut want = ids;
            want.sort_unstable();
            assert_eq!(in_force(&bans, now), want, "{now}");
        }
        assert_eq!(bans.latest(ann, BanKind::Ban, Millis(9)), Some(&long));
        assert_eq!(bans.latest(ben, BanKind::Ban, Millis(9)), None);
    }

    #[test]
    fn what_is_lifted_is_gone_and_nothing_else() {
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let (mute, kept) = (ban(ann, BanKind::Mute, None), ban(ann, BanKind::Ban, None));
        let other = ban(ben, BanKind::Mute, None);
        let mut bans = Bans::new([&mute, &kept, &other].map(Ban::clone));
        bans.lift(mute.id);
        assert_eq!([mute.id, kept.id, other.id].map(|id| bans.get(id).is_some()), [false, true, true]);
        bans.lift(BanId::new());
        assert_eq!(in_force(&bans, 1).len(), 2, "there was no such ban");
    }

    #[test]
    fn a_change_takes_the_place_of_what_it_changes_and_of_what_has_ended() {
        let ann = AccountId::new();
        let (ended, mute) = (ban(ann, BanKind::Mute, Some(10)), ban(ann, BanKind::Mute, Some(20)));
        let changed = Ban { created_at: Millis(15), until: Some(Millis(90)), ..mute.clone() };
        let bans = Bans::new([&ended, &mute, &changed].map(Ban::clone));
        assert_eq!(in_force(&bans, 16), [mute.id], "once");
        assert_eq!((bans.get(mute.id), bans.get(ended.id)), (Some(&changed), None));
    }
}
