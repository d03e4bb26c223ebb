//! Those who make things: a potter, who is on air, and an illustrator.

use super::super::seeds::{Creator, ExperienceSeed, FREE, PastShow, Show, ShowTime, SpaceSeed, Ticket, once};
use domain::{
    amount::Currency::Eur,
    catalogue::{offer::ExperienceKind, topics::Category},
};
use jiff::civil::Weekday;

pub const CLAY: Creator = Creator {
    username: "jonas",
    name: "Jonas Brandt",
    bio: "Potter. Two wheels, one kiln, a yard with too many cats.",
    since: 52,
    space: SpaceSeed {
        slug: "slow-clay",
        name: "Slow Clay",
        tagline: "Bowls from a lump, one at a time",
        about: "I throw three evenings a week and leave the camera on. You see the whole pot, the ones that fall over included.\n\nAsk about clay, glaze and firing at any time. I answer when my hands allow it.",
        category: Category::Craft,
        tags: &["pottery", "ceramics", "handmade"],
        zone: "Europe/Berlin",
    },
    rooms: &[
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "wheel-hours",
            title: "Wheel hours",
            about: "The wheel, the clay and whatever comes of it.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "kiln-notes",
            title: "Kiln notes",
            about: "Opening the kiln, with the recipe of each glaze.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Files,
            slug: "glaze-recipes",
            title: "Glaze recipes",
            about: "To keep, to try and to spoil.",
        },
    ],
    tickets: &[
        Ticket {
            slug: "stool",
            title: "A stool by the wheel",
            about: "Wheel hours, as often as you like\nThe chat",
            price: FREE,
            opens: &[0],
        },
        Ticket {
            slug: "kiln-shelf",
            title: "Kiln shelf",
            about: "Wheel hours\nEvery kiln opening\nGlaze recipes to keep",
            price: once(1800, Eur),
            opens: &[0, 1, 2],
        },
    ],
    shows: &[
        Show { room: 0, title: "Evening on the wheel", when: ShowTime::Weekly(Weekday::Tuesday, "19:00", 6) },
        Show { room: 1, title: "Opening the autumn kiln", when: ShowTime::Day(4, "16:30") },
    ],
    over: &[
        PastShow {
            room: 0,
            title: "Centring, again and again",
            days_ago: 15,
            hour: 19,
            minutes: 75,
            recorded: false,
            chat: &[
                ("", "Good evening. Tonight only centring, no bowls. I mean it this time."),
                ("bea", "you said that last week too"),
                ("cem", "How wet should the clay be before the first pull?"),
                ("", "Wet hands, dry clay. If it shines it is too wet."),
                ("dora", "that one sentence fixed two months of wobble, thank you"),
            ],
        },
        PastShow {
            room: 0,
            title: "Handles that do not crack",
            days_ago: 8,
            hour: 19,
            minutes: 62,
            recorded: false,
            chat: &[
                ("", "Score, slip, and then leave it alone. That is the whole secret."),
                ("elif", "How long do you leave it under plastic?"),
                ("", "Two days. Three when it rains."),
                ("dex", "BUY FOLLOWERS CHEAP link in my profile"),
                ("bea", "well, that was quick"),
            ],
        },
        PastShow {
            room: 0,
            title: "One bowl, one minute",
            days_ago: 5,
            hour: 19,
            minutes: 1,
            recorded: true,
            chat: &[
                ("", "For those who asked how fast it goes: this fast, and it is not my best bowl."),
                ("dora", "I will watch this ten times"),
            ],
        },
    ],
};

pub const LINE: Creator = Creator {
    username: "ines",
    name: "Inés Robles",
    bio: "I draw people on trains, with their backs to me.",
    since: 33,
    space: SpaceSeed {
        slug: "one-line",
        name: "One Line a Day",
        tagline: "Ten minutes of drawing, badly and every day",
        about: "Bring a pen and the back of an envelope. We draw one thing in ten minutes, and nobody has to show theirs.\n\nOn Saturdays we take an hour and do it properly.",
        category: Category::Drawing,
        tags: &["sketching", "ink", "beginners"],
        zone: "America/Mexico_City",
    },
    rooms: &[
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "ten-minutes",
            title: "Ten minutes",
            about: "One object, one pen, no rubber.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "saturday-page",
            title: "Saturday page",
            about: "An hour for one whole page.",
        },
    ],
    tickets: &[
        Ticket {
            slug: "envelope",
            title: "Back of an envelope",
            about: "The ten minutes, every day",
            price: FREE,
            opens: &[0],
        },
        Ticket {
            slug: "sketchbook",
            title: "Sketchbook",
            about: "The ten minutes\nEvery Saturday page\nQuestions about your own drawings",
            price: once(900, Eur),
            opens: &[0, 1],
        },
    ],
    shows: &[
        Show { room: 0, title: "Ten minutes: something on your desk", when: ShowTime::Day(1, "08:00") },
        Show { room: 1, title: "Saturday page", when: ShowTime::Weekly(Weekday::Saturday, "11:00", 8) },
    ],
    over: &[PastShow {
        room: 1,
        title: "Saturday page: hands",
        days_ago: 8,
        hour: 11,
        minutes: 58,
        recorded: false,
        chat: &[
            ("", "Draw the gaps between the fingers, not the fingers."),
            ("greta", "my hand looks like a fork and I am happy"),
            ("", "A very good fork."),
        ],
    }],
};
