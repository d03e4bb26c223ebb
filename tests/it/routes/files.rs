//! The rows of files.

use super::{Knock, table::knock};

/// For the team of the space alone.
const fn team(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    body: &'static str,
    host: u16,
) -> Knock {
    knock(method, route, path, body, [401, 404, 404, host, 404, 404])
}

pub const TABLE: &[Knock] = &[
    team("GET", "/account/experiences/{id}/files", "/account/experiences/{files}/files", "", 200),
    team("POST", "/account/experiences/{id}/files", "/account/experiences/{files}/files", "", 422),
    team("GET", "/account/experiences/{id}/files", "/account/experiences/{experience}/files", "", 404),
    team("POST", "/account/experiences/{id}/uploads", "/account/experiences/{files}/uploads", "", 412),
    team("GET", "/account/uploads/{id}", "/account/uploads/{upload}", "", 200),
    team("PATCH", "/account/uploads/{id}", "/account/uploads/{upload}", "", 412),
    team("DELETE", "/account/uploads/{id}", "/account/uploads/{none}", "", 404),
    team("GET", "/account/files/{id}", "/account/files/{file}", "", 200),
    team("POST", "/account/files/{id}", "/account/files/{file}", "name=", 422),
    team("POST", "/account/files/{id}/deletion", "/account/files/{none}/deletion", "", 404),
    // It is not complete, which only whoever may have it is told.
    knock("GET", "/media/files/{id}", "/media/files/{upload}", "", [401, 402, 402, 503, 402, 402]),
    knock("GET", "/media/files/{id}", "/media/files/{none}", "", [404; 6]),
];
