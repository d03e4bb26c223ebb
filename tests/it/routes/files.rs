//! The rows of files.

use super::{
    Knock,
    table::{all, knock, team},
};

pub const TABLE: &[Knock] = &[
    knock("GET", "/account/experiences/{id}/files", "/account/experiences/{files}/files", "", team(200)),
    knock("POST", "/account/experiences/{id}/files", "/account/experiences/{files}/files", "", team(422)),
    knock("GET", "/account/experiences/{id}/files", "/account/experiences/{experience}/files", "", team(404)),
    knock("POST", "/account/experiences/{id}/uploads", "/account/experiences/{files}/uploads", "", team(412)),
    knock("GET", "/account/uploads/{id}", "/account/uploads/{upload}", "", team(200)),
    knock("PATCH", "/account/uploads/{id}", "/account/uploads/{upload}", "", team(412)),
    knock("DELETE", "/account/uploads/{id}", "/account/uploads/{none}", "", team(404)),
    knock("GET", "/account/files/{id}", "/account/files/{file}", "", team(200)),
    knock("POST", "/account/files/{id}", "/account/files/{file}", "name=", team(422)),
    knock("POST", "/account/files/{id}/poster", "/account/files/{file}/poster", "", team(422)),
    knock("POST", "/account/files/{id}/deletion", "/account/files/{none}/deletion", "", team(404)),
    // It is not complete, which only whoever may have it is told.
    knock("GET", "/media/files/{id}", "/media/files/{upload}", "", [401, 402, 402, 503, 402, 402]),
    knock("GET", "/media/files/{id}", "/media/files/{none}", "", all(404)),
    // It is no video.
    knock("GET", "/media/videos/{id}", "/media/videos/{file}", "", [401, 402, 402, 404, 402, 402]),
    knock("GET", "/media/videos/{id}", "/media/videos/{none}", "", all(404)),
    knock(
        "GET",
        "/experiences/{id}/videos/{video}",
        "/experiences/{files}/videos/{file}",
        "",
        [303, 303, 303, 404, 303, 303],
    ),
    knock(
        "GET",
        "/experiences/{id}/videos/{video}/posters/{name}",
        "/experiences/{files}/videos/{file}/posters/none",
        "",
        [401, 402, 402, 404, 402, 402],
    ),
];
