//! One actor for operators, and their actions on it. Each action must be confirmed before it is carried out and logged.

use crate::web::extract::{Form, Path};
use crate::web::{
    access::{confirmation, doors::Operator},
    error::{WebError, WebResult},
    follow::Right,
    htmx::Htmx,
    ops::{board::OpsPage, tree},
    snapshots::{self, Subject as _},
};
use crate::{app::App, limits::ClientAddress};
use actors::{ActError, Action, Fault, LONGEST_FAULT};
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use domain::{clock::Clock, text::language::Language, time::Span};
use maud::Markup;
use serde::Deserialize;
use service::ops::actors::ActorAct;
use views::{
    Picture,
    ops::{Confirm, Inspected, Restart, Value, names},
    t,
    words::speak,
};

/// How long a confirmation is valid.
const CONFIRM_WITHIN: Span = Span::minutes(2);

pub async fn page(State(app): State<App>, operator: Operator, Path(id): Path<String>) -> WebResult {
    let inspected = inspect(&app, &id).await.ok_or_else(asleep)?;
    if id != inspected.row.place {
        // The id of one run of the actor, which the next restart invalidates: redirect to its permanent path.
        return Ok(Redirect::to(&path(&inspected)).into_response());
    }
    let shell = app.shell(Some(&operator.0.account), &path(&inspected));
    Ok(views::ops::actor(&shell, &inspected, &views::ops::inspect(&inspected)).into_response())
}

fn asleep() -> WebError {
    WebError { message: t!("ops-actor-asleep").into_owned(), ..WebError::not_found() }
}

pub async fn events(
    State(app): State<App>,
    operator: Operator,
    address: ClientAddress,
    Path(id): Path<String>,
) -> WebResult {
    snapshots::follow(&app, OpsPage::Actor(id), Right::Operator(operator.0.identity()), address).await
}

pub async fn fragment(State(app): State<App>, _: Operator, Path(id): Path<String>) -> WebResult<Markup> {
    Ok(OpsPage::Actor(id).picture(&app).await?.frame())
}

pub async fn picture(app: &App, id: &str) -> Option<Picture> {
    inspect(app, id).await.map(|inspected| views::ops::inspect(&inspected))
}

async fn inspect(app: &App, id: &str) -> Option<Inspected> {
    let found = app.engine.inspect(id)?;
    app.boards.names.learn_one(app, &found.node).await;
    let supervisor = found.node.kind == "supervisor";
    let value = |value: &actors::Value| match value {
        actors::Value::Count(count) => Value::Text(count.to_string()),
        actors::Value::Word(word) => Value::Text((*word).to_string()),
        actors::Value::At(at) => Value::At(*at),
        actors::Value::Hidden => Value::Hidden,
    };
    let micros = |span: std::time::Duration| u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
    let restart = |r: &actors::Restart| Restart { at: r.at, why: r.why.clone(), asked: r.asked };
    let inspected = Inspected {
        row: tree::row(app, &found.node),
        life: found.node.id.clone(),
        latency_mean: micros(found.latency_mean),
        latency_longest: micros(found.latency_longest),
        facts: found.facts.iter().map(|fact| (fact.name.to_string(), value(&fact.value))).collect(),
        restarts: found.history.iter().rev().map(restart).collect(),
        actions: !supervisor,
        faults: app.settings.chaos && found.takes_faults,
    };
    Some(inspected)
}

fn path(inspected: &Inspected) -> String {
    format!("/ops/actors/{}", inspected.row.place)
}

/// The parameters of an action besides its verb, and the proof of its confirmation.
#[derive(Deserialize)]
pub struct ActorActionForm {
    #[serde(default)]
    confirm: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    seconds: String,
}

/// Without a token: describes the action and offers a button to confirm it. With the token: carries it out and logs it.
/// Two kinds need no confirmation: chaos actions, which are meant for machines, and clearing a fault, which is always
/// harmless.
pub async fn act(
    State(app): State<App>,
    operator: Operator,
    Path((id, verb)): Path<(String, String)>,
    htmx: Htmx,
    Form(asked): Form<ActorActionForm>,
) -> WebResult {
    let action = action(&app, &verb, &asked)?;
    let inspected = inspect(&app, &id).await.ok_or_else(WebError::not_found)?;
    if !inspected.actions {
        return Err(WebError::conflict(t!("ops-supervisor-refused")));
    }
    let at_once = matches!(action, Action::Kill | Action::Panic | Action::Clear);
    let fields = fields(action);
    let confirmation = Confirmation { place: &inspected.row.place, verb: &verb, fields: &fields };
    if !at_once && !confirmation.confirmed(&app, &operator, &asked.confirm) {
        return Ok(ask(&app, &operator, &inspected, action, &confirmation).into_response());
    }
    let detail = match action {
        // The audit log has one language.
        Action::Inject(fault, lasts) => {
            let words = speak(Language::English, || tree::words(fault));
            format!("{words}, {} s", lasts.ceil_secs())
        }
        _ => String::new(),
    };
    let asked = ActorAct { id: &id, place: &inspected.row.place, verb: &verb, detail: &detail };
    service::ops::actors::act_on(&app.services, operator.0.account.id, action, &asked).await?;
    Ok(htmx.done(|| path(&inspected)))
}

