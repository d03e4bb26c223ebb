//! Payouts: what is decided of a team's balance, and how far each has come. Whatever changes one writes its sets of the ledger in the
//! same transaction.

pub(crate) mod promised;
pub(crate) mod seller_accounts;
pub(crate) mod unpaid;

pub use seller_accounts::{SellerAccount, SellerAccounts};
pub use unpaid::UnpaidShare;

use crate::{
    catalogue::prices::money,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, code, row, statements},
    },
    money::ledger::booked::book,
    work::jobs,
};
use domain::{
    amount::{Currency, Money},
    error::StoreError,
    id::*,
    money::{
        ledger::payout::{decided, progressed},
        payouts::{
            PayoutProgress, PayoutState,
            jobs::{SendPayout, SendPayoutFailure},
            schedule::{in_currency, kept_back, payable},
        },
    },
    people::account::TeamRole,
    time::Millis,
};

row! {
    fn read -> Payout {
        id: "id",
        team: "team_id",
        account: "account",
        amount: "amount" | "currency" => money,
        carried: "carried",
        held: "held",
        state: "state" => code(PayoutState::from_code),
        attempt: "attempt",
        transfer: "transfer",
        bank: "bank_payout",
        reversed: "reversed",
        returned: "returned",
        failure: "failure",
        decided_at: "decided_at",
        ended_at: "ended_at",
        version: "version",
    }
}

/// The name of a space of the team, for people.
macro_rules! named {
    () => {
        ", (SELECT MIN(s.name) FROM spaces s WHERE s.team_id = payouts.team_id) AS space_name"
    };
}

