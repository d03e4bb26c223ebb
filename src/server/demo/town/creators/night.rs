//! Those who are awake at night: a programmer, who begins soon, and a teacher of the stars.

use super::super::seeds::{Creator, ExperienceSeed, FREE, PastShow, Show, ShowTime, SpaceSeed, Ticket, once};
use domain::{
    amount::Currency::{Eur, Usd},
    catalogue::{offer::ExperienceKind, topics::Category},
};
use jiff::civil::Weekday;

pub const BUILD: Creator = Creator {
    username: "noor",
    name: "Noor Haddad",
    bio: "Firmware by day, synthesizers by night.",
    since: 40,
    space: SpaceSeed {
        slug: "night-build",
        name: "Night Build",
        tagline: "A synthesizer from scratch, bug by bug",
        about: "I am writing the firmware of a small synthesizer in Rust and soldering it at the same time. Nothing is prepared. When it works you hear it, and when it does not you hear that, too.\n\nThe code is open. Point out my mistakes; there is a jar for them.",
        category: Category::Code,
        tags: &["rust", "synth", "embedded", "electronics"],
        zone: "America/Toronto",
    },
    rooms: &[
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "bench",
            title: "The bench",
            about: "Code on the left, solder on the right.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "post-mortem",
            title: "Post-mortem",
            about: "What went wrong this week, and why.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Posts,
            slug: "notebook",
            title: "Notebook",
            about: "Schematics, measurements and second thoughts between two shows.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Community,
            slug: "workbench-talk",
            title: "Workbench talk",
            about: "For whoever solders along. Show what you built, also when it smokes.",
        },
    ],
    tickets: &[
        Ticket {
            slug: "lurker",
            title: "Lurker",
            about: "The bench\nThe chat, also between shows",
            price: FREE,
            opens: &[0, 3],
        },
        Ticket {
            slug: "bench-mate",
            title: "Bench mate",
            about: "The bench\nEvery post-mortem\nThe notebook, with board files before they are etched",
            price: once(1400, Usd),
            opens: &[0, 1, 2, 3],
        },
    ],
    shows: &[
        Show { room: 0, title: "The filter that sings when it should not", when: ShowTime::Soon(25) },
        Show { room: 1, title: "Post-mortem", when: ShowTime::Weekly(Weekday::Sunday, "21:00", 4) },
    ],
    over: &[
        PastShow {
            room: 0,
            title: "First sound",
            days_ago: 21,
            hour: 21,
            minutes: 133,
            recorded: false,
            chat: &[
                ("", "It made a noise. It is a bad noise, but it is ours."),
                ("mina", "clip that noise and sell it"),
                ("hugo", "Is the clock from the crystal or internal?"),
                ("", "Internal, and I already regret it."),
            ],
        },
        PastShow {
            room: 0,
            title: "Hunting a click",
            days_ago: 3,
            hour: 22,
            minutes: 104,
            recorded: false,
            chat: &[
                ("", "Every 47 seconds a click. Guesses, please."),
                ("bea", "a buffer that wraps?"),
                ("joon", "the fridge"),
                ("", "It was the fridge."),
            ],
        },
    ],
};

pub const STARS: Creator = Creator {
    username: "kofi",
    name: "Kofi Mensah",
    bio: "Sailed for nineteen years without looking at a screen.",
    since: 17,
    space: SpaceSeed {
        slug: "sea-school",
        name: "Sea School",
        tagline: "Find your way by stars, waves and birds",
        about: "A course in eight evenings. You need a clear sky, a piece of string and a bowl of water. At the end you can say where you are without asking a machine.\n\nMissed an evening? Each begins with what you need from the one before.",
        category: Category::Learning,
        tags: &["navigation", "astronomy", "sailing"],
        zone: "Africa/Accra",
    },
    rooms: &[ExperienceSeed {
        kind: ExperienceKind::Show,
        slug: "night-watch",
        title: "Night watch",
        about: "One evening of the course.",
    }],
    tickets: &[Ticket {
        slug: "deck",
        title: "On deck",
        about: "All eight evenings\nThe chart to print",
        price: once(4800, Eur),
        opens: &[0],
    }],
    shows: &[Show { room: 0, title: "Night watch", when: ShowTime::Weekly(Weekday::Wednesday, "20:00", 8) }],
    over: &[],
};
