//! How passes are sold beside their price, and given away.

use crate::sample::*;
use domain::{
    access::{comp::Comp, relation::Relation},
    catalogue::offer::{Pass, Price, PriceKind},
    id::{PassId, QuestionId},
    money::{
        asking::{Answer, AskKind, AskedQuestion},
        billing::Interval,
        checkout::{Checkout, Payment},
        promo::{Discount, Off, PromoCode},
        recurring::plan::Plan,
        selling::{Lasting, Selling, Window},
    },
    time::Span,
};
use maud::Markup;
use views::{
    catalogue::{
        pass::{self, ANSWERS, PURCHASE, PassPage, WishDraft},
        passes::{self, PassDraft, PassForm},
        space::Offer,
    },
    form::{Errors, FieldError},
    money::{
        asking::{self, AskDraft, AskingPage},
        checkout::{self, Order},
        comps::{self, CompsPage},
        promos::{self, PromoDraft, PromoPage},
    },
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = bought();
    pages.extend(team());
    pages
}

/// A pass with everything that can be said about its sale.
fn limited() -> Pass {
    let (opens_at, closes_at) = (Some(NOW + Span::hours(2)), Some(NOW + Span::days(9)));
    let selling = Selling {
        stock: Some(40),
        window: Window { opens_at, closes_at },
        hidden: true,
        lasting: Lasting::Days(30),
        ..Selling::default()
    };
    Pass { selling, left: Some(3), asked: asked(), ..passes().remove(0) }
}

fn asked() -> Vec<AskedQuestion> {
    let one = |n, kind, words: &str, required, options: &[&str]| AskedQuestion {
        id: id::<QuestionId>(n),
        kind,
        words: words.into(),
        required,
        options: options.iter().map(|option| (*option).into()).collect(),
    };
    vec![
        one(150, AskKind::Choice, "Which shirt?", true, &["Amber", "Ink"]),
        one(151, AskKind::Line, "Your instrument", false, &[]),
        one(152, AskKind::Text, "What should Maya play?", false, &[]),
    ]
}

fn pass_page(pass: &Pass, wish: &WishDraft, errors: &Errors) -> Markup {
    let (maya, ada, space, experiences) = (maya(), account(2, "Ada"), space(), experiences());
    let offer = Offer { pass, relation: Relation::Buyer, payable: true, sale: pass.sale(NOW) };
    let opens = &experiences;
    let page = PassPage {
        refunds: 1,
        space: &space,
        owner: &maya,
        offer,
        opens,
        kept_out: None,
        card: None,
        wish,
        errors,
    };
    pass::page(&shell("/maya/front-row", Some(&ada)), &page)
}

fn bought() -> Vec<(&'static str, Markup)> {
    let (nothing, none) = (WishDraft::default(), Errors::default());
    let limited = limited();
    let open =
        Pass { selling: Selling { lasting: Lasting::Days(30), ..Selling::default() }, ..limited.clone() };
    let sold_out = Pass { left: Some(0), asked: Vec::new(), ..open.clone() };
    let last = Pass { left: Some(1), ..sold_out.clone() };
    let closed = Selling { lasting: Lasting::Until(NOW), ..Selling::default() };
    let closed = Pass { selling: closed, ..sold_out.clone() };
    let wish = WishDraft {
        code: "SUMMER".into(),
        answers: vec![String::new(), "Oboe".into()],
        ..WishDraft::default()
    };
    let mut errors = Errors::of(PURCHASE);
    errors.push(FieldError { field: ANSWERS[0], message: "Please answer this.".into() });
    errors.push(FieldError { field: "promo", message: "There is no such code here.".into() });
    vec![
        ("pass-asks", pass_page(&open, &nothing, &none)),
        ("pass-asks-refused", pass_page(&open, &wish, &errors)),
        ("pass-opens-later", pass_page(&limited, &nothing, &none)),
        ("pass-sold-out", pass_page(&sold_out, &nothing, &none)),
        ("pass-last", pass_page(&last, &nothing, &none)),
        ("pass-closed", pass_page(&closed, &nothing, &none)),
        ("checkout-discounted", discounted()),
    ]
}

