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
use domain::text::{
    documents::Document,
    markdown::{self, Block},
};
use serde::Deserialize;
use service::{ServiceError, text::documents};
use store::DocumentVersion;
use views::text::DocumentPage;

#[derive(Deserialize)]
pub struct Asked {
    /// An earlier version.
    version: Option<i64>,
}

/// The text of a page, as its tree.
pub struct Read {
    document: Document,
    body: Vec<Block>,
    version: DocumentVersion,
    current: Option<i64>,
}

impl Read {
    pub async fn of(app: &App, document: Document, asked: Option<i64>) -> WebResult<Self> {
        let texts = app.store.documents();
        let current = texts.current(document).await?;
        let (version, current) = match asked.filter(|asked| *asked != current.version) {
            Some(asked) => (texts.version(document, asked).await?, Some(current.version)),
            None => (current, None),
        };
        // What could be published can be read; a release that reads it otherwise shows it as it was typed.
        let body = markdown::parse(&version.body).unwrap_or_else(|_| vec![Block::Code(version.body.clone())]);
        Ok(Self { document, body, version, current })
    }

    pub fn page(&self) -> DocumentPage<'_> {
        DocumentPage {
            document: self.document,
            body: &self.body,
            version: self.version.version,
            at: self.version.at,
            current: self.current,
        }
    }
}

pub async fn page(
    State(app): State<App>,
    visitor: Visitor,
    uri: Uri,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let document = Document::ALL.into_iter().find(|document| document.path() == uri.path());
    let document = document.ok_or_else(WebError::not_found)?;
    let read = Read::of(&app, document, asked.version).await?;
    let shell = app.shell(visitor.account(), document.path());
    Ok(views::text::page(&shell, &read.page()).into_response())
}

#[derive(Deserialize)]
pub struct Accepted {
    /// A number. Not read as one here, because `flatten` makes texts of all fields.
    version: String,
    #[serde(flatten)]
    next: Next,
}

/// The person accepts the current terms, and goes on where they were.
pub async fn accept(State(app): State<App>, me: SignedIn, Form(accepted): Form<Accepted>) -> WebResult {
    let version =
        accepted.version.parse().map_err(|_| WebError::field("version", views::t!("text-version-number")))?;
    match documents::accept_terms(&app.services, me.0.account.id, version).await {
        Err(ServiceError::Conflict("version")) => {
            Ok(flash::refuse(&app, Document::Terms.path(), &views::t!("text-terms-newer")))
        }
        done => {
            done?;
            Ok(Redirect::to(accepted.next.local()).into_response())
        }
    }
}
