//! The entries of people on the lists of passes: joining, standing and leaving.

use crate::{
    access::{grants, stock},
    catalogue::passes::left,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, code, row, statements},
    },
    money::answers,
    work::jobs::enqueue,
};
use domain::{
    error::StoreError,
    id::*,
    money::{asking::Answer, selling::Waitlist},
    time::Millis,
    waitlist::{
        charge::OfferCharge,
        entry::{
            Board, EntryKind, EntryState, MOST_ENTRIES, MOST_OPEN, Standing, WaitlistEntry, WaitlistStep,
        },
        jobs::{Letter, SendWaitlist},
    },
};

row! {
    fn read -> WaitlistEntry {
        id: "id",
        pass: "pass_id",
        space: "space_id",
        account: "account_id",
        kind: "kind" => code(EntryKind::from_code),
        answers: "answers" => answers::read,
        state: "state" => code(EntryState::from_code),
        since: "since",
        offer_until: "offer_until",
    }
}

/// What an offer has to do with a card.
macro_rules! charged {
    () => {
        "CASE WHEN pays_since IS NOT NULL THEN 'pending' WHEN pays_refused = 1 THEN 'refused' ELSE 'none' END AS charge"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM waitlist_entries WHERE id = $1");
    OF_PERSON = concat!("SELECT ", columns!(), " FROM waitlist_entries WHERE pass_id = $1 AND account_id = $2");
    STANDING = concat!("SELECT e.state, e.offer_until, ", charged!(), ", (SELECT COUNT(*) FROM waitlist_entries w
            WHERE w.state = e.state AND w.pass_id = e.pass_id AND (w.since < e.since OR (w.since = e.since AND w.id <= e.id))) AS place
        FROM waitlist_entries e WHERE e.id = $1");
    BOARD = concat!("SELECT id, state, offer_until, ", charged!(), " FROM waitlist_entries WHERE pass_id = $1 ORDER BY since, id");
    ANSWERED = "SELECT answers FROM waitlist_entries
        WHERE pass_id = $1 AND account_id = $2 AND state = 'offered' AND offer_until > $3";
    /// What is left is counted without the queue.
    LIST_OF = concat!("SELECT p.waitlist, CASE WHEN p.stock IS NULL THEN NULL ELSE ", left!("$2"), " END AS seats,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM waitlist_entries w WHERE w.state = 'line' AND w.pass_id = p.id)
                THEN 1 ELSE 0 END AS BIGINT) AS line
        FROM passes p WHERE p.id = $1");
    OPEN_OF = "SELECT COUNT(*) AS entries FROM waitlist_entries WHERE account_id = $1 AND state IN ('waiting', 'line', 'offered')";
    INSERT = "INSERT INTO waitlist_entries (id, pass_id, space_id, account_id, kind, answers, state, since)
        SELECT $1, p.id, p.space_id, $3, $4, $5, $6, CAST($7 AS BIGINT) FROM passes p
        WHERE p.id = $2 AND (SELECT COUNT(*) FROM waitlist_entries w WHERE w.pass_id = p.id) < $8";
    RETURN = "UPDATE waitlist_entries SET kind = $2, answers = $3, state = $4, since = $5, offer_until = NULL,
            pays_card = NULL, pays_session = NULL, pays_since = NULL, pays_order = NULL, pays_refused = 0
        WHERE id = $1 AND state IN ('taken', 'lapsed', 'left')";
    LEAVE = "UPDATE waitlist_entries SET state = 'left' WHERE id = $1 AND account_id = $2 AND state IN ('waiting', 'line', 'offered')";
    TELL = "INSERT INTO waitlist_history (entry_id, at, step, by_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
}

/// Somebody who wants to be on the list of a pass.
#[derive(Clone, Copy, Debug)]
pub struct NewEntry<'a> {
    pub pass: PassId,
    pub account: AccountId,
    pub answers: &'a [Answer],
}

/// The result of joining.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    New(WaitlistEntryId),
    /// They are on the list already: there is nothing to commit.
    Already(WaitlistEntryId),
}

pub struct Waitlists<'a>(pub(crate) &'a Db);

