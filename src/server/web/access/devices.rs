//! On how many devices a pass is used: the team's page, and moving to another device.

use crate::app::App;
use crate::web::{
    error::{WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::{SignedIn, Visitor},
};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    access::{
        admit::{Admission, Door, Reason, admit},
        device::{DEVICES, Taken},
    },
    catalogue::slug::page_path,
    clock::Clock,
    id::{ExperienceId, PassId},
};
use serde::Deserialize;
use service::{
    ServiceError,
    access::devices::{self, Sat},
};
use store::{AccessFacts, Entrant, Place};
use views::{
    access::device::{self as pages, DevicesPage, MovePage, Other},
    form::{Errors, FieldError},
    people::agent,
    t,
};

fn path(id: PassId) -> String {
    format!("/account/access_passes/{id}/devices")
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    show(&app, &me, id, None, &Errors::of("devices")).await
}

/// `typed`: what was written; without it, the limit as it is.
async fn show(app: &App, me: &SignedIn, id: PassId, typed: Option<&str>, errors: &Errors) -> WebResult {
    let (space, pass, devices) = devices::of_pass(&app.services, me.0.account.id, id).await?;
    let now = devices.map(|most| most.to_string()).unwrap_or_default();
    let page = DevicesPage { space: &space, pass: &pass, devices: typed.unwrap_or(&now), errors };
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(id)), &page).into_response())
}

#[derive(Deserialize)]
pub struct DeviceLimitForm {
    /// Empty: on any number.
    #[serde(default)]
    devices: String,
}

pub async fn limit(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    Form(form): Form<DeviceLimitForm>,
) -> WebResult {
    let by = me.0.account.id;
    let wanted = match form.devices.trim() {
        "" => Ok(None),
        typed => typed.parse::<i64>().ok().filter(|most| DEVICES.contains(most)).map(Some).ok_or(()),
    };
    let errors = match wanted {
        Err(()) => {
            let words = t!("entry-number", least = *DEVICES.start(), most = *DEVICES.end());
            Errors::one("devices", FieldError::new("devices", words))
        }
        Ok(wanted) => match devices::limit(&app.services, by, id, wanted).await {
            Ok(()) => return Ok(flash::redirect(&app, &path(id), &t!("devices-saved"))),
            Err(ServiceError::TooMany { limit, what, wait }) => too_often("devices", limit, what, wait),
            Err(error) => return Err(error.into()),
        },
    };
    Ok(refused(show(&app, &me, id, Some(&form.devices), &errors).await?, &errors))
}

/// What becomes of a page that somebody opens.
pub enum OpenOutcome {
    /// The door decides.
    Decided(AccessFacts, Admission),
    /// They watch on other devices: this page says so instead.
    Elsewhere(Response),
}

/// Gives the device of whoever opens a page a seat, if their pass limits devices and it has none.
pub async fn open(
    app: &App,
    visitor: &Visitor,
    facts: AccessFacts,
    admission: Admission,
) -> WebResult<OpenOutcome> {
    let Some(who) = visitor.identity().filter(|_| admission.reason == Reason::OtherDevice) else {
        return Ok(OpenOutcome::Decided(facts, admission));
    };
    let id = facts.place.experience.id;
    let others = match devices::sit(&app.services, who, &facts).await? {
        Sat::Elsewhere(others) => others,
        Sat::Here => {
            let now = app.clock.now();
            let facts = app.store.access().of_experience(Some(Entrant::from(who)), id, now).await?;
            let admission = admit(&facts.as_facts(), Door::Enter, now);
            return Ok(OpenOutcome::Decided(facts, admission));
        }
    };
    let Place { space, experience, .. } = &*facts.place;
    let named = |seat: &Taken| Other {
        browser: agent::words(seat.browser.as_deref().unwrap_or_default()),
        since: seat.taken_at,
    };
    let others: Vec<Other> = others.iter().map(named).collect();
    let shell = app.shell(visitor.account(), &page_path(&space.slug, &experience.slug));
    let page = MovePage { space, experience, others: &others };
    Ok(OpenOutcome::Elsewhere(pages::moving(&shell, &page).into_response()))
}

/// Moves to this device. The page that was open on the other one says so and ends.
pub async fn move_here(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<ExperienceId>,
) -> WebResult<Redirect> {
    let facts = devices::move_here(&app.services, me.0.identity(), id).await?;
    let Place { space, experience, .. } = &*facts.place;
    Ok(Redirect::to(&page_path(&space.slug, &experience.slug)))
}
