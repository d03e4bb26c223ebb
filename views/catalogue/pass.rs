//! The page of one pass, and the page of an experience for visitors without access.

use crate::{
    access::guest,
    catalogue::{
        content::{self, files},
        followed,
        selling::{cards, chosen, plans, till},
        space::{Upcoming, planned},
        ticket::{self, Offer},
    },
    dom,
    form::{self, Errors, Field},
    layout::{self, LIVE, Page, Shell, VENUE},
    parts::{self, Still, When},
    rich,
    search::{self, Showing},
    t,
};
use domain::{
    access::{ban::KeptOut, entry::LockRule, relation::Relation},
    catalogue::{
        content::{files::File, posts::Teaser},
        offer::{Experience, Pass, PriceKind, Space},
        slug::page_path,
    },
    live::stream::{EndReason, Stream, StreamState},
    money::{
        asking::{AskKind, AskedQuestion, LONGEST_LINE, LONGEST_TEXT, MOST_ASKED},
        buying::cards::SavedCard,
        selling::Waitlist,
    },
    ops::reports::Kind,
    people::account::Account,
    text::documents::Document,
    time::Millis,
};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct PassPage<'a> {
    pub space: &'a Space,
    pub owner: &'a Account,
    pub offer: Offer<'a>,
    pub opens: &'a [Experience],
    /// A ban keeps the viewer out.
    pub kept_out: Option<KeptOut>,
    /// With which the viewer can buy it in one post.
    pub card: Option<&'a SavedCard>,
    /// The current version of the text on refunds.
    pub refunds: i64,
    /// What was sent with the wish for the pass, and what is wrong with it.
    pub wish: &'a WishDraft,
    pub errors: &'a Errors,
}

/// What is sent with the wish for a pass, as typed.
#[derive(Clone, Debug, Default)]
pub struct WishDraft {
    /// For a lower price.
    pub code: String,
    /// By the places of the questions.
    pub answers: Vec<String>,
    /// `month` or `year`; the server rejects other values.
    pub every: String,
    /// Where the buyer chooses what to pay.
    pub amount: String,
    /// The saved card to pay with, by the provider's id, and the price that its button said.
    pub card: String,
    /// The address of a visitor who pays first.
    pub email: String,
}

/// An experience as shown to a visitor without access.
#[derive(Clone, Copy, Debug)]
pub struct Door<'a> {
    pub space: &'a Space,
    pub owner: &'a Account,
    pub experience: &'a Experience,
    pub stream: Option<&'a Stream>,
    /// Of what is on air, shown in place of the cover.
    pub still: Option<Still>,
    /// How many people are inside, as far as that is told.
    pub people: Option<usize>,
    /// What its newest posts are called, if it holds posts.
    pub posts: &'a [Teaser],
    /// The passes that open it, in display order.
    pub offers: &'a [Offer<'a>],
    /// What can be downloaded or watched there.
    pub files: &'a [File],
    /// What comes next elsewhere in the space.
    pub others: &'a [Upcoming<'a>],
    /// The viewer follows the space.
    pub follows: bool,
    /// What the passphrase is for, if it would let the viewer in.
    pub asks: Option<LockRule>,
    /// How many minutes of what is on air are free, and whether the viewer has had them.
    pub free: Option<(i64, bool)>,
}

pub fn page(shell: &Shell, p: &PassPage<'_>) -> Markup {
    let (space, pass) = (p.space, p.offer.pass);
    let title = format!("{}: {}", space.name, pass.title);
    let about = pass.about.replace('\n', " · ");
    // Search engines leave out what has no description.
    let listed = !pass.selling.hidden;
    let description = match about.as_str() {
        _ if !listed => "",
        "" => title.as_str(),
        about => about,
    };
    let image = parts::preview(&space.name, space.cover);
    let head = Page {
        title: &title,
        description,
        image: Some(&image),
        accent: space.accent,
        styles: VENUE,
        scripts: LIVE,
        ..Page::default()
    };
    let heading = html! { h1 { (pass.title) } };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                @if space.published_at.is_some() { (followed::sales_feed(space.id, pass.selling.hidden.then_some(pass.id))) }
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                (ticket::ticket(pass, heading, "chosen", stub(shell, p)))
                (wish(shell, p))
                @if shell.me.is_none() && gives(p) && pass.asked.is_empty() { (pay_first(p)) }
                @if gives(p) { p { a href={ (page_path(&space.slug, &pass.slug)) "/gift" } { (t!("gift-link")) } } }
                @if let Some(ban) = p.kept_out { (parts::kept_out(ban)) }
                h2 { (t!("catalogue-pass-opens")) }
                @if p.opens.is_empty() { p.muted { (t!("catalogue-pass-opens-nothing")) } }
                ul.plain.stack role="list" {
                    @for e in p.opens { li { b { bdi { (e.title) } } " " (content::label(e.kind)) @if !e.about.is_empty() { br; small { (e.about) } } } }
                }
                p.muted { (rich!("catalogue-sold-by"; owner => |_| person(p.owner))) " " (after()) }
                @if space.published_at.is_some() && pass.withdrawn_at.is_none() && p.kept_out.is_none() { (share(shell, &title)) }
            }
        },
    )
}

