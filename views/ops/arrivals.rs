//! Whether what happens at the payment provider arrives here: by webhooks, or found by a sweep.

use crate::{
    ops::names,
    parts::{self, When},
    rich, t,
};
use domain::{money::payments::WebhookRefusal, time::Millis};
use maud::{Markup, html};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The last accepted webhook.
    pub webhook: Option<Millis>,
    pub sweep: Option<SweepSeen>,
    /// The last refused webhook, and why.
    pub refusal: Option<(WebhookRefusal, Millis)>,
}

/// What sweeps have found that no webhook had brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepSeen {
    /// When the last one has ended.
    pub at: Millis,
    pub found: i64,
    /// How many events the last one found that found any, and when.
    pub lost: Option<(i64, Millis)>,
}

/// In sentences.
pub fn arrivals(of: &Arrivals) -> Markup {
    let time = |at: Millis| parts::time(at, When::Second);
    html! {
        @match of.webhook {
            Some(at) => (rich!("opsmoney-webhook"; time => |_| time(at))),
            None => (t!("opsmoney-no-webhook")),
        }
        " "
        @match of.sweep {
            Some(sweep) => (rich!("opsmoney-sweep", count = sweep.found; time => |_| time(sweep.at))),
            None => (t!("opsmoney-no-sweep")),
        }
        @if let Some((count, at)) = of.sweep.and_then(|sweep| sweep.lost.filter(|_| sweep.found == 0)) {
            " " (rich!("opsmoney-sweep-lost", count = count; time => |_| time(at)))
        }
        @if let Some((reason, at)) = of.refusal {
            " " (rich!("opsmoney-refusal"; time => |_| time(at), reason => |_| html! { (names::webhook_refusal(reason)) }))
        }
    }
}
