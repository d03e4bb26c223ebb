//! What people reported: the queue that operators follow, and one report with its context.

pub mod report;
pub mod taking_down;

use super::engine;
use crate::{
    dom,
    form::{self, Errors, Field},
    layout::{LIVE, Shell},
    live::stream,
    names,
    parts::{self, When},
    picture::Picture,
    rich, t,
};
use domain::{
    id::ReportId,
    ops::reports::{Kind, LONGEST_ANSWER, ReportDecision, ReportReason},
    picture::{PictureId, Purpose},
    time::Millis,
};
use maud::{Markup, html};
use std::borrow::Cow;

pub const REPORTS_PATH: &str = "/ops/reports";

/// A report in a list.
#[derive(Clone, Debug)]
pub struct ReportCard {
    pub id: ReportId,
    pub kind: Kind,
    /// What it is about: how it is called, and its page if it has one.
    pub about: String,
    pub link: Option<String>,
    pub reason: ReportReason,
    pub words: String,
    pub at: Millis,
    /// `@kim`; `None` for somebody who was not signed in.
    pub reporter: Option<String>,
    /// Other reports about the same.
    pub others: i64,
    /// What was decided, when, and by whom.
    pub decided: Option<(ReportDecision, Millis, String)>,
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
    /// Those that can be taken away.
    pub pictures: &'a [(Purpose, PictureId)],
    /// Why they are taken away, in a refused form.
    pub reason: &'a str,
    /// The words of a reported post, as they are now.
    pub post: Option<&'a str>,
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
        &t!("ops-reports"),
        LIVE,
        html! {
            h1 { (t!("ops-reports")) }
            p.lead { (t!("ops-reports-about")) }
            div.stack id=(dom::REPORTS) { (picture.content(dom::REPORTS)) }
            (stream::follow(REPORTS_PATH, ""))
        },
    )
}

/// The part of the page that moves.
pub fn reports_picture(queue: &Queue) -> Picture {
    let content = html! {
        h2 { (t!("ops-waiting")) @if queue.waiting > 0 { " · " (queue.waiting) } }
        @if queue.open.is_empty() { p.muted { (t!("ops-reports-none")) } }
        @for card in &queue.open { (card_of(card)) }
        @if queue.waiting > queue.open.len() as i64 { p.muted { (t!("ops-reports-oldest", count = queue.open.len())) } }
        h2 { (t!("ops-reports-decided")) }
        @if queue.decided.is_empty() { p.muted { (t!("ops-reports-decided-none")) } }
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
    let reporter = card.reporter.as_deref().map_or_else(|| t!("ops-report-signed-out"), Cow::from);
    html! {
        p { b { (names::reason(card.reason)) } " · " (reporter)
            @if card.others > 0 { " · " (t!("ops-report-others-number", count = card.others, shown = parts::count(card.others.unsigned_abs()))) } }
        @if !card.words.is_empty() { p.quoted dir="auto" { (card.words) } }
        @if let Some((decision, at, by)) = &card.decided {
            p.muted {
                (outcome(card.kind, *decision)) " "
                (rich!("ops-report-decided-by"; name => |_| html! { "@" (by) }, at => |_| parts::time(*at, When::Second)))
            }
        }
    }
}

fn kind(kind: Kind) -> Cow<'static, str> {
    match kind {
        Kind::Space => t!("ops-space"),
        Kind::Show => t!("ops-report-show"),
        Kind::Clip => t!("clips-clip"),
        Kind::Person => t!("ops-person"),
        Kind::Picture => t!("ops-report-picture"),
        Kind::Post => t!("experiences-report-kind"),
        Kind::Letter => t!("ops-report-letter"),
    }
}

fn outcome(kind: Kind, decision: ReportDecision) -> Cow<'static, str> {
    match (kind, decision) {
        (Kind::Letter, _) => t!("ops-report-answered"),
        (_, ReportDecision::Dismissed) => t!("ops-report-dismissed"),
        (_, ReportDecision::Acted) => t!("ops-report-acted"),
    }
}

