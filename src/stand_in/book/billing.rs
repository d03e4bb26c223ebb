//! The records of billing: what is sold, who buys it, with which card, and what becomes due.

use crate::book::{
    connect::{Account, Payout, Transfer},
    records::Change,
    subscriptions::{Invoice, Subscription},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub type Metadata = BTreeMap<String, String>;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Product {
    pub id: String,
    pub created: i64,
    pub name: String,
    pub active: bool,
    pub metadata: Metadata,
}

/// A price never changes, only whether it is active.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Price {
    pub id: String,
    pub created: i64,
    pub product: String,
    pub currency: String,
    pub amount: i64,
    /// How often it is charged; `None` for once.
    pub interval: Option<Interval>,
    pub active: bool,
    pub metadata: Metadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interval {
    Month,
    Year,
}

impl Interval {
    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Customer {
    pub id: String,
    pub created: i64,
    pub email: Option<String>,
    pub name: Option<String>,
    /// Fixed by the first invoice.
    pub currency: Option<String>,
    /// What the customer owes beside invoices, in minor units; negative is credit, which later invoices use up.
    pub balance: i64,
    pub default_method: Option<String>,
    pub metadata: Metadata,
}

/// A card. Its number alone decides what it does (`rules/billing/cards.rs`).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Method {
    pub id: String,
    pub created: i64,
    pub customer: Option<String>,
    pub number: String,
    pub exp_month: i64,
    pub exp_year: i64,
    /// The buyer has confirmed it to the bank, for later payments without them.
    pub authenticated: bool,
}

/// An attempt to save a card.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Setup {
    pub id: String,
    pub created: i64,
    pub customer: Option<String>,
    pub status: SetupStatus,
    pub method: Option<String>,
    pub metadata: Metadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupStatus {
    RequiresPaymentMethod,
    RequiresAction,
    Succeeded,
    Canceled,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Coupon {
    pub id: String,
    pub created: i64,
    pub percent_off: Option<i64>,
    pub amount_off: Option<i64>,
    pub currency: Option<String>,
    /// Off every invoice, instead of the first alone.
    pub forever: bool,
    pub max_redemptions: Option<i64>,
    pub times_redeemed: i64,
}

/// What a buyer types to get a coupon.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Promotion {
    pub id: String,
    pub created: i64,
    pub code: String,
    pub coupon: String,
    pub active: bool,
    pub expires_at: Option<i64>,
    pub max_redemptions: Option<i64>,
    pub times_redeemed: i64,
}

/// A visit to the customer portal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Portal {
    pub id: String,
    pub created: i64,
    pub customer: String,
    pub return_url: Option<String>,
}

/// Makes the shelves, the records that they hold, and the change that puts one of them there.
macro_rules! shelves {
    ($($shelf:ident: $kind:ident),* $(,)?) => {
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Record {
            $($kind($kind)),*
        }

        /// All records of billing, by id.
        #[derive(Default)]
        pub struct Shelves {
            $(pub $shelf: BTreeMap<String, $kind>,)*
            /// `(when, id)` of subscriptions and invoices to which something happens by itself.
            due: BTreeSet<(i64, String)>,
        }

        impl Shelves {
            pub fn apply(&mut self, record: Record) {
                self.plan(&record);
                match record {
                    $(Record::$kind(one) => drop(self.$shelf.insert(one.id.clone(), one)),)*
                }
            }

            pub fn snapshot(&self) -> Vec<Record> {
                let mut all = Vec::new();
                $(all.extend(self.$shelf.values().cloned().map(Record::$kind));)*
                all
            }
        }

        $(impl From<$kind> for Change {
            fn from(one: $kind) -> Self {
                Self::Billing(Record::$kind(one))
            }
        })*
    };
}

shelves! {
    products: Product,
    prices: Price,
    customers: Customer,
    methods: Method,
    setups: Setup,
    coupons: Coupon,
    promotions: Promotion,
    portals: Portal,
    subscriptions: Subscription,
    invoices: Invoice,
    accounts: Account,
    transfers: Transfer,
    payouts: Payout,
}

impl Shelves {
    /// Replaces the moment that is planned for the record.
    fn plan(&mut self, record: &Record) {
        let (id, old, new) = match record {
            Record::Subscription(one) => {
                (&one.id, self.subscriptions.get(&one.id).and_then(|old| old.due_at), one.due_at)
            }
            Record::Invoice(one) => {
                (&one.id, self.invoices.get(&one.id).and_then(|old| old.due_at), one.due_at)
            }
            _ => return,
        };
        if let Some(at) = old {
            self.due.remove(&(at, id.clone()));
        }
        if let Some(at) = new {
            self.due.insert((at, id.clone()));
        }
    }

    /// The earliest moment that has come at `at`, and to which record.
    pub fn first_due(&self, at: i64) -> Option<(i64, String)> {
        self.due.first().filter(|(due, _)| *due <= at).cloned()
    }

    /// The card with which a customer pays: the subscription's own one, else the customer's.
    pub fn method_for(&self, customer: &str, own: Option<&String>) -> Option<&Method> {
        let id = own.or_else(|| self.customers.get(customer)?.default_method.as_ref())?;
        self.methods.get(id).filter(|method| method.customer.as_deref() == Some(customer))
    }

    /// The cards that a customer has saved, newest first.
    pub fn methods_of(&self, customer: Option<&str>) -> Vec<Method> {
        let saved =
            self.methods.values().filter(|one| one.customer.is_some() && one.customer.as_deref() == customer);
        let mut saved: Vec<_> = saved.cloned().collect();
        saved.sort_by_key(|one| std::cmp::Reverse(one.created));
        saved
    }

    /// The subscriptions of a customer, newest first.
    pub fn subscriptions_of(&self, customer: &str) -> Vec<&Subscription> {
        let mut found: Vec<_> = self.subscriptions.values().filter(|one| one.customer == customer).collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.created));
        found
    }
}
