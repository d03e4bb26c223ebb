//! Creates the rooms of a run through a creator's routes: for each an experience with a scheduled stream, and one free
//! pass that opens them all.

use crate::wire::{
    doors::{Room, Target},
    http::{Client, Request, encode},
};
use anyhow::{Context, Result, ensure};

/// The created rooms, and the address of the pass that opens them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedRooms {
    pub rooms: Vec<Room>,
    pub pass: String,
}

/// Creates `count` rooms and their pass in the host's first space, whose slug is `space`. `name` identifies the run.
///
/// # Errors
/// When the host is unknown, or a route does not answer as it does to a creator.
pub async fn make(target: &Target, space: &str, name: &str, count: usize) -> Result<CreatedRooms> {
    ensure!(!target.host.is_empty(), "rooms are made by a host: give --demo-json of a demo");
    let mut creator = Creator { client: Client::new(target.at), cookie: &target.host };
    let account = creator.page("/account").await?;
    let id = between(&account, "/account/spaces/", |c| c.is_ascii_alphanumeric()).context("no space")?;
    let (mut rooms, mut experiences) = (Vec::new(), Vec::new());
    for i in 0..count {
        let slug = format!("{name}-{i}");
        let form = format!("title={}&slug={slug}", encode(&format!("Load {i}")));
        let at = creator.post(&format!("/account/spaces/{id}/experiences"), &form).await?;
        let form = format!("title={}", encode(&format!("Load room {i}")));
        let studio = creator.post(&format!("{at}/streams"), &form).await?;
        let stream = between(&studio, "/account/streams/", |c| c != '/').context("no stream was made")?;
        rooms.push(Room { watch: format!("/{}/{slug}", space.trim_matches('/')), ..Room::named(stream) });
        experiences.push(at.trim_start_matches("/account/experiences/").to_string());
    }
    let includes: String = experiences.iter().map(|id| format!("&includes={id}")).collect();
    let form = format!("title=Load&slug={name}&kind=free{includes}");
    creator.post(&format!("/account/spaces/{id}/access_passes"), &form).await?;
    Ok(CreatedRooms { rooms, pass: name.to_string() })
}

/// A creator's browser, whose requests must succeed.
pub struct Creator<'a> {
    pub client: Client,
    pub cookie: &'a str,
}

impl Creator<'_> {
    pub async fn page(&mut self, path: &str) -> Result<String> {
        let answer = self.client.send(Request::get(path, self.cookie)).await?;
        ensure!(answer.status == 200, "{path} answered {}", answer.status);
        Ok(String::from_utf8(answer.body)?)
    }

    /// Returns the target of the redirect.
    pub async fn post(&mut self, path: &str, form: &str) -> Result<String> {
        let answer = self.client.send(Request::post(path, self.cookie, form)).await?;
        ensure!(answer.status == 303, "{path} answered {}", answer.status);
        answer.location.with_context(|| format!("{path} led nowhere"))
    }
}

/// The characters after `before`, as long as `good` accepts them.
pub fn between<'a>(text: &'a str, before: &str, good: impl Fn(char) -> bool) -> Option<&'a str> {
    let rest = &text[text.find(before)? + before.len()..];
    let end = rest.find(|c| !good(c)).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|found| !found.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_out_of_pages() {
        let page = r#"<a href="/account/spaces/01ab/edit">"#;
        assert_eq!(between(page, "/spaces/", |c| c.is_ascii_alphanumeric()), Some("01ab"));
        assert_eq!(between(page, "/passes/", |_| true), None);
        assert_eq!(between("x=", "x=", |_| true), None);
    }
}
