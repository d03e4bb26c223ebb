//! The team's pages of a space's headline, features and questions, and of the link to its preview.

use crate::app::App;
use crate::secret;
use crate::web::{
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    access::may::Action,
    catalogue::offer::Space,
    clock::Clock,
    id::{QuestionId, SpaceId},
    money::sales::{self as rules, Edit, PreviewLink, Question, SalesPage},
    time::Millis,
};
use serde::Deserialize;
use service::{ServiceError, ServiceResult, catalogue::sales};
use views::{
    access::sales::{self as pages, QuestionDraft, SalesDraft, SalesForm},
    form::{Errors, FieldError},
};

/// Characters of a signature in a link.
const SIGNED: usize = 40;

/// What the link to a preview carries: its end, signed for this space and this link alone.
fn token(app: &App, space: SpaceId, number: i64, until: Millis) -> String {
    let signature =
        app.secret.sign("preview", &[&space.to_string(), &number.to_string(), &until.0.to_string()]);
    format!("{}-{}", until.0, &signature[..SIGNED])
}

/// Until when a link shows a space before it is public; `None` if the link is not good.
pub fn previewed(app: &App, space: &Space, preview: PreviewLink, given: &str) -> Option<Millis> {
    let until = Millis(given.split_once('-')?.0.parse().ok()?);
    let open = space.closed_at.is_none() && preview.is_open(until, app.clock.now());
    let ours = secret::same(given, &token(app, space.id, preview.number, until));
    (open && ours).then_some(until)
}

/// A space that this person may edit.
async fn own(app: &App, me: &SignedIn, id: SpaceId) -> WebResult<Space> {
    Ok(app.services.authorise(me.0.account.id, id, Action::EditSpace).await?)
}

fn path(id: SpaceId) -> String {
    format!("/account/spaces/{id}/sales")
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own(&app, &me, id).await?;
    let saved = app.store.sales().of_space(id).await?;
    let draft = SalesDraft::from(&saved);
    show(&app, &me, (&space, &saved), &draft, &QuestionDraft::default(), &Errors::default())
}

fn show(
    app: &App,
    me: &SignedIn,
    (space, saved): (&Space, &SalesPage),
    draft: &SalesDraft,
    question: &QuestionDraft,
    errors: &Errors,
) -> WebResult {
    let PreviewLink { number, until } = saved.preview;
    let until = until.filter(|until| saved.preview.is_open(*until, app.clock.now()));
    let link = until
        .map(|until| app.url(&format!("/{}?preview={}", space.slug, token(app, space.id, number, until))));
    let preview = link.as_deref();
    let page = SalesForm { space, sales: saved, draft, question, preview, errors };
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(space.id)), &page).into_response())
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct SalesPageForm {
    #[serde(default)]
    headline: String,
    #[serde(default)]
    features: String,
}

pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<SalesPageForm>,
) -> WebResult {
    let space = own(&app, &me, id).await?;
    let mut errors = Errors::of("sales");
    let headline = errors.check("headline", rules::headline(&form.headline));
    let features = errors.check("features", rules::features(&form.features));
    let done = match headline.zip(features) {
        Some((headline, features)) => {
            let by = me.0.account.id;
            form_result("sales", sales::update(&app.services, by, id, headline, features).await)?
        }
        None => Err(errors),
    };
    match done {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &views::t!("access-sales-saved"))),
        Err(errors) => {
            let draft = SalesDraft { headline: form.headline, features: form.features };
            let saved = app.store.sales().of_space(id).await?;
            let page = show(&app, &me, (&space, &saved), &draft, &QuestionDraft::default(), &errors)?;
            Ok(refused(page, &errors))
        }
    }
}

#[derive(Deserialize)]
pub struct QuestionForm {
    #[serde(default)]
    question: String,
    #[serde(default)]
    answer: String,
}

impl QuestionForm {
    fn checked(&self, id: QuestionId) -> Result<Question, Errors> {
        let mut errors = Errors::of("question");
        let question = errors.check("question", rules::question(&self.question));
        let answer = errors.check("answer", rules::answer(&self.answer));
        question.zip(answer).map(|(question, answer)| Question { id, question, answer }).ok_or(errors)
    }
}

