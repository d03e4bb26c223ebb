//! Checkout: the ticket, the total before the button, and a page that opens the experience by itself once paid.

use crate::{
    catalogue::{selling::till, ticket},
    dom,
    in_words::InWords,
    layout::{self, LIVE, Page, Shell},
    live::stream,
    money::{
        back::wishes,
        buying::{
            cards, gifts,
            own_page::{self, FormSource},
        },
        invoice, subscriptions,
    },
    parts::{self, When},
    rich, t,
    words::Words,
};
use domain::{
    amount::Money,
    catalogue::{
        offer::{Experience, Pass, Price, PriceKind, Space},
        slug::page_path,
    },
    money::{
        asking::{AnswerError, AskError, MOST_OPTIONS},
        checkout::{Checkout, CheckoutError, OrderEnd, Payment},
        payments::Dispute,
        promo::NoDiscount,
        recurring::{order::PlanOrder, plan::Plan},
        selling::Selling,
        settlement::{PaidMoney, Refund, RefundReason},
    },
    people::account::Account,
    text::documents::Document,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub checkout: &'a Checkout,
    pub space: &'a Space,
    pub pass: &'a Pass,
    /// The experiences that the pass opens.
    pub opens: &'a [Experience],
    /// The payment provider cannot be reached at the moment; the server retries.
    pub away: bool,
    /// Why the order is ending or has ended.
    pub ended: Option<OrderEnd>,
    /// Why the buyer cannot get the pass now, at whatever price.
    pub closed: Option<OrderEnd>,
    /// What happened to the money, once paid.
    pub money: Option<PaidMoney>,
    /// The buyer, if nobody has asked yet what to call them.
    pub unnamed: Option<&'a Account>,
    /// The current version of the text on refunds.
    pub refunds: i64,
    /// The provider's form for our own page, if it has one for us.
    pub form: Option<&'a FormSource>,
}

pub fn page(shell: &Shell, o: &Order<'_>) -> Markup {
    let (title, amount) = (o.checkout.title.as_str(), parts::money(o.checkout.amount));
    let title = t!("money-order-title", title = title, amount = amount);
    let scripts = match (own_page::is_offered(o), follows(o)) {
        (true, _) => own_page::SCRIPTS,
        (false, true) => LIVE,
        (false, false) => &[],
    };
    let head = Page { title: &title, scripts, ..Page::default() };
    let base = format!("/checkouts/{}", o.checkout.id);
    // The ticket shows the price of the order, not the pass's current price.
    let price = Price { kind: ordered(o), ..o.pass.price };
    let selling = Selling { lasting: o.checkout.lasting, ..o.pass.selling };
    let ordered = Pass { price, selling, ..o.pass.clone() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[(&format!("/{}", o.space.slug), &o.space.name)]))
                h1 { (t!("money-order")) }
                (ticket::ticket(&ordered, ticket::heading(o.space, &o.checkout.title), "chosen", total(o)))
                (own_page::form(o))
                (status(o))
            }
            @if follows(o) {
                (stream::follow(&base, ""))
            }
        },
    )
}

/// What is paid may go back, or be disputed. What ended unpaid stays as it is.
fn follows(o: &Order<'_>) -> bool {
    !o.checkout.state.settled() || o.checkout.state == Payment::Paid
}

/// The order's new state, as an SSE message and as the answer of `/checkouts/{id}/fragment`. What somebody is typing there stays.
pub fn frame(o: &Order<'_>) -> Markup {
    dom::partial(dom::CHECKOUT, "outerMorph", status(o))
}

fn ordered(o: &Order<'_>) -> PriceKind {
    let Some(plan) = &o.checkout.plan else { return PriceKind::Once(o.checkout.amount) };
    let PlanOrder { trial_days, setup_fee, instalments, .. } = *plan;
    PriceKind::Recurring(Plan { trial_days, setup_fee, instalments, ..Plan::of(plan.each, plan.every) })
}