impl From<ActError> for WebError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => Self::not_found(),
            ActError::NotNow => Self::conflict(t!("ops-act-not-now")),
            ActError::NotAllowed => Self::forbidden("not_allowed", t!("ops-act-not-allowed")),
        }
    }
}

fn action(app: &App, verb: &str, asked: &ActorActionForm) -> WebResult<Action> {
    Ok(match verb {
        "stop" => Action::Stop,
        "restart" => Action::Restart,
        "drain" => Action::Drain,
        "resume" => Action::Resume,
        "kill" if app.settings.chaos => Action::Kill,
        "panic" if app.settings.chaos => Action::Panic,
        "fault" if app.settings.chaos => fault(asked)?,
        "clear" if app.settings.chaos => Action::Clear,
        _ => return Err(WebError::not_found()),
    })
}

fn fault(asked: &ActorActionForm) -> WebResult<Action> {
    let number = |field, text: &str, most: u32| match text.trim().parse() {
        Ok(n) if (1..=most).contains(&n) => Ok(n),
        _ => Err(WebError::field(field, t!("ops-inject-number", most = most))),
    };
    let fault = match asked.kind.as_str() {
        "delay" => Fault::Delay { millis: number("amount", &asked.amount, 10_000)? },
        "drop_next" => Fault::DropNext { messages: number("amount", &asked.amount, 10_000)? },
        "drop_share" => {
            let percent = number("amount", &asked.amount, 100)?;
            Fault::DropShare { percent: u8::try_from(percent).unwrap_or(100) }
        }
        "panic" => Fault::Panic,
        "poison" => Fault::Poison,
        _ => return Err(WebError::field("kind", t!("ops-inject-kinds"))),
    };
    let seconds = if asked.seconds.trim().is_empty() { "30" } else { &asked.seconds };
    let longest = u32::try_from(LONGEST_FAULT.ceil_secs()).unwrap_or(u32::MAX);
    Ok(Action::Inject(fault, Span::secs(number("seconds", seconds, longest)?.into())))
}

/// The fields that the confirmation form sends again.
fn fields(action: Action) -> Vec<(&'static str, String)> {
    let Action::Inject(fault, lasts) = action else { return Vec::new() };
    let (kind, amount) = match fault {
        Fault::Delay { millis } => ("delay", millis),
        Fault::DropNext { messages } => ("drop_next", messages),
        Fault::DropShare { percent } => ("drop_share", percent.into()),
        Fault::Panic => ("panic", 1),
        Fault::Poison => ("poison", 1),
    };
    vec![("kind", kind.into()), ("amount", amount.to_string()), ("seconds", lasts.ceil_secs().to_string())]
}

fn ask(
    app: &App,
    operator: &Operator,
    inspected: &Inspected,
    action: Action,
    confirmation: &Confirmation<'_>,
) -> Markup {
    let row = &inspected.row;
    let (title, consequence) = match action {
        // A room has the same title as its stream, so name the kind of actor that is stopped.
        Action::Inject(fault, lasts) => (
            t!("ops-inject-confirm", kind = names::kind(&row.kind), title = &row.title),
            t!("ops-inject-consequence", seconds = lasts.ceil_secs(), fault = tree::words(fault)),
        ),
        _ => views::ops::action(confirmation.verb, &row.kind, &row.title).unwrap_or_default(),
    };
    let waiting = t!("ops-actor-waiting", count = row.mailbox);
    let about = format!("{} · {waiting} · {}", names::status(&row.status), row.id);
    // A fault can only defeat actions that start the actor.
    let fault = row.fault.as_ref().filter(|_| matches!(action, Action::Resume | Action::Restart));
    let warning = fault.map(|fault| {
        let left = (fault.until - app.clock.now()).ceil_secs();
        t!("ops-fault-still", seconds = left, fault = &fault.words)
    });
    let confirm = Confirm {
        title: &title,
        consequence: &consequence,
        warning: warning.as_deref(),
        about: about.trim_end_matches(" · "),
        actor: &row.title,
        back: &path(inspected),
        verb: confirmation.verb,
        fields: confirmation.fields,
        token: &confirmation.token(app, operator),
    };
    views::ops::confirm(&app.shell(Some(&operator.0.account), "/ops"), &confirm)
}

/// What a confirmation is valid for: the actor, and the action with all its parameters.
struct Confirmation<'a> {
    place: &'a str,
    verb: &'a str,
    fields: &'a [(&'static str, String)],
}

impl Confirmation<'_> {
    fn act(&self) -> Vec<&str> {
        let fields = self.fields.iter().map(|(_, value)| value.as_str());
        [self.place, self.verb].into_iter().chain(fields).collect()
    }

    fn token(&self, app: &App, operator: &Operator) -> String {
        confirmation::token(app, operator, &self.act(), CONFIRM_WITHIN)
    }

    fn confirmed(&self, app: &App, operator: &Operator, shown: &str) -> bool {
        confirmation::is_confirmed(app, operator, &self.act(), CONFIRM_WITHIN, shown)
    }
}
