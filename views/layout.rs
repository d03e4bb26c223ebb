//! The shell around every page.

use crate::{catalogue::look, dom, icons, names, parts, rich, t, words};
use domain::{
    catalogue::colour::Rgb, id::AccountId, people::account::Account, picture::PREVIEW,
    text::documents::Document,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// htmx configuration of every page. Its indicator styles and history are off because the pages do not use them. `sse`
/// configures how a feed reconnects; `feed.js` makes the first connection.
const HTMX_CONFIG: &str = r#"{"includeIndicatorCSS":false,"history":false,"sse":{"reconnect":true,"reconnectDelay":500,"reconnectMaxDelay":10000,"connectTimeout":10000,"pauseOnBackground":false,"releaseOn":"immediate"}}"#;

/// The viewer, and the request that a page answers.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Returns the URL of a file in `static/`.
    pub asset: fn(&str) -> &'static str,
    /// Scheme and host of the public URL, without a trailing slash.
    pub public_url: String,
    /// The requested path, without its query.
    pub path: String,
    pub me: Option<Me>,
    /// This instance has a local mailbox: the sign-in pages link to it.
    pub local: bool,
    /// Where this page's browser can use passkeys.
    pub passkeys: PasskeyPlace,
    /// The version of the terms that this person has not accepted yet.
    pub terms: Option<i64>,
    /// A message about what was just done, shown once.
    pub notice: Option<Notice>,
}

impl Shell {
    /// The address of the page, with scheme and host, without its query.
    pub fn url(&self) -> String {
        format!("{}{}", self.public_url, self.path)
    }
}

/// Where a browser can use the passkeys of this site. It keeps them for one host name, and for no address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PasskeyPlace {
    Here,
    /// At this other origin of the same server.
    At(String),
    #[default]
    Nowhere,
}

/// A message about what was just done, or why it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub words: String,
    pub tone: Tone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Refused,
}

/// The signed-in person, as far as pages show them.
#[derive(Clone, Debug)]
pub struct Me {
    pub id: AccountId,
    pub name: String,
    pub username: String,
    pub operator: bool,
}

impl From<&Account> for Me {
    fn from(a: &Account) -> Self {
        Self { id: a.id, name: a.name.clone(), username: a.username.clone(), operator: a.operator }
    }
}

/// What differs from page to page in the document's head and frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    pub title: &'a str,
    /// For search engines and link previews; empty on private pages.
    pub description: &'a str,
    /// The path of the picture for link previews, in the dimensions of [`PREVIEW`]; see `parts::preview`.
    pub image: Option<&'a str>,
    /// The colour of the primary buttons, where a space has chosen one.
    pub accent: Option<Rgb>,
    /// Structured data for search engines, from [`crate::search::script`]; empty if there is none.
    pub data: &'a str,
    /// Other sites may embed a card of it.
    pub embeddable: bool,
    /// Style sheets of `static/` beside `site.css`.
    pub styles: &'a [&'a str],
    /// Files of `static/` to load after `page.js`, in order.
    pub scripts: &'a [&'a str],
    /// Scripts that `player.js` loads after the first picture, in order: a viewer waits for none of them.
    pub later: &'a [&'a str],
    /// Dark layout, for the watch page and the studio.
    pub theatre: bool,
    /// Seconds after which the page reloads if scripts do not run.
    pub refresh: Option<i64>,
}

/// htmx alone: for forms that update part of the page.
pub const HTMX: &[&str] = &["htmx.min.js"];
/// Spaces, passes and shows: what stays in view.
pub const VENUE: &[&str] = &["venue.css"];
/// Stages, chats and the studio.
pub const ROOM: &[&str] = &["live.css"];
/// Tables of orders and of money.
pub const DESK: &[&str] = &["desk.css"];
/// The pages of operators.
pub const OPERATORS: &[&str] = &["desk.css", "ops.css"];
/// htmx and a live feed.
pub const LIVE: &[&str] = &["htmx.min.js", "hx-sse.min.js", "feed.js"];

pub fn page(shell: &Shell, page: &Page<'_>, main: Markup) -> Markup {
    let me = shell.me.as_ref().map(|me| me.id.to_string());
    html! {
        (DOCTYPE)
        html lang=(words::spoken().code()) class=[page.theatre.then_some("theatre")] {
            head { (head(shell, page)) }
            body data-me=[me] {
                a.skip href={ "#" (dom::MAIN) } { (t!("layout-skip")) }
                (topbar(shell))
                @if let Some(notice) = &shell.notice { (flash(notice)) }
                @if let Some(version) = shell.terms && !page.theatre { (ask_terms(shell, version)) }
                (main)
                @if !page.theatre { (footer(shell)) }
                div #(dom::TOASTS) role="status" aria-live="polite" {}
            }
        }
    }
}

/// Part of the flow, so that it covers nothing.
fn flash(notice: &Notice) -> Markup {
    let refused = notice.tone == Tone::Refused;
    html! { p.flash.bad[refused] role=(if refused { "alert" } else { "status" }) { (notice.words) } }
}

/// Asks once for each version; nothing is kept back until it is answered.
fn ask_terms(shell: &Shell, version: i64) -> Markup {
    html! {
        form.terms method="post" action="/account/terms" aria-label=(names::document(Document::Terms)) {
            div.wrap.row {
                p.grow { (rich!("layout-terms", version = version; terms => |words| html! { a href=(Document::Terms.path()) { (words) } })) }
                input type="hidden" name="version" value=(version);
                input type="hidden" name="next" value=(shell.path);
                button.button { (t!("layout-terms-accept")) }
            }
        }
    }
}

