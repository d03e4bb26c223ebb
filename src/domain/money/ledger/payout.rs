//! The sets of a payout. What a seller was owed becomes money for their bank when it is decided; it leaves our account at the provider
//! with the transfer; and whatever comes back goes the same way back.

use super::{EntryError, EntrySet, LedgerAccount, Posting, movement::MovementKind};
use crate::{
    amount::{Currency, Money},
    id::{PayoutId, TeamId},
    money::payouts::PayoutProgress,
    time::Millis,
};

fn posting(
    kind: MovementKind,
    object: String,
    (amount, currency): (i64, Currency),
    [from, to]: [LedgerAccount; 2],
    at: Millis,
) -> Result<Posting, EntryError> {
    Ok(Posting {
        kind,
        object,
        amount,
        at,
        available_on: Some(at),
        fee_known: true,
        note: None,
        entries: EntrySet::of(currency, [(from, amount), (to, -amount)])?,
        completes: None,
        reference: None,
    })
}

/// The set of a payout that is decided.
///
/// # Errors
/// When the amount is out of range.
pub fn decided(team: TeamId, payout: PayoutId, amount: Money, now: Millis) -> Result<Posting, EntryError> {
    let accounts = [LedgerAccount::Seller(team), LedgerAccount::Payouts];
    posting(MovementKind::Payout, payout.to_string(), (amount.minor, amount.currency), accounts, now)
}

/// The sets that lead from what is known of a payout to what is known next. What came back in parts is named by how much had come back
/// in all, so each part is one set.
///
/// # Errors
/// When an amount is out of range.
pub fn progressed(
    (team, payout, currency): (TeamId, PayoutId, Currency),
    known: &PayoutProgress,
    next: &PayoutProgress,
    now: Millis,
) -> Result<Vec<Posting>, EntryError> {
    use LedgerAccount::{Payouts, ProviderAvailable, Seller};
    let mut sets = Vec::new();
    let transfer = next.transfer.as_deref().unwrap_or_default();
    if known.transfer.is_none() && next.transfer.is_some() {
        let amount = (next.amount, currency);
        sets.push(posting(
            MovementKind::Transfer,
            transfer.to_owned(),
            amount,
            [Payouts, ProviderAvailable],
            now,
        )?);
    }
    let (reversed, returned) = (next.reversed - known.reversed, next.returned - known.returned);
    if reversed > 0 {
        let object = format!("{transfer}:{}", next.reversed);
        let accounts = [ProviderAvailable, Payouts];
        sets.push(posting(MovementKind::TransferReversed, object, (reversed, currency), accounts, now)?);
    }
    if returned > 0 {
        let object = format!("{payout}:{}", next.returned);
        let accounts = [Payouts, Seller(team)];
        sets.push(posting(MovementKind::PayoutReturned, object, (returned, currency), accounts, now)?);
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::payouts::{FoundPayout, PayoutState, decide, provider::TransferFacts, refused};

    const NOW: Millis = Millis(1_795_996_800_000);
    const EUROS: Money = Money { minor: 1080, currency: Currency::Eur };

    fn begun() -> PayoutProgress {
        PayoutProgress {
            state: PayoutState::Decided,
            amount: EUROS.minor,
            transfer: None,
            bank: None,
            reversed: 0,
            returned: 0,
            failure: None,
        }
    }

    fn transfer(reversed: i64) -> FoundPayout {
        let transfer = TransferFacts {
            id: "tr_1".into(),
            amount: EUROS,
            reversed,
            account: "acct_1".into(),
            reference: None,
        };
        FoundPayout { transfer: Some(transfer), bank: None }
    }

    /// The sums of seller, payouts and provider after a payout went through these states.
    fn sums(states: &[PayoutProgress]) -> [i64; 3] {
        let (team, payout) = (TeamId::new(), PayoutId::new());
        let mut sets = vec![decided(team, payout, EUROS, NOW).expect("in range")];
        for pair in states.windows(2) {
            let about = (team, payout, Currency::Eur);
            sets.extend(progressed(about, &pair[0], &pair[1], NOW).expect("in range"));
        }
        let names: std::collections::HashSet<_> = sets.iter().map(|set| (set.kind, &set.object)).collect();
        assert_eq!(names.len(), sets.len(), "each set has a key of its own: {sets:?}");
        let entries = || sets.iter().flat_map(|set| set.entries.entries());
        let of = |account| entries().filter(|one| one.account == account).map(|one| one.amount.minor).sum();
        [LedgerAccount::Seller(team), LedgerAccount::Payouts, LedgerAccount::ProviderAvailable].map(of)
    }

    #[test]
    fn money_is_with_the_seller_on_its_way_or_gone() {
        let sent = decide(&begun(), &transfer(0));
        let part = decide(&sent, &transfer(80));
        let back = decide(&part, &transfer(1080));
        let never = refused(&begun(), "insufficient funds");
        let late = decide(&never, &transfer(0));
        let late_back = decide(&late, &transfer(1080));
        for (states, want) in [
            (vec![begun()], [1080, -1080, 0]),
            (vec![begun(), sent.clone()], [1080, 0, -1080]),
            (vec![begun(), sent.clone(), sent.clone()], [1080, 0, -1080]),
            (vec![begun(), sent.clone(), part.clone()], [1000, 0, -1000]),
            (vec![begun(), sent, part, back], [0, 0, 0]),
            (vec![begun(), never.clone()], [0, 0, 0]),
            (vec![begun(), never.clone(), late.clone()], [0, 1080, -1080]),
            (vec![begun(), never, late, late_back], [0, 0, 0]),
        ] {
            assert_eq!(sums(&states), want, "{states:?}");
        }
    }
}
