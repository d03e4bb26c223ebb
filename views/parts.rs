//! Small pieces that many pages share.

pub use crate::words::numbers::{count, money};

use crate::{
    dom,
    form::{Errors, Field},
    icons, rich, t,
    words::dates,
};
use domain::{
    access::ban::KeptOut,
    amount::Money,
    catalogue::{
        cover::{Drawn, Seed},
        offer::{PriceKind, Space},
    },
    chat::links::{self, Piece},
    id::{AccountId, SpaceId, StreamId},
    money::billing::Interval,
    ops::reports::Kind,
    people::account::Account,
    picture::{FOLDER, PREVIEW, PictureId},
    time::{Millis, Span},
};
use maud::{Markup, html};
use std::fmt::{self, Display};

/// The format of a moment in the reader's zone. The server writes UTC, and the browser converts it.
#[derive(Clone, Copy)]
pub enum When {
    /// `Fri 4 Dec, 20:00`, with the year if it is not the current one; the UTC text always has the year.
    Moment,
    /// `Fri 4 Dec, 20:00:07`
    Second,
    /// `20:00`
    Clock,
    /// `4 December 2026`
    Date,
}

pub fn time(at: Millis, when: When) -> Markup {
    let stamp = at.timestamp();
    let (code, text) = match when {
        When::Moment => ("moment", dates::moment(at)),
        When::Second => ("second", dates::second(at)),
        When::Clock => ("clock", stamp.strftime("%H:%M UTC").to_string()),
        When::Date => ("date", dates::date(at)),
    };
    html! { time datetime=(stamp) data-local=(code) { (text) } }
}

/// The day of a moment as a leaf of a calendar, beside the moment in words. The browser turns it to the reader's zone.
pub fn leaf(at: Millis) -> Markup {
    let [month, day, weekday] = dates::leaf(at);
    html! {
        time.leaf datetime=(at.timestamp()) data-leaf aria-hidden="true" {
            span data-part="month" { (month) }
            b data-part="day" { (day) }
            span data-part="weekday" { (weekday) }
        }
    }
}

/// The time until `at`, counted down by the browser: `in 2 h 14 min`, `for 4:32`. Without scripts the page shows the
/// moment itself.
pub fn countdown(before: &str, at: Millis) -> Markup {
    let stamp = at.timestamp();
    let time = stamp.strftime("%H:%M").to_string();
    let still =
        if before == "in" { t!("dates-still-in", time = time) } else { t!("dates-still-for", time = time) };
    html! { time datetime=(stamp) data-countdown=(before) role="timer" aria-live="off" { (still) } }
}

/// `4 s`, `12 min`, `3 h`, `6 d`: in the largest unit that fits, rounded down.
pub fn span(span: Span) -> String {
    let seconds = span.0.max(0) / 1000;
    match seconds {
        0..60 => t!("dates-seconds", n = seconds),
        60..3600 => t!("dates-minutes", n = seconds / 60),
        3600..86_400 => t!("dates-hours", n = seconds / 3600),
        _ => t!("dates-days", n = seconds / 86_400),
    }
}

/// `12 min`, `3 h 05 min`: for durations that add up.
pub fn hours(span: Span) -> String {
    let minutes = span.0.max(0) / 60_000;
    match minutes {
        0..60 => t!("dates-minutes", n = minutes),
        _ => {
            let (hours, rest) = (count((minutes / 60).unsigned_abs()), format!("{:02}", minutes % 60));
            t!("dates-hours-minutes", hours = hours, minutes = rest)
        }
    }
}

/// One of twelve colour classes for a person: the content security policy allows no style attribute.
pub fn hue(id: AccountId) -> impl Display {
    let sum: u32 = id.0.as_bytes().iter().map(|b| u32::from(*b)).sum();
    fmt::from_fn(move |f| write!(f, "hue-{}", sum % 12))
}

/// The cover of a space across the page: its picture, or one drawn from its name.
pub fn cover(space: &Space) -> Markup {
    match space.cover {
        Some(id) => uploaded_cover(id, &space.cover_alt),
        None => html! { img.banner src=(drawn(&space.name)) width="1200" height="400" alt=""; },
    }
}

