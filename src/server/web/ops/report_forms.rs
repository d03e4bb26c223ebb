//! Reporting something to the operators: anybody who is signed in and may see it.

use crate::app::App;
use crate::web::{
    access::doors::{Admitted, ENTER},
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::ops::reports::{self as rules, Kind};
use serde::Deserialize;
use service::{
    ServiceError,
    ops::reports::{self, Reportable},
};
use views::{
    form::Errors,
    ops::reports::report::{self as pages, REPORT, ReportForm},
    t,
};

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Default, Deserialize)]
pub struct ReportFields {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    words: String,
}

pub async fn form(
    State(app): State<App>,
    me: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> WebResult {
    let about = find(&app, &me, &kind, &id).await?;
    let path = format!("/account/reports/{kind}/{id}");
    Ok(show(&app, &me, &about, &path, &ReportFields::default(), &Errors::default()))
}

pub async fn send(
    State(app): State<App>,
    me: SignedIn,
    Path((kind, id)): Path<(String, String)>,
    Form(filled): Form<ReportFields>,
) -> WebResult {
    let about = find(&app, &me, &kind, &id).await?;
    take(&app, &me, &about, &format!("/account/reports/{kind}/{id}"), &filled).await
}

async fn find(app: &App, me: &SignedIn, kind: &str, id: &str) -> WebResult<Reportable> {
    let kind = Kind::from_code(kind).ok_or_else(WebError::not_found)?;
    Ok(reports::find(&app.services, me.0.account.id, kind, id).await?)
}

/// The last lines of a chat, to choose the one to report.
pub async fn lines(State(app): State<App>, door: Admitted<ENTER>) -> WebResult {
    let chat = app.engine.chat_room(door.caller.room).snapshot().await?;
    let lines: Vec<_> = chat.lines.iter().map(|entry| (**entry).clone()).collect();
    let of = door.caller.chat()?;
    let shell = app.shell(Some(&door.session.account), &format!("{of}/messages"));
    let title = match door.caller.stream() {
        Ok(stream) => &stream.title,
        Err(_) => &door.caller.facts.place.experience.title,
    };
    Ok(pages::lines(&shell, (&door.caller.path(), title), of, &lines).into_response())
}

pub async fn line(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Path((_, seq)): Path<(String, u64)>,
) -> WebResult {
    let about = author(&app, &door, seq).await?;
    let path = format!("{}/messages/{seq}/report", door.caller.chat()?);
    let me = SignedIn(door.session.clone());
    Ok(show(&app, &me, &about, &path, &ReportFields::default(), &Errors::default()))
}

pub async fn send_line(
    State(app): State<App>,
    door: Admitted<ENTER>,
    Path((_, seq)): Path<(String, u64)>,
    Form(filled): Form<ReportFields>,
) -> WebResult {
    let about = author(&app, &door, seq).await?;
    let path = format!("{}/messages/{seq}/report", door.caller.chat()?);
    let me = SignedIn(door.session.clone());
    take(&app, &me, &about, &path, &filled).await
}

async fn author(app: &App, door: &Admitted<ENTER>, seq: u64) -> WebResult<Reportable> {
    let stream = door.caller.stream().ok().map(|stream| stream.id);
    let place = (door.caller.facts.place.space.id, stream, door.caller.room);
    Ok(reports::author_of(&app.services, place, seq, door.caller.path()).await?)
}

/// Reports it, or shows the form again with what is wrong.
async fn take(app: &App, me: &SignedIn, about: &Reportable, path: &str, filled: &ReportFields) -> WebResult {
    if about.person == Some(me.0.account.id) {
        return Err(WebError::conflict(t!("report-yourself")));
    }
    let mut errors = Errors::of(REPORT);
    let reason = errors.check("reason", rules::reason(about.kind, &filled.reason));
    let words = errors.check("words", rules::words(about.kind, reason, &filled.words));
    let (Some(reason), Some(words)) = (reason, words) else {
        return Ok(refused(show(app, me, about, path, filled, &errors), &errors));
    };
    match reports::report(&app.services, me.0.account.id, about, reason, words).await {
        Ok(true) => Ok(flash::redirect(app, &about.path, &t!("report-sent"))),
        Ok(false) => Ok(flash::redirect(app, &about.path, &t!("report-again"))),
        Err(ServiceError::TooMany { limit, what, wait }) => {
            let errors = too_often(REPORT, limit, what, wait);
            Ok(refused(show(app, me, about, path, filled, &errors), &errors))
        }
        Err(error) => Err(error.into()),
    }
}

fn show(
    app: &App,
    me: &SignedIn,
    about: &Reportable,
    path: &str,
    filled: &ReportFields,
    errors: &Errors,
) -> Response {
    let form = ReportForm {
        kind: about.kind,
        title: &about.title,
        back: &about.path,
        line: about.line.as_ref().map(|line| line.1.as_str()),
        path,
        reason: &filled.reason,
        words: &filled.words,
        errors,
    };
    pages::form(&app.shell(Some(&me.0.account), path), &form).into_response()
}
