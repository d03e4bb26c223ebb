//! The operators' pages and the endpoints for machines.

pub mod actor;
pub mod audit;
pub mod board;
pub mod directory;
pub mod jobs;
pub mod machines;
pub mod names;
pub mod needs;
pub mod report_forms;
pub mod reports;
pub mod status;
pub mod targets;
pub mod tree;

use super::{money, text::editor};
use crate::app::App;
use axum::{
    Router,
    routing::{get, post},
};

/// The part of the sitemap for operators.
pub fn pages() -> Router<App> {
    Router::new()
        .route("/ops", get(tree::page))
        .route("/ops/fragment", get(tree::fragment))
        .route("/ops/jobs", get(jobs::page))
        .route("/ops/jobs/fragment", get(jobs::fragment))
        .route("/ops/jobs/revival", post(jobs::revive_all))
        .route("/ops/jobs/{id}/revival", post(jobs::revive))
        .route("/ops/money", get(money::operators::page))
        .route("/ops/reports", get(reports::page))
        .route("/ops/reports/fragment", get(reports::fragment))
        .route("/ops/reports/{id}", get(reports::one))
        .route("/ops/reports/{id}/decision", post(reports::decide))
        .route("/ops/reports/{id}/pictures", post(reports::take_down))
        .route("/ops/spaces", get(directory::spaces))
        .route("/ops/spaces/{id}/{verb}", get(directory::space_form).post(directory::act_on_space))
        .route("/ops/people", get(directory::people))
        .route("/ops/people/{id}/{verb}", get(directory::person_form).post(directory::act_on_person))
        .route("/ops/documents", get(editor::list))
        .route("/ops/documents/{name}", get(editor::page).post(editor::save))
        .route("/ops/audit", get(audit::page))
        .route("/ops/audit/verifications", post(audit::verify))
        .route("/ops/actors/{id}", get(actor::page))
        .route("/ops/actors/{id}/fragment", get(actor::fragment))
        .route("/ops/actors/{id}/{action}", post(actor::act))
}
