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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Currency;

    const FIVE: Money = Money { minor: 500, currency: Currency::Eur };

    fn order() -> PlanOrder {
        PlanOrder {
            every: Interval::Month,
            each: FIVE,
            trial_days: None,
            setup_fee: None,
            instalments: None,
            provider: Some(("cus_1".into(), "price_1".into())),
        }
    }

    #[test]
    fn the_provider_is_asked_for_what_was_promised_once_it_knows_buyer_and_price() {
        let plain = PlanRequest {
            customer: "cus_1".into(),
            price: "price_1".into(),
            trial_days: None,
            setup_fee: None,
        };
        let fee = SetupFee { title: "Circle".into(), amount: Money { minor: 300, ..FIVE } };
        for (order, want) in [
            (order(), Some(plain.clone())),
            (PlanOrder { provider: None, ..order() }, None),
            (
                PlanOrder { trial_days: Some(14), ..order() },
                Some(PlanRequest { trial_days: Some(14), ..plain.clone() }),
            ),
            (
                PlanOrder { setup_fee: Some(300), ..order() },
                Some(PlanRequest { setup_fee: Some(fee), ..plain }),
            ),
        ] {
            assert_eq!(order.request("Circle"), want, "{order:?}");
        }
        let fees = [None, Some(300)].map(|setup_fee| PlanOrder { setup_fee, ..order() }.setup_fee());
        assert_eq!(fees, [None, Some(Money { minor: 300, ..FIVE })]);
    }
}
