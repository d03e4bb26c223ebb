//! Tables as files for spreadsheets.

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};

/// Lines of comma-separated values, as a file that browsers save under this name.
pub fn file(name: &str, lines: impl Into<Body>) -> Response {
    let kind = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
    ];
    (kind, lines.into()).into_response()
}
