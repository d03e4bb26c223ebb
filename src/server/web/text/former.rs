//! Addresses of the service before this one. They lead to ours, where the same access is asked for: a redirect looks nothing
//! up, so it tells nobody what exists.

use crate::web::{
    error::{WebError, WebResult},
    extract::Path,
    people::session::SignedIn,
};
use axum::response::Redirect;
use domain::id::{ExperienceId, PassId, SpaceId};

pub async fn purchased_spaces(_: SignedIn) -> Redirect {
    Redirect::to("/account/purchases")
}

/// Spaces of a team, which are all listed on the account's page.
pub async fn spaces(_: SignedIn) -> Redirect {
    Redirect::to("/account")
}

pub async fn of_space(_: SignedIn, Path((_, rest)): Path<(String, String)>) -> WebResult<Redirect> {
    let segments: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
    moved(&segments).map(|path| Redirect::to(&path)).ok_or_else(WebError::not_found)
}

/// Where a page of a team's space is now, by the segments after `/account/teams/{id}/spaces`.
fn moved(segments: &[&str]) -> Option<String> {
    let (space, rest) = segments.split_first()?;
    let space: SpaceId = space.parse().ok()?;
    let base = format!("/account/spaces/{space}");
    match rest {
        [] | ["edit"] => Some(base),
        [list @ ("experiences" | "access_passes")] => Some(format!("{base}/{list}")),
        [list @ ("experiences" | "access_passes"), "new"] => Some(format!("{base}/{list}/new")),
        ["experiences", id] | ["experiences", id, "edit"] => {
            Some(format!("/account/experiences/{}", id.parse::<ExperienceId>().ok()?))
        }
        ["access_passes", id] | ["access_passes", id, "edit"] => {
            Some(format!("/account/access_passes/{}", id.parse::<PassId>().ok()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_former_page_leads_to_ours() {
        let (space, id) = (SpaceId::new(), PassId::new());
        let at = |path: &str| {
            let path = path.replace("SPACE", &space.to_string()).replace("ID", &id.to_string());
            moved(&path.split('/').collect::<Vec<_>>())
        };
        for (path, to) in [
            ("SPACE", format!("/account/spaces/{space}")),
            ("SPACE/edit", format!("/account/spaces/{space}")),
            ("SPACE/experiences", format!("/account/spaces/{space}/experiences")),
            ("SPACE/access_passes/new", format!("/account/spaces/{space}/access_passes/new")),
            ("SPACE/experiences/ID", format!("/account/experiences/{id}")),
            ("SPACE/access_passes/ID/edit", format!("/account/access_passes/{id}")),
        ] {
            assert_eq!(at(path), Some(to), "{path}");
        }
        for nowhere in ["", "maya", "SPACE/nothing", "SPACE/experiences/1", "SPACE/access_passes/ID/more"] {
            assert_eq!(at(nowhere), None, "{nowhere}");
        }
    }
}