fn total(o: &Order<'_>) -> Markup {
    let agreed = o.checkout.agreed.filter(|version| *version > 0);
    html! {
        dl.total {
            div { dt { @if o.checkout.gift.is_some() { (t!("gift-receipt-to")) } @else { (t!("money-order-for")) } } dd { (o.checkout.email) } }
            @if let Some(to) = &o.checkout.gift { div { dt { (t!("gift-to")) } dd { (gifts::receiver(to)) } } }
            @for one in &o.checkout.answers { div { dt { bdi { (one.question) } } dd dir="auto" { (one.answer) } } }
            @if let Some(discount) = &o.checkout.discount {
                div { dt { (t!("promo-price")) } dd { (parts::money(o.checkout.list_price())) } }
                div { dt { (rich!("promo-with"; code => |_| html! { bdi { (discount.code) } })) } dd { "−" (parts::money(Money { minor: discount.minor, ..o.checkout.amount })) } }
            }
            div.sum { dt { (t!("money-order-total")) } dd { (parts::money(o.checkout.amount)) " " small { (o.checkout.amount.currency.code().to_uppercase()) } } }
            @match o.checkout.plan.as_ref().map(|plan| (plan, plan.instalments)) {
                None => {}
                Some((plan, None)) => div { dt { (t!("plans-then")) } dd { (parts::each(plan.every, plan.each)) } },
                Some((plan, Some(times))) => div { dt { (t!("plans-instalments-then")) } dd { (t!("plans-instalments-left", count = times - 1, each = parts::money(plan.each))) } },
            }
            @if let Some(consent) = o.checkout.consent { div { dt { (t!("text-title-refunds")) } dd { a href={ (Document::Refunds.path()) "?version=" (consent.version) } { (t!("order-terms-version", version = consent.version)) } @if let Some(shown) = consent.shown { " (" (shown.name()) ")" } br; small { (rich!("order-agreed-at"; time => |_| parts::time(consent.at, When::Moment))) } } } }
            @if let Some(version) = agreed { div { dt { (t!("text-title-terms")) } dd { a href={ "/terms?version=" (version) } { (t!("order-terms-version", version = version)) } } } }
        }
    }
}

fn status(o: &Order<'_>) -> Markup {
    html! {
        section.stack.settle id=(dom::CHECKOUT) data-state=(o.checkout.state.code()) data-form=[own_page::attempt(o)] aria-live="polite" {
            @match (o.checkout.state, o.ended) {
                (Payment::Held | Payment::Paying, Some(end)) => (ending(o, end)),
                (Payment::Held, None) => (pay(o)),
                (Payment::Paying, None) if o.checkout.is_charging() => {
                    div.notice { p { b { (t!("card-charging")) } } p { (t!("card-charging-wait")) } }
                    (onward(o))
                },
                (Payment::Paying, None) if o.checkout.next_request.is_some() => { (own_page::moving()) (cancel(o)) },
                (Payment::Paying, None) if o.shows_form() => { (own_page::elsewhere(o)) (held_for(o)) (cancel(o)) },
                (Payment::Paying, None) => (paying(o)),
                (Payment::Processing, _) => (processing(o)),
                (Payment::Paid, _) => (paid(o)),
                (Payment::Failed, Some(end @ OrderEnd::Refused)) => (over(o, &end_reason_text(end), &t!("money-safe-refused"))),
                (Payment::Failed | Payment::Expired, Some(end @ OrderEnd::Unconfirmed)) => {
                    (over(o, &end_reason_text(end), &t!("money-safe-unconfirmed")))
                }
                (Payment::Failed, _) => (over(o, &t!("money-failed"), &t!("money-safe-failed"))),
                (Payment::Expired, Some(end)) => (over(o, &end_reason_text(end), &t!("money-safe-ended"))),
                (Payment::Expired, None) => (over(o, &t!("money-run-out"), &t!("money-safe-run-out"))),
            }
        }
    }
}

