//! The ledger beside the provider: promised money that becomes available, and whether both have the same balance.

use super::provider;
use crate::{ServiceResult, Services};
use domain::{
    amount::Currency,
    money::{
        ledger::LedgerAccount,
        payments::{PaymentError, ProviderBalance},
    },
    time::{Millis, Span},
};
use std::sync::{Mutex, PoisonError};
use store::AccountSum;

/// How long to ask about a fee that the provider does not tell, and how often.
const ASK_FOR: Span = Span::days(30);
const ASK_AGAIN: Span = Span::hours(23);
/// Payments that are asked about in one round.
const MOST_ASKED: usize = 100;

/// The provider's balance as it was last seen, and when.
#[derive(Default)]
pub struct Seen(Mutex<Option<(Millis, Vec<ProviderBalance>)>>);

impl Seen {
    fn keep(&self, at: Millis, balances: Vec<ProviderBalance>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, balances));
    }

    fn last(&self) -> Option<(Millis, Vec<ProviderBalance>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The ledger and the provider side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub sums: Vec<AccountSum>,
    /// One for each currency in which either has money; empty if the provider was never reached.
    pub differences: Vec<Difference>,
    /// When the provider told its balance.
    pub seen: Option<Millis>,
    /// Why it does not tell it now.
    pub away: Option<String>,
}

/// Our money at the provider in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    pub currency: Currency,
    /// What the ledger says, of both accounts together: when promised money becomes available is up to the provider.
    pub ledger: i64,
    pub provider: i64,
}

/// Moves what can be used by now, and asks again about payments whose fee is not known.
pub async fn keep_up(services: &Services) -> ServiceResult<u64> {
    let (ledger, now) = (services.store.ledger(), services.now());
    let moved = ledger.move_available(now).await?;
    if services.payments.is_some() {
        let (since, asked) = (Millis(now.0 - ASK_FOR.0), Millis(now.0 - ASK_AGAIN.0));
        ledger.ask_again(since, asked, MOST_ASKED, now).await?;
    }
    Ok(moved)
}

/// Compares the ledger with the provider's balance now, or as it was when it was last told. The caller must be an operator.
pub async fn compare(services: &Services) -> ServiceResult<Comparison> {
    let away = match &services.payments {
        None => None,
        Some(_) => match provider(services)?.balance().await {
            Ok(balances) => {
                services.provider_seen.keep(services.now(), balances);
                None
            }
            Err(
                PaymentError::Away(why)
                | PaymentError::Failed(why)
                | PaymentError::Refused(why)
                | PaymentError::Short(why),
            ) => Some(why),
        },
    };
    let sums = services.store.ledger().sums().await?;
    let (seen, differences) = match services.provider_seen.last() {
        Some((at, balances)) => (Some(at), differences(&sums, &balances)),
        None => (None, Vec::new()),
    };
    Ok(Comparison { sums, differences, seen, away })
}

fn differences(sums: &[AccountSum], balances: &[ProviderBalance]) -> Vec<Difference> {
    let ours = [LedgerAccount::ProviderPending, LedgerAccount::ProviderAvailable].map(|one| one.to_string());
    let of = |currency: Currency| {
        let entries = sums.iter().filter(|one| one.sum.currency == currency && ours.contains(&one.account));
        let told = balances.iter().filter(|one| one.currency == currency);
        Difference {
            currency,
            ledger: entries.map(|one| one.sum.minor).sum(),
            provider: told.map(|one| one.available + one.pending).sum(),
        }
    };
    let all = Currency::ALL.into_iter().map(of);
    all.filter(|one| one.ledger != 0 || one.provider != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::amount::Money;

    #[test]
    fn each_currency_with_money_is_compared() {
        let sum = |account: &str, minor, currency| AccountSum {
            account: account.into(),
            sum: Money { minor, currency },
        };
        let sums = [
            sum("provider:pending", 1135, Currency::Eur),
            sum("provider:available", 200, Currency::Eur),
            sum("sellers", -1335, Currency::Eur),
            sum("provider:pending", 5, Currency::Gbp),
        ];
        let told = |currency, available, pending| ProviderBalance { currency, available, pending };
        let balances = [told(Currency::Eur, 1335, 0), told(Currency::Usd, 7, 0), told(Currency::Jpy, 0, 0)];
        let difference = |currency, ledger, provider| Difference { currency, ledger, provider };
        assert_eq!(
            differences(&sums, &balances),
            [
                difference(Currency::Eur, 1335, 1335),
                difference(Currency::Usd, 0, 7),
                difference(Currency::Gbp, 5, 0)
            ]
        );
    }
}
