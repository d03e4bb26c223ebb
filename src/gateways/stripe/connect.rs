//! Stripe Connect: accounts of sellers, transfers to them, and payouts from them to banks.

use super::{
    StripePayments,
    forms::{CallError, encoded},
    payment_error, refund_error,
    views::{Address, Named},
};
use domain::{
    amount::{Currency, Money},
    clock::BoxFuture,
    id::{PayoutId, TeamId},
    money::{
        payments::PaymentError,
        payouts::{
            account::SellerFacts,
            provider::{
                BankFacts, BankStatus, OnboardingRequest, SellerPayments, TransferFacts, TransferRequest,
            },
        },
    },
    time::{Millis, Span},
};
use miniserde::Deserialize;
use std::collections::BTreeMap;
use stripe::{IdempotencyKey, RequestStrategy, StripeError};
use stripe_client_core::{RequestBuilder, StripeMethod};
use stripe_shared::{AccountId, ApiErrorsCode};

/// The metadata keys under which objects carry our ids.
const TEAM: &str = "team";
const PAYOUT: &str = "payout";
/// Clocks may differ by so much: what was made before a payout was decided is not it.
const SKEW: Span = Span::hours(1);

#[derive(Deserialize)]
struct Seller {
    id: String,
    metadata: Option<BTreeMap<String, String>>,
    details_submitted: Option<bool>,
    payouts_enabled: Option<bool>,
    capabilities: Option<Capabilities>,
    requirements: Option<Requirements>,
}

#[derive(Deserialize)]
struct Capabilities {
    transfers: Option<String>,
}

#[derive(Deserialize)]
struct Requirements {
    currently_due: Option<Vec<String>>,
    past_due: Option<Vec<String>>,
    disabled_reason: Option<String>,
}

impl Seller {
    fn facts(self) -> SellerFacts {
        let transfers = self.capabilities.and_then(|all| all.transfers);
        let (mut due, mut disabled) = (Vec::new(), None);
        if let Some(asked) = self.requirements {
            due.extend(asked.currently_due.unwrap_or_default());
            due.extend(asked.past_due.unwrap_or_default());
            disabled = asked.disabled_reason;
        }
        due.sort_unstable();
        due.dedup();
        SellerFacts {
            id: self.id,
            reference: self.metadata.and_then(|mut all| all.remove(TEAM)),
            submitted: self.details_submitted == Some(true),
            transfers: transfers.as_deref() == Some("active"),
            payouts: self.payouts_enabled == Some(true),
            due,
            disabled,
        }
    }
}

#[derive(Deserialize)]
struct TransferView {
    id: String,
    amount: i64,
    amount_reversed: i64,
    currency: String,
    destination: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl TransferView {
    fn facts(mut self) -> Result<TransferFacts, PaymentError> {
        Ok(TransferFacts {
            amount: money(self.amount, &self.currency)?,
            reversed: self.amount_reversed,
            account: self.destination.unwrap_or_default(),
            reference: self.metadata.remove(PAYOUT),
            id: self.id,
        })
    }
}

#[derive(Deserialize)]
struct Transfers {
    data: Vec<TransferView>,
}

#[derive(Deserialize)]
struct BankView {
    id: String,
    amount: i64,
    currency: String,
    status: String,
    failure_code: Option<String>,
    failure_message: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

impl BankView {
    fn is_of(&self, payout: PayoutId) -> bool {
        let reference = self.metadata.as_ref().and_then(|all| all.get(PAYOUT));
        reference.is_some_and(|reference| *reference == payout.to_string())
    }

    fn facts(self) -> Result<BankFacts, PaymentError> {
        let status = match self.status.as_str() {
            "paid" => BankStatus::Paid,
            "failed" | "canceled" => BankStatus::Failed,
            _ => BankStatus::OnItsWay,
        };
        let why = self.failure_message.or(self.failure_code).filter(|_| status == BankStatus::Failed);
        Ok(BankFacts { id: self.id, amount: money(self.amount, &self.currency)?, status, why })
    }
}

#[derive(Deserialize)]
struct BankPayouts {
    data: Vec<BankView>,
}

fn money(minor: i64, currency: &str) -> Result<Money, PaymentError> {
    let currency: Currency = currency.parse().map_err(super::refused)?;
    Ok(Money { minor, currency })
}

/// Why a call that moves money failed: it has to know whether its key is used up.
pub(super) fn moving(error: CallError) -> PaymentError {
    match error {
        CallError::Before(error) => error,
        CallError::Answer(StripeError::Stripe(error, status))
            if error.code == Some(ApiErrorsCode::BalanceInsufficient) =>
        {
            PaymentError::Short(format!("{status} {}", error.message.unwrap_or_default()))
        }
        CallError::Answer(error) => refund_error(error),
    }
}

impl StripePayments {
    async fn new_seller(&self, team: TeamId, key: &str) -> Result<SellerFacts, PaymentError> {
        let form = [
            ("type", "express".to_owned()),
            ("capabilities[transfers][requested]", "true".to_owned()),
            ("settings[payouts][schedule][interval]", "manual".to_owned()),
            ("metadata[team]", team.to_string()),
        ];
        let made: Seller = self.once("/accounts".into(), &form, key).await.map_err(moving)?;
        Ok(made.facts())
    }

    async fn onboarding_page(&self, request: OnboardingRequest) -> Result<String, PaymentError> {
        let form = [
            ("account", request.account),
            ("type", "account_onboarding".to_owned()),
            ("return_url", request.return_url),
            ("refresh_url", request.refresh_url),
        ];
        let page: Address = self.set("/account_links".into(), &form).await?;
        Ok(page.url)
    }

