//! Fixed sample data: people, spaces, passes and streams.

use domain::{
    access::{
        admit::Role,
        ban::{Ban, BanKind},
    },
    amount::{Currency, Money},
    catalogue::{
        offer::{Experience, ExperienceKind, Pass, Price, PriceKind, Space},
        topics::{Category, Topics},
    },
    chat::room::{ChatLine, JournalEntry, RoomChange},
    id::*,
    live::stream::{EndReason, Stream, StreamState},
    money::{
        buying::{cards::CardOrder, consent::TillConsent},
        checkout::{Checkout, PassTerms, Payment},
        selling::{Lasting, Selling},
    },
    people::account::Account,
    text::language::Language,
    time::{Millis, Span},
};
use std::str::FromStr;
use views::layout::{Me, PasskeyPlace, Shell};

/// A Friday evening, 2 January 2026, 20:14 UTC.
pub const NOW: Millis = Millis(1_767_384_840_000);

/// A deterministic identifier.
pub fn id<T: FromStr>(n: u64) -> T {
    let text = format!("{n:032x}");
    text.parse().unwrap_or_else(|_| panic!("{text} is an identifier"))
}

pub fn account(n: u64, name: &str) -> Account {
    let username = name.to_lowercase().replace(' ', "_");
    Account {
        id: id(n),
        email: format!("{username}@example.org"),
        username,
        name: name.into(),
        bio: String::new(),
        site: String::new(),
        avatar: None,
        operator: false,
        terms: 1,
        created_at: NOW,
        name_asked_at: Some(NOW),
    }
}

pub fn maya() -> Account {
    Account {
        bio: "I write songs on Fridays and let you listen while they are still wrong.\n\nLisbon, mostly."
            .into(),
        site: "https://mayalin.example/".into(),
        ..account(1, "Maya Lin")
    }
}

pub fn shell(path: &str, me: Option<&Account>) -> Shell {
    Shell {
        asset,
        public_url: "https://backstage.example".into(),
        path: path.into(),
        terms: None,
        me: me.map(Me::from),
        local: true,
        passkeys: PasskeyPlace::Here,
        notice: None,
    }
}

/// Relative, so that the pages open from a folder.
fn asset(name: &str) -> &'static str {
    Box::leak(format!("static/{name}").into_boxed_str())
}

pub fn space() -> Space {
    Space {
        id: id(10),
        team: id(11),
        slug: "maya".into(),
        name: "Maya Lin".into(),
        tagline: "Songs in the making".into(),
        about: "Watch them get written, ask for the chords, vote for what goes on the record.".into(),
        topics: Topics { category: Some(Category::Music), tags: vec!["songwriting".into(), "lisbon".into()] },
        cover: None,
        cover_alt: String::new(),
        logo: None,
        accent: None,
        zone: None,
        published_at: Some(NOW),
        closed_at: None,
        created_at: NOW,
    }
}

pub fn experiences() -> Vec<Experience> {
    let one = |n, slug: &str, title: &str, about: &str| Experience {
        id: id(n),
        space: id(10),
        kind: ExperienceKind::Show,
        slug: slug.into(),
        title: title.into(),
        about: about.into(),
        position: 0,
    };
    vec![
        one(20, "friday-session", "Friday session", "New songs, first takes, every Friday at eight."),
        one(21, "rehearsal-room", "Rehearsal room", "The band, unpolished."),
    ]
}

fn pass(n: u64, slug: &str, title: &str, about: &str, price: PriceKind, includes: Vec<ExperienceId>) -> Pass {
    Pass {
        id: id(n),
        space: id(10),
        slug: slug.into(),
        title: title.into(),
        about: about.into(),
        price: Price { id: id(n), kind: price },
        position: 0,
        includes,
        included_until: Vec::new(),
        withdrawn_at: None,
        selling: Selling::default(),
        asked: Vec::new(),
        left: None,
    }
}

pub fn euros(minor: i64) -> Money {
    Money { minor, currency: Currency::Eur }
}

