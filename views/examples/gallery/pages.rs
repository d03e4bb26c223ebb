//! Every page in every state, by name.

use crate::{
    content, doors, files,
    market::{self, audience, back, buying, desk, payouts, selling, subscriptions, waiting},
    operators,
    sample::*,
    shows, stage, teams, trust,
};
use domain::{
    access::ban::KeptOut,
    catalogue::offer::{ExperienceKind, Space},
    mail::Mail,
    money::{
        checkout::{OrderEnd, Payment},
        settlement::{Refund, RefundReason},
    },
    people::account::TeamRole,
    time::{Millis, Span},
};
use maud::Markup;
use views::{
    catalogue::manage::Checklist,
    errors,
    form::{Errors, FieldError},
    layout::{Notice, Shell, Tone},
    mail,
    money::{
        self,
        purchases::{self, Bought, Held, Opened},
    },
    ops::{self, AuditPage, AuditRow, AuditSearch, AuditVerdict, MailRow, NotFound},
    people::{
        account::{self, Home, OwnSpace, ProfileDraft, SessionRow},
        address, former, leaving, naming, recovery, sign_in,
    },
};

pub fn all() -> Vec<(String, Markup)> {
    let mut pages = Vec::new();
    pages.extend(people());
    pages.extend(own_account());
    pages.extend(market::pages());
    pages.extend(audience::pages());
    pages.extend(buying::pages());
    pages.extend(desk::pages());
    pages.extend(back::pages());
    pages.extend(payouts::pages());
    pages.extend(selling::pages());
    pages.extend(subscriptions::pages());
    pages.extend(shows::pages());
    pages.extend(stage::pages());
    pages.extend(content::pages());
    pages.extend(teams::pages());
    pages.extend(files::pages());
    pages.extend(engine());
    pages.extend(trust::pages());
    pages.extend(doors::pages());
    pages.extend(waiting::pages());
    pages.into_iter().map(|(name, page)| (name.to_string(), page)).collect()
}

fn people() -> Vec<(&'static str, Markup)> {
    let wrong = FieldError { field: "code", message: "This code has been used. We sent a new one.".into() };
    let bad = FieldError { field: "email", message: "An e-mail address looks like name@example.org.".into() };
    let out = |path| shell(path, None);
    vec![
        ("sign-in", sign_in::email(&out("/sign-in"), "", "/maya", None)),
        ("sign-in-refused", sign_in::email(&out("/sign-in"), "ada@", "/maya", Some(&bad))),
        ("sign-in-code", sign_in::code(&out("/sign-in/code"), "ada@example.org", "/maya", None)),
        (
            "sign-in-code-refused",
            sign_in::code(&out("/sign-in/code"), "ada@example.org", "/maya", Some(&wrong)),
        ),
        ("account-new", account_home(&account(3, "Newcomer"), Checklist::default(), &[])),
        (
            "account",
            account_home(
                &maya(),
                Checklist { named: true, experience: true, pass: true, published: true },
                &held(),
            ),
        ),
        ("sessions", sessions()),
        (
            "purchases",
            purchases::page(
                &shell("/account/purchases", Some(&maya())),
                &purchases::picture(&held(), &[shows::coming()], &bought()),
                &buying::cards(),
            ),
        ),
        (
            "purchases-empty",
            purchases::page(
                &shell("/account/purchases", Some(&maya())),
                &purchases::picture(&[], &[], &[]),
                &[],
            ),
        ),
    ]
}

