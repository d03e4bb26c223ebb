//! One attempt to pay: held → paying → paid | failed | expired.

use crate::{id::*, money::Money, time::{Millis, Span}};
use serde::{Deserialize, Serialize};

/// How long a checkout stands open: the shortest that Stripe allows for a Checkout Session is 30 minutes.
pub const OPEN_FOR: Span = Span::minutes(31);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// Ours alone so far: the provider has not been reached yet.
    Held,
    /// The provider has a pay page for it.
    Paying,
    Paid,
    Failed,
    Expired,
}

impl Payment {
    pub const ALL: [Self; 5] = [Self::Held, Self::Paying, Self::Paid, Self::Failed, Self::Expired];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Paying => "paying",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
    pub const fn settled(self) -> bool {
        matches!(self, Self::Paid | Self::Failed | Self::Expired)
    }
}

/// A checkout session as a row. The amount was copied from the pass when it began and is what is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    pub id: CheckoutId,
    pub purchase: PurchaseId,
    pub account: AccountId,
    pub email: String,
    pub space: SpaceId,
    pub pass: PassId,
    pub title: String,
    pub amount: Money,
    pub state: Payment,
    /// Counts from 1; a new attempt has a new idempotency key.
    pub attempt: i64,
    /// The stored request of the attempt, as it was sent; `None` before the first.
    pub request: Option<String>,
    pub provider_session: Option<String>,
    pub pay_url: Option<String>,
    pub created_at: Millis,
    pub expires_at: Millis,
}