/// An uploaded cover. `alt` says what it shows.
pub fn uploaded_cover(id: PictureId, alt: &str) -> Markup {
    let files = format!("{} 750w, {} 1500w", uploaded(id, "750.jpg"), uploaded(id, "1500.jpg"));
    html! { img.banner src=(uploaded(id, "1500.jpg")) srcset=(files) sizes="(max-width: 72rem) 100vw, 70rem" width="1500" height="500" alt=(alt); }
}

/// The cover of a space for a card in a list, as decoration beside the name.
pub fn card_cover(name: &str, picture: Option<PictureId>) -> Markup {
    let file = picture.map_or_else(|| drawn(name), |id| uploaded(id, "750.jpg"));
    html! { img.cover src=(file) width="750" height="250" alt="" loading="lazy"; }
}

/// The path of a space's picture for link previews elsewhere.
pub fn preview(name: &str, cover: Option<PictureId>) -> String {
    cover.map_or_else(
        || format!("{FOLDER}/{}", Drawn::Preview(Seed::of(name))),
        |id| uploaded(id, PREVIEW.name),
    )
}

/// The path of one file of an uploaded picture.
fn uploaded(id: PictureId, size: &str) -> String {
    format!("{FOLDER}/{id}-{size}")
}

fn drawn(name: &str) -> String {
    format!("{FOLDER}/{}", Drawn::Svg(Seed::of(name)))
}

/// The sign of a space: its logo, or the first letter of its name. `class`: empty, or `m`, `l`, `xl`.
pub fn logo(name: &str, picture: Option<PictureId>, class: &str) -> Markup {
    let hue = format!("hue-{}", Seed::of(name).0 % 12);
    avatar(name, &hue, picture.map(|id| (id, "png")), class)
}

/// A person, in the same way.
pub fn face(who: &Account, class: &str) -> Markup {
    avatar(&who.name, &hue(who.id).to_string(), who.avatar.map(|id| (id, "jpg")), class)
}

/// The picture of a person, large.
pub fn portrait(name: &str, picture: PictureId) -> Markup {
    avatar(name, "", Some((picture, "jpg")), "xl")
}

/// Decoration beside a name.
fn avatar(name: &str, hue: &str, picture: Option<(PictureId, &str)>, class: &str) -> Markup {
    let letter = name.chars().next().unwrap_or('·').to_uppercase().to_string();
    let size = if matches!(class, "l" | "xl") { 208 } else { 96 };
    html! {
        @match picture {
            Some((id, ending)) => img class={ "avatar " (class) } src=(uploaded(id, &format!("{size}.{ending}"))) width=(size) height=(size) alt="";,
            None => span class={ "avatar " (class) " " (hue) } aria-hidden="true" { (letter) },
        }
    }
}

pub fn badge_live() -> Markup {
    html! { span.badge.live { span.dot {} (t!("layout-live")) } }
}

/// The badge with the number of people; hidden if `None`. It changes often, so screen readers do not announce it.
pub fn people(n: Option<usize>) -> Markup {
    html! { output.badge id=(dom::PEOPLE) aria-live="off" hidden[n.is_none()] { @if let Some(n) = n { (count_people(n)) } } }
}

pub fn count_people(n: usize) -> Markup {
    html! { (icons::person()) span.hidden { (t!("parts-people-here")) " " } (count(n as u64)) }
}

/// A message as a sentence: with a capital letter and a full stop. Not for messages that begin with a name.
pub fn sentence(message: &str) -> String {
    let mut letters = message.trim().chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut text: String = first.chain(letters).collect();
    if text.ends_with(char::is_alphanumeric) {
        text.push('.');
    }
    text
}

/// An empty list: what would be here, and the one thing to do.
pub fn empty(words: &str, action: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty.stack {
            p { (words) }
            @if let Some((path, label)) = action { p { a.button href=(path) { (label) } } }
        }
    }
}

/// The same, where the way on is the one thing to do on the page.
pub fn begin(words: &str, path: &str, label: &str) -> Markup {
    html! { div.empty.stack { p { (words) } p { a.button.primary href=(path) { (label) } } } }
}

