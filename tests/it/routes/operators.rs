//! What operators and machines get, what needs no session, and at last the rows that end things.

use super::{
    Knock,
    table::{all, knock, operator, team},
};

pub const TABLE: &[Knock] = &[
    knock("GET", "/ops", "/ops", "", operator(200)),
    knock("GET", "/ops/events", "/ops/events", "", operator(200)),
    knock("GET", "/ops/fragment", "/ops/fragment", "", operator(200)),
    knock("GET", "/ops/audit", "/ops/audit", "", operator(200)),
    knock("POST", "/ops/audit/verifications", "/ops/audit/verifications", "", operator(303)),
    knock("GET", "/ops/tree.json", "/ops/tree.json", "", operator(200)),
    knock("GET", "/ops/actors/{id}", "/ops/actors/job_worker.pulse", "", operator(200)),
    knock("GET", "/ops/actors/{id}/events", "/ops/actors/job_worker.pulse/events", "", operator(200)),
    knock("GET", "/ops/actors/{id}/fragment", "/ops/actors/job_worker.pulse/fragment", "", operator(200)),
    knock("GET", "/metrics", "/metrics", "", operator(200)),
    knock("POST", "/ops/actors/{id}/{action}", "/ops/actors/none/restart", "", operator(404)),
    knock("GET", "/ops/jobs", "/ops/jobs", "", operator(200)),
    knock("GET", "/ops/jobs/fragment", "/ops/jobs/fragment", "", operator(200)),
    knock("POST", "/ops/jobs/revival", "/ops/jobs/revival", "", operator(200)),
    knock("POST", "/ops/jobs/{id}/revival", "/ops/jobs/{none}/revival", "", operator(200)),
    knock("GET", "/healthz", "/healthz", "", all(200)),
    knock("GET", "/readyz", "/readyz", "", all(200)),
    knock("POST", "/webhooks/stripe", "/webhooks/stripe", "{}", all(400)),
    knock("GET", "/dev/mailbox", "/dev/mailbox", "", all(200)),
    knock("GET", "/dev/enter/{token}", "/dev/enter/guess", "", all(404)),
    knock("POST", "/dev/enter/{token}", "/dev/enter/guess", "", all(404)),
    knock("POST", "/dev/clock", "/dev/clock", "advance=-1", all(422)),
    // A free pass takes one click; visitors are asked to sign in. The team needs no pass.
    knock("POST", "/{space}/{slug}/purchase", "/maya/lobby/purchase", "", [303, 303, 303, 409, 303, 303]),
    // Rows that end things come last.
    knock(
        "POST",
        "/account/access_passes/{id}/withdrawal",
        "/account/access_passes/{pass}/withdrawal",
        "",
        team(303),
    ),
    knock(
        "POST",
        "/account/spaces/{id}/unpublication",
        "/account/spaces/{space}/unpublication",
        "",
        team(303),
    ),
    knock("GET", "/{space}", "/maya", "", [404, 404, 404, 200, 404, 404]),
    knock("GET", "/{space}/{slug}", "/maya/friday-session", "", [404, 404, 404, 200, 404, 404]),
    knock("GET", "/spaces/{id}/follow", "/spaces/{space}/follow", "", team(200)),
    knock("GET", "/oembed/{space}", "/oembed/maya", "", all(404)),
    knock("GET", "/{space}/calendar.ics", "/maya/calendar.ics", "", [404, 404, 404, 200, 404, 404]),
    knock(
        "GET",
        "/{space}/{slug}/calendar.ics",
        "/maya/friday-session/calendar.ics",
        "",
        [404, 404, 404, 200, 404, 404],
    ),
    knock("GET", "/streams/{id}/events", "/streams/{stream}/events", "", [404, 404, 404, 200, 404, 404]),
    knock(
        "POST",
        "/streams/{id}/messages",
        "/streams/{stream}/messages",
        "body=hello",
        [404, 404, 404, 303, 404, 404],
    ),
    knock("POST", "/sign-out", "/sign-out", "", all(303)),
];
