//! Money that goes back: a show that is called off, and what a buyer asks for, in every state.

use crate::sample::*;
use domain::{
    amount::{Currency, Money},
    mail::Mail,
    money::back::{
        evidence::{EvidenceFacts, WatchedShow},
        show_refunds::{FailedRefundWhy, PassDue, ShowRefundSum},
        wishes::WishAnswer,
    },
    time::Span,
};
use maud::Markup;
use views::{
    form::{Errors, FieldError},
    money::back::{
        evidence::{self, AnswerState, EvidencePage},
        show_refunds::{
            self as shows, CancelledNotice, FORM, FailedRow, ShowRefundDraft, ShowRefundPage, ShowRefundState,
        },
        wishes::{self as asks, WishMail, WishPage, WishRow, WishState},
    },
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = decisions();
    pages.extend(runs());
    pages.extend(wishes());
    pages.extend(answers());
    pages
}

fn answers() -> Vec<(&'static str, Markup)> {
    let (maya, none) = (maya(), Errors::default());
    let show = WatchedShow { title: TITLE.into(), from: NOW, until: NOW, watched: Span::minutes(74) };
    let facts = EvidenceFacts {
        number: Some(1042),
        title: "Front Row".into(),
        space: "Maya Lin".into(),
        buyer: "Ada".into(),
        email: "ada@example.org".into(),
        paid: euros(1200),
        paid_at: NOW,
        terms: Some((3, Some(NOW))),
        gift: false,
        granted_at: Some(NOW),
        watched: vec![show],
    };
    let given = evidence::text(&EvidenceFacts { gift: true, ..facts.clone() });
    let facts = evidence::text(&facts);
    let long = FieldError { field: "words", message: "At most 1,000 characters.".into() };
    let long = Errors::one(evidence::FORM, long);
    let page = EvidencePage {
        order: id(71),
        number: Some(1042),
        space_id: id(10),
        space: "Maya Lin",
        facts: &facts,
        answer: None,
        open: true,
        draft: "",
        errors: &none,
    };
    let shown =
        |page: &EvidencePage<'_>| evidence::page(&shell("/account/orders/71/evidence", Some(&maya)), page);
    let answered = |state| EvidencePage { open: false, answer: Some((facts.as_str(), state)), ..page };
    vec![
        ("evidence", shown(&page)),
        ("evidence-gift", shown(&EvidencePage { facts: &given, ..page })),
        ("evidence-wrong", shown(&EvidencePage { draft: "He was there.", errors: &long, ..page })),
        ("evidence-closed", shown(&EvidencePage { open: false, ..page })),
        ("evidence-on-its-way", shown(&answered(AnswerState::OnItsWay))),
        ("evidence-sent", shown(&answered(AnswerState::Sent(NOW)))),
        ("evidence-refused", shown(&EvidencePage { open: true, ..answered(AnswerState::Refused) })),
    ]
}

/// What a buyer asked for.
pub fn wish(answer: Option<WishAnswer>) -> WishRow<'static> {
    let declined = answer == Some(WishAnswer::Declined);
    WishRow {
        reason: "I bought it twice by mistake, once with each of my two addresses.",
        asked_at: NOW,
        answer,
        words: if declined { "The second one is a gift: it is open on the other account." } else { "" },
    }
}

fn wishes() -> Vec<(&'static str, Markup)> {
    let (ada, none) = (account(2, "Ada"), Errors::default());
    let answered = [wish(Some(WishAnswer::Declined)), wish(Some(WishAnswer::Refunded))];
    let open = [wish(Some(WishAnswer::Declined)), wish(None)];
    let short = Errors::one(asks::FORM, FieldError { field: "reason", message: "Write something.".into() });
    let page = WishPage {
        order: id(71),
        number: Some(1042),
        title: "Front Row",
        space: "Maya Lin",
        paid: euros(1200),
        at: NOW,
        wishes: &[],
        state: WishState::Open,
        draft: "",
        errors: &none,
    };
    let shown = |page: &WishPage<'_>| asks::page(&shell("/account/purchases/71/refund", Some(&ada)), page);
    vec![
        ("wish", shown(&page)),
        ("wish-refused", shown(&WishPage { errors: &short, ..page })),
        ("wish-waits", shown(&WishPage { wishes: &open, state: WishState::Waits, ..page })),
        ("wish-used-up", shown(&WishPage { wishes: &answered, state: WishState::UsedUp, ..page })),
        ("wish-nothing", shown(&WishPage { wishes: &answered[1..], state: WishState::Nothing, ..page })),
    ]
}