/// The way through a list of many pages. `query`: what the address of each has beside where it begins.
pub fn pager(path: &str, query: &str, further: bool, next: Option<&str>) -> Markup {
    let first = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let joined = if query.is_empty() { String::new() } else { format!("&{query}") };
    html! {
        @if further || next.is_some() {
            nav.row.pager aria-label=(t!("catalogue-pages")) {
                @if further { a.button href=(first) { (t!("catalogue-beginning")) } }
                @if let Some(next) = next { a.button rel="next" href={ (path) "?after=" (next) (joined) } { (t!("layout-more")) } }
            }
        }
    }
}

/// What a ban means for whoever it keeps out, on the pages of the space.
pub fn kept_out(ban: KeptOut) -> Markup {
    html! {
        div.notice.bad {
            p { b { (banned(ban)) } }
            p { (rich!("parts-kept-out"; passes => |words| html! { a href="/account/purchases" { (words) } })) }
        }
    }
}

/// The same in one sentence.
pub fn banned(ban: KeptOut) -> Markup {
    match ban.until {
        None => html! { (t!("parts-banned")) },
        Some(until) => rich!("parts-banned-until"; until => |_| time(until, When::Moment)),
    }
}

/// The link to the form that reports something by its id.
pub fn report(kind: Kind, id: impl std::fmt::Display, words: &str) -> Markup {
    html! { a href={ "/account/reports/" (kind.code()) "/" (id) } rel="nofollow" { (words) } }
}

/// Breadcrumbs, outermost first.
pub fn trail(steps: &[(&str, &str)]) -> Markup {
    html! { nav.trail aria-label=(t!("parts-trail")) { @for (path, words) in steps { a href=(path) { bdi { (words) } } " " span aria-hidden="true" { "›" } " " } } }
}

/// The same of a page of a space's team: what is above the space comes first.
pub fn team_trail(space: &Space, further: &[(&str, &str)]) -> Markup {
    let (account, own) = (t!("layout-account"), format!("/account/spaces/{}", space.id));
    let above: [(&str, &str); 2] = [("/account", &account), (&own, &space.name)];
    trail(&[&above[..], further].concat())
}

/// What is charged each time, in a few words.
pub fn each(every: Interval, amount: Money) -> String {
    match every {
        Interval::Month => t!("plans-each-month", amount = money(amount)),
        Interval::Year => t!("plans-each-year", amount = money(amount)),
    }
}

/// What is charged, once or each time; or that it is free.
pub fn charged(price: PriceKind) -> String {
    match price {
        PriceKind::Free => t!("catalogue-cost-free").into(),
        PriceKind::Once(amount) => money(amount),
        PriceKind::Chosen(price) if price.least.minor == 0 => t!("chosen-any").into(),
        PriceKind::Chosen(price) => t!("chosen-from", amount = money(price.least)),
        PriceKind::Recurring(plan) => match plan.instalments {
            Some(times) => t!("plans-times", count = times, amount = money(plan.amount)),
            None => each(plan.every, plan.amount),
        },
    }
}

/// The same behind words that say that it is the least.
pub fn least(price: PriceKind) -> String {
    price.chosen().map_or_else(|| charged(price), |chosen| money(chosen.least))
}

/// The lowest price of what is on offer, in a few words.
pub fn lowest_price(price: Option<PriceKind>) -> String {
    match price {
        None => t!("catalogue-lowest-price-none").into(),
        Some(price) if price.minor() == 0 => t!("catalogue-lowest-price-free").into(),
        Some(price) => t!("catalogue-lowest-price-money", amount = least(price)),
    }
}

/// A picture of what is on air, veiled for those who have no access.
#[derive(Clone, Copy, Debug)]
pub struct Still {
    pub stream: StreamId,
    pub at: Millis,
}

impl Still {
    /// Decoration beside the title. The time makes browsers fetch the next one.
    pub fn show(&self, class: &str) -> Markup {
        html! { img class=(class) src={ "/streams/" (self.stream) "/still?at=" (self.at.0 / 1000) } width="640" height="360" alt=""; }
    }
}

/// A person's text as paragraphs, split at empty lines, with its URLs as links.
pub fn paragraphs(text: &str) -> Markup {
    html! { @for part in text.split("\n\n").filter(|p| !p.trim().is_empty()) { p.told { (linked(part.trim())) } } }
}

/// A person's text with its URLs as links (`nofollow`). The result of one line is one line.
pub fn linked(text: &str) -> Markup {
    html! {
        @for piece in links::pieces(text) {
            @match piece {
                Piece::Link(to) => a href=(to) rel="nofollow ugc noopener noreferrer" target="_blank" { (to) },
                Piece::Text(words) => (words),
            }
        }
    }
}

