//! Ways of buying beside a fixed price, in every state.

use crate::sample::*;
use domain::{
    access::{comp::Comp, relation::Relation},
    amount::{Currency, Money},
    catalogue::offer::{Pass, Price, PriceKind},
    money::{
        buying::{
            cards::{CardOrder, CardRefusal, SavedCard},
            chosen::{AmountRefused, ChosenPrice},
        },
        checkout::{Checkout, OrderEnd, Payment},
        settlement::PaidMoney,
    },
};
use maud::Markup;
use views::{
    catalogue::{
        pass::{self, PAY_FIRST, PURCHASE, PassPage, WishDraft},
        passes::{self, PassDraft, PassForm},
        space::Offer,
    },
    form::{Errors, FieldError},
    money::{
        buying::{
            gifts::{self, GiftPage},
            guests::{self, GuestPage},
            own_page::FormSource,
        },
        checkout::{self, Order},
        comps,
    },
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = chosen();
    pages.extend(at_once());
    pages.extend(on_own_page());
    pages.extend(given());
    pages.extend(paid_first());
    pages
}

pub fn cards() -> Vec<SavedCard> {
    let card = |n: u64, brand: &str, last4: &str| SavedCard {
        id: format!("pm_{n}"),
        account: id(2),
        brand: brand.into(),
        last4: last4.into(),
        exp_month: 7,
        exp_year: 2031,
    };
    vec![card(1, "visa", "4242"), card(2, "mastercard", "4444")]
}

/// With a saved card: the passes that it pays, and what its bank can say.
fn at_once() -> Vec<(&'static str, Markup)> {
    let (ada, space, passes, opens) = (account(2, "Ada"), space(), passes(), experiences());
    let order = |state: Payment, card: CardOrder| {
        let checkout = Checkout { card, ..checkout(state) };
        let order = Order {
            refunds: 1,
            checkout: &checkout,
            space: &space,
            pass: &passes[0],
            opens: &opens,
            away: false,
            ended: None,
            closed: None,
            money: None,
            unnamed: None,
            form: None,
        };
        checkout::page(&shell("/checkouts/70", Some(&ada)), &order)
    };
    let refused = |refused| CardOrder { refused: Some(refused), ..CardOrder::default() };
    let charging = CardOrder { card: Some("pm_1".into()), ..CardOrder::default() };
    let (nothing, none) = (WishDraft::default(), Errors::default());
    vec![
        ("pass-card", pass_page(&passes[0], true, &nothing, &none)),
        ("checkout-charging", order(Payment::Paying, charging)),
        ("checkout-card-asks", order(Payment::Held, refused(CardRefusal::Asks))),
        ("checkout-card-expired", order(Payment::Held, refused(CardRefusal::Expired))),
        ("checkout-card-funds", order(Payment::Held, refused(CardRefusal::Funds))),
        ("checkout-card-declined", order(Payment::Held, refused(CardRefusal::Declined))),
    ]
}

/// Paid in the provider's form on our own page.
fn on_own_page() -> Vec<(&'static str, Markup)> {
    let (ada, space, passes, opens) = (account(2, "Ada"), space(), passes(), experiences());
    let source = FormSource { key: "pk_test_1".into(), script: "https://pay.example/script.js".into() };
    let order = |checkout: Checkout, ended: Option<OrderEnd>| {
        let order = Order {
            refunds: 1,
            checkout: &checkout,
            space: &space,
            pass: &passes[0],
            opens: &opens,
            away: checkout.state == Payment::Held && checkout.request.is_some(),
            ended,
            closed: None,
            money: None,
            unnamed: None,
            form: Some(&source),
        };
        checkout::page(&shell("/checkouts/70", Some(&ada)), &order)
    };
    let here = || Checkout { client_secret: Some("pi_1_secret".into()), ..checkout(Payment::Paying) };
    let asked = Some("{}".to_owned());
    vec![
        ("checkout-form-offered", order(checkout(Payment::Held), None)),
        ("checkout-form-away", order(Checkout { request: asked.clone(), ..checkout(Payment::Held) }, None)),
        ("checkout-form", order(here(), None)),
        ("checkout-form-left", order(Checkout { next_request: asked, ..here() }, None)),
        ("checkout-form-paying-elsewhere", order(checkout(Payment::Paying), None)),
        ("checkout-form-processing", order(checkout(Payment::Processing), None)),
        ("checkout-form-ending", order(here(), Some(OrderEnd::Price))),
        ("checkout-form-failed", order(checkout(Payment::Failed), None)),
    ]
}

/// The pass at this price.
fn priced(least: Money, suggested: Option<i64>) -> Pass {
    let pass = passes().remove(0);
    let kind = PriceKind::Chosen(ChosenPrice { least, suggested });
    Pass { price: Price { kind, ..pass.price }, ..pass }
}

fn pass_page(pass: &Pass, signed_in: bool, wish: &WishDraft, errors: &Errors) -> Markup {
    let (maya, ada, space, experiences) = (maya(), account(2, "Ada"), space(), experiences());
    let offer = Offer { pass, relation: Relation::Buyer, payable: true, sale: pass.sale(NOW) };
    let (opens, cards) = (&experiences, cards());
    let card = cards.first().filter(|_| signed_in);
    let page = PassPage {
        refunds: 1,
        space: &space,
        owner: &maya,
        offer,
        opens,
        kept_out: None,
        card,
        wish,
        errors,
    };
    pass::page(&shell("/maya/front-row", signed_in.then_some(&ada)), &page)
}

