//! Billing through its own calls, with its clock.

mod listing;
mod pages;
mod states;
mod year;

use super::{BillingCall, execute, sweep};
use crate::{
    book::{
        Book,
        records::{Change, Controls},
    },
    rules::{error::ApiError, params::Pairs},
};
use serde_json::Value;

/// 2026-01-31 10:00 UTC.
pub const START: i64 = 1_769_853_600;
pub const DAY: i64 = 24 * 3600;
pub const GOOD: &str = "4242424242424242";
pub const ASKS: &str = "4000002500003155";
pub const FAILS_LATER: &str = "4000000000000341";

pub struct World {
    pub book: Book,
}

impl World {
    pub fn new() -> Self {
        Self { book: Book::load("http://127.0.0.1:1", Vec::new()) }
    }

    pub fn call(&mut self, method: &str, path: &str, params: &[(&str, &str)]) -> Result<Value, ApiError> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let params: Pairs = params.iter().map(owned).collect();
        sweep(&mut self.book, START);
        execute(&mut self.book, &BillingCall { method, path, params: &params, account: None, now: START })
    }

    pub fn post(&mut self, path: &str, params: &[(&str, &str)]) -> Value {
        self.call("POST", path, params).unwrap_or_else(|error| panic!("{path}: {error:?}"))
    }

    pub fn get(&mut self, path: &str) -> Value {
        self.call("GET", path, &[]).unwrap_or_else(|error| panic!("{path}: {error:?}"))
    }

    /// Moves the billing clock on.
    pub fn wait(&mut self, seconds: i64) {
        let mut controls = self.book.controls().clone();
        controls.ahead += seconds;
        self.book.put(Change::Controls(controls));
        sweep(&mut self.book, START);
    }

    pub fn control(&mut self, change: impl FnOnce(&mut Controls)) {
        let mut controls = self.book.controls().clone();
        change(&mut controls);
        self.book.put(Change::Controls(controls));
    }

    pub fn price(&mut self, amount: &str, interval: &str) -> String {
        let price = self.post(
            "/v1/prices",
            &[
                ("currency", "eur"),
                ("unit_amount", amount),
                ("recurring[interval]", interval),
                ("product_data[name]", "Front row"),
            ],
        );
        id(&price)
    }

    /// A customer who pays with this card.
    pub fn customer(&mut self, number: &str) -> String {
        let customer = id(&self.post("/v1/customers", &[("email", "kim@example.org")]));
        self.card(&customer, number);
        customer
    }

    pub fn card(&mut self, customer: &str, number: &str) -> String {
        let card = self.post(
            "/v1/payment_methods",
            &[
                ("type", "card"),
                ("card[number]", number),
                ("card[exp_month]", "12"),
                ("card[exp_year]", "2040"),
            ],
        );
        let card = id(&card);
        self.post(&format!("/v1/payment_methods/{card}/attach"), &[("customer", customer)]);
        let preferred = [("invoice_settings[default_payment_method]", card.as_str())];
        self.post(&format!("/v1/customers/{customer}"), &preferred);
        card
    }

    pub fn subscribe(&mut self, customer: &str, price: &str, more: &[(&str, &str)]) -> Value {
        let mut params = vec![("customer", customer), ("items[0][price]", price)];
        params.extend(more);
        self.post("/v1/subscriptions", &params)
    }

    pub fn status(&self, subscription: &str) -> String {
        let found = &self.book.billing().subscriptions[subscription];
        serde_json::to_value(found.status).expect("JSON").as_str().expect("a word").to_owned()
    }

    /// Reason, status and amount of each invoice, in the order of their creation.
    pub fn invoices(&self) -> Vec<(String, String, i64)> {
        let mut found: Vec<_> = self.book.billing().invoices.values().collect();
        found.sort_by_key(|invoice| invoice.created);
        let told =
            found.into_iter().map(|one| (one.reason.clone(), format!("{:?}", one.status), one.amount_due));
        told.collect()
    }

    /// The kinds of all events so far, oldest first.
    pub fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<_> = self.book.events(START).map(|event| event.kind.clone()).collect();
        kinds.reverse();
        kinds
    }
}

pub fn id(object: &Value) -> String {
    object["id"].as_str().expect("an id").to_owned()
}
