//! The service's own texts at their fixed addresses, and accepting the terms.

use crate::app::App;
use crate::web::{
    error::{WebError, WebResult},
    extract::{Form, Query},
    flash,
    people::{
        session::{SignedIn, Visitor},
        sign_in::Next,
    },
};
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    text::{
        documents::{self as rules, Document},
        language::Language,
        markdown::{self, Block},
    },
    time::Millis,
};
use serde::Deserialize;
use service::{ServiceError, text::documents};
use store::DocumentVersion;
use views::{text::DocumentPage, words::spoken};

#[derive(Deserialize)]
pub struct DocumentQuery {
    /// An earlier version.
    version: Option<i64>,
}

/// The text of a page, as its tree, in the language of the page if there is one.
pub struct DocumentText {
    document: Document,
    body: Vec<Block>,
    /// Of the text, which there may be in another one only.
    language: Option<Language>,
    version: i64,
    at: Millis,
    current: Option<i64>,
}

impl DocumentText {
    pub async fn of(app: &App, document: Document, asked: Option<i64>) -> WebResult<Self> {
        let texts = app.store.documents();
        let current = texts.current(document).await?;
        let (found, current) = match asked.filter(|asked| *asked != current.version) {
            Some(asked) => (texts.version(document, asked).await?, Some(current.version)),
            None => (current, None),
        };
        let DocumentVersion { version, texts: written, at, .. } = found;
        let text = rules::shown(&written, spoken()).ok_or_else(WebError::not_found)?;
        // What could be published can be read; a release that reads it otherwise shows it as it was typed.
        let body = markdown::parse(&text.body).unwrap_or_else(|_| vec![Block::Code(text.body.clone())]);
        Ok(Self { document, body, language: text.language, version, at, current })
    }

    pub fn page(&self) -> DocumentPage<'_> {
        DocumentPage {
            document: self.document,
            body: &self.body,
            language: self.language,
            version: self.version,
            at: self.at,
            current: self.current,
        }
    }
}

pub async fn page(
    State(app): State<App>,
    visitor: Visitor,
    uri: Uri,
    Query(asked): Query<DocumentQuery>,
) -> WebResult<Response> {
    let document = Document::ALL.into_iter().find(|document| document.path() == uri.path());
    let document = document.ok_or_else(WebError::not_found)?;
    let read = DocumentText::of(&app, document, asked.version).await?;
    let shell = app.shell(visitor.account(), document.path());
    Ok(views::text::page(&shell, &read.page()).into_response())
}

#[derive(Deserialize)]
pub struct AcceptTermsForm {
    /// A number. Not read as one here, because `flatten` makes texts of all fields.
    version: String,
    #[serde(flatten)]
    next: Next,
}

/// The person accepts the current terms, and goes on where they were.
pub async fn accept(
    State(app): State<App>,
    me: SignedIn,
    Form(accepted): Form<AcceptTermsForm>,
) -> WebResult {
    let version =
        accepted.version.parse().map_err(|_| WebError::field("version", views::t!("text-version-number")))?;
    match documents::accept_terms(&app.services, me.0.account.id, version, spoken()).await {
        Err(ServiceError::Conflict("version")) => {
            Ok(flash::refuse(&app, Document::Terms.path(), &views::t!("text-terms-newer")))
        }
        done => {
            done?;
            Ok(Redirect::to(accepted.next.local()).into_response())
        }
    }
}
