//! The ledger: sets of entries, written once in the transaction that applies the provider's object, and what pages read of them.

pub(crate) mod booked;
mod sums;

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{BulkInsert, Row, Sql, args, decode_error, statements},
    },
    money::{payouts::Payout, purchases::Purchase},
    work::jobs,
};
use domain::{
    amount::{Currency, Money},
    error::StoreError,
    id::*,
    money::{
        jobs::ApplyPayment,
        ledger::movement::{Movement, MovementKind},
        ledger::{EntrySet, LedgerAccount, LedgerNote, Posting, Sale, Written, following, missing},
        payments::ProviderObject,
    },
    time::Millis,
};
use std::collections::BTreeMap;

/// A set as a line of a statement, with what it gave the account of the seller, `$2`.
macro_rules! moved {
    () => {
        "s.kind, s.object, s.at, s.amount, s.currency, s.available_on, s.cleared_at, s.note, s.purchase_id, p.title, p.number,
            (SELECT CAST(COALESCE(-SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e
                WHERE e.kind = s.kind AND e.object = s.object AND e.account = $2) AS own,
            (SELECT CAST(COALESCE(-SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e
                WHERE e.kind = s.kind AND e.object = s.object AND e.account = 'platform:fees') AS fee"
    };
}

/// Sets that people are told of: what only moves our own accounts is left out.
macro_rules! shown {
    () => {
        "s.kind NOT IN ('available', 'fee', 'transfer', 'transfer_reversed') AND (s.note IS NULL OR s.note <> 'covered')"
    };
}

statements! {
    SELLER = "SELECT team_id FROM spaces WHERE id = $1";
    OF_PURCHASE = "SELECT kind, object, amount, fee_known, note FROM ledger_sets WHERE purchase_id = $1 ORDER BY kind, object";
    /// Does nothing for a set that is written already.
    WRITE = "INSERT INTO ledger_sets (kind, object, team_id, purchase_id, amount, currency, at, written_at, fee_known, available_on, note)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    COMPLETE = "UPDATE ledger_sets SET fee_known = 1, available_on = COALESCE(available_on, $3) WHERE kind = $1 AND object = $2";
    REFUNDED = "UPDATE seller_refunds SET done_at = $2 WHERE id = $1 AND done_at IS NULL";
    /// What can be used by now and was not moved yet, the oldest first.
    DUE = "SELECT s.kind, s.object, s.team_id, s.purchase_id, s.currency, (
            SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e
            WHERE e.kind = s.kind AND e.object = s.object AND e.account = 'provider:pending') AS net, (
            SELECT CAST(COALESCE(SUM(e.amount), 0) AS BIGINT) FROM ledger_entries e
            WHERE e.kind = s.kind AND e.object = s.object AND e.account = 'seller:' || s.team_id) AS own
        FROM ledger_sets s WHERE s.cleared_at IS NULL AND s.available_on <= $1 ORDER BY s.available_on, s.kind, s.object LIMIT $2";
    CLEAR = "UPDATE ledger_sets SET cleared_at = $3 WHERE kind = $1 AND object = $2 AND cleared_at IS NULL";
    /// Payments about which the provider has not told everything yet: those that it was not asked about for longest.
    UNTOLD = "SELECT p.provider_session, MAX(COALESCE(s.asked_at, 0)) AS asked
        FROM ledger_sets s JOIN purchases p ON p.id = s.purchase_id
        WHERE s.cleared_at IS NULL AND s.available_on IS NULL AND s.written_at > $1 AND p.provider_session IS NOT NULL
        GROUP BY p.provider_session HAVING MAX(COALESCE(s.asked_at, 0)) <= $2 ORDER BY asked, p.provider_session LIMIT $3";
    ASKED = "UPDATE ledger_sets SET asked_at = $2 WHERE cleared_at IS NULL AND available_on IS NULL
        AND purchase_id IN (SELECT p.id FROM purchases p WHERE p.provider_session = $1)";
    /// What changed the balance of a seller, the newest first.
    STATEMENT = concat!("SELECT ", moved!(), " FROM ledger_sets s LEFT JOIN purchases p ON p.id = s.purchase_id
        WHERE s.team_id = $1 AND ", shown!(), "
            AND (s.at, s.kind, s.object) < ($3, $4, $5)
        ORDER BY s.at DESC, s.kind DESC, s.object DESC LIMIT $6");
    STORY = concat!("SELECT ", moved!(), " FROM ledger_sets s LEFT JOIN purchases p ON p.id = s.purchase_id
        WHERE s.purchase_id = $1 AND ", shown!(), " ORDER BY s.at, s.kind, s.object");
    /// The lines of a payout, the oldest first: what it was made of, without itself.
    PAID_OUT = concat!("SELECT ", moved!(), " FROM ledger_sets s LEFT JOIN purchases p ON p.id = s.purchase_id
        WHERE s.payout_id = $1 AND s.currency = $3 AND NOT (s.kind = 'payout' AND s.object = $4) AND ", shown!(), "
        ORDER BY s.at, s.kind, s.object LIMIT $5");
}

static ENTRIES: BulkInsert =
    BulkInsert::new("INSERT INTO ledger_entries (kind, object, account, currency, amount) VALUES", 5);

/// All texts: those above, and the insert of entries.
pub(crate) fn all() -> Vec<Sql> {
    STATEMENTS.iter().chain(sums::STATEMENTS).copied().chain(ENTRIES.all()).collect()
}

/// What a seller has in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    pub currency: Currency,
    /// Can be paid out, in minor units; may be negative.
    pub available: i64,
    pub pending: i64,
    /// What banks keep until they have decided. It is not taken from the others yet.
    pub disputed: i64,
    pub fees: i64,
    pub sold: i64,
    pub refunded: i64,
}

/// A set of the ledger as a line of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub kind: MovementKind,
    pub object: String,
    pub at: Millis,
    pub amount: Money,
    /// What it added to the balance of the seller, and to the platform's fees, in minor units.
    pub own: i64,
    pub fee: i64,
    pub available_on: Option<Millis>,
    pub cleared: bool,
    pub note: Option<LedgerNote>,
    pub purchase: Option<PurchaseId>,
    pub title: Option<String>,
    /// Of the order.
    pub number: Option<i64>,
}

/// Where a page of a statement begins: after this set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    pub at: Millis,
    pub kind: MovementKind,
    pub object: String,
}

/// The sum of one account; all sellers are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSum {
    /// `sellers`, or as [`LedgerAccount`] is written.
    pub account: String,
    pub sum: Money,
}

pub struct Ledger<'a>(pub(crate) &'a Db);

/// Sets that are moved to what is available in one transaction.
const BATCH: i64 = 200;

impl Ledger<'_> {
    /// The balances of a team, one for each currency that it has sold in.
    pub async fn balances(&self, team: TeamId) -> Result<Vec<Balance>, StoreError> {
        let sums = sums::of_team(self.0, team).await?;
        sums.iter().map(|(code, sums)| balance(code, sums)).collect()
    }

    /// What changed the balance of a team, the newest first, at most `limit`.
    pub async fn statement(
        &self,
        team: TeamId,
        after: Option<&After>,
        limit: usize,
    ) -> Result<Vec<Moved>, StoreError> {
        let account = LedgerAccount::Seller(team).to_string();
        let (at, kind, object) = match after {
            Some(after) => (after.at, after.kind.code(), after.object.as_str()),
            None => (Millis(i64::MAX), "", ""),
        };
        let rows = self.0.rows(STATEMENT, args![team, account, at, kind, object, limit as i64]).await?;
        rows.iter().map(line).collect()
    }

    /// What happened to the money of a purchase, the oldest first.
    pub async fn story(&self, purchase: PurchaseId, team: TeamId) -> Result<Vec<Moved>, StoreError> {
        let account = LedgerAccount::Seller(team).to_string();
        self.0.rows(STORY, args![purchase, account]).await?.iter().map(line).collect()
    }

    /// What a payout of a team was made of, the oldest first, at most `limit`.
    pub async fn paid_out(&self, payout: &Payout, limit: usize) -> Result<Vec<Moved>, StoreError> {
        let account = LedgerAccount::Seller(payout.team).to_string();
        let (id, code) = (payout.id, payout.amount.currency.code());
        let rows = self.0.rows(PAID_OUT, args![id, account, code, id.to_string(), limit as i64]).await?;
        rows.iter().map(line).collect()
    }

    pub async fn sums(&self) -> Result<Vec<AccountSum>, StoreError> {
        let rows = sums::all(self.0).await?;
        let sum = |row: &Row| Ok(AccountSum { account: row.get("account")?, sum: amount(row, "total")? });
        rows.iter().map(sum).collect()
    }

    /// Enqueues the question about sessions whose payment, refund or dispute the provider has not told everything about: of those written
    /// after `since`, and not asked about after `asked`. Whoever waits longest comes first.
    pub async fn ask_again(
        &self,
        since: Millis,
        asked: Millis,
        limit: usize,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let rows = self.0.rows(UNTOLD, args![since, asked, limit as i64]).await?;
        for row in &rows {
            let session: String = row.get("provider_session")?;
            let mut tx = self.0.begin().await?;
            tx.run(ASKED, args![&session, now]).await?;
            let key = format!("balance:{session}:{}", now.0);
            let job = ApplyPayment { object: ProviderObject::session(session) };
            jobs::enqueue(&mut tx, &job, Some(&key), now).await?;
            tx.commit().await?;
        }
        Ok(rows.len())
    }

    /// Moves what can be used by now from pending to available, each set once. Returns how many.
    pub async fn move_available(&self, now: Millis) -> Result<u64, StoreError> {
        let mut moved = 0;
        loop {
            let mut tx = self.0.begin().await?;
            let due = tx.rows(DUE, args![now, BATCH]).await?;
            let mut sums = sums::SumChanges::default();
            for row in &due {
                moved += clear(&mut tx, row, &mut sums, now).await?;
            }
            sums.save(&mut tx).await?;
            tx.commit().await?;
            if (due.len() as i64) < BATCH {
                return Ok(moved);
            }
        }
    }
}

