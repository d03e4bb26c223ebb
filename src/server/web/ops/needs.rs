//! What needs an operator's attention, most urgent first. The facts come from `service::ops::health`.

use crate::{
    app::App,
    web::ops::{audit::finding, status::check_words},
};
use domain::{
    money::payments::WebhookRefusal,
    time::{Millis, Span},
};
use service::ops::health::{Ailing, Check, Condition};
use store::Purchase;
use views::{
    ops::{self as parts, Need, Remedy, Verdict, names},
    t,
};

/// The needs, and the first line of the page.
pub async fn of(app: &App) -> (Vec<Need>, Verdict) {
    let condition = app.health.look(&app.services).await;
    let mut needs: Vec<Need> = condition.failed.iter().map(|check| whole(*check)).collect();
    needs.extend(condition.ailing.iter().map(|ailing| actor(app, ailing)));
    needs.extend(audit(app));
    needs.extend(jobs(&condition));
    needs.extend(reports(&condition));
    needs.extend(webhooks(&condition));
    needs.extend(media_webhooks(&condition));
    needs.extend(condition.failed_refunds.iter().map(refund));
    let verdict = verdict(app, &condition, &needs);
    (needs, verdict)
}

fn whole(check: Check) -> Need {
    let meaning = match check {
        Check::DatabaseRead => t!("ops-need-database-read"),
        Check::DatabaseWrite => t!("ops-need-database-write"),
        Check::Engine => t!("ops-need-engine"),
    };
    Need {
        what: check_words(check).trim_end_matches('.').into(),
        beside: String::new(),
        since: None,
        meaning: meaning.into(),
        remedy: Remedy::Link { href: "/status".into(), words: t!("ops-status") },
    }
}

/// The link to a page that says more.
fn look(href: &str) -> Remedy {
    Remedy::Link { href: href.into(), words: t!("ops-look") }
}

/// How an actor and its space are called.
fn name(app: &App, ailing: &Ailing) -> (String, String) {
    let name = app.boards.names.of(&ailing.of).unwrap_or_default();
    let title = if name.title.is_empty() { ailing.of.replace('_', " ") } else { name.title };
    (title, name.space)
}

fn actor(app: &App, ailing: &Ailing) -> Need {
    let (title, space) = name(app, ailing);
    let beside = [Some(space), ailing.last_error.clone()];
    let beside: Vec<String> = beside.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let meaning = match ailing.kind {
        "chat_room" => t!("ops-need-chat-room"),
        "stream" => t!("ops-need-stream"),
        "checkout" => t!("ops-need-checkout"),
        "job_worker" => t!("ops-need-job-worker"),
        _ => t!("ops-need-actor"),
    };
    Need {
        what: format!("{title}, {}", names::kind(ailing.kind)),
        beside: beside.join(" · "),
        since: ailing.since,
        meaning: meaning.into(),
        remedy: Remedy::Resume { place: ailing.place.clone() },
    }
}

fn audit(app: &App) -> Option<Need> {
    let verified = app.audit_log.verified().filter(|verified| !verified.report.is_sound())?;
    Some(Need {
        what: t!("ops-need-audit").into(),
        beside: verified.report.findings.first().map(finding).unwrap_or_default(),
        since: Some(verified.at),
        meaning: t!("ops-need-audit-about").into(),
        remedy: look("/ops/audit"),
    })
}

fn jobs(condition: &Condition) -> Option<Need> {
    let parked = Some(condition.parked_jobs).filter(|parked| *parked > 0)?;
    Some(Need {
        what: t!("ops-need-jobs", count = parked, shown = parts::count(parked as u64)),
        beside: String::new(),
        since: condition.parked_jobs_since,
        meaning: t!("ops-need-jobs-about").into(),
        remedy: look("/ops/jobs"),
    })
}

fn reports(condition: &Condition) -> Option<Need> {
    let open = Some(condition.open_reports).filter(|open| *open > 0)?;
    Some(Need {
        what: t!("ops-need-reports", count = open, shown = parts::count(open as u64)),
        beside: String::new(),
        since: condition.open_reports_since,
        meaning: t!("ops-need-reports-about").into(),
        remedy: look("/ops/reports"),
    })
}

fn webhooks(condition: &Condition) -> Option<Need> {
    let refused = condition.refused_webhook(&condition.webhooks)?;
    Some(refused_webhook(refused, t!("ops-need-webhook-about").into()))
}

fn media_webhooks(condition: &Condition) -> Option<Need> {
    let refused = condition.refused_webhook(&condition.media_webhooks)?;
    Some(refused_webhook(refused, t!("ops-need-webhook-media-about").into()))
}

fn refused_webhook((reason, at): (WebhookRefusal, Millis), meaning: String) -> Need {
    Need {
        what: t!("ops-need-webhook").into(),
        beside: names::webhook_refusal(reason).into(),
        since: Some(at),
        meaning,
        remedy: look("/ops/jobs"),
    }
}

fn refund(purchase: &Purchase) -> Need {
    Need {
        what: t!("ops-need-refund", amount = parts::money(purchase.amount)),
        beside: purchase.title.clone(),
        since: purchase.refund_failed_at,
        meaning: t!("ops-need-refund-about").into(),
        remedy: look("/ops/jobs"),
    }
}

fn verdict(app: &App, condition: &Condition, needs: &[Need]) -> Verdict {
    let Some(worst) = needs.first() else {
        let streams = condition.branches.iter().find(|branch| branch.name == "streams").map_or(0, |b| b.all);
        let (people, streams) = (app.engine.people_all() as u64, streams as u64);
        let about = t!(
            "ops-well-about",
            people = people,
            people_shown = parts::count(people),
            streams = streams,
            streams_shown = parts::count(streams)
        );
        return Verdict { title: t!("status-ok").into(), about, more: None, remedy: None, bad: false };
    };
    let room =
        condition.ailing.first().filter(|first| condition.failed.is_empty() && first.kind == "chat_room");
    let (title, about) = match room {
        None => (worst.what.clone(), worst.meaning.clone()),
        Some(room) => {
            (t!("ops-rooms-parked", count = condition.down("chat_rooms")), about_room(app, condition, room))
        }
    };
    let more = match &worst.remedy {
        Remedy::Resume { place } => Some(format!("/ops/actors/{place}")),
        Remedy::Link { .. } => None,
    };
    Verdict { title, about, more, remedy: Some(worst.remedy.clone()), bad: true }
}

fn about_room(app: &App, condition: &Condition, room: &Ailing) -> String {
    let since = room.since.map(|since| condition.at - since).filter(|span| *span > Span::secs(59));
    t!(
        "ops-room-parked",
        room = name(app, room).0,
        since = since.map_or_else(|| "none".into(), parts::span),
        people = room.people,
        people_shown = parts::count(room.people as u64)
    )
}
