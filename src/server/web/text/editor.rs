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
use domain::{
    error::StoreError,
    text::{
        documents::{self as rules, Document, Text},
        language::Language,
        markdown::{self, Block},
    },
};
use serde::Deserialize;
use service::{
    ServiceError,
    text::documents::{self, Typed},
};
use store::DocumentVersion;
use views::{
    form::{Errors, FieldError},
    ops::documents::{self as pages, DOCUMENTS_PATH, EDITOR, EditedText, Editor, VersionRow},
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
    let written = DocumentForm { version: current.version, ..DocumentForm::default() }.with(&current.texts);
    show(&app, &operator, document, &written, None, &Errors::default()).await
}

/// `checked`: the texts, if it is shown how they look.
async fn show(
    app: &App,
    operator: &Operator,
    document: Document,
    written: &DocumentForm,
    checked: Option<&[Text]>,
    errors: &Errors,
) -> WebResult<Response> {
    let store = app.store.documents();
    let history: Vec<VersionRow> = store.history(document).await?.into_iter().map(row).collect();
    let outdated = match checked {
        Some(texts) => documents::outdated(&store.current(document).await?, texts),
        None => None,
    };
    let looks = Language::ALL.map(|language| checked.and_then(|texts| look(texts, language)));
    let texts = Language::ALL.into_iter().zip(&looks).map(|(language, look)| EditedText {
        language,
        body: written.typed(language),
        look: look.as_deref(),
    });
    let texts: Vec<EditedText<'_>> = texts.collect();
    let editor = Editor {
        document,
        version: written.version,
        texts: &texts,
        is_shown: checked.is_some(),
        outdated,
        same: written.same,
        history: &history,
        errors,
    };
    let shell = app.shell(Some(&operator.0.account), &format!("{DOCUMENTS_PATH}/{}", document.code()));
    Ok(pages::editor(&shell, &editor).into_response())
}

/// How the text of a language looks, if there is one.
fn look(texts: &[Text], language: Language) -> Option<Vec<Block>> {
    let text = texts.iter().find(|text| text.language == Some(language))?;
    markdown::parse(&text.body).ok()
}

#[derive(Default, Deserialize)]
pub struct DocumentForm {
    /// In English; empty if there shall be none.
    #[serde(default)]
    body: String,
    /// The same in German.
    #[serde(default)]
    body_de: String,
    /// The version that was edited.
    version: i64,
    /// Empty: only show how it looks.
    #[serde(default)]
    publish: String,
    /// A text that came with the release still says the same as the one that was changed.
    #[serde(default)]
    same: bool,
}

impl DocumentForm {
    fn typed(&self, language: Language) -> &str {
        match language {
            Language::English => &self.body,
            Language::German => &self.body_de,
        }
    }

    /// With these texts as what was typed.
    fn with(self, texts: &[Text]) -> Self {
        let [body, body_de] = Language::ALL.map(|language| rules::edited(texts, language).to_owned());
        Self { body, body_de, ..self }
    }

    /// The same on top of the version that is there now: what is published next is based on it.
    async fn rebased(self, app: &App, document: Document) -> WebResult<Self> {
        let store = app.store.documents();
        let newest = store.current(document).await?;
        if newest.version == self.version {
            return Ok(self);
        }
        let before = match store.version(document, self.version).await {
            Ok(version) => version.texts,
            Err(StoreError::NotFound) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let [body, body_de] = Language::ALL.map(|language| {
            rules::rebased(self.typed(language), language, &before, &newest.texts).to_owned()
        });
        // Whether two texts say the same is to be said of what stands there now.
        Ok(Self { body, body_de, version: newest.version, same: false, ..self })
    }

    /// The texts that were typed, at least one; `None` if they have to be changed.
    fn check(&self, errors: &mut Errors) -> Option<Vec<Text>> {
        let is_typed = |language: &Language| !self.typed(*language).trim().is_empty();
        let mut languages: Vec<Language> = Language::ALL.into_iter().filter(is_typed).collect();
        if languages.is_empty() {
            // It is the one that is asked for.
            languages.push(Language::default());
        }
        let mut texts = Vec::new();
        for language in languages {
            let body = errors.check(pages::field(language), rules::body(self.typed(language)))?;
            texts.push(Text { language: Some(language), body });
        }
        Some(texts)
    }
}

pub async fn save(
    State(app): State<App>,
    operator: Operator,
    Path(name): Path<String>,
    Form(written): Form<DocumentForm>,
) -> WebResult {
    let document = named(&name)?;
    let mut errors = Errors::of(EDITOR);
    let Some(texts) = written.check(&mut errors) else {
        return Ok(refused(show(&app, &operator, document, &written, None, &errors).await?, &errors));
    };
    if written.publish.is_empty() {
        let shown = written.with(&texts);
        return show(&app, &operator, document, &shown, Some(&texts), &errors).await;
    }
    let typed = Typed { based_on: written.version, texts: &texts, same: written.same };
    let why = match documents::publish(&app.services, operator.0.account.id, document, &typed).await {
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
    let kept = written.rebased(&app, document).await?;
    Ok(refused(show(&app, &operator, document, &kept, None, &errors).await?, &errors))
}