/// What a person does about the account itself.
fn own_account() -> Vec<(&'static str, Markup)> {
    let me = maya();
    let page = |path| shell(path, Some(&me));
    let none = Errors::default();
    let wrong = FieldError::new("code", "That is not the code. You have 4 more tries.");
    let bad = FieldError::new("email", "An e-mail address looks like name@example.org.");
    let role =
        Errors::one("name", FieldError::new("name", "Names that begin or end with a role are reserved."));
    let no_code = Errors::one("recovery", FieldError::new("code", "This address has no such code."));
    let typo = Errors::one(
        "deletion",
        FieldError::new("username", "To delete the account, type its username: maya_lin."),
    );
    let codes = ["abcd-efgh-jkmn", "pqrs-tuvw-xyz2"].map(String::from);
    let name = "Kiln and clay";
    let free = leaving::Obstacles { sold: &[], on_air: &[], paying: &[], owed: &[], given_up: &[] };
    let sold = [leaving::Sold { space: id(10), team: id(11), name }];
    let show = [(id::<domain::id::StreamId>(12), name.to_string())];
    let order = [(id::<domain::id::CheckoutId>(13), name.to_string())];
    let share =
        |moving| leaving::OwedShare { space: id(10), team: id(11), name, amount: euros(1080), moving };
    let (owed, little) = ([share(false), share(true)], [share(false)]);
    let stands =
        leaving::Obstacles { sold: &sold, on_air: &show, paying: &order, owed: &owed, given_up: &little };
    let guest = account(4, "Guest 48213");
    vec![
        ("name", naming::page(&page("/account/name"), &guest, "", "/maya/friday-session", &none)),
        ("name-refused", naming::page(&page("/account/name"), &guest, "Admin", "/account", &role)),
        (
            "confirmation",
            address::confirmation(&page("/account/confirmation"), &me.email, "/account/email", None),
        ),
        (
            "confirmation-code-refused",
            address::confirmation_code(
                &page("/account/confirmation"),
                &me.email,
                "/account/email",
                Some(&wrong),
            ),
        ),
        ("address", address::address(&page("/account/email"), &me.email, "", None)),
        ("address-refused", address::address(&page("/account/email"), &me.email, "maya@", Some(&bad))),
        ("address-code", address::address_code(&page("/account/email"), "maya@elsewhere.example", None)),
        ("recovery-none", recovery::page(&page("/account/recovery"), 0, None)),
        ("recovery", recovery::page(&page("/account/recovery"), 9, Some(NOW))),
        (
            "recovery-made",
            recovery::made(&page("/account/recovery"), &codes, Some("6 December 2026 at 10:00 UTC")),
        ),
        (
            "former-address",
            former::page(
                &shell("/sign-in", None),
                "ada@example.org",
                "29 November 2026 at 10:00 UTC",
                "6 December 2026 at 10:00 UTC",
                "/sign-in/former/1-2",
            ),
        ),
        ("recovery-enter", recovery::enter(&shell("/sign-in", None), "", &none)),
        ("recovery-enter-refused", recovery::enter(&shell("/sign-in", None), "ada@example.org", &no_code)),
        ("export", leaving::export(&page("/account/export"))),
        ("deletion", leaving::deletion(&page("/account/deletion"), &me, &free, &none)),
        ("deletion-refused", leaving::deletion(&page("/account/deletion"), &me, &free, &typo)),
        ("deletion-obstacles", leaving::deletion(&page("/account/deletion"), &me, &stands, &none)),
    ]
}

fn account_home(
    person: &domain::people::account::Account,
    checklist: Checklist,
    passes: &[Held<'_>],
) -> Markup {
    let space = Space { published_at: checklist.published.then_some(NOW), ..space() };
    let mut shell = shell("/account", Some(person));
    shell.notice = Some(match checklist.published {
        true => Notice { words: "Your profile is saved.".into(), tone: Tone::Done },
        false => Notice { words: "Not published yet: a space needs a pass.".into(), tone: Tone::Refused },
    });
    let draft = ProfileDraft::from(person);
    let spaces = [OwnSpace { space: &space, role: TeamRole::Owner, checklist }];
    account::home(
        &shell,
        &Home {
            account: person,
            draft: &draft,
            listed: true,
            spaces: &spaces,
            passes,
            errors: &Errors::default(),
        },
    )
}

fn held() -> [Held<'static>; 3] {
    const OPENED: &[Opened<'static>] = &[
        Opened { kind: ExperienceKind::Show, slug: "friday-session", title: "Friday session", live: true },
        Opened {
            kind: ExperienceKind::Community,
            slug: "rehearsal-room",
            title: "Rehearsal room",
            live: false,
        },
    ];
    let since = Millis(NOW.0 - Span::days(40).0);
    [
        Held {
            pass_title: "Front Row",
            space_name: "Maya Lin",
            space_slug: "maya",
            experiences: OPENED,
            since,
            until: None,
            holds: true,
            kept_out: None,
        },
        Held {
            pass_title: "Week pass",
            space_name: "Kiln and clay",
            space_slug: "kiln",
            experiences: &[],
            since,
            until: Some(NOW),
            holds: false,
            kept_out: None,
        },
        Held {
            pass_title: "Lobby",
            space_name: "A space that banned them",
            space_slug: "closed",
            experiences: OPENED,
            since,
            until: None,
            holds: true,
            kept_out: Some(KeptOut { until: Some(NOW) }),
        },
    ]
}

fn bought() -> Vec<Bought<'static>> {
    let one = |n, title, state| Bought {
        checkout: id(n),
        purchase: id(n),
        title,
        space_name: "Maya Lin",
        amount: euros(1200),
        at: NOW,
        state,
        ended: None,
        refund: Refund::None,
    };
    let owed = Refund::Owed(RefundReason::Surplus);
    let refunds = [Refund::Whole, Refund::Part, owed, Refund::Failed, Refund::Disputed, Refund::Taken];
    let states = [Payment::Paid, Payment::Expired, Payment::Paying, Payment::Processing, Payment::Failed];
    let mut all: Vec<Bought<'_>> = states.map(|state| one(70, "Front Row", state)).into();
    all.extend(refunds.map(|refund| Bought { refund, ..one(74, "Lobby", Payment::Paid) }));
    all.extend(
        OrderEnd::ALL.map(|end| Bought { ended: Some(end), ..one(72, "Inner Circle", Payment::Expired) }),
    );
    all
}

