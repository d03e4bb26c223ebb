//! An order that begins a subscription: what was promised is what is charged.

use crate::{
    amount::Money,
    money::{
        billing::{Interval, SetupFee},
        payments::PlanRequest,
    },
};

/// The plan of an order, copied from the price when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOrder {
    pub every: Interval,
    /// What is charged each time.
    pub each: Money,
    pub trial_days: Option<i64>,
    /// In minor units.
    pub setup_fee: Option<i64>,
    /// How often it is charged; `None`: until somebody ends it.
    pub instalments: Option<i64>,
    /// The provider's ids of the buyer and of the price, once it knows both.
    pub provider: Option<(String, String)>,
}

impl PlanOrder {
    pub fn setup_fee(&self) -> Option<Money> {
        Some(Money { minor: self.setup_fee?, ..self.each })
    }

    /// What the provider is asked for; `None` before it knows the buyer and the price.
    pub fn request(&self, title: &str) -> Option<PlanRequest> {
        let (customer, price) = self.provider.clone()?;
        Some(PlanRequest {
            customer,
            price,
            trial_days: self.trial_days.and_then(|days| u32::try_from(days).ok()),
            setup_fee: self.setup_fee().map(|amount| SetupFee { title: title.to_owned(), amount }),
        })
    }
}