impl Waitlists<'_> {
    pub async fn by_id(&self, id: WaitlistEntryId) -> Result<WaitlistEntry, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn of_person(
        &self,
        pass: PassId,
        account: AccountId,
    ) -> Result<Option<WaitlistEntry>, StoreError> {
        self.0.row(OF_PERSON, args![pass, account]).await?.as_ref().map(read).transpose()
    }

    pub async fn standing(&self, id: WaitlistEntryId) -> Result<Standing, StoreError> {
        let row = self.0.row(STANDING, args![id]).await?.ok_or(StoreError::NotFound)?;
        let state = row.code("state", EntryState::from_code)?;
        let waits = matches!(state, EntryState::Waiting | EntryState::Line);
        let place = row.get::<i64>("place")?;
        let charge = row.code("charge", OfferCharge::from_code)?;
        Ok(Standing { state, place: waits.then_some(place), offer_until: row.get("offer_until")?, charge })
    }

    /// Where everybody on the list of a pass stands.
    pub async fn board(&self, pass: PassId) -> Result<Board, StoreError> {
        let rows = self.0.rows(BOARD, args![pass]).await?;
        let entry = |row: &Row| {
            let charge = row.code("charge", OfferCharge::from_code)?;
            Ok((row.get("id")?, row.code("state", EntryState::from_code)?, row.get("offer_until")?, charge))
        };
        Ok(Board::of(rows.iter().map(entry).collect::<Result<Vec<_>, StoreError>>()?))
    }

    /// What somebody has answered who may buy the pass by an offer now; `None` without one.
    pub async fn answered(
        &self,
        pass: PassId,
        account: AccountId,
        now: Millis,
    ) -> Result<Option<Vec<Answer>>, StoreError> {
        let row = self.0.row(ANSWERED, args![pass, account, now]).await?;
        row.map(|row| answers::read(&row, "answers")).transpose()
    }
}

/// Writes a step into the history of an entry. `by`: who did it; `None`: the clock, or a seat that became free.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    entry: WaitlistEntryId,
    step: WaitlistStep,
    by: Option<AccountId>,
    now: Millis,
) -> Result<(), StoreError> {
    tx.run(TELL, args![entry, now, step.code(), by]).await.map(drop)
}

/// Enqueues a mail to whoever has the entry.
pub(super) async fn mail(tx: &mut Tx<'_>, mail: SendWaitlist, now: Millis) -> Result<(), StoreError> {
    enqueue(tx, &mail, Some(&mail.key()), now).await.map(drop)
}

impl Tx<'_> {
    /// Puts somebody on the list of a pass, with the mail that says so. Whoever has left it, or has not used an offer, comes back
    /// as the last one. Locks the space. Returns `Conflict` with `waitlist` if the pass keeps no list, `seats` if it need not be
    /// waited for, `held` if they have the pass, `rejected` if the team has decided, `entries` if the list is full, and
    /// `own_entries` if they are on too many.
    pub async fn join_waitlist(&mut self, new: NewEntry<'_>, now: Millis) -> Result<Joined, StoreError> {
        let NewEntry { pass, account, answers } = new;
        self.lock_space_of_pass(pass).await?;
        let row = self.row(LIST_OF, args![pass, now]).await?.ok_or(StoreError::NotFound)?;
        let kind = EntryKind::of(row.code("waitlist", Waitlist::from_code)?);
        let kind = kind.ok_or(StoreError::Conflict("waitlist"))?;
        let before = match self.row(OF_PERSON, args![pass, account]).await? {
            Some(row) => Some(read(&row)?),
            None => None,
        };
        match &before {
            Some(entry) if entry.state.is_open() => return Ok(Joined::Already(entry.id)),
            Some(entry) if !entry.state.may_return() => return Err(StoreError::Conflict("rejected")),
            _ => {}
        }
        if grants::held(self, account, pass, now).await?.is_some() {
            return Err(StoreError::Conflict("held"));
        }
        let sold_out = row.get::<Option<i64>>("seats")?.is_some_and(|seats| seats <= 0);
        if kind == EntryKind::Queue && !sold_out && !row.get::<bool>("line")? {
            return Err(StoreError::Conflict("seats"));
        }
        let open = self.row(OPEN_OF, args![account]).await?.ok_or(StoreError::NotFound)?;
        if open.get::<i64>("entries")? >= MOST_OPEN {
            return Err(StoreError::Conflict("own_entries"));
        }
        let answers = answers::write(answers)?;
        let (id, first) = (before.map_or_else(WaitlistEntryId::new, |entry| entry.id), kind.first().code());
        let back = self.run(RETURN, args![id, kind.code(), &answers, first, now]).await? == 1;
        if !back {
            let row = args![id, pass, account, kind.code(), &answers, first, now, MOST_ENTRIES];
            if self.run(INSERT, row).await? == 0 {
                return Err(StoreError::Conflict("entries"));
            }
        }
        tell(self, id, WaitlistStep::Joined, Some(account), now).await?;
        let letter = SendWaitlist { account, entry: id, letter: Letter::Received, until: None };
        mail(self, letter, now).await?;
        Ok(Joined::New(id))
    }

    /// Leaves the list, and gives back the seat of an offer. False if there is nothing to leave.
    pub async fn leave_waitlist(&mut self, entry: &WaitlistEntry, now: Millis) -> Result<bool, StoreError> {
        self.lock_space_of_pass(entry.pass).await?;
        if self.run(LEAVE, args![entry.id, entry.account]).await? == 0 {
            return Ok(false);
        }
        stock::free(self, entry.id).await?;
        tell(self, entry.id, WaitlistStep::Left, Some(entry.account), now).await?;
        Ok(true)
    }
}
