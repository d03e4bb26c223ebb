//! What a buyer agrees to by paying, beside each button that pays.

use crate::rich;
use domain::text::documents::Document;
use maud::{Markup, html};

/// That the pass is opened at once, which can end a right to withdraw. The order keeps the version of the text that it leads to.
pub fn notice() -> Markup {
    html! { p.muted { (rich!("order-withdrawal"; refunds => |words| html! { a href=(Document::Refunds.path()) { (words) } })) } }
}
