//! The seller's money and orders, the buyer's invoice, and the operators' ledger.

use super::{back, payouts};
use crate::sample::*;
use domain::{
    amount::{Currency, Money},
    id::PurchaseId,
    money::{
        back::wishes::WishAnswer,
        buying::billed::BilledCompany,
        ledger::movement::MovementKind,
        number::InvoiceNumber,
        payments::WebhookRefusal,
        settlement::{PaidMoney, RefundReason},
    },
};
use maud::Markup;
use views::{
    form::{Errors, FieldError},
    money::{
        back::wishes::DECLINE,
        desk::{self, BalanceRow, Desk, Line},
        invoice::{self, Invoice},
        operators::{self, CompareRow, LedgerPage, SumRow},
        orders::{self, Decided, FORM, OneOrder, OrderRow, Orders},
    },
    ops::{Arrivals, SweepSeen},
};

const PAID: PaidMoney = PaidMoney {
    paid: Money { minor: 1200, currency: Currency::Eur },
    refunded: Money { minor: 350, currency: Currency::Eur },
    owed: None,
    refund_failed: false,
    dispute: None,
};
const NUMBER: Option<InvoiceNumber> = Some(InvoiceNumber { year: 2026, number: 42 });

fn lines() -> Vec<Line<'static>> {
    let line = |kind, own, fee| Line {
        kind,
        at: NOW,
        amount: euros(1200),
        fee,
        own,
        pending_until: None,
        migrated: false,
        title: "Front Row",
        number: Some(1042),
        order: Some(id(71)),
        payout: (kind == MovementKind::Payout).then(|| id(73)),
    };
    let mut lines: Vec<Line<'_>> = MovementKind::ALL.map(|kind| line(kind, -1080, -120)).into();
    lines.push(Line { pending_until: Some(NOW), ..line(MovementKind::Payment, 1080, 120) });
    lines.push(Line { migrated: true, ..line(MovementKind::Payment, 1200, 0) });
    lines
}

fn row(n: u64, money: PaidMoney) -> OrderRow<'static> {
    let id: PurchaseId = id(n);
    let (title, buyer, email) = ("Front Row", "Ada", "ada@example.org");
    OrderRow { id, number: Some(1042), title, buyer, email, at: NOW, money, asks: n == 72 }
}

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = sellers();
    pages.extend(order());
    pages.extend(invoices());
    pages.extend(ledgers());
    pages
}

fn sellers() -> Vec<(&'static str, Markup)> {
    let (maya, space, lines) = (maya(), space(), lines());
    let balance = |currency, disputed| BalanceRow {
        currency,
        available: -1500,
        pending: 10_800,
        disputed,
        sold: 24_000,
        refunded: 1200,
        fees: 2280,
    };
    let balances = [balance(Currency::Eur, 1200), balance(Currency::Jpy, 0)];
    let money = shell("/account/spaces/10/money", Some(&maya));
    let next = Some("1767384840000.payment.pi_1");
    let full = Desk { space: &space, balances: &balances, payouts: None, lines: &lines, further: true, next };
    let empty = Desk { balances: &[], lines: &[], further: false, next: None, ..full };
    let list = shell("/account/spaces/10/orders", Some(&maya));
    let owed = PaidMoney { owed: Some(RefundReason::Surplus), ..PAID };
    let rows = [row(71, PAID), OrderRow { email: "", ..row(72, owed) }];
    let found = Orders {
        space: &space,
        search: "front row",
        rows: &rows,
        asking: 1,
        only_asking: false,
        further: true,
        next: Some("1-0a"),
    };
    let none = Orders { rows: &[], asking: 0, further: false, next: None, ..found };
    let asking =
        Orders { search: "", rows: &rows[1..], only_asking: true, further: false, next: None, ..found };
    vec![
        ("desk", desk::page(&money, &full)),
        ("desk-empty", desk::page(&money, &empty)),
        ("orders", orders::page(&list, &found)),
        ("orders-none", orders::page(&list, &Orders { search: "", ..none })),
        ("orders-not-found", orders::page(&list, &none)),
        ("orders-asking", orders::page(&list, &asking)),
        ("orders-asking-none", orders::page(&list, &Orders { search: "", only_asking: true, ..none })),
    ]
}