pub async fn add(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(form): Form<QuestionForm>,
) -> WebResult {
    let space = own(&app, &me, id).await?;
    let done = match form.checked(QuestionId::new()) {
        Ok(new) => edit(&app, &me, id, Edit::Add(new)).await?,
        Err(errors) => Err(errors),
    };
    match done {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &views::t!("access-question-added"))),
        Err(errors) => {
            let saved = app.store.sales().of_space(id).await?;
            let draft = SalesDraft::from(&saved);
            let question = QuestionDraft { question: form.question, answer: form.answer };
            Ok(refused(show(&app, &me, (&space, &saved), &draft, &question, &errors)?, &errors))
        }
    }
}

async fn edit(app: &App, me: &SignedIn, space: SpaceId, edit: Edit) -> WebResult<Result<(), Errors>> {
    form_result("question", sales::edit_questions(&app.services, me.0.account.id, space, edit).await)
}

/// The inner error is shown in the form; other failures become error responses.
fn form_result(form: &'static str, result: ServiceResult<()>) -> WebResult<Result<(), Errors>> {
    match result {
        Ok(()) => Ok(Ok(())),
        Err(ServiceError::TooMany { limit, what, wait }) => Ok(Err(too_often(form, limit, what, wait))),
        Err(ServiceError::Conflict("questions")) => {
            let words = views::t!("access-questions-many", most = rules::MOST_QUESTIONS);
            Ok(Err(Errors::one(form, FieldError::new("question", words))))
        }
        Err(error) => Err(error.into()),
    }
}

type QuestionPath = Path<(SpaceId, QuestionId)>;

pub async fn question(State(app): State<App>, me: SignedIn, Path((id, question)): QuestionPath) -> WebResult {
    let space = own(&app, &me, id).await?;
    let saved = app.store.sales().of_space(id).await?;
    let found = saved.find(question).ok_or_else(WebError::not_found)?;
    Ok(question_page(&app, &me, &space, question, &QuestionDraft::from(found), &Errors::default()))
}

fn question_page(
    app: &App,
    me: &SignedIn,
    space: &Space,
    id: QuestionId,
    draft: &QuestionDraft,
    errors: &Errors,
) -> axum::response::Response {
    let shell = app.shell(Some(&me.0.account), &format!("/account/spaces/{}/questions/{id}", space.id));
    pages::question(&shell, space, id, draft, errors).into_response()
}

pub async fn change(
    State(app): State<App>,
    me: SignedIn,
    Path((id, question)): QuestionPath,
    Form(form): Form<QuestionForm>,
) -> WebResult {
    let space = own(&app, &me, id).await?;
    let done = match form.checked(question) {
        Ok(changed) => edit(&app, &me, id, Edit::Change(changed)).await?,
        Err(errors) => Err(errors),
    };
    match done {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &views::t!("access-question-saved"))),
        Err(errors) => {
            let draft = QuestionDraft { question: form.question, answer: form.answer };
            Ok(refused(question_page(&app, &me, &space, question, &draft, &errors), &errors))
        }
    }
}

pub async fn earlier(State(app): State<App>, me: SignedIn, Path((id, question)): QuestionPath) -> WebResult {
    shift(&app, &me, id, Edit::Shift(question, -1), &views::t!("catalogue-order-saved")).await
}

pub async fn later(State(app): State<App>, me: SignedIn, Path((id, question)): QuestionPath) -> WebResult {
    shift(&app, &me, id, Edit::Shift(question, 1), &views::t!("catalogue-order-saved")).await
}

pub async fn delete(State(app): State<App>, me: SignedIn, Path((id, question)): QuestionPath) -> WebResult {
    shift(&app, &me, id, Edit::Remove(question), &views::t!("access-question-deleted")).await
}

async fn shift(app: &App, me: &SignedIn, id: SpaceId, edit: Edit, words: &str) -> WebResult {
    sales::edit_questions(&app.services, me.0.account.id, id, edit).await?;
    Ok(flash::redirect(app, &path(id), words))
}

pub async fn open_preview(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    sales::open_preview(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &views::t!("access-preview-made")))
}

pub async fn withdraw_preview(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    sales::withdraw_preview(&app.services, me.0.account.id, id).await?;
    Ok(flash::redirect(&app, &path(id), &views::t!("access-preview-withdrawn")))
}