async fn clear(
    tx: &mut Tx<'_>,
    row: &Row,
    sums: &mut sums::SumChanges,
    now: Millis,
) -> Result<u64, StoreError> {
    let (kind, object) = (row.code("kind", MovementKind::from_code)?, row.get::<String>("object")?);
    if tx.run(CLEAR, args![kind.code(), &object, now]).await? == 0 {
        return Ok(0);
    }
    let (net, team): (_, Option<TeamId>) = (amount(row, "net")?, row.get("team_id")?);
    sums.clear(team, net.currency, row.get("own")?);
    if net.minor != 0 {
        let set = Posting {
            kind: MovementKind::Available,
            object: following(kind, &object),
            amount: net.minor,
            at: now,
            available_on: Some(now),
            fee_known: true,
            note: None,
            entries: EntrySet::available(net).map_err(refused)?,
            completes: None,
            reference: None,
        };
        write(tx, (team, row.get("purchase_id")?), net.currency, &set, sums, now).await?;
        tx.run(CLEAR, args![set.kind.code(), &set.object, now]).await?;
    }
    Ok(1)
}

fn amount(row: &Row, minor: &str) -> Result<Money, StoreError> {
    Ok(Money { minor: row.get(minor)?, currency: currency(row)? })
}

fn currency(row: &Row) -> Result<Currency, StoreError> {
    row.code("currency", |code| code.parse().ok())
}

