//! Waiting for a pass: the form, one's own place in each state, and the team's list.

use crate::sample::*;
use domain::{
    amount::{Currency, Money},
    catalogue::offer::Pass,
    id::QuestionId,
    money::{
        asking::{Answer, AskKind, AskedQuestion},
        buying::cards::SavedCard,
        selling::{Selling, Waitlist},
    },
    people::account::Account,
    time::Span,
    waitlist::{
        charge::OfferCharge,
        entry::{EntryKind, EntryState, Standing, WaitlistStep},
    },
};
use maud::Markup;
use views::{
    catalogue::pass::{ANSWERS, PURCHASE, WishDraft},
    form::{Errors, FieldError},
    waitlist::{
        card::CardChoice,
        desk::{self, ListPage, Past, WaitlistRow},
        entry::{self, WaitlistPlace},
        joining::{self, JoinPage},
    },
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = joining();
    pages.extend(places());
    pages.extend(lists());
    pages
}

fn kept(waitlist: Waitlist) -> Pass {
    let question = |n, kind, words: &str, options: &[&str]| {
        let options = options.iter().map(|one| (*one).into()).collect();
        let id: QuestionId = id(n);
        AskedQuestion { id, kind, words: words.into(), required: n == 180, options }
    };
    let asked = vec![
        question(180, AskKind::Text, "Why would you like to come?", &[]),
        question(181, AskKind::Choice, "Which evening?", &["Friday", "Sunday"]),
    ];
    Pass { selling: Selling { waitlist, ..Selling::default() }, asked, ..passes().remove(0) }
}

fn joining() -> Vec<(&'static str, Markup)> {
    let (space, ada) = (space(), account(3, "Ada"));
    let (apply, queue) = (kept(Waitlist::Apply), Pass { asked: vec![], ..kept(Waitlist::Queue) });
    let shell = shell("/maya/front-row/waitlist", Some(&ada));
    let missing =
        Errors::one(PURCHASE, FieldError { field: ANSWERS[0], message: "Please answer this.".into() });
    let draft = WishDraft { answers: vec![String::new(), "Sunday".into()], ..WishDraft::default() };
    let page = |pass: &Pass, draft: &WishDraft, errors: &Errors| {
        joining::page(&shell, &JoinPage { space: &space, pass, draft, errors })
    };
    vec![
        ("waitlist-apply", page(&apply, &WishDraft::default(), &Errors::default())),
        ("waitlist-apply-refused", page(&apply, &draft, &missing)),
        ("waitlist-queue", page(&queue, &WishDraft::default(), &Errors::default())),
    ]
}

fn places() -> Vec<(&'static str, Markup)> {
    let (space, ada, pass) = (space(), account(3, "Ada"), kept(Waitlist::Apply));
    let shell = shell("/account/waitlist/190", Some(&ada));
    let show = |state, kind, place: Option<i64>, charge, card: Option<&CardChoice<'_>>| {
        let offer_until = (state == EntryState::Offered).then_some(NOW + Span::days(2));
        let standing = Standing { state, place, offer_until, charge };
        let place = WaitlistPlace { space: &space, pass: &pass, entry: id(190), kind, standing };
        entry::page(&shell, &place, card)
    };
    let page = |state, kind, place| show(state, kind, place, OfferCharge::None, None);
    let price = Money { minor: 1200, currency: Currency::Eur };
    let cards = [saved_card(&ada)];
    let choice = |agreed| CardChoice { refunds: 1, price, agreed, cards: &cards };
    let waits = |card: &CardChoice<'_>| {
        show(EntryState::Waiting, EntryKind::Application, Some(12), OfferCharge::None, Some(card))
    };
    let charged = |charge| show(EntryState::Offered, EntryKind::Application, None, charge, None);
    vec![
        ("waitlist-card", waits(&choice(None))),
        ("waitlist-card-left", waits(&choice(Some((price, Some(&cards[0])))))),
        ("waitlist-charging", charged(OfferCharge::Pending)),
        ("waitlist-not-charged", charged(OfferCharge::Refused)),
        ("waitlist-waiting", page(EntryState::Waiting, EntryKind::Application, Some(12))),
        ("waitlist-approved", page(EntryState::Line, EntryKind::Application, Some(3))),
        ("waitlist-line", page(EntryState::Line, EntryKind::Queue, Some(1_204))),
        ("waitlist-offered", page(EntryState::Offered, EntryKind::Application, None)),
        ("waitlist-taken", page(EntryState::Taken, EntryKind::Application, None)),
        ("waitlist-rejected", page(EntryState::Rejected, EntryKind::Application, None)),
        ("waitlist-lapsed", page(EntryState::Lapsed, EntryKind::Queue, None)),
        ("waitlist-left", page(EntryState::Left, EntryKind::Queue, None)),
    ]
}

fn saved_card(owner: &Account) -> SavedCard {
    let (brand, last4) = ("visa".into(), "4242".into());
    SavedCard { id: "pm_1".into(), account: owner.id, brand, last4, exp_month: 3, exp_year: 2031 }
}

fn lists() -> Vec<(&'static str, Markup)> {
    let (maya, space, pass) = (maya(), space(), kept(Waitlist::Apply));
    let shell = shell("/account/access_passes/30/waitlist", Some(&maya));
    let answers = [
        Answer { question: "Why would you like to come?".into(), answer: "I play the lute, too.".into() },
        Answer { question: "Which evening?".into(), answer: "Friday".into() },
    ];
    let past = |hours, step, by| Past { at: NOW + Span::hours(hours), step, by };
    let row = |n, name, state, history| WaitlistRow {
        id: id(n),
        name,
        username: "ada",
        email: Some("ada@example.org"),
        state,
        pays: n % 2 == 0,
        answers: &answers,
        history,
    };
    let came = past(0, WaitlistStep::Joined, Some("Ada"));
    let rows = [
        row(190, "Ada", EntryState::Waiting, vec![came]),
        row(191, "Bo", EntryState::Waiting, vec![came]),
        row(
            192,
            "Cy",
            EntryState::Offered,
            vec![came, past(2, WaitlistStep::Approved, Some("Maya")), past(2, WaitlistStep::Offered, None)],
        ),
        row(193, "Di", EntryState::Rejected, vec![came, past(3, WaitlistStep::Rejected, Some("Maya"))]),
    ];
    let counts = [(EntryState::Offered, 1), (EntryState::Rejected, 1), (EntryState::Waiting, 2)];
    let page = |pass: &Pass, counts: &[(EntryState, i64)], rows: &[WaitlistRow<'_>], next| {
        let page = ListPage { space: &space, pass, counts, chosen: None, rows, further: false, next };
        desk::page(&shell, &page)
    };
    vec![
        ("waitlist-desk", page(&pass, &counts, &rows, Some("1767384840000-190"))),
        ("waitlist-desk-empty", page(&passes().remove(0), &[], &[], None)),
    ]
}
