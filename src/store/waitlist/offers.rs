//! Seats that are offered to whoever is first in line, until a moment. All of it locks the space, so the same seat is never
//! offered twice, and nobody is served before somebody who came earlier.

use crate::{
    access::stock::{self, Keeper},
    catalogue::passes::left,
    db::{
        connections::Tx,
        sql::{Row, args, statements},
    },
    waitlist::entries::{Waitlists, mail, tell},
    work::jobs::enqueue,
};
use domain::{
    error::StoreError,
    id::*,
    money::selling::{Lasting, Selling, Waitlist, Window},
    time::Millis,
    waitlist::{
        entry::{Gate, WaitlistStep, offer_until},
        jobs::{ChargeAdmitted, Letter, SendWaitlist},
    },
};

/// Offers that are made in one transaction; those who are left are served by the next.
const MOST_AT_ONCE: usize = 500;

statements! {
    DUE = "SELECT id, pass_id, space_id FROM waitlist_entries WHERE state = 'offered' AND offer_until <= $1
        ORDER BY offer_until, id LIMIT 500";
    /// Passes with a seat for somebody in line. Whether they are sold now is decided when they are served.
    SERVED = concat!("SELECT p.id AS pass_id, p.space_id AS space_id
        FROM (SELECT DISTINCT w.pass_id FROM waitlist_entries w WHERE w.state = 'line') l
        JOIN passes p ON p.id = l.pass_id JOIN spaces s ON s.id = p.space_id
        WHERE p.withdrawn_at IS NULL AND s.published_at IS NOT NULL AND p.waitlist <> 'off'
            AND (p.sales_open_at IS NULL OR p.sales_open_at <= $1) AND (p.sales_close_at IS NULL OR p.sales_close_at > $1)
            AND (p.access_until IS NULL OR p.access_until > $1) AND (p.stock IS NULL OR ", left!("$1"), " > 0)
            AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)
        ORDER BY p.id LIMIT 100");
    ON_SALE = "SELECT p.sales_open_at, p.sales_close_at, p.access_until FROM passes p JOIN spaces s ON s.id = p.space_id
        WHERE p.id = $1 AND p.withdrawn_at IS NULL AND s.published_at IS NOT NULL AND p.waitlist <> 'off'
            AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)";
    /// People in line who hold the pass already, or are banned: a seat that they were offered would be kept for nobody.
    PASS_OVER = "UPDATE waitlist_entries SET state = 'left' WHERE state = 'line' AND pass_id = $1 AND (
            EXISTS (SELECT 1 FROM grants g WHERE g.pass_id = waitlist_entries.pass_id AND g.account_id = waitlist_entries.account_id
                AND g.closed_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2))
            OR EXISTS (SELECT 1 FROM bans b WHERE b.space_id = waitlist_entries.space_id
                AND b.account_id = waitlist_entries.account_id AND b.kind = 'ban' AND b.lifted_at IS NULL
                AND (b.until IS NULL OR b.until > $2)))
        RETURNING id";
    FIRST = "SELECT id, account_id, CAST(CASE WHEN pays_since IS NULL THEN 0 ELSE 1 END AS BIGINT) AS pays
        FROM waitlist_entries WHERE state = 'line' AND pass_id = $1 ORDER BY since, id LIMIT 1";
    OFFER = "UPDATE waitlist_entries SET state = 'offered', offer_until = $2 WHERE id = $1 AND state = 'line'";
    LAPSE = "UPDATE waitlist_entries SET state = 'lapsed' WHERE id = $1 AND state = 'offered' AND offer_until <= $2";
    USE = "UPDATE waitlist_entries SET state = 'taken'
        WHERE pass_id = $1 AND account_id = $2 AND state = 'offered' AND offer_until > $3 RETURNING id";
    GATE = "SELECT p.waitlist, CAST(CASE WHEN EXISTS (SELECT 1 FROM waitlist_entries w WHERE w.state = 'line' AND w.pass_id = p.id)
            THEN 1 ELSE 0 END AS BIGINT) AS line
        FROM passes p WHERE p.id = $1";
}