/// Operators have suspended a space of a team, or somebody who says to whom its money goes.
macro_rules! withheld {
    ($team:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM suspensions z WHERE z.lifted_at IS NULL AND z.subject_id IN (
                SELECT s.id FROM spaces s WHERE s.team_id = ",
            $team,
            " UNION ALL SELECT m.account_id FROM team_members m WHERE m.team_id = ",
            $team,
            " AND m.role = 'owner'))"
        )
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM payouts WHERE id = $1");
    BY_TRANSFER = concat!("SELECT ", columns!(), " FROM payouts WHERE transfer = $1");
    BY_BANK = concat!("SELECT ", columns!(), " FROM payouts WHERE bank_payout = $1");
    /// The newest first.
    OF_TEAM = concat!("SELECT ", columns!(), " FROM payouts WHERE team_id = $1 ORDER BY decided_at DESC, id DESC LIMIT $2");
    LATEST = concat!("SELECT ", columns!(), named!(), " FROM payouts ORDER BY decided_at DESC, id DESC LIMIT $1");
    /// Also those that wait for money.
    FAILED = concat!("SELECT ", columns!(), named!(), " FROM payouts WHERE state IN ('going_back', 'returned')
            OR (state = 'decided' AND failure IS NOT NULL)
        ORDER BY decided_at DESC, id DESC LIMIT $1");
    /// Balances of teams that can be paid and have no payout of this week, in the order of their keys. While an earlier payout of a team
    /// waits for money, nothing is decided that would be sent before it.
    PAYABLE = concat!("SELECT b.team_id AS team_id, b.currency AS currency FROM (
            SELECT team_id, currency, CAST(SUM(CASE WHEN account = 'sellers' THEN -amount ELSE amount END) AS BIGINT) AS available
            FROM ledger_sums WHERE account IN ('sellers', 'of:pending') AND team_id <> '' GROUP BY team_id, currency) b
        JOIN seller_accounts a ON a.team_id = b.team_id
        WHERE a.state = 'enabled' AND b.available > 0 AND (b.team_id, b.currency) > ($2, $3)
            AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.team_id = b.team_id AND p.currency = b.currency
                AND (p.week = $1 OR (p.state = 'decided' AND p.failure IS NOT NULL)))
            AND NOT ", withheld!("b.team_id"), " ORDER BY b.team_id, b.currency LIMIT $4");
    WITHHELD = concat!("SELECT CAST(CASE WHEN ", withheld!("$1"), " THEN 1 ELSE 0 END AS BIGINT) AS withheld");
    /// Whatever changes a balance writes this row, too: so nothing changes it until the payout is decided.
    LOCK = "UPDATE ledger_sums SET amount = amount WHERE team_id = $1 AND account = 'of:pending' AND currency = $2";
    AVAILABLE = "SELECT
            CAST(COALESCE(SUM(CASE account WHEN 'sellers' THEN -amount WHEN 'of:pending' THEN amount ELSE 0 END), 0) AS BIGINT) AS available,
            CAST(COALESCE(SUM(CASE account WHEN 'disputes' THEN amount ELSE 0 END), 0) AS BIGINT) AS disputed
        FROM ledger_sums WHERE team_id = $1 AND currency = $2 AND account IN ('sellers', 'of:pending', 'disputes')";
    HELD_BEFORE = "SELECT held FROM payouts WHERE team_id = $1 AND currency = $2 ORDER BY decided_at DESC, id DESC LIMIT 1";
    /// One for each team, currency and week, and only to an account that can be paid, of a team that nobody has suspended.
    DECIDE = concat!("INSERT INTO payouts (id, team_id, account, amount, currency, week, state, attempt, reversed, returned, decided_at, asked_at,
            version, carried, held)
        SELECT $1, a.team_id, a.account, CAST($3 AS BIGINT), $4, CAST($5 AS BIGINT), 'decided', 1, 0, 0, CAST($6 AS BIGINT),
            CAST($6 AS BIGINT), 0, CAST($7 AS BIGINT), CAST($8 AS BIGINT)
        FROM seller_accounts a WHERE a.team_id = $2 AND a.state = 'enabled' AND NOT ", withheld!("a.team_id"), " ON CONFLICT DO NOTHING");
    ASSIGN = "UPDATE ledger_sets SET payout_id = $3
        WHERE team_id = $1 AND currency = $2 AND payout_id IS NULL AND cleared_at IS NOT NULL";
    SAVE = "UPDATE payouts SET state = $3, transfer = $4, bank_payout = $5, reversed = $6, returned = $7, failure = $8, ended_at = $9,
            version = version + 1
        WHERE id = $1 AND version = $2";
    NEXT_ATTEMPT = "UPDATE payouts SET attempt = attempt + 1 WHERE id = $1 AND attempt = $2";
    OWNERS = "SELECT account_id FROM team_members WHERE team_id = $1 AND role = $2 ORDER BY account_id";
    /// Those on their way, and for some time those that banks have: a bank may send one back.
    UNASKED = "SELECT id FROM payouts WHERE (state NOT IN ('paid', 'returned') AND asked_at <= $1)
            OR (state = 'paid' AND decided_at > $2 AND asked_at <= $3)
        ORDER BY asked_at, id LIMIT $4";
    ASKED = "UPDATE payouts SET asked_at = $2 WHERE id = $1";
}

/// What a team was paid, or is being paid, for one currency and week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    pub id: PayoutId,
    pub team: TeamId,
    /// The provider's id of the account.
    pub account: String,
    pub amount: Money,
    /// In minor units: what the payout before had left in the balance for open disputes and refunds, and what this one leaves there.
    pub carried: i64,
    pub held: i64,
    pub state: PayoutState,
    /// Counts from 1; each attempt has keys of its own at the provider.
    pub attempt: i64,
    /// The provider's ids of the transfer, and of the payout to the bank.
    pub transfer: Option<String>,
    pub bank: Option<String>,
    /// In minor units: how much of the transfer came back, and how much was given back to the balance.
    pub reversed: i64,
    pub returned: i64,
    /// Why it failed, in the words of the provider: for operators.
    pub failure: Option<String>,
    pub decided_at: Millis,
    pub ended_at: Option<Millis>,
    pub version: i64,
}

