//! The team's page of what a pass asks whoever gets it.

use crate::app::App;
use crate::web::{
    catalogue::manage::own_space,
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    id::{PassId, QuestionId},
    money::asking::{self as rules, AskKind, AskedQuestion},
};
use serde::Deserialize;
use service::{ServiceError, ServiceResult, money::asking};
use views::{
    form::{Errors, FieldError},
    money::asking::{self as pages, AskDraft, AskingPage},
    t,
};

fn path(id: PassId) -> String {
    format!("/account/access_passes/{id}/questions")
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    show(&app, &me, id, &AskDraft::default(), &Errors::default()).await
}

async fn show(app: &App, me: &SignedIn, id: PassId, draft: &AskDraft, errors: &Errors) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let space = own_space(app, me, pass.space).await?;
    let page = AskingPage { space: &space, pass: &pass, draft, errors };
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(id)), &page).into_response())
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct CheckoutQuestionForm {
    #[serde(default)]
    question: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    required: String,
    #[serde(default)]
    options: String,
}

fn checked(draft: &AskDraft) -> Result<AskedQuestion, Errors> {
    let mut errors = Errors::of("asking");
    let words = errors.check("question", rules::words(&draft.question));
    let kind = AskKind::from_code(&draft.kind).ok_or_else(|| t!("asking-kind-wrong"));
    let kind = errors.check("kind", kind);
    let options = kind.and_then(|kind| errors.check("options", rules::options(kind, &draft.options)));
    match (words, kind, options) {
        (Some(words), Some(kind), Some(options)) => {
            Ok(AskedQuestion { id: QuestionId::new(), kind, words, required: draft.required, options })
        }
        _ => Err(errors),
    }
}

fn form_result(result: ServiceResult<()>) -> WebResult<Result<(), Errors>> {
    match result {
        Ok(()) => Ok(Ok(())),
        Err(ServiceError::TooMany { limit, what, wait }) => Ok(Err(too_often("asking", limit, what, wait))),
        Err(ServiceError::Conflict("questions")) => {
            Ok(Err(Errors::one("asking", FieldError::new("question", t!("asking-full")))))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn add(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    Form(fields): Form<CheckoutQuestionForm>,
) -> WebResult {
    own_space(&app, &me, app.store.passes().by_id(id).await?.space).await?;
    let CheckoutQuestionForm { question, kind, required, options } = fields;
    let draft = AskDraft { question, kind, required: required == "1", options };
    let added = match checked(&draft) {
        Ok(question) => form_result(asking::add(&app.services, me.0.account.id, id, question).await)?,
        Err(errors) => Err(errors),
    };
    match added {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &t!("asking-added"))),
        Err(errors) => Ok(refused(show(&app, &me, id, &draft, &errors).await?, &errors)),
    }
}

#[derive(Deserialize)]
pub struct Removal {
    #[serde(default)]
    question: String,
}

pub async fn remove(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    Form(removal): Form<Removal>,
) -> WebResult {
    own_space(&app, &me, app.store.passes().by_id(id).await?.space).await?;
    let Ok(question) = removal.question.parse::<QuestionId>() else {
        return Err(WebError::field("question", t!("asking-gone")));
    };
    asking::remove(&app.services, me.0.account.id, id, question).await?;
    Ok(flash::redirect(&app, &path(id), &t!("asking-removed")))
}