/// From the running sums of a team in one currency.
fn balance(code: &str, sums: &BTreeMap<String, i64>) -> Result<Balance, StoreError> {
    let sum = |account: &str| sums.get(account).copied().unwrap_or(0);
    let of = |account: LedgerAccount| sum(&account.to_string());
    let pending = -sum(sums::PENDING);
    Ok(Balance {
        currency: code.parse().map_err(|_| decode_error("currency", code))?,
        available: -sum(sums::SELLERS) - pending,
        pending,
        disputed: of(LedgerAccount::Disputes),
        fees: -of(LedgerAccount::PlatformFees),
        sold: sum(sums::SOLD),
        refunded: sum(sums::REFUNDED),
    })
}

fn line(row: &Row) -> Result<Moved, StoreError> {
    Ok(Moved {
        kind: row.code("kind", MovementKind::from_code)?,
        object: row.get("object")?,
        at: row.get("at")?,
        amount: amount(row, "amount")?,
        own: row.get("own")?,
        fee: row.get("fee")?,
        available_on: row.get("available_on")?,
        cleared: row.get::<Option<Millis>>("cleared_at")?.is_some(),
        note: row.maybe_code("note", LedgerNote::from_code)?,
        purchase: row.get("purchase_id")?,
        title: row.get("title")?,
        number: row.get("number")?,
    })
}

