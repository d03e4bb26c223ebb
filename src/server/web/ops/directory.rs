//! Spaces and people for operators: searched, suspended, and restored.

use crate::{
    app::App,
    web::{
        access::{confirmation, doors::Operator},
        error::{WebError, WebResult, refused},
        extract::{Form, Path, Query},
        flash,
    },
};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    clock::Clock,
    id::{AccountId, SpaceId},
    ops::suspension::{self as rules, Subject},
    people::{account::TeamRole, address::masked},
    time::Span,
};
use serde::Deserialize;
use service::{ServiceError, ops::suspensions};
use std::borrow::Cow;
use store::{PersonEntry, Sought, SpaceEntry};
use views::{
    form::Errors,
    ops::directory::{self as pages, Act, PEOPLE_PATH, PersonRow, SPACES_PATH, SUSPENSION, Search, SpaceRow},
    t,
};

const PER_PAGE: usize = 50;
/// The longest search, in characters; the rest is cut off.
const LONGEST_SEARCH: usize = 254;
/// How long a confirmation is valid.
const CONFIRM_WITHIN: Span = Span::minutes(5);

#[derive(Deserialize)]
pub struct DirectoryQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    suspended: String,
    #[serde(default)]
    before: String,
}

impl DirectoryQuery {
    fn words(&self) -> String {
        self.q.trim().chars().take(LONGEST_SEARCH).collect()
    }

    fn sought<'a>(&'a self, words: &'a str) -> Sought<'a> {
        Sought { words, suspended: !self.suspended.is_empty(), before: &self.before, limit: PER_PAGE + 1 }
    }

    /// What the page says about the search, and the address of the next one, after the entry with this id.
    fn search(&self, path: &str, words: String, last: Option<String>) -> Search {
        let suspended = if self.suspended.is_empty() { "" } else { "&suspended=1" };
        let next = last.map(|id| format!("{path}?q={}{suspended}&before={id}", crate::web::encode(&words)));
        Search { words, suspended: !self.suspended.is_empty(), next }
    }
}

/// Cuts the entry that only tells that there is another page. Returns the id of the last one that is shown, if there is.
fn cut<T>(found: &mut Vec<T>, id: impl Fn(&T) -> String) -> Option<String> {
    let more = found.len() > PER_PAGE;
    found.truncate(PER_PAGE);
    found.last().filter(|_| more).map(id)
}

pub async fn spaces(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<DirectoryQuery>,
) -> WebResult {
    let words = asked.words();
    let mut found = app.store.directory().spaces(asked.sought(&words)).await?;
    let last = cut(&mut found, |space| space.id.to_string());
    let rows: Vec<SpaceRow> = found.into_iter().map(space_row).collect();
    let shell = app.shell(Some(&operator.0.account), SPACES_PATH);
    Ok(pages::spaces(&shell, &asked.search(SPACES_PATH, words, last), &rows).into_response())
}

fn space_row(entry: SpaceEntry) -> SpaceRow {
    let SpaceEntry { id, name, slug, owner, published_at, suspended, on_air, holders, reports, .. } = entry;
    SpaceRow { id, name, slug, owner, published_at, suspended, on_air, holders, reports }
}

pub async fn people(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<DirectoryQuery>,
) -> WebResult {
    let words = asked.words();
    let mut found = app.store.directory().people(asked.sought(&words), app.clock.now()).await?;
    let last = cut(&mut found, |person| person.id.to_string());
    let rows: Vec<PersonRow> = found.into_iter().map(person_row).collect();
    let shell = app.shell(Some(&operator.0.account), PEOPLE_PATH);
    Ok(pages::people(&shell, &asked.search(PEOPLE_PATH, words, last), &rows).into_response())
}

fn person_row(entry: PersonEntry) -> PersonRow {
    PersonRow {
        id: entry.id,
        name: entry.name,
        username: entry.username,
        masked_email: masked(&entry.email),
        operator: entry.operator,
        created_at: entry.created_at,
        suspended: entry.suspended,
        sessions: entry.sessions,
        spaces: entry.spaces,
        reports: entry.reports,
    }
}

/// Empty in the first step.
#[derive(Default, Deserialize)]
pub struct SuspensionForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    confirm: String,
}

/// What an operator is about to do.
struct SuspensionChange {
    subject: Subject,
    restore: bool,
    name: String,
    /// Spaces of a person, which stay open.
    beside: Vec<(String, String)>,
}

impl SuspensionChange {
    async fn to_space(app: &App, id: SpaceId, restore: bool) -> WebResult<Self> {
        let SpaceEntry { name, .. } = app.store.directory().space(id).await?;
        Ok(Self { subject: Subject::Space(id), restore, name, beside: Vec::new() })
    }

    async fn to_account(app: &App, id: AccountId, restore: bool) -> WebResult<Self> {
        let PersonEntry { name, .. } = app.store.directory().person(id, app.clock.now()).await?;
        let spaces = if restore { Vec::new() } else { app.store.spaces().of_account(id).await? };
        let owned = spaces.into_iter().filter(|(_, role)| *role == TeamRole::Owner);
        let beside = owned.map(|(space, _)| (space.name, format!("{SPACES_PATH}/{}/suspension", space.id)));
        Ok(Self { subject: Subject::Account(id), restore, name, beside: beside.collect() })
    }

    fn list(&self) -> (&'static str, Cow<'static, str>) {
        match self.subject {
            Subject::Space(_) => (SPACES_PATH, t!("ops-spaces")),
            Subject::Account(_) => (PEOPLE_PATH, t!("ops-people")),
        }
    }