fn order() -> Vec<(&'static str, Markup)> {
    let (maya, lines) = (maya(), lines());
    let shell = shell("/account/orders/71", Some(&maya));
    let decided = |done, refused| Decided { amount: euros(350), at: NOW, done, refused };
    let refunds = [decided(true, false), decided(false, false), decided(false, true)];
    let none = Errors::default();
    let wrong = FieldError { field: "amount", message: "At most €8.50 can be refunded.".into() };
    let wrong = Errors::one(FORM, wrong);
    let one = OneOrder {
        space_id: id(10),
        space: "Maya Lin",
        row: row(71, PAID),
        gift: None,
        invoice: NUMBER,
        fee: euros(120),
        story: &lines,
        refunds: &refunds,
        left: Some(euros(850)),
        used_up: false,
        wishes: &[],
        draft: "",
        words: "",
        errors: &none,
    };
    let wishes = [back::wish(Some(WishAnswer::Declined)), back::wish(None)];
    let short = Errors::one(DECLINE, FieldError { field: "words", message: "Write something.".into() });
    let asks = OneOrder { wishes: &wishes, ..one };
    vec![
        ("order-asks", orders::one(&shell, &asks)),
        ("order-asks-refused", orders::one(&shell, &OneOrder { errors: &short, ..asks })),
        ("order-answered", orders::one(&shell, &OneOrder { wishes: &wishes[..1], ..one })),
        ("order", orders::one(&shell, &one)),
        ("order-gift", orders::one(&shell, &OneOrder { gift: Some("ben@example.org"), ..one })),
        ("order-refused", orders::one(&shell, &OneOrder { draft: "12", errors: &wrong, ..one })),
        ("order-used-up", orders::one(&shell, &OneOrder { left: None, used_up: true, ..one })),
        ("order-refunded", orders::one(&shell, &OneOrder { left: None, refunds: &[], ..one })),
    ]
}

fn invoices() -> Vec<(&'static str, Markup)> {
    let ada = account(2, "Ada");
    let shell = shell("/account/purchases/71/invoice", Some(&ada));
    let none = Errors::default();
    let with = |money| Invoice {
        order: id(71),
        checkout: id(70),
        invoice: NUMBER,
        number: Some(1042),
        at: NOW,
        seller: "Maya Lin",
        seller_url: "https://backstage.example/maya",
        buyer: "Ada",
        email: "ada@example.org",
        company: None,
        title: "Front Row",
        money,
        draft: None,
        errors: &none,
    };
    let moss = BilledCompany {
        name: "Moss & Sons GmbH".into(),
        address: "Lindengasse 4\n1070 Wien".into(),
        tax_id: "ATU12345678".into(),
    };
    let nameless = BilledCompany { name: String::new(), ..moss.clone() };
    let refused =
        Errors::one(invoice::FORM, FieldError { field: "company", message: "This cannot be empty.".into() });
    let kept = PaidMoney { refunded: euros(0), ..PAID };
    vec![
        ("invoice", invoice::page(&shell, &with(kept))),
        ("invoice-company", invoice::page(&shell, &Invoice { company: Some(&moss), ..with(kept) })),
        (
            "invoice-company-refused",
            invoice::page(&shell, &Invoice { draft: Some(&nameless), errors: &refused, ..with(kept) }),
        ),
        ("invoice-part-back", invoice::page(&shell, &with(PAID))),
        ("invoice-back", invoice::page(&shell, &with(PaidMoney { refunded: euros(1200), ..PAID }))),
    ]
}

fn ledgers() -> Vec<(&'static str, Markup)> {
    let mut olga = account(4, "Olga");
    olga.operator = true;
    let shell = shell("/ops/money", Some(&olga));
    let sum = |account: &str, minor| SumRow { account: account.into(), sum: euros(minor) };
    let full = LedgerPage {
        sums: vec![sum("provider:pending", 1135), sum("sellers", -1080), sum("platform:fees", -120)],
        compared: vec![CompareRow { currency: Currency::Eur, ledger: 1135, provider: 1130 }],
        seen: Some(NOW),
        away: Some("no answer in 10 s".into()),
        arrivals: Arrivals {
            webhook: Some(NOW),
            sweep: Some(SweepSeen { at: NOW, found: 0, lost: Some((3, NOW)) }),
            refusal: Some((WebhookRefusal::Signature, NOW)),
        },
        failed: payouts::rows().into_iter().filter(|one| one.state.has_failed()).collect(),
        payouts: payouts::rows(),
    };
    vec![
        ("ops-ledger", operators::ledger(&shell, &full)),
        ("ops-ledger-empty", operators::ledger(&shell, &LedgerPage::default())),
    ]
}
