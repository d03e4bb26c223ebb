//! `/status` for people and `/status.json` for external monitors. Both are public and contain no names.

use crate::{app::App, web::people::session::Visitor};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use service::ops::health::{Check, Condition};
use std::borrow::Cow;
use views::{
    ops::{Level, StatusPart},
    t,
};

pub async fn page(State(app): State<App>, visitor: Visitor) -> Response {
    let condition = app.health.look(&app.services).await;
    let parts = parts(&condition, app.services.payments.is_some());
    let shell = app.shell(visitor.account(), "/status");
    (status(&parts), views::ops::status(&shell, condition.at, &parts)).into_response()
}

pub async fn json(State(app): State<App>) -> Response {
    let condition = app.health.look(&app.services).await;
    let parts = parts(&condition, app.services.payments.is_some());
    let shown: Vec<_> = parts
        .iter()
        .map(
            |part| serde_json::json!({"part": part.code, "status": part.level.code(), "message": part.words}),
        )
        .collect();
    let body = serde_json::json!({
        "status": worst(&parts).code(), "at": condition.at.timestamp().to_string(), "parts": shown,
    });
    (status(&parts), Json(body)).into_response()
}

fn worst(parts: &[StatusPart]) -> Level {
    parts.iter().map(|part| part.level).max().unwrap_or(Level::Ok)
}

/// A monitor that only reads the HTTP status sees that the service is down.
fn status(parts: &[StatusPart]) -> StatusCode {
    if worst(parts) == Level::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}

/// What does not work, as a sentence.
pub fn check_words(check: Check) -> Cow<'static, str> {
    match check {
        Check::DatabaseRead => t!("status-database-read"),
        Check::DatabaseWrite => t!("status-database-write"),
        Check::Engine => t!("status-engine"),
    }
}

fn parts(condition: &Condition, payments: bool) -> Vec<StatusPart> {
    let whole = |code, name, checks: &[Check]| {
        let failed = checks.iter().find(|check| condition.failed.contains(check));
        let level = if failed.is_some() { Level::Down } else { Level::Ok };
        let words = failed.map(|check| check_words(*check).into_owned()).unwrap_or_default();
        StatusPart { code, name, level, words }
    };
    let actors = |code, name, branch: &str, words: fn(usize) -> String| match condition.down(branch) {
        0 => StatusPart { code, name, level: Level::Ok, words: String::new() },
        n => StatusPart { code, name, level: Level::Degraded, words: words(n) },
    };
    let mut parts = vec![
        whole("pages", t!("status-pages"), &[Check::DatabaseRead, Check::Engine]),
        whole("writes", t!("status-writes"), &[Check::DatabaseWrite]),
        actors("chat", t!("status-chat"), "chat_rooms", |n| t!("status-chat-down", count = n)),
        actors("streams", t!("status-streams"), "streams", |n| t!("status-streams-down", count = n)),
        actors("video", t!("status-video"), "media", |n| t!("status-video-down", count = n)),
        actors("work", t!("status-work"), "jobs", |n| t!("status-work-down", count = n)),
    ];
    if payments {
        let words = |n: usize| t!("status-payments-down", count = n);
        parts.push(actors("payments", t!("status-payments"), "checkouts", words));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Millis;
    use service::ops::health::BranchCondition;

    fn condition(failed: &[Check], rooms_down: usize) -> Condition {
        let rooms = BranchCondition { name: "chat_rooms".into(), all: 3, down: rooms_down };
        Condition {
            at: Millis(0),
            failed: failed.to_vec(),
            branches: vec![rooms],
            ailing: vec![],
            parked_jobs: 0,
            parked_jobs_since: None,
            open_reports: 0,
            open_reports_since: None,
            webhooks: Default::default(),
            media_webhooks: Default::default(),
            failed_refunds: vec![],
        }
    }

    #[test]
    fn the_worst_part_decides() {
        for (failed, rooms, want, code) in [
            (&[][..], 0, Level::Ok, 200),
            (&[], 2, Level::Degraded, 200),
            (&[Check::DatabaseWrite], 1, Level::Down, 503),
            (&[Check::Engine], 0, Level::Down, 503),
        ] {
            let parts = parts(&condition(failed, rooms), true);
            assert_eq!((worst(&parts), status(&parts).as_u16()), (want, code), "{parts:?}");
            assert_eq!(parts.iter().all(|part| part.words.is_empty()), want == Level::Ok);
        }
    }
}
