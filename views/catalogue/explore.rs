//! The directory of spaces: what somebody looks for, and what was found.

use crate::{
    catalogue::spaces::{SpaceCard, tiles},
    dom,
    in_words::InWords,
    layout::{self, HTMX, Page, Shell},
    names, parts, rich, t,
};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        explore::{Cost, Filter, LONGEST_QUERY, MOST_COUNTED, Query, Sort, Unreadable, field},
        topics::{Category, LONGEST_TAG},
    },
};
use maud::{Markup, html};
use std::borrow::Cow;

/// One page of the directory.
#[derive(Clone, Copy, Debug)]
pub struct Explore<'a> {
    pub query: &'a Query,
    /// What was typed but cannot be read.
    pub wrong: &'a [Unreadable],
    pub cards: &'a [SpaceCard<'a>],
    /// Spaces on all pages together.
    pub total: u64,
    /// This is not the first page.
    pub further: bool,
    /// Cursor of the next page, if there is one.
    pub next: Option<&'a str>,
}

pub fn page(shell: &Shell, e: &Explore<'_>) -> Markup {
    let title = match e.query.words.as_str() {
        "" => t!("layout-explore"),
        words => t!("catalogue-explore-title", words = words).into(),
    };
    let head =
        Page { title: &title, description: &t!("catalogue-explore-about"), scripts: HTMX, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("layout-explore")) }
                (search(e))
                div.stack #(dom::RESULTS) { (results(e)) }
            }
        },
    )
}

fn id(name: &str) -> String {
    dom::field("search", name)
}

/// A plain form. With scripts, the results follow what is typed.
fn search(e: &Explore<'_>) -> Markup {
    let (query, results) = (e.query, format!("#{}", dom::RESULTS));
    let open = !query.filters().is_empty() || !e.wrong.is_empty() || query.sort != Sort::default();
    html! {
        form.stack method="get" action="/explore" role="search" hx-get="/explore" hx-trigger="input delay:300ms, submit"
            hx-target=(results) hx-select=(results) hx-swap="outerHTML" {
            div.search.row {
                div.field.grow {
                    label for=(id(field::WORDS)) { (t!("catalogue-search-label")) }
                    input id=(id(field::WORDS)) type="search" name=(field::WORDS) value=(query.words) maxlength=(LONGEST_QUERY) autocomplete="off";
                }
                button.button { (t!("catalogue-search")) }
            }
            details.filters open[open] {
                summary { (t!("catalogue-filters")) }
                div.fields { (filters(e)) }
            }
        }
    }
}

fn filters(e: &Explore<'_>) -> Markup {
    let query = e.query;
    let categories = Category::ALL.map(|category| (category.code(), names::category(category)));
    let costs = Cost::ALL.map(|cost| (cost.code(), cost_name(cost)));
    let sorts = Sort::ALL.map(|sort| (sort.code(), sort_name(sort)));
    let currencies = Currency::ALL.map(|currency| (currency.code(), currency.code().to_uppercase().into()));
    html! {
        (choice(field::CATEGORY, query.category.map_or("", Category::code), [("", t!("catalogue-all"))].into_iter().chain(categories)))
        (input(e, field::TAG, &query.tag, "text", LONGEST_TAG))
        (choice(field::COST, query.cost.map_or("", Cost::code), [("", t!("catalogue-any"))].into_iter().chain(costs)))
        (input(e, field::LEAST, &plain(query.least), "decimal", 12))
        (input(e, field::MOST, &plain(query.most), "decimal", 12))
        (choice(field::CURRENCY, query.currency().code(), currencies))
        (choice(field::SORT, query.sort.code(), sorts))
        div {
            (check(field::LIVE, &t!("catalogue-live-now"), query.live))
            (check(field::WEEK, &t!("catalogue-live-week"), query.week))
        }
    }
}

fn cost_name(cost: Cost) -> Cow<'static, str> {
    match cost {
        Cost::Free => t!("catalogue-cost-free"),
        Cost::Paid => t!("catalogue-cost-paid"),
    }
}

fn sort_name(sort: Sort) -> Cow<'static, str> {
    match sort {
        Sort::Live => t!("catalogue-sort-live"),
        Sort::Soonest => t!("catalogue-sort-soonest"),
        Sort::Newest => t!("catalogue-sort-newest"),
        Sort::Name => t!("catalogue-sort-name"),
        Sort::Price => t!("catalogue-sort-price"),
    }
}

fn plain(money: Option<Money>) -> String {
    money.map(Money::plain).unwrap_or_default()
}

fn choice<'a>(
    name: &str,
    chosen: &str,
    options: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>,
) -> Markup {
    html! {
        div.field {
            label for=(id(name)) { (label(name)) }
            select id=(id(name)) name=(name) {
                @for (code, words) in options { option value=(code) selected[code == chosen] { (words) } }
            }
        }
    }
}

