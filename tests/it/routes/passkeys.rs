//! The expected statuses of the routes of passkeys. Nobody of the table has one.

use super::{
    Knock,
    table::{all, knock, own, team},
};

pub const TABLE: &[Knock] = &[
    knock("POST", "/sign-in/passkey", "/sign-in/passkey", "", all(303)),
    knock("POST", "/sign-in/passkey/ceremony", "/sign-in/passkey/ceremony", "", all(200)),
    knock("POST", "/account/confirmation/passkey", "/account/confirmation/passkey", "", own(303)),
    knock("GET", "/account/passkeys", "/account/passkeys", "", own(200)),
    knock("POST", "/account/passkeys", "/account/passkeys", "name=", own(422)),
    knock("POST", "/account/passkeys/ceremony", "/account/passkeys/ceremony", "", own(200)),
    knock("GET", "/account/passkeys/requirement", "/account/passkeys/requirement", "", own(200)),
    knock("POST", "/account/passkeys/{id}", "/account/passkeys/{none}", "name=x", own(404)),
    knock("POST", "/account/passkeys/{id}/removal", "/account/passkeys/{none}/removal", "", own(404)),
    // The session of the host began with a link.
    knock(
        "POST",
        "/account/teams/{id}/passkeys",
        "/account/teams/{team}/passkeys",
        "required=true",
        team(403),
    ),
];
