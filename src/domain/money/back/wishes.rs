//! Refunds that buyers ask for: what bounds them, and the mail about them.

use crate::{
    id::{AccountId, RefundWishId},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// How often a buyer may ask about one order. Each time is a row and mail to the seller.
pub const MOST_WISHES: i64 = 3;
/// The longest reason, and the longest answer, in characters.
pub const LONGEST_REASON: usize = 1000;

/// What a seller answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WishAnswer {
    /// In part or in full.
    Refunded,
    Declined,
}

impl WishAnswer {
    pub const ALL: [Self; 2] = [Self::Refunded, Self::Declined];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Declined => "declined",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.code() == code)
    }
}

/// The mail that tells a member of the team that a buyer asks for a refund. It is not sent once that is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRefundWish {
    pub wish: RefundWishId,
    pub reader: AccountId,
}

impl SendRefundWish {
    /// Under this key it is enqueued once.
    pub fn key(&self) -> String {
        format!("refund-wish:{}:{}", self.wish, self.reader)
    }
}

impl Job for SendRefundWish {
    const NAME: &'static str = "send_refund_wish";
    const LANE: Lane = Lane::Notices;
}

/// The mail that tells a buyer that no refund is made. A refund has a mail of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendRefundDeclined {
    pub wish: RefundWishId,
}

impl SendRefundDeclined {
    /// Under this key it is enqueued once.
    pub fn key(&self) -> String {
        format!("refund-declined:{}", self.wish)
    }
}

impl Job for SendRefundDeclined {
    const NAME: &'static str = "send_refund_declined";
    const LANE: Lane = Lane::Receipts;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_answer_reads_back_as_it_was_written() {
        assert!(WishAnswer::ALL.into_iter().all(|one| WishAnswer::from_code(one.code()) == Some(one)));
        assert_eq!(WishAnswer::from_code("perhaps"), None);
    }
}