/// The team that sells what is in a space.
pub(crate) async fn seller(tx: &mut Tx<'_>, space: SpaceId) -> Result<TeamId, StoreError> {
    tx.row(SELLER, args![space]).await?.ok_or(StoreError::NotFound)?.get("team_id")
}

/// The sets that the movements of a purchase still need.
pub(crate) async fn unwritten(
    tx: &mut Tx<'_>,
    purchase: &Purchase,
    found: &[Movement],
) -> Result<(TeamId, Vec<Posting>), StoreError> {
    let team = seller(tx, purchase.space).await?;
    let sale = Sale { team, paid: purchase.amount, fee: purchase.fee };
    let rows = tx.rows(OF_PURCHASE, args![purchase.id]).await?;
    let known: Vec<Written> = rows.iter().map(written).collect::<Result<_, _>>()?;
    let mut found = found.to_vec();
    // Paid is paid, even if the provider has not told by which charge.
    if found.iter().all(|movement| movement.kind != MovementKind::Payment) && purchase.amount.minor > 0 {
        found.push(payment(purchase));
    }
    Ok((team, missing(&sale, &known, &found).map_err(refused)?))
}

fn payment(purchase: &Purchase) -> Movement {
    let object = purchase.provider_intent.as_ref().or(purchase.provider_session.as_ref());
    Movement {
        kind: MovementKind::Payment,
        object: object.cloned().unwrap_or_else(|| purchase.id.to_string()),
        amount: purchase.amount.minor,
        fee: None,
        available_on: None,
        at: purchase.paid_at,
        reference: None,
    }
}

fn written(row: &Row) -> Result<Written, StoreError> {
    Ok(Written {
        kind: row.code("kind", MovementKind::from_code)?,
        object: row.get("object")?,
        amount: row.get("amount")?,
        fee_known: row.get("fee_known")?,
        note: row.maybe_code("note", LedgerNote::from_code)?,
    })
}

/// Writes the sets of a purchase. Refunds of ours that they carry out are done.
pub(crate) async fn write_all(
    tx: &mut Tx<'_>,
    team: TeamId,
    purchase: &Purchase,
    sets: &[Posting],
    now: Millis,
) -> Result<(), StoreError> {
    let mut sums = sums::SumChanges::default();
    for set in sets {
        write(tx, (Some(team), Some(purchase.id)), purchase.amount.currency, set, &mut sums, now).await?;
        if let Some((kind, object)) = &set.completes {
            tx.run(COMPLETE, args![kind.code(), object, set.available_on]).await?;
        }
        if let Some(reference) = &set.reference {
            tx.run(REFUNDED, args![reference, now]).await?;
        }
    }
    sums.save(tx).await
}

/// Returns false if the set was written before.
async fn write(
    tx: &mut Tx<'_>,
    (team, purchase): (Option<TeamId>, Option<PurchaseId>),
    currency: Currency,
    set: &Posting,
    sums: &mut sums::SumChanges,
    now: Millis,
) -> Result<bool, StoreError> {
    let row = args![
        set.kind.code(),
        &set.object,
        team,
        purchase,
        set.amount,
        currency.code(),
        set.at,
        now,
        set.fee_known,
        set.available_on,
        set.note.map(LedgerNote::code),
    ];
    if tx.run(WRITE, row).await? == 0 {
        return Ok(false);
    }
    sums.write(team, currency, set);
    let entry = |entry: &domain::money::ledger::LedgerEntry| {
        let Money { minor, currency } = entry.amount;
        args![set.kind.code(), &set.object, entry.account.to_string(), currency.code(), minor]
    };
    tx.insert_many(&ENTRIES, set.entries.entries().iter().map(entry).collect()).await?;
    Ok(true)
}

fn refused(error: domain::money::ledger::EntryError) -> StoreError {
    decode_error("amount", error)
}
