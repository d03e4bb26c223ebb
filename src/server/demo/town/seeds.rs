//! What a creator of the town has, as constants.

use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::{ExperienceKind, PriceKind},
        topics::Category,
    },
};
use jiff::civil::Weekday;

pub struct Creator {
    pub username: &'static str,
    pub name: &'static str,
    pub bio: &'static str,
    /// Days since they came.
    pub since: i64,
    pub space: SpaceSeed,
    pub rooms: &'static [ExperienceSeed],
    pub tickets: &'static [Ticket],
    pub shows: &'static [Show],
    /// Shows that are over, the oldest first.
    pub over: &'static [PastShow],
}

/// A space.
pub struct SpaceSeed {
    pub slug: &'static str,
    pub name: &'static str,
    pub tagline: &'static str,
    pub about: &'static str,
    pub category: Category,
    pub tags: &'static [&'static str],
    pub zone: &'static str,
}

/// An experience.
pub struct ExperienceSeed {
    pub kind: ExperienceKind,
    pub slug: &'static str,
    pub title: &'static str,
    pub about: &'static str,
}

/// A pass.
pub struct Ticket {
    pub slug: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    pub price: PriceKind,
    /// Places in [`Creator::rooms`].
    pub opens: &'static [usize],
}

/// A planned show, or a series of them.
pub struct Show {
    /// Its place in [`Creator::rooms`].
    pub room: usize,
    pub title: &'static str,
    pub when: ShowTime,
}

pub enum ShowTime {
    /// In this many minutes.
    Soon(i64),
    /// In this many days, at a local time.
    Day(i64, &'static str),
    /// Each week, so many times.
    Weekly(Weekday, &'static str, usize),
}

/// A show that is over.
pub struct PastShow {
    /// Its place in [`Creator::rooms`].
    pub room: usize,
    pub title: &'static str,
    pub days_ago: i64,
    /// The local hour at which it began.
    pub hour: i8,
    pub minutes: i64,
    /// It has a replay.
    pub recorded: bool,
    /// Who wrote what; an empty name is the host's.
    pub chat: &'static [(&'static str, &'static str)],
}

/// The address by which a person of the town signs in.
pub fn address(username: &str) -> String {
    format!("{username}@demo.example")
}

pub const FREE: PriceKind = PriceKind::Free;

/// A price in minor units.
pub const fn once(minor: i64, currency: Currency) -> PriceKind {
    PriceKind::Once(Money { minor, currency })
}