fn sessions() -> Markup {
    let row = |n, agent, current| SessionRow {
        id: id(n),
        agent,
        passkey: current,
        created_at: NOW,
        seen_at: NOW,
        current,
    };
    account::sessions(
        &shell("/account/sessions", Some(&maya())),
        &[row(80, "Firefox on Linux", true), row(81, "", false)],
        Some("The e-mail address of your account was changed on 28 November 2026 at 20:15 UTC."),
    )
}

fn audited(rows: Vec<AuditRow>, findings: &[&str]) -> AuditPage {
    let findings = findings.iter().map(ToString::to_string).collect();
    let verdict = AuditVerdict { at: NOW, last: 7, findings };
    let actions = ["actor.fault", "space.publish"].map(String::from).into();
    let search = AuditSearch { actions, ..AuditSearch::default() };
    let older = Some("/ops/audit?before=7".into());
    AuditPage { rows, verdict: Some(verdict), about: None, search, not_found: None, older }
}

/// The audit log: lines, a log that was tampered with, an empty one, and a search for nobody.
fn audits(shell: &Shell) -> Vec<(&'static str, Markup)> {
    let done = AuditRow {
        seq: Some(7),
        at: NOW,
        who: "olu@example.org".into(),
        by: Some("/ops/audit?about=9".into()),
        action: "actor.fault".into(),
        target: "chat room Friday session · Maya Lin".into(),
        id: "chat_room.friday-session".into(),
        link: Some("/ops/actors/chat_room.friday-session".into()),
        outcome: "each message waits 300 ms, 30 s".into(),
    };
    let waits = AuditRow { seq: None, ..done.clone() };
    let none = audited(Vec::new(), &[]);
    let unknown = AuditPage {
        search: AuditSearch { about: "@nobody".into(), ..none.search.clone() },
        not_found: Some(NotFound::Nobody),
        older: None,
        ..none.clone()
    };
    let found = AuditPage {
        search: AuditSearch { action: "actor.fault".into(), day: "2026-11-28".into(), ..none.search.clone() },
        ..audited(vec![done.clone()], &[])
    };
    let page = |page: &AuditPage| ops::audit(shell, page);
    vec![
        ("ops-audit", page(&audited(vec![waits, done.clone()], &[]))),
        ("ops-audit-bad", page(&audited(vec![done], &["line 3 is missing"]))),
        ("ops-audit-empty", page(&AuditPage { verdict: None, older: None, ..none })),
        ("ops-audit-unknown", page(&unknown)),
        ("ops-audit-found", page(&found)),
    ]
}

fn engine() -> Vec<(&'static str, Markup)> {
    let operator = domain::people::account::Account { operator: true, ..account(9, "Olu") };
    let shell = |path| shell(path, Some(&operator));
    let failure = money::mail::PaymentFailure {
        pass: "Front Row",
        space: "Maya Lin",
        amount: euros(1200),
        closed: None,
        url: "https://backstage.example/maya/front-row",
        reference: "71",
    };
    let mut mails: Vec<Mail> = vec![
        mail::sign_in_code("ada@example.org", "402913", 10),
        money::mail::purchase(
            "ada@example.org",
            &money::mail::Receipt {
                pass: "Front Row",
                space: "Maya Lin",
                amount: euros(1200),
                until: None,
                url: "https://backstage.example/maya/friday-session",
                reference: "71",
                invoice: "https://backstage.example/account/purchases/71/invoice",
            },
        ),
        money::mail::payment_failed("ada@example.org", &failure),
        money::mail::payment_unconfirmed("ada@example.org", &failure),
        back::cancelled(),
        money::payouts::failed("ada@example.org", euros(1930), "https://backstage.example/account"),
    ];
    mails.extend(back::asked());
    let mailed: Vec<MailRow<'_>> = mails.iter().map(|mail| MailRow { at: NOW, mail }).collect();
    let mut pages = operators::pages(&shell("/ops"));
    pages.extend(audits(&shell("/ops/audit")));
    pages.extend([
        ("mailbox", ops::mailbox(&shell("/dev/mailbox"), &mailed)),
        ("mailbox-empty", ops::mailbox(&shell("/dev/mailbox"), &[])),
    ]);
    let errors = [
        ("error-403", 403, "You were banned from this space. It ends in 10 minutes."),
        ("error-404", 404, "This does not exist, or it is not open to you."),
        ("error-429", 429, "Twenty lines in ten seconds are the most. Wait 4 seconds."),
        ("error-502", 502, "The payment provider does not answer. It may have done it all the same."),
        ("error-500", 500, "Something broke on our side. We have a record of it."),
    ];
    pages.extend(
        errors.map(|(name, status, words)| {
            (name, errors::page(&shell("/maya"), status, words, "0193f2a7", None))
        }),
    );
    pages
}
