//! What people reported: the queue that operators follow, and one report with its context.

use super::engine;
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{LIVE, Shell},
    live::stream,
    parts::{self, When},
    picture::Picture,
};
use domain::{
    id::ReportId,
    ops::reports::{Decision, Kind, LONGEST_ANSWER},
    picture::PictureId,
    time::Millis,
};
use maud::{Markup, html};

pub const REPORTS_PATH: &str = "/ops/reports";

/// A report in a list.
#[derive(Clone, Debug)]
pub struct ReportCard {
    pub id: ReportId,
    pub kind: Kind,
    /// What it is about: how it is called, and its page if it has one.
    pub about: String,
    pub link: Option<String>,
    pub reason: &'static str,
    pub words: String,
    pub at: Millis,
    /// `@kim`; `None` for somebody who was not signed in.
    pub reporter: Option<String>,
    /// Other reports about the same.
    pub others: i64,
    /// What was decided, when, and by whom.
    pub decided: Option<(Decision, Millis, String)>,
}

#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Of all that are open; `open` lists the oldest.
    pub waiting: i64,
    pub open: Vec<ReportCard>,
    pub decided: Vec<ReportCard>,
}

/// A report with what is needed to decide it.
#[derive(Clone, Copy, Debug)]
pub struct ReportPage<'a> {
    pub card: &'a ReportCard,
    /// Where a letter is answered to.
    pub email: Option<&'a str>,
    /// The cover and the logo, if a picture was reported.
    pub pictures: (Option<PictureId>, Option<PictureId>),
    /// The number of the line that was reported.
    pub line: Option<i64>,
    /// The last lines of the person in that room, the newest first.
    pub lines: &'a [LineRow],
    pub others: &'a [ReportCard],
    /// Where what was reported can be suspended: path and words.
    pub remedies: &'a [(String, String)],
    /// What was written in a refused form.
    pub answer: &'a str,
    pub errors: &'a Errors,
    pub given: Option<&'a str>,
}

#[derive(Clone, Debug)]
pub struct LineRow {
    pub seq: i64,
    pub at: Millis,
    pub body: String,
    pub removed: bool,
}

pub fn reports(shell: &Shell, picture: &Picture) -> Markup {
    engine(
        shell,
        "Reports",
        LIVE,
        html! {
            h1 { "Reports" }
            p.lead { "What people reported, and letters from the contact page. Whoever wrote is told what you decide." }
            div.stack id=(dom::REPORTS) { (picture.content(dom::REPORTS)) }
            div id=(dom::FEED) data-feed={ (REPORTS_PATH) "/events" } data-refresh={ (REPORTS_PATH) "/fragment" } hx-sse:close=(dom::events::END) {}
            (stream::notice())
        },
    )
}

/// The part of the page that moves.
pub fn reports_picture(queue: &Queue) -> Picture {
    let content = html! {
        h2 { "Waiting" @if queue.waiting > 0 { " · " (queue.waiting) } }
        @if queue.open.is_empty() { p.muted { "Nothing waits for a decision." } }
        @for card in &queue.open { (card_of(card)) }
        @if queue.waiting > queue.open.len() as i64 { p.muted { "The oldest " (queue.open.len()) " are shown." } }
        h2 { "Decided last" }
        @if queue.decided.is_empty() { p.muted { "Nothing was decided yet." } }
        @for card in &queue.decided { (card_of(card)) }
    };
    Picture::default().with(dom::REPORTS, content)
}

fn card_of(card: &ReportCard) -> Markup {
    html! {
        article.card.stack {
            div.row {
                h3 { a href={ (REPORTS_PATH) "/" (card.id) } { (kind(card.kind)) @if !card.about.is_empty() { ": " bdi { (card.about) } } } }
                span.push { (parts::time(card.at, When::Second)) }
            }
            (said(card))
        }
    }
}