/// What leads in. What is chosen, and what is answered by whoever is signed in, is written below.
fn stub(shell: &Shell, p: &PassPage<'_>) -> Markup {
    let pass = p.offer.pass;
    let (asks, chooses) = (asks(shell, pass), pass.price.kind.chosen().is_some());
    if pass.selling.waitlist == Waitlist::Apply || !(asks || chooses) {
        let action = format!("{}/purchase", page_path(&p.space.slug, &pass.slug));
        return html! {
            (ticket::action(p.space, &p.offer, true))
            @if is_open(p) && pass.selling.waitlist != Waitlist::Apply {
                @if let Some(card) = p.card { (cards::form(&action, card, pass.price.kind, p.refunds)) }
            }
        };
    }
    let words = if asks { t!("asking-below") } else { t!("chosen-below") };
    let below = html! { p.muted { (words) } (ticket::queue(p.space, pass)) };
    ticket::way(&p.offer, "button primary wide", below)
}

/// Whether it is offered to the viewer.
fn is_open(p: &PassPage<'_>) -> bool {
    p.offer.relation == Relation::Buyer && p.offer.payable && p.offer.pass.withdrawn_at.is_none()
}

/// For a visitor: pays first, and proves the address after.
fn pay_first(p: &PassPage<'_>) -> Markup {
    let action = format!("{}/guest-order", page_path(&p.space.slug, &p.offer.pass.slug));
    let label = t!("form-field-email");
    let field = Field::input(PAY_FIRST, "email", &label, &p.wish.email).kind("email");
    html! {
        details.rare open[!p.wish.email.is_empty() || p.errors.has(PAY_FIRST, "email")] {
            summary { (t!("guest-title")) }
            form.stack method="post" action=(action) {
                p { (t!("guest-about")) }
                (field.required().max(254).autocomplete("email").show(p.errors))
                p.muted { (rich!("guest-terms"; terms => |words| html! { a href=(Document::Terms.path()) { (words) } })) }
                button.button { (t!("guest-pay")) }
                (till::seen(p.refunds))
                (till::notice())
            }
        }
    }
}

/// The form of a visitor who pays first, for its errors.
pub const PAY_FIRST: &str = "first";

/// Whether it can be bought for somebody else, by whoever may buy here.
fn gives(p: &PassPage<'_>) -> bool {
    let pass = p.offer.pass;
    let barred = matches!(p.offer.relation, Relation::Team | Relation::Banned);
    let once = matches!(pass.price.kind, PriceKind::Once(_)) && pass.selling.waitlist == Waitlist::Off;
    once && !barred && p.offer.payable && pass.is_offered() && p.offer.sale.is_open()
}

/// Only whoever is signed in is asked.
fn asks(shell: &Shell, pass: &Pass) -> bool {
    !pass.asked.is_empty() && shell.me.is_some()
}

/// A form for what a button alone does not say: an amount, answers to what the pass asks, and a code for a lower price.
fn wish(shell: &Shell, p: &PassPage<'_>) -> Markup {
    let (pass, space) = (p.offer.pass, p.space);
    // Whoever was approved has answered before, and sends a code from the page of their offer. What is wrong with it is said here.
    let applies = pass.selling.waitlist == Waitlist::Apply;
    let open = is_open(p) && (!applies || !p.errors.is_empty());
    let asks = asks(shell, pass) && !applies;
    let chosen = pass.price.kind.chosen().filter(|_| !applies);
    let costs = matches!(pass.price.kind, PriceKind::Once(_));
    let action = format!("{}/purchase", page_path(&space.slug, &pass.slug));
    // Only an address can send a code where none is asked for.
    let stray = p.errors.iter().filter(|error| !costs && error.field == "promo");
    html! {
        @for error in stray { p.card.refused role="alert" { (error.message) } }
        @if open && (asks || chosen.is_some()) {
            form.card.stack.asks method="post" action=(action) {
                h2 { @if asks { (t!("asking-title")) } @else { (t!("chosen-title")) } }
                @if let Some(price) = chosen { (chosen::field(&price, &p.wish.amount, p.errors)) }
                @if asks {
                    input type="hidden" name="asked" value=(asked(&pass.asked));
                    @for (place, question) in pass.asked.iter().enumerate() { (answer(p.wish.answers.get(place).map_or("", String::as_str), p.errors, place, question)) }
                }
                @if costs { details.rare open[!p.wish.code.is_empty()] { summary { (t!("promo-have")) } (code(p, false)) } }
                (plans::choice(pass.price.kind))
                button.button.primary.wide { @if chosen.is_some() { (t!("chosen-go")) } @else { (ticket::verb(&pass.price.kind)) } }
                @if let Some(card) = p.card { (cards::button(card, pass.price.kind, p.refunds)) }
            }
        } @else if open && costs && (pass.asked.is_empty() || applies) {
            details.rare open[!p.wish.code.is_empty() || p.errors.has(PURCHASE, "promo")] {
                summary { (t!("promo-have")) }
                form.stack method="post" action=(action) { (code(p, true)) button.button { (t!("promo-use")) } }
            }
        }
    }
}