fn head(shell: &Shell, page: &Page<'_>) -> Markup {
    let url = shell.url();
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content";
        title { (page.title) " · Backstage Pass" }
        meta name="color-scheme" content=(if page.theatre { "dark" } else { "light dark" });
        @if page.description.is_empty() {
            meta name="robots" content="noindex";
        } @else {
            meta name="description" content=(page.description);
            link rel="canonical" href=(url);
            meta property="og:site_name" content="Backstage Pass";
            meta property="og:type" content="website";
            meta property="og:title" content=(page.title);
            meta property="og:description" content=(page.description);
            meta property="og:url" content=(url);
            (preview(shell, page))
            @if page.embeddable { link rel="alternate" type="application/json+oembed" href={ (shell.public_url) "/oembed?url=" (parts::encoded(&url)) } title=(page.title); }
            // Data, not code: the content security policy does not concern it.
            @if !page.data.is_empty() { script type="application/ld+json" { (PreEscaped(page.data)) } }
        }
        @if let Some(seconds) = page.refresh { noscript { meta http-equiv="refresh" content=(seconds); } }
        link rel="icon" type="image/svg+xml" href=((shell.asset)("icon.svg"));
        link rel="stylesheet" href=((shell.asset)("site.css"));
        @for style in page.styles { link rel="stylesheet" href=((shell.asset)(style)); }
        @if let Some(accent) = page.accent { link rel="stylesheet" href=(look::path(accent)); }
        @if !page.scripts.is_empty() { meta name="htmx-config" content=(HTMX_CONFIG); }
        (crate::text::scripts::texts(&[page.scripts, page.later, &["page.js"]].concat()))
        @if !page.later.is_empty() { meta name="later" content=(page.later.iter().map(|script| (shell.asset)(script)).collect::<Vec<_>>().join(" ")); }
        @for script in page.scripts {
            // htmx is a classic script; ours are modules, so they share no names. All run in this order, after the page
            // is parsed.
            @if script.ends_with(".min.js") { script defer src=((shell.asset)(script)) {} }
            @else { script type="module" src=((shell.asset)(script)) {} }
        }
        script type="module" src=((shell.asset)("page.js")) {}
    }
}

/// What other sites show beside a link to the page.
fn preview(shell: &Shell, page: &Page<'_>) -> Markup {
    html! {
        @if let Some(image) = page.image {
            meta property="og:image" content={ (shell.public_url) (image) };
            meta property="og:image:type" content=(PREVIEW.format.mime());
            meta property="og:image:width" content=(PREVIEW.width);
            meta property="og:image:height" content=(PREVIEW.height);
            meta name="twitter:card" content="summary_large_image";
        } @else {
            meta name="twitter:card" content="summary";
        }
    }
}

fn topbar(shell: &Shell) -> Markup {
    html! {
        header.topbar {
            div.wrap.row {
                a.brand href="/" aria-label=(t!("layout-home")) { (icons::pass()) span.name { "Backstage Pass" } }
                nav.push aria-label=(t!("layout-main")) {
                    (link(shell, "/explore", &t!("layout-explore")))
                    (link(shell, "/live", &t!("layout-live")))
                    @if let Some(me) = &shell.me {
                        (link(shell, "/account/purchases", &t!("layout-passes")))
                        @if me.operator { (link(shell, "/ops", &t!("layout-operators"))) }
                        (link(shell, "/account", &t!("layout-account")))
                    } @else {
                        (link(shell, "/sign-in", &t!("layout-sign-in")))
                    }
                }
            }
        }
    }
}

fn link(shell: &Shell, path: &str, words: &str) -> Markup {
    html! { a href=(path) aria-current=[current(&shell.path, path)] { (words) } }
}

/// Whether a link of the top bar leads to the page that is shown, or to what it belongs to. The passes are below the account,
/// and have a link of their own.
fn current(shown: &str, path: &str) -> Option<&'static str> {
    let below = shown.strip_prefix(path)?;
    let of_it = below.starts_with('/') && !below.starts_with("/purchases");
    if below.is_empty() { Some("page") } else { of_it.then_some("true") }
}

fn footer(shell: &Shell) -> Markup {
    html! {
        footer.footer {
            div.wrap.row {
                span { "Backstage Pass" }
                nav.push.row aria-label=(t!("layout-more")) {
                    a href="/explore" { (t!("layout-explore")) }
                    @for document in Document::ALL { a href=(document.path()) { (names::document(document)) } }
                    a href="/status" { (t!("layout-status")) }
                    @if shell.local { a href="/dev/mailbox" { (t!("layout-mailbox")) } }
                    @if let Some(me) = &shell.me { a href={ "/@" (me.username) } { "@" (me.username) } }
                }
                (crate::text::chooser(&shell.path))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::current;

    #[test]
    fn a_page_belongs_to_one_link_of_the_top_bar() {
        let links = ["/explore", "/account/purchases", "/ops", "/account"];
        for (shown, marks) in [
            ("/account", [None, None, None, Some("page")]),
            ("/account/mails", [None, None, None, Some("true")]),
            ("/account/purchases", [None, Some("page"), None, None]),
            ("/ops/people/1", [None, None, Some("true"), None]),
            ("/opsis", [None; 4]),
        ] {
            assert_eq!(links.map(|path| current(shown, path)), marks, "{shown}");
        }
    }
}
