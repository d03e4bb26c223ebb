//! Writing a letter to the operators, signed in or not.

use crate::app::App;
use crate::web::{
    error::{WebResult, refused, too_often},
    extract::Form,
    people::session::Visitor,
    text::documents::DocumentText,
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    ops::reports::{self as rules, Kind},
    people::address,
    text::documents::Document,
};
use serde::Deserialize;
use service::{ServiceError, ops::reports};
use views::{
    form::Errors,
    text::{CONTACT, ContactForm},
};

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Default, Deserialize)]
pub struct Letter {
    #[serde(default)]
    email: String,
    #[serde(default)]
    topic: String,
    #[serde(default)]
    words: String,
}

pub async fn page(State(app): State<App>, visitor: Visitor) -> WebResult {
    let email = visitor.account().map(|me| me.email.clone()).unwrap_or_default();
    show(&app, &visitor, &Letter { email, ..Letter::default() }, &Errors::default()).await
}

async fn show(app: &App, visitor: &Visitor, letter: &Letter, errors: &Errors) -> WebResult<Response> {
    let read = DocumentText::of(app, Document::Contact, None).await?;
    let form = ContactForm { email: &letter.email, topic: &letter.topic, words: &letter.words, errors };
    let shell = app.shell(visitor.account(), Document::Contact.path());
    Ok(views::text::contact(&shell, &read.page(), &form).into_response())
}

pub async fn write(State(app): State<App>, visitor: Visitor, Form(letter): Form<Letter>) -> WebResult {
    let mut errors = Errors::of(CONTACT);
    let topic = errors.check("topic", rules::reason(Kind::Letter, &letter.topic));
    let email = errors.check("email", address::parse(&letter.email));
    let words = errors.check("words", rules::words(Kind::Letter, topic, &letter.words));
    let (Some(topic), Some(email), Some(words)) = (topic, email, words) else {
        return Ok(refused(show(&app, &visitor, &letter, &errors).await?, &errors));
    };
    let by = visitor.account().map(|me| me.id);
    match reports::write(&app.services, by, email.clone(), topic, words).await {
        Ok(()) => {
            let shell = app.shell(visitor.account(), Document::Contact.path());
            Ok(views::text::written(&shell, &email).into_response())
        }
        Err(ServiceError::TooMany { limit, what, wait }) => {
            let errors = too_often(CONTACT, limit, what, wait);
            Ok(refused(show(&app, &visitor, &letter, &errors).await?, &errors))
        }
        Err(error) => Err(error.into()),
    }
}