pub fn report(shell: &Shell, p: &ReportPage<'_>) -> Markup {
    let card = p.card;
    let title = match card.about.as_str() {
        "" => kind(card.kind).into_owned(),
        about => format!("{}: {about}", kind(card.kind)),
    };
    engine(
        shell,
        &title,
        &[],
        html! {
            (parts::trail(&[(REPORTS_PATH, &t!("ops-reports"))]))
            h1 { (title) }
            (form::summary(p.errors))
            p { (rich!("ops-report-came"; at => |_| parts::time(card.at, When::Second))) @if let Some(link) = &card.link { " " a href=(link) { (t!("ops-report-look")) } } }
            (said(card))
            @if let Some(email) = p.email { p { (t!("ops-report-answers-to", email = email)) } }
            @if let Some(given) = p.given.filter(|given| !given.is_empty()) { p { (t!("ops-report-answer-was")) } p.quoted dir="auto" { (given) } }
            (pictures(p))
            @if let Some(post) = p.post { h2 { (t!("experiences-report-post")) } pre.quoted dir="auto" { (post) } }
            (lines(p))
            (remedies(p))
            @if card.decided.is_none() { (decide(p)) }
            h2 { (t!("ops-report-others")) }
            @if p.others.is_empty() { p.muted { (t!("ops-report-others-none")) } }
            @for other in p.others { (card_of(other)) }
        },
    )
}

fn pictures(p: &ReportPage<'_>) -> Markup {
    html! {
        @if p.card.kind == Kind::Picture || !p.pictures.is_empty() { h2 { (t!("ops-report-pictures")) } }
        @if p.card.kind == Kind::Picture && p.pictures.is_empty() { p.muted { (t!("ops-report-pictures-none")) } }
        @for (purpose, picture) in p.pictures {
            @match purpose {
                Purpose::Cover => (parts::uploaded_cover(*picture, &t!("ops-report-cover"))),
                Purpose::Logo => p { (parts::logo(&p.card.about, Some(*picture), "xl")) },
                Purpose::Avatar => p { (parts::portrait(&p.card.about, *picture)) },
                // Behind the gate, so its address shows nothing here.
                Purpose::Post => {},
            }
        }
        @if !p.pictures.is_empty() { (taking_down::form(p)) }
    }
}

fn lines(p: &ReportPage<'_>) -> Markup {
    html! {
        @if !p.lines.is_empty() {
            h2 { (t!("ops-report-lines")) }
            ul.stack role="list" {
                @for line in p.lines {
                    li {
                        small { (parts::time(line.at, When::Second)) }
                        @if p.line == Some(line.seq) { " " span.badge { (t!("ops-report-line-reported")) } }
                        @if line.removed { " " span.badge { (t!("ops-report-line-removed")) } }
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
        h2 { (t!("ops-report-decide")) }
        form.card.stack method="post" action={ (REPORTS_PATH) "/" (p.card.id) "/decision" } {
            (Field::area(DECISION, "answer", &t!("ops-report-answer"), p.answer).max(LONGEST_ANSWER).hint(&t!("ops-report-answer-hint")).show(p.errors))
            div.row {
                @if letter { button.button.primary name="decision" value="acted" { (t!("ops-report-answer-letter")) } }
                @else {
                    button.button.primary name="decision" value="acted" { (t!("ops-report-act")) }
                    button.button name="decision" value="dismissed" { (t!("ops-report-dismiss")) }
                }
            }
            (form::group_error(DECISION, "decision", p.errors))
            @if all { p.muted { (t!("ops-report-decides-all")) } }
        }
    }
}

fn remedies(p: &ReportPage<'_>) -> Markup {
    html! {
        @if !p.remedies.is_empty() {
            h2 { (t!("ops-report-remedies")) }
            p.muted { (t!("ops-report-remedies-about")) }
            div.row { @for (path, words) in p.remedies { a.button href=(path) { (words) } } }
        }
    }
}