    fn path(&self) -> String {
        let verb = if self.restore { "restoration" } else { "suspension" };
        format!("{}/{}/{verb}", self.list().0, self.subject.id())
    }

    fn title(&self) -> String {
        let name = &self.name;
        match (self.subject, self.restore) {
            (Subject::Space(_), false) => t!("ops-suspend-space", name = name),
            (Subject::Space(_), true) => t!("ops-restore-space", name = name),
            (Subject::Account(_), false) => t!("ops-suspend-account", name = name),
            (Subject::Account(_), true) => t!("ops-restore-account", name = name),
        }
    }

    fn consequence(&self) -> Cow<'static, str> {
        match (self.subject, self.restore) {
            (Subject::Space(_), false) => t!("ops-suspend-space-about"),
            (Subject::Space(_), true) => t!("ops-restore-space-about"),
            (Subject::Account(_), false) => t!("ops-suspend-account-about"),
            (Subject::Account(_), true) => t!("ops-restore-account-about"),
        }
    }

    fn show(
        &self,
        app: &App,
        operator: &Operator,
        reason: &str,
        errors: &Errors,
        token: Option<&str>,
    ) -> Response {
        let shell = app.shell(Some(&operator.0.account), "");
        let (list, words) = self.list();
        let act = Act {
            title: &self.title(),
            name: &self.name,
            audit: &format!("/ops/audit?about={}", self.subject.id()),
            consequence: &self.consequence(),
            path: &self.path(),
            back: (list, &words),
            reason,
            errors,
            token,
            beside: &self.beside,
        };
        pages::act(&shell, &act).into_response()
    }

    /// The first step shows what follows and asks to confirm it; the second does it.
    async fn step(&self, app: &App, operator: &Operator, filled: &SuspensionForm) -> WebResult {
        let mut errors = Errors::of(SUSPENSION);
        let Some(reason) = errors.check("reason", rules::reason(&filled.reason)) else {
            return Ok(refused(self.show(app, operator, &filled.reason, &errors, None), &errors));
        };
        let path = self.path();
        let act = [path.as_str(), reason.as_str()];
        if !confirmation::is_confirmed(app, operator, &act, CONFIRM_WITHIN, &filled.confirm) {
            let token = confirmation::token(app, operator, &act, CONFIRM_WITHIN);
            return Ok(self.show(app, operator, &reason, &errors, Some(&token)));
        }
        match self.act(app, operator.0.account.id, &reason).await {
            Err(ServiceError::Conflict("operator")) => Err(WebError::conflict(t!("ops-suspend-operator"))),
            Err(ServiceError::Conflict("suspended")) => {
                let words = if self.restore { t!("ops-restore-nothing") } else { t!("ops-suspend-already") };
                Err(WebError::conflict(words))
            }
            done => {
                done?;
                let name = &self.name;
                let words = match self.restore {
                    true => t!("ops-restored", name = name),
                    false => t!("ops-suspended", name = name),
                };
                Ok(flash::redirect(app, self.list().0, &words))
            }
        }
    }

    async fn act(&self, app: &App, by: AccountId, reason: &str) -> service::ServiceResult<()> {
        let services = &app.services;
        match (self.subject, self.restore) {
            (Subject::Space(id), false) => suspensions::suspend_space(services, by, id, reason).await,
            (Subject::Space(id), true) => suspensions::restore_space(services, by, id, reason).await,
            (Subject::Account(id), false) => suspensions::suspend_account(services, by, id, reason).await,
            (Subject::Account(id), true) => suspensions::restore_account(services, by, id, reason).await,
        }
    }
}

/// Whether the verb in a path restores.
fn restores(verb: &str) -> WebResult<bool> {
    match verb {
        "suspension" => Ok(false),
        "restoration" => Ok(true),
        _ => Err(WebError::not_found()),
    }
}

pub async fn space_form(
    State(app): State<App>,
    operator: Operator,
    Path((id, verb)): Path<(SpaceId, String)>,
) -> WebResult {
    let doing = SuspensionChange::to_space(&app, id, restores(&verb)?).await?;
    Ok(doing.show(&app, &operator, "", &Errors::default(), None))
}

pub async fn act_on_space(
    State(app): State<App>,
    operator: Operator,
    Path((id, verb)): Path<(SpaceId, String)>,
    Form(filled): Form<SuspensionForm>,
) -> WebResult {
    SuspensionChange::to_space(&app, id, restores(&verb)?).await?.step(&app, &operator, &filled).await
}

pub async fn person_form(
    State(app): State<App>,
    operator: Operator,
    Path((id, verb)): Path<(AccountId, String)>,
) -> WebResult {
    let doing = SuspensionChange::to_account(&app, id, restores(&verb)?).await?;
    Ok(doing.show(&app, &operator, "", &Errors::default(), None))
}

pub async fn act_on_person(
    State(app): State<App>,
    operator: Operator,
    Path((id, verb)): Path<(AccountId, String)>,
    Form(filled): Form<SuspensionForm>,
) -> WebResult {
    SuspensionChange::to_account(&app, id, restores(&verb)?).await?.step(&app, &operator, &filled).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_recognised_but_not_told() {
        for (email, shown) in
            [("kim@example.org", "k…@e….org"), ("kim@mail.example.co.uk", "k…@m….uk"), ("broken", "b…@….")]
        {
            assert_eq!(masked(email), shown);
        }
    }
}
