//! Somebody who has just come: a space that is open and has had no show yet.

use super::super::seeds::{Creator, ExperienceSeed, FREE, SpaceSeed, Ticket};
use domain::catalogue::{offer::ExperienceKind, topics::Category};

pub const DAWN: Creator = Creator {
    username: "ana",
    name: "Ana Whitcombe",
    bio: "Gets up before the birds.",
    since: 1,
    space: SpaceSeed {
        slug: "first-light",
        name: "First Light",
        tagline: "Listening to birds before breakfast",
        about: "A microphone in a hedge, a cup of tea, and the names of whoever sings. I am still finding a good hedge, so nothing is planned yet.",
        category: Category::Learning,
        tags: &["birds", "nature", "quiet"],
        zone: "Pacific/Auckland",
    },
    rooms: &[ExperienceSeed {
        kind: ExperienceKind::Show,
        slug: "the-hedge",
        title: "The hedge",
        about: "An hour from first light on.",
    }],
    tickets: &[Ticket {
        slug: "early-bird",
        title: "Early bird",
        about: "Every morning at the hedge",
        price: FREE,
        opens: &[0],
    }],
    shows: &[],
    over: &[],
};
