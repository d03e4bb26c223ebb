//! Those who talk and play: a philosopher, and a keeper of board games.

use super::super::seeds::{Creator, ExperienceSeed, FREE, PastShow, Show, ShowTime, SpaceSeed, Ticket, once};
use domain::{
    amount::Currency::Eur,
    catalogue::{offer::ExperienceKind, topics::Category},
};
use jiff::civil::Weekday;

pub const QUESTION: Creator = Creator {
    username: "ruth",
    name: "Ruth Kellner",
    bio: "Taught philosophy for thirty years. Still not sure.",
    since: 58,
    space: SpaceSeed {
        slug: "long-question",
        name: "The Long Question",
        tagline: "One question, ninety minutes, no answer",
        about: "Each Sunday we take one question and stay with it: What do we owe the dead? Is it wrong to be bored? Anybody may speak, and nobody has to have read anything.\n\nThe rule of the house: before you disagree, say what you think the other one meant.",
        category: Category::Talk,
        tags: &["philosophy", "conversation", "books"],
        zone: "Europe/Vienna",
    },
    rooms: &[
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "sunday-table",
            title: "Sunday table",
            about: "Ninety minutes with one question.",
        },
        ExperienceSeed {
            kind: ExperienceKind::Show,
            slug: "reading-chair",
            title: "Reading chair",
            about: "A short text, read aloud and talked over.",
        },
    ],
    tickets: &[
        Ticket {
            slug: "listener",
            title: "Listener",
            about: "The Sunday table\nWrite in the chat",
            price: FREE,
            opens: &[0],
        },
        Ticket {
            slug: "chair",
            title: "A chair of your own",
            about: "The Sunday table\nThe reading chair\nPropose a question",
            price: once(1000, Eur),
            opens: &[0, 1],
        },
    ],
    shows: &[
        Show {
            room: 0,
            title: "Is it wrong to be bored?",
            when: ShowTime::Weekly(Weekday::Sunday, "17:00", 6),
        },
        Show { room: 1, title: "Reading chair: letters from prison", when: ShowTime::Day(12, "20:15") },
    ],
    over: &[PastShow {
        room: 0,
        title: "What do we owe the dead?",
        days_ago: 15,
        hour: 17,
        minutes: 91,
        recorded: false,
        chat: &[
            ("", "Welcome. Begin with a person, not with a principle."),
            ("kaja", "My grandmother's garden. I sold it. Was that allowed?"),
            ("luca", "She would want you to have the money, no?"),
            ("kaja", "You did not know her :)"),
            ("", "That is exactly the question. Thank you both."),
        ],
    }],
};

pub const CORNER: Creator = Creator {
    username: "tomas",
    name: "Tomas Lindqvist",
    bio: "Owns 340 board games and one table.",
    since: 24,
    space: SpaceSeed {
        slug: "corner-table",
        name: "Corner Table",
        tagline: "Board games, explained before they are played",
        about: "I explain one game in ten minutes, then we play it with four people from the chat. You vote for the move of the fifth.\n\nNo shouting, no timers.",
        category: Category::Games,
        tags: &["board-games", "strategy", "family"],
        zone: "Europe/Stockholm",
    },
    rooms: &[ExperienceSeed {
        kind: ExperienceKind::Show,
        slug: "game-night",
        title: "Game night",
        about: "Rules first, then four players.",
    }],
    tickets: &[Ticket {
        slug: "fifth-player",
        title: "The fifth player",
        about: "Every game night\nVote for the fifth player’s move",
        price: once(600, Eur),
        opens: &[0],
    }],
    shows: &[Show { room: 0, title: "Game night", when: ShowTime::Weekly(Weekday::Friday, "20:30", 5) }],
    over: &[PastShow {
        room: 0,
        title: "Game night: sheep for wood",
        days_ago: 8,
        hour: 20,
        minutes: 118,
        recorded: false,
        chat: &[
            ("", "Nobody trades with the leader tonight. House rule."),
            ("mina", "Who is the leader?"),
            ("", "That is the game."),
        ],
    }],
};
