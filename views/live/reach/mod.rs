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

/// `addresses`: where live pictures come from, by UDP and by TCP.
pub fn page(shell: &Shell, addresses: &[SocketAddr]) -> Markup {
    let head = Page { title: &t!("reach-title"), scripts: &["reach.js"], ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                h1 { (t!("reach-title")) }
                p.lead { (t!("reach-lead")) }
                section.stack data-reach=(PATH) aria-label=(t!("reach-title")) {
                    (ways())
                    (verdicts())
                    p { button.button.primary type="button" data-do="check" hidden { (t!("reach-start")) } }
                    noscript { p.notice { (t!("reach-no-scripts")) } }
                }
                h2 { (t!("reach-networks")) }
                p { (t!("reach-allow")) }
                ul { @for address in addresses { li { (t!("reach-address", ip = address.ip().to_string(), port = address.port().to_string())) } } }
            }
        },
    )
}

/// What is tried. One of the words about each is shown.
fn ways() -> Markup {
    let ways = [("browser", t!("reach-browser")), ("udp", t!("reach-udp")), ("tcp", t!("reach-tcp"))];
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
    }
}

/// What it means and what to do. One of these is shown, and the codecs beside it if some are missing.
fn verdicts() -> Markup {
    html! {
        div role="status" {
            p.notice.good data-verdict="well" hidden { (rich!("reach-well"; link => |words| html! { a href=(Document::Contact.path()) { (words) } })) }
            p.notice data-verdict="tcp" hidden { (t!("reach-only-tcp")) }
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