impl Payout {
    pub fn progress(&self) -> PayoutProgress {
        PayoutProgress {
            state: self.state,
            amount: self.amount.minor,
            transfer: self.transfer.clone(),
            bank: self.bank.clone(),
            reversed: self.reversed,
            returned: self.returned,
            failure: self.failure.clone(),
        }
    }
}

/// A payout in a list of operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidOut {
    pub payout: Payout,
    /// A space of the team; none if it was closed and removed.
    pub space: Option<String>,
}

/// How far a run has come: the last team and currency that it has looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayoutAfter {
    pub team: String,
    pub currency: String,
}

/// The run in which a payout is decided: its week, and the least amount of the currency in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutRun {
    pub week: i64,
    pub minimum: i64,
}

pub struct Payouts<'a>(pub(crate) &'a Db);

impl Payouts<'_> {
    pub async fn by_id(&self, id: PayoutId) -> Result<Payout, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The payout whose transfer this is.
    pub async fn by_transfer(&self, transfer: &str) -> Result<Option<Payout>, StoreError> {
        self.0.row(BY_TRANSFER, args![transfer]).await?.as_ref().map(read).transpose()
    }

    /// The payout that went to the bank as this.
    pub async fn by_bank(&self, bank: &str) -> Result<Option<Payout>, StoreError> {
        self.0.row(BY_BANK, args![bank]).await?.as_ref().map(read).transpose()
    }

    /// Those of a team, the newest first.
    pub async fn of_team(&self, team: TeamId, limit: usize) -> Result<Vec<Payout>, StoreError> {
        self.0.rows(OF_TEAM, args![team, limit as i64]).await?.iter().map(read).collect()
    }

    /// Those of all teams, the newest first.
    pub async fn latest(&self, limit: usize) -> Result<Vec<PaidOut>, StoreError> {
        self.0.rows(LATEST, args![limit as i64]).await?.iter().map(paid_out).collect()
    }

    /// Those that banks or the provider refused, and those that wait for money, the newest first.
    pub async fn failed(&self, limit: usize) -> Result<Vec<PaidOut>, StoreError> {
        self.0.rows(FAILED, args![limit as i64]).await?.iter().map(paid_out).collect()
    }

    /// Teams and currencies of which something may be paid out in a week, after the last that was looked at.
    pub async fn payable(
        &self,
        week: i64,
        after: &PayoutAfter,
        limit: usize,
    ) -> Result<Vec<(TeamId, Currency)>, StoreError> {
        let rows = self.0.rows(PAYABLE, args![week, &after.team, &after.currency, limit as i64]).await?;
        let one = |row: &Row| Ok((row.get("team_id")?, row.code("currency", |code| code.parse().ok())?));
        rows.iter().map(one).collect()
    }

    /// Whether nothing is decided for a team because of a suspension. Its money stays in its balance.
    pub async fn withheld(&self, team: TeamId) -> Result<bool, StoreError> {
        self.0.row(WITHHELD, args![team]).await?.ok_or(StoreError::NotFound)?.get("withheld")
    }

    /// The provider repeats its failure of this attempt: the next request is another one. Does nothing if that was noted already.
    pub async fn next_attempt(&self, failed: &Payout) -> Result<(), StoreError> {
        self.0.run(NEXT_ATTEMPT, args![failed.id, failed.attempt]).await.map(drop)
    }

    /// Enqueues the question about payouts on their way that were not asked about after `asked[0]`, and about those which banks have,
    /// decided after `since` and not asked about after `asked[1]`.
    pub async fn ask_again(
        &self,
        asked: [Millis; 2],
        since: Millis,
        limit: usize,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let rows = self.0.rows(UNASKED, args![asked[0], since, asked[1], limit as i64]).await?;
        for row in &rows {
            let payout: PayoutId = row.get("id")?;
            let mut tx = self.0.begin().await?;
            tx.run(ASKED, args![payout, now]).await?;
            let key = format!("payout:{payout}:{}", now.0);
            jobs::enqueue(&mut tx, &SendPayout { payout }, Some(&key), now).await?;
            tx.commit().await?;
        }
        Ok(rows.len())
    }
}

