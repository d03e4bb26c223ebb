//! The people of a space, messages to holders, and figures.

use crate::sample::*;
use domain::{
    access::{ban::BanKind, grant::GrantSource},
    amount::{Currency, Money},
    audience::{
        curve::{Cohort, Membership, cohorts},
        days::LocalDay,
        figures::{CountedDay, DayFigures, DayMoney},
        letters::HolderMessage,
        members::{MemberSearch, MemberState},
    },
    catalogue::zone::Zone,
    money::asking::Answer,
    time::{Millis, Span},
    waitlist::entry::EntryState,
};
use maud::Markup;
use views::{
    audience::{
        figures::{self, FiguresPage, ShowRow},
        letters::{self, FORM, LetterDraft, LetterPreview, LettersPage, UnwantedSpace},
        mail::{HolderMail, to_holder},
        members::{self, HeldRow, MembersPage, PassChoice, SpaceMemberRow},
        person::{self, BanRow, PersonOrderRow, PersonPage, PlanRow, WaitRow},
        show::{self, ShowPage},
    },
    form::{Errors, FieldError},
    people::mails,
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = people();
    pages.extend(stories());
    pages.extend(written());
    pages.extend(counted());
    pages.extend(shown());
    pages
}

fn held(holds: bool, until: Option<Millis>, source: GrantSource, answers: &[Answer]) -> HeldRow<'_> {
    HeldRow { title: "Front Row", holds, until, source, answers }
}

fn people() -> Vec<(&'static str, Markup)> {
    let (maya, space) = (maya(), space());
    let (ada, jonas) = (account(2, "Ada"), account(53, "Jonas"));
    let answers = [Answer { question: "Which song?".into(), answer: "The first one".into() }];
    let row = |account, held| SpaceMemberRow {
        account,
        gone: false,
        banned: false,
        since: NOW,
        held,
        seen: Some(NOW),
        watched: Span::minutes(95),
        orders: 2,
    };
    let first = vec![
        held(true, None, GrantSource::Subscription, &answers),
        held(false, Some(NOW), GrantSource::Purchase, &[]),
    ];
    let second =
        vec![held(false, None, GrantSource::Free, &[]), held(true, Some(NOW), GrantSource::Comp, &[])];
    let rows = [
        row(&ada, first),
        SpaceMemberRow { gone: true, banned: true, seen: None, orders: 0, ..row(&jonas, second) },
    ];
    let shell = shell("/account/spaces/10/people", Some(&maya));
    let choices = [PassChoice { pass: id(20), title: "Front Row", people: 12 }];
    let (pass, state) = (Some(id(20)), Some(MemberState::Holds));
    let search = MemberSearch { words: "ad".into(), names_only: false, pass, state };
    let full = MembersPage {
        space: &space,
        addresses: true,
        holders: 1204,
        members: 1377,
        passes: &choices,
        search: &search,
        words: "Ad",
        rows: &rows,
        further: true,
        next: Some("1767384840000-0a"),
    };
    let none = MembersPage { rows: &[], further: false, next: None, ..full };
    let all = MemberSearch::default();
    let empty = MembersPage { holders: 0, members: 0, search: &all, words: "", ..none };
    vec![
        ("members", members::page(&shell, &full)),
        ("members-for-editors", members::page(&shell, &MembersPage { addresses: false, ..full })),
        ("members-not-found", members::page(&shell, &none)),
        ("members-empty", members::page(&shell, &empty)),
    ]
}

fn stories() -> Vec<(&'static str, Markup)> {
    let (maya, space, ada) = (maya(), space(), account(2, "Ada"));
    let shell = shell("/account/spaces/10/people/2/story", Some(&maya));
    let passes = [(id(20), held(true, Some(NOW), GrantSource::Purchase, &[]))];
    let order = |n, refunded| PersonOrderRow {
        id: id(n),
        number: Some(1042),
        title: "Front Row",
        amount: euros(1200),
        refunded: euros(refunded),
        at: NOW,
    };
    let orders = [order(71, 350), order(72, 0)];
    let plan = |ended_at| PlanRow { title: "Front Row", each: Some(euros(900)), period_end: NOW, ended_at };
    let wait = WaitRow { pass: id(20), title: "Front Row", state: EntryState::Line, since: NOW };
    let ban = |kind, lifted_at| BanRow { kind, reason: "spam", at: NOW, until: Some(NOW), lifted_at };
    let full = PersonPage {
        space: &space,
        account: &ada,
        addresses: true,
        gone: false,
        unwanted: Some(NOW),
        held: &passes,
        orders: Some(&orders),
        plans: &[plan(None), plan(Some(NOW))],
        waits: &[wait],
        bans: &[ban(BanKind::Ban, None), ban(BanKind::Mute, Some(NOW))],
        seen: Some(NOW),
        watched: Span::minutes(125),
        now: Millis(NOW.0 - 1),
    };
    let empty = PersonPage {
        gone: true,
        unwanted: None,
        held: &[],
        orders: Some(&[]),
        plans: &[],
        waits: &[],
        bans: &[],
        seen: None,
        watched: Span(0),
        ..full
    };
    vec![
        ("person", person::page(&shell, &full)),
        ("person-empty", person::page(&shell, &empty)),
        ("person-for-editors", person::page(&shell, &PersonPage { addresses: false, orders: None, ..full })),
    ]
}

