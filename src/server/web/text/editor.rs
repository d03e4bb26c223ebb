//! Operators write the service's own texts: first they see how it looks, then they publish it.

use crate::app::App;
use crate::web::{
    access::doors::Operator,
    error::{WebError, WebResult, refused},
    extract::{Form, Path},
    flash,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::text::{
    documents::{self as rules, Document},
    markdown,
};
use serde::Deserialize;
use service::{ServiceError, text::documents};
use store::DocumentVersion;
use views::{
    form::{Errors, FieldError},
    ops::documents::{self as pages, DOCUMENTS_PATH, EDITOR, Editor, VersionRow},
};

pub async fn list(State(app): State<App>, operator: Operator) -> WebResult {
    let current = app.store.documents().all_current().await?.into_iter();
    let rows: Vec<_> = current.map(|(document, version)| (document, row(version))).collect();
    let shell = app.shell(Some(&operator.0.account), DOCUMENTS_PATH);
    Ok(pages::list(&shell, &rows).into_response())
}

fn row(version: DocumentVersion) -> VersionRow {
    VersionRow { version: version.version, at: version.at, by: version.by_username }
}

fn named(name: &str) -> WebResult<Document> {
    Document::from_code(name).ok_or_else(WebError::not_found)
}

pub async fn page(State(app): State<App>, operator: Operator, Path(name): Path<String>) -> WebResult {
    let document = named(&name)?;
    let current = app.store.documents().current(document).await?;
    let written = Written { body: current.body, version: current.version, publish: String::new() };
    show(&app, &operator, document, &written, &Errors::default()).await
}

async fn show(
    app: &App,
    operator: &Operator,
    document: Document,
    written: &Written,
    errors: &Errors,
) -> WebResult<Response> {
    let history: Vec<VersionRow> =
        app.store.documents().history(document).await?.into_iter().map(row).collect();
    let preview = match (&written.publish, errors.is_empty()) {
        (step, true) if step == PREVIEW => markdown::parse(&written.body).ok(),
        _ => None,
    };
    let editor = Editor {
        document,
        version: written.version,
        body: &written.body,
        preview: preview.as_deref(),
        history: &history,
        errors,
    };
    let shell = app.shell(Some(&operator.0.account), &format!("{DOCUMENTS_PATH}/{}", document.code()));
    Ok(pages::editor(&shell, &editor).into_response())
}

/// Set when a text is shown that was typed.
const PREVIEW: &str = "preview";

#[derive(Deserialize)]
pub struct Written {
    #[serde(default)]
    body: String,
    /// The version that was edited.
    version: i64,
    /// Empty: only show how it looks.
    #[serde(default)]
    publish: String,
}

pub async fn save(
    State(app): State<App>,
    operator: Operator,
    Path(name): Path<String>,
    Form(written): Form<Written>,
) -> WebResult {
    let document = named(&name)?;
    let mut errors = Errors::of(EDITOR);
    let Some(body) = errors.check("body", rules::body(&written.body)) else {
        return Ok(refused(show(&app, &operator, document, &written, &errors).await?, &errors));
    };
    if written.publish.is_empty() {
        let shown = Written { body, publish: PREVIEW.into(), ..written };
        return show(&app, &operator, document, &shown, &errors).await;
    }
    let by = operator.0.account.id;
    let why = match documents::publish(&app.services, by, document, written.version, &body).await {
        Ok(version) => {
            let title = views::names::document(document);
            let words = views::t!("text-published", title = title, version = version);
            return Ok(flash::redirect(&app, DOCUMENTS_PATH, &words));
        }
        Err(ServiceError::Conflict("version")) => {
            views::t!("text-publish-late")
        }
        Err(ServiceError::Conflict("same")) => views::t!("text-publish-same"),
        Err(error) => return Err(error.into()),
    };
    errors.push(FieldError::new("body", why));
    // What is published next is based on what is there now.
    let version = app.store.documents().newest(document).await?;
    let kept = Written { version, ..written };
    Ok(refused(show(&app, &operator, document, &kept, &errors).await?, &errors))
}