fn button(o: &Order<'_>, words: &str, class: &str) -> Markup {
    // A subscription keeps its card in any case.
    let keeps =
        o.checkout.state == Payment::Held && o.checkout.request.is_none() && o.checkout.plan.is_none();
    html! {
        form method="post" action={ "/checkouts/" (o.checkout.id) "/payment" } {
            (till::seen(o.refunds))
            @if keeps { label.choice { input type="checkbox" name="keep" value="1" checked[o.checkout.card.keeps]; (t!("card-keep")) } }
            button class={ "button wide " (class) } { (words) }
            (own_page::button(o))
        }
    }
}

fn cancel(o: &Order<'_>) -> Markup {
    html! { form method="post" action={ "/checkouts/" (o.checkout.id) "/cancellation" } { button.button.wide { (t!("money-cancel")) } } }
}

fn held_for(o: &Order<'_>) -> Markup {
    html! { p.muted { (rich!("money-held-for"; time => |_| parts::countdown("for", o.checkout.held_until()))) } }
}

/// On the button that leads to the provider.
pub fn pay_words(amount: Money) -> String {
    if amount.minor == 0 { t!("plans-start").into() } else { t!("money-pay", amount = parts::money(amount)) }
}

fn pay(o: &Order<'_>) -> Markup {
    html! {
        @if o.away { p.notice { (t!("money-away")) } }
        @if let Some(refused) = o.checkout.card.refused { (cards::refusal(refused)) }
        (button(o, &pay_words(o.checkout.amount), "primary"))
        p.muted { (t!("money-pay-where")) }
        (till::notice())
        @if o.checkout.discount.is_none() && o.checkout.plan.is_none() && o.checkout.gift.is_none() && o.pass.price.kind.chosen().is_none() { p { a href=(page_path(&o.space.slug, &o.pass.slug)) { (t!("promo-have")) } } }
        (held_for(o))
        (cancel(o))
    }
}

fn paying(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { (t!("money-waiting")) } }
            p { (t!("money-waiting-page")) }
        }
        (button(o, &pay_words(o.checkout.amount), "primary"))
        (till::notice())
        (held_for(o))
        (cancel(o))
    }
}

fn processing(o: &Order<'_>) -> Markup {
    html! {
        div.notice {
            p { b { (t!("money-processing")) } }
            p { (t!("money-processing-mail", email = o.checkout.email.as_str())) }
        }
        (onward(o))
    }
}

/// The order can no longer be paid, but the provider has not confirmed that yet.
fn ending(o: &Order<'_>, end: OrderEnd) -> Markup {
    html! {
        div.notice { p { b { (end_reason_text(end)) } } p { (t!("money-ending")) } }
        (onward(o))
    }
}

/// Why an order ends, as a sentence.
pub fn end_reason_text(end: OrderEnd) -> Words {
    match end {
        OrderEnd::Cancelled => t!("money-end-cancelled"),
        OrderEnd::Price => t!("money-end-price"),
        OrderEnd::Withdrawn => t!("money-end-withdrawn"),
        OrderEnd::Stock => t!("money-end-stock"),
        OrderEnd::Window => t!("money-end-window"),
        OrderEnd::Questions => t!("money-end-questions"),
        OrderEnd::Unpublished => t!("money-end-unpublished"),
        OrderEnd::Banned => t!("money-end-banned"),
        OrderEnd::Refused => t!("money-end-refused"),
        OrderEnd::Unconfirmed => t!("money-end-unconfirmed"),
    }
}

/// Why an order cannot go on.
impl InWords for CheckoutError {
    fn in_words(&self) -> String {
        let Self::Over(payment) = self;
        let state = match payment {
            Payment::Held => t!("money-state-held"),
            Payment::Paying => t!("money-state-paying"),
            Payment::Processing => t!("money-state-processing"),
            Payment::Paid => t!("money-state-paid"),
            Payment::Failed => t!("money-state-failed"),
            Payment::Expired => t!("money-state-expired"),
        };
        t!("money-over", state = state)
    }
}

