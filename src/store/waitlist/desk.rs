//! What a team sees of the list of a pass, and what it decides.

use crate::{
    db::{
        connections::Tx,
        sql::{Row, SelectIn, Value, args, statements},
    },
    money::answers,
    waitlist::entries::{Waitlists, mail, tell},
};
use domain::{
    error::StoreError,
    id::*,
    money::asking::Answer,
    time::Millis,
    waitlist::{
        entry::{EntryKind, EntryState, WaitlistDecision, WaitlistStep},
        jobs::{Letter, SendWaitlist},
    },
};
use std::collections::HashMap;

statements! {
    /// From a cursor on: the moment and the id of the last entry before.
    LIST = "SELECT e.id, e.account_id, e.kind, e.answers, e.state, e.since, e.offer_until,
            CAST(CASE WHEN e.pays_since IS NULL THEN 0 ELSE 1 END AS BIGINT) AS pays, a.email, a.name, a.username
        FROM waitlist_entries e JOIN accounts a ON a.id = e.account_id
        WHERE e.pass_id = $1 AND (CAST($2 AS TEXT) = '' OR e.state = $2) AND (e.since > $3 OR (e.since = $3 AND e.id > $4))
        ORDER BY e.since, e.id LIMIT $5";
    COUNTS = "SELECT state, COUNT(*) AS entries FROM waitlist_entries WHERE pass_id = $1 GROUP BY state";
    DECIDE = "UPDATE waitlist_entries SET state = $3 WHERE id = $1 AND pass_id = $2 AND state = 'waiting' RETURNING account_id";
}

pub(crate) static HISTORY: SelectIn = SelectIn::new(
    "SELECT h.entry_id, h.at, h.step, a.name FROM waitlist_history h LEFT JOIN accounts a ON a.id = h.by_id WHERE h.entry_id IN",
    0,
    "ORDER BY h.at, h.step",
);

/// An entry as its team sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: WaitlistEntryId,
    pub account: AccountId,
    pub kind: EntryKind,
    pub answers: Vec<Answer>,
    pub state: EntryState,
    pub since: Millis,
    pub offer_until: Option<Millis>,
    /// A card pays as soon as a seat is offered to them.
    pub pays: bool,
    pub email: String,
    pub name: String,
    pub username: String,
}

/// One step of its history. `by`: who did it, unless it was the clock or a free seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    pub at: Millis,
    pub step: WaitlistStep,
    pub by: Option<String>,
}

fn listed(row: &Row) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: row.get("id")?,
        account: row.get("account_id")?,
        kind: row.code("kind", EntryKind::from_code)?,
        answers: answers::read(row, "answers")?,
        state: row.code("state", EntryState::from_code)?,
        since: row.get("since")?,
        offer_until: row.get("offer_until")?,
        pays: row.get("pays")?,
        email: row.get("email")?,
        name: row.get("name")?,
        username: row.get("username")?,
    })
}

impl Waitlists<'_> {
    /// Entries of a pass in the order in which they are served, after the entry `after` and its moment. `state`: only these.
    pub async fn list(
        &self,
        pass: PassId,
        state: Option<EntryState>,
        after: Option<(Millis, WaitlistEntryId)>,
        limit: usize,
    ) -> Result<Vec<Listed>, StoreError> {
        let (since, id) =
            after.map_or((Millis(i64::MIN), String::new()), |(since, id)| (since, id.to_string()));
        let state = state.map_or("", EntryState::code);
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.0.rows(LIST, args![pass, state, since, id, limit]).await?.iter().map(listed).collect()
    }

    /// How many entries of a pass are in each state; those without any are left out.
    pub async fn counts(&self, pass: PassId) -> Result<Vec<(EntryState, i64)>, StoreError> {
        let rows = self.0.rows(COUNTS, args![pass]).await?;
        let count = |row: &Row| Ok((row.code("state", EntryState::from_code)?, row.get("entries")?));
        rows.iter().map(count).collect()
    }

    /// What happened to these entries, at most 256, each in its order.
    pub async fn history(
        &self,
        entries: &[WaitlistEntryId],
    ) -> Result<HashMap<WaitlistEntryId, Vec<Happened>>, StoreError> {
        let mut found: HashMap<_, Vec<Happened>> = HashMap::new();
        if entries.is_empty() {
            return Ok(found);
        }
        let (sql, args) = HISTORY.of(args![], entries.iter().map(|id| Value::from(*id)));
        for row in self.0.rows(sql, args).await? {
            let step = row.code("step", WaitlistStep::from_code)?;
            let happened = Happened { at: row.get("at")?, step, by: row.get("name")? };
            found.entry(row.get("entry_id")?).or_default().push(happened);
        }
        Ok(found)
    }
}

impl Tx<'_> {
    /// Decides an application. False if it was decided before, has ended, or is on another list. Whoever is approved stands in
    /// line until [`Tx::serve_waitlist`] offers a seat.
    pub async fn decide_entry(
        &mut self,
        pass: PassId,
        entry: WaitlistEntryId,
        decision: WaitlistDecision,
        by: AccountId,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let step = decision.step();
        let state = EntryState::Waiting.after(step).map_or("", EntryState::code);
        let Some(row) = self.row(DECIDE, args![entry, pass, state]).await? else { return Ok(false) };
        tell(self, entry, step, Some(by), now).await?;
        if decision == WaitlistDecision::Reject {
            let account = row.get("account_id")?;
            let letter = SendWaitlist { account, entry, letter: Letter::Rejected, until: None };
            mail(self, letter, now).await?;
        }
        Ok(true)
    }
}
