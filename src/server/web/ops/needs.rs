//! What needs an operator's attention, most urgent first. The facts come from `service::ops::health`.

use crate::app::App;
use domain::time::Span;
use service::ops::health::{Ailing, Check, Condition};
use store::Purchase;
use views::ops::{self as words, Need, Remedy, Verdict};

/// The needs, and the first line of the page.
pub async fn of(app: &App) -> (Vec<Need>, Verdict) {
    let condition = app.health.look(&app.services).await;
    let mut needs: Vec<Need> = condition.failed.iter().map(|check| whole(*check)).collect();
    needs.extend(condition.ailing.iter().map(|ailing| actor(app, ailing)));
    needs.extend(audit(app));
    needs.extend(jobs(&condition));
    needs.extend(reports(&condition));
    needs.extend(webhooks(&condition));
    needs.extend(condition.failed_refunds.iter().map(refund));
    let verdict = verdict(app, &condition, &needs);
    (needs, verdict)
}

fn whole(check: Check) -> Need {
    let meaning = match check {
        Check::DatabaseRead => "Pages and sign-in fail. What was answered with success is kept.",
        Check::DatabaseWrite => "Reading goes on; nothing new is taken. Look for a full disk.",
        Check::Engine => "Nothing live works until the service is restarted.",
    };
    Need {
        what: check.words().trim_end_matches('.').into(),
        beside: String::new(),
        since: None,
        meaning: meaning.into(),
        remedy: Remedy::Link { href: "/status".into(), words: "Status" },
    }
}

fn actor(app: &App, ailing: &Ailing) -> Need {
    let name = app.boards.names.of(&ailing.of).unwrap_or_default();
    let title = if name.title.is_empty() { ailing.of.replace('_', " ") } else { name.title };
    let beside = [Some(name.space), ailing.last_error.clone()];
    let beside: Vec<String> = beside.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let meaning = match ailing.kind {
        "chat_room" => "The picture goes on. Nobody can write; what was said is kept.",
        "stream" => "It cannot be started or ended; who watches goes on watching.",
        "checkout" => "Its buyer waits. What the provider has taken is settled when it resumes.",
        "job_worker" => "Its work is not done until it resumes; nothing is lost.",
        _ => "It does not run until it is resumed.",
    };
    Need {
        what: format!("{title}, {}", ailing.kind.replace('_', " ")),
        beside: beside.join(" · "),
        since: ailing.since,
        meaning: meaning.into(),
        remedy: Remedy::Resume { place: ailing.place.clone() },
    }
}

fn audit(app: &App) -> Option<Need> {
    let verified = app.audit_log.verified().filter(|verified| !verified.report.is_sound())?;
    let first = verified.report.findings.first().map(ToString::to_string).unwrap_or_default();
    Some(Need {
        what: "The audit log does not verify".into(),
        beside: first,
        since: Some(verified.at),
        meaning: "Somebody changed the database without the server's secret.".into(),
        remedy: Remedy::Link { href: "/ops/audit".into(), words: "Look" },
    })
}

fn jobs(condition: &Condition) -> Option<Need> {
    let what = match condition.parked_jobs {
        0 => return None,
        n => format!("{} gave up", words::several(n as u64, "job", "jobs")),
    };
    Some(Need {
        what,
        beside: String::new(),
        since: condition.parked_jobs_since,
        meaning: "A mail was not sent, or a payment waits to be settled.".into(),
        remedy: Remedy::Link { href: "/ops/jobs".into(), words: "Look" },
    })
}

fn reports(condition: &Condition) -> Option<Need> {
    let open = Some(condition.open_reports).filter(|open| *open > 0)?;
    let waits = if open == 1 { "waits" } else { "wait" };
    Some(Need {
        what: format!("{} {waits} for a decision", words::several(open as u64, "report", "reports")),
        beside: String::new(),
        since: condition.open_reports_since,
        meaning: "Somebody wrote to us or reported something, and is told when it is decided.".into(),
        remedy: Remedy::Link { href: "/ops/reports".into(), words: "Look" },
    })
}

fn webhooks(condition: &Condition) -> Option<Need> {
    let (reason, at) = condition.refused_webhook()?;
    Some(Need {
        what: "A webhook was refused".into(),
        beside: reason.to_string(),
        since: Some(at),
        meaning: "Payments are found late: each order asks the provider by itself. Compare the webhook secret and the clock.".into(),
        remedy: Remedy::Link { href: "/ops/jobs".into(), words: "Look" },
    })
}

fn refund(purchase: &Purchase) -> Need {
    Need {
        what: format!("A refund of {} failed", purchase.amount),
        beside: purchase.title.clone(),
        since: purchase.refund_failed_at,
        meaning: "The buyer's bank sent it back, and the buyer knows. Refund it again at the provider, or pay another way.".into(),
        remedy: Remedy::Link { href: "/ops/jobs".into(), words: "Look" },
    }
}

fn verdict(app: &App, condition: &Condition, needs: &[Need]) -> Verdict {
    let Some(worst) = needs.first() else {
        let streams = condition.branches.iter().find(|branch| branch.name == "streams").map_or(0, |b| b.all);
        let (people, streams) = (app.engine.people_all() as u64, streams as u64);
        let people = words::several(people, "person", "people");
        let about =
            format!("{people} in all rooms, {} running.", words::several(streams, "stream", "streams"));
        return Verdict { title: "All well".into(), about, more: None, remedy: None, bad: false };
    };
    let room =
        condition.ailing.first().filter(|first| condition.failed.is_empty() && first.kind == "chat_room");
    let (title, about) = match room {
        None => (worst.what.clone(), worst.meaning.clone()),
        Some(room) => (rooms(condition.down("chat_rooms")), about_room(condition, room, worst)),
    };
    let more = match &worst.remedy {
        Remedy::Resume { place } => Some(format!("/ops/actors/{place}")),
        Remedy::Link { .. } => None,
    };
    Verdict { title, about, more, remedy: Some(worst.remedy.clone()), bad: true }
}

fn rooms(down: usize) -> String {
    if down == 1 { "1 room is parked".into() } else { format!("{down} rooms are parked") }
}

fn about_room(condition: &Condition, room: &Ailing, need: &Need) -> String {
    let name = need.what.trim_end_matches(", chat room");
    let since = room.since.map(|since| condition.at - since).filter(|span| *span > Span::secs(59));
    let since = since.map(|span| format!(", for {}", words::span(span))).unwrap_or_default();
    let people = match room.people {
        0 => "Nobody is in it".into(),
        1 => "1 person is there without chat".into(),
        n => format!("{} are there without chat", words::several(n as u64, "person", "people")),
    };
    format!("{name}{since}. {people}; nothing that was said is lost.")
}