    async fn new_transfer(&self, request: TransferRequest) -> Result<TransferFacts, PaymentError> {
        let form = [
            ("amount", request.amount.minor.to_string()),
            ("currency", request.amount.currency.code().to_owned()),
            ("destination", request.account),
            ("transfer_group", request.payout.to_string()),
            ("metadata[payout]", request.payout.to_string()),
        ];
        let made: Result<TransferView, _> =
            self.once("/transfers".into(), &form, &request.idempotency_key).await;
        made.map_err(moving)?.facts()
    }

    /// Transfers are listed by the group that we name them by, so one is found however its request ended.
    async fn find_transfer(&self, payout: PayoutId) -> Result<Option<TransferFacts>, PaymentError> {
        let query = [("transfer_group", payout.to_string()), ("limit", "2".to_owned())];
        let found: Transfers = self.get("/transfers".into(), &query).await?;
        let mut all = found.data.into_iter();
        match (all.next(), all.next()) {
            (Some(_), Some(_)) => Err(super::refused("a payout has two transfers")),
            (one, _) => one.map(TransferView::facts).transpose(),
        }
    }

    async fn reverse(&self, transfer: &str, payout: PayoutId, key: &str) -> Result<(), PaymentError> {
        let form = [("metadata[payout]", payout.to_string())];
        let path = format!("/transfers/{transfer}/reversals");
        let made: Result<Named, _> = self.once(path, &form, key).await;
        made.map(drop).map_err(moving)
    }

    async fn new_bank_payout(&self, request: TransferRequest) -> Result<BankFacts, PaymentError> {
        let key = IdempotencyKey::new(&request.idempotency_key).map_err(super::refused)?;
        let account = AccountId::from(request.account.as_str());
        let mut call = RequestBuilder::new(StripeMethod::Post, "/payouts");
        call.body = Some(encoded(&[
            ("amount", request.amount.minor.to_string()),
            ("currency", request.amount.currency.code().to_owned()),
            ("metadata[payout]", request.payout.to_string()),
        ]));
        let call = call.customize::<BankView>().account_id(account);
        let call = call.request_strategy(RequestStrategy::Idempotent(key));
        call.send(&self.client).await.map_err(refund_error)?.facts()
    }

    /// A question in the name of an account.
    async fn get_of<T: miniserde::Deserialize>(
        &self,
        account: &str,
        path: String,
        pairs: &[(&str, String)],
    ) -> Result<T, PaymentError> {
        let account = AccountId::from(account);
        let mut call = RequestBuilder::new(StripeMethod::Get, path);
        call.query = (!pairs.is_empty()).then(|| encoded(pairs));
        call.customize::<T>().account_id(account).send(&self.client).await.map_err(payment_error)
    }

    async fn find_bank_payout(
        &self,
        account: &str,
        payout: PayoutId,
        since: Millis,
    ) -> Result<Option<BankFacts>, PaymentError> {
        let since = (since.0 - SKEW.0).div_euclid(1000).to_string();
        let query = [("created[gte]", since), ("limit", "100".to_owned())];
        let found: BankPayouts = self.get_of(account, "/payouts".into(), &query).await?;
        found.data.into_iter().find(|one| one.is_of(payout)).map(BankView::facts).transpose()
    }
}

impl SellerPayments for StripePayments {
    fn create_seller(
        &self,
        team: TeamId,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<SellerFacts, PaymentError>> {
        Box::pin(async move { self.new_seller(team, &idempotency_key).await })
    }

    fn seller(&self, account: String) -> BoxFuture<'_, Result<SellerFacts, PaymentError>> {
        Box::pin(async move {
            let found: Seller = self.get(format!("/accounts/{account}"), &[]).await?;
            Ok(found.facts())
        })
    }

    fn open_onboarding(&self, request: OnboardingRequest) -> BoxFuture<'_, Result<String, PaymentError>> {
        Box::pin(self.onboarding_page(request))
    }

    fn send_transfer(&self, request: TransferRequest) -> BoxFuture<'_, Result<TransferFacts, PaymentError>> {
        Box::pin(self.new_transfer(request))
    }

    fn transfer(&self, id: String) -> BoxFuture<'_, Result<TransferFacts, PaymentError>> {
        Box::pin(async move {
            let found: TransferView = self.get(format!("/transfers/{id}"), &[]).await?;
            found.facts()
        })
    }

    fn transfer_of(&self, payout: PayoutId) -> BoxFuture<'_, Result<Option<TransferFacts>, PaymentError>> {
        Box::pin(self.find_transfer(payout))
    }

    fn take_back(
        &self,
        transfer: String,
        payout: PayoutId,
        idempotency_key: String,
    ) -> BoxFuture<'_, Result<(), PaymentError>> {
        Box::pin(async move { self.reverse(&transfer, payout, &idempotency_key).await })
    }

    fn pay_out(&self, request: TransferRequest) -> BoxFuture<'_, Result<BankFacts, PaymentError>> {
        Box::pin(self.new_bank_payout(request))
    }

    fn bank_payout(&self, account: String, id: String) -> BoxFuture<'_, Result<BankFacts, PaymentError>> {
        Box::pin(async move {
            let found: BankView = self.get_of(&account, format!("/payouts/{id}"), &[]).await?;
            found.facts()
        })
    }

    fn bank_payout_of(
        &self,
        account: String,
        payout: PayoutId,
        since: Millis,
    ) -> BoxFuture<'_, Result<Option<BankFacts>, PaymentError>> {
        Box::pin(async move { self.find_bank_payout(&account, payout, since).await })
    }
}
