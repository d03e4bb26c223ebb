//! The ledger: double entry. Every set of entries sums to zero in each currency, or cannot be made.
//!
//! Assets and expenses grow by positive amounts, what we owe and what we earn by negative ones. So the balance of a seller is
//! the negated sum of their account.

pub mod movement;
pub mod payout;

use crate::{
    amount::{Currency, Money},
    id::TeamId,
    money::ledger::movement::{Movement, MovementKind},
    time::Millis,
};
use std::{fmt, str::FromStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LedgerAccount {
    /// Ours at the provider, from a later day on.
    ProviderPending,
    /// Ours at the provider.
    ProviderAvailable,
    /// What we owe a team.
    Seller(TeamId),
    /// What we have earned.
    PlatformFees,
    /// What the provider has kept. The platform pays it from its share.
    ProviderFees,
    /// Taxes that we owe.
    Tax,
    /// Money that banks keep until they have decided.
    Disputes,
    /// What was taken off balances of sellers for their banks, and has not left our account yet.
    Payouts,
    /// What discounts have cost us.
    Promo,
}

const SELLER: &str = "seller:";

impl LedgerAccount {
    /// All that are no seller's, in the order of reports.
    pub const OURS: [Self; 8] = [
        Self::ProviderPending,
        Self::ProviderAvailable,
        Self::PlatformFees,
        Self::ProviderFees,
        Self::Tax,
        Self::Disputes,
        Self::Payouts,
        Self::Promo,
    ];
}

impl fmt::Display for LedgerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProviderPending => "provider:pending",
            Self::ProviderAvailable => "provider:available",
            Self::Seller(team) => return write!(f, "{SELLER}{team}"),
            Self::PlatformFees => "platform:fees",
            Self::ProviderFees => "provider:fees",
            Self::Tax => "tax",
            Self::Disputes => "disputes",
            Self::Payouts => "payouts",
            Self::Promo => "promo",
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an account of the ledger")]
pub struct NoSuchAccount;

impl FromStr for LedgerAccount {
    type Err = NoSuchAccount;
    fn from_str(text: &str) -> Result<Self, NoSuchAccount> {
        match text.strip_prefix(SELLER) {
            Some(team) => team.parse().map(Self::Seller).map_err(|_| NoSuchAccount),
            None => Self::OURS.into_iter().find(|account| account.to_string() == text).ok_or(NoSuchAccount),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerEntry {
    pub account: LedgerAccount,
    pub amount: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    #[error("the entries in {} do not sum to zero", .0.code())]
    Unbalanced(Currency),
    #[error("an amount is too large")]
    TooLarge,
}

/// Entries that sum to zero in each currency. At most one for each account and currency, and none of nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntrySet(Vec<LedgerEntry>);

impl EntrySet {
    /// # Errors
    /// When the entries do not sum to zero, or an account's sum is out of range.
    pub fn new(entries: impl IntoIterator<Item = LedgerEntry>) -> Result<Self, EntryError> {
        let mut set: Vec<LedgerEntry> = Vec::new();
        for entry in entries {
            let same = |known: &&mut LedgerEntry| {
                known.account == entry.account && known.amount.currency == entry.amount.currency
            };
            match set.iter_mut().find(same) {
                Some(known) => {
                    let sum = known.amount.minor.checked_add(entry.amount.minor);
                    known.amount.minor = sum.ok_or(EntryError::TooLarge)?;
                }
                None => set.push(entry),
            }
        }
        set.retain(|entry| entry.amount.minor != 0);
        for currency in Currency::ALL {
            let of = set.iter().filter(|entry| entry.amount.currency == currency);
            if of.map(|entry| i128::from(entry.amount.minor)).sum::<i128>() != 0 {
                return Err(EntryError::Unbalanced(currency));
            }
        }
        Ok(Self(set))
    }

    fn of<const N: usize>(
        currency: Currency,
        entries: [(LedgerAccount, i64); N],
    ) -> Result<Self, EntryError> {
        let entry = |(account, minor)| LedgerEntry { account, amount: Money { minor, currency } };
        Self::new(entries.map(entry))
    }

    pub fn entries(&self) -> &[LedgerEntry] {
        &self.0
    }

    /// Promised money that becomes available: the set that moves it from one account of ours to the other.
    ///
    /// # Errors
    /// Never for an amount that a set contains; an amount out of range is refused.
    pub fn available(net: Money) -> Result<Self, EntryError> {
        let out = net.minor.checked_neg().ok_or(EntryError::TooLarge)?;
        let entries = [(LedgerAccount::ProviderPending, out), (LedgerAccount::ProviderAvailable, net.minor)];
        Self::of(net.currency, entries)
    }
}

/// The platform's share of a payment in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeShare(i64);

impl Default for FeeShare {
    /// 10 %.
    fn default() -> Self {
        Self(1000)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a percentage from 0 to 100 with at most two decimals, like 10 or 7.5")]
pub struct BadShare;

impl FromStr for FeeShare {
    type Err = BadShare;
    fn from_str(text: &str) -> Result<Self, BadShare> {
        let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || part.len() > 2 || !digits(whole) || !digits(part) {
            return Err(BadShare);
        }
        let hundredths: i64 = format!("{whole}{part:0<2}").parse().map_err(|_| BadShare)?;
        if hundredths <= 10_000 { Ok(Self(hundredths)) } else { Err(BadShare) }
    }
}

impl FeeShare {
    /// The share of an amount in minor units; a half is rounded up.
    pub fn of(self, amount: Money) -> i64 {
        let share = (i128::from(amount.minor.max(0)) * i128::from(self.0) + 5_000) / 10_000;
        i64::try_from(share).unwrap_or(i64::MAX)
    }
}

/// What the entries of a purchase depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    pub team: TeamId,
    pub paid: Money,
    /// The platform's part of it in minor units, as agreed when it was paid.
    pub fee: i64,
}

impl Sale {
    /// The platform's part of so much of the payment. However a refund is cut, its parts add up to that of the whole.
    fn fee_of(&self, amount: i64) -> i64 {
        let (paid, part) = (i128::from(self.paid.minor), i128::from(amount.clamp(0, self.paid.minor.max(0))));
        if paid <= 0 {
            return 0;
        }
        i64::try_from(i128::from(self.fee) * part / paid).unwrap_or(self.fee)
    }

    /// The entries of a movement. `back`: how much of the payment had gone back to the buyer before it.
    fn entries(&self, movement: &Movement, back: i64) -> Result<EntrySet, EntryError> {
        use LedgerAccount::*;
        let (amount, cost) = (movement.amount, movement.fee.unwrap_or(0));
        let seller = Seller(self.team);
        // Whoever decides a refund pays for it: the platform keeps its share, from which the provider was paid.
        let kept = is_decided(movement);
        let taken = if kept { 0 } else { self.fee_of(back + amount) - self.fee_of(back) };
        let entries = match movement.kind {
            MovementKind::Payment => {
                let fee = self.fee_of(amount);
                [
                    (ProviderPending, amount - cost),
                    (ProviderFees, cost),
                    (seller, fee - amount),
                    (PlatformFees, -fee),
                ]
            }
            MovementKind::Refund => [
                (ProviderPending, -amount - cost),
                (ProviderFees, cost),
                (seller, amount - taken),
                (PlatformFees, taken),
            ],
            MovementKind::RefundReturned => {
                let given = if kept { 0 } else { self.fee_of(back) - self.fee_of(back - amount) };
                [
                    (ProviderPending, amount - cost),
                    (ProviderFees, cost),
                    (seller, given - amount),
                    (PlatformFees, -given),
                ]
            }
            MovementKind::DisputeOpened => [
                (ProviderPending, -amount - cost),
                (ProviderFees, cost),
                (Disputes, amount),
                (PlatformFees, 0),
            ],
            MovementKind::DisputeWon => [
                (ProviderPending, amount - cost),
                (ProviderFees, cost),
                (Disputes, -amount),
                (PlatformFees, 0),
            ],
            MovementKind::DisputeLost => {
                [(ProviderPending, 0), (Disputes, -amount), (seller, amount - taken), (PlatformFees, taken)]
            }
            MovementKind::Fee => {
                [(ProviderPending, -cost), (ProviderFees, cost), (seller, 0), (PlatformFees, 0)]
            }
            // No purchase moves these; what becomes available is `EntrySet::available`.
            MovementKind::Available
            | MovementKind::Payout
            | MovementKind::PayoutReturned
            | MovementKind::Transfer
            | MovementKind::TransferReversed => {
                [(ProviderPending, 0), (Payouts, 0), (seller, 0), (PlatformFees, 0)]
            }
        };
        EntrySet::of(self.paid.currency, entries)
    }
}

/// Why a set has other amounts than one would expect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerNote {
    /// Of a payment, refund or dispute that an earlier release recorded. The provider's fee is not in it.
    Migrated,
    /// A movement that such a set contains already. It has no entries.
    Covered,
    /// Of a refund that the seller decided, or its return: the platform's share is not in it.
    Decided,
}

impl LedgerNote {
    pub const ALL: [Self; 3] = [Self::Migrated, Self::Covered, Self::Decided];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Migrated => "migrated",
            Self::Covered => "covered",
            Self::Decided => "decided",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|note| note.code() == code)
    }
}

/// A set that is written already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub kind: MovementKind,
    pub object: String,
    pub amount: i64,
    /// Whether the provider's fee is in the ledger.
    pub fee_known: bool,
    pub note: Option<LedgerNote>,
}

/// A set to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub kind: MovementKind,
    pub object: String,
    pub amount: i64,
    pub at: Millis,
    pub available_on: Option<Millis>,
    pub fee_known: bool,
    pub note: Option<LedgerNote>,
    pub entries: EntrySet,
    /// The set whose fee this one adds.
    pub completes: Option<(MovementKind, String)>,
    /// Our refund that it carries out.
    pub reference: Option<String>,
}

