//! The port to the payment provider's accounts of sellers. What it returns are facts as the provider reports them at this moment.

use crate::{
    amount::Money,
    clock::BoxFuture,
    id::{PayoutId, TeamId},
    money::{payments::PaymentError, payouts::account::SellerFacts},
    time::Millis,
};

/// A transfer from us to the account of a seller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferFacts {
    pub id: String,
    pub amount: Money,
    /// How much of it was taken back, in minor units.
    pub reversed: i64,
    /// The provider's id of the account that got it.
    pub account: String,
    /// Our id of the payout.
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BankStatus {
    OnItsWay,
    Paid,
    /// Or cancelled: the money is in the account at the provider.
    Failed,
}

/// A payout from the account of a seller to their bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankFacts {
    pub id: String,
    pub amount: Money,
    pub status: BankStatus,
    /// Why it failed.
    pub why: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRequest {
    pub payout: PayoutId,
    pub account: String,
    pub amount: Money,
    pub idempotency_key: String,
}

/// Where the provider's page for a seller leads: back, or to us for a new link when its own is too old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnboardingRequest {
    pub account: String,
    pub return_url: String,
    pub refresh_url: String,
}

/// Accounts of sellers, transfers to them, and payouts from them. Every call ends within seconds. Calls that move money say `Failed` when
/// the provider repeats its failure for their key.
pub trait SellerPayments: Send + Sync {
    /// Makes the account of a team, once for each key.
    fn create_seller(
        &self,
        team: TeamId,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<SellerFacts, PaymentError>>;
    fn seller(&self, account: String) -> BoxFuture<'_, Result<SellerFacts, PaymentError>>;
    /// The address of a page that is good once and for minutes.
    fn open_onboarding(&self, request: OnboardingRequest) -> BoxFuture<'_, Result<String, PaymentError>>;
    fn send_transfer(&self, request: TransferRequest) -> BoxFuture<'_, Result<TransferFacts, PaymentError>>;
    fn transfer(&self, id: String) -> BoxFuture<'_, Result<TransferFacts, PaymentError>>;
    /// The transfer of a payout, if there is one.
    fn transfer_of(&self, payout: PayoutId) -> BoxFuture<'_, Result<Option<TransferFacts>, PaymentError>>;
    /// Takes back all that is left of a transfer.
    fn take_back(
        &self,
        transfer: String,
        payout: PayoutId,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<(), PaymentError>>;
    /// Sends what a transfer brought from the account to the bank.
    fn pay_out(&self, request: TransferRequest) -> BoxFuture<'_, Result<BankFacts, PaymentError>>;
    fn bank_payout(&self, account: String, id: String) -> BoxFuture<'_, Result<BankFacts, PaymentError>>;
    /// The payout to the bank that carries our id, if one was made since then.
    fn bank_payout_of(
        &self,
        account: String,
        payout: PayoutId,
        since: Millis,
    ) -> BoxFuture<'_, Result<Option<BankFacts>, PaymentError>>;
}
