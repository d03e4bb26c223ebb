//! What is on the market, and who waits there, as constants.

use super::super::seeds::{Ticket, once};
use super::{Gift, PrintedCode, Special, SpecialQuestion, SpecialTerms, Waiting};
use domain::{
    amount::{
        Currency::{Eur, Gbp, Jpy, Usd},
        Money,
    },
    catalogue::offer::PriceKind,
    money::{
        asking::AskKind, billing::Interval, buying::chosen::ChosenPrice, recurring::plan::Plan,
        selling::Waitlist,
    },
    waitlist::entry::WaitlistDecision,
};

/// Sold to whoever wants it, as long as it is there.
const PLAIN: SpecialTerms = SpecialTerms {
    stock: None,
    hidden: false,
    opens_in: None,
    closes_in: None,
    lasts: None,
    waitlist: Waitlist::Off,
};

/// By the month or by the year, in minor units of euros, with a week before the first charge.
const fn by_the_month(month: i64, year: i64) -> PriceKind {
    let plan = Plan::of(Money { minor: month, currency: Eur }, Interval::Month);
    PriceKind::Recurring(Plan { yearly: Some(year), trial_days: Some(7), ..plan })
}

const fn ask(kind: AskKind, words: &'static str, required: bool) -> SpecialQuestion {
    SpecialQuestion { kind, words, required, options: &[] }
}

/// In so many months, in minor units of dollars.
const fn in_instalments(month: i64, times: i64) -> PriceKind {
    let plan = Plan::of(Money { minor: month, currency: Usd }, Interval::Month);
    PriceKind::Recurring(Plan { instalments: Some(times), ..plan })
}

pub static SPECIALS: [Special; 9] = [
    Special {
        days_ago: 30,
        space: "slow-clay",
        ticket: Ticket {
            slug: "round-the-year",
            title: "Round the year",
            about: "Every hour on the wheel\nEvery kiln, from the first brick to the last shard\nThe recipes as they change",
            price: by_the_month(600, 6000),
            opens: &[0, 1, 2],
        },
        terms: PLAIN,
        questions: &[],
    },
    Special {
        days_ago: 28,
        space: "hanas-table",
        ticket: Ticket {
            slug: "pickle-kit",
            title: "Pickle kit",
            about: "A jar, a stone and a letter by post\nThe pickle club, for as long as the jar lasts",
            price: once(2800, Jpy),
            opens: &[1],
        },
        terms: SpecialTerms { stock: Some(12), lasts: Some(180), ..PLAIN },
        questions: &[
            ask(AskKind::Line, "What do you not eat?", false),
            SpecialQuestion {
                kind: AskKind::Choice,
                words: "Which jar?",
                required: true,
                options: &["Half a litre", "One litre"],
            },
        ],
    },
    Special {
        days_ago: 27,
        space: "night-build",
        ticket: Ticket {
            slug: "first-batch",
            title: "First batch of boards",
            about: "One of five boards, soldered by hand\nEverything on the bench and in the notebook",
            price: once(3500, Usd),
            opens: &[0, 1, 2, 3],
        },
        terms: SpecialTerms { stock: Some(5), closes_in: Some(-4), ..PLAIN },
        questions: &[],
    },
    Special {
        days_ago: 26,
        space: "long-question",
        ticket: Ticket {
            slug: "seminar",
            title: "The small seminar",
            about: "Eight people, one book, ten weeks\nSunday table and the reading chair",
            price: once(2500, Eur),
            opens: &[0, 1],
        },
        terms: SpecialTerms { stock: Some(8), waitlist: Waitlist::Apply, ..PLAIN },
        questions: &[
            ask(AskKind::Text, "Which question do you come back to?", true),
            ask(AskKind::Line, "What have you read last?", false),
        ],
    },
    Special {
        days_ago: 25,
        space: "one-line",
        ticket: Ticket {
            slug: "friends-of-the-line",
            title: "Friends of the line",
            about: "Everything, for those who were told\nA postcard a year",
            price: once(2000, Eur),
            opens: &[0, 1],
        },
        terms: SpecialTerms { hidden: true, ..PLAIN },
        questions: &[],
    },
    Special {
        days_ago: 20,
        space: "corner-table",
        ticket: Ticket {
            slug: "table-for-four",
            title: "Table for four",
            about: "Four seats at the table itself, and your own pieces",
            price: once(300, Eur),
            opens: &[0],
        },
        terms: SpecialTerms { stock: Some(4), waitlist: Waitlist::Queue, ..PLAIN },
        questions: &[],
    },
    Special {
        days_ago: 18,
        space: "night-build",
        ticket: Ticket {
            slug: "second-batch",
            title: "Second batch of boards",
            about: "The next board, paid in three months\nEverything on the bench and in the notebook",
            price: in_instalments(2000, 3),
            opens: &[0, 1, 2, 3],
        },
        terms: PLAIN,
        questions: &[],
    },
    Special {
        days_ago: 14,
        space: "seven-minutes",
        ticket: Ticket {
            slug: "what-it-is-worth",
            title: "What it is worth",
            about: "Every desk break, at your own price",
            price: PriceKind::Chosen(ChosenPrice {
                least: Money { minor: 200, currency: Gbp },
                suggested: Some(400),
            }),
            opens: &[0],
        },
        terms: PLAIN,
        questions: &[],
    },
    Special {
        days_ago: 3,
        space: "sea-school",
        ticket: Ticket {
            slug: "spring-crossing",
            title: "Spring crossing",
            about: "A second course, with a real horizon\nAll evenings of the first",
            price: once(6400, Eur),
            opens: &[0],
        },
        terms: SpecialTerms { stock: Some(30), opens_in: Some(6), closes_in: Some(40), ..PLAIN },
        questions: &[],
    },
];

pub static CODES: [PrintedCode; 1] =
    [PrintedCode { days_ago: 15, space: "slow-clay", code: "KILN20", percent: 20, uses: 50 }];

pub static GIFTS: [Gift; 2] = [
    Gift { days_ago: 9, space: "slow-clay", pass: "kiln-shelf", to: "hugo" },
    Gift { days_ago: 6, space: "slow-clay", pass: "round-the-year", to: "the-kiln-paper" },
];

const fn applies(
    days_ago: i64,
    who: &'static str,
    answers: &'static [&'static str],
    decided: Option<(i64, WaitlistDecision)>,
) -> Waiting {
    Waiting { days_ago, who, space: "long-question", pass: "seminar", answers, decided }
}

const fn queues(days_ago: i64, who: &'static str) -> Waiting {
    Waiting { days_ago, who, space: "corner-table", pass: "table-for-four", answers: &[], decided: None }
}

pub static WAITING: [Waiting; 8] = [
    applies(
        10,
        "joon",
        &["Whether a promise to the dead binds.", "Ginzburg"],
        Some((1, WaitlistDecision::Approve)),
    ),
    applies(9, "mina", &["Is it one question or many?", ""], Some((1, WaitlistDecision::Reject))),
    applies(
        8,
        "kaja",
        &["Why we forgive some and not others.", "Arendt, twice"],
        Some((1, WaitlistDecision::Approve)),
    ),
    applies(5, "bea", &["When is something finished?", "A manual for glazes"], None),
    applies(3, "isla", &["What tiredness is for.", ""], None),
    applies(2, "hugo", &["Do tools know things?", "Sennett"], None),
    queues(5, "mina"),
    queues(4, "dora"),
];