/// Why an answer is not taken.
impl InWords for AnswerError {
    fn in_words(&self) -> String {
        match self {
            Self::Missing => t!("asking-missing").into(),
            Self::Unknown => t!("asking-unknown").into(),
            Self::Text(error) => error.in_words(),
        }
    }
}

/// Why something cannot be asked.
impl InWords for AskError {
    fn in_words(&self) -> String {
        match self {
            Self::Few => t!("asking-few").into(),
            Self::Many => t!("asking-many", most = MOST_OPTIONS),
            Self::Text(error) => error.in_words(),
        }
    }
}

/// Why a code makes nothing cheaper.
impl InWords for NoDiscount {
    fn in_words(&self) -> String {
        match self {
            Self::Unknown => t!("promo-unknown"),
            Self::OtherPass => t!("promo-other-pass"),
            Self::NotYet => t!("promo-not-yet"),
            Self::Over => t!("promo-over"),
            Self::UsedUp => t!("promo-used-up"),
            Self::OpenOrder => t!("promo-open-order"),
        }
        .into()
    }
}

/// An order that ended without the pass: what happened, and what can be done now.
fn over(o: &Order<'_>, what: &str, safe: &str) -> Markup {
    html! {
        // Whoever cancelled their order meant it: that is no failure.
        div.notice.bad[o.ended != Some(OrderEnd::Cancelled)] { h2 { (what) } p { (safe) } }
        (next(o))
    }
}

/// The way on under the current terms, which may differ from those that ended the order.
fn next(o: &Order<'_>) -> Markup {
    let purchase = format!("{}/purchase", page_path(&o.space.slug, &o.pass.slug));
    html! {
        @match (o.closed, o.pass.price.kind) {
            (Some(end), _) => {
                @if o.ended != Some(end) { p { (end_reason_text(end)) } }
                @if matches!(end, OrderEnd::Unpublished | OrderEnd::Banned) { a.button.wide href="/explore" { (t!("money-explore-others")) } }
                @else { a.button.wide href={ "/" (o.space.slug) } { (rich!("money-see-offers"; space => |_| html! { bdi { (o.space.name) } })) } }
            }
            (None, PriceKind::Free) => {
                p { (t!("money-free-now")) }
                form method="post" action=(purchase) { button.button.primary.wide { (t!("money-take")) } }
            }
            (None, PriceKind::Once(now)) if now != o.checkout.list_price() => {
                p { (rich!("money-costs-now"; amount => |_| html! { b { (parts::money(now)) } })) }
                form method="post" action=(purchase) { button.button.primary.wide { (t!("money-buy-for", amount = parts::money(now))) } }
            }
            (None, PriceKind::Once(_) | PriceKind::Chosen(_) | PriceKind::Recurring(_)) => a.button.primary.wide href=(page_path(&o.space.slug, &o.pass.slug)) { (t!("money-back-to-pass")) },
        }
    }
}

fn paid(o: &Order<'_>) -> Markup {
    let Some(money) = &o.money else {
        return html! {
            (entered(o))
            @if o.checkout.plan.is_some() { p { a href=(subscriptions::PATH) { (t!("plans-own")) } } }
        };
    };
    html! {
        (kept(o, money))
        p.muted {
            (invoice::link(o.checkout.purchase))
            @if matches!(money.refund(), Refund::None | Refund::Part) { " · " (wishes::link(o.checkout.purchase)) }
        }
    }
}

/// What the buyer has for the money, or where it is.
fn kept(o: &Order<'_>, money: &PaidMoney) -> Markup {
    match money.refund() {
        Refund::Whole => returned(o, money),
        Refund::Failed => refund_failed(o),
        Refund::Taken => over(o, &t!("money-taken-back"), &t!("money-taken-back-why")),
        Refund::Owed(reason) => going_back(o, reason, money.dispute),
        Refund::Disputed => html! {
            div.notice.bad { h2 { (t!("money-paused")) } p { (t!("money-paused-why")) } }
            (onward(o))
        },
        Refund::Part => html! {
            (entered(o))
            p.muted { (t!("money-part-back", amount = parts::money(money.refunded))) }
        },
        Refund::None => entered(o),
    }
}