fn code(p: &PassPage<'_>, required: bool) -> Markup {
    let label = t!("promo-code");
    let field = Field::input(PURCHASE, "promo", &label, &p.wish.code).max(LONGEST_CODE).autocomplete("off");
    if required { field.required().show(p.errors) } else { field.show(p.errors) }
}

/// The form of a purchase, for its errors.
pub const PURCHASE: &str = "purchase";
/// Characters of a code as typed, with spaces around it.
pub const LONGEST_CODE: usize = 40;
/// The fields of answers, by the places of their questions.
pub const ANSWERS: [&str; MOST_ASKED] = [
    "answer1", "answer2", "answer3", "answer4", "answer5", "answer6", "answer7", "answer8", "answer9",
    "answer10",
];

/// What was asked, so that an answer is not taken for one to another question.
pub fn asked(questions: &[AskedQuestion]) -> String {
    questions.iter().map(|question| question.id.to_string()).collect::<Vec<_>>().join(" ")
}

/// The field of a question, with what was typed.
pub fn answer(typed: &str, errors: &Errors, place: usize, question: &AskedQuestion) -> Markup {
    let (words, name) = (question.words.as_str(), ANSWERS.get(place).copied().unwrap_or_default());
    let field = match question.kind {
        AskKind::Line => Field::input(PURCHASE, name, words, typed).max(LONGEST_LINE),
        AskKind::Text => Field::area(PURCHASE, name, words, typed).max(LONGEST_TEXT),
        AskKind::Choice => return choice(errors, name, typed, question),
    };
    if question.required { field.required().show(errors) } else { field.show(errors) }
}

fn choice(errors: &Errors, name: &str, typed: &str, question: &AskedQuestion) -> Markup {
    let label =
        html! { (question.words) @if !question.required { " " span.optional { (t!("form-optional")) } } };
    let options = html! {
        option value="" { (t!("catalogue-pass-choose")) }
        @for one in &question.options { option value=(one) selected[one == typed] { (one) } }
    };
    form::choice(PURCHASE, name, label, errors, options)
}

pub fn door(shell: &Shell, d: &Door<'_>) -> Markup {
    let (space, e) = (d.space, d.experience);
    let title = d.stream.map_or(&e.title, |s| &s.title);
    let about = t!("catalogue-show-at", title = title, space = &space.name);
    let (image, data) = (parts::preview(&space.name, space.cover), data(shell, d));
    let head = Page {
        title,
        description: &about,
        image: Some(&image),
        accent: space.accent,
        data: &data,
        embeddable: true,
        styles: VENUE,
        scripts: LIVE,
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                @if space.published_at.is_some() { (followed::sales_feed(space.id, None)) }
                (parts::trail(&[(&format!("/{}", space.slug), &space.name)]))
                @match d.still {
                    Some(still) => (still.show("still banner")),
                    None => (parts::cover(space)),
                }
                div.venue.stack {
                    div.stack {
                        (heading(shell, d))
                        (content::posts::teasers(d.posts))
                        (files::teaser(e.kind, d.files))
                    }
                    div.side.stack {
                        @if let Some(rule) = d.asks { (guest::section(shell, d.experience, rule)) }
                        @if let Some((minutes, had)) = d.free { (guest::preview(shell, d.experience, minutes, had)) }
                        @if d.asks != Some(LockRule::Also) { (way_in(shell, d)) }
                    }
                    @if !d.others.is_empty() {
                        div.stack {
                            h2 { (t!("catalogue-door-others")) }
                            ol.stack role="list" { @for next in d.others { li { (planned(space, next, true)) } } }
                        }
                    }
                }
                @if let Some(stream) = d.stream { p.muted { (parts::report(Kind::Show, stream.id, &t!("catalogue-report-show"))) } }
            }
        },
    )
}