fn said(card: &ReportCard) -> Markup {
    html! {
        p { b { (card.reason) } " · " (card.reporter.as_deref().unwrap_or("not signed in"))
            @if card.others > 0 { " · " (parts::several(card.others.unsigned_abs(), "other report", "other reports")) " about it" } }
        @if !card.words.is_empty() { p.quoted dir="auto" { (card.words) } }
        @if let Some((decision, at, by)) = &card.decided {
            p.muted { (outcome(card.kind, *decision)) " by @" (by) ", " (parts::time(*at, When::Second)) }
        }
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Space => "Space",
        Kind::Show => "Show",
        Kind::Person => "Person",
        Kind::Picture => "Picture",
        Kind::Letter => "Letter",
    }
}

const fn outcome(kind: Kind, decision: Decision) -> &'static str {
    match (kind, decision) {
        (Kind::Letter, _) => "Answered",
        (_, Decision::Dismissed) => "Dismissed",
        (_, Decision::Acted) => "Acted on",
    }
}

pub fn report(shell: &Shell, p: &ReportPage<'_>) -> Markup {
    let card = p.card;
    let title = match card.about.as_str() {
        "" => kind(card.kind).to_owned(),
        about => format!("{}: {about}", kind(card.kind)),
    };
    engine(
        shell,
        &title,
        &[],
        html! {
            (parts::trail(&[(REPORTS_PATH, "Reports")]))
            h1 { (title) }
            (form::summary(p.errors))
            p { "Came " (parts::time(card.at, When::Second)) "." @if let Some(link) = &card.link { " " a href=(link) { "Look at it" } } }
            (said(card))
            @if let Some(email) = p.email { p { "Answers go to " (email) "." } }
            @if let Some(given) = p.given.filter(|given| !given.is_empty()) { p { "Answer:" } p.quoted dir="auto" { (given) } }
            (pictures(p))
            (lines(p))
            @if card.decided.is_none() { (decide(p)) }
            (remedies(p))
            h2 { "Other reports about it" }
            @if p.others.is_empty() { p.muted { "There are none." } }
            @for other in p.others { (card_of(other)) }
        },
    )
}

fn pictures(p: &ReportPage<'_>) -> Markup {
    html! {
        @if p.card.kind == Kind::Picture {
            h2 { "The pictures now" }
            @if p.pictures == (None, None) { p.muted { "Neither a cover nor a logo: they were taken away." } }
            @if let Some(cover) = p.pictures.0 { (parts::uploaded_cover(cover, "The cover")) }
            @if let Some(logo) = p.pictures.1 { p { (parts::logo(&p.card.about, Some(logo), "xl")) } }
        }
    }
}

fn lines(p: &ReportPage<'_>) -> Markup {
    html! {
        @if !p.lines.is_empty() {
            h2 { "What they last wrote in that room" }
            ul.stack role="list" {
                @for line in p.lines {
                    li {
                        small { (parts::time(line.at, When::Second)) }
                        @if p.line == Some(line.seq) { " " span.badge { "Reported" } }
                        @if line.removed { " " span.badge { "Removed" } }
                        " " span dir="auto" { (line.body) }
                    }
                }
            }
        }
    }
}

/// The name of the form in [`Errors`].
pub const DECISION: &str = "decision";

fn decide(p: &ReportPage<'_>) -> Markup {
    let letter = p.card.kind == Kind::Letter;
    let all = p.card.others > 0 && !letter;
    html! {
        h2 { "Decide" }
        form.card.stack method="post" action={ (REPORTS_PATH) "/" (p.card.id) "/decision" } {
            (Field::area(DECISION, "answer", "Answer to whoever wrote it", p.answer).max(LONGEST_ANSWER).hint("Stands in the mail beside the decision.").show(p.errors))
            div.row {
                @if letter { button.button.primary name="decision" value="acted" { "Answer the letter" } }
                @else {
                    button.button.primary name="decision" value="dismissed" { "Dismiss: nothing is wrong" }
                    button.button name="decision" value="acted" { "I have acted on it" }
                }
            }
            (form::group_error(DECISION, "decision", p.errors))
            @if all { p.muted { "This decides every open report about it." } }
        }
    }
}

fn remedies(p: &ReportPage<'_>) -> Markup {
    html! {
        @if !p.remedies.is_empty() {
            h2 { "Act" }
            p.muted { "A suspension also decides the open reports about what is suspended." }
            div.row { @for (path, words) in p.remedies { a.button href=(path) { (words) } } }
        }
    }
}
