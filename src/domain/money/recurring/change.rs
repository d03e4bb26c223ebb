//! From the month to the year, and back: asked about first, then done at the price that was told.

use crate::{
    money::{
        billing::{ChangeCost, Interval, PlanChange, SubscriptionStatus},
        recurring::subscription::Subscription,
    },
    time::{Millis, Span},
};

/// How long what the provider told stands.
pub const STANDS_FOR: Span = Span::minutes(15);

/// What another plan costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPreview {
    pub every: Interval,
    /// The provider's ids of what is changed, and of its new price.
    pub item: String,
    pub price: String,
    /// Divides the old price from the new one.
    pub at: Millis,
    pub cost: ChangeCost,
}

impl PlanPreview {
    pub fn stands(&self, now: Millis) -> bool {
        self.at <= now && now < self.at + STANDS_FOR
    }

    /// The change that costs this.
    pub fn change(&self, subscription: &str) -> PlanChange {
        PlanChange {
            subscription: subscription.to_owned(),
            item: self.item.clone(),
            price: self.price.clone(),
            date: self.at,
        }
    }
}

/// Whether another plan can be chosen, or a pause begin: nothing is owed, and it goes on.
pub fn may_change(subscription: &Subscription) -> bool {
    matches!(subscription.status, SubscriptionStatus::Active | SubscriptionStatus::Trialing)
        && subscription.instalments.is_none()
        && !subscription.ends_with_period
        && !subscription.collection_paused
        && subscription.refused.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::{Currency, Money};

    #[test]
    fn a_preview_stands_for_a_while_and_names_its_own_moment() {
        let cost = Money { minor: 4_500, currency: Currency::Eur };
        let at = Millis(1_000_000);
        let preview = PlanPreview {
            every: Interval::Year,
            item: "si_1".into(),
            price: "price_2".into(),
            at,
            cost: ChangeCost { total: cost, due: cost },
        };
        for (now, stands) in
            [(at, true), (at + STANDS_FOR + Span(-1), true), (at + STANDS_FOR, false), (at + Span(-1), false)]
        {
            assert_eq!(preview.stands(now), stands, "{now:?}");
        }
        let change = preview.change("sub_1");
        assert_eq!((change.subscription.as_str(), change.date), ("sub_1", at));
        assert_eq!((change.item, change.price), (preview.item, preview.price));
    }
}