/// Keeps what was typed, also where it cannot be read.
fn input(e: &Explore<'_>, name: &str, value: &str, mode: &str, max: usize) -> Markup {
    let wrong = e.wrong.iter().find(|wrong| wrong.field == name);
    let (invalid, described) = (wrong.map(|_| "true"), wrong.map(|_| dom::error("search", name)));
    html! {
        div.field {
            label for=(id(name)) { (label(name)) }
            input id=(id(name)) name=(name) type="text" value=(wrong.map_or(value, |wrong| wrong.typed.as_str())) maxlength=(max)
                inputmode=(mode) autocomplete="off" aria-invalid=[invalid] aria-describedby=[described];
        }
    }
}

fn check(name: &str, label: &str, on: bool) -> Markup {
    html! { label.choice { input type="checkbox" name=(name) value="1" checked[on]; (label) } }
}

fn results(e: &Explore<'_>) -> Markup {
    html! {
        @if !e.wrong.is_empty() {
            div.notice.bad role="alert" {
                @for wrong in e.wrong { p id=(dom::error("search", wrong.field)) { (label(wrong.field)) ": " (wrong.why.in_words()) } }
            }
        }
        @if e.cards.is_empty() {
            (chips(e.query))
            (nothing(e))
        } @else {
            h2 { (found(e)) }
            (chips(e.query))
            (tiles(e.cards))
        }
        @if e.further || e.next.is_some() {
            nav.row.pager aria-label=(t!("catalogue-pages")) {
                @if e.further { a.button href=(address(e.query, None)) { (t!("catalogue-beginning")) } }
                @if let Some(next) = e.next { a.button rel="next" href=(address(e.query, Some(next))) { (t!("layout-more")) } }
            }
        }
    }
}

/// How many spaces there are.
fn found(e: &Explore<'_>) -> Markup {
    let more = if e.total > MOST_COUNTED { "+" } else { "" };
    let shown = parts::count(e.total.min(MOST_COUNTED)) + more;
    if e.query.words.is_empty() {
        return html! { (t!("catalogue-explore-count", count = e.total, shown = shown)) };
    }
    rich!(
        "catalogue-explore-matches", count = i64::try_from(e.total).unwrap_or(i64::MAX);
        shown => |_| html! { (shown) }, words => |_| html! { bdi { (e.query.words) } }
    )
}

/// What a field is called.
fn label(name: &str) -> Cow<'static, str> {
    match name {
        field::CATEGORY => t!("form-field-category"),
        field::TAG => t!("catalogue-tag"),
        field::COST => t!("form-field-kind"),
        field::LEAST => t!("catalogue-from"),
        field::MOST => t!("catalogue-up-to"),
        field::CURRENCY => t!("form-field-currency"),
        _ => t!("catalogue-order"),
    }
}

/// The filters in use, each a link to the list without it.
fn chips(query: &Query) -> Markup {
    let filters = query.filters();
    html! {
        @if !filters.is_empty() {
            nav.chips aria-label=(t!("catalogue-filters-used")) {
                @for filter in &filters {
                    a.chip href=(address(&query.without(filter), None)) {
                        span.hidden { (t!("catalogue-without")) " " } bdi { (named(filter)) } span aria-hidden="true" { "×" }
                    }
                }
            }
        }
    }
}

fn named(filter: &Filter) -> Cow<'static, str> {
    match filter {
        Filter::Live => t!("catalogue-live-now"),
        Filter::Week => t!("catalogue-this-week"),
        Filter::Cost(cost) => cost_name(*cost),
        Filter::Least(money) => t!("catalogue-from-amount", amount = parts::money(*money)).into(),
        Filter::Most(money) => t!("catalogue-up-to-amount", amount = parts::money(*money)).into(),
        Filter::Category(category) => names::category(*category),
        Filter::Tag(tag) => format!("#{tag}").into(),
    }
}

fn nothing(e: &Explore<'_>) -> Markup {
    let (words, filtered) = (e.query.words.as_str(), !e.query.filters().is_empty());
    if e.further {
        return parts::empty(&t!("catalogue-explore-ended"), None);
    }
    if words.is_empty() && !filtered {
        return parts::empty(&t!("catalogue-spaces-empty"), Some(("/account", &t!("catalogue-open-yours"))));
    }
    let typed = |_: &str| html! { bdi { (words) } };
    html! {
        div.empty.stack {
            p {
                @if words.is_empty() { (t!("catalogue-explore-none-fits")) }
                @else if filtered { (rich!("catalogue-explore-none-filtered"; words => typed)) }
                @else { (rich!("catalogue-explore-none"; words => typed)) }
            }
            p.row {
                @if filtered && !words.is_empty() { a.button href=(address(&e.query.unfiltered(), None)) { (t!("catalogue-explore-unfiltered")) } }
                a.button href="/explore" { (t!("catalogue-explore-all")) }
            }
        }
    }
}

/// The address of the list that a query asks for.
fn address(query: &Query, after: Option<&str>) -> String {
    let after = after.map(|cursor| (field::AFTER, cursor.to_owned()));
    let pairs = query.pairs().into_iter().chain(after);
    let pairs: Vec<String> =
        pairs.map(|(name, value)| format!("{name}={}", parts::encoded(&value))).collect();
    if pairs.is_empty() { "/explore".into() } else { format!("/explore?{}", pairs.join("&")) }
}
