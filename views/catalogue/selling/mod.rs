//! The part of a pass's form that says how the pass is sold beside its price.

pub mod cards;
pub mod chosen;
pub mod plans;
pub mod till;

use crate::{
    form::{self, Errors, Field},
    t,
};
use domain::{
    catalogue::{schedule, zone::Zone},
    money::selling::{Selling, Waitlist},
    time::Millis,
};
use maud::{Markup, html};

/// These fields as submitted.
#[derive(Clone, Debug, Default)]
pub struct SellingDraft {
    pub stock: String,
    /// In the format of `datetime-local` inputs, as are the other moments.
    pub opens: String,
    pub closes: String,
    pub hidden: bool,
    pub days: String,
    pub until: String,
    /// The code of who gets it; empty is as whoever wants it.
    pub waitlist: String,
}

/// Its fields in the order of the form.
const FIELDS: [&str; 6] =
    ["stock", "sales_open_at", "sales_close_at", "access_days", "access_until", "waitlist"];

impl SellingDraft {
    /// As saved, with times in the zone of the space.
    pub fn of(selling: &Selling, zone: Option<&Zone>) -> Self {
        let zone = zone.cloned().unwrap_or(Zone::UTC);
        let local = |at: Option<Millis>| at.map_or_else(String::new, |at| schedule::written(at, &zone));
        let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
        Self {
            stock: number(selling.stock),
            opens: local(selling.window.opens_at),
            closes: local(selling.window.closes_at),
            hidden: selling.hidden,
            days: number(selling.lasting.days()),
            until: local(selling.lasting.until()),
            waitlist: selling.waitlist.code().into(),
        }
    }

    fn is_empty(&self) -> bool {
        let texts = [&self.stock, &self.opens, &self.closes, &self.days, &self.until];
        let open = ["", Waitlist::Off.code()].contains(&self.waitlist.as_str());
        !self.hidden && open && texts.iter().all(|text| text.is_empty())
    }
}

/// Few passes need any of it, so it is closed until something is filled in or wrong.
pub fn fields(draft: &SellingDraft, zone: Option<&Zone>, errors: &Errors) -> Markup {
    let open = !draft.is_empty() || FIELDS.iter().any(|field| errors.has("pass", field));
    let times = match zone {
        None => t!("catalogue-selling-utc"),
        Some(zone) => t!("catalogue-selling-zone", zone = zone.name()).into(),
    };
    let moment = |name, label: &str, value: &str, hint: &str| {
        Field::input("pass", name, label, value).kind("datetime-local").hint(hint).show(errors)
    };
    let number = |name, label: &str, value: &str, hint: &str| {
        Field::input("pass", name, label, value).max(7).inputmode("numeric").hint(hint).show(errors)
    };
    html! {
        details.rare open[open] {
            summary { (t!("catalogue-selling")) }
            div.stack {
                (number("stock", &t!("form-field-stock"), &draft.stock, &t!("catalogue-selling-stock-hint")))
                (moment("sales_open_at", &t!("form-field-sales-open-at"), &draft.opens, &times))
                (moment("sales_close_at", &t!("form-field-sales-close-at"), &draft.closes, &t!("catalogue-selling-close-hint")))
                (number("access_days", &t!("form-field-access-days"), &draft.days, &t!("catalogue-selling-days-hint")))
                (moment("access_until", &t!("form-field-access-until"), &draft.until, &t!("catalogue-selling-until-hint")))
                (who(draft, errors))
                label.choice { input type="checkbox" name="hidden" value="1" checked[draft.hidden]; (t!("catalogue-selling-hidden")) }
            }
        }
    }
}

/// Who gets the pass.
fn who(draft: &SellingDraft, errors: &Errors) -> Markup {
    let words = |waitlist| match waitlist {
        Waitlist::Off => t!("waitlist-selling-off"),
        Waitlist::Apply => t!("waitlist-selling-apply"),
        Waitlist::Queue => t!("waitlist-selling-queue"),
    };
    let options = html! {
        @for one in Waitlist::ALL { option value=(one.code()) selected[one.code() == draft.waitlist] { (words(one)) } }
    };
    form::choice("pass", "waitlist", html! { (t!("waitlist-selling")) }, errors, options)
}
