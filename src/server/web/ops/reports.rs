//! The queue of reports for operators, and the decision about one.

use crate::{
    app::App,
    limits::ClientAddress,
    web::{
        access::doors::Operator,
        error::{WebError, WebResult, refused},
        extract::{Form, Path},
        flash,
        follow::Right,
        ops::board::OpsPage,
        snapshots,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    id::ReportId,
    ops::{
        reports::{self as rules, Kind, ReportDecision},
        suspension,
    },
    picture::Purpose,
};
use maud::Markup;
use serde::Deserialize;
use service::{
    ServiceError,
    ops::{pictures, reports},
};
use store::{FiledReport, SaidLine};
use views::{
    Picture,
    form::{Errors, FieldError},
    ops::reports::{
        self as pages, DECISION, LineRow, Queue, REPORTS_PATH, ReportCard, ReportPage,
        taking_down::TAKING_DOWN,
    },
    t,
};

/// Reports that wait and are shown; and the last that were decided.
const SHOWN: usize = 50;
const DECIDED: usize = 20;

pub async fn page(State(app): State<App>, operator: Operator) -> WebResult {
    let shell = app.shell(Some(&operator.0.account), REPORTS_PATH);
    Ok(pages::reports(&shell, &picture(&app).await?).into_response())
}

pub async fn picture(app: &App) -> WebResult<Picture> {
    let (waiting, _) = app.store.reports().waiting().await?;
    let open = app.store.reports().open(SHOWN).await?.iter().map(card).collect();
    let decided = app.store.reports().decided(DECIDED).await?.iter().map(card).collect();
    Ok(pages::reports_picture(&Queue { waiting, open, decided }))
}

pub async fn fragment(State(app): State<App>, _: Operator) -> WebResult<Markup> {
    Ok(picture(&app).await?.frame())
}

pub async fn events(State(app): State<App>, operator: Operator, address: ClientAddress) -> WebResult {
    snapshots::follow(&app, OpsPage::Reports, Right::Operator(operator.0.identity()), address).await
}

fn card(filed: &FiledReport) -> ReportCard {
    let FiledReport { report, .. } = filed;
    let decider = filed.decider.clone().unwrap_or_else(|| t!("ops-report-nobody").into_owned());
    ReportCard {
        id: report.id,
        kind: report.kind,
        about: filed.name().into(),
        link: link(filed),
        reason: report.reason,
        words: report.words.clone(),
        at: report.created_at,
        reporter: filed.reporter.as_ref().map(|name| format!("@{name}")),
        others: filed.others,
        decided: report.decision.zip(report.decided_at).map(|(decision, at)| (decision, at, decider)),
    }
}

fn link(filed: &FiledReport) -> Option<String> {
    match filed.report.kind {
        Kind::Space | Kind::Picture | Kind::Show | Kind::Post => {
            filed.space.as_ref().map(|(_, slug)| format!("/{slug}"))
        }
        Kind::Clip => {
            filed.report.stream.map(|stream| format!("/streams/{stream}/clips/{}", filed.report.subject))
        }
        Kind::Person => filed.person.as_ref().map(|(_, name)| format!("/@{name}")),
        Kind::Letter => None,
    }
}

pub async fn one(State(app): State<App>, operator: Operator, Path(id): Path<ReportId>) -> WebResult {
    let filed = app.store.reports().by_id(id).await?;
    show(&app, &operator, &filed, ReportInput::default(), &Errors::default()).await
}

/// What was written in a refused form.
#[derive(Clone, Copy, Default)]
struct ReportInput<'a> {
    answer: &'a str,
    /// Why a picture is taken away.
    reason: &'a str,
}

