//! What a buyer agrees to by paying, beside each button that pays.

use crate::rich;
use domain::text::documents::Document;
use maud::{Markup, html};

/// That the pass is opened at once, which can end a right to withdraw. The order keeps the version of the text that it leads to.
pub fn notice() -> Markup {
    html! { p.muted { (rich!("order-withdrawal"; refunds => |words| html! { a href=(Document::Refunds.path()) { (words) } })) } }
}

/// The field that says which version of the text on refunds the page led to.
pub const REFUNDS: &str = "refunds";

/// It, in each form with a button that pays.
pub fn seen(version: i64) -> Markup {
    html! { input type="hidden" name=(REFUNDS) value=(version); }
}