/// Follows a space, or no more.
pub fn follow(space: SpaceId, follows: bool) -> Markup {
    follow_form(space, follows, "button")
}

/// The same on a page that is there for nothing else.
pub fn follow_first(space: SpaceId) -> Markup {
    follow_form(space, false, "button primary")
}

fn follow_form(space: SpaceId, follows: bool, class: &str) -> Markup {
    html! {
        form method="post" action={ "/spaces/" (space) "/follow" } {
            input type="hidden" name="follow" value=(!follows);
            button class=(class) { @if follows { (t!("parts-unfollow")) } @else { (t!("parts-follow")) } }
        }
    }
}

/// For a visitor, who signs in and comes back to a page that asks again.
pub fn follow_link(space: SpaceId) -> Markup {
    html! { a.button href={ "/sign-in?next=/spaces/" (space) "/follow" } { (t!("parts-follow")) } }
}

/// Leads to the mail that reminds of a planned show.
pub fn remind_link(stream: StreamId) -> Markup {
    html! { a.button href={ "/streams/" (stream) "/reminder" } { (t!("live-remind")) } }
}

/// Shows a public page to others: the browser's own way, where it has one, or the address to copy. `url`: with scheme and
/// host. A page has one of these.
pub fn share(url: &str, title: &str) -> Markup {
    html! {
        details.confirm.share data-share=(url) data-title=(title) data-kept-open {
            summary.button { (icons::share()) span.words { (t!("parts-share")) } }
            div.menu.stack {
                div.field {
                    label for=(dom::SHARED) { (t!("parts-share-address")) }
                    div.row {
                        input.grow id=(dom::SHARED) type="text" value=(url) readonly autocomplete="off";
                        button.button type="button" data-copy=(dom::SHARED) { (t!("live-copy")) }
                    }
                }
            }
        }
    }
}

/// Percent-encodes a query value.
pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
            out.push(char::from(b))
        } else {
            out.push_str(&format!("%{b:02X}"))
        }
    }
    out
}

/// Asks what to call a person where they go in. `enter`: the words on the button that leads to `next`.
pub fn name_and_enter(account: &Account, next: &str, enter: &Markup) -> Markup {
    html! {
        form.card.stack method="post" action="/account/name" {
            (Field::input("door", "name", &t!("people-naming-label"), "").required().max(60).autocomplete("nickname").show(&Errors::default()))
            input type="hidden" name="next" value=(next);
            button.button.primary.wide { (enter) }
        }
        (stay_unnamed(account, next))
        p.muted { (t!("people-naming-lead")) " " (t!("people-naming-later")) }
    }
}

/// Goes on to `next` under the neutral name.
pub fn stay_unnamed(account: &Account, next: &str) -> Markup {
    html! {
        form method="post" action="/account/name" {
            input type="hidden" name="next" value=(next);
            input type="hidden" name="later" value="1";
            button.button.wide { (rich!("people-naming-go-on"; name => |_| html! { bdi { (account.name) } })) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{amount::Currency, money::recurring::plan::Plan};

    #[test]
    fn a_list_says_in_how_many_payments_a_pass_is_bought() {
        let monthly = Plan::of(Money { minor: 2_000, currency: Currency::Eur }, Interval::Month);
        assert_eq!(lowest_price(Some(PriceKind::Recurring(monthly))), "passes from €20 a month");
        let three = PriceKind::Recurring(Plan { instalments: Some(3), ..monthly });
        assert_eq!(lowest_price(Some(three)), "passes from 3 × €20");
    }

    #[test]
    fn the_way_through_a_list_keeps_what_the_list_was_asked_for() {
        assert_eq!(pager("/list", "state=line", false, None).into_string(), "");
        let pages = pager("/list", "state=line", true, Some("7")).into_string();
        assert!(pages.contains("href=\"/list?state=line\""), "{pages}");
        assert!(pages.contains("href=\"/list?after=7&amp;state=line\""), "{pages}");
        let pages = pager("/list", "", true, Some("7")).into_string();
        assert!(pages.contains("href=\"/list\"") && pages.contains("href=\"/list?after=7\""), "{pages}");
    }
}