impl Posting {
    fn written(&self) -> Written {
        let Self { kind, object, amount, fee_known, note, .. } = self.clone();
        Written { kind, object, amount, fee_known, note }
    }
}

/// The object of a set that follows from another one.
pub fn following(kind: MovementKind, object: &str) -> String {
    format!("{}:{object}", kind.code())
}

/// The sets that the movements of a purchase still need. What is written already needs none, so the same movements in any
/// order and number end in the same ledger.
///
/// # Errors
/// When an amount is out of range.
pub fn missing(sale: &Sale, written: &[Written], found: &[Movement]) -> Result<Vec<Posting>, EntryError> {
    let mut known = written.to_vec();
    let mut postings = Vec::new();
    let returned = |movement: &Movement| {
        movement.kind == MovementKind::Refund
            && found.iter().any(|m| m.kind == MovementKind::RefundReturned && m.object == movement.object)
    };
    let mut ordered: Vec<&Movement> = found.iter().collect();
    // Refunds before their return, and those that did arrive first: of these an earlier release knew.
    ordered.sort_by_key(|m| (m.kind as usize, returned(m), m.at, m.object.clone()));
    for movement in ordered {
        let posting = match find(&known, movement) {
            Some(set) if set.fee_known || set.note == Some(LedgerNote::Covered) => None,
            Some(set) => fee(sale, set, movement)?,
            None if is_covered(&known, movement) => Some(covered(movement)),
            None => {
                let back = gone_back(&known);
                Some(posting(movement, sale.entries(movement, back)?))
            }
        };
        if let Some(posting) = posting {
            if let Some((kind, object)) = &posting.completes {
                let set = known.iter_mut().find(|set| set.kind == *kind && set.object == *object);
                set.into_iter().for_each(|set| set.fee_known = true);
            }
            known.push(posting.written());
            postings.push(posting);
        }
    }
    Ok(postings)
}

