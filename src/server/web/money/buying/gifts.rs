//! Buying a pass for somebody else's address.

use crate::{
    app::App,
    web::{
        catalogue::spaces::{Seen, see},
        error::{WebError, WebResult, refused, too_often},
        extract::Path,
        form_pairs,
        money::checkouts::{outdated, read_wish, wrong},
        people::session::{SignedIn, Visitor},
    },
};
use axum::{
    body::Bytes,
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{
    catalogue::offer::{NotOffered, Pass, Space},
    people::address,
};
use service::{ServiceError, money::buying::gifts};
use store::Resolved;
use views::{
    catalogue::pass::{PURCHASE, WishDraft},
    form::{Errors, FieldError},
    money::buying::gifts::{self as pages, GiftPage},
    t,
};

/// Fields of the form, and some that are not ours.
const MOST_FIELDS: usize = 24;

/// A pass that can be given, in a space that this person may see and buy in.
async fn find(app: &App, me: &SignedIn, space: &str, slug: &str) -> WebResult<(Space, Pass)> {
    let visitor = Visitor(Some(me.0.clone()));
    let Seen::Here(visit) = see(app, &visitor, space).await? else {
        return Err(WebError::not_found());
    };
    let Resolved::Pass(id) = app.store.spaces().resolve(visit.space.id, slug).await? else {
        return Err(WebError::not_found());
    };
    let pass = app.store.passes().by_id(id).await?;
    if !gifts::can_be_given(&app.services, &pass) {
        return Err(WebError::not_found());
    }
    if visit.role.is_some() {
        return Err(ServiceError::NotOffered(NotOffered::Team).into());
    }
    if visit.kept_out.is_some() {
        return Err(ServiceError::NotOffered(NotOffered::Banned).into());
    }
    Ok((visit.space, pass))
}

type PassPath = Path<(String, String)>;

pub async fn page(State(app): State<App>, me: SignedIn, Path((space, slug)): PassPath) -> WebResult {
    let (space, pass) = find(&app, &me, &space, &slug).await?;
    show(
        &app,
        &me,
        &GiftPage {
            space: &space,
            pass: &pass,
            email: "",
            wish: &WishDraft::default(),
            errors: &Errors::default(),
        },
    )
}

fn show(app: &App, me: &SignedIn, page: &GiftPage<'_>) -> WebResult {
    let shell = app.shell(Some(&me.0.account), &pages::path(page.space, page.pass));
    Ok(pages::page(&shell, page).into_response())
}

/// Opens the order, which is paid like every other.
pub async fn buy(
    State(app): State<App>,
    me: SignedIn,
    Path((space, slug)): PassPath,
    form: Bytes,
) -> WebResult {
    let (space, pass) = find(&app, &me, &space, &slug).await?;
    let (wish, asked) = read_wish(&form);
    let email = form_pairs(&form, MOST_FIELDS).into_iter().find(|(key, _)| key == "email");
    let email = email.map(|(_, value)| value).unwrap_or_default();
    let mut errors = Errors::of(PURCHASE);
    let bought = match (errors.check("email", address::parse(&email)), outdated(asked.as_deref(), &pass)) {
        (None, _) => Err(errors),
        (_, Some(outdated)) => Err(outdated),
        (Some(to), None) => {
            match gifts::buy(&app.services, &me.0.account, pass.id, &to, &wish.answers).await {
                Ok(order) => Ok(order),
                Err(error) => Err(not_bought(error)?),
            }
        }
    };
    match bought {
        Ok(order) => Ok(Redirect::to(&format!("/checkouts/{order}")).into_response()),
        Err(errors) => {
            let page = GiftPage { space: &space, pass: &pass, email: &email, wish: &wish, errors: &errors };
            Ok(refused(show(&app, &me, &page)?, &errors))
        }
    }
}

/// What is wrong, for the form; other errors end the request.
fn not_bought(error: ServiceError) -> WebResult<Errors> {
    let words = match error {
        ServiceError::Conflict("own_address") => t!("gift-own"),
        ServiceError::Conflict("given") => t!("gift-given"),
        ServiceError::Conflict("open_order") => t!("gift-open-order"),
        ServiceError::TooMany { limit, what, wait } => return Ok(too_often(PURCHASE, limit, what, wait)),
        error => return wrong(error),
    };
    Ok(Errors::one(PURCHASE, FieldError::new("email", words)))
}