fn discounted() -> Markup {
    let (ada, space, passes, experiences) = (account(2, "Ada"), space(), passes(), experiences());
    let answers = vec![Answer { question: "Which shirt?".into(), answer: "Amber".into() }];
    let discount = Some(Discount { promo: id(160), code: "SUMMER".into(), minor: 300 });
    let checkout = Checkout { amount: euros(900), discount, answers, ..checkout(Payment::Held) };
    let order = Order {
        refunds: 1,
        checkout: &checkout,
        space: &space,
        pass: &passes[0],
        opens: &experiences,
        away: false,
        ended: None,
        closed: None,
        money: None,
        unnamed: None,
        form: None,
    };
    checkout::page(&shell("/checkouts/70", Some(&ada)), &order)
}

fn codes() -> Vec<(PromoCode, i64)> {
    let space = space();
    let summer = PromoCode {
        id: id(160),
        team: space.team,
        space: Some(space.id),
        code: "SUMMER".into(),
        off: Off::Percent(25),
        passes: vec![id::<PassId>(30)],
        most_uses: Some(100),
        window: Window { opens_at: Some(NOW), closes_at: Some(NOW + Span::days(30)) },
        ended_at: None,
    };
    let guest = PromoCode {
        id: id(161),
        space: None,
        code: "GUEST".into(),
        off: Off::Amount(euros(500)),
        passes: Vec::new(),
        most_uses: None,
        window: Window::default(),
        ended_at: Some(NOW),
        ..summer.clone()
    };
    vec![(summer, 17), (guest, 1)]
}

fn team() -> Vec<(&'static str, Markup)> {
    let (maya, space, sold, limited) = (maya(), space(), passes(), limited());
    let shell = |path: &str| shell(path, Some(&maya));
    let (none, codes) = (Errors::default(), codes());
    let promo = |codes: &[(PromoCode, i64)], draft: &PromoDraft, errors: &Errors| {
        let page = PromoPage { space: &space, codes, passes: &sold, draft, errors };
        promos::page(&shell("/account/spaces/10/promo_codes"), &page)
    };
    let taken = Errors::one(
        "promo",
        FieldError { field: "code", message: "Your team has this code already.".into() },
    );
    let draft =
        PromoDraft { code: "SUMMER".into(), percent: "25".into(), most: "10".into(), ..Default::default() };
    let ask = |pass: &Pass| {
        let page = AskingPage { space: &space, pass, draft: &AskDraft::default(), errors: &none };
        asking::page(&shell("/account/access_passes/30/questions"), &page)
    };
    let comp = |n, email: &str| Comp {
        id: id(n),
        pass: id(30),
        space: space.id,
        email: email.into(),
        by: maya.id,
        created_at: NOW,
        claimed_at: None,
        grant: None,
        revoked_at: None,
        purchase: None,
    };
    let waiting = comp(170, "guest@example.org");
    let taken_one = Comp { claimed_at: Some(NOW), ..comp(171, "ada@example.org") };
    let given = [waiting.clone(), taken_one, Comp { revoked_at: Some(NOW), ..comp(172, "") }];
    let comps = |comps: &[Comp]| {
        let page = CompsPage { space: &space, pass: &sold[0], comps, email: "", errors: &none };
        comps::list(&shell("/account/access_passes/30/comps"), &page)
    };
    let plan = Plan { yearly: Some(5_000), trial_days: Some(7), ..Plan::of(euros(500), Interval::Month) };
    let planned = Price { kind: PriceKind::Recurring(plan), ..sold[0].price };
    let planned = PassDraft::from(&Pass { price: planned, ..sold[0].clone() });
    let form = PassForm {
        space: &space,
        existing: Some(&limited),
        draft: &PassDraft::from(&limited),
        experiences: &experiences(),
        holders: 37,
        payable: true,
        errors: &none,
    };
    vec![
        ("promos", promo(&codes, &PromoDraft::default(), &none)),
        ("promos-empty", promo(&[], &PromoDraft::default(), &none)),
        ("promos-refused", promo(&codes, &draft, &taken)),
        ("asking", ask(&limited)),
        ("asking-empty", ask(&sold[0])),
        ("comps", comps(&given)),
        ("comps-empty", comps(&[])),
        ("comp", comps::page(&shell("/account/comps/170"), &space, &sold[0], (&waiting, None))),
        ("pass-limited", passes::form(&shell("/account/access_passes/30"), &form)),
        (
            "pass-plan",
            passes::form(&shell("/account/access_passes/30"), &PassForm { draft: &planned, ..form }),
        ),
    ]
}