async fn show(
    app: &App,
    operator: &Operator,
    filed: &FiledReport,
    typed: ReportInput<'_>,
    errors: &Errors,
) -> WebResult<Response> {
    let report = &filed.report;
    let room = match (report.room, report.stream) {
        (None, Some(stream)) => app.store.streams().room_of(stream).await.ok(),
        (room, _) => room,
    };
    let lines = match (report.kind, room, report.person) {
        (Kind::Person, Some(room), Some(person)) => app.store.reports().lines(room, person).await?,
        _ => Vec::new(),
    };
    let post = match (report.kind, report.subject.parse()) {
        (Kind::Post, Ok(id)) => app.store.posts().by_id(id).await.ok(),
        _ => None,
    };
    let lines: Vec<LineRow> = lines.into_iter().map(row).collect();
    let others: Vec<ReportCard> = app.store.reports().about(report).await?.iter().map(card).collect();
    let shown = [(Purpose::Cover, filed.cover), (Purpose::Logo, filed.logo), (Purpose::Avatar, filed.avatar)];
    let shown: Vec<_> = shown.into_iter().filter_map(|(purpose, id)| Some((purpose, id?))).collect();
    let page = ReportPage {
        card: &card(filed),
        email: report.email.as_deref(),
        pictures: &shown,
        reason: typed.reason,
        post: post.as_ref().map(|post| post.body.as_str()),
        line: report.line,
        lines: &lines,
        others: &others,
        remedies: &remedies(filed),
        answer: typed.answer,
        errors,
        given: report.answer.as_deref(),
    };
    let shell = app.shell(Some(&operator.0.account), &format!("{REPORTS_PATH}/{}", report.id));
    Ok(pages::report(&shell, &page).into_response())
}

fn row(SaidLine { seq, at, body, removed }: SaidLine) -> LineRow {
    LineRow { seq, at, body, removed }
}

/// Where the space or the person can be suspended.
fn remedies(filed: &FiledReport) -> Vec<(String, String)> {
    let space = filed.report.space.zip(filed.space.as_ref());
    let space = space.map(|(id, (name, _))| {
        (format!("/ops/spaces/{id}/suspension"), t!("ops-suspend-space-link", name = name))
    });
    let person = filed.report.person.zip(filed.person.as_ref());
    let person = person.map(|(id, (name, _))| {
        (format!("/ops/people/{id}/suspension"), t!("ops-suspend-account-link", name = name))
    });
    person.into_iter().chain(space).collect()
}

#[derive(Deserialize)]
pub struct DecisionForm {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    answer: String,
}

pub async fn decide(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<ReportId>,
    Form(form): Form<DecisionForm>,
) -> WebResult {
    let filed = app.store.reports().by_id(id).await?;
    let mut errors = Errors::of(DECISION);
    let answer = errors.check("answer", rules::answer(&form.answer));
    let decision = ReportDecision::from_code(&form.decision);
    if decision.is_none() {
        errors.push(FieldError::new("decision", t!("ops-report-undecided")));
    }
    let (Some(answer), Some(decision)) = (answer, decision) else {
        return Ok(refused(
            show(&app, &operator, &filed, ReportInput { answer: &form.answer, reason: "" }, &errors).await?,
            &errors,
        ));
    };
    match reports::decide(&app.services, operator.0.account.id, id, decision, &answer).await {
        Err(ServiceError::Conflict("decided")) => Err(WebError::conflict(t!("ops-report-decided"))),
        decided => {
            let words = t!("ops-reports-decided-number", count = decided?);
            Ok(flash::redirect(&app, REPORTS_PATH, &words))
        }
    }
}

#[derive(Deserialize)]
pub struct TakeDownForm {
    #[serde(default)]
    picture: String,
    #[serde(default)]
    reason: String,
}

/// Takes a picture away that the report is about.
pub async fn take_down(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<ReportId>,
    Form(form): Form<TakeDownForm>,
) -> WebResult {
    let filed = app.store.reports().by_id(id).await?;
    let mut errors = Errors::of(TAKING_DOWN);
    let reason = errors.check("reason", suspension::reason(&form.reason));
    let purpose = Purpose::from_code(&form.picture);
    if purpose.is_none() {
        errors.push(FieldError::new("picture", t!("takedown-choose")));
    }
    let (Some(reason), Some(purpose)) = (reason, purpose) else {
        let typed = ReportInput { answer: "", reason: &form.reason };
        return Ok(refused(show(&app, &operator, &filed, typed, &errors).await?, &errors));
    };
    let gone = || WebError::conflict(t!("takedown-gone"));
    let shown = pictures::reported(&filed, purpose).ok_or_else(gone)?;
    match pictures::take_down(&app.services, operator.0.account.id, shown, &reason).await {
        Err(ServiceError::Conflict("picture")) => Err(gone()),
        taken => {
            app.picture_cache.forget(taken?);
            Ok(flash::redirect(&app, &format!("{REPORTS_PATH}/{id}"), &t!("takedown-done")))
        }
    }
}
