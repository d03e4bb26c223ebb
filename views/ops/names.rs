//! The words for what programs know by a code. What is not listed is shown as it is.

use crate::{t, words::spoken};
use domain::{money::payments::WebhookRefusal, text::language::Language, work::Lane};
use maud::{Markup, html};
use std::borrow::Cow;

/// A technical text, which is always English.
pub fn raw(text: &str) -> Markup {
    html! { @if spoken() == Language::English { (text) } @else { span lang="en" { (text) } } }
}

/// The status of an actor.
pub fn status(code: &str) -> Cow<'_, str> {
    match code {
        "starting" => t!("ops-status-starting"),
        "running" => t!("ops-status-running"),
        "draining" => t!("ops-status-draining"),
        "restarting" => t!("ops-status-restarting"),
        "parked" => t!("ops-status-parked"),
        "stopped" => t!("ops-status-stopped"),
        other => other.into(),
    }
}

/// What kind of actor it is.
pub fn kind(code: &str) -> Cow<'_, str> {
    match code {
        "stream" => t!("ops-kind-stream"),
        "chat_room" => t!("ops-kind-chat-room"),
        "checkout" => t!("ops-kind-checkout"),
        "restream" => t!("ops-kind-restream"),
        "job_worker" => t!("ops-kind-job-worker"),
        "media_worker" => t!("ops-kind-media-worker"),
        "supervisor" => t!("ops-kind-supervisor"),
        other => other.replace('_', " ").into(),
    }
}

/// The actors of one kind.
pub fn branch(code: &str) -> Cow<'_, str> {
    match code {
        "streams" => t!("ops-branch-streams"),
        "restreams" => t!("ops-branch-restreams"),
        "chat_rooms" => t!("ops-branch-chat-rooms"),
        "checkouts" => t!("ops-branch-checkouts"),
        "jobs" => t!("ops-branch-jobs"),
        "media" => t!("ops-branch-media"),
        other => other.replace('_', " ").into(),
    }
}

pub fn lane(lane: Lane) -> Cow<'static, str> {
    match lane {
        Lane::Doors => t!("ops-lane-doors"),
        Lane::Money => t!("ops-lane-money"),
        Lane::Receipts => t!("ops-lane-receipts"),
        Lane::Codes => t!("ops-lane-codes"),
        Lane::Notices => t!("ops-lane-notices"),
        Lane::Upkeep => t!("ops-lane-upkeep"),
        Lane::Payouts => t!("ops-lane-payouts"),
    }
}

/// Why a webhook was refused; continues after a colon.
pub fn webhook_refusal(refusal: WebhookRefusal) -> Cow<'static, str> {
    match refusal {
        WebhookRefusal::Unsigned => t!("ops-webhook-unsigned"),
        WebhookRefusal::Signature => t!("ops-webhook-signature"),
        WebhookRefusal::ClockSkew => t!("ops-webhook-clock-skew"),
        WebhookRefusal::Replayed => t!("ops-webhook-replayed"),
    }
}

/// The name of a figure in the state of an actor.
pub fn fact(name: &str) -> Markup {
    let words = match name {
        "state" => t!("ops-fact-state"),
        "a commit is in flight" => t!("ops-fact-commit"),
        "loads and lost turns" => t!("ops-fact-turns"),
        "decisions waiting for the database" => t!("ops-fact-decisions"),
        "on the pages" => t!("ops-fact-pages"),
        "last number of the journal" => t!("ops-fact-journal"),
        "modes that are on" => t!("ops-fact-modes"),
        "slow mode, seconds" => t!("ops-fact-slow-mode"),
        "lines on the pages" => t!("ops-fact-lines"),
        "people who wrote them" => t!("ops-fact-speakers"),
        "who they are, and what they wrote" => t!("ops-fact-chat-hidden"),
        "packets flow" => t!("ops-fact-packets"),
        "people here" => t!("ops-fact-people"),
        "most people at once" => t!("ops-fact-peak"),
        "version of the row" => t!("ops-fact-version"),
        "scheduled" => t!("ops-fact-scheduled"),
        "started" => t!("ops-fact-started"),
        "waits for its host until" => t!("ops-fact-grace"),
        "ended" => t!("ops-fact-ended"),
        "why it ended" => t!("ops-fact-why-ended"),
        "why it failed" => t!("ops-fact-why-failed"),
        "sends since" => t!("ops-fact-sends-since"),
        "bits per second" => t!("ops-fact-bits"),
        "where it sends, and the key" => t!("ops-fact-destination-hidden"),
        "reason for its end" => t!("ops-fact-end-reason"),
        "its terms still hold" => t!("ops-fact-terms"),
        "attempt to pay" => t!("ops-fact-attempt"),
        "the provider has a session" => t!("ops-fact-session"),
        "opened" => t!("ops-fact-opened"),
        "open until" => t!("ops-fact-open-until"),
        "who buys, and where the bill goes" => t!("ops-fact-buyer-hidden"),
        // A supervisor counts its actors by their status.
        "starting" | "running" | "draining" | "restarting" | "parked" | "stopped" => status(name),
        other => return raw(other),
    };
    html! { (words) }
}

/// A value in the state of an actor that is a word of ours; codes and numbers are shown as they are.
pub fn fact_value(value: &str) -> Cow<'_, str> {
    match value {
        "yes" => t!("ops-yes"),
        "no" => t!("ops-no"),
        "none" => t!("ops-none"),
        "not loaded yet" => t!("ops-not-loaded"),
        "nothing was loaded yet" => t!("ops-nothing-loaded"),
        other => other.into(),
    }
}
