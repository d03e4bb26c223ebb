//! The expected statuses of the routes of a team and of a space's owner. `roles.rs` walks them with every role.

use super::{Knock, table::knock};

/// Only the host is a member; `status` is what they get.
const fn own(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    body: &'static str,
    status: u16,
) -> Knock {
    knock(method, route, path, body, [401, 404, 404, status, 404, 404])
}

pub const TABLE: &[Knock] = &[
    own("GET", "/account/teams/{id}/fragment", "/account/teams/{team}/fragment", "", 200),
    own("GET", "/account/teams/{id}/events", "/account/teams/{team}/events", "", 200),
    own("GET", "/account/spaces/{id}/sales", "/account/spaces/{space}/sales", "", 200),
    own("POST", "/account/spaces/{id}/sales", "/account/spaces/{space}/sales", "headline=Hear+it+first", 303),
    own("POST", "/account/spaces/{id}/questions", "/account/spaces/{space}/questions", "question=", 422),
    own(
        "GET",
        "/account/spaces/{id}/questions/{question}",
        "/account/spaces/{space}/questions/{none}",
        "",
        404,
    ),
    own(
        "POST",
        "/account/spaces/{id}/questions/{question}",
        "/account/spaces/{space}/questions/{none}",
        "question=a&answer=b",
        404,
    ),
    own(
        "POST",
        "/account/spaces/{id}/questions/{question}/earlier",
        "/account/spaces/{space}/questions/{none}/earlier",
        "",
        404,
    ),
    own(
        "POST",
        "/account/spaces/{id}/questions/{question}/later",
        "/account/spaces/{space}/questions/{none}/later",
        "",
        404,
    ),
    own(
        "POST",
        "/account/spaces/{id}/questions/{question}/deletion",
        "/account/spaces/{space}/questions/{none}/deletion",
        "",
        404,
    ),
    own("POST", "/account/spaces/{id}/preview", "/account/spaces/{space}/preview", "", 303),
    own(
        "POST",
        "/account/spaces/{id}/preview/withdrawal",
        "/account/spaces/{space}/preview/withdrawal",
        "",
        303,
    ),
    own("GET", "/account/spaces/{id}/closing", "/account/spaces/{space}/closing", "", 200),
    own("POST", "/account/spaces/{id}/closing", "/account/spaces/{space}/closing", "name=wrong", 422),
    own("POST", "/account/spaces/{id}/reopening", "/account/spaces/{space}/reopening", "", 409),
    own("GET", "/account/teams/{id}", "/account/teams/{team}", "", 200),
    own(
        "POST",
        "/account/teams/{id}/members/{member}",
        "/account/teams/{team}/members/{none}",
        "role=editor",
        404,
    ),
    own(
        "POST",
        "/account/teams/{id}/members/{member}/removal",
        "/account/teams/{team}/members/{none}/removal",
        "",
        404,
    ),
    own("POST", "/account/teams/{id}/invitations", "/account/teams/{team}/invitations", "email=nobody", 422),
    own("POST", "/account/teams/{id}/handover", "/account/teams/{team}/handover", "email=nobody", 422),
    own("GET", "/account/invitations/{id}", "/account/invitations/{none}", "", 404),
    own("POST", "/account/invitations/{id}/acceptance", "/account/invitations/{none}/acceptance", "", 404),
    own("POST", "/account/invitations/{id}/refusal", "/account/invitations/{none}/refusal", "", 404),
    own("POST", "/account/invitations/{id}/resending", "/account/invitations/{none}/resending", "", 404),
    own("POST", "/account/invitations/{id}/withdrawal", "/account/invitations/{none}/withdrawal", "", 404),
];
