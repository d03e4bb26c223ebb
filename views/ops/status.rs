//! The public status page: what the operators' page calls unhealthy, without names.

use crate::{
    dom,
    layout::{self, Page, Shell},
    parts::{self, When},
    rich, t,
};
use domain::time::Millis;
use maud::{Markup, html};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Ok,
    /// Some people are affected.
    Degraded,
    Down,
}

impl Level {
    /// The value for monitors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

/// One part of the service.
#[derive(Clone, Debug)]
pub struct StatusPart {
    /// The identifier for monitors.
    pub code: &'static str,
    pub name: Cow<'static, str>,
    pub level: Level,
    /// What does not work; empty if all is well.
    pub words: String,
}

pub fn page(shell: &Shell, at: Millis, parts: &[StatusPart]) -> Markup {
    let worst = parts.iter().map(|part| part.level).max().unwrap_or(Level::Ok);
    let title = match worst {
        Level::Ok => t!("status-ok"),
        Level::Degraded => t!("status-degraded"),
        Level::Down => t!("status-down"),
    };
    let head = Page {
        title: &t!("status-title"),
        description: &t!("status-about"),
        refresh: Some(30),
        ..Page::default()
    };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.narrow.stack #(dom::MAIN) tabindex="-1" {
                div.verdict.bad[worst != Level::Ok] { h1 { span.dot.running[worst == Level::Ok].parked[worst != Level::Ok] aria-hidden="true" {} (title) } p { (rich!("status-as-of"; at => |_| parts::time(at, When::Second))) } }
                ul.statuses {
                    @for part in parts {
                        li.row {
                            span.dot.running[part.level == Level::Ok].parked[part.level != Level::Ok] aria-hidden="true" {}
                            strong { (part.name) }
                            span.push { @if part.words.is_empty() { (t!("status-works")) } @else { (part.words) } }
                        }
                    }
                }
                p.muted { (rich!("status-monitors"; link => |words| html! { a href="/status.json" { (words) } })) }
            }
        },
    )
}