fn entered(o: &Order<'_>) -> Markup {
    if let Some(to) = &o.checkout.gift {
        return html! { (gifts::paid(to)) (onward(o)) };
    }
    if o.closed == Some(OrderEnd::Banned) {
        return html! {
            div.notice.bad {
                h2 { (t!("money-yours")) }
                p { (end_reason_text(OrderEnd::Banned)) " " (t!("money-yours-banned")) }
            }
            (onward(o))
        };
    }
    html! {
        div.notice.good { h2 { (t!("money-in")) } p { (t!("money-confirmed", email = o.checkout.email.as_str())) } }
        @for (i, e) in o.opens.iter().enumerate() {
            @let (door, words) = (page_path(&o.space.slug, &e.slug), rich!("money-enter"; title => |_| html! { bdi { (e.title) } }));
            @match o.unnamed {
                Some(buyer) if i == 0 => (parts::name_and_enter(buyer, &door, &words)),
                _ => a.button.wide.primary[i == 0] href=(door) { (words) },
            }
        }
        @if o.opens.is_empty() { a.button.primary.wide href={ "/" (o.space.slug) } { (go_to(o)) } }
        @else { p.muted { (rich!("catalogue-calendar"; calendar => |words| html! { a href={ "/" (o.space.slug) "/calendar.ics" } { (words) } })) } }
    }
}

/// The way on where nothing is left to do here: to the space, or past one that is closed to the buyer.
fn onward(o: &Order<'_>) -> Markup {
    html! {
        @if matches!(o.closed, Some(OrderEnd::Unpublished | OrderEnd::Banned)) { a.button.wide href="/explore" { (t!("money-explore-others")) } }
        @else { a.button.wide href={ "/" (o.space.slug) } { (go_to(o)) } }
    }
}

fn go_to(o: &Order<'_>) -> Markup {
    rich!("money-go-to"; space => |_| html! { bdi { (o.space.name) } })
}

/// Why the payment is refunded automatically.
pub fn refund_words(reason: RefundReason) -> Words {
    match reason {
        RefundReason::Surplus => t!("money-refund-surplus"),
        RefundReason::Banned => t!("money-refund-banned"),
        RefundReason::Unpublished => t!("money-refund-unpublished"),
        RefundReason::SoldOut => t!("money-refund-sold-out"),
        RefundReason::Over => t!("money-refund-over"),
        RefundReason::NoReceiver => t!("money-refund-no-receiver"),
        RefundReason::Untaken => t!("money-refund-untaken"),
    }
}

/// While a bank decides about a dispute, it holds the money, and nobody can promise a mail about it.
fn going_back(o: &Order<'_>, reason: RefundReason, dispute: Option<Dispute>) -> Markup {
    html! {
        div.notice {
            h2 { (t!("money-going-back")) }
            p {
                (refund_words(reason)) " "
                @if dispute == Some(Dispute::Open) { (t!("money-going-back-disputed")) }
                @else { (t!("money-going-back-amount", amount = parts::money(o.checkout.amount))) }
            }
        }
        (onward(o))
    }
}

fn returned(o: &Order<'_>, money: &PaidMoney) -> Markup {
    html! {
        div.notice {
            h2 { (t!("money-refunded")) }
            @if let Some(reason) = money.owed { p { (refund_words(reason)) } }
            p { (t!("money-refunded-amount", amount = parts::money(money.refunded))) }
        }
        (onward(o))
    }
}

fn refund_failed(o: &Order<'_>) -> Markup {
    html! {
        div.notice.bad {
            h2 { (t!("money-refund-failed")) }
            p { (t!("money-refund-failed-mail", email = o.checkout.email.as_str())) }
        }
        (onward(o))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_is_over_is_told_in_the_words_of_the_domain() {
        for error in Payment::ALL.map(CheckoutError::Over) {
            assert_eq!(error.in_words(), error.to_string());
        }
    }
}