/// The mails to both about what a buyer asks for.
pub fn asked() -> [Mail; 2] {
    let about = WishMail {
        pass: "Front Row",
        space: "Maya Lin",
        number: Some(1042),
        paid: euros(1200),
        words: "I bought it twice by mistake.",
        url: "https://backstage.example/account/orders/71",
    };
    [asks::asked_mail("maya@example.org", &about), asks::declined_mail("ada@example.org", &about)]
}

/// The mail to somebody who bought two passes for a show.
pub fn cancelled() -> Mail {
    let notice = CancelledNotice {
        title: TITLE,
        space: "Maya Lin",
        amounts: &[euros(4200), yen(1_800)],
        url: "https://backstage.example/account/purchases",
    };
    shows::cancelled("ada@example.org", &notice)
}

const TITLE: &str = "Friday session: new songs, first takes";

fn yen(minor: i64) -> Money {
    Money { minor, currency: Currency::Jpy }
}

fn decisions() -> Vec<(&'static str, Markup)> {
    let (maya, space) = (maya(), space());
    let due = |n, title: &str, orders, due| PassDue { pass: id(n), title: title.into(), orders, due };
    let dues = [
        due(30, "Front Row", 1204, euros(1_444_800)),
        due(30, "Front Row", 3, yen(5_400)),
        due(32, "A pass with a long name that opens this show and the two after it", 1, euros(3_000)),
    ];
    let (draft, none) = (ShowRefundDraft::default(), Errors::default());
    let chosen = ShowRefundDraft { passes: vec![dues[0].pass.to_string()], typed: "Friday".into() };
    let wrong = FieldError { field: "name", message: format!("This is not the title of the show: {TITLE}") };
    let wrong = Errors::one(FORM, wrong);
    let page = ShowRefundPage {
        space: &space,
        stream: id(40),
        title: TITLE,
        goes_on: true,
        over: false,
        dues: &dues,
        draft: &draft,
        errors: &none,
    };
    let shown =
        |page: &ShowRefundPage<'_>| shows::page(&shell("/account/streams/40/refunds", Some(&maya)), page);
    vec![
        ("show-refund", shown(&page)),
        ("show-refund-cancelled", shown(&ShowRefundPage { goes_on: false, ..page })),
        ("show-refund-wrong", shown(&ShowRefundPage { draft: &chosen, errors: &wrong, ..page })),
        ("show-refund-nobody", shown(&ShowRefundPage { dues: &[], ..page })),
        ("show-refund-over", shown(&ShowRefundPage { over: true, ..page })),
    ]
}

fn runs() -> Vec<(&'static str, Markup)> {
    let (maya, space) = (maya(), space());
    let sum =
        |orders, done, failed, amount, returned| ShowRefundSum { orders, done, failed, amount, returned };
    let begun = [sum(300, 120, 0, euros(360_000), 144_000)];
    let failed_sums = [sum(1204, 1202, 2, euros(1_444_800), 1_442_400), sum(3, 3, 0, yen(5_400), 5_400)];
    let done = [sum(1204, 1204, 0, euros(1_444_800), 1_444_800)];
    let row = |n, why| FailedRow { order: id(n), number: Some(1042), amount: euros(1200), why };
    let failed = [
        row(71, FailedRefundWhy::Refused),
        row(72, FailedRefundWhy::CameBack),
        row(73, FailedRefundWhy::NoAnswer),
    ];
    let state = ShowRefundState {
        space: &space,
        stream: id(40),
        title: TITLE,
        decided_at: NOW,
        listed: false,
        sums: &begun,
        failed: &[],
    };
    let shown = |state: &ShowRefundState<'_>| {
        shows::progress(&shell("/account/streams/40/refunds", Some(&maya)), state)
    };
    vec![
        ("show-refund-begun", shown(&ShowRefundState { sums: &[], ..state })),
        ("show-refund-running", shown(&state)),
        (
            "show-refund-failed",
            shown(&ShowRefundState { listed: true, sums: &failed_sums, failed: &failed, ..state }),
        ),
        ("show-refund-done", shown(&ShowRefundState { listed: true, sums: &done, ..state })),
    ]
}
