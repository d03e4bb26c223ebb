//! The records of Connect: accounts of sellers, and money on its way to them.

use crate::book::billing::Metadata;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    pub created: i64,
    pub email: Option<String>,
    pub country: String,
    pub state: AccountState,
    pub metadata: Metadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Its owner has not entered anything yet.
    Started,
    /// Everything was entered, and is being checked.
    Checking,
    Ready,
    /// Something is missing: it gets transfers, but no payouts.
    Restricted,
    Rejected,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transfer {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub account: String,
    pub group: Option<String>,
    pub reversed: i64,
    /// When it was taken back last.
    #[serde(default)]
    pub reversed_at: Option<i64>,
    pub metadata: Metadata,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payout {
    pub id: String,
    pub created: i64,
    pub amount: i64,
    pub currency: String,
    pub account: String,
    pub status: PayoutStatus,
    pub metadata: Metadata,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutStatus {
    InTransit,
    Paid,
    Failed,
}
