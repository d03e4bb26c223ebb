//! Those who are up early: a cook, and a teacher of short movement breaks.

use super::super::seeds::{Creator, ExperienceSeed, FREE, PastShow, Show, ShowTime, SpaceSeed, Ticket, once};
use domain::{
    amount::Currency::{Gbp, Jpy},
    catalogue::{offer::ExperienceKind, topics::Category},
};
use jiff::civil::Weekday;

pub const TABLE: Creator = Creator {
    username: "hana",
    name: "Hana Mori",
    bio: "Cooks for eight at a table for six.",
    since: 47,
    space: SpaceSeed {
        slug: "hanas-table",
        name: "Hana’s Table",
        tagline: "Weeknight cooking from a small Tokyo kitchen",
        about: "One pot, one pan, forty minutes. The list of what you need is on the page the day before, so you can cook along or just watch and get hungry.\n\nNothing here needs a special shop.",
        category: Category::Cooking,
        tags: &["japanese", "weeknight", "vegetarian"],
        zone: "Asia/Tokyo",
    },
    rooms: &[
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "cook-along",
            title: "Cook along",
            about: "Forty minutes from an empty pan to the table.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "pickle-club",
            title: "Pickle club",
            about: "Once a month: radish, cabbage, patience.",
        },
    ],
    tickets: &[
        Ticket {
            slug: "place-at-the-table",
            title: "A place at the table",
            about: "Every cook along\nThe shopping list the day before\nThe pickle club",
            price: once(1500, Jpy),
            opens: &[0, 1],
        },
        Ticket {
            slug: "taste",
            title: "A taste",
            about: "The pickle club, to see if you like it here",
            price: FREE,
            opens: &[1],
        },
    ],
    shows: &[
        Show {
            room: 0,
            title: "Rice, egg and whatever is left",
            when: ShowTime::Weekly(Weekday::Thursday, "20:00", 6),
        },
        Show { room: 1, title: "Pickle club: daikon", when: ShowTime::Day(9, "14:00") },
    ],
    over: &[PastShow {
        room: 1,
        title: "Pickle club: the first jar",
        days_ago: 21,
        hour: 20,
        minutes: 49,
        recorded: false,
        chat: &[
            ("", "Two per cent salt, by weight. Please weigh it, do not guess."),
            ("farid", "I guessed. It is soup now."),
            ("hugo", "Which lid do you use?"),
            ("", "Any lid, but not tight. It has to breathe out."),
        ],
    }],
};

pub const SEVEN: Creator = Creator {
    username: "amara",
    name: "Amara Obi",
    bio: "Physiotherapist. Believes in small things done often.",
    since: 29,
    space: SpaceSeed {
        slug: "seven-minutes",
        name: "Seven Minutes",
        tagline: "Stand up, move, sit down again",
        about: "For people who sit all day. Seven minutes, in your clothes, next to your desk. No mat, no music, nobody looks at you.\n\nAsk me before you join if something hurts.",
        category: Category::Movement,
        tags: &["stretching", "office", "back-care"],
        zone: "Africa/Lagos",
    },
    rooms: &[ExperienceSeed {
        kind: ExperienceKind::Show,
        slug: "desk-break",
        title: "Desk break",
        about: "Seven minutes, and back to work.",
    }],
    tickets: &[
        Ticket { slug: "join-in", title: "Join in", about: "Every desk break", price: FREE, opens: &[0] },
        Ticket {
            slug: "supporter",
            title: "Supporter",
            about: "Every desk break\nPays for somebody who cannot",
            price: once(500, Gbp),
            opens: &[0],
        },
    ],
    shows: &[
        Show { room: 0, title: "Monday shoulders", when: ShowTime::Weekly(Weekday::Monday, "10:30", 8) },
        Show { room: 0, title: "Wednesday hips", when: ShowTime::Weekly(Weekday::Wednesday, "10:30", 8) },
    ],
    over: &[PastShow {
        room: 0,
        title: "Neck and jaw",
        days_ago: 3,
        hour: 10,
        minutes: 9,
        recorded: false,
        chat: &[
            ("", "Shoulders away from the ears. Yes, you."),
            ("isla", "how did you know"),
            ("joon", "that click was loud"),
        ],
    }],
};
