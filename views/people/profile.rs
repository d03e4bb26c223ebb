//! A creator's profile page, `/@name`.

use crate::{
    catalogue::spaces::{self, LiveCard, SpaceCard},
    dom,
    layout::{self, Page, Shell},
    parts, t,
};
use domain::{ops::reports::Kind, people::account::Account};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug)]
pub struct Profile<'a> {
    pub account: &'a Account,
    /// Published ones.
    pub spaces: &'a [SpaceCard<'a>],
    pub live: Option<LiveCard<'a>>,
}

pub fn page(shell: &Shell, p: &Profile<'_>) -> Markup {
    let a = p.account;
    let about = match a.bio.is_empty() {
        true => t!("people-profile-about", name = a.name.as_str()),
        false => a.bio.clone(),
    };
    let head = Page { title: &a.name, description: &about, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main #(dom::MAIN) tabindex="-1" {
                div.wrap.stack.after {
                    header.row.person {
                        (parts::face(a, "l"))
                        div {
                            h1 { (a.name) }
                            small { "@" (a.username) @if let Some(site) = site(&a.site) { " · " a href=(site) rel="me nofollow noopener" { (shown(site)) } } }
                        }
                        div.push.row {
                            @if p.live.is_some() { (parts::badge_live()) }
                            (parts::share(&shell.url(), &a.name))
                        }
                    }
                    (parts::paragraphs(&a.bio))
                    @if let Some(live) = &p.live { (spaces::live_card(live, None)) }
                    h2 { (t!("people-profile-spaces")) }
                    @if p.spaces.is_empty() { (parts::empty(&t!("people-profile-no-spaces", name = a.name.as_str()), None)) }
                    @else { (spaces::tiles(p.spaces)) }
                    @if shell.me.as_ref().is_none_or(|me| me.id != a.id) { p.muted { (parts::report(Kind::Person, a.id, &t!("people-report"))) } }
                }
            }
        },
    )
}

/// Only `http` and `https` URLs become links.
fn site(text: &str) -> Option<&str> {
    (text.starts_with("https://") || text.starts_with("http://")).then_some(text)
}

fn shown(site: &str) -> &str {
    site.split_once("://").map_or(site, |(_, rest)| rest).trim_end_matches('/')
}
