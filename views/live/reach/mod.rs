//! The connection check: whether live pictures reach this browser, and what to do where they do not. `reach.js` tries, and shows
//! which of the words on the page are true.

use crate::{
    dom,
    layout::{self, Page, Shell},
    rich, t,
};
use domain::text::documents::Document;
use maud::{Markup, html};
use std::net::SocketAddr;

pub const PATH: &str = "/help/connection";

/// The relays that are set up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Relays<'a> {
    /// Name, port, and what browsers speak there.
    pub all: &'a [(String, u16, &'static str)],
    /// Whether this person may try them.
    pub tried: bool,
}

/// `addresses`: where live pictures come from, by UDP and by TCP.
pub fn page(shell: &Shell, addresses: &[SocketAddr], relays: Relays<'_>) -> Markup {
    let head = Page { title: &t!("reach-title"), scripts: &["rtc.js", "reach.js"], ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("reach-title")) }
                p.lead { (t!("reach-lead")) }
                section.stack data-reach=(PATH) aria-label=(t!("reach-title")) {
                    (ways(relays))
                    (verdicts())
                    p { button.button.primary type="button" data-do="check" hidden { (t!("reach-start")) } }
                    noscript { p.notice { (t!("reach-no-scripts")) } }
                }
                h2 { (t!("reach-networks")) }
                p { (t!("reach-allow")) }
                ul { @for address in addresses { li { (t!("reach-address", ip = address.ip().to_string(), port = address.port().to_string())) } } }
                @if !relays.all.is_empty() {
                    p { (t!("reach-allow-relay")) }
                    ul { @for (host, port, way) in relays.all { li { (t!("reach-relay-address", host = host.as_str(), port = port.to_string(), way = *way)) } } }
                }
            }
        },
    )
}

/// What is tried. One of the words about each is shown.
fn ways(relays: Relays<'_>) -> Markup {
    let mut ways = vec![("browser", t!("reach-browser")), ("udp", t!("reach-udp")), ("tcp", t!("reach-tcp"))];
    ways.extend(relays.tried.then(|| ("relay", t!("reach-relay"))));
    html! {
        ul.plain role="list" aria-live="polite" {
            @for (way, name) in ways {
                li.card.row data-way=(way) {
                    b { (name) }
                    span.push {
                        span.muted data-when="untried" { (t!("reach-untried")) }
                        span.muted data-when="trying" hidden { (t!("reach-trying")) }
                        span data-when="works" hidden { "✓ " (t!("reach-works")) }
                        span data-when="blocked" hidden { "✗ " @if way == "browser" { (t!("reach-lacks")) } @else { (t!("reach-blocked")) } }
                    }
                }
            }
        }
        @if !relays.tried && !relays.all.is_empty() { p.muted { (t!("reach-relay-closed")) } }
    }
}

/// What it means and what to do. One of these is shown, and the codecs beside it if some are missing.
fn verdicts() -> Markup {
    html! {
        div role="status" {
            p.notice.good data-verdict="well" hidden { (rich!("reach-well"; link => |words| html! { a href=(Document::Contact.path()) { (words) } })) }
            p.notice data-verdict="tcp" hidden { (t!("reach-only-tcp")) }
            p.notice data-verdict="relay" hidden { (t!("reach-only-relay")) }
            p.notice.bad data-verdict="neither" hidden { (t!("reach-neither")) }
            p.notice.bad data-verdict="browser" hidden { (t!("reach-no-webrtc")) }
            p.notice.bad data-verdict="often" hidden { (t!("reach-often")) }
            p.notice.bad data-verdict="away" hidden { (t!("reach-away")) }
            div.notice data-missing hidden {
                p { (t!("reach-codecs")) }
                ul { @for codec in ["VP8", "H264", "VP9", "AV1"] { li data-codec={ "video/" (codec) } hidden { (codec) } } }
            }
        }
    }
}
