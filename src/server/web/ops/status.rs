//! `/status` for people and `/status.json` for external monitors. Both are public and contain no names.

use crate::{app::App, web::people::session::Visitor};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use service::ops::health::{Check, Condition};
use views::ops::{Level, StatusPart};

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

fn parts(condition: &Condition, payments: bool) -> Vec<StatusPart> {
    let part = |code, name, level, words: &str| StatusPart { code, name, level, words: words.into() };
    let whole =
        |code, name, checks: &[Check]| match checks.iter().find(|check| condition.failed.contains(check)) {
            None => part(code, name, Level::Ok, ""),
            Some(check) => part(code, name, Level::Down, check.words()),
        };
    let actors = |code, name, branch: &str, one: &str, many: &str| match condition.down(branch) {
        0 => part(code, name, Level::Ok, ""),
        1 => part(code, name, Level::Degraded, one),
        n => part(code, name, Level::Degraded, &format!("{n} {many}")),
    };
    let mut parts = vec![
        whole("pages", "Pages", &[Check::DatabaseRead, Check::Engine]),
        whole("writes", "Changes are kept", &[Check::DatabaseWrite]),
        actors(
            "chat",
            "Chat",
            "chat_rooms",
            "The chat of 1 room is paused.",
            "rooms have their chat paused.",
        ),
        actors("streams", "Live streams", "streams", "1 stream is paused.", "streams are paused."),
        actors("video", "Video", "media", "Video is paused.", "parts of the video service are paused."),
        actors("work", "Mail and follow-up work", "jobs", "1 worker is paused.", "workers are paused."),
    ];
    if payments {
        let words = ("1 payment is paused.", "payments are paused.");
        parts.push(actors("payments", "Payments", "checkouts", words.0, words.1));
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
