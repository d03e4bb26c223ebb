//! The expected status of each route and role, written by hand.

use super::{Knock, Statuses};

pub(super) const fn knock(
    method: &'static str,
    route: &'static str,
    path: &'static str,
    body: &'static str,
    want: Statuses,
) -> Knock {
    Knock { method, route, path, body, want }
}

pub(super) const fn all(status: u16) -> Statuses {
    [status; 6]
}

/// For everybody who is signed in.
pub(super) const fn own(status: u16) -> Statuses {
    [401, status, status, status, status, status]
}

/// To all but the team of the space it does not exist.
pub(super) const fn team(status: u16) -> Statuses {
    [401, 404, 404, status, 404, 404]
}

/// To all but operators it does not exist.
pub(super) const fn operator(status: u16) -> Statuses {
    [401, 404, 404, 404, 404, status]
}

/// A door for holders of a pass and the team.
pub(super) const fn inside(status: u16) -> Statuses {
    [401, 402, status, status, 402, 402]
}

/// A door for the team that refuses openly.
pub(super) const fn hosting(status: u16) -> Statuses {
    [401, 403, 403, status, 403, 403]
}

/// Ordered so that the effects of one row do not change the answers of the next.
pub const TABLE: &[Knock] = &[
    knock("GET", "/", "/", "", all(200)),
    knock("GET", "/explore", "/explore?q=maya", "", all(200)),
    knock("GET", "/live", "/live?category=music", "", all(200)),
    knock("GET", "/live", "/live?category=astrology", "", all(404)),
    knock("GET", "/live/fragment", "/live/fragment", "", all(200)),
    knock("GET", "/live/events", "/live/events", "", all(200)),
    knock("GET", "/{space}", "/maya", "", all(200)),
    knock("GET", "/{space}", "/@maya", "", all(200)),
    knock("GET", "/{space}", "/nobody-here", "", all(404)),
    knock("GET", "/{space}/{slug}", "/maya/front-row", "", all(200)),
    knock("GET", "/{space}/{slug}", "/maya/friday-session", "", all(200)),
    knock("GET", "/{space}/{slug}", "/maya/nothing", "", all(404)),
    knock("GET", "/{space}/calendar.ics", "/maya/calendar.ics", "", all(200)),
    knock("GET", "/{space}/calendar.ics", "/nobody-here/calendar.ics", "", all(404)),
    knock("GET", "/{space}/{slug}/calendar.ics", "/maya/friday-session/calendar.ics", "", all(200)),
    knock("GET", "/{space}/{slug}/calendar.ics", "/maya/front-row/calendar.ics", "", all(404)),
    knock("GET", "/sitemap.xml", "/sitemap.xml", "", all(200)),
    knock("GET", "/robots.txt", "/robots.txt", "", all(200)),
    knock("GET", "/oembed", "/oembed?url=https://elsewhere.example/maya", "", all(404)),
    knock("GET", "/oembed/{space}", "/oembed/maya", "", all(200)),
    knock("GET", "/oembed/{space}", "/oembed/nobody-here", "", all(404)),
    knock("GET", "/oembed/{space}/{slug}", "/oembed/maya/friday-session", "", all(200)),
    knock("GET", "/oembed/{space}/{slug}", "/oembed/maya/front-row", "", all(404)),
    knock("POST", "/language", "/language", "language=en&next=/maya", all(303)),
    knock("POST", "/language", "/language", "language=tlh", all(422)),
    knock("GET", "/status", "/status", "", all(200)),
    knock("GET", "/status.json", "/status.json", "", all(200)),
    knock("GET", "/static/{name}", "/static/none.css", "", all(404)),
    knock("GET", "/static/pictures/{name}", "/static/pictures/4d5c1536fe8d0e2a-1.svg", "", all(200)),
    knock("GET", "/static/pictures/{name}", "/static/pictures/4d5c1536fe8d0e2a-2.svg", "", all(404)),
    knock("GET", "/static/accents/{name}", "/static/accents/0a3d62-1.css", "", all(200)),
    knock("GET", "/static/accents/{name}", "/static/accents/7a7a7a-1.css", "", all(404)),
    knock("GET", "/sign-in", "/sign-in", "", [200, 303, 303, 303, 303, 303]),
    knock("POST", "/sign-in", "/sign-in", "email=not-an-address", all(422)),
    knock("GET", "/sign-in/code", "/sign-in/code", "", all(303)),
    knock("POST", "/sign-in/code", "/sign-in/code", "code=000000", all(303)),
    knock("GET", "/account", "/account", "", own(200)),
    knock("POST", "/account", "/account", "name=&username=x", own(422)),
    knock("POST", "/account/avatar", "/account/avatar", "", own(422)),
    knock("POST", "/account/avatar/removal", "/account/avatar/removal", "", own(303)),
    knock("POST", "/account/listing", "/account/listing", "listed=true", own(303)),
    knock("GET", "/account/purchases", "/account/purchases", "", own(200)),
    knock("GET", "/account/purchases/fragment", "/account/purchases/fragment", "", own(200)),
    knock("GET", "/account/purchases/events", "/account/purchases/events", "", own(200)),
    knock("GET", "/account/following", "/account/following", "", own(200)),
    knock("GET", "/account/mails", "/account/mails", "", own(200)),
    knock("POST", "/account/mails", "/account/mails", "live=perhaps", own(422)),
    knock("GET", "/account/calendar/{token}", "/account/calendar/guess-0-guess.ics", "", all(404)),
    knock("POST", "/account/calendar/renewal", "/account/calendar/renewal", "", own(303)),
    knock("GET", "/spaces/{id}/follow", "/spaces/{space}/follow", "", own(200)),
    knock("GET", "/spaces/{id}/follow", "/spaces/{none}/follow", "", own(404)),
    knock("POST", "/spaces/{id}/follow", "/spaces/{space}/follow", "follow=true", own(303)),
    knock("GET", "/account/sessions", "/account/sessions", "", own(200)),
    knock("POST", "/account/sessions/{id}/revocation", "/account/sessions/{none}/revocation", "", own(404)),
    knock("POST", "/account/sessions/revocation", "/account/sessions/revocation", "", own(303)),
    knock("GET", "/sign-in/recovery", "/sign-in/recovery", "", all(200)),
    knock("POST", "/sign-in/recovery", "/sign-in/recovery", "email=not-an-address", all(422)),
    // They have names, and have just proved who they are.
    knock("GET", "/account/name", "/account/name", "", own(303)),
    knock("POST", "/account/name", "/account/name", "name=", own(303)),
    knock("GET", "/account/confirmation", "/account/confirmation", "", own(303)),
    knock("POST", "/account/confirmation", "/account/confirmation", "", own(303)),
    knock("GET", "/account/confirmation/code", "/account/confirmation/code", "", own(303)),
    knock("POST", "/account/confirmation/code", "/account/confirmation/code", "code=000000", own(303)),
    knock("GET", "/account/email", "/account/email", "", own(200)),
    knock("POST", "/account/email", "/account/email", "email=not-an-address", own(422)),
    knock("GET", "/account/email/code", "/account/email/code", "", own(303)),
    knock("POST", "/account/email/code", "/account/email/code", "code=000000", own(303)),
    knock("GET", "/account/recovery", "/account/recovery", "", own(200)),
    knock("POST", "/account/recovery", "/account/recovery", "", own(200)),
    knock("POST", "/account/sessions/notice", "/account/sessions/notice", "", own(303)),
    knock("GET", "/account/export", "/account/export", "", own(200)),
    knock("POST", "/account/export", "/account/export", "", own(200)),
    knock("GET", "/account/deletion", "/account/deletion", "", own(200)),
    knock("POST", "/account/deletion", "/account/deletion", "username=somebody-else", own(422)),
    knock("GET", "/checkouts/{id}", "/checkouts/{none}", "", own(404)),
    knock("POST", "/checkouts/{id}/payment", "/checkouts/{none}/payment", "", own(404)),
    knock("POST", "/checkouts/{id}/cancellation", "/checkouts/{none}/cancellation", "", own(404)),
    knock("GET", "/checkouts/{id}/events", "/checkouts/{none}/events", "", own(404)),
    knock("GET", "/checkouts/{id}/fragment", "/checkouts/{none}/fragment", "", own(404)),
    knock("GET", "/account/spaces/{id}", "/account/spaces/{space}", "", team(200)),
    knock("POST", "/account/spaces/{id}", "/account/spaces/{space}", "slug=ops&name=x", team(422)),
    knock("GET", "/account/spaces/{id}/look", "/account/spaces/{space}/look", "", team(200)),
    knock("POST", "/account/spaces/{id}/cover", "/account/spaces/{space}/cover", "", team(422)),
    knock(
        "POST",
        "/account/spaces/{id}/cover/removal",
        "/account/spaces/{space}/cover/removal",
        "",
        team(303),
    ),
    knock("POST", "/account/spaces/{id}/logo", "/account/spaces/{space}/logo", "", team(422)),
    knock("POST", "/account/spaces/{id}/logo/removal", "/account/spaces/{space}/logo/removal", "", team(303)),
    knock(
        "POST",
        "/account/spaces/{id}/accent",
        "/account/spaces/{space}/accent",
        "accent=%237a7a7a",
        team(422),
    ),
    knock("POST", "/account/spaces/{id}/publication", "/account/spaces/{space}/publication", "", team(303)),
    knock("GET", "/account/spaces/{id}/embedding", "/account/spaces/{space}/embedding", "", team(200)),
    knock(
        "POST",
        "/account/spaces/{id}/embedding",
        "/account/spaces/{space}/embedding",
        "who=these&sites=nonsense",
        team(422),
    ),
    knock("GET", "/account/spaces/{id}/experiences", "/account/spaces/{space}/experiences", "", team(200)),
    knock(
        "POST",
        "/account/spaces/{id}/experiences",
        "/account/spaces/{space}/experiences",
        "title=",
        team(422),
    ),
    knock(
        "GET",
        "/account/spaces/{id}/experiences/new",
        "/account/spaces/{space}/experiences/new",
        "",
        team(200),
    ),
    knock("GET", "/account/experiences/{id}", "/account/experiences/{experience}", "", team(200)),
    knock("POST", "/account/experiences/{id}", "/account/experiences/{experience}", "title=", team(422)),
    knock(
        "POST",
        "/account/experiences/{id}/streams",
        "/account/experiences/{experience}/streams",
        "title=",
        team(422),
    ),
    knock(
        "GET",
        "/account/spaces/{id}/access_passes",
        "/account/spaces/{space}/access_passes",
        "",
        team(200),
    ),
    knock(
        "POST",
        "/account/spaces/{id}/access_passes",
        "/account/spaces/{space}/access_passes",
        "title=",
        team(422),
    ),
    knock(
        "GET",
        "/account/spaces/{id}/access_passes/new",
        "/account/spaces/{space}/access_passes/new",
        "",
        team(200),
    ),
    knock("GET", "/account/access_passes/{id}", "/account/access_passes/{pass}", "", team(200)),
    knock("POST", "/account/access_passes/{id}", "/account/access_passes/{pass}", "title=", team(422)),
    knock(
        "POST",
        "/account/access_passes/{id}/earlier",
        "/account/access_passes/{pass}/earlier",
        "",
        team(303),
    ),
    knock("POST", "/account/access_passes/{id}/later", "/account/access_passes/{pass}/later", "", team(303)),
    knock("GET", "/account/streams/{id}/schedule", "/account/streams/{none}/schedule", "", own(404)),
    knock(
        "POST",
        "/account/streams/{id}/schedule",
        "/account/streams/{none}/schedule",
        "title=Moved&at=&zone=UTC",
        own(404),
    ),
    knock("POST", "/account/streams/{id}/cancellation", "/account/streams/{none}/cancellation", "", own(404)),
    knock("POST", "/account/streams/{id}/deletion", "/account/streams/{none}/deletion", "", own(404)),
    knock("GET", "/account/streams/{id}/copies", "/account/streams/{stream}/copies", "", team(200)),
    knock(
        "POST",
        "/account/streams/{id}/copies",
        "/account/streams/{stream}/copies",
        "title=&weeks=13",
        team(422),
    ),
    knock(
        "POST",
        "/account/streams/{id}/series/cancellation",
        "/account/streams/{stream}/series/cancellation",
        "",
        team(409),
    ),
    knock("POST", "/account/experiences/{id}/deletion", "/account/experiences/{none}/deletion", "", own(404)),
    knock("GET", "/account/streams/{id}/studio", "/account/streams/{stream}/studio", "", hosting(200)),
    knock("GET", "/streams/{id}", "/streams/{stream}", "", inside(303)),
    knock("GET", "/streams/{id}/events", "/streams/{stream}/events", "", inside(200)),
    knock("GET", "/streams/{id}/fragment", "/streams/{stream}/fragment?page=watch", "", inside(200)),
    knock("GET", "/streams/{id}/still", "/streams/{none}/still", "", all(404)),
    knock("GET", "/streams/{id}/people", "/streams/{stream}/people", "", inside(200)),
    knock("POST", "/streams/{id}/people", "/streams/{stream}/people", "listed=true", inside(303)),
    knock("GET", "/streams/{id}/reminder", "/streams/{stream}/reminder", "", own(200)),
    knock("POST", "/streams/{id}/reminder", "/streams/{stream}/reminder", "wanted=true", own(409)),
    knock("GET", "/unsubscribe/{token}", "/unsubscribe/guess-guess", "", all(404)),
    knock("POST", "/unsubscribe/{token}", "/unsubscribe/guess-guess", "List-Unsubscribe=One-Click", all(404)),
    knock("POST", "/streams/{id}/count", "/streams/{stream}/count", "hidden=false", hosting(303)),
    knock("GET", "/streams/{id}/queue", "/streams/{stream}/queue", "", inside(303)),
    knock("POST", "/streams/{id}/state", "/streams/{stream}/state", "state=rehearsal", hosting(409)),
    knock("POST", "/streams/{id}/messages", "/streams/{stream}/messages", "body=hello", inside(303)),
    knock(
        "POST",
        "/streams/{id}/messages/{seq}/removal",
        "/streams/{stream}/messages/999999/removal",
        "",
        inside(404),
    ),
    knock(
        "POST",
        "/streams/{id}/messages/{seq}/restoration",
        "/streams/{stream}/messages/999999/restoration",
        "",
        inside(404),
    ),
    knock("GET", "/streams/{id}/messages/{seq}", "/streams/{stream}/messages/999999", "", hosting(404)),
    knock("POST", "/streams/{id}/bans", "/streams/{stream}/bans", "account={host}&kind=ban", own(403)),
    knock("DELETE", "/streams/{id}/bans/{ban}", "/streams/{stream}/bans/{none}", "", hosting(404)),
    knock("POST", "/streams/{id}/bans/{ban}/lift", "/streams/{stream}/bans/{none}/lift", "", hosting(404)),
    knock("POST", "/streams/{id}/slow_mode", "/streams/{stream}/slow_mode", "seconds=1", hosting(422)),
    knock("POST", "/streams/{id}/key", "/streams/{stream}/key", "", hosting(303)),
    knock("POST", "/streams/{id}/whip", "/streams/{stream}/whip", "", hosting(415)),
    knock("POST", "/streams/{id}/whep", "/streams/{stream}/whep", "", inside(415)),
    knock(
        "DELETE",
        "/streams/{id}/whip/{session}/{secret}",
        "/streams/{stream}/whip/{none}/guess",
        "",
        all(404),
    ),
    knock(
        "PATCH",
        "/streams/{id}/whip/{session}/{secret}",
        "/streams/{stream}/whip/{none}/guess",
        "",
        all(404),
    ),
    knock(
        "DELETE",
        "/streams/{id}/whep/{session}/{secret}",
        "/streams/{stream}/whep/{none}/guess",
        "",
        all(404),
    ),
    knock(
        "PATCH",
        "/streams/{id}/whep/{session}/{secret}",
        "/streams/{stream}/whep/{none}/guess",
        "",
        all(404),
    ),
];