/// What it is, when, and whose.
fn heading(shell: &Shell, d: &Door<'_>) -> Markup {
    let (space, e) = (d.space, d.experience);
    let title = d.stream.map_or(&e.title, |s| &s.title);
    let planned_for = d.stream.filter(|s| s.may_be_cancelled()).and_then(|s| Some((s, s.scheduled_at?)));
    html! {
        header.door.stack {
            (status(d))
            @if !e.kind.has_streams() { p { (content::label(e.kind)) } }
            h1 { (title) }
            @if let Some((stream, at)) = planned_for { (date(d, stream, at)) }
            (parts::paragraphs(&e.about))
            div.row {
                (parts::logo(&space.name, space.logo, "m"))
                p.muted { (rich!("catalogue-with"; owner => |_| person(d.owner))) }
                div.push.row {
                    @if shell.me.is_some() { (parts::follow(space.id, d.follows)) } @else { (parts::follow_link(space.id)) }
                    @if space.published_at.is_some() { (share(shell, title)) }
                }
            }
        }
    }
}

/// The passes that open it.
fn way_in(shell: &Shell, d: &Door<'_>) -> Markup {
    let space = d.space;
    let live = d.stream.is_some_and(|stream| stream.state.on_air());
    html! {
        h2 { (t!("catalogue-door")) }
        @if d.offers.is_empty() { (parts::empty(&t!("catalogue-door-no-pass"), Some((&format!("/{}", space.slug), &t!("catalogue-see-space"))))) }
        div.tiles {
            @for (i, offer) in d.offers.iter().enumerate() {
                @let heading = html! { h3 { a href=(page_path(&space.slug, &offer.pass.slug)) { (offer.pass.title) } } };
                (ticket::ticket(offer.pass, heading, if i == 0 { "chosen" } else { "" }, ticket::take(space, offer, i == 0)))
            }
        }
        @if let Some(first) = d.offers.first() {
            p.muted { (after()) }
            (ticket::bar(space, first, live))
        }
        @if shell.me.is_none() { p { (rich!("catalogue-door-sign-in"; link => |words| html! { a href={ "/sign-in?next=" (shell.path) } { (words) } })) } }
    }
}

/// What happens once somebody has a pass.
fn after() -> Markup {
    rich!("catalogue-pass-after"; refunds => |words| html! { a href=(Document::Refunds.path()) { (words) } })
}

fn share(shell: &Shell, title: &str) -> Markup {
    parts::share(&shell.url(), title)
}

fn person(who: &Account) -> Markup {
    html! { a href={ "/@" (who.username) } { bdi { (who.name) } } }
}

/// The show, if it has a date.
fn data(shell: &Shell, d: &Door<'_>) -> String {
    let Some((stream, at)) = d.stream.and_then(|stream| Some((stream, Showing::dated(stream)?))) else {
        return String::new();
    };
    let passes: Vec<&Pass> = d.offers.iter().filter(|offer| offer.payable).map(|offer| offer.pass).collect();
    let showing = Showing {
        public_url: &shell.public_url,
        space: d.space,
        owner: d.owner,
        experience_slug: &d.experience.slug,
        about: &d.experience.about,
        title: &stream.title,
        at,
        cancelled: stream.end_reason == Some(EndReason::Cancelled),
        passes: &passes,
    };
    search::script(vec![showing.event()])
}

fn status(d: &Door<'_>) -> Markup {
    html! {
        @if let Some(s) = d.stream {
            p.row {
                @match (s.state, s.scheduled_at) {
                    (StreamState::Live | StreamState::Interrupted, _) => {
                        (parts::badge_live())
                        @if let Some(people) = d.people { span.badge { (parts::count_people(people)) } }
                    },
                    (StreamState::Ended, _) => span.badge { (t!("catalogue-show-ended")) },
                    (_, Some(_)) => span.badge { (t!("catalogue-show-next")) },
                    (_, None) => span.badge { (t!("catalogue-show-undated")) },
                }
            }
        }
    }
}

/// When it begins, as an object: the day, the moment with its zone, how long until then, and what keeps it in mind.
fn date(d: &Door<'_>, stream: &Stream, at: Millis) -> Markup {
    html! {
        div.row.dated {
            (parts::leaf(at))
            p { b { (parts::time(at, When::Moment)) } br; small { (parts::countdown("in", at)) } }
            a.button href={ (page_path(&d.space.slug, &d.experience.slug)) "/calendar.ics" } { (t!("catalogue-show-calendar")) }
            (parts::remind_link(stream.id))
        }
    }
}