fn paid_out(row: &Row) -> Result<PaidOut, StoreError> {
    Ok(PaidOut { payout: read(row)?, space: row.get("space_name")? })
}

impl Tx<'_> {
    /// Takes all that a team can use of a currency off its balance, but for what banks keep and what is promised to buyers, and enqueues the job that sends it. All lines
    /// that can be used become its own; with what was carried over and what is held, they add up to it. Returns `None` if it is less than
    /// the least amount, if the week has its payout already, or if the account of the team cannot be paid.
    pub async fn decide_payout(
        &mut self,
        (team, currency): (TeamId, Currency),
        run: PayoutRun,
        now: Millis,
    ) -> Result<Option<(PayoutId, Money)>, StoreError> {
        let code = currency.code();
        self.run(LOCK, args![team, code]).await?;
        let row = self.row(AVAILABLE, args![team, code]).await?.ok_or(StoreError::NotFound)?;
        let (available, disputed): (i64, i64) = (row.get("available")?, row.get("disputed")?);
        let promised = in_currency(&self.promised(team).await?, currency);
        let amount = Money { minor: payable(available, kept_back(disputed, promised)), currency };
        let before = self.row(HELD_BEFORE, args![team, code]).await?;
        let carried: i64 = before.map_or(Ok(0), |row| row.get("held"))?;
        let id = PayoutId::new();
        let payout = args![id, team, amount.minor, code, run.week, now, carried, available - amount.minor];
        if amount.minor < run.minimum.max(1) || self.run(DECIDE, payout).await? == 0 {
            return Ok(None);
        }
        let sets = decided(team, id, amount, now).map(|set| vec![set]);
        book(self, team, currency, sets, now).await?;
        self.run(ASSIGN, args![team, code, id]).await?;
        jobs::enqueue(self, &SendPayout { payout: id }, Some(&format!("payout:{id}")), now).await?;
        Ok(Some((id, amount)))
    }

    /// Keeps how far a payout has come, with its sets of the ledger. If it has failed, the owners of the team are told once.
    ///
    /// # Errors
    /// `Conflict("older")` if it was written since `known` was read.
    pub async fn save_payout(
        &mut self,
        known: &Payout,
        next: &PayoutProgress,
        now: Millis,
    ) -> Result<(), StoreError> {
        let ended_at = known.ended_at.or(next.state.is_over().then_some(now));
        let row = args![
            known.id,
            known.version,
            next.state.code(),
            next.transfer.clone(),
            next.bank.clone(),
            next.reversed,
            next.returned,
            next.failure.clone(),
            ended_at.filter(|_| next.state.is_over()),
        ];
        if self.run(SAVE, row).await? == 0 {
            return Err(StoreError::Conflict("older"));
        }
        let about = (known.team, known.id, known.amount.currency);
        let sets = progressed(about, &known.progress(), next, now);
        book(self, known.team, known.amount.currency, sets, now).await?;
        if next.state.has_failed() {
            self.tell_owners(known, now).await?;
        }
        Ok(())
    }

    async fn tell_owners(&mut self, payout: &Payout, now: Millis) -> Result<(), StoreError> {
        for row in self.rows(OWNERS, args![payout.team, TeamRole::Owner.code()]).await? {
            let reader: AccountId = row.get("account_id")?;
            let key = format!("payout-failed:{}:{reader}", payout.id);
            let job = SendPayoutFailure { payout: payout.id, reader };
            jobs::enqueue(self, &job, Some(&key), now).await?;
        }
        Ok(())
    }
}