pub fn passes() -> Vec<Pass> {
    vec![
        pass(
            30,
            "front-row",
            "Front Row",
            "Every live session\nReplays for 30 days\nChat with Maya",
            PriceKind::Once(euros(1200)),
            vec![id(20), id(21)],
        ),
        pass(31, "lobby", "Lobby", "Chat between shows\nOne song a month", PriceKind::Free, vec![id(21)]),
        pass(
            32,
            "inner-circle",
            "Inner Circle",
            "Everything above\nCo-writing evenings, with your name in the credits if a line of yours stays",
            PriceKind::Once(euros(9050)),
            vec![],
        ),
    ]
}

pub fn stream(state: StreamState) -> Stream {
    let over = state == StreamState::Ended;
    Stream {
        id: id(40),
        room: id(41),
        space: id(10),
        experience: id(20),
        series: None,
        title: "Friday session: new songs, first takes".into(),
        state,
        version: 3,
        scheduled_at: Some(NOW + Span::hours(2)),
        started_at: (state.on_air() || over).then_some(NOW),
        grace_until: (state == StreamState::Interrupted).then(|| NOW + Span::minutes(4)),
        empty_since: None,
        ended_at: over.then(|| NOW + Span::hours(1)),
        end_reason: over.then_some(EndReason::Host),
        peak: 1284,
        count_hidden: false,
        recorded: Default::default(),
        clips_by_team: false,
        plane: None,
    }
}

/// `n` lines of a busy room.
pub fn lines(n: usize) -> Vec<JournalEntry> {
    let said = [
        (50, "tomas", Role::Viewer, "that bridge!! 🔥"),
        (51, "ines.k", Role::Viewer, "is this tuned to drop D?"),
        (1, "Maya Lin", Role::Host, "Drop C# on this one, capo on 2 for the next."),
        (52, "noor", Role::Viewer, ""),
        (
            2,
            "Ada",
            Role::Viewer,
            "hello from Porto, a longer line to see how the text wraps when somebody has a lot to say in one go",
        ),
        (
            53,
            "Jonas",
            Role::Moderator,
            "Chords are here: https://mayalin.example/chords?song=3&v=2 – be kind to the server",
        ),
        (54, "שירה", Role::Viewer, "שלום מתל אביב"),
        (52, "noor", Role::Viewer, "second set when? <script>alert('no')</script>"),
    ];
    (0..n)
        .map(|i| {
            let (author, name, role, body) = said[i % said.len()];
            let removed = body.is_empty();
            let line = ChatLine {
                author: id(author),
                name: name.into(),
                role,
                client: id(900 + i as u64),
                body: body.into(),
                removed,
            };
            JournalEntry {
                room: id(40),
                seq: i as u64 + 1,
                at: NOW + Span::secs(i as i64),
                change: RoomChange::Said(line),
            }
        })
        .collect()
}

pub fn ban(kind: BanKind) -> Ban {
    Ban {
        id: id(if kind == BanKind::Ban { 60 } else { 61 }),
        space: id(10),
        account: id(52),
        name: "noor".into(),
        kind,
        by: id(53),
        reason: if kind == BanKind::Ban { "advertising".into() } else { String::new() },
        created_at: NOW,
        until: (kind == BanKind::Mute).then(|| NOW + Span::minutes(10)),
        lifted_at: None,
    }
}

pub fn checkout(state: Payment) -> Checkout {
    Checkout {
        id: id(70),
        purchase: id(71),
        account: id(2),
        email: "ada@example.org".into(),
        space: id(10),
        pass: id(30),
        price: None,
        title: "Front Row".into(),
        amount: euros(1200),
        state,
        attempt: 1,
        request: None,
        provider_session: None,
        pay_url: None,
        client_secret: None,
        next_request: None,
        created_at: NOW,
        expires_at: NOW + Span::minutes(31),
        version: 0,
        ended: None,
        agreed: Some(3),
        consent: matches!(state, Payment::Paid | Payment::Processing).then_some(TillConsent {
            version: 2,
            shown: Some(Language::English),
            at: NOW,
        }),
        lasting: Lasting::Forever,
        discount: None,
        answers: Vec::new(),
        plan: None,
        card: CardOrder::default(),
        gift: None,
        guest: false,
        terms: PassTerms { price: Some(euros(1200)), published: true, ..PassTerms::default() },
    }
}