fn chosen() -> Vec<(&'static str, Markup)> {
    let (nothing, none) = (WishDraft::default(), Errors::default());
    let (tip, any) = (priced(euros(500), Some(850)), priced(euros(0), None));
    let yen = priced(Money { minor: 700, currency: Currency::Jpy }, None);
    let few = WishDraft { amount: "4.50".into(), ..WishDraft::default() };
    let little = FieldError::new("amount", AmountRefused::Little(euros(500)));
    let little = Errors::one(PURCHASE, little);
    let (maya, space) = (maya(), space());
    let form = PassForm {
        space: &space,
        existing: Some(&tip),
        draft: &PassDraft::from(&tip),
        experiences: &experiences(),
        holders: 0,
        payable: true,
        errors: &none,
    };
    vec![
        ("pass-chosen", pass_page(&tip, true, &nothing, &none)),
        ("pass-chosen-visitor", pass_page(&tip, false, &nothing, &none)),
        ("pass-chosen-any", pass_page(&any, true, &nothing, &none)),
        ("pass-chosen-yen", pass_page(&yen, true, &nothing, &none)),
        ("pass-chosen-refused", pass_page(&tip, true, &few, &little)),
        ("pass-chosen-form", passes::form(&shell("/account/access_passes/30", Some(&maya)), &form)),
    ]
}

/// A pass for somebody else: the form, the paid order, and what the receiver sees.
fn given() -> Vec<(&'static str, Markup)> {
    let (ada, space, passes, opens) = (account(2, "Ada"), space(), passes(), experiences());
    let shell = |path: &str| shell(path, Some(&ada));
    let form = |email: &str, errors: &Errors| {
        let wish = WishDraft::default();
        let page = GiftPage { space: &space, pass: &passes[0], email, wish: &wish, errors };
        gifts::page(&shell("/maya/front-row/gift"), &page)
    };
    let own = FieldError { field: "email", message: "This is your own address.".into() };
    let order = |state: Payment| {
        let checkout = Checkout { gift: Some("kim@example.org".into()), ..checkout(state) };
        let money = (state == Payment::Paid).then(|| PaidMoney {
            paid: checkout.amount,
            refunded: euros(0),
            owed: None,
            refund_failed: false,
            dispute: None,
        });
        let order = Order {
            refunds: 1,
            checkout: &checkout,
            space: &space,
            pass: &passes[0],
            opens: &opens,
            away: false,
            ended: None,
            closed: None,
            money,
            unnamed: None,
            form: None,
        };
        checkout::page(&shell("/checkouts/70"), &order)
    };
    let comp = Comp {
        id: id(170),
        pass: id(30),
        space: space.id,
        email: "ada@example.org".into(),
        by: id(3),
        created_at: NOW,
        claimed_at: None,
        grant: None,
        revoked_at: None,
        purchase: Some(id(71)),
    };
    vec![
        ("gift", form("", &Errors::default())),
        ("gift-refused", form("ada@example.org", &Errors::one(PURCHASE, own))),
        ("checkout-gift", order(Payment::Held)),
        ("checkout-gift-paid", order(Payment::Paid)),
        ("comp-bought", comps::page(&shell("/account/comps/170"), &space, &passes[0], (&comp, Some("Kim")))),
    ]
}

/// The order of a visitor, in each state.
fn paid_first() -> Vec<(&'static str, Markup)> {
    let (space, passes) = (space(), passes());
    let path = "/checkouts/guest/70-abc";
    let order = |state: Payment, own: bool, returned: bool, ended: Option<OrderEnd>| {
        let kim = || "kim@example.org".to_owned();
        let order = Checkout { email: kim(), gift: Some(kim()), guest: true, ..checkout(state) };
        let page = GuestPage {
            refunds: 1,
            order: &order,
            space: &space,
            pass: &passes[0],
            path,
            own,
            ended,
            returned,
        };
        guests::page(&shell(path, None), &page)
    };
    let refused =
        FieldError { field: "email", message: "An e-mail address looks like name@example.org.".into() };
    let wish = WishDraft { email: "kim@".into(), ..WishDraft::default() };
    vec![
        ("pass-pay-first", pass_page(&passes[0], false, &WishDraft::default(), &Errors::default())),
        ("pass-pay-first-refused", pass_page(&passes[0], false, &wish, &Errors::one(PAY_FIRST, refused))),
        ("guest-order", order(Payment::Held, false, false, None)),
        ("guest-order-paying", order(Payment::Paying, false, false, None)),
        ("guest-order-processing", order(Payment::Processing, false, false, None)),
        ("guest-order-paid", order(Payment::Paid, false, false, None)),
        ("guest-order-proven", order(Payment::Paid, true, false, None)),
        ("guest-order-returned", order(Payment::Paid, false, true, None)),
        ("guest-order-cancelled", order(Payment::Expired, false, false, Some(OrderEnd::Cancelled))),
    ]
}