fn written() -> Vec<(&'static str, Markup)> {
    let (maya, space, ada) = (maya(), space(), account(2, "Ada"));
    let own = shell("/account/spaces/10/messages", Some(&maya));
    let (subject, body) = ("Friday night", "Come early.\n\nBring a friend.");
    let message = HolderMessage {
        id: id(90),
        space: space.id,
        by: maya.id,
        subject: subject.into(),
        body: body.into(),
        people: 12,
        created_at: NOW,
    };
    let draft = LetterDraft { passes: vec![id(20)], subject: subject.into(), body: body.into() };
    let url = "https://backstage.example/maya";
    let told = HolderMail { space: &space.name, subject, body, url, stop: url };
    let mail = to_holder("", &told);
    let none = Errors::default();
    let wrong = Errors::one(FORM, FieldError::new("passes", views::t!("letters-choose")));
    let passes = [(id(20), "Front Row", 12), (id(21), "Lobby", 1)];
    let blank = LetterDraft::default();
    let full = LettersPage {
        space: &space,
        passes: &passes,
        draft: &blank,
        preview: None,
        sent: std::slice::from_ref(&message),
        errors: &none,
    };
    let preview = Some(LetterPreview { id: id(91), people: 12, mail: &mail });
    let page = |page: &LettersPage<'_>| letters::page(&own, page);
    let off = [UnwantedSpace { space: space.id, name: "Maya Lin", at: NOW }];
    let visitor = shell("", None);
    vec![
        ("letters", page(&full)),
        ("letters-empty", page(&LettersPage { passes: &[], sent: &[], ..full })),
        ("letters-refused", page(&LettersPage { draft: &draft, errors: &wrong, ..full })),
        ("letters-preview", page(&LettersPage { draft: &draft, preview, ..full })),
        ("letters-stop", letters::stop(&visitor, "Maya Lin", "/unsubscribe/space-1")),
        ("letters-stopped", letters::stopped(&visitor, "Maya Lin")),
        ("mails-off", mails::page(&shell(mails::PATH, Some(&ada)), &[], &letters::unwanted(&off))),
    ]
}

/// Days of November in which each figure moves.
fn days(count: i64) -> Vec<CountedDay> {
    let first: LocalDay = "2026-11-01".parse().expect("a day");
    let day = |n: i64| {
        let day = first.plus(n);
        let money =
            |currency, sold| DayMoney { currency, sold, refunded: 300, fees: sold / 10, own: sold - 300 };
        let figures = DayFigures {
            visitors: 40 + n % 7,
            lookers: 20 + n % 5,
            begun: 9,
            paid: 7,
            joined: 5,
            subscribed: 2,
            unsubscribed: 1,
            viewers: n % 3 * 20,
            watched: Span::minutes(n * 30),
            members: 100 + n,
            passes: 110 + n,
        };
        CountedDay {
            day,
            bounds: day.bounds(&Zone::UTC),
            figures,
            money: vec![money(Currency::Eur, 1200 * n), money(Currency::Jpy, 900)],
        }
    };
    (0..count).map(day).collect()
}

fn joined() -> Vec<Cohort> {
    let since = |days| Millis(NOW.0 - Span::days(days).0);
    let members = [150, 149, 100, 40, 3]
        .map(|days| Membership { since: since(days), until: (days > 120).then(|| since(days - 60)) });
    cohorts(&members, NOW, &Zone::UTC)
}

fn counted() -> Vec<(&'static str, Markup)> {
    let (maya, space) = (maya(), space());
    let shell = shell("/account/spaces/10/figures", Some(&maya));
    let (days, cohorts) = (days(30), joined());
    let today = days[29].clone();
    let nothing = CountedDay { figures: DayFigures::default(), money: Vec::new(), ..today.clone() };
    let sources = [(String::new(), 812), ("newsletter".into(), 40), ("example.org".into(), 7)];
    let show = |n, people| ShowRow {
        stream: id(n),
        title: "Friday session",
        at: NOW,
        people,
        peak: people / 2,
        watched: Span::minutes(people * 30),
    };
    let full = FiguresPage {
        space: &space,
        range: 30,
        days: &days,
        today: &today,
        sources: &sources,
        shows: &[show(40, 1284), show(41, 0)],
        cohorts: &cohorts,
    };
    let empty =
        FiguresPage { range: 7, days: &[], today: &nothing, sources: &[], shows: &[], cohorts: &[], ..full };
    vec![("figures", figures::page(&shell, &full)), ("figures-empty", figures::page(&shell, &empty))]
}

fn shown() -> Vec<(&'static str, Markup)> {
    let (maya, space) = (maya(), space());
    let shell = shell("/account/streams/40/figures", Some(&maya));
    let curve: Vec<i64> = (0..95).map(|minute| (minute * (95 - minute)) / 4).collect();
    let full = ShowPage {
        space: &space,
        stream: id(40),
        title: "Friday session",
        at: NOW,
        people: 700,
        peak: 564,
        watched: Span::minutes(700 * 41),
        curve: &curve,
        lines: 342,
        income: &[(12, Money { minor: 14_400, currency: Currency::Eur })],
        drops: Some((1, Span::secs(20))),
    };
    let empty = ShowPage {
        people: 0,
        peak: 0,
        watched: Span(0),
        curve: &[0, 0],
        lines: 0,
        income: &[],
        drops: None,
        ..full
    };
    vec![("show-figures", show::page(&shell, &full)), ("show-figures-empty", show::page(&shell, &empty))]
}
