//! Messages to the holders of passes: writing, looking at the mail first, sending. And having the messages of a space again.

use crate::{
    app::App,
    web::{
        error::{WebError, WebResult, refused, too_often},
        extract::{Form, Path},
        flash, form_pairs,
        people::session::SignedIn,
    },
};
use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    access::may::Action,
    audience::letters::{self as rules, MOST_PASSES, NewHolderMessage},
    catalogue::offer::Space,
    clock::Clock,
    id::{HolderMessageId, PassId, PurchaseId, SpaceId},
};
use serde::Deserialize;
use service::{
    ServiceError,
    audience::letters::{reach, resend_receipt, send, want},
};
use views::{
    audience::{
        letters::{self as pages, FORM, LetterDraft, LetterPreview, LettersPage},
        mail::{self, HolderMail},
    },
    form::{Errors, FieldError, WHOLE_FORM},
    t,
};

/// Sent messages on the page.
const SHOWN: usize = 20;

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = app.services.authorise(me.0.account.id, id, Action::EditOffer).await?;
    show(&app, &me, &space, (&LetterDraft::default(), None), &Errors::default()).await
}

/// The page with a draft and, if it was looked at, what would be sent.
async fn show(
    app: &App,
    me: &SignedIn,
    space: &Space,
    (draft, preview): (&LetterDraft, Option<LetterPreview<'_>>),
    errors: &Errors,
) -> WebResult {
    let facets = app.store.members().facets(space.id, app.clock.now()).await?;
    let passes: Vec<(PassId, &str, i64)> =
        facets.iter().map(|one| (one.pass, one.title.as_str(), one.people)).collect();
    let sent = app.store.holder_messages().of_space(space.id, SHOWN).await?;
    let page = LettersPage { space, passes: &passes, draft, preview, sent: &sent, errors };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(space.id)), &page).into_response())
}

/// What was submitted.
#[derive(Default)]
struct LetterForm {
    draft: LetterDraft,
    /// That of the preview; without one the message is previewed.
    id: Option<HolderMessageId>,
}

fn read(form: &[u8]) -> LetterForm {
    let (mut read, mut step, mut id) = (LetterForm::default(), String::new(), String::new());
    for (key, value) in form_pairs(form, MOST_PASSES + 8) {
        match key.as_str() {
            "pass" => read.draft.passes.extend(value.parse::<PassId>()),
            "subject" => read.draft.subject = value,
            "body" => read.draft.body = value,
            "step" => step = value,
            "id" => id = value,
            _ => {}
        }
    }
    read.draft.passes.truncate(MOST_PASSES);
    read.id = id.parse().ok().filter(|_| step == "send");
    read
}

/// `POST …/messages`: shows the mail, or sends it once it was shown.
pub async fn write(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>, form: Bytes) -> WebResult {
    let by = me.0.account.id;
    let space = app.services.authorise(by, id, Action::EditOffer).await?;
    let LetterForm { draft, id: chosen } = read(&form);
    let mut errors = Errors::of(FORM);
    if draft.passes.is_empty() {
        errors.push(FieldError::new("passes", t!("letters-choose")));
    }
    let subject = errors.check("subject", rules::subject(&draft.subject));
    let body = errors.check("body", rules::body(&draft.body));
    let (Some(subject), Some(body), false) = (subject, body, draft.passes.is_empty()) else {
        return Ok(refused(show(&app, &me, &space, (&draft, None), &errors).await?, &errors));
    };
    let Some(chosen) = chosen else {
        let people = reach(&app.services, by, id, &draft.passes).await?;
        return preview(&app, &me, &space, (&draft, people), (&subject, &body)).await;
    };
    let new = NewHolderMessage { id: chosen, space: id, passes: draft.passes.clone(), subject, body };
    match send(&app.services, by, &new).await {
        Ok(()) => Ok(flash::redirect(&app, &pages::path(id), &t!("letters-is-sent"))),
        Err(error) => {
            let errors = refusal(error)?;
            Ok(refused(show(&app, &me, &space, (&draft, None), &errors).await?, &errors))
        }
    }
}

/// Why a message was not sent, for whoever wrote it.
fn refusal(error: ServiceError) -> WebResult<Errors> {
    let (field, words) = match error {
        ServiceError::TooMany { limit, what, wait } => return Ok(too_often(FORM, limit, what, wait)),
        ServiceError::Conflict("nobody") => ("passes", t!("letters-nobody")),
        ServiceError::Conflict("closed") => (WHOLE_FORM, t!("letters-not-public")),
        ServiceError::Conflict("messages") => (WHOLE_FORM, t!("letters-most-a-day")),
        ServiceError::Conflict("author") => (WHOLE_FORM, t!("letters-most-by-account")),
        other => return Err(other.into()),
    };
    Ok(Errors::one(FORM, FieldError::new(field, words)))
}

/// Shows the mail as one of the holders will read it. Nothing is kept.
async fn preview(
    app: &App,
    me: &SignedIn,
    space: &Space,
    (draft, people): (&LetterDraft, i64),
    (subject, body): (&str, &str),
) -> WebResult {
    if people == 0 {
        let errors = refusal(ServiceError::Conflict("nobody"))?;
        return Ok(refused(show(app, me, space, (draft, None), &errors).await?, &errors));
    }
    let (url, stop) = (app.url(&format!("/{}", space.slug)), app.url("/unsubscribe/…"));
    let told = HolderMail { space: &space.name, subject, body, url: &url, stop: &stop };
    let mail = mail::to_holder("", &told);
    let preview = LetterPreview { id: HolderMessageId::new(), people, mail: &mail };
    show(app, me, space, (draft, Some(preview)), &Errors::default()).await
}

#[derive(Deserialize)]
pub struct WantedSpace {
    #[serde(default)]
    space: String,
}

/// `POST /account/mails/spaces`: has the messages of a space again.
pub async fn wish(
    State(app): State<App>,
    me: SignedIn,
    Form(wish): Form<WantedSpace>,
) -> WebResult<Response> {
    let space: SpaceId = wish.space.parse().map_err(|_| WebError::not_found())?;
    want(&app.services, me.0.account.id, space).await?;
    Ok(flash::redirect(&app, views::people::mails::PATH, &t!("letters-wanted-again")))
}

/// `POST /account/orders/{id}/receipt`: sends the receipt once more.
pub async fn receipt(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PurchaseId>,
) -> WebResult<Response> {
    let path = views::money::orders::one_path(id);
    match resend_receipt(&app.services, me.0.account.id, id).await {
        Ok(()) => Ok(flash::redirect(&app, &path, &t!("receipt-again-done"))),
        Err(ServiceError::Conflict("gone")) => Ok(flash::refuse(&app, &path, &t!("receipt-again-gone"))),
        Err(ServiceError::Conflict("goes_back")) => Ok(flash::refuse(&app, &path, &t!("receipt-again-back"))),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_previewed_is_sent() {
        let (pass, id) = (PassId::new(), HolderMessageId::new());
        let form = |more: &str| read(format!("pass={pass}&pass=none&subject=a&body=b{more}").as_bytes());
        assert_eq!(form("").draft.passes, [pass]);
        assert_eq!(form("").id, None);
        assert_eq!(form(&format!("&id={id}")).id, None, "a preview");
        assert_eq!(form(&format!("&id={id}&step=send")).id, Some(id));
        assert_eq!(form("&id=none&step=send").id, None);
    }
}
