//! Follow-up jobs about payouts.

use crate::{
    id::{AccountId, PayoutId},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// The run of a week: decides what is paid out. However often it runs, it decides once for each team and currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunPayouts {
    pub week: i64,
}

impl Job for RunPayouts {
    const NAME: &'static str = "run_payouts";
    const LANE: Lane = Lane::Payouts;
}

/// Brings a payout as far as it can go now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPayout {
    pub payout: PayoutId,
}

impl Job for SendPayout {
    const NAME: &'static str = "send_payout";
    const LANE: Lane = Lane::Payouts;
}

/// Asks how the account of a seller is, and keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskSellerAccount {
    pub account: String,
}

impl Job for AskSellerAccount {
    const NAME: &'static str = "ask_seller_account";
    const LANE: Lane = Lane::Payouts;
}

/// The mail that tells an owner of a team that a payout failed. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPayoutFailure {
    pub payout: PayoutId,
    pub reader: AccountId,
}

impl Job for SendPayoutFailure {
    const NAME: &'static str = "send_payout_failure";
    const LANE: Lane = Lane::Receipts;
}