/// The set of a movement. There is one payment, whatever it is named by.
fn find<'a>(known: &'a [Written], movement: &Movement) -> Option<&'a Written> {
    let payment = movement.kind == MovementKind::Payment;
    known.iter().find(|set| set.kind == movement.kind && (payment || set.object == movement.object))
}

/// Whether it is a refund that the seller decided, or the return of one: those carry our id.
fn is_decided(movement: &Movement) -> bool {
    matches!(movement.kind, MovementKind::Refund | MovementKind::RefundReturned)
        && movement.reference.is_some()
}

/// How much the buyer has back with the platform's part of it: refunds, and disputes that were lost.
fn gone_back(known: &[Written]) -> i64 {
    let signed = |set: &Written| match (set.kind, set.note) {
        (_, Some(LedgerNote::Covered | LedgerNote::Decided)) => 0,
        (MovementKind::Refund | MovementKind::DisputeLost, _) => set.amount,
        (MovementKind::RefundReturned, _) => -set.amount,
        _ => 0,
    };
    known.iter().map(signed).sum()
}

/// Whether a set of an earlier release, which knew sums only, contains the movement.
fn is_covered(known: &[Written], movement: &Movement) -> bool {
    let sum = |note| {
        let of = known.iter().filter(|set| set.kind == movement.kind && set.note == Some(note));
        of.map(|set| set.amount).sum::<i64>()
    };
    movement.amount > 0 && sum(LedgerNote::Migrated) - sum(LedgerNote::Covered) >= movement.amount
}

fn posting(movement: &Movement, entries: EntrySet) -> Posting {
    Posting {
        kind: movement.kind,
        object: movement.object.clone(),
        amount: movement.amount,
        at: movement.at,
        available_on: movement.available_on,
        fee_known: movement.fee.is_some(),
        note: is_decided(movement).then_some(LedgerNote::Decided),
        entries,
        completes: None,
        reference: movement.reference.clone(),
    }
}

fn covered(movement: &Movement) -> Posting {
    let available_on = Some(movement.available_on.unwrap_or(movement.at));
    let note = Some(LedgerNote::Covered);
    Posting { note, fee_known: true, available_on, ..posting(movement, EntrySet::default()) }
}

/// The fee of a set that was written without it, if it is known now.
fn fee(sale: &Sale, set: &Written, movement: &Movement) -> Result<Option<Posting>, EntryError> {
    let Some(cost) = movement.fee else { return Ok(None) };
    let object = following(set.kind, &set.object);
    let fee = Movement { kind: MovementKind::Fee, object, amount: cost, ..movement.clone() };
    let entries = sale.entries(&fee, 0)?;
    let completes = Some((set.kind, set.object.clone()));
    Ok(Some(Posting { completes, reference: None, ..posting(&fee, entries) }))
}

#[cfg(test)]
mod tests;
