//! The directory of spaces: what somebody looks for, and what was found.

use crate::{
    catalogue::spaces::{SpaceCard, tiles},
    dom,
    layout::{self, HTMX, Page, Shell},
    parts,
};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        explore::{Cost, Filter, LONGEST_QUERY, Query, Sort, Unreadable, field},
        topics::{Category, LONGEST_TAG},
    },
};
use maud::{Markup, html};

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
        "" => String::from("Explore"),
        words => format!("“{words}” · Explore"),
    };
    let head = Page {
        title: &title,
        description: "Spaces of creators who go live.",
        scripts: HTMX,
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                h1 { "Explore" }
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
                    label for=(id(field::WORDS)) { "Search spaces, shows and people" }
                    input id=(id(field::WORDS)) type="search" name=(field::WORDS) value=(query.words) maxlength=(LONGEST_QUERY) autocomplete="off";
                }
                button.button { "Search" }
            }
            details.filters open[open] {
                summary { "Filters and order" }
                div.fields { (filters(e)) }
            }
        }
    }
}

fn filters(e: &Explore<'_>) -> Markup {
    let query = e.query;
    let categories = Category::ALL.map(|category| (category.code(), category.name()));
    let costs = Cost::ALL.map(|cost| (cost.code(), cost.name()));
    let sorts = Sort::ALL.map(|sort| (sort.code(), sort.name()));
    let currencies = Currency::ALL.map(|currency| (currency.code(), currency.code().to_uppercase()));
    html! {
        (choice(field::CATEGORY, "Category", query.category.map_or("", Category::code), [("", "All")].into_iter().chain(categories)))
        (input(e, field::TAG, "Tag", &query.tag, "text", LONGEST_TAG))
        (choice(field::COST, "Price", query.cost.map_or("", Cost::code), [("", "Any")].into_iter().chain(costs)))
        (input(e, field::LEAST, "From", &plain(query.least), "decimal", 12))
        (input(e, field::MOST, "Up to", &plain(query.most), "decimal", 12))
        (choice(field::CURRENCY, "Currency", query.currency().code(), currencies.iter().map(|(code, name)| (*code, name.as_str()))))
        (choice(field::SORT, "Order", query.sort.code(), sorts))
        div {
            (check(field::LIVE, "Live now", query.live))
            (check(field::WEEK, "Live or planned this week", query.week))
        }
    }
}

fn plain(money: Option<Money>) -> String {
    money.map(Money::plain).unwrap_or_default()
}

fn choice<'a>(
    name: &str,
    label: &str,
    chosen: &str,
    options: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Markup {
    html! {
        div.field {
            label for=(id(name)) { (label) }
            select id=(id(name)) name=(name) {
                @for (code, words) in options { option value=(code) selected[code == chosen] { (words) } }
            }
        }
    }
}

/// Keeps what was typed, also where it cannot be read.
fn input(e: &Explore<'_>, name: &str, label: &str, value: &str, mode: &str, max: usize) -> Markup {
    let wrong = e.wrong.iter().find(|wrong| wrong.field == name);
    let (invalid, described) = (wrong.map(|_| "true"), wrong.map(|_| dom::error("search", name)));
    html! {
        div.field {
            label for=(id(name)) { (label) }
            input id=(id(name)) name=(name) type="text" value=(wrong.map_or(value, |wrong| wrong.typed.as_str())) maxlength=(max)
                inputmode=(mode) autocomplete="off" aria-invalid=[invalid] aria-describedby=[described];
        }
    }
}

fn check(name: &str, label: &str, on: bool) -> Markup {
    html! { label.choice { input type="checkbox" name=(name) value="1" checked[on]; (label) } }
}

fn results(e: &Explore<'_>) -> Markup {
    let spaces = parts::several(e.total, "space", "spaces");
    html! {
        @if !e.wrong.is_empty() {
            div.notice.bad role="alert" {
                @for wrong in e.wrong { p id=(dom::error("search", wrong.field)) { (label(wrong.field)) ": " (wrong.message) } }
            }
        }
        @if e.cards.is_empty() {
            (chips(e.query))
            (nothing(e))
        } @else {
            h2 {
                (spaces)
                @if !e.query.words.is_empty() { @if e.total == 1 { " matches “" } @else { " match “" } bdi { (e.query.words) } "”" }
            }
            (chips(e.query))
            (tiles(e.cards))
        }
        @if e.further || e.next.is_some() {
            nav.row.pager aria-label="Pages" {
                @if e.further { a.button href=(address(e.query, None)) { "From the beginning" } }
                @if let Some(next) = e.next { a.button rel="next" href=(address(e.query, Some(next))) { "More" } }
            }
        }
    }
}

/// What a refused field is called.
fn label(name: &str) -> &str {
    match name {
        field::CATEGORY => "Category",
        field::TAG => "Tag",
        field::COST => "Price",
        field::LEAST => "From",
        field::MOST => "Up to",
        field::CURRENCY => "Currency",
        _ => "Order",
    }
}

/// The filters in use, each a link to the list without it.
fn chips(query: &Query) -> Markup {
    let filters = query.filters();
    html! {
        @if !filters.is_empty() {
            nav.chips aria-label="Filters in use" {
                @for filter in &filters {
                    a.chip href=(address(&query.without(filter), None)) {
                        span.hidden { "Without " } bdi { (named(filter)) } span aria-hidden="true" { "×" }
                    }
                }
            }
        }
    }
}

fn named(filter: &Filter) -> String {
    match filter {
        Filter::Live => "Live now".into(),
        Filter::Week => "This week".into(),
        Filter::Cost(cost) => cost.name().into(),
        Filter::Least(money) => format!("From {money}"),
        Filter::Most(money) => format!("Up to {money}"),
        Filter::Category(category) => category.name().into(),
        Filter::Tag(tag) => format!("#{tag}"),
    }
}

fn nothing(e: &Explore<'_>) -> Markup {
    let (words, filtered) = (e.query.words.as_str(), !e.query.filters().is_empty());
    if e.further {
        return parts::empty("The list ends before this page.", None);
    }
    if words.is_empty() && !filtered {
        let first = Some(("/account", "Open your space"));
        return parts::empty("No space is open yet. Yours could be the first.", first);
    }
    html! {
        div.empty.stack {
            p {
                @if words.is_empty() { "No space fits these filters." }
                @else { "No space matches “" bdi { (words) } "”" @if filtered { " with these filters" } "." }
            }
            p.row {
                @if filtered && !words.is_empty() { a.button href=(address(&e.query.unfiltered(), None)) { "Search without the filters" } }
                a.button href="/explore" { "Show all spaces" }
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
