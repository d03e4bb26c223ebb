//! What a seller answers to the bank of a buyer who disputes a payment: our own facts.

use crate::{
    amount::Money,
    id::PurchaseId,
    time::{Millis, Span},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Shows that are named.
pub const MOST_STAYS: i64 = 50;
/// The longest text, in characters, that the provider takes.
pub const LONGEST_EVIDENCE: usize = 20_000;

/// A show that a buyer watched, in all stays together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedShow {
    pub title: String,
    pub from: Millis,
    pub until: Millis,
    pub watched: Span,
}

/// What we know of an order that a bank may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceFacts {
    pub number: Option<i64>,
    pub title: String,
    pub space: String,
    pub buyer: String,
    /// Empty if the account was deleted.
    pub email: String,
    pub paid: Money,
    pub paid_at: Millis,
    /// The version of the terms that was agreed to, and when.
    pub terms: Option<(i64, Option<Millis>)>,
    /// It was bought for somebody else: what follows is about whoever took it.
    pub gift: bool,
    /// When the buyer got the pass.
    pub granted_at: Option<Millis>,
    /// What they watched since, the oldest first.
    pub watched: Vec<WatchedShow>,
}

/// Sends what a seller answered to the payment provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendEvidence {
    pub purchase: PurchaseId,
    /// Counts the answers of a seller: one that the provider refused may be written anew.
    pub at: Millis,
}

impl SendEvidence {
    /// Under this key it is enqueued once.
    pub fn key(&self) -> String {
        format!("evidence:{}:{}", self.purchase, self.at.0)
    }
}

impl Job for SendEvidence {
    const NAME: &'static str = "send_evidence";
    const LANE: Lane = Lane::Money;
}