/// When the pass is sold, from its own columns.
fn window(row: &Row) -> Result<Window, StoreError> {
    let window = Window { opens_at: row.get("sales_open_at")?, closes_at: row.get("sales_close_at")? };
    let lasting = Lasting::from_columns(None, row.get("access_until")?);
    Ok(Selling { window, lasting, ..Selling::default() }.window())
}

impl Waitlists<'_> {
    /// Offers that have run out, the longest overdue first: each with its pass and space.
    pub async fn due(&self, now: Millis) -> Result<Vec<(WaitlistEntryId, PassId, SpaceId)>, StoreError> {
        let rows = self.0.rows(DUE, args![now]).await?;
        let due = |row: &Row| Ok((row.get("id")?, row.get("pass_id")?, row.get("space_id")?));
        rows.iter().map(due).collect()
    }

    /// Passes with a seat for somebody in line, each with its space.
    pub async fn to_serve(&self, now: Millis) -> Result<Vec<(PassId, SpaceId)>, StoreError> {
        let rows = self.0.rows(SERVED, args![now]).await?;
        rows.iter().map(|row| Ok((row.get("pass_id")?, row.get("space_id")?))).collect()
    }
}

impl Tx<'_> {
    /// Offers what is left of a pass to the first in line: each gets the mail with the link, or the card that they have left is charged
    /// by a job. Nobody is offered what is not sold at the moment. Returns how many entries have changed. Locks the space.
    pub async fn serve_waitlist(&mut self, pass: PassId, now: Millis) -> Result<usize, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let Some(row) = self.row(ON_SALE, args![pass]).await? else { return Ok(0) };
        let Some(until) = offer_until(window(&row)?, now) else { return Ok(0) };
        let mut changed = 0;
        for row in self.rows(PASS_OVER, args![pass, now]).await? {
            tell(self, row.get("id")?, WaitlistStep::Passed, None, now).await?;
            changed += 1;
        }
        for _ in 0..MOST_AT_ONCE {
            let Some(first) = self.row(FIRST, args![pass]).await? else { break };
            let (entry, account): (WaitlistEntryId, AccountId) = (first.get("id")?, first.get("account_id")?);
            if !stock::hold(self, Keeper::Offer(entry, until), pass, now).await? {
                break;
            }
            self.run(OFFER, args![entry, until]).await?;
            tell(self, entry, WaitlistStep::Offered, None, now).await?;
            if first.get("pays")? {
                // The receipt tells of it, or that the card did not pay.
                let job = ChargeAdmitted { entry, until };
                enqueue(self, &job, Some(&job.key()), now).await?;
            } else {
                let letter = SendWaitlist { account, entry, letter: Letter::Offered, until: Some(until) };
                mail(self, letter, now).await?;
            }
            changed += 1;
        }
        Ok(changed)
    }

    /// Ends an offer that has run out, and frees its seat. False if it has not, or was used. Locks the space.
    pub async fn lapse_offer(
        &mut self,
        entry: WaitlistEntryId,
        pass: PassId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        self.lock_space_of_pass(pass).await?;
        if self.run(LAPSE, args![entry, now]).await? == 0 {
            return Ok(false);
        }
        stock::free(self, entry).await?;
        tell(self, entry, WaitlistStep::Lapsed, None, now).await?;
        Ok(true)
    }

    /// Whether somebody may have a pass now. Uses the offer that they have: its seat is free for the grant or the order that this
    /// transaction writes next. Locks the space.
    pub async fn pass_waitlist(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Gate, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let used = self.row(USE, args![pass, account, now]).await?;
        if let Some(row) = &used {
            let entry = row.get("id")?;
            stock::free(self, entry).await?;
            tell(self, entry, WaitlistStep::Taken, Some(account), now).await?;
        }
        let row = self.row(GATE, args![pass]).await?.ok_or(StoreError::NotFound)?;
        let waitlist = row.code("waitlist", Waitlist::from_code)?;
        Ok(Gate::of(waitlist, used.is_some(), row.get("line")?))
    }
}
